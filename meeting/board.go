package meeting

import (
	"cmp"
	"slices"

	"khonggiay/app"
)

// Warning says what the chair should know.
type Warning string

// Warnings, the gravest first.
const (
	NoQuorum    Warning = "no_quorum"    // mất túc số, or not reached yet
	MeetingOver Warning = "meeting_over" // past the planned end
	ItemOver    Warning = "item_over"    // the agenda item is over its time
	SpeechOver  Warning = "speech_over"  // the speaker is
	RunningLate Warning = "running_late" // with what is still on the agenda it will end late
)

// lateSlack is how much later than planned a meeting may seem to end before that
// is worth a warning.
const lateSlack = app.Time(5 * 60_000)

// Records are what a board is computed from, as far as the viewer holds them.
type Records struct {
	Meeting *app.Meeting
	Sheets  []*app.AgendaSheet
	Session *app.Session
	// Attendances of everybody, for those who run the meeting; nil for others, who
	// are shown the count that everybody was told.
	Attendances []*app.Attendance
}

// Item is one agenda item and how far it is.
type Item struct {
	Key   app.CommandID
	Sheet app.AgendaType
	app.AgendaItem
	State   app.AgendaState
	Clock   app.Stopwatch
	Planned app.Time // milliseconds; 0 = not said
	Left    app.Time // of the planned time; below 0 it is over
}

// Board is a meeting at a moment.
type Board struct {
	Now     app.Time
	Items   []Item // in the order of the agenda
	Current int    // index of the item under way, -1 when there is none or it is not for the viewer
	Hidden  bool   // an item is under way that is not for the viewer
	// Speaking and Called are keys of the session's queue, 0 for nobody.
	Speaking, Called       app.CommandID
	Queue, Wishes, Further []app.CommandID
	Quorum                 app.QuorumState
	// Ends is when the meeting will end if what is left of the agenda takes its
	// planned time; 0 while it does not run.
	Ends     app.Time
	Warnings []Warning
	// ChangesAt is when the clock alone changes the warnings next; 0 = never.
	ChangesAt app.Time
}

// BoardOf computes the board.
func BoardOf(r Records, now app.Time) Board {
	s := r.Session
	if s == nil {
		s = &app.Session{}
	}
	b := Board{Now: now, Current: -1, Items: items(r.Sheets, s, now), Speaking: s.InState(app.SpeechSpeaking), Called: s.InState(app.SpeechCalled),
		Queue: app.QueueOrder(s), Wishes: app.Wishes(s), Further: app.LaterSpeeches(s)}
	if r.Attendances != nil {
		b.Quorum = app.Quorum(r.Meeting, r.Attendances)
	} else {
		b.Quorum = app.QuorumOf(r.Meeting, s)
	}
	b.Current = slices.IndexFunc(b.Items, func(i Item) bool { return i.Key == s.Item && s.Item != 0 })
	b.Hidden = s.Item != 0 && b.Current < 0
	if r.Meeting.InSession() {
		b.Ends = now + b.toCome()
		b.warn(r.Meeting, s)
	}
	return b
}

// items are those on the sheets that the viewer holds, in order.
func items(sheets []*app.AgendaSheet, s *app.Session, now app.Time) []Item {
	out := []Item{}
	for _, sheet := range sheets {
		for key, it := range sheet.Items {
			if it.Removed != 0 {
				continue
			}
			c := s.Items[key]
			i := Item{Key: key, Sheet: sheet.Type, AgendaItem: it, State: cmp.Or(c.State, app.ItemWaiting), Clock: c.Clock,
				Planned: app.Time(it.Minutes) * 60_000}
			i.Left = i.Planned - c.Clock.At(now)
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key)) })
	return out
}

// toCome is the planned time of what is still to be done.
func (b *Board) toCome() (sum app.Time) {
	for _, i := range b.Items {
		switch i.State {
		case app.ItemWaiting, app.ItemRunning, app.ItemPaused:
			sum += max(0, i.Left)
		}
	}
	return sum
}

// warn fills in the warnings, and when the clock brings the next one.
func (b *Board) warn(m *app.Meeting, s *app.Session) {
	add := func(w Warning, on bool) {
		if on {
			b.Warnings = append(b.Warnings, w)
		}
	}
	// at is when something becomes true by the clock: it is, or will be.
	at := func(w Warning, due app.Time) {
		add(w, due <= b.Now)
		if due > b.Now && (b.ChangesAt == 0 || due < b.ChangesAt) {
			b.ChangesAt = due
		}
	}
	add(NoQuorum, !b.Quorum.Reached)
	at(MeetingOver, m.End)
	if i := b.Current; i >= 0 && b.Items[i].Planned > 0 && b.Items[i].Clock.Since != 0 {
		at(ItemOver, b.Now+b.Items[i].Left)
	}
	if e := s.Queue[b.Speaking]; b.Speaking != 0 && e.Limit > 0 {
		at(SpeechOver, b.Now+e.Limit-e.Clock.At(b.Now))
	}
	add(RunningLate, b.Now < m.End && b.Ends > m.End+lateSlack)
}
