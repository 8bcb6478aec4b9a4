package desktop

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/pkcs11/softhsmtest"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
	"khonggiay/signing/validator"
)

// TestSignerRevoked: what this machine knows of a certificate keeps it from
// signing; what it does not know is the server's to judge.
func TestSignerRevoked(t *testing.T) {
	now := trusttest.Now.Add(time.Hour)
	l := startIn(t, t.TempDir(), func(c *Config) { c.now = func() time.Time { return now } })
	defer l.stop()
	const list = "http://ca.test/list.crl"
	root := trusttest.NewRoot(t, "Gốc")
	person := root.Issue(t, "Nguyễn Văn A", trusttest.Links(list, "", ""), trusttest.Usage(x509.KeyUsageDigitalSignature))
	problem := func() string { return l.app.signer.certificateProblem(t.Context(), person.Cert, nil) }
	if got := problem(); got != "" {
		t.Errorf("of a root that nobody knows: %s", got)
	}
	err := l.app.judge.ChangeRoots(func([]trust.Anchor) ([]trust.Anchor, error) { return []trust.Anchor{trusttest.Anchor(root)}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := problem(); got != "" {
		t.Errorf("without a list: %s", got)
	}
	for _, c := range []struct {
		entries []x509.RevocationListEntry
		want    string
	}{
		{nil, ""},
		{[]x509.RevocationListEntry{trusttest.Revoked(person.Cert, now.Add(-2*time.Hour), 1)}, "sign.certificate_revoked"},
		{[]x509.RevocationListEntry{trusttest.Revoked(person.Cert, now.Add(-2*time.Hour), 6)}, "sign.certificate_on_hold"},
	} {
		der := root.SignCRL(t, trusttest.CRL{Entries: c.entries})
		if err := l.app.judge.Keep(trust.KeptCRL, list, trust.Entry{Body: der, Made: now, Fetched: now}); err != nil {
			t.Fatal(err)
		}
		if got := problem(); got != c.want {
			t.Errorf("%d entries: %q, want %q", len(c.entries), got, c.want)
		}
	}
	now = person.Cert.NotAfter.Add(time.Hour)
	if got := problem(); got != "sign.certificate_expired" {
		t.Errorf("after its end: %s", got)
	}
}

// signedBefore is a file that somebody else has signed with another program.
func signedBefore(t *testing.T, file []byte, certify pades.Permission) []byte {
	t.Helper()
	var out bytes.Buffer
	err := pades.Sign(t.Context(), bytes.NewReader(file), int64(len(file)), &out, pades.Options{Field: "Sig1", Time: time.Now(), Certify: certify},
		softkeytest.New(t, softkeytest.P256, named("Đơn vị phối hợp", "")))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSignForeign: files that others have made or signed. What they permit is
// done, and what they do not has its name.
func TestSignForeign(t *testing.T) {
	o := openSigningOffice(t, nil)
	plain := scanOf(t, "Quyết định")
	locked := filepath.Join(t.TempDir(), "locked.pdf")
	in := filepath.Join(t.TempDir(), "in.pdf")
	if err := os.WriteFile(in, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qpdf", "--encrypt", "", "a", "256", "--", in, locked).CombinedOutput(); err != nil {
		t.Fatalf("qpdf: %v %s", err, out)
	}
	encrypted, err := os.ReadFile(locked)
	if err != nil {
		t.Fatal(err)
	}
	var docs []*api.Doc
	for n, file := range [][]byte{signedBefore(t, plain, 0), signedBefore(t, plain, pades.FillForms), encrypted, []byte("%PDF-1.7 nothing"), plain} {
		docs = append(docs, o.toSign(app.ID(fmt.Sprintf("019ab000-0000-7000-8000-0000000000b%d", n)), file))
	}
	order := orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, docs...)
	order.Documents[4].Places.Seal = &api.SignPlace{Page: 7, Rect: signPlaces.Seal.Rect}
	var out []api.SignedDocument
	if code := o.chief.call("POST", "/api/signing/sign", order, &out); code != http.StatusOK {
		t.Fatalf("sign: %d", code)
	}
	for i, want := range []string{"", "sign.refused_certified", "sign.refused_encrypted", "sign.refused_damaged", "sign.bad_place"} {
		got := ""
		if out[i].Problem != nil {
			got = out[i].Problem.Reason
		}
		if got != want {
			t.Errorf("file %d: %q, want %q", i, got, want)
		}
	}
	id := docs[0].ID
	o.clerk.until("the signed file", func() bool { d := o.clerk.doc(id); return d.State == app.OutSigned && d.Where.Machine })
	o.clerk.give("document.number.1", id, `{"book":"xa.di"}`)
	o.clerk.until("the number", func() bool { d := o.clerk.doc(id); return d.CodeNumber != "" && !d.Pending })
	o.untilJudged(id)
	o.clerk.sign(orderOf(api.SignOrgan, o.clerk.key(o.organization).ID, softhsmtest.PIN, o.clerk.doc(id)))
	o.clerk.trusts()
	o.clerk.passes(id, 3)
	file := o.clerk.file(id, mainFile(o.clerk.doc(id)).Key)
	if verdict := pdfsig(t, file); strings.Count(verdict, "Signature is Valid") != 3 {
		t.Errorf("pdfsig: %s", verdict)
	}
}

// pulledOut is a key whose token is pulled out after some signatures.
type pulledOut struct {
	signing.Signer
	left int
}

func (p *pulledOut) SignDigest(ctx context.Context, digest []byte, s signing.Scheme) ([]byte, error) {
	if p.left--; p.left < 0 {
		return nil, pkcs11.ErrRemoved
	}
	return p.Signer.SignDigest(ctx, digest, s)
}

// TestTokenPulledOut: the token goes in the middle of an order. What was signed
// stays signed, and the rest says why it is not.
func TestTokenPulledOut(t *testing.T) {
	o := openSigningOffice(t, nil)
	var docs []*api.Doc
	for n := range 3 {
		docs = append(docs, o.toSign(app.ID(fmt.Sprintf("019ab000-0000-7000-8000-0000000000a%d", n)), scanOf(t, fmt.Sprint("Quyết định ", n))))
	}
	s := o.chief.app.signer
	order := orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, "", docs...)
	k, err := s.find(t.Context(), order.Key)
	if err != nil {
		t.Fatal(err)
	}
	by, err := s.logIn(t.Context(), k, 3, []byte(softhsmtest.PIN))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = by.close() }()
	by.Signer = &pulledOut{by.Signer, 1}
	out := make([]api.SignedDocument, len(docs))
	s.signAll(t.Context(), api.Viewer{Person: leader}, &order, k, by, out)
	if out[0].Given == nil || out[0].Problem != nil || o.chief.doc(docs[0].ID).State != app.OutSigned {
		t.Errorf("before: %+v", out[0])
	}
	for i := 1; i < 3; i++ {
		if out[i].Given != nil || out[i].Problem == nil || out[i].Problem.Reason != "sign.token_removed" || o.chief.doc(docs[i].ID).State != app.OutToSign {
			t.Errorf("after: %+v", out[i])
		}
	}
}

