package enrol

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"log/slog"
	"strings"
)

// Sizes of what a code carries, bytes. Together with the checksum they make 200
// bits: eight groups of five characters, which can be read over a telephone.
const (
	SecretSize      = 9  // 72 bits: a guess has no hope against a limited number of tries
	FingerprintSize = 14 // 112 bits of the authority's SHA-256: no second preimage can be found
	checksumSize    = 2
	codeSize        = SecretSize + FingerprintSize + checksumSize

	codePrefix = "KG1"
	groupSize  = 5
	codeGroups = codeSize * 8 / 5 / groupSize
)

// crockford is Douglas Crockford's base 32: no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// What ParseCode says of a text that is no code.
var (
	ErrNotCode  = errors.New("enrol: not an enrolment code")
	ErrCodeTypo = errors.New("enrol: the code has a typing mistake")
)

// Code is what an administrator gives to a person: "KG1-7X3VQ-…". It is used
// once, within a day.
type Code struct {
	Secret      [SecretSize]byte
	Fingerprint [FingerprintSize]byte
}

// NewCode makes a code with a fresh secret for the authority whose certificate
// in DER is given.
func NewCode(authority []byte) Code {
	c := Code{Fingerprint: FingerprintOf(authority)}
	rand.Read(c.Secret[:]) // never fails
	return c
}

// FingerprintOf gives the part of a certificate's SHA-256 that codes carry.
func FingerprintOf(certificate []byte) [FingerprintSize]byte {
	sum := sha256.Sum256(certificate)
	return [FingerprintSize]byte(sum[:FingerprintSize])
}

// String writes the code as people pass it on.
func (c Code) String() string {
	raw := make([]byte, 0, codeSize)
	raw = append(raw, c.Secret[:]...)
	raw = append(raw, c.Fingerprint[:]...)
	raw = binary.BigEndian.AppendUint16(raw, checksum(raw))
	var out strings.Builder
	out.WriteString(codePrefix)
	var bits uint32
	var n, written int
	for _, b := range raw {
		bits, n = bits<<8|uint32(b), n+8
		for n >= 5 {
			if written%groupSize == 0 {
				out.WriteByte('-')
			}
			out.WriteByte(crockford[bits>>(n-5)&31])
			n, written = n-5, written+1
		}
	}
	return out.String()
}

// LogValue keeps a code out of the logs.
func (c Code) LogValue() slog.Value { return slog.StringValue(codePrefix + "-…") }

// ParseCode reads what a person typed or pasted: case, spaces and hyphens do
// not matter, O reads as 0, I and L as 1. ErrCodeTypo when the shape is right
// but the checksum is not, else ErrNotCode.
func ParseCode(text string) (Code, error) {
	rest, ok := strings.CutPrefix(squeeze(text), codePrefix)
	if !ok || len(rest) != codeGroups*groupSize {
		return Code{}, ErrNotCode
	}
	raw := make([]byte, 0, codeSize)
	var bits uint32
	var n int
	for i := range len(rest) {
		v := strings.IndexByte(crockford, alias(rest[i]))
		if v < 0 {
			return Code{}, ErrNotCode
		}
		bits, n = bits<<5|uint32(v), n+5
		if n >= 8 {
			raw, n = append(raw, byte(bits>>(n-8))), n-8
		}
	}
	body := raw[:codeSize-checksumSize]
	if checksum(body) != binary.BigEndian.Uint16(raw[len(body):]) {
		return Code{}, ErrCodeTypo
	}
	return Code{[SecretSize]byte(body), [FingerprintSize]byte(body[SecretSize:])}, nil
}

// squeeze drops what people put between the groups and lifts the case.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == '-', r == ' ', r == '\t', r == '\r', r == '\n', r == '–', r == '—', r == '\u00a0':
			return -1
		}
		return r
	}, text)
}

// alias reads the characters that Crockford's base 32 leaves out.
func alias(c byte) byte {
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return c
}

// checksum is CRC-16/CCITT started from the prefix: it finds every mistake that
// lies within 16 bits, so any one character and any two neighbours swapped.
func checksum(b []byte) uint16 {
	crc := uint16(0xffff)
	for _, part := range [][]byte{[]byte(codePrefix), b} {
		for _, x := range part {
			crc ^= uint16(x) << 8
			for range 8 {
				top := crc & 0x8000
				crc <<= 1
				if top != 0 {
					crc ^= 0x1021
				}
			}
		}
	}
	return crc
}
