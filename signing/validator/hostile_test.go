package validator

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust/trusttest"
)

// append begins a revision by hand behind a file.
func (k *kit) append(b []byte) *file {
	k.Helper()
	f := &file{at: map[int]int{}, size: 80}
	if _, err := fmt.Sscan(string(b[bytes.LastIndex(b, []byte("startxref\n"))+len("startxref\n"):]), &f.last); err != nil {
		k.Fatal(err)
	}
	f.Write(b)
	return f
}

// later is a revision written by hand behind the leader's signature.
func later(write func(f *file)) func(k *kit) []byte {
	return func(k *kit) []byte {
		f := k.append(k.signed())
		write(f)
		return f.close(1)
	}
}

// packed replaces objects by an object stream, which a cross-reference stream
// lists, behind a file of such sections.
func packed(objects map[int]string) func(k *kit) []byte {
	return func(k *kit) []byte {
		f := k.append(k.sign(base().closeStream(1), order{by: k.leader, field: 9}))
		f.pack(objects, 70)
		return f.closePacked(1, objects, 70)
	}
}

// pack writes an object stream.
func (f *file) pack(objects map[int]string, num int) {
	var table, body bytes.Buffer
	for _, n := range slices.Sorted(maps.Keys(objects)) {
		fmt.Fprintf(&table, "%d %d ", n, body.Len())
		fmt.Fprintf(&body, "%s\n", objects[n])
	}
	f.stream(num, fmt.Sprintf(" /Type /ObjStm /N %d /First %d", len(objects), table.Len()), table.String()+body.String())
}

// closePacked writes a cross-reference stream of what the object stream holds and
// of what stands in the file.
func (f *file) closePacked(root int, objects map[int]string, num int) []byte {
	at := f.Len()
	f.at[79] = at
	index := map[int][]byte{}
	for i, n := range slices.Sorted(maps.Keys(objects)) {
		index[n] = []byte{2, 0, 0, byte(num), byte(i)}
	}
	for n, offset := range f.at {
		index[n] = []byte{1, byte(offset >> 16), byte(offset >> 8), byte(offset), 0}
	}
	var rows []byte
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(index)) {
		parts = append(parts, fmt.Sprintf("%d 1", n))
		rows = append(rows, index[n]...)
	}
	f.stream(79, fmt.Sprintf(" /Type /XRef /W [1 3 1] /Size 80 /Index [%s] /Root %d 0 R /Prev %d", strings.Join(parts, " "), root, f.last), string(rows))
	fmt.Fprintf(f, "startxref\n%d\n%%%%EOF\n", at)
	return f.Bytes()
}

// deflated is what so many zeros pack to.
func deflated(n int64, head string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(head))
	zeros := make([]byte, 1<<16)
	for ; n > 0; n -= int64(len(zeros)) {
		w.Write(zeros)
	}
	w.Close()
	return b.String()
}

// hidden is a page of another text, which nothing leads to, as objects 50 to 53.
func hidden(f *file) {
	f.object(50, "<</Type /Catalog /Pages 51 0 R /AcroForm 7 0 R>>")
	f.object(51, "<</Type /Pages /Count 1 /Kids [52 0 R] /MediaBox [0 0 595 842] /Resources <</Font <</F1 6 0 R>>>>>>")
	f.object(52, "<</Type /Page /Parent 51 0 R /Contents 53 0 R /Annots [8 0 R 9 0 R 10 0 R]>>")
	f.stream(53, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh ve viec cap 900 dong) Tj ET")
}

// withOverlay is the base with something over its text: an annotation (60) and a
// form (61) that the content draws.
func withOverlay() *file {
	f := base()
	f.object(3, "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R 60 0 R] /Resources <</Font <</F1 6 0 R>> /XObject <</X 61 0 R /Y 62 0 R>>>>>>")
	f.object(60, "<</Type /Annot /Subtype /FreeText /Rect [72 690 400 720] /Contents (100) /DA (/F1 9 Tf)>>")
	f.stream(61, " /Type /XObject /Subtype /Form /BBox [0 0 400 30]", "1 1 1 rg 0 0 400 30 re f")
	f.stream(62, " /Type /XObject /Subtype /Form /BBox [0 0 400 30]", "BT (900) Tj ET")
	f.stream(5, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh cap 900 dong) Tj ET /X Do")
	return f
}

// overlaid signs that and changes it.
func overlaid(change func(k *kit, u *pdf.Update, v *pdf.View)) func(k *kit) []byte {
	return func(k *kit) []byte {
		return k.update(k.sign(withOverlay().close(1), order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) { change(k, u, v) })
	}
}

