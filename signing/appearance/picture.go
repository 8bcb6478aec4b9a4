package appearance

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"

	"khonggiay/signing/pdf"
)

// Limits of a picture.
const (
	MaxPictureBytes = 2 << 20
	MaxPictureSide  = 4000 // pixels
)

// A Picture is the image of a signature or a seal. What is transparent around it
// is cut off, so its sides are those of what is seen.
type Picture struct {
	width, height int // pixels
	perMetre      int // pixels, as the file says; 0: it does not
	colour        *pdf.Stream
	alpha         *pdf.Stream // nil: nothing is transparent
}

// NewPicture reads a PNG file. It returns a *RefusedError: NotPNG, PictureLarge,
// PictureWide, PictureDamaged or PictureEmpty.
func NewPicture(file []byte) (*Picture, error) {
	if len(file) > MaxPictureBytes {
		return nil, refuse(PictureLarge)
	}
	if !bytes.HasPrefix(file, []byte(pngSignature)) {
		return nil, refuse(NotPNG)
	}
	config, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, &RefusedError{Reason: PictureDamaged, Err: err}
	}
	if config.Width > MaxPictureSide || config.Height > MaxPictureSide {
		return nil, refuse(PictureWide)
	}
	m, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, &RefusedError{Reason: PictureDamaged, Err: err}
	}
	p, err := pictureOf(m)
	if err != nil {
		return nil, err
	}
	p.perMetre = resolution(file)
	return p, nil
}

// pictureOf takes what is seen of an image.
func pictureOf(m image.Image) (*Picture, error) {
	at := pixels(m)
	seen := seenOf(m.Bounds(), at)
	if seen.Empty() {
		return nil, refuse(PictureEmpty)
	}
	w, h := seen.Dx(), seen.Dy()
	colour, alpha := make([]byte, 0, 3*w*h), make([]byte, 0, w*h)
	hidden := average(seen, at)
	opaque := true
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		for x := seen.Min.X; x < seen.Max.X; x++ {
			c := at(x, y)
			if c.A == 0 {
				c = hidden
			}
			colour, alpha = append(colour, c.R, c.G, c.B), append(alpha, c.A)
			opaque = opaque && c.A == 0xff
		}
	}
	p := &Picture{width: w, height: h, colour: samples(w, h, "DeviceRGB", colour)}
	if !opaque {
		p.alpha = samples(w, h, "DeviceGray", alpha)
	}
	return p, nil
}

// pixels reads the pixels of what png.Decode returns, 16 bits reduced to 8. Their
// colours are not multiplied with alpha, in PNG as in PDF.
func pixels(m image.Image) func(x, y int) color.NRGBA {
	switch m := m.(type) {
	case *image.NRGBA:
		return m.NRGBAAt
	case *image.NRGBA64:
		return func(x, y int) color.NRGBA {
			c := m.NRGBA64At(x, y)
			return color.NRGBA{uint8(c.R >> 8), uint8(c.G >> 8), uint8(c.B >> 8), uint8(c.A >> 8)}
		}
	case *image.RGBA: // without alpha
		return func(x, y int) color.NRGBA { return color.NRGBA(m.RGBAAt(x, y)) }
	}
	return func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA) }
}

// seenOf is the smallest rectangle around all that is not transparent.
func seenOf(all image.Rectangle, at func(x, y int) color.NRGBA) (seen image.Rectangle) {
	for y := all.Min.Y; y < all.Max.Y; y++ {
		first, last := all.Max.X, all.Min.X
		for x := all.Min.X; x < all.Max.X; x++ {
			if at(x, y).A > 0 {
				first, last = min(first, x), x+1
			}
		}
		if first < last {
			seen = seen.Union(image.Rect(first, y, last, y+1))
		}
	}
	return seen
}

// average is the colour of what is seen, without alpha. Transparent pixels get
// it: readers that scale colour and mask each for itself show no other fringe.
func average(seen image.Rectangle, at func(x, y int) color.NRGBA) color.NRGBA {
	var r, g, b, a uint64
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		for x := seen.Min.X; x < seen.Max.X; x++ {
			c := at(x, y)
			weight := uint64(c.A)
			r, g, b, a = r+uint64(c.R)*weight, g+uint64(c.G)*weight, b+uint64(c.B)*weight, a+weight
		}
	}
	return color.NRGBA{R: uint8(r / a), G: uint8(g / a), B: uint8(b / a)}
}

// samples makes an image XObject of bytes, one for each colour of each pixel.
func samples(w, h int, space pdf.Name, data []byte) *pdf.Stream {
	return pdf.NewFlateStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("XObject"), pdf.Name("Subtype"), pdf.Name("Image"),
		pdf.Name("Width"), pdf.Int(w), pdf.Name("Height"), pdf.Int(h),
		pdf.Name("ColorSpace"), space, pdf.Name("BitsPerComponent"), pdf.Int(8)), data)
}

const pngSignature = "\x89PNG\r\n\x1a\n"

// resolution is the pixels per metre that a sound PNG file states in pHYs (ISO/IEC
// 15948, 11.3.4.3), 0 if it does not or its pixels are not square.
func resolution(file []byte) int {
	const (
		most  = 1 << 20
		metre = 1
	)
	rest := file[len(pngSignature):]
	for len(rest) >= 12 {
		length, kind := binary.BigEndian.Uint32(rest), string(rest[4:8])
		if uint64(length) > uint64(len(rest)-12) || kind == "IDAT" {
			break
		}
		data := rest[8 : 8+length]
		if kind == "pHYs" && len(data) == 9 {
			x, y := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
			if data[8] == metre && x == y && x <= most {
				return int(x)
			}
			break
		}
		rest = rest[12+length:]
	}
	return 0
}

// Pixels is the size of what is seen.
func (p *Picture) Pixels() (width, height int) { return p.width, p.height }

// Transparent reports whether anything shows through, as NĐ 30/2020 wants it: a
// picture with a white ground hides what it lies on.
func (p *Picture) Transparent() bool { return p.alpha != nil }

// In is where in a box the picture is drawn: as large as fits with its
// proportions, in the middle.
func (p *Picture) In(box [4]float64) [4]float64 {
	w, h := box[2]-box[0], box[3]-box[1]
	scale := min(w/float64(p.width), h/float64(p.height))
	dx, dy := (w-scale*float64(p.width))/2, (h-scale*float64(p.height))/2
	return [4]float64{box[0] + dx, box[1] + dy, box[2] - dx, box[3] - dy}
}

// Form draws the picture in the middle of the box.
func (p *Picture) Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	return form(p, width, height, add)
}

func (p *Picture) draw(width, height float64, add func(pdf.Object) pdf.Ref) ([]byte, *pdf.Dict, error) {
	if !hasArea([4]float64{0, 0, width, height}) {
		return nil, nil, errNoBox
	}
	at := p.In([4]float64{0, 0, width, height})
	picture := pdf.NewStream(p.colour.Dict.Clone(), p.colour.Data)
	if p.alpha != nil {
		picture.Dict.Set("SMask", add(pdf.NewStream(p.alpha.Dict.Clone(), p.alpha.Data)))
	}
	resources := pdf.NewDict(pdf.Name("XObject"), pdf.NewDict(pdf.Name("Picture"), add(picture)))
	content := "q\n" + numbers(at[2]-at[0], 0, 0, at[3]-at[1], at[0], at[1]) + " cm\n/Picture Do\nQ\n"
	return []byte(content), resources, nil
}

// errNoBox is the answer to a box without an area.
var errNoBox = errors.New("appearance: the box has no size")
