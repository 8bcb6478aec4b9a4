package appearance

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Flags of a component of a composite glyph (OpenType, table glyf).
const (
	wideArguments  = 0x0001
	hasScale       = 0x0008
	moreComponents = 0x0020
	hasTwoScales   = 0x0040
	hasMatrix      = 0x0080
)

// subset makes a font file of glyphs and what they are composed of, all with their
// old numbers (ISO 32000-2, 9.9.1: the tables that a CIDFontType2 needs).
func (f *font) subset(glyphs []uint16) ([]byte, error) {
	outlines := map[uint16][]byte{}
	for _, g := range append([]uint16{0}, glyphs...) {
		if err := f.collect(g, outlines); err != nil {
			return nil, err
		}
	}
	count := int(slices.Max(slices.Collect(maps.Keys(outlines)))) + 1
	var glyf, loca, hmtx []byte
	for g := range count {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		outline, there := outlines[uint16(g)]
		width, left := 0, 0
		if there {
			width, left = f.metric(uint16(g))
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(width))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(left))
		glyf = padded(append(glyf, outline...))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // loca has 32 bits
	binary.BigEndian.PutUint16(hhea[34:], uint16(count))
	binary.BigEndian.PutUint16(maxp[4:], uint16(count))
	return fontFile(map[string][]byte{"cvt ": f.tables["cvt "], "fpgm": f.tables["fpgm"], "glyf": glyf, "head": head,
		"hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp, "prep": f.tables["prep"]}), nil
}

// collect takes a glyph and its components, once each.
func (f *font) collect(glyph uint16, outlines map[uint16][]byte) error {
	if _, there := outlines[glyph]; there {
		return nil
	}
	outline, err := f.outline(glyph)
	if err != nil {
		return err
	}
	outlines[glyph] = outline
	if len(outline) == 0 || signed(outline) >= 0 {
		return nil
	}
	for rest, more := outline[10:], true; more; {
		if len(rest) < 4 {
			return errFont
		}
		flags, component := binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
		if err := f.collect(component, outlines); err != nil {
			return err
		}
		size := componentSize(flags)
		if len(rest) < size {
			return errFont
		}
		rest, more = rest[size:], flags&moreComponents != 0
	}
	return nil
}

func componentSize(flags uint16) int {
	size := 6
	if flags&wideArguments != 0 {
		size += 2
	}
	switch {
	case flags&hasScale != 0:
		size += 2
	case flags&hasTwoScales != 0:
		size += 4
	case flags&hasMatrix != 0:
		size += 8
	}
	return size
}

func padded(b []byte) []byte {
	return append(b, make([]byte, -len(b)&3)...)
}

// fontFile puts tables into a file (OpenType, "Organization of an OpenType font").
func fontFile(tables map[string][]byte) []byte {
	maps.DeleteFunc(tables, func(_ string, data []byte) bool { return data == nil })
	tags := slices.Sorted(maps.Keys(tables))
	log := 0
	for 2<<log <= len(tags) {
		log++
	}
	file := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, n := range []int{len(tags), 16 << log, log, 16*len(tags) - 16<<log} {
		file = binary.BigEndian.AppendUint16(file, uint16(n))
	}
	at, head := len(file)+16*len(tags), 0
	for _, tag := range tags {
		data := tables[tag]
		if tag == "head" {
			head = at
		}
		file = append(file, tag...)
		for _, n := range []uint32{checksum(data), uint32(at), uint32(len(data))} {
			file = binary.BigEndian.AppendUint32(file, n)
		}
		at += len(data) + -len(data)&3
	}
	for _, tag := range tags {
		file = padded(append(file, tables[tag]...))
	}
	binary.BigEndian.PutUint32(file[head+8:], 0xB1B0AFBA-checksum(file)) // checkSumAdjustment
	return file
}

// checksum adds the words of a table, as if zeros filled the last one.
func checksum(data []byte) (sum uint32) {
	for len(data) >= 4 {
		sum += binary.BigEndian.Uint32(data)
		data = data[4:]
	}
	var last [4]byte
	copy(last[:], data)
	return sum + binary.BigEndian.Uint32(last[:])
}
