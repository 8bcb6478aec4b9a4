// Package page asks a laptop program as its page in a browser does: past the
// gate by a link with a ticket, then with the cookie that it becomes. The
// demonstration enrols its laptops this way, and cmd/bench measures one.
//
// Proved by its use: the end-to-end tests in frontend/e2e begin with it.
package page

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"
)

// maxAnswer is the most that is read of an answer.
const maxAnswer = 64 << 20

// Client is a page of one laptop.
type Client struct {
	link *url.URL
	http *http.Client
}

// New makes the client of the laptop that the link leads to; Enter opens it.
func New(link string) (*Client, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return &Client{link: u, http: &http.Client{Jar: jar, Timeout: time.Minute}}, nil
}

// Enter turns the link's ticket into the session's cookie.
func (c *Client) Enter(ctx context.Context) error {
	return c.do(ctx, http.MethodGet, c.link.RequestURI(), nil, nil)
}

// Get reads what stands at a path of the API into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.do(ctx, http.MethodGet, path, nil, out)
}

// Post sends in to a path of the API and reads the answer into out, unless that
// is nil.
func (c *Client) Post(ctx context.Context, path string, in, out any) error {
	return c.do(ctx, http.MethodPost, path, in, out)
}

// Send posts a body of some kind to a path of the API.
func (c *Client) Send(ctx context.Context, path, kind string, body io.Reader, out any) error {
	return c.send(ctx, http.MethodPost, path, kind, body, out)
}

func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	if in == nil {
		return c.send(ctx, method, path, "", nil, out)
	}
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.send(ctx, method, path, "application/json", bytes.NewReader(b), out)
}

func (c *Client) send(ctx context.Context, method, path, kind string, body io.Reader, out any) error {
	origin := c.link.Scheme + "://" + c.link.Host
	req, err := http.NewRequestWithContext(ctx, method, origin+path, body)
	if err != nil {
		return err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Origin", origin)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= 400:
		return fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, b)
	case out == nil:
		return nil
	}
	return json.Unmarshal(b, out)
}
