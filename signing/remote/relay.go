package remote

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"khonggiay/signing"
)

// A RelayConfig says through which machine of ours a provider is reached. That
// machine lets itself in at the provider; whoever drives the request does not.
type RelayConfig struct {
	Name    string // the provider's
	BaseURL string // what stands before "/credentials"
	Link    Link
}

// A Relay is a Provider that is asked through another machine of ours, which
// answers by Told. That machine remembers what it was asked under a request's ID:
// an answer that was lost on the way from it is not lost.
type Relay struct {
	conf RelayConfig
	line *line
}

var (
	_ Provider = (*Relay)(nil)
	_ Recaller = (*Relay)(nil)
)

// NewRelay checks the configuration.
func NewRelay(c RelayConfig) (*Relay, error) {
	l, err := newLine(c.Name, c.Link)
	if err != nil {
		return nil, err
	}
	if c.BaseURL, err = address(strings.TrimSuffix(c.BaseURL, "/")); err != nil {
		return nil, err
	}
	return &Relay{c, l}, nil
}

// Name is the configured one.
func (p *Relay) Name() string { return p.conf.Name }

// Credentials lists the keys of the person whom the other machine takes us for.
func (p *Relay) Credentials(ctx context.Context, _ string) ([]Credential, error) {
	var t Told
	err := p.line.again(ctx, func() (err error) {
		t, err = p.exchange(ctx, "/credentials", []byte("{}"), p.line.Timeout)
		return err
	})
	return t.Credentials, err
}

// SendOTP has the provider send the person a one-time password.
func (p *Relay) SendOTP(ctx context.Context, c Credential) error {
	body, err := json.Marshal(Question{Credential: c.ID})
	if err != nil {
		return err
	}
	_, err = p.exchange(ctx, "/otp", body, p.line.Timeout)
	return err
}

// Ask hands the question on, once.
func (p *Relay) Ask(ctx context.Context, r *Request, f Factors) (Answer, error) {
	body, err := withSecrets(Question{Request: r}, hidden{name: "pin", value: f.PIN}, hidden{name: "otp", value: f.OTP})
	if err != nil {
		return Answer{}, p.line.fail(Rejected, "", err)
	}
	defer clear(body)
	t, err := p.exchange(ctx, "/ask", body, p.line.Timeout)
	if reason := ReasonOf(err); t.Reason == "" && (reason == Malformed || reason == Unavailable) { // the question may have been heard
		err = p.line.fail(Lost, codeOf(err), err)
	}
	return t.Answer, err
}

// Check asks how the request stands. The other machine may have forgotten it, so
// it goes along.
func (p *Relay) Check(ctx context.Context, r *Request) (Answer, error) {
	body, err := json.Marshal(Question{Request: r})
	if err != nil {
		return Answer{}, err
	}
	var t Told
	err = p.line.again(ctx, func() (err error) {
		t, err = p.exchange(ctx, "/check", body, p.line.Timeout)
		return err
	})
	return t.Answer, err
}

// Recall is Check: the other machine knows the request by its ID.
func (p *Relay) Recall(ctx context.Context, r *Request) (Answer, error) { return p.Check(ctx, r) }

// exchange posts a question. What the provider said comes as the error of a direct
// call would.
func (p *Relay) exchange(ctx context.Context, method string, body []byte, timeout time.Duration) (t Told, err error) {
	r, err := p.line.post(ctx, p.conf.BaseURL+method, "application/json", body, nil, timeout)
	if err != nil {
		return t, err
	}
	if e := p.line.trouble(r); e != nil {
		return t, e
	}
	code := strconv.Itoa(r.status)
	switch r.status {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return t, p.line.fail(Unauthorized, code, nil)
	case http.StatusNotFound:
		return t, p.line.fail(NoKey, code, nil)
	default:
		return t, p.line.fail(Rejected, code, nil)
	}
	if err := readJSON(r.body, &t); err != nil {
		return Told{}, p.line.fail(Malformed, "", err)
	}
	if t.Reason == "" {
		return t, nil
	}
	e := p.line.fail(t.Reason, t.Code, nil)
	e.After = t.After
	return t, e
}

// A Question is what a Relay sends to the machine that asks in its place.
type Question struct {
	Request    *Request `json:"request,omitempty"`
	Credential string   `json:"credential,omitempty"` // of SendOTP
}

// MarshalJSON leaves a request as it is; only what is kept becomes unknown.
func (q Question) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Request    *kept  `json:"request,omitempty"`
		Credential string `json:"credential,omitempty"`
	}{(*kept)(q.Request), q.Credential})
}

// MaxQuestion bounds the bytes of a question: the most documents with the longest
// names, and what belongs to them.
const MaxQuestion = 256 << 10

