package desktop

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// reserveFile takes up space that is given back when the program starts on a
// full disk: a database cannot be opened without writing something beside it,
// and somebody whose disk is full wants to read at least.
const reserveFile = "reserve"

// reserveSize is room for what SQLite keeps beside a database, for the files
// of a start, and for some commands.
const reserveSize = 4 << 20

// openWithReserve opens the database, on a full disk with the reserve's room.
func (a *App) openWithReserve() (*sqlite.Store, error) {
	store, err := a.openReplica()
	if err == nil {
		a.keepReserve()
		return store, nil
	}
	if e := app.AsError(err); e.Code != app.Full {
		return nil, err
	}
	if os.Remove(a.path(reserveFile)) != nil {
		return nil, err // it was used up before
	}
	a.log.Warn("the disk is full: using the reserve")
	return a.openReplica()
}

// keepReserve makes the reserve where there is none. It holds noise, which no
// file system can store in less.
func (a *App) keepReserve() {
	if _, err := os.Stat(a.path(reserveFile)); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	f, err := os.OpenFile(a.path(reserveFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		a.log.Warn("no reserve of disk space", "err", err)
		return
	}
	_, err = io.CopyN(f, rand.Reader, reserveSize)
	if err = errors.Join(err, f.Close()); err != nil {
		a.log.Warn("no reserve of disk space", "err", errors.Join(err, os.Remove(a.path(reserveFile))))
	}
}
