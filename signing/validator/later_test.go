package validator

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// laterAttacks are those by a further revision: incremental saving, shadows,
// evil annotations, sneaky seals.
var laterAttacks = map[string]attack{
	"content replaced": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.must(u.Set(pdf.Ref{Num: 5}, pdf.NewStream(&pdf.Dict{}, []byte("BT (900 dong) Tj ET"))))
	}), kind: ChangeContent},
	"content exchanged": {make: set(3, pdf.Name("Contents"), pdf.Ref{Num: 12}), kind: ChangeContent},
	"content between leader and seal": {make: func(k *kit) []byte {
		b := k.update(k.signed(), func(u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 5}, look("BT (900 dong) Tj ET"))) })
		return k.sign(b, order{by: k.seal, field: 10})
	}, kind: ChangeContent},
	"content in the seal's revision": {make: func(k *kit) []byte {
		return k.sign(k.signed(), order{by: k.seal, field: 10, also: func(u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 5}, look("BT ET"))) }})
	}, kind: ChangeContent},
	"font replaced":   {make: set(6, pdf.Name("BaseFont"), pdf.Name("Symbol")), kind: ChangeContent},
	"page taken out":  {make: set(2, pdf.Name("Kids"), pdf.Array{pdf.Ref{Num: 3}}, pdf.Name("Count"), pdf.Int(1)), kind: ChangePages},
	"pages exchanged": {make: set(2, pdf.Name("Kids"), pdf.Array{pdf.Ref{Num: 4}, pdf.Ref{Num: 3}}), kind: ChangePages},
	"page added":      {make: after(addPage), kind: ChangePages},
	"page under another number": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		d, err := v.Dict(pdf.Ref{Num: 4})
		k.must(err)
		k.edit(u, v, 2, pdf.Name("Kids"), pdf.Array{pdf.Ref{Num: 3}, u.Add(d.Clone())})
	}), kind: ChangePages},
	"page cut":                      {make: set(3, pdf.Name("CropBox"), rect(0, 0, 595, 600)), kind: ChangeContent},
	"all pages cut":                 {make: set(2, pdf.Name("MediaBox"), rect(0, 0, 595, 600)), kind: ChangeContent},
	"page turned":                   {make: set(3, pdf.Name("Rotate"), pdf.Int(180)), kind: ChangeContent},
	"stamp over the text":           {make: after(func(k *kit, u *pdf.Update, v *pdf.View) { k.addStampAnnotation(u, v) }), kind: ChangeAnnotation},
	"stamp on a certified document": {make: certified(order{p: 2}, func(k *kit, u *pdf.Update, v *pdf.View) { k.addStampAnnotation(u, v) }), kind: ChangeAnnotation},
	"link changed":                  {make: set(13, pdf.Name("Dest"), pdf.Array{pdf.Ref{Num: 3}, pdf.Name("Fit")}), kind: ChangeAnnotation},
	"annotations in another order":  {make: set(3, pdf.Name("Annots"), pdf.Array{pdf.Ref{Num: 9}, pdf.Ref{Num: 8}, pdf.Ref{Num: 10}, pdf.Ref{Num: 13}}), kind: ChangeRemoved},
	"seal moved":                    {make: set(9, pdf.Name("Rect"), rect(0, 600, 400, 800)), kind: ChangeSignedField},
	"seal on another page": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 4, pdf.Name("Annots"), pdf.Array{pdf.Ref{Num: 9}})
	}), kind: ChangeWidgets},
	"seal hidden": {make: set(9, pdf.Name("F"), pdf.Int(2)), kind: ChangeSignedField},
	"seal's look exchanged": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 9, pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT (false) Tj ET"))))
	}), kind: ChangeSignedField},
	"signature exchanged": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		d, err := v.Dict(pdf.Ref{Num: 10})
		k.must(err)
		k.edit(u, v, 9, pdf.Name("V"), d.Get("V"))
	}), kind: ChangeSignedField, code: SharedValue},
	"action on opening":    {make: set(1, pdf.Name("OpenAction"), pdf.Array{pdf.Ref{Num: 4}, pdf.Name("Fit")}), kind: ChangeCatalog},
	"script":               {make: set(1, pdf.Name("AA"), pdf.NewDict(pdf.Name("WC"), pdf.NewDict(pdf.Name("S"), pdf.Name("JavaScript")))), kind: ChangeCatalog},
	"names":                {make: set(1, pdf.Name("Names"), pdf.NewDict(pdf.Name("JavaScript"), &pdf.Dict{})), kind: ChangeCatalog},
	"layers":               {make: set(1, pdf.Name("OCProperties"), pdf.NewDict(pdf.Name("OCGs"), pdf.Array{})), kind: ChangeCatalog},
	"tags":                 {make: set(1, pdf.Name("StructTreeRoot"), pdf.NewDict(pdf.Name("Type"), pdf.Name("StructTreeRoot"))), kind: ChangeTags},
	"XFA":                  {make: set(7, pdf.Name("XFA"), pdf.TextString("x")), kind: ChangeForm},
	"form's fonts":         {make: set(7, pdf.Name("DR"), &pdf.Dict{}), kind: ChangeForm},
	"other pages":          {make: after(otherPages), kind: ChangePages},
	"field renamed":        {make: set(8, pdf.Name("T"), pdf.TextString("Other")), kind: ChangeField},
	"field's type changed": {make: set(8, pdf.Name("FT"), pdf.Name("Ch")), kind: ChangeField},
	"field moved":          {make: set(8, pdf.Name("Rect"), rect(72, 690, 400, 720)), kind: ChangeField},
	"field taken out":      {make: set(7, pdf.Name("Fields"), pdf.Array{pdf.Ref{Num: 9}, pdf.Ref{Num: 10}}), kind: ChangeRemoved},
	"field added":          {make: after(addTextField), kind: ChangeOtherField},
	"look without value":   {make: after(func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Set(pdf.Ref{Num: 11}, look("BT (13/QD) Tj ET"))) }), kind: ChangeBareArt},
	"look of another value": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12"), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT (13) Tj ET"))))
	}), kind: ChangeBareArt},
	"value shown at last": {make: func(k *kit) []byte {
		b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("900"), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT <313030> Tj ET"))))
		})
		return k.update(k.sign(b, order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 8, pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT (900) Tj ET"))))
		})
	}, kind: ChangeBareArt},
	"look described anew": {make: set(8, pdf.Name("DA"), pdf.TextString("/F1 1 Tf 1 g")), kind: ChangeField},
	"form's font exchanged": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		font := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("BaseFont"), pdf.Name("Symbol")))
		k.edit(u, v, 7, pdf.Name("DR"), pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F1"), font)))
	}), kind: ChangeForm},
	"value that waits to be drawn": {make: func(k *kit) []byte {
		b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("900"), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT (100) Tj ET"))))
		})
		return k.update(k.sign(b, order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 7, pdf.Name("NeedAppearances"), pdf.Bool(true)) })
	}, kind: ChangeBareArt},
	"unsigned field with a look": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.newField(u, v, pdf.Name("Rect"), rect(72, 690, 400, 720), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("0 0 100 100 re f"))))
	}), kind: ChangeUnsignedArt},
	"unsigned field with a background": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.newField(u, v, pdf.Name("Rect"), rect(72, 690, 400, 720), pdf.Name("MK"), pdf.NewDict(pdf.Name("BG"), rect(1, 1, 1)))
	}), kind: ChangeUnsignedArt},
	"field with an action": {make: after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.newField(u, v, pdf.Name("AA"), pdf.NewDict(pdf.Name("O"), &pdf.Dict{}))
	}), kind: ChangeAction},
	"number under P 1": {make: certified(order{p: 1}, (*kit).fillNumber), kind: ChangeValue},
	"seal under P 1": {make: func(k *kit) []byte {
		return k.sign(k.sign(base().close(1), order{by: k.leader, field: 9, p: 1}), order{by: k.seal, field: 10})
	}, kind: ChangeSigned},
	"number when all is locked":         {make: certified(order{lock: pdf.NewDict(pdf.Name("Action"), pdf.Name("All"))}, (*kit).fillNumber), kind: ChangeValue},
	"number when it is locked":          {make: certified(order{lock: lockOf("Include", "SoVB")}, (*kit).fillNumber), kind: ChangeValue},
	"number when others are not locked": {make: certified(order{lock: lockOf("Exclude", "Khac")}, (*kit).fillNumber), kind: ChangeValue},
	"field's lock allows nothing": {make: func(k *kit) []byte {
		b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 9, pdf.Name("Lock"), pdf.NewDict(pdf.Name("Action"), pdf.Name("Exclude"), pdf.Name("Fields"), pdf.Array{pdf.TextString("SoVB")}, pdf.Name("P"), pdf.Int(1)))
		})
		return k.update(k.sign(b, order{by: k.leader, field: 9}), k.fillNumber)
	}, kind: ChangeValue},
	"time-stamp that looks like the seal": {make: func(k *kit) []byte {
		return k.sign(k.signed(), order{subFilter: subFilterTimestamp, field: 10, look: true})
	}, kind: ChangeField},
	"new time-stamp that looks like something": {make: func(k *kit) []byte {
		return k.sign(k.signed(), order{subFilter: subFilterTimestamp, look: true})
	}, kind: ChangeUnsignedArt},
	"second field of a name":           {make: after(func(k *kit, u *pdf.Update, v *pdf.View) { k.newField(u, v, pdf.Name("T"), pdf.TextString("Leader")) }), code: DuplicateFields, kind: ""},
	"shadow brought to light":          {make: shadow, kind: ChangeContent},
	"shared look":                      {make: sharedLook, kind: ChangeContent},
	"look that the catalog has, too":   {make: usedElsewhere("catalog", false), kind: ChangeCatalog},
	"look that the trailer has, too":   {make: usedElsewhere("trailer", false), kind: ChangeCatalog},
	"look of the catalog written over": {make: usedElsewhere("catalog", true), kind: ChangeCatalog},
	"look of the trailer written over": {make: usedElsewhere("trailer", true), kind: ChangeCatalog},
	"look that another page has, too":  {make: usedElsewhere("page", false), kind: ChangeContent},
	"object freed":                     {make: after(func(k *kit, u *pdf.Update, v *pdf.View) { k.must(u.Delete(pdf.Ref{Num: 12})) }), kind: ChangeContent},
	"missing object appears":           {make: appears, kind: ChangeContent},
	"certification taken out":          {make: certified(order{p: 2}, func(k *kit, u *pdf.Update, v *pdf.View) { k.edit(u, v, 1, pdf.Name("Perms"), pdf.Null{}) }), kind: ChangeCatalog},
}