// ReadQuestion reads what a Relay sent: the request as it stands, and what the
// person has typed in, for which the caller provides.
func ReadQuestion(b []byte) (q Question, f Factors, err error) {
	var in struct {
		Request    json.RawMessage `json:"request"`
		Credential string          `json:"credential"`
		PIN        json.RawMessage `json:"pin"`
		OTP        json.RawMessage `json:"otp"`
	}
	if len(b) > MaxQuestion || json.Unmarshal(b, &in) != nil || len(in.Credential) > maxID {
		return q, f, errState
	}
	defer clear(in.PIN)
	defer clear(in.OTP)
	q.Credential = in.Credential
	if len(in.Request) > 0 {
		q.Request = new(Request)
		if err := q.Request.UnmarshalBinary(in.Request); err != nil {
			return q, f, err
		}
	}
	for _, x := range []struct {
		from json.RawMessage
		to   *Secret
	}{{in.PIN, &f.PIN}, {in.OTP, &f.OTP}} {
		var text string
		if len(x.from) == 0 {
			continue
		}
		if err := json.Unmarshal(x.from, &text); err != nil {
			f.Wipe()
			return q, f, errState
		}
		*x.to = Secret(text) // the string is the collector's
	}
	return q, f, nil
}

var errAssumed = errors.New("remote: a request for another credential than the one given")

// Assume makes a request that another machine has made one of this credential, as
// the provider has told of it here, and of this moment: nothing is believed of the
// other machine but what is to be signed, and under which name.
func (r *Request) Assume(c Credential, now time.Time) error {
	if c.ID != r.Credential || c.Certificate == nil || string(c.Certificate.Raw) != string(r.Certificate) {
		return errAssumed
	}
	o := Order{Credential: c, Scheme: r.Scheme, Documents: r.Documents, Text: r.Text, Validity: r.Until.Sub(r.Asked)}
	if err := o.complete(); err != nil {
		return err
	}
	r.Algorithms, r.pin, r.otp = slices.Clone(c.Algorithms), c.PIN, c.OTP
	r.Asked, r.Until = now.UTC(), now.Add(o.Validity).UTC()
	r.State, r.Reason, r.Code = Asking, "", ""
	return nil
}

// Told is the answer to a question: what a Provider returned, without anything
// that lets somebody in.
type Told struct {
	Credentials []Credential  `json:"credentials,omitempty"`
	Answer      Answer        `json:"answer,omitzero"`
	Reason      Reason        `json:"reason,omitempty"` // of an error
	Code        string        `json:"code,omitempty"`
	After       time.Duration `json:"after,omitempty"`
}

// Tell puts an error of a provider into an answer.
func (t Told) Tell(err error) Told {
	var e *Error
	switch {
	case err == nil:
	case errors.As(err, &e):
		t.Reason, t.Code, t.After = e.Reason, cleanCode(e.Code), e.After
	default:
		t.Reason = Unavailable
	}
	return t
}

// credentialJSON is a Credential as it is handed on.
type credentialJSON struct {
	ID         string           `json:"id"`
	Chain      [][]byte         `json:"chain"` // DER, the person's first
	Schemes    []signing.Scheme `json:"schemes"`
	Algorithms []string         `json:"algorithms,omitempty"`
	Mode       Mode             `json:"mode"`
	PIN        string           `json:"pin,omitempty"`
	OTP        string           `json:"otp,omitempty"`
	SendsOTP   bool             `json:"sends_otp,omitempty"`
	Bound      bool             `json:"bound,omitempty"`
	Batch      int              `json:"batch"`
	MaxText    int              `json:"max_text,omitempty"`
	Usable     bool             `json:"usable"`
}

// MarshalJSON writes it for another machine of ours, or for the next start.
func (c Credential) MarshalJSON() ([]byte, error) {
	out := credentialJSON{c.ID, nil, c.Schemes, c.Algorithms, c.Mode, c.PIN, c.OTP, c.SendsOTP, c.Bound, c.Batch, c.MaxText, c.Usable}
	if c.Certificate != nil {
		out.Chain = append(out.Chain, c.Certificate.Raw)
	}
	for _, i := range c.Issuers {
		out.Chain = append(out.Chain, i.Raw)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Credential) UnmarshalJSON(b []byte) error {
	var in credentialJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if len(in.Chain) == 0 || len(in.Chain) > maxChain || in.ID == "" || len(in.ID) > maxID {
		return errChain
	}
	var chain []*x509.Certificate
	for _, der := range in.Chain {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: %w", errChain, err)
		}
		chain = append(chain, cert)
	}
	able := schemesOf(chain[0].PublicKey, nil)
	in.Schemes = slices.DeleteFunc(in.Schemes, func(s signing.Scheme) bool { return !slices.Contains(able, s) })
	*c = Credential{in.ID, chain[0], chain[1:], in.Schemes, in.Algorithms, in.Mode, in.PIN, in.OTP, in.SendsOTP, in.Bound,
		min(max(in.Batch, 1), maxDocuments), in.MaxText, in.Usable}
	return nil
}
