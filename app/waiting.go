package app

import (
	"cmp"
	"slices"
)

// Queue is a kind of work that waits for somebody: one line of the desk (Bàn
// làm việc).
type Queue string

// The queues.
const (
	QueueAccept       Queue = "accept"        // văn thư: arrived, to receive or return
	QueueRegister     Queue = "register"      // văn thư: to enter in the book
	QueueSubmit       Queue = "submit"        // văn thư: to submit to a leader
	QueueDirect       Queue = "direct"        // leader: waits for directives
	QueueTask         Queue = "task"          // to do: lead or assist
	QueueNotice       Queue = "notice"        // to take note of, not yet seen
	QueueResult       Queue = "result"        // answers that wait for my approval
	QueueTaskReturned Queue = "task_returned" // tasks given back to me
	QueueFinish       Queue = "finish"        // all leads are done; to be completed
	QueueExtension    Queue = "extension"     // later deadlines asked of me
	QueueDraft        Queue = "draft"         // my drafts
	QueueReturned     Queue = "returned"      // my drafts, sent back with a reason
	QueueApprove      Queue = "approve"       // drafts that wait for my approval
	QueueCheckContent Queue = "check_content" // head of the drafting division
	QueueCheckForm    Queue = "check_form"    // văn thư: form
	QueueSign         Queue = "sign"
	QueueNumber       Queue = "number"    // văn thư: to ask for the number
	QueueIssue        Queue = "issue"     // văn thư: to seal and issue
	QueueHandOver     Queue = "hand_over" // work of people who have left, to be given to others
)

// Queues in the order of a working day.
var Queues = []Queue{
	QueueDirect, QueueSign, QueueApprove, QueueResult, QueueExtension, QueueTaskReturned, QueueFinish,
	QueueHandOver, QueueTask, QueueNotice, QueueCheckContent,
	QueueAccept, QueueRegister, QueueSubmit, QueueCheckForm, QueueNumber, QueueIssue,
	QueueReturned, QueueDraft,
}

// Waiting says that a document waits for somebody: the holder of a scope.
type Waiting struct {
	Queue    Queue
	Holder   Scope
	Ref      CommandID // directive or extension; 0 = the document itself
	Receiver ID        // of the directive, for tasks, results and extensions
	Due      Date      // last day; 0 = none
	Since    Time      // since when it waits
}

// WaitingOf lists who must do something about the document now, sorted. It
// depends on the document alone, neither on the clock nor on the reader.
func WaitingOf(d *Document) []Waiting {
	var w waiting
	switch d.Direction {
	case Incoming:
		w.incoming(d)
	case Outgoing:
		w.outgoing(d)
	}
	w.extensions(d)
	w.handOvers(d)
	slices.SortFunc(w, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Holder, b.Holder),
			cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Receiver, b.Receiver))
	})
	return slices.CompactFunc(w, func(a, b Waiting) bool {
		return a.Queue == b.Queue && a.Holder == b.Holder && a.Ref == b.Ref && a.Receiver == b.Receiver
	})
}

type waiting []Waiting

func (w *waiting) add(q Queue, holder Scope, d *Document) {
	*w = append(*w, Waiting{Queue: q, Holder: holder, Due: d.DueDate, Since: d.MovedAt()})
}

// person adds for the person named, or else for the role.
func (w *waiting) person(q Queue, p, unit ID, role Role, d *Document) {
	if p != "" {
		w.add(q, WorkScope(p, d.Unit), d)
		return
	}
	w.add(q, RoleScope(unit, role), d)
}

