package app

import "slices"

// Annotation is what a person has written on a material for himself: the
// original is never changed (sidecar). It is bound to the content that it was
// made on; he alone holds it, and those he shares it with. What he wrote is
// sealed on his laptop (docs/adr/0021-private-annotations.md).
type Annotation struct {
	ID ID `cbor:"1,keyasint"` // AnnotationID(material, person)
	PartOf
	Material ID `cbor:"4,keyasint"`
	Person   ID `cbor:"5,keyasint"`
	// Marks by the command that made them.
	Marks  map[CommandID]Mark `cbor:"6,keyasint,omitempty"`
	Pages  []int              `cbor:"7,keyasint,omitempty"` // bookmarks
	Shared map[ID]Time        `cbor:"8,keyasint,omitempty"` // with whom
	ReadTo int                `cbor:"9,keyasint,omitempty"` // page where he stopped
	// Contents are what the versions that carry marks held, whatever becomes of
	// the material.
	Contents map[CommandID]Hash `cbor:"10,keyasint,omitempty"`
	// Keys are the content keys that the marks are sealed with, by an id that the
	// laptop made up; each is there once for every reader.
	Keys map[ID]ContentKey `cbor:"11,keyasint,omitempty"`
}

// ContentKey is an AES-256 key, sealed to everybody who may read.
type ContentKey struct {
	To map[ID]SealedKey `cbor:"1,keyasint,omitempty"` // by person
	// Retired tells that somebody who could read may no longer: what is written
	// from then on is sealed with another key.
	Retired Time `cbor:"2,keyasint,omitempty"`
}

// SealedKey is a key wrapped (HPKE) to a person's [ReadingKey].
type SealedKey struct {
	Key    ID     `cbor:"1,keyasint"` // which of the person's keys
	Sealed []byte `cbor:"2,keyasint"`
}

// Key implements Record.
func (a *Annotation) Key() Key { return Key{KindAnnotation, a.ID} }

// AnnotationID is the id of a person's annotation of a material.
func AnnotationID(material, person ID) ID {
	return DeriveID("annotation", string(material), string(person))
}

// Mark is one highlight, stroke or note, sealed to its owner: the bytes are
// meaningless to the server.
type Mark struct {
	Version CommandID `cbor:"1,keyasint"`           // of the material
	Sealed  []byte    `cbor:"2,keyasint,omitempty"` // JSON {page, kind, rects|ink, text, quote, colour}, sealed; ≤ 32 KiB
	At      Time      `cbor:"3,keyasint"`
	Removed Time      `cbor:"4,keyasint,omitempty"` // nothing sealed is kept
	Key     ID        `cbor:"5,keyasint,omitzero"`  // content key
}

// Bounds of one person's marks on one material.
const (
	maxMarks      = 5000
	maxMarkBytes  = 32 << 10
	maxAnnotation = 4 << 20 // all sealed bytes together
)

// size is how many sealed bytes there are.
func (a *Annotation) size() (n int) {
	for _, m := range a.Marks {
		n += len(m.Sealed)
	}
	return n
}

// ContentKeyNow is the content key for a new mark, "" when a fresh one is needed.
func (a *Annotation) ContentKeyNow() ID {
	for _, id := range slices.Backward(sortedKeys(a.Keys)) {
		if a.Keys[id].Retired == 0 {
			return id
		}
	}
	return ""
}
