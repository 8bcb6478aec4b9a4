package pdf

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
)

// An Update is what is to be appended to a file.
type Update struct {
	view    *View
	next    uint32
	changed map[Ref]Object // nil for deleted
	trailer *Dict          // additions
}

// ErrNotUpdatable is the answer to a file whose update would not be sound: bytes
// behind its end, or a header that is not at its beginning.
var ErrNotUpdatable = errors.New("pdf: the file has bytes before its header or after its end")

// NewUpdate begins an update; the view must be the newest one.
func NewUpdate(v *View) (*Update, error) {
	if v.index != len(v.file.revisions)-1 {
		return nil, errors.New("pdf: an update of a revision that is not the newest")
	}
	for _, o := range v.file.odd {
		if o.Code == OddHeader || o.Code == OddTail {
			return nil, ErrNotUpdatable
		}
	}
	size, ok := v.Trailer().Get("Size").(Int)
	if !ok || size < 0 || size > Int(v.file.budget.Objects) {
		return nil, malformed(v.revision.Sections[0].Span.Start, "a malformed /Size")
	}
	next := uint32(max(size, 1))
	if n := len(v.file.history); n > 0 {
		next = max(next, v.file.history[n-1].num+1)
	}
	return &Update{view: v, next: next, changed: map[Ref]Object{}, trailer: &Dict{}}, nil
}

// Add gives a new object a number.
func (u *Update) Add(o Object) Ref {
	ref := Ref{Num: u.next}
	u.next++
	u.changed[ref] = o
	return ref
}

// Set replaces an object of the file, or one that was added. An object that is
// absent cannot be replaced.
func (u *Update) Set(ref Ref, o Object) error {
	if _, mine := u.changed[ref]; !mine {
		if _, absent := u.view.find(ref); absent != Present {
			return fmt.Errorf("pdf: setting object %d %d, which does not exist", ref.Num, ref.Gen)
		}
	}
	if o == nil {
		o = Null{}
	}
	u.changed[ref] = o
	return nil
}

// Delete frees an object of the file.
func (u *Update) Delete(ref Ref) error {
	if _, absent := u.view.find(ref); absent != Present {
		return fmt.Errorf("pdf: deleting object %d %d, which does not exist", ref.Num, ref.Gen)
	}
	u.changed[ref] = nil
	return nil
}

// fromSection are the keys of a trailer that belong to its section alone.
var fromSection = []Name{"Size", "Prev", "XRefStm", "ID", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "F", "FFilter", "FDecodeParms", "DL"}

// SetTrailer sets a key of the trailer, such as /Info. Those that describe the
// section are not the caller's.
func (u *Update) SetTrailer(key Name, o Object) error {
	if slices.Contains(fromSection, key) {
		return fmt.Errorf("pdf: the trailer's /%s is not to be set", key)
	}
	u.trailer.Set(key, o)
	return nil
}

// Written tells what was appended.
type Written struct {
	Span  Span // of what was appended: from the old size to the new one
	holes map[Object]Span
}

// Append writes the bytes that are to follow the file. What it writes depends
// only on the file and the update.
func (u *Update) Append(to io.Writer) (*Written, error) {
	buffered := bufio.NewWriter(to)
	sum := sha256.New()
	start := u.view.file.src.size
	w := &writer{w: io.MultiWriter(buffered, sum), at: start, holes: map[Object]Span{}}
	if err := u.endLine(w); err != nil {
		return nil, err
	}
	s := newSection{entries: map[uint32]entry{}, prev: u.view.file.startxref() - u.view.file.src.base}
	u.objects(w, &s)
	u.free(&s)
	at := w.at
	if u.view.revision.Sections[0].Kind == XRefStream {
		u.xrefStream(w, &s, u.newTrailer(sum))
	} else {
		u.table(w, &s, u.newTrailer(sum))
	}
	w.text(fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at))
	if w.err == nil {
		w.err = buffered.Flush()
	}
	return &Written{Span{start, w.at}, w.holes}, w.err
}

// endLine begins a new line when the file does not end with one.
func (u *Update) endLine(w *writer) error {
	last := make([]byte, 1)
	if _, err := u.view.file.src.read(last, u.view.file.src.size-1); err != nil {
		return err
	}
	if last[0] != '\n' && last[0] != '\r' {
		w.text("\n")
	}
	return nil
}

// startxref is where the newest section is.
func (f *File) startxref() int64 { return f.newest().Sections[0].Span.Start }

// A newSection is the section to be written.
type newSection struct {
	entries map[uint32]entry
	prev    int64
}

