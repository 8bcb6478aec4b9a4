package feed

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
)

// A column is many values of one place in many records, stored side by side so
// that zstd sees like beside like. Its first byte is its form; the number of
// values is known from outside, and no values are no bytes. Lengths and counts
// are LEB128 as in [encoding/binary].
const (
	colRaw    = 0  // items one after the other
	colSame   = 1  // one item, which all values equal
	colDelta  = 2  // integers: zigzag differences to the value before (from 0)
	colInts   = 3  // integers: zigzag
	colText   = 4  // texts: lengths, then all bytes
	colBytes  = 5  // byte strings: common length + 1, or 0 and the lengths; the bytes go to the noise
	colHex    = 6  // texts of lower-case hex digits: like colBytes, two digits a byte
	colStruct = 7  // maps with keys below maxField: number of keys; each: key*2, +1 if all have it; else a bit map; column
	colMap    = 8  // other maps: counts, column of all keys, column of all values
	colArray  = 9  // arrays: counts, column of all elements
	colPick   = 10 // few distinct values: their number, their column, an index byte for each value
)

const maxField = 1 << 14

// columns writes columns: main is compressed, noise (hashes, keys, random ids)
// is stored as it is, so that it does not spoil the compressor's statistics.
type columns struct {
	main, noise []byte
}

func (c *columns) uvarint(v uint64) { c.main = binary.AppendUvarint(c.main, v) }

func (c *columns) form(f byte) { c.main = append(c.main, f) }

// add writes one column. The values must be single well-formed items whose
// maps have ascending keys.
func (c *columns) add(vals [][]byte, depth int) error {
	if depth <= 0 {
		return malformed("nested too deep")
	}
	if len(vals) == 0 {
		return nil
	}
	if len(vals) == 1 {
		c.raw(vals)
		return nil
	}
	if allEqual(vals) {
		c.form(colSame)
		c.main = append(c.main, vals[0]...)
		return nil
	}
	major, ok := commonMajor(vals)
	if !ok {
		c.raw(vals)
		return nil
	}
	switch major {
	case majorMap:
		return c.maps(vals, depth)
	case majorArray:
		return c.arrays(vals, depth)
	}
	if c.pick(vals) {
		return nil
	}
	switch major {
	case majorUint:
		c.ints(vals)
	case majorBytes:
		c.strings(colBytes, vals)
	case majorText:
		if !c.hex(vals) {
			c.texts(vals)
		}
	default:
		c.raw(vals)
	}
	return nil
}

func (c *columns) raw(vals [][]byte) {
	c.form(colRaw)
	for _, v := range vals {
		c.main = append(c.main, v...)
	}
}

func allEqual(vals [][]byte) bool {
	for _, v := range vals[1:] {
		if !bytes.Equal(v, vals[0]) {
			return false
		}
	}
	return true
}

// commonMajor is the major type that all values share, negative integers
// counting as integers.
func commonMajor(vals [][]byte) (byte, bool) {
	first := majorOf(vals[0])
	for _, v := range vals[1:] {
		if majorOf(v) != first {
			return 0, false
		}
	}
	return first, first <= majorMap
}

func majorOf(v []byte) byte {
	if m := v[0] >> 5; m != majorNeg {
		return m
	}
	return majorUint
}

// pick writes the column as indexes when there are few distinct values.
func (c *columns) pick(vals [][]byte) bool {
	limit := min(len(vals)/4, 256)
	if limit < 2 {
		return false
	}
	index := make(map[string]byte, limit)
	var distinct [][]byte
	ids := make([]byte, len(vals))
	for i, v := range vals {
		n, ok := index[string(v)]
		if !ok {
			if len(distinct) == limit {
				return false
			}
			n = byte(len(distinct))
			index[string(v)] = n
			distinct = append(distinct, v)
		}
		ids[i] = n
	}
	c.form(colPick)
	c.uvarint(uint64(len(distinct)))
	c.raw(distinct)
	c.main = append(c.main, ids...)
	return true
}

// ints writes whichever of differences and plain values is shorter.
func (c *columns) ints(vals [][]byte) {
	nums := make([]int64, len(vals))
	var plain, delta int
	var last int64
	for i, v := range vals {
		major, arg, _, err := head(v)
		if err != nil || arg > 1<<61 {
			c.raw(vals)
			return
		}
		n := int64(arg)
		if major == majorNeg {
			n = -1 - n
		}
		nums[i] = n
		plain += varintLen(n)
		delta += varintLen(n - last)
		last = n
	}
	last = 0
	if delta < plain {
		c.form(colDelta)
		for _, n := range nums {
			c.main = binary.AppendVarint(c.main, n-last)
			last = n
		}
		return
	}
	c.form(colInts)
	for _, n := range nums {
		c.main = binary.AppendVarint(c.main, n)
	}
}

