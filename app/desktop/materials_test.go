package desktop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// gives has the laptop's person give a command on any kind of record.
func (l *laptop) gives(name string, kind app.Kind, id app.ID, args string) {
	l.t.Helper()
	var raw json.RawMessage
	code := l.call("POST", "/api/commands", map[string]any{"name": name, "target": map[string]any{"kind": kind, "id": id},
		"base": 0, "args": json.RawMessage(args)}, &raw)
	if code != http.StatusOK {
		l.t.Fatalf("%s: %d %s", name, code, raw)
	}
}

func (l *laptop) materials(meeting app.ID) []api.MaterialView {
	l.t.Helper()
	var out api.MaterialsView
	if l.call("GET", "/api/meetings/"+string(meeting)+"/materials", nil, &out) != http.StatusOK {
		return nil
	}
	return out.Materials
}

// TestRecalledMaterialLeavesTheLaptop: a guest's laptop fetches a paper of a
// meeting without being asked. Recalled while the laptop has no line, it goes at
// the next contact, with its content, and the province is told so.
func TestRecalledMaterialLeavesTheLaptop(t *testing.T) {
	s := startServer(t)
	l, guest := s.laptopOf(clerkC), s.laptopOf(clerkS)
	defer func() { l.stop(); guest.stop() }()
	const meeting, paper = app.ID("019ab000-0000-7000-8000-000000000020"), app.ID("019ab000-0000-7000-8000-000000000021")
	start := app.TimeOf(time.Now().Add(48 * time.Hour))
	settled := func() bool { st := l.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 }
	l.gives("meeting.create.1", app.KindMeeting, meeting, fmt.Sprintf(`{"unit":"xa-an","fields":{"title":"Họp Ủy ban","place":"Hội trường","start":%d,"end":%d},
		"people":[{"id":"p-chu-tich","role":"CHU_TRI"},{"id":"p-van-thu-xa","role":"THU_KY"},{"id":"p-van-thu-so","role":"KHACH_MOI"}]}`, start, start+3_600_000))
	l.until("the draft to go up", settled)
	if err := s.GiveSystem(t.Context(), "meeting.publish.1", app.Key{Kind: app.KindMeeting, ID: meeting}, &app.MeetingNote{}); err != nil {
		t.Fatal(err)
	}
	sum := l.upload("Tờ trình.pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("Tờ trình "), 40_000)...))
	l.gives("material.add.1", app.KindMaterial, paper, fmt.Sprintf(`{"meeting":%q,"fields":{"title":"Tờ trình"},"file":{"name":"","sha256":%q}}`, meeting, sum))
	l.gives("material.set_access.1", app.KindMaterial, paper, fmt.Sprintf(`{"meeting":%q,"access":"PERSONS","persons":["p-van-thu-so"]}`, meeting))
	newest := l.materials(meeting)[0].Newest
	l.gives("material.review.1", app.KindMaterial, paper, fmt.Sprintf(`{"meeting":%q,"version":%d,"approve":true}`, meeting, newest))
	guest.until("the guest to have it whole", func() bool {
		m := guest.materials(meeting)
		return len(m) == 1 && len(m[0].Versions) == 1 && m[0].Versions[0].Here
	})
	got := guest.materials(meeting)[0]
	if got.State != app.MaterialOpen || got.Mine.Download || got.Versions[0].Name != "Tờ trình.pdf" || len(got.Actions) == 0 {
		t.Errorf("as the guest sees it: %+v", got)
	}
	file := fmt.Sprintf("/api/meetings/%s/materials/%s/files/%d", meeting, paper, newest)
	if code := guest.call("GET", file, nil, nil); code != http.StatusOK {
		t.Errorf("reading it: %d", code)
	}
	if code := guest.call("GET", file+"?download=true", nil, nil); code != http.StatusForbidden {
		t.Errorf("saving it: %d", code)
	}
	guest.app.currentLink().cutLine(true)
	l.gives("material.recall.1", app.KindMaterial, paper, fmt.Sprintf(`{"meeting":%q}`, meeting))
	l.until("the recall to go up", settled)
	if len(guest.materials(meeting)) != 1 {
		t.Error("it went without a line")
	}
	guest.app.currentLink().cutLine(false)
	guest.until("the paper to go", func() bool { return len(guest.materials(meeting)) == 0 })
	guest.until("its content to go", func() bool { _, segments := guest.held(); return segments == 0 })
	eventually(t, "the province to be told", func() bool { // asked of the server; the screen asks every half minute
		var board api.MeetingReadiness
		code := l.call("GET", "/api/meetings/"+string(meeting)+"/readiness", nil, &board)
		return code == http.StatusOK && len(board.Recalls) == 1 && board.Recalls[0].Confirmed == 1 && len(board.Recalls[0].Open) == 0
	})
	if m := l.materials(meeting); len(m) != 1 || m[0].State != app.MaterialRecalled || !m[0].Versions[0].Here {
		t.Errorf("the secretary keeps it: %+v", m)
	}
}

// TestSlipFilesComeToThoseAsked: the files of an opinion slip that waits for
// somebody's answer are on his laptop before he opens them.
func TestSlipFilesComeToThoseAsked(t *testing.T) {
	s := startServer(t)
	l, asked := s.laptopOf(clerkC), s.laptopOf(clerkS)
	defer func() { l.stop(); asked.stop() }()
	const slip = app.ID("019ab000-0000-7000-8000-000000000031")
	sum := l.upload("Dự thảo.pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("Dự thảo "), 40_000)...))
	l.gives("slip.create.1", app.KindSlip, slip, fmt.Sprintf(`{"unit":"xa-an","title":"Chủ trương","due":%d,"asked":["p-van-thu-so"],"files":[{"name":"","sha256":%q}]}`,
		app.TimeOf(time.Now().Add(48*time.Hour)), sum))
	l.gives("slip.send.1", app.KindSlip, slip, `{}`)
	var view api.SlipView
	asked.until("who is asked to have it whole", func() bool {
		return asked.call("GET", "/api/slips/"+string(slip), nil, &view) == http.StatusOK && len(view.Files) == 1 && view.Files[0].Here
	})
	asked.app.currentLink().cutLine(true)
	if code := asked.call("GET", fmt.Sprintf("/api/slips/%s/files/%d", slip, view.Files[0].Key), nil, nil); code != http.StatusOK || view.Files[0].Name != "Dự thảo.pdf" {
		t.Errorf("without a line: %d %+v", code, view.Files)
	}
}
