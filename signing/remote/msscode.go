package remote

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Status codes of TS 102 204, clause 8.
const (
	requestOK      = 100
	registrationOK = 408
	finished       = 500
	finishedValid  = 502
	outstanding    = 504
)

// mssCodes are the codes of TS 102 204 for which there is no signature.
var mssCodes = map[int]Reason{
	104: Unauthorized, // UNAUTHORIZED_ACCESS
	105: NoKey,        // UNKNOWN_CLIENT
	108: Unsupported,  // INCOMPATIBLE_INTERFACE
	109: Unsupported,  // UNSUPPORTED_PROFILE
	208: Expired,      // EXPIRED_TRANSACTION
	209: NoPhone,      // OTA_ERROR
	401: Refused,      // USER_CANCEL
	402: Locked,       // PIN_NR_BLOCKED
	403: Locked,       // CARD_BLOCKED
	404: NoKey,        // NO_KEY_FOUND
	406: Busy,         // PB_SIGNATURE_PROCESS
	422: NoKey,        // NO_CERT_FOUND
	425: Certificate,  // ERROR_CERTIFICATE
	501: Certificate,  // REVOKED_CERTIFICATE
	503: BadSignature, // INVALID_SIGNATURE
	900: Unavailable,  // INTERNAL_ERROR
}

// codeIn is the status of a message, 0 if it has none.
func codeIn(m *element) int {
	return statusCode(m.one(nsMSS, "Status").one(nsMSS, "StatusCode").attr("Value"))
}

// said is the error of a code: of a status, or of a fault.
func (p *MSS) said(code int) *Error {
	reason, ok := mssCodes[code]
	switch {
	case ok:
	case code == 0:
		reason = Malformed
	default:
		reason = Rejected
	}
	return p.line.fail(reason, strconv.Itoa(code), nil)
}

func (p *MSS) done(code int) bool {
	return code == finished || code == finishedValid || code != 0 && slices.Contains(p.conf.Done, code)
}

// digestInfo is the DigestInfo of RFC 8017, 9.2.
func digestInfo(h crypto.Hash, digest []byte) ([]byte, error) {
	id, err := hashID(h)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}{pkix.AlgorithmIdentifier{Algorithm: id, Parameters: asn1.NullRawValue}, digest})
}

func hashID(h crypto.Hash) (id asn1.ObjectIdentifier, err error) {
	for part := range strings.SplitSeq(hashOIDs[h], ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, fmt.Errorf("remote: %v has no name here", h)
		}
		id = append(id, n)
	}
	return id, nil
}
