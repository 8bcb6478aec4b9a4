package app

import (
	"slices"
	"strconv"
)

func init() {
	define("document.sign.1", KindDocument, signDigitally)
	define("document.seal.1", KindDocument, seal)
	define("document.initial.1", KindDocument, putInitial)
	define("document.judge.1", KindDocument, judge, system)
}

// The way of a digital signature: the authorised person signs (NĐ 30/2020, Điều
// 13), văn thư numbers, and seals with the agency's key what carries a good
// signature (Điều 14, 17 and 32). Each signature holds for the very bytes that
// its signer read; the server judges it when it has them.

// openForOwnKey loads what a person has read and signed with his own key, which
// signs for him alone, never under a delegation.
func (x *Exec) openForOwnKey(revision uint32, content Hash) (*Document, error) {
	doc, err := x.open()
	if err != nil {
		return nil, err
	}
	if x.Actor.Delegation != "" {
		return nil, Refuse(Forbidden, "sign.not_delegated")
	}
	return doc, exact(doc, revision, content)
}

// openForAgencyKey loads what văn thư has read and sealed: in person, with the
// device that the agency has entrusted to văn thư (Điều 32), never under a
// delegation.
func (x *Exec) openForAgencyKey(revision uint32, content Hash) (*Document, error) {
	doc, err := x.open()
	if err != nil {
		return nil, err
	}
	if x.Actor.Delegation != "" {
		return nil, Refuse(Forbidden, "seal.not_delegated")
	}
	return doc, exact(doc, revision, content)
}

// signDigitally takes the signature of the authorised person.
func signDigitally(x *Exec, a *Sign) error {
	doc, err := x.openForOwnKey(a.Revision, a.Content)
	if err != nil {
		return err
	}
	if err := x.sign(doc, x.Actor.Person, a.Form); err != nil {
		return err
	}
	if err := x.takeSigned(doc, x.Cmd.ID, &a.File, a.Claim); err != nil {
		return err
	}
	doc.Submitted = ""
	x.step(doc, OutSigned, note{to: x.Actor.Person})
	return x.put(doc)
}

// seal takes the agency's signature: by văn thư with the device that the agency
// keeps, so never by a provider, and only on what carries a good signature of
// the person and has its number (Điều 32 and 14).
func seal(x *Exec, a *Seal) error {
	doc, err := x.openForAgencyKey(a.Revision, a.Content)
	if err != nil {
		return err
	}
	if err := sealable(doc); err != nil {
		return err
	}
	if a.Claim.Key == KeyRemote {
		return Refuse(Invalid, "seal.remote")
	}
	x.addSignature(doc, x.Cmd.ID, Signature{Kind: SignatureOrgan, By: x.Actor.Person, At: x.Now})
	if err := x.takeSigned(doc, x.Cmd.ID, &a.File, a.Claim); err != nil {
		return err
	}
	if err := x.sealAttachments(doc, a.Attachments); err != nil {
		return err
	}
	x.step(doc, OutSealed, note{})
	return x.put(doc)
}

// sealable says why the agency's key may not sign yet.
func sealable(doc *Document) error {
	person, ok := doc.signature(SignaturePerson)
	_, sealed, _ := doc.Signed()
	switch {
	case sealed:
		return Refuse(Conflict, "sign.sealed_already")
	case !ok || !person.Digital:
		return Refuse(Conflict, "seal.not_digital")
	case doc.BookNumber == 0:
		return Refuse(Conflict, "seal.no_number")
	case person.Verdict.Indication == "":
		return Refuse(Conflict, "seal.not_judged")
	case !person.Verdict.Passed():
		return Refuse(Conflict, "seal.first_not_good").With("indication", person.Verdict.Indication).With("sub", person.Verdict.Sub)
	}
	return nil
}

// takeSigned puts the signed file in the place of the main file, and notes in the
// signature where it is.
func (x *Exec) takeSigned(doc *Document, id CommandID, f *NewFile, claim Claim) error {
	key, _ := doc.MainFile()
	before := doc.Files[key]
	switch {
	case !doc.mainPDF():
		return Refuse(Invalid, "sign.not_pdf")
	case f.Replaces != key || !f.Content.extends(before.Content):
		return Refuse(Invalid, "sign.not_added")
	case claim.incomplete():
		return Refuse(Invalid, "sign.no_claim")
	}
	signed := *f
	signed.Name, signed.Media, signed.Role, signed.Source = before.Name, mediaPDF, FileMain, before.Source
	if err := x.addFiles(doc, []NewFile{signed}); err != nil {
		return err
	}
	s := doc.Signatures[id]
	s.Digital, s.File, s.Content, s.Claim = true, FileKey(x.Cmd.ID, 0), f.Content.SHA256, claim
	doc.Signatures[id] = s
	return nil
}

const mediaPDF = "application/pdf"

// mainPDF reports whether the document itself is a PDF, as digital signatures need.
func (d *Document) mainPDF() bool {
	key, ok := d.MainFile()
	return ok && d.Files[key].Media == mediaPDF
}

