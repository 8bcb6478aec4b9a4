package cms

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"khonggiay/signing"
)

// What Verify answers when a signature is not good. They wrap nothing.
var (
	// ErrHash: the content is not the one that was signed.
	ErrHash = errors.New("cms: the content has another digest than the one signed")
	// ErrSignature: the value was not made by the certificate's key over these attributes.
	ErrSignature = errors.New("cms: the signature value is wrong")
	// ErrNoCertificate: the certificate that the signer names is not there.
	ErrNoCertificate = errors.New("cms: the signer's certificate is not there")
	// ErrOtherCertificate: the certificate is not the one that was signed in signing-certificate(-v2).
	ErrOtherCertificate = errors.New("cms: the certificate is not the one that the signed attribute names")
	// ErrImprint: the time-stamp is about other data.
	ErrImprint = errors.New("cms: the time-stamp is about other data")
	// ErrNotTSA: the certificate may not sign time-stamps (RFC 3161, clause 2.3).
	ErrNotTSA = errors.New("cms: the certificate is not one of a time-stamping authority")
)

// FormatError says where bytes are not what the standard asks for. Offset is in
// the bytes given to the function, or -1 if there is no one place.
type FormatError struct {
	Offset int
	What   string
}

func (e *FormatError) Error() string { return fmt.Sprintf("cms: at byte %d: %s", e.Offset, e.What) }

// LimitError says which bound of Limits the bytes exceed.
type LimitError struct {
	What string // "size", "depth" or "elements"
}

func (e *LimitError) Error() string { return "cms: too much: " + e.What }

// UnsupportedError says that an algorithm is not known here, or that it is
// known and refused because it proves nothing (MD5, RSA below 1024 bits).
type UnsupportedError struct {
	What string
	OID  asn1.ObjectIdentifier // nil if it is not the algorithm but how it is used
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("cms: unsupported: %s %v", e.What, e.OID)
}

// Verdict gives an error of this package the words of ETSI EN 319 102-1. An
// error that is none of this package's is a failure of the format.
func Verdict(err error) (signing.Indication, signing.SubIndication) {
	var unsupported *UnsupportedError
	switch {
	case err == nil:
		return signing.TotalPassed, ""
	case errors.Is(err, ErrHash), errors.Is(err, ErrImprint):
		return signing.TotalFailed, signing.HashFailure
	case errors.Is(err, ErrSignature):
		return signing.TotalFailed, signing.SigCryptoFailure
	case errors.Is(err, ErrNoCertificate), errors.Is(err, ErrOtherCertificate):
		return signing.Indeterminate, signing.NoSigningCertificateFound
	case errors.Is(err, ErrNotTSA):
		return signing.Indeterminate, signing.ChainConstraintsFailure
	case errors.As(err, &unsupported):
		return signing.Indeterminate, signing.CryptoConstraintsFailureNoPOE
	}
	return signing.TotalFailed, signing.FormatFailure
}
