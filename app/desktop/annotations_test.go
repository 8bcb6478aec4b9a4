package desktop

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// readers are laptops over the same records, each with keys of its own: what the
// server would carry between them is there for all at once.
type readers struct {
	t     *testing.T
	store *sqlite.Store
	now   app.Time
	last  uint32
}

const thePaper, sitting app.ID = "paper", "sitting"

var someMonday = time.Date(2026, 11, 23, 8, 0, 0, 0, app.Zone)

func newReaders(t *testing.T) *readers {
	t.Helper()
	r := &readers{t: t, now: app.TimeOf(someMonday)}
	var err error
	r.store, err = sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "test.db"), Role: sqlite.Replica,
		Clock: func() app.Time { return r.now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.store.Close(); err != nil {
			t.Error(err)
		}
	})
	people := []app.ID{clerkC, leader, officer}
	m := &app.Meeting{ID: sitting, Unit: commune, Status: app.MeetingInvited, Published: r.now, Creator: clerkC, Participants: map[app.ID]app.Participant{}}
	mat := &app.Material{ID: thePaper, PartOf: app.PartOf{Meeting: sitting}, Title: "Báo cáo", Versions: map[app.CommandID]app.MaterialVersion{
		1: {File: app.File{Name: "a.pdf", Content: app.FileVersion{SHA256: app.Hash{1}}}}}}
	records := []app.Record{m, mat}
	for i := range storyProvince.Units {
		records = append(records, &storyProvince.Units[i])
	}
	for i := range storyProvince.People {
		records = append(records, &storyProvince.People[i])
	}
	for _, p := range people {
		m.Participants[p] = app.Participant{Role: app.MeetingMember}
		mat.Holders = append(mat.Holders, app.PersonScope(p))
	}
	err = r.store.Write(t.Context(), func(tx *sqlite.Tx) error {
		for _, rec := range records {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// machine is one laptop of a person.
type machine struct {
	annotator
	*readers
	viewer api.Viewer
	device app.ID
}

func (r *readers) machineOf(person, device app.ID) *machine {
	r.t.Helper()
	keys, err := enrol.NewKeys(someMonday)
	if err != nil {
		r.t.Fatal(err)
	}
	ident := &enrol.Identity{Keys: keys, Answer: enrol.Answer{Person: person, Device: device}}
	return &machine{readers: r, viewer: api.Viewer{Person: person, All: true}, device: device, annotator: annotator{
		read: r.store.Read, now: func() app.Time { return r.now }, loaded: func(context.Context) bool { return true },
		ident: func() (*enrol.Identity, error) { return ident, nil }, give: r.give}}
}

// give runs a command, as it would come out of the wire.
func (r *readers) give(ctx context.Context, v api.Viewer, cmd *app.Command) (api.Given, error) {
	r.last++
	r.now += 1000
	cmd.ID, cmd.Actor, cmd.At = app.NewCommandID(3, r.last), v.Person, r.now
	err := r.store.Write(ctx, func(tx *sqlite.Tx) error { return app.Execute(tx, cmd, r.now, false) })
	return api.Given{ID: cmd.ID, Status: api.GivenPending}, err
}

func (m *machine) key(anew bool) *machine {
	m.t.Helper()
	if err := m.MakeReadingKey(m.t.Context(), m.viewer, anew); err != nil {
		m.t.Fatal(err)
	}
	return m
}

func (m *machine) stateIs(want string, waiting ...app.ID) {
	m.t.Helper()
	s, err := m.ReadingKey(m.t.Context(), m.viewer)
	if err != nil || s.State != want || fmt.Sprint(s.Waiting) != fmt.Sprint(append([]app.ID{}, waiting...)) || s.Device != m.device {
		m.t.Fatalf("%s: %+v %v, want %s %v", m.device, s, err, want, waiting)
	}
}

func (m *machine) grants(device app.ID) {
	m.t.Helper()
	if err := m.GrantReadingKey(m.t.Context(), m.viewer, device); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) writes(text string) app.CommandID {
	m.t.Helper()
	g, err := m.PutMark(m.t.Context(), m.viewer, sitting, thePaper, api.MarkPut{Version: 1, Body: api.MarkBody{Page: 1, Kind: api.MarkNote, Text: text}})
	if err != nil {
		m.t.Fatalf("%s writes: %v", m.device, err)
	}
	return g.ID
}

func (m *machine) shares(person app.ID) {
	m.t.Helper()
	if _, err := m.ShareMarks(m.t.Context(), m.viewer, sitting, thePaper, person); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) unshares(person app.ID) {
	m.t.Helper()
	if _, err := m.onAnnotation(m.t.Context(), m.viewer, "annotation.unshare.1", thePaper, &app.AnnotationUnshare{Person: person}); err != nil {
		m.t.Fatal(err)
	}
}

// reads is what the machine can open of a person's marks; "?" for what it cannot.
func (m *machine) reads(of app.ID) string {
	m.t.Helper()
	all, err := m.Marks(m.t.Context(), m.viewer, sitting, thePaper)
	if err != nil {
		m.t.Fatal(err)
	}
	out := []string{}
	for _, a := range all {
		for _, mark := range a.Marks {
			switch {
			case a.Annotation.Person != of:
			case mark.Body == nil:
				out = append(out, "?")
			default:
				out = append(out, mark.Body.Text)
			}
		}
	}
	return fmt.Sprint(out)
}

func (m *machine) readsOnly(of app.ID, want string) {
	m.t.Helper()
	if got := m.reads(of); got != want {
		m.t.Errorf("%s reads of %s: %s, want %s", m.device, of, got, want)
	}
}

func TestMarksOpenOnHisOwnLaptopsOnly(t *testing.T) {
	r := newReaders(t)
	first, second, other := r.machineOf(officer, "d1"), r.machineOf(officer, "d2"), r.machineOf(leader, "d3")
	first.stateIs("none")
	first.key(false).key(false).stateIs("ready")
	other.key(false)
	first.writes("Cần hỏi lại số liệu")
	first.readsOnly(officer, "[Cần hỏi lại số liệu]")
	second.readsOnly(officer, "[?]")
	other.readsOnly(officer, "[?]")
	second.stateIs("waiting")
	if _, err := second.PutMark(t.Context(), second.viewer, sitting, thePaper, api.MarkPut{Version: 1}); app.AsError(err).Reason != "readingkey.locked" {
		t.Errorf("a mark without a key: %v", err)
	}

	second.key(false).stateIs("waiting")
	first.stateIs("ready", "d2")
	first.grants("d2")
	first.stateIs("ready")
	second.stateIs("ready")
	second.readsOnly(officer, "[Cần hỏi lại số liệu]")
	second.writes("Đồng ý")
	first.readsOnly(officer, "[Cần hỏi lại số liệu Đồng ý]")
	other.readsOnly(officer, "[? ?]")
}

func TestMarksAreShared(t *testing.T) {
	r := newReaders(t)
	mine, his, clerk := r.machineOf(officer, "d1").key(false), r.machineOf(leader, "d2"), r.machineOf(clerkC, "d3").key(false)
	mine.writes("một")
	if _, err := mine.ShareMarks(t.Context(), mine.viewer, sitting, thePaper, leader); app.AsError(err).Reason != "readingkey.of_nobody" {
		t.Errorf("shared with somebody without a key: %v", err)
	}
	his.key(false)
	mine.shares(leader)
	mine.writes("hai")
	his.readsOnly(officer, "[một hai]")
	clerk.readsOnly(officer, "[? ?]")
	mine.unshares(leader)
	mine.writes("ba") // by another key
	mine.readsOnly(officer, "[một hai ba]")
	his.readsOnly(officer, "[? ? ?]")
	mine.shares(clerkC)
	clerk.readsOnly(officer, "[một hai ba]")
}

// Two laptops make the first key at once, without a line.
func TestTwoFirstKeys(t *testing.T) {
	r := newReaders(t)
	a, b, his := r.machineOf(officer, "d1").key(false), r.machineOf(officer, "d2").key(true), r.machineOf(leader, "d3").key(false)
	a.writes("từ máy một")
	b.writes("từ máy hai")
	a.readsOnly(officer, "[từ máy một ?]")
	b.readsOnly(officer, "[từ máy hai ?]") // what cannot be read comes last
	a.stateIs("ready", "d2")
	b.stateIs("ready", "d1")
	a.grants("d2")
	b.grants("d1")
	for _, m := range []*machine{a, b} {
		m.stateIs("ready")
		m.readsOnly(officer, "[từ máy một từ máy hai]")
	}
	b.shares(leader)
	his.readsOnly(officer, "[từ máy một từ máy hai]")
}

// A mark opens in no other place, and nothing of it stands anywhere in plain.
func TestSealedMarksStayWhereTheyAre(t *testing.T) {
	r := newReaders(t)
	mine := r.machineOf(officer, "d1").key(false)
	const text = "Chỉ mình tôi đọc"
	key := mine.writes(text)
	id := app.Key{Kind: app.KindAnnotation, ID: app.AnnotationID(thePaper, officer)}
	change := func(fn func(*app.Annotation)) {
		t.Helper()
		err := r.store.Write(t.Context(), func(tx *sqlite.Tx) error {
			rec, err := tx.Get(id)
			if err != nil {
				return err
			}
			fn(rec.(*app.Annotation))
			return tx.Put(rec)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(a *app.Annotation) {
		b, err := feed.Encode(a)
		if err != nil || bytes.Contains(b, []byte(text)) || bytes.Contains(b, []byte("note")) {
			t.Errorf("the record tells of the mark: %q %v", b, err)
		}
	})
	moves := map[string]func(*app.Annotation, *app.Mark){
		"flipped":         func(_ *app.Annotation, m *app.Mark) { m.Sealed[20] ^= 1 },
		"other version":   func(_ *app.Annotation, m *app.Mark) { m.Version = 2 },
		"other content":   func(a *app.Annotation, _ *app.Mark) { a.Contents[1] = app.Hash{9} },
		"short":           func(_ *app.Annotation, m *app.Mark) { m.Sealed = m.Sealed[:5] },
		"other key":       func(_ *app.Annotation, m *app.Mark) { m.Key = "k" },
		"key of somebody": func(a *app.Annotation, m *app.Mark) { a.Keys[m.Key].To[officer].Sealed[40] ^= 1 },
	}
	for name, move := range moves {
		change(func(a *app.Annotation) {
			m := a.Marks[key]
			move(a, &m)
			a.Marks[key] = m
		})
		mine.readsOnly(officer, "[?]")
		change(func(a *app.Annotation) {
			*a = app.Annotation{ID: a.ID, PartOf: a.PartOf, Material: a.Material, Person: a.Person}
		})
		if key = mine.writes(text); mine.reads(officer) != "["+text+"]" {
			t.Fatalf("after %s: cannot write any more", name)
		}
	}
}

// TestReadingKeyTravels: a person's second laptop is handed the key by the first,
// through a real server.
func TestReadingKeyTravels(t *testing.T) {
	s := startServer(t)
	first, second := s.laptopOf(officer), s.laptopOf(officer)
	t.Cleanup(first.stop)
	t.Cleanup(second.stop)
	state := func(l *laptop) (out api.ReadingKeyState) {
		l.t.Helper()
		if code := l.call("GET", "/api/reading/key", nil, &out); code != http.StatusOK {
			t.Fatalf("key: %d", code)
		}
		return out
	}
	ask := func(l *laptop, path string, in any) {
		l.t.Helper()
		if code := l.call("POST", "/api/reading/key"+path, in, nil); code != http.StatusNoContent {
			t.Fatalf("key%s: %d", path, code)
		}
	}
	ask(first, "", struct{}{})
	first.until("its key", func() bool { return state(first).State == "ready" && first.sync().WaitingCount == 0 })
	second.until("the other's key", func() bool { return state(second).State == "waiting" })
	ask(second, "", struct{}{})
	first.until("to hear of the other", func() bool { return len(state(first).Waiting) == 1 })
	ask(first, "/grant", map[string]app.ID{"device": state(first).Waiting[0]})
	second.until("the key", func() bool { return state(second).State == "ready" })
}
