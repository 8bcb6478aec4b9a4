package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// Errors of a fetch.
var (
	ErrAddress  = errors.New("trust: an address that may not be asked")
	ErrTooLarge = errors.New("trust: the answer is too large")
	ErrScheme   = errors.New("trust: not an http address")
	ErrResting  = errors.New("trust: the server did not answer a moment ago")
)

// StatusError is an answer other than 200.
type StatusError struct{ Code int }

func (e *StatusError) Error() string { return fmt.Sprintf("trust: http status %d", e.Code) }

// maxRedirects bounds how often an address may send us on.
const maxRedirects = 3

// Fetcher asks the addresses that stand in certificates. They are chosen by
// whoever made the document, so it goes to public addresses on the ports 80
// and 443 only, whatever a name resolves to, and to those that the policy
// allows. It uses no proxy, for behind one it could not see where it goes.
//
// A server that cannot be reached is left alone for a minute: a laptop on a
// dead line would otherwise wait for each certificate of each document.
type Fetcher struct {
	client  *http.Client
	timeout time.Duration

	mu      sync.Mutex // guards resting
	resting map[string]time.Time
}

// How long a server rests, and how many are remembered.
const (
	restTime   = time.Minute
	maxResting = 256
)

// NewFetcher returns a fetcher that obeys the rules. Close it in the end.
func NewFetcher(n Network) *Fetcher {
	dialer := &net.Dialer{Timeout: duration(n.Timeout), Control: func(_, address string, _ syscall.RawConn) error {
		return n.mayDial(address)
	}}
	return &Fetcher{timeout: duration(n.Timeout), resting: map[string]time.Time{}, client: &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableCompression: true,
			MaxIdleConns: 8, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10},
	}}
}

// Close ends idle connections.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// reserved are ranges that netip does not name and that lead inside, or round
// the rules into IPv4 (RFC 6890, RFC 6598, RFC 6052, RFC 3056, RFC 4380).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("100::/64"),
}

// mayDial is asked with the address that a name has resolved to, so a name
// that changes its mind between a check and the dialling gains nothing.
func (n Network) mayDial(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	ip := at.Addr().Unmap().WithZone("")
	for _, p := range n.Allow {
		if p.Contains(ip) {
			return nil
		}
	}
	public := !n.Closed && ip.IsGlobalUnicast() && !ip.IsPrivate() && (at.Port() == 80 || at.Port() == 443)
	for _, p := range reserved {
		public = public && !p.Contains(ip)
	}
	if !public {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return nil
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return errors.New("trust: redirected too often")
	}
	if _, err := httpURL(req.URL.String()); err != nil {
		return fmt.Errorf("%w: %v", ErrScheme, err)
	}
	if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: from https to %s", ErrScheme, req.URL.Scheme)
	}
	return nil
}

// Get returns the body, of at most limit bytes.
func (f *Fetcher) Get(ctx context.Context, url string, limit int64) ([]byte, error) {
	return f.do(ctx, http.MethodGet, url, "", nil, limit)
}

// Post sends the body and returns the answer, of at most limit bytes.
func (f *Fetcher) Post(ctx context.Context, url, contentType string, body []byte, limit int64) ([]byte, error) {
	return f.do(ctx, http.MethodPost, url, contentType, body, limit)
}

func (f *Fetcher) do(ctx context.Context, method, url, contentType string, body []byte, limit int64) ([]byte, error) {
	host := hostOf(url)
	if f.rests(host) {
		return nil, fmt.Errorf("%w: %s", ErrResting, host)
	}
	bounded, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	answer, err := exchange(bounded, f.client, method, url, contentType, body, limit)
	var status *StatusError
	spoke := err == nil || errors.As(err, &status) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrScheme) || errors.Is(err, ErrAddress)
	if !spoke && ctx.Err() == nil { // not our caller who gave up
		f.rest(host)
	}
	return answer, err
}

func hostOf(address string) string {
	u, err := httpURL(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func (f *Fetcher) rests(host string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	until, ok := f.resting[host]
	return ok && time.Now().Before(until)
}

func (f *Fetcher) rest(host string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.resting) >= maxResting {
		clear(f.resting)
	}
	f.resting[host] = time.Now().Add(restTime)
}

// exchange does one request and reads the whole answer.
func exchange(ctx context.Context, client *http.Client, method, url, contentType string, body []byte, limit int64) ([]byte, error) {
	u, err := httpURL(url)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrScheme, err)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &StatusError{Code: resp.StatusCode}
	}
	if resp.ContentLength > limit {
		return nil, ErrTooLarge
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, ErrTooLarge
	}
	return b, nil
}
