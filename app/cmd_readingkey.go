package app

func init() {
	define("readingkey.make.1", KindReadingKey, makeReadingKey)
	define("readingkey.join.1", KindReadingKey, joinReadingKey)
	define("readingkey.grant.1", KindReadingKey, grantReadingKey)
}

const maxReadingDevices, maxReadingKeys = 20, 20

// ReadingKeyMake makes a reading key of the person (readingkey.make.1; target
// ReadingKeyID(actor)) on the laptop that gives the command.
type ReadingKeyMake struct {
	Device       ID     `cbor:"1,keyasint" json:"device" minLength:"1" maxLength:"64"`
	DevicePublic []byte `cbor:"2,keyasint" json:"devicePublic"`
	Public       []byte `cbor:"3,keyasint" json:"public"`
	Wrapped      []byte `cbor:"4,keyasint" json:"wrapped" doc:"the private half, to the device"`
}

// ReadingKeyJoin has a laptop ask for the person's reading keys (readingkey.join.1).
type ReadingKeyJoin struct {
	Device ID     `cbor:"1,keyasint" json:"device" minLength:"1" maxLength:"64"`
	Public []byte `cbor:"2,keyasint" json:"public"`
}

// ReadingKeyGrant hands the person's reading keys to another of his laptops
// (readingkey.grant.1), given on one that can open them.
type ReadingKeyGrant struct {
	Device ID           `cbor:"1,keyasint" json:"device" minLength:"1" maxLength:"64"`
	Keys   []WrappedKey `cbor:"2,keyasint" json:"keys" minItems:"1" maxItems:"20"`
}

// WrappedKey is the private half of a reading key, wrapped to a device.
type WrappedKey struct {
	Key    ID     `cbor:"1,keyasint" json:"key" minLength:"1" maxLength:"64"`
	Sealed []byte `cbor:"2,keyasint" json:"sealed"`
}

// sealedKeySize is what HPKE makes of 32 bytes: an encapsulated X25519 key, the
// bytes, a tag.
const sealedKeySize, publicKeySize = 32 + 32 + 16, 32

// readingKey loads the target, which is the actor's own, or begins it.
func (x *Exec) readingKey() (*ReadingKey, error) {
	if x.Cmd.Target.ID != ReadingKeyID(x.Actor.Person) {
		return nil, Refuse(Invalid, "command.bad_target")
	}
	r, ok, err := previous[*ReadingKey](x)
	if err != nil {
		return nil, err
	}
	if !ok {
		r = &ReadingKey{ID: x.Cmd.Target.ID, Person: x.Actor.Person}
	}
	return r, x.may(r)
}

// readingDevice enters a laptop of the person's. Only the server knows the
// machines; it refuses one that is another's.
func (x *Exec) readingDevice(r *ReadingKey, device ID, public []byte) error {
	if len(public) != publicKeySize {
		return Refuse(Invalid, "readingkey.bad_key")
	}
	if x.Final && !x.Actor.System {
		m, err := x.Tx.Machine(device)
		if err != nil || m.Person != x.Actor.Person || m.Revoked {
			return Refuse(Forbidden, "readingkey.other_device")
		}
	}
	if _, known := r.Devices[device]; !known && len(r.Devices) >= maxReadingDevices {
		return Refuse(Conflict, "field.too_many").With("field", "devices").With("max", maxReadingDevices)
	}
	if r.Devices == nil {
		r.Devices = map[ID]ReadingDevice{}
	}
	r.Devices[device] = ReadingDevice{Public: public, At: x.Now}
	return nil
}

func makeReadingKey(x *Exec, a *ReadingKeyMake) error {
	r, err := x.readingKey()
	if err != nil {
		return err
	}
	if len(a.Public) != publicKeySize || len(a.Wrapped) != sealedKeySize {
		return Refuse(Invalid, "readingkey.bad_key")
	}
	if err := x.readingDevice(r, a.Device, a.DevicePublic); err != nil {
		return err
	}
	if len(r.Keys) >= maxReadingKeys {
		return Refuse(Conflict, "field.too_many").With("field", "keys").With("max", maxReadingKeys)
	}
	if r.Keys == nil {
		r.Keys = map[ID]PersonKey{}
	}
	r.Keys[PersonKeyID(a.Public)] = PersonKey{Public: a.Public, At: x.Now, Wrapped: map[ID][]byte{a.Device: a.Wrapped}}
	return x.Tx.Put(r)
}

func joinReadingKey(x *Exec, a *ReadingKeyJoin) error {
	r, err := x.readingKey()
	if err != nil {
		return err
	}
	if err := x.readingDevice(r, a.Device, a.Public); err != nil {
		return err
	}
	return x.Tx.Put(r)
}

func grantReadingKey(x *Exec, a *ReadingKeyGrant) error {
	r, err := x.readingKey()
	if err != nil {
		return err
	}
	if _, ok := r.Devices[a.Device]; !ok {
		return Refuse(NotFound, "readingkey.no_device")
	}
	for _, w := range a.Keys {
		k, ok := r.Keys[w.Key]
		switch {
		case !ok:
			return Refuse(NotFound, "readingkey.no_key")
		case len(w.Sealed) != sealedKeySize:
			return Refuse(Invalid, "readingkey.bad_key")
		}
		if k.Wrapped == nil {
			k.Wrapped = map[ID][]byte{}
		}
		k.Wrapped[a.Device] = w.Sealed
		r.Keys[w.Key] = k
	}
	return x.Tx.Put(r)
}
