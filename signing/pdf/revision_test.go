package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// kinds make the same three states of a file with tables, with cross-reference
// streams, and with both.
var kinds = map[string]func(m *maker, revision int){
	"tables":  func(m *maker, _ int) { m.table("") },
	"streams": func(m *maker, revision int) { m.xref(20+revision, "", nil) },
	"mixed": func(m *maker, revision int) {
		if revision == 1 {
			m.xref(20, "", nil)
		} else {
			m.table("")
		}
	},
}

// TestRevisions: each revision shows the file as it stood then, and what it changed.
func TestRevisions(t *testing.T) {
	for name, end := range kinds {
		t.Run(name, func(t *testing.T) {
			m := newMaker().document().object(4, "(one)")
			var ends []int64
			closeRevision := func(i int) {
				end(m, i)
				ends = append(ends, int64(m.Len()))
			}
			closeRevision(0)
			m.object(4, "(two)").object(5, "7")
			closeRevision(1)
			m.object(5, "8")
			closeRevision(2)

			f := mustOpen(t, m.Bytes())
			wantCodes(t, f.Oddities())
			rs := f.Revisions()
			if len(rs) != 3 {
				t.Fatalf("%d revisions", len(rs))
			}
			for i, r := range rs {
				if r.End != ends[i] || r.EOF != ends[i]-1 || i > 0 && r.Start != ends[i-1] {
					t.Errorf("revision %d: %d to %d (%d), want the end %d", i, r.Start, r.End, r.EOF, ends[i])
				}
				if got := string(m.Bytes()[r.Startxref.Start:r.Startxref.End]); !strings.HasPrefix(got, "startxref\n") || !strings.HasSuffix(got, "%%EOF") {
					t.Errorf("revision %d: startxref is %q", i, got)
				}
				if gaps, err := f.Gaps(i); len(gaps) > 0 || err != nil {
					t.Errorf("revision %d: gaps %v, %v", i, gaps, err)
				}
			}
			for i, want := range [][2]Object{{String{Value: "one"}, Null{}}, {String{Value: "two"}, Int(7)}, {String{Value: "two"}, Int(8)}} {
				if got := mustGet(t, f.At(i), 4); got != want[0] {
					t.Errorf("object 4 at %d: %v", i, got)
				}
				if got := mustGet(t, f.At(i), 5); got != want[1] {
					t.Errorf("object 5 at %d: %v", i, got)
				}
			}
			if got := withoutSections(f.Changed(1)); !slices.Equal(got, []uint32{4, 5}) {
				t.Errorf("changed in revision 1: %v", got)
			}
			if got := withoutSections(f.Changed(2)); !slices.Equal(got, []uint32{5}) {
				t.Errorf("changed in revision 2: %v", got)
			}
		})
	}
}

// withoutSections drops the cross-reference streams, which are objects too.
func withoutSections(refs []Ref) []uint32 {
	var nums []uint32
	for _, r := range refs {
		if r.Num < 20 {
			nums = append(nums, r.Num)
		}
	}
	return nums
}

// TestPrefixIsRevision: the file cut behind a revision is the file of that view.
func TestPrefixIsRevision(t *testing.T) {
	m := newMaker().document().table("")
	m.object(3, "<</Type /Page /Parent 2 0 R /Rotate 90>>").table("")
	m.object(3, "<</Type /Page /Parent 2 0 R /Rotate 180>>").xref(9, "", nil)
	whole := mustOpen(t, m.Bytes())
	for i, r := range whole.Revisions() {
		part := mustOpen(t, m.Bytes()[:r.End])
		if n := len(part.Revisions()); n != i+1 {
			t.Errorf("cut behind revision %d: %d revisions", i, n)
		}
		if !Equal(mustGet(t, whole.At(i), 3), mustGet(t, part.Newest(), 3)) {
			t.Errorf("revision %d differs from the file cut behind it", i)
		}
	}
}

// TestRepeatedEntryIsNoChange: an update may list what it does not change.
func TestRepeatedEntryIsNoChange(t *testing.T) {
	m := newMaker().document().object(4, "(one)")
	same := m.offsets[3]
	m.table("").object(4, "(two)")
	m.offsets[3] = same
	m.table("")
	if got := mustOpen(t, m.Bytes()).Changed(1); !slices.Equal(got, []Ref{{Num: 4}}) {
		t.Errorf("changed: %v", got)
	}
}

