package validator

import (
	"bytes"
	"io"
	"slices"

	"khonggiay/signing/pdf"
)

// SubFilters of ISO 32000-2, table 260, and EN 319 142-1.
const (
	subFilterPAdES     = "ETSI.CAdES.detached"
	subFilterTimestamp = "ETSI.RFC3161"
	subFilterPKCS7     = "adbe.pkcs7.detached"
	subFilterSHA1      = "adbe.pkcs7.sha1"
)

// locate checks that a signature covers one revision, all of it but its own value.
func (v *run) locate(m *mark) {
	revisions := v.file.Revisions()
	m.Covers.Of = len(revisions)
	if sub, ok := m.dict.Get("SubFilter").(pdf.Name); ok {
		m.SubFilter = string(sub)
	}
	if len(m.dict.Entries) == 0 {
		return
	}
	for _, o := range m.oddities {
		code := SloppyFile
		if o.Code == pdf.OddDuplicate && m.ambiguous() {
			code = OddDictionary
		}
		m.note(found(code, "what", o.Code, "offset", o.Offset))
	}
	span, ok := m.readContents()
	if !ok || !m.readRange(v.size) {
		return
	}
	if m.ranges[1] != span.Start || m.ranges[2] != span.End {
		m.note(found(RangeGap, "left_out", []int64{m.ranges[1], m.ranges[2]}, "value", []int64{span.Start, span.End}))
		return
	}
	if !v.plainHex(span) {
		m.note(found(ContentsForm))
		return
	}
	end := m.ranges[2] + m.ranges[3]
	at := v.endOf(end)
	if at < 0 {
		m.note(found(RangeEnd, "end", end))
		return
	}
	if m.rev != at || span.Start < revisions[at].Start {
		m.note(found(OutsideRev, "covers", at+1, "stands_in", m.rev+1))
		return
	}
	m.covered = at
	m.Covers.Revision = at + 1
	m.Covers.WholeFile = end == v.size
}

// ambiguous reports whether a key stands twice whose values differ. What a
// signature is, its SubFilter says; known software wrote two types.
func (m *mark) ambiguous() bool {
	first := map[pdf.Name]pdf.Object{}
	for _, e := range m.dict.Entries {
		before, twice := first[e.Key]
		types := e.Key == "Type" && signatureType(before) && signatureType(e.Value)
		if twice && !types && !pdf.Equal(before, e.Value) {
			return true
		}
		first[e.Key] = e.Value
	}
	return false
}

func signatureType(o pdf.Object) bool { return o == pdf.Name("Sig") || o == pdf.Name("DocTimeStamp") }

// readContents takes the value; its place counts, so it must be a hexadecimal
// string in the file itself and not a reference.
func (m *mark) readContents() (pdf.Span, bool) {
	e, ok := m.dict.Lookup("Contents")
	s, isString := e.Value.(pdf.String)
	switch {
	case !ok || e.Value == pdf.Object(pdf.Null{}):
		m.note(found(ContentsEmpty))
		return pdf.Span{}, false
	case !isString || !s.Hex || e.Span == (pdf.Span{}):
		m.note(found(ContentsForm))
		return pdf.Span{}, false
	case len(bytes.Trim([]byte(s.Value), "\x00")) == 0:
		m.note(found(ContentsEmpty))
		return pdf.Span{}, false
	}
	m.value = []byte(s.Value)
	return e.Span, true
}

// readRange takes /ByteRange: [0 a b c], each where it must be.
func (m *mark) readRange(size int64) bool {
	e, ok := m.dict.Lookup("ByteRange")
	if !ok || e.Value == pdf.Object(pdf.Null{}) {
		m.note(found(RangeMissing))
		return false
	}
	numbers, ok := e.Value.(pdf.Array)
	ok = ok && len(numbers) == 4
	for i := range numbers {
		n, isInt := numbers[i].(pdf.Int)
		if ok = ok && isInt && n >= 0 && int64(n) <= size; ok {
			m.ranges[i] = int64(n)
		}
	}
	r := m.ranges
	if !ok || r[0] != 0 || r[1] == 0 || r[2] <= r[1] || r[3] == 0 || r[2]+r[3] > size {
		m.note(found(RangeMalformed))
		return false
	}
	return true
}

// plainHex reports whether the bytes left out are <, hexadecimal digits and >:
// white space and comments would be room that no signature covers.
func (v *run) plainHex(span pdf.Span) bool {
	b := make([]byte, span.End-span.Start)
	if _, err := v.r.ReadAt(b, span.Start); err != nil && err != io.EOF {
		return false
	}
	if len(b) < 2 || len(b)%2 != 0 || b[0] != '<' || b[len(b)-1] != '>' {
		return false
	}
	return !slices.ContainsFunc(b[1:len(b)-1], func(c byte) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F')
	})
}

// endOf returns the revision that ends at an offset, -1 if none does. The end
// is that of %%EOF, with or without white space after it.
func (v *run) endOf(end int64) int {
	revisions := v.file.Revisions()
	for i, r := range slices.Backward(revisions) {
		if r.EOF > end {
			continue
		}
		last := i == len(revisions)-1
		if end > r.End && !last || !v.blank(r.EOF, end) {
			return -1
		}
		return i
	}
	return -1
}

// blank reports whether only white space lies between two offsets. More of it
// than a program would write is not asked about.
func (v *run) blank(from, to int64) bool {
	const most = 4096
	if to-from > most {
		return false
	}
	b := make([]byte, to-from)
	if _, err := v.r.ReadAt(b, from); err != nil && err != io.EOF {
		return false
	}
	return len(bytes.Trim(b, "\x00\t\n\f\r ")) == 0
}

// checkOverlaps refuses two signatures over one revision: one of them was not
// there when the other was made.
func (v *run) checkOverlaps() {
	first := map[int]*mark{}
	for _, m := range v.marks {
		other, twice := first[m.covered]
		switch {
		case m.covered < 0:
		case !twice:
			first[m.covered] = m
		default:
			for _, each := range []*mark{other, m} {
				each.note(found(RangeOverlap, "revision", m.covered+1))
			}
		}
	}
}

// findGaps tells of bytes that nothing refers to; they are harmless until an
// update brings them to light, which the comparison of revisions finds.
func (v *run) findGaps() {
	const most = 10
	told := 0
	for i := range v.file.Revisions() {
		if slices.ContainsFunc(v.broken, func(b brokenObject) bool { return b.rev == i }) {
			continue // where it ends is not known
		}
		gaps, err := v.file.Gaps(i)
		if err != nil {
			v.note(trouble(err, Malformed))
			return
		}
		for _, g := range gaps {
			v.judgeGap(g, &told, most)
		}
	}
}

func (v *run) judgeGap(g pdf.Span, told *int, most int) {
	if bytes.Contains(v.bytes(g), []byte(traceOfSignature)) {
		v.note(found(StrayTrace, "offset", g.Start))
		return
	}
	if *told < most {
		*told++
		v.note(found(HiddenBytes, "offset", g.Start, "bytes", g.End-g.Start))
	}
}

// traceOfSignature stands in signatures and hardly anywhere else.
const traceOfSignature = "/ByteRange"

// bytes are those of a span, or as many as one should look at.
func (v *run) bytes(s pdf.Span) []byte {
	const longest = 1 << 20
	b := make([]byte, min(s.End-s.Start, longest))
	n, err := v.r.ReadAt(b, s.Start)
	if err != nil && err != io.EOF {
		return nil
	}
	return b[:n]
}
