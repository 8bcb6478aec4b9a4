package desktop

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
	"khonggiay/signing/pkcs11/softhsmtest"
	"khonggiay/signing/softkey/softkeytest"
	"khonggiay/signing/trust"
)

// named gives a certificate its owner.
func named(cn, unit string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: cn, Organization: []string{unit}, Country: []string{"VN"}}
	}
}

// signingOffice is the commune with the tokens of its leader and of its văn thư,
// both in readers of this machine, and their laptops.
type signingOffice struct {
	*theServer
	t                       *testing.T
	chief, clerk, drafter   *laptop
	chiefCert, organization *x509.Certificate
}

func openSigningOffice(t *testing.T, change func(*Config), more ...func(*server.Config)) *signingOffice {
	t.Helper()
	certs := softhsmtest.Make(t,
		softhsmtest.Token{Label: "Chủ tịch", Keys: []softhsmtest.Key{{Kind: softkeytest.RSA2048, Edit: named("Lê Văn Chủ", "UBND xã An")}}},
		softhsmtest.Token{Label: "Văn thư", Keys: []softhsmtest.Key{{Kind: softkeytest.P256, Edit: named("UBND xã An", "UBND tỉnh Thử")}}})
	s := startServerWith(t, func(c *server.Config) { // there are no lists in these tests
		dir := filepath.Join(c.Data, "trust")
		err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "policy.json"), []byte(`{"require_revocation":false}`), 0o600))
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range more {
			set(c)
		}
	})
	s.do("trust.add", server.RootRequest{Certificate: softkeytest.Root().Raw, Uses: []string{"signature"}, Kind: trust.KindTest}, &struct{}{})
	o := &signingOffice{theServer: s, t: t, chiefCert: certs[0][0], organization: certs[1][0]}
	var done server.Imported
	o.do("directory.import", server.Import{
		Authorities: []app.Authority{{ID: "tq-chu-tich", Unit: commune, Person: leader, Form: app.AuthorityTM, Title: "CHỦ TỊCH"}},
		Books:       []app.Book{{ID: "xa.di", Unit: commune, Direction: app.Outgoing, Name: "Sổ văn bản đi"}},
	}, &done)
	if len(done.Refused) > 0 {
		t.Fatalf("refused: %+v", done.Refused)
	}
	with := func(c *Config) {
		c.TokenLibraries = []string{softhsmtest.Library(t)}
		if change != nil {
			change(c)
		}
	}
	o.chief, o.clerk, o.drafter = o.laptopWith(leader, with), o.laptopWith(clerkC, with), o.laptopOf(officer)
	for _, l := range []*laptop{o.chief, o.clerk, o.drafter} {
		t.Cleanup(func() { l.stop() })
	}
	return o
}

// toSign brings a PDF with its attachments before the leader, who has it on his laptop.
func (o *signingOffice) toSign(id app.ID, file []byte, attachments ...[]byte) *api.Doc {
	o.t.Helper()
	more := ""
	for i, a := range attachments {
		more += fmt.Sprintf(`,{"name":"Phụ lục %d.pdf","media":"application/pdf","role":1,"sha256":%q}`, i+1, o.drafter.upload("Phụ lục.pdf", a))
	}
	sum := o.drafter.upload("Quyết định.pdf", file)
	o.drafter.give("document.draft.1", id, `{"unit":"xa-an","to":["so-noi-vu"],"fields":{"type":"QĐ","notation":"QĐ-UBND","subject":"Quyết định thử"},
		"files":[{"name":"Quyết định.pdf","media":"application/pdf","sha256":"`+sum+`"}`+more+`]}`)
	o.drafter.give("document.submit_draft.1", id, `{"to":"`+string(leader)+`"}`)
	o.chief.until("the draft", func() bool { d := o.chief.doc(id); return d != nil && d.Where.Machine })
	d := o.chief.doc(id)
	o.chief.give("document.approve_draft.1", id, fmt.Sprintf(`{"revision":%d,"content":%q}`, d.Revision, d.MainSHA256))
	o.clerk.until("the draft to be checked", func() bool { d := o.clerk.doc(id); return d != nil && d.State == app.OutFormCheck })
	o.clerk.give("document.check_form.1", id, `{}`)
	o.chief.until("the draft to sign", func() bool { d := o.chief.doc(id); return d.State == app.OutToSign && !d.Pending })
	return o.chief.doc(id)
}

