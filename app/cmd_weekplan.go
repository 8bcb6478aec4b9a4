package app

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
)

func init() {
	define("week.edit.1", KindWeekPlan, editWeek)
	define("week.submit.1", KindWeekPlan, submitWeek)
	define("week.approve.1", KindWeekPlan, approveWeek)
	define("week.send_back.1", KindWeekPlan, sendBackWeek)
	define("week.publish.1", KindWeekPlan, publishWeek)
}

// WeekEdit adds, changes and takes out lines of a week's work calendar
// (week.edit.1; target: WeekPlanID(unit, monday)); the first one makes it. Two
// people may work on one plan at once.
type WeekEdit struct {
	Unit   ID          `cbor:"1,keyasint" json:"unit" minLength:"1" maxLength:"64"`
	Monday Date        `cbor:"2,keyasint" json:"monday"`
	Set    []PlanLine  `cbor:"3,keyasint,omitempty" json:"set,omitempty" maxItems:"200"`
	Remove []CommandID `cbor:"4,keyasint,omitempty" json:"remove,omitempty" maxItems:"200"`
}

// PlanLine is one line as a person writes it.
type PlanLine struct {
	Key     CommandID `cbor:"1,keyasint,omitempty" json:"key,omitempty" doc:"line to change; absent: a new one"`
	Start   Time      `cbor:"2,keyasint" json:"start"`
	End     Time      `cbor:"3,keyasint,omitempty" json:"end,omitempty"`
	Title   string    `cbor:"4,keyasint" json:"title" minLength:"1" maxLength:"1000"`
	Place   string    `cbor:"5,keyasint,omitempty" json:"place,omitempty" maxLength:"200"`
	Leaders []ID      `cbor:"6,keyasint,omitempty" json:"leaders,omitempty" maxItems:"30" doc:"lãnh đạo chủ trì, dự"`
	Attend  string    `cbor:"7,keyasint,omitempty" json:"attend,omitempty" maxLength:"1000" doc:"thành phần"`
	Unit    ID        `cbor:"8,keyasint,omitzero" json:"unit,omitempty" maxLength:"64" doc:"that prepares it"`
	Car     string    `cbor:"9,keyasint,omitempty" json:"car,omitempty" maxLength:"100" doc:"phương tiện"`
	Note    string    `cbor:"10,keyasint,omitempty" json:"note,omitempty" maxLength:"500"`
	Meeting ID        `cbor:"11,keyasint,omitzero" json:"meeting,omitempty" maxLength:"64" doc:"when it is a meeting here; a meeting has one line"`
}

// WeekSubmit asks for the approval of a plan (week.submit.1).
type WeekSubmit struct {
	To ID `cbor:"1,keyasint,omitzero" json:"to,omitempty" maxLength:"64" doc:"absent: any leader or deputy"`
}

// MeetingLine is the key of the line that a meeting has in every plan, so that
// two who take it in at once write the same line.
func MeetingLine(meeting ID) CommandID {
	const top = 1 << 52
	sum := sha256.Sum256([]byte(meeting))
	return CommandID(binary.BigEndian.Uint64(sum[:8])&(top-1) | top)
}

// weekPlan loads the plan that is the target, or makes a new one where this
// machine holds none. Permission is asked for before anything is loaded: of a
// plan that is not for him nobody hears whether it exists.
func (x *Exec) weekPlan(unit ID, monday Date) (*WeekPlan, error) {
	if monday.Weekday() != 1 || x.Cmd.Target.ID != WeekPlanID(unit, monday) {
		return nil, Refuse(Invalid, "command.bad_target")
	}
	if _, err := x.office(unit); err != nil {
		return nil, err
	}
	w := &WeekPlan{ID: x.Cmd.Target.ID, Unit: unit, Monday: monday}
	if err := x.mayWeek(w); err != nil {
		return nil, err
	}
	old, ok, err := previous[*WeekPlan](x)
	if err != nil || !ok {
		return w, err
	}
	return old, x.mayWeek(old)
}

// openWeek loads a plan that must be there.
func (x *Exec) openWeek() (*WeekPlan, error) {
	w, ok, err := previous[*WeekPlan](x)
	if err != nil {
		return nil, err
	}
	if !ok || !intersects(x.Dir.Scopes(x.Actor.Person, x.Now), ScopesOf(w, x.Dir)) {
		return nil, Refuse(NotFound, "week.not_found")
	}
	return w, x.mayWeek(w)
}

func (x *Exec) mayWeek(w *WeekPlan) error {
	dec := Can(x.Dir, x.Actor, x.action(), w)
	switch {
	case dec.Allow:
		return nil
	case dec.Reason == "can.wrong_state":
		return Refuse(Conflict, "week.wrong_state").With("state", string(w.State))
	}
	return Refuse(Forbidden, dec.Reason)
}

