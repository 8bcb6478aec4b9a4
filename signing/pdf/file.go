package pdf

import (
	"bytes"
	"io"
	"slices"
	"sync"
)

// A File is an open PDF file. Its methods may be called from several goroutines.
type File struct {
	src       *source
	budget    *budget
	version   string
	header    int64
	history   []record
	revisions []Revision
	odd       []Oddity

	mu    sync.Mutex // guards cache and spans
	cache objStreams
	spans map[int64]Span // of objects, as their own revision shows them, by the offset of their entry
}

// maxSpans bounds what is remembered of where objects end.
const maxSpans = 100_000

func (f *File) remember(offset int64, span Span) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.spans == nil {
		f.spans = make(map[int64]Span, min(len(f.history), maxSpans))
	}
	if len(f.spans) < maxSpans {
		f.spans[offset] = span
	}
}

func (f *File) remembered(offset int64) (Span, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	span, ok := f.spans[offset]
	return span, ok
}

// Open reads the header and the cross-reference sections of a file of the size.
// It returns a *FormatError, *LimitError, *ReadError or ErrEncrypted.
func Open(r io.ReaderAt, size int64) (*File, error) {
	return OpenLimited(r, size, DefaultLimits)
}

// OpenLimited is Open with other limits.
func OpenLimited(r io.ReaderAt, size int64, limits Limits) (*File, error) {
	f := &File{src: &source{r: r, size: size}, budget: &budget{Limits: limits}}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	last, err := f.lastClosing()
	if err != nil {
		return nil, err
	}
	x := &tables{src: f.src, budget: f.budget}
	sections, err := f.chain(x, last.target)
	if err != nil {
		return nil, err
	}
	if f.history, err = x.settle(); err != nil {
		return nil, err
	}
	f.odd = append(f.odd, x.odd...)
	if err := f.group(sections, last); err != nil {
		return nil, err
	}
	f.checkSize()
	return f, f.checkTail(last)
}

// Size is the length of the file in bytes.
func (f *File) Size() int64 { return f.src.size }

// Version is that of the header, such as "1.7"; a catalog may state a newer one.
func (f *File) Version() string { return f.version }

// Header is where %PDF- stands, 0 in a sound file.
func (f *File) Header() int64 { return f.header }

// Oddities lists what was tolerated so far outside of objects; those of objects
// are in each Item.
func (f *File) Oddities() []Oddity { return slices.Clone(f.odd) }

// Revisions lists the revisions, the oldest first. There is at least one.
func (f *File) Revisions() []Revision { return slices.Clone(f.revisions) }

// readHeader finds %PDF-1.7 in the first KiB, as all readers do.
func (f *File) readHeader() error {
	head := make([]byte, 1024)
	n, err := f.src.read(head, 0)
	if err != nil {
		return err
	}
	mark := []byte("%PDF-")
	i := bytes.Index(head[:n], mark)
	if i < 0 {
		return malformed(0, "no %%PDF- header")
	}
	f.header = int64(i)
	f.src.header = f.header
	if i > 0 {
		f.odd = append(f.odd, Oddity{OddHeader, 0})
	}
	v := head[i+len(mark) : min(n, i+len(mark)+3)]
	if len(v) < 3 || v[0] < '1' || v[0] > '2' || v[1] != '.' || v[2] < '0' || v[2] > '9' {
		f.odd = append(f.odd, Oddity{OddHeaderShape, int64(i)})
	}
	f.version = string(v)
	return nil
}

// lastClosing finds the last "startxref N %%EOF". A startxref after it would send
// other readers elsewhere, so there may be none.
func (f *File) lastClosing() (closing, error) {
	const tailSize = 64 << 10
	tail := make([]byte, min(tailSize, f.src.size))
	from := f.src.size - int64(len(tail))
	if _, err := f.src.read(tail, from); err != nil {
		return closing{}, err
	}
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return closing{}, malformed(f.src.size, "no startxref at the end of the file")
	}
	x := &tables{src: f.src, budget: f.budget}
	c, err := x.closing(from + int64(i))
	if err != nil {
		return closing{}, err
	}
	if !c.found {
		return closing{}, malformed(from+int64(i), "a startxref that no number and %%%%EOF follow")
	}
	if f.header > 0 && f.sectionAt(c.target+f.header) {
		f.src.base = f.header
		c.target += f.header
	}
	return c, nil
}