func (w *waiting) incoming(d *Document) {
	clerk := RoleScope(d.Unit, RoleClerk)
	switch d.State {
	case InWaiting:
		w.add(QueueAccept, clerk, d)
	case InReceived:
		w.add(QueueRegister, clerk, d)
	case InRegistered:
		w.add(QueueSubmit, clerk, d)
	case InSubmitted:
		w.person(QueueDirect, d.Submitted, d.Unit, RoleLeader, d)
	}
	if !d.Open() {
		return
	}
	leads, done := 0, 0
	for id, dir := range d.Directives {
		if dir.Withdrawn != 0 {
			continue
		}
		for receiver, t := range dir.Tasks {
			w.task(d.Unit, id, dir, receiver, t)
			if t.Role == Lead && dir.Parent == 0 {
				leads++
				if t.State == TaskDone {
					done++
				}
			}
		}
	}
	if leads > 0 && leads == done {
		w.person(QueueFinish, d.Submitted, d.Unit, RoleLeader, d)
	}
}

func (w *waiting) task(office ID, id CommandID, dir Directive, receiver ID, t Task) {
	item := Waiting{Ref: id, Receiver: receiver, Due: t.DueIn(dir), Since: cmp.Or(t.Since, dir.At)}
	switch t.State {
	case TaskUnseen, TaskSeen, TaskDoing:
		if t.Role == ForNotice && t.State != TaskUnseen {
			return
		}
		item.Queue = QueueTask
		if t.Role == ForNotice {
			item.Queue = QueueNotice
		}
		if !t.Unit {
			w.put(item, WorkScope(receiver, office))
			return
		}
		w.put(item, RoleScope(receiver, RoleHead))
		w.put(item, RoleScope(receiver, RoleLeader)) // the receiver may be an office
	case TaskReported:
		item.Queue = QueueResult
		w.put(item, WorkScope(dir.Owner(), office))
	case TaskReturned:
		item.Queue = QueueTaskReturned
		w.put(item, WorkScope(dir.Owner(), office))
	}
}

func (w *waiting) put(item Waiting, holder Scope) {
	item.Holder = holder
	*w = append(*w, item)
}

func (w *waiting) outgoing(d *Document) {
	clerk := RoleScope(d.Unit, RoleClerk)
	switch d.State {
	case OutDraft:
		w.add(QueueDraft, WorkScope(d.Drafter, d.Unit), d)
	case OutSentBack:
		w.add(QueueReturned, WorkScope(d.Drafter, d.Unit), d)
	case OutReview:
		w.person(QueueApprove, d.Submitted, d.Unit, RoleLeader, d)
	case OutContentCheck:
		w.person(QueueCheckContent, d.Submitted, d.DraftUnit, RoleHead, d)
	case OutFormCheck:
		w.add(QueueCheckForm, clerk, d)
	case OutToSign:
		w.person(QueueSign, d.Submitted, d.Unit, RoleLeader, d)
	case OutSigned:
		w.add(QueueNumber, clerk, d)
	case OutNumbered, OutToSeal, OutSealed:
		w.add(QueueIssue, clerk, d)
	} // OutToNumber and OutToIssue wait for the book's holder, not for a person
}

func (w *waiting) extensions(d *Document) {
	if !slices.Contains(inWork, d.State) {
		return
	}
	for id, e := range d.Extensions {
		if e.Decided != "" || d.Directives[e.Task].Withdrawn != 0 {
			continue
		}
		item := Waiting{Queue: QueueExtension, Ref: id, Receiver: e.Receiver, Due: e.Old, Since: e.At}
		if dir, ok := d.Directives[e.Task]; ok {
			w.put(item, WorkScope(dir.Owner(), d.Unit))
			continue
		}
		if d.directedBy(d.Submitted) {
			w.put(item, WorkScope(d.Submitted, d.Unit))
		}
		w.put(item, RoleScope(d.Unit, RoleLeader))
	}
}

// directedBy reports whether one of the document's directives is the person's: to
// whom it was submitted decides about its deadline only if he took it in hand.
func (d *Document) directedBy(person ID) bool {
	for _, dir := range d.Directives {
		if person != "" && dir.Owner() == person {
			return true
		}
	}
	return false
}

// MovedAt is when something last happened to the document.
func (d *Document) MovedAt() Time {
	at := max(d.Created, d.Arrived, d.Finished)
	for _, s := range d.History {
		at = max(at, s.At)
	}
	return at
}
