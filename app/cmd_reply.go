package app

import "cmp"

func init() {
	define("meeting.seen.1", KindMeeting, seenInvitation)
	define("meeting.reply.1", KindMeeting, replyInvitation)
	define("meeting.send_substitute.1", KindMeeting, sendSubstitute)
	define("meeting.decide_substitute.1", KindMeeting, decideSubstitute)
	define("meeting.withdraw_substitute.1", KindMeeting, withdrawSubstitute)
	define("meeting.name_people.1", KindMeeting, namePeople)

	invited := []MeetingStatus{MeetingInvited}
	meetingRule("meeting.seen", meetingClause{relMeetInvited, meetingWorkable})
	meetingRule("meeting.reply", meetingClause{relMeetInvited, invited})
	meetingRule("meeting.send_substitute", meetingClause{relMeetInvited, invited})
	meetingRule("meeting.withdraw_substitute", meetingClause{relMeetInvited, invited})
	meetingRule("meeting.name_people", meetingClause{relMeetInvited, invited})
	// People arrive in place of others until the meeting ends.
	meetingRule("meeting.decide_substitute", meetingClause{relMeetSecretary, meetingUpcoming}, meetingClause{relMeetChair, meetingUpcoming})
}

// ParticipantActions are the actions that are about one participant.
var ParticipantActions = []Action{"meeting.reply", "meeting.send_substitute", "meeting.withdraw_substitute", "meeting.name_people", "meeting.decide_substitute"}

// InvitationSeen marks an invitation as opened (meeting.seen.1).
type InvitationSeen struct {
	Participant ID `cbor:"1,keyasint" json:"participant" minLength:"1" maxLength:"64" doc:"oneself, or a unit that one answers for"`
}

// InvitationReply says who comes (meeting.reply.1).
type InvitationReply struct {
	Participant ID     `cbor:"1,keyasint" json:"participant" minLength:"1" maxLength:"64" doc:"oneself, or a unit that one answers for"`
	Reply       Reply  `cbor:"2,keyasint" json:"reply" enum:"ACCEPTED,DECLINED"`
	Reason      string `cbor:"3,keyasint,omitempty" json:"reason,omitempty" maxLength:"1000" doc:"of declining"`
	Was         Reply  `cbor:"4,keyasint,omitempty" json:"was,omitempty" enum:",PENDING,ACCEPTED,DECLINED,DELEGATED" doc:"the reply that the screen showed: another's newer one is not overwritten"`
}

// SubstituteSend asks that somebody else may come (meeting.send_substitute.1).
type SubstituteSend struct {
	Participant ID     `cbor:"1,keyasint" json:"participant" minLength:"1" maxLength:"64"`
	Substitute  ID     `cbor:"2,keyasint" json:"substitute" minLength:"1" maxLength:"64" doc:"a person of the same office"`
	Reason      string `cbor:"3,keyasint" json:"reason" maxLength:"1000"`
}

// SubstituteDecide is the organiser's answer (meeting.decide_substitute.1).
type SubstituteDecide struct {
	Participant ID     `cbor:"1,keyasint" json:"participant" minLength:"1" maxLength:"64"`
	Substitute  ID     `cbor:"2,keyasint" json:"substitute" minLength:"1" maxLength:"64" doc:"whom it is about: another may have been named meanwhile"`
	Accept      bool   `cbor:"3,keyasint,omitempty" json:"accept,omitempty"`
	Text        string `cbor:"4,keyasint,omitempty" json:"text,omitempty" maxLength:"1000" doc:"the reason of a no"`
}

// SubstituteWithdraw takes the substitute back (meeting.withdraw_substitute.1).
type SubstituteWithdraw struct {
	Participant ID `cbor:"1,keyasint" json:"participant" minLength:"1" maxLength:"64"`
}

// PeopleName says whom an invited unit sends (meeting.name_people.1). Two who
// answer for the unit may name people at once.
type PeopleName struct {
	Unit   ID   `cbor:"1,keyasint" json:"unit" minLength:"1" maxLength:"64"`
	People []ID `cbor:"2,keyasint,omitempty" json:"people,omitempty" maxItems:"100" doc:"persons of the unit's office"`
	Remove []ID `cbor:"3,keyasint,omitempty" json:"remove,omitempty" maxItems:"100" doc:"whom the unit had named"`
}

