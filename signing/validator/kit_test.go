package validator

import (
	"bytes"
	"context"
	"crypto"
	_ "crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// A kit holds what a test of signed files needs: a leader, a clerk with the
// agency's seal, a time-stamp authority, and a validator that trusts their root.
type kit struct {
	testing.TB
	root, ca, leader, seal, tsa *trusttest.Issued
	trust                       *trust.Validator
}

func newKit(tb testing.TB) *kit {
	root := trusttest.NewRoot(tb, "Root")
	ca := root.IssueCA(tb, "CA")
	k := &kit{TB: tb, root: root, ca: ca, leader: ca.Issue(tb, "Nguyễn Thị Lan"), seal: ca.Issue(tb, "UBND xã An"), tsa: ca.IssueTSA(tb, "TSA")}
	k.trust = trusttest.Validator(tb, root)
	k.trust.Policy.RequireRevocation = false
	return k
}

func (k *kit) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k *kit) key(i *trusttest.Issued) signing.Signer {
	key, err := softkey.New(i.Key, i.Cert, i.Issuers()...)
	k.must(err)
	return key
}

func (k *kit) open(b []byte) *pdf.View {
	k.Helper()
	f, err := pdf.Open(bytes.NewReader(b), int64(len(b)))
	k.must(err)
	return f.Newest()
}

func (k *kit) validate(b []byte) Report {
	return Validate(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Trust: k.trust, Now: k.trust.Now()})
}

// base is a decision of two pages with a form for its number, prepared for two
// signatures. Objects: 1 catalog, 2 pages, 3 and 4 page, 5 content, 6 font,
// 7 form, 8 field SoVB, 9 and 10 fields for signatures, 11 its appearance,
// 12 content of the second page, 13 a link.
func base() *file {
	f := newFile()
	f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R>>")
	f.object(2, "<</Type /Pages /Count 2 /Kids [3 0 R 4 0 R] /MediaBox [0 0 595 842] /Resources <</Font <</F1 6 0 R>>>>>>")
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R]>>")
	f.object(4, "<</Type /Page /Parent 2 0 R /Contents 12 0 R>>")
	f.stream(5, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh ve viec cap 100 dong) Tj ET")
	f.object(6, "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>")
	f.object(7, "<</Fields [8 0 R 9 0 R 10 0 R] /DR <</Font <</F1 6 0 R>>>> /DA (/F1 12 Tf) /SigFlags 3>>")
	f.object(8, "<</Type /Annot /Subtype /Widget /FT /Tx /T (SoVB) /Rect [72 750 200 770] /P 3 0 R /AP <</N 11 0 R>> /V ()>>")
	f.object(9, "<</Type /Annot /Subtype /Widget /FT /Sig /T (Leader) /Rect [300 100 400 150] /P 3 0 R /F 4>>")
	f.object(10, "<</Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [250 100 350 150] /P 3 0 R /F 4>>")
	f.stream(11, " /Type /XObject /Subtype /Form /BBox [0 0 128 20]", "BT ET")
	f.stream(12, "", "BT /F1 12 Tf 72 700 Td (Trang hai) Tj ET")
	f.object(13, "<</Type /Annot /Subtype /Link /Rect [0 0 10 10] /Dest [4 0 R /Fit]>>")
	return f
}

// A file is written by hand, byte for byte as a test wants it.
type file struct {
	bytes.Buffer
	at      map[int]int
	size    int
	last    int
	trailer string // further entries
}

func newFile() *file {
	f := &file{at: map[int]int{}}
	f.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	return f
}

func (f *file) object(num int, body string) {
	f.at[num] = f.Len()
	f.size = max(f.size, num+1)
	fmt.Fprintf(f, "%d 0 obj\n%s\nendobj\n", num, body)
}

