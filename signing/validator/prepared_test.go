package validator

import (
	"bytes"
	"fmt"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// sharing signs a file in whose catalog something else is known under a name of
// its own, and then updates it.
func sharing(catalog string, change func(k *kit, u *pdf.Update, v *pdf.View)) func(k *kit) []byte {
	return func(k *kit) []byte {
		f := base()
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R "+catalog+">>")
		b := k.sign(f.close(1), order{by: k.leader, field: 9})
		return k.update(b, func(u *pdf.Update, v *pdf.View) { change(k, u, v) })
	}
}

// preparedAttacks are on files that were made so that an update which looks
// harmless changes something else, or passes off one thing for another.
var preparedAttacks = map[string]attack{
	"page's content as a store": {make: sharing("/DSS 5 0 R", func(k *kit, u *pdf.Update, v *pdf.View) {
		k.must(u.Set(pdf.Ref{Num: 5}, look("BT (900 dong) Tj ET")))
	}), kind: ChangeContent},
	"form under another name": {make: sharing("/Own 7 0 R", func(k *kit, u *pdf.Update, v *pdf.View) { k.newField(u, v) }), kind: ChangeCatalog},
	"annotations forgotten":   {make: set(3, pdf.Name("Annots"), pdf.Null{}), kind: ChangeRemoved},
	"signature written anew":  {make: func(k *kit) []byte { return rewritten(k, k.signed()) }, kind: ChangeSignedField},
	"signature in no field, then in one": {make: func(k *kit) []byte {
		b := k.sign(phantom(k), order{by: k.leader, field: 9})
		return k.update(b, func(u *pdf.Update, v *pdf.View) {
			k.newField(u, v, pdf.Name("V"), pdf.Ref{Num: 14}, pdf.Name("Rect"), rect(72, 690, 400, 720),
				pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("0 0 100 100 re f"))))
		})
	}, kind: ChangeReused},
	"signature in no field, then in a prepared one": {make: func(k *kit) []byte {
		b := k.sign(phantom(k), order{by: k.leader, field: 9})
		return k.update(b, func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 10, pdf.Name("V"), pdf.Ref{Num: 14}) })
	}, kind: ChangeReused},
	"store taken out": {make: func(k *kit) []byte {
		return k.update(k.addDSS(k.signed()), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 1, pdf.Name("DSS"), pdf.Null{}) })
	}, kind: ChangeEvidence},
	"another tab order": {make: func(k *kit) []byte {
		b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 3, pdf.Name("Tabs"), pdf.Name("S")) })
		return k.update(k.sign(b, order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 3, pdf.Name("Tabs"), pdf.Name("R")) })
	}, kind: ChangeTabs},
	"tags that appear": {make: func(k *kit) []byte {
		f := base()
		f.object(1, "<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /StructTreeRoot 60 0 R>>")
		later := &file{at: map[int]int{}, size: 61}
		b := k.sign(f.close(1), order{by: k.leader, field: 9})
		fmt.Sscan(string(b[bytes.LastIndex(b, []byte("startxref\n"))+len("startxref\n"):]), &later.last)
		later.Write(b)
		later.object(60, "<</Type /StructTreeRoot>>")
		return later.close(1)
	}, kind: ChangeTags},
	"store that is none":             {make: set(1, pdf.Name("DSS"), pdf.TextString("store")), kind: ChangeEvidence},
	"store with a list that is none": {make: set(1, pdf.Name("DSS"), pdf.NewDict(pdf.Name("Certs"), pdf.Int(1))), kind: ChangeEvidence},
	"store with an entry that is none": {make: set(1, pdf.Name("DSS"), pdf.NewDict(pdf.Name("VRI"),
		pdf.NewDict(pdf.Name("00"), pdf.NewDict(pdf.Name("Cert"), pdf.Int(1))))), kind: ChangeEvidence},
	"metadata that is text":         {make: metadata("This is no metadata"), kind: ChangeMetadata},
	"metadata with a document type": {make: metadata(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///">]><rdf:RDF>&e;</rdf:RDF>`), kind: ChangeMetadata},
	"metadata that is no stream":    {make: set(1, pdf.Name("Metadata"), pdf.Int(1)), kind: ChangeMetadata},
	"children of a field":           {make: set(8, pdf.Name("Kids"), pdf.Array{}), kind: ChangeField},
	"field of another type":         {make: set(8, pdf.Name("Type"), pdf.Name("Own")), kind: ChangeField},
}

func metadata(text string) func(k *kit) []byte {
	return after(func(k *kit, u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 1, pdf.Name("Metadata"), u.Add(pdf.NewStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("Metadata")), []byte(text))))
	})
}