// openInvitation loads the meeting and the participant that the command is about.
func (x *Exec) openInvitation(id ID) (*Meeting, Participant, error) {
	m, err := x.openMeeting(x.Cmd.Target.ID, Part{Participant: id})
	if err != nil {
		return nil, Participant{}, err
	}
	p, ok := m.Participants[id]
	if !ok { // those who decide are asked about nobody in particular
		return nil, p, Refuse(NotFound, "meeting.not_invited").With("person", string(id))
	}
	return m, p, nil
}

// answer enters a reply, and who gave it to which invitation.
func (x *Exec) answer(m *Meeting, id ID, p Participant, r Reply, reason string) {
	p.Reply, p.Reason, p.At, p.By, p.Answered, p.Refused = r, reason, x.Now, x.Actor.Person, m.Revision, ""
	if p.Seen == 0 {
		p.Seen = x.Now
	}
	m.Participants[id] = p
}

// seenInvitation is not a line of the history: it would tell nothing but that.
func seenInvitation(x *Exec, a *InvitationSeen) error {
	m, p, err := x.openInvitation(a.Participant)
	if err != nil || p.Seen != 0 {
		return err
	}
	p.Seen = x.Now
	m.Participants[a.Participant] = p
	return x.Tx.Put(m)
}

func replyInvitation(x *Exec, a *InvitationReply) error {
	m, p, err := x.openInvitation(a.Participant)
	if err != nil {
		return err
	}
	switch {
	case a.Reply == ReplyDeclined && a.Reason == "":
		return Refuse(Invalid, "reason.missing")
	case p.Substitute != "":
		return Refuse(Conflict, "meeting.has_substitute").With("person", string(p.Substitute))
	case a.Reply != p.Reply && p.overtaken(a.Was, x.Actor.Person):
		return Refuse(Conflict, "meeting.already_answered").With("by", string(p.By)).With("at", int64(p.At)).With("reply", string(p.Reply))
	case a.Reply == ReplyDeclined && p.Role == MeetingChair:
		return Refuse(Invalid, "meeting.chair_comes")
	}
	if a.Reply == ReplyDeclined && p.Unit {
		for _, named := range m.namedBy(a.Participant) {
			m.takeOut(named)
		}
	}
	x.answer(m, a.Participant, p, a.Reply, a.Reason)
	x.logMeeting(m, "", a.Reason, a.Participant)
	return x.putMeeting(m)
}

// overtaken reports that somebody else has answered since the reply was shown.
func (p Participant) overtaken(was Reply, by ID) bool {
	return p.By != "" && p.By != by && cmp.Or(was, ReplyPending) != cmp.Or(p.Reply, ReplyPending)
}

// namedBy lists those whom an invited unit has named, sorted.
func (m *Meeting) namedBy(unit ID) (out []ID) {
	for _, id := range sortedKeys(m.Participants) {
		if m.Participants[id].For == unit {
			out = append(out, id)
		}
	}
	return out
}

func sendSubstitute(x *Exec, a *SubstituteSend) error {
	m, p, err := x.openInvitation(a.Participant)
	if err != nil {
		return err
	}
	switch {
	case a.Reason == "":
		return Refuse(Invalid, "reason.missing")
	case p.Unit:
		return Refuse(Invalid, "meeting.unit_names_people")
	case p.For != "":
		return Refuse(Invalid, "meeting.stands_for_other").With("person", string(p.For))
	case p.Role == MeetingChair:
		return Refuse(Invalid, "meeting.chair_comes")
	case p.ApprovedBy != "":
		return Refuse(Conflict, "meeting.has_substitute").With("person", string(p.Substitute))
	}
	if err := x.comesFrom(m, a.Substitute, p.Office); err != nil {
		return err
	}
	p.Substitute = a.Substitute
	x.answer(m, a.Participant, p, ReplyDelegated, a.Reason)
	x.logMeeting(m, "", a.Reason, a.Substitute)
	return x.Tx.Put(m)
}