func (f *file) stream(num int, keys, data string) {
	f.object(num, fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", keys, len(data), data))
}

// close writes a table of the objects since the last one.
func (f *file) close(root int) []byte {
	at := f.Len()
	f.WriteString("xref\n")
	prev := ""
	if f.last == 0 {
		f.WriteString("0 1\n0000000000 65535 f \n")
	} else {
		prev = fmt.Sprintf(" /Prev %d", f.last)
	}
	var nums []int
	for num := range f.at {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	for _, num := range nums {
		fmt.Fprintf(f, "%d 1\n%010d 00000 n \n", num, f.at[num])
	}
	fmt.Fprintf(f, "trailer\n<</Size %d /Root %d 0 R%s%s>>\nstartxref\n%d\n%%%%EOF\n", f.size, root, prev, f.trailer, at)
	f.last = at
	clear(f.at)
	return f.Bytes()
}

// closeStream writes a cross-reference stream instead.
func (f *file) closeStream(root int) []byte {
	at := f.Len()
	self := f.size
	f.at[self] = at
	rows := make([]byte, 5*(self+1))
	rows[4] = 255
	for num, offset := range f.at {
		copy(rows[5*num:], []byte{1, byte(offset >> 16), byte(offset >> 8), byte(offset), 0})
	}
	f.stream(self, fmt.Sprintf(" /Type /XRef /W [1 3 1] /Size %d /Root %d 0 R", self+1, root), string(rows))
	fmt.Fprintf(f, "startxref\n%d\n%%%%EOF\n", at)
	return f.Bytes()
}

// update appends a revision. The function gets the newest view.
func (k *kit) update(b []byte, change func(u *pdf.Update, v *pdf.View)) []byte {
	k.Helper()
	v := k.open(b)
	u, err := pdf.NewUpdate(v)
	k.must(err)
	change(u, v)
	out := bytes.NewBuffer(slices.Clone(b))
	_, err = u.Append(out)
	k.must(err)
	return out.Bytes()
}

// edit changes the dictionary of an object in the update.
func (k *kit) edit(u *pdf.Update, v *pdf.View, num uint32, keysAndValues ...pdf.Object) {
	k.Helper()
	ref := pdf.Ref{Num: num}
	d, err := v.Dict(ref)
	k.must(err)
	d = d.Clone()
	for i := 0; i < len(keysAndValues); i += 2 {
		d.Set(keysAndValues[i].(pdf.Name), keysAndValues[i+1])
	}
	k.must(u.Set(ref, d))
}

// A signature to be made.
type order struct {
	by        *trusttest.Issued
	field     uint32 // of the base; 0 for a new invisible one
	subFilter pdf.Name
	p         int                                     // certifies
	lock      *pdf.Dict                               // FieldMDP
	token     bool                                    // with a time-stamp
	also      func(u *pdf.Update, v *pdf.View)        // in the same revision
	value     func(cms []byte) []byte                 // spoils it
	attrs     func(a []asn1.RawValue) []asn1.RawValue // other signed attributes, signed as they stand
	dict      func(d *pdf.Dict)
	hidden    bool // no field leads to it
	look      bool // with an appearance
}

type onBytes []byte

func (b onBytes) WriteAt(p []byte, off int64) (int, error) { return copy(b[off:], p), nil }

// sign appends a signature.
func (k *kit) sign(b []byte, o order) []byte {
	k.Helper()
	v := k.open(b)
	u, err := pdf.NewUpdate(v)
	k.must(err)
	room, ranges := &pdf.Reserved{Bytes: 6000}, &pdf.ReservedRange{}
	value := k.sigDict(u, v, o, room, ranges)
	if o.also != nil {
		o.also(u, v)
	}
	keys := []pdf.Object{pdf.Name("V"), value}
	if o.look {
		keys = append(keys, pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("0 0 50 50 re f"))))
	}
	if o.hidden {
		k.edit(u, v, o.field)
	} else if o.field > 0 {
		k.edit(u, v, o.field, keys...)
	} else if o.look {
		k.newField(u, v, append(keys, pdf.Name("Rect"), rect(0, 0, 300, 100))...)
	} else {
		k.newField(u, v, keys...)
	}
	out := bytes.NewBuffer(slices.Clone(b))
	w, err := u.Append(out)
	k.must(err)
	return k.fill(out.Bytes(), w, room, ranges, o)
}

func (k *kit) sigDict(u *pdf.Update, v *pdf.View, o order, room *pdf.Reserved, ranges *pdf.ReservedRange) pdf.Ref {
	if o.subFilter == "" {
		o.subFilter = subFilterPAdES
	}
	d := pdf.NewDict(pdf.Name("Type"), pdf.Name("Sig"), pdf.Name("Filter"), pdf.Name("Adobe.PPKLite"), pdf.Name("SubFilter"), o.subFilter,
		pdf.Name("ByteRange"), ranges, pdf.Name("Contents"), room, pdf.Name("M"), pdf.TextString("D:20260102030405+07'00'"))
	if o.subFilter == subFilterTimestamp {
		d.Set("Type", pdf.Name("DocTimeStamp"))
	}
	var refs pdf.Array
	if o.p > 0 {
		refs = append(refs, pdf.NewDict(pdf.Name("TransformMethod"), pdf.Name("DocMDP"), pdf.Name("TransformParams"),
			pdf.NewDict(pdf.Name("Type"), pdf.Name("TransformParams"), pdf.Name("P"), pdf.Int(o.p), pdf.Name("V"), pdf.Name("1.2"))))
	}
	if o.lock != nil {
		refs = append(refs, pdf.NewDict(pdf.Name("TransformMethod"), pdf.Name("FieldMDP"), pdf.Name("TransformParams"), o.lock))
	}
	if len(refs) > 0 {
		d.Set("Reference", refs)
	}
	if o.dict != nil {
		o.dict(d)
	}
	ref := u.Add(d)
	if o.p > 0 {
		k.edit(u, v, 1, pdf.Name("Perms"), pdf.NewDict(pdf.Name("DocMDP"), ref))
	}
	return ref
}

