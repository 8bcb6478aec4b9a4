package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// A Link is how a provider is reached: always TLS, never a redirect.
type Link struct {
	Clock     Clock
	TLS       *tls.Config       // roots, and the certificate we show; nil: the system's roots, none
	Transport http.RoundTripper // in place of one made of TLS
	Timeout   time.Duration     // of one exchange; 0: 30 seconds
	Tries     int               // of an exchange that may be repeated; 0: 4
	Pause     time.Duration     // before the second try, then doubled up to half a minute; 0: half a second
}

const (
	defaultTimeout = 30 * time.Second
	defaultTries   = 4
	defaultPause   = 500 * time.Millisecond
	maxAnswer      = 1 << 20
)

// A line is a Link that is ready for use.
type line struct {
	Link
	provider string
	client   *http.Client
}

func newLine(provider string, l Link) (*line, error) {
	if l.Clock == nil || provider == "" {
		return nil, errors.New("remote: a provider needs a name and a clock")
	}
	if l.TLS != nil && l.TLS.InsecureSkipVerify {
		return nil, errors.New("remote: a provider whose certificate is not looked at")
	}
	if l.Timeout <= 0 {
		l.Timeout = defaultTimeout
	}
	if l.Tries <= 0 {
		l.Tries = defaultTries
	}
	if l.Pause <= 0 {
		l.Pause = defaultPause
	}
	if l.Transport == nil {
		conf := &tls.Config{}
		if l.TLS != nil {
			conf = l.TLS.Clone()
		}
		conf.MinVersion = max(conf.MinVersion, tls.VersionTLS12)
		l.Transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: conf, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
		}
	}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &line{Link: l, provider: provider, client: &http.Client{Transport: l.Transport, CheckRedirect: noRedirect}}, nil
}

// address checks an address of a configuration: https, and nothing secret in it.
func address(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errAddress // which could hold a password
	}
	return u.String(), nil
}

// A reply is an answer below 300, or one that its protocol explains.
type reply struct {
	status int
	after  time.Duration
	body   []byte
}

func (l *line) fail(reason Reason, code string, err error) *Error {
	return &Error{Provider: l.provider, Reason: reason, Code: cleanCode(code), Err: err}
}

// post does one exchange. Its *Error is Unreachable when the request has not gone
// out, Lost when it may have and the answer did not come, Malformed for an answer that
// is too large or leads elsewhere.
func (l *line) post(ctx context.Context, to, contentType string, body []byte, token Secret, timeout time.Duration) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	// From when there is a connection on, the request may go out, also just after a
	// context has ended and while Do returns: HTTP/2 writes in a goroutine of its own.
	var out atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { out.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return reply{}, l.fail(Unreachable, "", errNoConnection)
	}
	req.Header.Set("Content-Type", contentType)
	if token != nil {
		req.Header.Set("Authorization", "Bearer "+string(token))
	}
	resp, err := l.client.Do(req)
	if err != nil {
		if out.Load() {
			return reply{}, l.fail(Lost, "", cause(err))
		}
		return reply{}, l.fail(Unreachable, "", cause(err))
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return reply{}, l.fail(Malformed, strconv.Itoa(resp.StatusCode), errRedirect)
	case len(got) > maxAnswer:
		return reply{}, l.fail(Malformed, "", errTooLarge)
	case err != nil:
		return reply{}, l.fail(Lost, "", cause(err))
	}
	return reply{resp.StatusCode, l.retryAfter(resp.Header.Get("Retry-After")), got}, nil
}

var (
	errAddress      = errors.New("remote: not an https address without user, query and fragment")
	errRedirect     = errors.New("an answer that leads elsewhere")
	errTooLarge     = errors.New("an answer that is too large")
	errNoConnection = errors.New("no connection")
	errCut          = errors.New("the connection ended early")
)

// cause keeps of an error of net/http what tells something and nothing else: the
// chain of a certificate's problem, and how a context ended.
func cause(err error) error {
	var unknown *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.As(err, &unknown):
		return unknown
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errCut
	}
	return errNoConnection
}

// retryAfter reads the header (RFC 9110, 10.2.3): seconds, or a date.
func (l *line) retryAfter(text string) time.Duration {
	const most = time.Hour
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return time.Duration(min(n, int(most/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(l.Clock.Now()), 0), most)
	}
	return 0
}

// trouble is the error of a status that says nothing about the request itself, nil
// for any other. What was not done because we came too often may be tried again;
// whether a server with a fault has done it, nobody knows.
func (l *line) trouble(r reply) *Error {
	var e *Error
	switch {
	case r.status == http.StatusTooManyRequests:
		e = l.fail(Busy, "429", nil)
	case r.status >= 500:
		e = l.fail(Unavailable, strconv.Itoa(r.status), nil)
	default:
		return nil
	}
	e.After = r.after
	return e
}

// again repeats what may be repeated, while it fails for passing reasons.
func (l *line) again(ctx context.Context, try func() error) error {
	pause := l.Pause
	for n := 1; ; n++ {
		err := try()
		var e *Error
		if err == nil || !errors.As(err, &e) || !e.Reason.passing() || n == l.Tries || e.After > longestPause || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-l.Clock.After(max(pause, e.After)):
		}
		pause = min(2*pause, longestPause)
	}
}

// Close ends idle connections.
func (l *line) Close() { l.client.CloseIdleConnections() }

// An api is a line to methods that take JSON and a token.
type api struct {
	line   *line
	base   string
	tokens TokenSource
}

// Close ends idle connections.
func (p *api) Close() { p.line.Close() }

// call posts an object with a token. If the token is not taken any more it gets
// another one and posts once more: a request that was not let in did nothing.
func (p *api) call(ctx context.Context, method string, v any, timeout time.Duration, secrets ...hidden) (reply, error) {
	for first := true; ; first = false {
		token, err := p.tokens.Token(ctx)
		if err != nil {
			var e *Error
			switch {
			case !errors.As(err, &e): // of a source that is not ours; its text may be anything
				err = p.line.fail(Unauthorized, "", nil)
			case e.Reason == Lost: // what was lost is a token, not the request
				err = p.line.fail(Unreachable, e.Code, e.Err)
			}
			return reply{}, err
		}
		body, err := withSecrets(v, secrets...)
		if err != nil {
			return reply{}, p.line.fail(Rejected, "", err)
		}
		r, err := p.line.post(ctx, p.base+method, "application/json", body, token, timeout)
		clear(body)
		if err != nil || r.status != http.StatusUnauthorized {
			return r, err
		}
		p.tokens.Drop(token)
		if next, err := p.tokens.Token(ctx); !first || err != nil || string(next) == string(token) {
			return r, nil
		}
	}
}
