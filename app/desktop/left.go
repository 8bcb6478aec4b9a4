package desktop

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"khonggiay/app/api"
)

// finishLeaving ends the leaving of a revoked laptop that was killed after its
// records, outbox and name were wiped and before its keys were: the server has
// all that it will get, so what is left here goes. done is false for a laptop
// that was not leaving.
func (a *App) finishLeaving() (done bool, err error) {
	bar := a.path(revokedFile)
	if _, err := os.Stat(bar); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err := errors.Join(a.removeDamaged(), os.RemoveAll(workPath(a.cfg.Data))); err != nil {
		return true, err
	}
	for e, err := range a.files.List() {
		if err != nil {
			return true, err
		}
		if err := a.files.Remove(e.Name); err != nil {
			return true, err
		}
	}
	if _, err := os.Stat(leftPath(a.cfg.Data)); errors.Is(err, fs.ErrNotExist) {
		left, err := json.Marshal(api.LeftInfo{At: a.clock.Now()})
		if err == nil {
			err = writePrivate(leftPath(a.cfg.Data), left)
		}
		if err != nil {
			return true, err
		}
	}
	for _, path := range []string{identityPath(a.cfg.Data), bar} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return true, err
		}
	}
	return true, nil
}

// revokedFile marks a laptop that was revoked; see link.barPath.
const revokedFile = "revoked"
