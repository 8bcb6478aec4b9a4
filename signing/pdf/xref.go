package pdf

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
)

// An entry is what a cross-reference section says about one object, packed so
// that millions of them fit: kind (2 bits), offset or object stream or next free
// number (38 bits), generation or index (24 bits).
type entry uint64

const (
	kindFree entry = iota
	kindInUse
	kindCompressed
	kindUnknown // of a type that the standard does not know: null

	entryMain  = 38
	entryMinor = 24
)

// makeEntry reports false for values that no sound file has.
func makeEntry(kind entry, main int64, minor int64) (entry, bool) {
	if main < 0 || main >= 1<<entryMain || minor < 0 || minor >= 1<<entryMinor {
		return 0, false
	}
	return kind<<(entryMain+entryMinor) | entry(main)<<entryMinor | entry(minor), true
}

func (e entry) kind() entry { return e >> (entryMain + entryMinor) }

func (e entry) main() int64 { return int64(e >> entryMinor & (1<<entryMain - 1)) }

func (e entry) minor() int64 { return int64(e & (1<<entryMinor - 1)) }

// A record is an entry of one section. The sections are numbered from the oldest
// on, so the records sorted by number and section are the history of each object.
type record struct {
	num     uint32
	section uint32
	entry   entry
}

func (r record) compare(o record) int {
	return cmp.Or(cmp.Compare(r.num, o.num), cmp.Compare(r.section, o.section))
}

// lookup finds what holds for an object after the sections up to the top one,
// and the index of the record; -1 when no section knows it.
func lookup(history []record, num, top uint32) int {
	i := sort.Search(len(history), func(i int) bool {
		return history[i].compare(record{num: num, section: top}) > 0
	}) - 1
	if i < 0 || history[i].num != num {
		return -1
	}
	return i
}

// A SectionKind is the form of a cross-reference section.
type SectionKind uint8

const (
	// Table is a classic table with a trailer dictionary.
	Table SectionKind = iota
	// XRefStream is a cross-reference stream.
	XRefStream
	// Hybrid is a table with a cross-reference stream beside it (/XRefStm).
	Hybrid
)

// A Section is one cross-reference section.
type Section struct {
	Kind    SectionKind
	Span    Span  // from the keyword xref, or "n g obj", to the end of trailer or object
	Stream  Span  // of a hybrid section: its cross-reference stream
	Trailer *Dict // the dictionary of trailer or stream
	stated  int64 // where startxref or /Prev says that it begins
	closing closing
}

// A closing is "startxref N %%EOF".
type closing struct {
	found    bool
	target   int64 // where N points to in the file
	start    int64
	eof, end int64 // behind %%EOF, and behind the end of line after it
}

// A tables reads cross-reference sections and collects their records.
type tables struct {
	src     *source
	budget  *budget
	records []record
	odd     []Oddity
}

func (x *tables) lexer(offset int64) *lexer {
	return x.src.lexer(offset, x.src.size, &x.budget.Limits)
}

// add keeps an entry. One that points to the header is how some programs write
// that there is no such object.
func (x *tables) add(num int64, e entry, section uint32) error {
	if e.kind() == kindInUse && e.main() == x.src.header {
		if n := len(x.odd); n == 0 || x.odd[n-1].Code != OddNowhere { // once a section
			x.odd = append(x.odd, Oddity{OddNowhere, x.src.header})
		}
		e, _ = makeEntry(kindFree, 0, e.minor())
	}
	const always = 1 << 18
	most := min(x.budget.Objects, max(always, int(x.src.size))) // packed entries cost a file next to nothing
	if num > int64(x.budget.Objects) || len(x.records) >= most {
		return &LimitError{"objects", int64(most)}
	}
	x.records = append(x.records, record{uint32(num), section, e})
	return nil
}

// section reads the section at an offset, with the cross-reference stream of a
// hybrid one. Sections are numbered backwards here, two numbers for each.
func (x *tables) section(offset int64, number uint32) (Section, error) {
	l := x.lexer(offset)
	if err := l.exactly(); err != nil {
		return Section{}, err
	}
	start := l.at()
	table, err := l.take("xref")
	if err != nil {
		return Section{}, err
	}
	if !table {
		return x.stream(offset, number)
	}
	s := Section{Kind: Table, Span: Span{Start: start}, stated: offset}
	if err := x.table(l, number); err != nil {
		return Section{}, err
	}
	if s.Trailer, s.Span.End, err = l.trailer(); err != nil {
		return Section{}, err
	}
	if s.closing, err = x.closing(s.Span.End); err != nil {
		return Section{}, err
	}
	x.odd = append(x.odd, l.odd...)
	return s, x.hybrid(&s, number-1)
}

func (l *lexer) trailer() (*Dict, int64, error) {
	t, err := l.token()
	if err != nil {
		return nil, 0, err
	}
	if !t.is("trailer") {
		return nil, 0, l.fail(t.start, "no trailer after a cross-reference table")
	}
	o, span, err := l.object(0)
	if err != nil {
		return nil, 0, err
	}
	d, ok := o.(*Dict)
	if !ok {
		return nil, 0, l.fail(span.Start, "a trailer that is not a dictionary")
	}
	return d, span.End, nil
}

