package sqlite

import (
	"encoding/binary"
	"io"
	"math"
	"regexp"
)

// What follows reads rows straight from the pages of a SQLite file (the format
// is part of SQLite's promise: sqlite.org/fileformat2.html), for a file whose
// own index of its pages is broken. Deleted rows are not met: secure_delete
// overwrites them.

// salvagePage is the page size of files that this program makes.
const salvagePage = 4096

// walHeader and walFrame are the bytes before the log's first page, and before each.
const (
	walHeader = 32
	walFrame  = 24
	walMagic  = 0x377f0682 // or one more
)

// commandNameRE is the name of a command with its version: it tells a row of
// the outbox from all others.
var commandNameRE = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+\.[0-9]+$`)

// scanPages calls fn for each row in f that looks like one of the outbox, with
// as many values as there are columns: those that an older file lacks are zero.
func scanPages(f io.ReaderAt, columns int, fn func([]any)) error {
	p := pages{f: f, start: 0, step: salvagePage}
	var head [4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil && err != io.EOF {
		return err
	}
	if binary.BigEndian.Uint32(head[:])&^1 == walMagic {
		p.start, p.step, p.log = walHeader+walFrame, salvagePage+walFrame, true
	}
	buf := make([]byte, salvagePage)
	for n := int64(0); ; n++ {
		_, err := f.ReadAt(buf, p.start+n*p.step)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			continue // a bad sector; the next may be good
		}
		at := 0
		if n == 0 && !p.log {
			at = 100 // the header of the file
		}
		for _, row := range p.leaf(buf, at) {
			if len(row) <= columns && looksLikeOutbox(row) {
				for len(row) < columns {
					row = append(row, int64(0))
				}
				fn(row)
			}
		}
	}
}

func looksLikeOutbox(row []any) bool {
	if len(row) < 13 {
		return false
	}
	name, ok := row[3].([]byte)
	if !ok || !commandNameRE.Match(name) {
		return false
	}
	row[3] = string(name)
	target, ok := row[2].([]byte)
	if !ok {
		return false
	}
	row[2] = string(target)
	for _, i := range []int{1, 5, 6} {
		if _, ok := row[i].(int64); !ok {
			return false
		}
	}
	return true
}

// pages of a file, or of a log, in which those that a row goes on to are not found.
type pages struct {
	f           io.ReaderAt
	start, step int64
	log         bool
}

// leaf reads the rows of a leaf page of a table; nil when it is none.
func (p *pages) leaf(page []byte, at int) (rows [][]any) {
	if page[at] != 0x0d {
		return nil
	}
	cells := int(binary.BigEndian.Uint16(page[at+3:]))
	for i := range cells {
		place := at + 8 + 2*i
		if place+2 > len(page) {
			return rows
		}
		start := int(binary.BigEndian.Uint16(page[place:]))
		if start < at+8 || start >= len(page) {
			continue
		}
		if row := p.cell(page[start:]); row != nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// cell reads one row; nil when it makes no sense.
func (p *pages) cell(b []byte) []any {
	size, n := varint(b)
	if n == 0 || size <= 0 || size > 64<<20 {
		return nil
	}
	rowid, m := varint(b[n:])
	if m == 0 {
		return nil
	}
	payload := p.payload(b[n+m:], size)
	if payload == nil {
		return nil
	}
	row := record(payload)
	if len(row) > 0 && row[0] == nil {
		row[0] = rowid // an INTEGER PRIMARY KEY is the row's id
	}
	return row
}

// payload gathers a row's bytes, which go on in other pages when they are many.
func (p *pages) payload(b []byte, size int64) []byte {
	const usable = int64(salvagePage)
	local := size
	if most := usable - 35; size > most {
		least := (usable-12)*32/255 - 23
		if local = least + (size-least)%(usable-4); local > most {
			local = least
		}
	}
	if int64(len(b)) < local {
		return nil
	}
	out := append([]byte(nil), b[:local]...)
	if local == size {
		return out
	}
	if p.log || int64(len(b)) < local+4 {
		return nil
	}
	next := binary.BigEndian.Uint32(b[local:])
	for int64(len(out)) < size {
		page := make([]byte, salvagePage)
		if _, err := p.f.ReadAt(page, int64(next-1)*salvagePage); next == 0 || err != nil {
			return nil
		}
		next = binary.BigEndian.Uint32(page)
		out = append(out, page[4:min(int64(salvagePage), 4+size-int64(len(out)))]...)
	}
	return out
}

// record reads the values of a row.
func record(b []byte) (row []any) {
	head, n := varint(b)
	if n == 0 || head < int64(n) || head > int64(len(b)) {
		return nil
	}
	body := b[head:]
	for at := b[n:head]; len(at) > 0; {
		kind, m := varint(at)
		if m == 0 {
			return nil
		}
		at = at[m:]
		value, size, ok := serial(kind, body)
		if !ok {
			return nil
		}
		row, body = append(row, value), body[size:]
	}
	return row
}

// serial reads a value of a serial type and tells its size.
func serial(kind int64, b []byte) (value any, size int, ok bool) {
	sizes := [...]int{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}
	switch {
	case kind < 0 || kind == 10 || kind == 11:
		return nil, 0, false
	case kind < int64(len(sizes)):
		size = sizes[kind]
	case kind > math.MaxInt32:
		return nil, 0, false
	default:
		size = int(kind-12) / 2
	}
	if len(b) < size {
		return nil, 0, false
	}
	switch {
	case kind == 0:
		return nil, 0, true
	case kind == 7:
		return math.Float64frombits(binary.BigEndian.Uint64(b)), size, true
	case kind == 8 || kind == 9:
		return kind - 8, 0, true
	case kind >= 12: // a text is told from a blob by its place
		return append([]byte{}, b[:size]...), size, true
	}
	n := int64(int8(b[0]))
	for _, c := range b[1:size] {
		n = n<<8 | int64(c)
	}
	return n, size, true
}

// varint reads SQLite's variable-length integer and how many bytes it takes; 0
// when it is cut short.
func varint(b []byte) (v int64, n int) {
	for n < len(b) && n < 8 {
		c := b[n]
		n++
		v = v<<7 | int64(c&0x7f)
		if c < 0x80 {
			return v, n
		}
	}
	if n < len(b) {
		return v<<8 | int64(b[n]), n + 1
	}
	return 0, 0
}