func lockOf(action pdf.Name, field string) *pdf.Dict {
	return pdf.NewDict(pdf.Name("Action"), action, pdf.Name("Fields"), pdf.Array{pdf.TextString(field)})
}

func addPage(k *kit, u *pdf.Update, v *pdf.View) {
	page := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Page"), pdf.Name("Parent"), pdf.Ref{Num: 2}))
	k.edit(u, v, 2, pdf.Name("Kids"), pdf.Array{pdf.Ref{Num: 3}, pdf.Ref{Num: 4}, page}, pdf.Name("Count"), pdf.Int(3))
}

// otherPages has the catalog point to a tree of its own.
func otherPages(k *kit, u *pdf.Update, v *pdf.View) {
	page, err := v.Dict(pdf.Ref{Num: 3})
	k.must(err)
	pages := u.Add(pdf.Null{})
	page = page.Clone()
	page.Set("Parent", pages)
	k.must(u.Set(pages, pdf.NewDict(pdf.Name("Type"), pdf.Name("Pages"), pdf.Name("Count"), pdf.Int(1), pdf.Name("Kids"), pdf.Array{u.Add(page)})))
	k.edit(u, v, 1, pdf.Name("Pages"), pages)
}

func addTextField(k *kit, u *pdf.Update, v *pdf.View) {
	k.newField(u, v, pdf.Name("FT"), pdf.Name("Tx"), pdf.Name("Rect"), rect(72, 690, 400, 720),
		pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("0 0 100 100 re f"))))
}

