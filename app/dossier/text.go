package dossier

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
)

// mark is by what spreadsheets and editors know UTF-8.
const mark = "\ufeff"

// Made opens bytes that were made for the file.
func Made(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

// Lines is a text of lines as every editor reads it.
func Lines(lines []string) []byte {
	return []byte(mark + strings.Join(lines, "\r\n") + "\r\n")
}

// TaskLine is a task (nhiệm vụ) as the table lists it.
type TaskLine struct {
	Text, Owner, Follower string
	Given, Due, Reported  app.Date
	State                 app.AssignmentState
	Progress              int
	Late                  bool
}

var taskTitles = []string{"STT", "Nội dung nhiệm vụ", "Chủ trì thực hiện", "Theo dõi, đôn đốc", "Ngày giao", "Hạn", "Ngày báo cáo", "Trạng thái", "Tiến độ (%)", "Quá hạn"}

var taskStates = map[app.AssignmentState]string{
	app.AssignmentNew: "Mới giao", app.AssignmentAccepted: "Đã nhận", app.AssignmentDoing: "Đang thực hiện", app.AssignmentReported: "Chờ xác nhận",
	app.AssignmentDone: "Hoàn thành", app.AssignmentDoneLate: "Hoàn thành quá hạn", app.AssignmentCancelled: "Đã hủy",
}

// Tasks is a table of tasks as RFC 4180 has it.
func Tasks(lines []TaskLine) ([]byte, error) {
	b := bytes.NewBufferString(mark)
	w := csv.NewWriter(b)
	w.UseCRLF = true
	rows := [][]string{taskTitles}
	for i, t := range lines {
		late := ""
		if t.Late {
			late = "Có"
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), minutesdoc.Harmless(t.Text), minutesdoc.Harmless(t.Owner), minutesdoc.Harmless(t.Follower), day(t.Given), day(t.Due), day(t.Reported),
			taskStates[t.State], strconv.Itoa(t.Progress), late})
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func day(d app.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// FileName is the name of the whole file.
func FileName(d Dossier) string { return "Hồ sơ cuộc họp " + safe(d.Title) + ".zip" }

// MaterialNote says which version of a material it is, and what became of it.
func MaterialNote(m *app.Material) string {
	note := ""
	if n := len(m.Versions); n > 1 {
		note = "bản thứ " + strconv.Itoa(n)
	}
	said := map[app.MaterialState]string{app.MaterialRecalled: "đã thu hồi", app.MaterialRejected: "không duyệt", app.MaterialDraft: "chưa trình duyệt", app.MaterialPending: "chờ duyệt"}[m.State()]
	if note != "" && said != "" {
		note += ", "
	}
	return note + said
}

var choices = map[app.Choice]string{app.ChoiceFor: "Tán thành", app.ChoiceAgainst: "Không tán thành", app.ChoiceOther: "Ý kiến khác"}

// SlipLines is an opinion slip as a text, with what came of it.
func SlipLines(s *app.OpinionSlip) []string {
	out := []string{"PHIẾU LẤY Ý KIẾN", s.Title}
	if s.Text != "" {
		out = append(out, "", s.Text)
	}
	out = append(out, "", "Số người được lấy ý kiến: "+strconv.Itoa(len(s.Asked)))
	switch s.State {
	case app.SlipClosed:
		for _, c := range []app.Choice{app.ChoiceFor, app.ChoiceAgainst, app.ChoiceOther} {
			out = append(out, choices[c]+": "+strconv.Itoa(s.Result.Counts[c]))
		}
		out = append(out, "Không trả lời: "+strconv.Itoa(len(s.Silent)))
		if s.Threshold != "" {
			out = append(out, map[bool]string{true: "Kết quả: được thông qua.", false: "Kết quả: không được thông qua."}[s.Result.Passed])
		}
	case app.SlipCancelled:
		out = append(out, "Đã hủy: "+s.Reason)
	default:
		out = append(out, "Chưa tổng hợp ý kiến.")
	}
	return out
}
