package feed

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// genMap draws a nested map with small keys, so that changes collide often.
func genMap(t *rapid.T, depth int) map[uint64]any {
	n := rapid.IntRange(0, 4).Draw(t, "n")
	m := map[uint64]any{}
	for range n {
		k := rapid.SampledFrom([]uint64{1, 2, 3, 30, 300, 1 << 40}).Draw(t, "k")
		switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
		case kind < 2 && depth > 0:
			m[k] = genMap(t, depth-1)
		case kind == 2:
			m[k] = rapid.SampledFrom([]string{"", "đường", "Mường La"}).Draw(t, "text")
		case kind == 3:
			m[k] = []any{rapid.Uint64Range(0, 3).Draw(t, "e"), "x"}
		case kind == 4:
			m[k] = []byte{1, 2, 3}
		default:
			m[k] = rapid.Int64Range(-3, 3).Draw(t, "int")
		}
	}
	return m
}

func genBody(t *rapid.T) []byte {
	b, err := encMode.Marshal(genMap(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDiffApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := genBody(t), genBody(t)
		p, err := Diff(a, b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Apply(a, p)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, b) {
			t.Fatalf("apply(%x, %x) = %x, want %x", a, p, got, b)
		}
		again, err := Apply(got, p)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("a patch applied twice: %x, want %x (%v)", again, b, err)
		}
	})
}

func TestComposeLeadsFromEveryVersionBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bodies := [][]byte{genBody(t), genBody(t), genBody(t), genBody(t)}
		last := bodies[len(bodies)-1]
		var joined []byte
		for i := 1; i < len(bodies); i++ {
			p, err := Diff(bodies[i-1], bodies[i])
			if err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				joined = p
				continue
			}
			var ok bool
			if joined, ok, err = Compose(joined, p); err != nil {
				t.Fatal(err)
			} else if !ok {
				return // the caller sends the whole record
			}
		}
		for i, body := range bodies {
			got, err := Apply(body, joined)
			if err != nil || !bytes.Equal(got, last) {
				t.Fatalf("from version %d: %x, want %x (%v)", i, got, last, err)
			}
		}
	})
}

func TestComposeGivesUpWhenAKeyBecomesAMapAgain(t *testing.T) {
	removed := []byte{0xa1, 1, undefined}
	mapped := []byte{0xa1, 1, 0xa1, 2, 3}
	if _, ok, err := Compose(removed, mapped); ok || err != nil {
		t.Fatalf("ok = %v, err = %v", ok, err)
	}
}

func TestApplyRefusesForeignBytes(t *testing.T) {
	good := []byte{0xa1, 1, 2}
	for name, bad := range map[string][]byte{
		"empty":             {},
		"not a map":         {0x01},
		"cut short":         {0xa2, 1, 2},
		"keys out of order": {0xa2, 2, 1, 1, 1},
		"double key":        {0xa2, 1, 1, 1, 1},
		"long form":         {0xa1, 0x18, 1, 1},
		"indefinite":        {0xbf, 1, 1, 0xff},
		"trailing":          {0xa1, 1, 1, 0},
		"huge map":          {0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"huge string":       {0xa1, 1, 0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"deep":              append(bytes.Repeat([]byte{0xa1, 1}, 40), 1),
	} {
		if _, err := Apply(good, bad); err == nil {
			t.Errorf("%s: patch accepted", name)
		}
		if _, err := Apply(bad, good); err == nil {
			t.Errorf("%s: body accepted", name)
		}
	}
}

func FuzzApply(f *testing.F) {
	f.Add([]byte{0xa1, 1, 2}, []byte{0xa1, 1, undefined})
	f.Add([]byte{0xa1, 1, 0xa1, 2, 3}, []byte{0xa1, 1, 0xa1, 2, 0x61, 'x'})
	f.Fuzz(func(t *testing.T, old, patch []byte) {
		out, err := Apply(old, patch)
		if err != nil {
			return
		}
		if _, err := entries(out); err != nil {
			t.Fatalf("apply(%x, %x) = %x: %v", old, patch, out, err)
		}
	})
}
