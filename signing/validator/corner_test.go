package validator

import (
	"bytes"
	"encoding/asn1"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// tagged is the base with a logical structure: 20 the root, 21 the document,
// 22 the way back, 23 a paragraph.
func tagged() *file {
	f := base()
	f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /StructTreeRoot 20 0 R /MarkInfo <</Marked true>>>>")
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R] /StructParents 0>>")
	f.object(20, "<</Type /StructTreeRoot /K 21 0 R /ParentTree 22 0 R /ParentTreeNextKey 1>>")
	f.object(21, "<</Type /StructElem /S /Document /P 20 0 R /K [23 0 R]>>")
	f.object(22, "<</Nums [0 [23 0 R]]>>")
	f.object(23, "<</Type /StructElem /S /P /P 21 0 R /Pg 3 0 R /K 0>>")
	return f
}

// afterTags is an update of the tagged file, signed.
func (k *kit) afterTags(change func(u *pdf.Update, v *pdf.View)) Report {
	return k.validate(k.update(k.sign(tagged().close(1), order{by: k.leader, field: 9}), change))
}

// tagField adds a signature field with its tag, whose children the caller gives.
func (k *kit) tagField(u *pdf.Update, v *pdf.View, kids func(widget pdf.Ref) pdf.Object) {
	widget := k.newField(u, v, pdf.Name("StructParent"), pdf.Int(1))
	tag := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("StructElem"), pdf.Name("S"), pdf.Name("Form"), pdf.Name("P"), pdf.Ref{Num: 21},
		pdf.Name("Pg"), pdf.Ref{Num: 3}, pdf.Name("K"), kids(widget)))
	k.edit(u, v, 21, pdf.Name("K"), pdf.Array{pdf.Ref{Num: 23}, tag})
	k.edit(u, v, 22, pdf.Name("Nums"), pdf.Array{pdf.Int(0), pdf.Array{pdf.Ref{Num: 23}}, pdf.Int(1), tag})
	k.edit(u, v, 20, pdf.Name("ParentTreeNextKey"), pdf.Int(2))
}

func toObject(ref pdf.Ref) pdf.Object {
	return pdf.Array{pdf.NewDict(pdf.Name("Type"), pdf.Name("OBJR"), pdf.Name("Obj"), ref)}
}

// TestTags: the structure may grow by tags of new widgets, and not otherwise.
func TestTags(t *testing.T) {
	k := newKit(t)
	r := k.afterTags(func(u *pdf.Update, v *pdf.View) { k.tagField(u, v, toObject) })
	if r.Indication != signing.TotalPassed || !slices.Contains(kindsOf(r.Signatures[0], true), ChangeStructure) {
		t.Errorf("%s: %s %v", r.Indication, codes(r), r.Signatures[0].Changes)
	}
	for name, change := range map[string]func(u *pdf.Update, v *pdf.View){
		"tag of page content": func(u *pdf.Update, v *pdf.View) { k.tagField(u, v, func(pdf.Ref) pdf.Object { return pdf.Int(0) }) },
		"tag of an old widget": func(u *pdf.Update, v *pdf.View) {
			k.tagField(u, v, func(pdf.Ref) pdf.Object { return toObject(pdf.Ref{Num: 8}) })
		},
		"another type": func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 23, pdf.Name("S"), pdf.Name("Artifact")) },
		"other words":  func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 23, pdf.Name("ActualText"), pdf.TextString("900")) },
		"taken out":    func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 21, pdf.Name("K"), pdf.Array{}) },
		"way back changed": func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 22, pdf.Name("Nums"), pdf.Array{pdf.Int(0), pdf.Array{}})
		},
		"way back grown": func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 22, pdf.Name("Nums"), pdf.Array{pdf.Int(0), pdf.Array{pdf.Ref{Num: 23}}, pdf.Int(1), pdf.Ref{Num: 23}})
		},
		"roles": func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 20, pdf.Name("RoleMap"), pdf.NewDict(pdf.Name("P"), pdf.Name("H1")))
		},
	} {
		r := k.afterTags(change)
		if r.Indication != signing.TotalFailed || !slices.Contains(kindsOf(r.Signatures[0], false), ChangeTags) {
			t.Errorf("%s: %s: %v", name, r.Indication, r.Signatures[0].Changes)
		}
	}
}

