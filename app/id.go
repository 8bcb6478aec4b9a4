package app

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// ID names a record. IDs are opaque; new ones are UUIDv7 (RFC 9562) in their
// usual text form, which CBOR carries as 16 bytes. Others (a unit "u0012", a
// person "p00345") are short text. Valid: 1–64 of [A-Za-z0-9._:-].
type ID string

// NewID makes a UUIDv7 for the moment now.
func NewID(now Time) ID {
	var b [16]byte
	if _, err := rand.Read(b[6:]); err != nil {
		panic("app: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	ms := uint64(now)
	b[0], b[1], b[2], b[3], b[4], b[5] = byte(ms>>40), byte(ms>>32), byte(ms>>24), byte(ms>>16), byte(ms>>8), byte(ms)
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return uuidText(b[:])
}

func uuidText(b []byte) ID {
	var t [36]byte
	hex.Encode(t[0:8], b[0:4])
	hex.Encode(t[9:13], b[4:6])
	hex.Encode(t[14:18], b[6:8])
	hex.Encode(t[19:23], b[8:10])
	hex.Encode(t[24:36], b[10:16])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return ID(t[:])
}

// uuidBytes returns the 16 bytes of a lower-case UUID text.
func (id ID) uuidBytes() ([]byte, bool) {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return nil, false
	}
	t := string(id[0:8] + id[9:13] + id[14:18] + id[19:23] + id[24:36])
	b, err := hex.DecodeString(t)
	if err != nil || uuidText(b) != id {
		return nil, false
	}
	return b, true
}

// Valid reports whether the id may name a record.
func (id ID) Valid() bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == ':', c == '-':
		default:
			return false
		}
	}
	return true
}

// MarshalCBOR writes a UUID as a byte string of 16, anything else as text.
func (id ID) MarshalCBOR() ([]byte, error) {
	if b, ok := id.uuidBytes(); ok {
		return append([]byte{0x50}, b...), nil
	}
	n := len(id)
	switch {
	case n < 24:
		return append([]byte{0x60 | byte(n)}, id...), nil
	case n < 256:
		return append([]byte{0x78, byte(n)}, id...), nil
	}
	return nil, fmt.Errorf("id of %d bytes is too long", n)
}

// UnmarshalCBOR reads what MarshalCBOR writes.
func (id *ID) UnmarshalCBOR(b []byte) error {
	switch {
	case len(b) == 17 && b[0] == 0x50:
		*id = uuidText(b[1:])
		return nil
	case len(b) >= 1 && b[0] >= 0x60 && b[0] < 0x78 && len(b) == 1+int(b[0]&0x1f):
		*id = ID(b[1:])
		return nil
	case len(b) >= 2 && b[0] == 0x78 && len(b) == 2+int(b[1]):
		*id = ID(b[2:])
		return nil
	}
	return errors.New("id: not a UUID byte string or short text")
}

// CommandID names one command for ever: the writer that gave it (20 bits; one
// number per device incarnation, allocated by the server at enrolment) and the
// writer's own counter (32 bits, from 1, without gaps). It fits 52 bits, so
// JSON and JavaScript carry it exactly. The entries a command makes inside a
// record (a directive, a remark) are keyed by it, so that the laptop's
// optimistic run and the server's final run agree on every key.
type CommandID uint64

// MaxWriter is the highest writer number.
const MaxWriter = 1<<20 - 1

// NewCommandID joins a writer and a counter.
func NewCommandID(writer, counter uint32) CommandID {
	return CommandID(uint64(writer&MaxWriter)<<32 | uint64(counter))
}

// Writer is the device incarnation that gave the command.
func (c CommandID) Writer() uint32 { return uint32(c >> 32) }

// Counter is the command's place among its writer's commands.
func (c CommandID) Counter() uint32 { return uint32(c) }

func (c CommandID) String() string { return fmt.Sprintf("%d.%d", c.Writer(), c.Counter()) }

// Bytes is the big-endian form used as a database key.
func (c CommandID) Bytes() []byte { return binary.BigEndian.AppendUint64(nil, uint64(c)) }
