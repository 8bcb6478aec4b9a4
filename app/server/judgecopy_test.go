package server

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing"
	"khonggiay/signing/demopki"
	"khonggiay/signing/pades"
)

// sent is a paper that văn thư has sent; its scan is at the server.
func (b *bureau) sent(id app.ID, text string) app.FileVersion {
	b.Helper()
	v, err := b.contents.Seal(b.Context(), bytes.NewReader(page(text)))
	if err != nil {
		b.Fatal(err)
	}
	b.act(clerk, "document.register_send.1", id, &app.RegisterAndSend{Unit: unitCommune, Book: "so-di", To: []app.ID{unitSender}, Signer: leader,
		Fields: app.Fields{Type: "BC", Subject: "Báo cáo"}, Files: []app.NewFile{{Name: "bao-cao.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}})
	b.complete()
	return v
}

// copySeal are the options of a copy's seal.
func copySeal() pades.Options {
	return pades.Options{Field: "BanSao", Time: time.Now(), Beside: true, Lock: &pades.Lock{Action: pades.LockAll}}
}

// copy gives the command of a copy over the clerk's line; its content follows.
func (b *bureau) copy(l *laptop, id app.ID, form app.CopyForm, base app.FileVersion, file []byte, claim app.Claim) {
	b.Helper()
	before, pages := base, ""
	if form == app.CopyExtract {
		before, pages = app.FileVersion{}, "1"
	}
	v := b.sealedOn(before, file)
	cmd := l.command("document.copy.1", app.Key{Kind: app.KindDocument, ID: id}, 0, &app.MakeCopy{Form: form, Revision: b.documentOf(id).Revision,
		Content: base.SHA256, Pages: pages, Claim: claim, File: app.NewFile{Name: "x.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}})
	for _, r := range results(l.pull(cmd)) {
		if err := r.Err(); err != nil {
			b.Fatalf("copy: %v", err)
		}
	}
	if resp := l.upload(b.store, v.Segments[len(v.Segments)-1]); resp.StatusCode >= 300 {
		b.Fatalf("upload: %s", resp.Status)
	}
	b.complete()
}

// onlyCopy is the one copy of a document.
func (b *bureau) onlyCopy(id app.ID) app.CertifiedCopy {
	b.Helper()
	for _, c := range b.documentOf(id).CertifiedCopies {
		return c
	}
	b.Fatal("there is no copy")
	return app.CertifiedCopy{}
}

// TestCopyLies: a copy is the document with a seal and nothing else, made with the
// key that was named, and its seal is the last thing in it.
func TestCopyLies(t *testing.T) {
	b := openBureau(t, true, false)
	l := b.enrol(clerk)
	seal, err := b.pki.Issue(demopki.Subject{Name: "UBND xã An"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	const text = "Bao cao thang"
	claim := app.Claim{Field: "BanSao", Certificate: sha256.Sum256(seal.Certificate().Raw), Subject: "UBND xã An", Issuer: "CA", Key: app.KeyToken}
	other := claim
	other.Certificate = sha256.Sum256(b.key.Certificate().Raw)
	honest := b.signedBy(seal, page(text), copySeal())
	again := copySeal()
	again.Field = "BanSao2"
	for i, c := range []struct {
		name  string
		form  app.CopyForm
		file  []byte
		claim app.Claim
		want  signing.SubIndication
	}{
		{"the truth", app.CopyCertified, honest, claim, ""},
		{"an extract", app.CopyExtract, b.signedBy(seal, page("Trang 1"), copySeal()), claim, ""},
		{"another key", app.CopyCertified, honest, other, signing.SigCryptoFailure},
		{"an extract by another key", app.CopyExtract, honest, other, signing.SigCryptoFailure},
		{"something under it", app.CopyCertified, b.signedBy(seal, drawnOver(t, page(text)), copySeal()), claim, signing.FormatFailure},
		{"something after it", app.CopyCertified, b.signedBy(seal, honest, again), claim, signing.FormatFailure},
		{"no seal", app.CopyCertified, []byte(string(page(text)) + "\n% none\n"), claim, signing.FormatFailure},
	} {
		id := app.ID(fmt.Sprintf("c%d", i))
		base := b.sent(id, text)
		b.copy(l, id, c.form, base, c.file, c.claim)
		b.settle()
		want := signing.TotalFailed
		if c.want == "" {
			want = signing.TotalPassed
		}
		got := b.onlyCopy(id)
		if got.Verdict.Indication != string(want) || got.Verdict.Sub != string(c.want) {
			t.Errorf("%s: %+v", c.name, got.Verdict)
		}
		if f := b.documentOf(id).Files[got.File]; f.Verdict.Indication != string(want) {
			t.Errorf("%s: the file %+v", c.name, f.Verdict)
		}
		if code := got.Code(); !strings.HasPrefix(code, fmt.Sprintf("%02d/", i+1)) {
			t.Errorf("%s: number %s", c.name, code)
		}
	}
}

// TestCopyStamped: the seal of a copy gets its time-stamp, also when that comes
// later; of a copy of the whole only the last segment is a new one, and the
// document is what it was.
func TestCopyStamped(t *testing.T) {
	b := openBureau(t, true, true)
	l := b.enrol(clerk)
	b.down.Store(true)
	claim := claimOf(b.key)
	claim.Field = "BanSao"
	bases := map[app.ID]app.FileVersion{}
	for id, form := range map[app.ID]app.CopyForm{"c1": app.CopyCertified, "c2": app.CopyExtract} {
		bases[id] = b.sent(id, "Bao cao")
		b.copy(l, id, form, bases[id], b.signedBy(b.key, page("Bao cao"), copySeal()), claim)
	}
	b.settle()
	for id := range bases {
		if v := b.onlyCopy(id).Verdict; v.Indication != string(signing.TotalPassed) || v.Stamped != 0 {
			t.Errorf("without a server: %+v", v)
		}
	}
	b.down.Store(false)
	b.ahead(stampMost)
	b.settle()
	for id, base := range bases {
		c, doc := b.onlyCopy(id), b.documentOf(id)
		if c.Verdict.Stamped == 0 || c.Verdict.Level != "B-T" || doc.Files[c.File].Replaces == 0 || doc.Files[c.File].Role != app.FileCopy {
			t.Errorf("%s: %+v of %+v", id, c, doc.Files[c.File])
		}
		if segments := doc.Files[c.File].Content.Segments; c.Form == app.CopyCertified && (len(segments) != 2 || segments[0] != base.Segments[0]) {
			t.Errorf("%s: %d segments", id, len(segments))
		}
		if doc.MainHash() != base.SHA256 || doc.SigningDue() != 0 {
			t.Errorf("%s: another document, or %d is due", id, doc.SigningDue())
		}
	}
}
