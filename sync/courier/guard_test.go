package courier

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/syncthing/syncthing/lib/db/backend"
)

// brittle is an index on a disk that can be full.
type brittle struct {
	backend.Backend
	full   *atomic.Bool
	failed *atomic.Int32
}

func (b brittle) Put(key, value []byte) error {
	if b.full.Load() {
		b.failed.Add(1)
		return syscall.ENOSPC
	}
	return b.Backend.Put(key, value)
}

func (b brittle) NewWriteTransaction(hooks ...backend.CommitHook) (backend.WriteTransaction, error) {
	if b.full.Load() {
		b.failed.Add(1)
		return nil, syscall.ENOSPC
	}
	return b.Backend.NewWriteTransaction(hooks...)
}

// TestFullIndex: a disk that runs full under the index takes the node down and not
// the program; with room it comes up by itself and takes what it has missed.
func TestFullIndex(t *testing.T) {
	var full atomic.Bool
	var failed atomic.Int32
	province := newMachine(t, newIdentity(t))
	l := newMachine(t, newIdentity(t), func(o *Options) {
		o.pause = 100 * time.Millisecond
		o.index = func(b backend.Backend) backend.Backend { return brittle{b, &full, &failed} }
	})
	province.configure(Topology{Peers: []Peer{{ID: l.node.ID()}},
		Folders: []Folder{{ID: "xa1", Shelf: province.shelf("xa1"), Gives: true, Peers: []ID{l.node.ID()}}}})
	l.configure(Topology{Peers: []Peer{{ID: province.node.ID(), Addresses: []string{province.address()}}},
		Folders: []Folder{{ID: "xa1", Shelf: l.shelf("xa1"), Peers: []ID{province.node.ID()}}}})
	first := province.put("xa1", 100_000)
	l.await("the first arrives", func() bool { return l.whole("xa1", first) })

	full.Store(true)
	second := province.put("xa1", 100_000)
	l.await("the index to fail", func() bool { return failed.Load() > 0 })
	l.await("the node to go down", func() bool { _, err := l.node.Needs("xa1"); return err == ErrDown })
	full.Store(false)
	l.await("the second arrives", func() bool { return l.whole("xa1", first) && l.whole("xa1", second) })
}