// TestReplacedObjectStream: whoever replaces an object stream changes all that is
// in it, although no entry of theirs changes.
func TestReplacedObjectStream(t *testing.T) {
	m := newMaker().document().objStm(6, 4, "(one)", 5, "(five)")
	m.xref(7, "", map[int][2]int{4: {6, 0}, 5: {6, 1}})
	m.objStm(6, 4, "(two)", 5, "(five)").xref(8, "", nil)
	f := mustOpen(t, m.Bytes())
	if got := f.Changed(1); !slices.Equal(got, []Ref{{Num: 4}, {Num: 5}, {Num: 6}, {Num: 8}}) {
		t.Errorf("changed: %v", got)
	}
	for i, want := range []string{"one", "two", "one"} {
		if got := mustGet(t, f.At(i%2), 4); got != (String{Value: want}) {
			t.Errorf("object 4 at %d: %v", i%2, got)
		}
	}
	if where, ok := f.Newest().Where(Ref{Num: 5}); !ok || where.Stream != (Ref{Num: 6}) || where.Index != 1 {
		t.Errorf("object 5 is at %+v, %v", where, ok)
	}
}

// TestAbsent: a reference to nothing is null, and the view says why.
func TestAbsent(t *testing.T) {
	m := newMaker().document().object(4, "(one)").table("")
	at := m.Len()
	m.printf("xref\n4 1\n0000000000 00001 f \ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\n", m.last)
	f := mustOpen(t, m.close(at).Bytes())
	for ref, want := range map[Ref]Absence{
		{Num: 1}: Present, {Num: 1, Gen: 1}: OtherGeneration, {Num: 4}: Freed, {Num: 5}: NeverDefined, {}: NeverDefined,
	} {
		item, err := f.Newest().Read(ref)
		if err != nil || item.Absent != want || isNull(item.Object) != (want != Present) {
			t.Errorf("%v: %+v, %v, want absence %d", ref, item, err, want)
		}
	}
	if got := f.Changed(1); !slices.Equal(got, []Ref{{Num: 4}}) {
		t.Errorf("changed: %v", got)
	}
	if got := slices.Collect(f.Newest().Refs()); !slices.Equal(got, []Ref{{Num: 1}, {Num: 2}, {Num: 3}}) {
		t.Errorf("live: %v", got)
	}
}

// TestHybrid: the stream beside a table fills what the table hides, and each
// other disagreement is told.
func TestHybrid(t *testing.T) {
	hybrid := func(table string) *File {
		m := newMaker().document()
		kept := m.offsets
		m.offsets = map[int]int{}
		m.object(4, "(hidden)")
		m.last = 1 // no entry for object 0 in the stream
		beside := m.xrefObject(5, "", nil)
		m.last, m.offsets = 0, kept
		at := m.tableOnly()
		m.printf("%strailer\n<</Size 6 /Root 1 0 R /XRefStm %d>>\n", table, beside)
		return mustOpen(t, m.close(at).Bytes())
	}
	f := hybrid("4 2\n0000000000 65535 f \n0000000000 65535 f \n")
	wantCodes(t, f.Oddities())
	if got := mustGet(t, f.Newest(), 4); got != (String{Value: "hidden"}) {
		t.Errorf("object 4: %v", got)
	}
	if s := f.Revisions()[0].Sections[0]; s.Kind != Hybrid || s.Stream == (Span{}) {
		t.Errorf("section: %+v", s)
	}
	f = hybrid("4 1\n0000000015 00000 n \n")
	wantCodes(t, f.Oddities(), OddHybrid)
	if _, err := f.Newest().Get(Ref{Num: 4}); err == nil {
		t.Error("the table's entry was passed over")
	}
}