var signPlaces = api.SignPlaces{
	Signature: &api.SignPlace{Rect: [4]float64{320, 120, 460, 190}},
	Seal:      &api.SignPlace{Rect: [4]float64{270, 100, 370, 200}},
	Number:    &api.SignPlace{Rect: [4]float64{90, 740, 150, 756}},
	Date:      &api.SignPlace{Rect: [4]float64{330, 700, 520, 716}},
}

func orderOf(kind api.SignKind, key, pin string, docs ...*api.Doc) api.SignOrder {
	o := api.SignOrder{Kind: kind, Key: key, PIN: pin}
	for _, d := range docs {
		o.Documents = append(o.Documents, api.SignDocument{ID: d.ID, Revision: d.Revision, Content: *d.MainSHA256, Form: app.AuthorityTM, Places: signPlaces})
	}
	return o
}

// key is the one with the certificate.
func (l *laptop) key(c *x509.Certificate) api.SigningKey {
	l.t.Helper()
	var keys api.SigningKeys
	if code := l.call("GET", "/api/signing/keys", nil, &keys); code != http.StatusOK {
		l.t.Fatalf("keys: %d", code)
	}
	for _, k := range keys.Keys {
		if k.Serial == fmt.Sprintf("%X", c.SerialNumber) {
			return k
		}
	}
	l.t.Fatalf("no key for %s: %+v", c.Subject, keys)
	return api.SigningKey{}
}

// sign signs all that is in the order.
func (l *laptop) sign(o api.SignOrder) []api.SignedDocument {
	l.t.Helper()
	var raw json.RawMessage
	code := l.call("POST", "/api/signing/sign", o, &raw)
	var out []api.SignedDocument
	if err := json.Unmarshal(raw, &out); code != http.StatusOK || err != nil {
		l.t.Fatalf("sign: %d %s", code, raw)
	}
	for _, d := range out {
		if d.Problem != nil || d.Given == nil {
			l.t.Fatalf("sign: %s", raw)
		}
	}
	return out
}

// refusedToSign is the reason why nothing of the order was signed.
func (l *laptop) refusedToSign(o api.SignOrder) api.Problem {
	l.t.Helper()
	var p api.Problem
	if code := l.call("POST", "/api/signing/sign", o, &p); code < 400 {
		l.t.Fatalf("sign: %d %+v", code, p)
	}
	return p
}

// mainFile is the newest version of the document itself.
func mainFile(d *api.Doc) api.FileInfo {
	for _, f := range d.Files {
		if d.MainSHA256 != nil && f.SHA256 == *d.MainSHA256 {
			return f
		}
	}
	return api.FileInfo{}
}

