package cms

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/signing/softkey/softkeytest"
)

// TestEveryBit flips each bit of a message, and of a longer one a bit of each byte. What then still passes must say
// exactly what was signed, and may differ only where nothing is signed: in the
// issuer's certificate, the versions and the list of digests.
func TestEveryBit(t *testing.T) {
	for kind, bits := range map[softkeytest.Kind]int{softkeytest.P256: 8, softkeytest.RSA2048: 1} {
		key := softkeytest.New(t, kind, nil)
		good, err := SignBytes(context.Background(), key, craftContent, Options{SigningTime: softkeytest.NotBefore})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Parse(good, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		root := bytes.Index(good, softkeytest.Root().Raw)
		inRoot := func(at int) bool { return at >= root && at < root+len(softkeytest.Root().Raw) }
		for at := range good {
			for bit := range bits {
				bad := bytes.Clone(good)
				bad[at] ^= 1 << ((at + bit) % 8)
				checkFlipped(t, bad, at, inRoot(at), want.Signers[0])
			}
		}
	}
}

func checkFlipped(t *testing.T, bad []byte, at int, unsigned bool, want *SignerInfo) {
	t.Helper()
	d, err := Parse(bad, Limits{})
	if err != nil || len(d.Signers) != 1 {
		return
	}
	s := d.Signers[0]
	h, err := s.Hash()
	if err != nil {
		return
	}
	res, err := Verify(s, hashSum(h, craftContent))
	if err != nil {
		return
	}
	if !bytes.Equal(s.signed[0], want.signed[0]) || !bytes.Equal(res.Certificate.Raw, want.certs[slices.IndexFunc(want.certs, func(c Certificate) bool {
		return c.Cert.Equal(res.Certificate)
	})].Raw) {
		t.Errorf("byte %d: passes and says something else", at)
	}
	if !unsigned && len(d.Oddities)+len(s.Oddities) == 0 && d.Version == 1 && d.Trailing == 0 && len(d.DigestAlgorithms) == 1 {
		t.Errorf("byte %d: passes and nothing is odd", at)
	}
}

// loosen writes DER as some BER that means the same. Certificates stay as they
// are: they are DER wherever they stand.
type loosen struct {
	t *rapid.T
	r *reader
}

func (l loosen) element(e element, depth int) []byte {
	if !e.constructed {
		return l.primitive(e)
	}
	kids, err := l.r.children(e, depth)
	if err != nil {
		l.t.Fatal(err)
	}
	parts := make([][]byte, len(kids))
	for i, kid := range kids {
		if depth == 3 && e.is(contextual, 0) {
			parts[i] = l.r.raw(kid)
			continue
		}
		parts[i] = l.element(kid, depth+1)
	}
	if e.is(universal, tagSet) {
		parts = rapid.Permutation(parts).Draw(l.t, "order")
	}
	return l.wrap(l.r.in[e.start], bytes.Join(parts, nil), true)
}

func (l loosen) primitive(e element) []byte {
	body := l.r.body(e)
	if !e.is(universal, tagOctets) || !rapid.Bool().Draw(l.t, "cut") {
		return l.wrap(l.r.in[e.start], body, false)
	}
	at := rapid.IntRange(0, len(body)).Draw(l.t, "at")
	return l.wrap(0x24, append(octets(body[:at]), octets(body[at:])...), true)
}

func (l loosen) wrap(id byte, body []byte, constructed bool) []byte {
	switch form := rapid.IntRange(0, 2).Draw(l.t, "length"); {
	case form == 0 && constructed:
		return append(append([]byte{id, 0x80}, body...), 0, 0)
	case form == 1:
		n := len(body)
		return append([]byte{id, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, body...)
	}
	return append(appendLength([]byte{id}, len(body)), body...)
}

// TestAnyBER: however a message is written, it says the same and verifies.
func TestAnyBER(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	good, err := SignBytes(context.Background(), key, craftContent, Options{SigningTime: softkeytest.NotBefore, Content: craftContent})
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := verifyCraft(t, good, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		r, e := read(t, good)
		ber := loosen{rt, r}.element(e, 0)
		got, res, err := verifyCraft(t, ber, crypto.SHA256)
		if err != nil || !res.Certificate.Equal(key.Certificate()) || !bytes.Equal(got.Content, craftContent) ||
			!bytes.Equal(got.Signers[0].signed[0], want.Signers[0].signed[0]) {
			rt.Fatalf("%x: %v", ber, err)
		}
		if !bytes.Equal(ber, good) && !slices.Contains(got.Oddities, NotDER) && !slices.Contains(got.Signers[0].Oddities, UnsortedAttrs) {
			rt.Fatalf("nothing is odd about %x", ber)
		}
		r, e = read(t, ber)
		if back, err := r.der(e, 0); err != nil || !bytes.Equal(back, good) {
			rt.Fatalf("DER of it: %x, %v", back, err)
		}
	})
}

func read(t testing.TB, b []byte) (*reader, element) {
	t.Helper()
	r, err := newReader(b, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.element(0, len(b), 0)
	if err != nil {
		t.Fatal(err)
	}
	return r, e
}

// TestHeaders: tags and lengths of every size come back, and only minimal ones
// pass as DER.
func TestHeaders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		class := rapid.IntRange(0, 3).Draw(rt, "class")
		tag := rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 1<<28-1)).Draw(rt, "tag")
		body := make([]byte, rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(60_000, 70_000)).Draw(rt, "size"))
		r, e := read(t, appendElement(nil, class, false, tag, body))
		if e.class != class || e.tag != tag || len(r.body(e)) != len(body) || r.notDER || e.end != len(r.in) {
			rt.Fatalf("%+v, not DER: %v", e, r.notDER)
		}
	})
	for _, b := range [][]byte{
		{0x1f, 0x05, 0}, {0x1f, 0x80, 0x81, 0x00, 0}, {0x04, 0x81, 0x00}, {0x04, 0x81, 0x01, 0}, {0x30, 0x80, 0, 0}, {0x04, 0x82, 0, 0},
	} {
		if r, _ := read(t, b); !r.notDER {
			t.Errorf("%x passed as DER", b)
		}
	}
	for _, b := range [][]byte{
		{}, {0x30}, {0x04, 0x80}, {0x04, 2, 0}, {0x30, 0x80, 0}, {0x30, 0x80, 0, 1, 0, 0}, {0x30, 0x80, 0x20, 0},
		{0x04, 0x85, 1, 0, 0, 0, 0}, {0x04, 0xff}, {0x04, 0x84, 0x7f}, {0x1f, 0xff, 0xff, 0xff, 0xff, 0x7f, 0}, {0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		r, err := newReader(b, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := r.element(0, len(b), 0); !isFormat(err) {
			t.Errorf("%x: %+v, %v", b, e, err)
		}
	}
}

// TestLimits: each bound stops what goes beyond it, and the budget stops the one
// thing that could take more time than there are bytes: walking the same
// indefinite lengths again at every level.
func TestLimits(t *testing.T) {
	good := newCraft(t).build(t)
	deep := bytes.Repeat([]byte{0x30, 0x80}, 100_000)
	wide := append(append([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 300_000)...), 0, 0)
	for what, c := range map[string]struct {
		in     []byte
		limits Limits
	}{
		"size": {good, Limits{Size: len(good) - 1}}, "depth": {deep, Limits{}}, "elements": {wide, Limits{}},
	} {
		var limit *LimitError
		if _, err := Parse(c.in, c.limits); !errors.As(err, &limit) || limit.What != what {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Parse(good, Limits{Depth: 4}); !errors.As(err, new(*LimitError)) {
		t.Errorf("depth 4: %v", err)
	}
	if _, err := Parse(good, Limits{Elements: 20}); !errors.As(err, new(*LimitError)) {
		t.Errorf("20 elements: %v", err)
	}
}

// TestLargeCRL: a list of definite length costs one step, however long it is.
func TestLargeCRL(t *testing.T) {
	p := newCraft(t)
	p.crls = [][]byte{sequence(bytes.Repeat([]byte{5, 0}, 1<<20))}
	d, _, err := verifyCraft(t, p.build(t), crypto.SHA256)
	if err != nil || len(d.CRLs) != 1 || !bytes.Equal(d.CRLs[0], p.crls[0]) {
		t.Errorf("%d lists, %v", len(d.CRLs), err)
	}
}

func seeds(f *testing.F) (signed, token []byte) {
	p := newCraft(f)
	p.content = contentInfo(OIDData, craftContent)
	p.unsigned = [][]byte{attribute(OIDTimestamp, sequence())}
	signed = p.build(f)
	i := TimestampInfo{Policy: oid{1, 2, 3}, Hash: crypto.SHA256, Imprint: hashSum(crypto.SHA256, craftContent),
		Serial: big.NewInt(1), GenTime: softkeytest.NotBefore, Accuracy: time.Second, Nonce: big.NewInt(5)}
	token, err := BuildTimestamp(context.Background(), i, softkeytest.TSA(f, softkeytest.P256), true)
	if err != nil {
		f.Fatal(err)
	}
	return signed, token
}

func FuzzParse(f *testing.F) {
	signed, token := seeds(f)
	r, e := read(f, signed)
	indefinite := append(append([]byte{0x30, 0x80}, r.body(e)...), 0, 0)
	for _, b := range [][]byte{signed, token, append(bytes.Clone(signed), 0, 0), indefinite, {0x30, 0x80, 0, 0}} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Parse(b, Limits{})
		if err != nil {
			if !isFormat(err) && !errors.As(err, new(*LimitError)) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if d.Length+d.Trailing != len(b) {
			t.Fatalf("%d and %d are not %d", d.Length, d.Trailing, len(b))
		}
		for _, s := range d.Signers {
			h, err := s.Hash()
			if err != nil {
				continue
			}
			if _, err := Verify(s, hashSum(h, nil)); err == nil {
				t.Fatal("a signature over nothing passed")
			}
		}
	})
}

func FuzzParseTimestamp(f *testing.F) {
	_, token := seeds(f)
	f.Add(token)
	f.Fuzz(func(t *testing.T, b []byte) {
		ts, err := ParseTimestamp(b, Limits{})
		if err != nil {
			return
		}
		if len(ts.Imprint) != ts.Hash.Size() || ts.Accuracy < 0 {
			t.Fatalf("%+v", ts.TimestampInfo)
		}
		if _, err := ts.Verify(hashSum(ts.Hash, []byte("khác"))); err == nil {
			t.Fatal("a time-stamp over other data passed")
		}
	})
}

func FuzzParseResponse(f *testing.F) {
	_, token := seeds(f)
	f.Add(BuildResponse(token, StatusError{}))
	f.Add(BuildResponse(nil, StatusError{Status: Rejection, Text: []string{"không"}, Fail: []int{2, 25}}))
	q, err := Request{Hash: crypto.SHA256, Digest: make([]byte, 32), Policy: oid{1, 2}, Nonce: big.NewInt(3), CertReq: true}.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(q)
	f.Fuzz(func(t *testing.T, b []byte) {
		if token, err := ParseResponse(b); err == nil && len(token) == 0 {
			t.Fatal("granted without a token")
		}
		q, err := ParseRequest(b)
		if err != nil {
			return
		}
		if _, err := q.Marshal(); err != nil && q.Hash != crypto.SHA1 {
			t.Fatalf("a request that was read cannot be written: %v", err)
		}
	})
}

// TestStrippedAttributes: whoever takes the signed attributes away has a valid
// signature over other content, namely the attributes themselves. It is told by
// its oddity, which is why a caller must not forgive that one, and impossible
// where the content is not plain data.
func TestStrippedAttributes(t *testing.T) {
	p := newCraft(t)
	d, _, err := verifyCraft(t, p.build(t), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	s := d.Signers[0]
	for content, passes := range map[string]bool{string(contentInfo(OIDData, nil)): true, string(contentInfo(OIDTSTInfo, nil)): false} {
		signer := sequence(integer(1), p.sid, p.digest.marshal(), p.sig.marshal(), octets(s.Signature))
		data := sequence(integer(1), setOf(universal, tagSet, p.digest.marshal()), []byte(content),
			setOf(contextual, 0, p.certs...), setOf(universal, tagSet, signer))
		bare, err := Parse(sequence(marshalOID(oidSignedData), appendElement(nil, contextual, true, 0, data)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(bare.Signers[0], hashSum(crypto.SHA256, s.signed[0])); (err == nil) != passes {
			t.Errorf("%v: %v", bare.ContentType, err)
		}
		if !slices.Equal(bare.Signers[0].Oddities, []Oddity{NoSignedAttrs}) {
			t.Errorf("odd: %v", bare.Signers[0].Oddities)
		}
	}
}
