package pades_test

import (
	"bytes"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// FuzzSign: a foreign file is signed or refused, never more, and what is signed
// can be read again with one revision more.
func FuzzSign(f *testing.F) {
	key := softkeytest.New(f, softkeytest.P256, nil)
	leader, organ := issued(f, drawn())
	for _, seed := range [][]byte{drawn(), handmade(f, "/AcroForm <</Fields 8 0 R>>", ""), sample(f, "packed"), prepare(f, drawn()), leader, organ} {
		f.Add(seed, "Cơ quan")
	}
	stamp := stamper(f)
	f.Fuzz(func(t *testing.T, data []byte, field string) {
		out, err := trySign(data, options(field), key)
		tryStamp(data, stamp)
		if err != nil {
			return
		}
		before := must[*pdf.File](t)(pdf.Open(bytes.NewReader(data), int64(len(data))))
		after := must[*pdf.File](t)(pdf.Open(bytes.NewReader(out), int64(len(out))))
		if len(after.Revisions()) != len(before.Revisions())+1 {
			t.Errorf("%d revisions, then %d", len(before.Revisions()), len(after.Revisions()))
		}
		_, sig := fieldOf(t, after.Newest(), field)
		covered(t, out, sig)
	})
}

// FuzzState: damaged state is refused, or gives a signature of the same file.
func FuzzState(f *testing.F) {
	key, data := softkeytest.New(f, softkeytest.P256, nil), drawn()
	f.Add(must[[]byte](f)(begin(f, data, invisible("A"), key).MarshalBinary()))
	f.Fuzz(func(t *testing.T, state []byte) {
		p := new(pades.Pending)
		if p.UnmarshalBinary(state) != nil {
			return
		}
		digest, err := p.Digest()
		if err != nil {
			return
		}
		value, err := key.SignDigest(t.Context(), digest, p.Scheme)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if p.Finish(bytes.NewReader(data), &out, value) == nil && !bytes.HasPrefix(out.Bytes(), data) {
			t.Error("another file was written")
		}
	})
}