// shadow signs a file with a second content that nothing shows, and then has the
// update's table point to it.
func shadow(k *kit) []byte {
	f := base()
	hidden := f.Len()
	f.stream(5, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh cap 900 dong) Tj ET")
	f.at[5] = bytes.Index(f.Bytes(), []byte("5 0 obj"))
	b := k.sign(f.close(1), order{by: k.leader, field: 9})
	return update(b, map[int]int{5: hidden})
}

// update appends a table that puts objects where the caller says.
func update(b []byte, at map[int]int) []byte {
	start := bytes.LastIndex(b, []byte("startxref\n")) + len("startxref\n")
	var prev int
	fmt.Sscan(string(b[start:]), &prev)
	f := &file{at: at, size: 40, last: prev}
	f.Write(b)
	return slices.Clone(f.close(1))
}

// sharedLook has the page's content use the appearance of the field, and then
// fills in the field.
func sharedLook(k *kit) []byte {
	b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 3, pdf.Name("Resources"), pdf.NewDict(pdf.Name("XObject"), pdf.NewDict(pdf.Name("X"), pdf.Ref{Num: 11})))
	})
	return k.update(k.sign(b, order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) {
		k.must(u.Set(pdf.Ref{Num: 11}, look("BT (12) Tj ET")))
		k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12"))
	})
}

