package pdf

import "fmt"

// object reads one direct object or reference.
func (l *lexer) object(depth int) (Object, Span, error) {
	t, err := l.token()
	if err != nil {
		return nil, Span{}, err
	}
	return l.objectOf(t, depth)
}

// objectOf reads the object that begins with a token.
func (l *lexer) objectOf(t token, depth int) (_ Object, _ Span, err error) {
	if l.items++; l.items > l.lim.Items {
		return nil, Span{}, &LimitError{"values in one object", int64(l.lim.Items)}
	}
	span := Span{t.start, t.end}
	var o Object
	switch t.kind {
	case tokInt:
		return l.intOrRef(t)
	case tokReal:
		o = Real(t.real)
	case tokName:
		if o = usualValues[t.usual]; o == nil {
			o = Name(t.text)
		}
	case tokLiteral, tokHex:
		o = String{Value: t.text, Hex: t.kind == tokHex}
	case tokArray:
		o, span.End, err = l.array(t, depth)
	case tokDict:
		o, span.End, err = l.dict(t, depth)
	case tokKeyword:
		o, err = l.constant(t)
	case tokEnd:
		err = l.fail(t.start, "the end where an object should be")
	default:
		err = l.fail(t.start, "a bracket that closes nothing")
	}
	return o, span, err
}

func (l *lexer) constant(t token) (Object, error) {
	switch t.text {
	case "null":
		return Null{}, nil
	case "true", "false":
		return Bool(t.text == "true"), nil
	}
	return nil, l.fail(t.start, fmt.Sprintf("%.20q where an object should be", t.text))
}

// intOrRef looks two tokens ahead: 5 0 R is a reference, 5 0 are two integers.
func (l *lexer) intOrRef(t token) (Object, Span, error) {
	num := Int(t.num)
	if t.num <= 0 || t.plus {
		return num, Span{t.start, t.end}, nil
	}
	gen, err := l.token()
	if err != nil {
		return nil, Span{}, err
	}
	if gen.kind != tokInt || gen.num < 0 {
		l.unread(gen)
		return num, Span{t.start, t.end}, nil
	}
	r, err := l.token()
	if err != nil {
		return nil, Span{}, err
	}
	if !r.is("R") {
		l.unread(r)
		l.unread(gen)
		return num, Span{t.start, t.end}, nil
	}
	if t.num > int64(l.lim.Objects) || gen.num > 65535 {
		return nil, Span{}, l.fail(t.start, "a reference that no object can have")
	}
	return Ref{uint32(t.num), uint16(gen.num)}, Span{t.start, r.end}, nil
}

func (l *lexer) deeper(at int64, depth int) error {
	if depth >= l.lim.Depth {
		return &LimitError{"arrays and dictionaries inside each other", int64(l.lim.Depth)}
	}
	return nil
}

func (l *lexer) array(open token, depth int) (Object, int64, error) {
	if err := l.deeper(open.start, depth); err != nil {
		return nil, 0, err
	}
	pile := l.pile()
	from := len(pile.values)
	for {
		t, err := l.token()
		if err != nil {
			return nil, 0, err
		}
		switch t.kind {
		case tokArrayEnd:
			return pile.takeValues(from), t.end, nil
		case tokEnd:
			return nil, 0, l.fail(open.start, "an array without end")
		}
		o, _, err := l.objectOf(t, depth+1)
		if err != nil {
			return nil, 0, err
		}
		pile.values = append(pile.values, o)
	}
}

func (l *lexer) dict(open token, depth int) (*Dict, int64, error) {
	if err := l.deeper(open.start, depth); err != nil {
		return nil, 0, err
	}
	pile := l.pile()
	from := len(pile.entries)
	for {
		t, err := l.token()
		switch {
		case err != nil:
			return nil, 0, err
		case t.kind == tokDictEnd:
			d := &Dict{Entries: pile.takeEntries(from)}
			if len(d.Duplicates()) > 0 {
				l.note(OddDuplicate, open.start)
			}
			return d, t.end, nil
		case t.kind == tokEnd:
			return nil, 0, l.fail(open.start, "a dictionary without end")
		case t.kind != tokName:
			return nil, 0, l.fail(t.start, "a key that is not a name")
		}
		e := Entry{Key: Name(t.text)}
		if e.Value, e.Span, err = l.object(depth + 1); err != nil {
			return nil, 0, err
		}
		if l.src == nil {
			e.Span = Span{}
		}
		pile.entries = append(pile.entries, e)
	}
}

// whole reads the value of an indirect object. A reference alone is none: some
// readers would follow it, others take its number for the value.
func (l *lexer) whole() (Object, error) {
	o, span, err := l.object(0)
	if _, ref := o.(Ref); ref {
		return nil, l.fail(span.Start, "a reference in the place of an object")
	}
	return o, err
}

// heading reads "n g obj".
func (l *lexer) heading() (Ref, Span, error) {
	num, err := l.token()
	if err != nil {
		return Ref{}, Span{}, err
	}
	gen, err := l.token()
	if err != nil {
		return Ref{}, Span{}, err
	}
	obj, err := l.token()
	if err != nil {
		return Ref{}, Span{}, err
	}
	if num.kind != tokInt || gen.kind != tokInt || !obj.is("obj") ||
		num.num < 1 || num.num > int64(l.lim.Objects) || gen.num < 0 || gen.num > 65535 {
		return Ref{}, Span{}, l.fail(num.start, "no object where one should begin")
	}
	return Ref{uint32(num.num), uint16(gen.num)}, Span{num.start, obj.end}, nil
}

