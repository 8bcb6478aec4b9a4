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
	plus       bool   // a number with a plus sign
	usual      uint16 // of a usual name: its place among usualValues; else 0
	start, end int64
	text       string // of names, strings and keywords
	num        int64  // of an integer
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
	room []byte // for buf, as long as it is enough; may be nil
	// back are the tokens that were given back, the next one last.
	back  [2]token
	given int
	in    Ref // the object stream, for errors
	// piles hold what is read of the dictionaries and arrays that are not closed
	// yet, the innermost on top; see pile.
	piles *piles
	// items counts the values of the object that is being read.
	items int
	// odd collects what was tolerated.
	odd []Oddity
}

func (s *source) lexer(offset, end int64, lim *Limits) *lexer {
	l := s.over(offset, end, lim)
	return &l
}

func (s *source) over(offset, end int64, lim *Limits) lexer {
	return lexer{src: s, base: offset, end: min(end, s.size), lim: lim}
}

// A room is what reading one object needs: a lexer, its window, for most objects
// are short, and its piles. Nothing that is read keeps a part of it.
type room struct {
	lexer  lexer
	window [4 * firstWindow]byte
	piles  piles
}

var rooms = sync.Pool{New: func() any { return &room{} }}

// enter begins to read in a room; leave it afterwards.
func enter(l lexer) *room {
	r := rooms.Get().(*room)
	r.lexer = l
	r.lexer.room, r.lexer.piles = r.window[:], &r.piles
	return r
}

// leave gives the room to the next object.
func (r *room) leave() {
	r.lexer = lexer{}
	r.piles.clear()
	rooms.Put(r)
}

// piles are where dictionaries and arrays grow until it is known how long they
// are.
type piles struct {
	entries []Entry
	values  []Object
}

// pile is where the lexer piles up; one without a room gets piles of its own.
func (l *lexer) pile() *piles {
	if l.piles == nil {
		l.piles = &piles{}
	}
	return l.piles
}

// mostPiled is how large a pile may be to be used again.
const mostPiled = 4096

func (p *piles) clear() {
	if cap(p.entries) > mostPiled || cap(p.values) > mostPiled {
		*p = piles{}
		return
	}
	clear(p.entries)
	clear(p.values)
	p.entries, p.values = p.entries[:0], p.values[:0]
}

// takeEntries takes what lies on the pile from an index on.
func (p *piles) takeEntries(from int) []Entry {
	if from == len(p.entries) {
		return nil
	}
	top := slices.Clone(p.entries[from:])
	clear(p.entries[from:])
	p.entries = p.entries[:from]
	return top
}

// takeValues is takeEntries for an array.
func (p *piles) takeValues(from int) Array {
	top := append(make(Array, 0, len(p.values)-from), p.values[from:]...)
	clear(p.values[from:])
	p.values = p.values[:from]
	return top
}

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
	for l.pos < len(l.buf) && isSpace(int(l.buf[l.pos])) {
		l.pos++
	}
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

// unread gives a token back, the second before the first; there are never more.
func (l *lexer) unread(t token) {
	l.back[l.given] = t
	l.given++
}

// token takes the next one.
func (l *lexer) token() (token, error) {
	if l.given > 0 {
		l.given--
		return l.back[l.given], nil
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
		err = l.name(t)
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
	if c := word[0]; c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
		t.kind, t.text = tokKeyword, keyword(word)
		return nil
	}
	t.plus = word[0] == '+'
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
	return l.number(t, word, digits, dots == 0)
}

// keyword is a word as text; those that stand in every object are not made anew.
func keyword(word []byte) string {
	switch string(word) {
	case "R":
		return "R"
	case "obj":
		return "obj"
	case "endobj":
		return "endobj"
	case "stream":
		return "stream"
	case "null":
		return "null"
	case "true":
		return "true"
	case "false":
		return "false"
	}
	return string(word)
}

// number reads a word of digits, with a sign before them and a dot among them at
// most.
func (l *lexer) number(t *token, word []byte, digits int, whole bool) error {
	const safe = 18 // so many fit into an int64
	if whole && digits <= safe {
		t.kind = tokInt
		for _, c := range word[len(word)-digits:] {
			t.num = 10*t.num + int64(c-'0')
		}
		if word[0] == '-' {
			t.num = -t.num
		}
		return nil
	}
	text := string(word)
	if whole {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			t.kind, t.num = tokInt, n
			return nil
		}
	}
	x, err := strconv.ParseFloat(text, 64)
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
func (l *lexer) name(t *token) error {
	word, err := l.regular()
	if err != nil {
		return err
	}
	if usual, ok := usualNames[string(word)]; ok {
		t.text, t.usual = usual.text, usual.place
		return nil
	}
	if bytes.IndexByte(word, '#') < 0 {
		t.text = string(word)
		return nil
	}
	out := slices.Clone(word)[:0]
	for i := 0; i < len(word); i++ {
		c := int(word[i])
		if c == '#' {
			if i+2 >= len(word) || hexDigit(int(word[i+1])) < 0 || hexDigit(int(word[i+2])) < 0 {
				return l.fail(t.start, "a name with a malformed #")
			}
			if c = hexDigit(int(word[i+1]))<<4 | hexDigit(int(word[i+2])); c == 0 {
				return l.fail(t.start, "a name with a zero byte")
			}
			i += 2
		}
		out = append(out, byte(c))
	}
	t.text = string(out)
	return nil
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
