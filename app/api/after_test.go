package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

const afterMeeting app.ID = "019ab000-0000-7000-8000-0000000000e1"

// held makes a meeting of commune x1 that is over: its leader chairs, its clerk
// is the secretary, the head was there, the deputy was not.
func (p *province) held() {
	p.t.Helper()
	args := fmt.Sprintf(`{"unit":"x1","fields":{"title":"Họp giao ban","place":"Hội trường","start":%d,"end":%d},"people":[
		{"id":"x1.leader","role":"CHU_TRI","voting":true},{"id":"x1.clerk","role":"THU_KY"},{"id":"x1.head","role":"THANH_VIEN","voting":true},
		{"id":"x1.deputy","role":"THANH_VIEN","voting":true}]}`, p.now.Load()+600_000, p.now.Load()+4_200_000)
	p.giveOn("x1.officer", "meeting.create.1", afterMeeting, args)
	p.giveOn("x1.officer", "meeting.submit.1", afterMeeting, `{}`)
	p.giveOn("x1.leader", "meeting.publish.1", afterMeeting, `{}`)
	err := p.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		r, err := tx.Get(app.Key{Kind: app.KindMeeting, ID: afterMeeting})
		if err != nil {
			return err
		}
		m := r.(*app.Meeting)
		m.Status = app.MeetingFinished
		if err := tx.Put(m); err != nil {
			return err
		}
		for person, presence := range map[app.ID]app.Presence{"x1.leader": app.PresentInRoom, "x1.clerk": app.PresentInRoom, "x1.head": app.PresentOnline, "x1.deputy": app.AbsentExcused} {
			a := &app.Attendance{ID: app.AttendanceID(afterMeeting, person), PartOf: app.PartOf{Meeting: afterMeeting, Holders: holders(person, "x1.clerk", "x1.officer")}, Person: person, Presence: presence}
			if err := tx.Put(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func holders(people ...app.ID) (out []app.Scope) {
	slices.Sort(people)
	for _, p := range slices.Compact(people) {
		out = append(out, app.PersonScope(p))
	}
	return out
}

// giveOn gives a command on a record of its own kind.
func (p *province) giveOn(who, name string, id app.ID, args string) app.CommandID {
	p.t.Helper()
	w := p.try(who, name, app.SpecOf(name).Kind, id, args)
	if w.Code != http.StatusOK {
		p.t.Fatalf("%s by %s: %d %s", name, who, w.Code, w.Body)
	}
	var out struct{ ID app.CommandID }
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.t.Fatal(err)
	}
	return out.ID
}

func conclusion(text string) string {
	b, err := json.Marshal(map[string]any{"meeting": afterMeeting, "text": app.RichOf(text)})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestFromConclusionToTaskAndPaper(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.held()
	minutes := "/meetings/" + string(afterMeeting) + "/minutes"
	if w := p.do("x1.deputy", "GET", "/api"+minutes, nil, nil); w.Code != http.StatusForbidden {
		t.Errorf("a member reads the draft of the minutes: %d %s", w.Code, w.Body)
	}
	if w := p.do("x2.leader", "GET", "/api"+minutes, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger reads the draft of the minutes: %d %s", w.Code, w.Body)
	}
	papers := "/api/meetings/" + string(afterMeeting) + "/papers"
	if w := p.do("x1.clerk", "POST", papers, strings.NewReader(`{"kind":"notice"}`), asJSON); !strings.Contains(w.Body.String(), "meeting.no_conclusions") {
		t.Errorf("a notice of nothing: %d %s", w.Code, w.Body)
	}
	target := app.MinutesID(afterMeeting)
	key := p.giveOn("x1.clerk", "minutes.put_conclusion.1", target, conclusion("Giao phòng Văn hóa rà soát hộ nghèo"))
	task := app.NewID(p.clock())
	p.giveOn("x1.clerk", "assignment.give.1", task, fmt.Sprintf(`{"meeting":%q,"conclusion":%d,"owner":"x1.p","ownerUnit":true,"text":"Rà soát hộ nghèo","due":"2026-11-24"}`, afterMeeting, key))
	view := p.get("x1.leader", minutes)
	c := view["conclusions"].([]any)[0].(map[string]any)
	if c["plain"] != "Giao phòng Văn hóa rà soát hộ nghèo" || len(c["assignments"].([]any)) != 1 {
		t.Errorf("conclusions: %v", c)
	}
	facts := p.get("x1.clerk", minutes+"/facts")
	if got := fmt.Sprint(facts["rollCall"]); !strings.Contains(got, "Có mặt (3)") || !strings.Contains(got, "Vắng mặt có lý do (1): Nguyễn deputy") {
		t.Errorf("roll-call: %s", got)
	}
	if w := p.do("x1.clerk", "GET", "/api"+minutes+".pdf", nil, nil); w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF-")) {
		t.Errorf("preview: %d", w.Code)
	}
	for _, kind := range []string{"minutes", "notice"} {
		w := p.do("x1.clerk", "POST", papers, strings.NewReader(`{"kind":"`+kind+`"}`), asJSON)
		var made struct{ Document string }
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", kind, w.Code, w.Body)
		}
		doc := p.get("x1.clerk", "/documents/"+made.Document)
		file := doc["files"].([]any)[0].(map[string]any)
		if want := map[string]string{"minutes": "BB", "notice": "TB"}[kind]; doc["type"] != want || file["media"] != "application/pdf" || file["role"] != 0.0 {
			t.Errorf("%s: %v %v", kind, doc["type"], file)
		}
		if w := p.do("x1.clerk", "POST", papers, strings.NewReader(`{"kind":"`+kind+`"}`), asJSON); !strings.Contains(w.Body.String(), "meeting.has_paper") {
			t.Errorf("a second %s: %d %s", kind, w.Code, w.Body)
		}
	}
	dossier := fmt.Sprint(p.get("x1.clerk", "/meetings/"+string(afterMeeting)+"/dossier")["entries"])
	for _, kind := range []string{"kind:minutes", "kind:notice", "kind:conclusions", "kind:task"} {
		if !strings.Contains(dossier, kind) {
			t.Errorf("dossier lacks %s: %s", kind, dossier)
		}
	}
	if got := fmt.Sprint(p.get("x1.deputy", "/meetings/"+string(afterMeeting)+"/dossier")["entries"]); strings.Contains(got, "hộ nghèo") || strings.Contains(got, "giao ban") {
		t.Errorf("a member's dossier tells too much: %s", got)
	}
}

func asJSON(r *http.Request) { r.Header.Set("Content-Type", "application/json") }

func (p *province) list(who, path string) []any {
	p.t.Helper()
	w := p.do(who, "GET", "/api"+path, nil, nil)
	var out []any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		p.t.Fatalf("GET %s as %s: %d %s", path, who, w.Code, w.Body)
	}
	return out
}

