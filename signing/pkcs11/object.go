package pkcs11

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/binary"

	"github.com/miekg/pkcs11"
)

// maxObjects bounds what is read of one kind: no honest token holds so many.
const maxObjects = 500

// object is a certificate or a key in a token. What the token does not tell is empty.
type object struct {
	handle pkcs11.ObjectHandle
	id     []byte
	label  string
	value  []byte // of a certificate

	kind    uint   // CKK_RSA or CKK_EC, of a key
	modulus []byte // of an RSA key
	point   []byte // of a public key on a curve, and of some private ones
	curve   []byte // of a key on a curve: DER of its OID

	signs      bool // of a private key
	exportable bool
	always     bool // wants its PIN for each signature
}

// objects reads the objects of a class that the token shows; on the thread.
func (d *driver) objects(s pkcs11.SessionHandle, class uint) ([]object, error) {
	handles, err := d.handles(s, class)
	if err != nil {
		return nil, translate(err)
	}
	var out []object
	for _, h := range handles {
		r := reader{mod: d.mod, session: s, handle: h}
		o := object{handle: h, id: r.bytes(pkcs11.CKA_ID), label: text(string(r.bytes(pkcs11.CKA_LABEL)))}
		if class == pkcs11.CKO_CERTIFICATE {
			o.value = r.bytes(pkcs11.CKA_VALUE)
		} else {
			r.key(&o, class)
		}
		if r.err != nil {
			return nil, translate(r.err)
		}
		out = append(out, o)
	}
	return out, nil
}

func (d *driver) handles(s pkcs11.SessionHandle, class uint) ([]pkcs11.ObjectHandle, error) {
	err := d.mod.FindObjectsInit(s, []*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_CLASS, class), pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true)})
	if err != nil {
		return nil, err
	}
	var all []pkcs11.ObjectHandle
	for len(all) < maxObjects {
		some, _, err := d.mod.FindObjects(s, maxObjects-len(all))
		if err != nil {
			_ = d.mod.FindObjectsFinal(s) // the first error says more
			return nil, err
		}
		if len(some) == 0 {
			break
		}
		all = append(all, some...)
	}
	return all, d.mod.FindObjectsFinal(s)
}

// reader reads attributes one by one: asked for several, a library answers with
// an error if it lacks any of them.
type reader struct {
	mod     module
	session pkcs11.SessionHandle
	handle  pkcs11.ObjectHandle
	err     error // the first error but that the attribute is not there
}

func (r *reader) bytes(kind uint) []byte {
	if r.err != nil {
		return nil
	}
	got, err := r.mod.GetAttributeValue(r.session, r.handle, []*pkcs11.Attribute{pkcs11.NewAttribute(kind, nil)})
	switch {
	case err == nil && len(got) == 1:
		return got[0].Value
	case err == nil, isCode(err, pkcs11.CKR_ATTRIBUTE_TYPE_INVALID, pkcs11.CKR_ATTRIBUTE_SENSITIVE):
	default:
		r.err = err
	}
	return nil
}

func (r *reader) flag(kind uint, otherwise bool) bool {
	if b := r.bytes(kind); len(b) == 1 {
		return b[0] != 0
	}
	return otherwise
}

func (r *reader) key(o *object, class uint) {
	o.kind = number(r.bytes(pkcs11.CKA_KEY_TYPE))
	switch o.kind {
	case pkcs11.CKK_RSA:
		o.modulus = r.bytes(pkcs11.CKA_MODULUS)
	case pkcs11.CKK_EC:
		o.curve = r.bytes(pkcs11.CKA_EC_PARAMS)
		o.point = r.bytes(pkcs11.CKA_EC_POINT)
	}
	if class == pkcs11.CKO_PRIVATE_KEY {
		o.signs = r.flag(pkcs11.CKA_SIGN, false)
		o.exportable = r.flag(pkcs11.CKA_EXTRACTABLE, true) || !r.flag(pkcs11.CKA_SENSITIVE, false)
		o.always = r.flag(pkcs11.CKA_ALWAYS_AUTHENTICATE, false)
	}
}

// number reads a CK_ULONG, which has four or eight bytes, in the machine's order.
func number(b []byte) uint {
	switch len(b) {
	case 4:
		return uint(binary.NativeEndian.Uint32(b))
	case 8:
		return uint(binary.NativeEndian.Uint64(b))
	}
	return ^uint(0)
}

// verdict is whether a key is the one asked for.
type verdict int

const (
	no verdict = iota
	silent
	yes
)

// is reports whether the object is the key, or its private half.
func (o object) is(key crypto.PublicKey) verdict {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if o.kind != pkcs11.CKK_RSA {
			return no
		}
		return compare(bytes.TrimLeft(o.modulus, "\x00"), k.N.Bytes())
	case *ecdsa.PublicKey:
		if o.kind != pkcs11.CKK_EC || compare(o.curve, curveOID(k)) == no {
			return no
		}
		want, err := k.Bytes()
		if err != nil {
			return no
		}
		return compare(plainPoint(o.point), want)
	}
	return no
}

func compare(have, want []byte) verdict {
	switch {
	case len(have) == 0:
		return silent
	case bytes.Equal(have, want):
		return yes
	}
	return no
}

// curveOID is CKA_EC_PARAMS of the key's curve (RFC 5480).
func curveOID(k *ecdsa.PublicKey) []byte {
	oid := asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7} // P-256
	if k.Params().BitSize == 384 {
		oid = asn1.ObjectIdentifier{1, 3, 132, 0, 34}
	}
	der, err := asn1.Marshal(oid)
	if err != nil {
		panic(err) // a constant
	}
	return der
}

// plainPoint takes the point out of its OCTET STRING, which some libraries omit.
func plainPoint(point []byte) []byte {
	var inner []byte
	if rest, err := asn1.Unmarshal(point, &inner); err == nil && len(rest) == 0 {
		return inner
	}
	return point
}

// findKey finds the certificate's private key: the one that has its modulus or
// point; else, for private keys on curves seldom tell their point, the one with
// its CKA_ID, or with that of a public key that belongs to it; else the only one
// that it can be. A wrong guess is found out when its signature is verified.
func findKey(c *Certificate, public, private []object) (object, bool) {
	var can []object
	for _, o := range private {
		switch o.is(c.PublicKey) {
		case yes:
			return o, true
		case silent:
			if !halfOfAnother(o, c.PublicKey, public) {
				can = append(can, o)
			}
		}
	}
	ids := [][]byte{c.ID}
	for _, o := range public {
		if o.is(c.PublicKey) == yes {
			ids = append(ids, o.id)
		}
	}
	for _, id := range ids {
		for _, o := range can {
			if len(id) > 0 && bytes.Equal(o.id, id) {
				return o, true
			}
		}
	}
	if len(can) == 1 {
		return can[0], true
	}
	return object{}, false
}

// halfOfAnother reports whether the private key's public half, told by its ID,
// is there and is another key.
func halfOfAnother(private object, key crypto.PublicKey, public []object) bool {
	for _, o := range public {
		if len(o.id) > 0 && bytes.Equal(o.id, private.id) && o.kind == private.kind {
			return o.is(key) == no
		}
	}
	return false
}
