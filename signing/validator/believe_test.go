package validator

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust/trusttest"
)

// TestProofOfTime: what happened to a certificate after the proven time of the
// signature does not spoil it; without proof it does.
func TestProofOfTime(t *testing.T) {
	k := newKit(t)
	soon := trusttest.Now.Add(30 * time.Minute) // before the check, after the time-stamps
	expired := k.ca.Issue(k, "Expired", trusttest.Valid(trusttest.Now.AddDate(-1, 0, 0), soon))
	revoked := k.ca.Issue(k, "Revoked")
	list := k.ca.SignCRL(k, trusttest.CRL{This: soon, Entries: []x509.RevocationListEntry{trusttest.Revoked(revoked.Cert, soon, 1)}})
	by := func(i *trusttest.Issued, token bool) []byte {
		return k.sign(base().close(1), order{by: i, field: 9, token: token})
	}
	for name, c := range map[string]struct {
		file []byte
		sub  signing.SubIndication
	}{
		"expired":                                  {by(expired, false), signing.OutOfBoundsNoPOE},
		"expired, time-stamped before":             {by(expired, true), ""},
		"expired, document time-stamped before":    {k.stamp(by(expired, false)), ""},
		"revoked":                                  {k.withList(by(revoked, false), list), signing.RevokedNoPOE},
		"revoked, time-stamped before":             {k.withList(by(revoked, true), list), ""},
		"revoked, both, and a document time-stamp": {k.stamp(k.withList(by(revoked, true), list)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := k.validate(c.file)
			if s := r.Signatures[0]; s.SubIndication != c.sub || (c.sub == "") != (s.Indication == signing.TotalPassed) {
				t.Errorf("%s/%s: %s", s.Indication, s.SubIndication, codes(r))
			}
		})
	}
}

func (k *kit) withList(b, list []byte) []byte {
	return k.update(b, func(u *pdf.Update, v *pdf.View) {
		k.edit(u, v, 1, pdf.Name("DSS"), u.Add(pdf.NewDict(pdf.Name("CRLs"), pdf.Array{u.Add(pdf.NewFlateStream(&pdf.Dict{}, list))})))
	})
}

// TestNobodyTrusted: without roots a good signature is not decided.
func TestNobodyTrusted(t *testing.T) {
	k := newKit(t)
	b := k.sealed()
	r := Validate(t.Context(), bytes.NewReader(b), int64(len(b)), Options{})
	if r.Indication != signing.Indeterminate || r.SubIndication != signing.NoCertificateChainFound {
		t.Errorf("%s/%s: %s", r.Indication, r.SubIndication, codes(r))
	}
}

type broken struct{ err error }

func (b broken) ReadAt([]byte, int64) (int, error) { return 0, b.err }

// TestNoVerdict: what keeps a file from being judged is told, and is no verdict
// about the file.
func TestNoVerdict(t *testing.T) {
	k := newKit(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b := k.sealed()
	r := Validate(ended, bytes.NewReader(b), int64(len(b)), Options{Trust: k.trust})
	if r.Indication != signing.Indeterminate || r.Findings[0].Code != Interrupted {
		t.Errorf("%s: %s", r.Indication, codes(r))
	}
	r = Validate(t.Context(), broken{errors.New("no disk")}, 1000, Options{Trust: k.trust})
	if r.Indication != signing.Indeterminate || r.Findings[0].Code != Unreadable {
		t.Errorf("%s: %s", r.Indication, codes(r))
	}
	limits := pdf.DefaultLimits
	limits.Objects = 5
	r = Validate(t.Context(), bytes.NewReader(b), int64(len(b)), Options{Trust: k.trust, Limits: limits})
	if r.Indication != signing.Indeterminate || r.Findings[0].Code != Exceeds {
		t.Errorf("%s: %s", r.Indication, codes(r))
	}
}

// panics stands for a fault of the program that a file brings to light.
type panics struct{}

func (panics) ReadAt([]byte, int64) (int, error) { panic("a fault") }

// TestFault: a fault accepts nothing and takes nobody down.
func TestFault(t *testing.T) {
	r := Validate(t.Context(), panics{}, 1000, Options{})
	if r.Indication != signing.TotalFailed || r.Findings[0].Code != Internal {
		t.Errorf("%s: %s", r.Indication, codes(r))
	}
}

// TestNotOnePDF: files that readers understand in several ways, or not at all.
func TestNotOnePDF(t *testing.T) {
	k := newKit(t)
	b := k.sealed()
	encrypted := base()
	encrypted.close(1)
	for name, c := range map[string]struct {
		file []byte
		code Code
	}{
		"empty":      {nil, Malformed},
		"not a PDF":  {[]byte("hello"), Malformed},
		"cut":        {b[:len(b)/2], BytesAfterEOF},
		"circle":     {circle(), Malformed},
		"encrypted":  {bytes.Replace(encrypted.Bytes(), []byte("/Root"), []byte("/Encrypt 6 0 R /Root"), 1), Encrypted},
		"two fields": {bytes.Replace(base().close(1), []byte("/Fields [8 0 R 9"), []byte("/Fields [9 0 R 9"), 1), FormBroken},
	} {
		r := k.validate(c.file)
		if len(r.Findings) == 0 || r.Findings[0].Code != c.code || r.Indication == signing.TotalPassed {
			t.Errorf("%s: %s: %s", name, r.Indication, codes(r))
		}
	}
}

// circle is a file whose sections lead to each other for ever.
func circle() []byte {
	f := base()
	f.close(1)
	f.last = f.Len() // of the table to come
	f.object(6, "<<>>")
	f.last = f.Len()
	return f.close(1)
}

// TestTable: each finding has a meaning and words.
func TestTable(t *testing.T) {
	for code, m := range meanings {
		if m.text == "" || m.indication == "" || (m.sub == "") != (m.indication == signing.TotalPassed) {
			t.Errorf("%s: %+v", code, m)
		}
	}
	if f := found("unheard-of"); f.indication != signing.TotalFailed {
		t.Errorf("an unknown finding gives %s", f.indication)
	}
}
