package hub

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// cursor is how far a replica is. It is opaque to the laptop, which stores it
// in the transaction of the page that brought it.
type cursor struct {
	_       struct{} `cbor:",toarray"`
	Epoch   uint64
	Member  uint64              // version of the person's scopes; 0 = nothing yet
	Pos     uint64              // last result delivered
	Seq     [app.Classes]uint64 // last event delivered, by class; never rising with the class
	Filling []filling           // gained scopes, still being filled
}

// filling is a set of scopes gained together: what they held at that moment
// comes newest first, behind the live changes.
type filling struct {
	_      struct{} `cbor:",toarray"`
	Scopes []app.Scope
	Join   [app.Classes]uint64 // events up to these are to be filled, by class
	Class  app.Class           // class being filled
	Before uint64              // events before this one are still to come
}

const macSize = 16

var cursorMode = func() cbor.DecMode {
	m, err := cbor.DecOptions{MaxArrayElements: 1 << 16}.DecMode()
	if err != nil {
		panic("hub: " + err.Error()) // options are constants
	}
	return m
}()

func (c *Core) mac(peer Peer, b []byte) []byte {
	m := hmac.New(sha256.New, c.cfg.CursorKey)
	fmt.Fprintf(m, "cursor 1\x00%s\x00%s\x00", peer.Device, peer.Person)
	m.Write(b)
	return m.Sum(nil)[:macSize]
}

func (c *Core) sealCursor(peer Peer, cur *cursor) ([]byte, error) {
	if cur.Filling == nil {
		cur.Filling = []filling{}
	}
	b, err := leafMode.Marshal(cur)
	if err != nil {
		return nil, fmt.Errorf("hub: encode cursor: %w", err)
	}
	return append(b, c.mac(peer, b)...), nil
}

// openCursor reads a cursor. One that is foreign, damaged or of another epoch
// counts as no cursor: the replica is then compared and filled anew, keeping
// what it has.
func (c *Core) openCursor(peer Peer, b []byte) *cursor {
	fresh := &cursor{Epoch: c.cfg.Epoch}
	if len(b) <= macSize {
		return fresh
	}
	body, mac := b[:len(b)-macSize], b[len(b)-macSize:]
	if !hmac.Equal(mac, c.mac(peer, body)) {
		return fresh
	}
	var cur cursor
	if err := cursorMode.Unmarshal(body, &cur); err != nil || cur.Epoch != c.cfg.Epoch {
		return fresh
	}
	return &cur
}
