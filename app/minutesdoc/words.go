package minutesdoc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"khonggiay/app"
)

// Roll is the roll-call in words, a line a person.
type Roll struct {
	Present   []string
	Excused   []string
	Absent    []string
	NotCalled []string
}

// Lines is the roll-call as paragraphs, with what each list is.
func (r Roll) Lines() []string {
	var out []string
	for _, g := range []struct {
		title string
		lines []string
	}{{"Có mặt", r.Present}, {"Vắng mặt có lý do", r.Excused}, {"Vắng mặt không có lý do", r.Absent}, {"Chưa điểm danh", r.NotCalled}} {
		if len(g.lines) > 0 {
			out = append(out, fmt.Sprintf("%s (%d): %s.", g.title, len(g.lines), strings.Join(g.lines, "; ")))
		}
	}
	return out
}

// RollCall says who was there and who was not.
func RollCall(f app.MinutesFacts, n Names) Roll {
	var r Roll
	for _, a := range f.People {
		line := attendee(a, n)
		switch a.Presence {
		case app.PresentInRoom:
			r.Present = append(r.Present, line)
		case app.PresentOnline:
			r.Present = append(r.Present, line+" (trực tuyến)")
		case app.AbsentExcused:
			if a.Reason != "" {
				line += " (" + a.Reason + ")"
			}
			r.Excused = append(r.Excused, line)
		case app.AbsentNoReason:
			r.Absent = append(r.Absent, line)
		default:
			r.NotCalled = append(r.NotCalled, line)
		}
	}
	return r
}

func attendee(a app.AttendeeFacts, n Names) string {
	name, title := a.Name, a.Title
	switch {
	case a.Unit:
		name = n.whole(a.ID)
	case a.ID != "":
		var position string
		if name, position = n.person(a.ID); title == "" {
			title = position
		}
	}
	line := withTitle(name, title)
	if a.For != "" {
		line += " (dự thay " + n.whole(a.For) + ")"
	}
	return line
}

var itemStates = map[app.AgendaState]string{app.ItemDeferred: "hoãn", app.ItemRunning: "đang bàn", app.ItemPaused: "tạm dừng", app.ItemWaiting: "chưa bàn"}

// Agenda says what was dealt with, who presented it, and how long it took.
func Agenda(f app.MinutesFacts, n Names) []string {
	out := make([]string, len(f.Items))
	for i, it := range f.Items {
		line := fmt.Sprintf("Nội dung %d: %s", i+1, it.Title)
		var who []string
		for _, id := range it.Presenters {
			who = append(who, n.whole(id))
		}
		if it.Presenter != "" {
			who = append(who, it.Presenter)
		}
		if len(who) > 0 {
			line += "; trình bày: " + strings.Join(who, "; ")
		}
		switch said := itemStates[it.State]; {
		case said != "":
			line += " (" + said + ")"
		case it.Spent > 0:
			line += " (" + spent(it.Spent) + ")"
		}
		out[i] = line + "."
	}
	return out
}

var speechKinds = map[app.SpeechKind]string{
	app.SpeechContribution: "phát biểu", app.SpeechPro: "phát biểu tán thành", app.SpeechContra: "phát biểu không tán thành",
	app.SpeechOrder: "phát biểu về trình tự cuộc họp", app.SpeechQuestion: "chất vấn", app.SpeechAnswer: "trả lời chất vấn",
}

// Speeches says who spoke, in their order.
func Speeches(f app.MinutesFacts, n Names) []string {
	out := make([]string, len(f.Speeches))
	for i, sp := range f.Speeches {
		kind := speechKinds[sp.Kind]
		if kind == "" {
			kind = speechKinds[app.SpeechContribution]
		}
		line := n.whole(sp.Person) + " " + kind
		if sp.Text != "" {
			line += ": " + strings.TrimSuffix(sp.Text, ".")
		}
		if sp.Spent > 0 {
			line += " (" + spent(sp.Spent) + ")"
		}
		out[i] = line + "."
	}
	return out
}

var choices = map[app.Choice]string{app.ChoiceFor: "tán thành", app.ChoiceAgainst: "không tán thành", app.ChoiceOther: "ý kiến khác", app.ChoiceAbstain: "không biểu quyết"}

