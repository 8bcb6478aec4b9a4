package pdf

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"sync"
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokInt
	tokReal
	tokName
	tokLiteral
	tokHex
	tokArray
	tokArrayEnd
	tokDict
	tokDictEnd
	tokKeyword
)

type token struct {
	kind       tokenKind
	start, end int64
	text       string
	num        int64
	real       float64
}

func (t token) is(keyword string) bool { return t.kind == tokKeyword && t.text == keyword }

// A lexer cuts a range of the file, or a decoded object stream, into tokens. It
// holds only a window of the file, so that an object costs what it is long.
type lexer struct {
	src  *source // nil when buf is all there is
	buf  []byte
	base int64 // offset of buf[0]
	pos  int   // in buf
	end  int64 // nothing is read from here on
	lim  *Limits
	room []byte  // for buf, as long as it is enough; may be nil
	back []token // given back, the next one last
	in   Ref     // the object stream, for errors
	// items counts the values of the object that is being read.
	items int
	// odd collects what was tolerated.
	odd []Oddity
}

func (s *source) lexer(offset, end int64, lim *Limits) *lexer {
	return &lexer{src: s, base: offset, end: min(end, s.size), lim: lim}
}

// rooms are for the windows of objects, most of which are short. Nothing that is
// read keeps a part of its window.
var rooms = sync.Pool{New: func() any { return new([4 * firstWindow]byte) }}

func (l *lexer) at() int64 { return l.base + int64(l.pos) }

func (l *lexer) fail(offset int64, what string) error {
	return &FormatError{Offset: offset, Stream: l.in, What: what}
}

func (l *lexer) note(code OddityCode, offset int64) {
	l.odd = append(l.odd, Oddity{code, offset})
}

const (
	firstWindow = 1 << 10
	window      = 64 << 10
)

// ahead makes n bytes available from pos on and reports whether there are so many.
func (l *lexer) ahead(n int) (bool, error) {
	have := len(l.buf) - l.pos
	if have >= n {
		return true, nil
	}
	from := l.base + int64(len(l.buf))
	if l.src == nil || from >= l.end {
		return false, nil
	}
	size := int64(min(max(firstWindow, 2*len(l.buf)), window))
	size = min(max(size, int64(n)), l.end-from)
	fresh := l.room
	if have+int(size) > len(fresh) {
		fresh = make([]byte, have+int(size))
	}
	fresh = fresh[:have+int(size)]
	copy(fresh, l.buf[l.pos:])
	got, err := l.src.read(fresh[have:], from)
	if err != nil {
		return false, err
	}
	l.base, l.pos, l.buf = l.at(), 0, fresh[:have+got]
	return len(l.buf) >= n, nil
}

// peek returns the byte at distance n, -1 behind the end.
func (l *lexer) peek(n int) (int, error) {
	if i := l.pos + n; i < len(l.buf) {
		return int(l.buf[i]), nil
	}
	ok, err := l.ahead(n + 1)
	if !ok {
		return -1, err
	}
	return int(l.buf[l.pos+n]), nil
}

// next takes a byte, -1 at the end.
func (l *lexer) next() (int, error) {
	c, err := l.peek(0)
	if c >= 0 {
		l.pos++
	}
	return c, err
}

func isSpace(c int) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c int) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isRegular(c int) bool { return c >= 0 && !isSpace(c) && !isDelimiter(c) }

// skipSpace passes white space and comments.
func (l *lexer) skipSpace() error {
	comment := false
	for {
		c, err := l.peek(0)
		switch {
		case err != nil || c < 0:
			return err
		case comment:
			comment = c != '\n' && c != '\r'
		case c == '%':
			comment = true
		case !isSpace(c):
			return nil
		}
		l.pos++
	}
}

// unread gives a token back.
func (l *lexer) unread(t token) { l.back = append(l.back, t) }

// token takes the next one.
func (l *lexer) token() (token, error) {
	if n := len(l.back); n > 0 {
		t := l.back[n-1]
		l.back = l.back[:n-1]
		return t, nil
	}
	if err := l.skipSpace(); err != nil {
		return token{}, err
	}
	t := token{start: l.at()}
	err := l.scan(&t)
	t.end = l.at()
	return t, err
}

func (l *lexer) scan(t *token) (err error) {
	c, err := l.next()
	if err != nil || c < 0 {
		return err
	}
	switch c {
	case '(':
		t.kind = tokLiteral
		t.text, err = l.literal(t.start)
	case '<':
		return l.angle(t)
	case '>':
		if c, err = l.next(); err == nil && c != '>' {
			err = l.fail(t.start, "a lone >")
		}
		t.kind = tokDictEnd
	case '[':
		t.kind = tokArray
	case ']':
		t.kind = tokArrayEnd
	case '/':
		t.kind = tokName
		t.text, err = l.name(t.start)
	case ')', '{', '}':
		err = l.fail(t.start, "a delimiter that opens nothing")
	default:
		l.pos--
		return l.word(t)
	}
	return err
}

// angle reads what begins with <.
func (l *lexer) angle(t *token) error {
	c, err := l.peek(0)
	if err != nil {
		return err
	}
	if c == '<' {
		l.pos++
		t.kind = tokDict
		return nil
	}
	t.kind = tokHex
	t.text, err = l.hex(t.start)
	return err
}

