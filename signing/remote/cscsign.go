package remote

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How a handle of ours says which method it is for.
const (
	handleAuthorize = "authorizeCheck:"
	handlePolling   = "signPolling:"
)

// cscDocument is what Viettel shows of a document.
type cscDocument struct {
	ID   int    `json:"document_id"`
	Name string `json:"document_name"`
}

func (p *CSC) documents(r *Request) []cscDocument {
	if !p.conf.NameDocuments {
		return nil
	}
	var out []cscDocument
	for i, d := range r.Documents {
		out = append(out, cscDocument{i + 1, d.Name})
	}
	return out
}

func digests(r *Request) (out []string) {
	for _, d := range r.Documents {
		out = append(out, base64.StdEncoding.EncodeToString(d.Digest))
	}
	return out
}

// authData is the array of CSC 2, nil if there is nothing to say.
func authData(r *Request, f Factors) Secret {
	room := 64 + len(r.pin) + len(r.otp) + 2*len(f.PIN) + 2*len(f.OTP)
	out := append(make(Secret, 0, 3*room), '[')
	for _, x := range []hidden{{name: r.pin, value: f.PIN}, {name: r.otp, value: f.OTP}} {
		if x.name == "" || len(x.value) == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = appendQuoted(append(out, `{"id":`...), Secret(x.name))
		out = append(appendQuoted(append(out, `,"value":`...), x.value), '}')
	}
	if len(out) == 1 {
		return nil
	}
	return append(out, ']')
}

// cscAuthorize is what both versions send; each leaves out the other's names.
type cscAuthorize struct {
	Credential string        `json:"credentialID"`
	Number     int           `json:"numSignatures"`
	Hashes     []string      `json:"hashes,omitempty"`           // CSC 2
	Algorithm  string        `json:"hashAlgorithmOID,omitempty"` // CSC 2
	Hash       []string      `json:"hash,omitempty"`             // CSC 1
	Documents  []cscDocument `json:"documents,omitempty"`
	Text       string        `json:"description"`
	ID         string        `json:"clientData"`
}

type cscSignHash struct {
	Credential string        `json:"credentialID"`
	Hashes     []string      `json:"hashes,omitempty"`           // CSC 2
	Algorithm  string        `json:"hashAlgorithmOID,omitempty"` // CSC 2
	Hash       []string      `json:"hash,omitempty"`             // CSC 1
	HashAlgo   string        `json:"hashAlgo,omitempty"`         // CSC 1
	SignAlgo   string        `json:"signAlgo"`
	Parameters string        `json:"signAlgoParams,omitempty"`
	Mode       string        `json:"operationMode,omitempty"`
	Validity   int64         `json:"validity_period,omitempty"` // milliseconds
	Documents  []cscDocument `json:"documents,omitempty"`
	ID         string        `json:"clientData"`
}

// Ask has the credential authorized, and asks for the signatures as soon as it is.
// Authorizing is not repeated, whatever happens: CSC has no name under which a
// provider would know the same question again (clientData is only handed back).
func (p *CSC) Ask(ctx context.Context, r *Request, f Factors) (Answer, error) {
	if _, err := p.signAlgo(r); err != nil {
		return Answer{}, err
	}
	if len(f.Token) > 0 {
		r.sad = append(Secret(nil), f.Token...)
		return p.sign(ctx, r)
	}
	body := cscAuthorize{Credential: r.Credential, Number: len(r.Documents), Documents: p.documents(r), Text: r.Text, ID: r.ID}
	var secrets []hidden
	if p.conf.Version == CSC1 {
		body.Hash = digests(r)
		for _, x := range []hidden{{name: authPIN, value: f.PIN}, {name: authOTP, value: f.OTP}} {
			if len(x.value) > 0 {
				secrets = append(secrets, x)
			}
		}
	} else {
		body.Hashes, body.Algorithm = digests(r), hashOIDs[r.Scheme.Hash]
		if data := authData(r, f); data != nil {
			defer data.Wipe()
			secrets = []hidden{{name: "authData", value: data, raw: true}}
		}
	}
	patience := p.conf.Patience
	if patience <= 0 {
		patience = max(r.Until.Sub(r.Asked), p.line.Timeout)
	}
	got, err := p.call(ctx, "/credentials/authorize", body, patience, secrets...)
	if err == nil && got.status >= 500 {
		err = p.line.fail(Lost, strconv.Itoa(got.status), nil)
	}
	a := Answer{}
	if err == nil {
		a, err = p.authorized(ctx, r, got)
	}
	if reason := ReasonOf(err); a.State == "" && (reason == Malformed || reason == Unavailable) { // the question may have been heard
		err = p.line.fail(Lost, codeOf(err), err)
	}
	return a, err
}

