package remote

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// CSCVersion is the version of the API that a provider speaks.
type CSCVersion int

const (
	CSC1 CSCVersion = 1 // 1.0.4.0, such as Viettel MySign
	CSC2 CSCVersion = 2 // 2.0.0.2, as ETSI TS 119 432 has it
)

// CSCConfig says how a provider speaks CSC.
type CSCConfig struct {
	Name    string
	BaseURL string // what stands before "/credentials/list"
	Version CSCVersion
	Tokens  TokenSource
	// Async asks for the signatures with operationMode "A" and polls for them (CSC 2).
	Async bool
	// NameDocuments adds document_id and document_name of each document, as
	// Viettel MySign wants them.
	NameDocuments bool
	// Patience is how long credentials/authorize may take; 0: the validity of the
	// request, because some providers answer only when the person has confirmed.
	Patience time.Duration
	// Codes are codes of errors that the standard does not have, and what they
	// mean, such as that of a person who refuses.
	Codes map[string]Reason
	Link  Link
}

// CSC is a Provider that speaks the API of the Cloud Signature Consortium.
type CSC struct {
	api
	conf CSCConfig
}

// NewCSC checks the configuration.
func NewCSC(c CSCConfig) (*CSC, error) {
	l, err := newLine(c.Name, c.Link)
	if err != nil {
		return nil, err
	}
	if c.BaseURL, err = address(strings.TrimSuffix(c.BaseURL, "/")); err != nil {
		return nil, err
	}
	if c.Version != CSC1 && c.Version != CSC2 || c.Tokens == nil || c.Async && c.Version == CSC1 {
		return nil, fmt.Errorf("remote: %s: version, tokens or mode are not CSC's", c.Name)
	}
	return &CSC{api{l, c.BaseURL, c.Tokens}, c}, nil
}

var _ Provider = (*CSC)(nil)

// Name is the configured one.
func (p *CSC) Name() string { return p.conf.Name }

// CSCInfo is what a provider says of itself. It is foreign text.
type CSCInfo struct {
	Specs   string   `json:"specs"`
	Name    string   `json:"name"`
	Region  string   `json:"region"`
	Auth    []string `json:"authType"`
	Methods []string `json:"methods"`
	Async   bool     `json:"asynchronousOperationMode"`
}

// Info asks what the provider can do. It needs no token.
func (p *CSC) Info(ctx context.Context) (CSCInfo, error) {
	var out CSCInfo
	err := p.line.again(ctx, func() error {
		r, err := p.line.post(ctx, p.conf.BaseURL+"/info", "application/json", []byte("{}"), nil, p.line.Timeout)
		if err != nil {
			return err
		}
		return p.read(r, &out)
	})
	return out, err
}

// read reads an answer that is good only with the status 200.
func (p *CSC) read(r reply, v any) error {
	if e := p.line.trouble(r); e != nil {
		return e
	}
	if r.status != http.StatusOK {
		return p.refusal(r)
	}
	if err := readJSON(r.body, v); err != nil {
		return p.line.fail(Malformed, "", err)
	}
	return nil
}

// refusal is the error in an answer that is not 200.
func (p *CSC) refusal(r reply) *Error {
	var a cscAnswer
	if err := readJSON(r.body, &a); err != nil || a.Code == "" {
		if r.status == http.StatusUnauthorized || r.status == http.StatusForbidden {
			return p.line.fail(Unauthorized, strconv.Itoa(r.status), nil)
		}
		return p.line.fail(Malformed, strconv.Itoa(r.status), nil)
	}
	reason, ok := p.conf.Codes[a.Code]
	if !ok {
		reason, ok = cscCodes[a.Code]
	}
	if !ok && a.Code == "invalid_request" {
		reason, ok = cscTexts[a.Text]
	}
	switch {
	case ok:
	case r.status == http.StatusUnauthorized:
		reason = Unauthorized
	default:
		reason = Rejected
	}
	return p.line.fail(reason, a.Code, nil)
}

// ask is call for what may be repeated, with an answer that must be 200.
func (p *CSC) ask(ctx context.Context, method string, v, answer any) error {
	return p.line.again(ctx, func() error {
		r, err := p.call(ctx, method, v, p.line.Timeout)
		if err != nil {
			return err
		}
		return p.read(r, answer)
	})
}

// Bounds of a list.
const (
	maxCredentials = 32
	maxPages       = 8
	maxID          = 255
)

// Credentials lists the person's keys. The person is named only if the token is
// not the person's own.
func (p *CSC) Credentials(ctx context.Context, person string) ([]Credential, error) {
	ids, err := p.list(ctx, person)
	if err != nil {
		return nil, err
	}
	var out []Credential
	for _, id := range ids {
		var info cscInfo
		err := p.ask(ctx, "/credentials/info", struct {
			ID           string `json:"credentialID"`
			Certificates string `json:"certificates"`
			CertInfo     bool   `json:"certInfo"`
			AuthInfo     bool   `json:"authInfo"`
		}{id, "chain", true, true}, &info)
		if err != nil {
			return nil, err
		}
		c, err := info.credential(id, p.conf.Version)
		if err != nil {
			return nil, p.line.fail(Malformed, "", err)
		}
		out = append(out, c)
	}
	return out, nil
}

func (p *CSC) list(ctx context.Context, person string) ([]string, error) {
	var ids []string
	next := ""
	for range maxPages {
		var page cscList
		err := p.ask(ctx, "/credentials/list", struct {
			Person string `json:"userID,omitempty"`
			Next   string `json:"pageToken,omitempty"`
		}{person, next}, &page)
		if err != nil {
			return nil, err
		}
		ids = append(ids, page.IDs...)
		for _, id := range page.IDs {
			if id == "" || len(id) > maxID {
				return nil, p.line.fail(Malformed, "", errAnswer)
			}
		}
		if len(ids) > maxCredentials || len(page.Next) > maxHandle {
			return nil, p.line.fail(Malformed, "", errTooLarge)
		}
		if next = page.Next; next == "" || p.conf.Version != CSC1 {
			return ids, nil
		}
	}
	return nil, p.line.fail(Malformed, "", errTooLarge)
}

// SendOTP has the provider send the person a one-time password, by SMS or as it
// does. It is not repeated: each call may send one.
func (p *CSC) SendOTP(ctx context.Context, c Credential) error {
	method, body := "/credentials/sendOTP", map[string]string{"credentialID": c.ID}
	if p.conf.Version == CSC2 {
		method, body["authObjectID"] = "/credentials/getChallenge", c.OTP
	}
	r, err := p.call(ctx, method, body, p.line.Timeout)
	if err != nil {
		return err
	}
	if e := p.line.trouble(r); e != nil {
		return e
	}
	if r.status != http.StatusOK && r.status != http.StatusNoContent {
		return p.refusal(r)
	}
	return nil
}
