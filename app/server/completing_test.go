package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/signing"
	"khonggiay/signing/demopki"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// written is how a value looks.
type written string

func (s written) Form(_, _ float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	font := pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type1"), pdf.Name("BaseFont"), pdf.Name("Times-Roman"))
	resources := pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F"), add(font)))
	return pdf.NewStream(pdf.NewDict(pdf.Name("Resources"), resources), []byte("BT /F 13 Tf 2 5 Td ("+s+") Tj ET")), nil
}

// sealed brings a document to where it may be issued: the leader certifies it with
// the fields for number and seal in it, văn thư numbers, fills in and seals.
func (b *bureau) sealed(id app.ID) app.FileVersion {
	b.Helper()
	text := "Bao cao " + string(id)
	base := b.drafted(id, text)
	var prepared bytes.Buffer
	file := page(text)
	if err := pades.Prepare(bytes.NewReader(file), int64(len(file)), &prepared, pades.Fields{Texts: []pades.TextField{{Name: "SoVB", Place: pades.Place{Rect: [4]float64{60, 700, 160, 720}}}},
		Signatures: []pades.SignatureField{{Name: "NguoiKy"}, {Name: "CoQuan", Lock: &pades.Lock{Action: pades.LockAll}}}}); err != nil {
		b.Fatal(err)
	}
	b.arrive(b.sign(id, base, b.signedBy(b.key, prepared.Bytes(), options()), claimOf(b.key)))
	b.settle()
	b.act(clerk, "document.number.1", id, &app.Number{Book: "so-di"})
	organ, err := b.pki.Issue(demopki.Subject{Name: "UBND xã An"}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	doc := b.documentOf(id)
	key, _ := doc.MainFile()
	before := doc.Files[key].Content
	signed := b.signedBy(organ, b.bytesOf(before), pades.Options{Field: "CoQuan", Time: time.Now(), Fills: []pades.Fill{{Field: "SoVB", Value: "01", Appearance: written("01")}}})
	next, err := b.contents.files.Append(b.Context(), before, bytes.NewReader(signed))
	if err != nil {
		b.Fatal(err)
	}
	if err := b.contents.noteSealed(b.Context(), next); err != nil {
		b.Fatal(err)
	}
	claim := claimOf(organ)
	claim.Field = "CoQuan"
	b.act(clerk, "document.seal.1", id, &app.Seal{Revision: doc.Revision, Content: doc.MainHash(), Claim: claim,
		File: app.NewFile{Name: "x.pdf", Media: "application/pdf", Content: next, SHA256: next.SHA256, Replaces: key}})
	b.complete()
	b.settle()
	return b.file(id).Content
}

// file is the document's own file.
func (b *bureau) file(id app.ID) app.File {
	b.Helper()
	doc := b.documentOf(id)
	key, _ := doc.MainFile()
	return doc.Files[key]
}

// holds compares the level of the file and of both signatures.
func (b *bureau) holds(id app.ID, what, level string) {
	b.Helper()
	doc := b.documentOf(id)
	if v := b.file(id).Verdict; !v.Passed() || v.Level != level || v.Signatures != 2 {
		b.Errorf("%s: the file %+v", what, v)
	}
	for _, s := range doc.Signatures {
		if !s.Verdict.Passed() || s.Verdict.Level != level || s.Verdict.Stamped == 0 {
			b.Errorf("%s: signature %d: %+v", what, s.Kind, s.Verdict)
		}
	}
}

func (b *bureau) due() (due app.SigningDue) {
	b.Helper()
	for _, one := range []app.SigningDue{app.DueVerdict, app.DueLater, app.DueTrust, app.DueStamp, app.DueEvidence, app.DueArchive} {
		b.view(func(v *sqlite.View) error {
			n, err := v.SigningWaits(one)
			if n > 0 {
				due |= one
			}
			return err
		})
	}
	return due
}

// A recipient trusts the roots and knows nothing else, at a time.
type recipient struct {
	*testing.T
	*verify.Verifier
	at time.Time
}

func newRecipient(t *testing.T, at time.Time, roots ...*demopki.Authority) recipient {
	t.Helper()
	v := verify.New(filepath.Join(t.TempDir(), "trust"), func() time.Time { return at })
	err := v.ChangeRoots(func([]trust.Anchor) (all []trust.Anchor, err error) {
		for _, of := range roots {
			all = append(all, trust.Anchor{Certificate: of.Root(), Signature: true, Timestamp: true, Kind: trust.KindTest})
		}
		return all, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return recipient{t, v, at}
}

// knows has it get the lists of the day.
func (r recipient) knows(a *demopki.Authority) recipient {
	r.Helper()
	lists, err := a.Lists(r.at)
	if err != nil {
		r.Fatal(err)
	}
	for _, l := range lists {
		if err := r.Keep(trust.KeptCRL, l.URL, trust.Entry{Body: l.DER, Made: l.Made, Fetched: r.at}); err != nil {
			r.Fatal(err)
		}
	}
	return r
}

func (r recipient) says(what string, file []byte, want signing.Indication, level validator.Level) {
	r.Helper()
	report, err := r.Verify(r.Context(), sha256.Sum256(file), bytes.NewReader(file), int64(len(file)))
	if err != nil || report.Indication != want {
		r.Errorf("%s: %s/%s %v", what, report.Indication, report.SubIndication, err)
	}
	for _, s := range report.Signatures {
		if want == signing.TotalPassed && s.Kind != validator.DocTimestamp && s.Level != level {
			r.Errorf("%s: %s is %s", what, s.Field, s.Level)
		}
	}
}

// othersSay has pdfsig and qpdf look at a file with both signatures.
func othersSay(t *testing.T, file []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdfsig", "-nocert", path).CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed { // its exit code is about trust
		t.Fatal(err)
	}
	if strings.Count(string(out), "Signature is Valid") < 2 || strings.Contains(string(out), "Invalid") {
		t.Errorf("pdfsig: %s", out)
	}
	if out, err := exec.CommandContext(t.Context(), "qpdf", "--check", path).CombinedOutput(); err != nil {
		t.Errorf("qpdf: %s %v", out, err)
	}
}

// TestEvidenceInTheFile: what both signatures rest on is put behind them, and a
// time-stamp over all. Whoever has the roots needs nobody to find the file good,
// also when the leader's certificate has ended.
func TestEvidenceInTheFile(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	var err error
	if b.key, err = b.pki.Issue(demopki.Subject{Name: "Lê Văn Chủ"}, time.Now().AddDate(-3, 0, 3)); err != nil { // ends in three days
		t.Fatal(err)
	}
	before := b.sealed("d1")
	b.holds("d1", "the operator wants no more", app.LevelT)
	sealed := b.bytesOf(before)
	var st Status
	if b.do("status", nothing{}, &st); st.Unproven != 0 || b.due() != app.DueEvidence {
		t.Errorf("%d wait, %b", st.Unproven, b.due())
	}

	b.config.SigningLevel = app.LevelLTA
	b.restart()
	b.settle()
	b.holds("d1", "completed", app.LevelLTA)
	if b.due() != 0 {
		t.Errorf("due %b", b.due())
	}
	doc, f := b.documentOf("d1"), b.file("d1")
	if n := len(before.Segments); doc.State != app.OutSealed || len(f.Content.Segments) != n+1 || !slices.Equal(f.Content.Segments[:n], before.Segments) {
		t.Errorf("%s: %d segments after %d", doc.State, len(f.Content.Segments), n)
	}
	file := b.bytesOf(f.Content)
	if !bytes.HasPrefix(file, sealed) {
		t.Error("the file does not begin with the one that was sealed")
	}
	othersSay(t, file)
	version := b.versionOf("d1")
	b.settle()
	if b.versionOf("d1") != version {
		t.Error("all is done, and done again")
	}

	now := time.Now()
	newRecipient(t, now, b.pki).says("roots only", file, signing.TotalPassed, validator.BLTA)
	newRecipient(t, now, b.pki).says("roots only, without evidence", sealed, signing.Indeterminate, "")
	soon := now.AddDate(0, 0, 5)
	newRecipient(t, soon, b.pki).says("roots only, the certificate has ended", file, signing.TotalPassed, validator.BLTA)
	newRecipient(t, soon, b.pki).says("the same without evidence", sealed, signing.Indeterminate, "")
	// After years somebody has to say that the time-stamp server was not revoked. Of
	// the signers nobody says anything any more.
	late := now.AddDate(6, 0, 0)
	newRecipient(t, late, b.pki).knows(b.pki).says("after years", file, signing.TotalPassed, validator.BLTA)
	newRecipient(t, late, b.pki).knows(b.pki).says("after years, without evidence", sealed, signing.Indeterminate, "")
	newRecipient(t, late, b.pki).says("after years, roots only", file, signing.Indeterminate, "")

	b.act(clerk, "document.issue.1", "d1", &app.Issue{})
	in := b.documentOf(app.CopyID("d1", unitSender))
	b.settle()
	if b.file("d1").Content.SHA256 != f.Content.SHA256 || in.MainHash() != f.Content.SHA256 {
		t.Error("what went out is not what was completed")
	}
	if v := b.file(in.ID).Verdict; !v.Passed() || v.Level != app.LevelLTA || v.Signatures != 2 {
		t.Errorf("the recipient's verdict %+v", v)
	}
}

// TestArchiveLater: while the time-stamp server is down the file gets the evidence
// alone, and the time-stamp over it when the server is back.
func TestArchiveLater(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	before := b.sealed("d1")
	b.down.Store(true)
	b.config.SigningLevel = app.LevelLTA
	b.restart()
	b.settle()
	b.holds("d1", "no time-stamp server", app.LevelLT)
	first := b.bytesOf(b.file("d1").Content)
	newRecipient(t, time.Now(), b.pki).says("evidence alone", first, signing.TotalPassed, validator.BLT)
	othersSay(t, first)
	var st Status
	if b.do("status", nothing{}, &st); st.Unproven != 1 || b.due() != app.DueArchive {
		t.Errorf("%d wait, %b", st.Unproven, b.due())
	}
	asked := b.asked.Load()
	b.settle()
	if b.asked.Load() != asked {
		t.Error("a server that is down is asked again at once")
	}
	b.down.Store(false)
	b.ahead(stampMost)
	b.settle()
	b.holds("d1", "the server is back", app.LevelLTA)
	f := b.file("d1")
	if n := len(before.Segments); len(f.Content.Segments) != n+2 || !bytes.HasPrefix(b.bytesOf(f.Content), first) {
		t.Errorf("%d segments after %d", len(f.Content.Segments), n)
	}
	if b.due() != 0 {
		t.Errorf("due %b", b.due())
	}
}

// TestOnlyEvidence: without a time-stamp over it, if the operator wants it so.
func TestOnlyEvidence(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelLT })
	b.sealed("d1")
	b.holds("d1", "as the operator wants it", app.LevelLT)
	var st Status
	if b.do("status", nothing{}, &st); st.Unproven != 0 {
		t.Errorf("%d wait", st.Unproven)
	}
}

