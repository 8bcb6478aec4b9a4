package validator

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"khonggiay/signing/pdf"
)

// thorough judges a file by walking the whole document for each revision.
func (k *kit) thorough(b []byte) Report {
	v := newRun(k.Context(), bytes.NewReader(b), int64(len(b)), Options{Trust: k.trust, Now: k.trust.Now()})
	v.graph.useless = true
	v.guarded(pdf.DefaultLimits)
	v.report.conclude()
	return *v.report
}

// TestPassingBy: what a comparison passes by because nothing changed below it
// does not count: the report is the same as that of a walk through everything.
func TestPassingBy(t *testing.T) {
	k := newKit(t)
	files := map[string]func(k *kit) []byte{"tags, again and again": tagsAgain}
	maps.Copy(files, good)
	for _, all := range []map[string]attack{rangeAttacks, valueAttacks, laterAttacks, preparedAttacks} {
		for name, a := range all {
			files[name] = a.make
		}
	}
	for name, make := range files {
		b := make(k)
		quick, err := json.Marshal(k.validate(b))
		k.must(err)
		slow, err := json.Marshal(k.thorough(b))
		k.must(err)
		if !bytes.Equal(quick, slow) {
			t.Errorf("%s:\n%s\n%s", name, quick, slow)
		}
	}
}

// tagsAgain adds a tagged field, fills in the number, adds another one, and then
// changes a tag that has been there from the beginning.
func tagsAgain(k *kit) []byte {
	b := k.sign(tagged().close(1), order{by: k.leader, field: 9})
	add := func(u *pdf.Update, v *pdf.View) {
		parent, err := v.Dict(pdf.Ref{Num: 21})
		k.must(err)
		back, err := v.Dict(pdf.Ref{Num: 22})
		k.must(err)
		kids, nums := parent.Get("K").(pdf.Array), back.Get("Nums").(pdf.Array)
		next := pdf.Int(len(nums) / 2)
		widget := k.newField(u, v, pdf.Name("StructParent"), next)
		tag := u.Add(pdf.NewDict(pdf.Name("S"), pdf.Name("Form"), pdf.Name("P"), pdf.Ref{Num: 21}, pdf.Name("K"), toObject(widget)))
		k.edit(u, v, 21, pdf.Name("K"), append(slices.Clone(kids), tag))
		k.edit(u, v, 22, pdf.Name("Nums"), append(slices.Clone(nums), next, tag))
	}
	for _, change := range []func(u *pdf.Update, v *pdf.View){add, k.fillNumber, add, func(*pdf.Update, *pdf.View) {}, func(u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 23, pdf.Name("ActualText"), pdf.TextString("900"))
	}, k.fillNumber} {
		b = k.update(b, change)
	}
	return b
}

// FuzzPassingBy makes updates of a tagged file, four bytes a change: which object,
// which key, what kind of value, and what it leads to; a zero begins the next
// update. Whatever they do, both ways of comparing say the same.
func FuzzPassingBy(f *testing.F) {
	k := newKit(f)
	doc := tagged()
	doc.object(3, "<</Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [8 0 R 9 0 R 10 0 R 13 0 R] /StructParents 0 /Resources <</XObject <</X 11 0 R>> /Font 24 0 R>>>>")
	doc.object(24, "<</F1 6 0 R /Own 13 0 R>>")
	signed := k.sign(doc.close(1), order{by: k.leader, field: 9, p: 3})
	keys := []pdf.Name{"Contents", "Annots", "AP", "V", "Resources", "XObject", "Parent", "P", "Kids", "Own", "N", "Font", "K", "S", "Pg",
		"Nums", "StructParent", "Rect", "DSS", "Metadata", "OCProperties", "DR", "Fields", "RV", "F1", "ActualText"}
	f.Add([]byte{8, 3, 2, 1, 11, 0, 3, 0, 0, 13, 17, 1, 9})
	f.Add([]byte{24, 24, 0, 13, 0, 13, 9, 2, 3})
	f.Add([]byte{3, 4, 0, 24, 0, 8, 2, 0, 11, 0, 11, 9, 1, 1})
	f.Add([]byte{23, 25, 2, 1, 0, 21, 12, 1, 23, 0, 22, 15, 1, 23})
	f.Add([]byte("\x03\x04\x00\x18\x00\b\x02\x00\b\x02\x00\v\x00\v\x00\v\x00\x00\x03\xe8\xe2\xe2\xe2\xe2\xe2\x18")) // a look that leads to a page
	f.Fuzz(func(t *testing.T, changes []byte) {
		own := *k
		own.TB = t
		b := signed
		for updates := 0; updates < 4 && len(changes) >= 4; updates++ {
			b = own.update(b, func(u *pdf.Update, v *pdf.View) {
				for len(changes) >= 4 && changes[0] != 0 {
					own.change(u, v, changes[:4], keys)
					changes = changes[4:]
				}
				if len(changes) > 0 && changes[0] == 0 {
					changes = changes[1:]
				}
			})
		}
		quick, err := json.Marshal(own.validate(b))
		own.must(err)
		slow, err := json.Marshal(own.thorough(b))
		own.must(err)
		if !bytes.Equal(quick, slow) {
			t.Errorf("\n%s\n%s", quick, slow)
		}
	})
}

// change sets a key of an object, or replaces it by a stream.
func (k *kit) change(u *pdf.Update, v *pdf.View, c []byte, keys []pdf.Name) {
	ref, other := pdf.Ref{Num: uint32(c[0])%26 + 1}, pdf.Ref{Num: uint32(c[3])%30 + 1}
	if _, there := v.Where(ref); !there {
		return
	}
	var value pdf.Object
	switch c[2] % 5 {
	case 0:
		value = other
	case 1:
		value = pdf.Array{other, pdf.Int(c[3])}
	case 2:
		value = pdf.TextString(string(rune('a' + c[3]%26)))
	case 3:
		value = pdf.NewDict(pdf.Name("N"), other)
	case 4:
		k.must(u.Set(ref, look(string(rune('a'+c[3]%26)))))
		return
	}
	o, err := v.Get(ref)
	d, ok := o.(*pdf.Dict)
	if err != nil || !ok {
		return
	}
	d = d.Clone()
	d.Set(keys[int(c[1])%len(keys)], value)
	k.must(u.Set(ref, d))
}
