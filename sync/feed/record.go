package feed

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

var (
	encMode = must(cbor.CoreDetEncOptions().EncMode())
	decMode = must(cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		MaxNestedLevels:  maxDepth,
		MaxArrayElements: 1 << 20,
		MaxMapPairs:      1 << 20,
		DefaultMapType:   reflect.TypeFor[map[string]any](),
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic("feed: " + err.Error()) // options are constants
	}
	return v
}

// Opaque is a record of a kind that this version does not know: kept and
// passed on as it came, shown nowhere.
type Opaque struct {
	Kind app.Kind
	ID   app.ID
	Body []byte
}

// Key implements app.Record.
func (o *Opaque) Key() app.Key { return app.Key{Kind: o.Kind, ID: o.ID} }

// Encode returns the record's deterministic bytes.
func Encode(r app.Record) ([]byte, error) {
	if o, ok := r.(*Opaque); ok {
		return o.Body, nil
	}
	b, err := encMode.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("feed: encode %T: %w", r, err)
	}
	return b, nil
}

// Decode reads a record; an unknown kind gives an [Opaque]. Keys that the
// kind's struct lacks are passed over; [Update] keeps them.
func Decode(kind app.Kind, body []byte) (app.Record, error) {
	r := app.NewRecord(kind)
	if r == nil {
		id, err := recordID(body)
		if err != nil {
			return nil, err
		}
		return &Opaque{Kind: kind, ID: id, Body: body}, nil
	}
	if err := decMode.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("feed: %w: kind %d: %w", ErrMalformed, kind, err)
	}
	return r, nil
}

// recordID reads key 1, which holds the id in records of every kind.
func recordID(body []byte) (app.ID, error) {
	es, err := entries(body)
	if err != nil {
		return "", err
	}
	var id app.ID
	for _, e := range es {
		if len(e.key) == 1 && e.key[0] == 1 {
			if err := id.UnmarshalCBOR(e.val); err != nil {
				return "", malformed("%v", err)
			}
		}
	}
	if !id.Valid() {
		return "", malformed("record without an id")
	}
	return id, nil
}

// Update returns the bytes of r as the successor of the stored bytes old:
// keys in old that this version does not know stay where they were. old is
// nil for a new record.
func Update(old []byte, r app.Record) ([]byte, error) {
	body, err := Encode(r)
	if err != nil || old == nil {
		return body, err
	}
	before, err := Decode(r.Key().Kind, old)
	if err != nil {
		return nil, err
	}
	known, err := Encode(before)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(known, old) {
		return body, nil
	}
	patch, err := Diff(known, body)
	if err != nil {
		return nil, err
	}
	return Apply(old, patch)
}
