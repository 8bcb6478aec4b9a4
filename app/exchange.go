package app

import "errors"

// What a command on one office's document makes of another office's record is
// written by the final run only: the laptop neither holds those records nor
// decides about them.

// statusRank orders the exchange statuses: a later word is never undone by an
// earlier one that arrives after it.
var statusRank = map[ExchangeStatus]int{
	"": 0, StatusSent: 1, StatusArrived: 2, StatusReceived: 3, StatusRefused: 4,
	StatusAssigned: 5, StatusProcessing: 6, StatusCompleted: 7, StatusRecalled: 8,
}

// advance moves the recipient on, never back, and reports whether it did.
func (r *Recipient) advance(s ExchangeStatus, at Time) bool {
	if statusRank[s] <= statusRank[r.Status] {
		return false
	}
	r.Status, r.At = s, at
	return true
}

// tellSender moves our office's state in the outgoing document of which this
// one is a copy. Change, if given, sets more of it.
func (x *Exec) tellSender(doc *Document, s ExchangeStatus, change func(*Recipient)) error {
	if !x.Final || doc.Source == "" {
		return nil
	}
	src, err := x.other(doc.Source)
	if src == nil || err != nil {
		return err
	}
	r, ok := src.Recipients[doc.Unit]
	if !ok {
		return nil
	}
	before := r
	r.advance(s, x.Now)
	if change != nil {
		change(&r)
	}
	if r == before {
		return nil
	}
	src.Recipients[doc.Unit] = r
	return x.put(src)
}

// other loads another office's document, nil when it is not here.
func (x *Exec) other(id ID) (*Document, error) {
	r, err := x.Tx.Get(Key{KindDocument, id})
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, _ := r.(*Document)
	return doc, nil
}

// maxRecipients is far beyond the offices of a province.
const maxRecipients = 2000

// address adds recipient offices to an outgoing document.
func (x *Exec) address(doc *Document, to []ID) error {
	if len(to) > maxRecipients {
		return Refuse(Invalid, "field.too_many").With("field", "to").With("max", maxRecipients)
	}
	for _, id := range to {
		if _, err := x.office(id); err != nil {
			return err
		}
		if id == doc.Unit {
			return Refuse(Invalid, "recipient.self")
		}
		if doc.Recipients == nil {
			doc.Recipients = map[ID]Recipient{}
		}
		if _, ok := doc.Recipients[id]; !ok {
			doc.Recipients[id] = Recipient{}
		}
	}
	return nil
}

// dispatch issues a numbered document: every recipient is sent it, and in the
// final run gets its incoming document at once, with the same sealed files.
func (x *Exec) dispatch(doc *Document, n note) error {
	for _, id := range sortedKeys(doc.Recipients) {
		r := doc.Recipients[id]
		r.advance(StatusSent, x.Now)
		if x.Final {
			r.Copy = CopyID(doc.ID, id)
			r.advance(StatusArrived, x.Now)
			if err := x.deliver(doc, id, r.Copy); err != nil {
				return err
			}
		}
		doc.Recipients[id] = r
	}
	x.step(doc, OutIssued, n)
	if !x.Final || doc.ReplyTo == "" {
		return nil
	}
	return x.closeReplied(doc)
}

// deliver makes the recipient's incoming document.
func (x *Exec) deliver(doc *Document, to, id ID) error {
	switch v, err := x.Tx.Version(Key{KindDocument, id}); {
	case err != nil:
		return err
	case v != 0:
		return nil
	}
	in := &Document{
		ID: id, Direction: Incoming, Unit: to, State: InWaiting,
		Organ: doc.Unit, Source: doc.ID, Created: x.Now, Arrived: x.Now,
		Files: map[CommandID]File{}, Signatures: doc.Signatures,
		History: map[CommandID]Step{x.Cmd.ID: {
			Name: "document.arrive", By: SystemPerson, At: x.Now, State: InWaiting,
		}},
	}
	in.setFields(doc.Fields().forReceiver())
	in.Signer = doc.Signer
	for _, k := range doc.CurrentFiles() {
		if f := doc.Files[k]; f.Role == FileMain || f.Role == FileAttachment {
			f.Verdict = Verdict{} // it is judged on arrival
			in.Files[k] = f
		}
	}
	if doc.ReplyTo != "" {
		if asked, err := x.other(doc.ReplyTo); err != nil {
			return err
		} else if asked != nil && asked.Organ == to {
			in.ReplyTo = asked.Source
		}
	}
	return x.put(in)
}

// closeReplied closes the incoming document that an issued one answers: its
// deadline, its open tasks, and our state with its sender.
func (x *Exec) closeReplied(doc *Document) error {
	in, err := x.other(doc.ReplyTo)
	if err != nil || in == nil || in.Unit != doc.Unit || in.Direction != Incoming || !in.Open() {
		return err
	}
	finishTasks(in, doc.ID, x.Now)
	in.State, in.Finished = InDone, x.Now
	if in.Relations == nil {
		in.Relations = map[CommandID]Relation{}
	}
	in.Relations[x.Cmd.ID] = Relation{Kind: RelAnswered, Doc: doc.ID, Text: doc.Code()}
	in.record(x.Cmd.ID, Step{
		Name: "document.replied", By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now, State: InDone, Text: doc.Code(),
	})
	if err := x.put(in); err != nil {
		return err
	}
	return x.tellSender(in, StatusCompleted, func(r *Recipient) {
		if _, ours := doc.Recipients[in.Organ]; ours {
			r.Reply = CopyID(doc.ID, in.Organ)
		}
	})
}

// finishTasks ends every open task; the leads are answered by the draft, if any.
func finishTasks(doc *Document, draft ID, now Time) {
	for _, id := range sortedKeys(doc.Directives) {
		dir := doc.Directives[id]
		if dir.Withdrawn != 0 {
			continue
		}
		for who, t := range dir.Tasks {
			if t.State == TaskDone || t.State == TaskReturned {
				continue
			}
			if t.Role == Lead && t.Draft == "" {
				t.Draft = draft
			}
			t.State, t.Since = TaskDone, now
			dir.Tasks[who] = t
		}
	}
}

// withdrawCopies freezes the recipients' copies of a recalled document.
func (x *Exec) withdrawCopies(doc *Document, reason string) error {
	for _, id := range sortedKeys(doc.Recipients) {
		r := doc.Recipients[id]
		r.advance(StatusRecalled, x.Now)
		doc.Recipients[id] = r
		if !x.Final || r.Copy == "" {
			continue
		}
		in, err := x.other(r.Copy)
		if err != nil {
			return err
		}
		if in == nil || in.State == InRecalled {
			continue
		}
		in.State, in.Finished = InRecalled, x.Now
		in.record(x.Cmd.ID, Step{Name: "document.recalled", By: SystemPerson, At: x.Now, State: InRecalled, Text: reason})
		if err := x.put(in); err != nil {
			return err
		}
	}
	return nil
}
