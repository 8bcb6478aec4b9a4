package cms

import (
	"bytes"
)

// AddTimestamp puts an RFC 3161 token over the signature value into the message
// as the unsigned attribute id-aa-signatureTimeStampToken, beside those that are
// there. Nothing that was signed changes by a byte; only the lengths around it
// are written anew. Padding after the message is dropped.
//
// It returns ErrImprint if the token is about something else, and a
// *FormatError if the message has not exactly one signer. The token itself must
// have been verified before.
func AddTimestamp(signed, token []byte) ([]byte, error) {
	d, err := Parse(signed, Limits{})
	if err != nil {
		return nil, err
	}
	if len(d.Signers) != 1 {
		return nil, &FormatError{Offset: -1, What: "a time-stamp needs exactly one signature"}
	}
	ts, err := ParseTimestamp(token, Limits{})
	if err != nil {
		return nil, err
	}
	if ts.Data.Trailing > 0 {
		return nil, &FormatError{Offset: ts.Data.Length, What: "bytes after the time-stamp"}
	}
	if err := ts.CheckImprint(hashSum(ts.Hash, d.Signers[0].Signature)); err != nil {
		return nil, err
	}
	r, err := newReader(signed, Limits{})
	if err != nil {
		return nil, err
	}
	return r.withUnsigned(attribute(OIDTimestamp, token))
}

// path leads from the ContentInfo down to its only SignerInfo: the position of
// each step among its brothers, counted from the end where that is negative.
var path = []int{1, 0, -1, 0}

// withUnsigned rewrites the elements on the path with one more unsigned
// attribute at its end and copies all others as they stand.
func (r *reader) withUnsigned(attr []byte) ([]byte, error) {
	e, err := r.element(0, len(r.in), 0)
	if err != nil {
		return nil, err
	}
	return r.rewrite(e, path, 0, attr)
}

func (r *reader) rewrite(e element, steps []int, depth int, attr []byte) ([]byte, error) {
	kids, err := r.children(e, depth)
	if err != nil {
		return nil, err
	}
	parts := make([][]byte, len(kids))
	for i, kid := range kids {
		parts[i] = r.raw(kid)
	}
	if len(steps) == 0 {
		parts, err = r.addUnsigned(kids, parts, depth, attr)
	} else {
		at := (steps[0] + len(kids)) % len(kids)
		parts[at], err = r.rewrite(kids[at], steps[1:], depth+1, attr)
	}
	return appendElement(nil, e.class, true, e.tag, bytes.Join(parts, nil)), err
}

// addUnsigned appends to the unsignedAttrs of a SignerInfo, or makes them.
func (r *reader) addUnsigned(kids []element, parts [][]byte, depth int, attr []byte) ([][]byte, error) {
	last := len(kids) - 1
	if !kids[last].is(contextual, 1) {
		return append(parts, setOf(contextual, 1, attr)), nil
	}
	old, err := r.children(kids[last], depth+1)
	if err != nil {
		return nil, err
	}
	attrs := [][]byte{attr}
	for _, e := range old {
		attrs = append(attrs, r.raw(e))
	}
	parts[last] = setOf(contextual, 1, attrs...)
	return parts, nil
}
