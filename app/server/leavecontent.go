package server

import (
	"context"
	"errors"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// How the contents of a revoked device come over. It announces segments, within
// a quota, and brings those by the protocol of all contents, so that one which
// was half here already goes on where it stood. They stand in the same store,
// under rows of their own that keep them from being removed as unnamed. No door
// gives them out; only the operator's tool opens them.

// maxLeftContent is the largest segment that is taken: a laptop makes none that
// is larger.
var maxLeftContent = content.CipherSize(api.MaxUpload)

var errNotAnnounced = errors.New("the device has not announced the segment, or may bring no more")

// announce notes what the device will bring, as much of it as its quota takes,
// in place of what it announced before. What is here already needs no bringing.
func (l *leaving) announce(tx *sqlite.Tx, device app.ID, contents []enrol.LeaveContent, now app.Time) error {
	before, err := tx.LeftContents(device)
	if err != nil {
		return err
	}
	room, came := l.contents.quota, map[app.Hash]bool{}
	for _, s := range before {
		if s.Came != 0 {
			came[s.Segment], room = true, room-max(s.Size, leastUpload)
			continue
		}
		if err := tx.DropLeftContent(device, s.Segment); err != nil {
			return err
		}
	}
	for _, c := range contents {
		cost := max(c.Size, leastUpload)
		if came[c.Segment] || cost > room || c.Size > maxLeftContent || content.PlainSize(c.Size) < 0 {
			continue
		}
		room -= cost
		if err := tx.PutLeftContent(device, sqlite.LeftSegment{Segment: c.Segment, Size: c.Size, File: c.File}); err != nil {
			return err
		}
	}
	return l.findCome(tx, device, now)
}

// findCome notes which of the announced segments the server has, however they
// came.
func (l *leaving) findCome(tx *sqlite.Tx, device app.ID, now app.Time) error {
	all, err := tx.LeftContents(device)
	if err != nil {
		return err
	}
	for _, s := range all {
		if size, err := l.contents.files.Size(s.Segment); s.Came != 0 || err != nil || size != s.Size {
			continue
		}
		if err := noteCome(tx, device, s.Segment, s.Size, now); err != nil {
			return err
		}
	}
	return nil
}

func noteCome(tx *sqlite.Tx, device app.ID, segment app.Hash, size int64, now app.Time) error {
	if err := tx.PutHave(segment, size, device, now); err != nil {
		return err
	}
	return tx.LeftCame(device, segment, now)
}

// countFiles takes stock at the end: how many files are here whole.
func (l *leaving) countFiles(tx *sqlite.Tx, device app.ID, now app.Time) (files int, err error) {
	if err := l.findCome(tx, device, now); err != nil {
		return 0, err
	}
	files, _, err = tx.LeftFiles(device)
	return files, err
}

// bringing serves contents at the door of revoked devices.
func (l *leaving) bringing() http.Handler {
	handler := &content.Handler{
		Store:     l.contents.files,
		Authorize: l.mayBring,
		Who: func(r *http.Request) string {
			d, _ := deviceOf(r.Context())
			return string(d.ID)
		},
		Received: l.received,
		Quota:    l.asAnnounced,
		MaxSize:  maxLeftContent,
		Log:      l.log,
	}
	return http.StripPrefix(enrol.PathLeave, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		device, err := l.revokedDevice(r)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		if !l.perTransfer.allow(string(device.ID)) {
			tooMany(w)
			return
		}
		handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), deviceKey{}, device)))
	}))
}

// mayBring lets a revoked device bring, and ask how much has come of, what it
// has announced and not yet confirmed to be the end. It fetches nothing here.
func (l *leaving) mayBring(r *http.Request, op content.Op, name app.Hash) error {
	if op == content.OpFetch {
		return errNotAnnounced
	}
	_, err := l.announced(r, name)
	return err
}

// asAnnounced refuses an upload that would be larger than was announced: the
// quota was counted by that.
func (l *leaving) asAnnounced(r *http.Request, name app.Hash, size int64) error {
	s, err := l.announced(r, name)
	if err == nil && s.Size != size {
		err = content.ErrQuota
	}
	return err
}

func (l *leaving) announced(r *http.Request, name app.Hash) (s sqlite.LeftSegment, err error) {
	device, _ := deviceOf(r.Context())
	err = l.store.Read(r.Context(), func(v *sqlite.View) error {
		leave, err := v.DeviceLeave(device.ID)
		if err == nil && leave.Confirmed != 0 {
			err = errNotAnnounced
		}
		if err != nil {
			return err
		}
		s, err = v.LeftContent(device.ID, name)
		return err
	})
	return s, err
}

// received notes a whole segment. A document may name it: of a command that was
// accepted before its file had come.
func (l *leaving) received(name app.Hash, device string) error {
	l.contents.keeper.removing.RLock()
	defer l.contents.keeper.removing.RUnlock()
	size, err := l.contents.files.Size(name)
	if err != nil {
		return err // removed a moment ago: the sender brings it again
	}
	err = l.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		return noteCome(tx, app.ID(device), name, size, app.TimeOf(l.now()))
	})
	if err != nil {
		return err
	}
	l.contents.keeper.wake()
	l.changed()
	return nil
}
