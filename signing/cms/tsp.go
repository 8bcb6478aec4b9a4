package cms

import (
	"crypto"
	"encoding/asn1"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Request is TimeStampReq of RFC 3161.
type Request struct {
	Hash    crypto.Hash
	Digest  []byte
	Policy  asn1.ObjectIdentifier // nil: the authority's own
	Nonce   *big.Int              // nil: none; a fresh random number proves that the answer is new
	CertReq bool                  // the token is to carry the authority's certificate
}

// Marshal returns the DER of the request.
func (q Request) Marshal() ([]byte, error) {
	mi, err := imprint(q.Hash, q.Digest)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddBytes(mi)
		if q.Policy != nil {
			b.AddASN1ObjectIdentifier(q.Policy)
		}
		if q.Nonce != nil {
			b.AddASN1BigInt(q.Nonce)
		}
		if q.CertReq {
			b.AddASN1Boolean(true)
		}
	})
	return b.Bytes()
}

// ParseRequest reads a TimeStampReq, as an authority does. One with extensions is
// an *UnsupportedError: RFC 3161 has an authority refuse those that it does not know.
func ParseRequest(der []byte) (q Request, err error) {
	in := cryptobyte.String(der)
	var seq cryptobyte.String
	var version int
	bad := &FormatError{Offset: -1, What: "unreadable TimeStampReq"}
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&version) || version != 1 {
		return q, bad
	}
	if q.Hash, q.Digest, err = readImprint(&seq); err != nil {
		return q, err
	}
	if seq.PeekASN1Tag(cbasn1.OBJECT_IDENTIFIER) && !seq.ReadASN1ObjectIdentifier(&q.Policy) {
		return q, bad
	}
	if !readOptionalBig(&seq, &q.Nonce) || !readDefaultFalse(&seq, &q.CertReq) {
		return q, bad
	}
	if seq.PeekASN1Tag(cbasn1.Tag(0).ContextSpecific().Constructed()) {
		return q, &UnsupportedError{What: "extensions of a request"}
	}
	if !seq.Empty() {
		return q, bad
	}
	return q, nil
}

// Status is PKIStatus of RFC 3161, clause 2.4.2.
type Status int

// The first two come with a token, the others without.
const (
	Granted Status = iota
	GrantedWithMods
	Rejection
	Waiting
	RevocationWarning
	RevocationNotification
)

// StatusError is an authority's refusal.
type StatusError struct {
	Status Status
	Text   []string // the authority's words, for the log
	Fail   []int    // bits of PKIFailureInfo, e.g. 0 badAlg, 2 badRequest, 14 timeNotAvailable, 25 systemFailure
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("cms: the time-stamping authority refused: status %d, failures %v, %q", e.Status, e.Fail, e.Text)
}

// ParseResponse reads a TimeStampResp and returns the token, not verified. A
// refusal is a *StatusError.
func ParseResponse(der []byte) (token []byte, err error) {
	in := cryptobyte.String(der)
	var seq, info cryptobyte.String
	bad := &FormatError{Offset: -1, What: "unreadable TimeStampResp"}
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&info, cbasn1.SEQUENCE) {
		return nil, bad
	}
	status, ok := readStatus(info)
	if !ok {
		return nil, bad
	}
	if status.Status != Granted && status.Status != GrantedWithMods {
		return nil, status
	}
	if seq.Empty() {
		return nil, &FormatError{Offset: -1, What: "a time-stamp was granted and not sent"}
	}
	return seq, nil // the token may be BER: ParseTimestamp reads it
}

func readStatus(info cryptobyte.String) (*StatusError, bool) {
	e := &StatusError{}
	if !info.ReadASN1Integer((*int)(&e.Status)) {
		return nil, false
	}
	var texts cryptobyte.String
	if !info.ReadOptionalASN1(&texts, nil, cbasn1.SEQUENCE) {
		return nil, false
	}
	for !texts.Empty() {
		var text cryptobyte.String
		if !texts.ReadASN1(&text, cbasn1.UTF8String) {
			return nil, false
		}
		e.Text = append(e.Text, string(text))
	}
	if !info.PeekASN1Tag(cbasn1.BIT_STRING) {
		return e, info.Empty()
	}
	var fail asn1.BitString
	if !info.ReadASN1BitString(&fail) || fail.BitLength > 64 {
		return nil, false
	}
	for i := range fail.BitLength {
		if fail.At(i) == 1 {
			e.Fail = append(e.Fail, i)
		}
	}
	return e, info.Empty()
}

// CheckAnswer reports whether a token answers the request: same digest, nonce
// and, if one was asked for, policy. It returns ErrImprint or a *FormatError.
func (q Request) CheckAnswer(t *Timestamp) error {
	if t.Hash != q.Hash {
		return ErrImprint
	}
	if err := t.CheckImprint(q.Digest); err != nil {
		return err
	}
	if q.Nonce != nil && (t.Nonce == nil || q.Nonce.Cmp(t.Nonce) != 0) {
		return &FormatError{Offset: -1, What: "the token has another nonce than the request"}
	}
	if q.Policy != nil && !q.Policy.Equal(t.Policy) {
		return &FormatError{Offset: -1, What: "the token has another policy than the request"}
	}
	return nil
}

// BuildResponse makes a TimeStampResp: the token, or, if that is nil, a refusal.
func BuildResponse(token []byte, refusal StatusError) []byte {
	if token != nil {
		return sequence(sequence(integer(int64(Granted))), token)
	}
	parts := [][]byte{integer(int64(refusal.Status))}
	var texts [][]byte
	for _, text := range refusal.Text {
		texts = append(texts, appendElement(nil, universal, false, tagUTF8, []byte(text)))
	}
	if texts != nil {
		parts = append(parts, sequence(texts...))
	}
	if refusal.Fail != nil {
		parts = append(parts, failInfo(refusal.Fail))
	}
	return sequence(sequence(parts...))
}

// failInfo writes named bits as DER does: no zero bits at the end.
func failInfo(bits []int) []byte {
	body := []byte{0}
	for _, bit := range bits {
		for len(body) < bit/8+2 {
			body = append(body, 0)
		}
		body[bit/8+1] |= 0x80 >> (bit % 8)
	}
	last := body[len(body)-1]
	for last != 0 && last&(1<<body[0]) == 0 {
		body[0]++
	}
	return appendElement(nil, universal, false, tagBitString, body)
}
