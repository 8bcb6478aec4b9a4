package replica_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// leaving is how far a revoked laptop has left; only barred and gone outlive a
// start.
type leaving struct {
	barred bool // it has heard of it
	wiped  bool
	sent   int // parts that the server has signed for
	signed bool
	gone   bool // nobody's
}

// leftPart is how many commands go in one part of a hand-over here.
const leftPart = 2

// revoke cuts a laptop off, as app/server does: in the table of devices, in what
// is open, in the books that it holds.
func (w *world) revoke(l *laptop) {
	if w.standing(l) != known || l.torn != nil {
		return
	}
	for n := w.r.IntN(3); l.works() && n > 0; n-- { // somebody was at work
		w.act(l)
	}
	if l.works() && w.r.IntN(2) == 0 { // while it has a line
		if x := w.begin(l); w.r.IntN(2) == 0 {
			w.serve(x)
		}
	}
	w.note("%s is revoked", l)
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		d, err := tx.Device(l.device())
		if err != nil {
			return err
		}
		d.Revoked = w.now
		return errors.Join(tx.PutDevice(d), tx.PutDeviceLeave(sqlite.DeviceLeave{Device: d.ID, Held: []byte("{}")}))
	}))
	if !w.flaw.keepsStreams {
		w.goodbye(l)
	}
	for _, b := range w.server.store.Directory().AllBooks() {
		if b.Holder == l.device() {
			w.note("%s comes back from %s", b.ID, l)
			w.unsure[b.ID] = true
			w.govern(&app.Command{Name: "book.device_gone.1", Target: b.Key(), Actor: app.SystemPerson, Args: &app.BookDeviceGone{Device: l.device()}})
		}
	}
}

// goodbye ends the streams of a laptop with a page that says why.
func (w *world) goodbye(l *laptop) {
	b, err := feed.EncodePage(&feed.Page{Time: w.now, Bye: feed.ByeRevoked})
	w.must(err)
	for _, x := range w.open {
		if x.l == l && x.pull != nil {
			x.pull = nil
			x.down = append(x.down, sent{bytes: b})
		}
	}
}

// bar has a laptop know that it was revoked: nobody works on it any more.
func (w *world) bar(l *laptop) {
	w.note("%s hears that it was revoked", l)
	l.leave.barred = true
	w.hangUp(l)
}

// hangUp ends all lines of a laptop.
func (w *world) hangUp(l *laptop) {
	w.open = slices.DeleteFunc(w.open, func(x *exchange) bool { return x.l == l })
}

// depart takes a barred laptop one step further.
func (w *world) depart(l *laptop) {
	switch {
	case !l.leave.wiped:
		w.wipe(l)
	case w.standing(l) == unknown:
		w.turnedAway(l, unknown)
	case w.standing(l) == known:
		w.note("%s was not revoked after all", l)
		l.leave = leaving{}
	case l.leave.signed:
		w.part(l)
	default:
		w.knock(l)
	}
}

// wipe takes the records off a laptop. What was accepted or let go is forgotten.
func (w *world) wipe(l *laptop) {
	l.disk.crash = w.chance(10)
	err := l.rep.Wipe(ctx)
	l.disk.crash = false
	switch {
	case errors.Is(err, errCrash):
		w.note("%s crashes on wiping", l)
		l.crash()
		return
	case isFull(err):
		return
	}
	w.must(err)
	w.note("%s wipes its records", l)
	l.leave.wiped = true
	l.given = slices.DeleteFunc(l.given, func(id app.CommandID) bool {
		done := l.told[id] == feed.Accepted || l.letGo[id]
		if done {
			l.gone = append(l.gone, id)
			delete(l.told, id)
		}
		return done
	})
	w.checkOutbox(l)
	if have := records(w, l.store); len(have) > 0 {
		w.failf("%s keeps %d records after its wipe", l, len(have))
	}
}

// knock brings the next part of the outbox, or the confirmation, to the door.
func (w *world) knock(l *laptop) {
	parts := w.parts(l)
	var err error
	if l.leave.sent < len(parts) {
		err = w.takePart(l, l.leave.sent+1, parts[l.leave.sent])
	} else {
		err = w.confirm(l, len(parts))
	}
	var e *app.Error
	switch {
	case errors.As(err, &e) || w.chance(20): // not taken, or the answer is lost: from the beginning
		w.note("%s leaves, and is not answered: %v", l, err)
		l.leave.sent = 0
	case l.leave.sent < len(parts):
		l.leave.sent++
	default:
		l.leave.signed = true
	}
}

