package trust

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxTimestampReply bounds an answer; tokens with their chain have 6 to 12 KB.
const maxTimestampReply = 1 << 20

// TSAClient carries timestamp requests over HTTP (RFC 3161, 3.4). What is in
// the bytes is the caller's affair. The servers stand in the policy, so they
// may be anywhere, also inside the province's network.
type TSAClient struct {
	policy TSAPolicy
	client *http.Client
	slots  chan struct{}
}

// NewTSAClient uses the transport, or one of its own if it is nil. Close it in
// the end.
func NewTSAClient(p TSAPolicy, transport http.RoundTripper) *TSAClient {
	if transport == nil {
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true,
			MaxIdleConnsPerHost: p.Parallel, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: 30 * time.Second}
	}
	return &TSAClient{policy: p, slots: make(chan struct{}, max(1, p.Parallel)),
		client: &http.Client{Transport: transport, CheckRedirect: checkRedirect}}
}

// Close ends idle connections.
func (c *TSAClient) Close() { c.client.CloseIdleConnections() }

// Attempt is one try that failed.
type Attempt struct {
	URL string
	Try int // from 1
	Err error
}

// TSAError tells all tries with all servers.
type TSAError struct{ Attempts []Attempt }

func (e *TSAError) Error() string {
	if len(e.Attempts) == 0 {
		return "trust: no timestamp server is configured"
	}
	var b strings.Builder
	b.WriteString("trust: no timestamp")
	for _, a := range e.Attempts {
		fmt.Fprintf(&b, "; %s, try %d: %v", a.URL, a.Try, a.Err)
	}
	return b.String()
}

// Unwrap returns the errors of the tries.
func (e *TSAError) Unwrap() []error {
	var errs []error
	for _, a := range e.Attempts {
		errs = append(errs, a.Err)
	}
	return errs
}

// TSAReply is an answer that was accepted, and whose.
type TSAReply struct {
	Body []byte
	URL  string
}

// Timestamp sends the DER request to the servers in order until one gives an
// answer that accept, which may be nil, takes. An answer that it refuses is not
// asked for again: the next server is. Errors are a *TSAError.
func (c *TSAClient) Timestamp(ctx context.Context, request []byte, accept func(reply []byte) error) (TSAReply, error) {
	failed := &TSAError{}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		failed.Attempts = append(failed.Attempts, Attempt{Err: context.Cause(ctx)})
		return TSAReply{}, failed
	}
	for _, url := range c.policy.URLs {
		body, ok := c.ask(ctx, url, request, accept, failed)
		if ok {
			return TSAReply{Body: body, URL: url}, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return TSAReply{}, failed
}

// ask tries one server as often as the policy says.
func (c *TSAClient) ask(ctx context.Context, url string, request []byte, accept func([]byte) error, failed *TSAError) ([]byte, bool) {
	wait := duration(c.policy.Backoff)
	for try := 1; try <= c.policy.Tries; try++ {
		body, again, err := c.once(ctx, url, request, accept)
		if err == nil {
			return body, true
		}
		failed.Attempts = append(failed.Attempts, Attempt{URL: url, Try: try, Err: err})
		if !again || try == c.policy.Tries || !pause(ctx, wait) {
			break
		}
		wait *= 2
	}
	return nil, false
}

// once does one try; again says whether another one may help.
func (c *TSAClient) once(ctx context.Context, url string, request []byte, accept func([]byte) error) (body []byte, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, duration(c.policy.Timeout))
	defer cancel()
	body, err = exchange(ctx, c.client, http.MethodPost, url, "application/timestamp-query", request, maxTimestampReply)
	if err != nil {
		return nil, mayHelp(err), err
	}
	if accept != nil {
		if err := accept(body); err != nil {
			return nil, false, err
		}
	}
	return body, false, nil
}

// mayHelp reports whether the same request may fare better a little later.
func mayHelp(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Code >= 500 || status.Code == http.StatusTooManyRequests || status.Code == http.StatusRequestTimeout
	}
	return !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrScheme)
}

// pause waits and reports whether the time passed before the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
