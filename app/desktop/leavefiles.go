package desktop

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
)

// How a revoked laptop hands over the contents that the server does not have.
// Which those are is decided before it is wiped, and stands from then on in the
// table of what must go up. They are sealed, and their keys are in the outbox
// that was handed over, or in the server's own records. Each is taken off the
// disk once the server has said that it holds it: one whose row is there and
// whose file is not has come over.

// bringWithin is how long a revoked laptop tries to bring contents, from the
// moment the server has its commands: a server whose disk is full can be given
// room over a weekend, but none may keep a laptop from being wiped.
const bringWithin = app.Time(3 * 24 * 3600 * 1000)

// chooseContents has the table of what must go up say what the server has to
// have: what unanswered and refused commands name, also what was sent already
// and no document names, which the server would not keep; and what documents
// name that the server knows without their files. It returns the names of files
// that go with the laptop: nothing names them any more, or the disk lost them.
func (l *link) chooseContents(ctx context.Context) (lost []string, err error) {
	err = l.app.store.Write(ctx, func(tx *sqlite.Tx) error {
		needed, err := l.contentsNeeded(tx)
		if err != nil {
			return err
		}
		for _, s := range needed {
			if err := tx.PutSend(s); err != nil {
				return err
			}
		}
		gone, err := l.notNeeded(tx, needed)
		for _, s := range gone {
			if err := tx.DeleteSend(s.Segment); err != nil {
				return err
			}
		}
		lost = fileNames(gone)
		return err
	})
	return lost, err
}

// notNeeded lists what would go up and need not, or cannot.
func (l *link) notNeeded(tx *sqlite.Tx, needed map[app.Hash]sqlite.Send) (gone []sqlite.Send, err error) {
	sends, err := tx.Sends()
	if err != nil {
		return nil, err
	}
	for _, s := range sends {
		if _, ok := needed[s.Segment]; ok {
			continue
		}
		records, err := tx.SegmentRecords(s.Segment)
		if err != nil {
			return nil, err
		}
		if len(records) == 0 || !l.app.files.Has(s.Segment) {
			gone = append(gone, s)
		}
	}
	return gone, nil
}

// contentsNeeded are the contents of commands that go over, and of records
// that have no complete file at the server.
func (l *link) contentsNeeded(tx *sqlite.Tx) (map[app.Hash]sqlite.Send, error) {
	out := map[app.Hash]sqlite.Send{}
	unsent, err := tx.Unsent()
	if err != nil {
		return nil, err
	}
	for _, s := range unsent {
		if l.app.files.Has(s.Segment) { // else it is another laptop's to send
			out[s.Segment] = s
		}
	}
	for _, state := range leftStates {
		rows, err := tx.Outbox(state.state, -1)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			for _, f := range filesOf(row.Command) {
				for _, s := range f.Content.Segments {
					out[s.Name] = sqlite.Send{Segment: s.Name, Size: s.Size, Name: f.Name, File: f.Content.SHA256}
				}
			}
		}
	}
	return out, nil
}

// filesOf are the files that a stored command brings, as far as this version
// knows it.
func filesOf(command []byte) []*app.NewFile {
	signed, err := feed.ParseCommand(command)
	if err != nil {
		return nil
	}
	cmd, err := signed.Command()
	if err != nil {
		return nil
	}
	return app.NewFiles(cmd.Args)
}

// bringContents brings what is still here. It returns how many files the server
// has whole now, and the names of those that it will not have: it refused them,
// or did not take them within bringWithin. An error means: try again.
func (h *leaver) bringContents(ctx context.Context) (files int, unsent []string, err error) {
	all, err := h.unsent(ctx)
	if err != nil || len(all) == 0 {
		return 0, nil, err
	}
	if err := h.countTime(); err != nil {
		return 0, nil, err
	}
	err = h.announce(ctx, all)
	if err == nil {
		err = h.bring(ctx, all)
	}
	if err != nil && (ctx.Err() != nil || app.AsError(err).Reason == "device.not_revoked" || h.note.Tried < bringWithin) {
		return 0, nil, err
	}
	if all, err = h.unsent(ctx); err != nil {
		return 0, nil, err
	}
	here := slices.DeleteFunc(slices.Clone(all), func(s sqlite.Send) bool { return !h.app.files.Has(s.Segment) })
	return len(byFile(all)) - len(byFile(here)), fileNames(here), nil
}

