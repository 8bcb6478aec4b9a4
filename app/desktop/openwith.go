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
	return a.launch(ctx, exec.Command(program, args[1:]...))
}

func opener(path string) []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", path}
	case "darwin":
		return []string{"open", path}
	}
	return []string{"xdg-open", path}
}

// failsWithin is how soon a program ends that cannot open the file. What opens
// it may end as well, or go on for hours.
const failsWithin = 2 * time.Second

// launch starts the program and leaves it alone, unless it fails at once.
func (a *App) launch(ctx context.Context, cmd *exec.Cmd) error {
	onItsOwn(cmd)
	if err := cmd.Start(); err != nil {
		return app.Errorf(app.Conflict, "work.no_editor", "%w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // ends with the editor, for which nobody waits
	soon := time.NewTimer(failsWithin)
	defer soon.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return app.Errorf(app.Conflict, "work.no_editor", "%w", err)
		}
	case <-soon.C:
	case <-ctx.Done():
	}
	return nil
}
