package appearance

import "fmt"

// Reason says why something is not drawn; the screen has a sentence for each.
type Reason string

const (
	NotPNG         Reason = "picture_not_png"   // the file is no PNG picture
	PictureLarge   Reason = "picture_large"     // the file has more than MaxPictureBytes
	PictureWide    Reason = "picture_wide"      // more than MaxPictureSide pixels wide or high
	PictureDamaged Reason = "picture_damaged"   // the file cannot be read to its end
	PictureEmpty   Reason = "picture_empty"     // all of it is transparent
	NoText         Reason = "text_empty"        // nothing but blanks
	NoGlyph        Reason = "text_character"    // a character that the font cannot show
	TextLong       Reason = "text_does_not_fit" // the box is too small for the text at its least size
)

// A RefusedError says why something is not drawn.
type RefusedError struct {
	Reason    Reason
	Character rune  // of NoGlyph
	Err       error // of PictureDamaged: what the decoder says
}

func (e *RefusedError) Error() string {
	text := "appearance: " + string(e.Reason)
	if e.Reason == NoGlyph {
		text += fmt.Sprintf(": %q (%U)", e.Character, e.Character)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *RefusedError) Unwrap() error { return e.Err }

func refuse(r Reason) error { return &RefusedError{Reason: r} }
