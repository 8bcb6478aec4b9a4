package desktop

import (
	"context"
	"os/exec"
	"runtime"
	"time"

	"khonggiay/app"
)

// openFile opens a working copy with the program that Config.OpenWith names, or
// with the system's for the kind of file. The editor is nobody's child of ours
// to end: it outlives this program.
func (a *App) openFile(ctx context.Context, path string) error {
	if a.cfg.opener != nil {
		return a.cfg.opener(ctx, path)
	}
	args := opener(path)
	if a.cfg.OpenWith != "" {
		args = []string{a.cfg.OpenWith, path}
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return app.Errorf(app.Conflict, "work.no_editor", "%w", err)
	}
	if err := launch(ctx, exec.Command(program, args[1:]...)); err != nil {
		return app.Errorf(app.Conflict, "work.no_editor", "%w", err)
	}
	return nil
}

// opener is the system's program for a file or an address.
func opener(path string) []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", path}
	case "darwin":
		return []string{"open", path}
	}
	return []string{"xdg-open", path}
}

// failsWithin is how soon a program ends that cannot open what it is given. What
// opens it may end as well, or go on for hours.
const failsWithin = 2 * time.Second

// launch starts the program and leaves it alone; the error is one that comes at
// once.
func launch(ctx context.Context, cmd *exec.Cmd) error {
	onItsOwn(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the program, for which nobody waits
	soon := time.NewTimer(failsWithin)
	defer soon.Stop()
	select {
	case err := <-ended:
		return err
	case <-soon.C:
	case <-ctx.Done():
	}
	return nil
}