// exactly begins reading at an offset that the file states: white space there is
// an oddity, a comment or the end an error.
func (l *lexer) exactly() error {
	at := l.at()
	c, err := l.peek(0)
	if err != nil {
		return err
	}
	if !isSpace(c) {
		if !isRegular(c) {
			return l.fail(at, "nothing where the offset points to")
		}
		return nil
	}
	l.note(OddPlace, at)
	for isSpace(c) && err == nil {
		l.pos++
		c, err = l.peek(0)
	}
	return err
}

// An indirect is an object as it stands in the file.
type indirect struct {
	ref    Ref
	object Object
	span   Span
	odd    []Oddity
}

// lengths finds the value of an indirect /Length.
type lengths func(Object) (int64, error)

// indirect reads "n g obj … endobj".
func (l *lexer) indirect(length lengths, b *budget) (indirect, error) {
	if err := l.exactly(); err != nil {
		return indirect{}, err
	}
	ref, head, err := l.heading()
	if err != nil {
		return indirect{}, err
	}
	t, err := l.token()
	if err != nil {
		return indirect{}, err
	}
	if t.is("endobj") { // hand-written files leave null out
		l.note(OddEmpty, head.Start)
		return indirect{ref, Null{}, Span{head.Start, t.end}, l.odd}, nil
	}
	l.unread(t)
	o, err := l.whole()
	if err != nil {
		return indirect{}, err
	}
	if t, err = l.token(); err != nil {
		return indirect{}, err
	}
	if t.is("stream") {
		d, ok := o.(*Dict)
		if !ok {
			return indirect{}, l.fail(t.start, "a stream without dictionary")
		}
		if o, err = l.stream(d, length, b); err != nil {
			return indirect{}, err
		}
		if t, err = l.token(); err != nil {
			return indirect{}, err
		}
	}
	if !t.is("endobj") {
		return indirect{}, l.fail(t.start, "no endobj")
	}
	return indirect{ref, o, Span{head.Start, t.end}, l.odd}, nil
}

// stream reads what follows the keyword "stream", up to and with "endstream".
func (l *lexer) stream(d *Dict, length lengths, b *budget) (*Stream, error) {
	c, err := l.next()
	if err == nil && c == '\r' {
		c, err = l.next()
	}
	if err != nil {
		return nil, err
	}
	if c != '\n' {
		return nil, l.fail(l.at(), "no line feed after the keyword stream")
	}
	start := l.at()
	n, err := length(d.Get("Length"))
	if err != nil {
		return nil, err
	}
	end, ok, err := l.endstream(start, n)
	if err != nil {
		return nil, err
	}
	if !ok {
		l.note(OddLength, start)
		if end, err = l.findEndstream(start, b); err != nil {
			return nil, err
		}
	}
	return &Stream{Dict: d, Raw: Span{start, end}, src: l.src}, nil
}

// seek goes on reading elsewhere.
func (l *lexer) seek(offset int64) {
	if d := offset - l.base; d >= 0 && d <= int64(len(l.buf)) {
		l.pos = int(d)
	} else {
		l.base, l.buf, l.pos = offset, nil, 0
	}
}

// endstream reports whether "endstream" follows n bytes after start, with at
// most one end of line between, and leaves the lexer behind it.
func (l *lexer) endstream(start, n int64) (end int64, ok bool, err error) {
	if n < 0 || n > l.end-start {
		return 0, false, nil
	}
	l.seek(start + n)
	c, err := l.peek(0)
	if c == '\r' {
		l.pos++
		c, err = l.peek(0)
	}
	if c == '\n' {
		l.pos++
	}
	if err != nil {
		return 0, false, err
	}
	ok, err = l.take("endstream")
	if c, e := l.peek(0); ok && (e != nil || isRegular(c)) {
		return 0, false, e
	}
	return start + n, ok, err
}

// take passes the word when it is the next one.
func (l *lexer) take(word string) (bool, error) {
	ok, err := l.ahead(len(word))
	if !ok || string(l.buf[l.pos:l.pos+len(word)]) != word {
		return false, err
	}
	l.pos += len(word)
	return true, nil
}

// findEndstream looks for the end of a stream whose /Length is wrong, as every
// other reader does. What it costs is on the budget of the file: thousands of
// such streams must not each search all of it.
func (l *lexer) findEndstream(start int64, b *budget) (int64, error) {
	l.seek(start)
	for {
		before := l.at()
		i, err := l.find("endstream")
		if e := b.spend(l.at() - before); e != nil {
			return 0, e
		}
		if err != nil {
			return 0, err
		}
		if i < 0 {
			return 0, l.fail(start, "a stream without end")
		}
		if c, err := l.peek(0); err != nil || !isRegular(c) {
			return l.trimEOL(start, i)
		}
	}
}

// find passes everything up to and with the word, and returns where that begins,
// -1 when it does not come.
func (l *lexer) find(word string) (int64, error) {
	for {
		c, err := l.peek(len(word) - 1)
		if err != nil || c < 0 {
			return -1, err
		}
		if l.buf[l.pos] == word[0] && string(l.buf[l.pos:l.pos+len(word)]) == word {
			at := l.at()
			l.pos += len(word)
			return at, nil
		}
		l.pos++
	}
}

// trimEOL returns the end of the data before "endstream" at i: the end of line
// before the keyword is not part of it.
func (l *lexer) trimEOL(start, i int64) (int64, error) {
	tail := make([]byte, min(2, i-start))
	if _, err := l.src.read(tail, i-int64(len(tail))); err != nil {
		return 0, err
	}
	n := len(tail)
	if n > 0 && tail[n-1] == '\n' {
		i, n = i-1, n-1
		if n > 0 && tail[n-1] == '\r' {
			i--
		}
	} else if n > 0 && tail[n-1] == '\r' {
		i--
	}
	return i, nil
}