// sectionAt guesses whether a cross-reference section begins at the offset.
func (f *File) sectionAt(offset int64) bool {
	l := f.src.lexer(offset, f.src.size, &f.budget.Limits)
	t, err := l.token()
	return err == nil && (t.kind == tokInt || t.is("xref"))
}

// chain follows /Prev from the newest section on.
func (f *File) chain(x *tables, offset int64) ([]Section, error) {
	var sections []Section
	seen := map[int64]bool{}
	for {
		if offset < 0 || offset >= f.src.size {
			return nil, malformed(offset, "a cross-reference section outside of the file")
		}
		if seen[offset] {
			return nil, malformed(offset, "cross-reference sections in a circle")
		}
		seen[offset] = true
		if len(sections) == f.budget.Sections {
			return nil, &LimitError{"cross-reference sections", int64(f.budget.Sections)}
		}
		s, err := x.section(offset, f.sectionNumber(len(sections)))
		if err != nil {
			return nil, err
		}
		if !isNull(s.Trailer.Get("Encrypt")) {
			return nil, ErrEncrypted
		}
		sections = append(sections, s)
		more := false
		if offset, more, err = f.previous(s); err != nil || !more {
			return sections, err
		}
	}
}

// previous is where the section before a section is.
func (f *File) previous(s Section) (offset int64, more bool, err error) {
	prev, ok := s.Trailer.Get("Prev").(Int)
	switch {
	case !ok && !isNull(s.Trailer.Get("Prev")):
		return 0, false, malformed(s.Span.Start, "a malformed /Prev")
	case !ok:
		return 0, false, nil
	case prev == 0:
		f.odd = append(f.odd, Oddity{OddPrev, s.Span.Start})
		return f.closedBefore(s.Span.Start)
	}
	return int64(prev) + f.src.base, true, nil
}

// closedBefore finds the section that the last "startxref N %%EOF" before an
// offset points to, passing by those that point to nothing. Signing software is known that wrote /Prev 0 behind signed
// revisions; without this they would be gone, as if nobody had signed.
func (f *File) closedBefore(offset int64) (int64, bool, error) {
	mark := []byte("startxref")
	for end := offset; end > 0; {
		buf := make([]byte, min(window, end))
		from := end - int64(len(buf))
		if _, err := f.src.read(buf, from); err != nil {
			return 0, false, err
		}
		if err := f.budget.spend(int64(len(buf))); err != nil {
			return 0, false, err
		}
		if i := bytes.LastIndex(buf, mark); i >= 0 {
			x := &tables{src: f.src, budget: f.budget}
			c, err := x.closing(from + int64(i))
			if err != nil || c.found && c.eof <= offset && c.target > f.src.base && c.target < c.start && f.sectionAt(c.target) {
				return c.target, err == nil, err
			}
			from += int64(i)
		} else if from == 0 {
			break
		}
		end = from + int64(len(mark)) - 1
	}
	return 0, false, nil
}

// sectionNumber numbers the sections so that newer ones have higher odd numbers;
// the even number below is that of the stream beside a hybrid table.
func (f *File) sectionNumber(fromNewest int) uint32 {
	return uint32(2*(f.budget.Sections-fromNewest) + 1)
}

func (f *File) checkSize() {
	size, _ := f.newest().Trailer.Get("Size").(Int)
	if n := len(f.history); n > 0 && Int(f.history[n-1].num) >= size {
		f.odd = append(f.odd, Oddity{OddSize, f.newest().Sections[0].Span.Start})
	}
}

// checkTail looks for more than white space after the end.
func (f *File) checkTail(last closing) error {
	l := f.src.lexer(last.end, f.src.size, &f.budget.Limits)
	for {
		c, err := l.next()
		if err != nil || c < 0 {
			return err
		}
		if !isSpace(c) {
			f.odd = append(f.odd, Oddity{OddTail, last.end})
			return nil
		}
	}
}
