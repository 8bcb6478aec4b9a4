package app

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// RollCode is what the code on the screen of a room is made from. Those who run
// the meeting hold it, so that their machines show the code without a line.
type RollCode struct {
	ID ID `cbor:"1,keyasint"` // RollCodeID(meeting)
	PartOf
	Secret []byte `cbor:"4,keyasint"`
}

// Key implements Record.
func (c *RollCode) Key() Key { return Key{KindRollCode, c.ID} }

func (c *RollCode) audience(m *Meeting) []Scope { return officialScopes(m) }

// RollCodeID is the id of a meeting's code.
func RollCodeID(meeting ID) ID { return DeriveID("rollcode", string(meeting)) }

// CodeStep is how long a code is shown, in milliseconds.
const CodeStep = Time(30_000)

// codeSlack is how many steps a code is taken before and after its own: a code is
// read, typed and sent, and clocks differ.
const codeSlack = 2

// StepAt is the step of the moment.
func StepAt(at Time) int64 { return floorDiv(int64(at), int64(CodeStep)) }

// At is the code of a step, six digits: a truncated HMAC-SHA256 (RFC 4226, 5.3)
// over meeting and step.
func (c *RollCode) At(step int64) string {
	h := hmac.New(sha256.New, c.Secret)
	h.Write([]byte(c.Meeting))
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(step))
	h.Write(n[:])
	sum := h.Sum(nil)
	from := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&0x7fffffff%1_000_000)
}

// takes reports whether the code was shown about the moment. A code that was
// scanned says its step; of one that was typed all steps about then are tried.
func (c *RollCode) takes(code string, step int64, at Time) bool {
	now := StepAt(at)
	for s := now - codeSlack; s <= now+codeSlack; s++ {
		if (step == 0 || step == s) && hmac.Equal([]byte(c.At(s)), []byte(code)) {
			return true
		}
	}
	return false
}

func newCodeSecret() []byte {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic("app: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return b
}
