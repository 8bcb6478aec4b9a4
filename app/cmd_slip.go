package app

import (
	"errors"
	"slices"
)

// Actions on an opinion slip. One of a meeting is for those who run the meeting,
// one outside meetings for whoever made it and for the head of the agency.
func init() {
	define("slip.create.1", KindSlip, createSlip)
	define("slip.edit.1", KindSlip, editSlip)
	define("slip.send.1", KindSlip, sendSlip)
	define("slip.remind.1", KindSlip, remindSlip)
	define("slip.close.1", KindSlip, closeSlip)
	define("slip.cancel.1", KindSlip, cancelSlip)
	define("slip.content_stored.1", KindSlip, slipStored, system)
	define("slipanswer.give.1", KindSlipAnswer, answerSlip)

	for _, act := range SlipActions {
		meetingRule(act, meetingClause{relMeetSecretary, meetingWorkable}, meetingClause{relMeetChair, meetingWorkable})
	}
}

// SlipActions in the order of buttons; the first makes a slip.
var SlipActions = []Action{"slip.create", "slip.edit", "slip.send", "slip.remind", "slip.close", "slip.cancel"}

func canSlip(c *Actor, act Action, s *OpinionSlip, yes func(Grant, bool, string) Decision) Decision {
	if act == "slip.create" {
		g, ok := c.works(s.Unit)
		return yes(g, ok, "staff")
	}
	if !slices.Contains(SlipActions, act) {
		return Decision{Action: act, Reason: "can.unknown_action"}
	}
	if g, ok := c.role(s.Unit, RoleLeader); ok && s.State != SlipDraft {
		return yes(g, true, "leader")
	}
	return yes(Grant{}, s.Creator == c.Person && c.Delegation == "", "owner")
}

// SlipCreate prepares an opinion slip (slip.create.1; target: new id), of a
// meeting or by itself.
type SlipCreate struct {
	Unit      ID          `cbor:"1,keyasint" json:"unit" doc:"the office that asks"`
	Meeting   ID          `cbor:"2,keyasint,omitzero" json:"meeting,omitempty"`
	Title     string      `cbor:"3,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Text      string      `cbor:"4,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	Due       Time        `cbor:"5,keyasint" json:"due"`
	Silence   SilenceRule `cbor:"6,keyasint,omitempty" json:"silence,omitempty" enum:",none,agree" doc:"what no answer means"`
	Asked     []ID        `cbor:"7,keyasint" json:"asked" minItems:"1" maxItems:"2500"`
	Threshold Threshold   `cbor:"8,keyasint,omitempty" json:"threshold,omitempty" enum:",QUA_NUA,HAI_PHAN_BA,TAT_CA" doc:"of all who are asked"`
	Files     []NewFile   `cbor:"9,keyasint,omitempty" json:"files,omitempty" maxItems:"20"`
}

// SlipNote goes with a step of a slip (slip.send.1, remind.1, close.1).
type SlipNote struct{}

