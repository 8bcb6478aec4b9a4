package demopki

import (
	"context"
	"crypto"
	"crypto/rand"
	_ "crypto/sha256" // the hashes that are taken
	_ "crypto/sha512"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"khonggiay/signing/cms"
	"khonggiay/signing/softkey"
)

// Where Handler answers.
const (
	PathTSA      = "/tsa"      // POST application/timestamp-query, RFC 3161, 3.4
	PathList     = "/ca.crl"   // GET application/pkix-crl, RFC 2585
	PathRootList = "/root.crl" // GET
)

// policy under which tokens are made: the arc that RFC 5612 keeps for examples.
var policy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}

// Bits of PKIFailureInfo (RFC 3161, 2.4.2).
const (
	failBadAlg        = 0
	failBadRequest    = 2
	failTime          = 14
	failPolicy        = 15
	failExtension     = 16
	failSystemFailure = 25
)

// maxQuery bounds a request; one has about 60 bytes.
const maxQuery = 64 << 10

// TSA is the address of the time-stamp server.
func (a *Authority) TSA() string { return a.base + PathTSA }

// Handler answers for time-stamps and revocation lists.
func (a *Authority) Handler(now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+PathTSA, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "not a time-stamp query", http.StatusUnsupportedMediaType)
			return
		}
		query, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxQuery))
		if err != nil {
			http.Error(w, "too long", http.StatusRequestEntityTooLarge)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(a.Stamp(r.Context(), query, now())) // the client has gone
	})
	list := func(w http.ResponseWriter, r *http.Request) {
		lists, err := a.Lists(now())
		i := slices.IndexFunc(lists, func(l List) bool { return l.URL == a.base+r.URL.Path })
		if err != nil || i < 0 {
			http.Error(w, "no list", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/pkix-crl")
		_, _ = w.Write(lists[i].DER)
	}
	mux.HandleFunc("GET "+PathList, list)
	mux.HandleFunc("GET "+PathRootList, list)
	return mux
}

// Stamp answers a TimeStampReq with a TimeStampResp, which may be a refusal.
func (a *Authority) Stamp(ctx context.Context, query []byte, now time.Time) []byte {
	q, err := cms.ParseRequest(query)
	if err != nil {
		return refusal(err)
	}
	switch {
	case q.Hash != crypto.SHA256 && q.Hash != crypto.SHA384 && q.Hash != crypto.SHA512:
		return refused(failBadAlg)
	case len(q.Digest) != q.Hash.Size():
		return refused(failBadRequest)
	case q.Policy != nil && !q.Policy.Equal(policy):
		return refused(failPolicy)
	case now.After(a.tsa.cert.NotAfter):
		return refused(failTime)
	}
	token, err := a.token(ctx, q, now)
	if err != nil {
		return refused(failSystemFailure)
	}
	return cms.BuildResponse(token, cms.StatusError{})
}

func (a *Authority) token(ctx context.Context, q cms.Request, now time.Time) ([]byte, error) {
	key, err := softkey.New(a.tsa.key, a.tsa.cert, a.ca.cert)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return cms.BuildTimestamp(ctx, cms.TimestampInfo{Policy: policy, Hash: q.Hash, Imprint: q.Digest, Serial: serial,
		GenTime: now.UTC().Truncate(time.Millisecond), Accuracy: time.Second, Nonce: q.Nonce}, key, q.CertReq)
}

func refusal(err error) []byte {
	var unsupported *cms.UnsupportedError
	if errors.As(err, &unsupported) {
		if unsupported.OID == nil { // not an algorithm: an extension of the request
			return refused(failExtension)
		}
		return refused(failBadAlg)
	}
	return refused(failBadRequest)
}

func refused(bit int) []byte {
	return cms.BuildResponse(nil, cms.StatusError{Status: cms.Rejection, Fail: []int{bit}})
}