func (s *newSection) add(w *writer, num uint32, kind entry, main int64, minor int64) {
	const farthest = 9_999_999_999 // ten digits
	e, ok := makeEntry(kind, main, minor)
	if !ok || main > farthest {
		w.fail("an object beyond 10 GB")
	}
	s.entries[num] = e
}

func compareRefs(a, b Ref) int {
	return record{num: a.Num, section: uint32(a.Gen)}.compare(record{num: b.Num, section: uint32(b.Gen)})
}

func (u *Update) objects(w *writer, s *newSection) {
	for _, ref := range slices.SortedFunc(maps.Keys(u.changed), compareRefs) {
		if o := u.changed[ref]; o != nil {
			s.add(w, ref.Num, kindInUse, w.at, int64(ref.Gen))
			w.indirect(ref, o)
		}
	}
}

// free puts the deleted objects in front of the list of free ones, which begins
// at object 0 (ISO 32000-2, 7.5.4).
func (u *Update) free(s *newSection) {
	const last = 65535
	next := int64(0)
	if at := lookup(u.view.file.history, 0, u.view.revision.top); at >= 0 && u.view.file.history[at].entry.kind() == kindFree {
		next = u.view.file.history[at].entry.main()
	}
	deleted := false
	for _, ref := range slices.SortedFunc(maps.Keys(u.changed), compareRefs) {
		if u.changed[ref] == nil {
			s.entries[ref.Num], _ = makeEntry(kindFree, next, min(int64(ref.Gen)+1, last))
			next, deleted = int64(ref.Num), true
		}
	}
	if deleted {
		s.entries[0], _ = makeEntry(kindFree, next, last)
	}
}

// newTrailer is the old trailer with what has changed. The second part of /ID
// names this state of the file: a hash of what was appended and of the old one.
func (u *Update) newTrailer(sum hash.Hash) *Dict {
	d := &Dict{}
	for _, e := range u.view.Trailer().Entries {
		if !slices.Contains(fromSection, e.Key) {
			d.Set(e.Key, e.Value)
		}
	}
	for _, e := range u.trailer.Entries {
		d.Set(e.Key, e.Value)
	}
	old, _ := u.view.Array(u.view.Trailer().Get("ID")) // a damaged one is replaced
	for _, o := range old {
		if s, ok := o.(String); ok {
			io.WriteString(sum, s.Value)
		}
	}
	state := String{Value: string(sum.Sum(nil)[:16]), Hex: true}
	first := Object(state)
	if len(old) == 2 {
		first = old[0]
	}
	d.Set("ID", Array{first, state})
	return d
}

// table writes a classic table and its trailer.
func (u *Update) table(w *writer, s *newSection, trailer *Dict) {
	w.text("xref\n")
	for _, run := range runs(s.entries) {
		w.text(fmt.Sprintf("%d %d\n", run[0], len(run)))
		for _, num := range run {
			e := s.entries[num]
			letter := 'n'
			if e.kind() == kindFree {
				letter = 'f'
			}
			w.text(fmt.Sprintf("%010d %05d %c\r\n", e.main(), e.minor(), letter))
		}
	}
	if len(s.entries) == 0 {
		w.text("0 0\n")
	}
	trailer.Set("Size", Int(u.next))
	trailer.Set("Prev", Int(s.prev))
	w.text("trailer\n")
	w.dict(trailer)
	w.text("\n")
}

// runs are the numbers in order, cut where one is missing.
func runs(entries map[uint32]entry) [][]uint32 {
	var out [][]uint32
	for _, num := range slices.Sorted(maps.Keys(entries)) {
		if n := len(out); n > 0 && out[n-1][len(out[n-1])-1]+1 == num {
			out[n-1] = append(out[n-1], num)
		} else {
			out = append(out, []uint32{num})
		}
	}
	return out
}

// xrefStream writes a cross-reference stream, which lists itself.
func (u *Update) xrefStream(w *writer, s *newSection, trailer *Dict) {
	self := Ref{Num: u.next}
	s.add(w, self.Num, kindInUse, w.at, 0)
	var rows []byte
	index := Array{}
	for _, run := range runs(s.entries) {
		index = append(index, Int(run[0]), Int(len(run)))
		for _, num := range run {
			e := s.entries[num]
			rows = append(rows, byte(e.kind()))
			for shift := 32; shift >= 0; shift -= 8 {
				rows = append(rows, byte(e.main()>>shift))
			}
			rows = append(rows, byte(e.minor()>>8), byte(e.minor()))
		}
	}
	trailer.Set("Type", Name("XRef"))
	trailer.Set("Size", Int(self.Num)+1)
	trailer.Set("Prev", Int(s.prev))
	trailer.Set("W", Array{Int(1), Int(5), Int(2)})
	trailer.Set("Index", index)
	w.indirect(self, NewFlateStream(trailer, rows))
}
