package site

import (
	"encoding/json"
	"testing"

	"khonggiay/app"
)

// records is what the laptop holds by itself.
type records struct {
	dir *app.Directory
	by  map[app.Key]app.Record
}

func (r records) Get(key app.Key) (app.Record, error) {
	if got, ok := r.by[key]; ok {
		return got, nil
	}
	return nil, app.ErrNotFound
}

func (r records) Version(key app.Key) (uint64, error) {
	if _, ok := r.by[key]; ok {
		return 1, nil
	}
	return 0, nil
}

func (r records) Directory() *app.Directory { return r.dir }

var plain = Codec{
	Encode: func(r app.Record) ([]byte, error) { return json.Marshal(r) },
	Decode: func(kind app.Kind, b []byte) (app.Record, error) {
		r := app.NewRecord(kind)
		return r, json.Unmarshal(b, r)
	},
}

const now = app.Time(1_795_000_000_000)

// sitting is a meeting with an open vote: a chair and a member.
func sitting() records {
	office := &app.Unit{ID: "xa", Office: true}
	m := &app.Meeting{ID: "m", Unit: "xa", Status: app.MeetingLive, Creator: "chair", Published: 1, Participants: map[app.ID]app.Participant{
		"chair": {Role: app.MeetingChair, Voting: true}, "member": {Role: app.MeetingMember, Voting: true}}}
	s := &app.Session{ID: app.SessionID("m"), PartOf: app.PartOf{Meeting: "m"}, Epoch: 1, Started: 1, Votes: map[app.CommandID]app.Vote{
		7: {Title: "a", Type: app.VoteNamed, Threshold: app.MoreThanHalf, Base: app.OfEligible, State: app.VoteOpened, Epoch: 1,
			Eligible: []app.ID{"chair", "member"}}}}
	people := []app.Record{office}
	for _, id := range []app.ID{"chair", "member", "stranger"} {
		people = append(people, &app.Person{ID: id, Name: string(id), Posts: []app.Post{{Unit: "xa", Role: app.RoleOfficer}}})
	}
	return records{app.NewDirectory(people), map[app.Key]app.Record{m.Key(): m, s.Key(): s}}
}

func ballot(id app.CommandID, person app.ID, choice app.Choice) *app.Command {
	return &app.Command{ID: id, Name: "ballot.cast.1", Actor: person, At: now, Target: app.Key{Kind: app.KindBallot, ID: app.BallotID("m", 7, person)},
		Args: &app.BallotCast{Meeting: "m", Vote: 7, Epoch: 1, Choice: choice}}
}

// TestBallotsAtThePlace: a ballot is executed once, a second one of its person
// takes its place, and nobody gives anything in another's name.
func TestBallotsAtThePlace(t *testing.T) {
	base, table := sitting(), NewTable("m", plain)
	changed, err := table.Apply(base, ballot(1, "member", app.ChoiceFor), "member", now)
	if err != nil || len(changed) != 1 {
		t.Fatalf("%v, %v", changed, err)
	}
	if changed, err = table.Apply(base, ballot(1, "member", app.ChoiceFor), "member", now); err != nil || changed != nil {
		t.Errorf("the same again: %v, %v", changed, err)
	}
	if _, err = table.Apply(base, ballot(2, "member", app.ChoiceAgainst), "member", now); err != nil {
		t.Fatal(err)
	}
	states := table.States()
	if len(states) != 1 {
		t.Fatalf("%d ballots of one person", len(states))
	}
	r, err := plain.Decode(states[0].Kind, states[0].Body)
	if b, ok := r.(*app.Ballot); err != nil || !ok || b.Choice != app.ChoiceAgainst {
		t.Errorf("%+v, %v", r, err)
	}
	for name, c := range map[string]struct {
		cmd    *app.Command
		person app.ID
	}{
		"in another's name": {ballot(3, "chair", app.ChoiceFor), "member"},
		"no vote":           {ballot(4, "stranger", app.ChoiceFor), "stranger"},
		"not a ballot": {&app.Command{ID: 5, Name: "session.close_vote.1", Actor: "chair", Target: app.Key{Kind: app.KindSession, ID: app.SessionID("m")},
			Args: &app.CloseVote{Meeting: "m", Vote: 7}}, "chair"},
	} {
		if _, err := table.Apply(base, c.cmd, c.person, now); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if len(table.States()) != 1 {
		t.Error("a refused command left something behind")
	}
}

func TestTranscribe(t *testing.T) {
	ask := &app.Command{ID: 9, Name: "session.ask_to_speak.1", Actor: "member", Args: &app.AskToSpeak{Meeting: "m", Wish: app.SpeechWish{Kind: app.SpeechContribution}}}
	own := Transcribe(ask)
	if a, ok := own.Args.(*app.EnterSpeech); !ok || a.As != 9 || a.Person != "member" || own.Target.ID != app.SessionID("m") {
		t.Errorf("%+v", own)
	}
	in := &app.Command{ID: 9, Name: "attendance.check_in.1", Actor: "member", Args: &app.CheckIn{Meeting: "m", Online: true}}
	if a, ok := Transcribe(in).Args.(*app.SetAttendance); !ok || a.Presence != app.PresentOnline || a.Person != "member" {
		t.Errorf("%+v", a)
	}
	ready := &app.Command{ID: 9, Name: "attendance.ready.1", Actor: "member", Args: &app.ReadyForVote{Meeting: "m", Vote: 7}}
	if a, ok := Transcribe(ready).Args.(*app.NoteReady); !ok || a.Vote != 7 || a.Person != "member" {
		t.Errorf("%+v", a)
	}
	help := &app.Command{ID: 9, Name: "attendance.ask_help.1", Actor: "member", Args: &app.AskHelp{Meeting: "m", Kind: "water", Text: "Nước"}}
	if a, ok := Transcribe(help).Args.(*app.NoteHelp); !ok || a.As != 9 || a.Kind != "water" || a.Text != "Nước" || a.Person != "member" {
		t.Errorf("%+v", a)
	}
	if Transcribe(ballot(1, "member", app.ChoiceFor)) != nil {
		t.Error("a ballot can be cast for another")
	}
}

func TestBoard(t *testing.T) {
	var b Board
	state := State{Kind: app.KindSession, ID: "s", Body: []byte("1")}
	b.Put("m", []State{state})
	if string(b.Body(state.Key())) != "1" || len(b.Keys("m")) != 1 || b.Body(app.Key{Kind: app.KindSession, ID: "other"}) != nil {
		t.Error("what was told is not there")
	}
	other := State{Kind: app.KindSession, ID: "t", Body: []byte("2")}
	b.Replace("m", []State{other})
	if b.Body(state.Key()) != nil || string(b.Body(other.Key())) != "2" || !b.Tells("m") || b.Tells("n") {
		t.Error("what the host before has told is still there")
	}
	if !b.Clear("m") || b.Clear("m") || b.Body(other.Key()) != nil {
		t.Error("what was told is still there")
	}
}
