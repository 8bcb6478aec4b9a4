package app

// ReadingKey is to whom a person's private notes are sealed: the public halves of
// his reading keys, which everybody may seal to, and the private halves, each
// wrapped to the laptops that he has let read. The server keeps it and can open
// nothing of it; so may everybody hold it.
//
// He normally has one key. Two laptops that make the first one at once without a
// line make two, and both stay good; a person who has lost all his laptops makes
// another.
type ReadingKey struct {
	ID      ID                   `cbor:"1,keyasint"` // ReadingKeyID(person)
	Person  ID                   `cbor:"2,keyasint"`
	Keys    map[ID]PersonKey     `cbor:"3,keyasint,omitempty"` // by a hash of the public half
	Devices map[ID]ReadingDevice `cbor:"4,keyasint,omitempty"` // laptops that read, or ask to
}

// Key implements Record.
func (r *ReadingKey) Key() Key { return Key{KindReadingKey, r.ID} }

// ReadingKeyID is the id of a person's reading keys.
func ReadingKeyID(person ID) ID { return DeriveID("readingkey", string(person)) }

// PersonKeyID names a key pair by its public half.
func PersonKeyID(public []byte) ID { return DeriveID("personkey", string(public)) }

// PersonKey is one key pair of a person (X25519, RFC 9180).
type PersonKey struct {
	Public  []byte        `cbor:"1,keyasint"`
	At      Time          `cbor:"2,keyasint"`
	Wrapped map[ID][]byte `cbor:"3,keyasint,omitempty"` // the private half, by the device it is wrapped to
}

// ReadingDevice is a laptop of the person, and its sealing key.
type ReadingDevice struct {
	Public []byte `cbor:"1,keyasint"`
	At     Time   `cbor:"2,keyasint"`
}

// Newest is the key that others seal to, "" when there is none.
func (r *ReadingKey) Newest() (newest ID) {
	for _, id := range sortedKeys(r.Keys) {
		if newest == "" || r.Keys[id].At > r.Keys[newest].At {
			newest = id
		}
	}
	return newest
}

// Waiting lists the devices that cannot open a key yet, sorted.
func (r *ReadingKey) Waiting() (out []ID) {
	for _, device := range sortedKeys(r.Devices) {
		for _, k := range r.Keys {
			if k.Wrapped[device] == nil {
				out = append(out, device)
				break
			}
		}
	}
	return out
}