func varintLen(v int64) int {
	u := uint64(v)<<1 ^ uint64(v>>63)
	n := 1
	for u >= 0x80 {
		u >>= 7
		n++
	}
	return n
}

// content is a string item without its head.
func content(v []byte) []byte {
	_, _, n, err := head(v)
	if err != nil {
		return nil
	}
	return v[n:]
}

func (c *columns) texts(vals [][]byte) {
	c.form(colText)
	for _, v := range vals {
		c.uvarint(uint64(len(content(v))))
	}
	for _, v := range vals {
		c.main = append(c.main, content(v)...)
	}
}

// strings writes byte strings into the noise.
func (c *columns) strings(form byte, vals [][]byte) {
	c.form(form)
	parts := make([][]byte, len(vals))
	for i, v := range vals {
		parts[i] = content(v)
	}
	c.lengths(parts)
	for _, p := range parts {
		c.noise = append(c.noise, p...)
	}
}

func (c *columns) lengths(parts [][]byte) {
	common := len(parts[0])
	for _, p := range parts {
		if len(p) != common {
			c.uvarint(0)
			for _, p := range parts {
				c.uvarint(uint64(len(p)))
			}
			return
		}
	}
	c.uvarint(uint64(common) + 1)
}

// hex packs texts that are long lower-case hex.
func (c *columns) hex(vals [][]byte) bool {
	parts := make([][]byte, len(vals))
	for i, v := range vals {
		t := content(v)
		if len(t) < 16 || len(t)%2 != 0 {
			return false
		}
		for _, ch := range t {
			if (ch < '0' || ch > '9') && (ch < 'a' || ch > 'f') {
				return false
			}
		}
		parts[i] = make([]byte, len(t)/2)
		if _, err := hex.Decode(parts[i], t); err != nil {
			return false
		}
	}
	c.form(colHex)
	c.lengths(parts)
	for _, p := range parts {
		c.noise = append(c.noise, p...)
	}
	return true
}

func (c *columns) arrays(vals [][]byte, depth int) error {
	c.form(colArray)
	var all [][]byte
	for _, v := range vals {
		_, count, n, err := head(v)
		if err != nil {
			return err
		}
		c.uvarint(count)
		for ; count > 0; count-- {
			l, err := itemLen(v[n:], depth)
			if err != nil {
				return err
			}
			all = append(all, v[n:n+l])
			n += l
		}
	}
	return c.add(all, depth-1)
}

func (c *columns) maps(vals [][]byte, depth int) error {
	split := make([][]entry, len(vals))
	fields := true
	total := 0
	for i, v := range vals {
		es, err := entriesInto(nil, v, depth)
		if err != nil {
			return err
		}
		split[i] = es
		total += len(es)
		if fields && len(es) > 0 { // keys ascend: the last is the highest
			major, arg, _, err := head(es[len(es)-1].key)
			fields = err == nil && major == majorUint && arg < maxField
		}
	}
	if fields {
		return c.structs(split, depth)
	}
	c.form(colMap)
	keys, values := make([][]byte, 0, total), make([][]byte, 0, total)
	for _, es := range split {
		c.uvarint(uint64(len(es)))
		for _, e := range es {
			keys, values = append(keys, e.key), append(values, e.val)
		}
	}
	if err := c.add(keys, depth-1); err != nil {
		return err
	}
	return c.add(values, depth-1)
}

// structs writes one column for each key. It walks all maps side by side,
// always taking the lowest key that is left.
func (c *columns) structs(rows [][]entry, depth int) error {
	type field struct {
		key  uint64
		have []byte // bit map
		vals [][]byte
	}
	byKey := map[uint64]*field{}
	var small [256]*field
	var highest uint64
	for i, es := range rows {
		for _, e := range es {
			_, key, _, err := head(e.key)
			if err != nil {
				return err
			}
			var f *field
			if key < 256 {
				f = small[key]
			} else {
				f = byKey[key]
			}
			if f == nil {
				f = &field{key: key, have: make([]byte, (len(rows)+7)/8), vals: make([][]byte, 0, len(rows)-i)}
				if key < 256 {
					small[key] = f
				}
				byKey[key] = f
				highest = max(highest, key)
			}
			f.have[i/8] |= 1 << (i % 8)
			f.vals = append(f.vals, e.val)
		}
	}
	c.form(colStruct)
	c.uvarint(uint64(len(byKey)))
	for key := uint64(0); key <= highest && len(byKey) > 0; key++ {
		f := byKey[key]
		if f == nil {
			continue
		}
		if len(f.vals) == len(rows) {
			c.uvarint(key<<1 | 1)
		} else {
			c.uvarint(key << 1)
			c.main = append(c.main, f.have...)
		}
		if err := c.add(f.vals, depth-1); err != nil {
			return err
		}
	}
	return nil
}
