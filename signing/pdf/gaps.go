package pdf

// Gaps lists the bytes of revision i that belong to nothing that its own sections
// define: not to an object, a section or the end, and no white space or comment.
// Content that waits there for a later revision to point to it is how signed
// files are prepared to be changed. A gap reaches to whatever follows it. Objects that overlap are a *FormatError.
func (f *File) Gaps(i int) ([]Span, error) {
	r := &f.revisions[i]
	claimed, err := f.claims(i)
	if err != nil {
		return nil, err
	}
	var gaps []Span
	at := r.Start
	for _, c := range append(claimed, Span{r.End, r.End}) {
		if c.Start < at {
			return nil, malformed(c.Start, "an object that begins inside another")
		}
		from, err := f.skipSpace(at, c.Start)
		if err != nil {
			return nil, err
		}
		if from < c.Start {
			gaps = append(gaps, Span{from, c.Start})
		}
		at = c.End
	}
	return gaps, nil
}

// skipSpace returns where something else than white space and comments begins.
func (f *File) skipSpace(from, end int64) (int64, error) {
	r := enter(f.src.over(from, end, &f.budget.Limits))
	defer r.leave()
	err := r.lexer.skipSpace()
	return r.lexer.at(), err
}

// claims are the spans of what the sections of a revision define, in order.
func (f *File) claims(i int) ([]Span, error) {
	r, v := &f.revisions[i], f.At(i)
	from := r.Start
	if i > 0 {
		from = f.revisions[i-1].EOF // an offset may point to the line end before the object
	}
	f.mu.Lock()
	known := len(f.spans)
	f.mu.Unlock()
	seen := make(map[int64]bool, known)
	claimed := append(make([]Span, 0, known+4), r.Startxref)
	for _, span := range f.hybridStreams() {
		if span.Start >= r.Start && span.End <= r.End && !seen[span.Start] {
			claimed = append(claimed, span)
			seen[span.Start] = true
		}
	}
	for _, s := range r.Sections {
		claimed = append(claimed, s.Span)
		seen[s.Span.Start] = true
		if c := s.closing; c.found && c.start != r.Startxref.Start {
			claimed = append(claimed, Span{c.start, c.eof})
		}
	}
	var failed error
	f.each(r.top, func(at int) {
		e := f.history[at].entry
		if failed != nil || e.kind() != kindInUse || e.main() < from || e.main() >= r.EOF || seen[e.main()] {
			return
		}
		seen[e.main()] = true
		span, known := f.remembered(e.main())
		if !known || span.End > r.End {
			item, err := v.Read(Ref{f.history[at].num, f.history[at].generation()})
			if err != nil {
				failed = err
				return
			}
			span = item.Span
		}
		if !seen[span.Start] || span.Start == e.main() {
			claimed = append(claimed, span)
		}
	})
	sortSpans(claimed)
	return claimed, failed
}

// hybridStreams are the streams of all hybrid sections; one may lie in an earlier
// revision than its section.
func (f *File) hybridStreams() (spans []Span) {
	for _, r := range f.revisions {
		for _, s := range r.Sections {
			if s.Kind == Hybrid {
				spans = append(spans, s.Stream)
			}
		}
	}
	return spans
}
