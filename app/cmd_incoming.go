package app

func init() {
	define("document.receive.1", KindDocument, receive)
	define("document.accept.1", KindDocument, accept)
	define("document.register.1", KindDocument, register)
	define("document.submit.1", KindDocument, submit)
	define("document.return_incoming.1", KindDocument, returnIncoming)
	define("document.complete.1", KindDocument, complete)
	define("document.withdraw.1", KindDocument, withdraw)
}

func receive(x *Exec, a *IncomingCreate) error {
	if err := x.fresh(); err != nil {
		return err
	}
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	doc := &Document{ID: x.Cmd.Target.ID, Direction: Incoming, Unit: a.Unit}
	if err := x.may(doc); err != nil {
		return err
	}
	if err := checkFields(a.Fields); err != nil {
		return err
	}
	doc.setFields(a.Fields)
	doc.Created, doc.Arrived = x.Now, x.Now
	if err := x.addFiles(doc, a.Files); err != nil {
		return err
	}
	x.step(doc, InReceived, note{})
	return x.put(doc)
}

func accept(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	x.step(doc, InReceived, note{text: a.Text})
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, StatusReceived, nil)
}

// register puts the document in a book. Registering a document that has just
// arrived receives it as well.
func register(x *Exec, a *Register) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if a.Fields != nil {
		if err := complement(doc, *a.Fields); err != nil {
			return err
		}
	}
	if err := x.number(doc, a.Book, Incoming, &a.Issued); err != nil {
		return err
	}
	x.step(doc, InRegistered, note{})
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, StatusReceived, func(r *Recipient) { r.Number = doc.BookNumber })
}

// complement completes the fields: all of a paper's, only the receiver's own
// of a document that its issuer sent.
func complement(doc *Document, f Fields) error {
	if doc.Source != "" {
		now := doc.Fields()
		for _, name := range localFields {
			now.take(name, f)
		}
		if err := checkCatalog(now.FileCatalog); err != nil {
			return err
		}
		doc.setFields(now)
		return nil
	}
	if err := checkFields(f); err != nil {
		return err
	}
	doc.setFields(f)
	return nil
}

func submit(x *Exec, a *Submit) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if !x.Dir.HasRole(a.To, doc.Unit, x.today(), RoleLeader, RoleDeputy) {
		return Refuse(Invalid, "submit.not_leader").With("person", string(a.To))
	}
	if a.To == doc.Submitted {
		return Refuse(Conflict, "submit.same_person")
	}
	doc.Submitted = a.To
	x.step(doc, InSubmitted, note{a.Text, a.To})
	return x.put(doc)
}

func returnIncoming(x *Exec, a *Reason) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.Finished = x.Now
	x.step(doc, InReturned, note{text: a.Text})
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, StatusRefused, func(r *Recipient) { r.Reason = a.Text })
}

func complete(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	finishTasks(doc, "", x.Now)
	doc.Finished = x.Now
	x.step(doc, InDone, note{text: a.Text})
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, StatusCompleted, nil)
}

// withdraw takes back what was submitted: văn thư an incoming document from
// the leader, the drafter a draft from those who check it.
func withdraw(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	n := note{a.Text, doc.Submitted}
	doc.Submitted = ""
	if doc.Direction == Incoming {
		x.step(doc, InRegistered, n)
	} else {
		x.step(doc, OutDraft, n)
	}
	return x.put(doc)
}