// Votes says how was voted.
func Votes(f app.MinutesFacts) []string {
	out := make([]string, len(f.Votes))
	for i, v := range f.Votes {
		var counts []string
		for _, c := range app.Choices {
			if n, told := v.Result.Counts[c]; told {
				counts = append(counts, fmt.Sprintf("%d %s", n, choices[c]))
			}
		}
		how := map[app.VoteType]string{app.VoteNamed: "Biểu quyết công khai, ghi tên", app.VoteOpen: "Biểu quyết công khai", app.VoteSecret: "Bỏ phiếu kín"}[v.Type]
		result := "Không được thông qua"
		if v.Result.Passed {
			result = "Được thông qua"
		}
		out[i] = fmt.Sprintf("%s: %s. Kết quả: %s; số phiếu %d/%d người có quyền biểu quyết, có mặt %d. %s (%s).",
			how, strings.TrimSuffix(v.Title, "."), strings.Join(counts, ", "), v.Result.Cast, v.Result.Eligible, v.Result.Present, result, threshold(v))
	}
	return out
}

// untold leaves the votes that a text does not name.
func untold(f app.MinutesFacts, text string) app.MinutesFacts {
	f.Votes = slices.DeleteFunc(slices.Clone(f.Votes), func(v app.VoteFacts) bool {
		return strings.Contains(text, strings.TrimSuffix(v.Title, "."))
	})
	return f
}

func threshold(v app.VoteFacts) string {
	share := map[app.Threshold]string{app.MoreThanHalf: "quá nửa", app.TwoThirds: "từ hai phần ba", app.Everybody: "toàn bộ"}[v.Threshold]
	if share == "" {
		share = "từ " + strings.Replace(strconv.FormatFloat(float64(v.PerMille)/10, 'f', -1, 64), ".", ",", 1) + "%"
	}
	base := map[app.VoteBase]string{app.OfEligible: "tổng số người có quyền biểu quyết", app.OfPresent: "số người có mặt", app.OfCast: "số phiếu"}[v.Base]
	return "cần " + share + " " + base
}

func spent(t app.Time) string {
	if t < 60_000 {
		return fmt.Sprintf("%d giây", max(1, t/1000))
	}
	return fmt.Sprintf("%d phút", (t+30_000)/60_000)
}

// moment is "08 giờ 00 phút, ngày 24 tháng 11 năm 2026": days below 10 and the
// months 1 and 2 have a leading zero (Phụ lục I, mục II).
func moment(t app.Time) string {
	std := t.Std()
	return fmt.Sprintf("%02d giờ %02d phút, %s.", std.Hour(), std.Minute(), day(t.Date()))
}

func day(d app.Date) string {
	std := d.Std()
	month := strconv.Itoa(int(std.Month()))
	if std.Month() < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", std.Day(), month, std.Year())
}

func ending(finished app.Time) string {
	if finished == 0 {
		gap := strings.Repeat("\u00a0", 6)
		return "Cuộc họp kết thúc vào" + gap + "giờ" + gap + "phút, ngày" + gap + "tháng" + gap + "năm" + gap + "./."
	}
	return "Cuộc họp kết thúc vào " + strings.TrimSuffix(moment(finished), ".") + "./."
}

func ordinal(n int) string { return strconv.Itoa(n) + "." }

// opening is the first sentence of a notice.
func opening(n Notice) string {
	by := "người chủ trì"
	if len(n.Facts.Chair) > 0 {
		name, position := n.Names.person(n.Facts.Chair[0])
		by = strings.TrimSpace(position + " " + name)
	}
	return fmt.Sprintf("Ngày %s, %s chủ trì cuộc họp: %s. Sau khi nghe báo cáo và ý kiến của các đại biểu dự họp, chủ trì cuộc họp kết luận như sau:",
		strings.TrimPrefix(day(n.Facts.Started.Date()), "ngày "), by, strings.TrimSuffix(n.Meeting.Title, "."))
}

// Names of the files, as clerks give them.
const (
	MinutesFile = "Bien ban.pdf"
	NoticeFile  = "Thong bao ket luan.pdf"
)

// NoticeSubject is the subject (trích yếu) of the notice of a meeting's conclusions.
func NoticeSubject(m *app.Meeting) string { return "Kết luận cuộc họp: " + m.Title }

// Where is a meeting's place.
func Where(dir *app.Directory, m *app.Meeting) string {
	if r := dir.Room(m.Room); r != nil {
		return withTitle(r.Name, r.Place)
	}
	if m.Place == "" {
		return "Trực tuyến"
	}
	return m.Place
}

// StatisticsTitles are above the columns of the statistics of meetings.
var StatisticsTitles = []string{"Loại", "Tên", "Đơn vị", "Được mời", "Có mặt", "Đến muộn", "Vắng có lý do", "Vắng không lý do", "Chưa điểm danh",
	"Chủ trì", "Phiếu biểu quyết", "Nhiệm vụ được giao", "Nhiệm vụ hoàn thành", "Nhiệm vụ quá hạn"}

// What a line of the statistics is about.
const (
	OfUnit   = "Đơn vị"
	OfPerson = "Cá nhân"
)