// comesFrom refuses somebody who is not of the office, who takes part already,
// or who is to come for somebody else.
func (x *Exec) comesFrom(m *Meeting, person, office ID) error {
	if x.Dir.Person(person) == nil {
		return Refuse(Invalid, "meeting.unknown_person").With("person", string(person))
	}
	if !x.Dir.worksIn(person, office, x.today()) {
		return Refuse(Invalid, "meeting.other_office").With("person", string(person)).With("unit", string(office))
	}
	if _, taken := m.Participants[person]; taken {
		return Refuse(Conflict, "meeting.already_participant").With("person", string(person))
	}
	return nil
}

func decideSubstitute(x *Exec, a *SubstituteDecide) error {
	m, p, err := x.openInvitation(a.Participant)
	if err != nil {
		return err
	}
	switch {
	case p.Substitute == "":
		return Refuse(Conflict, "meeting.no_substitute")
	case p.Substitute != a.Substitute:
		return Refuse(Conflict, "meeting.substitute_changed").With("person", string(p.Substitute))
	case p.ApprovedBy != "":
		return Refuse(Conflict, "meeting.substitute_decided").With("by", string(p.ApprovedBy))
	case !a.Accept && a.Text == "":
		return Refuse(Invalid, "reason.missing")
	case !a.Accept:
		p.Substitute, p.Reply, p.Refused = "", ReplyPending, a.Text
		m.Participants[a.Participant] = p
		x.logMeeting(m, "", a.Text, a.Substitute)
		return x.Tx.Put(m)
	}
	if err := x.comesFrom(m, a.Substitute, p.Office); err != nil {
		return err
	}
	p.ApprovedBy = x.Actor.Person
	m.Participants[a.Participant] = p
	m.Participants[a.Substitute] = Participant{Role: p.Role, Office: p.Office, Order: p.Order, Seat: p.Seat,
		Reply: ReplyPending, For: a.Participant}
	x.logMeeting(m, "", a.Text, a.Substitute)
	return x.putMeeting(m)
}

func withdrawSubstitute(x *Exec, a *SubstituteWithdraw) error {
	m, p, err := x.openInvitation(a.Participant)
	if err != nil {
		return err
	}
	if p.Substitute == "" {
		return Refuse(Conflict, "meeting.no_substitute")
	}
	gone := p.Substitute
	if m.Participants[gone].For == a.Participant {
		delete(m.Participants, gone)
	}
	p.Substitute, p.ApprovedBy = "", ""
	x.answer(m, a.Participant, p, ReplyPending, "")
	x.logMeeting(m, "", "", gone)
	return x.putMeeting(m)
}

func namePeople(x *Exec, a *PeopleName) error {
	m, unit, err := x.openInvitation(a.Unit)
	if err != nil {
		return err
	}
	if !unit.Unit {
		return Refuse(Invalid, "meeting.unknown_unit").With("person", string(a.Unit))
	}
	for _, id := range a.Remove {
		if m.Participants[id].For == a.Unit {
			delete(m.Participants, id)
		}
	}
	for _, id := range a.People {
		if m.Participants[id].For == a.Unit {
			continue // the other one who answers for the unit named him, too
		}
		if err := x.comesFrom(m, id, unit.Office); err != nil {
			return err
		}
		m.Participants[id] = Participant{Role: unit.Role, Office: unit.Office, Order: unit.Order, Reply: ReplyPending, For: a.Unit}
	}
	reply := ReplyPending
	if len(m.namedBy(a.Unit)) > 0 {
		reply = ReplyAccepted
	}
	x.answer(m, a.Unit, unit, reply, "")
	x.logMeeting(m, "", "", a.Unit)
	return x.putMeeting(m)
}

// takeOut removes a participant, and whoever stands for him. Whom he stood for
// is asked again.
func (m *Meeting) takeOut(id ID) {
	p := m.Participants[id]
	if of, ok := m.Participants[p.For]; ok && of.Substitute == id {
		of.Substitute, of.ApprovedBy, of.Reply = "", "", ReplyPending
		m.Participants[p.For] = of
	}
	for _, named := range m.namedBy(id) {
		delete(m.Participants, named)
	}
	delete(m.Participants, id)
}
