package appearance

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
	"testing"

	"khonggiay/signing/pdf"
)

func wantReason(t *testing.T, err error, want Reason) *RefusedError {
	t.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Reason != want {
		t.Fatalf("error %v, want %s", err, want)
	}
	return refused
}

// chunked puts a chunk before the first IDAT of a PNG file.
func chunked(file []byte, kind string, data []byte) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, kind...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	at := bytes.Index(file, []byte("IDAT")) - 4
	return append(append(bytes.Clone(file[:at]), chunk...), file[at:]...)
}

// physical is pHYs: pixels per unit across and upwards, unit 1 for the metre.
func physical(x, y uint32, unit byte) []byte {
	return append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, x), y), unit)
}

// spots are an image of 3 × 2 pixels, one transparent at each side and half of one.
func spots() *image.NRGBA64 {
	m := image.NewNRGBA64(image.Rect(0, 0, 5, 4))
	for i, a := range []uint16{0xffff, 0x8000, 0xffff, 0xffff, 0, 0x0100} {
		m.SetNRGBA64(1+i%3, 1+i/3, color.NRGBA64{R: 0x12ff, G: 0x3456, B: uint16(0x1111 * (i + 1)), A: a})
	}
	return m
}

// TestPictureKinds: every kind of PNG gives the colours and the transparency that
// it has, to 8 bits, without the transparent margin. mutool extracts them again.
func TestPictureKinds(t *testing.T) {
	wide := spots()
	plain := image.NewNRGBA(wide.Rect)
	opaque, opaque64 := image.NewRGBA(wide.Rect), image.NewRGBA64(wide.Rect)
	gray, gray16 := image.NewGray(wide.Rect), image.NewGray16(wide.Rect)
	palette := image.NewPaletted(wide.Rect, color.Palette{color.NRGBA{}, color.NRGBA{1, 2, 3, 255}, color.NRGBA{4, 5, 6, 100}})
	for y := range 4 {
		for x := range 5 {
			c := wide.NRGBA64At(x, y)
			plain.SetNRGBA(x, y, color.NRGBA{uint8(c.R >> 8), uint8(c.G >> 8), uint8(c.B >> 8), uint8(c.A >> 8)})
			opaque.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 7, 255})
			opaque64.SetRGBA64(x, y, color.RGBA64{uint16(x) << 8, 0x80, 0x0700, 0xffff})
			gray.SetGray(x, y, color.Gray{uint8(10 * x)})
			gray16.SetGray16(x, y, color.Gray16{uint16(1000 * x)})
		}
	}
	palette.SetColorIndex(2, 1, 1)
	palette.SetColorIndex(3, 2, 2)
	for name, m := range map[string]image.Image{"16 bit": wide, "8 bit": plain, "opaque": opaque, "opaque 16 bit": opaque64,
		"gray": gray, "gray 16 bit": gray16, "palette": palette} {
		t.Run(name, func(t *testing.T) {
			p := pictureOfImage(t, m)
			w, h := p.Pixels()
			origin := image.Pt(0, 0)
			if p.Transparent() {
				origin = image.Pt(1, 1)
			}
			colours, alphas := unpacked(t, p.colour), bytes.Repeat([]byte{255}, w*h)
			if p.alpha != nil {
				alphas = unpacked(t, p.alpha)
			}
			at := pixels(m)
			if name == "palette" {
				if w != 2 || h != 2 {
					t.Errorf("%d × %d pixels", w, h)
				}
				origin = image.Pt(2, 1)
			}
			for i := range w * h {
				want := at(origin.X+i%w, origin.Y+i/w)
				got := color.NRGBA{colours[3*i], colours[3*i+1], colours[3*i+2], alphas[i]}
				if got.A != want.A || want.A > 0 && got != want {
					t.Errorf("pixel %d is %v, not %v", i, got, want)
				}
			}
			if len(colours) != 3*w*h || len(alphas) != w*h {
				t.Errorf("%d and %d bytes for %d × %d", len(colours), len(alphas), w, h)
			}
			c := newCourt(t, shown(t, small, small.Box, p))
			c.must("qpdf", "--check", "a.pdf")
			if list := c.must("pdfimages", "-list", "a.pdf"); strings.Contains(list, "smask") != p.Transparent() {
				t.Error(list)
			}
		})
	}
	if got := unpacked(t, pictureOfImage(t, wide).colour)[:3]; !bytes.Equal(got, []byte{0x12, 0x34, 0x11}) {
		t.Errorf("the first of 16 bits is % x", got)
	}
}

