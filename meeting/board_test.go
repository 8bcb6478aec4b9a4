package meeting

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/app"
)

const minute = app.Time(60_000)

// noon is a moment at which nothing in particular happens.
const noon = app.Time(1_800_000_000_000)

func sitting() Records {
	m := &app.Meeting{ID: "m", Status: app.MeetingLive, Start: noon, End: noon + 60*minute,
		Participants: map[app.ID]app.Participant{"a": {Role: app.MeetingChair, Voting: true}, "b": {Role: app.MeetingMember, Voting: true}, "c": {Role: app.MeetingGuest}}}
	m.Rules.QuorumPercent = 67
	sheet := &app.AgendaSheet{Type: app.AgendaCommon, Items: map[app.CommandID]app.AgendaItem{
		1: {Title: "Một", Minutes: 10}, 2: {Title: "Hai", Minutes: 20, Order: 1}, 3: {Title: "Bỏ", Removed: 1, Order: 2}}}
	inner := &app.AgendaSheet{Type: app.AgendaInternal, Items: map[app.CommandID]app.AgendaItem{4: {Title: "Riêng", Minutes: 5, Order: 3}}}
	s := &app.Session{Started: noon, Clock: app.Stopwatch{Since: noon}, Item: 1,
		Items: map[app.CommandID]app.ItemClock{1: {State: app.ItemRunning, Clock: app.Stopwatch{Since: noon}}},
		Queue: map[app.CommandID]app.Speech{7: {Person: "b", State: app.SpeechSpeaking, Limit: 3 * minute, Clock: app.Stopwatch{Spent: minute, Since: noon}}}}
	return Records{Meeting: m, Sheets: []*app.AgendaSheet{sheet, inner}, Session: s}
}

func here(people ...app.ID) (out []*app.Attendance) {
	for _, p := range people {
		out = append(out, &app.Attendance{Person: p, Presence: app.PresentInRoom})
	}
	return out
}

func TestBoardAsTimePasses(t *testing.T) {
	r := sitting()
	r.Attendances = here("a", "b", "c")
	for _, c := range []struct {
		after    app.Time
		warnings []Warning
		changes  app.Time // after noon; 0 = never
		ends     app.Time
	}{
		{0, nil, 2, 35}, // the speaker's minutes end first
		{2, []Warning{SpeechOver}, 10, 35},
		{10, []Warning{ItemOver, SpeechOver}, 60, 35},
		{41, []Warning{ItemOver, SpeechOver, RunningLate}, 60, 66},
		{61, []Warning{MeetingOver, ItemOver, SpeechOver}, 0, 86},
	} {
		b := BoardOf(r, noon+c.after*minute)
		if !slices.Equal(b.Warnings, c.warnings) {
			t.Errorf("after %d min: %v, want %v", c.after, b.Warnings, c.warnings)
		}
		if want := noon + c.changes*minute; b.ChangesAt != want && (c.changes != 0 || b.ChangesAt != 0) {
			t.Errorf("after %d min it changes at %d", c.after, (b.ChangesAt-noon)/minute)
		}
		if b.Ends != noon+c.ends*minute {
			t.Errorf("after %d min it ends after %d", c.after, (b.Ends-noon)/minute)
		}
		if b.Items[b.Current].Left != (10-c.after)*minute {
			t.Errorf("after %d min the item has %d left", c.after, b.Items[b.Current].Left/minute)
		}
	}
}

func TestQuorumOnTheBoard(t *testing.T) {
	r := sitting()
	r.Attendances = here("a", "c")
	b := BoardOf(r, noon)
	if b.Quorum.Required != 2 || b.Quorum.Present != 1 || !slices.Contains(b.Warnings, NoQuorum) {
		t.Errorf("%+v %v", b.Quorum, b.Warnings)
	}
	// Others are shown what everybody was told, not what they happen to hold.
	r.Attendances = nil
	r.Session.Count = app.RollCount{Entitled: 2, Present: 2, At: noon}
	if b := BoardOf(r, noon); !b.Quorum.Reached || slices.Contains(b.Warnings, NoQuorum) {
		t.Errorf("%+v %v", b.Quorum, b.Warnings)
	}
}

func TestWhatIsNotForTheViewerStaysHidden(t *testing.T) {
	r := sitting()
	r.Sheets = r.Sheets[:1]
	r.Session.Item = 4
	b := BoardOf(r, noon)
	if b.Current != -1 || !b.Hidden || len(b.Items) != 2 {
		t.Errorf("%+v", b)
	}
	r.Meeting.Status = app.MeetingInvited
	if b := BoardOf(Records{Meeting: r.Meeting}, noon); b.Ends != 0 || b.Warnings != nil || b.ChangesAt != 0 {
		t.Errorf("before the start: %+v", b)
	}
}

// Until ChangesAt nothing but the forecast changes; the clocks never go back.
func TestBoardProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := sitting()
		r.Attendances = here("a", "b")
		r.Meeting.End = noon + app.Time(rapid.IntRange(1, 90).Draw(t, "planned"))*minute
		e := r.Session.Queue[7]
		e.Limit = app.Time(rapid.IntRange(0, 10).Draw(t, "limit")) * minute
		r.Session.Queue[7] = e
		now := noon + app.Time(rapid.Int64Range(0, 100*int64(minute)).Draw(t, "now"))
		b := BoardOf(r, now)
		byClock := func(b Board) []Warning {
			return slices.DeleteFunc(slices.Clone(b.Warnings), func(w Warning) bool { return w == RunningLate })
		}
		until := b.ChangesAt
		if until == 0 {
			until = now + 1000*minute
		}
		if until <= now {
			t.Fatalf("it changes at %d, now is %d", until, now)
		}
		later := now + app.Time(rapid.Int64Range(0, int64(until-now-1)).Draw(t, "later"))
		next := BoardOf(r, later)
		if !slices.Equal(byClock(b), byClock(next)) {
			t.Fatalf("%v became %v before it was said", b.Warnings, next.Warnings)
		}
		if after := BoardOf(r, until); b.ChangesAt != 0 && slices.Equal(byClock(b), byClock(after)) {
			t.Fatalf("nothing changed when it was said: %v", after.Warnings)
		}
		for i := range b.Items {
			if next.Items[i].Left > b.Items[i].Left {
				t.Fatal("an item got time back")
			}
		}
	})
}
