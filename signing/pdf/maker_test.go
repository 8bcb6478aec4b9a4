package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A maker writes a PDF file by hand, byte for byte as a test wants it.
type maker struct {
	bytes.Buffer
	offsets map[int]int // of the objects since the last section
	last    int         // offset of the last section, 0 when there is none
	size    int
}

func newMaker() *maker {
	m := &maker{offsets: map[int]int{}}
	m.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	return m
}

func (m *maker) printf(format string, args ...any) { fmt.Fprintf(m, format, args...) }

// object writes "num 0 obj body endobj".
func (m *maker) object(num int, body string, args ...any) *maker {
	m.offsets[num] = m.Len()
	m.size = max(m.size, num+1)
	m.printf("%d 0 obj\n%s\nendobj\n", num, fmt.Sprintf(body, args...))
	return m
}

// stream writes a stream object; the keys do not include /Length.
func (m *maker) stream(num int, keys, data string) *maker {
	return m.object(num, "<<%s /Length %d>>\nstream\n%s\nendstream", keys, len(data), data)
}

// document writes a catalog (1), the root of the pages (2) and a page (3).
func (m *maker) document() *maker {
	return m.object(1, "<</Type /Catalog /Pages 2 0 R>>").
		object(2, "<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 200 100]>>").
		object(3, "<</Type /Page /Parent 2 0 R>>")
}

func (m *maker) numbers() []int {
	var nums []int
	for num := range m.offsets {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	return nums
}

// tableOnly writes a table of the objects since the last section, one subsection
// for each, without trailer, and returns its offset.
func (m *maker) tableOnly() int {
	at := m.Len()
	m.WriteString("xref\n")
	if m.last == 0 {
		m.WriteString("0 1\n0000000000 65535 f \n")
	}
	for _, num := range m.numbers() {
		m.printf("%d 1\n%010d 00000 n \n", num, m.offsets[num])
	}
	clear(m.offsets)
	return at
}

// table closes a revision with a table; keys are added to the trailer.
func (m *maker) table(keys string) *maker {
	at := m.tableOnly()
	if m.last > 0 {
		keys += fmt.Sprintf(" /Prev %d", m.last)
	}
	m.printf("trailer\n<</Size %d /Root 1 0 R %s>>\n", m.size, keys)
	return m.close(at)
}

func (m *maker) close(at int) *maker {
	m.printf("startxref\n%d\n%%%%EOF\n", at)
	m.last = at
	return m
}

// xrefObject writes a cross-reference stream of the objects since the last
// section and of those in object streams (number → stream and index).
func (m *maker) xrefObject(self int, keys string, packed map[int][2]int) int {
	at := m.Len()
	m.offsets[self] = at
	m.size = max(m.size, self+1)
	for num := range packed {
		m.size = max(m.size, num+1)
	}
	var index []string
	var rows bytes.Buffer
	if m.last == 0 {
		index = append(index, "0 1")
		rows.Write([]byte{0, 0, 0, 0, 255})
	}
	for num := range m.size {
		if offset, ok := m.offsets[num]; ok {
			index = append(index, fmt.Sprintf("%d 1", num))
			rows.Write([]byte{1, byte(offset >> 16), byte(offset >> 8), byte(offset), 0})
		} else if p, ok := packed[num]; ok {
			index = append(index, fmt.Sprintf("%d 1", num))
			rows.Write([]byte{2, byte(p[0] >> 16), byte(p[0] >> 8), byte(p[0]), byte(p[1])})
		}
	}
	m.stream(self, fmt.Sprintf("/Type /XRef /W [1 3 1] /Index [%s] /Size %d /Root 1 0 R %s", strings.Join(index, " "), m.size, keys), rows.String())
	clear(m.offsets)
	return at
}

// xref closes a revision with a cross-reference stream.
func (m *maker) xref(self int, keys string, packed map[int][2]int) *maker {
	if m.last > 0 {
		keys += fmt.Sprintf(" /Prev %d", m.last)
	}
	return m.close(m.xrefObject(self, keys, packed))
}

// objStm writes an object stream of numbers and bodies in turn.
func (m *maker) objStm(num int, content ...any) *maker {
	var head, body string
	for i := 0; i < len(content); i += 2 {
		head += fmt.Sprintf("%d %d ", content[i], len(body))
		body += content[i+1].(string) + "\n"
	}
	return m.stream(num, fmt.Sprintf("/Type /ObjStm /N %d /First %d /Filter /FlateDecode", len(content)/2, len(head)), deflate(head+body))
}

func deflate(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func openBytes(b []byte) (*File, error) { return Open(bytes.NewReader(b), int64(len(b))) }

func mustOpen(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := openBytes(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustGet(t testing.TB, v *View, num uint32) Object {
	t.Helper()
	o, err := v.Get(Ref{Num: num})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// wantFormat makes sure that the error is a *FormatError that speaks of the words.
func wantFormat(t testing.TB, err error, words string) {
	t.Helper()
	var format *FormatError
	if !errors.As(err, &format) || !strings.Contains(format.What, words) {
		t.Errorf("error %v, want a FormatError about %q", err, words)
	}
}

func codes(odd []Oddity) []OddityCode {
	var out []OddityCode
	for _, o := range odd {
		out = append(out, o.Code)
	}
	return out
}

func wantCodes(t testing.TB, odd []Oddity, want ...OddityCode) {
	t.Helper()
	if got := codes(odd); !slices.Equal(got, want) {
		t.Errorf("oddities %v, want %v", got, want)
	}
}
