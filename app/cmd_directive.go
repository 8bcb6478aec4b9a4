package app

import "slices"

func init() {
	define("document.direct.1", KindDocument, direct)
	define("document.remind.1", KindDocument, remind)
	define("document.withdraw_directive.1", KindDocument, withdrawDirective)
}

// direct writes a directive. The first one distributes the document; with
// Parent it passes on what its giver received himself.
func direct(x *Exec, a *Direct) error {
	doc, err := x.open(Part{Directive: a.Parent})
	if err != nil {
		return err
	}
	if a.Parent != 0 {
		if err := live(doc, a.Parent); err != nil {
			return err
		}
	}
	if a.Due != 0 && a.Due < x.givenDay() {
		return Refuse(Invalid, "directive.due_past").With("due", a.Due.String())
	}
	tasks, err := x.receivers(doc, a)
	if err != nil {
		return err
	}
	if err := oneLead(doc, a); err != nil {
		return err
	}
	if doc.Directives == nil {
		doc.Directives = map[CommandID]Directive{}
	}
	doc.Directives[x.Cmd.ID] = Directive{
		By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now,
		Text: a.Text, Due: a.Due, Parent: a.Parent, Tasks: tasks,
	}
	status, state := StatusAssigned, doc.State
	switch {
	case a.Parent != 0:
		x.beginPassed(doc, a.Parent)
		status, state = StatusProcessing, InHandling
	case doc.State == InSubmitted:
		state = InDistributed
	}
	if a.Parent == 0 && doc.DueDate == 0 {
		doc.DueDate = a.Due
	}
	x.step(doc, state, note{text: a.Text})
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, status, nil)
}

// live refuses a directive that is not there or was withdrawn.
func live(doc *Document, id CommandID) error {
	dir, ok := doc.Directives[id]
	if !ok {
		return Refuse(NotFound, "directive.not_found")
	}
	if dir.Withdrawn != 0 {
		return Refuse(Conflict, "directive.withdrawn").With("by", string(dir.By)).With("at", int64(dir.Withdrawn))
	}
	return nil
}

// receivers checks who is named and makes their tasks.
func (x *Exec) receivers(doc *Document, a *Direct) (map[ID]Task, error) {
	tasks := make(map[ID]Task, len(a.Receivers))
	leads := 0
	for _, r := range a.Receivers {
		if _, twice := tasks[r.ID]; twice {
			return nil, Refuse(Invalid, "directive.receiver_twice").With("receiver", string(r.ID))
		}
		if err := x.receiver(doc, a.Parent, r); err != nil {
			return nil, err
		}
		if r.Role == Lead {
			leads++
		}
		tasks[r.ID] = Task{Role: r.Role, State: TaskUnseen, Unit: r.Unit, Since: x.Now}
	}
	if leads > 1 {
		return nil, Refuse(Invalid, "directive.many_leads")
	}
	return tasks, nil
}

// receiver checks one receiver: somebody of the office who handles documents,
// or a division with a head; when passing on, within the giver's own reach.
func (x *Exec) receiver(doc *Document, parent CommandID, r Receiver) error {
	bad := func(reason string) error { return Refuse(Invalid, reason).With("receiver", string(r.ID)) }
	on := x.today()
	switch {
	case !r.Unit && r.ID == x.Actor.Self():
		return bad("directive.receiver_self")
	case !r.Unit && !x.Dir.worksIn(r.ID, doc.Unit, on):
		return bad("directive.receiver_elsewhere")
	case r.Unit && (x.Dir.OfficeID(r.ID, on) != doc.Unit || r.ID == doc.Unit):
		return bad("directive.receiver_elsewhere")
	case r.Unit && len(x.Dir.Holders(r.ID, RoleHead, on)) == 0:
		return bad("directive.unit_without_head")
	case parent != 0 && !x.reaches(doc, parent, r):
		return bad("directive.receiver_not_yours")
	}
	return nil
}

// worksIn reports whether the person has a post that handles documents in the
// office or one of its divisions.
func (d *Directory) worksIn(person, office ID, on Date) bool {
	p := d.Person(person)
	return p != nil && !p.Closed && slices.ContainsFunc(d.grants(p, on), func(g Grant) bool {
		return g.Office == office && g.Role.works()
	})
}