// putInitial adds a check's signature beside the file.
func putInitial(x *Exec, a *PutInitial) error {
	doc, err := x.openForOwnKey(a.Revision, a.Content)
	if err != nil {
		return err
	}
	if a.Content.IsZero() || len(a.CMS) == 0 || len(a.CMS) > maxCMS {
		return Refuse(Invalid, "sign.no_claim")
	}
	if doc.initialled(x.Actor.Person) {
		return Refuse(Conflict, "initial.already")
	}
	if doc.Initials == nil {
		doc.Initials = map[CommandID]Initial{}
	}
	doc.Initials[x.Cmd.ID] = Initial{By: x.Actor.Person, At: x.Now, Revision: a.Revision, Content: a.Content, Given: a.Given, CMS: a.CMS, Claim: a.Claim}
	x.step(doc, "", note{})
	return x.put(doc)
}

const maxCMS = 32 << 10

// initialled reports whether the person has put his initial on this revision.
func (d *Document) initialled(person ID) bool {
	for _, i := range d.Initials {
		if i.By == person && i.Revision == d.Revision && i.Content == d.MainHash() {
			return true
		}
	}
	return false
}

// InitialText is what an initial signs: a JSON object in the form of RFC 8785.
// Ids and hashes have no character that JSON would escape.
func InitialText(doc ID, person ID, revision uint32, content Hash, given Time) []byte {
	b := []byte(`{"at":`)
	b = strconv.AppendInt(b, int64(given), 10)
	b = append(b, `,"by":"`...)
	b = append(b, person...)
	b = append(b, `","document":"`...)
	b = append(b, doc...)
	b = append(b, `","kind":"ky_nhay","revision":`...)
	b = strconv.AppendUint(b, uint64(revision), 10)
	b = append(b, `,"sha256":"`...)
	b = append(b, content.String()...)
	return append(b, `"}`...)
}

// judge notes the server's verdicts. A file with a time-stamp or with evidence
// takes the place of the judged one only while that is the document and has not
// gone out: what has been sent stays as it is.
func judge(x *Exec, a *Judge) error {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if doc.State == InRecalled {
		return wrongState(doc) // frozen
	}
	for id, v := range a.Initials {
		if i, ok := doc.Initials[id]; ok {
			i.Verdict = v
			doc.Initials[id] = i
		}
	}
	if a.File != 0 {
		if err := x.judgeFile(doc, a); err != nil {
			return err
		}
	}
	return x.put(doc)
}

func (x *Exec) judgeFile(doc *Document, a *Judge) error {
	f, ok := doc.Files[a.File]
	if !ok {
		return Refuse(NotFound, "file.not_found")
	}
	for id, v := range a.Signatures {
		if s, ok := doc.Signatures[id]; ok && s.Digital {
			s.Verdict = v
			doc.Signatures[id] = s
		}
		if c, ok := doc.CertifiedCopies[id]; ok {
			c.Verdict = v
			doc.CertifiedCopies[id] = c
		}
	}
	switch {
	case a.Stamped != nil:
		return x.takeStamped(doc, a)
	case a.Added != nil:
		return x.takeAdded(doc, a)
	}
	f.Verdict = a.Verdict
	doc.Files[a.File] = f
	return nil
}

// takeStamped puts the file in place whose last signature has got a time-stamp;
// the signature is in that one now.
func (x *Exec) takeStamped(doc *Document, a *Judge) error {
	if !doc.isCopy(a.File) && !slices.Contains(outClerk, doc.State) || doc.NewestOf(a.File) != a.File {
		return Refuse(Conflict, "judge.superseded")
	}
	key, err := x.takePlace(doc, a, *a.Stamped)
	if err != nil {
		return err
	}
	for id, s := range doc.Signatures {
		if s.File == a.File {
			s.File, s.Content = key, a.Stamped.Content.SHA256
			doc.Signatures[id] = s
		}
	}
	if id, c, ok := doc.CopyIn(a.File); ok {
		c.File = key
		doc.CertifiedCopies[id] = c
	}
	return nil
}

// takeAdded puts the file in place that has evidence behind both signatures. They
// stay in the versions that they have made.
func (x *Exec) takeAdded(doc *Document, a *Judge) error {
	if main, _, ok := doc.Completable(); !ok || main != a.File {
		return Refuse(Conflict, "judge.superseded")
	}
	if !a.Added.Content.extends(doc.Files[a.File].Content) {
		return Refuse(Invalid, "sign.not_added")
	}
	_, err := x.takePlace(doc, a, *a.Added)
	return err
}

// takePlace puts a file of the server's making in the place of the judged one. It
// stays the file of whoever has brought that.
func (x *Exec) takePlace(doc *Document, a *Judge, next NewFile) (CommandID, error) {
	before := doc.Files[a.File]
	next.Name, next.Media, next.Role, next.Replaces, next.Source = before.Name, before.Media, before.Role, a.File, before.Source
	if err := x.putFiles(doc, []NewFile{next}); err != nil {
		return 0, err
	}
	key := FileKey(x.Cmd.ID, 0)
	now := doc.Files[key]
	now.By, now.AtServer, now.Verdict = before.By, x.Now, a.Verdict
	doc.Files[key] = now
	return key, nil
}
