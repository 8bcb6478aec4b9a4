package show

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"time"
)

// client speaks to one laptop's interface as its page does.
type client struct {
	laptop *laptop
	http   *http.Client
}

// What is read of the answers; the shapes are app/api's.
type sessionView struct {
	NeedsEnrolment bool `json:"needsEnrolment"`
}

type syncView struct {
	FirstLoadComplete bool  `json:"firstLoadComplete"`
	Downloads         []any `json:"downloads"`
}

func newClient(l *laptop) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("demo: " + err.Error()) // it never fails without a list
	}
	return &client{laptop: l, http: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// enter turns the standing ticket into the session's cookie.
func (c *client) enter(ctx context.Context) error {
	return c.do(ctx, http.MethodGet, "/?ticket="+c.laptop.Ticket, nil, nil)
}

func (c *client) get(ctx context.Context, path string, out any) error {
	return c.do(ctx, http.MethodGet, path, nil, out)
}

func (c *client) post(ctx context.Context, path string, in any) error {
	return c.do(ctx, http.MethodPost, path, in, nil)
}

func (c *client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.laptop.url()+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", c.laptop.url())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
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

// readdress tells an enrolled laptop where the server is this time: its port
// may have been taken by another program since.
func (s *stand) readdress(data string) error {
	path := filepath.Join(data, "identity.json")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var identity map[string]json.RawMessage
	if err := json.Unmarshal(b, &identity); err != nil {
		return fmt.Errorf("demo: %s: %w", path, err)
	}
	addresses, err := json.Marshal([]string{fmt.Sprintf("127.0.0.1:%d", s.state.Port)})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if bytes.Equal(identity["addresses"], addresses) {
		return nil
	}
	identity["addresses"] = addresses
	return writeJSON(path, identity)
}