// TestOtherArchive: a time-stamp over the file that comes from another authority than
// those in the signatures has its own evidence behind it.
func TestOtherArchive(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	b.sealed("d1")
	web := httptest.NewUnstartedServer(nil)
	other, err := demopki.New("http://"+web.Listener.Addr().String(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	web.Config.Handler = other.Handler(time.Now)
	web.Start()
	t.Cleanup(web.Close)
	b.config.SigningLevel, b.config.TSA = app.LevelLTA, []string{other.TSA()}
	b.restart()
	b.settle()
	b.holds("d1", "nobody trusts that server", app.LevelLT)
	b.forgive()
	b.do("trust.add", RootRequest{Certificate: other.Root().Raw, Uses: []string{useTimestamp}, Kind: trust.KindTest}, nil)
	b.settle()
	b.holds("d1", "nobody says that its key was not revoked", app.LevelLT)
	recipient{t, b.judge, time.Now()}.knows(other)
	b.settle()
	b.holds("d1", "another authority", app.LevelLTA)
	newRecipient(t, time.Now(), b.pki, other).says("roots only", b.bytesOf(b.file("d1").Content), signing.TotalPassed, validator.BLTA)
	othersSay(t, b.bytesOf(b.file("d1").Content))
}

// forgive has the policy do without revocation.
func (b *bureau) forgive() {
	b.Helper()
	dir := filepath.Join(b.config.Data, trustDir)
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "policy.json"), []byte(`{"require_revocation":false}`), 0o600)); err != nil {
		b.Fatal(err)
	}
}

