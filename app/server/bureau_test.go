package server

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing"
	"khonggiay/signing/demopki"
	"khonggiay/signing/pades"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
	"khonggiay/sync/content"
)

// A bureau is an office that signs: a server, an authority that can be down, and
// laptops of an officer who drafts, of the leader and of the clerk.
type bureau struct {
	*fixture
	pki    *demopki.Authority
	down   *atomic.Bool // no time-stamps
	asked  *atomic.Int64
	tsa    string
	key    *softkey.Key // the leader's
	laptop *laptop      // the leader's
	store  *content.Store
}

// drafter is an officer of the commune.
const drafter app.ID = "p-officer"

// draftingOffice is what the commune needs besides, to draft, sign and number.
func draftingOffice() Import {
	return Import{
		Units:       []app.Unit{{ID: "xa-an.vp", Name: "Văn phòng", Notation: "VP", Level: "division", Parents: []app.Parent{{Unit: unitCommune}}}},
		People:      []app.Person{{ID: drafter, Name: "Trần Văn Viên", Posts: post("xa-an.vp", app.RoleOfficer)}},
		Authorities: []app.Authority{{ID: "tq-chu", Unit: unitCommune, Person: leader, Title: "CHỦ TỊCH"}},
		Books:       []app.Book{{ID: "so-di", Unit: unitCommune, Direction: app.Outgoing, Name: "Sổ văn bản đi"}},
	}
}

