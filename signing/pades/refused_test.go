package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

// certified is a prepared file with the leader's signature.
func certified(t testing.TB, p pades.Permission) []byte {
	t.Helper()
	o := options("Lãnh đạo")
	o.Certify = p
	return sign(t, prepare(t, drawn()), o, softkeytest.New(t, softkeytest.P256, nil))
}

// TestPermissions: what an earlier signature forbids is refused, and the rest is not.
func TestPermissions(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	fill := func(o pades.Options, fields ...string) pades.Options {
		for _, f := range fields {
			o.Fills = append(o.Fills, pades.Fill{Field: f, Value: "1", Appearance: picture{"1"}})
		}
		return o
	}
	lock := func(l *pades.Lock) []byte {
		o := options("Lãnh đạo")
		o.Lock = l
		return sign(t, prepare(t, drawn()), o, key)
	}
	again := options("Cơ quan")
	again.Certify = pades.FillForms
	beside := func(field string) pades.Options {
		o := options(field)
		o.Beside = true
		return o
	}
	for name, c := range map[string]struct {
		data []byte
		o    pades.Options
		want pades.Reason // "" for none
	}{
		"P=1":                   {certified(t, pades.NoChanges), options("Cơ quan"), pades.Certified},
		"P=2":                   {certified(t, pades.FillForms), fill(options("Cơ quan"), "SoVB"), ""},
		"P=3":                   {certified(t, pades.Annotate), options("Cơ quan"), ""},
		"new field":             {certified(t, pades.FillForms), options("Mới"), pades.Certified},
		"second certifier":      {lock(nil), again, pades.AlreadySigned},
		"signed field":          {certified(t, pades.FillForms), options("Lãnh đạo"), pades.FieldSigned},
		"all locked":            {lock(&pades.Lock{Action: pades.LockAll}), options("Cơ quan"), pades.Locked},
		"value locked":          {lock(&pades.Lock{Action: pades.LockInclude, Fields: []string{"SoVB"}}), fill(options("Cơ quan"), "SoVB"), pades.Locked},
		"other value":           {lock(&pades.Lock{Action: pades.LockInclude, Fields: []string{"SoVB"}}), fill(options("Cơ quan"), "NgayVB"), ""},
		"all but":               {lock(&pades.Lock{Action: pades.LockExclude, Fields: []string{"SoVB", "Cơ quan"}}), fill(options("Cơ quan"), "SoVB"), ""},
		"not among all but":     {lock(&pades.Lock{Action: pades.LockExclude, Fields: []string{"SoVB", "Cơ quan"}}), fill(options("Cơ quan"), "NgayVB"), pades.Locked},
		"text for signature":    {drawn(), fill(options("Ký"), "Ký"), pades.FieldKind},
		"signature in text":     {prepare(t, drawn()), options("SoVB"), pades.FieldKind},
		"no such value":         {drawn(), fill(options("Ký"), "SoVB"), pades.FieldMissing},
		"new without earlier":   {lock(nil), options("Mới"), ""},
		"beside":                {certified(t, pades.FillForms), beside("Mới"), ""},
		"beside what is locked": {lock(&pades.Lock{Action: pades.LockAll}), beside("Mới"), ""},
		"beside under P=1":      {certified(t, pades.NoChanges), beside("Mới"), pades.Certified},
		"beside, but there":     {lock(&pades.Lock{Action: pades.LockAll}), beside("Cơ quan"), pades.Locked},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := trySign(c.data, c.o, key)
			if c.want != "" {
				wantReason(t, err, c.want)
			} else if err != nil {
				t.Error(err)
			} else {
				judge(t, out, fieldsSigned(t, out)...)
			}
		})
	}
}

