package app

import "slices"

func init() {
	define("document.seen.1", KindDocument, seen)
	define("document.start_task.1", KindDocument, startTask)
	define("document.answer.1", KindDocument, answer)
	define("document.accept_answer.1", KindDocument, acceptAnswer)
	define("document.reject_answer.1", KindDocument, rejectAnswer)
	define("document.return_task.1", KindDocument, returnTask)
}

// task loads the document and one receiver's part of a live directive.
func (x *Exec) task(ref TaskRef) (*Document, Task, error) {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return nil, Task{}, err
	}
	if err := live(doc, ref.Directive); err != nil {
		return nil, Task{}, err
	}
	t, ok := doc.Directives[ref.Directive].Tasks[ref.Receiver]
	if !ok {
		return nil, Task{}, Refuse(NotFound, "task.not_found")
	}
	return doc, t, x.may(doc, Part{Directive: ref.Directive, Receiver: ref.Receiver})
}

// from refuses a task that is in none of the states.
func from(t Task, states ...TaskState) error {
	if slices.Contains(states, t.State) {
		return nil
	}
	return Refuse(Conflict, "task.wrong_state").With("state", string(t.State)).With("at", int64(t.Since))
}

// move stores the task in its new state.
func (x *Exec) move(doc *Document, ref TaskRef, t Task, s TaskState) {
	if t.Seen == 0 && s != TaskUnseen {
		t.Seen = x.Now
	}
	t.State, t.Since = s, x.Now
	doc.Directives[ref.Directive].Tasks[ref.Receiver] = t
}

// seen marks the task as seen; a second time changes nothing.
func seen(x *Exec, a *TaskRef) error {
	doc, t, err := x.task(*a)
	if err != nil || t.State != TaskUnseen {
		return err
	}
	x.move(doc, *a, t, TaskSeen)
	return x.put(doc)
}

func startTask(x *Exec, a *TaskRef) error {
	doc, t, err := x.task(*a)
	if err != nil {
		return err
	}
	if t.Role == ForNotice {
		return Refuse(Invalid, "task.notice_only")
	}
	if err := from(t, TaskUnseen, TaskSeen); err != nil {
		return err
	}
	x.move(doc, *a, t, TaskDoing)
	return x.handling(doc, note{to: a.Receiver})
}

// handling writes the step, moves the document on and tells the sender.
func (x *Exec) handling(doc *Document, n note) error {
	x.step(doc, InHandling, n)
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, StatusProcessing, nil)
}

// answer reports the result to the one who gave the directive. A draft given
// as answer is shown to him from then on.
func answer(x *Exec, a *TaskAnswer) error {
	doc, t, err := x.task(a.TaskRef)
	if err != nil {
		return err
	}
	if t.Role == ForNotice {
		return Refuse(Invalid, "task.notice_only")
	}
	if err := from(t, TaskUnseen, TaskSeen, TaskDoing); err != nil {
		return err
	}
	if a.Text == "" && a.Draft == "" {
		return Refuse(Invalid, "answer.empty")
	}
	if a.Draft != "" {
		if err := x.showDraft(doc, a.Draft, doc.Directives[a.Directive].Owner()); err != nil {
			return err
		}
	}
	t.Answer, t.Draft, t.Reason = a.Text, a.Draft, ""
	x.move(doc, a.TaskRef, t, TaskReported)
	return x.handling(doc, note{a.Text, a.Receiver})
}

// showDraft links the draft to the document that it answers and lets the
// person who asked for it see it.
func (x *Exec) showDraft(doc *Document, id, to ID) error {
	draft, err := x.document(id)
	if err != nil {
		return Refuse(NotFound, "answer.draft_not_found")
	}
	if draft.Direction != Outgoing || draft.Unit != doc.Unit || draft.ReplyTo != "" && draft.ReplyTo != doc.ID {
		return Refuse(Invalid, "answer.not_a_draft_for_this")
	}
	if draft.Shared == nil {
		draft.Shared = map[ID]Time{}
	}
	if _, ok := draft.Shared[to]; ok && draft.ReplyTo == doc.ID {
		return nil
	}
	draft.Shared[to], draft.ReplyTo = x.Now, doc.ID
	return x.put(draft)
}

func acceptAnswer(x *Exec, a *TaskVerdict) error {
	doc, t, err := x.task(a.TaskRef)
	if err != nil {
		return err
	}
	if err := from(t, TaskReported); err != nil {
		return err
	}
	x.move(doc, a.TaskRef, t, TaskDone)
	x.step(doc, "", note{a.Text, a.Receiver})
	return x.put(doc)
}

func rejectAnswer(x *Exec, a *TaskVerdict) error {
	doc, t, err := x.task(a.TaskRef)
	if err != nil {
		return err
	}
	if err := from(t, TaskReported); err != nil {
		return err
	}
	if a.Text == "" {
		return Refuse(Invalid, "reason.missing")
	}
	t.Reason = a.Text
	x.move(doc, a.TaskRef, t, TaskDoing)
	x.step(doc, "", note{a.Text, a.Receiver})
	return x.put(doc)
}

// returnTask gives a task back to the one who gave it: it is not the receiver's.
func returnTask(x *Exec, a *TaskVerdict) error {
	doc, t, err := x.task(a.TaskRef)
	if err != nil {
		return err
	}
	if err := from(t, TaskUnseen, TaskSeen, TaskDoing); err != nil {
		return err
	}
	if a.Text == "" {
		return Refuse(Invalid, "reason.missing")
	}
	t.Reason = a.Text
	x.move(doc, a.TaskRef, t, TaskReturned)
	x.step(doc, "", note{a.Text, doc.Directives[a.Directive].Owner()})
	return x.put(doc)
}
