package appearance

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf16"

	"khonggiay/signing/pdf"
)

// embed adds the font with the glyphs of a text, each for the character that it
// shows: a Type0 font with Identity-H, whose codes are the numbers of glyphs
// (ISO 32000-2, 9.7).
func (f *font) embed(shown map[uint16]rune, add func(pdf.Object) pdf.Ref) (pdf.Ref, error) {
	glyphs := slices.Sorted(maps.Keys(shown))
	file, err := f.subset(glyphs)
	if err != nil {
		return pdf.Ref{}, err
	}
	name := pdf.Name(tag(f.name, glyphs) + "+" + f.name)
	program := pdf.NewFlateStream(pdf.NewDict(pdf.Name("Length1"), pdf.Int(len(file))), file)
	descriptor := f.descriptor(name, add(program))
	widths, unstated := f.widths(glyphs), f.width(0)
	info := pdf.NewDict(pdf.Name("Registry"), pdf.String{Value: "Adobe"}, pdf.Name("Ordering"), pdf.String{Value: "Identity"},
		pdf.Name("Supplement"), pdf.Int(0))
	descendant := pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("CIDFontType2"), pdf.Name("BaseFont"), name,
		pdf.Name("CIDSystemInfo"), info, pdf.Name("FontDescriptor"), add(descriptor), pdf.Name("DW"), pdf.Int(unstated),
		pdf.Name("W"), widths, pdf.Name("CIDToGIDMap"), pdf.Name("Identity"))
	return add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type0"), pdf.Name("BaseFont"), name,
		pdf.Name("Encoding"), pdf.Name("Identity-H"), pdf.Name("DescendantFonts"), pdf.Array{add(descendant)},
		pdf.Name("ToUnicode"), add(pdf.NewFlateStream(&pdf.Dict{}, toUnicode(glyphs, shown))))), nil
}

// tag is the mark of a subset (ISO 32000-2, 9.9.2): six letters that other glyphs
// do not get.
func tag(name string, glyphs []uint16) string {
	text := []byte(name)
	for _, g := range glyphs {
		text = binary.BigEndian.AppendUint16(text, g)
	}
	sum := sha256.Sum256(text)
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + sum[i]%26
	}
	return string(letters)
}

// descriptor is the font descriptor (ISO 32000-2, table 120).
func (f *font) descriptor(name pdf.Name, program pdf.Ref) *pdf.Dict {
	const serif, symbolic, italic = 1 << 1, 1 << 2, 1 << 6
	head, os2 := f.tables["head"], f.tables["OS/2"]
	whole := func(n int) pdf.Int { return pdf.Int(math.Round(f.thousandths(n))) }
	angle := float64(int32(binary.BigEndian.Uint32(f.tables["post"][4:]))) / (1 << 16)
	flags := serif | symbolic
	if angle != 0 {
		flags |= italic
	}
	weight := float64(binary.BigEndian.Uint16(os2[4:])) / 65
	return pdf.NewDict(pdf.Name("Type"), pdf.Name("FontDescriptor"), pdf.Name("FontName"), name, pdf.Name("Flags"), pdf.Int(flags),
		pdf.Name("FontBBox"), pdf.Array{whole(signed(head[36:])), whole(signed(head[38:])), whole(signed(head[40:])), whole(signed(head[42:]))},
		pdf.Name("ItalicAngle"), pdf.Int(math.Round(angle)), pdf.Name("Ascent"), whole(f.ascent), pdf.Name("Descent"), whole(-f.descent),
		pdf.Name("CapHeight"), whole(signed(os2[88:])),
		pdf.Name("StemV"), pdf.Int(50+weight*weight), // no table has it; this is what others take
		pdf.Name("FontFile2"), program)
}

// widths is the array W (ISO 32000-2, 9.7.4.3): runs of numbers with their widths.
func (f *font) widths(glyphs []uint16) pdf.Array {
	var out, run pdf.Array
	for i, g := range glyphs {
		if run == nil {
			out = append(out, pdf.Int(g))
		}
		run = append(run, pdf.Int(f.width(g)))
		if i+1 == len(glyphs) || glyphs[i+1] != g+1 {
			out, run = append(out, run), nil
		}
	}
	return out
}

// toUnicode is the CMap by which readers copy and search the text (ISO 32000-2,
// 9.10.3). A section has at most 100 lines.
func toUnicode(glyphs []uint16, shown map[uint16]rune) []byte {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(glyphs, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, g := range part {
			fmt.Fprintf(&b, "<%04X> <", g)
			for _, unit := range utf16.AppendRune(nil, shown[g]) {
				fmt.Fprintf(&b, "%04X", unit)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