// unpacked is what a stream holds, by a reader of the file that it is put into.
func unpacked(t *testing.T, s *pdf.Stream) []byte {
	t.Helper()
	data := emptyPage(small)
	view := open(t, data)
	u := must[*pdf.Update](t)(pdf.NewUpdate(view))
	ref := u.Add(s)
	out := bytes.NewBuffer(bytes.Clone(data))
	if _, err := u.Append(out); err != nil {
		t.Fatal(err)
	}
	view = open(t, out.Bytes())
	o := must[pdf.Object](t)(view.Get(ref))
	return must[[]byte](t)(view.Bytes(o.(*pdf.Stream)))
}

// TestPictureRefused: what is no picture that can be shown is refused with its
// reason, before it costs anything.
func TestPictureRefused(t *testing.T) {
	good := pngOf(t, signatureImage())
	for name, c := range map[string]struct {
		file []byte
		want Reason
	}{
		"nothing":     {nil, NotPNG},
		"JPEG":        {[]byte("\xFF\xD8\xFF\xE0 JFIF"), NotPNG},
		"PDF":         {[]byte("%PDF-1.7"), NotPNG},
		"cut off":     {good[:len(good)-20], PictureDamaged},
		"head only":   {good[:20], PictureDamaged},
		"a bit":       {flipped(good, len(good)/2), PictureDamaged},
		"wide":        {pngOf(t, image.NewGray(image.Rect(0, 0, MaxPictureSide+1, 1))), PictureWide},
		"high":        {pngOf(t, image.NewGray(image.Rect(0, 0, 1, MaxPictureSide+1))), PictureWide},
		"claims much": {claiming(good, 1<<30), PictureWide},
		"transparent": {pngOf(t, image.NewNRGBA(image.Rect(0, 0, 10, 10))), PictureEmpty},
		"large":       {append(bytes.Clone(good), make([]byte, MaxPictureBytes)...), PictureLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewPicture(c.file)
			wantReason(t, err, c.want)
			if strings.Contains(err.Error(), "%!") {
				t.Error(err)
			}
		})
	}
}

func flipped(file []byte, at int) []byte {
	out := bytes.Clone(file)
	out[at] ^= 1
	return out
}

// claiming gives a PNG file a width.
func claiming(file []byte, width uint32) []byte {
	out := bytes.Clone(file)
	binary.BigEndian.PutUint32(out[16:], width)
	binary.BigEndian.PutUint32(out[29:], crc32.ChecksumIEEE(out[12:29]))
	return out
}

// TestProportions: a picture is as large as its box lets it be, in the middle, and
// never pulled: a round seal is round in every box.
func TestProportions(t *testing.T) {
	p := pictureOfImage(t, sealImage(300))
	for _, box := range [][4]float64{{10, 10, 190, 60}, {20, 5, 60, 115}, {50, 20, 130, 100}} {
		side := min(box[2]-box[0], box[3]-box[1])
		x, y := (box[0]+box[2])/2, (box[1]+box[3])/2
		want := [4]float64{x - side/2, y - side/2, x + side/2, y + side/2}
		if got := p.In(box); !near(got, want, 1) {
			t.Errorf("in %v: %v, not %v", box, got, want)
		}
		if got := inked(newCourt(t, shown(t, small, box, p)).render(small), isRed); !near(got, want, 1) {
			t.Errorf("in %v: seen at %v, not %v", box, got, want)
		}
	}
	if got := pictureOfImage(t, signatureImage()).In([4]float64{0, 0, 100, 100}); math.Abs((got[2]-got[0])-100) > 1e-9 {
		t.Errorf("the transparent margin takes room: %v", got)
	}
}

// TestNoFringe: what is transparent has the colour of what is seen.
func TestNoFringe(t *testing.T) {
	p := pictureOfImage(t, sealImage(100))
	colours := unpacked(t, p.colour)
	if got := (color.NRGBA{colours[0], colours[1], colours[2], 255}); got != red {
		t.Errorf("the corner is %v", got)
	}
}

