package app

import "slices"

// Allowed lists every action on the document with its answer and reason, in a
// fixed order, for menus and buttons. It is narrower than Can: an action for
// which nothing in the document waits is answered "can.nothing_to_do", where
// its command would be refused as a conflict.
func Allowed(d *Directory, a Actor, doc *Document) []Decision {
	var out []Decision
	for _, act := range DocumentActions {
		if !policy.concerns(act, doc.Direction) {
			continue
		}
		dec := Can(d, a, act, doc)
		if waits, ok := somethingToDo[act]; ok && dec.Allow && !waits(&a, doc) {
			dec = Decision{Action: act, Reason: "can.nothing_to_do"}
		}
		out = append(out, dec)
	}
	return out
}

// somethingToDo tells for some actions whether anything in the document waits for
// the actor to do it.
var somethingToDo = map[Action]func(*Actor, *Document) bool{
	"document.seen":       ownTask(nil, TaskUnseen),
	"document.start_task": ownTask(works, TaskUnseen, TaskSeen),
	"document.answer":     ownTask(works, TaskUnseen, TaskSeen, TaskDoing),
	"document.return_task": ownTask(nil,
		TaskUnseen, TaskSeen, TaskDoing),
	"document.ask_extension": ownTask(works, TaskUnseen, TaskSeen, TaskDoing),
	"document.accept_answer": reported,
	"document.reject_answer": reported,
	"document.remind": func(_ *Actor, doc *Document) bool {
		return anyTask(doc, func(_ Directive, _ ID, t Task) bool { return t.Open() && t.State != TaskReported })
	},
	"document.withdraw_directive": withdrawable,
	"document.decide_extension":   undecided,
	"document.issue": func(_ *Actor, doc *Document) bool {
		_, sealed, _ := doc.Signed()
		return sealed
	},
	"document.give_number": func(_ *Actor, doc *Document) bool { return doc.NumberPending() },
	"document.remove_file": func(_ *Actor, doc *Document) bool { return len(doc.Files) > 0 },
	"document.sign":        func(_ *Actor, doc *Document) bool { return doc.mainPDF() },
	"document.seal":        func(_ *Actor, doc *Document) bool { return sealable(doc) == nil },
	"document.copy":        func(_ *Actor, doc *Document) bool { return copyable(doc) == nil },
	"document.initial":     func(a *Actor, doc *Document) bool { return doc.mainPDF() && !doc.initialled(a.Person) },
	"document.record_signature": func(_ *Actor, doc *Document) bool {
		_, sealed, _ := doc.Signed()
		return doc.State == OutToSign || !sealed
	},
}

func works(t Task) bool { return t.Role != ForNotice }

// anyTask looks through the tasks of live directives.
func anyTask(doc *Document, f func(Directive, ID, Task) bool) bool {
	for _, dir := range doc.Directives {
		if dir.Withdrawn != 0 {
			continue
		}
		for who, t := range dir.Tasks {
			if f(dir, who, t) {
				return true
			}
		}
	}
	return false
}

// owns reports whether the task is the actor's: his own, or of a unit he heads.
func (a *Actor) owns(who ID, t Task) bool {
	if !t.Unit {
		return who == a.Self()
	}
	_, head := a.role(who, RoleHead)
	return head
}

func ownTask(which func(Task) bool, states ...TaskState) func(*Actor, *Document) bool {
	return func(a *Actor, doc *Document) bool {
		return anyTask(doc, func(_ Directive, who ID, t Task) bool {
			return a.owns(who, t) && slices.Contains(states, t.State) && (which == nil || which(t))
		})
	}
}

func reported(a *Actor, doc *Document) bool {
	_, leads := a.role(doc.Unit, RoleLeader)
	return anyTask(doc, func(dir Directive, _ ID, t Task) bool {
		return t.State == TaskReported && (leads || dir.Owner() == a.Self())
	})
}

// withdrawable looks for a live directive of the actor's without any answer.
func withdrawable(a *Actor, doc *Document) bool {
	_, leads := a.role(doc.Unit, RoleLeader)
	for id, dir := range doc.Directives {
		if dir.Withdrawn == 0 && (leads || dir.Owner() == a.Self()) {
			if _, _, answered := firstAnswer(doc, descendants(doc, id)); !answered {
				return true
			}
		}
	}
	return false
}

func undecided(a *Actor, doc *Document) bool {
	_, leads := a.role(doc.Unit, RoleLeader)
	for _, e := range doc.Extensions {
		if e.Decided != "" || e.By == a.Person {
			continue
		}
		if leads || e.Task == 0 && doc.Submitted == a.Self() || e.Task != 0 && doc.Directives[e.Task].Owner() == a.Self() {
			return true
		}
	}
	return false
}
