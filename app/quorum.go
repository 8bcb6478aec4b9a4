package app

// QuorumState is the roll-call in numbers, and whether enough are there.
type QuorumState struct {
	RollCount
	Required int  // of those entitled; 0 = no quorum is asked for
	Reached  bool // always, when none is asked for
}

// Quorum counts who is there. Of the entitled ([Meeting.Entitled]) as many must be
// present as the rules of the meeting say, rounded up. Attendances of people who
// are no longer invited do not count; At is not set.
func Quorum(m *Meeting, attendances []*Attendance) QuorumState {
	entitled := map[ID]bool{}
	for _, id := range m.Entitled() {
		entitled[id] = true
	}
	q := QuorumState{RollCount: RollCount{Entitled: len(entitled)}}
	counted := map[ID]bool{}
	for _, a := range attendances {
		if _, invited := m.Participants[a.Person]; !invited || counted[a.Person] {
			continue
		}
		counted[a.Person] = true
		switch {
		case a.Here() && entitled[a.Person]:
			q.Present++
		case a.Here():
			q.Others++
		case a.Presence == AbsentExcused:
			q.Excused++
		}
	}
	return q.require(m)
}

// QuorumOf is the quorum by the count that everybody was told.
func QuorumOf(m *Meeting, s *Session) QuorumState {
	q := QuorumState{RollCount: s.Count}
	if q.At == 0 {
		q.Entitled = len(m.Entitled())
	}
	return q.require(m)
}

func (q QuorumState) require(m *Meeting) QuorumState {
	q.Required = (q.Entitled*m.Rules.QuorumPercent + 99) / 100
	q.Reached = q.Present >= q.Required
	return q
}
