package trusttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"khonggiay/signing/trust"
)

// PKI is a small province: a root, a CA, a person, a timestamp server and an
// OCSP responder. The certificates below the root point to its web server.
type PKI struct {
	Root, CA, Person, TSA, Responder *Issued
	Web                              *Web
}

// New makes the province; its web server ends with the test.
func New(tb testing.TB, person ...Option) *PKI {
	tb.Helper()
	p := &PKI{Web: NewWeb(tb), Root: NewRoot(tb, "Test Root CA")}
	p.CA = p.Root.IssueCA(tb, "Test CA công vụ", p.Web.Links("root"))
	links := p.Web.Links("ca")
	p.Person = p.CA.Issue(tb, "Nguyễn Văn A", append([]Option{links}, person...)...)
	p.TSA = p.CA.IssueTSA(tb, "Test TSA", links)
	p.Responder = p.CA.IssueResponder(tb, "Test OCSP", NoCheck())
	p.Web.Serve("root", p.Root, nil)
	p.Web.Serve("ca", p.CA, p.Responder)
	p.Web.SetCRL("root", p.Root.SignCRL(tb, CRL{}))
	p.Web.SetCRL("ca", p.CA.SignCRL(tb, CRL{}))
	return p
}

// Anchor trusts the certificate for all uses.
func Anchor(i *Issued) trust.Anchor {
	return trust.Anchor{Certificate: i.Cert, Signature: true, Timestamp: true, Kind: trust.KindTest}
}

// Store trusts the certificates for all uses.
func Store(tb testing.TB, roots ...*Issued) *trust.Store {
	tb.Helper()
	var anchors []trust.Anchor
	for _, r := range roots {
		anchors = append(anchors, Anchor(r))
	}
	s, err := trust.NewStore(anchors...)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Loopback is where the web servers of tests are; a policy must allow it.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// Validator trusts the roots, has no cache and is offline. Its clock stands an
// hour after Now, and so never before the real time that OCSP responses carry.
func Validator(tb testing.TB, roots ...*Issued) *trust.Validator {
	tb.Helper()
	return &trust.Validator{Store: Store(tb, roots...), Policy: trust.DefaultPolicy(),
		Now: func() time.Time { return Now.Add(time.Hour) }}
}

// Online lets the validator ask the web servers of tests.
func Online(tb testing.TB, v *trust.Validator) *trust.Validator {
	tb.Helper()
	v.Policy.Network.Allow = Loopback
	v.Fetcher = trust.NewFetcher(v.Policy.Network)
	tb.Cleanup(v.Fetcher.Close)
	return v
}

// Web hands out CRLs, OCSP responses and issuers, and counts who asks.
type Web struct {
	URL string

	mu      sync.Mutex // guards what follows
	cas     map[string]served
	crls    map[string][]byte
	answers map[string]OCSP // by serial number
	hits    map[string]int  // by path
	down    bool
}

type served struct{ ca, responder *Issued }

// NewWeb starts the server on the loopback; it ends with the test.
func NewWeb(tb testing.TB) *Web {
	tb.Helper()
	w := &Web{cas: map[string]served{}, crls: map[string][]byte{}, answers: map[string]OCSP{}, hits: map[string]int{}}
	server := httptest.NewServer(w)
	tb.Cleanup(server.Close)
	w.URL = server.URL
	return w
}

// Links points a certificate to the CA's pages.
func (w *Web) Links(ca string) Option {
	return Links(w.URL+"/crl/"+ca, w.URL+"/ocsp/"+ca, w.URL+"/issuer/"+ca)
}

// Serve names a CA; its OCSP is signed by the responder, or by itself if nil.
func (w *Web) Serve(name string, ca, responder *Issued) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cas[name] = served{ca, responder}
}

// SetCRL puts a list, or any bytes, in the place of the CA's.
func (w *Web) SetCRL(name string, der []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.crls[name] = der
}

// SetOCSP says what is answered about the certificate; good without it.
func (w *Web) SetOCSP(i *Issued, o OCSP) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[i.Cert.SerialNumber.String()] = o
}

// SetDown makes every page answer 503, or no longer.
func (w *Web) SetDown(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
}

// Hits counts the requests for paths that begin so.
func (w *Web) Hits(prefix string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for path, hits := range w.hits {
		if strings.HasPrefix(path, prefix) {
			n += hits
		}
	}
	return n
}

func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hits[r.URL.Path]++
	kind, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s, ok := w.cas[name]
	answer := []byte(nil)
	switch {
	case w.down:
		http.Error(rw, "down", http.StatusServiceUnavailable)
		return
	case kind == "crl":
		answer = w.crls[name]
	case kind == "issuer" && ok:
		answer = s.ca.Cert.Raw
	case kind == "ocsp" && ok:
		answer = w.ocspLocked(s, body)
	}
	if answer == nil {
		http.NotFound(rw, r)
		return
	}
	_, _ = rw.Write(answer) // the client has gone
}

func (w *Web) ocspLocked(s served, body []byte) []byte {
	req, err := ocsp.ParseRequest(body)
	if err != nil {
		return ocsp.MalformedRequestErrorResponse
	}
	o := w.answers[req.SerialNumber.String()]
	if o.Responder == nil {
		o.Responder = s.responder
	}
	o.Hash = req.HashAlgorithm
	asked := *s.ca.Cert // only the serial number is looked at
	asked.SerialNumber = req.SerialNumber
	der, err := s.ca.signOCSP(&asked, o)
	if err != nil {
		return ocsp.InternalErrorErrorResponse
	}
	return der
}

// ServeTSA is the HTTP front of a timestamp server: answer makes the DER of
// the response from that of the request; its error becomes a status 500. It
// returns the address and ends with the test.
func ServeTSA(tb testing.TB, answer func(request []byte) ([]byte, error)) string {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(rw, "not a timestamp query", http.StatusUnsupportedMediaType)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err == nil {
			body, err = answer(body)
		}
		if err != nil {
			http.Error(rw, "no token", http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = rw.Write(body) // the client has gone
	}))
	tb.Cleanup(server.Close)
	return server.URL
}
