package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// gives has a laptop's person give a command that must be accepted.
func (l *laptop) gives(name string, target app.Key, base uint64, args any) {
	l.Helper()
	cmd := l.command(name, target, base, args)
	for _, r := range results(l.pull(cmd)) {
		if r.ID == cmd.ID && r.Reason != "" {
			l.Fatalf("%s: %s %v", name, r.Reason, r.Data)
		}
	}
}

// papers is a published meeting with one material that is for the stranger alone.
type papers struct {
	*fixture
	secretary, guest, other *laptop
	meeting, paper          app.Key
	version                 app.FileVersion
	sealed                  *content.Store
}

func openPapers(t *testing.T, access func(*app.MaterialAccessSet)) *papers {
	t.Helper()
	f := open(t).run()
	p := &papers{fixture: f, secretary: f.enrol(clerk), guest: f.enrol(stranger), other: f.enrol(admin),
		meeting: app.Key{Kind: app.KindMeeting, ID: app.NewID(f.store.Now())}, paper: app.Key{Kind: app.KindMaterial, ID: app.NewID(f.store.Now())}}
	now := app.TimeOf(f.config.Now())
	hour := app.Time(time.Hour.Milliseconds())
	p.secretary.gives("meeting.create.1", p.meeting, 0, &app.MeetingCreate{Unit: unitCommune,
		Fields: app.MeetingFields{Title: "Họp Ủy ban", Place: "Hội trường", Start: now + 24*hour, End: now + 26*hour},
		People: []app.Invitee{{ID: leader, Role: app.MeetingChair, Voting: true}, {ID: clerk, Role: app.MeetingSecretary},
			{ID: stranger, Role: app.MeetingGuest}, {ID: admin, Role: app.MeetingMember, Voting: true}}})
	chair := f.enrol(leader)
	p.secretary.gives("meeting.submit.1", p.meeting, 0, &app.MeetingSubmit{})
	chair.gives("meeting.publish.1", p.meeting, 0, &app.MeetingNote{})
	var err error
	if p.sealed, err = content.Open(t.TempDir(), content.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.sealed.Close() })
	if p.version, err = p.sealed.Seal(t.Context(), strings.NewReader(strings.Repeat("tờ trình ", 10_000))); err != nil {
		t.Fatal(err)
	}
	p.secretary.gives("material.add.1", p.paper, 0, &app.MaterialAdd{Meeting: p.meeting.ID, Fields: app.MaterialFields{Title: "Tờ trình"},
		File: app.NewFile{Name: "to-trinh.pdf", Media: "application/pdf", Content: p.version, SHA256: p.version.SHA256}})
	for _, s := range p.version.Segments {
		if resp := p.secretary.upload(p.sealed, s); resp.StatusCode >= 300 {
			t.Fatalf("upload: %s", resp.Status)
		}
	}
	f.complete()
	set := &app.MaterialAccessSet{Meeting: p.meeting.ID, Access: app.AccessPersons, Persons: []app.ID{stranger}}
	access(set)
	p.secretary.gives("material.set_access.1", p.paper, 0, set)
	p.secretary.gives("material.review.1", p.paper, 0, &app.MaterialDecision{Meeting: p.meeting.ID, Approve: true, Version: p.material().Newest()})
	return p
}

func (p *papers) material() *app.Material {
	p.Helper()
	var m *app.Material
	p.view(func(v *sqlite.View) error {
		r, err := v.Get(p.paper)
		if err == nil {
			m = r.(*app.Material)
		}
		return err
	})
	return m
}

// fetches reports whether a laptop gets the first segment.
func (p *papers) fetches(l *laptop) bool {
	p.Helper()
	resp, _ := l.request(http.MethodGet, content.Path+p.version.Segments[0].Name.String(), nil)
	switch resp.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusForbidden:
		return false
	}
	p.Fatalf("fetch: %s", resp.Status)
	return false
}

// TestMaterialIsFetchedByThoseItIsFor: the server says that it has a material's
// content, gives it to those whom its access names, and to nobody after a recall.
func TestMaterialIsFetchedByThoseItIsFor(t *testing.T) {
	p := openPapers(t, func(*app.MaterialAccessSet) {})
	m := p.material()
	if !m.IsOpen() || m.Versions[m.Newest()].File.AtServer == 0 {
		t.Fatalf("open, and at the server: %+v", m)
	}
	if !p.fetches(p.guest) || !p.fetches(p.secretary) {
		t.Error("who may read it does not get it")
	}
	if p.fetches(p.other) {
		t.Error("a member whom its access does not name gets it")
	}
	if keys := keysOf(p.other.pull()); keys[p.paper] || !keys[p.meeting] {
		t.Error("a member who may not read it holds its record, or not that of the meeting")
	}
	if !keysOf(p.guest.pull())[p.paper] {
		t.Error("the guest does not hold its record")
	}
	p.secretary.gives("material.recall.1", p.paper, 0, &app.MaterialStep{Meeting: p.meeting.ID})
	if p.fetches(p.guest) {
		t.Error("fetched after the recall")
	}
	if !p.fetches(p.secretary) {
		t.Error("the secretary has lost it")
	}
}