// openBureau opens the server; with trusted it trusts the authority from the start.
func openBureau(t *testing.T, trusted, stamps bool, change ...func(*Config)) *bureau {
	t.Helper()
	b := &bureau{down: &atomic.Bool{}, asked: &atomic.Int64{}}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == demopki.PathTSA {
			b.asked.Add(1)
			if b.down.Load() {
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
		}
		b.pki.Handler(b.config.Now).ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	var err error
	if b.pki, err = demopki.New(web.URL, time.Now()); err != nil {
		t.Fatal(err)
	}
	b.tsa = b.pki.TSA()
	b.fixture = open(t, append(change, func(c *Config) {
		if stamps {
			c.TSA, c.TSATimeout = []string{b.tsa}, time.Minute
		}
	})...).run()
	var done Imported
	b.do("directory.import", draftingOffice(), &done)
	if len(done.Refused) > 0 {
		t.Fatalf("%+v", done.Refused)
	}
	if trusted {
		b.trustAll()
	}
	if b.key, err = b.pki.Issue(demopki.Subject{Name: "Lê Văn Chủ", Unit: "UBND xã An"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	b.laptop = b.enrol(leader)
	if b.store, err = content.Open(t.TempDir(), content.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.store.Close() })
	return b
}

// trustAll has the operator trust the authority, and the server know its lists.
func (b *bureau) trustAll() {
	b.Helper()
	b.do("trust.add", RootRequest{Certificate: b.pki.Root().Raw, Uses: []string{useSignature, useTimestamp}, Kind: trust.KindTest}, nil)
	lists, err := b.pki.Lists(b.config.Now())
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range lists {
		if err := b.judge.Keep(trust.KeptCRL, l.URL, trust.Entry{Body: l.DER, Made: l.Made, Fetched: b.config.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}

// page is a PDF of one page.
func page(text string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	show := "BT /F 12 Tf 72 700 Td (" + text + ") Tj ET"
	object("<</Type /Catalog /Pages 2 0 R>>")
	object("<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842]>>")
	object("<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>")
	object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(show), show))
	object("<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>")
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// act gives a command of a person at a browser.
func (b *bureau) act(person app.ID, name string, id app.ID, args any) {
	b.Helper()
	if _, err := b.records.give(b.Context(), &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Actor: person, Args: args}); err != nil {
		b.Fatalf("%s: %v", name, err)
	}
}

// drafted brings a draft before the leader: its file is at the server and on his
// laptop.
func (b *bureau) drafted(id app.ID, text string) app.FileVersion {
	b.Helper()
	file := page(text)
	v, err := b.contents.Seal(b.Context(), bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	b.act(drafter, "document.draft.1", id, &app.DraftCreate{Unit: unitCommune, To: []app.ID{unitSender}, Fields: app.Fields{Type: "BC", Subject: "Báo cáo"},
		Files: []app.NewFile{{Name: "bao-cao.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}})
	b.complete()
	b.act(drafter, "document.submit_draft.1", id, &app.SubmitDraft{To: leader})
	b.act(leader, "document.approve_draft.1", id, &app.ApproveDraft{Revision: 1, Content: v.SHA256})
	b.act(clerk, "document.check_form.1", id, &app.Note{})
	return v
}

// options are those of the leader's signature.
func options() pades.Options {
	return pades.Options{Field: "NguoiKy", Time: time.Now(), Name: "Lê Văn Chủ", Certify: pades.FillForms}
}

// approval is a signature after which others may follow in fields of their own.
func approval() pades.Options {
	o := options()
	o.Certify = 0
	return o
}

// signedBy is a file with a signature.
func (b *bureau) signedBy(key *softkey.Key, file []byte, o pades.Options) []byte {
	b.Helper()
	var out bytes.Buffer
	if err := pades.Sign(b.Context(), bytes.NewReader(file), int64(len(file)), &out, o, key); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// claimOf is what an honest machine says of a signature.
func claimOf(key *softkey.Key) app.Claim {
	return app.Claim{Field: "NguoiKy", Certificate: sha256.Sum256(key.Certificate().Raw), Subject: "Lê Văn Chủ", Issuer: "CA", Key: app.KeyFile}
}

// sign gives the leader's command over the laptop's own line, with a file that
// goes on from the version that he read; the content comes later.
func (b *bureau) sign(id app.ID, before app.FileVersion, signed []byte, claim app.Claim) app.FileVersion {
	b.Helper()
	doc := b.documentOf(id)
	key, _ := doc.MainFile()
	v := b.sealedOn(before, signed)
	cmd := b.laptop.command("document.sign.1", app.Key{Kind: app.KindDocument, ID: id}, 0, &app.Sign{Revision: doc.Revision, Content: before.SHA256, Claim: claim,
		File: app.NewFile{Name: "bao-cao.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256, Replaces: key}})
	for _, r := range results(b.laptop.pull(cmd)) {
		if err := r.Err(); err != nil {
			b.Fatalf("sign: %v", err)
		}
	}
	return v
}

// sealedOn seals a file on the laptop as one that goes on from a version, whether
// it does or not: what a machine that was tampered with would do.
func (b *bureau) sealedOn(before app.FileVersion, file []byte) app.FileVersion {
	b.Helper()
	rest, err := b.store.Seal(b.Context(), bytes.NewReader(file[before.Size:]))
	if err != nil {
		b.Fatal(err)
	}
	return app.FileVersion{SHA256: sha256.Sum256(file), Size: int64(len(file)), Segments: append(slices.Clone(before.Segments), rest.Segments...)}
}

// arrive has the laptop bring the last segment.
func (b *bureau) arrive(v app.FileVersion) {
	b.Helper()
	if resp := b.laptop.upload(b.store, v.Segments[len(v.Segments)-1]); resp.StatusCode >= 300 {
		b.Fatalf("upload: %s", resp.Status)
	}
	b.complete()
}

// settle has the server judge, stamp and complete all that it can now.
func (b *bureau) settle() {
	b.Helper()
	if err := b.judging.judgeAll(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := b.judging.stampAll(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := b.judging.completeAll(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// only is the one signature of a document.
func (b *bureau) only(id app.ID) app.Signature {
	b.Helper()
	for _, s := range b.documentOf(id).Signatures {
		return s
	}
	b.Fatal("there is no signature")
	return app.Signature{}
}

// wants compares the verdict of the only signature.
func (b *bureau) wants(id app.ID, what string, indication signing.Indication, sub signing.SubIndication, level string) app.Signature {
	b.Helper()
	s := b.only(id)
	if v := s.Verdict; v.Indication != string(indication) || v.Sub != string(sub) || v.Level != level || (v.Stamped != 0) != (level == "B-T") {
		b.Errorf("%s: %+v", what, v)
	}
	return s
}

// bytesOf reads a version from the server's store.
func (b *bureau) bytesOf(v app.FileVersion) []byte {
	b.Helper()
	r, err := b.contents.files.OpenVersion(v)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	out, err := io.ReadAll(r)
	if err != nil {
		b.Fatal(err)
	}
	return out
}
