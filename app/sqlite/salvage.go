package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// refilled are the tables of a replica that need not be saved from a damaged
// file: the server sends what is in them again, or they are derived from that.
// Everything else is somebody's work and is saved.
var refilled = []string{
	"record", "base", "touched", "held", "held_set", "scope_sum", "need", "purged", "content_ref",
	"document_index", "task_index", "waiting", "document_file", "read_mark", "scope", "document_scope", "record_scope", "shelf", "scope_shelf",
	"meeting_index", "meeting_person", "meeting_part", "material_due", "document_fts", "search_word", "document_word", "meta", "sync_state", "outbox",
}

// numbersTable counts the numbers that a replica gave as the holder of books: one
// that has lost it must not give any, and goes on as a writer that holds none.
const numbersTable = "book_counter"

// Salvaged tells what was saved from a damaged replica.
type Salvaged struct {
	Commands int // rows of the outbox
	Waiting  int // of those, commands without an answer
	// Unread counts commands that are known to have been there and are not:
	// rows that were found broken, and counters that are missing.
	Unread int
	// Whole is true when nothing of the outbox is missing and it is known where
	// its counters stand: its writer may go on.
	Whole bool
	// Writer and Next are where the replica stood, 0 when that cannot be read.
	Writer, Next uint32
}

// Salvage saves into an empty replica what a person's machine alone holds: the
// outbox, files in waiting, given numbers, and where the replica stands. The
// records are not saved; the server has them. genuine tells whether a command
// bears its author's signature: one that was damaged does not.
//
// First SQLite reads as far as it can, from both ends of each table. When that
// is not all, the pages of the outbox are looked for in the bytes of the file.
func Salvage(ctx context.Context, path string, into *Store, genuine func(*feed.Command) bool) (Salvaged, error) {
	w := &wreck{ctx: ctx, path: path, genuine: genuine, outbox: map[app.CommandID][]any{}, broken: map[app.CommandID]bool{}}
	db := sql.OpenDB(connector(dsn(path, false, true)))
	defer db.Close()
	db.SetMaxOpenConns(1)
	w.db = db
	if _, err := db.ExecContext(ctx, "PRAGMA mmap_size = 0"); err != nil { // a bad sector must be an error, not a signal
		w.fault = err
	}
	err := into.Write(ctx, func(tx *Tx) error { return w.save(tx) })
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return w.out, mapError(err)
}

// wreck is a damaged file.
type wreck struct {
	ctx     context.Context
	db      *sql.DB
	path    string
	genuine func(*feed.Command) bool
	outbox  map[app.CommandID][]any // rows by id, in the order of the columns
	broken  map[app.CommandID]bool  // rows that were met, and whose command is not what its author signed
	fault   error                   // the first that reading met
	uncount bool                    // it is not known which numbers of books were given
	out     Salvaged
}

func (w *wreck) save(tx *Tx) error {
	tables, err := tx.tables()
	if err != nil {
		return err
	}
	for _, table := range tables {
		if slices.Contains(refilled, table) || strings.HasPrefix(table, "document_fts") || strings.HasPrefix(table, "schema_") {
			continue
		}
		w.fault = nil
		if err := w.copy(tx, table); err != nil {
			return err
		}
		w.uncount = w.uncount || table == numbersTable && w.fault != nil
	}
	known, err := w.saveState(tx)
	if err != nil {
		return err
	}
	return w.saveOutbox(tx, known)
}

