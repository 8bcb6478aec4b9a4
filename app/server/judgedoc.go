package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/signing"
	"khonggiay/signing/validator"
)

// document judges what is due in one document and gives its verdicts. decided
// tells that nothing is left that time alone may decide.
func (j *judging) document(ctx context.Context, id app.ID, again bool) (decided bool, err error) {
	doc, err := j.read(ctx, id)
	if err != nil || doc == nil {
		return err == nil, err
	}
	files := doc.Unjudged()
	if again {
		for _, f := range doc.Undecided() {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	decided = true
	for _, file := range files {
		found, err := j.settle(ctx, doc, file)
		if err != nil {
			return false, err
		}
		decided = decided && found.Verdict.Sub != string(signing.TryLater)
	}
	known, err := j.initials(ctx, doc, again)
	return decided && known, err
}

// read returns the document as it is now; nil when it is gone.
func (j *judging) read(ctx context.Context, id app.ID) (doc *app.Document, err error) {
	err = j.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		doc, _ = r.(*app.Document)
		return err
	})
	if app.AsError(err) != nil && app.AsError(err).Code == app.NotFound {
		return nil, nil
	}
	return doc, err
}

// finding is what was found out about a file and the signatures that the
// document says are in it.
type finding struct {
	app.Judge
	seen []seenSigner
}

// seenSigner is whom the certificate of a signature names, for the audit log.
type seenSigner struct {
	id              app.CommandID
	subject, issuer string
}

// settle judges one file and gives its verdict, with a time-stamp if one can be
// had at once.
func (j *judging) settle(ctx context.Context, doc *app.Document, key app.CommandID) (*finding, error) {
	found, report, err := j.file(ctx, doc, key)
	if err != nil {
		return nil, err
	}
	if stamped := j.stampNow(ctx, doc, key, report, found); stamped != nil {
		err := j.give(ctx, doc.ID, stamped)
		if e := app.AsError(err); e == nil || e.Code != app.Conflict {
			return stamped, err
		}
		// Something was added meanwhile: the verdict counts as it is.
	}
	return found, j.give(ctx, doc.ID, found)
}

// file judges one file of a document.
func (j *judging) file(ctx context.Context, doc *app.Document, key app.CommandID) (*finding, validator.Report, error) {
	v := doc.Files[key].Content
	src, err := j.files.OpenVersion(v)
	if err != nil {
		return nil, validator.Report{}, falseContent(err)
	}
	defer src.Close()
	report, _, err := j.judge.VerifyAt(ctx, v.SHA256, src, v.Size)
	if err != nil {
		return nil, report, err
	}
	found := j.conclude(doc, key, report)
	within, cancel := context.WithTimeout(ctx, claimsWithin)
	defer cancel()
	return found, report, j.claims(within, doc, key, src, report, found)
}

// claimsWithin bounds the comparison of a file with what its signer read.
const claimsWithin = time.Minute

// conclude puts a report into the words of the record.
func (j *judging) conclude(doc *app.Document, key app.CommandID, report validator.Report) *finding {
	at := app.TimeOf(j.now())
	f := &finding{Judge: app.Judge{File: key, Signatures: map[app.CommandID]app.Verdict{}}}
	f.Verdict = app.Verdict{Indication: string(report.Indication), Sub: string(report.SubIndication), At: at}
	f.Verdict.Signatures, f.Verdict.Level = together(report)
	for _, s := range report.Signatures {
		if s.Kind != validator.DocTimestamp {
			f.Verdict.Stamped = provenAt(s)
		}
	}
	for id, s := range doc.Signatures {
		if !s.Digital || doc.Direction != app.Outgoing || doc.NewestOf(s.File) != doc.NewestOf(key) {
			continue
		}
		seen := signatureIn(report, s.Claim)
		switch {
		case seen == nil && s.File == key: // the record says that there is one
			f.Signatures[id] = app.Verdict{Indication: string(signing.TotalFailed), Sub: string(signing.FormatFailure), At: at}
			f.Verdict.Indication, f.Verdict.Sub = string(signing.TotalFailed), string(signing.FormatFailure)
		case seen == nil || s.File != key && s.Verdict.Failed():
			// Another file than the one that it is in, or it was bad there already.
		default:
			f.Signatures[id] = app.Verdict{Indication: string(seen.Indication), Sub: string(seen.SubIndication), At: at,
				Stamped: provenAt(seen), Level: string(seen.Level)}
			f.seen = append(f.seen, seenSigner{id, subjectOf(seen.Signer), subjectOf(seen.Issuer)})
		}
	}
	j.copySeal(doc, key, report, f, at)
	return f
}