// countTime counts the time since the last try, and at most a day of it: a clock
// that jumps a year ahead must not give up at once what nobody else has.
func (h *leaver) countTime() error {
	now := h.lease.now()
	passed := min(max(0, now-h.note.Counted), bringWithin/3)
	if h.note.Counted == 0 {
		passed = 0
	} else if passed < app.Time(time.Minute.Milliseconds()) {
		return nil // the note need not be written at each try
	}
	h.note.Tried, h.note.Counted = h.note.Tried+passed, now
	return h.keepNote(h.note)
}

// unsent is what was to be brought when the laptop was wiped, small ones first:
// what is too large for the server's disk keeps no other back.
func (h *leaver) unsent(ctx context.Context) (all []sqlite.Send, err error) {
	err = h.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		all, err = v.Sends()
		return err
	})
	slices.SortStableFunc(all, func(a, b sqlite.Send) int { return cmp.Compare(a.Size, b.Size) })
	return all[:min(len(all), enrol.MaxLeaveContents)], err
}

// announce tells the server what will come. One that has heard the confirmation
// already, or that takes no contents, is told nothing more.
func (h *leaver) announce(ctx context.Context, all []sqlite.Send) error {
	number := byFile(all)
	r := &enrol.LeaveRequest{}
	for _, s := range all {
		r.Contents = append(r.Contents, enrol.LeaveContent{Segment: s.Segment, Size: s.Size, File: number[s.File]})
	}
	err := h.postLeave(ctx, r)
	if e := app.AsError(err); e != nil && (e.Reason == "device.left" || e.Code == app.Invalid) {
		return nil
	}
	return err
}

// bring brings one content after the other, and takes each off the disk that
// the server has. It passes over those that the server refuses for good.
func (h *leaver) bring(ctx context.Context, all []sqlite.Send) error {
	uploader := &content.Uploader{HTTP: h.client, Base: serverURL + enrol.PathLeave, Store: h.app.files, Retry: content.Retry{Attempts: bringTries}}
	for _, s := range all {
		if !h.app.files.Has(s.Segment) {
			continue // came over earlier
		}
		err := uploader.Upload(ctx, s.Segment, nil)
		switch {
		case err == nil:
			h.further = true
			err = h.app.files.Remove(s.Segment)
		case errors.Is(err, content.ErrCorrupt), errors.Is(err, content.ErrNotFound):
			err = h.lose(ctx, s)
		case errors.Is(err, content.ErrQuota), errors.Is(err, content.ErrTooLarge), errors.Is(err, content.ErrForbidden), errors.Is(err, content.ErrInvalid):
			h.log.Warn("the server does not take a content", "segment", s.Segment, "err", err)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bringTries are the tries of one content in a row, before all is begun again:
// the server may have forgotten the announcement.
const bringTries = 3

// lose notes that a content went bad on this disk: its file is named to the
// server.
func (h *leaver) lose(ctx context.Context, s sqlite.Send) error {
	if !slices.Contains(h.note.Unsent, s.Name) {
		h.note.Unsent = append(h.note.Unsent, s.Name)
	}
	if err := h.keepNote(h.note); err != nil {
		return err
	}
	return h.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteSend(s.Segment) })
}

// keepUnbrought is for a laptop that may work again after all: what it has not
// brought goes up as ever, and what it has brought need not.
func (l *link) keepUnbrought() error {
	return l.app.store.Write(l.ctx, func(tx *sqlite.Tx) error {
		sends, err := tx.Sends()
		if err != nil {
			return err
		}
		for _, s := range sends {
			if l.app.files.Has(s.Segment) {
				continue
			}
			if err := tx.DeleteSend(s.Segment); err != nil {
				return err
			}
		}
		return nil
	})
}

// byFile numbers the files that the contents belong to, the same at each start.
func byFile(sends []sqlite.Send) map[app.Hash]int {
	files := make([]app.Hash, 0, len(sends))
	for _, s := range sends {
		files = append(files, s.File)
	}
	slices.SortFunc(files, func(a, b app.Hash) int { return slices.Compare(a[:], b[:]) })
	out := map[app.Hash]int{}
	for i, f := range slices.Compact(files) {
		out[f] = i + 1
	}
	return out
}

// fileNames are the names of the contents' files, each once.
func fileNames(sends []sqlite.Send) (out []string) {
	seen := map[app.Hash]bool{}
	for _, s := range sends {
		if !seen[s.File] {
			seen[s.File], out = true, append(out, s.Name)
		}
	}
	return out
}
