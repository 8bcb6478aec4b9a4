package server

import (
	"context"
	"io"
	"slices"

	"khonggiay/app"
	"khonggiay/signing"
	"khonggiay/signing/pdf"
	"khonggiay/signing/validator"
)

// Certified copies (bản sao) are judged as signatures are: the seal of the office
// that made the copy, by the claim of its machine, and the file with all that is
// in it.

// copySeal notes what the report says of the seal of the copy in the file.
func (j *judging) copySeal(doc *app.Document, key app.CommandID, report validator.Report, f *finding, at app.Time) {
	id, c, ok := doc.CopyIn(key)
	if !ok {
		return
	}
	seen := signatureIn(report, c.Claim)
	if seen == nil { // the record says that there is one
		f.Verdict.Indication, f.Verdict.Sub = string(signing.TotalFailed), string(signing.FormatFailure)
		f.Signatures[id] = app.Verdict{Indication: f.Verdict.Indication, Sub: f.Verdict.Sub, At: at}
		return
	}
	f.Signatures[id] = app.Verdict{Indication: string(seen.Indication), Sub: string(seen.SubIndication), At: at,
		Stamped: provenAt(seen), Level: string(seen.Level)}
	f.seen = append(f.seen, seenSigner{id, subjectOf(seen.Signer), subjectOf(seen.Issuer)})
}

// copyLie is why the claim of a copy does not hold; "" if it does: its seal is
// the last thing in the file and made with the key that was named, and a copy of
// the whole is the document with nothing but the seal behind it.
func (j *judging) copyLie(ctx context.Context, doc *app.Document, c app.CertifiedCopy, src io.ReaderAt, report validator.Report) (signing.SubIndication, error) {
	last := signatureIn(report, c.Claim)
	switch {
	case !last.Covers.WholeFile:
		return signing.FormatFailure, nil
	case last.Certificate == nil || last.Certificate.SHA256 != c.Claim.Certificate.String():
		return signing.SigCryptoFailure, nil
	case c.Form == app.CopyExtract:
		return "", nil
	}
	base, ok := c.Base(doc)
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
	return added(ctx, src, doc.Files[c.File].Content.Size, base.Size)
}

// added is FORMAT_FAILURE when more than fields and signatures came to the first
// bytes of a file.
func added(ctx context.Context, src io.ReaderAt, size, base int64) (signing.SubIndication, error) {
	changes, err := validator.Since(ctx, src, size, base, pdf.Limits{})
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || slices.ContainsFunc(changes, func(c validator.Change) bool { return !c.Allowed }) {
		return signing.FormatFailure, nil
	}
	return "", nil
}

// claimIn is what the machine said that made the last signature in the file.
func claimIn(doc *app.Document, file app.CommandID) app.Claim {
	for _, s := range doc.Signatures {
		if s.Digital && s.File == file {
			return s.Claim
		}
	}
	_, c, _ := doc.CopyIn(file)
	return c.Claim
}

// before is the version that the last signature in a file was put behind; none of
// an extract, which is a file of its own.
func before(doc *app.Document, key app.CommandID) (app.FileVersion, bool) {
	if _, c, ok := doc.CopyIn(key); ok {
		base, _ := c.Base(doc)
		return base, true
	}
	return baseOf(doc, key)
}

// append stores what follows a version; a file of its own follows none.
func (j *judging) append(ctx context.Context, base app.FileVersion, whole io.ReadSeeker) (app.FileVersion, error) {
	if len(base.Segments) == 0 {
		return j.files.Seal(ctx, whole)
	}
	return j.files.Append(ctx, base, whole)
}
