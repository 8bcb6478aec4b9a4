package remote

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"khonggiay/signing"
)

// A Credential is a key at a provider and its certificate. Whether the
// certificate is to be trusted is asked elsewhere, before it is used.
type Credential struct {
	ID          string // the provider's; of a SIM its telephone number
	Certificate *x509.Certificate
	Issuers     []*x509.Certificate
	Schemes     []signing.Scheme // the best first; none: the key may not sign here
	Algorithms  []string         // OIDs of key/algo, for CSC
	Mode        Mode
	PIN, OTP    string // the provider's name of what the person types in here, "" if nothing
	SendsOTP    bool   // the provider says that the one-time password has to be sent first (CSC.SendOTP)
	Bound       bool   // an authorization is for the digests it was given for (SCAL2)
	Batch       int    // signatures for one confirmation, at least 1
	MaxText     int    // characters that the telephone can show; 0: 500
	Usable      bool   // the provider neither has disabled the key nor calls the certificate ended
}

// Mode is how the person confirms.
type Mode string

const (
	Explicit Mode = "explicit"   // by PIN or one-time password, typed in here
	Implicit Mode = "implicit"   // on the telephone
	Page     Mode = "oauth2code" // in the provider's own page, which gives Factors.Token
)

// schemesOf are the schemes of a key, RSASSA-PSS first, that can returns true for.
func schemesOf(key crypto.PublicKey, can func(signing.Scheme) bool) []signing.Scheme {
	best, err := signing.SchemeOf(key, false)
	if err != nil {
		return nil
	}
	all := []signing.Scheme{best}
	if _, ok := key.(*rsa.PublicKey); ok {
		for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			all = append(all, signing.Scheme{Hash: h, PSS: true}, signing.Scheme{Hash: h})
		}
	}
	slices.SortStableFunc(all, func(a, b signing.Scheme) int {
		switch {
		case a.PSS == b.PSS:
			return 0
		case a.PSS:
			return -1
		}
		return 1
	})
	var out []signing.Scheme
	for _, s := range all {
		if !slices.Contains(out, s) && (can == nil || can(s)) {
			out = append(out, s)
		}
	}
	return out
}

// What a chain of certificates may have.
const (
	maxChain       = 10
	maxCertificate = 64 << 10
)

var errChain = errors.New("remote: not a chain of certificates")

// parseChain reads certificates in base64, the person's first.
func parseChain(texts []string) (*x509.Certificate, []*x509.Certificate, error) {
	if len(texts) == 0 || len(texts) > maxChain {
		return nil, nil, errChain
	}
	var out []*x509.Certificate
	for _, text := range texts {
		if len(text) > maxCertificate {
			return nil, nil, errChain
		}
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, nil, errChain
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, errChain
		}
		out = append(out, c)
	}
	switch out[0].PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		return out[0], out[1:], nil
	}
	return nil, nil, errChain
}

// A Document is one thing to be signed, under the name that the person has seen.
type Document struct {
	Name   string
	Digest []byte // made with the scheme's hash; of a PDF what pades.Pending.Digest returns
}

// An Order is what the person wants signed, after having seen all of it.
type Order struct {
	Credential Credential
	Scheme     signing.Scheme // one of the credential's; zero: its first
	Documents  []Document
	Text       string        // what the telephone shows, in Vietnamese
	Validity   time.Duration // how long the person may take; 0: 5 minutes
}

// Bounds of an order.
const (
	maxDocuments    = 100
	maxName         = 255 // characters
	maxText         = 500 // characters, by CSC's description
	defaultValidity = 5 * time.Minute
	maxValidity     = time.Hour
)

var (
	errOrder = errors.New("remote: not an order")
	// ErrScheme: the credential cannot sign in the scheme.
	ErrScheme = errors.New("remote: the key does not sign in this scheme")
	// ErrBatch: more documents than one confirmation is for.
	ErrBatch = errors.New("remote: too many documents for one confirmation")
	// ErrFactors: what the person has to type in, or to bring from the provider's
	// page, is missing.
	ErrFactors = errors.New("remote: PIN, one-time password or token is missing")
	// ErrText: the text for the telephone is missing, too long, or not a text.
	ErrText = errors.New("remote: not a text for the telephone")
)

// complete fills in what is left open, and says what is wrong.
func (o *Order) complete() error {
	c := o.Credential
	if c.Certificate == nil || c.ID == "" || len(o.Documents) == 0 || o.Validity < 0 || o.Validity > maxValidity {
		return errOrder
	}
	if o.Scheme == (signing.Scheme{}) && len(c.Schemes) > 0 {
		o.Scheme = c.Schemes[0]
	}
	if !slices.Contains(c.Schemes, o.Scheme) {
		return ErrScheme
	}
	if len(o.Documents) > min(max(c.Batch, 1), maxDocuments) {
		return ErrBatch
	}
	most := maxText
	if c.MaxText > 0 {
		most = min(most, c.MaxText)
	}
	if !isText(o.Text, most) {
		return ErrText
	}
	for _, d := range o.Documents {
		if len(d.Digest) != o.Scheme.Hash.Size() || !isText(d.Name, maxName) {
			return errOrder
		}
	}
	if o.Validity == 0 {
		o.Validity = defaultValidity
	}
	return nil
}

// isText reports that s is a line which a telephone can show.
func isText(s string, most int) bool {
	n := utf8.RuneCountInString(s)
	if n == 0 || n > most || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return true
}
