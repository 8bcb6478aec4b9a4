package desktop

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOpenInBrowser: the browser may be what the system's program goes on as, and is
// left alone then; one that cannot be started is told of.
func TestOpenInBrowser(t *testing.T) {
	programs := t.TempDir()
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
	t.Setenv("DISPLAY", ":9")
	becomes := func(script string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(programs, "xdg-open"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	line := func(name string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	closed, shown := line("closed"), line("shown")
	becomes(`read word <"` + closed + `"; echo "$1 $word" >"` + shown + `"`)
	ctx, cancel := context.WithCancel(t.Context())
	if !openInBrowser(ctx, "http://127.0.0.1:9/?ticket=T") {
		t.Error("a browser that is open is taken for one that cannot be opened")
	}
	cancel()
	if err := os.WriteFile(closed, []byte("closed by its person\n"), 0); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(shown); err != nil || string(got) != "http://127.0.0.1:9/?ticket=T closed by its person\n" {
		t.Errorf("%q %v", got, err)
	}

	becomes("exit 3")
	if openInBrowser(t.Context(), "http://127.0.0.1:9/") {
		t.Error("a failure is taken for an open browser")
	}
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if openInBrowser(t.Context(), "http://127.0.0.1:9/") {
		t.Error("opened where nobody can see it")
	}
}
