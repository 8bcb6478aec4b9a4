package paper

import (
	"bytes"
	"strings"
	"unicode"

	"khonggiay/app"
)

const (
	leftBox  = left
	leftW    = 66 * mm
	rightBox = left + leftW + 4*mm
	rightW   = right - rightBox
	indent   = 10 * mm
)

// Make lays the letter out and returns the PDF and its number of pages.
func Make(l Letter) (pdf []byte, pages int, err error) {
	s := newSheet(l.Subject, l.Organ)
	s.head(l)
	s.body(l)
	s.foot(l)
	if s.err != nil {
		return nil, 0, s.err
	}
	var b bytes.Buffer
	if _, err := s.pdf.WriteTo(&b); err != nil {
		return nil, 0, err
	}
	return b.Bytes(), s.pages, nil
}

// head is everything above the body (ô số 1 to 5 of the law's figure).
func (s *sheet) head(l Letter) {
	yl, yr := s.y, s.y
	if l.Parent != "" {
		s.font(regular, 12)
		yl += s.block(leftBox, yl, leftW, strings.ToUpper(l.Parent))
	}
	s.font(bold, 12)
	yl += s.block(leftBox, yl, leftW, strings.ToUpper(l.Organ)) + 2
	s.rule(leftBox, yl, leftW, leftW*0.36)
	yr += s.block(rightBox, yr, rightW, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	s.font(bold, 13)
	motto := "Độc lập - Tự do - Hạnh phúc"
	yr += s.block(rightBox, yr, rightW, motto) + 2
	s.rule(rightBox, yr, rightW, s.measure(motto))

	y := max(yl, yr) + 6
	s.font(regular, 13)
	yl = y + s.block(leftBox, y, leftW, l.code())
	if l.Type == "" {
		s.font(regular, 12)
		yl += s.block(leftBox, yl, leftW, "V/v "+about(l.Subject))
	}
	s.font(italic, 13)
	yr = y + s.block(rightBox, y, rightW, l.dated())
	if mark := urgencyMark(l.Urgency); mark != "" {
		yl = s.mark(mark, yl+6)
	}
	if l.Draft {
		yl = s.mark("DỰ THẢO", yl+6)
	}
	s.y = max(yl, yr) + 10
	if l.Type != "" {
		s.title(l)
	}
}

// mark prints a stamp such as HỎA TỐC below the number.
func (s *sheet) mark(text string, y float64) float64 {
	s.font(bold, 14)
	w := s.measure(text) + 18
	x := leftBox + (leftW-w)/2
	s.pdf.SetTextColor(190, 30, 30)
	s.pdf.SetStrokeColor(190, 30, 30)
	s.pdf.SetLineWidth(1.2)
	s.pdf.RectFromUpperLeft(x, y, w, 22)
	s.text(x, y+15.8, w, 0.5, text)
	s.pdf.SetTextColor(0, 0, 0)
	s.pdf.SetStrokeColor(0, 0, 0)
	return y + 24
}

func (s *sheet) title(l Letter) {
	s.font(bold, 14)
	s.y += s.block(left, s.y, column, strings.ToUpper(l.Type))
	s.y += s.block(left+12*mm, s.y, column-24*mm, l.Subject) + 3
	s.rule(left, s.y, column, column*0.3)
	s.y += 12
}

func (s *sheet) body(l Letter) {
	if len(l.Addressees) > 0 {
		s.addressees(l.Addressees)
	}
	s.font(italic, 14)
	for _, p := range l.Bases {
		s.paragraph(p, indent)
	}
	s.font(regular, 14)
	for _, p := range l.Body {
		if heading(p) {
			s.font(bold, 14)
			s.paragraph(p, indent)
			s.font(regular, 14)
			continue
		}
		s.paragraph(p, indent)
	}
}

// heading reports whether the paragraph is a title of its own: a Roman number,
// or Điều n., without a full sentence behind it.
func heading(p string) bool {
	first, _, _ := strings.Cut(p, " ")
	return strings.Trim(first, "IVX.") == "" && strings.HasSuffix(first, ".")
}

func (s *sheet) addressees(to []string) {
	s.font(regular, 14)
	if len(to) == 1 {
		s.y += s.block(left, s.y, column, "Kính gửi: "+to[0]) + 8
		return
	}
	const x = left + 26*mm
	s.text(x, s.y+s.baseline(), 0, 0, "Kính gửi:")
	s.y += s.leading()
	for i, name := range to {
		end := ";"
		if i == len(to)-1 {
			end = "."
		}
		s.text(x+6*mm, s.y+s.baseline(), 0, 0, "- "+name+end)
		s.y += s.leading()
	}
	s.y += 6
}

// foot is the recipients on the left and the signature on the right, kept
// together on one page.
func (s *sheet) foot(l Letter) {
	need := max(float64(len(l.To)+2)*14, 130)
	if s.y+need > bottom {
		s.page()
	}
	s.y += 6
	y := s.y
	s.font(bold, 12)
	s.recipients(l.To)
	s.font(bold, 13.5)
	x, w := rightBox+4*mm, rightW-4*mm
	if l.Form != "" {
		y += s.block(x, y, w, strings.ToUpper(l.Form))
	}
	y += s.block(x, y, w, strings.ToUpper(l.Title)) + 62
	s.block(x, y, w, l.Signer)
}

func (s *sheet) recipients(to []string) {
	y := s.y
	s.font(italic, 12)
	s.text(left, y+s.baseline(), 0, 0, "Nơi nhận:")
	y += s.leading()
	s.font(regular, 11)
	for i, name := range to {
		end := ";"
		if i == len(to)-1 {
			end = "."
		}
		for j, line := range s.wrap("- "+name+end, leftW, leftW-2*mm) {
			x := left
			if j > 0 {
				x += 2 * mm
			}
			s.text(x, y+s.baseline(), 0, 0, strings.Join(line, " "))
			y += s.leading()
		}
	}
}

// TypeTitle is the type's name as it stands above the subject; empty for công văn.
func TypeTitle(code app.TypeCode) string {
	t, ok := app.TypeOf(code)
	if !ok || t.Abbrev == "" {
		return ""
	}
	name, _, _ := strings.Cut(t.Name, " (")
	return strings.ToUpper(name)
}

// about is the subject as it follows "V/v": its first letter small, unless it
// begins an abbreviation.
func about(subject string) string {
	subject = strings.TrimPrefix(subject, "Về việc ")
	letters := []rune(subject)
	if len(letters) > 1 && unicode.IsLower(letters[1]) {
		letters[0] = unicode.ToLower(letters[0])
	}
	return string(letters)
}