// signatureIn is the signature that the claim names by its field.
func signatureIn(r validator.Report, c app.Claim) *validator.Signature {
	for _, s := range r.Signatures {
		if s.Field == c.Field && s.Kind != validator.DocTimestamp {
			return s
		}
	}
	return nil
}

// provenAt is the time that a trusted time-stamp proves, in the signature or over
// the file.
func provenAt(s *validator.Signature) app.Time {
	switch {
	case s.Timestamp != nil && s.Timestamp.Trusted:
		return app.TimeOf(s.Timestamp.Time)
	case s.ProvenTime != nil:
		return app.TimeOf(*s.ProvenTime)
	}
	return 0
}

func subjectOf(p *validator.Person) string {
	if p == nil {
		return ""
	}
	return p.Subject
}

// claims compares what the signer's machine said with what is in the file: it
// begins with the very version that he read, nothing but fields and signatures
// was added to it, and the last thing in it is his signature, made with the key
// that he named.
func (j *judging) claims(ctx context.Context, doc *app.Document, key app.CommandID, src io.ReaderAt, report validator.Report, found *finding) error {
	for id, verdict := range found.Signatures {
		s, c := doc.Signatures[id], doc.CertifiedCopies[id]
		if s.File != key && c.File != key || verdict.Indication == string(signing.TotalFailed) {
			continue
		}
		lie := func() (signing.SubIndication, error) { return j.lie(ctx, doc, s, src, report) }
		if c.File == key {
			lie = func() (signing.SubIndication, error) { return j.copyLie(ctx, doc, c, src, report) }
		}
		sub, err := lie()
		if err != nil {
			return err
		}
		if sub == "" {
			continue
		}
		j.log.Warn("a signature is not what its signer said", "document", doc.ID, "signature", id, "by", cmp.Or(s.By, c.By), "sub", sub)
		verdict.Indication, verdict.Sub = string(signing.TotalFailed), string(sub)
		found.Signatures[id] = verdict
		found.Verdict.Indication, found.Verdict.Sub = verdict.Indication, verdict.Sub
	}
	return nil
}

// lie is why a claim does not hold, in the words of EN 319 102-1; "" if it does.
func (j *judging) lie(ctx context.Context, doc *app.Document, s app.Signature, src io.ReaderAt, report validator.Report) (signing.SubIndication, error) {
	base, ok := baseOf(doc, s.File)
	if !ok {
		return signing.SignedDataNotFound, nil
	}
	same, err := beginsWith(ctx, src, base)
	switch {
	case err != nil:
		return "", err
	case !same:
		return signing.HashFailure, nil
	}
	last := signatureIn(report, s.Claim)
	if !last.Covers.WholeFile {
		return signing.FormatFailure, nil
	}
	if last.Certificate == nil || last.Certificate.SHA256 != s.Claim.Certificate.String() {
		return signing.SigCryptoFailure, nil
	}
	return added(ctx, src, doc.Files[s.File].Content.Size, base.Size)
}

// baseOf is the version that a signer read: the newest one before his file that
// is shorter. A time-stamp in place left the length alone.
func baseOf(doc *app.Document, file app.CommandID) (app.FileVersion, bool) {
	size := doc.Files[file].Content.Size
	for range len(doc.Files) {
		before, ok := doc.Files[doc.Files[file].Replaces]
		if !ok {
			return app.FileVersion{}, false
		}
		if before.Content.Size < size {
			return before.Content, true
		}
		file = doc.Files[file].Replaces
	}
	return app.FileVersion{}, false
}

