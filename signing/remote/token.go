package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// A TokenSource lets us in at a provider.
type TokenSource interface {
	// Token returns the access token, which the caller does not change. Its error
	// is an *Error.
	Token(ctx context.Context) (Secret, error)
	// Drop says that a token was not taken any more.
	Drop(Secret)
}

// Bearer is a token that the caller has got elsewhere, such as by an OAuth 2.0
// authorization code. When it is not taken any more, the person signs in again.
type Bearer Secret

// Token returns the token.
func (b Bearer) Token(context.Context) (Secret, error) { return Secret(b), nil }

// Drop does nothing.
func (b Bearer) Drop(Secret) {}

// Format hides the token.
func (b Bearer) Format(f fmt.State, v rune) { Secret(b).Format(f, v) }

// MarshalText hides the token.
func (b Bearer) MarshalText() ([]byte, error) { return Secret(b).MarshalText() }

// TokenConfig says how a program gets a token for itself.
type TokenConfig struct {
	URL          string
	ClientID     string
	ClientSecret Secret
	Scope        string            // CSC: "service"
	Fields       map[string]string // others that the provider wants, such as the person's name
	// JSON sends the fields as a JSON object without grant_type, as Viettel's
	// /ras/v1/login wants them, in place of the form of RFC 6749, 4.4.2.
	JSON bool
}

// Login is a TokenSource by OAuth 2.0 client credentials (RFC 6749, 4.4).
type Login struct {
	line *line
	conf TokenConfig

	mu    sync.Mutex // guards the two below; held while asking, so that one asks for all
	token Secret
	until time.Time
}

// NewLogin returns a source under the provider's name.
func NewLogin(provider string, l Link, c TokenConfig) (*Login, error) {
	line, err := newLine(provider, l)
	if err != nil {
		return nil, err
	}
	if c.URL, err = address(c.URL); err != nil {
		return nil, err
	}
	return &Login{line: line, conf: c}, nil
}

// Close ends idle connections.
func (g *Login) Close() { g.line.Close() }

// early is how long before its end a token is not used any more.
const early = 30 * time.Second

// Token returns the token that is valid, or asks for one.
func (g *Login) Token(ctx context.Context) (Secret, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.token != nil && g.line.Clock.Now().Add(early).Before(g.until) {
		return g.token, nil
	}
	g.token = nil
	err := g.line.again(ctx, func() error { return g.ask(ctx) })
	return g.token, err
}

// Drop forgets the token.
func (g *Login) Drop(t Secret) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if string(t) == string(g.token) {
		g.token = nil
	}
}

func (g *Login) ask(ctx context.Context) error {
	body, contentType, err := g.body()
	if err != nil {
		return err
	}
	defer clear(body)
	r, err := g.line.post(ctx, g.conf.URL, contentType, body, nil, g.line.Timeout)
	if err != nil {
		return err
	}
	if e := g.line.trouble(r); e != nil {
		return e
	}
	var answer struct {
		Token     string      `json:"access_token"`
		Type      string      `json:"token_type"`
		ExpiresIn json.Number `json:"expires_in"`
		Code      string      `json:"error"`
	}
	err = readJSON(r.body, &answer)
	switch {
	case r.status != http.StatusOK:
		return g.line.fail(Unauthorized, answer.Code, nil)
	case err != nil || !isToken(answer.Token):
		return g.line.fail(Malformed, "", errAnswer)
	}
	life := seconds(answer.ExpiresIn, time.Hour)
	g.token, g.until = Secret(answer.Token), g.line.Clock.Now().Add(life)
	return nil
}

func (g *Login) body() (body []byte, contentType string, err error) {
	fields := map[string]string{"client_id": g.conf.ClientID}
	for name, value := range g.conf.Fields {
		fields[name] = value
	}
	if g.conf.Scope != "" {
		fields["scope"] = g.conf.Scope
	}
	if g.conf.JSON {
		body, err = withSecrets(fields, hidden{name: "client_secret", value: g.conf.ClientSecret})
		return body, "application/json", err
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	for name, value := range fields {
		form.Set(name, value)
	}
	body = append([]byte(form.Encode()), "&client_secret="...)
	for _, c := range g.conf.ClientSecret {
		body = fmt.Appendf(body, "%%%02X", c)
	}
	return body, "application/x-www-form-urlencoded", nil
}

// isToken: what may stand in a header (RFC 6750, 2.1), and not too much of it.
func isToken(s string) bool {
	const most = 16 << 10
	if s == "" || len(s) > most {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// seconds reads a life time, at most a day.
func seconds(n json.Number, fallback time.Duration) time.Duration {
	v, err := n.Float64()
	if err != nil || v <= 0 {
		return fallback
	}
	return time.Duration(min(v, 86400) * float64(time.Second))
}
