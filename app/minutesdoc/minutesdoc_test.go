package minutesdoc

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
)

var start = app.DateOf(2026, 2, 3).Start() + 8*3600*1000

func directory() *app.Directory {
	return app.NewDirectory([]app.Record{
		&app.Unit{ID: "tinh", Name: "tỉnh Minh Giang", Level: "province"},
		&app.Unit{ID: "so", Name: "Sở Nông nghiệp và Môi trường", Notation: "SNNMT", Level: "department", Office: true, Place: "Minh Giang", Parents: []app.Parent{{Unit: "tinh"}}},
		&app.Unit{ID: "x1", Name: "Ủy ban nhân dân xã Ữ Ỵ", Level: "commune", Office: true, Parents: []app.Parent{{Unit: "tinh"}}},
		&app.Person{ID: "p1", Name: "Nguyễn Thị Ngọc Ưỡn", Posts: []app.Post{{Unit: "so", Position: "Giám đốc", Role: app.RoleLeader, Main: true}}},
		&app.Person{ID: "p2", Name: "Trần Văn Đẫm", Posts: []app.Post{{Unit: "so", Position: "Chánh Văn phòng", Role: app.RoleClerk, Main: true}}},
		&app.Person{ID: "p3", Name: strings.TrimSpace(strings.Repeat("Hoàng Phủ Ngọc ", 13)), Posts: []app.Post{{Unit: "so", Position: "Trưởng phòng", Role: app.RoleHead, Main: true}}},
	})
}

func sample(items int) Minutes {
	m := &app.Meeting{ID: "m", Unit: "so", Title: "Họp giao ban tháng 02", Start: start, Participants: map[app.ID]app.Participant{
		"p1": {Role: app.MeetingChair, Voting: true}, "p2": {Role: app.MeetingSecretary}, "p3": {Role: app.MeetingMember, Voting: true, Reply: app.ReplyDeclined, Reason: "đi công tác tỉnh bạn"},
		"x1": {Unit: true, Role: app.MeetingGuest},
	}}
	s := &app.Session{Started: start, Finished: start + 2*3600*1000, Items: map[app.CommandID]app.ItemClock{1: {State: app.ItemDone, Clock: app.Stopwatch{Spent: 25 * 60_000}}},
		Queue: map[app.CommandID]app.Speech{1: {Person: "p2", State: app.SpeechDone, Text: "đề nghị làm rõ nguồn kinh phí", Clock: app.Stopwatch{Spent: 180_000}}},
		Votes: map[app.CommandID]app.Vote{1: {Title: "Thông qua phương án ứng phó", State: app.VotePublished, Type: app.VoteNamed, Threshold: app.MoreThanHalf, Base: app.OfEligible,
			Result: app.VoteResult{Eligible: 12, Present: 11, Cast: 11, Counts: map[app.Choice]int{app.ChoiceFor: 9, app.ChoiceAgainst: 2}, Passed: true}}}}
	sheet := &app.AgendaSheet{Type: app.AgendaCommon, Items: map[app.CommandID]app.AgendaItem{}}
	for i := range items {
		sheet.Items[app.CommandID(i+1)] = app.AgendaItem{Title: fmt.Sprintf("Báo cáo số %d về tình hình rà soát, cắm mốc và giải tỏa hành lang an toàn các tuyến đê", i+1), Order: i, Presenters: []app.ID{"p2"}}
	}
	roll := []*app.Attendance{{Person: "p1", Presence: app.PresentInRoom}, {Person: "p2", Presence: app.PresentOnline}}
	dir := directory()
	conclusion := func(text string) *app.RichNode {
		n, err := app.ParseRich(app.RichOf(text, "Báo cáo kết quả trước ngày 15 tháng 02 năm 2026."), 20_000)
		if err != nil {
			panic(err)
		}
		return n
	}
	day := start.Date()
	return Minutes{Head: HeadOf(dir, "so", app.TypeMinutes, "Họp giao ban tháng 02 năm 2026", day), Meeting: m, Where: "Phòng họp A1, trụ sở Sở Nông nghiệp và Môi trường",
		Facts: app.Facts(m, []*app.AgendaSheet{sheet}, s, roll), Names: Names{dir, day}, Conclusions: []*app.RichNode{
			conclusion("Giao Phòng Thủy lợi chủ trì, phối hợp với Ủy ban nhân dân các xã rà soát toàn bộ hộ dân trong vùng có nguy cơ sạt lở đất, lũ quét."), conclusion("Thống nhất chủ trương bổ sung kinh phí.")}}
}

// text is what another program reads in a PDF.
func text(t *testing.T, b []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("KEEP_PDF"); keep != "" {
		_ = os.WriteFile(filepath.Join(keep, t.Name()+".pdf"), b, 0o600)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v: %s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func has(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("text of the PDF lacks %q", want)
		}
	}
}

func minutesText(t *testing.T, m Minutes) (string, []byte) {
	t.Helper()
	var a, b bytes.Buffer
	if err := WriteMinutes(&a, m); err != nil {
		t.Fatal(err)
	}
	if err := WriteMinutes(&b, m); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatalf("two runs differ: %v", err)
	}
	return text(t, a.Bytes()), a.Bytes()
}

