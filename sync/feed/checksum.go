package feed

import (
	"crypto/sha256"
	"encoding/binary"

	"khonggiay/app"
)

// Sum says what a side holds of one scope: how many records, and the sum
// modulo 2^64 of their [Hash]es. Equal sums mean equal records.
type Sum struct {
	Count int64
	Sum   uint64
}

// Add counts a record in.
func (s *Sum) Add(key app.Key, version uint64) { s.Count++; s.Sum += Hash(key, version) }

// Hash is the 64-bit hash of a record at a version: the first 8 bytes,
// big-endian, of SHA-256(kind, version as 8 bytes big-endian, id).
func Hash(key app.Key, version uint64) uint64 {
	var b [9 + 64]byte
	b[0] = byte(key.Kind)
	binary.BigEndian.PutUint64(b[1:], version)
	h := sha256.Sum256(append(b[:9], key.ID...))
	return binary.BigEndian.Uint64(h[:])
}

// Bucket is the record's range in a comparison: the first byte of its hash at
// version 0, so that it stays the same when the record changes.
func Bucket(key app.Key) byte { return byte(Hash(key, 0) >> 56) }

// ScopeSum is the sum of one scope.
type ScopeSum struct {
	Scope app.Scope
	Sum
}

// Digest joins the sums of all scopes, sorted by scope, into 8 bytes.
func Digest(sums []ScopeSum) uint64 {
	h := sha256.New()
	var b [16]byte
	for _, s := range sums {
		binary.BigEndian.PutUint64(b[:], uint64(s.Count))
		binary.BigEndian.PutUint64(b[8:], s.Sum.Sum)
		h.Write([]byte{byte(len(s.Scope))})
		h.Write([]byte(s.Scope))
		h.Write(b[:])
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}
