package app

import (
	"cmp"
	"slices"
)

// MinutesFacts is what the records of a meeting know that its minutes tell: who
// came, what was dealt with, who spoke, how was voted. Names are the caller's.
type MinutesFacts struct {
	Started  Time // when it began; planned as long as it has not
	Finished Time // when it ended, 0 as long as it has not
	Chair    []ID
	Clerks   []ID // secretaries
	People   []AttendeeFacts
	Items    []ItemFacts
	Speeches []SpeechFacts
	Votes    []VoteFacts
}

// AttendeeFacts is one invited person, unit or outsider.
type AttendeeFacts struct {
	ID       ID // empty for an outsider
	Unit     bool
	Name     string // of an outsider
	Title    string // as printed, or of an outsider his organ and title
	Role     MeetingRole
	Voting   bool
	For      ID // whom he stands for
	Presence Presence
	Reason   string // why absent
	Arrived  Time
	Late     bool // arrived after the beginning
}

// ItemFacts is one item of the agenda.
type ItemFacts struct {
	Key        CommandID
	Title      string
	Presenters []ID
	Presenter  string
	State      AgendaState
	Spent      Time // milliseconds
}

// SpeechFacts is one who spoke.
type SpeechFacts struct {
	Person ID
	Kind   SpeechKind
	Item   CommandID
	Text   string
	At     Time
	Spent  Time // milliseconds
}

// VoteFacts is a vote whose result was published.
type VoteFacts struct {
	Title     string
	Item      CommandID
	Type      VoteType
	Threshold Threshold
	PerMille  int
	Base      VoteBase
	Result    VoteResult
	At        Time
}

// Facts works out what the records tell. Any but the meeting may be missing.
func Facts(m *Meeting, sheets []*AgendaSheet, s *Session, roll []*Attendance) MinutesFacts {
	f := MinutesFacts{Started: m.Start, Chair: m.Holding(MeetingChair), Clerks: m.Holding(MeetingSecretary)}
	if s == nil {
		s = &Session{}
	}
	if s.Started != 0 {
		f.Started = s.Started
	}
	f.Finished = s.Finished
	f.People = attendees(m, s, roll)
	f.Items = agendaFacts(sheets, s)
	f.Speeches = speeches(s)
	f.Votes = publishedVotes(s)
	return f
}

// attendees lists who was invited, in the order of the list. An invited unit
// whose person stands in the list is not told again.
func attendees(m *Meeting, s *Session, roll []*Attendance) []AttendeeFacts {
	called := map[ID]*Attendance{}
	for _, a := range roll {
		called[a.Person] = a
	}
	stoodFor := map[ID]bool{}
	for _, p := range m.Participants {
		stoodFor[p.For] = true
	}
	ids := sortedKeys(m.Participants)
	slices.SortStableFunc(ids, func(a, b ID) int {
		x, y := m.Participants[a], m.Participants[b]
		return cmp.Or(cmp.Compare(x.Order, y.Order), cmp.Compare(slices.Index(MeetingRoles, x.Role), slices.Index(MeetingRoles, y.Role)))
	})
	var out []AttendeeFacts
	for _, id := range ids {
		p := m.Participants[id]
		if p.Unit && stoodFor[id] {
			continue
		}
		a := AttendeeFacts{ID: id, Unit: p.Unit, Title: p.Title, Role: p.Role, Voting: p.Voting, For: p.For, Presence: NotCalled}
		if p.Reply == ReplyDeclined {
			a.Presence, a.Reason = AbsentExcused, p.Reason
		}
		if r := called[id]; r != nil && r.Presence != "" && r.Presence != NotCalled {
			a.Presence, a.Arrived = r.Presence, r.Arrived
			a.Reason = cmp.Or(r.Reason, a.Reason)
			a.Late = a.Presence.Here() && s.Started != 0 && r.Arrived > s.Started
		}
		out = append(out, a)
	}
	for _, key := range sortedKeys(m.Outsiders) {
		o := m.Outsiders[key]
		a := AttendeeFacts{Name: o.Name, Title: joined(o.Title, o.Organ), Role: o.Role, Presence: NotCalled}
		if o.Came {
			a.Presence = PresentInRoom
		}
		out = append(out, a)
	}
	return out
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func agendaFacts(sheets []*AgendaSheet, s *Session) []ItemFacts {
	type ordered struct {
		ItemFacts
		order int
	}
	var all []ordered
	for _, sheet := range sheets {
		for _, key := range sortedKeys(sheet.Items) {
			it := sheet.Items[key]
			if it.Removed != 0 {
				continue
			}
			c := s.Items[key]
			all = append(all, ordered{ItemFacts{Key: key, Title: it.Title, Presenters: it.Presenters, Presenter: it.Presenter,
				State: cmp.Or(c.State, ItemWaiting), Spent: c.Clock.Spent}, it.Order})
		}
	}
	slices.SortStableFunc(all, func(a, b ordered) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Key, b.Key)) })
	out := make([]ItemFacts, len(all))
	for i, it := range all {
		out[i] = it.ItemFacts
	}
	return out
}

// speeches lists who spoke, in the order in which they were called.
func speeches(s *Session) []SpeechFacts {
	var out []SpeechFacts
	for _, key := range sortedKeys(s.Queue) {
		q := s.Queue[key]
		switch q.State {
		case SpeechSpeaking, SpeechPaused, SpeechDone:
			out = append(out, SpeechFacts{Person: q.Person, Kind: q.Kind, Item: q.Item, Text: q.Text, At: cmp.Or(q.Called, q.Asked), Spent: q.Clock.Spent})
		}
	}
	slices.SortStableFunc(out, func(a, b SpeechFacts) int { return cmp.Compare(a.At, b.At) })
	return out
}

func publishedVotes(s *Session) []VoteFacts {
	var out []VoteFacts
	for _, key := range sortedKeys(s.Votes) {
		v := s.Votes[key]
		if v.State == VotePublished {
			out = append(out, VoteFacts{Title: v.Title, Item: v.Item, Type: v.Type, Threshold: v.Threshold, PerMille: v.PerMille, Base: v.Base, Result: v.Result, At: v.Published})
		}
	}
	slices.SortStableFunc(out, func(a, b VoteFacts) int { return cmp.Compare(a.At, b.At) })
	return out
}