func TestTasksAreListedForThoseTheyConcern(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.held()
	task := app.NewID(p.clock())
	p.giveOn("x1.clerk", "assignment.give.1", task, fmt.Sprintf(`{"meeting":%q,"owner":"x1.p","ownerUnit":true,"text":"Rà soát hộ nghèo","due":"2026-11-24"}`, afterMeeting))
	for who, want := range map[string][3]int{"x1.head": {1, 0, 1}, "x1.leader": {0, 1, 1}, "x1.clerk": {0, 1, 1}, "x1.deputy": {0, 0, 0}, "x2.leader": {0, 0, 0}} {
		for i, box := range []string{"mine", "given", "all"} {
			if got := len(p.list(who, "/assignments?box="+box)); got != want[i] {
				t.Errorf("%s has %d tasks in %s, want %d", who, got, box, want[i])
			}
		}
	}
	if got := len(p.list("x1.head", "/assignments?box=mine&text=ho%20ngheo%20ra")); got != 1 {
		t.Errorf("by words: %d", got)
	}
	if desk := p.get("x1.head", "/desk/meetings"); len(desk["tasks"].([]any)) != 1 || len(desk["today"].([]any)) != 1 {
		t.Errorf("desk: %v", desk)
	}
	p.giveOn("x1.head", "assignment.accept.1", task, `{}`)
	p.giveOn("x1.head", "assignment.report.1", task, `{"text":"Xong"}`)
	if desk := p.get("x1.head", "/desk/meetings"); len(desk["tasks"].([]any)) != 0 {
		t.Errorf("desk after the report: %v", desk)
	}
	if desk := p.get("x1.leader", "/desk/meetings"); len(desk["confirm"].([]any)) != 1 {
		t.Errorf("desk of the one who confirms: %v", desk)
	}
	p.giveOn("x1.leader", "assignment.confirm.1", task, `{}`)
	if got := p.list("x1.head", "/assignments?box=mine&open=true"); len(got) != 0 {
		t.Errorf("still open: %v", got)
	}
	view := p.get("x1.head", "/assignments/"+string(task))
	if view["state"] != "HOAN_THANH" || len(view["history"].([]any)) != 4 {
		t.Errorf("task: %v", view)
	}
	if w := p.do("x2.leader", "GET", "/api/assignments/"+string(task), nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger reads a task: %d", w.Code)
	}
}

func TestStatistics(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.held()
	present := func(who string) (n float64) {
		for _, u := range p.get(who, "/meetings/statistics?unit=x1")["units"].([]any) {
			if u := u.(map[string]any); u["id"] == "x1" {
				n = u["present"].(float64)
			}
		}
		return n
	}
	// The secretary called the roll, the leader answers for the office; a member knows of himself.
	for who, want := range map[string]float64{"x1.clerk": 3, "x1.leader": 3, "x1.auditor": 3, "x1.head": 1, "x2.leader": 0} {
		if got := present(who); got != want {
			t.Errorf("%s counts %v present, want %v", who, got, want)
		}
	}
	w := p.do("x1.leader", "GET", "/api/meetings/statistics.csv?unit=x1", nil, nil)
	text, marked := bytes.CutPrefix(w.Body.Bytes(), []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 6 || rows[0][3] != "Được mời" || !bytes.Contains(text, []byte("\r\n")) {
		t.Errorf("table: %v %v %q", err, marked, rows)
	}
}
