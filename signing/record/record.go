// Package record signs what machines read: initials, votes, opinion slips,
// receipts. A record is JSON in the one form of RFC 8785; its signature lies
// beside it, as detached CAdES of level B-B (ETSI EN 319 122-1), so that
//
//	openssl cms -verify -binary -cades -inform DER -in x.json.p7s -content x.json
//
// checks it without this program. What a record means, and which of two counts,
// is for the rules of its owner.
package record

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/trust"
)

// SignatureExt is added to the name of a record's file for that of its signature.
const SignatureExt = ".p7s"

// Bounds on what is read from elsewhere.
const (
	MaxText      = 8 << 20
	MaxSignature = 1 << 20 // one has some KiB
)

// ErrNotCanonical is a text that is not the one form of its value: two texts of
// one vote could not be told apart by their signatures' hashes.
var ErrNotCanonical = errors.New("record: the text is not in the form of RFC 8785")

// Text is the record of a value, as encoding/json sees it, ready to be signed.
func Text(value any) ([]byte, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return signing.Canonical(b)
}

// check tells whether a text is a record.
func check(text []byte) error {
	one, err := signing.Canonical(text)
	if err != nil {
		return err
	}
	if !bytes.Equal(one, text) {
		return ErrNotCanonical
	}
	return nil
}

// Sign signs a text that Text has made and returns the CMS as DER. The scheme is
// the zero value for the usual one of the key; at is what the signer's clock
// says, no proof of anything.
func Sign(ctx context.Context, signer signing.Signer, text []byte, scheme signing.Scheme, at time.Time) ([]byte, error) {
	if err := check(text); err != nil {
		return nil, err
	}
	return cms.SignBytes(ctx, signer, text, cms.Options{Scheme: scheme, SigningTime: at})
}

// Verdict is what is known of a signature beside a record.
type Verdict struct {
	Indication    signing.Indication
	SubIndication signing.SubIndication
	Certificate   *x509.Certificate // nil if it was not found
	Claimed       time.Time         // when the signer's clock says it was made; zero if it says nothing
	Err           error             // what a person who maintains this should read; nil when nothing is wrong
}

// Judge says whether the signature is good for the very text, by a certificate
// that is trusted at the moment. It never reports a text that is no record as
// signed: a name that stands twice in it would be read one way here and another
// way there.
func Judge(ctx context.Context, t *trust.Validator, der, text []byte, at time.Time) Verdict {
	if err := check(text); err != nil {
		return failed(signing.FormatFailure, err)
	}
	data, err := cms.Parse(der, cms.Limits{Size: MaxSignature})
	switch {
	case err != nil:
		return failed(signing.FormatFailure, err)
	case len(data.Signers) != 1 || !data.Detached() || data.Trailing > 0:
		return failed(signing.FormatFailure, errors.New("record: not one detached signature and nothing else"))
	}
	signer := data.Signers[0]
	res, err := verify(signer, text)
	v := Verdict{Certificate: res.Certificate, Err: err}
	v.Claimed, _ = signer.SigningTime()
	v.Indication, v.SubIndication = cms.Verdict(err)
	switch {
	case err != nil:
		return v
	case !res.SignedCert, res.AsWritten, res.WeakDigest, res.WeakKey, len(data.Oddities) > 0, len(signer.Oddities) > 0:
		v.Indication, v.SubIndication = signing.Indeterminate, signing.SigConstraintsFailure
		return v
	}
	chain := t.Validate(ctx, trust.Request{Certificate: res.Certificate, Candidates: certificates(data), Usage: trust.ForSignature, At: at})
	if f := chain.Failure; f != nil {
		v.Indication, v.SubIndication, v.Err = signing.Indeterminate, signing.SubIndication(f.Sub), f
		if f.Sub == trust.Revoked || f.Sub == trust.Expired || f.Sub == trust.NotYetValid {
			v.Indication = signing.TotalFailed
		}
	}
	return v
}

func failed(sub signing.SubIndication, err error) Verdict {
	return Verdict{Indication: signing.TotalFailed, SubIndication: sub, Err: err}
}

// certificates are those of the message that can be read.
func certificates(data *cms.SignedData) (certs []*x509.Certificate) {
	for _, c := range data.Certificates {
		if c.Cert != nil {
			certs = append(certs, c.Cert)
		}
	}
	return certs
}

func verify(s *cms.SignerInfo, content []byte) (*cms.Result, error) {
	h, err := s.Hash()
	if err != nil {
		return &cms.Result{}, err
	}
	if !h.Available() {
		return &cms.Result{}, &cms.UnsupportedError{What: h.String()}
	}
	sum := h.New()
	sum.Write(content)
	return cms.Verify(s, sum.Sum(nil))
}