func editWeek(x *Exec, a *WeekEdit) error {
	w, err := x.weekPlan(a.Unit, a.Monday)
	if err != nil {
		return err
	}
	if w.Entries == nil {
		w.Entries = map[CommandID]PlanEntry{}
	}
	for i, line := range a.Set {
		key, err := x.lineKey(w, line, i)
		if err != nil {
			return err
		}
		if err := x.line(w, line); err != nil {
			return err
		}
		w.Entries[key] = PlanEntry{Start: line.Start, End: line.End, Title: line.Title, Place: line.Place, Leaders: line.Leaders,
			Attend: line.Attend, Unit: line.Unit, Car: line.Car, Note: line.Note, Meeting: line.Meeting, Revised: w.Entries[key].Revised,
			By: x.Actor.Person}
	}
	for _, key := range a.Remove {
		if e, ok := w.Entries[key]; ok && e.Removed == 0 {
			e.Removed = x.Now
			w.Entries[key] = e
		}
	}
	if w.lines() > maxPlanLines {
		return Refuse(Invalid, "field.too_many").With("field", "set").With("max", maxPlanLines)
	}
	if w.State != PlanPending {
		w.State, w.Approved = PlanDraft, 0
	}
	if w.By == "" {
		w.By = x.Actor.Person
	}
	return x.Tx.Put(w)
}

// maxPlanLines is how many lines a week may have.
const maxPlanLines = 500

// lineKey is the key under which a line is kept.
func (x *Exec) lineKey(w *WeekPlan, line PlanLine, i int) (CommandID, error) {
	switch {
	case line.Key == 0 && line.Meeting != "":
		return MeetingLine(line.Meeting), nil
	case line.Key == 0:
		return FileKey(x.Cmd.ID, i), nil
	}
	if _, ok := w.Entries[line.Key]; !ok {
		return 0, Refuse(NotFound, "week.no_line")
	}
	return line.Key, nil
}

// line refuses a line that cannot be.
func (x *Exec) line(w *WeekPlan, line PlanLine) error {
	if line.Start < w.Monday.Start() || line.Start >= (w.Monday+7).Start() || line.End != 0 && (line.End <= line.Start || line.End > (w.Monday+7).Start()) {
		return Refuse(Invalid, "week.bad_time")
	}
	for _, p := range line.Leaders {
		if x.Dir.Person(p) == nil {
			return Refuse(Invalid, "meeting.unknown_person").With("person", string(p))
		}
	}
	if line.Unit != "" && x.Dir.Unit(line.Unit) == nil {
		return Refuse(Invalid, "meeting.unknown_unit").With("person", string(line.Unit))
	}
	if line.Meeting == "" {
		return nil
	}
	m, err := x.meeting(line.Meeting)
	if err != nil {
		return err
	}
	if m.Secret {
		return Refuse(Invalid, "week.secret_meeting")
	}
	return nil
}

func submitWeek(x *Exec, a *WeekSubmit) error {
	w, err := x.openWeek()
	if err != nil {
		return err
	}
	if w.lines() == 0 {
		return Refuse(Invalid, "week.empty")
	}
	if a.To != "" && !x.Dir.HasRole(a.To, w.Unit, x.today(), RoleLeader, RoleDeputy) {
		return Refuse(Invalid, "week.not_approver").With("person", string(a.To))
	}
	w.State, w.By, w.Approver, w.Submitted, w.Reason = PlanPending, x.Actor.Person, a.To, x.Now, ""
	return x.Tx.Put(w)
}

func approveWeek(x *Exec, _ *Empty) error {
	w, err := x.openWeek()
	if err != nil {
		return err
	}
	if w.lines() == 0 {
		return Refuse(Invalid, "week.empty")
	}
	w.State, w.Approver, w.Approved, w.Reason = PlanApproved, x.Actor.Self(), x.Now, ""
	return x.Tx.Put(w)
}

func sendBackWeek(x *Exec, a *Reason) error {
	w, err := x.openWeek()
	if err != nil {
		return err
	}
	w.State, w.Approved, w.Reason = PlanDraft, 0, a.Text
	return x.Tx.Put(w)
}

// publishWeek shows the plan to everybody. What differs from what was shown
// before is marked with the new revision; lines that were gone before are forgotten.
func publishWeek(x *Exec, _ *Empty) error {
	w, err := x.openWeek()
	if err != nil {
		return err
	}
	w.Revision++
	for key, e := range w.Entries {
		was, shown := w.Shown[key]
		if e.Removed != 0 && (!shown || was.Removed != 0) {
			delete(w.Entries, key)
			continue
		}
		if !shown || !e.Same(was) {
			e.Revised = w.Revision
			w.Entries[key] = e
		}
	}
	w.Shown = maps.Clone(w.Entries)
	w.State, w.Published = PlanPublished, x.Now
	return x.Tx.Put(w)
}

// Same reports whether two lines say the same to a reader.
func (e PlanEntry) Same(o PlanEntry) bool {
	return e.Start == o.Start && e.End == o.End && e.Title == o.Title && e.Place == o.Place && slices.Equal(e.Leaders, o.Leaders) &&
		e.Attend == o.Attend && e.Unit == o.Unit && e.Car == o.Car && e.Note == o.Note && (e.Removed == 0) == (o.Removed == 0)
}

// lines counts those that are not taken out.
func (w *WeekPlan) lines() (n int) {
	for _, e := range w.Entries {
		if e.Removed == 0 {
			n++
		}
	}
	return n
}
