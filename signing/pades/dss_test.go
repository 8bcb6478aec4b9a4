package pades_test

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"slices"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// stored reads the things under a key of the store or of an entry of VRI.
func stored(t testing.TB, v *pdf.View, from *pdf.Dict, key pdf.Name) (out []string) {
	t.Helper()
	for _, o := range must[pdf.Array](t)(v.Array(from.Get(key))) {
		s, ok := must[pdf.Object](t)(v.Resolve(o)).(*pdf.Stream)
		if !ok {
			t.Fatalf("%v is no stream", o)
		}
		out = append(out, string(must[[]byte](t)(v.Bytes(s))))
	}
	return out
}

func dss(t testing.TB, v *pdf.View) *pdf.Dict {
	t.Helper()
	return must[*pdf.Dict](t)(v.Dict(must[*pdf.Dict](t)(v.Catalog()).Get("DSS")))
}

// TestDSS: evidence is stored once and named for its signature, beside what was there.
func TestDSS(t *testing.T) {
	_, data := issued(t, sample(t, "packed"))
	list := func(s ...string) (out [][]byte) {
		for _, x := range s {
			out = append(out, []byte(x))
		}
		return out
	}
	first := addDSS(t, data, pades.Evidence{Field: "Lãnh đạo", Certs: list("root", "sub"), CRLs: list("crl"), OCSPs: list("ocsp")},
		pades.Evidence{Certs: list("other"), CRLs: list("crl")})
	second := addDSS(t, first, pades.Evidence{Field: "Cơ quan", Certs: list("sub", "new", "sub"), CRLs: list("crl")},
		pades.Evidence{Field: "Lãnh đạo", Certs: list("root", "new")})
	if !bytes.HasPrefix(second, first) {
		t.Error("bytes changed")
	}
	v := open(t, second)
	store := dss(t, v)
	vri := must[*pdf.Dict](t)(v.Dict(store.Get("VRI")))
	entry := func(field string) *pdf.Dict {
		_, sig := fieldOf(t, v, field)
		return must[*pdf.Dict](t)(v.Dict(vri.Get(pdf.Name(fmt.Sprintf("%X", sha1.Sum([]byte(sig.Get("Contents").(pdf.String).Value)))))))
	}
	for _, c := range []struct {
		what string
		got  []string
		want []string
	}{
		{"Certs", stored(t, v, store, "Certs"), []string{"root", "sub", "other", "new"}},
		{"CRLs", stored(t, v, store, "CRLs"), []string{"crl"}},
		{"OCSPs", stored(t, v, store, "OCSPs"), []string{"ocsp"}},
		{"leader's Cert", stored(t, v, entry("Lãnh đạo"), "Cert"), []string{"root", "sub", "new"}},
		{"leader's CRL", stored(t, v, entry("Lãnh đạo"), "CRL"), []string{"crl"}},
		{"leader's OCSP", stored(t, v, entry("Lãnh đạo"), "OCSP"), []string{"ocsp"}},
		{"organ's Cert", stored(t, v, entry("Cơ quan"), "Cert"), []string{"sub", "new"}},
		{"organ's OCSP", stored(t, v, entry("Cơ quan"), "OCSP"), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	judge(t, second, "Lãnh đạo", "Cơ quan")
}

// TestDSSElsewhere: stores are written by others in other forms: dictionaries
// inside each other, lists as objects, things that are none.
func TestDSSElsewhere(t *testing.T) {
	signed := sign(t, handmade(t, "/DSS <</Certs [null 7] /CRLs 8 0 R /VRI <<>>>>", ""), options("A"), softkeytest.New(t, softkeytest.P256, nil))
	data := addDSS(t, signed, pades.Evidence{Field: "A", Certs: [][]byte{[]byte("c")}, CRLs: [][]byte{[]byte("l")}})
	v := open(t, data)
	certs := must[pdf.Array](t)(v.Array(dss(t, v).Get("Certs")))
	if len(certs) != 3 || !slices.Equal(stored(t, v, dss(t, v), "CRLs"), []string{"l"}) {
		t.Errorf("store %v", dss(t, v))
	}
	judge(t, data, "A")
}

// TestDSSRefused: evidence is about signatures that are there.
func TestDSSRefused(t *testing.T) {
	try := func(data []byte, field string) error {
		return pades.AddDSS(bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, pades.Evidence{Field: field})
	}
	wantReason(t, try(drawn(), ""), pades.NoSignature)
	wantReason(t, try(sign(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil)), "B"), pades.FieldMissing)
}