// annotate adds an annotation of a type over the text of a certified document.
func annotate(subtype string) func(k *kit) []byte {
	return certified(order{p: 2}, func(k *kit, u *pdf.Update, v *pdf.View) {
		page, err := v.Dict(pdf.Ref{Num: 3})
		k.must(err)
		ref := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name(subtype), pdf.Name("Rect"), rect(72, 690, 400, 720),
			pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("1 1 1 rg 0 0 400 30 re f")))))
		k.edit(u, v, 3, pdf.Name("Annots"), append(slices.Clone(page.Get("Annots").(pdf.Array)), ref))
	})
}

// twoRoles signs the base with some objects exchanged, and changes it under cover
// of what is allowed.
func twoRoles(p int, objects func(f *file), change func(k *kit, u *pdf.Update, v *pdf.View)) func(k *kit) []byte {
	return func(k *kit) []byte {
		f := base()
		objects(f)
		return k.update(k.sign(f.close(1), order{by: k.leader, field: 9, p: p}), func(u *pdf.Update, v *pdf.View) { change(k, u, v) })
	}
}

const pageWith = "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R%s] /Resources <<%s>>>>"

// updateAttacks are incremental saving attacks in the ways that a file can be
// continued, and shadow attacks of each class.
var updateAttacks = map[string]attack{
	"objects without a table": {make: func(k *kit) []byte {
		return append(k.signed(), "5 0 obj\n<</Length 2>>\nstream\nET\nendstream\nendobj\n"...)
	}, code: BytesAfterEOF},
	"table without an end": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		f.stream(5, "", "BT (900) Tj ET")
		b := f.close(1)
		return b[:bytes.LastIndex(b, []byte("startxref"))]
	}, code: BytesAfterEOF},
	"table that no startxref leads to": {make: func(k *kit) []byte {
		signed := k.signed()
		f := k.append(signed)
		before := f.last
		f.stream(5, "", "BT (900) Tj ET")
		b := f.close(1)
		at := bytes.LastIndex(b, []byte("startxref"))
		return append(b[:at:at], fmt.Sprintf("startxref\n%d\n%%%%EOF\n", before)...)
	}, code: RangeEnd},
	"signed revision left out": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		first := bytes.Index(f.Bytes(), []byte("\nxref\n")) + 1
		f.last = first
		f.stream(5, "", "BT (900) Tj ET")
		return f.close(1)
	}, code: StrayTrace},
	"content by an object stream's reference": {make: packed(map[int]string{3: "<</Type /Page /Parent 2 0 R /Contents 12 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R]>>"}), kind: ChangeContent},
	"font by an object stream":                {make: packed(map[int]string{6: "<</Type /Font /Subtype /Type1 /BaseFont /Symbol>>"}), kind: ChangeContent},
	"catalog by an object stream":             {make: packed(map[int]string{1: "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /OpenAction 13 0 R>>"}), kind: ChangeCatalog},
	"annotation by an object stream":          {make: packed(map[int]string{13: "<</Type /Annot /Subtype /Square /Rect [72 690 400 720]>>"}), kind: ChangeAnnotation},
	"value by an object stream": {make: packed(map[int]string{8: "<</Type /Annot /Subtype /Widget /FT /Tx /T (SoVB) /Rect [72 750 200 770] /P 3 0 R /AP <</N 12 0 R>> /V ()>>"}),
		kind: ChangeBareArt},
	"another document of the same file": {make: func(k *kit) []byte {
		f := base()
		hidden(f)
		return k.append(k.sign(f.close(1), order{by: k.leader, field: 9})).close(50)
	}, kind: ChangePages},
	"hidden page brought to light": {make: func(k *kit) []byte {
		f := base()
		hidden(f)
		b := k.sign(f.close(1), order{by: k.leader, field: 9})
		return k.update(b, func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 2, pdf.Name("Kids"), pdf.Array{pdf.Ref{Num: 52}, pdf.Ref{Num: 4}})
		})
	}, kind: ChangePages},
	"overlay taken away": {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 3, pdf.Name("Annots"), pdf.Array{pdf.Ref{Num: 8}, pdf.Ref{Num: 9}, pdf.Ref{Num: 10}, pdf.Ref{Num: 13}})
	}), kind: ChangeAnnotation},
	"overlay freed":             {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Delete(pdf.Ref{Num: 60})) }), kind: ChangeAnnotation},
	"overlay hidden":            {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) { k.edit(u, v, 60, pdf.Name("F"), pdf.Int(2)) }), kind: ChangeAnnotation},
	"picture over text freed":   {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Delete(pdf.Ref{Num: 61})) }), kind: ChangeContent},
	"picture over text emptied": {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 61}, look(""))) }), kind: ChangeContent},
	"picture exchanged by reference": {make: overlaid(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 3, pdf.Name("Resources"), pdf.NewDict(pdf.Name("XObject"), pdf.NewDict(pdf.Name("X"), pdf.Ref{Num: 62})))
	}), kind: ChangeContent},
	"font exchanged by reference": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		font := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type3")))
		k.edit(u, v, 2, pdf.Name("Resources"), pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F1"), font)))
	}), kind: ChangeContent},
	"free text on a certified document":          {make: annotate("FreeText"), kind: ChangeAnnotation},
	"redaction on a certified document":          {make: annotate("Redact"), kind: ChangeAnnotation},
	"watermark on a certified document":          {make: annotate("Watermark"), kind: ChangeAnnotation},
	"widget of no field on a certified document": {make: annotate("Widget"), kind: ChangeWidgets},
	"empty seal over the text of a certified document": {make: certified(order{p: 2}, func(k *kit, u *pdf.Update, v *pdf.View) {
		k.newField(u, v, pdf.Name("Rect"), rect(72, 690, 400, 720), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("1 1 1 rg 0 0 400 30 re f"))))
	}), kind: ChangeUnsignedArt},
	"seal of a stranger over the text": {make: func(k *kit) []byte {
		b := k.sign(base().close(1), order{by: k.leader, field: 9, p: 2})
		return k.sign(b, order{by: trusttest.NewRoot(k, "Own").Issue(k, "Stranger"), look: true})
	}, code: UnvouchedArt},
	"seal's look written over": {make: func(k *kit) []byte {
		b := k.sign(k.signed(), order{by: k.seal, field: 10, look: true})
		return k.update(b, func(u *pdf.Update, v *pdf.View) {
			d, err := v.Dict(pdf.Ref{Num: 10})
			k.must(err)
			k.must(u.Set(d.Get("AP").(*pdf.Dict).Get("N").(pdf.Ref), look("BT (false) Tj ET")))
		})
	}, kind: ChangeSignedField},
	"content that is a comment, too": {make: twoRoles(3, func(f *file) {
		f.object(3, fmt.Sprintf(pageWith, " 61 0 R", "/XObject <</X 61 0 R>>"))
		f.stream(61, " /Type /XObject /Subtype /Form /BBox [0 0 400 30]", "BT (100) Tj ET")
	}, func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 61}, look("BT (900) Tj ET"))) }), kind: ChangeContent},
	"length that is a comment, too": {make: twoRoles(3, func(f *file) {
		f.object(3, fmt.Sprintf(pageWith, " 61 0 R", ""))
		text := "BT (100) Tj ET\nendstream\nendobj\n% BT (900) Tj ET"
		f.object(5, fmt.Sprintf("<</Length 61 0 R>>\nstream\n%s\nendstream", text))
		f.object(61, fmt.Sprint(len(text)))
	}, func(k *kit, u *pdf.Update, v *pdf.View) {
		k.must(u.Set(pdf.Ref{Num: 61}, pdf.Int(len("BT (100) Tj ET"))))
	}), kind: ChangeContent},
	"font that is a comment, too": {make: twoRoles(3, func(f *file) {
		f.object(3, fmt.Sprintf(pageWith, " 6 0 R", "/Font <</F1 6 0 R>>"))
		f.object(6, "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Rect [0 0 1 1]>>")
	}, func(k *kit, u *pdf.Update, v *pdf.View) { k.edit(u, v, 6, pdf.Name("BaseFont"), pdf.Name("Symbol")) }), kind: ChangeContent},
	"pictures that are a field, too": {make: twoRoles(2, func(f *file) {
		f.object(3, fmt.Sprintf(pageWith, "", "/XObject 8 0 R"))
		f.object(8, "<</Type /Annot /Subtype /Widget /FT /Tx /T (SoVB) /Rect [72 750 200 770] /P 3 0 R /RV 11 0 R /V ()>>")
		f.stream(5, "", "/RV Do")
	}, func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12"), pdf.Name("RV"), u.Add(look("BT (900) Tj ET")))
	}), kind: ChangeContent},
	"layers that are a comment, too": {make: twoRoles(3, func(f *file) {
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /OCProperties <</OCGs [62 0 R] /D 13 0 R>>>>")
		f.object(62, "<</Type /OCG /Name (x)>>")
	}, func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 13, pdf.Name("OFF"), pdf.Array{pdf.Ref{Num: 62}})
	}), kind: ChangeCatalog},
	"length of an object stream": {make: func(k *kit) []byte {
		f := base()
		body := "20 0 21 20 (some object)        (another)"
		f.object(70, fmt.Sprintf("<</Type /ObjStm /N 2 /First 11 /Length 71 0 R>>\nstream\n%s\nendstream", body))
		f.object(71, fmt.Sprint(len(body)))
		f.object(3, fmt.Sprintf(pageWith, "", "/Own 20 0 R"))
		objects := map[int]string{20: "", 21: ""}
		b := k.sign(f.closePacked(1, objects, 70), order{by: k.leader, field: 9})
		return k.update(b, func(u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 71}, pdf.Int(len(body)-1))) })
	}, code: CompareFailed},
}

