package remotetest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"khonggiay/signing"
)

// How a credential of the CSC server is authorized.
type Mode int

const (
	Typed    Mode = iota // by PIN and one-time password
	Phoned               // on the telephone; CSC 2 answers with a handle, CSC 1 when the telephone has
	Redirect             // by an access token of scope "credential"
)

// ClientID and ClientSecret let a program in at the CSC server.
const (
	ClientID     = "khonggiay"
	ClientSecret = "mật khẩu & của=chương+trình"
	// PIN and OTP are those of the person.
	PIN = `12"34\56`
	OTP = "738496"
	// CredentialToken is what the person gets in the provider's page.
	CredentialToken = "credential-token-4711"
	// CredentialID names the only key.
	CredentialID = "GX0112348"
)

// CSC is a server of the Cloud Signature Consortium's API.
type CSC struct {
	gate
	Phone Phone
	// Set before the first call.
	Version int // 1 or 2
	Mode    Mode
	Async   bool                  // signHash in mode "A" answers with a responseID
	Key     signing.Signer        // the person's
	Signs   signing.Signer        // who signs really; nil: Key
	Algos   []string              // key/algo
	Batch   int                   // multisign
	Raw     func(v []byte) []byte // changes a value, such as into r and s side by side
	Status  string                // cert/status
	Wait    func(*Ring)           // told when a blocking authorization waits

	mu      sync.Mutex // guards all below
	serial  int
	tokens  map[string]bool
	sads    map[string]*grant
	handles map[string]*grant
	jobs    map[string]*job
}

type grant struct {
	hashes []string
	left   int
	ring   *Ring
}

type job struct {
	polls  int
	values []string
}

// NewCSC starts a server.
func NewCSC(tb testing.TB, version int, mode Mode, key signing.Signer) *CSC {
	s := &CSC{Version: version, Mode: mode, Key: key, Algos: []string{"1.2.840.113549.1.1.1"}, Batch: 5, Status: "valid",
		tokens: map[string]bool{}, sads: map[string]*grant{}, handles: map[string]*grant{}, jobs: map[string]*job{}}
	s.start(tb, func(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, s.path()) }, s.serve)
	tb.Cleanup(func() { s.Phone.Answer(TooLate) }) // before the server waits for its calls
	return s
}

func (s *CSC) path() string { return fmt.Sprintf("/csc/v%d", s.Version) }

// BaseURL is that of the methods.
func (s *CSC) BaseURL() string { return s.http.URL + s.path() }

// TokenURL gives tokens.
func (s *CSC) TokenURL() string { return s.BaseURL() + "/oauth2/token" }

// Token makes a token.
func (s *CSC) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.nameLocked("token")
	s.tokens[t] = true
	return t
}

// EndTokens makes all tokens worth nothing.
func (s *CSC) EndTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (s *CSC) nameLocked(kind string) string {
	s.serial++
	return fmt.Sprintf("%s/+%d==", kind, s.serial)
}

// A refusal is an error of the protocol.
type refusal struct {
	status int
	code   string
	text   string
}

func invalid(text string) *refusal { return &refusal{400, "invalid_request", text} }

// call is what may stand in the body of any method.
type call struct {
	ID           string   `json:"credentialID"`
	Number       int      `json:"numSignatures"`
	Hashes       []string `json:"hashes"`
	Hash         []string `json:"hash"`
	HashOID      string   `json:"hashAlgorithmOID"`
	HashAlgo     string   `json:"hashAlgo"`
	SignAlgo     string   `json:"signAlgo"`
	Parameters   string   `json:"signAlgoParams"`
	Mode         string   `json:"operationMode"`
	SAD          string
	PIN, OTP     string
	Handle       string `json:"handle"`
	RequestID    string `json:"requestID"`
	AuthObject   string `json:"authObjectID"`
	Text         string `json:"description"`
	Client       string `json:"clientData"`
	Certificates string `json:"certificates"`
	Next         string `json:"pageToken"`
	AuthData     []struct{ ID, Value string }
	Documents    []struct {
		ID   int    `json:"document_id"`
		Name string `json:"document_name"`
	} `json:"documents"`
}

func (s *CSC) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.hear(body)
	method := strings.TrimPrefix(r.URL.Path, s.path())
	if method == "/oauth2/token" {
		s.login(w, body)
		return
	}
	var c call
	if err := json.Unmarshal(body, &c); err != nil {
		reply(w, 400, map[string]any{"error": "invalid_request", "error_description": string(body)})
		return
	}
	status, answer, no := http.StatusOK, any(nil), (*refusal)(nil)
	switch token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); {
	case method == "/info":
		answer = map[string]any{"specs": fmt.Sprintf("%d.0.0.0", s.Version), "name": "Thử", "methods": []string{"signatures/signHash"}, "asynchronousOperationMode": s.Async}
	case !s.letsIn(token):
		no = &refusal{401, "invalid_token", "token " + token}
	default:
		status, answer, no = s.do(method, c)
	}
	if no != nil {
		// Real servers repeat in their texts what was sent to them.
		reply(w, no.status, map[string]any{"error": no.code, "error_description": no.text})
		return
	}
	reply(w, status, answer)
}

