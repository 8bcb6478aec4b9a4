package validator

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust/trusttest"
)

// draft is a page of somebody's draft.
func draft() []byte {
	f := newFile()
	f.object(1, "<</Type /Catalog /Pages 2 0 R>>")
	f.object(2, "<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842]>>")
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <<>>>>")
	f.stream(4, "", "0 0 m 100 100 l S")
	return f.close(1)
}

// TestSince: between what somebody has read and his signature there may be empty
// fields and the signature, and nothing else.
func TestSince(t *testing.T) {
	k := newKit(t)
	place := func(x float64) pades.Place { return pades.Place{Rect: [4]float64{x, 300, x + 80, 340}} }
	base := draft()
	prepared := k.written(base, func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.Prepare(file, size, out, pades.Fields{
			Texts:      []pades.TextField{{Name: "SoVB", Place: place(100)}},
			Signatures: []pades.SignatureField{{Name: "NguoiKy", Place: place(200)}, {Name: "CoQuan", Place: place(300)}}})
	})
	options := func(field string) pades.Options {
		return pades.Options{Field: field, Time: trusttest.Now, Appearance: plainLook{"KY"}, Certify: pades.FillForms}
	}
	signed := k.padesSign(prepared, k.leader, options("NguoiKy"))
	seal := options("CoQuan")
	seal.Certify, seal.Fills = 0, []pades.Fill{{Field: "SoVB", Value: "12", Appearance: plainLook{"12"}}}
	sealed := k.padesSign(signed, k.seal, seal)
	edited := k.update(base, func(u *pdf.Update, v *pdf.View) {
		k.must(u.Set(pdf.Ref{Num: 4}, look("BT (900 dong) Tj ET")))
	})
	covered := k.update(base, func(u *pdf.Update, v *pdf.View) {
		note := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("FreeText"), pdf.Name("Rect"), rect(0, 0, 100, 100)))
		k.edit(u, v, 3, pdf.Name("Annots"), pdf.Array{note})
	})
	inked := k.update(prepared, func(u *pdf.Update, v *pdf.View) { // a field that was to be empty shows something
		form, err := v.Form()
		k.must(err)
		i := slices.IndexFunc(form.Fields, func(f pdf.Field) bool { return f.Name == "SoVB" })
		k.edit(u, v, form.Fields[i].Ref.Num, pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("0 0 100 100 re f"))))
	})
	for name, c := range map[string]struct {
		from, to []byte
		good     bool
	}{
		"the leader's":              {base, signed, true},
		"the leader's, no fields":   {base, k.padesSign(base, k.leader, pades.Options{Field: "S", Time: trusttest.Now}), true},
		"the seal":                  {signed, sealed, true},
		"nothing":                   {base, base, true},
		"another page":              {base, k.padesSign(edited, k.leader, pades.Options{Field: "S", Time: trusttest.Now}), false},
		"a note over the page":      {base, k.padesSign(covered, k.leader, pades.Options{Field: "S", Time: trusttest.Now}), false},
		"a field that shows itself": {base, k.padesSign(inked, k.leader, options("NguoiKy")), false},
	} {
		changes, err := Since(t.Context(), bytes.NewReader(c.to), int64(len(c.to)), int64(len(c.from)), pdf.Limits{})
		bad := slices.DeleteFunc(slices.Clone(changes), func(ch Change) bool { return ch.Allowed })
		if err != nil || (len(bad) == 0) != c.good {
			t.Errorf("%s: %+v %v", name, bad, err)
		}
	}
	if _, err := Since(t.Context(), bytes.NewReader(signed), int64(len(signed)), int64(len(base))-20, pdf.Limits{}); !errors.Is(err, ErrNoRevision) {
		t.Errorf("in the middle of a revision: %v", err)
	}
	if _, err := Since(t.Context(), bytes.NewReader([]byte("none")), 4, 2, pdf.Limits{}); err == nil {
		t.Error("not a PDF")
	}
}

// FuzzSince: whatever is appended to a draft, the comparison ends with an answer,
// and what changes the page is not allowed.
func FuzzSince(f *testing.F) {
	base := draft()
	f.Add([]byte{})
	f.Add([]byte("4 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\nxref\n4 1\n0000000500 00000 n \ntrailer\n<</Size 5 /Root 1 0 R /Prev 300>>\nstartxref\n600\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, more []byte) {
		b := append(slices.Clone(base), more...)
		changes, err := Since(t.Context(), bytes.NewReader(b), int64(len(b)), int64(len(base)), pdf.Limits{})
		if err != nil {
			return
		}
		for _, ch := range changes {
			if ch.Allowed && (ch.Kind == ChangeContent || ch.Kind == ChangePages || ch.Kind == ChangeCatalog) {
				t.Errorf("allowed: %+v", ch)
			}
		}
	})
}
