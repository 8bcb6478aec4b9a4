package pdf

import (
	"bufio"
	"compress/zlib"
	"encoding/ascii85"
	"errors"
	"io"
)

// decode undoes the filters of a stream as far as it knows them; rest names
// those that remain. resolve follows references in the dictionary.
func decode(s *Stream, resolve func(Object) (Object, error), b *budget) (r io.Reader, rest []Name, err error) {
	if !isNull(s.Dict.Get("F")) {
		return nil, nil, malformed(s.Raw.Start, "a stream in another file")
	}
	names, parms, err := filters(s, resolve)
	if err != nil {
		return nil, nil, err
	}
	r = s.Encoded()
	for i, name := range names {
		undo, known := undoers[name]
		if !known {
			return r, names[i:], nil
		}
		m := &meter{at: s.Raw.Start, encoded: s.Len(), budget: b}
		m.r, err = undo(bufio.NewReader(r), parms[i])
		if err != nil {
			return nil, nil, m.explain(err)
		}
		r = m
	}
	return r, nil, nil
}

// An undoer undoes one filter.
type undoer func(*bufio.Reader, parameters) (io.Reader, error)

var undoers = map[Name]undoer{
	"FlateDecode": func(r *bufio.Reader, p parameters) (io.Reader, error) {
		z, err := zlib.NewReader(r)
		if err != nil {
			return nil, err
		}
		return p.predict(z)
	},
	"LZWDecode": func(r *bufio.Reader, p parameters) (io.Reader, error) {
		early, err := p.integer("EarlyChange", 1, 0, 1)
		if err != nil {
			return nil, err
		}
		return p.predict(newLZW(r, early))
	},
	"ASCIIHexDecode":  func(r *bufio.Reader, _ parameters) (io.Reader, error) { return &hexReader{r: r}, nil },
	"ASCII85Decode":   func(r *bufio.Reader, _ parameters) (io.Reader, error) { return ascii85.NewDecoder(&until{r: r}), nil },
	"RunLengthDecode": func(r *bufio.Reader, _ parameters) (io.Reader, error) { return &runReader{r: r}, nil },
}

// filters are the names in /Filter with what /DecodeParms has for each.
func filters(s *Stream, resolve func(Object) (Object, error)) ([]Name, []parameters, error) {
	bad := malformed(s.Raw.Start, "a malformed /Filter or /DecodeParms")
	names, err := values(s.Dict.Get("Filter"), resolve)
	if err != nil {
		return nil, nil, err
	}
	dicts, err := values(s.Dict.Get("DecodeParms"), resolve)
	if err != nil {
		return nil, nil, err
	}
	const most = 8
	if len(names) > most {
		return nil, nil, &LimitError{"filters of one stream", most}
	}
	var filters []Name
	parms := make([]parameters, len(names))
	for i, o := range names {
		name, ok := o.(Name)
		if !ok {
			return nil, nil, bad
		}
		filters = append(filters, name)
		if i < len(dicts) {
			d, ok := dicts[i].(*Dict)
			if !ok && !isNull(dicts[i]) {
				return nil, nil, bad
			}
			parms[i] = parameters{d, resolve}
		}
	}
	return filters, parms, nil
}

