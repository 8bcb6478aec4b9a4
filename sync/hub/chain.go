package hub

import (
	"crypto/sha256"
	"fmt"

	"github.com/fxamacker/cbor/v2"
	"golang.org/x/mod/sumdb/tlog"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// leaf is what the chain remembers of an event: hashes only, so that content
// can be erased by law and the chain still proves the rest.
type leaf struct {
	_       struct{} `cbor:",toarray"`
	Seq     uint64
	ID      app.CommandID
	At      app.Time
	Command app.Hash // SHA-256 of the stored form
	Changes []leafChange
}

type leafChange struct {
	_       struct{} `cbor:",toarray"`
	Kind    app.Kind
	ID      app.ID
	Version uint64
	Body    app.Hash // SHA-256 of the record's bytes after the event
}

var leafMode = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic("hub: " + err.Error()) // options are constants
	}
	return m
}()

func leafOf(seq uint64, cmd *feed.Command, at app.Time, changes []feed.Change) []byte {
	l := leaf{Seq: seq, ID: cmd.ID, At: at, Command: sha256.Sum256(cmd.Marshal()), Changes: []leafChange{}}
	for _, ch := range changes {
		l.Changes = append(l.Changes, leafChange{Kind: ch.Key.Kind, ID: ch.Key.ID, Version: ch.NewVersion, Body: sha256.Sum256(ch.New)})
	}
	b, err := leafMode.Marshal(l)
	if err != nil {
		panic("hub: " + err.Error()) // plain numbers and hashes
	}
	return b
}

// hashes reads the chain's stored hashes.
type hashes struct{ View }

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		hash, err := h.EventHash(n)
		if err != nil {
			return nil, fmt.Errorf("hub: hash %d of the chain: %w", n, err)
		}
		out[i] = hash
	}
	return out, nil
}

// chain appends the leaf of event seq, which is record seq-1 of the tree.
func (g *group) chain(seq uint64, leaf []byte) error {
	n := int64(seq - 1)
	stored, err := tlog.StoredHashes(n, leaf, hashes{g.tx})
	if err != nil {
		return err
	}
	at := tlog.StoredHashIndex(0, n)
	for i, h := range stored {
		if err := g.tx.PutEventHash(at+int64(i), h); err != nil {
			return err
		}
	}
	return nil
}

// TreeHead is the hash over all events up to and including seq.
func TreeHead(v View, seq uint64) (app.Hash, error) {
	h, err := tlog.TreeHash(int64(seq), hashes{v})
	return app.Hash(h), err
}

// CheckChain compares every leaf with the tree and returns the first event
// that does not fit; 0 = all fit.
func CheckChain(v View) (uint64, error) {
	head, _, err := v.Head()
	if err != nil {
		return 0, err
	}
	for seq := uint64(1); seq <= head; seq++ {
		leaf, err := v.EventLeaf(seq)
		if err != nil {
			return seq, err
		}
		stored, err := v.EventHash(tlog.StoredHashIndex(0, int64(seq-1)))
		if err != nil {
			return seq, err
		}
		if tlog.RecordHash(leaf) != stored {
			return seq, nil
		}
	}
	return 0, nil
}
