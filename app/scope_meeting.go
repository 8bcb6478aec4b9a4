package app

// meetingScopes: while it is planned, those who plan it, who prepare its
// materials and the one who approves; once it is published everybody invited, and the leaders and the
// văn thư of the office that holds it, and the technicians of its meeting points.
func meetingScopes(m *Meeting) []Scope {
	out := invitedScopes(m)
	if m.Published != 0 {
		out = append(out, personScopes(m.Technicians)...)
	}
	return sortedSet(out)
}

// invitedScopes are the same without the technicians, who need to know when the
// meeting is and how far it has come, and get none of its papers.
func invitedScopes(m *Meeting) []Scope {
	out := []Scope{PersonScope(m.Creator)}
	for _, p := range m.Holding(MeetingSecretary) {
		out = append(out, PersonScope(p))
	}
	for id, unit := range m.Preparing {
		out = append(out, participantScopes(id, unit)...)
	}
	if m.Status == MeetingPending || m.Published != 0 {
		out = append(out, RoleScope(m.Unit, RoleLeader))
		if m.Approver != "" {
			out = append(out, PersonScope(m.Approver))
		}
	}
	if m.Published == 0 {
		return sortedSet(out)
	}
	out = append(out, RoleScope(m.Unit, RoleClerk), RoleScope(m.Unit, RoleAuditor))
	for id, p := range m.Participants {
		out = append(out, participantScopes(id, p.Unit)...)
	}
	return sortedSet(out)
}

// participantScopes are the person's own, or those who answer for an invited unit.
func participantScopes(id ID, unit bool) []Scope {
	if !unit {
		return []Scope{PersonScope(id)}
	}
	return []Scope{RoleScope(id, RoleLeader), RoleScope(id, RoleDeputy), RoleScope(id, RoleHead), RoleScope(id, RoleClerk)}
}

func personScopes(people []ID) []Scope {
	out := make([]Scope, len(people))
	for i, p := range people {
		out[i] = PersonScope(p)
	}
	return out
}

// officialScopes are of those who run the meeting.
func officialScopes(m *Meeting) []Scope {
	if m == nil {
		return nil
	}
	return personScopes(m.Officials())
}

// insiderScopes are of those who vote, and of those who run the meeting.
func insiderScopes(m *Meeting) []Scope {
	out := officialScopes(m)
	if m.Published == 0 {
		return out
	}
	for id, p := range m.Participants {
		if p.Voting {
			out = append(out, participantScopes(id, p.Unit)...)
		}
	}
	return append(out, personScopes(m.Entitled())...)
}

func (a *AgendaSheet) audience(m *Meeting) []Scope {
	switch a.Type {
	case AgendaCommon:
		return meetingScopes(m)
	case AgendaInternal:
		return insiderScopes(m)
	}
	return officialScopes(m)
}

func (s *Session) audience(m *Meeting) []Scope { return meetingScopes(m) }

func (a *Attendance) audience(m *Meeting) []Scope {
	return append(officialScopes(m), PersonScope(a.Person))
}

func (b *Ballot) audience(m *Meeting) []Scope {
	return append(officialScopes(m), PersonScope(b.Person))
}

func (m *Minutes) audience(of *Meeting) []Scope { return officialScopes(of) }

// audience of a material: who prepares it and who runs the meeting; everybody
// named by its access as long as it is open.
func (m *Material) audience(of *Meeting) []Scope {
	if m.Removed != 0 {
		return nil
	}
	out := officialScopes(of)
	for _, p := range []ID{m.Preparer, m.By} {
		if p != "" {
			out = append(out, PersonScope(p))
		}
	}
	if m.Unit != "" {
		out = append(out, participantScopes(m.Unit, true)...)
	}
	if !m.IsOpen() || of.Published == 0 {
		return out
	}
	switch m.Access {
	case AccessAll:
		out = append(out, invitedScopes(of)...)
	case AccessRole:
		for id, p := range of.Participants {
			for _, r := range m.Roles {
				if p.Role == r {
					out = append(out, participantScopes(id, p.Unit)...)
				}
			}
		}
	case AccessPersons:
		for _, id := range m.Persons {
			if p, ok := of.Participants[id]; ok {
				out = append(out, participantScopes(id, p.Unit)...)
			}
		}
	}
	return out
}

// IsOpen reports whether those named by its access may read the material.
func (m *Material) IsOpen() bool {
	return m.Review == ReviewApproved && m.Opened != 0 && m.Recalled == 0
}

func (s *OpinionSlip) audience(m *Meeting) []Scope {
	out := append(officialScopes(m), PersonScope(s.Creator))
	if s.State != SlipDraft {
		out = append(out, personScopes(s.Asked)...)
		out = append(out, RoleScope(s.Unit, RoleLeader))
	}
	return out
}

// audience of an answer: the one who gave it, who asks, and who runs the meeting.
func (a *SlipAnswer) audience(m *Meeting) []Scope {
	out := append(officialScopes(m), PersonScope(a.Person))
	if a.Asker != "" {
		out = append(out, PersonScope(a.Asker))
	}
	return out
}

func (a *Annotation) audience(*Meeting) []Scope {
	out := []Scope{PersonScope(a.Person)}
	for p := range a.Shared {
		out = append(out, PersonScope(p))
	}
	return out
}

func (a *Assignment) audience(m *Meeting) []Scope {
	out := append(officialScopes(m), RoleScope(a.Unit, RoleLeader))
	for _, p := range []ID{a.Giver, a.Follower} {
		if p != "" {
			out = append(out, PersonScope(p))
		}
	}
	out = append(out, participantScopes(a.Owner, a.OwnerUnit)...)
	for _, id := range a.Assist {
		out = append(out, PersonScope(id))
		out = append(out, participantScopes(id, true)...) // one of the two means something
	}
	return out
}

// weekPlanScopes: a plan is for its office's văn thư and leaders, and whoever
// wrote a line of it, until it is published, then for everybody.
func weekPlanScopes(w *WeekPlan) []Scope {
	if w.Published != 0 {
		return []Scope{ScopeAll}
	}
	out := []Scope{PersonScope(w.By), RoleScope(w.Unit, RoleLeader), RoleScope(w.Unit, RoleDeputy), RoleScope(w.Unit, RoleClerk)}
	for _, e := range w.Entries {
		if e.By != "" {
			out = append(out, PersonScope(e.By))
		}
	}
	return sortedSet(out)
}

// meetingClass: what belongs to a meeting that goes on travels before ordinary
// documents, a session before everything.
func meetingClass(r Record) Class {
	switch r := r.(type) {
	case *Session:
		if r.Started != 0 && r.Finished == 0 {
			return ClassNow
		}
	case *Meeting:
		switch {
		case r.InSession():
			return ClassNow
		case !r.Open():
			return ClassArchive
		}
		return ClassMine
	case *WeekPlan:
		return ClassRecent
	case *Assignment:
		switch r.State {
		case AssignmentDone, AssignmentDoneLate, AssignmentCancelled:
			return ClassArchive
		}
	}
	return ClassMine
}