// fieldsSigned are the names of the fields with a signature.
func fieldsSigned(t testing.TB, data []byte) (names []string) {
	form := must[*pdf.Form](t)(open(t, data).Form())
	for _, f := range form.Fields {
		if f.Type() == "Sig" && !pdf.Equal(f.Get("V"), pdf.Null{}) {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestEvidenceAfterP1: no certification forbids evidence and time-stamps.
func TestEvidenceAfterP1(t *testing.T) {
	data := stamp(t, certified(t, pades.NoChanges))
	data = docStamp(t, addDSS(t, data, pades.Evidence{Field: "Lãnh đạo", Certs: [][]byte{softkeytest.Root().Raw}}))
	judge(t, data, "Lãnh đạo")
}

// TestUnsound: a file with oddities is refused before the first signature, and
// told which; after it, what nobody may repair any more is signed as it is.
func TestUnsound(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	odd := handmade(t, "/Lang (vi) /Lang (vi)", "")
	_, err := trySign(odd, options("A"), key)
	if r := wantReason(t, err, pades.Unsound); len(r.Oddities) != 1 || r.Oddities[0].Code != pdf.OddDuplicate || !strings.Contains(r.Error(), "duplicate_key") {
		t.Errorf("%v", r)
	}
	hidden := handmade(t, "", "9 0 obj\n(hidden)\nendobj\n")
	_, err = trySign(hidden, options("A"), key)
	if r := wantReason(t, err, pades.Unsound); len(r.Gaps) != 1 {
		t.Errorf("%v", r)
	}
	_, err = trySign(handmade(t, "/Names 900 0 R /A [<</B 9 0 R>> 8 0 R]", ""), options("A"), key)
	if r := wantReason(t, err, pades.Unsound); !slices.Equal(r.Dangling, []pdf.Ref{{Num: 900}, {Num: 9}}) {
		t.Errorf("%v", r)
	}
	var out bytes.Buffer
	err = pades.Prepare(bytes.NewReader(odd), int64(len(odd)), &out, prepared)
	wantReason(t, err, pades.Unsound)
	for _, c := range []struct {
		keys string
		want pades.Reason
	}{
		{"/AcroForm <</Fields [] /XFA []>>", pades.XFA},
		{"/AcroForm <</Fields [4 0 R 5 0 R]>>", pades.DuplicateFields},
	} {
		_, err := trySign(handmade(t, c.keys, ""), options("A"), key)
		wantReason(t, err, c.want)
	}
	tail := append(drawn(), "more\n"...)
	if _, err := trySign(tail, options("A"), key); err == nil {
		t.Error("bytes behind the end were taken")
	}
	signed := append(sign(t, drawn(), options("A"), key), "more\n"...)
	if _, err := trySign(signed, options("B"), key); !errors.Is(err, pdf.ErrNotUpdatable) {
		t.Errorf("bytes behind a signed file: %v", err)
	}
}

// handmade is a small file of two pages with more in the catalog, and bytes
// between objects that belong to nothing.
func handmade(t testing.TB, catalog, between string) []byte {
	t.Helper()
	return assembled(between, "<</Type /Catalog /Pages 2 0 R "+catalog+">>",
		"<</Type /Pages /Count 2 /Kids [3 0 R 6 0 R] /MediaBox [0 0 600 800]>>", "<</Type /Page /Parent 2 0 R>>",
		"<</FT /Tx /T (old)>>", "<</FT /Tx /T (old)>>", "<</Type /Page /Parent 2 0 R /Annots 7 0 R>>", "[]", "[]")
}

// assembled is a file of the objects 1, 2, …; the first is the catalog.
func assembled(between string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, body := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	b.WriteString(between)
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// TestForeignPermissions: what others have written into signatures, fields and
// catalog is understood as strictly as it can be.
func TestForeignPermissions(t *testing.T) {
	const reference = "/Reference [<</TransformMethod /%s /TransformParams <<%s>>>>]"
	mdp := func(p string) string { return fmt.Sprintf(reference, "DocMDP", p) }
	lock := func(p string) string { return fmt.Sprintf(reference, "FieldMDP", p) }
	signed := func(catalog, field, sig string) []byte {
		return assembled("", "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R 6 0 R 7 0 R]>> "+catalog+">>",
			"<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 600 800]>>", "<</Type /Page /Parent 2 0 R /Annots [8 0 R]>>",
			"<</FT /Sig /T (A) /V 5 0 R "+field+">>", "<</Type /Sig "+sig+">>", "<</FT /Sig /T (B)>>",
			"<</T (C) /Kids [8 0 R]>>", "<</FT /Sig /T (D) /Parent 7 0 R /Subtype /Widget /Rect [50 40 10 10]>>")
	}
	for name, c := range map[string]struct {
		data  []byte
		field string
		want  pades.Reason
	}{
		"nothing":            {signed("", "", ""), "B", ""},
		"P=1":                {signed("", "", mdp("/P 1")), "B", pades.Certified},
		"P=0":                {signed("", "", mdp("/P 0")), "B", pades.Certified},
		"no P is 2":          {signed("", "", mdp("")), "B", ""},
		"new under no P":     {signed("", "", mdp("")), "new", pades.Certified},
		"catalog alone":      {signed("/Perms <</DocMDP <<"+mdp("/P 1")+">>>>", "/V null", ""), "B", pades.Certified},
		"the field's P":      {signed("", "/Lock <</Action /Include /Fields [(x)] /P 1>>", ""), "B", pades.Certified},
		"the field's lock":   {signed("", "/Lock <</Action /Include /Fields [(B)]>>", ""), "B", pades.Locked},
		"unknown action":     {signed("", "", lock("/Action /Sometimes")), "B", pades.Locked},
		"name above":         {signed("", "", lock("/Action /Include /Fields [(C)]")), "C.D", pades.Locked},
		"beginning alike":    {signed("", "", lock("/Action /Include /Fields [(C.)]")), "C.D", ""},
		"name of a branch":   {signed("", "", ""), "C", pades.FieldExists},
		"already signed":     {signed("", "", ""), "A", pades.FieldSigned},
		"lock with no names": {signed("", "", lock("/Action /Include")), "B", ""},
	} {
		o := invisible(c.field)
		if c.field == "C.D" {
			o.Appearance = picture{"turned"}
		}
		if _, err := trySign(c.data, o, softkeytest.New(t, softkeytest.P256, nil)); c.want != "" {
			wantReason(t, err, c.want)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	unseen := options("B")
	_, err := trySign(signed("", "", ""), unseen, softkeytest.New(t, softkeytest.P256, nil))
	wantReason(t, err, pades.FieldUnseen)
}

// TestEncrypted: an encrypted file is refused, as is what is no PDF file.
func TestEncrypted(t *testing.T) {
	c := newCourt(t, drawn())
	c.must("qpdf", "--encrypt", "", "owner", "256", "--", "a.pdf", "b.pdf")
	if _, err := trySign(c.get("b.pdf"), options("A"), softkeytest.New(t, softkeytest.P256, nil)); !errors.Is(err, pdf.ErrEncrypted) {
		t.Error(err)
	}
	var format *pdf.FormatError
	if _, err := trySign([]byte("no file"), options("A"), softkeytest.New(t, softkeytest.P256, nil)); !errors.As(err, &format) {
		t.Error(err)
	}
}

// TestMistakes: what a calling program may get wrong is an error, and writes nothing.
func TestMistakes(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	for name, edit := range map[string]func(*pades.Options){
		"no time":         func(o *pades.Options) { o.Time = time.Time{} },
		"P=4":             func(o *pades.Options) { o.Certify = 4 },
		"no names":        func(o *pades.Options) { o.Lock = &pades.Lock{Action: pades.LockInclude} },
		"names of all":    func(o *pades.Options) { o.Lock = &pades.Lock{Action: pades.LockAll, Fields: []string{"A"}} },
		"no action":       func(o *pades.Options) { o.Lock = &pades.Lock{} },
		"no name":         func(o *pades.Options) { o.Field = "" },
		"dotted name":     func(o *pades.Options) { o.Field = "a.b" },
		"no UTF-8":        func(o *pades.Options) { o.Field = "K\xFD" },
		"escape":          func(o *pades.Options) { o.Reason = "\x1Bvi\x1B" },
		"half a pair":     func(o *pades.Options) { o.Fills = []pades.Fill{{"SoVB", "\xED\xA0\x80", picture{"1"}}} },
		"lost name":       func(o *pades.Options) { o.Lock = &pades.Lock{Action: pades.LockInclude, Fields: []string{"\xFF"}} },
		"no such page":    func(o *pades.Options) { o.Place.Page = 2 },
		"page -1":         func(o *pades.Options) { o.Place.Page = -1 },
		"turned":          func(o *pades.Options) { o.Place.Rect = [4]float64{9, 9, 1, 1} },
		"infinite":        func(o *pades.Options) { o.Place.Rect[2] = math.Inf(1) },
		"nothing to see":  func(o *pades.Options) { o.Place = pades.Place{} },
		"undrawable":      func(o *pades.Options) { o.Appearance = picture{"?"} },
		"value unseen":    func(o *pades.Options) { o.Fills = []pades.Fill{{Field: "SoVB", Value: "1"}} },
		"no hash":         func(o *pades.Options) { o.Scheme = signing.Scheme{PSS: true} },
		"unknown hash":    func(o *pades.Options) { o.Scheme = signing.Scheme{Hash: crypto.Hash(99)} },
		"other key's PSS": func(o *pades.Options) { o.Scheme = signing.Scheme{Hash: crypto.SHA256, PSS: true} },
	} {
		o := options("Ký")
		edit(&o)
		if out, err := trySign(prepare(t, drawn()), o, key); err == nil || len(out) > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, len(out))
		} else if name == "undrawable" && !errors.Is(err, errDraw) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFailures: an error of the signer, the medium or the receiver comes out.
func TestFailures(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := drawn()
	if err := pades.Sign(ctx, bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, options("A"), key); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for left := range 40 {
		full := &fullDisk{left * len(data) / 10}
		if err := pades.Sign(t.Context(), bytes.NewReader(data), int64(len(data)), full, options("A"), key); full.left < 0 != errors.Is(err, errFull) {
			t.Errorf("%d bytes free: %v", left*len(data)/10, err)
		}
	}
	other := otherKey{key, softkeytest.New(t, softkeytest.P256, nil)}
	if _, err := trySign(data, options("A"), other); !errors.Is(err, cms.ErrRefused) {
		t.Errorf("another key: %v", err)
	}
}

var errFull = errors.New("no space left")

// A fullDisk takes so many bytes.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// otherKey signs with a key that is not the certificate's.
type otherKey struct {
	signing.Signer
	key signing.Signer
}

func (k otherKey) SignDigest(ctx context.Context, digest []byte, s signing.Scheme) ([]byte, error) {
	return k.key.SignDigest(ctx, digest, s)
}
