package appearance

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// laid is a text in a box.
func laid(t *testing.T, text Text, width, height float64) *layout {
	t.Helper()
	set := must[*typeset](t)(text.set())
	return must[*layout](t)(set.fit(width, height))
}

// lines are the characters of a layout.
func (l *layout) lines() (lines []string) {
	for _, line := range l.broken {
		var text strings.Builder
		for _, g := range line.glyphs {
			text.WriteRune(l.shown[g])
		}
		lines = append(lines, text.String())
	}
	return lines
}

// TestNFC: a letter is the same whatever keyboard wrote it.
func TestNFC(t *testing.T) {
	name := "Nguyễn Thị Hồng, Đắk Lắk"
	draw := func(s string) []byte { return shown(t, small, small.Box, Text{Lines: []string{s}}) }
	if apart := norm.NFD.String(name); apart == name || !bytes.Equal(draw(apart), draw(name)) {
		t.Error("decomposed letters give another file")
	}
}

// TestSameText: the same text gives the same bytes; another text another subset.
func TestSameText(t *testing.T) {
	draw := func(s string) []byte { return shown(t, small, small.Box, Text{Lines: []string{s}}) }
	if !bytes.Equal(draw("ngày 05"), draw("ngày 05")) {
		t.Error("two files of one text")
	}
	f := must[*font](t)(fonts[Regular]())
	if a, b := tag(f.name, []uint16{1, 2}), tag(f.name, []uint16{1, 3}); a == b || len(a) != 6 || strings.Trim(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		t.Errorf("tags %s and %s", a, b)
	}
}

// TestNoGlyph: a character that cannot be shown is named.
func TestNoGlyph(t *testing.T) {
	for text, want := range map[string]rune{
		"Tiến độ 50% 😀": '😀', "漢字": '漢', "một\nhai": '\n', "a\tb": '\t', "m\u0323\u0300": 0x0300, "a\u200bb": 0x200b,
		"שלום": 'ש', "a\xff": utf8.RuneError, "\x00": 0, "a\u00adb": 0xad, "\u202eabc": 0x202e,
	} {
		_, err := Text{Lines: []string{"đúng", text}}.Form(100, 100, nil)
		if refused := wantReason(t, err, NoGlyph); refused.Character != want {
			t.Errorf("%q: %q is named", text, refused.Character)
		}
	}
}

