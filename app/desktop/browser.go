package desktop

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// hasDisplay reports whether somebody can see a window here.
func hasDisplay() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// openInBrowser asks the system to open the address. It reports false when
// there is nothing to ask; the address is then printed for the person.
func openInBrowser(ctx context.Context, address string) bool {
	if !hasDisplay() {
		return false
	}
	var cmd *exec.Cmd
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch runtime.GOOS {
	case "windows":
		cmd = exec.CommandContext(ctx, "rundll32", "url.dll,FileProtocolHandler", address)
	case "darwin":
		cmd = exec.CommandContext(ctx, "open", address)
	default:
		cmd = exec.CommandContext(ctx, "xdg-open", address)
	}
	return cmd.Run() == nil
}
