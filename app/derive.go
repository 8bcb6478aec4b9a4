package app

import (
	"crypto/sha256"
	"encoding/binary"
)

// DeriveID makes the id of a record that a command creates beside its target:
// a UUIDv8 (RFC 9562) of SHA-256 over the parts, so that every run of the
// command, and every later question, finds the same id.
func DeriveID(parts ...string) ID {
	h := sha256.New()
	for _, p := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return uuidText(b)
}

// derived reports whether the id has the form that DeriveID makes.
func (id ID) derived() bool {
	_, uuid := id.uuidBytes()
	return uuid && id[14] == '8'
}

// CopyID is the id of the incoming document that an office gets from an
// outgoing one.
func CopyID(outgoing, recipient ID) ID { return DeriveID("copy", string(outgoing), string(recipient)) }

// ReadMarkID is the id of a person's read mark on a document.
func ReadMarkID(person, doc ID) ID { return DeriveID("read", string(person), string(doc)) }

// FileKey is the key of the i-th file that a command adds: the command itself
// for the first; for the others a hash of both with bit 52 set, which no
// CommandID has, so that it stays exact in JSON and never meets a command.
func FileKey(c CommandID, i int) CommandID {
	if i == 0 {
		return c
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(c))
	binary.BigEndian.PutUint64(b[8:], uint64(i))
	sum := sha256.Sum256(b[:])
	const top = 1 << 52
	return CommandID(binary.BigEndian.Uint64(sum[:8])&(top-1) | top)
}
