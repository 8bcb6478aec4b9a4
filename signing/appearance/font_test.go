package appearance

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// vietnamese is all letters of Vietnamese, small and capital.
func vietnamese() string {
	letters := "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝĩũĨŨ"
	for r := rune(0x1EA0); r <= 0x1EF9; r++ {
		letters += string(r)
	}
	return letters
}

// TestFontsAreTheirs: the fonts are the files that fonts/README.md names.
func TestFontsAreTheirs(t *testing.T) {
	readme := string(must[[]byte](t)(os.ReadFile("fonts/README.md")))
	for name, data := range map[string][]byte{"Tinos-Regular.ttf": tinosRegular, "Tinos-Bold.ttf": tinosBold, "Tinos-Italic.ttf": tinosItalic} {
		sum := sha256.Sum256(data)
		if want := "| `" + name + "` | " + hex.EncodeToString(sum[:]) + " |"; !strings.Contains(readme, want) {
			t.Errorf("no line %s", want)
		}
	}
}

// TestSubset: the file for a text holds the outlines of its glyphs and of what they
// are composed of, as they were, and nothing else; its sums are right.
func TestSubset(t *testing.T) {
	for style := Regular; style <= Italic; style++ {
		f := must[*font](t)(fonts[style]())
		var glyphs []uint16
		for _, r := range vietnamese() {
			g, ok := f.glyph(r)
			if !ok {
				t.Fatalf("style %d has no %c", style, r)
			}
			glyphs = append(glyphs, g)
		}
		file := must[[]byte](t)(f.subset(glyphs))
		if sum := checksum(file); sum != 0xB1B0AFBA {
			t.Errorf("the sum of the file is %#x", sum)
		}
		tables := tablesOf(t, file)
		if got := strings.Join(keysInOrder(file), ","); got != "cvt ,fpgm,glyf,head,hhea,hmtx,loca,maxp,prep" {
			t.Errorf("tables %s", got)
		}
		count := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
		part := &font{tables: tables, glyphs: count, metrics: count, long: true, units: f.units}
		needed := map[uint16][]byte{}
		for _, g := range append(glyphs, 0) {
			if err := f.collect(g, needed); err != nil {
				t.Fatal(err)
			}
		}
		composed := len(needed) > len(glyphs)+1
		for g := range count {
			g := uint16(g)
			got := must[[]byte](t)(part.outline(g))
			if want := needed[g]; !bytes.Equal(bytes.TrimRight(got, "\x00"), bytes.TrimRight(want, "\x00")) || len(got)-len(want) > 3 {
				t.Fatalf("glyph %d: %d bytes, not %d", g, len(got), len(want))
			}
			if _, there := needed[g]; there && part.width(g) != f.width(g) {
				t.Errorf("glyph %d is %d wide, not %d", g, part.width(g), f.width(g))
			}
		}
		if !composed {
			t.Error("no glyph is composed: the test proves little")
		}
		if few := must[[]byte](t)(f.subset(glyphs[:3])); len(few) > 60_000 {
			t.Errorf("three letters take %d bytes", len(few))
		}
	}
}

func keysInOrder(file []byte) (tags []string) {
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		tags = append(tags, string(file[12+16*i:16+16*i]))
	}
	return tags
}

// tablesOf reads a font file and checks the sum of each table.
func tablesOf(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	tables := map[string][]byte{}
	for i, tag := range keysInOrder(file) {
		entry := file[12+16*i:]
		sum, at, length := binary.BigEndian.Uint32(entry[4:]), binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		data := file[at : at+length]
		tables[tag] = data
		if tag == "head" {
			data = bytes.Clone(data)
			clear(data[8:12])
		}
		if at%4 != 0 || checksum(data) != sum {
			t.Errorf("table %q at %d has the sum %#x, not %#x", tag, at, checksum(data), sum)
		}
	}
	return tables
}