// TestMaterialsOpenAndAreRecalledOnTime: by the server's clock; a clock that has
// just jumped recalls nothing.
func TestMaterialsOpenAndAreRecalledOnTime(t *testing.T) {
	var opens, ends app.Time
	p := openPapers(t, func(a *app.MaterialAccessSet) {
		opens = app.TimeOf(time.Now().Add(time.Hour))
		ends = app.TimeOf(time.Now().Add(3 * time.Hour))
		a.OpenFrom, a.RecallAt = opens, ends
	})
	look := func() *app.Material {
		t.Helper()
		if err := p.Server.papers.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		return p.material()
	}
	if look().IsOpen() || p.fetches(p.guest) {
		t.Error("open before its time")
	}
	p.ahead(61 * time.Minute)
	if !look().IsOpen() || !p.fetches(p.guest) {
		t.Error("not open at its time")
	}
	p.jump(5 * time.Hour)
	if look().Recalled != 0 {
		t.Error("recalled by a clock that has jumped")
	}
	p.jump(0)
	p.ahead(2 * time.Hour)
	if m := look(); m.Recalled == 0 || !slices.Equal(m.Recalls, []app.ID{stranger}) {
		t.Errorf("at its time: recalled %d, from %v", m.Recalled, m.Recalls)
	}
	if p.fetches(p.guest) {
		t.Error("fetched after the recall")
	}
}

// TestReadiness: those who run the meeting see who has what, and which machine has
// not said that a recalled material has gone.
func TestReadiness(t *testing.T) {
	p := openPapers(t, func(*app.MaterialAccessSet) {})
	ask := func(l *laptop) (int, api.MeetingReadiness) {
		t.Helper()
		var out api.MeetingReadiness
		resp, b := l.request(http.MethodGet, "/api/meetings/"+string(p.meeting.ID)+"/readiness", nil)
		_ = json.Unmarshal(b, &out)
		return resp.StatusCode, out
	}
	row := func(board api.MeetingReadiness, person app.ID) *api.ReadinessRow {
		for i := range board.People {
			if board.People[i].Person == person {
				return &board.People[i]
			}
		}
		return nil
	}
	if code, _ := ask(p.guest); code != http.StatusForbidden {
		t.Errorf("a guest asks: %d", code)
	}
	code, board := ask(p.secretary)
	if code != http.StatusOK || len(board.Materials) != 1 || board.Materials[0].SHA256 != p.version.SHA256 {
		t.Fatalf("%d %+v", code, board)
	}
	if r := row(board, stranger); r == nil || r.Cells[0] != 0 || len(r.Machines) != 1 || r.Read[0] {
		t.Errorf("the guest before: %+v", r)
	}
	if row(board, admin) != nil {
		t.Error("somebody is shown for whom there is nothing")
	}
	for _, s := range p.version.Segments {
		p.guest.request(http.MethodGet, content.Path+s.Name.String(), nil)
	}
	p.guest.gives("material.read.1", p.paper, 0, &app.MaterialStep{Meeting: p.meeting.ID})
	_, board = ask(p.secretary)
	if r := row(board, stranger); r == nil || r.Cells[0] != 100 || r.Machines[0].Cells[0] != 100 || !r.Read[0] {
		t.Errorf("the guest after: %+v", r)
	}
	p.secretary.gives("material.recall.1", p.paper, 0, &app.MaterialStep{Meeting: p.meeting.ID})
	_, board = ask(p.secretary)
	if len(board.Recalls) != 1 || board.Recalls[0].Confirmed != 0 || len(board.Recalls[0].Open) != 1 || board.Recalls[0].Open[0].Person != "Phạm Thị Xa" {
		t.Errorf("recalled: %+v", board.Recalls)
	}
	err := p.Server.store.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.PutPurged(p.guest.Device, p.paper, p.Server.store.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	_, board = ask(p.secretary)
	if len(board.Recalls) != 1 || board.Recalls[0].Confirmed != 1 || len(board.Recalls[0].Open) != 0 {
		t.Errorf("confirmed: %+v", board.Recalls)
	}
}
