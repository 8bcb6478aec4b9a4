package report

import (
	"time"

	"khonggiay/signing"
	"khonggiay/signing/validator"
)

// What a report means to a person, by the rules of the screen
// (frontend/src/features/signing/verdict.ts).

// notes are findings that change no answer.
var notes = codes(validator.UsageRights, validator.SloppyFile, validator.HiddenBytes, validator.BrokenObject, validator.NotPAdES,
	validator.CMSNote, validator.Weak, validator.ChainWarning, validator.TimestampUnsure, validator.PermsDiffer)

// aboutTrust are findings about whom a signature comes from and when, which say
// nothing about what it covers.
var aboutTrust = codes(validator.ChainFailed, validator.NoSignedAttributes, validator.ValueAsWritten, validator.TimestampWrong,
	validator.TimestampOrder, validator.NoSigningCert)

// uncompared are findings after which nobody has compared the file with the
// signature.
var uncompared = codes(validator.ContentsJunk, validator.CryptoWrong, validator.SubFilterOdd, validator.Interrupted, validator.Unreadable,
	validator.Exceeds, validator.Encrypted, validator.Internal, validator.PermissionOdd)

func codes(list ...validator.Code) map[validator.Code]bool {
	out := map[validator.Code]bool{}
	for _, code := range list {
		out[code] = true
	}
	return out
}

func isNote(f validator.Finding) bool { return notes[f.Code] }

// integrity is "whole", "broken" or "unknown". What cannot be told is never whole.
func integrity(s *validator.Signature) string {
	grave, compared := 0, false
	for _, f := range s.Findings {
		if !isNote(f) && !aboutTrust[f.Code] {
			grave++
			compared = compared || !uncompared[f.Code]
		}
	}
	switch {
	case s.SubIndication == signing.HashFailure || s.SubIndication == signing.SigCryptoFailure || compared:
		return "broken"
	case grave > 0 || s.Signer == nil:
		return "unknown"
	}
	return "whole"
}

// timeOf is the best known time of a signature, and by what it is known. A time
// stamp that nobody trusts proves nothing.
func timeOf(s *validator.Signature) (kind string, at time.Time) {
	switch {
	case s.Timestamp != nil && s.Timestamp.Trusted:
		return "stamped", s.Timestamp.Time
	case s.ProvenTime != nil:
		return "proven", *s.ProvenTime
	case s.ClaimedTime != nil:
		return "claimed", *s.ClaimedTime
	}
	return "none", time.Time{}
}

// periodOf tells where the time of signing lies in the period of the certificate.
func periodOf(s *validator.Signature) string {
	_, at := timeOf(s)
	switch {
	case s.Certificate == nil || at.IsZero():
		return "unknown"
	case at.Before(s.Certificate.NotBefore):
		return "before"
	case at.After(s.Certificate.NotAfter):
		return "after"
	}
	return "within"
}

// answerKey names the words for the answer about a file. Where no signature was
// found, none is called wrong.
func answerKey(r *validator.Report) string {
	if len(r.Signatures) == 0 && r.Indication == signing.TotalFailed {
		return "file.unsound"
	}
	return "indication." + string(r.Indication)
}
