package trust

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"time"

	"golang.org/x/crypto/ocsp"
)

// maxURLs bounds how many addresses of one kind a certificate may send us to.
const maxURLs = 4

func duration(d Duration) time.Duration { return time.Duration(d) }

func urls(list []string) []string { return list[:min(len(list), maxURLs)] }

// ocspKey is the name of a kept response: the issuer's key and the serial number.
func ocspKey(q question) string {
	return hex.EncodeToString(keyBits(q.issuer)) + " " + hex.EncodeToString(serialBytes(q.cert))
}

// fromCache adds what is kept for the certificate. It is judged like all
// other evidence: a cache that somebody has changed can only say less.
func (s *session) fromCache(q question) {
	if s.v.Cache == nil {
		return
	}
	for _, u := range urls(q.cert.CRLDistributionPoints) {
		if body, ok := s.fromCacheOnce(KeptCRL, u); ok {
			s.addCRL(body, OriginCache, u)
		}
	}
	if q.crlOnly {
		return
	}
	if body, ok := s.fromCacheOnce(KeptOCSP, ocspKey(q)); ok {
		s.addOCSP(body, OriginCache, "")
	}
}

func (s *session) fromCacheOnce(k Kept, key string) ([]byte, bool) {
	asked := string(k) + " " + key
	if s.kept[asked] {
		return nil, false
	}
	s.kept[asked] = true
	e, ok := s.v.Cache.Get(k, key)
	return e.Body, ok
}

// fromNetwork asks the addresses in the certificate, which is on a path to an
// anchor: nothing else sends us anywhere. The first believed answer ends it.
func (s *session) fromNetwork(ctx context.Context, q question, st *Status) {
	if s.v.Fetcher == nil || !s.v.Policy.Network.Fetch {
		return
	}
	if !q.crlOnly && s.askOCSP(ctx, q, st) {
		return
	}
	for _, u := range urls(q.cert.CRLDistributionPoints) {
		body, err := s.once(u, func() ([]byte, error) { return s.v.Fetcher.Get(ctx, u, s.v.Policy.Network.CRLBytes) })
		if err != nil {
			st.Refused = append(st.Refused, Refusal{Source: SourceCRL, Origin: OriginNetwork, Problem: ProblemFetch, URL: u, Err: err})
			continue
		}
		if c := s.addCRL(body, OriginNetwork, u); c != nil && s.useCRL(q, held[*crl]{c, OriginNetwork}, st) {
			s.keep(KeptCRL, u, body, c.this)
			return
		}
	}
}

func (s *session) askOCSP(ctx context.Context, q question, st *Status) bool {
	if len(q.cert.OCSPServer) == 0 {
		return false
	}
	request, err := ocsp.CreateRequest(q.cert, q.issuer, nil)
	if err != nil {
		return false
	}
	for _, u := range urls(q.cert.OCSPServer) {
		body, err := s.once(u+" "+ocspKey(q), func() ([]byte, error) {
			return s.v.Fetcher.Post(ctx, u, "application/ocsp-request", request, s.v.Policy.Network.OCSPBytes)
		})
		if err != nil {
			st.Refused = append(st.Refused, Refusal{Source: SourceOCSP, Origin: OriginNetwork, Problem: ProblemFetch, URL: u, Err: err})
			continue
		}
		if r := s.addOCSP(body, OriginNetwork, u); r != nil && s.useOCSP(ctx, q, held[*ocspResponse]{r, OriginNetwork}, st) {
			one, _ := r.about(q.cert, q.issuer)
			s.keep(KeptOCSP, ocspKey(q), body, one.this)
			return true
		}
	}
	return false
}

// once asks an address once in a session, whatever comes of it.
func (s *session) once(key string, ask func() ([]byte, error)) ([]byte, error) {
	a, ok := s.network[key]
	if !ok {
		a.body, a.err = ask()
		s.network[key] = a
	}
	return a.body, a.err
}

// keep puts believed evidence by, unless what is kept is newer: who can
// replay an old list must not take the newer one away.
func (s *session) keep(k Kept, key string, body []byte, made time.Time) {
	if s.v.Cache == nil {
		return
	}
	if e, ok := s.v.Cache.Get(k, key); ok && e.Made.After(made) {
		return
	}
	// What cannot be kept is fetched again the next time.
	_ = s.v.Cache.Put(k, key, Entry{Body: body, Made: made, Fetched: s.v.now()})
}

// Learn fetches the issuers of a person's own certificate, whose token may
// hold it alone, by caIssuers. It must never be called with a certificate that
// a document brought along: those are not trusted to send us anywhere. What
// leads to no anchor is not kept.
func (v *Validator) Learn(ctx context.Context, own *x509.Certificate) (*Chain, error) {
	req := Request{Certificate: own, At: v.now()}
	for last := own; len(req.Candidates) < maxDepth; {
		chain, failure := v.Path(req)
		if failure == nil {
			if v.Cache != nil {
				v.Cache.keepIssuers(chain)
			}
			return chain, nil
		}
		if failure.Sub != NoChain || v.Fetcher == nil || !v.Policy.Network.Fetch {
			return nil, failure
		}
		next, err := v.fetchIssuer(ctx, last)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return nil, failure
		}
		req.Candidates = append(req.Candidates, next)
		last = next
	}
	return nil, fail(NoChain, ReasonLimits, own, "more than %d issuers", maxDepth)
}

// fetchIssuer returns the certificate that signed c, or nil if no address has it.
func (v *Validator) fetchIssuer(ctx context.Context, c *x509.Certificate) (*x509.Certificate, error) {
	var last error
	for _, u := range urls(c.IssuingCertificateURL) {
		body, err := v.Fetcher.Get(ctx, u, v.Policy.Network.CertBytes)
		if err != nil {
			last = err
			continue
		}
		certs, err := ParseCertificates(body)
		if err != nil {
			last = err
			continue
		}
		for _, issuer := range certs {
			if nameKey(issuer.RawSubject) == nameKey(c.RawIssuer) && signedBy(c, issuer.PublicKey) {
				return issuer, nil
			}
		}
	}
	return nil, last
}