func TestUpdateAttacks(t *testing.T) {
	for name, a := range updateAttacks {
		if a.code == "" {
			a.code = ChangedAfter
			updateAttacks[name] = a
		}
	}
	tryAll(t, updateAttacks)
}

// ranged has the seal's field show a signature of such a range.
func ranged(numbers string) func(k *kit) []byte {
	return later(func(f *file) {
		f.object(10, "<</Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [250 100 350 150] /P 3 0 R /F 4 /V 20 0 R>>")
		f.object(20, "<</Type /Sig /Filter /Adobe.PPKLite /ByteRange ["+numbers+"] /Contents <3080>>>")
	})
}

// hostileFiles want a program to run for ever, to take all memory or to fall
// over. Each ends with a finding.
var hostileFiles = map[string]attack{
	"sections in a circle": {make: func(*kit) []byte { return circle() }, code: Malformed},
	"section before itself": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		f.last = f.Len()
		return f.close(1)
	}, code: Malformed},
	"page below itself": {make: later(func(f *file) { f.object(2, "<</Type /Pages /Count 2 /Kids [3 0 R 2 0 R]>>") }), code: CompareFailed},
	"two nodes of pages": {make: later(func(f *file) {
		f.object(2, "<</Type /Pages /Kids [20 0 R]>>")
		f.object(20, "<</Type /Pages /Kids [2 0 R]>>")
	}), code: CompareFailed},
	"field below itself": {make: later(func(f *file) { f.object(8, "<</T (a) /Kids [8 0 R]>>") }), code: FormBroken},
	"fields in a circle": {make: later(func(f *file) { f.object(8, "<</T (a) /Kids [20 0 R]>>"); f.object(20, "<</T (b) /Kids [8 0 R]>>") }), code: FormBroken},
	"tags in a circle": {make: later(func(f *file) {
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /StructTreeRoot 20 0 R>>")
		f.object(20, "<</K 21 0 R>>")
		f.object(21, "<</S /P /K 20 0 R>>")
	}), code: ChangedAfter},
	"arrays without number":       {make: later(func(f *file) { f.object(20, strings.Repeat("[", 1<<20)) }), code: Exceeds},
	"dictionaries without number": {make: later(func(f *file) { f.object(20, strings.Repeat("<</A ", 1<<20)) }), code: Exceeds},
	"values without number":       {make: later(func(f *file) { f.object(20, "["+strings.Repeat("0 ", 2<<20)+"]") }), code: Exceeds},
	"references without number": {make: later(func(f *file) {
		for i := range 40 {
			f.object(20+i, "["+strings.Repeat("1 0 R ", 1<<17)+"]")
		}
		f.stream(5, "", "BT ET")
	}), code: ChangedAfter},
	"string without end": {make: later(func(f *file) { f.object(20, "("+strings.Repeat("(", 1<<20)) }), code: BrokenUpdate},
	"name without end":   {make: later(func(f *file) { f.object(20, "/"+strings.Repeat("A", 17<<20)) }), code: Exceeds},
	"length of itself":   {make: later(func(f *file) { f.object(20, "<</Length 20 0 R>>\nstream\nx\nendstream") }), code: BrokenUpdate},
	"numbers beyond all": {make: func(k *kit) []byte {
		b := k.signed()
		table := bytes.LastIndex(b, []byte("\n0 1\n"))
		return append(b[:table:table], bytes.Replace(b[table:], []byte("\n0 1\n"), []byte("\n4294967295 1\n"), 1)...)
	}, code: ""},
	"object stream that is a bomb": {make: func(k *kit) []byte {
		f := k.append(k.sign(base().closeStream(1), order{by: k.leader, field: 9}))
		f.stream(70, " /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated(40<<20, "6 0 "))
		return f.closePacked(1, map[int]string{6: ""}, 70)
	}, code: Exceeds},
	"object stream in itself": {make: func(k *kit) []byte {
		f := k.append(k.sign(base().closeStream(1), order{by: k.leader, field: 9}))
		return f.closePacked(1, map[int]string{70: ""}, 70)
	}, code: BrokenUpdate},
	"cross-reference stream that is a bomb": {make: func(k *kit) []byte {
		f := k.append(k.sign(base().closeStream(1), order{by: k.leader, field: 9}))
		at := f.Len()
		f.stream(70, fmt.Sprintf(" /Type /XRef /W [1 3 1] /Size 100000000 /Root 1 0 R /Prev %d /Filter /FlateDecode", f.last), deflated(40<<20, ""))
		fmt.Fprintf(f, "startxref\n%d\n%%%%EOF\n", at)
		return f.Bytes()
	}, code: Exceeds},
	"metadata that is a bomb": {make: later(func(f *file) {
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Metadata 20 0 R>>")
		f.stream(20, " /Type /Metadata /Subtype /XML /Filter /FlateDecode", deflated(40<<20, "RDF"))
	}), code: ChangedAfter},
	"store of bombs": {make: later(func(f *file) {
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /DSS <</Certs [20 0 R 21 0 R 22 0 R 23 0 R 24 0 R 25 0 R]>>>>")
		bomb := deflated(40<<20, "")
		for i := range 6 {
			f.stream(20+i, " /Filter /FlateDecode", bomb)
		}
		f.stream(5, "", "BT ET")
	}), code: ChangedAfter},
	"filters upon filters": {make: later(func(f *file) {
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Metadata 20 0 R>>")
		f.stream(20, " /Filter ["+strings.Repeat("/FlateDecode ", 5000)+"]", deflated(1<<20, ""))
	}), code: ChangedAfter},
	"range beyond all":         {make: ranged("0 9 9223372036854775807 9223372036854775807"), code: RangeMalformed},
	"range beyond all numbers": {make: ranged("0 9 99999999999999999999 1"), code: RangeMalformed},
	"range of a million":       {make: ranged(strings.Repeat("0 1 ", 1<<18)), code: RangeMalformed},
	"revisions without number": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		for range maxRevisions {
			f.close(1)
		}
		return f.Bytes()
	}, code: TooMany},
	"signatures without number": {make: later(func(f *file) {
		for i := range maxSignatures + 1 {
			f.object(100+i, "<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>")
		}
	}), code: TooMany},
	"usage rights without number": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		for i := range maxSignatures + 1 {
			f.object(100+i, "<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>")
			f.object(1, fmt.Sprintf("<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Perms <</UR3 %d 0 R>>>>", 100+i))
			f.close(1)
		}
		return f.Bytes()
	}, code: TooMany},
	"hybrid section with a sneaky stream": {make: func(k *kit) []byte {
		f := k.append(k.signed())
		f.stream(60, "", "BT (900 dong) Tj ET")
		content := f.at[60]
		clear(f.at)
		at := f.Len()
		f.stream(61, " /Type /XRef /W [1 3 1] /Size 80 /Index [5 1] /Root 1 0 R", string([]byte{1, byte(content >> 16), byte(content >> 8), byte(content), 0}))
		clear(f.at)
		f.trailer = fmt.Sprintf(" /XRefStm %d", at)
		return f.close(1)
	}, code: ""},
}

// TestHostile: such files are neither signed nor unsigned, and cost little.
func TestHostile(t *testing.T) {
	k := newKit(t)
	for name, a := range hostileFiles {
		t.Run(name, func(t *testing.T) {
			b := a.make(k)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := Validate(ctx, bytes.NewReader(b), int64(len(b)), Options{Trust: k.trust, Now: k.trust.Now()})
			runtime.ReadMemStats(&after)
			if r.Indication == signing.TotalPassed || strings.Contains(codes(r), string(Unsigned)) || strings.Contains(codes(r), string(Internal)) {
				t.Errorf("%s: %s", r.Indication, codes(r))
			}
			if !strings.Contains(codes(r), string(a.code)) || codes(r) == "" || ctx.Err() != nil {
				t.Errorf("%q is not among: %s", a.code, codes(r))
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > uint64(600<<20+20*len(b)) {
				t.Errorf("%d MiB for a file of %d KiB", cost>>20, len(b)>>10)
			}
			t.Logf("%d MiB: %.300s", (after.TotalAlloc-before.TotalAlloc)>>20, codes(r))
		})
	}
}
