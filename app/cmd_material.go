package app

import "slices"

func init() {
	define("material.ask.1", KindMaterial, askMaterial)
	define("material.add.1", KindMaterial, addMaterial)
	define("material.edit.1", KindMaterial, editMaterial)
	define("material.add_version.1", KindMaterial, addMaterialVersion)
	define("material.submit.1", KindMaterial, submitMaterial)
	define("material.review.1", KindMaterial, reviewMaterial)
	define("material.set_access.1", KindMaterial, setMaterialAccess)
	define("material.open.1", KindMaterial, openMaterial)
	define("material.recall.1", KindMaterial, recallMaterial)
	define("material.remove.1", KindMaterial, removeMaterial)
	define("material.read.1", KindMaterial, readMaterial)
	define("material.content_stored.1", KindMaterial, materialStored, system)

	runs := func(in []MeetingStatus) []meetingClause {
		return []meetingClause{{relMeetSecretary, in}, {relMeetChair, in}}
	}
	prepares := append(runs(meetingWorkable), meetingClause{relMeetPreparer, meetingWorkable})
	meetingRule("material.ask", runs(meetingBefore)...)
	meetingRule("material.add", runs(meetingWorkable)...)
	meetingRule("material.edit", runs(meetingWorkable)...)
	meetingRule("material.add_version", prepares...)
	meetingRule("material.submit", prepares...)
	meetingRule("material.review", runs(meetingWorkable)...)
	meetingRule("material.set_access", runs(meetingWorkable)...)
	meetingRule("material.open", runs(meetingWorkable)...)
	meetingRule("material.recall", runs(meetingAny)...)
	meetingRule("material.remove", runs(meetingAny)...)
	meetingRule("material.read", meetingClause{relMeetParticipant, meetingAny})
	meetingRule(ActReadiness, append(runs(meetingAny), meetingClause{relMeetOperator, meetingAny})...)
}

// ActReadiness is looking at who has which material on his machine.
const ActReadiness Action = "material.readiness"

// A meeting has so many materials at most, and a material so many versions.
const (
	maxMaterials        = 200
	maxMaterialVersions = 100
)

// MaterialFields are what is said of a material beside its content.
type MaterialFields struct {
	Title    string       `cbor:"1,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Kind     MaterialKind `cbor:"2,keyasint,omitempty" json:"kind,omitempty" enum:",main,reference,draft_resolution,personal,conclusion"`
	Item     CommandID    `cbor:"3,keyasint,omitempty" json:"item,omitempty" doc:"agenda item"`
	Order    int          `cbor:"4,keyasint,omitempty" json:"order,omitempty" minimum:"0" maximum:"9999"`
	Unit     ID           `cbor:"5,keyasint,omitzero" json:"unit,omitempty" maxLength:"64" doc:"that prepares it"`
	Preparer ID           `cbor:"6,keyasint,omitzero" json:"preparer,omitempty" maxLength:"64" doc:"person who prepares it"`
	Due      Time         `cbor:"7,keyasint,omitempty" json:"due,omitempty"`
}

// MaterialAsk asks a unit or a person to prepare a material (material.ask.1;
// target: new id).
type MaterialAsk struct {
	Meeting ID             `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Fields  MaterialFields `cbor:"2,keyasint" json:"fields"`
}

// MaterialAdd adds a material with its first file (material.add.1; target: new id).
type MaterialAdd struct {
	Meeting  ID             `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Fields   MaterialFields `cbor:"2,keyasint" json:"fields"`
	File     NewFile        `cbor:"3,keyasint" json:"file"`
	Approved bool           `cbor:"4,keyasint,omitempty" json:"approved,omitempty" doc:"who adds it approves it at once"`
}

// MaterialEdit changes what is said of a material (material.edit.1).
type MaterialEdit struct {
	Meeting ID             `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Fields  MaterialFields `cbor:"2,keyasint" json:"fields"`
}

