package replica_test

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// errCrash ends a transaction that had done all its work: what a power cut
// before the commit leaves behind.
var errCrash = errors.New("crash before commit")

// disk is what a store's transactions meet.
type disk struct {
	w     *world
	crash bool // the power goes before the next commit
	full  bool // there is no room: writes fail, now or when they are committed
}

// meter is one transaction's way with its disk.
type meter struct {
	*disk
	left  int // writes that still find room on a full disk
	wrote bool
}

func (d *disk) begin() *meter {
	m := &meter{disk: d}
	if d.full {
		m.left = d.w.r.IntN(40)
	}
	return m
}

// spend is asked before each write.
func (m *meter) spend() error {
	m.wrote = true
	if m.full && m.left == 0 {
		return errFull()
	}
	m.left--
	return nil
}

func (m *meter) write(do func() error) error {
	if err := m.spend(); err != nil {
		return err
	}
	return do()
}

// commit is asked when all work is done.
func (m *meter) commit() error {
	switch {
	case m.full && m.wrote:
		return errFull()
	case m.crash:
		m.crash = false
		return errCrash
	}
	return nil
}

func errFull() error { return app.Refuse(app.Full, sqlite.ReasonFull) }

func isFull(err error) bool {
	var e *app.Error
	return errors.As(err, &e) && e.Code == app.Full
}

// serverStore is the server's store on its disk.
type serverStore struct {
	hub.Store
	s *server
}

func (st serverStore) Write(ctx context.Context, fn func(hub.Tx) error) error {
	m := st.s.disk.begin()
	if g := st.s.w.flaw.lag; g != nil {
		defer g.committed(st.s)
	}
	return st.Store.Write(ctx, func(tx hub.Tx) error {
		if plant := st.s.w.flaw.serverTx; plant != nil {
			tx = plant(tx)
		}
		if err := fn(&serverTx{tx, m}); err != nil {
			return err
		}
		return m.commit()
	})
}

func (st serverStore) Read(ctx context.Context, fn func(hub.View) error) error {
	from := st.Store
	if g := st.s.w.flaw.lag; g != nil && g.copy != nil && g.reads() {
		from = hub.Over(g.copy)
	}
	return from.Read(ctx, func(v hub.View) error {
		if plant := st.s.w.flaw.serverView; plant != nil {
			v = plant(v)
		}
		return fn(v)
	})
}

// serverTx asks the disk before it writes.
type serverTx struct {
	hub.Tx
	m *meter
}

func (t *serverTx) Put(r app.Record) error {
	return t.m.write(func() error { return t.Tx.Put(r) })
}

func (t *serverTx) NextNumber(book app.ID, year int) (uint32, bool, error) {
	if err := t.m.spend(); err != nil {
		return 0, false, err
	}
	return t.Tx.NextNumber(book, year)
}

func (t *serverTx) AppendEvent(seq uint64, c *feed.Command, at app.Time, leaf []byte) error {
	return t.m.write(func() error { return t.Tx.AppendEvent(seq, c, at, leaf) })
}

func (t *serverTx) PutEventHash(pos int64, hash [32]byte) error {
	return t.m.write(func() error { return t.Tx.PutEventHash(pos, hash) })
}

func (t *serverTx) PutPatch(p feed.PatchRow) error {
	return t.m.write(func() error { return t.Tx.PutPatch(p) })
}

func (t *serverTx) PutScopeRow(r feed.ScopeRow) error {
	return t.m.write(func() error { return t.Tx.PutScopeRow(r) })
}

func (t *serverTx) AddSum(s app.Scope, d feed.Sum) error {
	return t.m.write(func() error { return t.Tx.AddSum(s, d) })
}

func (t *serverTx) PutResult(r feed.StoredResult) error {
	return t.m.write(func() error { return t.Tx.PutResult(r) })
}

func (t *serverTx) SetNext(writer, next uint32) error {
	return t.m.write(func() error { return t.Tx.SetNext(writer, next) })
}

func (t *serverTx) PutMembership(person app.ID, m feed.Membership, at app.Time) error {
	return t.m.write(func() error { return t.Tx.PutMembership(person, m, at) })
}

func (t *serverTx) PutPurged(device app.ID, key app.Key, at app.Time) error {
	return t.m.write(func() error { return t.Tx.PutPurged(device, key, at) })
}

// laptopStore is a laptop's store on its disk.
type laptopStore struct {
	replica.Store
	l *laptop
}

func (st laptopStore) Write(ctx context.Context, fn func(replica.Tx) error) error {
	return st.Store.Write(ctx, st.over(fn))
}

func (st laptopStore) WriteLax(ctx context.Context, fn func(replica.Tx) error) error {
	return st.Store.WriteLax(ctx, st.over(fn))
}

func (st laptopStore) over(fn func(replica.Tx) error) func(replica.Tx) error {
	m := st.l.disk.begin()
	return func(tx replica.Tx) error {
		if plant := st.l.w.flaw.laptopTx; plant != nil {
			tx = plant(st.l, tx)
		}
		if err := fn(&laptopTx{tx, m}); err != nil {
			return err
		}
		return m.commit()
	}
}

// laptopTx asks the disk before it writes.
type laptopTx struct {
	replica.Tx
	m *meter
}

func (t *laptopTx) Put(r app.Record) error {
	return t.m.write(func() error { return t.Tx.Put(r) })
}

func (t *laptopTx) SetRaw(key app.Key, body []byte, version uint64) error {
	return t.m.write(func() error { return t.Tx.SetRaw(key, body, version) })
}

func (t *laptopTx) Delete(key app.Key) error {
	return t.m.write(func() error { return t.Tx.Delete(key) })
}

func (t *laptopTx) SetSyncState(s feed.State) error {
	return t.m.write(func() error { return t.Tx.SetSyncState(s) })
}

func (t *laptopTx) SetBase(key app.Key, body []byte, version uint64) error {
	return t.m.write(func() error { return t.Tx.SetBase(key, body, version) })
}

func (t *laptopTx) DropBase(key app.Key) error {
	return t.m.write(func() error { return t.Tx.DropBase(key) })
}

func (t *laptopTx) SetHeld(key app.Key, scopes []app.Scope) error {
	return t.m.write(func() error { return t.Tx.SetHeld(key, scopes) })
}

func (t *laptopTx) AddSum(s app.Scope, d feed.Sum) error {
	return t.m.write(func() error { return t.Tx.AddSum(s, d) })
}

func (t *laptopTx) AddPurged(key app.Key) error {
	return t.m.write(func() error { return t.Tx.AddPurged(key) })
}

func (t *laptopTx) PutOutbox(row feed.OutboxRow) error {
	return t.m.write(func() error { return t.Tx.PutOutbox(row) })
}

func (t *laptopTx) PutReceipt(r *feed.Receipt) (int64, error) {
	if err := t.m.spend(); err != nil {
		return 0, err
	}
	return t.Tx.PutReceipt(r)
}

func (t *laptopTx) Touch(id app.CommandID, key app.Key) error {
	return t.m.write(func() error { return t.Tx.Touch(id, key) })
}
