package validator

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// fillNumber writes the document's number, value and appearance.
func (k *kit) fillNumber(u *pdf.Update, v *pdf.View) {
	look := u.Add(pdf.NewStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("XObject"), pdf.Name("Subtype"), pdf.Name("Form"),
		pdf.Name("BBox"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Int(128), pdf.Int(20)}), []byte("BT (12/QD-UBND) Tj ET")))
	k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12/QĐ-UBND"), pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), look))
}

// good are files that nobody may be alarmed about.
var good = map[string]func(k *kit) []byte{
	"signed":                  (*kit).signed,
	"signed and sealed":       (*kit).sealed,
	"cross-reference stream":  func(k *kit) []byte { return k.sign(base().closeStream(1), order{by: k.leader, field: 9}) },
	"in a new field":          func(k *kit) []byte { return k.sign(k.signed(), order{by: k.seal}) },
	"with its look":           func(k *kit) []byte { return k.sign(k.signed(), order{by: k.seal, field: 10, look: true}) },
	"new field with its look": func(k *kit) []byte { return k.sign(k.signed(), order{by: k.seal, look: true}) },
	"value drawn anew": func(k *kit) []byte {
		b := k.update(base().close(1), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12 (a)")) })
		return k.update(k.sign(b, order{by: k.leader, field: 9}), func(u *pdf.Update, v *pdf.View) {
			k.must(u.Set(pdf.Ref{Num: 11}, look("BT (12 ) Tj (\\(a\\)) Tj ET")))
			k.edit(u, v, 7, pdf.Name("NeedAppearances"), pdf.Bool(true))
		})
	},
	"filled in in another type": func(k *kit) []byte {
		return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) {
			k.edit(u, v, 8, pdf.Name("V"), pdf.TextString("12"), pdf.Name("DA"), pdf.TextString("/F1 9 Tf"),
				pdf.Name("AP"), pdf.NewDict(pdf.Name("N"), u.Add(look("BT (12) Tj ET"))))
		})
	},
	"look of the latest signature in the form's resources": func(k *kit) []byte {
		keep := func(n string) func(u *pdf.Update, v *pdf.View) {
			return func(u *pdf.Update, v *pdf.View) {
				form, err := v.Dict(pdf.Ref{Num: 7})
				k.must(err)
				resources := form.Get("DR").(*pdf.Dict).Clone()
				resources.Set("XObject", pdf.NewDict(pdf.Name("FRM"), u.Add(look(n+" 0 0 9 9 re f"))))
				k.edit(u, v, 7, pdf.Name("DR"), resources)
			}
		}
		b := k.sign(base().close(1), order{by: k.leader, field: 9, also: keep("1")})
		return k.sign(b, order{by: k.seal, field: 10, also: keep("2")})
	},
	"attribute of unknown meaning twice": func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, attrs: unknownTwice})
	},
	"two types": func(k *kit) []byte {
		return k.sign(k.signed(), order{subFilter: subFilterTimestamp, dict: func(d *pdf.Dict) {
			d.Entries = append(d.Entries, pdf.Entry{Key: "Type", Value: pdf.Name("Sig")})
		}})
	},
	"number in the trailer that stands for nothing yet": func(k *kit) []byte {
		f := base()
		f.trailer = " /Own [/name 15 0 R]"
		return k.sign(k.sign(f.close(1), order{by: k.leader, field: 9}), order{by: k.seal, field: 10, look: true})
	},
	"older form": func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, subFilter: subFilterPKCS7})
	},
	"with a time-stamp": func(k *kit) []byte {
		return k.sign(base().close(1), order{by: k.leader, field: 9, token: true})
	},
	"store and document time-stamp": func(k *kit) []byte { return k.stamp(k.addDSS(k.sealed())) },
	"certified, number and seal in one revision": func(k *kit) []byte {
		b := k.sign(base().close(1), order{by: k.leader, field: 9, p: 2})
		return k.sign(b, order{by: k.seal, field: 10, also: k.fillNumber, lock: pdf.NewDict(pdf.Name("Action"), pdf.Name("All"))})
	},
	"certified, no changes, then evidence": func(k *kit) []byte {
		return k.stamp(k.addDSS(k.sign(base().close(1), order{by: k.leader, field: 9, p: 1})))
	},
	"locked, another field filled in": func(k *kit) []byte {
		lock := pdf.NewDict(pdf.Name("Action"), pdf.Name("Exclude"), pdf.Name("Fields"), pdf.Array{pdf.TextString("SoVB")})
		return k.update(k.sign(base().close(1), order{by: k.leader, field: 9, lock: lock}), k.fillNumber)
	},
	"comment where comments are allowed": func(k *kit) []byte {
		return k.update(k.sign(base().close(1), order{by: k.leader, field: 9, p: 3}), k.addStampAnnotation)
	},
	"empty update": func(k *kit) []byte { return k.update(k.signed(), func(*pdf.Update, *pdf.View) {}) },
	"same again": func(k *kit) []byte {
		return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) { k.edit(u, v, 3); k.edit(u, v, 6) })
	},
	"annotations moved out of the page": func(k *kit) []byte {
		return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) {
			page, err := v.Dict(pdf.Ref{Num: 3})
			k.must(err)
			k.edit(u, v, 3, pdf.Name("Annots"), u.Add(page.Get("Annots")))
		})
	},
	"catalog under another number": newCatalog,
	"new title": func(k *kit) []byte {
		return k.update(k.signed(), func(u *pdf.Update, v *pdf.View) {
			k.must(u.SetTrailer("Info", u.Add(pdf.NewDict(pdf.Name("ModDate"), pdf.TextString("D:2026")))))
		})
	},
}