// regular takes the regular characters that follow. They may be part of the
// window: they are not to be changed, and hold until more is read.
func (l *lexer) regular() ([]byte, error) {
	var word []byte
	for {
		c, err := l.peek(0)
		if err != nil || !isRegular(c) {
			return word, err
		}
		n := 1
		for n < len(l.buf)-l.pos && isRegular(int(l.buf[l.pos+n])) {
			n++
		}
		if word == nil && l.pos+n < len(l.buf) && n <= l.lim.String {
			l.pos += n
			return l.buf[l.pos-n : l.pos], nil // the whole of it
		}
		word = append(word, l.buf[l.pos:l.pos+n]...)
		if l.pos += n; len(word) > l.lim.String {
			return nil, l.tooLong()
		}
	}
}

func (l *lexer) tooLong() error {
	return &LimitError{"bytes in one string, name or number", int64(l.lim.String)}
}

// word reads a keyword or a number.
func (l *lexer) word(t *token) error {
	word, err := l.regular()
	if err != nil {
		return err
	}
	t.text = string(word)
	if c := word[0]; c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
		t.kind = tokKeyword
		return nil
	}
	dots, digits := 0, 0
	for i, c := range word {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && dots == 0:
			dots++
		case i > 0 || c != '+' && c != '-':
			return l.fail(t.start, "a malformed number")
		}
	}
	if digits == 0 {
		return l.fail(t.start, "a number without digits")
	}
	return l.number(t, dots == 0)
}

func (l *lexer) number(t *token, whole bool) error {
	if whole {
		if n, err := strconv.ParseInt(t.text, 10, 64); err == nil {
			t.kind, t.num = tokInt, n
			return nil
		}
	}
	x, err := strconv.ParseFloat(t.text, 64)
	if err != nil || math.IsInf(x, 0) {
		return l.fail(t.start, "a number out of range")
	}
	t.kind, t.real = tokReal, x
	return nil
}

func hexDigit(c int) int {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return -1
}

// name reads the rest of a name. A # that two digits do not follow means two
// things to two readers, so it means nothing here.
func (l *lexer) name(start int64) (string, error) {
	word, err := l.regular()
	if err != nil {
		return "", err
	}
	if bytes.IndexByte(word, '#') < 0 {
		return string(word), nil
	}
	out := slices.Clone(word)[:0]
	for i := 0; i < len(word); i++ {
		c := int(word[i])
		if c == '#' {
			if i+2 >= len(word) || hexDigit(int(word[i+1])) < 0 || hexDigit(int(word[i+2])) < 0 {
				return "", l.fail(start, "a name with a malformed #")
			}
			if c = hexDigit(int(word[i+1]))<<4 | hexDigit(int(word[i+2])); c == 0 {
				return "", l.fail(start, "a name with a zero byte")
			}
			i += 2
		}
		out = append(out, byte(c))
	}
	return string(out), nil
}

// hex reads the rest of a hexadecimal string.
func (l *lexer) hex(start int64) (string, error) {
	var out []byte
	high := -1
	for {
		if high < 0 {
			if out = l.pairs(out); len(out) > l.lim.String {
				return "", l.tooLong()
			}
		}
		c, err := l.next()
		if err != nil {
			return "", err
		}
		d := hexDigit(c)
		switch {
		case c == '>':
			if high >= 0 {
				out = append(out, byte(high<<4))
			}
			return string(out), nil
		case isSpace(c):
		case d < 0:
			return "", l.fail(start, "a malformed hexadecimal string")
		case high < 0:
			high = d
		default:
			if out = append(out, byte(high<<4|d)); len(out) > l.lim.String {
				return "", l.tooLong()
			}
			high = -1
		}
	}
}

// pairs takes the pairs of digits that lie in the window: values of signatures
// are long, and read often.
func (l *lexer) pairs(out []byte) []byte {
	for l.pos+1 < len(l.buf) {
		high, low := hexDigits[l.buf[l.pos]], hexDigits[l.buf[l.pos+1]]
		if high < 0 || low < 0 {
			break
		}
		out = append(out, byte(high)<<4|byte(low))
		l.pos += 2
	}
	return out
}

var hexDigits = func() (all [256]int8) {
	for c := range all {
		all[c] = int8(hexDigit(c))
	}
	return all
}()

// literal reads the rest of a literal string.
func (l *lexer) literal(start int64) (string, error) {
	var out []byte
	for depth := 1; ; {
		c, err := l.next()
		if err != nil {
			return "", err
		}
		switch c {
		case -1:
			return "", l.fail(start, "a string without end")
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return string(out), nil
			}
		case '\r':
			c = '\n'
			err = l.skipNewline()
		case '\\':
			c, err = l.escape()
		}
		if err != nil {
			return "", err
		}
		if c >= 0 {
			out = append(out, byte(c))
		}
		if len(out) > l.lim.String {
			return "", l.tooLong()
		}
	}
}

// skipNewline passes the line feed of a CR LF.
func (l *lexer) skipNewline() error {
	c, err := l.peek(0)
	if c == '\n' {
		l.pos++
	}
	return err
}

var escapes = map[int]int{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what follows a backslash; -1 is nothing (a continued line).
func (l *lexer) escape() (int, error) {
	c, err := l.next()
	if err != nil {
		return -1, err
	}
	if plain, ok := escapes[c]; ok {
		return plain, nil
	}
	switch {
	case c == '\n':
		return -1, nil
	case c == '\r':
		return -1, l.skipNewline()
	case c < '0' || c > '7':
		return c, nil // the backslash is ignored
	}
	value := c - '0'
	for range 2 {
		c, err = l.peek(0)
		if err != nil || c < '0' || c > '7' {
			break
		}
		value = value<<3 | (c - '0')
		l.pos++
	}
	return value & 0xff, err
}