// TestWordHybrid: Word's way of saving: a table for old readers, closed by %%EOF,
// then an empty table that points back to the stream for new ones. Whoever updates
// such a file may copy the pointer.
func TestWordHybrid(t *testing.T) {
	m := newMaker().document()
	kept := m.offsets
	m.offsets = map[int]int{}
	m.object(4, "(for new readers)")
	m.last = 1 // no entry for object 0 in the stream
	beside := m.xrefObject(5, "", nil)
	m.last, m.offsets = 0, kept
	old := m.tableOnly()
	m.printf("4 2\n0000000000 65535 f \n0000000000 65535 f \ntrailer\n<</Size 6 /Root 1 0 R>>\n")
	m.close(old)
	word := m.Len()
	m.printf("xref\n0 0\ntrailer\n<</Size 6 /Root 1 0 R /Prev %d /XRefStm %d>>\n", old, beside)
	m.close(word)
	update := m.Len()
	m.printf("xref\n0 0\ntrailer\n<</Size 6 /Root 1 0 R /Prev %d /XRefStm %d>>\n", word, beside)
	f := mustOpen(t, m.close(update).Bytes())
	wantCodes(t, f.Oddities(), OddHybridNews, OddHybridPlace)
	if n := len(f.Revisions()); n != 3 {
		t.Errorf("%d revisions", n)
	}
	if got := mustGet(t, f.Newest(), 4); got != (String{Value: "for new readers"}) {
		t.Errorf("object 4: %v", got)
	}
	if got := mustGet(t, f.At(0), 4); !isNull(got) {
		t.Errorf("object 4 for old readers: %v", got)
	}
	for i, want := range [][]Span{{{int64(m.offsets[3]), 0}}, nil, nil} {
		got, err := f.Gaps(i)
		if err != nil || len(got) != len(want) {
			t.Errorf("gaps of %d: %v, %v", i, got, err)
		}
	}
}

// TestGaps: what waits between the objects of a revision is shown.
func TestGaps(t *testing.T) {
	m := newMaker().document()
	from := int64(m.Len())
	m.WriteString("9 0 obj\n(waits)\nendobj\n")
	to := int64(m.Len())
	m.object(4, "1").WriteString("% a comment is no gap\n")
	f := mustOpen(t, m.table("").Bytes())
	if got, err := f.Gaps(0); err != nil || !slices.Equal(got, []Span{{from, to}}) {
		t.Errorf("gaps %v, %v, want %d to %d", got, err, from, to)
	}
}

// TestObjectBehindLineEnd: the offset of the first object of an update may point
// to the line end of the revision before.
func TestObjectBehindLineEnd(t *testing.T) {
	m := newMaker().document().table("").object(4, "1")
	m.offsets[4]--
	f := mustOpen(t, m.table("").Bytes())
	for i := range f.Revisions() {
		if got, err := f.Gaps(i); len(got) > 0 || err != nil {
			t.Errorf("gaps of %d: %v, %v", i, got, err)
		}
	}
}

// TestOverlappingObjects: an object that begins inside a string of another.
func TestOverlappingObjects(t *testing.T) {
	m := newMaker().document().object(4, "(%s)", "9 0 obj (inside) endobj")
	m.offsets[9] = m.offsets[4] + len("4 0 obj\n(")
	m.size = 10
	_, err := mustOpen(t, m.table("").Bytes()).Gaps(0)
	wantFormat(t, err, "begins inside another")
}

// TestLaterBytesDoNotExist: an entry may not point behind its revision.
func TestLaterBytesDoNotExist(t *testing.T) {
	for _, shift := range []int{0, 1} { // the length of the table must not change
		m := newMaker().document()
		m.offsets[4] = 1000 + shift
		m.size = 5
		m.table("")
		m.printf("%s", strings.Repeat(" ", 1000+shift-m.Len()))
		m.printf("4 0 obj\n(late)\nendobj\n")
		m.object(5, "1").table("")
		f := mustOpen(t, m.Bytes())
		_, err := f.At(0).Get(Ref{Num: 4})
		wantFormat(t, err, "nothing where the offset points to")
		if got := mustGet(t, f.At(1), 4); got != (String{Value: "late"}) {
			t.Errorf("object 4: %v", got)
		}
	}
}

