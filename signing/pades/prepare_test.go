package pades_test

import (
	"bytes"
	"testing"
	"time"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// TestPrepare: the fields are where they should be, empty and seen by others.
func TestPrepare(t *testing.T) {
	for name, data := range must[map[string][]byte](t)(samples()) {
		t.Run(name, func(t *testing.T) {
			out := prepare(t, data)
			if !bytes.HasPrefix(out, data) {
				t.Error("bytes changed")
			}
			c := newCourt(t, out)
			c.must("qpdf", "--check", "a.pdf")
			form := must[*pdf.Form](t)(c.view.Form())
			pages := must[[]pdf.Page](t)(c.view.Pages())
			for i, want := range []struct {
				name string
				kind pdf.Name
				page int
			}{{"SoVB", "Tx", 0}, {"NgayVB", "Tx", 0}, {"Lãnh đạo", "Sig", 0}, {"Cơ quan", "Sig", 1}} {
				f := form.Fields[i]
				if f.Name != want.name || f.Type() != want.kind || f.Dict.Get("P") != pdf.Object(pages[want.page].Ref) || !pdf.Equal(f.Get("V"), pdf.Null{}) {
					t.Errorf("field %d is %v", i, f)
				}
				if ap := must[*pdf.Dict](t)(c.view.Dict(f.Dict.Get("AP"))); pdf.Equal(ap.Get("N"), pdf.Null{}) {
					t.Errorf("%s has no appearance", f.Name)
				}
			}
			if report, n := c.pdfsig(); n > 0 {
				t.Errorf("pdfsig finds signatures:\n%s", report)
			}
		})
	}
}

// TestPrepareRefused: before the first signature only, and no name twice.
func TestPrepareRefused(t *testing.T) {
	try := func(data []byte, f pades.Fields) error {
		return pades.Prepare(bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, f)
	}
	signed := sign(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil))
	wantReason(t, try(signed, prepared), pades.AlreadySigned)
	wantReason(t, try(prepare(t, drawn()), prepared), pades.FieldExists)
	unseen := pades.Fields{Texts: []pades.TextField{{Name: "A"}}}
	badLock := pades.Fields{Signatures: []pades.SignatureField{{Name: "A", Lock: &pades.Lock{Action: "Some"}}}}
	for _, f := range []pades.Fields{unseen, badLock} {
		if try(drawn(), f) == nil {
			t.Errorf("taken: %v", f)
		}
	}
}

// TestOldForm: a form that is there is extended, whatever its parts look like, and
// loses the wish to be drawn anew.
func TestOldForm(t *testing.T) {
	for _, catalog := range []string{
		"/AcroForm <</NeedAppearances true /Fields [4 0 R] /DR <</Font <<>>>> /DA (/F 0 Tf)>>",
		"/AcroForm null", "/AcroForm <</Fields 8 0 R>>", "/AcroForm <<>>", "/AcroForm <</Fields [] /SigFlags 1>> /Extensions <<>> /Version /1.3",
	} {
		out := prepare(t, handmade(t, catalog, ""))
		signed := sign(t, out, options("Lãnh đạo"), softkeytest.New(t, softkeytest.P256, nil))
		judge(t, signed, "Lãnh đạo")
		form := must[*pdf.Form](t)(open(t, signed).Form())
		if form.Dict.Get("SigFlags") != pdf.Object(pdf.Int(3)) || !pdf.Equal(form.Dict.Get("NeedAppearances"), pdf.Null{}) {
			t.Errorf("%s: form %v", catalog, form.Dict)
		}
	}
}

// TestLocks: a lock is told in signature and field.
func TestLocks(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	for _, l := range []*pades.Lock{{Action: pades.LockAll}, {Action: pades.LockInclude, Fields: []string{"Số", "B"}}, {Action: pades.LockExclude, Fields: []string{"C"}}} {
		o := options("A")
		o.Lock = l
		v := open(t, sign(t, drawn(), o, key))
		f, sig := fieldOf(t, v, "A")
		reference := must[*pdf.Dict](t)(v.Dict(must[pdf.Array](t)(v.Array(sig.Get("Reference")))[0]))
		params := must[*pdf.Dict](t)(v.Dict(reference.Get("TransformParams")))
		field := must[*pdf.Dict](t)(v.Dict(f.Dict.Get("Lock")))
		if reference.Get("TransformMethod") != pdf.Object(pdf.Name("FieldMDP")) || reference.Get("Data") != v.Trailer().Get("Root") {
			t.Errorf("reference %v", reference)
		}
		for _, d := range []*pdf.Dict{params, field} {
			if d.Get("Action") != pdf.Object(pdf.Name(l.Action)) || len(must[pdf.Array](t)(v.Array(d.Get("Fields")))) != len(l.Fields) {
				t.Errorf("lock %v", d)
			}
		}
	}
	o := options("Cơ quan")
	o.Lock = &pades.Lock{Action: pades.LockInclude, Fields: []string{"SoVB"}}
	if _, err := trySign(certified(t, pades.FillForms), o, key); err == nil {
		t.Error("another lock than the field's own was taken")
	}
	o.Lock = &pades.Lock{Action: pades.LockAll}
	judge(t, sign(t, certified(t, pades.FillForms), o, key), "Lãnh đạo", "Cơ quan")
}

// TestDates: a time is written with the zone that it was given in.
func TestDates(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	for zone, want := range map[int]string{7 * 3600: "D:20261130131500+07'00", 0: "D:20261130061500+00'00",
		-12600: "D:20261130024500-03'30", 20700: "D:20261130120000+05'45"} {
		o := options("A")
		o.Time = o.Time.In(time.FixedZone("", zone))
		if _, sig := fieldOf(t, open(t, sign(t, drawn(), o, key)), "A"); !pdf.Equal(sig.Get("M"), pdf.String{Value: want}) {
			t.Errorf("/M is %v, want %s", sig.Get("M"), want)
		}
	}
}