// TestSignRefusals: what tokens, files of keys and PDF can answer, and what a
// screen gets of it.
func TestSignRefusals(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   app.Code
		reason string
		left   any
	}{
		{&pkcs11.PINError{Left: pkcs11.TriesLow}, app.Unauthorized, "sign.pin_wrong", "low"},
		{&pkcs11.PINError{Left: pkcs11.TriesFinal}, app.Unauthorized, "sign.pin_wrong", "final"},
		{&pkcs11.PINError{}, app.Unauthorized, "sign.pin_wrong", "unknown"},
		{&pkcs11.PINError{Left: pkcs11.TriesNone}, app.Unauthorized, "sign.pin_locked", "none"},
		{softkey.ErrPassword, app.Unauthorized, "sign.pin_wrong", "unknown"},
		{&pkcs11.StuckError{Library: "a", Cause: context.DeadlineExceeded}, app.Conflict, "sign.token_stuck", nil},
		{fmt.Errorf("pades: %w", pkcs11.ErrRemoved), app.NotFound, "sign.token_removed", nil},
		{pkcs11.ErrBusy, app.Conflict, "sign.token_busy", nil},
		{pkcs11.ErrPINUnset, app.Conflict, "sign.pin_unset", nil},
		{&signing.KeyError{Kind: "RSA", Bits: 1024}, app.Invalid, "sign.key_weak", nil},
		{&pades.RefusedError{Reason: pades.Certified}, app.Invalid, "sign.refused_certified", nil},
		{pdf.ErrEncrypted, app.Invalid, "sign.refused_encrypted", nil},
		{&pdf.FormatError{}, app.Invalid, "sign.refused_damaged", nil},
		{app.Refuse(app.Full, "storage.full"), app.Full, "storage.full", nil},
	} {
		e := app.AsError(signRefusal(c.err))
		if e.Code != c.code || e.Reason != c.reason || c.left != nil && e.Data["left"] != c.left {
			t.Errorf("%v: %s %s %v", c.err, e.Code, e.Reason, e.Data)
		}
	}
	if err := signRefusal(context.Canceled); !errors.Is(err, context.Canceled) || signRefusal(nil) != nil {
		t.Errorf("a request that ended: %v", err)
	}
}