// MaterialVersionAdd hands in the first file of what was asked for, or a new
// version, whose file replaces the newest one (material.add_version.1).
type MaterialVersionAdd struct {
	Meeting ID      `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	File    NewFile `cbor:"2,keyasint" json:"file"`
	Note    string  `cbor:"3,keyasint,omitempty" json:"note,omitempty" maxLength:"2000" doc:"what has changed"`
}

// MaterialStep goes with a step that says nothing else: material.submit.1,
// material.open.1, material.recall.1, material.remove.1, material.read.1.
type MaterialStep struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
}

// MaterialDecision approves a material or rejects it (material.review.1).
type MaterialDecision struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Approve bool      `cbor:"2,keyasint,omitempty" json:"approve,omitempty"`
	Version CommandID `cbor:"3,keyasint" json:"version" doc:"that was looked at"`
	Text    string    `cbor:"4,keyasint,omitempty" json:"text,omitempty" maxLength:"2000" doc:"why it is rejected"`
}

// MaterialAccessSet says who may read a material, from when and until when, and
// what he may do with it (material.set_access.1).
type MaterialAccessSet struct {
	Meeting   ID             `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Access    MaterialAccess `cbor:"2,keyasint" json:"access" enum:"ALL,ROLE,PERSONS"`
	Roles     []MeetingRole  `cbor:"3,keyasint,omitempty" json:"roles,omitempty" maxItems:"10"`
	Persons   []ID           `cbor:"4,keyasint,omitempty" json:"persons,omitempty" maxItems:"2500" doc:"participants: persons or units"`
	OpenFrom  Time           `cbor:"5,keyasint,omitempty" json:"openFrom,omitempty" doc:"absent: when it is approved"`
	RecallAt  Time           `cbor:"6,keyasint,omitempty" json:"recallAt,omitempty" doc:"absent: it stays"`
	Print     bool           `cbor:"7,keyasint,omitempty" json:"print,omitempty"`
	Download  bool           `cbor:"8,keyasint,omitempty" json:"download,omitempty"`
	Watermark bool           `cbor:"9,keyasint,omitempty" json:"watermark,omitempty"`
}

// material loads the target and its meeting, and checks that the actor may give
// this command on it. For a person who may not see it, it is not there.
func (x *Exec) material(meeting ID) (*Meeting, *Material, error) {
	p, ok, err := partOf[*Material](x, x.Cmd.Target)
	if err != nil {
		return nil, nil, err
	}
	if !ok || p.Removed != 0 || p.Meeting != meeting || !x.holds(p) {
		return nil, nil, Refuse(NotFound, "material.not_found")
	}
	m, err := x.openMeeting(meeting, Part{Material: p})
	if err != nil {
		return nil, nil, err
	}
	return m, p, openPapers(m)
}

// holds reports whether the record is for the actor.
func (x *Exec) holds(r Record) bool {
	return x.Actor.System || intersects(x.Dir.Scopes(x.Actor.Person, x.Now), ScopesOf(r, x.Dir))
}

// openPapers refuses papers of a meeting that deals with state secrets.
func openPapers(m *Meeting) error {
	if m.Secret {
		return Refuse(Conflict, "material.secret_meeting")
	}
	return nil
}

// newMaterial begins a material of a meeting.
func (x *Exec) newMaterial(meeting ID, f MaterialFields) (*Meeting, *Material, error) {
	if err := x.fresh(); err != nil {
		return nil, nil, err
	}
	m, err := x.openMeeting(meeting)
	if err != nil {
		return nil, nil, err
	}
	if err := openPapers(m); err != nil {
		return nil, nil, err
	}
	n := 0
	for _, kind := range m.Parts {
		if kind == KindMaterial {
			n++
		}
	}
	if n >= maxMaterials {
		return nil, nil, Refuse(Conflict, "material.too_many").With("max", maxMaterials)
	}
	p := &Material{ID: x.Cmd.Target.ID, PartOf: PartOf{Meeting: m.ID}, Review: ReviewDraft, Access: AccessAll, By: x.Actor.Person}
	return m, p, x.describe(m, p, f)
}

