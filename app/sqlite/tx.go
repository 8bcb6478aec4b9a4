package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"khonggiay/app"
)

// Change is what one command, or one transaction, did to one record.
type Change struct {
	Key        app.Key
	Old, New   []byte // bytes before and after; nil = absent
	OldVersion uint64 // 0 = absent
	NewVersion uint64
}

// state of a record at a moment; body nil = absent.
type state struct {
	body    []byte
	version uint64
}

// frame is what happened since a savepoint began.
type frame struct {
	changes map[app.Key]*Change
	began   map[app.Key]state // by Put: the record when this command first touched it
	dir     *app.Directory
}

func newFrame(dir *app.Directory) *frame {
	return &frame{changes: map[app.Key]*Change{}, began: map[app.Key]state{}, dir: dir}
}

// Tx is the one transaction that writes. It implements [app.Tx]. It must not
// be used after the function given to Write has returned, nor by two
// goroutines at once.
type Tx struct {
	View
	frames []*frame           // frames[0] is the transaction, frames[1] the command, deeper ones nested savepoints
	dirty  map[app.Key]*state // projections to be brought up to date; nil = read the record anew
	fresh  []app.Record       // directory records that dir does not have yet
	words  map[string]bool    // new ones in the search index
	texts  []searchText       // for the search index, at the end of project
}

var _ app.Tx = (*Tx)(nil)

// Write runs fn in a transaction and commits it, flushed to the disk before
// Write returns. An error or panic of fn rolls everything back.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	return s.write(ctx, false, fn)
}

// WriteLax is Write for what can be had again, such as a page pulled from the
// server: on a laptop a power cut may undo the last such transactions, always
// as whole ones and never one that Write had flushed before or after them. On
// the server it is Write.
func (s *Store) WriteLax(ctx context.Context, fn func(*Tx) error) error {
	return s.write(ctx, s.opts.Role == Replica, fn)
}

func (s *Store) write(ctx context.Context, lax bool, fn func(*Tx) error) error {
	select {
	case s.turn <- struct{}{}:
	case <-s.keeper.ctx.Done():
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	changes, err := s.inTurn(ctx, lax, fn)
	if err != nil {
		return s.troubled(err)
	}
	s.well()
	s.keeper.note()
	s.tell(changes)
	return nil
}

// inTurn gives the turn back, whatever fn does.
func (s *Store) inTurn(ctx context.Context, lax bool, fn func(*Tx) error) ([]Change, error) {
	defer func() { <-s.turn }()
	return s.transact(ctx, lax, fn)
}

// transact runs under the turn. Once begun, the caller's context no longer
// ends it: a half-run statement helps nobody.
func (s *Store) transact(ctx context.Context, lax bool, fn func(*Tx) error) (changes []Change, err error) {
	ctx = context.WithoutCancel(ctx)
	if err := s.setLax(ctx, lax); err != nil {
		return nil, err
	}
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_, rerr := s.conn.ExecContext(ctx, "ROLLBACK")
			err = errors.Join(err, rerr)
		}
	}()
	tx := &Tx{View: View{store: s, ctx: ctx, conn: s.conn, dir: s.Directory()}, dirty: map[app.Key]*state{}}
	tx.View.settle = tx.project
	tx.frames = []*frame{newFrame(tx.dir)}
	if err := fn(tx); err != nil {
		return nil, err
	}
	if err := tx.project(); err != nil {
		return nil, err
	}
	if _, err := s.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return nil, err
	}
	done = true
	s.dir.Store(tx.Directory())
	s.committed(tx)
	return tx.Changes(), nil
}

func (s *Store) setLax(ctx context.Context, lax bool) error {
	if s.opts.NoSync || lax == s.lax {
		return nil
	}
	level := "FULL"
	if lax {
		level = "NORMAL"
	}
	if _, err := s.conn.ExecContext(ctx, "PRAGMA synchronous = "+level); err != nil {
		return err
	}
	s.lax = lax
	return nil
}

// Savepoint runs fn and undoes all that it wrote when it fails. The outermost
// Savepoint is one command: whatever it Puts raises each version by one.
func (tx *Tx) Savepoint(fn func() error) (err error) {
	name := fmt.Sprintf("s%d", len(tx.frames))
	if err := tx.exec("SAVEPOINT " + name); err != nil {
		return err
	}
	tx.frames = append(tx.frames, newFrame(tx.Directory()))
	done := false
	defer func() {
		top := tx.frames[len(tx.frames)-1]
		tx.frames = tx.frames[:len(tx.frames)-1]
		if done {
			tx.merge(top)
			return
		}
		tx.dir, tx.fresh, tx.words = top.dir, nil, nil
		for k := range top.changes {
			tx.dirty[k] = nil
		}
		err = errors.Join(err, tx.exec("ROLLBACK TO "+name), tx.exec("RELEASE "+name))
	}()
	if err := fn(); err != nil {
		return err
	}
	if err := tx.exec("RELEASE " + name); err != nil {
		return err
	}
	done = true
	return nil
}

// merge adds a finished savepoint's changes to the frame below it.
func (tx *Tx) merge(top *frame) {
	below := tx.frames[len(tx.frames)-1]
	for k, c := range top.changes {
		if b := below.changes[k]; b != nil {
			b.New, b.NewVersion = c.New, c.NewVersion
			continue
		}
		below.changes[k] = c
	}
}

// Changes are the records changed since the innermost running Savepoint began,
// or by the whole transaction so far outside of one, sorted by kind and id.
// What was changed and changed back is left out.
func (tx *Tx) Changes() []Change {
	top := tx.frames[len(tx.frames)-1]
	out := make([]Change, 0, len(top.changes))
	for _, c := range top.changes {
		if c.OldVersion != c.NewVersion || !sameBody(c.Old, c.New) {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b Change) int { return compareKeys(a.Key, b.Key) })
	return out
}

func compareKeys(a, b app.Key) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// exec, query and queryRow run one statement; its text is prepared once per
// connection.
func (tx *Tx) exec(query string, args ...any) error {
	_, err := tx.conn.ExecContext(tx.ctx, query, args...)
	return err
}

// execCount tells how many rows the statement changed.
func (tx *Tx) execCount(query string, args ...any) (int64, error) {
	res, err := tx.conn.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// View is one consistent snapshot of the store, for reading.
type View struct {
	store  *Store
	ctx    context.Context
	conn   *sql.Conn
	dir    *app.Directory
	settle func() error // brings projections up to date inside a Tx
}

// Read runs fn on one consistent snapshot. Keep it short: the log cannot be
// truncated past a snapshot that is still being read. Do not call Read inside fn:
// when all do so at once, no connection is left.
func (s *Store) Read(ctx context.Context, fn func(*View) error) error {
	conn, err := s.reader.Conn(ctx)
	if err != nil {
		return s.troubled(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return s.troubled(err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return s.troubled(fn(&View{store: s, ctx: ctx, conn: conn, dir: s.Directory()}))
}

// Directory is the province as this machine knows it.
func (v *View) Directory() *app.Directory { return v.dir }

func (v *View) query(query string, args ...any) (*sql.Rows, error) {
	return v.conn.QueryContext(v.ctx, query, args...)
}

func (v *View) queryRow(query string, args ...any) *sql.Row {
	return v.conn.QueryRowContext(v.ctx, query, args...)
}

// each runs the query and calls fn for each row.
func (v *View) each(query string, args []any, fn func(*sql.Rows) error) error {
	rows, err := v.query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