// nested is a form with a group (20) of a text field whose widget is apart (21,
// 22), a check box (23) and a signature field whose widget is apart (24, 25).
func nested() []byte {
	f := base()
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R 22 0 R 23 0 R 25 0 R]>>")
	f.object(7, "<</Fields [8 0 R 9 0 R 10 0 R 20 0 R 24 0 R] /SigFlags 3>>")
	f.object(20, "<</T (Nhom) /FT /Tx /Kids [21 0 R 23 0 R]>>")
	f.object(21, "<</T (Noi) /Parent 20 0 R /Kids [22 0 R]>>")
	f.object(22, "<</Type /Annot /Subtype /Widget /Parent 21 0 R /Rect [0 0 90 20]>>")
	f.object(23, "<</Type /Annot /Subtype /Widget /T (Dong y) /FT /Btn /Parent 20 0 R /Rect [0 30 9 39] /AS /Off /V /Off /AP <</N <</Yes 11 0 R /Off 11 0 R>>>>>>")
	f.object(24, "<</T (Rieng) /FT /Sig /Kids [25 0 R]>>")
	f.object(25, "<</Type /Annot /Subtype /Widget /Parent 24 0 R /Rect [0 0 90 20] /P 3 0 R>>")
	return f.close(1)
}

// TestNestedFields: fields below others and widgets apart follow the same rules.
func TestNestedFields(t *testing.T) {
	k := newKit(t)
	signed := k.sign(nested(), order{by: k.leader, field: 24, lock: lockOf("Include", "Khac")})
	locked := k.sign(nested(), order{by: k.leader, field: 24, lock: lockOf("Include", "Nhom")})
	for name, c := range map[string]struct {
		file []byte
		num  uint32
		set  []pdf.Object
		kind ChangeKind // not allowed
	}{
		"filled in":               {signed, 21, []pdf.Object{pdf.Name("V"), pdf.TextString("Hà Nội")}, ""},
		"locked by the group":     {locked, 21, []pdf.Object{pdf.Name("V"), pdf.TextString("Hà Nội")}, ChangeValue},
		"checked":                 {signed, 23, []pdf.Object{pdf.Name("V"), pdf.Name("Yes"), pdf.Name("AS"), pdf.Name("Yes")}, ""},
		"checked for the eye":     {signed, 23, []pdf.Object{pdf.Name("AS"), pdf.Name("Yes")}, ChangeBareArt},
		"box with other pictures": {signed, 23, []pdf.Object{pdf.Name("V"), pdf.Name("Yes"), pdf.Name("AP"), &pdf.Dict{}}, ChangeField},
		"made read-only":          {locked, 21, []pdf.Object{pdf.Name("Ff"), pdf.Int(1)}, ""},
		"made something else":     {signed, 21, []pdf.Object{pdf.Name("Ff"), pdf.Int(1 << 13)}, ChangeField},
		"group changed":           {signed, 20, []pdf.Object{pdf.Name("FT"), pdf.Name("Ch")}, ChangeField},
		"widget of a seal moved":  {signed, 25, []pdf.Object{pdf.Name("Rect"), rect(0, 0, 500, 500)}, ChangeSignedField},
		"value of the whole":      {signed, 20, []pdf.Object{pdf.Name("V"), pdf.TextString("x")}, ""},
	} {
		r := k.validate(k.update(c.file, func(u *pdf.Update, v *pdf.View) { k.edit(u, v, c.num, c.set...) }))
		bad := kindsOf(r.Signatures[0], false)
		if (c.kind == "") != (r.Indication == signing.TotalPassed) || c.kind != "" && !slices.Contains(bad, c.kind) {
			t.Errorf("%s: %s: %v: %s", name, r.Indication, bad, codes(r))
		}
	}
}

// TestTwoAtOnce: two signatures over one revision.
func TestTwoAtOnce(t *testing.T) {
	k := newKit(t)
	b := base().close(1)
	v := k.open(b)
	u, err := pdf.NewUpdate(v)
	k.must(err)
	rooms := [2]*pdf.Reserved{{Bytes: 6000}, {Bytes: 6000}}
	ranges := [2]*pdf.ReservedRange{{}, {}}
	for i, field := range []uint32{9, 10} {
		k.edit(u, v, field, pdf.Name("V"), k.sigDict(u, v, order{}, rooms[i], ranges[i]))
	}
	out := bytes.NewBuffer(slices.Clone(b))
	w, err := u.Append(out)
	k.must(err)
	for i := range rooms {
		b = k.fill(out.Bytes(), w, rooms[i], ranges[i], order{by: k.leader})
	}
	r := k.validate(b)
	for _, s := range r.Signatures {
		if s.Indication != signing.TotalFailed || !strings.Contains(codes(r), s.Field+":"+string(RangeOverlap)) {
			t.Errorf("%s: %s: %s", s.Field, s.Indication, codes(r))
		}
	}
}

