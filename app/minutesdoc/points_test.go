package minutesdoc

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"khonggiay/app"
)

// pointsOf is a report on n points: every tenth never came, every third was lost twice.
func pointsOf(n int, name string) Points {
	m := sample(1)
	p := Points{Head: m.Head, Meeting: m.Meeting, Where: m.Where, Started: start, Ended: start + 3*3600*1000, Made: start + 4*3600*1000, For: "Trần Văn Đẫm"}
	for i := range n {
		s := &app.PointSession{ID: app.ID(fmt.Sprint(i)), Group: app.PointCommune, Host: i == 0, Status: app.PointNotConnected}
		if i == 0 {
			s.Group = app.PointProvince
		}
		if i%10 != 9 {
			s.Status, s.Joined, s.Left, s.Headcount, s.Reported = app.PointLeft, start-15*60_000, start+3*3600*1000, 12, start
		}
		if i%3 == 1 && s.Took() {
			s.Drops = 2
		}
		p.Lines = append(p.Lines, PointLine{Name: fmt.Sprintf("%s %03d", name, i+1), Unit: "Ủy ban nhân dân xã Ữ Ỵ", Head: "Lò Văn Páo", Session: s})
	}
	return p
}

func pointsText(t *testing.T, p Points) string {
	t.Helper()
	var a, b bytes.Buffer
	if err := WritePoints(&a, p); err != nil {
		t.Fatal(err)
	}
	if err := WritePoints(&b, p); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatalf("two runs differ: %v", err)
	}
	return text(t, a.Bytes())
}

func TestPointsReport(t *testing.T) {
	got := pointsText(t, pointsOf(215, "Điểm cầu UBND xã"))
	has(t, got, "BÁO CÁO ĐIỂM CẦU", "/BB-SNNMT", "Số điểm cầu tham gia: 194/215 điểm cầu (90,2%)", "Tỉnh: 1/1 điểm cầu (100%);", "Xã, phường: 193/214 điểm cầu (90,2%);",
		"Quân số: 2328 người, theo báo cáo của 194 điểm cầu", "Mất tín hiệu: 130 lần, ở 65 điểm cầu", "Điểm cầu không vào họp: Điểm cầu UBND xã 010;", "Điểm cầu UBND xã 001 (điểm",
		"Điểm cầu UBND xã 215", "07:45", "11:00", "Lập lúc 12 giờ 00 phút, ngày 03 tháng 02 năm 2026, cho Trần Văn Đẫm.")
	if n := strings.Count(got, "Trưởng điểm cầu"); n < 6 {
		t.Errorf("the titles stand on %d pages", n)
	}
}

func TestPointsReportTellsOfOthers(t *testing.T) {
	p := pointsOf(2, "Điểm cầu UBND xã")
	p.Others = []OtherLine{{Name: "Lò Thị Ữ", Role: app.MeetingChair, Joined: start - 60_000, Left: start + 3600_000, Drops: 4}, {Name: "=Bệnh viện tỉnh", Guest: true, Joined: start}}
	has(t, pointsText(t, p), "Vào bằng máy riêng và khách: 2 người", "Lò Thị Ữ", "Chủ trì", "07:59", "09:00", "Khách")
	var b bytes.Buffer
	if err := WritePointsCSV(&b, p); err != nil {
		t.Fatal(err)
	}
	has(t, b.String(), "3,Lò Thị Ữ,,Chủ trì,,,03/02/2026 07:59:00,03/02/2026 09:00:00,4,", "4,'=Bệnh viện tỉnh,,Khách,,,03/02/2026 08:00:00,,0,")
	p.Others, p.Unknown = nil, true
	has(t, pointsText(t, p), "chưa hỏi được máy chủ tỉnh")
}

func TestPointsReportOfNothingAndOfMuch(t *testing.T) {
	none := pointsOf(0, "")
	none.Started, none.Ended = 0, 0
	has(t, pointsText(t, none), "0/0 điểm cầu (0%)", "dự kiến 08 giờ 00 phút")
	long := strings.Repeat("Ữ", 195)
	got := strings.ReplaceAll(pointsText(t, pointsOf(30, long)), " ", "")
	for _, want := range []string{"030", "BÁOCÁOĐIỂMCẦU"} {
		has(t, got, want)
	}
	var b bytes.Buffer
	if err := WritePoints(&b, pointsOf(1000, "Điểm cầu")); err != nil || b.Len() > 2_000_000 {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
}

func TestShare(t *testing.T) {
	for want, c := range map[string][2]int{"0%": {0, 0}, "100%": {7, 7}, "97,2%": {209, 215}, "33,3%": {1, 3}, "66,7%": {2, 3}, "0,5%": {1, 215}} {
		if got := share(c[0], c[1]); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}
