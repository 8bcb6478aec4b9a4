package app

import (
	"errors"
	"slices"
)

func init() {
	define("meeting.create.1", KindMeeting, createMeeting)
	define("meeting.edit.1", KindMeeting, editMeeting)
	define("meeting.set_people.1", KindMeeting, setPeople)
	define("meeting.submit.1", KindMeeting, submitMeeting)
	define("meeting.send_back.1", KindMeeting, sendBackMeeting)
	define("meeting.publish.1", KindMeeting, publishMeeting)
	define("meeting.postpone.1", KindMeeting, postponeMeeting)
	define("meeting.cancel.1", KindMeeting, cancelMeeting)

	meetingRule("meeting.create", meetingClause{relMeetStaff, meetingNew})
	meetingRule("meeting.edit", meetingClause{relMeetSecretary, meetingBefore}, meetingClause{relMeetApprover, []MeetingStatus{MeetingPending}})
	meetingRule("meeting.set_people", meetingClause{relMeetSecretary, meetingBefore}, meetingClause{relMeetChair, meetingBefore},
		meetingClause{relMeetApprover, []MeetingStatus{MeetingPending}})
	meetingRule("meeting.submit", meetingClause{relMeetSecretary, []MeetingStatus{MeetingDraft, MeetingPostponed}})
	meetingRule("meeting.send_back", meetingClause{relMeetApprover, []MeetingStatus{MeetingPending}})
	meetingRule("meeting.publish", meetingClause{relMeetApprover, []MeetingStatus{MeetingDraft, MeetingPending, MeetingPostponed}})
	meetingRule("meeting.postpone", meetingClause{relMeetSecretary, []MeetingStatus{MeetingInvited}}, meetingClause{relMeetChair, []MeetingStatus{MeetingInvited}})
	meetingRule("meeting.cancel", meetingClause{relMeetSecretary, meetingPlanned}, meetingClause{relMeetChair, meetingAhead},
		meetingClause{relMeetApprover, meetingPlanned})
	meetingRule(ActMeetingEnter, meetingClause{relMeetParticipant, meetingUpcoming}, meetingClause{relMeetSecretary, meetingUpcoming})
}

// ActMeetingEnter is coming into the meeting's conference as oneself. Who answers for
// an invited unit names somebody who comes, or comes as its meeting point
// ([ActPointEnter]).
const ActMeetingEnter Action = "meeting.enter"

