package appearance

import (
	"fmt"
	"time"
)

// vietnam is the zone of the country, which has no other and no summer time.
var vietnam = time.FixedZone("+07", 7*60*60)

// Moment writes a time as the blocks in the corner show it (NĐ 30/2020, appendix
// III, samples 2.2 and 3.2): day, time of day, and the zone of Vietnam after ISO
// 8601, such as 05/03/2026; 10:15:30 +07:00. No line breaks before the zone.
func Moment(t time.Time) string { return t.In(vietnam).Format("02/01/2006; 15:04:05\u00a0-07:00") }

// Number writes a number as documents do: two digits at least (appendix I).
func Number(n uint32) string { return fmt.Sprintf("%02d", n) }

// Day writes a day as documents do: two digits (NĐ 30/2020, appendix I).
func Day(t time.Time) string { return fmt.Sprintf("%02d", t.In(vietnam).Day()) }

// Month writes a month as documents do: 01, 02, 3 … 12 (the same).
func Month(t time.Time) string {
	m := int(t.In(vietnam).Month())
	if m <= 2 {
		return fmt.Sprintf("%02d", m)
	}
	return fmt.Sprint(m)
}

// Date writes a date as documents do: ngày 05 tháng 3 năm 2026.
func Date(t time.Time) string {
	return fmt.Sprintf("ngày %s tháng %s năm %d", Day(t), Month(t), t.In(vietnam).Year())
}

// NumberText is what is filled in for the number of a document: upright, in the
// middle of its box.
func NumberText(number string) Text {
	return Text{Lines: []string{number}, Align: Centre}
}

// DateText is what is filled in for a date: slanted, in the middle of its box, in
// the place of the "ngày … tháng … năm …" that is printed there.
func DateText(date string) Text {
	return Text{Lines: []string{date}, Style: Italic, Align: Centre, Ground: true}
}

// OnLine is a box in which a Text of one line and the size stands on a line that
// is printed: left and width are those of the box, baseline is the height on
// which the printed letters stand, all in points.
func OnLine(left, baseline, width, size float64) [4]float64 {
	const above, below = 1.0, 0.325 // of the size: the same room over and under the letters
	return [4]float64{left, baseline - below*size, left + width, baseline + above*size}
}

// Block is what stands in the corner of a page: words, an office or both, and the
// time, upright, black and of 10 points.
func Block(text string, signed time.Time) Text {
	return Text{Lines: []string{text + "; " + Moment(signed)}, Size: BlockSize, Align: Right, Level: Top}
}

// Attachment is the block of an attachment in a file of its own, which the office
// signs without an image: number and notation, and the time (sample 2.2).
func Attachment(symbol string, signed time.Time) Text { return Block("Số: "+symbol, signed) }

// A CopyForm is a kind of certified copy (NĐ 30/2020, article 25), as sample 3.2
// writes it.
type CopyForm string

const (
	CertifiedCopy CopyForm = "SAO Y"
	CopyOfCopy    CopyForm = "SAO LỤC"
	Extract       CopyForm = "TRÍCH SAO"
)

// Copy is the block of an electronic copy: its form, the office that made it, and
// the time (sample 3.2).
func Copy(form CopyForm, organ string, signed time.Time) Text {
	return Block(string(form)+"; "+organ, signed)
}

// Digitised is the block of a paper that was scanned for the archive: the office
// and the time (TT 05/2025/TT-BNV, article 8).
func Digitised(organ string, signed time.Time) Text { return Block(organ, signed) }

// NameAndTime is for somebody who has no image of a signature.
func NameAndTime(name string, signed time.Time) Text {
	return Text{Lines: []string{name, Moment(signed)}, Size: BlockSize, Align: Centre}
}