// SlipCancel takes a slip back (slip.cancel.1).
type SlipCancel struct {
	Text string `cbor:"1,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

// SlipAnswerGive answers a slip (slipanswer.give.1; target SlipAnswerID(slip,
// person)). Until the slip's deadline a later answer takes its place.
type SlipAnswerGive struct {
	Slip   ID     `cbor:"1,keyasint" json:"slip"`
	Answer Choice `cbor:"2,keyasint" json:"answer" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC"`
	Text   string `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	// Given and Proof are written by the machine on which it is given: see [Prove].
	Given Time  `cbor:"4,keyasint,omitempty" json:"-"`
	Proof Proof `cbor:"5,keyasint,omitzero" json:"-"`
}

func (a *SlipAnswerGive) answer(person ID) *SlipAnswer {
	return &SlipAnswer{ID: SlipAnswerID(a.Slip, person), Slip: a.Slip, Person: person, Answer: a.Answer, Text: a.Text,
		Given: a.Given, Proof: a.Proof}
}

// slip loads a slip and its meeting, if it has one, for somebody who may see it.
func (x *Exec) slip(id ID) (*OpinionSlip, *Meeting, error) {
	s, ok, err := partOf[*OpinionSlip](x, Key{KindSlip, id})
	if err != nil {
		return nil, nil, err
	}
	if !ok || !x.Actor.System && !intersects(x.Dir.Scopes(x.Actor.Person, x.Actor.At), s.Holders) {
		return nil, nil, Refuse(NotFound, "slip.not_found")
	}
	if s.Meeting == "" {
		return s, nil, nil
	}
	m, err := x.meeting(s.Meeting)
	return s, m, err
}

// openSlip loads the target for a command about it.
func (x *Exec) openSlip(in ...SlipState) (*OpinionSlip, *Meeting, error) {
	s, m, err := x.slip(x.Cmd.Target.ID)
	if err != nil {
		return nil, nil, err
	}
	if err := x.maySlip(s, m); err != nil {
		return nil, nil, err
	}
	if !slices.Contains(in, s.State) {
		return nil, nil, Refuse(Conflict, "slip.wrong_state").With("state", string(s.State))
	}
	return s, m, nil
}

func (x *Exec) maySlip(s *OpinionSlip, m *Meeting) error {
	if m != nil {
		return x.mayMeeting(m)
	}
	if dec := Can(x.Dir, x.Actor, x.action(), s); !dec.Allow {
		return Refuse(Forbidden, dec.Reason)
	}
	return nil
}

func (x *Exec) putSlip(s *OpinionSlip, m *Meeting) error {
	told, err := x.putPart(m, s)
	if err == nil && told {
		err = x.Tx.Put(m)
	}
	return err
}

func createSlip(x *Exec, a *SlipCreate) error {
	if err := x.fresh(); err != nil {
		return err
	}
	s := &OpinionSlip{ID: x.Cmd.Target.ID, PartOf: PartOf{Meeting: a.Meeting}, Unit: a.Unit, Creator: x.Actor.Person, State: SlipDraft}
	s.ask(SlipEdit{Title: a.Title, Text: a.Text, Due: a.Due, Silence: a.Silence, Asked: a.Asked, Threshold: a.Threshold})
	var m *Meeting
	if a.Meeting != "" {
		var err error
		if m, err = x.meeting(a.Meeting); err != nil {
			return err
		}
		s.Unit = m.Unit
	} else if _, err := x.office(a.Unit); err != nil {
		return err
	}
	if err := x.maySlip(s, m); err != nil {
		return err
	}
	if err := x.askable(s, m); err != nil {
		return err
	}
	if err := x.attachToSlip(s, m, a.Files); err != nil {
		return err
	}
	return x.putSlip(s, m)
}

// askable refuses people who cannot answer, and a deadline that has passed.
func (x *Exec) askable(s *OpinionSlip, m *Meeting) error {
	if s.Due <= x.Now {
		return Refuse(Invalid, "slip.due_passed")
	}
	for _, id := range s.Asked {
		p := x.Dir.Person(id)
		if p == nil || p.Closed {
			return Refuse(Invalid, "meeting.unknown_person").With("person", string(id))
		}
		if m != nil {
			if in, ok := m.Participants[id]; !ok || in.Unit {
				return Refuse(Invalid, "slip.not_invited").With("person", string(id))
			}
		}
	}
	return nil
}

func sendSlip(x *Exec, _ *SlipNote) error {
	s, m, err := x.openSlip(SlipDraft)
	if err != nil {
		return err
	}
	if err := x.askable(s, m); err != nil {
		return err
	}
	s.State, s.Sent = SlipSent, x.Now
	return x.putSlip(s, m)
}

func remindSlip(x *Exec, _ *SlipNote) error {
	s, m, err := x.openSlip(SlipSent)
	if err != nil {
		return err
	}
	if s.Reminders == nil {
		s.Reminders = map[CommandID]Time{}
	}
	s.Reminders[x.Cmd.ID] = x.Now
	return x.putSlip(s, m)
}

func cancelSlip(x *Exec, a *SlipCancel) error {
	s, m, err := x.openSlip(SlipDraft, SlipSent)
	if err != nil {
		return err
	}
	s.State, s.Reason, s.Closed = SlipCancelled, a.Text, x.Now
	return x.putSlip(s, m)
}

// closeSlip counts the answers. The system closes a slip when it is due, a
// person when he has heard enough.
func closeSlip(x *Exec, _ *SlipNote) error {
	s, m, err := x.openSlip(SlipSent)
	if err != nil {
		return err
	}
	if x.Actor.System && x.Now < s.Due {
		return Refuse(Conflict, "slip.not_due")
	}
	var answers []SlipAnswer
	for _, p := range s.Asked {
		a, ok, err := partOf[*SlipAnswer](x, Key{KindSlipAnswer, SlipAnswerID(s.ID, p)})
		if err != nil {
			return err
		}
		if ok {
			answers = append(answers, *a)
		}
	}
	s.State, s.Closed = SlipClosed, x.Now
	s.Result, s.Silent = TallySlip(s, answers)
	return x.putSlip(s, m)
}

// TallySlip counts the answers to a slip, and says who gave none in time. The
// silent count as agreeing only where the slip says so; they are not cast.
func TallySlip(s *OpinionSlip, answers []SlipAnswer) (VoteResult, []ID) {
	v := Vote{Type: VoteNamed, Threshold: s.Threshold, Base: OfEligible, Eligible: s.Asked}
	ballots := make([]Ballot, 0, len(answers))
	for _, a := range answers {
		ballots = append(ballots, Ballot{Person: a.Person, Choice: a.Answer, At: a.At, Given: a.Given, Late: a.Late})
	}
	r := Tally(v, ballots)
	var silent []ID
	for _, p := range s.Asked {
		if _, answered := r.Named[p]; !answered {
			silent = append(silent, p)
		}
	}
	for _, a := range answers {
		if a.Late {
			r.Late++
		}
	}
	if s.Silence == SilenceAgrees {
		r.Counts[ChoiceFor] += len(silent)
		r.Passed = passes(v.Threshold, 0, v.Base, r)
	}
	return r, silent
}

func answerSlip(x *Exec, a *SlipAnswerGive) error {
	s, m, err := x.slip(a.Slip)
	if err != nil {
		return err
	}
	ans := a.answer(x.Actor.Person)
	if x.Cmd.Target.ID != ans.ID {
		return Refuse(Invalid, "command.bad_target")
	}
	if dec := Can(x.Dir, x.Actor, x.action(), ans); !dec.Allow {
		return Refuse(Forbidden, dec.Reason)
	}
	ans.Meeting, ans.Asker, ans.At = s.Meeting, s.Creator, x.Now
	ans.Late = s.State == SlipClosed || x.Now > s.Due
	if err := s.takes(ans); err != nil {
		return err
	}
	before, err := x.Tx.Get(ans.Key())
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err == nil && ans.Late && before != nil {
		return Refuse(Conflict, "slip.closed")
	}
	if err := x.checkProof(ans.Proof, ans.SignedText()); err != nil {
		return err
	}
	_, err = x.putPart(m, ans)
	return err
}

// takes refuses an answer that the slip can never take.
func (s *OpinionSlip) takes(a *SlipAnswer) error {
	switch {
	case s.State != SlipSent && s.State != SlipClosed:
		return Refuse(Conflict, "slip.wrong_state").With("state", string(s.State))
	case !slices.Contains(s.Asked, a.Person):
		return Refuse(Forbidden, "slip.not_asked")
	case a.Answer == ChoiceOther && a.Text == "":
		return Refuse(Invalid, "vote.text_missing")
	}
	return nil
}
