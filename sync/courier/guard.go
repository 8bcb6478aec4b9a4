package courier

import (
	"fmt"
	"sync"

	"github.com/syncthing/syncthing/lib/db/backend"
)

// guarded is an index whose failure ends the node and not the program: what
// Syncthing cannot write to or read from its index it answers with a panic, unless
// the index is closed. So each error here is told to the node, and Syncthing hears
// that the index is closed. Another start then goes on, when there is room again.
type guarded struct {
	backend.Backend
	fail func(error)
}

// errClosed is the backend's own error for that, which has no name outside.
var errClosed = sync.OnceValue(func() error {
	b := backend.OpenMemory()
	b.Close()
	_, err := b.Get([]byte("x"))
	return err
})

func (g *guarded) judge(err error) error {
	if err == nil || backend.IsClosed(err) || backend.IsNotFound(err) {
		return err
	}
	g.fail(err)
	return fmt.Errorf("%w: %w", errClosed(), err)
}

// Get implements backend.Reader.
func (g *guarded) Get(key []byte) ([]byte, error) {
	v, err := g.Backend.Get(key)
	return v, g.judge(err)
}

// NewPrefixIterator implements backend.Reader.
func (g *guarded) NewPrefixIterator(prefix []byte) (backend.Iterator, error) {
	it, err := g.Backend.NewPrefixIterator(prefix)
	return guardedIterator{it, g}, g.judge(err)
}

// NewRangeIterator implements backend.Reader.
func (g *guarded) NewRangeIterator(first, last []byte) (backend.Iterator, error) {
	it, err := g.Backend.NewRangeIterator(first, last)
	return guardedIterator{it, g}, g.judge(err)
}

// Put implements backend.Writer.
func (g *guarded) Put(key, value []byte) error { return g.judge(g.Backend.Put(key, value)) }

// Delete implements backend.Writer.
func (g *guarded) Delete(key []byte) error { return g.judge(g.Backend.Delete(key)) }

// NewReadTransaction implements backend.Backend.
func (g *guarded) NewReadTransaction() (backend.ReadTransaction, error) {
	t, err := g.Backend.NewReadTransaction()
	return guardedRead{t, g}, g.judge(err)
}

// NewWriteTransaction implements backend.Backend.
func (g *guarded) NewWriteTransaction(hooks ...backend.CommitHook) (backend.WriteTransaction, error) {
	t, err := g.Backend.NewWriteTransaction(hooks...)
	return guardedWrite{t, g}, g.judge(err)
}

// Compact implements backend.Backend.
func (g *guarded) Compact() error { return g.judge(g.Backend.Compact()) }

type guardedIterator struct {
	backend.Iterator
	g *guarded
}

func (i guardedIterator) Error() error { return i.g.judge(i.Iterator.Error()) }

type guardedRead struct {
	backend.ReadTransaction
	g *guarded
}

func (t guardedRead) Get(key []byte) ([]byte, error) {
	v, err := t.ReadTransaction.Get(key)
	return v, t.g.judge(err)
}

func (t guardedRead) NewPrefixIterator(prefix []byte) (backend.Iterator, error) {
	it, err := t.ReadTransaction.NewPrefixIterator(prefix)
	return guardedIterator{it, t.g}, t.g.judge(err)
}

func (t guardedRead) NewRangeIterator(first, last []byte) (backend.Iterator, error) {
	it, err := t.ReadTransaction.NewRangeIterator(first, last)
	return guardedIterator{it, t.g}, t.g.judge(err)
}

type guardedWrite struct {
	backend.WriteTransaction
	g *guarded
}

func (t guardedWrite) Get(key []byte) ([]byte, error) {
	v, err := t.WriteTransaction.Get(key)
	return v, t.g.judge(err)
}

func (t guardedWrite) NewPrefixIterator(prefix []byte) (backend.Iterator, error) {
	it, err := t.WriteTransaction.NewPrefixIterator(prefix)
	return guardedIterator{it, t.g}, t.g.judge(err)
}

func (t guardedWrite) NewRangeIterator(first, last []byte) (backend.Iterator, error) {
	it, err := t.WriteTransaction.NewRangeIterator(first, last)
	return guardedIterator{it, t.g}, t.g.judge(err)
}

func (t guardedWrite) Put(key, value []byte) error {
	return t.g.judge(t.WriteTransaction.Put(key, value))
}

func (t guardedWrite) Delete(key []byte) error { return t.g.judge(t.WriteTransaction.Delete(key)) }
func (t guardedWrite) Checkpoint() error       { return t.g.judge(t.WriteTransaction.Checkpoint()) }
func (t guardedWrite) Commit() error           { return t.g.judge(t.WriteTransaction.Commit()) }
