package minutesdoc

import (
	"io"
	"strings"

	"khonggiay/app"
)

const (
	leftBox  = left
	leftW    = 68 * mm
	rightBox = left + leftW + 3*mm
	rightW   = right - rightBox
)

var (
	small  = style{cut: regular, size: 12}
	organ  = style{cut: bold, size: 12}
	motto  = style{cut: bold, size: 13}
	title  = style{cut: bold, size: 14}
	signed = style{cut: bold, size: 13.5}
	dated  = style{cut: italic, size: 13}
)

// head writes everything above the text (ô số 1 to 5 of the law's figure).
func (s *sheet) head(h Head, kind, place string) {
	yl, yr := s.y, s.y
	if h.Parent != "" {
		yl += s.centred(leftBox, yl, leftW, small, strings.ToUpper(h.Parent))
	}
	yl += s.centred(leftBox, yl, leftW, organ, strings.ToUpper(h.Organ)) + 3
	s.line(leftBox+leftW*0.32, yl, leftW*0.36, 0.7)
	yr += s.centred(rightBox, yr, rightW, organ, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	const words = "Độc lập - Tự do - Hạnh phúc"
	yr += s.centred(rightBox, yr, rightW, motto, words) + 3
	long := s.width(motto, words)
	s.line(rightBox+(rightW-long)/2, yr, long, 0.7)
	y := max(yl, yr) + 7
	yl = y + s.centred(leftBox, y, leftW, style{cut: regular, size: 13}, "Số:"+strings.Repeat("\u00a0", 10)+"/"+h.Notation)
	yr = y
	if place != "" {
		gap := strings.Repeat("\u00a0", 7)
		yr += s.centred(rightBox, y, rightW, dated, place+", ngày"+gap+"tháng"+gap+"năm"+gap)
	}
	s.y = max(yl, yr) + 14
	s.y += s.centred(left, s.y, column, title, kind)
	s.y += s.centred(left+10*mm, s.y, column-20*mm, title, h.Subject) + 4
	s.line(left+column*0.36, s.y, column*0.28, 0.7)
	s.y += 14
}

// heading writes a title inside the text, with what follows it.
func (s *sheet) heading(text string) {
	p := body
	p.cut = bold
	s.need(3 * p.leading())
	s.text(p, text)
}

// labelled writes "Địa điểm: …".
func (s *sheet) labelled(label, text string) {
	s.put(body, []app.RichRun{{Text: label + ": ", Bold: true}, {Text: text}})
}

// list writes lines with a dash.
func (s *sheet) list(lines []string) {
	p := body
	p.after = 2
	for _, line := range lines {
		s.text(p, "- "+line)
	}
	s.y += body.after - p.after
}

// place is a signature's: a title, room, and a name.
type signature struct{ lines, name string }

// signatures writes two signers side by side, and their room together on one page.
func (s *sheet) signatures(l, r signature) {
	s.need(130)
	s.y += 8
	y := s.y
	half := column/2 - 4*mm
	for i, sig := range []signature{l, r} {
		x, at := left+float64(i)*(half+8*mm), y
		for line := range strings.Lines(sig.lines) {
			at += s.centred(x, at, half, signed, strings.TrimSpace(line))
		}
		at += 66
		at += s.centred(x, at, half, signed, sig.name)
		s.y = max(s.y, at)
	}
	s.y += 10
}

// recipients writes nơi nhận on the left.
func (s *sheet) recipients(to []string) {
	s.need(float64(len(to)+1) * 15)
	s.show(left, s.y, style{cut: italic, size: 12}, "Nơi nhận:")
	s.y += 15
	for i, name := range to {
		end := ";"
		if i == len(to)-1 {
			end = "."
		}
		st := style{cut: regular, size: 11}
		for _, line := range s.lines(s.words(st, []app.RichRun{{Text: "- " + name + end}}, leftW), s.width(st, " "), leftW, leftW) {
			s.justify(left, leftW, s.width(st, " "), line, false)
			s.y += st.leading()
		}
	}
}

// WriteMinutes writes a biên bản (mẫu 1.9).
func WriteMinutes(to io.Writer, m Minutes) error {
	s, err := newSheet()
	if err != nil {
		return err
	}
	s.head(m.Head, "BIÊN BẢN", "")
	s.labelled("Thời gian bắt đầu", moment(m.Facts.Started))
	s.labelled("Địa điểm", m.Where)
	s.attendance(m)
	s.labelled("Chủ trì (chủ tọa)", m.names(m.Facts.Chair))
	s.labelled("Thư ký (người ghi biên bản)", m.names(m.Facts.Clerks))
	s.heading("Nội dung (theo diễn biến cuộc họp):")
	if m.Body != nil && m.Body.PlainText() != "" {
		s.rich(m.Body)
		s.votes(untold(m.Facts, m.Body.PlainText()))
	} else {
		s.course(m.Facts, m.Names)
	}
	if len(m.Conclusions) > 0 {
		s.heading("Kết luận:")
		s.conclusions(m.Conclusions)
	}
	s.text(body, ending(m.Facts.Finished))
	s.signatures(signature{"THƯ KÝ", m.first(m.Facts.Clerks)}, signature{"CHỦ TỌA", m.first(m.Facts.Chair)})
	s.recipients([]string{"Như thành phần tham dự", "Lưu: VT, hồ sơ cuộc họp"})
	return s.write(to, m.Subject, m.Organ)
}

func (m Minutes) names(ids []app.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		name, position := m.Names.person(id)
		if p, ok := m.Meeting.Participants[id]; ok && p.Title != "" {
			position = p.Title
		}
		out[i] = withTitle(name, position)
	}
	return strings.Join(out, "; ") + "."
}