// TestOldForms: a digest by SHA-1 inside a message is verified, and too weak today.
func TestOldForms(t *testing.T) {
	k := newKit(t)
	b := k.sign(base().close(1), order{by: k.leader, field: 9, subFilter: subFilterSHA1})
	r := k.validate(b)
	if s := r.Signatures[0]; s.SubIndication != signing.CryptoConstraintsFailureNoPOE || s.Covers.Revision != 2 {
		t.Errorf("%s/%s: %s", s.Indication, s.SubIndication, codes(r))
	}
	r = k.validate(bytes.Replace(b, []byte("100 dong"), []byte("900 dong"), 1))
	if s := r.Signatures[0]; s.SubIndication != signing.HashFailure {
		t.Errorf("%s/%s: %s", s.Indication, s.SubIndication, codes(r))
	}
}

// TestUsageRights: what a reader's maker signed is no signature of the document.
func TestUsageRights(t *testing.T) {
	k := newKit(t)
	b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
		rights := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Sig"), pdf.Name("Filter"), pdf.Name("Adobe.PPKLite"), pdf.Name("ByteRange"), rect(0, 9, 20, 30), pdf.Name("Contents"), pdf.String{Value: "x", Hex: true}))
		k.edit(u, v, 1, pdf.Name("Perms"), pdf.NewDict(pdf.Name("UR3"), rights))
	})
	f := base()
	f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Perms <</UR3 <</Type /Sig /ByteRange [0 9 20 30] /Contents <78>>>>>>>")
	for name, file := range map[string][]byte{"an object": b, "direct": f.close(1)} {
		if r := k.validate(file); r.Indication != signing.Indeterminate || codes(r) != "usage_rights unsigned" && codes(r) != "usage_rights hidden_bytes unsigned" {
			t.Errorf("%s: %s: %s", name, r.Indication, codes(r))
		}
	}
	signed := k.sign(b, order{by: k.leader, field: 9})
	if r := k.validate(signed); r.Indication != signing.TotalPassed {
		t.Errorf("%s: %s", r.Indication, codes(r))
	}
}

// TestBrokenObjects: an object that cannot be read is forgiven if it was there
// when the file was signed, or if nobody signed and it has no trace of that.
func TestBrokenObjects(t *testing.T) {
	k := newKit(t)
	f := base()
	f.object(20, "<</Broken")
	before := f.close(1)
	if r := k.validate(before); r.Indication != signing.Indeterminate || codes(r) != "broken_object unsigned" {
		t.Errorf("unsigned: %s: %s", r.Indication, codes(r))
	}
	trace := base()
	trace.object(20, "<</ByteRange [0 1 2 3]")
	if r := k.validate(trace.close(1)); r.Indication != signing.TotalFailed {
		t.Errorf("trace of a signature: %s: %s", r.Indication, codes(r))
	}
	if r := k.validate(k.sign(before, order{by: k.leader, field: 9})); r.Indication != signing.TotalPassed {
		t.Errorf("before: %s: %s", r.Indication, codes(r))
	}
	if r := k.validate(update(k.signed(), map[int]int{30: 20})); r.Indication != signing.TotalFailed {
		t.Errorf("after: %s: %s", r.Indication, codes(r))
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"D:20260102030405+07'00'": "2026-01-02T03:04:05+07:00",
		"D:20260102030405-03'30":  "2026-01-02T03:04:05-03:30",
		"D:20260102030405Z":       "2026-01-02T03:04:05Z",
		"D:20260102030405+00'00'": "2026-01-02T03:04:05Z",
		"D:2026":                  "2026-01-01T00:00:00Z",
		"202601":                  "2026-01-01T00:00:00Z",
		"D:20261399":              "",
		"D:20260102030405+99'00'": "",
		"D:20260102030405*07'00'": "",
		"D:202":                   "",
		"":                        "",
	} {
		got, ok := parseDate(s)
		if ok != (want != "") || ok && got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v %v, want %q", s, got, ok, want)
		}
	}
}

// TestArchivedRevocation: evidence in the signature itself is read.
func TestArchivedRevocation(t *testing.T) {
	list, err := asn1.Marshal(struct {
		CRLs []asn1.RawValue `asn1:"explicit,tag:0"`
	}{[]asn1.RawValue{{FullBytes: []byte{0x30, 0}}}})
	if err != nil {
		t.Fatal(err)
	}
	crls, ocsps := archived(list)
	if len(crls) != 1 || len(ocsps) != 0 || !bytes.Equal(crls[0], []byte{0x30, 0}) {
		t.Errorf("%x %x", crls, ocsps)
	}
}
