package desktop

import "os/exec"

// onItsOwn has nothing to do: processes of a window share no signals.
func onItsOwn(*exec.Cmd) {}