// describe sets what is said of a material. Who is to prepare it holds the
// meeting from now on.
func (x *Exec) describe(m *Meeting, p *Material, f MaterialFields) error {
	if f.Unit != "" && f.Unit != p.Unit {
		if u := x.Dir.Unit(f.Unit); u == nil || !u.Span.On(x.today()) {
			return Refuse(Invalid, "meeting.unknown_unit").With("person", string(f.Unit))
		}
	}
	if f.Preparer != "" && f.Preparer != p.Preparer {
		if who := x.Dir.Person(f.Preparer); who == nil || who.Closed {
			return Refuse(Invalid, "meeting.unknown_person").With("person", string(f.Preparer))
		}
	}
	p.Title, p.Kind, p.Item, p.Order, p.Unit, p.Preparer, p.Due = f.Title, f.Kind, f.Item, f.Order, f.Unit, f.Preparer, f.Due
	if p.Kind == "" {
		p.Kind = MaterialMain
	}
	if m.Preparing == nil {
		m.Preparing = map[ID]bool{}
	}
	if f.Unit != "" {
		m.Preparing[f.Unit] = true
	}
	if f.Preparer != "" {
		m.Preparing[f.Preparer] = false
	}
	return nil
}

// putMaterial stores a material, and its meeting when that has changed.
func (x *Exec) putMaterial(m *Meeting, p *Material) error {
	told, err := x.putPart(m, p)
	if err != nil || !told {
		return err
	}
	return x.putMeeting(m)
}

func askMaterial(x *Exec, a *MaterialAsk) error {
	if a.Fields.Unit == "" && a.Fields.Preparer == "" {
		return Refuse(Invalid, "material.ask_whom")
	}
	m, p, err := x.newMaterial(a.Meeting, a.Fields)
	if err != nil {
		return err
	}
	return x.putMaterial(m, p)
}

func addMaterial(x *Exec, a *MaterialAdd) error {
	m, p, err := x.newMaterial(a.Meeting, a.Fields)
	if err != nil {
		return err
	}
	if err := x.putVersion(p, a.File, ""); err != nil {
		return err
	}
	if a.Approved {
		p.approved(x)
	}
	return x.putMaterial(m, p)
}

func editMaterial(x *Exec, a *MaterialEdit) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	if err := x.describe(m, p, a.Fields); err != nil {
		return err
	}
	if _, err := x.putPart(m, p); err != nil {
		return err
	}
	return x.putMeeting(m)
}

// putVersion stores a file under this command's key.
func (x *Exec) putVersion(p *Material, f NewFile, note string) error {
	if err := checkNewFile(f); err != nil {
		return err
	}
	if len(p.Versions) >= maxMaterialVersions {
		return Refuse(Invalid, "file.too_many_versions").With("max", maxMaterialVersions)
	}
	if p.Versions == nil {
		p.Versions = map[CommandID]MaterialVersion{}
	}
	p.Versions[FileKey(x.Cmd.ID, 0)] = MaterialVersion{Note: note, File: File{
		Name: f.Name, Media: f.Media, Content: f.Content, By: x.Actor.Person, At: x.Now, Replaces: f.Replaces}}
	return nil
}

// addMaterialVersion: what people read already is replaced only by those who may
// approve it; what somebody else hands in anew is looked at anew.
func addMaterialVersion(x *Exec, a *MaterialVersionAdd) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	if newest := p.Newest(); a.File.Replaces != newest {
		return p.outdated(newest)
	}
	reviews := Can(x.Dir, x.Actor, "material.review", m, Part{Material: p}).Allow
	if !reviews && p.IsOpen() {
		return Refuse(Conflict, "material.is_open")
	}
	if err := x.putVersion(p, a.File, a.Note); err != nil {
		return err
	}
	if p.Review == ReviewRejected || !reviews && p.Review == ReviewApproved {
		p.Review, p.Reason = ReviewDraft, ""
	}
	return x.putMaterial(m, p)
}