// picture is a PNG as a person's signature may be.
func picture(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 200, 100))
	for x := range 200 {
		m.Set(x, x/2, color.NRGBA{B: 200, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (l *laptop) savePicture(kind api.SignKind, file []byte) int {
	l.t.Helper()
	req, err := http.NewRequest("PUT", l.app.gate.origin+"/api/signing/pictures/"+string(kind), bytes.NewReader(file))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "image/png")
	req.Header.Set("Origin", l.app.gate.origin)
	resp, err := l.http.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// untilJudged waits until the server has found the leader's signature good.
func (o *signingOffice) untilJudged(id app.ID) {
	o.t.Helper()
	o.clerk.until("the verdict", func() bool {
		d := o.clerk.doc(id)
		return len(d.Signatures) > 0 && d.Signatures[0].Verdict != nil && d.Signatures[0].Verdict.Passed() && !d.Pending
	})
}

// pdfsig is what Poppler says of a file.
func pdfsig(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signed.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfsig", "-nocert", path).CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Fatal(err)
	}
	return string(out)
}

// textOf is what a reader shows of a file.
func shownText(t *testing.T, file []byte) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestSignOffline: the leader signs with his token while there is no line. When it
// is back, the server has the file, văn thư numbers it and seals it with the
// agency's token, and other programs find both signatures good.
func TestSignOffline(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000d1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	key := o.chief.key(o.chiefCert)
	if key.Subject != "Lê Văn Chủ" || key.Organization != "UBND xã An" || key.Kind != app.KeyToken || key.Refused != "" || key.Token.Label != "Chủ tịch" {
		t.Errorf("key %+v", key)
	}
	if code := o.chief.savePicture(api.SignPerson, picture(t)); code != http.StatusNoContent {
		t.Errorf("picture: %d", code)
	}
	o.chief.app.currentLink().cutLine(true)
	before := mainFile(d).Size
	given := o.chief.sign(orderOf(api.SignPerson, key.ID, softhsmtest.PIN, d))
	if given[0].Given.Status != api.GivenPending {
		t.Errorf("given %+v", given[0].Given)
	}
	d = o.chief.doc(id)
	if d.State != app.OutSigned || len(d.Signatures) != 1 || !d.Signatures[0].Digital || d.Signatures[0].Claim == nil || d.Signatures[0].Claim.Subject != "Lê Văn Chủ" {
		t.Fatalf("signed without a line: %+v", d.Signatures)
	}
	if ups := o.chief.sync().Uploads; len(ups) != 1 || ups[0].Total > 60_000 || ups[0].Total < 1000 {
		t.Errorf("to go up: %+v", ups)
	}
	signed := o.chief.file(id, mainFile(d).Key)
	if int64(len(signed)) <= before {
		t.Errorf("%d bytes", len(signed))
	}
	o.chief.app.currentLink().cutLine(false)

	o.clerk.until("the signed file", func() bool {
		d := o.clerk.doc(id)
		return d.State == app.OutSigned && d.Where.Machine && d.Where.Server
	})
	organKey := o.clerk.key(o.organization)
	var early []api.SignedDocument
	o.clerk.call("POST", "/api/signing/sign", orderOf(api.SignOrgan, organKey.ID, softhsmtest.PIN, o.clerk.doc(id)), &early)
	if len(early) != 1 || early[0].Problem == nil || early[0].Problem.Reason != "document.wrong_state" {
		t.Errorf("sealed before it has a number: %+v", early)
	}
	o.clerk.give("document.number.1", id, `{"book":"xa.di"}`)
	o.clerk.until("the number", func() bool { d := o.clerk.doc(id); return d.CodeNumber != "" && !d.Pending })
	if code := o.clerk.savePicture(api.SignOrgan, picture(t)); code != http.StatusNoContent {
		t.Errorf("picture: %d", code)
	}
	o.untilJudged(id)
	o.clerk.sign(orderOf(api.SignOrgan, organKey.ID, softhsmtest.PIN, o.clerk.doc(id)))
	o.chief.until("the sealed file", func() bool {
		d := o.chief.doc(id)
		return d.State == app.OutSealed && d.Where.Machine && d.Where.Server
	})
	d = o.chief.doc(id)
	file := o.chief.file(id, mainFile(d).Key)
	if !bytes.HasPrefix(file, signed) {
		t.Error("the seal is not behind what the leader signed")
	}
	verdict := pdfsig(t, file)
	if strings.Count(verdict, "Signature is Valid") != 2 || !strings.Contains(verdict, "Lê Văn Chủ") {
		t.Errorf("pdfsig: %s", verdict)
	}
	if text := shownText(t, file); !strings.Contains(text, "ngày "+d.IssuedDate.Std().Format("02")) || !strings.Contains(text, d.CodeNumber) {
		t.Errorf("number %q and date are not shown: %s", d.CodeNumber, text)
	}
	if d.OriginalValue != "full" {
		t.Errorf("value of the original: %s", d.OriginalValue)
	}
	noPlaintext(t, o.chief.app.cfg.Data)
}

// noPlaintext looks for the beginning of a PDF in all that a laptop keeps.
func noPlaintext(t *testing.T, data string) {
	t.Helper()
	err := filepath.WalkDir(data, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("%PDF-1")) || bytes.Contains(b, []byte("ETSI.CAdES")) {
			t.Errorf("a PDF lies open in %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSignBatch: several documents with one PIN. A document that has moved on is
// told of, and the others are signed; the PIN costs no try before it is right.
func TestSignBatch(t *testing.T) {
	o := openSigningOffice(t, func(c *Config) { c.logLevel = -4 })
	var docs []*api.Doc
	for n := range 3 {
		docs = append(docs, o.toSign(app.ID(fmt.Sprintf("019ab000-0000-7000-8000-0000000000e%d", n)), scanOf(t, fmt.Sprint("Quyết định ", n))))
	}
	key := o.chief.key(o.chiefCert)
	const wrong = "9876598765"
	p := o.chief.refusedToSign(orderOf(api.SignPerson, key.ID, wrong, docs...))
	if p.Code != app.Unauthorized || p.Reason != "sign.pin_wrong" || p.Data["left"] != "low" {
		t.Errorf("wrong PIN: %+v", p)
	}
	if p := o.chief.refusedToSign(orderOf(api.SignPerson, key.ID, "", docs...)); p.Reason != "sign.pin_missing" {
		t.Errorf("no PIN: %+v", p)
	}
	if p := o.chief.refusedToSign(orderOf(api.SignPerson, "another", softhsmtest.PIN, docs...)); p.Reason != "sign.key_gone" {
		t.Errorf("no such key: %+v", p)
	}
	o.chief.app.signer.turn.Lock()
	if p := o.chief.refusedToSign(orderOf(api.SignPerson, key.ID, softhsmtest.PIN, docs...)); p.Reason != "sign.busy" {
		t.Errorf("two at a time: %+v", p)
	}
	o.chief.app.signer.turn.Unlock()
	stale := orderOf(api.SignPerson, key.ID, softhsmtest.PIN, docs...)
	stale.Documents[1].Content = app.Hash{9}
	stale.Documents = append(stale.Documents, stale.Documents[0], api.SignDocument{ID: "nothing"})
	var out []api.SignedDocument
	if code := o.chief.call("POST", "/api/signing/sign", stale, &out); code != http.StatusOK || len(out) != 5 {
		t.Fatalf("%d %+v", code, out)
	}
	for i, reason := range []string{"", "document.revision_changed", "", "document.wrong_state", "document.not_found"} {
		got := ""
		if out[i].Problem != nil {
			got = out[i].Problem.Reason
		}
		if got != reason || (reason == "") != (out[i].Given != nil) {
			t.Errorf("document %d: %+v", i, out[i])
		}
	}
	o.chief.sign(orderOf(api.SignPerson, key.ID, softhsmtest.PIN, docs[1]))
	for _, d := range docs {
		o.clerk.until("the signed file", func() bool { now := o.clerk.doc(d.ID); return now.State == app.OutSigned && now.Where.Machine })
		now := o.clerk.doc(d.ID)
		if verdict := pdfsig(t, o.clerk.file(d.ID, mainFile(now).Key)); strings.Count(verdict, "Signature is Valid") != 1 {
			t.Errorf("pdfsig: %s", verdict)
		}
	}
	log, err := os.ReadFile(filepath.Join(o.chief.app.cfg.Data, "khonggiay.log"))
	if err != nil || bytes.Contains(log, []byte(wrong)) || bytes.Contains(log, []byte(softhsmtest.PIN)) {
		t.Errorf("a PIN is in the log, or there is none: %v", err)
	}
}

// TestSignStopped: the program is killed between signature and command. Nothing
// was signed as far as anybody knows, and nothing is left over; the same order
// again makes one signature.
func TestSignStopped(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000f1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	s := o.chief.app.signer
	order := orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, "", d)
	k, err := s.find(t.Context(), order.Key)
	if err != nil {
		t.Fatal(err)
	}
	task, err := s.prepare(t.Context(), api.Viewer{Person: leader}, &order, order.Documents[0], k)
	if err != nil {
		t.Fatal(err)
	}
	by, err := s.logIn(t.Context(), k, 1, []byte(softhsmtest.PIN))
	if err != nil {
		t.Fatal(err)
	}
	lost, _, err := s.signFile(t.Context(), task, by)
	if err != nil {
		t.Fatal(err)
	}
	data := o.chief.app.cfg.Data
	o.chief.stop()
	*o.chief = *startIn(t, data, func(c *Config) { c.TokenLibraries = []string{softhsmtest.Library(t)} })
	noPlaintext(t, data)
	d = o.chief.doc(id)
	if d.State != app.OutToSign || len(d.Signatures) > 0 || o.chief.sync().WaitingCount > 0 {
		t.Fatalf("after a kill: %+v", d)
	}
	if err := o.chief.app.currentLink().discard(t.Context(), 0, 0); err != nil {
		t.Fatal(err)
	}
	if last := lost.Segments[len(lost.Segments)-1].Name; o.chief.app.files.Has(last) {
		t.Error("a signature that nobody gave is kept")
	}
	o.chief.sign(orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d))
	d = o.chief.doc(id)
	if verdict := pdfsig(t, o.chief.file(id, mainFile(d).Key)); strings.Count(verdict, "Signature is Valid") != 1 {
		t.Errorf("pdfsig: %s", verdict)
	}
}

// largePDF is a scan of 20 MB.
func largePDF(t *testing.T) []byte {
	t.Helper()
	noise := make([]byte, 4000*5000)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	objects := [][]byte{
		[]byte("<</Type/Catalog/Pages 2 0 R>>"),
		[]byte("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
		[]byte("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>"),
		[]byte("<</Length 23>>stream\n595 0 0 842 0 0 cm/I Do\nendstream"),
		append(append([]byte("<</Type/XObject/Subtype/Image/Width 4000/Height 5000/ColorSpace/DeviceGray/BitsPerComponent 8/Length 20000000>>stream\n"), noise...), "\nendstream"...),
	}
	b := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var table []int
	for i, o := range objects {
		table = append(table, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(table)+1)
	for _, offset := range table {
		fmt.Fprintf(b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(table)+1, at)
	return b.Bytes()
}

// TestSignLarge: what a signature on a scan of 20 MB costs the line.
func TestSignLarge(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000a2")
	d := o.toSign(id, largePDF(t))
	o.chief.app.currentLink().cutLine(true)
	o.chief.sign(orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d))
	if ups := o.chief.sync().Uploads; len(ups) != 1 || ups[0].Total > 60_000 {
		t.Errorf("to go up: %+v", ups)
	}
	now := o.chief.doc(id)
	if added := mainFile(now).Size - mainFile(d).Size; added < 12_000 || added > 60_000 {
		t.Errorf("%d bytes added", added)
	}
	if verdict := pdfsig(t, o.chief.file(id, mainFile(now).Key)); strings.Count(verdict, "Signature is Valid") != 1 {
		t.Errorf("pdfsig: %s", verdict)
	}
}

// TestSignInitial: ký nháy lies beside the file, in the form that OpenSSL knows.
func TestSignInitial(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000b2")
	sum := o.drafter.upload("Quyết định.pdf", scanOf(t, "Quyết định"))
	o.drafter.give("document.draft.1", id, `{"unit":"xa-an","fields":{"type":"QĐ","subject":"Quyết định"},"files":[{"name":"Quyết định.pdf","media":"application/pdf","sha256":"`+sum+`"}]}`)
	o.drafter.give("document.submit_draft.1", id, `{"to":"`+string(leader)+`"}`)
	o.chief.until("the draft", func() bool { d := o.chief.doc(id); return d != nil && d.Where.Machine })
	d := o.chief.doc(id)
	order := orderOf(api.SignInitial, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d)
	o.chief.sign(order)
	var again []api.SignedDocument
	if o.chief.call("POST", "/api/signing/sign", order, &again); len(again) != 1 || again[0].Problem == nil || again[0].Problem.Reason != "initial.already" {
		t.Errorf("again: %+v", again)
	}
	doc, err := o.chief.app.currentLink().copies.document(context.Background(), id)
	if err != nil || len(doc.Initials) != 1 {
		t.Fatalf("%v %+v", err, doc.Initials)
	}
	for _, i := range doc.Initials {
		opensslAccepts(t, id, i)
		if i.Claim.Subject != "Lê Văn Chủ" || i.Claim.Certificate.IsZero() {
			t.Errorf("claim %+v", i.Claim)
		}
	}
}

// opensslAccepts checks the leader's initial with another program.
func opensslAccepts(t *testing.T, id app.ID, i app.Initial) {
	t.Helper()
	dir := t.TempDir()
	text := app.InitialText(id, leader, i.Revision, i.Content, i.Given)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "text"), text, 0o600), os.WriteFile(filepath.Join(dir, "cms"), i.CMS, 0o600),
		os.WriteFile(filepath.Join(dir, "root"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: softkeytest.Root().Raw}), 0o600)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "cms", "-content", "text", "-CAfile", "root", "-purpose", "any", "-out", "out")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("openssl: %v %s", err, out)
	}
}
