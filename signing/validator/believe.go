package validator

import (
	"crypto"
	"crypto/x509"
	"slices"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/trust"
)

// A proof says that everything up to the end of a revision existed at a time.
type proof struct {
	revision int
	time     time.Time
}

// judgeTrust asks whom the signatures come from, at the best proven time. The
// newest time-stamp is judged now, each earlier one at the time that a newer
// one proves for it (EN 319 102-1, 5.6: past signature validation).
func (v *run) judgeTrust() {
	var proofs []proof
	for _, m := range slices.Backward(v.marks) {
		if m.stamp == nil || m.result == nil || m.result.Certificate == nil {
			continue
		}
		at, proven := v.provenAt(proofs, m.covered+1)
		verdict := v.trust.ValidateTimestamp(v.ctx, stampInfo(m.stamp, m.result.Certificate, v.candidates(m)), at, proven, v.evidenceOf(m))
		v.judged(m.Field, verdict)
		believed := v.concludeTrust(m, verdict, at)
		v.checkOrder(m, proofs)
		if m.sound && believed {
			m.Timestamp.Trusted = true
			proofs = append(proofs, proof{m.covered, m.stamp.GenTime})
		}
	}
	for _, m := range v.marks {
		if m.stamp == nil && m.result != nil && m.result.Certificate != nil {
			v.judgeSigner(m, proofs)
		}
	}
}

func stampInfo(t *cms.Timestamp, c *x509.Certificate, candidates []*x509.Certificate) trust.TimestampInfo {
	return trust.TimestampInfo{GenTime: t.GenTime, Certificate: c, Certificates: candidates}
}

// provenAt is the earliest time that is proven for a revision, else now.
func (v *run) provenAt(proofs []proof, revision int) (time.Time, bool) {
	at, proven := v.now, false
	for _, p := range proofs {
		if p.revision >= revision && (!proven || p.time.Before(at)) {
			at, proven = p.time, true
		}
	}
	return at, proven
}

// checkOrder compares a time-stamp with those that cover it.
func (v *run) checkOrder(m *mark, proofs []proof) {
	for _, p := range proofs {
		if p.revision > m.covered && m.stamp.GenTime.After(p.time.Add(time.Duration(v.trust.Policy.ClockSkew))) {
			m.note(found(TimestampOrder))
			return
		}
	}
}

func (v *run) judgeSigner(m *mark, proofs []proof) {
	at, proven := v.provenAt(proofs, m.covered)
	if m.covered < 0 {
		at, proven = v.now, false
	}
	for _, token := range m.signer.Timestamps() {
		if t, ok := v.judgeToken(m, token, at, proven); ok && (!proven || t.Before(at)) {
			at, proven = t, true
		}
	}
	if proven && m.sound {
		m.ProvenTime = &at
	}
	verdict := v.trust.Validate(v.ctx, trust.Request{Certificate: m.result.Certificate, Candidates: v.candidates(m),
		Usage: trust.ForSignature, At: at, Proven: proven, Evidence: v.evidenceOf(m)})
	v.judged(m.Field, verdict)
	v.concludeTrust(m, verdict, at)
	m.setLevel(v, verdict, proofs)
}

// judgeToken judges a time-stamp over the signature value. One that is wrong is
// told from one whose authority nobody here knows.
func (v *run) judgeToken(m *mark, token []byte, at time.Time, proven bool) (time.Time, bool) {
	t, err := cms.ParseTimestamp(token, cms.Limits{})
	if err != nil {
		m.note(found(TimestampWrong, "detail", err.Error()))
		return time.Time{}, false
	}
	result, err := t.Verify(hashed(t.Hash, m.signer.Signature), v.dss.certificates...)
	if err != nil {
		code := TimestampWrong
		if indication, _ := cms.Verdict(err); indication == signing.Indeterminate {
			code = TimestampUnsure
		}
		m.note(found(code, "detail", err.Error()))
		return time.Time{}, false
	}
	candidates := v.candidates(m)
	for _, c := range t.Data.Certificates {
		if c.Cert != nil {
			candidates = append(candidates, c.Cert)
		}
	}
	verdict := v.trust.ValidateTimestamp(v.ctx, stampInfo(t, result.Certificate, candidates), at, proven, v.evidenceOf(m))
	v.judged(m.Field, verdict)
	if verdict.Failure == nil {
		verdict.Failure = v.algorithms(t.Signer, result.Certificate, at, t.Hash)
	}
	shown := &Timestamp{Time: t.GenTime, By: person(result.Certificate.Subject).Name, Trusted: verdict.Failure == nil}
	if m.Timestamp == nil || shown.Trusted {
		m.Timestamp = shown
	}
	if f := verdict.Failure; f != nil {
		m.note(found(TimestampUnsure, "sub_indication", f.Sub, "reason", f.Reason))
		return time.Time{}, false
	}
	if proven && t.GenTime.After(at.Add(time.Duration(v.trust.Policy.ClockSkew))) {
		m.note(found(TimestampOrder))
	}
	return t.GenTime, true
}