// usedElsewhere signs a file in which the seal's field has a look that something
// else leads to, and then has it sealed with another look, in the place of the
// old one or beside it.
func usedElsewhere(where string, inPlace bool) func(k *kit) []byte {
	return func(k *kit) []byte {
		f := base()
		f.object(10, "<</Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [250 100 350 150] /P 3 0 R /F 4 /AP 14 0 R>>")
		f.object(14, "<</N 15 0 R>>")
		f.stream(15, " /Type /XObject /Subtype /Form /BBox [0 0 128 20]", "BT ET")
		switch where {
		case "catalog":
			f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Own 14 0 R>>")
		case "page":
			f.object(4, "<</Type /Page /Parent 2 0 R /Contents 12 0 R /PieceInfo 14 0 R>>")
		case "trailer":
			f.trailer = " /Own [14 0 R]"
		}
		b := k.sign(f.close(1), order{by: k.leader, field: 9})
		return k.sign(b, order{by: k.seal, field: 10, look: !inPlace, also: func(u *pdf.Update, v *pdf.View) {
			if inPlace {
				k.must(u.Set(pdf.Ref{Num: 15}, look("0 0 50 50 re f")))
			}
		}})
	}
}

// newCatalog repeats the catalog under another number.
func newCatalog(k *kit) []byte {
	b := k.signed()
	f := &file{at: map[int]int{}, size: 31}
	fmt.Sscan(string(b[bytes.LastIndex(b, []byte("startxref\n"))+len("startxref\n"):]), &f.last)
	f.Write(b)
	f.object(30, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R>>")
	return f.close(30)
}

// appears signs a page that refers to an object that is not there yet.
func appears(k *kit) []byte {
	b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 3, pdf.Name("Contents"), pdf.Array{pdf.Ref{Num: 5}, pdf.Ref{Num: 30}})
	})
	b = k.sign(b, order{by: k.leader, field: 9})
	f := &file{at: map[int]int{}, size: 31}
	fmt.Sscan(string(b[bytes.LastIndex(b, []byte("startxref\n"))+len("startxref\n"):]), &f.last)
	f.Write(b)
	f.stream(30, "", "BT (added) Tj ET")
	return f.close(1)
}

func TestLaterAttacks(t *testing.T) {
	k := newKit(t)
	for name, a := range laterAttacks {
		if a.code == "" {
			a.code = ChangedAfter
			laterAttacks[name] = a
		}
	}
	tryAll(t, laterAttacks)
	for name, a := range laterAttacks {
		if r := k.validate(a.make(k)); r.Indication != signing.TotalFailed || r.SubIndication != signing.FormatFailure {
			t.Errorf("%s: %s/%s", name, r.Indication, r.SubIndication)
		}
	}
}