// table reads the subsections; the lexer is behind the keyword xref, and stops
// before the keyword trailer.
func (x *tables) table(l *lexer, number uint32) error {
	for {
		t, err := l.token()
		if err != nil {
			return err
		}
		if t.kind != tokInt {
			l.unread(t)
			return nil
		}
		count, err := l.token()
		if err != nil {
			return err
		}
		const shortest = 19
		if t.num < 0 || count.kind != tokInt || count.num < 0 || count.num > (l.end-count.end)/shortest+1 {
			return l.fail(t.start, "a malformed subsection of a cross-reference table")
		}
		if err := l.skipSpace(); err != nil {
			return err
		}
		for i := range count.num {
			e, err := l.tableEntry(x.src.base)
			if err != nil {
				return err
			}
			if err := x.add(t.num+i, e, number); err != nil {
				return err
			}
		}
	}
}

// tableEntry reads "oooooooooo ggggg n" and its end of line of two bytes. One
// byte or three are common mistakes, and can be nothing else; so are blanks
// before an offset, and a free entry of a generation that cannot come.
func (l *lexer) tableEntry(base int64) (entry, error) {
	const text = 18
	at := l.at()
	ok, err := l.ahead(text)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, l.fail(at, "a cross-reference table that ends early")
	}
	b := l.buf[l.pos : l.pos+text]
	main, okMain := decimal(bytes.TrimLeft(b[:10], " "))
	minor, okMinor := decimal(b[11:16])
	kind := kindInUse
	sloppy := b[0] == ' '
	if b[17] == 'f' {
		kind = kindFree
		sloppy = sloppy || minor > 65535
		minor = min(minor, 65535)
	} else {
		main += base
	}
	e, fits := makeEntry(kind, main, minor)
	if !okMain || !okMinor || b[10] != ' ' || b[16] != ' ' || b[17] != 'n' && b[17] != 'f' || !fits || minor > 65535 {
		return 0, l.fail(at, "a malformed entry of a cross-reference table")
	}
	if l.pos += text; sloppy {
		l.noteEntry(at)
	}
	return e, l.entryEnd(at)
}

// entryEnds are the ends of an entry, the longest that fits being meant.
var entryEnds = []string{" \r\n", " \n", " \r", "\r\n", "\n", "\r"}

func (l *lexer) entryEnd(at int64) error {
	for _, end := range entryEnds {
		ok, err := l.take(end)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if len(end) != 2 {
			l.noteEntry(at)
		}
		return nil
	}
	return l.fail(at, "a malformed entry of a cross-reference table")
}

// noteEntry tells of a sloppy entry, once a table.
func (l *lexer) noteEntry(at int64) {
	if len(l.odd) == 0 || l.odd[len(l.odd)-1].Code != OddEntry {
		l.note(OddEntry, at)
	}
}

func decimal(digits []byte) (int64, bool) {
	var n int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(digits) > 0
}

// closing reads "startxref N %%EOF" behind a section, or behind any offset.
func (x *tables) closing(offset int64) (closing, error) {
	l := x.lexer(offset)
	t, err := l.token()
	if err != nil || !t.is("startxref") {
		return closing{}, typed(err)
	}
	c := closing{start: t.start}
	n, err := l.token()
	if err != nil || n.kind != tokInt {
		return closing{}, typed(err)
	}
	if c.eof, c.end, err = l.eofMark(); err != nil || c.eof == 0 {
		return closing{}, err
	}
	c.found, c.target = true, n.num+x.src.base
	return c, nil
}

// typed keeps errors that are not about the form of what was tried.
func typed(err error) error {
	if _, form := err.(*FormatError); form {
		return nil
	}
	return err
}

// eofMark passes white space and %%EOF; zeros when there is none.
func (l *lexer) eofMark() (eof, end int64, err error) {
	c, err := l.peek(0)
	for err == nil && isSpace(c) {
		l.pos++
		c, err = l.peek(0)
	}
	if err != nil {
		return 0, 0, err
	}
	if ok, err := l.take("%%EOF"); !ok {
		return 0, 0, err
	}
	eof = l.at()
	if c, err = l.next(); err == nil && c == '\r' {
		err = l.skipNewline()
	} else if c >= 0 && c != '\n' {
		l.pos--
	}
	return eof, l.at(), err
}

// settle sorts the records into the history of the objects, and lets the stream
// of each hybrid section fill what its table leaves free (ISO 32000-2, 7.5.8.4).
func (x *tables) settle() ([]record, error) {
	h := x.records
	if !slices.IsSortedFunc(h, record.compare) {
		slices.SortFunc(h, record.compare)
	}
	kept := h[:0]
	for _, r := range h {
		if n := len(kept); n > 0 && kept[n-1].num == r.num {
			last := kept[n-1]
			switch {
			case last.section == r.section:
				return nil, malformed(0, "object %d twice in one cross-reference section", r.num)
			case last.section%2 == 0 && last.section+1 == r.section: // the stream, then the table of one section
				if r.entry.kind() == kindFree {
					continue
				}
				if last.entry != r.entry {
					x.odd = append(x.odd, Oddity{OddHybrid, r.entry.main()})
				}
			}
		}
		kept = append(kept, r)
	}
	return slices.Clip(kept), nil
}