// reaches reports whether the actor may pass the directive on to the receiver:
// a head to the people and units of his division, a leader or deputy to all.
func (x *Exec) reaches(doc *Document, parent CommandID, r Receiver) bool {
	on := x.today()
	below := func(unit ID) bool {
		if r.Unit {
			return r.ID != unit && x.Dir.Within(r.ID, unit, on)
		}
		p := x.Dir.Person(r.ID)
		return slices.ContainsFunc(p.Posts, func(post Post) bool {
			return post.Span.On(on) && x.Dir.Within(post.Unit, unit, on)
		})
	}
	tasks := doc.Directives[parent].Tasks
	return slices.ContainsFunc(x.Actor.Grants, func(g Grant) bool {
		if !g.covers(x.action()) || g.Office != doc.Unit {
			return false
		}
		_, mine := tasks[x.Actor.Self()]
		unit, ours := tasks[g.Unit]
		switch g.Role {
		case RoleHead:
			return (mine || ours && unit.Unit) && below(g.Unit)
		case RoleLeader, RoleDeputy:
			return mine
		}
		return false
	})
}

// oneLead keeps at most one open chủ trì among the directives of one level.
func oneLead(doc *Document, a *Direct) error {
	if !slices.ContainsFunc(a.Receivers, func(r Receiver) bool { return r.Role == Lead }) {
		return nil
	}
	for _, id := range sortedKeys(doc.Directives) {
		dir := doc.Directives[id]
		if dir.Withdrawn != 0 || dir.Parent != a.Parent {
			continue
		}
		for _, who := range sortedKeys(dir.Tasks) {
			if t := dir.Tasks[who]; t.Role == Lead && t.State != TaskReturned && t.State != TaskDone {
				return Refuse(Conflict, "directive.lead_taken").
					With("lead", string(who)).With("by", string(dir.By)).With("at", int64(dir.At))
			}
		}
	}
	return nil
}

// beginPassed marks the tasks that the actor passes on as under way.
func (x *Exec) beginPassed(doc *Document, parent CommandID) {
	dir := doc.Directives[parent]
	for who, t := range dir.Tasks {
		if x.Actor.owns(who, t) && (t.State == TaskUnseen || t.State == TaskSeen) {
			if t.Seen == 0 {
				t.Seen = x.Now
			}
			t.State, t.Since = TaskDoing, x.Now
			dir.Tasks[who] = t
		}
	}
}

// remind (đôn đốc). Reminders commute: each is an entry of its own.
func remind(x *Exec, a *Remind) error {
	doc, err := x.open(Part{Directive: a.Directive})
	if err != nil {
		return err
	}
	if err := live(doc, a.Directive); err != nil {
		return err
	}
	dir := doc.Directives[a.Directive]
	if dir.Reminders == nil {
		dir.Reminders = map[CommandID]Reminder{}
	}
	dir.Reminders[x.Cmd.ID] = Reminder{By: x.Actor.Person, At: x.Now, Text: a.Text}
	doc.Directives[a.Directive] = dir
	return x.put(doc)
}

// withdrawDirective takes a directive back, with all that was passed on from
// it, while nobody has answered.
func withdrawDirective(x *Exec, a *WithdrawDirective) error {
	doc, err := x.open(Part{Directive: a.Directive})
	if err != nil {
		return err
	}
	if err := live(doc, a.Directive); err != nil {
		return err
	}
	tree := descendants(doc, a.Directive)
	if who, t, answered := firstAnswer(doc, tree); answered {
		return Refuse(Conflict, "directive.answered").With("by", string(who)).With("at", int64(t.Since))
	}
	for _, id := range tree {
		dir := doc.Directives[id]
		dir.Withdrawn = x.Now
		doc.Directives[id] = dir
	}
	state := State("")
	if doc.Submitted != "" && !slices.ContainsFunc(sortedKeys(doc.Directives), func(id CommandID) bool {
		return doc.Directives[id].Withdrawn == 0
	}) {
		state = InSubmitted
	}
	x.step(doc, state, note{text: a.Text})
	return x.put(doc)
}

// firstAnswer finds a task of the directives that has been answered.
func firstAnswer(doc *Document, directives []CommandID) (ID, Task, bool) {
	for _, id := range directives {
		for _, who := range sortedKeys(doc.Directives[id].Tasks) {
			if t := doc.Directives[id].Tasks[who]; t.State == TaskReported || t.State == TaskDone {
				return who, t, true
			}
		}
	}
	return "", Task{}, false
}

// descendants are the directive and all live ones passed on from it.
func descendants(doc *Document, root CommandID) []CommandID {
	out := []CommandID{root}
	for i := 0; i < len(out); i++ {
		for _, id := range sortedKeys(doc.Directives) {
			if d := doc.Directives[id]; d.Parent == out[i] && d.Withdrawn == 0 && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