// outdated tells who was quicker.
func (m *Material) outdated(newest CommandID) error {
	f := m.Versions[newest].File
	return Refuse(Conflict, "material.newer_version").With("by", string(f.By)).With("at", int64(f.At))
}

func submitMaterial(x *Exec, a *MaterialStep) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	switch {
	case len(p.Versions) == 0:
		return Refuse(Conflict, "material.no_file")
	case p.Review != ReviewDraft && p.Review != ReviewRejected:
		return p.movedOn()
	}
	p.Review, p.Reason = ReviewPending, ""
	return x.putMaterial(m, p)
}

// movedOn tells the review that forbids a step, and who brought it about.
func (m *Material) movedOn() error {
	return Refuse(Conflict, "material.wrong_review").With("review", string(m.Review)).
		With("by", string(m.Reviewer)).With("at", int64(m.Reviewed))
}

// reviewMaterial decides about the version that was looked at, and about no other.
func reviewMaterial(x *Exec, a *MaterialDecision) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	newest := p.Newest()
	switch {
	case newest == 0:
		return Refuse(Conflict, "material.no_file")
	case a.Version != newest:
		return p.outdated(newest)
	case a.Approve && p.Review == ReviewApproved, !a.Approve && p.Review == ReviewRejected:
		return p.movedOn()
	case !a.Approve && p.IsOpen():
		return Refuse(Conflict, "material.is_open")
	case !a.Approve && a.Text == "":
		return Refuse(Invalid, "reason.missing")
	}
	if a.Approve {
		p.approved(x)
	} else {
		p.Review, p.Reason, p.Reviewer, p.Reviewed = ReviewRejected, a.Text, x.Actor.Person, x.Now
	}
	return x.putMaterial(m, p)
}

// approved: from its time on, or at once, those whom its access names may read it.
func (m *Material) approved(x *Exec) {
	m.Review, m.Reason, m.Reviewer, m.Reviewed = ReviewApproved, "", x.Actor.Person, x.Now
	m.openWhenDue(x.Now)
}

func (m *Material) openWhenDue(now Time) {
	if m.Review == ReviewApproved && m.Opened == 0 && m.Recalled == 0 && m.OpenFrom <= now {
		m.Opened = now
	}
}

func setMaterialAccess(x *Exec, a *MaterialAccessSet) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	switch {
	case p.Opened != 0 && a.OpenFrom != p.OpenFrom && a.OpenFrom > x.Now:
		return Refuse(Conflict, "material.open_already")
	case a.RecallAt != 0 && a.RecallAt != p.RecallAt && a.RecallAt <= max(x.Now, a.OpenFrom):
		return Refuse(Invalid, "material.bad_times")
	case a.Access == AccessRole && len(a.Roles) == 0, a.Access == AccessPersons && len(a.Persons) == 0:
		return Refuse(Invalid, "material.for_nobody")
	}
	for _, r := range a.Roles {
		if !slices.Contains(MeetingRoles, r) {
			return Refuse(Invalid, "field.not_allowed").With("field", "roles")
		}
	}
	p.Access, p.Roles, p.Persons = a.Access, nil, nil
	switch a.Access {
	case AccessRole:
		p.Roles = sortedSet(slices.Clone(a.Roles))
	case AccessPersons:
		p.Persons = sortedSet(slices.Clone(a.Persons))
	}
	p.OpenFrom, p.RecallAt = a.OpenFrom, a.RecallAt
	p.Print, p.Download, p.Watermark = a.Print, a.Download, a.Watermark
	p.openWhenDue(x.Now)
	return x.putMaterial(m, p)
}

