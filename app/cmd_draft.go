package app

import (
	"cmp"
	"slices"
)

func init() {
	define("document.draft.1", KindDocument, draft)
	define("document.submit_draft.1", KindDocument, submitDraft)
	define("document.check_content.1", KindDocument, checkContent)
	define("document.check_form.1", KindDocument, checkForm)
	define("document.approve_draft.1", KindDocument, approveDraft)
	define("document.send_back.1", KindDocument, sendBack)
}

// The way of a draft (NĐ 30/2020, Điều 10–13): the head of the drafting
// division checks the content, văn thư the form, a leader or deputy approves;
// each check holds for the revision it saw and no other. A draft may go to the
// head or straight to the one who approves; it reaches the signer when its
// present revision is approved and its form checked.

// draft starts an outgoing document. Its recipients default to the office that
// it answers.
func draft(x *Exec, a *DraftCreate) error {
	if err := x.fresh(); err != nil {
		return err
	}
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	doc := &Document{ID: x.Cmd.Target.ID, Direction: Outgoing, Unit: a.Unit, DraftUnit: a.Division, ReplyTo: a.ReplyTo}
	if err := x.may(doc); err != nil {
		return err
	}
	if err := x.division(doc); err != nil {
		return err
	}
	if err := checkFields(a.Fields); err != nil {
		return err
	}
	to := a.To
	if a.ReplyTo != "" {
		asked, err := x.answered(a.Unit, a.ReplyTo)
		if err != nil {
			return err
		}
		if len(to) == 0 && asked.Organ != "" {
			to = []ID{asked.Organ}
		}
	}
	if err := x.address(doc, to); err != nil {
		return err
	}
	a.Fields.CodeNumber, a.Fields.IssuedDate = "", 0
	doc.setFields(a.Fields)
	doc.OrganName = x.Dir.Unit(a.Unit).NameOn(x.today())
	doc.Organ, doc.Drafter, doc.Created, doc.Revision = a.Unit, x.Actor.Self(), x.Now, 1
	if err := x.addFiles(doc, a.Files); err != nil {
		return err
	}
	x.step(doc, OutDraft, note{})
	return x.put(doc)
}

// division checks the drafting division or finds the drafter's own.
func (x *Exec) division(doc *Document) error {
	if doc.DraftUnit == "" {
		for _, g := range x.Actor.Grants {
			if g.Office == doc.Unit && g.Unit != doc.Unit && g.Role.works() {
				doc.DraftUnit = g.Unit
				return nil
			}
		}
		return nil
	}
	if doc.DraftUnit == doc.Unit {
		doc.DraftUnit = ""
		return nil
	}
	if x.Dir.OfficeID(doc.DraftUnit, x.today()) != doc.Unit {
		return Refuse(Invalid, "draft.division_elsewhere").With("unit", string(doc.DraftUnit))
	}
	return nil
}

// answered loads the incoming document that an outgoing one answers.
func (x *Exec) answered(unit, id ID) (*Document, error) {
	in, err := x.document(id)
	if err != nil {
		return nil, Refuse(NotFound, "draft.reply_not_found")
	}
	if in.Direction != Incoming || in.Unit != unit {
		return nil, Refuse(Invalid, "draft.reply_not_incoming")
	}
	return in, nil
}

func submitDraft(x *Exec, a *SubmitDraft) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	var state State
	switch {
	case a.To == x.Actor.Self():
		return Refuse(Invalid, "submit.self")
	case doc.DraftUnit != "" && x.Dir.HasRole(a.To, doc.DraftUnit, x.today(), RoleHead):
		state = OutContentCheck
	case x.Dir.HasRole(a.To, doc.Unit, x.today(), RoleLeader, RoleDeputy):
		state = OutReview
	default:
		return Refuse(Invalid, "submit.not_approver").With("person", string(a.To))
	}
	doc.Submitted = a.To
	x.step(doc, state, note{a.Text, a.To})
	return x.put(doc)
}