// TestSealSize: a seal has the size that somebody states, or the file, if that is
// one of a seal, or the usual one; not counting a transparent margin.
func TestSealSize(t *testing.T) {
	const inch = 25.4
	framed := image.NewNRGBA(image.Rect(0, 0, 600, 600))
	draw.Draw(framed, image.Rect(100, 100, 500, 500), sealImage(400), image.Point{}, draw.Src)
	plain := pngOf(t, framed)
	for name, c := range map[string]struct {
		file     []byte
		stated   float64
		diameter float64
	}{
		"nothing is known":          {plain, 0, SealDiameter},
		"stated":                    {plain, 42, 42},
		"in the file":               {chunked(plain, "pHYs", physical(10_000, 10_000, 1)), 0, 40},
		"stated against the file":   {chunked(plain, "pHYs", physical(10_000, 10_000, 1)), 34, 34},
		"72 to the inch says none":  {chunked(plain, "pHYs", physical(2835, 2835, 1)), 0, SealDiameter},
		"pixels that are no square": {chunked(plain, "pHYs", physical(10_000, 9000, 1)), 0, SealDiameter},
		"unit unknown":              {chunked(plain, "pHYs", physical(10_000, 10_000, 0)), 0, SealDiameter},
		"behind another chunk":      {chunked(chunked(plain, "pHYs", physical(10_000, 10_000, 1)), "tEXt", []byte("Software\x00x")), 0, 40},
		"absurd":                    {chunked(plain, "pHYs", physical(1<<31, 1<<31, 1)), 0, SealDiameter},
	} {
		t.Run(name, func(t *testing.T) {
			p := must[*Picture](t)(NewPicture(c.file))
			w, h := p.SealSize(c.stated)
			want := c.diameter / inch * 72
			if math.Abs(max(w, h)-want) > want/80 || math.Abs(w-h) > want/100 { // the ring is soft at its edge
				t.Errorf("%v × %v points, want %v", w, h, want)
			}
		})
	}
}

// TestSealBox: the seal lies over the left third of the leader's image.
func TestSealBox(t *testing.T) {
	leader := [4]float64{300, 100, 390, 140}
	if got, want := SealBox(leader, 102, 100), ([4]float64{228, 70, 330, 170}); !near(got, want, 1e-9) {
		t.Errorf("%v, not %v", got, want)
	}
}

// TestSamePicture: a picture gives the same bytes each time, to several at once.
func TestSamePicture(t *testing.T) {
	p := pictureOfImage(t, signatureImage())
	first := shown(t, small, small.Box, p)
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if !bytes.Equal(shown(t, small, small.Box, p), first) {
				t.Error("another file")
			}
		})
	}
}

// FuzzPicture: whatever bytes a picture is made of, it is refused with a reason or
// drawn; a file that is drawn is one that qpdf would take.
func FuzzPicture(f *testing.F) {
	f.Add(pngOf(f, sealImage(24)))
	f.Add(pngOf(f, spots()))
	f.Add(chunked(pngOf(f, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black, color.Transparent})), "pHYs", physical(11811, 11811, 1)))
	f.Add(pngOf(f, image.NewGray16(image.Rect(0, 0, 3, 3))))
	f.Fuzz(func(t *testing.T, file []byte) {
		if c, err := png.DecodeConfig(bytes.NewReader(file)); err == nil && c.Width*c.Height > 1<<18 && max(c.Width, c.Height) <= MaxPictureSide {
			return // seconds for each, and nothing new
		}
		p, err := NewPicture(file)
		if err != nil {
			var refused *RefusedError
			if !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("an error of no reason: %v", err)
			}
			return
		}
		w, h := p.Pixels()
		if w < 1 || h < 1 || w > MaxPictureSide || h > MaxPictureSide {
			t.Fatalf("%d × %d pixels", w, h)
		}
		if w, h := p.SealSize(0); !(w > 0 && h > 0 && max(w, h) <= mostSeal*mm+1e-9) {
			t.Errorf("a seal of %v × %v points", w, h)
		}
		box := [4]float64{10, 10, 190, 110}
		if at := p.In(box); at[0] < 10-1e-9 || at[1] < 10-1e-9 || at[2] > 190+1e-9 || at[3] > 110+1e-9 {
			t.Errorf("drawn at %v", at)
		}
		if colours := unpacked(t, p.colour); len(colours) != 3*w*h {
			t.Errorf("%d bytes for %d × %d", len(colours), w, h)
		}
		shown(t, small, box, p)
	})
}
