package replica

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"khonggiay/sync/feed"
)

// HTTPTransport is POST /sync over an HTTP client that authenticates the
// device (TLS 1.3, client certificate).
type HTTPTransport struct {
	Client *http.Client
	URL    string // of /sync
}

// StatusError is an answer other than a stream.
type StatusError struct {
	Status int
	After  time.Duration // the server asks to wait this long; 0 = not said
	Body   []byte        // what it says about it, as far as it was read
}

// refusalBytes bounds what is read of an answer that is no stream.
const refusalBytes = 4 << 10

func (e *StatusError) Error() string { return fmt.Sprintf("sync: server answers %d", e.Status) }

// Open implements Transport.
func (t *HTTPTransport) Open(ctx context.Context, body []byte) (Stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		cancel()
		return nil, err
	}
	res, err := t.Client.Do(req)
	if err != nil {
		cancel()
		return nil, err
	}
	switch res.StatusCode {
	case http.StatusOK, http.StatusNoContent:
		s := &httpStream{body: res.Body, cancel: cancel}
		s.r = bufio.NewReader(&s.count)
		s.count.r = res.Body
		return s, nil
	}
	e := &StatusError{Status: res.StatusCode}
	e.Body, _ = io.ReadAll(io.LimitReader(res.Body, refusalBytes)) // the status says enough
	res.Body.Close()
	cancel()
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		e.After = time.Duration(n) * time.Second
	}
	return nil, e
}

// Reset implements Transport.
func (t *HTTPTransport) Reset() { t.Client.CloseIdleConnections() }

type httpStream struct {
	body   io.ReadCloser
	cancel context.CancelFunc
	r      *bufio.Reader
	count  counted
}

type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// Next implements Stream.
func (s *httpStream) Next() ([]byte, error) {
	b, err := feed.ReadFrame(s.r)
	if errors.Is(err, feed.ErrMalformed) {
		s.cancel()
	}
	return b, err
}

// Received implements Stream.
func (s *httpStream) Received() int64 { return s.count.n.Load() }

// Close implements Stream.
func (s *httpStream) Close() error {
	s.cancel()
	return s.body.Close()
}
