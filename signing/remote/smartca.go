package remote

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"khonggiay/signing"
)

// SmartCAConfig says how VNPT SmartCA is reached.
type SmartCAConfig struct {
	Name    string
	BaseURL string // what stands before "/credentials/list", such as https://gwsca.vnpt.vn/csc
	Tokens  TokenSource
	Link    Link
}

// SmartCA is a Provider that speaks as VNPT SmartCA does (integration document
// 1.1 of May 2024): CSC's credentials, answers in an envelope of its own, and one
// call that asks for the signatures of a batch and is then polled.
type SmartCA struct {
	api
	conf SmartCAConfig
}

var _ Provider = (*SmartCA)(nil)

// NewSmartCA checks the configuration.
func NewSmartCA(c SmartCAConfig) (*SmartCA, error) {
	l, err := newLine(c.Name, c.Link)
	if err != nil {
		return nil, err
	}
	if c.BaseURL, err = address(strings.TrimSuffix(c.BaseURL, "/")); err != nil {
		return nil, err
	}
	if c.Tokens == nil {
		return nil, fmt.Errorf("remote: %s: no tokens", c.Name)
	}
	return &SmartCA{api{l, c.BaseURL, c.Tokens}, c}, nil
}

// Name is the configured one.
func (p *SmartCA) Name() string { return p.conf.Name }

// smartBatch is how many digests the document allows for one transaction.
const smartBatch = 50

// Its codes of results and of transactions that mean more than "no".
var (
	smartCodes = map[int]Reason{
		50000: Unavailable, // SERVER_INTERNAL_ERROR
		60000: NoKey,       // CREDENTIAL_NOT_EXIST
		60001: NoKey,       // CREDENTIAL_NOT_MATCH_IDENTITY
	}
	smartStatus = map[int]Reason{
		4001: Expired,  // EXPIRED
		4002: Refused,  // SIGNER_REJECTED
		4003: Rejected, // AUTHORIZE_KEY_FAILED
		4004: Rejected, // SIGN_FAILED
	}
)

// Of a transaction.
const (
	smartSigned  = 1
	smartWaiting = 4000
)

// read takes the content out of the envelope. An answer may come without one.
func (p *SmartCA) read(r reply, content any) error {
	if e := p.line.trouble(r); e != nil {
		return e
	}
	var envelope struct {
		Code    *int            `json:"code"`
		Content json.RawMessage `json:"content"`
		Error   string          `json:"error"`
	}
	err := readJSON(r.body, &envelope)
	switch {
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden:
		return p.line.fail(Unauthorized, strconv.Itoa(r.status), nil)
	case err == nil && envelope.Code != nil && *envelope.Code != 0:
		reason, ok := smartCodes[*envelope.Code]
		if !ok {
			reason = Rejected
		}
		return p.line.fail(reason, strconv.Itoa(*envelope.Code), nil)
	case err == nil && envelope.Error != "":
		return p.line.fail(Rejected, envelope.Error, nil)
	case err != nil || r.status != http.StatusOK:
		return p.line.fail(Malformed, strconv.Itoa(r.status), errAnswer)
	}
	inside := []byte(envelope.Content)
	if len(inside) == 0 {
		inside = r.body
	}
	if err := json.Unmarshal(inside, content); err != nil {
		return p.line.fail(Malformed, "", errAnswer)
	}
	return nil
}

func (p *SmartCA) ask(ctx context.Context, method string, v, content any) error {
	return p.line.again(ctx, func() error {
		r, err := p.call(ctx, method, v, p.line.Timeout)
		if err != nil {
			return err
		}
		return p.read(r, content)
	})
}

