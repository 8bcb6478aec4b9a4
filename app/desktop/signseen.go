package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/appearance"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
)

// What is seen of a signature on the page: the image of the person's signature,
// the seal of the agency, number and date in Times (NĐ 30/2020, appendix I).

// appearanceOf draws the picture of the kind at a place; nil when there is no
// picture, or no place to see it.
func (s *signer) appearanceOf(v *pdf.View, kind api.SignKind, at pades.Place) (pades.Appearance, error) {
	if at.Rect == [4]float64{} {
		return nil, nil
	}
	png, err := s.Picture(context.Background(), kind)
	if e := app.AsError(err); err != nil && e.Code == app.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	picture, err := appearance.NewPicture(png)
	if err != nil {
		return nil, drawRefusal(err)
	}
	return upright(v, at, picture)
}

// filledIn draws the value of a field at its place.
func filledIn(v *pdf.View, at pades.Place, f pades.Fill) (pades.Appearance, error) {
	text := appearance.NumberText(f.Value)
	if f.Field == dateField {
		text = appearance.DateText(f.Value)
	}
	return upright(v, at, text)
}

// upright draws as the page is shown, which may be turned.
func upright(v *pdf.View, at pades.Place, d appearance.Drawing) (pades.Appearance, error) {
	pages, err := v.Pages()
	if err != nil {
		return nil, err
	}
	page, err := appearance.ReadPage(v, pages[at.Page])
	if err != nil {
		return nil, err
	}
	return page.Upright(d), nil
}

// drawRefusal gives the reason key of what cannot be drawn.
func drawRefusal(err error) error {
	var refused *appearance.RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	e := app.Errorf(app.Invalid, refusedReason(string(refused.Reason)), "%w", err)
	if refused.Character != 0 {
		e = e.With("character", string(refused.Character))
	}
	return e
}

// printedDate is a date as documents have it.
func printedDate(d app.Date) string {
	if d == 0 {
		return ""
	}
	return appearance.Date(d.Start().Std())
}
