package pdf

import (
	"cmp"
	"slices"
)

// A Revision is a state of the file that somebody saved: everything up to its
// %%EOF, read from its own cross-reference sections and the earlier ones.
type Revision struct {
	Sections  []Section // the newest first; two when linearized
	Trailer   *Dict     // that of the newest
	Startxref Span      // from the keyword to the end of %%EOF
	Start     int64     // where the revision before ends, or the header
	EOF       int64     // behind %%EOF
	End       int64     // behind the end of line after it
	top       uint32    // number of the newest section
}

func (f *File) newest() *Revision { return &f.revisions[len(f.revisions)-1] }

// group makes revisions of the sections, which come the newest first. A section
// that its own "startxref N %%EOF" follows closes a revision.
func (f *File) group(sections []Section, last closing) error {
	if err := overlap(sections); err != nil {
		return err
	}
	var revisions []Revision // the newest first
	for i := 0; i < len(sections); {
		n, c := f.closes(sections, i)
		if i == 0 {
			c = last
		}
		if c.found {
			revisions = append(revisions, Revision{Trailer: sections[i].Trailer, top: f.sectionNumber(i),
				Startxref: Span{c.start, c.eof}, EOF: c.eof, End: c.end})
		} else {
			f.odd = append(f.odd, Oddity{OddNoEOF, sections[i].Span.Start})
		}
		r := &revisions[len(revisions)-1]
		r.Sections = append(r.Sections, sections[i:i+n]...)
		i += n
	}
	slices.Reverse(revisions)
	f.revisions = revisions
	return f.checkOrder()
}

// closes returns how many sections from i on are one part of a revision, and what
// closes them.
func (f *File) closes(sections []Section, i int) (int, closing) {
	s := sections[i]
	if i == len(sections)-2 {
		front, main := s, sections[i+1]
		if front.Span.Start < main.Span.Start && main.closing.found && (main.closing.target == front.stated || main.closing.target == front.Span.Start) {
			if !f.linearized() {
				f.odd = append(f.odd, Oddity{OddLinear, front.Span.Start})
			}
			return 2, main.closing
		}
	}
	if s.closing.found && s.closing.target != s.stated && s.closing.target != s.Span.Start {
		f.odd = append(f.odd, Oddity{OddStartxref, s.Span.Start})
	}
	return 1, s.closing
}

// linearized reports whether the first object says so (ISO 32000-2, Annex F).
func (f *File) linearized() bool {
	l := f.src.lexer(f.header, f.src.size, &f.budget.Limits)
	if _, _, err := l.heading(); err != nil {
		return false
	}
	o, _, err := l.object(0)
	d, ok := o.(*Dict)
	return err == nil && ok && !isNull(d.Get("Linearized"))
}

// overlap refuses sections that share bytes: each reader would make its own of
// them. Only the stream of a hybrid section may be that of another one, too: some
// programs copy the earlier trailer.
func overlap(sections []Section) error {
	var spans []Span
	streams := map[Span]bool{}
	for _, s := range sections {
		spans = append(spans, s.Span)
		if s.Kind == Hybrid && !streams[s.Stream] {
			streams[s.Stream] = true
			spans = append(spans, s.Stream)
		}
	}
	sortSpans(spans)
	for i := 1; i < len(spans); i++ {
		if spans[i].Start < spans[i-1].End {
			return malformed(spans[i].Start, "cross-reference sections that overlap")
		}
	}
	return nil
}

func sortSpans(spans []Span) {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
}

// checkOrder makes sure that each revision lies behind the one before. An update
// inside of earlier bytes would not be an update. The stream of a hybrid section
// may lie there: Word writes a table for old readers, closes it with %%EOF, and
// adds an empty table that points back to a stream for new ones.
func (f *File) checkOrder() error {
	start := f.header
	for i := range f.revisions {
		r := &f.revisions[i]
		r.Start = start
		for _, s := range r.Sections {
			if s.Span.Start < r.Start || max(s.Span.End, s.Stream.End) > r.EOF {
				return malformed(s.Span.Start, "a cross-reference section outside of its revision")
			}
			if s.Kind == Hybrid && s.Stream.Start < r.Start {
				f.odd = append(f.odd, Oddity{f.pointsBack(i), s.Span.Start})
			}
		}
		if _, ok := r.Trailer.Get("Root").(Ref); !ok {
			return malformed(r.Sections[0].Span.Start, "a trailer without /Root")
		}
		start = r.End
	}
	return nil
}

// pointsBack tells whether the stream in earlier bytes says anything new: to
// readers that pass hybrid streams by, the revision then is another one.
func (f *File) pointsBack(i int) OddityCode {
	top, below := f.revisions[i].top, uint32(0)
	if i > 0 {
		below = f.revisions[i-1].top
	}
	code := OddHybridPlace
	f.each(top, func(at int) {
		r := f.history[at]
		ofStream := r.section%2 == 0 && r.section > below
		if old := lookup(f.history, r.num, below); ofStream && (old < 0 && r.entry.kind() != kindFree || old >= 0 && f.history[old].entry != r.entry) {
			code = OddHybridNews
		}
	})
	return code
}

// Changed lists the objects that revision i defines anew, replaces or frees: an
// entry that says the same as before is no change, but an object whose object
// stream is replaced is. Sorted by number.
func (f *File) Changed(i int) []Ref {
	after := f.At(i)
	below := uint32(0)
	if i > 0 {
		below = f.revisions[i-1].top
	}
	var changed []uint32 // in order, as each goes
	f.each(after.revision.top, func(at int) {
		r := f.history[at]
		if r.section <= below {
			return
		}
		old := -1
		if below > 0 { // there is nothing below the first
			old = lookup(f.history, r.num, below)
		}
		if old < 0 && r.entry.kind() == kindFree || old >= 0 && f.history[old].entry == r.entry {
			return
		}
		changed = append(changed, r.num)
	})
	refs := make([]Ref, 0, len(changed))
	has := func(num uint32) bool {
		_, found := slices.BinarySearch(changed, num)
		return found
	}
	f.each(after.revision.top, func(at int) {
		r := f.history[at]
		inReplaced := r.entry.kind() == kindCompressed && has(uint32(r.entry.main()))
		if has(r.num) || inReplaced {
			refs = append(refs, f.refOf(at, below))
		}
	})
	return refs
}

// refOf names the object of a record; a freed one as it was called before.
func (f *File) refOf(at int, below uint32) Ref {
	r := f.history[at]
	if r.entry.kind() == kindFree {
		if old := lookup(f.history, r.num, below); old >= 0 {
			r = f.history[old]
		}
	}
	return Ref{r.num, r.generation()}
}

func (r record) generation() uint16 {
	if r.entry.kind() == kindCompressed {
		return 0
	}
	return uint16(r.entry.minor())
}

// each visits, by number, the index of the record that holds for each object.
func (f *File) each(top uint32, visit func(at int)) {
	best := -1
	for at, r := range f.history {
		if best >= 0 && f.history[best].num != r.num {
			visit(best)
			best = -1
		}
		if r.section <= top {
			best = at
		}
	}
	if best >= 0 {
		visit(best)
	}
}