// values is an array's values, or the one value that stands for it.
func values(o Object, resolve func(Object) (Object, error)) (Array, error) {
	o, err := resolve(o)
	if err != nil || isNull(o) {
		return nil, err
	}
	array, ok := o.(Array)
	if !ok {
		return Array{o}, nil
	}
	out := make(Array, len(array))
	for i := range array {
		if out[i], err = resolve(array[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parameters is one dictionary of /DecodeParms, or none.
type parameters struct {
	dict    *Dict
	resolve func(Object) (Object, error)
}

// integer is the value of a key between two bounds.
func (p parameters) integer(key Name, otherwise, low, high int) (int, error) {
	if p.dict == nil {
		return otherwise, nil
	}
	o, err := p.resolve(p.dict.Get(key))
	if err != nil || isNull(o) {
		return otherwise, err
	}
	n, ok := o.(Int)
	if !ok || n < Int(low) || n > Int(high) {
		return 0, errors.New("a value out of range for /" + string(key))
	}
	return int(n), nil
}

// A meter holds a filter to the limits, and gives its errors a type.
type meter struct {
	r            io.Reader
	at           int64
	encoded, out int64
	budget       *budget
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.out += int64(n)
	if e := m.check(int64(n)); e != nil {
		return n, e
	}
	return n, m.explain(err)
}

func (m *meter) check(n int64) error {
	if m.out > m.budget.Decoded {
		return &LimitError{"bytes decoded from one stream", m.budget.Decoded}
	}
	if m.out > 1<<20 && m.out/m.budget.Ratio > m.encoded {
		return &LimitError{"bytes decoded for each byte of a stream", m.budget.Ratio}
	}
	return m.budget.spend(n)
}

func (m *meter) explain(err error) error {
	var format *FormatError
	var limit *LimitError
	var read *ReadError
	if err == nil || err == io.EOF || errors.As(err, &format) || errors.As(err, &limit) || errors.As(err, &read) {
		return err
	}
	return malformed(m.at, "a stream that its filter cannot read (%v)", err)
}

// A hexReader undoes ASCIIHexDecode.
type hexReader struct {
	r    *bufio.Reader
	done bool
}

func (h *hexReader) Read(p []byte) (n int, err error) {
	for n < len(p) && !h.done {
		high, err := h.digit()
		if err != nil {
			return n, err
		}
		if high < 0 {
			break
		}
		low, err := h.digit()
		if err != nil {
			return n, err
		}
		p[n] = byte(high<<4 | max(low, 0))
		n++
	}
	if n == 0 && h.done {
		return 0, io.EOF
	}
	return n, nil
}

// digit is -1 at the end of the data.
func (h *hexReader) digit() (int, error) {
	for !h.done {
		c, err := h.r.ReadByte()
		switch {
		case err == io.EOF || c == '>' && err == nil:
			h.done = true
		case err != nil:
			return 0, err
		case isSpace(int(c)):
		default:
			if d := hexDigit(int(c)); d >= 0 {
				return d, nil
			}
			return 0, errors.New("not a hexadecimal digit")
		}
	}
	return -1, nil
}

// An until ends before the ~ of ~>, which encoding/ascii85 does not know.
type until struct {
	r    *bufio.Reader
	done bool
}

func (u *until) Read(p []byte) (n int, err error) {
	for n < len(p) && !u.done {
		c, err := u.r.ReadByte()
		if err != nil {
			return n, err
		}
		if c == '~' {
			u.done = true
			break
		}
		p[n] = c
		n++
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// A runReader undoes RunLengthDecode.
type runReader struct {
	r      *bufio.Reader
	copies int  // bytes still to be copied
	repeat int  // times that value is still to be repeated
	value  byte // repeated
	done   bool
}

func (r *runReader) Read(p []byte) (n int, err error) {
	for n < len(p) && !r.done {
		switch {
		case r.copies > 0:
			if p[n], err = r.r.ReadByte(); err != nil {
				return n, early(err)
			}
			r.copies--
			n++
		case r.repeat > 0:
			p[n] = r.value
			r.repeat--
			n++
		default:
			if err := r.length(); err != nil {
				return n, err
			}
		}
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (r *runReader) length() error {
	const endOfData = 128
	c, err := r.r.ReadByte()
	switch {
	case err == io.EOF || err == nil && c == endOfData:
		r.done = true
		return nil
	case err != nil:
		return err
	case c < endOfData:
		r.copies = int(c) + 1
		return nil
	}
	r.repeat = 257 - int(c)
	r.value, err = r.r.ReadByte()
	return early(err)
}

// early is for an end where data should be.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
