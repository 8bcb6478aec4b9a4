//go:build unix

package dropfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// openAlone opens a file for reading without waiting (a pipe would keep us for
// ever) and without following a link in the last step. ErrBusy if a program
// has locked it; file systems without locks say nothing, and then standing
// still must do.
func openAlone(path string) (*os.File, error) {
	fd, err := -1, error(unix.EINTR)
	for errors.Is(err, unix.EINTR) { // a share that takes its time may be interrupted
		fd, err = unix.Open(path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	}
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENXIO) {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	if errors.Is(unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK) {
		unix.Close(fd)
		return nil, ErrBusy
	}
	return os.NewFile(uintptr(fd), path), nil
}