func (s *CSC) letsIn(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[token]
}

func (s *CSC) login(w http.ResponseWriter, body []byte) {
	r, err := http.NewRequest("POST", "/", bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	id, secret, grant := r.PostFormValue("client_id"), r.PostFormValue("client_secret"), r.PostFormValue("grant_type")
	if bytes.HasPrefix(body, []byte("{")) {
		var j struct {
			ID     string `json:"client_id"`
			Secret string `json:"client_secret"`
		}
		if err := json.Unmarshal(body, &j); err != nil {
			panic(err)
		}
		id, secret, grant = j.ID, j.Secret, "client_credentials"
	}
	if id != ClientID || secret != ClientSecret || grant != "client_credentials" {
		reply(w, 401, map[string]any{"error": "invalid_client", "error_description": secret})
		return
	}
	reply(w, 200, map[string]any{"access_token": s.Token(), "token_type": "Bearer", "expires_in": 300})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if v == nil {
		return
	}
	_ = json.NewEncoder(w).Encode(v)
}

func (s *CSC) do(method string, c call) (int, any, *refusal) {
	switch method {
	case "/credentials/list":
		if s.Version == 1 && c.Next == "" { // two pages, the first one empty
			return 200, map[string]any{"credentialIDs": []string{}, "nextPageToken": "2"}, nil
		}
		return 200, map[string]any{"credentialIDs": []string{CredentialID}}, nil
	case "/credentials/info":
		if c.ID != CredentialID {
			return 0, nil, invalid("Invalid parameter credentialID")
		}
		return 200, s.info(), nil
	case "/credentials/authorize":
		return s.authorize(c)
	case "/credentials/sendOTP", "/credentials/getChallenge":
		if s.Mode != Typed || c.ID != CredentialID || s.Version == 2 && c.AuthObject != "one-time" {
			return 0, nil, invalid("Invalid parameter authObjectID")
		}
		s.Phone.ring(Ring{Text: OTP})
		return 204, nil, nil
	case "/credentials/authorizeCheck":
		return s.check(c)
	case "/signatures/signHash":
		return s.sign(c)
	case "/signatures/signPolling":
		return s.poll(c)
	}
	return 0, nil, &refusal{404, "invalid_request", "no such method"}
}

func (s *CSC) info() map[string]any {
	var chain []string
	for _, c := range append([]*x509.Certificate{s.Key.Certificate()}, s.Key.Issuers()...) {
		chain = append(chain, base64.StdEncoding.EncodeToString(c.Raw))
	}
	out := map[string]any{
		"description": "Khóa thử", "multisign": s.Batch, "SCAL": "2", "lang": "vi-VN", "later": map[string]any{"unknown": []int{1}},
		"key":  map[string]any{"status": "enabled", "algo": s.Algos, "len": 2048},
		"cert": map[string]any{"status": s.Status, "certificates": chain},
	}
	if s.Version == 1 {
		out["authMode"] = []string{"explicit", "implicit", "oauth2code"}[s.Mode]
		if s.Mode == Typed {
			out["PIN"] = map[string]any{"presence": "true", "format": "A", "label": "PIN"}
			out["OTP"] = map[string]any{"presence": "true", "type": "online", "format": "N"}
		}
		return out
	}
	auth := map[string]any{"mode": []string{"explicit", "explicit", "oauth2code"}[s.Mode]}
	if s.Mode == Typed {
		auth["expression"] = "PIN AND one-time"
		auth["objects"] = []any{
			map[string]any{"type": "Password", "id": "PIN", "format": "A"},
			map[string]any{"type": "Password", "id": "one-time", "format": "N", "generator": "totp"},
		}
	}
	out["auth"] = auth
	return out
}

func (s *CSC) authorize(c call) (int, any, *refusal) {
	hashes, oid := c.Hashes, c.HashOID
	if s.Version == 1 {
		hashes, oid = c.Hash, "2.16.840.1.101.3.4.2.1"
	}
	switch {
	case c.ID != CredentialID:
		return 0, nil, invalid("Invalid parameter credentialID")
	case c.Number > s.Batch:
		return 0, nil, invalid("Numbers of signatures is too high")
	case c.Number != len(hashes) || hashNames[oid] == 0:
		return 0, nil, invalid("Missing (or invalid type) array parameter hashes")
	}
	g := &grant{hashes: hashes, left: c.Number}
	if s.Mode == Typed {
		if no := s.typed(c); no != nil {
			return 0, nil, no
		}
		return 200, s.grant(g), nil
	}
	ring := Ring{ID: c.Client, Text: c.Text}
	for _, d := range c.Documents {
		ring.Names = append(ring.Names, d.Name)
	}
	for _, h := range hashes {
		d, err := base64.StdEncoding.DecodeString(h)
		if err != nil {
			return 0, nil, invalid("Invalid Base64 hash string parameter")
		}
		ring.Digests = append(ring.Digests, d)
	}
	g.ring = s.Phone.ring(ring)
	if s.Version == 1 {
		if s.Wait != nil {
			s.Wait(g.ring)
		}
		<-g.ring.closed
	}
	return s.judge(g)
}

func (s *CSC) typed(c call) *refusal {
	pin, otp := c.PIN, c.OTP
	for _, a := range c.AuthData {
		switch a.ID {
		case "PIN":
			pin = a.Value
		case "one-time":
			otp = a.Value
		}
	}
	switch {
	case s.Version == 2 && (pin != PIN || otp != OTP):
		return &refusal{400, "invalid_authentication_data", "wrong: " + pin + " or " + otp}
	case pin != PIN:
		return &refusal{400, "invalid_pin", "wrong PIN: " + pin}
	case otp != OTP:
		return &refusal{400, "invalid_otp", "wrong OTP: " + otp}
	}
	return nil
}

// judge answers for a question on the telephone.
func (s *CSC) judge(g *grant) (int, any, *refusal) {
	switch s.Phone.verdict(g.ring) {
	case Yes:
		return 200, s.grant(g), nil
	case No:
		return 0, nil, &refusal{400, "access_denied", "the person said no"}
	case TooLate:
		return 0, nil, &refusal{400, "phone_timeout", "nobody answered"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.nameLocked("handle")
	s.handles[h] = g
	return 202, map[string]any{"handle": h}, nil
}

func (s *CSC) grant(g *grant) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	sad := s.nameLocked("secret-SAD")
	s.sads[sad] = g
	return map[string]any{"SAD": sad, "expiresIn": 3600}
}

func (s *CSC) check(c call) (int, any, *refusal) {
	s.mu.Lock()
	g := s.handles[c.Handle]
	s.mu.Unlock()
	if g == nil {
		return 0, nil, invalid("Invalid parameter handle")
	}
	return s.judge(g)
}

var hashNames = map[string]crypto.Hash{"2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512}

func (s *CSC) sign(c call) (int, any, *refusal) {
	hashes, oid := c.Hashes, c.HashOID
	if s.Version == 1 {
		hashes, oid = c.Hash, c.HashAlgo
	}
	scheme := signing.Scheme{Hash: hashNames[oid], PSS: c.SignAlgo == "1.2.840.113549.1.1.10"}
	if scheme.Hash == 0 {
		return 0, nil, invalid("Invalid parameter hashAlgorithmOID")
	}
	if scheme.PSS && c.Parameters == "" {
		return 0, nil, invalid("Missing (or invalid type) string parameter signAlgoParams")
	}
	if no := s.spend(c.SAD, hashes); no != nil {
		return 0, nil, no
	}
	values, no := s.values(hashes, scheme)
	if no != nil {
		return 0, nil, no
	}
	if !s.Async || c.Mode != "A" {
		return 200, map[string]any{"signatures": values}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nameLocked("response")
	s.jobs[id] = &job{values: values}
	return 200, map[string]any{"responseID": id}, nil
}

// spend takes signatures off an authorization.
func (s *CSC) spend(sad string, hashes []string) *refusal {
	if s.Mode == Redirect && sad == CredentialToken {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.sads[sad]
	if g == nil || g.left < len(hashes) {
		return invalid("Invalid parameter SAD " + sad)
	}
	if strings.Join(g.hashes, " ") != strings.Join(hashes, " ") {
		return invalid("Hash is not authorized by the SAD")
	}
	g.left -= len(hashes)
	return nil
}

func (s *CSC) values(hashes []string, scheme signing.Scheme) (out []string, no *refusal) {
	key := s.Signs
	if key == nil {
		key = s.Key
	}
	for _, h := range hashes {
		digest, err := base64.StdEncoding.DecodeString(h)
		if err != nil {
			return nil, invalid("Invalid Base64 hash string parameter")
		}
		v, err := key.SignDigest(context.Background(), digest, scheme)
		if err != nil {
			return nil, invalid("Invalid digest value length")
		}
		if s.Raw != nil {
			v = s.Raw(v)
		}
		out = append(out, base64.StdEncoding.EncodeToString(v))
	}
	return out, nil
}

func (s *CSC) poll(c call) (int, any, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobs[c.RequestID]
	if j == nil {
		return 0, nil, invalid("Invalid parameter requestID")
	}
	if j.polls++; j.polls < 3 {
		return 0, nil, &refusal{[]int{202, 400}[j.polls-1], "accepted_request", "not yet completed"}
	}
	return 200, map[string]any{"signatures": j.values}, nil
}