// TestSignedForValidator: our own validator follows the way of a decision: the
// person certifies, the agency fills in, seals and locks.
func TestSignedForValidator(t *testing.T) {
	o := openSigningOffice(t, nil)
	o.chief.trusts()
	const id = app.ID("019ab000-0000-7000-8000-0000000000c9")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	o.chief.sign(orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d))
	if r := o.chief.report(id); r.Indication != signing.TotalPassed || len(r.Signatures) != 1 || r.Signatures[0].Kind != validator.Certification {
		t.Errorf("signed: %+v %+v", r, r.Signatures)
	}
	o.clerk.until("the signed file", func() bool {
		d := o.clerk.doc(id)
		return d != nil && d.State == app.OutSigned && d.Where.Machine
	})
	o.clerk.give("document.number.1", id, `{"book":"xa.di"}`)
	o.clerk.until("the number", func() bool { d := o.clerk.doc(id); return d.CodeNumber != "" && !d.Pending })
	o.untilJudged(id)
	o.clerk.sign(orderOf(api.SignOrgan, o.clerk.key(o.organization).ID, softhsmtest.PIN, o.clerk.doc(id)))
	o.chief.until("the sealed file", func() bool {
		d := o.chief.doc(id)
		return d.State == app.OutSealed && d.Where.Machine
	})
	o.chief.passes(id, 2)
}

// trusts has the laptop trust the root of the tests, which has no lists.
func (l *laptop) trusts() {
	l.t.Helper()
	dir := filepath.Join(l.app.cfg.Data, "trust")
	err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "root.cer"), softkeytest.Root().Raw, 0o600),
		os.WriteFile(filepath.Join(dir, "policy.json"), []byte(`{"require_revocation":false}`), 0o600))
	if err != nil {
		l.t.Fatal(err)
	}
}

// report is what the validator says of the document itself.
func (l *laptop) report(id app.ID) (r validator.Report) {
	l.t.Helper()
	path := "/api/documents/" + string(id) + "/files/" + strconv.FormatUint(uint64(mainFile(l.doc(id)).Key), 10) + "/signatures"
	var raw json.RawMessage
	if code := l.call("GET", path, nil, &raw); code != http.StatusOK {
		l.t.Fatalf("%s: %d %s", path, code, raw)
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		l.t.Fatal(err)
	}
	return r
}

// passes checks that all signatures are good, and nothing else is said of them
// than that there are no lists.
func (l *laptop) passes(id app.ID, signatures int) {
	l.t.Helper()
	r := l.report(id)
	if r.Indication != signing.TotalPassed || len(r.Signatures) != signatures {
		l.t.Errorf("%d signatures, %s %s", len(r.Signatures), r.Indication, r.SubIndication)
	}
	for _, s := range r.Signatures {
		if s.Indication != signing.TotalPassed || len(s.Findings) != 1 || s.Findings[0].Code != validator.ChainWarning {
			l.t.Errorf("%s: %s %s %+v", s.Field, s.Indication, s.SubIndication, s.Findings)
		}
	}
}
