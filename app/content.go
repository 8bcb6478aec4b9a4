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
	case *SlipCreate:
		return pick(args.Files)
	case *SlipEdit:
		return pick(args.Files)
	case *MaterialAdd:
		return []*NewFile{&args.File}
	case *MaterialVersionAdd:
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

// FilesOf are the files that a record carries, by the key under which it knows
// them; nil for one that carries none.
func FilesOf(r Record) map[CommandID]File {
	switch r := r.(type) {
	case *Document:
		return r.Files
	case *Material:
		out := make(map[CommandID]File, len(r.Versions))
		for key, v := range r.Versions {
			out[key] = v.File
		}
		return out
	case *OpinionSlip:
		return r.Files
	}
	return nil
}

// storedCommands are the commands by which the server tells a record that it has
// the whole content of a file, by the kind of records that carry files.
var storedCommands = map[Kind]string{
	KindDocument: "document.content_stored.1",
	KindMaterial: "material.content_stored.1",
	KindSlip:     "slip.content_stored.1",
}

// CarriesFiles reports whether records of the kind may have files.
func (k Kind) CarriesFiles() bool { return storedCommands[k] != "" }

// StoredCommand is the command with [ContentStored] for a record of the kind; ""
// where this version has none.
func StoredCommand(k Kind) string {
	if name := storedCommands[k]; specs[name] != nil {
		return name
	}
	return ""
}

// extends reports whether the version only adds to another one: its segments are
// the other's and at least one more.
func (v FileVersion) extends(before FileVersion) bool {
	return len(v.Segments) > len(before.Segments) && slices.Equal(v.Segments[:len(before.Segments)], before.Segments)
}
