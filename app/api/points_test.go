package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// atPoints is the meeting that runs, with the points of x1 and x2 in it.
func atPoints(t *testing.T) *province {
	t.Helper()
	p := sitting(t)
	p.point("x1", "Điểm cầu UBND xã X1", `,"place":"Thôn Nà Mạ"`)
	p.point("x2", "=HYPERLINK(\\\"http://a\\\")", `,"phone":"+84 203 123"`)
	p.point("so", "Điểm cầu Sở Nội vụ", "")
	p.meeting("x1.clerk", "meeting.set_points.1", theMeeting, `{"add":["p.x1","p.x2"],"host":"p.x1"}`)
	return p
}

func (p *province) point(office, name, more string) {
	p.t.Helper()
	group := "XA_PHUONG"
	if office == "so" {
		group = "SO_NGANH"
	}
	p.meeting(office+".clerk", "point.save.1", app.ID("p."+office), fmt.Sprintf(`{"unit":"%s","name":"%s","group":"%s","device":"PC","technician":"%s.officer"%s}`, office, name, group, office, more))
}

func (p *province) reports(who, point string, headcount int, more string) {
	p.t.Helper()
	p.meeting(who, "point_session.report.1", app.PointSessionID(theMeeting, app.ID(point)), fmt.Sprintf(`{"meeting":"%s","point":"%s","headcount":%d%s}`, theMeeting, point, headcount, more))
}

// joins has the server's room say that a point has come in.
func (p *province) joins(point app.ID) {
	p.t.Helper()
	p.system("point_session.connected.1", point, &app.PointConnected{Meeting: theMeeting, Point: point, Status: app.PointIn})
}

func (p *province) system(name string, point app.ID, args any) {
	p.t.Helper()
	p.now.Add(60_000)
	err := p.store.Write(p.t.Context(), func(tx *sqlite.Tx) error {
		return app.Execute(tx, &app.Command{ID: app.NewCommandID(2, p.last.Add(1)), Name: name, Actor: app.SystemPerson, Args: args,
			Target: app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(theMeeting, point)}}, p.clock(), true)
	})
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
}