// newField adds an invisible signature field to the first page.
func (k *kit) newField(u *pdf.Update, v *pdf.View, more ...pdf.Object) pdf.Ref {
	form, err := v.Dict(pdf.Ref{Num: 7})
	k.must(err)
	page, err := v.Dict(pdf.Ref{Num: 3})
	k.must(err)
	fields, annots := form.Get("Fields").(pdf.Array), page.Get("Annots").(pdf.Array)
	d := pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("Widget"), pdf.Name("FT"), pdf.Name("Sig"),
		pdf.Name("T"), pdf.TextString(fmt.Sprintf("Sig%d", len(fields))), pdf.Name("P"), pdf.Ref{Num: 3},
		pdf.Name("Rect"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Int(0), pdf.Int(0)})
	for i := 0; i < len(more); i += 2 {
		d.Set(more[i].(pdf.Name), more[i+1])
	}
	ref := u.Add(d)
	k.edit(u, v, 7, pdf.Name("Fields"), append(slices.Clone(fields), ref))
	k.edit(u, v, 3, pdf.Name("Annots"), append(slices.Clone(annots), ref))
	return ref
}

func (k *kit) fill(b []byte, w *pdf.Written, room *pdf.Reserved, ranges *pdf.ReservedRange, o order) []byte {
	k.Helper()
	byteRange, err := w.ByteRange(room)
	k.must(err)
	k.must(w.PatchRange(onBytes(b), ranges, byteRange))
	r := byteRange
	digest := hashed(crypto.SHA256, slices.Concat(b[r[0]:r[0]+r[1]], b[r[2]:r[2]+r[3]]))
	var value []byte
	switch o.subFilter {
	case subFilterTimestamp:
		value = k.token(digest)
	case subFilterSHA1:
		sum := hashed(crypto.SHA1, slices.Concat(b[r[0]:r[0]+r[1]], b[r[2]:r[2]+r[3]]))
		value, err = cms.SignBytes(k.Context(), k.key(o.by), sum, cms.Options{Content: sum})
		k.must(err)
	default:
		value, err = cms.Sign(k.Context(), k.key(o.by), digest, cms.Options{})
		k.must(err)
		if o.attrs != nil {
			value = withAttributes(k, value, digest, o)
		}
		if o.token {
			data, err := cms.Parse(value, cms.Limits{})
			k.must(err)
			value, err = cms.AddTimestamp(value, k.token(hashed(crypto.SHA256, data.Signers[0].Signature)))
			k.must(err)
		}
	}
	if o.value != nil {
		value = o.value(value)
	}
	k.must(w.PatchHex(onBytes(b), room, value))
	return b
}

func (k *kit) token(digest []byte) []byte {
	k.Helper()
	token, err := cms.BuildTimestamp(k.Context(), cms.TimestampInfo{Policy: []int{1, 2, 3}, Hash: crypto.SHA256, Imprint: digest,
		Serial: big.NewInt(7), GenTime: trusttest.Now}, k.key(k.tsa), true)
	k.must(err)
	return token
}

func (k *kit) stamp(b []byte) []byte { return k.sign(b, order{subFilter: subFilterTimestamp}) }

// signed is the base signed by the leader.
func (k *kit) signed() []byte { return k.sign(base().close(1), order{by: k.leader, field: 9}) }

// sealed is the base signed by the leader and then sealed.
func (k *kit) sealed() []byte { return k.sign(k.signed(), order{by: k.seal, field: 10}) }

// addDSS appends a document security store with lists of all CAs.
func (k *kit) addDSS(b []byte) []byte {
	next := trusttest.Now.AddDate(0, 0, 6)
	return k.update(b, func(u *pdf.Update, v *pdf.View) {
		var certs, crls pdf.Array
		for _, i := range []*trusttest.Issued{k.root, k.ca} {
			certs = append(certs, u.Add(pdf.NewFlateStream(&pdf.Dict{}, i.Cert.Raw)))
			crls = append(crls, u.Add(pdf.NewFlateStream(&pdf.Dict{}, i.SignCRL(k, trusttest.CRL{This: trusttest.Now.Add(-time.Minute), Next: next}))))
		}
		k.edit(u, v, 1, pdf.Name("DSS"), u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("DSS"), pdf.Name("Certs"), certs, pdf.Name("CRLs"), crls)))
	})
}

// codes of all findings of a report, for messages and comparisons.
func codes(r Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, string(f.Code))
	}
	for _, s := range r.Signatures {
		for _, f := range s.Findings {
			all = append(all, fmt.Sprintf("%s:%s%v", s.Field, f.Code, f.Data))
		}
	}
	return strings.Join(all, " ")
}

func kindsOf(s *Signature, allowed bool) []ChangeKind {
	var kinds []ChangeKind
	for _, c := range s.Changes {
		if c.Allowed == allowed && !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}
