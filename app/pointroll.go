package app

import "slices"

// rollPoint calls the roll by endpoint ([RollEndpoint]): who is present because
// his meeting point is in the meeting.
//
// A point is a room with one camera and up to fifty people, not a person; that it
// is connected says nothing of who sits there. So it is the point's own report
// (báo cáo quân số) that counts: present are the participants whom it names; when
// it names none, the head of the point, who answers for the report; and an invited
// unit of the point's office that has named nobody, once the report says that
// anybody is there. A point that has reported nothing makes nobody present.
//
// The secretary's word and people's own come before it: only who has not been
// called, or was called from here, is touched. Before the roll-call opens nobody
// is; what was reported by then counts when the meeting starts.
func (x *Exec) rollPoint(m *Meeting, s *PointSession, at Time) error {
	if s.Status != PointIn && s.Status != PointLost {
		return nil
	}
	if err := x.rollOpen(m, at); err != nil {
		if AsError(err).Code == Conflict {
			return nil
		}
		return err
	}
	there := s.present(m)
	for _, person := range sortedSet(slices.Concat(s.Rolled, there)) {
		if _, invited := m.Participants[person]; !invited {
			continue
		}
		roll, err := x.attendance(m, person)
		if err != nil {
			return err
		}
		now, ours := slices.Contains(there, person), roll.Method == RollEndpoint && slices.Contains(s.Rolled, person)
		switch {
		case now && roll.Presence == NotCalled:
			roll.Presence, roll.Method, roll.By, roll.Reason = PresentOnline, RollEndpoint, s.By, ""
			roll.Arrived, roll.Given, roll.Left = at, 0, 0
			ours = true
		case now && ours && roll.Left != 0: // it has come back
			roll.Left = 0
		case !now && ours:
			roll.Presence, roll.Method, roll.By, roll.Arrived, roll.Given, roll.Left = NotCalled, "", "", 0, 0, 0
			ours = false
		default:
			s.rolled(person, ours)
			continue
		}
		s.rolled(person, ours)
		if err := x.putAttendance(m, roll); err != nil {
			return err
		}
	}
	return nil
}

// rolled notes whether a person's roll-call is from here.
func (s *PointSession) rolled(person ID, here bool) {
	i, found := slices.BinarySearch(s.Rolled, person)
	switch {
	case here && !found:
		s.Rolled = slices.Insert(s.Rolled, i, person)
	case !here && found:
		s.Rolled = slices.Delete(s.Rolled, i, i+1)
	}
}

// present are the participants who are at the point by its report.
func (s *PointSession) present(m *Meeting) []ID {
	out := slices.Clone(s.People)
	if p, ok := m.Participants[s.Head]; len(out) == 0 && ok && !p.Unit {
		out = append(out, s.Head)
	}
	if s.Headcount == 0 && s.Head == "" && s.HeadName == "" && len(out) == 0 {
		return nil
	}
	named := map[ID]bool{}
	for _, p := range m.Participants {
		named[p.For] = true
	}
	for _, id := range sortedKeys(m.Participants) {
		if p := m.Participants[id]; p.Unit && s.sits(p) && !named[id] {
			out = append(out, id)
		}
	}
	return sortedSet(out)
}

// rollPoints calls the roll of all points that are in the meeting.
func (x *Exec) rollPoints(m *Meeting, at Time) error {
	return x.eachPoint(m, func(s *PointSession) error { return x.rollPoint(m, s, at) })
}

// leavePoints ends the part of all points when the meeting has ended.
func (x *Exec) leavePoints(m *Meeting, at Time) error {
	return x.eachPoint(m, func(s *PointSession) error { s.leave(at); return nil })
}

// eachPoint does something to every point that is connected in some way, and
// stores it.
func (x *Exec) eachPoint(m *Meeting, do func(*PointSession) error) error {
	if m.Points == 0 {
		return nil
	}
	all, err := x.pointSessions(m)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Status == PointNotConnected || s.Status == PointLeft {
			continue
		}
		if err := do(s); err != nil {
			return err
		}
		if err := x.putPoint(m, s); err != nil {
			return err
		}
	}
	return nil
}
