package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

// A desk is a file on which a test does things in any order.
type desk struct {
	data  []byte
	keys  []*softkey.Key
	stamp pades.Stamper
	steps int
}

// step does one thing, or is told why not.
func (d *desk) step(t *rapid.T) ([]byte, error) {
	var out bytes.Buffer
	in, size := bytes.NewReader(d.data), int64(len(d.data))
	d.steps++
	field := rapid.SampledFrom([]string{"Lãnh đạo", "Cơ quan", fmt.Sprint("new", d.steps)}).Draw(t, "field")
	var err error
	switch rapid.SampledFrom([]string{"prepare", "sign", "sign", "sign", "stamp", "dss", "doc"}).Draw(t, "step") {
	case "prepare":
		err = pades.Prepare(in, size, &out, prepared)
	case "sign":
		err = pades.Sign(context.Background(), in, size, &out, drawOptions(t, field), rapid.SampledFrom(d.keys).Draw(t, "key"))
	case "stamp":
		err = pades.AddTimestamp(context.Background(), in, size, &out, d.stamp)
	case "dss":
		der := rapid.SliceOfN(rapid.Byte(), 1, 40)
		err = pades.AddDSS(in, size, &out, pades.Evidence{Field: field, Certs: [][]byte{der.Draw(t, "cert")}, OCSPs: [][]byte{der.Draw(t, "ocsp")}})
	case "doc":
		err = pades.AddDocTimestamp(context.Background(), in, size, &out, pades.StampOptions{}, d.stamp)
	}
	return out.Bytes(), err
}

func drawOptions(t *rapid.T, field string) pades.Options {
	o, text := invisible(field), rapid.StringMatching("[ -~àđữỆ\n𠀀]{0,9}")
	if rapid.Bool().Draw(t, "seen") {
		o = options(field)
	}
	if rapid.Bool().Draw(t, "certifies") {
		o.Certify = rapid.SampledFrom([]pades.Permission{1, 2, 2, 3}).Draw(t, "P")
	}
	if rapid.Bool().Draw(t, "fills") {
		o.Fills = []pades.Fill{{"SoVB", text.Draw(t, "value"), picture{"1"}}}
	}
	o.Reason = text.Draw(t, "reason")
	return o
}

// TestAnyOrder: whatever is done in whatever order, every signature that was ever
// made verifies, earlier bytes stay, and what is refused says why.
func TestAnyOrder(t *testing.T) {
	files := must[map[string][]byte](t)(samples())
	keys := []*softkey.Key{softkeytest.New(t, softkeytest.P256, nil), softkeytest.New(t, softkeytest.RSA2048, nil)}
	stamp := stamper(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &desk{data: files[rapid.SampledFrom(slices.Sorted(maps.Keys(files))).Draw(t, "file")], keys: keys, stamp: stamp}
		for range rapid.IntRange(1, 7).Draw(t, "steps") {
			out, err := d.step(t)
			var refused *pades.RefusedError
			if errors.As(err, &refused) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(out) != len(d.data) && !bytes.HasPrefix(out, d.data) {
				t.Fatal("earlier bytes changed")
			}
			d.data = out
			verifyAll(t, out)
		}
	})
}

// verifyAll verifies all signatures and document time-stamps of a file.
func verifyAll(t *rapid.T, data []byte) {
	f, err := pdf.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(f.Oddities()) > 0 {
		t.Fatal(err, f.Oddities())
	}
	form, err := f.Newest().Form()
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range form.Fields {
		sig, err := f.Newest().Dict(field.Get("V"))
		if err != nil || len(sig.Entries) == 0 || field.Type() != "Sig" {
			continue
		}
		entry, _ := sig.Lookup("Contents")
		content := append(bytes.Clone(data[:entry.Span.Start]), data[entry.Span.End:endOf(sig)]...)
		if err := verify(sig, []byte(entry.Value.(pdf.String).Value), content); err != nil {
			t.Fatalf("%s: %v", field.Name, err)
		}
	}
}

func endOf(sig *pdf.Dict) int64 {
	r := sig.Get("ByteRange").(pdf.Array)
	return int64(r[2].(pdf.Int) + r[3].(pdf.Int))
}

func verify(sig *pdf.Dict, value, content []byte) error {
	digest := func(h crypto.Hash) []byte {
		sum := h.New()
		sum.Write(content)
		return sum.Sum(nil)
	}
	if sig.Get("SubFilter") == pdf.Object(pdf.Name("ETSI.RFC3161")) {
		token, err := cms.ParseTimestamp(value, cms.Limits{})
		if err == nil {
			_, err = token.Verify(digest(token.Hash))
		}
		return err
	}
	data, err := cms.Parse(value, cms.Limits{})
	if err != nil {
		return err
	}
	h, err := data.Signers[0].Hash()
	if err == nil {
		_, err = cms.Verify(data.Signers[0], digest(h))
	}
	return err
}