// TestRefused: files that mean two things mean nothing.
func TestRefused(t *testing.T) {
	sound := func() *maker { return newMaker().document().table("") }
	for name, c := range map[string]struct {
		file  []byte
		words string
	}{
		"no header":    {[]byte("PDF"), "header"},
		"no startxref": {newMaker().document().Bytes(), "no startxref"},
		"no %%EOF":     {bytes.TrimSuffix(sound().Bytes(), []byte("%%EOF\n")), "no number and %%EOF follow"},
		"a startxref behind the end": {
			append(sound().Bytes(), "startxref\n15\n"...), "no number and %%EOF follow"},
		"startxref outside": {newMaker().document().close(99999).Bytes(), "outside of the file"},
		"startxref at an object": {
			newMaker().document().close(15).Bytes(), "no cross-reference section"},
		"an entry twice": {
			[]byte(strings.Replace(newMaker().document().table("").String(), "xref\n0 1", "xref\n3 1\n0000000015 00000 n \n0 1", 1)), "twice"},
		"no /Root": {bytes.Replace(sound().Bytes(), []byte("/Root"), []byte("/Toor"), 1), "without /Root"},
		"a huge count": {
			bytes.Replace(sound().Bytes(), []byte("0 1\n"), []byte("0 99999999\n"), 1), "malformed subsection"},
		"a cut entry": {
			bytes.Replace(sound().Bytes(), []byte("65535 f"), []byte("65535 g"), 1), "malformed entry"},
		"/Prev of another type": {newMaker().document().table("/Prev (9)").Bytes(), "malformed /Prev"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openBytes(c.file)
			wantFormat(t, err, c.words)
		})
	}
}

// TestCircles: sections that lead back to themselves end in an error, at once.
func TestCircles(t *testing.T) {
	m := newMaker().document()
	m.last = m.Len()
	_, err := openBytes(m.table("").Bytes())
	wantFormat(t, err, "in a circle")

	m = newMaker().document()
	first := m.Len()
	second := first + 1000
	m.last = second
	m.table("")
	m.printf("%s", strings.Repeat(" ", second-m.Len()))
	m.last = first
	_, err = openBytes(m.object(4, "1").table("").Bytes())
	if err == nil {
		t.Error("two sections that name each other are accepted")
	}
}

// TestSectionOutsideOfItsRevision: an update hidden inside earlier bytes.
func TestSectionOutsideOfItsRevision(t *testing.T) {
	m := newMaker().document()
	early := m.Len()
	m.printf("xref\n4 1\n0000000015 00000 n \ntrailer\n<</Size 5 /Root 1 0 R /Prev %06d>>\n", early+200)
	m.printf("%s", strings.Repeat(" ", early+200-m.Len()))
	m.table("")
	m.printf("startxref\n%d\n%%%%EOF\n", early)
	_, err := openBytes(m.Bytes())
	wantFormat(t, err, "outside of its revision")
}

// TestEncrypted: /Encrypt in an older trailer counts too.
func TestEncrypted(t *testing.T) {
	m := newMaker().document().table("/Encrypt 4 0 R")
	if _, err := openBytes(m.object(4, "1").table("").Bytes()); err != ErrEncrypted {
		t.Errorf("error %v", err)
	}
}

// TestOddities: what is tolerated is told.
func TestOddities(t *testing.T) {
	base := newMaker().document().table("").String()
	eof := "%%EOF\n"
	for name, c := range map[string]struct {
		file string
		want []OddityCode
	}{
		"sound":                  {base, nil},
		"blanks behind":          {base + "\n \n", nil},
		"bytes behind":           {base + "x", []OddityCode{OddTail}},
		"two %%EOF":              {base + eof, []OddityCode{OddTail}},
		"junk before":            {"junk\n" + base, []OddityCode{OddHeader}},
		"version":                {strings.Replace(base, "PDF-1.7", "PDF-x.y", 1), []OddityCode{OddHeaderShape}},
		"short entry":            {sloppy(base, "\n"), []OddityCode{OddEntry}},
		"long entry":             {sloppy(base, " \r\n"), []OddityCode{OddEntry}},
		"space before xref":      {strings.Replace(base, fmt.Sprint(strings.Index(base, "xref\n")), fmt.Sprint(strings.Index(base, "xref\n")-1), 1), []OddityCode{OddPlace}},
		"an entry too many":      {strings.Replace(base, "/Size 4", "/Size 3", 1), []OddityCode{OddSize}},
		"zero for no /Prev":      {strings.Replace(base, "/Root", "/Prev 0 /Root", 1), []OddityCode{OddPrev}},
		"an entry at the header": {strings.Replace(base, "0 1\n0000000000 65535 f \n", "0 1\n0000000000 65535 f \n9 1\n0000000000 00000 n \n", 1), []OddityCode{OddNowhere, OddSize}},
		"blanks in an entry":     {strings.NewReplacer("1 1\n", "1 3\n", "2 1\n00", "  ", "3 1\n", "").Replace(base), []OddityCode{OddEntry}},
		"a generation too far":   {strings.Replace(base, "65535 f", "65536 f", 1), []OddityCode{OddEntry}},
		"a trailer too many":     {strings.Replace(newMaker().document().xref(4, "", nil).String(), "startxref", "trailer\n<</Size 5>>\nstartxref", 1), []OddityCode{OddTrailer}},
		"no %%EOF in middle":     {string(withoutMiddleEOF()), []OddityCode{OddNoEOF}},
	} {
		t.Run(name, func(t *testing.T) {
			f := mustOpen(t, []byte(c.file))
			wantCodes(t, f.Oddities(), c.want...)
			if pages, err := f.Newest().Pages(); len(pages) != 1 || err != nil {
				t.Errorf("%d pages, %v", len(pages), err)
			}
		})
	}
}