// tables lists the tables of the file.
func (v *View) tables() (out []string, err error) {
	err = v.each(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`, nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	})
	return out, err
}

// columns of a table as this program makes it, and those of its primary key.
func (v *View) columns(table string) (all, key []string, err error) {
	err = v.each(`SELECT name, pk FROM pragma_table_info(?) ORDER BY cid`, []any{table}, func(rows *sql.Rows) error {
		var name string
		var pk int
		err := rows.Scan(&name, &pk)
		all = append(all, name)
		if pk > 0 {
			key = append(key, name)
		}
		return err
	})
	return all, key, err
}

// copy saves a table's rows, as far as they can be read. A row that does not
// fit any more is left out.
func (w *wreck) copy(tx *Tx, table string) error {
	columns, key, err := tx.columns(table)
	if err != nil {
		return err
	}
	insert := insertInto(table, columns)
	return w.rows(table, columns, key, func(row []any) error {
		err := tx.exec(insert, row...)
		if e := app.AsError(mapError(err)); err != nil && e.Code != app.Internal {
			return err // the new disk is full: that is another matter
		}
		return nil
	})
}

func insertInto(table string, columns []string) string {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	return fmt.Sprintf("INSERT OR IGNORE INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), marks)
}

// rows reads a table by its key from the front, and when that fails from the
// back: between them is what is damaged.
func (w *wreck) rows(table string, columns, key []string, fn func([]any) error) error {
	for _, way := range []string{"ASC", "DESC"} {
		order := make([]string, len(key))
		for i, k := range key {
			order[i] = k + " " + way
		}
		query := fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", strings.Join(columns, ", "), table, strings.Join(order, ", "))
		err := w.each(query, len(columns), fn)
		var own *taken
		if errors.As(err, &own) {
			return own.err
		}
		if err == nil {
			return nil
		}
		if w.fault == nil {
			w.fault = err
		}
	}
	return nil
}

// taken wraps what the receiver of a row says, to tell it from the wreck's faults.
type taken struct{ err error }

func (t *taken) Error() string { return t.err.Error() }

func (w *wreck) each(query string, columns int, fn func([]any) error) error {
	rows, err := w.db.QueryContext(w.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row := make([]any, columns)
		places := make([]any, columns)
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return &taken{err}
		}
	}
	return rows.Err()
}

// saveState saves whose replica it is and where its counters stand; not what
// was pulled, since that is pulled again. known is false when it cannot be read.
func (w *wreck) saveState(tx *Tx) (known bool, err error) {
	columns, _, err := tx.columns("sync_state")
	if err != nil {
		return false, err
	}
	columns = slices.DeleteFunc(columns, func(c string) bool {
		return slices.Contains([]string{"one", "cursor", "member", "scopes", "level"}, c)
	})
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = ?"
	}
	err = w.rows("sync_state", columns, []string{"one"}, func(row []any) error {
		known = true
		return tx.exec("UPDATE sync_state SET "+strings.Join(sets, ", "), row...)
	})
	if err != nil || !known {
		return false, err
	}
	s, err := tx.SyncState()
	return err == nil && s.Person != "" && s.Writer != 0, nil
}

// saveOutbox saves the commands and decides whether their writer may go on.
func (w *wreck) saveOutbox(tx *Tx, known bool) error {
	columns, key, err := tx.columns("outbox")
	if err != nil {
		return err
	}
	w.fault = nil
	if err := w.rows("outbox", columns, key, func(row []any) error { w.take(row); return nil }); err != nil {
		return err
	}
	if w.fault != nil {
		if err := w.scan(len(columns)); err != nil {
			return err
		}
	}
	insert := insertInto("outbox", columns)
	for _, id := range sortedKeys(w.outbox) {
		if err := tx.exec(insert, w.outbox[id]...); err != nil {
			return err
		}
	}
	return w.settle(tx, known)
}

// take keeps a row of the outbox, unless its command is not what its author signed.
func (w *wreck) take(row []any) {
	id, ok := row[0].(int64)
	if !ok {
		return
	}
	if b, ok := row[4].([]byte); ok && len(b) > 0 {
		cmd, err := feed.ParseCommand(b)
		if err != nil || cmd.ID != app.CommandID(id) || !w.genuine(cmd) {
			w.broken[app.CommandID(id)] = unanswered(row)
			return
		}
	}
	w.outbox[app.CommandID(id)] = row
}

// unanswered reports whether the row's command waits for the server or for its
// author: what was accepted or let go is nobody's loss.
func unanswered(row []any) bool {
	state, _ := row[5].(int64)
	return feed.OutboxState(state) != feed.OutAcknowledged && feed.OutboxState(state) != feed.OutDiscarded
}

func sortedKeys(m map[app.CommandID][]any) []app.CommandID {
	out := make([]app.CommandID, 0, len(m))
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// settle counts what is there and what is missing. The writer may go on when it
// is known where its counters stand and none of what it gave last is missing.
func (w *wreck) settle(tx *Tx, known bool) error {
	s, err := tx.SyncState()
	if err != nil && known {
		return err
	}
	if known {
		w.out.Writer, w.out.Next = s.Writer, s.Next
	}
	answered, pending, last := w.counters(s.Writer)
	first := firstDue(answered, pending)
	switch {
	case !known || w.uncount || s.Next <= last: // or an older page of the state was read
		known = false
	case w.fault != nil && answered == 0 && pending != 1: // those before may be missing
		known = false
	case first != 0:
		for c := first; c < s.Next; c++ {
			if _, ok := w.outbox[app.NewCommandID(s.Writer, c)]; !ok {
				w.broken[app.NewCommandID(s.Writer, c)] = true
			}
		}
	}
	for id, lost := range w.broken {
		if _, ok := w.outbox[id]; !ok && lost {
			w.out.Unread++
		}
	}
	if w.out.Whole = known && w.out.Unread == 0; w.out.Whole {
		return nil
	}
	// Another writer number is needed before anything new can be given.
	return tx.exec(`UPDATE sync_state SET person = '', writer = 0, next = 1`)
}

// counters counts the commands, and finds the writer's highest counter that was
// answered, its lowest that was not, and its highest.
func (w *wreck) counters(writer uint32) (answered, pending, last uint32) {
	for id, row := range w.outbox {
		w.out.Commands++
		state, _ := row[5].(int64)
		waits := feed.OutboxState(state).Pending()
		if waits {
			w.out.Waiting++
		}
		if id.Writer() != writer {
			continue
		}
		c := id.Counter()
		last = max(last, c)
		switch {
		case !waits:
			answered = max(answered, c)
		case pending == 0 || c < pending:
			pending = c
		}
	}
	return answered, pending, last
}

// firstDue is the lowest counter that must be there: everything after the last
// answer, or from the first that waits; 0 when nothing tells. Answers come in
// the order of the counters.
func firstDue(answered, pending uint32) uint32 {
	if answered != 0 {
		return answered + 1
	}
	return pending
}

// scan looks for rows of the outbox that SQLite could not reach, in the bytes
// of the file and of its log.
func (w *wreck) scan(columns int) error {
	for _, path := range []string{w.path, w.path + "-wal"} {
		f, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		err = scanPages(f, columns, func(row []any) {
			id, ok := row[0].(int64)
			if !ok {
				return
			}
			if _, have := w.outbox[app.CommandID(id)]; !have {
				w.take(row)
			}
		})
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}