// TestTextRefused: a text that is none, or does not fit at its least size.
func TestTextRefused(t *testing.T) {
	for _, lines := range [][]string{nil, {""}, {" ", "\u00a0"}} {
		_, err := Text{Lines: lines}.Form(100, 100, nil)
		wantReason(t, err, NoText)
	}
	long := Text{Lines: []string{"Nghiêng"}, Size: 10, Least: 9}
	for _, box := range [][2]float64{{20, 50}, {100, 5}} {
		_, err := long.Form(box[0], box[1], nil)
		wantReason(t, err, TextLong)
	}
	for _, wrong := range []Text{{Size: -1}, {Size: math.NaN()}, {Size: 1e9}, {Least: -1}, {Style: 3}, {Style: -1}} {
		wrong.Lines = []string{"a"}
		if _, err := wrong.Form(100, 100, nil); !errors.Is(err, errText) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	for _, d := range []Drawing{Text{Lines: []string{"a"}}, pictureOfImage(t, signatureImage())} {
		for _, box := range [][2]float64{{0, 10}, {10, -1}, {math.NaN(), 10}, {10, math.Inf(1)}} {
			if _, err := d.Form(box[0], box[1], nil); !errors.Is(err, errNoBox) {
				t.Errorf("%v: %v", box, err)
			}
		}
	}
}

// TestFit: a text keeps its size while it can, is broken at blanks before it
// shrinks, and shrinks no more than it must.
func TestFit(t *testing.T) {
	text := Text{Lines: []string{"Ủy ban nhân dân tỉnh Đắk Lắk"}, Size: 10}
	for _, c := range []struct {
		width, height, size float64
		lines               int
	}{{200, 20, 10, 1}, {90, 40, 10, 2}, {200, 11, 9.75, 1}, {90, 12, 7, 1}} {
		l := laid(t, text, c.width, c.height)
		if l.size != c.size || len(l.broken) != c.lines || strings.Join(l.lines(), " ") != text.Lines[0] {
			t.Errorf("%v × %v: size %v, lines %q", c.width, c.height, l.size, l.lines())
		}
		if l.width() > c.width || l.height() > c.height {
			t.Errorf("%v × %v in %v × %v", l.width(), l.height(), c.width, c.height)
		}
	}
	if l := laid(t, Text{Lines: []string{"a", "", "b"}}, 100, 100); strings.Join(l.lines(), "|") != "a||b" {
		t.Errorf("%q", l.lines())
	}
	if l := laid(t, Text{Lines: []string{"Thành phố\u00a0Huế"}}, 70, 100); strings.Join(l.lines(), "|") != "Thành|phố Huế" {
		t.Errorf("%q", l.lines())
	}
}

// TestPlaces: lines lie where Align and Level say.
func TestPlaces(t *testing.T) {
	box := [4]float64{20, 20, 180, 100}
	for align, side := range map[Align]float64{Left: 21, Centre: 100, Right: 179} {
		for level, end := range map[Level]float64{Bottom: 20, Middle: 60, Top: 100} {
			got := inked(newCourt(t, shown(t, small, box, Text{Lines: []string{"HgH", "HgHHg"}, Align: align, Level: level, Size: 16})).render(small), isDark)
			x := map[Align]float64{Left: got[0], Centre: (got[0] + got[2]) / 2, Right: got[2]}[align]
			y := map[Level]float64{Bottom: got[1], Middle: (got[1] + got[3]) / 2, Top: got[3]}[level]
			if math.Abs(x-side) > 1 || math.Abs(y-end) > 4 {
				t.Errorf("align %d, level %d: %v", align, level, got)
			}
		}
	}
}

// TestColour: letters have the colour that is asked for.
func TestColour(t *testing.T) {
	c := newCourt(t, shown(t, small, small.Box, Text{Lines: []string{"Đỏ"}, Size: 60, Colour: RGB{0xD0, 0x10, 0x20}}))
	if got := inked(c.render(small), isRed); got[2]-got[0] < 30 {
		t.Errorf("red at %v", got)
	}
}

// TestWords: dates and times are written as documents write them, in Vietnam's zone.
func TestWords(t *testing.T) {
	late := time.Date(2026, 1, 31, 18, 0, 0, 0, time.UTC) // the next day in Hanoi
	for got, want := range map[string]string{
		Moment(late): "01/02/2026; 01:00:00\u00a0+07:00", Date(late): "ngày 01 tháng 02 năm 2026", Date(march): "ngày 05 tháng 3 năm 2026",
		Day(march): "05", Month(march): "3", Month(late): "02", Month(late.AddDate(0, 10, 0)): "12", Number(3): "03", Number(1234): "1234",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// FuzzText: every text is refused with a reason or drawn within its box.
func FuzzText(f *testing.F) {
	f.Add("Nguyễn Thị Hồng", 100.0, 20.0, 13.0)
	f.Add("ngày 05 tháng 3 năm 2026", 30.0, 90.0, 8.0)
	f.Add("   a   ", 10.0, 10.0, 0.0)
	f.Add("a\u0323\u0302b\U0001F600", 1.0, 1.0, 1000.0)
	f.Fuzz(func(t *testing.T, line string, width, height, size float64) {
		text := Text{Lines: []string{line}, Size: size}
		set, err := text.set()
		var refused *RefusedError
		if err != nil {
			if !errors.As(err, &refused) && !errors.Is(err, errText) {
				t.Fatal(err)
			}
			return
		}
		if !hasArea([4]float64{0, 0, width, height}) {
			return
		}
		l, err := set.fit(width, height)
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return
		}
		if !l.fits(width, height) || l.size > set.size || l.size < set.least {
			t.Errorf("size %v: %v × %v in %v × %v", l.size, l.width(), l.height(), width, height)
		}
		if got, want := strings.Join(l.lines(), " "), strings.ReplaceAll(norm.NFC.String(line), "\u00a0", " "); utf8.RuneCountInString(got) != utf8.RuneCountInString(want) {
			t.Errorf("%q becomes %q", want, got)
		}
	})
}
