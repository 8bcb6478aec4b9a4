package desktop

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/signing/record"
)

// task is one document of an order, as it is now.
type task struct {
	viewer api.Viewer
	order  *api.SignOrder
	doc    api.SignDocument
	record *app.Document
	file   app.CommandID // the main file
	main   app.File
	now    time.Time // as the signer's clock and zone have it
	name   string    // of the person, or of the agency
	sealed []app.SealedAttachment
}

// Sign implements api.Signing. Everything that can be known before is looked at
// before the PIN is tried: each wrong try counts, and each signature is made once.
func (s *signer) Sign(ctx context.Context, v api.Viewer, order api.SignOrder) ([]api.SignedDocument, error) {
	pin := []byte(order.PIN)
	order.PIN = ""
	defer clear(pin)
	if !s.turn.TryLock() {
		return nil, app.Refuse(app.Conflict, "sign.busy")
	}
	defer s.turn.Unlock()
	k, err := s.find(ctx, order.Key)
	if err != nil {
		return nil, err
	}
	if k.Refused != "" {
		return nil, app.Refuse(app.Invalid, k.Refused)
	}
	out := make([]api.SignedDocument, len(order.Documents))
	signatures := 0
	for i, d := range order.Documents {
		out[i].ID = d.ID
		t, err := s.prepare(ctx, v, &order, d, k)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			out[i].Problem = s.problem(d.ID, err)
			continue
		}
		signatures += 1 + len(t.doc.Attachments)
	}
	if signatures == 0 {
		return out, nil
	}
	by, err := s.logIn(ctx, k, signatures, pin)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := by.close(); err != nil {
			s.log.Warn("logging out of a token", "err", err)
		}
	}()
	if problem := s.certificateProblem(ctx, by.Certificate(), by.Issuers()); problem != "" { // of a file that told it now
		return nil, app.Refuse(app.Invalid, problem)
	}
	s.signAll(ctx, v, &order, k, by, out)
	return out, nil
}

// signAll signs one document after the other. What has been signed stays so,
// whatever becomes of the token.
func (s *signer) signAll(ctx context.Context, v api.Viewer, order *api.SignOrder, k key, by login, out []api.SignedDocument) {
	for i, d := range order.Documents {
		if ctx.Err() != nil {
			return // nobody waits for an answer, or the program ends
		}
		if out[i].Problem == nil {
			s.signNext(ctx, v, order, d, k, by, &out[i])
		}
		s.events.Publish(api.Event{Entity: "signing", IDs: []app.ID{d.ID}}, nil)
	}
}

// signNext signs a document, or says beside it why not.
func (s *signer) signNext(ctx context.Context, v api.Viewer, order *api.SignOrder, d api.SignDocument, k key, by login, out *api.SignedDocument) {
	t, err := s.prepare(ctx, v, order, d, k) // again: much may have come since the first look
	if err != nil {
		out.Problem = s.problem(d.ID, err)
		return
	}
	given, err := s.signOne(ctx, t, k, by)
	if err != nil {
		out.Problem = s.problem(d.ID, err)
		return
	}
	result := api.CommandResult(given)
	out.Given = &result
}

func (s *signer) problem(id app.ID, err error) *api.Problem {
	if app.AsError(err).Code == app.Internal {
		s.log.Error("signing a document", "document", id, "err", err)
	}
	return api.ProblemOf(s.explain(err))
}

