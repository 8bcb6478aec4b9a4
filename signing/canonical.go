package signing

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONError says why a text is no I-JSON (RFC 7493) and so cannot be signed.
type JSONError struct {
	Offset int // in bytes
	What   string
}

func (e *JSONError) Error() string {
	return fmt.Sprintf("signing: JSON at byte %d: %s", e.Offset, e.What)
}

// maxJSONDepth bounds the nesting, so that a hostile record cannot use up the stack.
const maxJSONDepth = 128

// Canonical returns the one form of a JSON text that RFC 8785 gives it: no
// spaces, names in the order of their UTF-16 code units, strings and numbers as
// ECMAScript writes them. It returns a *JSONError if the text is not I-JSON:
// names that repeat, lone surrogates, bytes that are no UTF-8, numbers that no
// double holds. A whole number that a double would silently change is refused
// too, because two records would then share one signature.
func Canonical(text []byte) ([]byte, error) {
	p := &jsonParser{in: text}
	out, err := p.value(nil, 0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.in) {
		return nil, p.fail("more than one value")
	}
	return out, nil
}

type jsonParser struct {
	in  []byte
	pos int
}

func (p *jsonParser) fail(what string) error { return &JSONError{Offset: p.pos, What: what} }

func (p *jsonParser) space() {
	for p.pos < len(p.in) && bytes.IndexByte([]byte(" \t\r\n"), p.in[p.pos]) >= 0 {
		p.pos++
	}
}

// take skips spaces and then the byte, if it is there.
func (p *jsonParser) take(c byte) bool {
	p.space()
	if p.pos < len(p.in) && p.in[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// value appends the canonical form of the value that comes next.
func (p *jsonParser) value(out []byte, depth int) ([]byte, error) {
	p.space()
	if depth > maxJSONDepth {
		return nil, p.fail("nested too deeply")
	}
	if p.pos == len(p.in) {
		return nil, p.fail("ends too early")
	}
	switch c := p.in[p.pos]; {
	case c == '{':
		return p.object(out, depth)
	case c == '[':
		return p.array(out, depth)
	case c == '"':
		s, err := p.text()
		return appendText(out, s), err
	case c == '-' || c >= '0' && c <= '9':
		return p.number(out)
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(p.in[p.pos:], []byte(word)) {
			p.pos += len(word)
			return append(out, word...), nil
		}
	}
	return nil, p.fail("not a value")
}

func (p *jsonParser) array(out []byte, depth int) ([]byte, error) {
	p.pos++
	out = append(out, '[')
	for first := true; !p.take(']'); first = false {
		if !first {
			if !p.take(',') {
				return nil, p.fail("expected , or ]")
			}
			out = append(out, ',')
		}
		var err error
		if out, err = p.value(out, depth+1); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

type jsonMember struct {
	name  string
	order []uint16
	value []byte
}

func (p *jsonParser) object(out []byte, depth int) ([]byte, error) {
	p.pos++
	var members []jsonMember
	seen := map[string]bool{}
	for !p.take('}') {
		if len(members) > 0 && !p.take(',') {
			return nil, p.fail("expected , or }")
		}
		m, err := p.member(depth)
		if err != nil {
			return nil, err
		}
		if seen[m.name] {
			return nil, p.fail("a name repeats: " + strconv.Quote(m.name))
		}
		seen[m.name] = true
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b jsonMember) int { return slices.Compare(a.order, b.order) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, m.name), ':')
		out = append(out, m.value...)
	}
	return append(out, '}'), nil
}

func (p *jsonParser) member(depth int) (m jsonMember, err error) {
	if p.space(); p.pos == len(p.in) || p.in[p.pos] != '"' {
		return m, p.fail("expected a name")
	}
	if m.name, err = p.text(); err != nil {
		return m, err
	}
	if !p.take(':') {
		return m, p.fail("expected :")
	}
	m.order = utf16.Encode([]rune(m.name))
	m.value, err = p.value(nil, depth+1)
	return m, err
}

// text reads a string, whose opening quote is the next byte.
func (p *jsonParser) text() (string, error) {
	p.pos++
	var out []byte
	for p.pos < len(p.in) {
		switch c := p.in[p.pos]; {
		case c == '"':
			p.pos++
			return string(out), nil
		case c < 0x20:
			return "", p.fail("a control character in a string")
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		default:
			r, n := utf8.DecodeRune(p.in[p.pos:])
			if r == utf8.RuneError && n < 2 {
				return "", p.fail("not UTF-8")
			}
			out = append(out, p.in[p.pos:p.pos+n]...)
			p.pos += n
		}
	}
	return "", p.fail("a string does not end")
}

const (
	escapeLetters = `"\/bfnrt`
	escapeValues  = "\"\\/\b\f\n\r\t"
)

// escape reads an escape, whose backslash is the next byte. Two \u escapes that
// form a surrogate pair are one character.
func (p *jsonParser) escape() (rune, error) {
	if p.pos+1 >= len(p.in) {
		return 0, p.fail("a string does not end")
	}
	if i := bytes.IndexByte([]byte(escapeLetters), p.in[p.pos+1]); i >= 0 {
		p.pos += 2
		return rune(escapeValues[i]), nil
	}
	r, ok := p.unit()
	if !ok {
		return 0, p.fail("not an escape")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	low, _ := p.unit()
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, p.fail("a lone surrogate")
	}
	return r, nil
}

// unit reads a \uXXXX escape if it comes next.
func (p *jsonParser) unit() (rune, bool) {
	if p.pos+6 > len(p.in) || p.in[p.pos] != '\\' || p.in[p.pos+1] != 'u' {
		return 0, false
	}
	for _, c := range p.in[p.pos+2 : p.pos+6] {
		if !isHex(c) {
			return 0, false
		}
	}
	v, err := strconv.ParseUint(string(p.in[p.pos+2:p.pos+6]), 16, 16)
	p.pos += 6
	return rune(v), err == nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// appendText writes a string as JSON.stringify of ECMAScript does.
func appendText(out []byte, s string) []byte {
	out = append(out, '"')
	for _, c := range []byte(s) {
		i := bytes.IndexByte([]byte(escapeValues), c)
		switch {
		case i >= 0 && c != '/':
			out = append(out, '\\', escapeLetters[i])
		case c < 0x20:
			out = fmt.Appendf(out, `\u%04x`, c)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