// addStampAnnotation puts a stamp over the text.
func (k *kit) addStampAnnotation(u *pdf.Update, v *pdf.View) {
	page, err := v.Dict(pdf.Ref{Num: 3})
	k.must(err)
	ref := u.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("Stamp"),
		pdf.Name("Rect"), pdf.Array{pdf.Int(72), pdf.Int(690), pdf.Int(400), pdf.Int(720)}))
	k.edit(u, v, 3, pdf.Name("Annots"), append(slices.Clone(page.Get("Annots").(pdf.Array)), ref))
}

func TestGood(t *testing.T) {
	k := newKit(t)
	for name, make := range good {
		t.Run(name, func(t *testing.T) {
			r := k.validate(make(k))
			if r.Indication != signing.TotalPassed || len(r.Signatures) == 0 {
				t.Fatalf("%s/%s: %s", r.Indication, r.SubIndication, codes(r))
			}
			for _, s := range r.Signatures {
				if bad := kindsOf(s, false); s.Signer == nil || s.Covers.Revision == 0 || len(bad) > 0 {
					t.Errorf("%s: %+v, not allowed: %v", s.Field, s, bad)
				}
			}
		})
	}
}

// TestReport: what a person must see of a signature is in the report.
func TestReport(t *testing.T) {
	k := newKit(t)
	b := k.sign(base().close(1), order{by: k.leader, field: 9, p: 2, token: true})
	b = k.stamp(k.addDSS(k.sign(b, order{by: k.seal, field: 10, also: k.fillNumber})))
	r := k.validate(b)
	leader, seal, stamp := r.Signatures[0], r.Signatures[1], r.Signatures[2]
	if r.Revisions != 5 || leader.Kind != Certification || seal.Kind != Approval || stamp.Kind != DocTimestamp {
		t.Errorf("%d revisions, %s %s %s", r.Revisions, leader.Kind, seal.Kind, stamp.Kind)
	}
	if leader.Level != BLTA || seal.Level != BLTA {
		t.Errorf("levels %s %s: %s", leader.Level, seal.Level, codes(r))
	}
	if leader.Signer.Name != "Nguyễn Thị Lan" || leader.Issuer.Name != "CA" || !leader.Timestamp.Trusted || leader.ProvenTime == nil || seal.ProvenTime == nil {
		t.Errorf("%+v", leader)
	}
	if leader.Covers != (Coverage{Revision: 2, Of: 5}) || stamp.Covers != (Coverage{WholeFile: true, Revision: 5, Of: 5}) {
		t.Errorf("%+v %+v", leader.Covers, stamp.Covers)
	}
	if leader.Revocation == nil || leader.Revocation.State != "good" || leader.Revocation.Origin != "document" {
		t.Errorf("%+v", leader.Revocation)
	}
	want := []ChangeKind{ChangeSigned, ChangeValue, ChangeAppearance, ChangeEvidence, ChangeTimestamped}
	for _, kind := range want {
		if !slices.Contains(kindsOf(leader, true), kind) {
			t.Errorf("no %s among %v", kind, kindsOf(leader, true))
		}
	}
	first, err := json.Marshal(r)
	k.must(err)
	again, err := json.Marshal(k.validate(b))
	k.must(err)
	if !bytes.Equal(first, again) {
		t.Errorf("two reports of one file:\n%s\n%s", first, again)
	}
}

// TestUnsigned: a file without a signature is neither valid nor wrong.
func TestUnsigned(t *testing.T) {
	k := newKit(t)
	r := k.validate(base().close(1))
	if r.Indication != signing.Indeterminate || r.SubIndication != signing.SignedDataNotFound || codes(r) != string(Unsigned) {
		t.Errorf("%s/%s: %s", r.Indication, r.SubIndication, codes(r))
	}
}
