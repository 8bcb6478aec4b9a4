package remote

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A Secret is a PIN, a one-time password, a password or a token. It prints as
// "[secret]", also in JSON.
type Secret []byte

const redacted = "[secret]"

// Format writes the same for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

func (s Secret) String() string { return redacted }

// Values that hold secrets print their name alone. A method is needed, because
// package fmt shows unexported fields as they are.

// Format tells which request it is and how it stands.
func (r Request) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "request %s of %s: %s %s %s", r.ID, r.Provider, r.State, r.Reason, r.Code)
}

// Format tells the name.
func (p *CSC) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "CSC %s", p.conf.Name) }

// Format tells the name.
func (p *MSS) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "MSS %s", p.conf.Name) }

// Format tells the name.
func (p *SmartCA) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "SmartCA %s", p.conf.Name) }

// Format tells the name.
func (g *Login) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "login of %s", g.line.provider) }

// MarshalText hides the secret from JSON and from package log/slog, which would
// write any slice of bytes as it is.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Wipe zeroes the bytes.
func (s Secret) Wipe() { clear(s) }

// Factors are what the person types in here, if the credential asks for it. They
// are wiped when they have been used, whatever came of it.
type Factors struct {
	PIN Secret
	OTP Secret
	// Token is an access token of scope "credential", which the person has given
	// in the provider's own page (OAuth 2.0 authorization code). With it the
	// provider is not asked to authorize.
	Token Secret
}

// Wipe zeroes all of them.
func (f *Factors) Wipe() {
	f.PIN.Wipe()
	f.OTP.Wipe()
	f.Token.Wipe()
}

// A hidden is a member of a JSON object whose value is secret.
type hidden struct {
	name  string
	value Secret
	raw   bool // the value is JSON already, otherwise it becomes a string
}

// withSecrets returns the JSON object in which the secrets stand too. It is built
// in one piece of memory, which the caller wipes. Secrets must be UTF-8.
func withSecrets(v any, secrets ...hidden) ([]byte, error) {
	open, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	room := len(open)
	for _, s := range secrets {
		room += len(s.name) + 6*len(s.value) + 6
	}
	out := append(make([]byte, 0, room), open[:len(open)-1]...)
	for _, s := range secrets {
		if !utf8.Valid(s.value) {
			clear(out)
			return nil, fmt.Errorf("remote: %s is not UTF-8", s.name)
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, s.name...)
		out = append(out, '"', ':')
		if s.raw {
			out = append(out, s.value...)
		} else {
			out = appendQuoted(out, s.value)
		}
	}
	return append(out, '}'), nil
}

// appendQuoted appends a JSON string, without a copy anywhere else.
func appendQuoted(out []byte, s Secret) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

// appendXML appends the text as it may stand in an attribute or an element.
func appendXML(out []byte, s []byte) []byte {
	for _, c := range s {
		switch c {
		case '&':
			out = append(out, "&amp;"...)
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		case '"':
			out = append(out, "&#34;"...)
		case '\'':
			out = append(out, "&#39;"...)
		case '\t', '\n', '\r':
			out = fmt.Appendf(out, "&#%d;", c)
		default:
			out = append(out, c)
		}
	}
	return out
}

// place puts the secret, escaped for XML, where the mark stands. The caller wipes
// what comes back.
func place(text []byte, mark string, s Secret) []byte {
	before, after, found := bytes.Cut(text, []byte(mark))
	if !found {
		return bytes.Clone(text)
	}
	out := make([]byte, 0, len(text)+6*len(s))
	out = append(out, before...)
	out = appendXML(out, s)
	return append(out, after...)
}
