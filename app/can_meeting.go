package app

import "slices"

// ActMeetingRead is reading a meeting.
const ActMeetingRead Action = "meeting.read"

// meetingQuestion is one call of Can about a meeting.
type meetingQuestion struct {
	d    *Directory
	a    *Actor
	act  Action
	m    *Meeting
	part Part
}

// meetingRelation is a way in which an actor stands to a meeting.
type meetingRelation struct {
	name string // "can.as_<name>" and "can.needs_<name>" are reasons
	has  func(*meetingQuestion) (Grant, bool)
}

// meetingClause allows an action to those in a relation, in some statuses.
type meetingClause struct {
	who meetingRelation
	in  []MeetingStatus
}

// meetingPolicy says who may do what to a meeting in which status. Each area of
// meetings enters its own actions.
var meetingPolicy = map[Action][]meetingClause{}

func meetingRule(act Action, clauses ...meetingClause) {
	if _, dup := meetingPolicy[act]; dup {
		panic("app: meeting rule given twice: " + string(act))
	}
	meetingPolicy[act] = clauses
}

// Statuses in which things happen, by name.
var (
	meetingNew      = []MeetingStatus{""}
	meetingPlanned  = []MeetingStatus{MeetingDraft, MeetingPending, MeetingInvited, MeetingPostponed}
	meetingAhead    = []MeetingStatus{MeetingInvited, MeetingPostponed}
	meetingSitting  = []MeetingStatus{MeetingLive, MeetingPaused}
	meetingUpcoming = []MeetingStatus{MeetingInvited, MeetingLive, MeetingPaused}
	meetingBefore   = []MeetingStatus{MeetingDraft, MeetingPending, MeetingInvited, MeetingPostponed, MeetingLive, MeetingPaused}
	meetingWorkable = []MeetingStatus{MeetingDraft, MeetingPending, MeetingInvited, MeetingPostponed, MeetingLive, MeetingPaused, MeetingFinished, MeetingConcluded}
	meetingAny      = []MeetingStatus{MeetingDraft, MeetingPending, MeetingInvited, MeetingPostponed, MeetingLive, MeetingPaused, MeetingFinished, MeetingConcluded, MeetingArchived, MeetingCancelled}
)

// self is the person whose own relations count: none under a delegation, which
// lends roles only. A seat in a meeting is passed on by a substitute.
func (q *meetingQuestion) self() ID {
	if q.a.Delegation != "" {
		return ""
	}
	return q.a.Person
}

func (q *meetingQuestion) personal(ok bool) (Grant, bool) { return Grant{}, ok && q.self() != "" }

func holdsRole(roles ...MeetingRole) func(*meetingQuestion) (Grant, bool) {
	return func(q *meetingQuestion) (Grant, bool) {
		p, ok := q.m.Participants[q.self()]
		return q.personal(ok && !p.Unit && slices.Contains(roles, p.Role))
	}
}

