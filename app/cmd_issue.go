package app

import "strings"

func init() {
	define("document.record_signature.1", KindDocument, recordSignature)
	define("document.number.1", KindDocument, numberOutgoing)
	define("document.issue.1", KindDocument, issue)
	define("document.register_send.1", KindDocument, registerAndSend)
	define("document.archive.1", KindDocument, archive)
	define("document.cancel.1", KindDocument, cancel)
	define("document.recall.1", KindDocument, recall)
}

// recordSignature records a signature on paper: first the person's, then the
// agency's seal (NĐ 30/2020, Điều 13 and 14).
func recordSignature(x *Exec, a *RecordSignature) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if err := exact(doc, a.Revision, a.Content); err != nil {
		return err
	}
	switch {
	case a.Kind == SignaturePerson && doc.State == OutToSign:
		signer := a.Signer
		if signer == "" {
			signer = doc.Signer.Person
		}
		if err := x.sign(doc, signer, a.Form); err != nil {
			return err
		}
		doc.Submitted = ""
		x.step(doc, OutSigned, note{to: signer})
	case a.Kind == SignatureOrgan && doc.State != OutToSign:
		if _, ok := x.Actor.role(doc.Unit, RoleClerk); !ok {
			return Refuse(Forbidden, "can.needs_clerk")
		}
		if _, sealed, _ := doc.Signed(); sealed {
			return Refuse(Conflict, "sign.sealed_already")
		}
		x.addSignature(doc, FileKey(x.Cmd.ID, 0), Signature{Kind: SignatureOrgan, By: x.Actor.Person, At: x.Now, Content: doc.MainHash()})
		state := OutSealed
		if doc.NumberPending() {
			state = "" // stays Chờ cấp số
		}
		x.step(doc, state, note{})
	default:
		return wrongState(doc)
	}
	return x.put(doc)
}

// sign records the authorised person's signature. A clerk may record it for
// the signer; anybody else only his own.
func (x *Exec) sign(doc *Document, signer ID, form AuthorityForm) error {
	if _, clerk := x.Actor.role(doc.Unit, RoleClerk); !clerk && signer != x.Actor.Self() {
		return Refuse(Forbidden, "sign.not_yours")
	}
	auth, ok := x.Dir.MaySign(signer, doc.Unit, doc.Type, form, x.today())
	if !ok && form == AuthorityOwn {
		if forms := x.Dir.SigningForms(signer, doc.Unit, doc.Type, x.today()); len(forms) > 0 {
			auth, ok = forms[0], true
		}
	}
	if !ok {
		return Refuse(Invalid, "sign.no_authority").With("person", string(signer)).With("form", string(form))
	}
	doc.Signer = Signer{Position: auth.Title, Form: auth.Form, Person: signer}
	if p := x.Dir.Person(signer); p != nil {
		doc.Signer.Name = p.Name
	}
	x.addSignature(doc, x.Cmd.ID, Signature{
		Kind: SignaturePerson, By: signer, At: x.Now, Form: auth.Form, Content: doc.MainHash(),
	})
	return nil
}

func (x *Exec) addSignature(doc *Document, key CommandID, s Signature) {
	if doc.Signatures == nil {
		doc.Signatures = map[CommandID]Signature{}
	}
	doc.Signatures[key] = s
}

func numberOutgoing(x *Exec, a *Number) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if err := x.numberOut(doc, a.Book, &a.Issued); err != nil {
		return err
	}
	state := OutNumbered
	if doc.NumberPending() {
		state = OutToNumber
	}
	x.step(doc, state, note{text: doc.Code()})
	return x.put(doc)
}

// numberOut gives an outgoing document its number and, with it, its date: both
// of the day and year of numbering.
func (x *Exec) numberOut(doc *Document, book ID, issued **Issued) error {
	if err := x.number(doc, book, Outgoing, issued); err != nil {
		return err
	}
	if doc.Notation == "" {
		doc.Notation = MakeNotation(doc.Type, x.Dir.Unit(doc.Unit), x.Dir.Unit(doc.DraftUnit))
	}
	doc.CodeNumber = ""
	if doc.BookNumber != 0 {
		doc.CodeNumber, doc.IssuedDate = NumberText(doc.BookNumber), x.dayOf(*issued)
	}
	return nil
}