// algorithms judges hash and key of a signature value, and the hashes by which
// it hangs together with what it is about.
func (v *run) algorithms(s *cms.SignerInfo, c *x509.Certificate, at time.Time, others ...crypto.Hash) *trust.Failure {
	h, err := s.Hash()
	if err != nil {
		return nil // the verification has said so
	}
	for _, h := range append(others, h) {
		if f := v.trust.Policy.Algorithms.Check(h, c.PublicKey, at, c); f != nil {
			return f
		}
	}
	return nil
}

// inner are hashes other than the signer's own that a signature rests on.
func (m *mark) inner() []crypto.Hash {
	switch {
	case m.stamp != nil:
		return []crypto.Hash{m.stamp.Hash}
	case m.SubFilter == subFilterSHA1:
		return []crypto.Hash{crypto.SHA1}
	}
	return nil
}

// concludeTrust notes why a certificate is not believed, and reports whether it is.
func (v *run) concludeTrust(m *mark, verdict trust.Verdict, at time.Time) bool {
	failure := verdict.Failure
	if failure == nil {
		failure = v.algorithms(m.signer, m.result.Certificate, at, m.inner()...)
	}
	if failure != nil {
		m.note(chainFinding(failure))
	}
	for _, w := range verdict.Warnings {
		m.note(found(ChainWarning, "sub_indication", w.Sub, "reason", w.Reason))
	}
	if len(verdict.Statuses) > 0 && verdict.Statuses[0] != nil {
		m.Revocation = revocation(verdict.Statuses[0])
	}
	return failure == nil
}

func chainFinding(f *trust.Failure) Finding {
	indication := signing.Indeterminate
	switch f.Sub {
	case trust.Revoked, trust.Expired, trust.NotYetValid:
		indication = signing.TotalFailed
	}
	data := []any{"reason", f.Reason, "detail", f.Detail}
	if f.Certificate != nil {
		data = append(data, "certificate", person(f.Certificate.Subject).Name)
	}
	return found(ChainFailed, data...).as(indication, signing.SubIndication(f.Sub))
}

func revocation(s *trust.Status) *Revocation {
	r := &Revocation{State: string(s.State), Source: string(s.Source), Origin: string(s.Origin), AgeSeconds: int64(s.Age / time.Second)}
	if !s.ThisUpdate.IsZero() {
		r.ThisUpdate = &s.ThisUpdate
	}
	if !s.Since.IsZero() {
		r.Since = &s.Since
	}
	return r
}

// setLevel says which level of EN 319 142-1 a sound PAdES signature has reached.
func (m *mark) setLevel(v *run, verdict trust.Verdict, proofs []proof) {
	if m.SubFilter != subFilterPAdES || !m.sound {
		return
	}
	m.Level = BB
	if m.ProvenTime == nil {
		return
	}
	m.Level = BT
	for _, s := range verdict.Statuses {
		if s == nil || s.State != trust.StateGood || s.Origin != trust.OriginDocument {
			return
		}
	}
	if verdict.Failure != nil || v.dss.since < 0 {
		return
	}
	m.Level = BLT
	if slices.ContainsFunc(proofs, func(p proof) bool { return p.revision >= v.dss.since && p.revision > m.covered }) {
		m.Level = BLTA
	}
}
