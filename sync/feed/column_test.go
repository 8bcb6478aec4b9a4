package feed

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

func roundTrip(t interface{ Fatalf(string, ...any) }, vals [][]byte) {
	var c columns
	if err := c.add(vals, maxDepth+4); err != nil {
		t.Fatalf("encode %x: %v", vals, err)
	}
	u := uncolumns{main: c.main, noise: c.noise, cells: maxCells, size: maxUnfold}
	got, err := u.read(len(vals), maxDepth+4)
	if err != nil {
		t.Fatalf("decode %x: %v", vals, err)
	}
	if len(u.main) != 0 || len(u.noise) != 0 {
		t.Fatalf("%x: %d and %d bytes left", vals, len(u.main), len(u.noise))
	}
	for i := range vals {
		if !bytes.Equal(got[i], vals[i]) {
			t.Fatalf("value %d: %x, want %x", i, got[i], vals[i])
		}
	}
}

func TestColumnsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		var vals [][]byte
		for range n {
			vals = append(vals, genBody(t))
		}
		roundTrip(t, vals)
	})
}

func TestColumnForms(t *testing.T) {
	column := func(vals ...any) (out [][]byte) {
		for _, v := range vals {
			out = append(out, must(encMode.Marshal(v)))
		}
		return out
	}
	many := func(n int, f func(int) any) (out [][]byte) {
		for i := range n {
			out = append(out, must(encMode.Marshal(f(i))))
		}
		return out
	}
	hash := func(i int) []byte {
		return binary.BigEndian.AppendUint64(make([]byte, 24), uint64(i)*0x9e3779b97f4a7c15)
	}
	for name, tc := range map[string]struct {
		vals [][]byte
		form byte
	}{
		"same":          {column("a", "a", "a"), colSame},
		"delta":         {many(9, func(i int) any { return 1700000000000 + 1000*i }), colDelta},
		"ints":          {column(5, -7, 1<<40, -1<<50), colInts},
		"huge ints":     {column(uint64(1<<63), 1), colRaw},
		"text":          {column("đường", "Mường La"), colText},
		"hashes":        {many(9, func(i int) any { return hash(i) }), colBytes},
		"mixed lengths": {column([]byte{1}, []byte{2, 3}, []byte{}), colBytes},
		"hex":           {column("0197c4c90d801a3d1e60", "0197c4c90d801a3d1e61"), colHex},
		"upper hex":     {column("0197C4C90D801A3D1E60", "0197C4C90D801A3D1E61"), colText},
		"structs":       {column(map[uint64]any{1: 2}, map[uint64]any{1: 3, 300: "x"}), colStruct},
		"maps":          {column(map[string]any{"a": 2}, map[string]any{"b": 3}), colMap},
		"arrays":        {column([]any{1, 2}, []any{}), colArray},
		"pick":          {many(40, func(i int) any { return []string{"CHO_KY", "LUU"}[i%2] }), colPick},
		"one":           {column("x"), colRaw},
		"mixed types":   {column("x", 1), colRaw},
		"booleans":      {column(true, false), colRaw},
	} {
		var c columns
		if err := c.add(tc.vals, maxDepth); err != nil {
			t.Fatal(err)
		}
		if c.main[0] != tc.form {
			t.Errorf("%s: form %d, want %d", name, c.main[0], tc.form)
		}
		roundTrip(t, tc.vals)
	}
}

// Small pages must not unfold to large ones.
func TestColumnsAreBounded(t *testing.T) {
	big := append([]byte{0x59, 0xff, 0xff}, make([]byte, 0xffff)...)
	vals := make([][]byte, 4000)
	for i := range vals {
		vals[i] = append([]byte{0x82, byte(i % 20)}, big...)
	}
	var c columns
	if err := c.add(vals, maxDepth); err != nil {
		t.Fatal(err)
	}
	u := uncolumns{main: c.main, noise: c.noise, cells: maxCells, size: maxUnfold}
	if _, err := u.read(len(vals), maxDepth); err == nil {
		t.Error("260 MB unfolded from a few kB")
	}
}

func FuzzColumns(f *testing.F) {
	for _, vals := range [][][]byte{
		{{0xa1, 1, 2}, {0xa1, 1, 3}}, {{1}, {2}}, {{0x61, 'x'}, {0x61, 'y'}}, {{0x81, 1}, {0x80}},
	} {
		var c columns
		if err := c.add(vals, maxDepth); err != nil {
			f.Fatal(err)
		}
		f.Add(len(vals), c.main, c.noise)
	}
	f.Fuzz(func(t *testing.T, n int, main, noise []byte) {
		if n < 0 || n > 1000 {
			return
		}
		u := uncolumns{main: main, noise: noise, cells: 1 << 16, size: 1 << 20}
		vals, err := u.read(n, maxDepth)
		if err != nil {
			return
		}
		for _, v := range vals {
			if l, err := itemLen(v, 4*maxDepth); err != nil || l != len(v) {
				t.Fatalf("read gives a bad item %x: %v", v, err)
			}
		}
	})
}
