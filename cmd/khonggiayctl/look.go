package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"khonggiay/signing/appearance"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
)

// lookFlags are the flags of sign about what is seen.
type lookFlags struct{ image, text, place *string }

func newLookFlags(f *flag.FlagSet) lookFlags {
	return lookFlags{
		image: f.String("image", "", "ảnh chữ ký hoặc con dấu, tệp .png nền trong suốt (image of the signature or the seal)"),
		text:  f.String("text", "", "chữ hiện ra cùng giờ ký, mặc định ở góc trên bên phải trang 1 (text that is shown with the time, in the upper right corner by default)"),
		place: f.String("place", "", "TRANG:TRÁI,DƯỚI,RỘNG,CAO theo mm từ góc dưới bên trái (PAGE:LEFT,BOTTOM,WIDTH,HEIGHT in mm from the lower left corner)"),
	}
}

var (
	errTwoLooks  = errors.New("sign: an image and a text")
	errPlace     = errors.New("sign: a place that is none")
	errNoPlace   = errors.New("sign: an image without a place")
	errNothing   = errors.New("sign: a place for nothing")
	errPlaceHere = errors.New("sign: a place for a field that has one")
)

// dress adds to a signature what is seen of it, and where.
func (l lookFlags) dress(file io.ReaderAt, size int64, o *pades.Options) error {
	look, err := l.drawing(o)
	if err != nil {
		return err
	}
	if look == nil {
		if *l.place != "" {
			return errNothing
		}
		return nil
	}
	f, err := pdf.Open(file, size)
	if err != nil {
		return err
	}
	field, there, err := fieldOf(f.Newest(), o.Field)
	switch {
	case err != nil:
		return err
	case there && *l.place != "":
		return errPlaceHere
	case !there:
		return l.put(f.Newest(), look, o)
	}
	page, _, err := appearance.FieldPage(f.Newest(), field)
	o.Appearance = page.Upright(look)
	return err
}

// drawing is nil if nothing is to be seen. A text in the corner is a block, any
// other stands for the image of a signature.
func (l lookFlags) drawing(o *pades.Options) (appearance.Drawing, error) {
	text := strings.TrimSpace(*l.text)
	switch {
	case *l.image != "" && text != "":
		return nil, errTwoLooks
	case *l.image != "":
		f, err := os.Open(*l.image)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, appearance.MaxPictureBytes+1))
		if err != nil {
			return nil, err
		}
		return appearance.NewPicture(data)
	case text != "" && *l.place != "":
		return appearance.NameAndTime(text, o.Time), nil
	case text != "":
		return appearance.Block(text, o.Time), nil
	}
	return nil, nil
}

func fieldOf(v *pdf.View, name string) (pdf.Field, bool, error) {
	form, err := v.Form()
	if err != nil || form == nil {
		return pdf.Field{}, false, err
	}
	i := slices.IndexFunc(form.Fields, func(f pdf.Field) bool { return f.Name == name })
	if i < 0 {
		return pdf.Field{}, false, nil
	}
	return form.Fields[i], true, nil
}

// put places a drawing: at the place that was named, or as a block in the corner
// of the first page.
func (l lookFlags) put(v *pdf.View, look appearance.Drawing, o *pades.Options) error {
	number, box, err := l.placed()
	if err != nil {
		return err
	}
	pages, err := v.Pages()
	if err != nil {
		return err
	}
	if number < 1 || number > len(pages) {
		return errPlace
	}
	page, err := appearance.ReadPage(v, pages[number-1])
	if err != nil {
		return err
	}
	rect := page.FromShown(box)
	if *l.place == "" {
		block, ok := look.(appearance.Text)
		if !ok {
			return errNoPlace
		}
		taken, err := appearance.Widgets(v, pages[number-1])
		if err != nil {
			return err
		}
		if rect, err = page.CornerFor(block, taken...); err != nil {
			return err
		}
	}
	o.Place, o.Appearance = pades.Place{Page: number - 1, Rect: rect}, page.Upright(look)
	return nil
}

// placed reads the place: a page, counted from 1, and a box on it as it is shown,
// in points. Without one it is the first page.
func (l lookFlags) placed() (page int, box [4]float64, err error) {
	if *l.place == "" {
		return 1, box, nil
	}
	const mm = 72 / 25.4
	var rest string
	n, _ := fmt.Sscanf(*l.place+"\n", "%d:%g,%g,%g,%g%s", &page, &box[0], &box[1], &box[2], &box[3], &rest)
	if n != 5 || !(box[2] > 0 && box[3] > 0) {
		return 0, box, errPlace
	}
	for i := range box {
		box[i] *= mm
	}
	box[2], box[3] = box[0]+box[2], box[1]+box[3]
	return page, box, nil
}

// whyNotDrawn says in words what cannot be drawn.
func whyNotDrawn(err error) (words, bool) {
	switch {
	case errors.Is(err, errTwoLooks):
		return words{"--image và --text không dùng cùng nhau", "--image and --text exclude each other"}, true
	case errors.Is(err, errPlace):
		return words{"--place cần TRANG:TRÁI,DƯỚI,RỘNG,CAO (mm), trang có trong tệp", "--place wants PAGE:LEFT,BOTTOM,WIDTH,HEIGHT (mm), of a page that is there"}, true
	case errors.Is(err, errNoPlace):
		return words{"cần --place cho ảnh, hoặc --field là ô chữ ký có sẵn", "the image needs --place, or --field with a field that is there"}, true
	case errors.Is(err, errNothing):
		return words{"--place cần --image hoặc --text", "--place needs --image or --text"}, true
	case errors.Is(err, errPlaceHere):
		return words{"ô chữ ký đã có chỗ trên trang, không dùng --place", "the field has its place already; leave --place out"}, true
	}
	var refused *appearance.RefusedError
	if !errors.As(err, &refused) {
		return words{}, false
	}
	w, ok := drawnReasons[refused.Reason]
	if refused.Reason == appearance.NoGlyph {
		w = words{fmt.Sprintf(w.vi, refused.Character), fmt.Sprintf(w.en, refused.Character)}
	}
	return w, ok
}

var drawnReasons = map[appearance.Reason]words{
	appearance.NotPNG:         {"ảnh không phải tệp PNG", "the image is no PNG file"},
	appearance.PictureLarge:   {"tệp ảnh lớn hơn 2 MiB", "the image file has more than 2 MiB"},
	appearance.PictureWide:    {"ảnh rộng hoặc cao hơn 4000 điểm", "the image is wider or higher than 4000 pixels"},
	appearance.PictureDamaged: {"tệp ảnh hỏng", "the image file is damaged"},
	appearance.PictureEmpty:   {"ảnh trong suốt hoàn toàn", "all of the image is transparent"},
	appearance.NoText:         {"không có chữ nào để hiện", "there is no text to show"},
	appearance.NoGlyph:        {"không hiện được ký tự %q", "the character %q cannot be shown"},
	appearance.TextLong:       {"chữ không vừa trong ô", "the text does not fit into its place"},
}
