package server

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/demopki"
	"khonggiay/signing/pades"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestSignedOnTheRoad: the leader signs, the content comes, and the server finds
// the signature good and time-stamps it in place; nobody but he is in the file.
func TestSignedOnTheRoad(t *testing.T) {
	b := openBureau(t, true, true)
	base := b.drafted("d1", "Bao cao tuan")
	signed := b.signedBy(b.key, page("Bao cao tuan"), options())
	v := b.sign("d1", base, signed, claimOf(b.key))
	b.settle()
	b.wants("d1", "before the content", "", "", "")
	b.arrive(v)
	b.settle()
	s := b.wants("d1", "judged", signing.TotalPassed, "", "B-T")
	doc := b.documentOf("d1")
	main, _ := doc.MainFile()
	f := doc.Files[main]
	if s.File != main || f.Verdict.Indication != string(signing.TotalPassed) || f.Verdict.Signatures != 1 || f.AtServer == 0 || f.Content.Size != v.Size {
		t.Errorf("file %+v", f)
	}
	if n := len(base.Segments); len(f.Content.Segments) != n+1 || !slices.Equal(f.Content.Segments[:n], base.Segments) || f.Content.Segments[n] == v.Segments[n] {
		t.Error("a time-stamp changes more than the segment of the signature")
	}
	if got := b.bytesOf(f.Content); !bytes.HasPrefix(got, page("Bao cao tuan")) || bytes.Equal(got, signed) || len(got) != len(signed) {
		t.Error("the bytes are not those that were signed, with a time-stamp")
	}
	if b.audited("signature.judged") == 0 {
		t.Error("whose certificate it is stands nowhere")
	}
	asked := b.asked.Load()
	version := b.versionOf("d1")
	b.settle()
	if b.asked.Load() != asked || b.versionOf("d1") != version {
		t.Error("all is done, and done again")
	}
}

func (f *fixture) versionOf(id app.ID) (version uint64) {
	f.Helper()
	f.view(func(v *sqlite.View) (err error) {
		version, err = v.Version(app.Key{Kind: app.KindDocument, ID: id})
		return err
	})
	return version
}