// issue sends the document to its recipients, or lets it wait for its number.
func issue(x *Exec, a *Issue) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if _, sealed, _ := doc.Signed(); !sealed {
		return Refuse(Conflict, "issue.not_sealed")
	}
	if err := doc.sealsGood(); err != nil {
		return err
	}
	if err := x.address(doc, a.To); err != nil {
		return err
	}
	if len(doc.Recipients) == 0 && doc.ToPlaces == "" {
		return Refuse(Invalid, "issue.no_recipients")
	}
	x.namePlaces(doc)
	if doc.NumberPending() {
		x.step(doc, OutToIssue, note{text: a.Text})
	} else if err := x.dispatch(doc, note{text: a.Text}); err != nil {
		return err
	}
	return x.put(doc)
}

// namePlaces fills "nơi nhận" from the recipients when nothing was printed.
func (x *Exec) namePlaces(doc *Document) {
	if doc.ToPlaces != "" {
		return
	}
	var names []string
	size := 0
	for _, id := range sortedKeys(doc.Recipients) {
		name := x.Dir.Unit(id).NameOn(x.today())
		if size += len([]rune(name)) + 2; size > 990 {
			names = append(names, "…")
			break
		}
		names = append(names, name)
	}
	doc.ToPlaces = strings.Join(names, "; ")
}

// registerAndSend does at once what a clerk does with a signed paper in hand:
// outgoing document, both signatures on paper, number, issue.
func registerAndSend(x *Exec, a *RegisterAndSend) error {
	if err := x.fresh(); err != nil {
		return err
	}
	office, err := x.office(a.Unit)
	if err != nil {
		return err
	}
	doc := &Document{ID: x.Cmd.Target.ID, Direction: Outgoing, Unit: a.Unit, ReplyTo: a.ReplyTo}
	if err := x.may(doc); err != nil {
		return err
	}
	if err := checkFields(a.Fields); err != nil {
		return err
	}
	if a.ReplyTo != "" {
		if _, err := x.answered(a.Unit, a.ReplyTo); err != nil {
			return err
		}
	}
	doc.setFields(a.Fields)
	doc.OrganName, doc.Organ, doc.Drafter = office.NameOn(x.today()), a.Unit, x.Actor.Self()
	doc.Created, doc.Revision, doc.Paper = x.Now, 1, true
	if err := x.addFiles(doc, a.Files); err != nil {
		return err
	}
	if err := x.paperSignatures(doc, a); err != nil {
		return err
	}
	if err := x.address(doc, a.To); err != nil {
		return err
	}
	x.namePlaces(doc)
	if err := x.numberOut(doc, a.Book, &a.Issued); err != nil {
		return err
	}
	if doc.NumberPending() {
		x.step(doc, OutToIssue, note{})
	} else if err := x.dispatch(doc, note{}); err != nil {
		return err
	}
	return x.put(doc)
}

// paperSignatures records both signatures of a paper that comes signed and
// sealed: by a person with authority, or by one named in the fields.
func (x *Exec) paperSignatures(doc *Document, a *RegisterAndSend) error {
	switch {
	case a.Signer != "":
		if err := x.sign(doc, a.Signer, a.Form); err != nil {
			return err
		}
	case doc.Signer.Name == "":
		return Refuse(Invalid, "sign.signer_missing")
	default:
		doc.Signer.Form = a.Form
		x.addSignature(doc, x.Cmd.ID, Signature{Kind: SignaturePerson, At: x.Now, Form: a.Form, Content: doc.MainHash()})
	}
	x.addSignature(doc, FileKey(x.Cmd.ID, 1), Signature{Kind: SignatureOrgan, By: x.Actor.Person, At: x.Now, Content: doc.MainHash()})
	return nil
}

func archive(x *Exec, a *Note) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.Finished = x.Now
	x.step(doc, OutArchived, note{text: a.Text})
	return x.put(doc)
}

// cancel ends a document that was not issued. A number that it has stays in
// the book with the reason and is never used again.
func cancel(x *Exec, a *Reason) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	doc.Finished, doc.Submitted = x.Now, ""
	x.step(doc, OutCancelled, note{text: a.Text})
	return x.put(doc)
}

// recall (thu hồi) takes an issued document back; the recipients' copies are
// frozen, and their clerks see why.
func recall(x *Exec, a *Reason) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if err := x.withdrawCopies(doc, a.Text); err != nil {
		return err
	}
	doc.Finished = x.Now
	x.step(doc, OutRecalled, note{text: a.Text})
	return x.put(doc)
}
