package app

import (
	"encoding/hex"
	"fmt"
	"slices"
)

// Hash is a SHA-256. In CBOR it is a byte string of 32, in JSON 64 hex digits.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether the hash was never set.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes 64 hex digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 64 {
		return fmt.Errorf("hash: want 64 hex digits, got %d", len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// SegmentKey is the random AES-256 key of one segment. It is a secret: it
// travels only inside records and never appears in logs or in the HTTP API.
type SegmentKey [32]byte

// Segment is one immutable, sealed piece of a file version.
type Segment struct {
	Name  Hash       `cbor:"1,keyasint"` // SHA-256 of the ciphertext, also its name in every store
	Size  int64      `cbor:"2,keyasint"` // ciphertext bytes
	Plain int64      `cbor:"3,keyasint"` // plaintext bytes
	Key   SegmentKey `cbor:"4,keyasint"` // AES-256-GCM key of this segment alone
}

// FileVersion is the content of a file at one moment: its segments in order.
// A later version that only appends names the same first segments again.
type FileVersion struct {
	SHA256   Hash      `cbor:"1,keyasint"` // of the whole plaintext
	Size     int64     `cbor:"2,keyasint"` // plaintext bytes
	Segments []Segment `cbor:"3,keyasint"`
}

// NewFiles finds the new files among the args of any command that has some.
func NewFiles(args any) []*NewFile {
	pick := func(files []NewFile) []*NewFile {
		out := make([]*NewFile, len(files))
		for i := range files {
			out[i] = &files[i]
		}
		return out
	}
	switch args := args.(type) {
	case *IncomingCreate:
		return pick(args.Files)
	case *DraftCreate:
		return pick(args.Files)
	case *RegisterAndSend:
		return pick(args.Files)
	case *FileAdd:
		return []*NewFile{&args.File}
	case *Sign:
		return []*NewFile{&args.File}
	case *Seal:
		files := []*NewFile{&args.File}
		for i := range args.Attachments {
			files = append(files, &args.Attachments[i].File)
		}
		return files
	case *MakeCopy:
		return []*NewFile{&args.File}
	case *Judge:
		switch {
		case args.Stamped != nil:
			return []*NewFile{args.Stamped}
		case args.Added != nil:
			return []*NewFile{args.Added}
		}
	}
	return nil
}

// extends reports whether the version only adds to another one: its segments are
// the other's and at least one more.
func (v FileVersion) extends(before FileVersion) bool {
	return len(v.Segments) > len(before.Segments) && slices.Equal(v.Segments[:len(before.Segments)], before.Segments)
}
