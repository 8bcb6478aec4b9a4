package trust

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"time"
)

// Duration is a time.Duration that JSON writes as "36h" or "30s".
type Duration time.Duration

// UnmarshalJSON reads a string as time.ParseDuration does.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := time.ParseDuration(s)
	*d = Duration(v)
	return err
}

// MarshalJSON writes the string.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// Policy is what an office has decided about trust. DESIGN.md lists the fields
// of the file. The zero value trusts no algorithm; begin with DefaultPolicy.
type Policy struct {
	// RequireRevocation makes a status that cannot be had a failure
	// (TRY_LATER). Without it the verdict passes with a warning.
	RequireRevocation bool `json:"require_revocation"`
	// CRLMaxAge and OCSPMaxAge bound how long before the moment asked about
	// an answer may have been made. Its own nextUpdate bounds it too.
	CRLMaxAge  Duration `json:"crl_max_age"`
	OCSPMaxAge Duration `json:"ocsp_max_age"`
	// ClockSkew is how far an answer may seem to come from the future.
	ClockSkew  Duration   `json:"clock_skew"`
	Algorithms Algorithms `json:"algorithms"`
	Network    Network    `json:"network"`
	TSA        TSAPolicy  `json:"tsa"`
	// CacheBytes bounds the folder of kept evidence.
	CacheBytes int64 `json:"cache_bytes"`
}

// Network says what may be fetched, and from where.
type Network struct {
	Fetch   bool     `json:"fetch"` // false: offline, only the cache is asked
	Timeout Duration `json:"timeout"`
	// Allow lists addresses inside the province's network that may be asked
	// although they are private; all other private addresses are refused.
	Allow []netip.Prefix `json:"allow"`
	// Closed refuses public addresses too: only those in Allow are asked.
	Closed    bool  `json:"closed"`
	CRLBytes  int64 `json:"crl_bytes"`
	OCSPBytes int64 `json:"ocsp_bytes"`
	CertBytes int64 `json:"cert_bytes"`
}

// TSAPolicy lists the timestamp servers, the first one first.
type TSAPolicy struct {
	URLs     []string `json:"urls"`
	Timeout  Duration `json:"timeout"` // of one try
	Tries    int      `json:"tries"`   // with each server
	Backoff  Duration `json:"backoff"` // before the second try; doubles
	Parallel int      `json:"parallel"`
}

// DefaultPolicy is strict: status is required, SHA-1 and short keys count only
// for what is proven to be older than 2014 (NIST SP 800-131A), nothing private
// is asked. It names no timestamp server.
func DefaultPolicy() Policy {
	return Policy{
		RequireRevocation: true,
		CRLMaxAge:         Duration(7 * 24 * time.Hour),
		OCSPMaxAge:        Duration(24 * time.Hour),
		ClockSkew:         Duration(5 * time.Minute),
		Algorithms:        defaultAlgorithms(),
		Network: Network{Fetch: true, Timeout: Duration(30 * time.Second),
			CRLBytes: 64 << 20, OCSPBytes: 1 << 20, CertBytes: 1 << 20},
		TSA: TSAPolicy{Timeout: Duration(180 * time.Second), Tries: 3,
			Backoff: Duration(2 * time.Second), Parallel: 4},
		CacheBytes: 256 << 20,
	}
}

// PolicyError tells which field of the policy is wrong.
type PolicyError struct{ Field, Problem string }

func (e *PolicyError) Error() string { return "trust: policy: " + e.Field + ": " + e.Problem }

// ParsePolicy reads a policy file on top of the defaults. A list in the file
// takes the place of the default list.
func ParsePolicy(b []byte) (Policy, error) {
	p := DefaultPolicy()
	// encoding/json fills old elements of a list: the date of a default rule
	// would stay in the rule of the file that takes its place.
	p.Algorithms = Algorithms{}
	if err := strictJSON(b, &p); err != nil {
		return Policy{}, &PolicyError{Field: "file", Problem: err.Error()}
	}
	if p.Algorithms.Hashes == nil {
		p.Algorithms.Hashes = defaultAlgorithms().Hashes
	}
	if p.Algorithms.Keys == nil {
		p.Algorithms.Keys = defaultAlgorithms().Keys
	}
	return p, p.Check()
}

// Check returns a *PolicyError if a value makes no sense.
func (p Policy) Check() error {
	positive := []struct {
		field string
		value int64
	}{
		{"crl_max_age", int64(p.CRLMaxAge)}, {"ocsp_max_age", int64(p.OCSPMaxAge)},
		{"network.timeout", int64(p.Network.Timeout)}, {"network.crl_bytes", p.Network.CRLBytes},
		{"network.ocsp_bytes", p.Network.OCSPBytes}, {"network.cert_bytes", p.Network.CertBytes},
		{"tsa.timeout", int64(p.TSA.Timeout)}, {"tsa.tries", int64(p.TSA.Tries)},
		{"tsa.parallel", int64(p.TSA.Parallel)}, {"cache_bytes", p.CacheBytes},
	}
	for _, v := range positive {
		if v.value <= 0 {
			return &PolicyError{Field: v.field, Problem: "must be more than zero"}
		}
	}
	if p.ClockSkew < 0 || p.TSA.Backoff < 0 {
		return &PolicyError{Field: "clock_skew, tsa.backoff", Problem: "must not be negative"}
	}
	if p.Network.CRLBytes > 64<<20 {
		return &PolicyError{Field: "network.crl_bytes", Problem: "must not be more than 64 MiB"}
	}
	for _, u := range p.TSA.URLs {
		if _, err := httpURL(u); err != nil {
			return &PolicyError{Field: "tsa.urls", Problem: err.Error()}
		}
	}
	return p.Algorithms.check()
}

// httpURL parses an absolute http or https address without user and password.
func httpURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("scheme %q", u.Scheme)
	case u.Hostname() == "" || u.User != nil || u.Opaque != "":
		return nil, errors.New("not a plain host")
	}
	return u, nil
}

// strictJSON reads one JSON value and refuses fields that nobody reads.
func strictJSON(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