func checkContent(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.ContentChecked, doc.Submitted = doc.Revision, ""
	x.step(doc, OutFormCheck, note{text: a.Text})
	return x.put(doc)
}

// checkForm sends the draft to the one who approves or, when this revision is
// approved already, to the signer.
func checkForm(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.FormChecked = doc.Revision
	if doc.Approved == doc.Revision && doc.Signer.Person != "" {
		doc.Submitted = doc.Signer.Person
		x.step(doc, OutToSign, note{a.Text, doc.Submitted})
		return x.put(doc)
	}
	to, ok := x.approver(doc)
	if !ok {
		return Refuse(Conflict, "draft.no_leader")
	}
	doc.Submitted = to
	x.step(doc, OutReview, note{a.Text, to})
	return x.put(doc)
}

// approver is who approves by default: whoever approved an earlier revision,
// else the head of the agency, else a deputy.
func (x *Exec) approver(doc *Document) (ID, bool) {
	on := x.today()
	var last Step
	for _, id := range sortedKeys(doc.History) {
		if s := doc.History[id]; s.Name == "document.approve_draft" && s.At >= last.At {
			last = s
		}
	}
	if p := last.Owner(); p != "" && x.Dir.HasRole(p, doc.Unit, on, RoleLeader, RoleDeputy) {
		return p, true
	}
	for _, r := range []Role{RoleLeader, RoleDeputy} {
		if list := x.Dir.Holders(doc.Unit, r, on); len(list) > 0 {
			return list[0].ID, true
		}
	}
	return "", false
}

// approveDraft approves exactly what was read and names who signs.
func approveDraft(x *Exec, a *ApproveDraft) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if err := exact(doc, a.Revision, a.Content); err != nil {
		return err
	}
	signer := a.To
	if signer == "" {
		signer = x.Actor.Self()
	}
	forms := x.Dir.SigningForms(signer, doc.Unit, doc.Type, x.today())
	if len(forms) == 0 {
		return Refuse(Invalid, "sign.no_authority").With("person", string(signer))
	}
	doc.Approved = doc.Revision
	doc.Signer = Signer{Name: x.Dir.Person(signer).Name, Position: forms[0].Title, Form: forms[0].Form, Person: signer}
	state := OutFormCheck
	doc.Submitted = ""
	if doc.FormChecked == doc.Revision {
		state, doc.Submitted = OutToSign, signer
	}
	x.step(doc, state, note{a.Text, signer})
	return x.put(doc)
}

// exact refuses an approval or signature of anything but the present revision
// and main file. It is never rebased.
func exact(doc *Document, revision uint32, content Hash) error {
	if revision != doc.Revision || content != doc.MainHash() {
		return Refuse(Conflict, "document.revision_changed").
			With("revision", revision).With("current", doc.Revision).With("changes", changesSince(doc, revision))
	}
	return nil
}

// changesSince tells the steps that made the revisions after the given one,
// oldest first. The text of an edit names its fields, that of a file the file.
func changesSince(doc *Document, revision uint32) []any {
	revising := slices.DeleteFunc(sortedKeys(doc.History), func(id CommandID) bool {
		name := doc.History[id].Name
		return name != "document.edit" && name != "document.add_file" && name != "document.remove_file"
	})
	slices.SortStableFunc(revising, func(a, b CommandID) int { return cmp.Compare(doc.History[a].At, doc.History[b].At) })
	n := min(int(int64(doc.Revision)-int64(min(revision, doc.Revision))), len(revising))
	changes := []any{}
	for _, id := range revising[len(revising)-n:] {
		s := doc.History[id]
		changes = append(changes, map[string]any{"step": s.Name, "text": s.Text, "by": string(s.By), "at": int64(s.At)})
	}
	return changes
}

// sendBack returns a draft to its drafter, with the reason.
func sendBack(x *Exec, a *Reason) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.Submitted = ""
	x.step(doc, OutSentBack, note{a.Text, doc.Drafter})
	return x.put(doc)
}
