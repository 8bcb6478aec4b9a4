package app

import "slices"

func init() {
	define("assignment.give.1", KindAssignment, giveAssignment)
	define("assignment.accept.1", KindAssignment, acceptAssignment)
	define("assignment.progress.1", KindAssignment, progressAssignment)
	define("assignment.report.1", KindAssignment, reportAssignment)
	define("assignment.confirm.1", KindAssignment, confirmAssignment)
	define("assignment.send_back.1", KindAssignment, sendBackAssignment)
	define("assignment.extend.1", KindAssignment, extendAssignment)
	define("assignment.remind.1", KindAssignment, remindAssignment)
	define("assignment.cancel.1", KindAssignment, cancelAssignment)

	giving := []MeetingStatus{MeetingLive, MeetingPaused, MeetingFinished, MeetingConcluded}
	meetingRule("assignment.give", meetingClause{relMeetSecretary, giving}, meetingClause{relMeetChair, giving})
}

// AssignmentGive gives a task out of a meeting (assignment.give.1; target: new
// id). It is the chair's, whoever of the officials enters it.
type AssignmentGive struct {
	Meeting    ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Conclusion CommandID `cbor:"2,keyasint,omitempty" json:"conclusion,omitempty"`
	Owner      ID        `cbor:"3,keyasint" json:"owner" minLength:"1" maxLength:"64" doc:"person, or unit"`
	OwnerUnit  bool      `cbor:"4,keyasint,omitempty" json:"ownerUnit,omitempty"`
	Assist     []ID      `cbor:"5,keyasint,omitempty" json:"assist,omitempty" maxItems:"50" doc:"persons and units"`
	Follower   ID        `cbor:"6,keyasint,omitzero" json:"follower,omitempty" maxLength:"64" doc:"absent: who enters it"`
	Text       string    `cbor:"7,keyasint" json:"text" minLength:"1" maxLength:"4000"`
	Due        Date      `cbor:"8,keyasint,omitempty" json:"due,omitempty"`
}

// AssignmentNote goes with a step that needs no words: assignment.accept.1,
// assignment.confirm.1, assignment.remind.1 (đôn đốc).
type AssignmentNote struct {
	Text string `cbor:"1,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// AssignmentText goes with a step that needs them: assignment.report.1 (báo cáo
// kết quả), assignment.send_back.1, assignment.cancel.1.
type AssignmentText struct {
	Text string `cbor:"1,keyasint" json:"text" minLength:"1" maxLength:"4000"`
}

// AssignmentProgress says how far it is (assignment.progress.1).
type AssignmentProgress struct {
	Percent int    `cbor:"1,keyasint" json:"percent" minimum:"0" maximum:"100"`
	Text    string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// AssignmentExtend gives a later day (assignment.extend.1).
type AssignmentExtend struct {
	Due  Date   `cbor:"1,keyasint" json:"due"`
	Text string `cbor:"2,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

func giveAssignment(x *Exec, a *AssignmentGive) error {
	m, err := x.openMeeting(a.Meeting)
	if err != nil {
		return err
	}
	if err := x.fresh(); err != nil {
		return err
	}
	if m.Secret {
		return Refuse(Forbidden, "minutes.secret")
	}
	if err := x.assignable(a); err != nil {
		return err
	}
	n := &Assignment{ID: x.Cmd.Target.ID, PartOf: PartOf{Meeting: m.ID}, Unit: m.Unit, Giver: x.Actor.Person, Follower: a.Follower,
		Owner: a.Owner, OwnerUnit: a.OwnerUnit, Assist: sortedSet(a.Assist), Text: a.Text, Due: a.Due, State: AssignmentNew,
		Since: x.Now, Created: x.Now, Conclusion: a.Conclusion}
	if chairs := m.Holding(MeetingChair); len(chairs) > 0 {
		n.Giver = chairs[0]
	}
	if n.Follower == "" && n.Giver != x.Actor.Person && !x.Actor.System {
		n.Follower = x.Actor.Person
	}
	x.logAssignment(n, AssignmentStep{Due: a.Due}, AssignmentNew)
	return x.keepPart(m, n)
}

// assignable refuses an owner, helper or follower whom the directory does not have.
func (x *Exec) assignable(a *AssignmentGive) error {
	bad := func(id ID) error { return Refuse(Invalid, "assignment.unknown_owner").With("person", string(id)) }
	if !x.works(a.Owner, a.OwnerUnit) {
		return bad(a.Owner)
	}
	for _, id := range a.Assist {
		if id == a.Owner || !x.works(id, false) && !x.works(id, true) {
			return bad(id)
		}
	}
	if a.Follower != "" && !x.works(a.Follower, false) {
		return bad(a.Follower)
	}
	return nil
}

// works reports whether the province has the person, or the unit, today.
func (x *Exec) works(id ID, unit bool) bool {
	if unit {
		u := x.Dir.Unit(id)
		return u != nil && u.Span.On(x.today())
	}
	p := x.Dir.Person(id)
	return p != nil && !p.Closed
}

// assignment loads the target and checks that the actor may give this command
// on it. Of two people who act at once the second is told who was quicker.
func (x *Exec) assignment() (*Assignment, error) {
	r, ok, err := partOf[*Assignment](x, x.Cmd.Target)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Refuse(NotFound, "assignment.not_found")
	}
	if x.Actor.System { // of whom Can asks nothing
		if !slices.Contains(assignmentPolicy[x.action()].in, r.State) {
			return nil, wrongAssignmentState(r)
		}
		return r, nil
	}
	switch dec := Can(x.Dir, x.Actor, x.action(), r); {
	case dec.Allow:
		return r, nil
	case dec.Reason == "can.not_visible":
		return nil, Refuse(NotFound, "assignment.not_found")
	case dec.Reason == "can.wrong_state":
		return nil, wrongAssignmentState(r)
	default:
		return nil, Refuse(Forbidden, dec.Reason)
	}
}