// prepare reads the document and goes through the command that the signature will
// come with, so that none is made which no rule allows.
func (s *signer) prepare(ctx context.Context, v api.Viewer, order *api.SignOrder, d api.SignDocument, k key) (*task, error) {
	dir := s.store.Directory()
	t := &task{viewer: v, order: order, doc: d, now: s.clock.Now().Std().In(time.Local)}
	err := s.store.Read(ctx, func(view *sqlite.View) (err error) {
		t.record, err = documentIn(view, d.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if t.record == nil {
		return nil, app.Refuse(app.NotFound, "document.not_found")
	}
	var there bool
	if t.file, there = t.record.MainFile(); !there {
		return nil, app.Refuse(app.NotFound, "file.not_found")
	}
	t.main = t.record.Files[t.file]
	if order.Kind != api.SignOrgan {
		t.doc.Attachments = nil
	}
	if order.Kind.OfAgency() {
		if u := dir.Unit(t.record.Unit); u != nil {
			t.name = u.Name
		}
	} else if p := dir.Person(v.Person); p != nil {
		t.name = p.Name
	}
	if err := s.rehearse(ctx, t, k); err != nil {
		return nil, err
	}
	for _, file := range slices.Concat(t.doc.Attachments, []app.CommandID{t.file}) {
		if missing := s.files.Missing(t.record.Files[file].Content); len(missing) > 0 {
			return nil, app.Refuse(app.NotFound, "content.not_here")
		}
	}
	if t.ofItsOwn() {
		return t, s.hasPages(t)
	}
	return t, nil
}

// errRehearsed takes back what a rehearsal wrote.
var errRehearsed = errors.New("a rehearsal")

// rehearse runs the command on the records as they are, with a signature that is
// none, and takes it back: the same rules as everybody's decide.
func (s *signer) rehearse(ctx context.Context, t *task, k key) error {
	l, err := s.enrolled()
	if err != nil {
		return err
	}
	claim := t.claim(k)
	claim.Field, claim.Certificate = personField, app.Hash{1} // what is not known yet
	v := t.main.Content
	if t.ofItsOwn() {
		v = app.FileVersion{}
	}
	tried := *t
	for _, file := range t.doc.Attachments {
		tried.sealed = append(tried.sealed, app.SealedAttachment{File: t.attachment(file, grownBy(t.record.Files[file].Content)), Claim: claim})
	}
	cmd := tried.command(grownBy(v), []byte{0}, app.TimeOf(t.now), claim)
	cmd.ID, cmd.Actor, cmd.At = app.NewCommandID(l.identity().Writer, maxCounter), t.viewer.Person, s.clock.Now()
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := app.Execute(tx, cmd, s.clock.Now(), false); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// grownBy is a version with something added that is nowhere.
func grownBy(v app.FileVersion) app.FileVersion {
	return app.FileVersion{SHA256: app.Hash{1}, Size: v.Size + 1, Segments: append(v.Segments[:len(v.Segments):len(v.Segments)],
		app.Segment{Name: app.Hash{1}, Size: 17, Plain: 1, Key: app.SegmentKey{1}})}
}

// maxCounter is one that no command of this laptop ever has.
const maxCounter = 1<<32 - 1

// claim is what this machine says of the signature.
func (t *task) claim(k key) app.Claim {
	return app.Claim{Certificate: k.Certificate, Subject: shortened(k.Subject), Issuer: shortened(k.Issuer), Key: k.Kind}
}

// shortened keeps a name within what a claim takes.
func shortened(s string) string {
	const most = 200
	for utf8.RuneCountInString(s) > most {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// command is the one that a signature comes with.
func (t *task) command(signed app.FileVersion, message []byte, given app.Time, claim app.Claim) *app.Command {
	cmd := &app.Command{Target: app.Key{Kind: app.KindDocument, ID: t.doc.ID}}
	f := app.NewFile{Name: t.main.Name, Media: t.main.Media, Role: app.FileMain, Content: signed, Replaces: t.file, Source: t.main.Source}
	switch t.order.Kind {
	case api.SignPerson:
		cmd.Name, cmd.Args = "document.sign.1", &app.Sign{Revision: t.doc.Revision, Content: t.doc.Content, File: f, Form: t.doc.Form, Claim: claim}
	case api.SignOrgan:
		cmd.Name, cmd.Args = "document.seal.1", &app.Seal{Revision: t.doc.Revision, Content: t.doc.Content, File: f, Claim: claim, Attachments: t.sealed}
	case api.SignCopy:
		cmd.Name, cmd.Args = "document.copy.1", t.copyArgs(signed, claim)
	case api.SignInitial:
		cmd.Name, cmd.Args = "document.initial.1", &app.PutInitial{Revision: t.doc.Revision, Content: t.doc.Content, Given: given, CMS: message, Claim: claim}
	}
	return cmd
}

// signOne makes the signature and gives its command. Once it is made, the end of
// the request keeps nothing back.
func (s *signer) signOne(ctx context.Context, t *task, k key, by login) (api.Given, error) {
	k.SigningKey = withCertificate(k.SigningKey, by)
	claim := t.claim(k)
	if t.order.Kind == api.SignInitial {
		return s.initial(ctx, t, by, claim)
	}
	signed, field, err := s.signFile(ctx, t, by)
	if err != nil {
		return api.Given{}, err
	}
	if err := s.sealAttachments(ctx, t, by, claim); err != nil {
		return api.Given{}, err
	}
	claim.Field = field
	return s.giveSigned(ctx, t, signed, claim)
}

// giveSigned gives the command of a file that is signed, and sends the file.
func (s *signer) giveSigned(ctx context.Context, t *task, signed app.FileVersion, claim app.Claim) (api.Given, error) {
	after := context.WithoutCancel(ctx)
	given, err := commander{s.App}.Give(after, t.viewer, t.command(signed, nil, 0, claim))
	if err != nil {
		return api.Given{}, err
	}
	c := &contents{store: s.store, files: s.files, now: s.clock.Now, link: s.carrier, open: s.mayOpen}
	made := []app.NewFile{{Name: t.main.Name, Content: signed}}
	for _, a := range t.sealed {
		made = append(made, a.File)
	}
	for _, f := range made {
		if err := c.Upload(after, f.Content, f.Name); err != nil {
			s.log.Error("scheduling a signed file", "err", err) // found again: nothing sends what its document names
		}
	}
	return given, nil
}

// withCertificate takes over the certificate that really signs.
func withCertificate(k api.SigningKey, by login) api.SigningKey {
	if sha256.Sum256(by.Certificate().Raw) == k.Certificate {
		return k
	}
	now := describe(by.Certificate())
	now.ID, now.Kind, now.Token = k.ID, k.Kind, k.Token
	return now
}

// initial signs what the person has checked, beside the file.
func (s *signer) initial(ctx context.Context, t *task, by login, claim app.Claim) (api.Given, error) {
	if err := s.whole(ctx, t.main.Content); err != nil {
		return api.Given{}, err
	}
	given := app.TimeOf(t.now)
	text := app.InitialText(t.doc.ID, t.viewer.Person, t.doc.Revision, t.doc.Content, given)
	message, err := record.Sign(ctx, by, text, by.scheme, given.Std())
	if err != nil {
		return api.Given{}, signRefusal(err)
	}
	return commander{s.App}.Give(context.WithoutCancel(ctx), t.viewer, t.command(app.FileVersion{}, message, given, claim))
}
