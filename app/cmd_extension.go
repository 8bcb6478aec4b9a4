package app

func init() {
	define("document.ask_extension.1", KindDocument, askExtension)
	define("document.decide_extension.1", KindDocument, decideExtension)
}

// askExtension asks for a later deadline (gia hạn) of the asker's own task, or
// of the document itself.
func askExtension(x *Exec, a *ExtensionAsk) error {
	doc, err := x.open(Part{Directive: a.Directive})
	if err != nil {
		return err
	}
	e := Extension{By: x.Actor.Person, At: x.Now, New: a.New, Reason: a.Text, Task: a.Directive, Old: doc.DueDate}
	if a.Directive != 0 {
		if err := live(doc, a.Directive); err != nil {
			return err
		}
		dir := doc.Directives[a.Directive]
		who, ok := x.ownTask(dir)
		if !ok {
			return Refuse(Invalid, "task.notice_only")
		}
		e.Receiver, e.Old = who, dir.Tasks[who].DueIn(dir)
	}
	switch {
	case e.Old == 0:
		return Refuse(Invalid, "extension.no_deadline")
	case e.New <= e.Old:
		return Refuse(Invalid, "extension.not_later").With("old", e.Old.String())
	case !x.Dir.WorkingDay(e.New):
		return Refuse(Invalid, "extension.day_off").With("next", x.Dir.AddWorkingDays(e.New, 1).String())
	}
	for _, other := range doc.Extensions {
		if other.Decided == "" && other.Task == e.Task && other.Receiver == e.Receiver {
			return Refuse(Conflict, "extension.pending").With("by", string(other.By)).With("at", int64(other.At))
		}
	}
	if doc.Extensions == nil {
		doc.Extensions = map[CommandID]Extension{}
	}
	doc.Extensions[x.Cmd.ID] = e
	x.step(doc, "", note{text: a.Text})
	return x.put(doc)
}

// ownTask finds the actor's own task in the directive, other than for notice.
func (x *Exec) ownTask(dir Directive) (ID, bool) {
	for _, who := range sortedKeys(dir.Tasks) {
		if t := dir.Tasks[who]; works(t) && x.Actor.owns(who, t) {
			return who, true
		}
	}
	return "", false
}

// decideExtension grants or refuses it: for a task the one who gave the
// directive, for the document's own deadline the leader or the one to whom it
// was submitted; never the asker.
func decideExtension(x *Exec, a *ExtensionDecide) error {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	e, ok := doc.Extensions[a.Extension]
	if !ok {
		return Refuse(NotFound, "extension.not_found")
	}
	if err := x.may(doc, Part{Directive: e.Task}); err != nil {
		return err
	}
	if _, leads := x.Actor.role(doc.Unit, RoleLeader); e.Task == 0 && !leads && doc.Submitted != x.Actor.Self() {
		return Refuse(Forbidden, "can.needs_leader")
	}
	if e.By == x.Actor.Person {
		return Refuse(Forbidden, "extension.own")
	}
	if e.Decided != "" {
		return Refuse(Conflict, "extension.decided").
			With("by", string(e.Decided)).With("at", int64(e.DecidedAt)).With("granted", e.Granted)
	}
	e.Decided, e.DecidedAt, e.Granted, e.Text = x.Actor.Person, x.Now, a.Grant, a.Text
	doc.Extensions[a.Extension] = e
	if a.Grant {
		grantExtension(doc, e)
	}
	x.step(doc, "", note{a.Text, e.By})
	return x.put(doc)
}

func grantExtension(doc *Document, e Extension) {
	if e.Task == 0 {
		doc.DueDate = e.New
		return
	}
	if t, ok := doc.Directives[e.Task].Tasks[e.Receiver]; ok {
		t.Due = e.New
		doc.Directives[e.Task].Tasks[e.Receiver] = t
	}
}