// parts lists what is to be handed over.
func (w *world) parts(l *laptop) (out [][]enrol.LeftCommand) {
	for _, s := range []feed.OutboxState{feed.OutWaiting, feed.OutDeferred, feed.OutRefused} {
		entries, err := l.rep.Outbox(ctx, s)
		w.must(err)
		for _, e := range entries {
			if w.flaw.leavesOut != nil && w.flaw.leavesOut(e.OutboxRow) {
				continue
			}
			if n := len(out); n == 0 || len(out[n-1]) == leftPart {
				out = append(out, nil)
			}
			out[len(out)-1] = append(out[len(out)-1], enrol.LeftCommand{Command: e.Command})
		}
	}
	return out
}

// takePart is the server's side of the door.
func (w *world) takePart(l *laptop, n int, part []enrol.LeftCommand) error {
	if w.server.disk.full {
		return errFull()
	}
	b, err := json.Marshal(part)
	w.must(err)
	w.note("%s hands part %d over: %d commands", l, n, len(part))
	return w.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		leave, err := tx.DeviceLeave(l.device())
		if err != nil || leave.Confirmed != 0 { // all came earlier
			return err
		}
		return tx.PutOutboxPart(l.device(), sqlite.OutboxPart{Part: n, At: w.now, Commands: len(part), Sealed: b})
	})
}

func (w *world) confirm(l *laptop, parts int) error {
	return w.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		leave, err := tx.DeviceLeave(l.device())
		if err != nil {
			return err
		}
		have, err := tx.OutboxParts(l.device())
		if err == nil && len(have) < parts {
			return app.Refuse(app.Conflict, "device.parts_missing")
		}
		leave.Confirmed = w.now
		return errors.Join(err, tx.PutDeviceLeave(leave))
	})
}

// part wipes what was kept for the hand-over: the laptop is nobody's.
func (w *world) part(l *laptop) {
	w.verifyHandOver(l)
	if w.chance(10) {
		w.note("%s crashes before it has left", l)
		l.crash()
		l.leave = leaving{barred: true}
		return
	}
	w.must(l.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.ForgetPerson() }))
	w.must(l.store.Scrub(ctx))
	w.note("%s has left", l)
	l.rep, l.leave = nil, leaving{barred: true, gone: true}
	l.given = nil
	w.verifyEmpty(l)
}

// verifyHandOver: the server has, exactly once, each command that nobody has
// answered or that was refused, as it was signed, and nothing else.
func (w *world) verifyHandOver(l *laptop) {
	got := map[app.CommandID]int{}
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		parts, err := v.OutboxParts(l.device())
		for _, p := range parts {
			var list []enrol.LeftCommand
			w.must(json.Unmarshal(p.Sealed, &list))
			for _, c := range list {
				signed, err := feed.ParseCommand(c.Command)
				w.must(err)
				got[signed.ID]++
			}
		}
		return err
	}))
	for _, id := range l.given {
		if got[id] != 1 {
			w.failf("%v of %s, answered %v, was handed over %d times", id, l, l.told[id], got[id])
		}
	}
	if len(got) != len(l.given) {
		w.failf("%s handed over %d commands, it had %d", l, len(got), len(l.given))
	}
}

// whatIsLeft lists tables in which a laptop that has left keeps nothing.
const whatIsLeft = keyed + ` UNION ALL SELECT 'outbox', kind, target FROM outbox UNION ALL SELECT 'receipt', 0, id FROM receipt`

// written are words that stand in what the people of a world write.
var written = []string{"rà soát số", "báo cáo lần", "trước ngày"}

// verifyEmpty: nothing of a record, and nothing that anybody wrote, is left on a
// laptop that has left, down to the bytes of its files.
func (w *world) verifyEmpty(l *laptop) {
	w.verifyRemains(l, whatIsLeft, nil)
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(l.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.must(err)
		}
		for _, words := range written {
			if bytes.Contains(b, []byte(words)) {
				w.failf("%q is left in %s%s of %s, which has left", words, l.path, suffix, l)
			}
		}
	}
}

// refusedAll: of a request that was let in a moment before its device was
// revoked, nothing new is accepted.
func (w *world) refusedAll(l *laptop, sub *hub.Submission) {
	for _, r := range sub.Answers {
		_, before := w.ledger.results[decision{w.server.epoch, r.ID}]
		if r.Status != feed.Refused && !before {
			w.failf("%v of %s, which may not come in, was answered %+v", r.ID, l, r)
		}
	}
}