// TestNoEvidence: what cannot be had holds nobody up, and is put into the file when
// it comes before the document goes out.
func TestNoEvidence(t *testing.T) {
	b := openBureau(t, false, true)
	b.forgive()
	b.do("trust.add", RootRequest{Certificate: b.pki.Root().Raw, Uses: []string{useSignature, useTimestamp}, Kind: trust.KindTest}, nil)
	b.sealed("d1")
	b.sealed("d2")
	b.holds("d1", "no list", app.LevelT)
	if b.due() != app.DueEvidence {
		t.Errorf("due %b", b.due())
	}
	hash := b.documentOf("d1").MainHash()
	b.act(clerk, "document.issue.1", "d1", &app.Issue{})
	b.trustAllLists()
	b.settle()
	if b.documentOf("d1").State != app.OutIssued || b.documentOf("d1").MainHash() != hash {
		t.Error("what went out has changed")
	}
	b.holds("d2", "the lists have come", app.LevelLTA)
}

// interrupted runs something instead of, or before, the server's word.
type interrupted struct {
	systemGiver
	first func() error
}

func (i interrupted) GiveSystem(ctx context.Context, name string, target app.Key, args any) error {
	if err := i.first(); err != nil {
		return err
	}
	return i.systemGiver.GiveSystem(ctx, name, target, args)
}