func TestPointDirectory(t *testing.T) {
	p := atPoints(t)
	names := func(who, query string) (out []string) {
		t.Helper()
		for _, each := range p.get(who, "/points"+query)["points"].([]any) {
			out = append(out, at(each, "id").(string))
		}
		return out
	}
	for query, want := range map[string]string{"": "p.so p.x1 p.x2", "?group=SO_NGANH": "p.so", "?text=na%20ma": "p.x1", "?text=noi%20vu%20so": "p.so", "?group=TINH": "", "?text=%25": ""} {
		if got := strings.Join(names("x2.officer", query), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	p.meeting("so.admin", "point.end.1", "p.so", `{}`)
	if a, b := names("x1.clerk", ""), names("x1.clerk", "?ended=true"); len(a) != 2 || len(b) != 3 {
		t.Errorf("%v %v", a, b)
	}
	for who, want := range map[string]int{"x1.clerk": 1, "x1.admin": 1, "x1.officer": 0} {
		got := p.get(who, "/points")
		offices := got["offices"].([]any)
		if may := at(got, "points", 0, "mayEdit") == true; len(offices) != want || may != (want == 1) {
			t.Errorf("%s keeps the points of %v, may edit %v", who, offices, may)
		}
	}
	if w := p.do("x1.clerk", "GET", "/api/points?group=X", nil, nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPointBoard(t *testing.T) {
	p := atPoints(t)
	path := "/meetings/" + string(theMeeting) + "/points"
	p.joins("p.x2")
	p.reports("x2.leader", "p.x2", 14, `,"head":"x2.leader"`)
	p.meeting("x2.officer", "point_session.test.1", app.PointSessionID(theMeeting, "p.x2"), `{"meeting":"`+string(theMeeting)+`","point":"p.x2","mic":"ok","speaker":"ok","camera":"ok","up":4000,"down":8000,"rtt":40}`)
	p.system("point_session.lost.1", "p.x2", &app.PointGone{Meeting: theMeeting, Point: "p.x2"})
	board := p.get("x1.clerk", path)
	rows := board["rows"].([]any)
	if len(rows) != 2 || at(rows[0], "host") != true || at(rows[1], "status") != "MAT_TIN_HIEU" || at(rows[1], "drops") != 1.0 || at(rows[1], "headcount") != 14.0 ||
		at(rows[1], "head", "name") != "Nguyễn leader" || at(rows[1], "test", "passed") != true || at(rows[1], "joined") == nil {
		t.Errorf("%v", board)
	}
	allowed := func(v any) string {
		var out []string
		for _, a := range v.([]any) {
			if at(a, "allow") == true {
				out = append(out, at(a, "action").(string))
			}
		}
		return strings.Join(out, " ")
	}
	for who, want := range map[string][2]string{"x1.clerk": {"2", "meeting.set_points meeting.point_report"}, "x1.leader": {"2", "meeting.point_report"}, "x2.clerk": {"1", ""}, "x2.officer": {"1", ""}} {
		got := p.get(who, path)
		if rows := got["rows"].([]any); fmt.Sprint(len(rows)) != want[0] || allowed(got["actions"]) != want[1] {
			t.Errorf("%s sees %d points and may %q", who, len(rows), allowed(got["actions"]))
		}
	}
	if got := allowed(at(p.get("x2.officer", path), "rows", 0, "actions")); got != "point_session.report point_session.test point_session.enter" {
		t.Errorf("the technician may %q", got)
	}
	// Who was only called in by the point's report is present online.
	if roll := p.get("x1.clerk", "/meetings/"+string(theMeeting)+"/rollcall")["people"].([]any); !strings.Contains(fmt.Sprint(roll), "ENDPOINT") {
		t.Errorf("%v", roll)
	}
	if got := p.get("x2.clerk", "/meetings/"+string(theMeeting))["points"]; got != 2.0 {
		t.Errorf("the meeting tells of %v points", got)
	}
}

func TestPointReportFiles(t *testing.T) {
	p := atPoints(t)
	path := "/api/meetings/" + string(theMeeting) + "/points"
	p.joins("p.x2")
	p.reports("x2.leader", "p.x2", 14, `,"headName":"@Lò Văn Páo"`)
	for _, kind := range []string{".pdf", ".csv"} {
		if w := p.do("x2.leader", "GET", path+kind, nil, nil); w.Code != http.StatusForbidden {
			t.Errorf("a guest: %d %s", w.Code, w.Body)
		}
		if w := p.do("so.clerk", "GET", path+kind, nil, nil); w.Code != http.StatusNotFound {
			t.Errorf("a stranger: %d %s", w.Code, w.Body)
		}
	}
	if w := p.do("x1.leader", "GET", path+".pdf", nil, nil); w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF-")) || w.Header().Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	w := p.do("x1.clerk", "GET", path+".csv", nil, nil)
	text, marked := strings.CutPrefix(w.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 3 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Fatalf("%v %v %s", err, w.Header(), text)
	}
	if got := rows[2]; got[1] != `'=HYPERLINK("http://a")` || got[5] != "Trong họp" || got[10] != "14" || got[11] != "'@Lò Văn Páo" || got[12] != "'+84 203 123" {
		t.Errorf("%q", got)
	}
}

// ready is what the server knows of the laptops.
type ready struct {
	api.MeetingReadiness
	err error
}

func (r ready) Readiness(context.Context, api.Viewer, app.ID) (api.MeetingReadiness, error) {
	return r.MeetingReadiness, r.err
}

// TestPointMaterials: a point has what one machine of its people has; without a
// line that is not known, and a guest is not told.
func TestPointMaterials(t *testing.T) {
	p := atPoints(t)
	d := &dialogs{save: filepath.Join(t.TempDir(), "a.pdf")}
	with := func(r ready) {
		p.handler = api.New(api.Options{Version: "test", Now: p.clock, Sessions: p, Host: p, Store: api.Over(p.store), Commander: p, Contents: p,
			Uploads: uploads{p}, Events: p.events, Readiness: r, Native: d})
	}
	row := func(person app.ID, cells ...int) api.ReadinessRow {
		return api.ReadinessRow{Person: person, Cells: cells}
	}
	path := "/meetings/" + string(theMeeting) + "/points"
	with(ready{MeetingReadiness: api.MeetingReadiness{Materials: make([]api.ReadinessColumn, 3), People: []api.ReadinessRow{
		row("x1.leader", 100, 99, -1), row("x1.head", 0, 100, -1), row("x2.leader", 50, 0, 0), row("x2.clerk", -1, 100, -1)}}})
	board := p.get("x1.clerk", path+"?materials=true")
	if at(board, "materials") != "known" || at(board, "rows", 0, "percent") != 100.0 || at(board, "rows", 1, "percent") != 50.0 {
		t.Errorf("%v", board)
	}
	for _, c := range [][2]string{{"x1.clerk", path}, {"x2.leader", path + "?materials=true"}} {
		if board := p.get(c[0], c[1]); at(board, "materials") != nil || at(board, "rows", 0, "percent") != nil {
			t.Errorf("%v: %v", c, board)
		}
	}
	send := func(who, form string) int {
		return p.do(who, "POST", "/api/native/points", strings.NewReader(`{"meeting":"`+string(theMeeting)+`","form":"`+form+`"}`), nil).Code
	}
	if a, b, c := send("x1.clerk", "pdf"), send("x2.leader", "pdf"), send("x1.clerk", "exe"); a != http.StatusOK || b != http.StatusForbidden || c != http.StatusUnprocessableEntity {
		t.Errorf("saved: %d, by a guest: %d, as a program: %d", a, b, c)
	}
	if b, err := os.ReadFile(d.save); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("%.20q %v", b, err)
	}
	with(ready{err: app.Refuse(app.Offline, "command.needs_server")})
	if board := p.get("x1.clerk", path+"?materials=true"); at(board, "materials") != "offline" || len(board["rows"].([]any)) != 2 {
		t.Errorf("%v", board)
	}
}
