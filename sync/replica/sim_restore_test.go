package replica_test

import (
	"fmt"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// save makes a backup of the server.
func (w *world) save() {
	path := filepath.Join(w.dir, fmt.Sprintf("backup-%d.db", len(w.copies)))
	w.must(w.server.store.Backup(ctx, path))
	w.copies = append(w.copies, path)
	w.note("a backup is made")
}

// fallBack puts an older backup in the server's place: what it decided since is
// forgotten there, not on the laptops.
func (w *world) fallBack() {
	if len(w.copies) == 0 || !w.faults {
		return
	}
	w.verifyHistory()
	w.ledger.history = history{tick: w.ledger.history.tick, open: map[app.CommandID]int{}}
	w.server.disk.full = false
	copied := filepath.Join(w.dir, fmt.Sprintf("server-%d.db", len(w.trace)))
	copyFile(w.t, pick(w, w.copies), copied)
	w.open = nil // no line outlives the machine
	w.restore(copied)
	for book := range w.lent { // what the server knows of loans is old
		w.unsure[book] = true
	}
	w.note("the server comes back from a backup")
}

// restored reports whether the server ever came back from a backup.
func (w *world) restored() bool { return w.server.epoch != firstEpoch }

const firstEpoch = 7

// unpark has the server try what waits for other commands of before a restore,
// as it does now and then.
func (w *world) unpark() {
	if !w.restored() {
		return
	}
	if _, err := w.server.core.Unpark(ctx); !isFull(err) {
		w.must(err)
	}
}

// reconcile ends what a restore began, once all laptops have come back: clerks
// open the books, and what still waits for others is refused.
func (w *world) reconcile() {
	for _, b := range w.server.store.Directory().AllBooks() {
		if !b.Closed() {
			continue
		}
		w.note("%s is opened", b.ID)
		w.must(w.server.give(&app.Command{
			Name: "book.open.1", Target: b.Key(), Actor: app.SystemPerson, Args: &app.BookOpen{Year: w.now.Year(), Last: w.highest(b.ID)},
		}))
	}
	w.calm()
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.SetReconciling(w.now) }))
	w.note("nobody is waited for any more")
	w.calm()
}

// highest is the last number of a book that anybody has seen.
func (w *world) highest(book app.ID) (n uint32) {
	for _, v := range w.ledger.results {
		if v.book == book && v.year == w.now.Year() {
			n = max(n, v.number)
		}
	}
	for at := range w.ledger.issued {
		if at.book == book && at.year == w.now.Year() {
			n = max(n, at.number)
		}
	}
	return n
}

// recount takes over which commands a laptop counts as answered, after it has
// heard that the server was restored.
func (w *world) recount(l *laptop) {
	clear(l.told)
	clear(l.letGo)
	for _, id := range l.given {
		row := l.row(id)
		switch {
		case row == nil || row.State.Pending():
		case row.State == feed.OutDiscarded:
			l.told[id], l.letGo[id] = feed.Refused, true
		default:
			l.told[id] = row.Result.Status
		}
	}
}