// ownJudging completes files beside the server, which is told not to.
func (b *bureau) ownJudging(first func() error) *judging {
	j := b.judging
	return &judging{store: j.store, files: j.files, contents: j.contents, judge: j.judge, tsa: j.tsa, wanted: app.DueEvidence | app.DueArchive, most: maxEvidence,
		system: interrupted{j.system, first}, now: j.now, log: j.log, later: map[app.ID]pause{}, unproven: map[app.ID]pause{}, refused: map[app.CommandID]bool{}}
}

// TestKilledCompleting: a kill between the new segments and the record loses nothing.
func TestKilledCompleting(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	before, killed := b.sealed("d1"), false
	j := b.ownJudging(func() error { killed = true; return context.Canceled })
	if err := j.complete(t.Context(), "d1"); !errors.Is(err, context.Canceled) || !killed || b.file("d1").Content.SHA256 != before.SHA256 {
		t.Fatalf("%v, killed %t", err, killed)
	}
	b.config.SigningLevel = app.LevelLTA
	b.restart()
	b.settle()
	b.holds("d1", "after the start", app.LevelLTA)
}

// TestIssuedMeanwhile: văn thư issues while the file is being completed, and what she
// has issued goes out.
func TestIssuedMeanwhile(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	before := b.sealed("d1")
	j := b.ownJudging(func() error { b.act(clerk, "document.issue.1", "d1", &app.Issue{}); return nil })
	if err := j.completeAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(j.unproven) > 0 {
		t.Error("it is tried again")
	}
	doc := b.documentOf("d1")
	if in := b.documentOf(app.CopyID("d1", unitSender)); doc.State != app.OutIssued || doc.MainHash() != before.SHA256 || in.MainHash() != before.SHA256 || b.due()&app.DueEvidence != 0 {
		t.Errorf("%s, due %b", doc.State, b.due())
	}
}