func wrongAssignmentState(r *Assignment) *Error {
	e := Refuse(Conflict, "assignment.wrong_state").With("state", string(r.State))
	if s, ok := r.LastChange(); ok {
		e = e.With("by", string(s.By)).With("at", int64(s.At)).With("step", s.Name)
	}
	return e
}

// LastChange is the step that brought the assignment into its present state.
func (r *Assignment) LastChange() (AssignmentStep, bool) {
	var last AssignmentStep
	var key CommandID
	for id, s := range r.History {
		if s.State != "" && (s.At > last.At || s.At == last.At && id >= key) {
			last, key = s, id
		}
	}
	return last, key != 0
}

// logAssignment writes the command into the history and, unless to is empty,
// moves the assignment to that state.
func (x *Exec) logAssignment(r *Assignment, s AssignmentStep, to AssignmentState) {
	s.Name, s.By, s.OnBehalf, s.At = string(x.action()), x.Actor.Person, x.onBehalf(), x.Now
	for k, earlier := range r.History {
		if k != x.Cmd.ID {
			s.At = max(s.At, earlier.At+1)
		}
	}
	if to != "" && (to != r.State || len(r.History) == 0) {
		r.State, r.Since, s.State = to, x.Now, to
	}
	if r.History == nil {
		r.History = map[CommandID]AssignmentStep{}
	}
	r.History[x.Cmd.ID] = s
}

// stepTo is a step that only changes the state. Who holds the assignment was
// settled when it was given, and stays: the meeting may not be on this machine.
func (x *Exec) stepTo(s AssignmentStep, to AssignmentState, more func(*Assignment)) error {
	r, err := x.assignment()
	if err != nil {
		return err
	}
	if more != nil {
		more(r)
	}
	x.logAssignment(r, s, to)
	return x.Tx.Put(r)
}

func acceptAssignment(x *Exec, a *AssignmentNote) error {
	return x.stepTo(AssignmentStep{Text: a.Text}, AssignmentAccepted, nil)
}

func progressAssignment(x *Exec, a *AssignmentProgress) error {
	return x.stepTo(AssignmentStep{Text: a.Text, Progress: a.Percent}, AssignmentDoing, func(r *Assignment) { r.Progress = a.Percent })
}

func reportAssignment(x *Exec, a *AssignmentText) error {
	return x.stepTo(AssignmentStep{}, AssignmentReported, func(r *Assignment) {
		if r.Reports == nil {
			r.Reports = map[CommandID]Remark{}
		}
		r.Reports[x.Cmd.ID] = Remark{By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now, Text: a.Text}
		r.Reported, r.Reason = x.claimedDay(), ""
	})
}

// claimedDay is the day on which the command was given, and never one before
// the last that its machine had heard of from the server.
func (x *Exec) claimedDay() Date {
	return min(max(x.givenDay(), x.Cmd.ServerSeen.Date()), x.today())
}

// Late reports whether it came, or is, after its day.
func (r *Assignment) Late(today Date) bool {
	switch r.State {
	case AssignmentDone, AssignmentCancelled:
		return false
	case AssignmentDoneLate:
		return true
	case AssignmentReported:
		return r.Due != 0 && r.Reported > r.Due
	}
	return r.Due != 0 && today > r.Due
}

// Open reports whether something is still to be done.
func (r *Assignment) Open() bool { return slices.Contains(assignmentOpen, r.State) }

func confirmAssignment(x *Exec, a *AssignmentNote) error {
	r, err := x.assignment()
	if err != nil {
		return err
	}
	to := AssignmentDone
	if r.Due != 0 && r.Reported > r.Due {
		to = AssignmentDoneLate
	}
	r.Progress = 100
	x.logAssignment(r, AssignmentStep{Text: a.Text}, to)
	return x.Tx.Put(r)
}

func sendBackAssignment(x *Exec, a *AssignmentText) error {
	return x.stepTo(AssignmentStep{Text: a.Text}, AssignmentDoing, func(r *Assignment) { r.Reason = a.Text })
}

func cancelAssignment(x *Exec, a *AssignmentText) error {
	return x.stepTo(AssignmentStep{Text: a.Text}, AssignmentCancelled, func(r *Assignment) { r.Reason = a.Text })
}

func extendAssignment(x *Exec, a *AssignmentExtend) error {
	r, err := x.assignment()
	if err != nil {
		return err
	}
	if a.Due <= r.Due || a.Due == 0 || r.Due == 0 {
		return Refuse(Invalid, "assignment.not_later").With("due", r.Due.String())
	}
	r.Due = a.Due
	x.logAssignment(r, AssignmentStep{Text: a.Text, Due: a.Due}, "")
	return x.Tx.Put(r)
}

// remindAssignment adds a reminder; reminders commute.
func remindAssignment(x *Exec, a *AssignmentNote) error {
	return x.stepTo(AssignmentStep{}, "", func(r *Assignment) {
		if r.Reminders == nil {
			r.Reminders = map[CommandID]Reminder{}
		}
		r.Reminders[x.Cmd.ID] = Reminder{By: x.Actor.Person, At: x.Now, Text: a.Text}
	})
}
