package remote

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"khonggiay/signing"
)

// State is where a request stands.
type State string

const (
	Asking    State = "asking"    // it is being sent; after a restart it is unknown
	Waiting   State = "waiting"   // the provider has it and looks for the person ("chờ xác nhận trên điện thoại")
	Confirmed State = "confirmed" // the person has said yes; the values are still to come
	Unknown   State = "unknown"   // the answer to the question was lost: the telephone may be ringing, or may have rung

	Signed   State = "signed" // the values are there
	Declined State = "refused"
	TimedOut State = "expired"
	Failed   State = "failed"
	GivenUp  State = "cancelled"
)

// Final reports that nothing more comes. An unknown request becomes final when
// its time has passed.
func (s State) Final() bool {
	switch s {
	case Signed, Declined, TimedOut, Failed, GivenUp:
		return true
	}
	return false
}

func (s State) known() bool {
	return s.Final() || s == Asking || s == Waiting || s == Confirmed || s == Unknown
}

// A Request is one question to one person. It is asked once and never again;
// whoever wants to ask again makes another, which has another ID. It is not for
// several goroutines at a time.
type Request struct {
	ID           string // ours, sent along as the transaction's name
	Provider     string
	Credential   string // the provider's name of the key
	Certificate  []byte // DER
	Scheme       signing.Scheme
	Algorithms   []string `json:",omitempty"` // of the credential
	Documents    []Document
	Text         string
	State        State
	Reason       Reason    `json:",omitempty"` // of a request that has ended without values, or is unknown
	Code         string    `json:",omitempty"` // the provider's code for it
	Asked, Until time.Time // from when to when the person can confirm
	// Handle is how the provider names it, "" before it has answered.
	Handle string `json:",omitempty"`
	// Values are the signatures in the order of the documents, each verified.
	Values [][]byte `json:",omitempty"`

	cert     *x509.Certificate
	pin, otp string // the credential's names of them
	// sad authorizes the signature (CSC's signature activation data). It lives in
	// memory only: after a restart the handle gives it again, or nothing does.
	sad Secret
	// lost: a question for the values has gone out, and no answer came.
	lost bool
}

const idBytes = 16

func newRequest(o Order, provider string, now time.Time, random io.Reader) (*Request, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	id := make([]byte, idBytes)
	if _, err := io.ReadFull(random, id); err != nil {
		return nil, err
	}
	r := &Request{
		ID: "kg" + hex.EncodeToString(id), Provider: provider, Credential: o.Credential.ID, Certificate: o.Credential.Certificate.Raw,
		Scheme: o.Scheme, Algorithms: o.Credential.Algorithms, pin: o.Credential.PIN, otp: o.Credential.OTP, Text: o.Text, State: Asking, Asked: now.UTC(), Until: now.Add(o.Validity).UTC(), cert: o.Credential.Certificate,
	}
	for _, d := range o.Documents {
		r.Documents = append(r.Documents, Document{d.Name, append([]byte(nil), d.Digest...)})
	}
	return r, nil
}

// Err says why a request has no values: nil while they may still come, and when
// they are there.
func (r *Request) Err() error {
	if r.Reason == "" {
		return nil
	}
	return &Error{Provider: r.Provider, Reason: r.Reason, Code: r.Code}
}

// end ends the request without values.
func (r *Request) end(s State, reason Reason, code string) {
	r.State, r.Reason, r.Code, r.Values = s, reason, cleanCode(code), nil
	r.forget()
}

func (r *Request) forget() {
	r.sad.Wipe()
	r.sad = nil
}

// take verifies the values and keeps them; of values that do not verify it keeps
// none.
func (r *Request) take(values [][]byte) bool {
	if len(values) != len(r.Documents) {
		return false
	}
	good := make([][]byte, len(values))
	for i, d := range r.Documents {
		v, ok := verified(r.cert, r.Scheme, d.Digest, values[i])
		if !ok {
			return false
		}
		good[i] = v
	}
	r.Values, r.State, r.Reason, r.Code = good, Signed, "", ""
	r.forget()
	return true
}

// maxState bounds the bytes of a request.
const maxState = 1 << 20

var errState = errors.New("remote: not the state of a request")

// kept is a Request without its methods, so that JSON does not call them.
type kept Request

// MarshalBinary returns the state. Whoever has it can ask the provider about the
// request, if the provider lets him in, but cannot sign with it.
func (r *Request) MarshalBinary() ([]byte, error) { return json.Marshal((*kept)(r)) }

// UnmarshalBinary restores the state after a restart. A request that was being
// asked then is unknown now, and so is a confirmed one whose authorization was in
// memory only. The state must come from a place that nobody else writes to.
func (r *Request) UnmarshalBinary(b []byte) error {
	var k kept
	if len(b) > maxState {
		return errState
	}
	if err := json.Unmarshal(b, &k); err != nil {
		return fmt.Errorf("%w: %w", errState, err)
	}
	n := Request(k)
	var err error
	if n.cert, err = x509.ParseCertificate(n.Certificate); err != nil {
		return fmt.Errorf("%w: %w", errState, err)
	}
	o := Order{
		Credential: Credential{ID: n.Credential, Certificate: n.cert, Schemes: schemesOf(n.cert.PublicKey, nil), Batch: maxDocuments},
		Scheme:     n.Scheme, Documents: n.Documents, Text: n.Text, Validity: n.Until.Sub(n.Asked),
	}
	if n.Scheme == (signing.Scheme{}) || o.complete() != nil || n.ID == "" || n.Provider == "" || len(oids(n.Algorithms)) < len(n.Algorithms) || !n.State.known() || len(n.Handle) > maxHandle {
		return errState
	}
	switch {
	case n.State == Signed:
		if !n.take(n.Values) {
			return errState
		}
	case len(n.Values) > 0 || n.State.Final() != (n.Reason != "") && n.State != Unknown:
		return errState
	case n.State == Asking, n.State == Confirmed && n.Handle == "":
		n.State, n.Reason = Unknown, Lost
	}
	*r = n
	return nil
}

// maxHandle bounds what a provider may call a request.
const maxHandle = 4 << 10