// sloppy gives the entries of the table another end.
func sloppy(file, end string) string {
	return strings.NewReplacer(" f \n", " f"+end, " n \n", " n"+end).Replace(file)
}

func withoutMiddleEOF() []byte {
	m := newMaker().document()
	at := m.tableOnly()
	m.printf("trailer\n<</Size 4 /Root 1 0 R>>\n")
	m.last = at
	return m.object(4, "1").table("").Bytes()
}

// TestStartxrefElsewhere: an old startxref that points to no section of its own.
func TestStartxrefElsewhere(t *testing.T) {
	m := newMaker().document().table("")
	data := m.object(4, "1").table("").Bytes()
	data[bytes.Index(data, []byte("startxref\n"))+len("startxref\n")] = '9'
	f := mustOpen(t, data)
	wantCodes(t, f.Oddities(), OddStartxref)
	if n := len(f.Revisions()); n != 2 {
		t.Errorf("%d revisions", n)
	}
}

// TestUnknownEntryType: an entry of a type to come stands for null.
func TestUnknownEntryType(t *testing.T) {
	m := newMaker().document().table("")
	at := m.Len()
	m.stream(5, fmt.Sprintf("/Type/XRef /W [1 1 1] /Index [4 1] /Size 6 /Root 1 0 R /Prev %d", m.last), "\x07\x01\x01")
	f := mustOpen(t, m.close(at).Bytes())
	wantCodes(t, f.Oddities(), OddEntryType)
	if item, err := f.Newest().Read(Ref{Num: 4}); item.Absent != UnknownType || err != nil {
		t.Errorf("%+v, %v", item, err)
	}
}

// broken is a disk that fails when it is told to.
type broken struct {
	*bytes.Reader
	fails bool
}

func (b *broken) ReadAt(p []byte, offset int64) (int, error) {
	if b.fails {
		return 0, os.ErrClosed
	}
	return b.Reader.ReadAt(p, offset)
}

// TestReadError: a failing disk is not taken for a malformed file.
func TestReadError(t *testing.T) {
	data := newMaker().document().stream(4, "/Filter/FlateDecode", deflate("x")).table("").Bytes()
	disk := &broken{Reader: bytes.NewReader(data)}
	f, err := Open(disk, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	s := mustGet(t, f.Newest(), 4).(*Stream)
	disk.fails = true
	for i := range f.src.kept { // what was read is still known; the rest is not to be had
		f.src.kept[i].Store(nil)
	}
	_, errGet := f.Newest().Get(Ref{Num: 4})
	_, errBytes := f.Newest().Bytes(s)
	_, errOpen := Open(disk, int64(len(data)))
	_, errShort := Open(bytes.NewReader(data[:9]), int64(len(data)))
	for _, err := range []error{errGet, errBytes, errOpen, errShort} {
		var read *ReadError
		if !errors.As(err, &read) {
			t.Errorf("error %v", err)
		}
	}
	if Equal(s, s) {
		t.Error("streams that cannot be read pass for equal")
	}
}

// TestPrevZero: /Prev 0 behind signed revisions does not make them vanish.
func TestPrevZero(t *testing.T) {
	m := newMaker().document().object(4, "(one)").table("")
	at := m.object(4, "(two)").tableOnly()
	m.printf("trailer\n<</Size 5 /Root 1 0 R /Prev 0>>\n")
	f := mustOpen(t, m.close(at).Bytes())
	wantCodes(t, f.Oddities(), OddPrev)
	if n := len(f.Revisions()); n != 2 {
		t.Fatalf("%d revisions", n)
	}
	if got := mustGet(t, f.At(0), 4); got != (String{Value: "one"}) {
		t.Errorf("object 4: %v", got)
	}
}
