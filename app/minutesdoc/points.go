package minutesdoc

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"khonggiay/app"
)

// Points is the report on the meeting points of a meeting (báo cáo điểm cầu).
type Points struct {
	Head
	Meeting *app.Meeting
	Where   string
	Started app.Time // 0 = it has not begun
	Ended   app.Time // 0 = it has not ended
	Made    app.Time
	For     string // for whom it was made
	Lines   []PointLine
	// Others came by their own machines or as guests; Unknown is that the server, which
	// knows of them, could not be asked.
	Others  []OtherLine
	Unknown bool
}

// PointLine is one meeting point in the report.
type PointLine struct {
	Name, Unit, Phone string
	Head              string
	Session           *app.PointSession
}

// OtherLine is somebody who came as himself.
type OtherLine struct {
	Name   string
	Guest  bool // by a link; else in the role that he was invited in
	Role   app.MeetingRole
	Joined app.Time
	Left   app.Time // 0 = he has not
	Drops  int
}

// Files of the report, as clerks name them.
const (
	PointsFile    = "Bao cao diem cau.pdf"
	PointsCSVFile = "Bao cao diem cau.csv"
)

var pointGroups = map[app.PointGroup]string{
	app.PointProvince: "Tỉnh", app.PointDepartment: "Sở, ngành", app.PointCommune: "Xã, phường", app.PointCluster: "Cụm", app.PointDistrict: "Huyện (cũ)",
}

var pointStatuses = map[app.PointStatus]string{
	app.PointNotConnected: "Chưa kết nối", app.PointConnecting: "Đang kết nối", app.PointWaits: "Chờ vào", app.PointIn: "Trong họp",
	app.PointLost: "Mất tín hiệu", app.PointLeft: "Đã rời",
}

var meetingRoles = map[app.MeetingRole]string{
	app.MeetingChair: "Chủ trì", app.MeetingSecretary: "Thư ký", app.MeetingMember: "Thành viên", app.MeetingPresenter: "Người trình bày",
	app.MeetingGuest: "Khách mời", app.MeetingObserver: "Quan sát", app.MeetingOperator: "Kỹ thuật",
}

var testMarks = map[app.TestMark]string{"": "Chưa thử", app.TestGood: "Tốt", app.TestBad: "Lỗi", app.TestNone: "Không có"}

// totals are the numbers above the table.
type totals struct{ points, took, reported, headcount, drops, dropped int }

func (p Points) totals(group app.PointGroup) totals {
	var t totals
	for _, l := range p.Lines {
		s := l.Session
		if group != "" && s.Group != group {
			continue
		}
		t.points++
		t.headcount += s.Headcount
		t.drops += s.Drops
		if s.Took() {
			t.took++
		}
		if s.Reported != 0 {
			t.reported++
		}
		if s.Drops > 0 {
			t.dropped++
		}
	}
	return t
}

// share is a part of a whole in per cent, as the language writes it: "97,2%".
func share(part, whole int) string {
	if whole == 0 {
		return "0%"
	}
	tenths := (1000*part + whole/2) / whole
	if tenths%10 == 0 {
		return strconv.Itoa(tenths/10) + "%"
	}
	return fmt.Sprintf("%d,%d%%", tenths/10, tenths%10)
}

// part is how many took part, and of how many.
func (t totals) part() string {
	return fmt.Sprintf("%d/%d điểm cầu (%s)", t.took, t.points, share(t.took, t.points))
}

// WritePoints writes the report as a PDF.
func WritePoints(to io.Writer, p Points) error {
	s, err := newSheet()
	if err != nil {
		return err
	}
	all := p.totals("")
	s.head(p.Head, "BÁO CÁO ĐIỂM CẦU", "")
	s.labelled("Thời gian", p.span())
	s.labelled("Địa điểm", p.Where)
	s.labelled("Số điểm cầu tham gia", all.part())
	s.list(p.byGroup())
	s.labelled("Quân số", fmt.Sprintf("%d người, theo báo cáo của %d điểm cầu", all.headcount, all.reported))
	s.labelled("Mất tín hiệu", fmt.Sprintf("%d lần, ở %d điểm cầu", all.drops, all.dropped))
	if absent := p.absent(); len(absent) > 0 && p.Started != 0 {
		s.labelled("Điểm cầu không vào họp", strings.Join(absent, "; ")+".")
	}
	s.y += 4
	s.table([]tableColumn{
		{"TT", 10 * mm, true}, {"Điểm cầu", 55 * mm, false}, {"Vào", 14 * mm, true}, {"Ra", 14 * mm, true}, {"Số lần rớt", 13 * mm, true},
		{"Quân số", 14 * mm, true}, {"Trưởng điểm cầu", 42 * mm, false},
	}, p.rows())
	s.others(p)
	s.text(paragraph{style: style{cut: italic, size: 11}, after: 2}, fmt.Sprintf("Lập lúc %s, cho %s.", strings.TrimSuffix(moment(p.Made), "."), p.For))
	return s.write(to, "Báo cáo điểm cầu: "+p.Meeting.Title, p.Organ)
}

