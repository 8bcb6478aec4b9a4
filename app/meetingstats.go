package app

import (
	"cmp"
	"slices"
)

// MeetingTally is what meetings and their tasks say of one person or unit.
type MeetingTally struct {
	ID       ID
	Unit     bool
	Invited  int // meetings that were held
	Present  int
	Late     int // of those present
	Excused  int
	Absent   int // without a reason
	Unknown  int // nobody called the roll
	Chaired  int
	Votes    int // ballots cast
	Given    int // tasks to carry out
	Done     int
	DoneLate int // of those done, and those overdue
}

// MeetingStats counts over meetings that were held, by person and by the unit
// (office) from which each came.
type MeetingStats struct {
	Meetings int
	people   map[ID]*MeetingTally
	units    map[ID]*MeetingTally
}

func (s *MeetingStats) of(id ID, unit bool) *MeetingTally {
	if s.people == nil {
		s.people, s.units = map[ID]*MeetingTally{}, map[ID]*MeetingTally{}
	}
	in := s.people
	if unit {
		in = s.units
	}
	if in[id] == nil {
		in[id] = &MeetingTally{ID: id, Unit: unit}
	}
	return in[id]
}

// both calls fn for the person, if it is one, and for his unit.
func (s *MeetingStats) both(person, unit ID, fn func(*MeetingTally)) {
	if person != "" {
		fn(s.of(person, false))
	}
	if unit != "" {
		fn(s.of(unit, true))
	}
}

// Held reports whether a meeting counts: people sat together, and are done.
func (m *Meeting) Held() bool {
	return m.Status == MeetingFinished || m.Status == MeetingConcluded || m.Status == MeetingArchived
}

// Meeting counts one meeting that was held, with as much of its roll-call as is known.
func (s *MeetingStats) Meeting(m *Meeting, session *Session, roll []*Attendance) {
	if !m.Held() {
		return
	}
	s.Meetings++
	for _, a := range Facts(m, nil, session, roll).People {
		if a.ID == "" {
			continue
		}
		person, unit := a.ID, m.Participants[a.ID].Office
		if a.Unit {
			person = ""
		}
		s.both(person, unit, func(t *MeetingTally) { t.count(a) })
	}
}

func (t *MeetingTally) count(a AttendeeFacts) {
	t.Invited++
	if a.Role == MeetingChair {
		t.Chaired++
	}
	switch a.Presence {
	case PresentInRoom, PresentOnline:
		t.Present++
		if a.Late {
			t.Late++
		}
	case AbsentExcused:
		t.Excused++
	case AbsentNoReason:
		t.Absent++
	default:
		t.Unknown++
	}
}

// Ballot counts a vote that the person cast in the meeting.
func (s *MeetingStats) Ballot(m *Meeting, person ID) {
	s.both(person, m.Participants[person].Office, func(t *MeetingTally) { t.Votes++ })
}

// Task counts a task of a person or unit; office is where the owner belongs.
func (s *MeetingStats) Task(r *AssignmentRow, office ID, today Date) {
	if r.State == AssignmentCancelled {
		return
	}
	person := r.Owner
	if r.OwnerUnit {
		person = ""
	}
	s.both(person, office, func(t *MeetingTally) {
		t.Given++
		switch r.State {
		case AssignmentDone, AssignmentDoneLate:
			t.Done++
		}
		if r.Late(today) {
			t.DoneLate++
		}
	})
}

// Tallies lists units, or people, by their ids.
func (s *MeetingStats) Tallies(units bool) []MeetingTally {
	in := s.people
	if units {
		in = s.units
	}
	out := make([]MeetingTally, 0, len(in))
	for _, t := range in {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b MeetingTally) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
