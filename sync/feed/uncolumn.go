package feed

import (
	"encoding/binary"
	"encoding/hex"
)

// Bounds on what one page may unfold to.
const (
	maxCells  = 1 << 22
	maxUnfold = 64 << 20
)

// uncolumns reads what columns wrote. Every count is checked against what is
// left to spend before anything is allocated.
type uncolumns struct {
	main, noise []byte
	arena       []byte
	cells, size int // left to spend
}

func (u *uncolumns) uvarint() (uint64, error) {
	v, n := binary.Uvarint(u.main)
	if n <= 0 {
		return 0, malformed("bad number in a column")
	}
	u.main = u.main[n:]
	return v, nil
}

func (u *uncolumns) count(limit uint64) (int, error) {
	v, err := u.uvarint()
	if err != nil {
		return 0, err
	}
	if v > limit {
		return 0, malformed("count %d above %d", v, limit)
	}
	return int(v), nil
}

func take(from *[]byte, n int) ([]byte, error) {
	if n < 0 || n > len(*from) {
		return nil, malformed("column runs over the end")
	}
	b := (*from)[:n:n]
	*from = (*from)[n:]
	return b, nil
}

// alloc hands out n bytes, length 0, of the arena.
func (u *uncolumns) alloc(n int) ([]byte, error) {
	if u.size -= n; u.size < 0 {
		return nil, malformed("page unfolds to too much")
	}
	if len(u.arena) < n {
		u.arena = make([]byte, max(n, 64<<10))
	}
	b := u.arena[:0:n]
	u.arena = u.arena[n:]
	return b, nil
}

func (u *uncolumns) values(n int) ([][]byte, error) {
	if u.cells -= n; u.cells < 0 {
		return nil, malformed("page has too many values")
	}
	return make([][]byte, n), nil
}

// read reads a column of n values.
func (u *uncolumns) read(n, depth int) ([][]byte, error) {
	if depth <= 0 {
		return nil, malformed("nested too deep")
	}
	if n == 0 {
		return nil, nil
	}
	vals, err := u.values(n)
	if err != nil {
		return nil, err
	}
	form, err := take(&u.main, 1)
	if err != nil {
		return nil, err
	}
	switch form[0] {
	case colRaw:
		err = u.raw(vals, depth)
	case colSame:
		if err = u.raw(vals[:1], depth); err == nil {
			for i := range vals {
				vals[i] = vals[0]
			}
		}
	case colDelta, colInts:
		err = u.ints(vals, form[0] == colDelta)
	case colText:
		err = u.texts(vals)
	case colBytes:
		err = u.strings(vals, false)
	case colHex:
		err = u.strings(vals, true)
	case colStruct:
		err = u.structs(vals, depth)
	case colMap:
		err = u.maps(vals, depth)
	case colArray:
		err = u.arrays(vals, depth)
	case colPick:
		err = u.pick(vals, depth)
	default:
		err = malformed("unknown form of column %d", form[0])
	}
	return vals, err
}

func (u *uncolumns) raw(vals [][]byte, depth int) error {
	for i := range vals {
		n, err := itemLen(u.main, depth)
		if err != nil {
			return err
		}
		vals[i], u.main = u.main[:n:n], u.main[n:]
	}
	return nil
}

func (u *uncolumns) ints(vals [][]byte, delta bool) error {
	var last int64
	for i := range vals {
		v, n := binary.Varint(u.main)
		if n <= 0 {
			return malformed("bad integer in a column")
		}
		u.main = u.main[n:]
		if delta {
			v += last
			last = v
		}
		b, err := u.alloc(9)
		if err != nil {
			return err
		}
		if v < 0 {
			b = appendHead(b, majorNeg, uint64(-1-v))
		} else {
			b = appendHead(b, majorUint, uint64(v))
		}
		vals[i] = b
	}
	return nil
}

// counts reads n numbers whose sum is at most limit.
func (u *uncolumns) counts(n, limit int) ([]int, int, error) {
	if n > len(u.main) {
		return nil, 0, malformed("column runs over the end")
	}
	out, total := make([]int, n), 0
	for i := range out {
		c, err := u.count(uint64(limit - total))
		if err != nil {
			return nil, 0, err
		}
		out[i] = c
		total += c
	}
	return out, total, nil
}

func (u *uncolumns) texts(vals [][]byte) error {
	lens, _, err := u.counts(len(vals), len(u.main))
	if err != nil {
		return err
	}
	for i, n := range lens {
		t, err := take(&u.main, n)
		if err != nil {
			return err
		}
		b, err := u.alloc(n + 9)
		if err != nil {
			return err
		}
		vals[i] = append(appendHead(b, majorText, uint64(n)), t...)
	}
	return nil
}

