// Package appearance draws what is seen of a signature, or of a field that is
// filled in, as NĐ 30/2020 (appendix I) asks for: the image of a person's
// signature, the seal in its real size, number and date in Times, and the
// blocks in the upper right corner of attachments and copies.
//
// A *Picture and a Text are what pades calls an Appearance: each makes the form
// XObject of a box in points. Pictures are foreign bytes: NewPicture takes PNG
// files within limits and keeps their pixels only. Letters come from Tinos, of
// which the file gets what it shows (ISO 32000-2, 9.7.4 and 9.9). Nothing
// depends on time or chance: the same drawing is the same bytes.
//
// What cannot be drawn is a *RefusedError. DESIGN.md lists the invariants and
// their tests; qpdf, mutool, pdftotext, pdffonts, pdfsig and signing/validator
// judge signed files in judge_test.go.
package appearance
