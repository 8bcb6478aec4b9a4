package desktop

import (
	"context"
	"os"
	"os/exec"
	"runtime"
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
// there is nothing to ask; the address is then printed for the person. The browser
// is left alone: where it is started anew, the system's program goes on with it.
func openInBrowser(ctx context.Context, address string) bool {
	if !hasDisplay() {
		return false
	}
	args := opener(address)
	return launch(ctx, exec.Command(args[0], args[1:]...)) == nil
}