// authorized reads the answer of credentials/authorize and authorizeCheck.
func (p *CSC) authorized(ctx context.Context, r *Request, got reply) (Answer, error) {
	if e := p.line.trouble(got); e != nil {
		return Answer{}, e
	}
	if got.status != http.StatusOK && got.status != http.StatusAccepted {
		return Answer{}, p.refusal(got)
	}
	var a cscAnswer
	if err := readJSON(got.body, &a); err != nil {
		return Answer{}, p.line.fail(Malformed, "", err)
	}
	switch {
	case got.status == http.StatusAccepted && a.Handle != "":
		return Answer{State: Waiting, Handle: handleAuthorize + a.Handle, After: got.after}, nil
	case got.status == http.StatusOK && a.SAD != "" && len(a.SAD) <= maxHandle*4:
		r.sad = Secret(a.SAD)
		until := p.line.Clock.Now().Add(seconds(a.ExpiresIn, time.Hour))
		out, err := p.sign(ctx, r)
		out.Until = until
		return out, err
	}
	return Answer{}, p.line.fail(Malformed, "", errAnswer)
}

func (p *CSC) signAlgo(r *Request) (cscSignHash, error) {
	s := cscSignHash{Credential: r.Credential, Documents: p.documents(r), ID: r.ID}
	if p.conf.Version == CSC1 {
		s.Hash, s.HashAlgo = digests(r), hashOIDs[r.Scheme.Hash]
	} else {
		s.Hashes, s.Algorithm = digests(r), hashOIDs[r.Scheme.Hash]
	}
	name, ok := algorithmOf(r.cert.PublicKey, r.Scheme, r.Algorithms)
	if !ok {
		return s, p.line.fail(Unsupported, "", ErrScheme)
	}
	s.SignAlgo = name
	if name == oidPSS {
		var err error
		if s.Parameters, err = pssParams(r.Scheme.Hash); err != nil {
			return s, p.line.fail(Unsupported, "", err)
		}
	}
	if p.conf.Async {
		s.Mode, s.Validity = "A", max(r.Until.Sub(p.line.Clock.Now()), time.Minute).Milliseconds()
	}
	return s, nil
}

// sign asks for the signatures. It may be repeated: the authorization is for so
// many signatures and no more, and asks nobody.
func (p *CSC) sign(ctx context.Context, r *Request) (Answer, error) {
	body, err := p.signAlgo(r)
	if err != nil {
		return Answer{}, err
	}
	out := Answer{State: Confirmed}
	err = p.line.again(ctx, func() error {
		got, err := p.call(ctx, "/signatures/signHash", body, p.line.Timeout, hidden{name: "SAD", value: r.sad})
		if reason := ReasonOf(err); reason == Lost {
			r.lost = true
		}
		if err != nil {
			return err
		}
		var a cscAnswer
		if err := p.read(got, &a); err != nil {
			if ReasonOf(err) == Unavailable {
				r.lost = true
			}
			return err
		}
		if p.conf.Async && a.ResponseID != "" {
			out = Answer{State: Confirmed, Handle: handlePolling + a.ResponseID, After: got.after}
			return nil
		}
		values, err := a.values()
		if err != nil || len(values) == 0 {
			return p.line.fail(Malformed, "", errAnswer)
		}
		out = Answer{State: Signed, Values: values}
		return nil
	})
	if reason := ReasonOf(err); err != nil && r.lost && (reason == Rejected || reason == Expired) {
		// The authorization was used up by the question whose answer was lost.
		err = p.line.fail(Spent, codeOf(err), nil)
	}
	return out, err
}

// Check asks how the authorization stands, or the signatures.
func (p *CSC) Check(ctx context.Context, r *Request) (Answer, error) {
	if id, ok := strings.CutPrefix(r.Handle, handlePolling); ok {
		return p.polled(ctx, r, id)
	}
	if r.sad != nil {
		return p.sign(ctx, r)
	}
	handle, ok := strings.CutPrefix(r.Handle, handleAuthorize)
	if !ok {
		return Answer{}, p.line.fail(Unsupported, "", nil)
	}
	var got reply
	err := p.line.again(ctx, func() (err error) {
		if got, err = p.call(ctx, "/credentials/authorizeCheck", map[string]string{"handle": handle}, p.line.Timeout); err != nil {
			return err
		}
		if e := p.line.trouble(got); e != nil {
			return e
		}
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return p.authorized(ctx, r, got)
}

func (p *CSC) polled(ctx context.Context, r *Request, id string) (Answer, error) {
	var out Answer
	err := p.line.again(ctx, func() error {
		got, err := p.call(ctx, "/signatures/signPolling", map[string]string{"requestID": id, "clientData": r.ID}, p.line.Timeout)
		if err != nil {
			return err
		}
		var a cscAnswer
		// Some answer 400 with the standard's code of 202.
		if got.status != http.StatusOK && readJSON(got.body, &a) == nil && a.Code == "accepted_request" || got.status == http.StatusAccepted {
			out = Answer{After: got.after}
			return nil
		}
		if err := p.read(got, &a); err != nil {
			return err
		}
		values, err := a.values()
		if err != nil || len(values) == 0 {
			return p.line.fail(Malformed, "", errAnswer)
		}
		out = Answer{State: Signed, Values: values}
		return nil
	})
	return out, err
}