// MeetingFields are what a schedule says of a meeting.
type MeetingFields struct {
	Title   string       `cbor:"1,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Content string       `cbor:"2,keyasint,omitempty" json:"content,omitempty" maxLength:"4000"`
	Class   MeetingClass `cbor:"3,keyasint,omitempty" json:"class,omitempty" enum:",GIAO_BAN,PHIEN_HOP_UBND,HDND,CHUYEN_DE,BAN_CHI_DAO,HOI_NGHI_TOAN_TINH,KHAC"`
	Form    MeetingForm  `cbor:"4,keyasint,omitempty" json:"form,omitempty" enum:",TRUC_TIEP,TRUC_TUYEN,KET_HOP"`
	Start   Time         `cbor:"5,keyasint" json:"start"`
	End     Time         `cbor:"6,keyasint" json:"end"`
	Room    ID           `cbor:"7,keyasint,omitzero" json:"room,omitempty"`
	Place   string       `cbor:"8,keyasint,omitempty" json:"place,omitempty" maxLength:"200"`
	Secret  bool         `cbor:"9,keyasint,omitempty" json:"secret,omitempty" doc:"có nội dung bí mật nhà nước: no materials, video, chat, recording"`

	QuorumPercent    int  `cbor:"10,keyasint,omitempty" json:"quorumPercent,omitempty" minimum:"0" maximum:"100"`
	SubstitutesVote  bool `cbor:"11,keyasint,omitempty" json:"substitutesVote,omitempty"`
	SpeechMinutes    int  `cbor:"12,keyasint,omitempty" json:"speechMinutes,omitempty" minimum:"0" maximum:"240"`
	MaterialsDue     Time `cbor:"13,keyasint,omitempty" json:"materialsDue,omitempty"`
	CheckInFrom      Time `cbor:"14,keyasint,omitempty" json:"checkInFrom,omitempty"`
	OpenQueue        bool `cbor:"15,keyasint,omitempty" json:"openQueue,omitempty"`
	WithQuestionTime bool `cbor:"16,keyasint,omitempty" json:"withQuestionTime,omitempty"`
}

// Invitee is one participant as the organiser names him.
type Invitee struct {
	ID     ID          `cbor:"1,keyasint" json:"id" minLength:"1" maxLength:"64" doc:"person, or unit"`
	Unit   bool        `cbor:"2,keyasint,omitempty" json:"unit,omitempty"`
	Role   MeetingRole `cbor:"3,keyasint" json:"role" enum:"CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT"`
	Voting bool        `cbor:"4,keyasint,omitempty" json:"voting,omitempty"`
	Title  string      `cbor:"5,keyasint,omitempty" json:"title,omitempty" maxLength:"200"`
	Order  int         `cbor:"6,keyasint,omitempty" json:"order,omitempty" minimum:"0" maximum:"9999"`
	Seat   string      `cbor:"7,keyasint,omitempty" json:"seat,omitempty" maxLength:"20"`
}

// MeetingCreate begins a meeting as a draft (meeting.create.1; target: new id).
type MeetingCreate struct {
	Unit   ID            `cbor:"1,keyasint" json:"unit"`
	Fields MeetingFields `cbor:"2,keyasint" json:"fields"`
	People []Invitee     `cbor:"3,keyasint,omitempty" json:"people,omitempty" maxItems:"2500"`

	Outsiders []OutsiderInvite `cbor:"4,keyasint,omitempty" json:"outsiders,omitempty" maxItems:"500"`
}

// MeetingEdit changes what the schedule says (meeting.edit.1). A published
// meeting's invitations are then of a new revision.
type MeetingEdit struct {
	Fields MeetingFields `cbor:"1,keyasint" json:"fields"`
	Text   string        `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// SetPeople adds or changes participants and takes others out
// (meeting.set_people.1). Two people may work on the list at once.
type SetPeople struct {
	Set       []Invitee        `cbor:"1,keyasint,omitempty" json:"set,omitempty" maxItems:"2500"`
	Remove    []ID             `cbor:"2,keyasint,omitempty" json:"remove,omitempty" maxItems:"2500"`
	Outsiders []OutsiderInvite `cbor:"3,keyasint,omitempty" json:"outsiders,omitempty" maxItems:"500"`
	Drop      []CommandID      `cbor:"4,keyasint,omitempty" json:"drop,omitempty" maxItems:"500" doc:"outsiders"`
}

// OutsiderInvite names somebody outside the directory.
type OutsiderInvite struct {
	Name  string      `cbor:"1,keyasint" json:"name" minLength:"1" maxLength:"200"`
	Organ string      `cbor:"2,keyasint,omitempty" json:"organ,omitempty" maxLength:"200"`
	Title string      `cbor:"3,keyasint,omitempty" json:"title,omitempty" maxLength:"200"`
	Role  MeetingRole `cbor:"4,keyasint,omitempty" json:"role,omitempty" enum:",KHACH_MOI,TRINH_BAY,QUAN_SAT"`
	Phone string      `cbor:"5,keyasint,omitempty" json:"phone,omitempty" maxLength:"30"`
}

// MeetingSubmit asks for the schedule's approval (meeting.submit.1).
type MeetingSubmit struct {
	To   ID     `cbor:"1,keyasint,omitzero" json:"to,omitempty" doc:"absent: the head of the agency"`
	Text string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// MeetingNote goes with a step of a meeting.
type MeetingNote struct {
	Text string `cbor:"1,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// meeting loads a meeting, for a person who may not see it as if it were not there.
func (x *Exec) meeting(id ID) (*Meeting, error) {
	r, err := x.Tx.Get(Key{KindMeeting, id})
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse(NotFound, "meeting.not_found")
	}
	if err != nil {
		return nil, err
	}
	m, ok := r.(*Meeting)
	if !ok {
		return nil, Errorf(Internal, "internal", "record %s is %T", id, r)
	}
	if !x.Actor.System && !Can(x.Dir, x.Actor, ActMeetingRead, m).Allow {
		return nil, Refuse(NotFound, "meeting.not_found")
	}
	return m, nil
}

// openMeeting loads the target, or the meeting that a part belongs to, and
// checks that the actor may give this command on it.
func (x *Exec) openMeeting(id ID, parts ...Part) (*Meeting, error) {
	m, err := x.meeting(id)
	if err != nil {
		return nil, err
	}
	return m, x.mayMeeting(m, parts...)
}

// mayMeeting turns Can's answer for this command into a refusal.
func (x *Exec) mayMeeting(m *Meeting, parts ...Part) error {
	dec := Can(x.Dir, x.Actor, x.action(), m, parts...)
	switch {
	case dec.Allow:
		return nil
	case dec.Reason == "can.not_visible":
		return Refuse(NotFound, "meeting.not_found")
	case dec.Reason == "can.wrong_state":
		e := Refuse(Conflict, "meeting.wrong_status").With("status", string(m.Status))
		if s, ok := m.LastChange(); ok {
			e = e.With("by", string(s.By)).With("at", int64(s.At)).With("step", s.Name)
		}
		return e
	}
	return Refuse(Forbidden, dec.Reason)
}

// LastChange is the step that brought the meeting into its present status.
func (m *Meeting) LastChange() (MeetingLog, bool) {
	var last MeetingLog
	var key CommandID
	for id, s := range m.History {
		if s.Status != "" && (s.At > last.At || s.At == last.At && id >= key) {
			last, key = s, id
		}
	}
	return last, key != 0
}

// logMeeting writes the command into the meeting's history and, unless to is
// empty, moves the meeting to that status.
func (x *Exec) logMeeting(m *Meeting, to MeetingStatus, text string, about ID) {
	s := MeetingLog{Name: string(x.action()), By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now, Text: text, About: about}
	for k, earlier := range m.History {
		if k != x.Cmd.ID {
			s.At = max(s.At, earlier.At+1)
		}
	}
	if to != "" && to != m.Status {
		m.Status, s.Status = to, to
	}
	if m.History == nil {
		m.History = map[CommandID]MeetingLog{}
	}
	m.History[x.Cmd.ID] = s
}

// partOf loads a part of a meeting into p's place, or returns ok false when this
// machine does not hold it or it does not exist yet.
func partOf[P Record](x *Exec, key Key) (p P, ok bool, err error) {
	r, err := x.Tx.Get(key)
	if errors.Is(err, ErrNotFound) {
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	p, ok = r.(P)
	if !ok {
		return p, false, Errorf(Internal, "internal", "record %v is %T", key, r)
	}
	return p, true, nil
}

// putPart stores a part with those who should hold it, and has the meeting know
// of it. The caller puts the meeting when it reports true.
func (x *Exec) putPart(m *Meeting, p MeetingPart) (told bool, err error) {
	p.hold(p.audience(m))
	if m != nil && reached(p) {
		if _, known := m.Parts[p.Key().ID]; !known {
			if m.Parts == nil {
				m.Parts = map[ID]Kind{}
			}
			m.Parts[p.Key().ID] = p.Key().Kind
			told = true
		}
	}
	return told, x.Tx.Put(p)
}

// reached reports whether the meeting lists the part: what is one for each
// person or meeting point is found by its derived id instead.
func reached(p MeetingPart) bool {
	switch p.(type) {
	case *Attendance, *Ballot, *SlipAnswer, *Annotation, *PointSession:
		return false
	}
	return true
}

// putMeeting stores a meeting whose people or status changed, and has every part
// held by those who now should.
func (x *Exec) putMeeting(m *Meeting) error {
	if err := x.Tx.Put(m); err != nil {
		return err
	}
	keys := make([]Key, 0, len(m.Parts))
	for _, id := range sortedKeys(m.Parts) {
		keys = append(keys, Key{m.Parts[id], id})
	}
	for _, person := range sortedKeys(m.Participants) {
		keys = append(keys, Key{KindAttendance, AttendanceID(m.ID, person)})
	}
	if m.Points > 0 {
		for _, p := range x.Dir.AllPoints() {
			keys = append(keys, Key{KindPointSession, PointSessionID(m.ID, p.ID)})
		}
	}
	if s, ok, err := partOf[*Session](x, Key{KindSession, SessionID(m.ID)}); err != nil {
		return err
	} else if ok {
		for _, vote := range sortedKeys(s.Votes) {
			for _, person := range s.Votes[vote].Eligible {
				keys = append(keys, Key{KindBallot, BallotID(m.ID, vote, person)})
			}
		}
	}
	for _, key := range keys {
		p, ok, err := partOf[MeetingPart](x, key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		held := slices.Clone(p.heldBy())
		p.hold(p.audience(m))
		if slices.Equal(held, p.heldBy()) {
			continue
		}
		if err := x.Tx.Put(p); err != nil {
			return err
		}
	}
	return nil
}

func createMeeting(x *Exec, a *MeetingCreate) error {
	if err := x.fresh(); err != nil {
		return err
	}
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	m := &Meeting{ID: x.Cmd.Target.ID, Unit: a.Unit}
	if err := x.mayMeeting(m); err != nil {
		return err
	}
	m.Creator, m.Created = x.Actor.Person, x.Now
	if err := x.schedule(m, a.Fields); err != nil {
		return err
	}
	if err := x.invite(m, a.People); err != nil {
		return err
	}
	x.inviteOutsiders(m, a.Outsiders)
	x.logMeeting(m, MeetingDraft, "", "")
	return x.putMeeting(m)
}

// maxMeeting is the longest a meeting may be planned.
const maxMeeting = Time(31 * 24 * 3600 * 1000)

// schedule sets what the schedule says.
func (x *Exec) schedule(m *Meeting, f MeetingFields) error {
	switch {
	case f.Start == 0 || f.End <= f.Start || f.End-f.Start > maxMeeting:
		return Refuse(Invalid, "meeting.bad_span")
	case f.Room != "" && x.Dir.Room(f.Room) == nil:
		return Refuse(Invalid, "meeting.unknown_room").With("room", string(f.Room))
	case f.Secret && !m.Secret && m.hasMaterials():
		return Refuse(Conflict, "meeting.secret_with_materials")
	case f.Secret && m.Points > 0:
		return Refuse(Conflict, "meeting.secret_with_points")
	case !f.Secret && m.Secret:
		return Refuse(Invalid, "meeting.stays_secret")
	}
	before := m.invites()
	m.Title, m.Content, m.Class, m.Form = f.Title, f.Content, f.Class, f.Form
	m.Start, m.End, m.Room, m.Place, m.Secret = f.Start, f.End, f.Room, f.Place, f.Secret
	m.Rules = MeetingRules{QuorumPercent: f.QuorumPercent, SubstitutesVote: f.SubstitutesVote, SpeechMinutes: f.SpeechMinutes,
		MaterialsDue: f.MaterialsDue, CheckInFrom: f.CheckInFrom, OpenQueue: f.OpenQueue, WithQuestionTime: f.WithQuestionTime}
	if m.Revision == 0 || m.invites() != before {
		m.Revision++
	}
	return nil
}

// invites is what an invitation tells: with another, it is of another revision.
func (m *Meeting) invites() MeetingFields {
	return MeetingFields{Title: m.Title, Form: m.Form, Start: m.Start, End: m.End, Room: m.Room, Place: m.Place}
}

func (m *Meeting) hasMaterials() bool {
	for _, k := range m.Parts {
		if k == KindMaterial {
			return true
		}
	}
	return false
}

// Fields are what the schedule says now.
func (m *Meeting) Fields() MeetingFields {
	r := m.Rules
	return MeetingFields{Title: m.Title, Content: m.Content, Class: m.Class, Form: m.Form, Start: m.Start, End: m.End,
		Room: m.Room, Place: m.Place, Secret: m.Secret, QuorumPercent: r.QuorumPercent, SubstitutesVote: r.SubstitutesVote,
		SpeechMinutes: r.SpeechMinutes, MaterialsDue: r.MaterialsDue, CheckInFrom: r.CheckInFrom, OpenQueue: r.OpenQueue,
		WithQuestionTime: r.WithQuestionTime}
}

// invite adds participants or changes what the organiser says of them.
func (x *Exec) invite(m *Meeting, people []Invitee) error {
	if m.Participants == nil {
		m.Participants = map[ID]Participant{}
	}
	for _, in := range people {
		if err := x.invitee(m, in); err != nil {
			return err
		}
		p, known := m.Participants[in.ID]
		p.Role, p.Voting, p.Unit, p.Title, p.Order, p.Seat = in.Role, in.Voting && !in.Unit, in.Unit, in.Title, in.Order, in.Seat
		if !known {
			p.Reply, p.Office = ReplyPending, x.seatOf(in)
		}
		m.Participants[in.ID] = p
	}
	return x.oneChair(m)
}

// invitee refuses somebody whom the directory does not have, or has lost.
func (x *Exec) invitee(m *Meeting, in Invitee) error {
	bad := func(reason string) error { return Refuse(Invalid, reason).With("person", string(in.ID)) }
	old, known := m.Participants[in.ID]
	switch {
	case known && old.Unit != in.Unit:
		return bad("meeting.unknown_person")
	case in.Unit:
		if u := x.Dir.Unit(in.ID); u == nil || !u.Span.On(x.today()) {
			return bad("meeting.unknown_unit")
		}
		if in.Role == MeetingChair || in.Role == MeetingSecretary || in.Role == MeetingOperator {
			return bad("meeting.role_for_person")
		}
	default:
		if p := x.Dir.Person(in.ID); p == nil || p.Closed && !known {
			return bad("meeting.unknown_person")
		}
	}
	return nil
}

// seatOf is the office that somebody comes from.
func (x *Exec) seatOf(in Invitee) ID {
	if in.Unit {
		return x.Dir.OfficeID(in.ID, x.today())
	}
	if post, ok := x.Dir.Person(in.ID).MainPost(x.today()); ok {
		return x.Dir.OfficeID(post.Unit, x.today())
	}
	return ""
}

func (x *Exec) oneChair(m *Meeting) error {
	if chairs := m.Holding(MeetingChair); len(chairs) > 1 {
		return Refuse(Invalid, "meeting.many_chairs").With("person", string(chairs[1]))
	}
	return nil
}

func editMeeting(x *Exec, a *MeetingEdit) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	if err := x.schedule(m, a.Fields); err != nil {
		return err
	}
	x.logMeeting(m, "", a.Text, "")
	return x.putMeeting(m)
}

func (x *Exec) inviteOutsiders(m *Meeting, people []OutsiderInvite) {
	for i, o := range people {
		if m.Outsiders == nil {
			m.Outsiders = map[CommandID]Outsider{}
		}
		role := o.Role
		if role == "" {
			role = MeetingGuest
		}
		m.Outsiders[FileKey(x.Cmd.ID, i)] = Outsider{Name: o.Name, Organ: o.Organ, Title: o.Title, Role: role, Phone: o.Phone}
	}
}

func setPeople(x *Exec, a *SetPeople) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	for _, id := range a.Remove {
		if m.InSession() && m.Participants[id].Role == MeetingChair && len(a.Set) == 0 {
			return Refuse(Invalid, "meeting.needs_chair")
		}
		m.takeOut(id)
	}
	if err := x.invite(m, a.Set); err != nil {
		return err
	}
	x.inviteOutsiders(m, a.Outsiders)
	for _, id := range a.Drop {
		delete(m.Outsiders, id)
	}
	x.logMeeting(m, "", "", "")
	return x.putMeeting(m)
}

func submitMeeting(x *Exec, a *MeetingSubmit) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if a.To != "" && !x.Dir.HasRole(a.To, m.Unit, x.today(), RoleLeader, RoleDeputy, RoleHead) {
		return Refuse(Invalid, "meeting.not_approver").With("person", string(a.To))
	}
	if err := publishable(m); err != nil {
		return err
	}
	m.Approver = a.To
	x.logMeeting(m, MeetingPending, a.Text, a.To)
	return x.putMeeting(m)
}

// publishable refuses a schedule that cannot be published.
func publishable(m *Meeting) error {
	switch {
	case len(m.Holding(MeetingChair)) == 0:
		return Refuse(Invalid, "meeting.needs_chair")
	case m.Room == "" && m.Place == "" && m.Form != Online:
		return Refuse(Invalid, "meeting.needs_place")
	}
	return nil
}

func sendBackMeeting(x *Exec, a *MeetingNote) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if a.Text == "" {
		return Refuse(Invalid, "reason.missing")
	}
	x.logMeeting(m, MeetingDraft, a.Text, "")
	return x.putMeeting(m)
}

// publishMeeting approves the schedule and sends it out: from now on everybody
// invited holds the meeting.
func publishMeeting(x *Exec, a *MeetingNote) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if err := publishable(m); err != nil {
		return err
	}
	if m.Published == 0 {
		m.Published = x.Now
	}
	x.logMeeting(m, MeetingInvited, a.Text, "")
	if _, ok, err := partOf[*Session](x, Key{KindSession, SessionID(m.ID)}); err != nil {
		return err
	} else if !ok {
		s := &Session{ID: SessionID(m.ID), PartOf: PartOf{Meeting: m.ID}, Host: HostServer, Epoch: firstEpoch}
		if _, err := x.putPart(m, s); err != nil {
			return err
		}
	}
	return x.putMeeting(m)
}

func postponeMeeting(x *Exec, a *MeetingNote) error {
	return x.endMeeting(a, MeetingPostponed)
}

func cancelMeeting(x *Exec, a *MeetingNote) error {
	return x.endMeeting(a, MeetingCancelled)
}

func (x *Exec) endMeeting(a *MeetingNote, to MeetingStatus) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if a.Text == "" {
		return Refuse(Invalid, "reason.missing")
	}
	x.logMeeting(m, to, a.Text, "")
	return x.putMeeting(m)
}