var (
	relMeetStaff     = meetingRelation{"staff", func(q *meetingQuestion) (Grant, bool) { return q.a.works(q.m.Unit) }}
	relMeetSecretary = meetingRelation{"secretary", func(q *meetingQuestion) (Grant, bool) {
		if g, ok := holdsRole(MeetingSecretary)(q); ok {
			return g, true
		}
		return q.personal(q.m.Creator == q.self())
	}}
	relMeetChair    = meetingRelation{"chair", holdsRole(MeetingChair)}
	relMeetOperator = meetingRelation{"operator", holdsRole(MeetingOperator)}
	// The one to whom the schedule was submitted; else the head of the agency.
	relMeetApprover = meetingRelation{"schedule_approver", func(q *meetingQuestion) (Grant, bool) {
		if q.m.Approver != "" && q.m.Approver == q.a.Self() {
			return q.a.role(q.m.Unit, RoleLeader, RoleDeputy, RoleHead)
		}
		return q.a.role(q.m.Unit, RoleLeader)
	}}
	relMeetParticipant = meetingRelation{"participant", func(q *meetingQuestion) (Grant, bool) {
		p, ok := q.m.Participants[q.self()]
		return q.personal(ok && !p.Unit)
	}}
	// The participant that the action is about, or who answers for that unit.
	relMeetInvited = meetingRelation{"invited", func(q *meetingQuestion) (Grant, bool) {
		p, ok := q.m.Participants[q.part.Participant]
		switch {
		case !ok:
			return Grant{}, false
		case p.Unit:
			return q.a.role(q.part.Participant, RoleLeader, RoleDeputy, RoleHead, RoleClerk)
		}
		return q.personal(q.part.Participant == q.self())
	}}
	// Who prepares the material that the action is about.
	relMeetPreparer = meetingRelation{"preparer", func(q *meetingQuestion) (Grant, bool) {
		m := q.part.Material
		if m == nil {
			return Grant{}, false
		}
		if g, ok := q.personal(m.Preparer == q.self() || m.By == q.self()); ok {
			return g, true
		}
		return q.a.role(m.Unit, RoleLeader, RoleDeputy, RoleHead, RoleClerk)
	}}
	// Who is at the meeting point that the action is about: invited of its office,
	// or its technician.
	relMeetPoint = meetingRelation{"point", func(q *meetingQuestion) (Grant, bool) {
		s := q.part.Point
		if s == nil {
			return Grant{}, false
		}
		p, invited := q.m.Participants[q.self()]
		if g, ok := q.personal(s.Technician == q.self() || invited && !p.Unit && s.sits(p)); ok {
			return g, true
		}
		for _, g := range q.a.Grants {
			if p := q.m.Participants[g.Unit]; p.Unit && s.sits(p) {
				if g, ok := q.a.role(g.Unit, RoleLeader, RoleDeputy, RoleHead, RoleClerk); ok {
					return g, true
				}
			}
		}
		return Grant{}, false
	}}
	relMeetSpeaker = meetingRelation{"speaker", func(q *meetingQuestion) (Grant, bool) {
		return q.personal(q.part.Speech != nil && q.part.Speech.Person == q.self())
	}}
)

// canMeeting answers about a meeting and, with a part, about what belongs to it.
func canMeeting(d *Directory, a Actor, act Action, m *Meeting, part Part) Decision {
	return canParts(d, a, act, m, []Part{part})[0]
}

// CanEach is [Can] for many parts of one meeting, which is looked at once.
func CanEach(d *Directory, a Actor, act Action, m *Meeting, parts []Part) []Decision {
	if a.System {
		return slices.Repeat([]Decision{{Action: act, Allow: true, Reason: "can.system"}}, len(parts))
	}
	return canParts(d, a, act, m, parts)
}

func canParts(d *Directory, a Actor, act Action, m *Meeting, parts []Part) []Decision {
	q := &meetingQuestion{d: d, a: covering(a, act), act: act, m: m}
	dec, answered := q.ofMeeting(len(a.Grants))
	out := make([]Decision, len(parts))
	for i, part := range parts {
		if q.part = part; answered {
			out[i] = dec
		} else {
			out[i] = q.ofPart()
		}
	}
	return out
}

func (q *meetingQuestion) deny(reason string) Decision {
	return Decision{Action: q.act, Reason: reason}
}

// ofMeeting answers where it does not depend on the part. Of the grants of the
// actor only some may cover the action.
func (q *meetingQuestion) ofMeeting(grants int) (Decision, bool) {
	if q.m.Status != "" && !intersects(q.d.Scopes(q.a.Person, q.a.At), ScopesOf(q.m, q.d)) {
		return q.deny("can.not_visible"), true
	}
	if q.act == ActMeetingRead {
		return Decision{Action: q.act, Allow: true, Reason: "can.as_participant"}, true
	}
	if len(q.a.Grants) == 0 && grants > 0 {
		return q.deny("can.not_delegated"), true
	}
	if len(meetingPolicy[q.act]) == 0 {
		return q.deny("can.unknown_action"), true
	}
	return Decision{}, false
}

// ofPart walks the clauses of the action.
func (q *meetingQuestion) ofPart() Decision {
	rightStatus, related, needs := false, false, ""
	for _, c := range meetingPolicy[q.act] {
		in := slices.Contains(c.in, q.m.Status)
		g, has := c.who.has(q)
		if in && has {
			return Decision{Action: q.act, Allow: true, Reason: "can.as_" + c.who.name, Grant: g}
		}
		if in && needs == "" {
			needs = c.who.name
		}
		rightStatus, related = rightStatus || in, related || has
	}
	if !rightStatus || related {
		return q.deny("can.wrong_state")
	}
	return q.deny("can.needs_" + needs)
}

// MeetingActions are the actions on an existing meeting, sorted.
func MeetingActions() []Action { return sortedKeys(meetingPolicy) }