// openMaterial opens it now, before its time or again after a recall; the system
// opens what is due.
func openMaterial(x *Exec, a *MaterialStep) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	switch {
	case p.Review != ReviewApproved:
		return p.movedOn()
	case p.IsOpen():
		return Refuse(Conflict, "material.open_already")
	case x.Actor.System && (p.DueToOpen() == 0 || p.DueToOpen() > x.Now):
		return Refuse(Conflict, "material.not_due")
	}
	p.Opened, p.Recalled, p.Recalls = x.Now, 0, nil
	if p.RecallAt <= x.Now {
		p.RecallAt = 0
	}
	return x.putMaterial(m, p)
}

// recallMaterial takes it away from everybody but those who prepare it and who
// run the meeting, and remembers from whom.
func recallMaterial(x *Exec, a *MaterialStep) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	switch {
	case !p.IsOpen():
		return Refuse(Conflict, "material.not_open")
	case x.Actor.System && (p.DueToRecall() == 0 || p.DueToRecall() > x.Now):
		return Refuse(Conflict, "material.not_due")
	}
	held := x.Dir.PeopleIn(p.audience(m), x.Now)
	p.Recalled = x.Now
	keep := x.Dir.PeopleIn(p.audience(m), x.Now)
	p.Recalls = slices.DeleteFunc(held, func(id ID) bool {
		_, kept := slices.BinarySearch(keep, id)
		return kept
	})
	return x.putMaterial(m, p)
}

// removeMaterial takes back a material that nobody has been given: what was read
// once is recalled, and stays on record.
func removeMaterial(x *Exec, a *MaterialStep) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	if p.Opened != 0 {
		return Refuse(Conflict, "material.was_open")
	}
	p.Removed, p.Versions = x.Now, nil
	if _, err := x.putPart(m, p); err != nil {
		return err
	}
	delete(m.Parts, p.ID)
	if err := x.preparing(m); err != nil {
		return err
	}
	return x.putMeeting(m)
}

// preparing works out anew who prepares something.
func (x *Exec) preparing(m *Meeting) error {
	m.Preparing = nil
	for _, id := range sortedKeys(m.Parts) {
		if m.Parts[id] != KindMaterial {
			continue
		}
		p, ok, err := partOf[*Material](x, Key{KindMaterial, id})
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if m.Preparing == nil {
			m.Preparing = map[ID]bool{}
		}
		if p.Unit != "" {
			m.Preparing[p.Unit] = true
		}
		if p.Preparer != "" {
			m.Preparing[p.Preparer] = false
		}
	}
	return nil
}

// readMaterial notes in the participant's attendance that he has opened it.
func readMaterial(x *Exec, a *MaterialStep) error {
	m, p, err := x.material(a.Meeting)
	if err != nil {
		return err
	}
	person := x.Actor.Person
	key := Key{KindAttendance, AttendanceID(m.ID, person)}
	at, ok, err := partOf[*Attendance](x, key)
	if err != nil {
		return err
	}
	if !ok {
		at = &Attendance{ID: key.ID, PartOf: PartOf{Meeting: m.ID}, Person: person, Presence: NotCalled}
	}
	if at.Read == nil {
		at.Read = map[ID]Time{}
	}
	at.Read[p.ID] = x.Now
	_, err = x.putPart(m, at)
	return err
}

// materialStored notes when the server had a version's whole content.
func materialStored(x *Exec, a *ContentStored) error {
	p, ok, err := partOf[*Material](x, x.Cmd.Target)
	if err != nil {
		return err
	}
	v, known := MaterialVersion{}, false
	if ok {
		v, known = p.Versions[a.File]
	}
	if !known {
		return Refuse(NotFound, "file.not_found")
	}
	if v.File.AtServer != 0 {
		return nil
	}
	v.File.AtServer = x.Now
	p.Versions[a.File] = v
	return x.Tx.Put(p)
}
