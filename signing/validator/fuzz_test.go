package validator

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// FuzzValidate changes bytes of a signed file, four bytes of input a change:
// three for the place, one for the value. Everything but its own value is
// covered by the last signature, so no such file may pass.
func FuzzValidate(f *testing.F) {
	k := newKit(f)
	certified := k.sign(base().close(1), order{by: k.leader, field: 9, p: 2, token: true})
	files := [][]byte{
		k.sealed(),
		k.sign(certified, order{by: k.seal, field: 10, also: k.fillNumber}),
		k.stamp(k.addDSS(k.sealed())),
		k.sign(base().closeStream(1), order{by: k.leader, field: 9}),
	}
	var gaps []pdf.Span
	for _, file := range files {
		r := k.validate(file)
		if r.Indication != signing.TotalPassed {
			f.Fatal(codes(r))
		}
		gaps = append(gaps, lastValue(k, file))
	}
	f.Add(byte(0), []byte{0, 0, 100, 'x'})
	f.Add(byte(1), []byte{0, 4, 0, '9', 0, 5, 1, '>'})
	f.Add(byte(2), []byte{0, 10, 0, ' '})
	f.Add(byte(3), []byte{0, 4, 200, '0'})
	f.Fuzz(func(t *testing.T, which byte, edits []byte) {
		i := int(which) % len(files)
		b := slices.Clone(files[i])
		for ; len(edits) >= 4; edits = edits[4:] {
			at := (int(edits[0])<<16 | int(edits[1])<<8 | int(edits[2])) % len(b)
			b[at] = edits[3]
		}
		r := k.validate(b)
		covered := !bytes.Equal(b[:gaps[i].Start], files[i][:gaps[i].Start]) || !bytes.Equal(b[gaps[i].End:], files[i][gaps[i].End:])
		if covered && r.Indication == signing.TotalPassed {
			t.Fatal("TOTAL-PASSED")
		}
		if strings.Contains(codes(r), string(Internal)) {
			t.Fatal("a fault")
		}
	})
}

// lastValue is where the value of the newest signature lies.
func lastValue(k *kit, b []byte) pdf.Span {
	k.Helper()
	r := newRun(k.Context(), bytes.NewReader(b), int64(len(b)), Options{})
	r.file = k.open(b).File()
	k.must(r.find())
	e, _ := r.marks[len(r.marks)-1].dict.Lookup("Contents")
	return e.Span
}

// FuzzAppend puts bytes behind a signed file. They may be an update that changes
// nothing that counts, but what a reader shows must stay.
func FuzzAppend(f *testing.F) {
	k := newKit(f)
	signed := k.signed()
	f.Add([]byte("junk"))
	f.Add(k.update(signed, func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 6, pdf.Name("BaseFont"), pdf.Name("Symbol")) })[len(signed):])
	f.Add(k.sealed()[len(signed):])
	before := k.shown(signed)
	f.Fuzz(func(t *testing.T, tail []byte) {
		b := slices.Concat(signed, tail)
		r := k.validate(b)
		if strings.Contains(codes(r), string(Internal)) {
			t.Fatal("a fault")
		}
		if r.Indication == signing.TotalPassed && (&kit{TB: t}).shown(b) != before {
			t.Fatal("TOTAL-PASSED with another content")
		}
	})
}

// shown is what the pages of a file say.
func (k *kit) shown(b []byte) string {
	v := k.open(b)
	pages, err := v.Pages()
	k.must(err)
	var all strings.Builder
	for _, p := range pages {
		o, err := v.Resolve(p.Get("Contents"))
		k.must(err)
		s, ok := o.(*pdf.Stream)
		if !ok {
			return "none"
		}
		text, err := v.Bytes(s)
		k.must(err)
		all.Write(text)
	}
	return all.String()
}