// TestCompletedMeanwhile: the command with which văn thư's laptop issues was given
// over the file without evidence; the document goes out with it.
func TestCompletedMeanwhile(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	b.sealed("d1")
	laptop := b.enrol(clerk)
	issue := laptop.command("document.issue.1", app.Key{Kind: app.KindDocument, ID: "d1"}, b.versionOf("d1"), &app.Issue{})
	if err := b.ownJudging(func() error { return nil }).completeAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.holds("d1", "completed", app.LevelLTA)
	for _, r := range results(laptop.pull(issue)) {
		if err := r.Err(); err != nil {
			t.Errorf("issue: %v", err)
		}
	}
	doc := b.documentOf("d1")
	if in := b.documentOf(app.CopyID("d1", unitSender)); doc.State != app.OutIssued || in.MainHash() != doc.MainHash() || in.MainHash() != b.file("d1").Content.SHA256 {
		t.Errorf("%s", doc.State)
	}
}

// TestTooMuchEvidence: a list that no line could carry stays out, and is not looked at
// again at once. What several signatures rest on counts once.
func TestTooMuchEvidence(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	v := b.sealed("d1")
	src, err := b.contents.files.OpenVersion(v)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	evidence, err := b.judge.Gather(t.Context(), src, v.Size)
	if err != nil || len(evidence) != 2 || sizeOf(evidence) >= sizeOf(evidence[:1])+sizeOf(evidence[1:]) {
		t.Fatalf("%d: %v", len(evidence), err)
	}
	j := b.ownJudging(func() error { return nil })
	j.most = sizeOf(evidence) - 1
	for range 2 {
		if err := j.completeAll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if p := j.unproven["d1"]; b.file("d1").Content.SHA256 != v.SHA256 || p.after != laterSoon {
		t.Errorf("again after %s", p.after)
	}
	j.most++
	if err := j.complete(t.Context(), "d1"); err != nil {
		t.Fatal(err)
	}
	b.holds("d1", "no more than may be", app.LevelLTA)
}

// TestTrustMeanwhile: what fails while new lists come is tried again at once, not
// after the pause of something that is known to be missing.
func TestTrustMeanwhile(t *testing.T) {
	b := openBureau(t, true, true, func(c *Config) { c.SigningLevel = app.LevelT })
	b.sealed("d1")
	var j *judging
	tries := 0
	j = b.ownJudging(func() error {
		if tries++; tries == 1 {
			if err := j.byNewTrust(t.Context()); err != nil {
				t.Fatal(err)
			}
			return errors.New("by the lists of before")
		}
		return nil
	})
	j.mark, j.sealed = filepath.Join(t.TempDir(), judgedName), make(chan struct{}, 1)
	if err := j.completeAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(j.unproven) > 0 || len(j.sealed) == 0 {
		t.Errorf("%d wait, woken %d", len(j.unproven), len(j.sealed))
	}
	if err := j.completeAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.holds("d1", "with the new lists", app.LevelLTA)
}

// TestGrown: a file with something behind it reads as one.
func TestGrown(t *testing.T) {
	g := grown{base: strings.NewReader("0123456789"), size: 10}
	for _, more := range []string{"abc", "", "defgh"} {
		next, err := g.with(func(out io.Writer) error {
			_, err := io.Copy(out, io.MultiReader(io.NewSectionReader(g, 0, g.Size()), iotest.OneByteReader(strings.NewReader(more))))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		g = next
	}
	if err := iotest.TestReader(io.NewSectionReader(g, 0, g.Size()), []byte("0123456789abcdefgh")); err != nil {
		t.Error(err)
	}
	failed := errors.New("failed")
	if _, err := g.with(func(io.Writer) error { return failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
}