// beginsWith compares the first bytes with the hash of a version.
func beginsWith(ctx context.Context, src io.ReaderAt, base app.FileVersion) (bool, error) {
	sum := sha256.New()
	buf := make([]byte, 1<<20)
	for at := int64(0); at < base.Size; {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		n, err := src.ReadAt(buf[:min(int64(len(buf)), base.Size-at)], at)
		sum.Write(buf[:n])
		at += int64(n)
		if err != nil && at < base.Size {
			return false, fmt.Errorf("reading a signed file: %w", err)
		}
	}
	return app.Hash(sum.Sum(nil)) == base.SHA256, nil
}

// give has the record say what was found, unless it says so already.
func (j *judging) give(ctx context.Context, id app.ID, found *finding) error {
	j.giving.Lock()
	defer j.giving.Unlock()
	doc, err := j.read(ctx, id)
	if err != nil || doc == nil {
		return err
	}
	news := found.Stamped != nil || found.Added != nil || !sameVerdict(doc.Files[found.File].Verdict, found.Verdict)
	for sig, v := range found.Signatures {
		s, there := doc.Signatures[sig]
		if c, ok := doc.CertifiedCopies[sig]; ok {
			s.Verdict, there = c.Verdict, true
		}
		if !there || lessThan(v, s.Verdict) {
			delete(found.Signatures, sig)
			continue
		}
		news = news || !sameVerdict(s.Verdict, v)
	}
	if !news {
		return nil
	}
	if err := j.system.GiveSystem(ctx, "document.judge.1", app.Key{Kind: app.KindDocument, ID: id}, &found.Judge); err != nil {
		return err
	}
	return j.record(ctx, doc, found)
}

// lessThan reports a verdict on a version of the file to which something was added
// meanwhile: a time-stamp, or evidence.
func lessThan(v, known app.Verdict) bool {
	return v.Stamped == 0 && known.Stamped != 0 || v.Passed() && known.Passed() && rank(v.Level) < rank(known.Level)
}

func sameVerdict(a, b app.Verdict) bool {
	a.At, b.At = 0, 0
	return a == b
}

// record writes into the audit log whose certificate each signature has, as the
// server has read it, and where the name is not the signer's.
func (j *judging) record(ctx context.Context, doc *app.Document, found *finding) error {
	if len(found.seen) == 0 {
		return nil
	}
	dir := j.store.Directory()
	return j.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, seen := range found.seen {
			v, ok := found.Signatures[seen.id]
			if !ok {
				continue
			}
			s := doc.Signatures[seen.id]
			s.By = cmp.Or(s.By, doc.CertifiedCopies[seen.id].By)
			detail := map[string]any{"signature": seen.id.String(), "subject": seen.subject, "issuer": seen.issuer, "indication": v.Indication, "sub": v.Sub}
			if p := dir.Person(s.By); s.Kind == app.SignaturePerson && p != nil && !strings.Contains(app.Fold(seen.subject), app.Fold(p.Name)) {
				detail["otherName"] = true
			}
			if err := tx.Audit(sqlite.AuditEntry{Act: "signature.judged", Actor: s.By, Object: string(doc.ID), Detail: detail}); err != nil {
				return err
			}
		}
		return nil
	})
}

// initials judges the signatures of those who checked a draft; decided as in
// document.
func (j *judging) initials(ctx context.Context, doc *app.Document, again bool) (decided bool, err error) {
	decided = true
	verdicts := map[app.CommandID]app.Verdict{}
	for _, id := range doc.UnjudgedInitials(again) {
		i := doc.Initials[id]
		d, err := j.judge.Detached(ctx, i.CMS, app.InitialText(doc.ID, i.By, i.Revision, i.Content, i.Given))
		if err != nil {
			return false, err
		}
		v := app.Verdict{Indication: string(d.Indication), Sub: string(d.SubIndication), At: app.TimeOf(j.now()), Level: string(validator.BB)}
		if d.Certificate != nil && sha256.Sum256(d.Certificate.Raw) != i.Claim.Certificate {
			v.Indication, v.Sub = string(signing.TotalFailed), string(signing.SigCryptoFailure)
		}
		decided = decided && v.Sub != string(signing.TryLater)
		if !sameVerdict(i.Verdict, v) {
			verdicts[id] = v
		}
	}
	if len(verdicts) == 0 {
		return decided, nil
	}
	return decided, j.system.GiveSystem(ctx, "document.judge.1", doc.Key(), &app.Judge{Initials: verdicts})
}