func (s *sheet) others(p Points) {
	if p.Unknown {
		s.text(paragraph{style: style{cut: italic, size: 11}, after: 2}, "Khi lập báo cáo chưa hỏi được máy chủ tỉnh: chưa có danh sách người vào bằng máy riêng và khách.")
		return
	}
	if len(p.Others) == 0 {
		return
	}
	s.y += 4
	s.labelled("Vào bằng máy riêng và khách", fmt.Sprintf("%d người", len(p.Others)))
	day := cmp.Or(p.Started, p.Meeting.Start).Date()
	var rows [][]string
	for i, o := range p.Others {
		rows = append(rows, []string{strconv.Itoa(i + 1), o.Name, o.as(), clock(o.Joined, day), clock(o.Left, day), strconv.Itoa(o.Drops)})
	}
	s.table([]tableColumn{
		{"TT", 10 * mm, true}, {"Họ và tên", 75 * mm, false}, {"Tư cách", 36 * mm, false}, {"Vào", 14 * mm, true}, {"Ra", 14 * mm, true}, {"Số lần rớt", 13 * mm, true},
	}, rows)
}

func (o OtherLine) as() string {
	if o.Guest {
		return "Khách"
	}
	return meetingRoles[o.Role]
}

// span is when the meeting was, or is to be.
func (p Points) span() string {
	switch {
	case p.Started == 0:
		return "dự kiến " + moment(p.Meeting.Start)
	case p.Ended == 0:
		return "từ " + moment(p.Started)
	}
	return "từ " + strings.TrimSuffix(moment(p.Started), ".") + " đến " + moment(p.Ended)
}

func (p Points) byGroup() (out []string) {
	for _, g := range app.PointGroups {
		if t := p.totals(g); t.points > 0 {
			out = append(out, pointGroups[g]+": "+t.part()+";")
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// absent are the points that were never in the meeting.
func (p Points) absent() (out []string) {
	for _, l := range p.Lines {
		if !l.Session.Took() {
			out = append(out, l.Name)
		}
	}
	return out
}

func (p Points) rows() (out [][]string) {
	day := cmp.Or(p.Started, p.Meeting.Start).Date()
	for i, l := range p.Lines {
		s := l.Session
		name := l.Name
		if s.Host {
			name += " (điểm cầu chính)"
		}
		drops, count := "", ""
		if s.Took() {
			drops = strconv.Itoa(s.Drops)
		}
		if s.Reported != 0 {
			count = strconv.Itoa(s.Headcount)
		}
		out = append(out, []string{strconv.Itoa(i + 1), name, clock(s.Joined, day), clock(s.Left, day), drops, count, l.Head})
	}
	return out
}

// clock is a time of day; of another day than the meeting's, with the day.
func clock(t app.Time, day app.Date) string {
	switch {
	case t == 0:
		return ""
	case t.Date() == day:
		return t.Std().Format("15:04")
	}
	return t.Std().Format("15:04 02/01")
}

var pointTitles = []string{"TT", "Điểm cầu", "Đơn vị", "Nhóm", "Điểm cầu chính", "Tình trạng", "Vào lúc", "Ra lúc", "Số lần rớt", "Mất tín hiệu lần cuối", "Quân số",
	"Trưởng điểm cầu", "Điện thoại", "Thử micrô", "Thử loa", "Thử camera", "Lên (kbit/s)", "Xuống (kbit/s)", "Mất gói (‰)", "Độ trễ (ms)", "Thử lúc"}

// WritePointsCSV writes the same for a spreadsheet, as RFC 4180 has it, with the
// mark by which spreadsheets know UTF-8.
func WritePointsCSV(to io.Writer, p Points) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	rows := [][]string{pointTitles}
	for i, l := range p.Lines {
		s := l.Session
		host, count := "", ""
		if s.Host {
			host = "Có"
		}
		if s.Reported != 0 {
			count = strconv.Itoa(s.Headcount)
		}
		row := []string{strconv.Itoa(i + 1), l.Name, l.Unit, pointGroups[s.Group], host, pointStatuses[s.Status], stamp(s.Joined), stamp(s.Left),
			strconv.Itoa(s.Drops), stamp(s.Lost), count, l.Head, l.Phone}
		if t := s.Test; t != nil {
			row = append(row, testMarks[t.Mic], testMarks[t.Speaker], testMarks[t.Camera], strconv.Itoa(t.Up), strconv.Itoa(t.Down), strconv.Itoa(t.Loss),
				strconv.Itoa(t.RTT), stamp(t.At))
		} else {
			row = append(row, slices.Repeat([]string{""}, len(pointTitles)-len(row))...)
		}
		for j, cell := range row {
			row[j] = Harmless(cell)
		}
		rows = append(rows, row)
	}
	for i, o := range p.Others {
		row := append([]string{strconv.Itoa(len(p.Lines) + i + 1), Harmless(o.Name), "", o.as(), "", "", stamp(o.Joined), stamp(o.Left), strconv.Itoa(o.Drops)},
			slices.Repeat([]string{""}, len(pointTitles)-9)...)
		rows = append(rows, row)
	}
	return w.WriteAll(rows)
}

// stamp is a moment that a spreadsheet reads as one.
func stamp(t app.Time) string {
	if t == 0 {
		return ""
	}
	return t.Std().Format("02/01/2006 15:04:05")
}
