package app

import "slices"

func init() {
	define("document.open_hand_over.1", KindDocument, openHandOver, system)
	define("document.hand_over.1", KindDocument, handOver)
}

// openHandOver notes that somebody who has left is still waited for. Once is
// enough; a later one, after another return and leave, begins anew.
func openHandOver(x *Exec, a *OpenHandOver) error {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if err := x.may(doc); err != nil {
		return err
	}
	if !x.Dir.HasLeft(a.Person, doc.Unit, x.today()) {
		return Refuse(Conflict, "handover.still_here").With("person", string(a.Person))
	}
	if slices.Contains(doc.openHandOvers(), a.Person) {
		return nil
	}
	if len(Unfinished(doc, a.Person)) == 0 {
		return Refuse(Conflict, "handover.nothing").With("person", string(a.Person))
	}
	if doc.HandOvers == nil {
		doc.HandOvers = map[ID]HandOver{}
	}
	doc.HandOvers[a.Person] = HandOver{At: x.Now, Unit: a.Unit}
	x.step(doc, "", note{to: a.Person})
	return x.put(doc)
}

// handOver moves everything that the document waits for from one person to
// another: tasks, answers that wait for approval, the draft, the submission.
func handOver(x *Exec, a *HandOverTo) error {
	doc, err := x.open(Part{Receiver: a.From})
	if err != nil {
		return err
	}
	h, ok := doc.HandOvers[a.From]
	if !ok || h.Done != 0 {
		return Refuse(Conflict, "handover.done").With("to", string(h.To)).With("by", string(h.By)).With("at", int64(h.Done))
	}
	if a.To == a.From || x.Dir.HasLeft(a.To, doc.Unit, x.today()) {
		return Refuse(Invalid, "handover.receiver_elsewhere").With("receiver", string(a.To))
	}
	if err := x.takesSubmission(doc, a); err != nil {
		return err
	}
	if doc.Drafter == a.From {
		doc.Drafter = a.To
	}
	if err := x.takesTasks(doc, a); err != nil {
		return err
	}
	h.To, h.By, h.Done = a.To, x.Actor.Person, x.Now
	doc.HandOvers[a.From] = h
	x.step(doc, "", note{text: a.Text, to: a.To})
	return x.put(doc)
}

// takesSubmission moves a submission, to somebody who may decide it.
func (x *Exec) takesSubmission(doc *Document, a *HandOverTo) error {
	if doc.Submitted != a.From {
		return nil
	}
	on := x.today()
	fit := x.Dir.HasRole(a.To, doc.Unit, on, RoleLeader, RoleDeputy)
	if doc.State == OutContentCheck {
		fit = x.Dir.HasRole(a.To, doc.DraftUnit, on, RoleHead)
	}
	if !fit {
		return Refuse(Invalid, "handover.needs_leader").With("receiver", string(a.To))
	}
	doc.Submitted = a.To
	return nil
}

// takesTasks moves open tasks, the giver's part of directives, and requests for
// more time.
func (x *Exec) takesTasks(doc *Document, a *HandOverTo) error {
	moved := map[CommandID]bool{}
	for _, id := range sortedKeys(doc.Directives) {
		dir := doc.Directives[id]
		if dir.Withdrawn != 0 {
			continue
		}
		if dir.Owner() == a.From {
			dir.Heir = a.To
		}
		if t, ok := dir.Tasks[a.From]; ok && !t.Unit && t.Role != ForNotice && slices.Contains([]TaskState{TaskUnseen, TaskSeen, TaskDoing}, t.State) {
			if err := x.takesTask(dir.Tasks, t, a); err != nil {
				return err
			}
			moved[id] = true
		}
		doc.Directives[id] = dir
	}
	for _, id := range sortedKeys(doc.Extensions) {
		if e := doc.Extensions[id]; e.Decided == "" && e.Receiver == a.From && moved[e.Task] {
			e.Receiver = a.To
			doc.Extensions[id] = e
		}
	}
	return nil
}

// takesTask moves one task. Who had a part in the directive already gets the
// greater of the two roles.
func (x *Exec) takesTask(tasks map[ID]Task, t Task, a *HandOverTo) error {
	has, ok := tasks[a.To]
	switch {
	case !ok:
		has = Task{Role: t.Role, State: TaskUnseen, Since: x.Now, Due: t.Due, Reason: t.Reason}
	case has.State == TaskReported || has.State == TaskDone || has.State == TaskReturned:
		return Refuse(Conflict, "handover.has_task").With("receiver", string(a.To))
	case t.Role == Lead || has.Role == ForNotice:
		has.Role, has.Due = t.Role, max(has.Due, t.Due)
		if has.State == TaskSeen && t.Role == Lead {
			has.State, has.Since = TaskUnseen, x.Now
		}
	}
	tasks[a.To] = has
	delete(tasks, a.From)
	return nil
}