func TestMinutes(t *testing.T) {
	m := sample(3)
	got, b := minutesText(t, m)
	has(t, got, "SỞ NÔNG NGHIỆP", "ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "/BB-SNNMT", "BIÊN BẢN",
		"Thời gian bắt đầu: 08 giờ 00 phút, ngày 03 tháng 02 năm 2026.", "Địa điểm: Phòng họp A1", "Nguyễn Thị Ngọc Ưỡn, Giám đốc", "Trần Văn Đẫm, Chánh Văn phòng (trực tuyến)",
		"Vắng mặt có lý do:", "(đi công tác tỉnh bạn)", "Ủy ban nhân dân xã Ữ Ỵ", "Chủ trì (chủ tọa): Nguyễn Thị Ngọc Ưỡn", "trình bày: Trần Văn Đẫm, Chánh Văn phòng (25 phút).",
		"đề nghị làm rõ nguồn kinh phí (3 phút).", "9 tán thành, 2 không tán thành", "Được thông qua (cần quá nửa tổng số người có quyền biểu quyết).",
		"1. Giao Phòng Thủy lợi", "2. Thống nhất", "kết thúc vào 10 giờ 00 phút, ngày 03 tháng 02 năm 2026./.", "THƯ KÝ", "CHỦ TỌA", "Nơi nhận:", "Lưu: VT, hồ sơ cuộc họp.")
	if len(b) > 250_000 {
		t.Errorf("%d bytes", len(b))
	}
}

func TestMinutesWithWords(t *testing.T) {
	m := sample(3)
	body, err := app.ParseRich(`{"type":"doc","content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Phần một"}]},`+
		`{"type":"paragraph","content":[{"type":"text","text":"Giám đốc "},{"type":"text","marks":[{"type":"bold"}],"text":"nhấn"},{"type":"text","marks":[{"type":"underline"}],"text":" mạnh"},{"type":"text","text":", yêu cầu:"},{"type":"hardBreak"},{"type":"text","text":"làm ngay"}]},`+
		`{"type":"orderedList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"việc một"}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"việc hai"}]}]}]}]}`, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	m.Body, m.Facts.Finished = body, 0
	got, _ := minutesText(t, m)
	has(t, got, "Phần một", "Giám đốc nhấn mạnh, yêu cầu:", "làm ngay", "1. việc một", "2. việc hai", "kết thúc vào giờ phút")
	if strings.Contains(got, "1. Chương trình") {
		t.Error("the records are told beside what was written")
	}
	has(t, got, "Biểu quyết: - Biểu quyết công khai, ghi tên: Thông qua phương án ứng phó. Kết quả: 9 tán thành") // no vote is left out
	written, err := app.ParseRich(app.RichOf(Votes(m.Facts)...), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	m.Body = written
	got, _ = minutesText(t, m)
	if n := strings.Count(got, "Thông qua phương án ứng phó"); n != 1 {
		t.Errorf("the vote stands there %d times", n)
	}
}

func TestManyItems(t *testing.T) {
	m := sample(200)
	m.Subject = strings.TrimSpace(strings.Repeat("Rà soát đê điều ", 30))
	one, err := app.ParseRich(app.RichOf(strings.Repeat("Ữ", 4000)), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	m.Conclusions = append(m.Conclusions, one)
	got, b := minutesText(t, m)
	has(t, got, "Nội dung 200: Báo cáo số 200")
	if n := strings.Count(string(b), "/Type /Page "); n < 10 {
		t.Logf("%d pages by a rough count", n)
	}
}

// TestLongNames: a title and a name of two hundred characters without a blank go
// through all papers, and are told whole.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("Nguyễn", 33) + "Ữợ"
	m := sample(1)
	m.Subject, m.Meeting.Title = long, long
	dir := app.NewDirectory([]app.Record{
		&app.Unit{ID: "so", Name: long, Notation: "SNNMT", Level: "department", Office: true},
		&app.Person{ID: "p1", Name: long, Posts: []app.Post{{Unit: "so", Position: long, Role: app.RoleLeader, Main: true}}},
	})
	m.Names.Dir, m.Head.Organ = dir, long
	whole := func(what, got string) {
		t.Helper()
		if joined := strings.ReplaceAll(got, " ", ""); strings.Count(joined, long) < 2 {
			t.Errorf("%s: the name is not told whole: %.600s", what, got)
		}
	}
	got, _ := minutesText(t, m)
	whole("minutes", got)
	var b bytes.Buffer
	if err := WriteNotice(&b, Notice{Head: m.Head, Meeting: m.Meeting, Facts: m.Facts, Conclusions: m.Conclusions, Names: m.Names, Title: long, Signer: long}); err != nil {
		t.Fatal(err)
	}
	whole("notice", text(t, b.Bytes()))
	b.Reset()
	if err := WriteIndex(&b, Index{Title: long, Organ: "x", Made: start, For: long, Parts: []IndexPart{{Title: "3 Tài liệu", Lines: []IndexLine{{Number: "3.01", Title: long, File: "3 Tài liệu/3.01 a.pdf", SHA256: strings.Repeat("ab", 32)}}}}}); err != nil {
		t.Fatal(err)
	}
	whole("index", text(t, b.Bytes()))
}

func TestNotice(t *testing.T) {
	m := sample(3)
	h := HeadOf(m.Names.Dir, "so", app.TypeNotice, "Kết luận của Giám đốc tại cuộc họp giao ban tháng 02 năm 2026", m.Names.Day)
	var b bytes.Buffer
	if err := WriteNotice(&b, Notice{Head: h, Meeting: m.Meeting, Facts: m.Facts, Conclusions: m.Conclusions, Names: m.Names, Title: "Giám đốc", Signer: "Nguyễn Thị Ngọc Ưỡn"}); err != nil {
		t.Fatal(err)
	}
	has(t, text(t, b.Bytes()), "/TB-SNNMT", "Minh Giang, ngày", "THÔNG BÁO", "Giám đốc Nguyễn Thị Ngọc Ưỡn chủ trì cuộc họp: Họp giao ban tháng 02", "1. Giao Phòng Thủy lợi", "GIÁM ĐỐC")
}
