package remotetest

import (
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

// SmartCA is a server that speaks as VNPT SmartCA does.
type SmartCA struct {
	gate
	Phone Phone
	// Set before the first call.
	Key   signing.Signer
	Signs signing.Signer // who signs really; nil: Key
	Algos []string

	mu     sync.Mutex // guards both below
	serial int
	asked  map[string]*Ring
}

// SmartToken lets the person's program in.
const SmartToken = "smart-token-0815"

// NewSmartCA starts a server.
func NewSmartCA(tb testing.TB, key signing.Signer) *SmartCA {
	s := &SmartCA{Key: key, Algos: []string{"1.2.840.113549.1.1.1"}, asked: map[string]*Ring{}}
	s.start(tb, func(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/csc") }, s.serve)
	return s
}

// BaseURL is that of the methods.
func (s *SmartCA) BaseURL() string { return s.http.URL + "/csc" }

func (s *SmartCA) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.hear(body)
	var c struct {
		ID     string `json:"credentialId"`
		Ref    string `json:"refTranId"`
		Text   string `json:"description"`
		TranID string `json:"tranId"`
		Datas  []struct{ Name, Hash string }
	}
	switch err := json.Unmarshal(body, &c); {
	case r.Header.Get("Authorization") != "Bearer "+SmartToken:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case err != nil:
		envelope(w, 30000, "CLIENT_INPUT_INVALID", nil)
		return
	}
	switch method := strings.TrimPrefix(r.URL.Path, "/csc"); {
	case method == "/credentials/list":
		envelope(w, 0, "SUCCESS", []string{CredentialID})
	case method == "/credentials/gettraninfo":
		s.transaction(w, c.TranID)
	case c.ID != CredentialID:
		envelope(w, 60000, "no_credential_match_id_"+c.ID, nil)
	case method == "/credentials/info":
		// The document's example of this answer has no envelope.
		reply(w, 200, s.info())
	case method == "/signature/signhash":
		ring := Ring{ID: c.Ref, Text: c.Text}
		for _, d := range c.Datas {
			digest, err := base64.StdEncoding.DecodeString(d.Hash)
			if err != nil || c.Ref == "" {
				envelope(w, 30000, "CLIENT_INPUT_INVALID", nil)
				return
			}
			ring.Names, ring.Digests = append(ring.Names, d.Name), append(ring.Digests, digest)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.serial++
		id := fmt.Sprintf("1e516e32-%d", s.serial)
		s.asked[id] = s.Phone.ring(ring)
		envelope(w, 0, "SUCCESS", map[string]any{"tranId": id})
	}
}

func envelope(w http.ResponseWriter, code int, text string, content any) {
	status := http.StatusOK
	if code != 0 {
		status = http.StatusBadRequest
	}
	reply(w, status, map[string]any{"code": code, "codeDesc": text, "message": text, "content": content})
}

func (s *SmartCA) info() any {
	var chain []string
	for _, c := range append([]*x509.Certificate{s.Key.Certificate()}, s.Key.Issuers()...) {
		chain = append(chain, base64.StdEncoding.EncodeToString(c.Raw))
	}
	return map[string]any{"key": map[string]any{"status": "ENABLED", "alg": s.Algos, "len": 2048},
		"cert": map[string]any{"status": "VALID", "certificates": chain}, "authMode": "oauth2code", "scal": "SCAL2", "multisign": 100, "status": "VALID"}
}

func (s *SmartCA) transaction(w http.ResponseWriter, id string) {
	s.mu.Lock()
	ring := s.asked[id]
	s.mu.Unlock()
	if ring == nil {
		envelope(w, 62000, "SIGNATURE_TRANSACTION_NOT_FOUND", nil)
		return
	}
	status := map[Verdict]int{Open: 4000, Yes: 1, No: 4002, TooLate: 4001}[s.Phone.verdict(ring)]
	var documents []any
	for i, digest := range ring.Digests {
		d := map[string]any{"name": ring.Names[i], "hash": base64.StdEncoding.EncodeToString(digest), "sig": nil, "size": "30KB"}
		if status == 1 {
			key := s.Signs
			if key == nil {
				key = s.Key
			}
			hash := map[int]crypto.Hash{32: crypto.SHA256, 48: crypto.SHA384, 64: crypto.SHA512}[len(digest)]
			v, err := key.SignDigest(context.Background(), digest, signing.Scheme{Hash: hash})
			if err != nil {
				panic(err)
			}
			d["sig"] = base64.StdEncoding.EncodeToString(v)
		}
		documents = append(documents, d)
	}
	envelope(w, 0, "SUCCESS", map[string]any{"tranId": id, "refTranId": ring.ID, "documents": documents, "tranStatus": status, "tranStatusDesc": "lời của máy chủ"})
}