func (u *uncolumns) strings(vals [][]byte, asHex bool) error {
	common, err := u.count(uint64(len(u.noise)) + 1)
	if err != nil {
		return err
	}
	var lens []int
	if common == 0 {
		if lens, _, err = u.counts(len(vals), len(u.noise)); err != nil {
			return err
		}
	}
	for i := range vals {
		n := common - 1
		if lens != nil {
			n = lens[i]
		}
		p, err := take(&u.noise, n)
		if err != nil {
			return err
		}
		b, err := u.alloc(2*n + 9)
		if err != nil {
			return err
		}
		if asHex {
			vals[i] = hex.AppendEncode(appendHead(b, majorText, uint64(2*n)), p)
		} else {
			vals[i] = append(appendHead(b, majorBytes, uint64(n)), p...)
		}
	}
	return nil
}

func (u *uncolumns) pick(vals [][]byte, depth int) error {
	n, err := u.count(256)
	if err != nil {
		return err
	}
	distinct, err := u.read(n, depth-1)
	if err != nil {
		return err
	}
	ids, err := take(&u.main, len(vals))
	if err != nil {
		return err
	}
	for i, id := range ids {
		if int(id) >= n {
			return malformed("index %d of %d", id, n)
		}
		vals[i] = distinct[id]
	}
	return nil
}

func (u *uncolumns) arrays(vals [][]byte, depth int) error {
	counts, total, err := u.counts(len(vals), maxCells)
	if err != nil {
		return err
	}
	all, err := u.read(total, depth-1)
	if err != nil {
		return err
	}
	for i, n := range counts {
		if vals[i], err = u.join(majorArray, uint64(n), all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (u *uncolumns) join(major byte, count uint64, parts [][]byte) ([]byte, error) {
	size := 9
	for _, p := range parts {
		size += len(p)
	}
	b, err := u.alloc(size)
	if err != nil {
		return nil, err
	}
	b = appendHead(b, major, count)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b, nil
}

func (u *uncolumns) maps(vals [][]byte, depth int) error {
	counts, total, err := u.counts(len(vals), maxCells)
	if err != nil {
		return err
	}
	keys, err := u.read(total, depth-1)
	if err != nil {
		return err
	}
	values, err := u.read(total, depth-1)
	if err != nil {
		return err
	}
	var parts [][]byte
	for i, n := range counts {
		parts = parts[:0]
		for j := range n {
			parts = append(parts, keys[j], values[j])
		}
		keys, values = keys[n:], values[n:]
		if vals[i], err = u.join(majorMap, uint64(n), parts); err != nil {
			return err
		}
	}
	return nil
}

// field is one key of a struct column with the values of those that have it.
type field struct {
	key  []byte
	have []byte // bit map; nil = all
	vals [][]byte
}

func (f *field) next(i int) []byte {
	if f.have != nil && f.have[i/8]>>(i%8)&1 == 0 {
		return nil
	}
	v := f.vals[0]
	f.vals = f.vals[1:]
	return v
}

func (u *uncolumns) field(n int, below uint64, depth int) (field, uint64, error) {
	tag, err := u.uvarint()
	if err != nil {
		return field{}, 0, err
	}
	key := tag >> 1
	if key >= maxField || below > key {
		return field{}, 0, malformed("field %d out of order", key)
	}
	f := field{key: appendHead(nil, majorUint, key)}
	count := n
	if tag&1 == 0 {
		if f.have, err = take(&u.main, (n+7)/8); err != nil {
			return field{}, 0, err
		}
		count = 0
		for i := range n {
			count += int(f.have[i/8] >> (i % 8) & 1)
		}
	}
	f.vals, err = u.read(count, depth-1)
	return f, key + 1, err
}

func (u *uncolumns) structs(vals [][]byte, depth int) error {
	k, err := u.count(maxField)
	if err != nil {
		return err
	}
	if k > len(u.main) {
		return malformed("column runs over the end")
	}
	fields := make([]field, k)
	var below uint64
	for i := range fields {
		if fields[i], below, err = u.field(len(vals), below, depth); err != nil {
			return err
		}
	}
	var parts [][]byte
	for i := range vals {
		parts = parts[:0]
		for j := range fields {
			if v := fields[j].next(i); v != nil {
				parts = append(parts, fields[j].key, v)
			}
		}
		if vals[i], err = u.join(majorMap, uint64(len(parts)/2), parts); err != nil {
			return err
		}
	}
	return nil
}