// phantom is the base with a signature that no field leads to, object 14.
func phantom(k *kit) []byte {
	return k.sign(base().close(1), order{by: k.leader, field: 10, hidden: true})
}

// rewritten defines the leader's signature again, with one more entry.
func rewritten(k *kit, b []byte) []byte {
	return k.update(b, func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 14, pdf.Name("Own"), pdf.Bool(false)) })
}

func TestPrepared(t *testing.T) {
	for name, a := range preparedAttacks {
		if a.code == "" {
			a.code = ChangedAfter
			preparedAttacks[name] = a
		}
	}
	tryAll(t, preparedAttacks)
}

// TestPreparedGood: the same ways, taken by programs that mean no harm.
func TestPreparedGood(t *testing.T) {
	k := newKit(t)
	for name, file := range map[string][]byte{
		"unknown entry of the catalog": sharing("/Own 13 0 R", (*kit).fillNumber)(k),
		"metadata":                     metadata("<x:xmpmeta><rdf:RDF></rdf:RDF></x:xmpmeta>")(k),
		"name that begins alike": k.update(k.sign(base().close(1), order{by: k.leader, field: 9,
			lock: lockOf("Include", "SoV")}), k.fillNumber),
		"signature in a new field beside a certification": k.sign(k.sign(base().close(1), order{by: k.leader, field: 9, p: 2}), order{by: k.seal, look: true}),
		"tab order":                    k.update(k.signed(), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 3, pdf.Name("Tabs"), pdf.Name("S")) }),
		"tags that were never there":   sharing("/StructTreeRoot 60 0 R", (*kit).fillNumber)(k),
		"object that nothing leads to": k.update(k.signed(), func(u *pdf.Update, v *pdf.View) { u.Add(pdf.TextString("nothing")) }),
	} {
		if r := k.validate(file); r.Indication != signing.TotalPassed {
			t.Errorf("%s: %s: %s", name, r.Indication, codes(r))
		}
	}
}

// TestTaggedComments: a comment may bring its tags where comments may come.
func TestTaggedComments(t *testing.T) {
	k := newKit(t)
	comment := func(u *pdf.Update, v *pdf.View) {
		ref := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("Text"),
			pdf.Name("Rect"), rect(0, 0, 20, 20), pdf.Name("StructParent"), pdf.Int(1)))
		other := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("Text"),
			pdf.Name("Rect"), rect(30, 0, 50, 20), pdf.Name("StructParent"), pdf.Int(2)))
		k.edit(u, v, 4, pdf.Name("Annots"), pdf.Array{ref, other}, pdf.Name("StructParents"), pdf.Int(3))
		tag := u.Add(pdf.NewDict(pdf.Name("S"), pdf.Name("Annot"), pdf.Name("P"), pdf.Ref{Num: 21}, pdf.Name("K"), toObject(ref)))
		k.edit(u, v, 21, pdf.Name("K"), append(pdf.Array{pdf.Ref{Num: 23}, tag}, toObject(other).(pdf.Array)...))
		k.edit(u, v, 22, pdf.Name("Nums"), pdf.Array{pdf.Int(0), pdf.Array{pdf.Ref{Num: 23}}, pdf.Int(1), tag, pdf.Int(2), pdf.Ref{Num: 21}})
	}
	for p, want := range map[int]signing.Indication{2: signing.TotalFailed, 3: signing.TotalPassed} {
		r := k.validate(k.update(k.sign(tagged().close(1), order{by: k.leader, field: 9, p: p}), comment))
		if r.Indication != want {
			t.Errorf("P %d: %s: %+v", p, r.Indication, r.Signatures[0].Changes)
		}
	}
}