// TestLies: whatever a machine that was tampered with claims, the server looks at
// the bytes.
func TestLies(t *testing.T) {
	b := openBureau(t, true, false)
	other, err := b.pki.Issue(demopki.Subject{Name: "Người Khác"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	text := "Bao cao thang"
	honest := b.signedBy(b.key, page(text), options())
	forged := b.signedBy(b.key, page("Bao cao nam!!"), options()) // as long as the one that was read
	twice := b.signedBy(other, b.signedBy(b.key, page(text), approval()), pades.Options{Field: "KhongAi", Time: time.Now()})
	wrongField := claimOf(b.key)
	wrongField.Field = "Khac"
	for i, c := range []struct {
		name  string
		file  []byte
		claim app.Claim
		want  signing.SubIndication
	}{
		{"the truth", honest, claimOf(b.key), ""},
		{"another key", honest, claimOf(other), signing.SigCryptoFailure},
		{"no such field", honest, wrongField, signing.FormatFailure},
		{"something after it", twice, claimOf(b.key), signing.FormatFailure},
		{"something under it", b.signedBy(b.key, drawnOver(t, page(text)), options()), claimOf(b.key), signing.FormatFailure},
		{"no signature at all", append(slices.Clone(page(text)), "\n% none\n"...), claimOf(b.key), signing.FormatFailure},
	} {
		id := app.ID(fmt.Sprintf("d%d", i))
		base := b.drafted(id, text)
		b.arrive(b.sign(id, base, c.file, c.claim))
		b.settle()
		s := b.only(id)
		want := signing.TotalFailed
		if c.want == "" {
			want = signing.TotalPassed
		}
		if s.Verdict.Indication != string(want) || s.Verdict.Sub != string(c.want) {
			t.Errorf("%s: %+v", c.name, s.Verdict)
		}
		if f := b.documentOf(id).Files[s.File]; f.Verdict.Indication != string(want) {
			t.Errorf("%s: the file %+v", c.name, f.Verdict)
		}
	}
	// A file that begins with other bytes than its segments say never becomes whole.
	base := b.drafted("d9", text)
	v := b.sign("d9", base, forged, claimOf(b.key))
	b.laptop.upload(b.store, v.Segments[len(v.Segments)-1])
	b.complete()
	b.settle()
	if s := b.only("d9"); s.Verdict != (app.Verdict{}) || b.documentOf("d9").Files[s.File].AtServer != 0 {
		t.Errorf("other bytes under the same segments: %+v", s.Verdict)
	}
}

// drawnOver changes a page in a revision of its own.
func drawnOver(t *testing.T, file []byte) []byte {
	t.Helper()
	text := "BT /F 12 Tf 72 700 Td (900 dong) Tj ET"
	xref := bytes.LastIndex(file, []byte("xref\n0 "))
	b := bytes.NewBuffer(slices.Clone(file))
	at := b.Len()
	fmt.Fprintf(b, "4 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n", len(text), text)
	next := b.Len()
	fmt.Fprintf(b, "xref\n4 1\n%010d 00000 n \ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", at, xref, next)
	return b.Bytes()
}

// TestTimestampsLater: without a time-stamp server the signature is judged, and
// stamped when the server is back; also across a restart.
func TestTimestampsLater(t *testing.T) {
	b := openBureau(t, true, true)
	b.down.Store(true)
	base := b.drafted("d1", "Bao cao")
	b.arrive(b.sign("d1", base, b.signedBy(b.key, page("Bao cao"), options()), claimOf(b.key)))
	b.settle()
	b.wants("d1", "without a server", signing.TotalPassed, "", "B-B")
	var st Status
	if b.do("status", nothing{}, &st); st.Unstamped != 1 || st.Unjudged != 0 {
		t.Errorf("status %+v", st)
	}
	asked := b.asked.Load()
	b.settle()
	if b.asked.Load() != asked {
		t.Error("a server that is down is asked again at once")
	}
	b.restart()
	b.settle()
	b.wants("d1", "down after the start, too", signing.TotalPassed, "", "B-B")
	b.down.Store(false)
	b.ahead(stampMost)
	b.settle()
	b.wants("d1", "the server is back", signing.TotalPassed, "", "B-T")
	st = Status{}
	if b.do("status", nothing{}, &st); st.Unstamped != 0 {
		t.Errorf("status %+v", st)
	}
}

// restart ends the server and opens it anew.
func (b *bureau) restart() {
	b.Helper()
	if err := b.stop(); err != nil {
		b.Fatal(err)
	}
	if err := b.Close(); err != nil {
		b.Fatal(err)
	}
	config := b.config
	again := reopen(b.T, config).run()
	*b.fixture = *again
}

// TestKilledBetween: content that came just before a kill is judged after it.
func TestKilledBetween(t *testing.T) {
	b := openBureau(t, true, false)
	base := b.drafted("d1", "Bao cao")
	v := b.sign("d1", base, b.signedBy(b.key, page("Bao cao"), options()), claimOf(b.key))
	b.judging.stop() // as a kill would
	b.arrive(v)
	b.wants("d1", "nobody has judged it", "", "", "")
	b.restart()
	b.settle()
	b.wants("d1", "after the start", signing.TotalPassed, "", "B-B")
}

// TestRootsComeLater: what was not decided is judged anew when the roots are
// known, laptops get them, and say the same without a line.
func TestRootsComeLater(t *testing.T) {
	b := openBureau(t, false, false)
	base := b.drafted("d1", "Bao cao")
	signed := b.signedBy(b.key, page("Bao cao"), options())
	b.arrive(b.sign("d1", base, signed, claimOf(b.key)))
	b.settle()
	b.wants("d1", "nobody is trusted", signing.Indeterminate, signing.NoCertificateChainFound, "B-B")
	version := b.versionOf("d1")
	b.settle()
	if b.versionOf("d1") != version {
		t.Error("nothing is known that was not, and the record changes")
	}
	road := verify.New(t.TempDir()+"/trust", b.config.Now)
	sum := app.Hash(sha256.Sum256(signed))
	judge := func() signing.Indication {
		t.Helper()
		r, err := road.Verify(t.Context(), sum, bytes.NewReader(signed), int64(len(signed)))
		if err != nil {
			t.Fatal(err)
		}
		return r.Indication
	}
	if got := judge(); got != signing.Indeterminate {
		t.Errorf("on the road: %s", got)
	}
	b.trustAll()
	b.settle()
	b.wants("d1", "the root is trusted", signing.TotalPassed, "", "B-B")
	if _, err := road.Follow(t.Context(), b.laptop.client, "https://"+b.Addr()); err != nil {
		t.Fatal(err)
	}
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	if got := judge(); got != signing.TotalPassed {
		t.Errorf("on the road, with the province's roots: %s", got)
	}
}

// TestListsComeLater: without a list that says who is revoked it is to be tried
// later, and is, after a while.
func TestListsComeLater(t *testing.T) {
	b := openBureau(t, false, false)
	b.do("trust.add", RootRequest{Certificate: b.pki.Root().Raw, Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	base := b.drafted("d1", "Bao cao")
	b.arrive(b.sign("d1", base, b.signedBy(b.key, page("Bao cao"), options()), claimOf(b.key)))
	b.settle()
	b.wants("d1", "no list", signing.Indeterminate, signing.TryLater, "B-B")
	due := func() (n int) {
		t.Helper()
		b.view(func(v *sqlite.View) (err error) {
			n, err = v.SigningWaits(app.DueLater)
			return err
		})
		return n
	}
	if due() != 1 {
		t.Error("nobody will try later")
	}
	b.trustAllLists()
	b.settle()
	b.wants("d1", "a list has come", signing.TotalPassed, "", "B-B")
	if due() != 0 {
		t.Error("it is tried on and on")
	}
}

func (b *bureau) trustAllLists() {
	b.Helper()
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

// TestRevocationIsAskedFor: a server that may ask finds the lists at the addresses
// in the certificates, and laptops have them from it.
func TestRevocationIsAskedFor(t *testing.T) {
	b := openBureau(t, false, false, func(c *Config) {
		c.SigningOnline, c.SigningAllow, c.SigningTimeout = true, trusttest.Loopback, time.Minute
	})
	b.do("trust.add", RootRequest{Certificate: b.pki.Root().Raw, Uses: []string{useSignature}, Kind: trust.KindTest}, nil)
	base := b.drafted("d1", "Bao cao")
	signed := b.signedBy(b.key, page("Bao cao"), options())
	b.arrive(b.sign("d1", base, signed, claimOf(b.key)))
	b.settle()
	b.wants("d1", "the lists were fetched", signing.TotalPassed, "", "B-B")
	road := verify.New(t.TempDir()+"/trust", b.config.Now)
	if _, err := road.Follow(t.Context(), b.laptop.client, "https://"+b.Addr()); err != nil {
		t.Fatal(err)
	}
	r, err := road.Verify(t.Context(), sha256.Sum256(signed), bytes.NewReader(signed), int64(len(signed)))
	if err != nil || r.Indication != signing.TotalPassed {
		t.Errorf("on the road: %s %v", r.Indication, err)
	}
}

// TestIncomingIsJudged: a PDF from outside is judged, signed or not.
func TestIncomingIsJudged(t *testing.T) {
	b := openBureau(t, true, true)
	for id, file := range map[app.ID][]byte{"plain": page("Giay moi"), "signed": b.signedBy(b.key, page("Giay moi"), options())} {
		v, err := b.contents.Seal(b.Context(), bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		b.act(clerk, "document.receive.1", id, &app.IncomingCreate{Unit: unitCommune,
			Fields: app.Fields{Subject: "Giấy mời", OrganName: "Sở Thử", IssuedDate: app.TimeOf(time.Now()).Date(), Type: "CV"},
			Files:  []app.NewFile{{Name: "giay-moi.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}})
	}
	b.complete()
	b.settle()
	for id, want := range map[app.ID]app.Verdict{
		"plain":  {Indication: string(signing.Indeterminate), Sub: string(signing.SignedDataNotFound)},
		"signed": {Indication: string(signing.TotalPassed), Level: "B-B", Signatures: 1},
	} {
		doc := b.documentOf(id)
		main, _ := doc.MainFile()
		if got := doc.Files[main].Verdict; !sameVerdict(got, want) || got.At == 0 {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if b.asked.Load() != 0 {
		t.Error("the server time-stamps what others have signed")
	}
}

// TestSealedBeforeStamped: when something was added to a signature, its
// time-stamp comes too late, and is not tried on and on; one over the file does it.
func TestSealedBeforeStamped(t *testing.T) {
	b := openBureau(t, true, true)
	b.down.Store(true)
	base := b.drafted("d1", "Bao cao")
	v := b.sign("d1", base, b.signedBy(b.key, page("Bao cao"), approval()), claimOf(b.key))
	b.arrive(v)
	b.settle()
	b.act(clerk, "document.number.1", "d1", &app.Number{Book: "so-di"})
	organ, err := b.pki.Issue(demopki.Subject{Name: "UBND xã An"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	sealed := b.signedBy(organ, b.bytesOf(v), pades.Options{Field: "CoQuan", Time: time.Now()})
	doc := b.documentOf("d1")
	next, err := b.contents.files.Append(t.Context(), v, bytes.NewReader(sealed))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.contents.noteSealed(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	key, _ := doc.MainFile()
	claim := claimOf(organ)
	claim.Field = "CoQuan"
	b.act(clerk, "document.seal.1", "d1", &app.Seal{Revision: doc.Revision, Content: doc.MainHash(), Claim: claim,
		File: app.NewFile{Name: "x.pdf", Media: "application/pdf", Content: next, SHA256: next.SHA256, Replaces: key}})
	b.complete()
	b.down.Store(false)
	b.ahead(stampMost)
	b.settle()
	doc = b.documentOf("d1")
	for _, s := range doc.Signatures {
		// What lies over all of the file proves the leader's signature, too.
		if s.Verdict.Indication != string(signing.TotalPassed) || s.Verdict.Level != app.LevelLTA || s.Verdict.Stamped == 0 {
			t.Errorf("signature %d: %+v", s.Kind, s.Verdict)
		}
	}
	var st Status
	if b.do("status", nothing{}, &st); st.Unstamped != 0 {
		t.Errorf("%d wait for what cannot come", st.Unstamped)
	}
}