func (m Minutes) first(ids []app.ID) string {
	if len(ids) == 0 {
		return ""
	}
	name, _ := m.Names.person(ids[0])
	return name
}

// attendance writes who was there and who was not.
func (s *sheet) attendance(m Minutes) {
	roll := RollCall(m.Facts, m.Names)
	s.heading("Thành phần tham dự:")
	s.list(roll.Present)
	for _, group := range []struct {
		title string
		lines []string
	}{{"Vắng mặt có lý do:", roll.Excused}, {"Vắng mặt không có lý do:", roll.Absent}, {"Chưa điểm danh:", roll.NotCalled}} {
		if len(group.lines) > 0 {
			s.heading(group.title)
			s.list(group.lines)
		}
	}
}

// course writes what the records know of the meeting.
func (s *sheet) course(f app.MinutesFacts, n Names) {
	for i, part := range [][]string{Agenda(f, n), Speeches(f, n), Votes(f)} {
		if len(part) == 0 {
			continue
		}
		s.heading([]string{"1. Chương trình", "2. Ý kiến phát biểu", "3. Biểu quyết"}[i])
		s.list(part)
	}
}

// votes writes those of which the secretary's own words say nothing: minutes
// leave no vote out.
func (s *sheet) votes(f app.MinutesFacts) {
	if lines := Votes(f); len(lines) > 0 {
		s.heading("Biểu quyết:")
		s.list(lines)
	}
}

// conclusions writes each with its number.
func (s *sheet) conclusions(all []*app.RichNode) {
	for i, c := range all {
		blocks := c.Blocks()
		for j, b := range blocks {
			p := body
			p.label = b.Label
			if j == 0 {
				p.label = strings.TrimSpace(ordinal(i+1) + " " + b.Label)
			}
			if b.Level > 0 {
				p.cut = bold
			}
			s.put(p, b.Runs)
		}
	}
}

// WriteNotice writes a thông báo of the conclusions (mẫu 1.4).
func WriteNotice(to io.Writer, n Notice) error {
	s, err := newSheet()
	if err != nil {
		return err
	}
	s.head(n.Head, "THÔNG BÁO", n.Place)
	s.text(body, opening(n))
	s.conclusions(n.Conclusions)
	s.text(body, n.Organ+" thông báo để các cơ quan, đơn vị, cá nhân có liên quan biết, tổ chức thực hiện./.")
	s.need(140)
	s.y += 6
	y := s.y
	s.recipients([]string{"Như thành phần dự họp", "Các cơ quan, đơn vị có liên quan", "Lưu: VT, hồ sơ cuộc họp"})
	at := y
	for _, line := range []string{n.Form, n.Title} {
		if line != "" {
			at += s.centred(rightBox, at, rightW, signed, strings.ToUpper(line))
		}
	}
	s.centred(rightBox, at+66, rightW, signed, n.Signer)
	return s.write(to, n.Subject, n.Organ)
}
