package replica_test

import (
	"bytes"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"os"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// torn is what is known of a damaged laptop until it goes on as a new writer.
type torn struct {
	sqlite.Salvaged
	lost []app.CommandID // that were given, are not on the disk any more, and had no answer
}

// page size of a laptop's file.
const diskPage = 4096

// damage spoils a page of a laptop's file. What it alone holds is saved into
// another, and the program starts anew on that.
func (w *world) damage(l *laptop) {
	if w.standing(l) != known {
		return
	}
	for range w.r.IntN(4) { // somebody was at work
		w.act(l)
	}
	w.hangUp(l)
	l.life++
	w.must(l.store.Close())
	w.spoil(l)
	fresh := l.path + ".new"
	copyFile(w.t, w.tpl.replica, fresh)
	into, err := sqlite.Open(ctx, sqlite.Options{Path: fresh, Role: sqlite.Replica, Clock: l.clock, NoSync: true, Readers: 1})
	w.must(err)
	public := l.key.Public().(ed25519.PublicKey)
	saved, err := sqlite.Salvage(ctx, l.path, into, func(c *feed.Command) bool { return c.Verify(public) })
	w.must(errors.Join(err, into.Close()))
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(l.path + suffix); !errors.Is(err, os.ErrNotExist) {
			w.must(err)
		}
	}
	w.must(os.Rename(fresh, l.path))
	l.open()
	w.note("%s is damaged; saved: %+v", l, saved)
	l.torn = &torn{Salvaged: saved}
	w.count(l)
	l.had = map[app.Key]bool{}
	if saved.Whole {
		w.whole(l)
	}
	l.resume()
}

// spoil overwrites a page, any or that of the counters, or a few bytes of a
// command.
func (w *world) spoil(l *laptop) {
	b, err := os.ReadFile(l.path)
	w.must(err)
	page := w.r.IntN(len(b) / diskPage)
	switch n := w.r.IntN(6); {
	case n == 0:
		page = w.root(l, "sync_state") - 1
	case n == 1:
		page = w.root(l, pick(w, []string{"outbox", "book_counter"})) - 1
	case n < 5 && len(l.given) > len(l.told): // a few bytes of a command that waits
		waiting := slices.DeleteFunc(slices.Clone(l.given), func(id app.CommandID) bool { _, told := l.told[id]; return told })
		id := waiting[w.r.IntN(max(1, len(waiting)-1))] // mostly others stand behind it
		at := bytes.Index(b, w.signature(l, id))
		if at < 0 {
			break
		}
		for i := range 4 {
			b[at+i] ^= 0xa5
		}
		w.must(os.WriteFile(l.path, b, 0o600))
		return
	}
	for i := range diskPage {
		b[page*diskPage+i] = 0xa5
	}
	w.must(os.WriteFile(l.path, b, 0o600))
}

