//go:build unix

package server

import (
	"fmt"
	"os"
	"syscall"
)

// ownedByUs refuses a data directory of another user: files made as root in it
// would stop the server at its next start.
func ownedByUs(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, this program runs as user %d: run it as the owner (sudo -u)", dir, st.Uid, os.Geteuid())
	}
	return nil
}