// Credentials lists the keys of the person whose token it is.
func (p *SmartCA) Credentials(ctx context.Context, _ string) ([]Credential, error) {
	var ids []string
	if err := p.ask(ctx, "/credentials/list", struct{}{}, &ids); err != nil {
		return nil, err
	}
	if len(ids) > maxCredentials {
		return nil, p.line.fail(Malformed, "", errTooLarge)
	}
	var out []Credential
	for _, id := range ids {
		if id == "" || len(id) > maxID {
			return nil, p.line.fail(Malformed, "", errAnswer)
		}
		var info struct {
			cscInfo
			Key struct {
				Status string   `json:"status"`
				Algo   []string `json:"alg"`
			} `json:"key"`
			Scal level `json:"scal"`
		}
		err := p.ask(ctx, "/credentials/info", struct {
			ID           string `json:"credentialId"`
			Certificates string `json:"certificates"`
			CertInfo     bool   `json:"certInfo"`
			AuthInfo     bool   `json:"authInfo"`
		}{id, "chain", true, true}, &info)
		if err != nil {
			return nil, err
		}
		info.cscInfo.Key.Status, info.cscInfo.Key.Algo, info.cscInfo.SCAL = info.Key.Status, info.Key.Algo, info.Scal
		c, err := info.credential(id, CSC1)
		if err != nil {
			return nil, p.line.fail(Malformed, "", err)
		}
		// signhash has no word for the padding.
		c.Schemes = slices.DeleteFunc(c.Schemes, func(s signing.Scheme) bool { return s.PSS })
		// It calls the mode oauth2code, and asks on the telephone all the same.
		c.Mode, c.PIN, c.OTP, c.Batch = Implicit, "", "", min(c.Batch, smartBatch)
		out = append(out, c)
	}
	return out, nil
}

type smartDocument struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// Ask sends the digests, once. refTranId carries our name of the request; what
// SmartCA does with one that it knows already is not said.
func (p *SmartCA) Ask(ctx context.Context, r *Request, _ Factors) (Answer, error) {
	if r.Scheme.PSS {
		return Answer{}, p.line.fail(Unsupported, "", ErrScheme)
	}
	body := struct {
		Credential string          `json:"credentialId"`
		ID         string          `json:"refTranId"`
		Text       string          `json:"description"`
		Documents  []smartDocument `json:"datas"`
	}{r.Credential, r.ID, r.Text, nil}
	for i, d := range digests(r) {
		body.Documents = append(body.Documents, smartDocument{r.Documents[i].Name, d})
	}
	got, err := p.call(ctx, "/signature/signhash", body, p.line.Timeout)
	var content struct {
		ID string `json:"tranId"`
	}
	if err == nil {
		err = p.read(got, &content)
	}
	if err == nil && content.ID == "" {
		err = p.line.fail(Malformed, "", errAnswer)
	}
	if reason := ReasonOf(err); reason == Unavailable || reason == Malformed { // the question may have been heard
		err = p.line.fail(Lost, codeOf(err), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{State: Waiting, Handle: content.ID}, nil
}

// Check asks for the transaction.
func (p *SmartCA) Check(ctx context.Context, r *Request) (Answer, error) {
	var content struct {
		Status    int `json:"tranStatus"`
		Documents []struct {
			Value string `json:"sig"`
		} `json:"documents"`
	}
	if err := p.ask(ctx, "/credentials/gettraninfo", map[string]string{"tranId": r.Handle}, &content); err != nil {
		return Answer{}, err
	}
	code := strconv.Itoa(content.Status)
	switch content.Status {
	case smartWaiting:
		return Answer{State: Waiting}, nil
	case smartSigned:
		if len(content.Documents) > maxDocuments {
			return Answer{}, p.line.fail(Malformed, code, errAnswer)
		}
		out := Answer{State: Signed}
		for _, d := range content.Documents {
			v, err := base64.StdEncoding.DecodeString(d.Value)
			if err != nil || len(v) == 0 {
				return Answer{}, p.line.fail(Malformed, code, errAnswer)
			}
			out.Values = append(out.Values, v)
		}
		return out, nil
	}
	if reason, ok := smartStatus[content.Status]; ok {
		return Answer{}, p.line.fail(reason, code, nil)
	}
	return Answer{}, p.line.fail(Malformed, code, errAnswer)
}
