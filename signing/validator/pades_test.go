package validator

import (
	"bytes"
	"context"
	"crypto"
	"io"
	"slices"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust/trusttest"
)

// A plainLook is a plain picture of a seal or a number.
type plainLook struct{ text string }

func (l plainLook) Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	font := add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type1"), pdf.Name("BaseFont"), pdf.Name("Times-Roman")))
	return pdf.NewFlateStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("XObject"), pdf.Name("Subtype"), pdf.Name("Form"),
		pdf.Name("BBox"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Real(width), pdf.Real(height)},
		pdf.Name("Resources"), pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F"), font))),
		[]byte("/Tx BMC BT /F 12 Tf ("+l.text+") Tj ET EMC")), nil
}

// written runs a step of pades.
func (k *kit) written(b []byte, step func(file io.ReaderAt, size int64, out io.Writer) error) []byte {
	k.Helper()
	var out bytes.Buffer
	k.must(step(bytes.NewReader(b), int64(len(b)), &out))
	return out.Bytes()
}

func (k *kit) padesSign(b []byte, by *trusttest.Issued, o pades.Options) []byte {
	k.Helper()
	b = k.written(b, func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.Sign(k.Context(), file, size, out, o, k.key(by))
	})
	return k.written(b, func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.AddTimestamp(k.Context(), file, size, out, k.stamper)
	})
}

func (k *kit) stamper(_ context.Context, _ crypto.Hash, digest []byte) ([]byte, error) {
	return k.token(digest), nil
}

// TestOurOwnWay: a decision is prepared, certified by the leader, numbered and
// sealed in one revision, and kept: each signature ends as B-LTA.
func TestOurOwnWay(t *testing.T) {
	k := newKit(t)
	place := func(x float64) pades.Place { return pades.Place{Rect: [4]float64{x, 300, x + 80, 340}} }
	f := newFile()
	f.object(1, "<</Type /Catalog /Pages 2 0 R>>")
	f.object(2, "<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842]>>")
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <<>>>>")
	f.stream(4, "", "0 0 m 100 100 l S")
	b := k.written(f.close(1), func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.Prepare(file, size, out, pades.Fields{
			Texts:      []pades.TextField{{Name: "SoVB", Place: place(10)}},
			Signatures: []pades.SignatureField{{Name: "Leader", Place: place(100)}, {Name: "Seal", Place: place(200), Lock: &pades.Lock{Action: pades.LockAll}}},
		})
	})
	b = k.padesSign(b, k.leader, pades.Options{Field: "Leader", Appearance: plainLook{"Lan"}, Time: trusttest.Now, Certify: pades.FillForms})
	b = k.padesSign(b, k.seal, pades.Options{Field: "Seal", Appearance: plainLook{"seal"}, Time: trusttest.Now,
		Fills: []pades.Fill{{Field: "SoVB", Value: "12/QD-UBND", Appearance: plainLook{"12/QD-UBND"}}}})
	b = k.written(b, func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.AddDSS(file, size, out, pades.Evidence{Certs: [][]byte{k.ca.Cert.Raw, k.root.Cert.Raw},
			CRLs: [][]byte{k.ca.SignCRL(k, trusttest.CRL{}), k.root.SignCRL(k, trusttest.CRL{})}})
	})
	b = k.written(b, func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.AddDocTimestamp(k.Context(), file, size, out, pades.StampOptions{}, k.stamper)
	})
	r := k.validate(b)
	if r.Indication != signing.TotalPassed || len(r.Signatures) != 3 {
		t.Fatalf("%s/%s: %s %+v", r.Indication, r.SubIndication, codes(r), r.Signatures[0].Changes)
	}
	for _, s := range r.Signatures[:2] {
		if s.Level != BLTA || len(kindsOf(s, false)) > 0 || s.Timestamp == nil || !s.Timestamp.Trusted {
			t.Errorf("%s: %s %v", s.Field, s.Level, s.Changes)
		}
	}
	if !slices.Contains(kindsOf(r.Signatures[0], true), ChangeValue) || r.Signatures[0].Kind != Certification {
		t.Errorf("%+v", r.Signatures[0])
	}
}

// TestCopyBeside: the stamp of a certified copy is a new field with the seal of the
// office that made it, seen beside what is certified and locked. The signatures
// that were there stay good; where the certification forbids all, nothing is made.
func TestCopyBeside(t *testing.T) {
	k := newKit(t)
	seal := &pades.Lock{Action: pades.LockAll}
	b := k.written(base().close(1), func(file io.ReaderAt, size int64, out io.Writer) error {
		return pades.Prepare(file, size, out, pades.Fields{Signatures: []pades.SignatureField{
			{Name: "NguoiKy", Place: pades.Place{Rect: [4]float64{100, 300, 180, 340}}}, {Name: "CoQuan", Place: pades.Place{Rect: [4]float64{200, 300, 280, 340}}, Lock: seal}}})
	})
	b = k.padesSign(b, k.leader, pades.Options{Field: "NguoiKy", Appearance: plainLook{"Lan"}, Time: trusttest.Now, Certify: pades.FillForms,
		Lock: &pades.Lock{Action: pades.LockExclude, Fields: []string{"CoQuan"}}})
	b = k.padesSign(b, k.seal, pades.Options{Field: "CoQuan", Appearance: plainLook{"seal"}, Time: trusttest.Now, Lock: seal})
	for i, field := range []string{"BanSao", "BanSao2"} {
		b = k.padesSign(b, k.seal, pades.Options{Field: field, Beside: true, Place: pades.Place{Rect: [4]float64{300, 700, 560, 720}},
			Appearance: plainLook{"SAO Y"}, Time: trusttest.Now, Lock: seal})
		r := k.validate(b)
		if r.Indication != signing.TotalPassed || len(r.Signatures) != 3+i {
			t.Fatalf("%s/%s: %s %+v", r.Indication, r.SubIndication, codes(r), r.Signatures[0].Changes)
		}
	}
}