// root is the page on which a table begins.
func (w *world) root(l *laptop, table string) (page int) {
	db, err := sql.Open("sqlite3", "file:"+l.path+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = ?", table).Scan(&page))
	return page
}

// signature finds the bytes of a command in the closed file.
func (w *world) signature(l *laptop, id app.CommandID) (b []byte) {
	db, err := sql.Open("sqlite3", "file:"+l.path+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(db.QueryRow("SELECT coalesce(command, x'ffffffffffff') FROM outbox WHERE id = ?", uint64(id)).Scan(&b))
	return b[len(b)-min(len(b), 32):]
}

// count takes over what was saved, and notes what was lost.
func (w *world) count(l *laptop) {
	var kept []app.CommandID
	for _, id := range l.given {
		_, told := l.told[id]
		switch row := l.row(id); {
		case row != nil:
			kept = append(kept, id)
			if row.Receipt != 0 && !l.holdsReceipt(row.Receipt) {
				l.bare = append(l.bare, id)
			}
		case !told:
			l.torn.lost = append(l.torn.lost, id)
		}
		if !slices.Contains(kept, id) {
			l.gone = append(l.gone, id)
			delete(l.told, id)
		}
	}
	l.given, l.lost = kept, append(l.lost, l.torn.lost...)
	w.checkOutbox(l)
}

func (l *laptop) holdsReceipt(id int64) bool {
	var r *feed.Receipt
	l.w.must(l.store.Read(ctx, func(v *sqlite.View) (err error) {
		r, err = v.Receipt(id)
		return err
	}))
	return r != nil
}

// whole: a writer goes on only when nothing of its is missing.
func (w *world) whole(l *laptop) {
	if len(l.torn.lost) > 0 {
		w.failf("%s goes on, and has lost %v", l, l.torn.lost)
	}
	if next := w.ledger.last[l.writer] + 1; l.torn.Next != next {
		w.failf("%s goes on with %d, it had come to %d", l, l.torn.Next, next)
	}
	l.torn = nil
}

// renew has a damaged laptop go on under a number that nobody has used. The
// answer to the first requests may be lost.
func (w *world) renew(l *laptop) {
	if w.standing(l) == unknown {
		l.torn = nil // nothing stands behind a gap for a server that was restored
		w.turnedAway(l, unknown)
		return
	}
	var standing map[uint32]uint32
	var writer uint32
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if standing, err = tx.Standing(l.device()); err == nil {
			writer, err = tx.NewWriter(l.device(), w.now)
		}
		return err
	}))
	if w.chance(20) {
		w.note("%s asks for a new number; the answer is lost", l)
		return
	}
	if spoil := w.flaw.standing; spoil != nil {
		spoil(standing)
	}
	w.adopt(l, writer, standing)
}

func (w *world) adopt(l *laptop, writer uint32, standing map[uint32]uint32) {
	l.writer = writer
	last := map[uint32]uint32{}
	if l.torn.Next > 0 {
		last[l.torn.Writer] = l.torn.Next - 1
	}
	again, lost, err := replica.Adopt(ctx, l.config(), standing, last)
	if isFull(err) {
		return
	}
	w.must(err)
	w.note("%s goes on; %d commands again, %d lost", l, again, lost)
	w.adopted(l, again, lost, standing)
	l.torn = nil
	l.resume()
}

// adopted: what was given again is the heir of what it was; what is said to be
// lost is what the server has not seen and the disk does not have.
func (w *world) adopted(l *laptop, again, lost int, standing map[uint32]uint32) {
	for _, id := range slices.Clone(l.given) {
		row := l.row(id)
		if row == nil || row.Retry == 0 || l.letGo[id] {
			continue
		}
		again--
		heir := l.row(row.Retry)
		if heir == nil {
			w.failf("%v of %s was to be given again as %v, which is not there", id, l, row.Retry)
		}
		l.told[id], l.letGo[id] = feed.Refused, true
		w.regave(l, id, row.Retry)
		w.ledger.heirs[id] = row.Retry
	}
	// Where the counters of an earlier writer stood may be lost, too; and a server
	// that was restored may have forgotten what was answered and lost here.
	unseen, certain := 0, 0
	for _, id := range l.lost {
		if next, told := standing[id.Writer()]; !told || id.Counter() < next {
			continue
		}
		unseen++
		if slices.Contains(l.torn.lost, id) && id.Writer() == l.torn.Writer && l.torn.Next > 0 {
			certain++
		}
	}
	if again != 0 || lost > unseen && !w.restored() || lost < certain {
		w.failf("%s: %d more were said to be given again; %d to be lost, it is %d to %d", l, again, lost, certain, unseen)
	}
	w.checkOutbox(l)
}

// verifyHeirs: what was given again was accepted once at most.
func (w *world) verifyHeirs() {
	for old, heir := range w.ledger.heirs {
		a, b := w.ledger.results[decision{w.server.epoch, old}], w.ledger.results[decision{w.server.epoch, heir}]
		if a.status == feed.Accepted && b.status == feed.Accepted {
			w.failf("%v and %v, which was given in its place, were both accepted", old, heir)
		}
	}
}
