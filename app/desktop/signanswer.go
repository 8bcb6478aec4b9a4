package desktop

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"time"
	"unicode"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/remote"
	"khonggiay/sync/content"
)

// keptSignature is a document of a request: what it takes to put the value into it
// when it comes, and what became of it.
type keptSignature struct {
	Document api.SignDocument   `json:"document"`
	Name     string             `json:"name"`
	Given    *api.CommandResult `json:"given,omitempty"`
	Problem  *api.Problem       `json:"problem,omitempty"`
	// Of a PDF: what is appended to the version that the person has read before
	// the signature, and the signature without its value.
	Before  []byte          `json:"before,omitempty"`
	Pending json.RawMessage `json:"pending,omitempty"`
	Field   string          `json:"field,omitempty"`
	// At is the time in an initial.
	At app.Time `json:"at,omitempty"`
	// Made is what the command names that is about to be given: the signed file, or
	// the initial. After a kill it tells whether it was given.
	Made app.Hash `json:"made,omitzero"`
}

func unseen(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r)
}

// beginOne makes everything of a signature but its value.
func (s *signer) beginOne(ctx context.Context, t *task, ask remote.Order) (k keptSignature, digest []byte, err error) {
	k = keptSignature{Document: t.doc, Name: nameOf(t.record), At: app.TimeOf(t.now)}
	cert, issuers := ask.Credential.Certificate, ask.Credential.Issuers
	if t.order.Kind == api.SignInitial {
		if err := s.whole(ctx, t.main.Content); err != nil {
			return k, nil, err
		}
		p, err := prepareInitial(t, k.At, cert, issuers, ask.Scheme)
		if err != nil {
			return k, nil, signRefusal(err)
		}
		return k, p.Digest, nil
	}
	file, closeFile, err := s.openMain(ctx, t)
	if err != nil {
		return k, nil, err
	}
	defer closeFile()
	o, err := s.lay(file, t, ask.Scheme)
	if err != nil {
		return k, nil, err
	}
	p, err := pades.Begin(file, file.Size(), o, cert, issuers)
	if err != nil {
		return k, nil, signRefusal(err)
	}
	k.Before, k.Field = file.more, o.Field
	if k.Pending, err = p.MarshalBinary(); err != nil {
		return k, nil, err
	}
	digest, err = p.Digest()
	return k, digest, signRefusal(err)
}

// prepareInitial makes an initial of a document but for its value.
func prepareInitial(t *task, at app.Time, cert *x509.Certificate, issuers []*x509.Certificate, scheme signing.Scheme) (*cms.Prepared, error) {
	text := app.InitialText(t.doc.ID, t.viewer.Person, t.doc.Revision, t.doc.Content, at)
	h := scheme.Hash.New()
	h.Write(text)
	return cms.Prepare(cert, issuers, h.Sum(nil), cms.Options{Scheme: scheme, SigningTime: at.Std().In(time.Local)})
}

// nameOf is how people call a document.
func nameOf(d *app.Document) string {
	name := d.Subject
	if d.CodeNumber != "" {
		name = d.CodeNumber + "/" + d.Notation + " " + name
	}
	if name = phoneText(name, maxPhoneName); name == "" {
		return string(d.ID)
	}
	return name
}

// answer puts the values into the documents, one after the other. What was signed
// stays so, whatever becomes of the others.
func (s *signer) answer(ctx context.Context, r *request) {
	for i := range r.Documents {
		if ctx.Err() != nil && !s.givenUp(r) { // who gives it up too late has confirmed
			return // goes on at the next start
		}
		if d := &r.Documents[i]; d.Given != nil || d.Problem != nil {
			continue
		}
		given, err := s.answerOne(context.WithoutCancel(ctx), r, i)
		s.change(r, func() {
			d := &r.Documents[i]
			if err != nil {
				d.Problem = s.problem(d.Document.ID, err)
				return
			}
			result := api.CommandResult(given)
			d.Given, d.Before, d.Pending = &result, nil, nil
		})
	}
	s.change(r, func() {
		r.Ended = s.clock.Now()
		for i := range r.Documents { // nothing is made of them any more
			r.Documents[i].Before, r.Documents[i].Pending = nil, nil
		}
	})
}

// change changes a request and puts it by. One that cannot be put by is found as it
// was at the next start, where what was given is found, too.
func (s *signer) change(r *request, change func()) {
	s.requests.mu.Lock()
	change()
	err := s.saveLocked(r.remote.ID, r)
	s.requests.mu.Unlock()
	if err != nil {
		s.log.Error("keeping a request to a provider", "request", r.remote.ID, "err", err)
	}
	s.tellOf(r)
}

// answerOne looks at the document as it is now, makes the signature whole and gives
// its command.
func (s *signer) answerOne(ctx context.Context, r *request, i int) (api.Given, error) {
	d, value := r.Documents[i], r.remote.Values[i]
	if done, err := s.givenBefore(ctx, d); done || err != nil {
		return api.Given{Status: api.GivenPending}, err
	}
	order := &api.SignOrder{Kind: r.Kind, Documents: []api.SignDocument{d.Document}}
	k := key{SigningKey: r.Key}
	t, err := s.prepare(ctx, api.Viewer{Person: r.Person, All: true}, order, d.Document, k)
	if err != nil {
		return api.Given{}, err
	}
	cert, err := x509.ParseCertificate(r.remote.Certificate)
	if err != nil {
		return api.Given{}, err
	}
	issuers, err := certificatesOf(r.Issuers)
	if err != nil {
		return api.Given{}, err
	}
	if problem := s.certificateProblem(ctx, cert, issuers); problem != "" {
		return api.Given{}, app.Refuse(app.Invalid, problem)
	}
	claim := t.claim(k)
	if r.Kind == api.SignInitial {
		p, err := prepareInitial(t, d.At, cert, issuers, r.remote.Scheme)
		if err != nil {
			return api.Given{}, signRefusal(err)
		}
		message, err := p.Finish(value)
		if err != nil {
			return api.Given{}, signRefusal(err)
		}
		s.change(r, func() { r.Documents[i].Made = sumOf(message) })
		return commander{s.App}.Give(ctx, t.viewer, t.command(app.FileVersion{}, message, d.At, claim))
	}
	signed, err := s.putValue(ctx, t, d, value)
	if err != nil {
		return api.Given{}, err
	}
	claim.Field = d.Field
	s.change(r, func() { r.Documents[i].Made = signed.SHA256 })
	return s.giveSigned(ctx, t, signed, claim)
}

// putValue makes the signed version. It must come of the very bytes that the
// signature was begun for.
func (s *signer) putValue(ctx context.Context, t *task, d keptSignature, value []byte) (v app.FileVersion, err error) {
	var p pades.Pending
	if err := p.UnmarshalBinary(d.Pending); err != nil {
		return v, err
	}
	file, closeFile, err := s.openMain(ctx, t)
	if err != nil {
		return v, err
	}
	defer closeFile()
	file.more = d.Before
	err = file.grow(func(to io.Writer) error { return p.Finish(file, to, value) })
	if err != nil {
		return v, signRefusal(err)
	}
	v, err = s.files.Append(ctx, t.main.Content, io.NewSectionReader(file, 0, file.Size()))
	return v, content.AsRefusal(err, api.MaxUpload)
}

// givenBefore tells whether the command was given before the program was killed.
func (s *signer) givenBefore(ctx context.Context, d keptSignature) (done bool, err error) {
	if d.Made.IsZero() {
		return false, nil
	}
	err = s.store.Read(ctx, func(v *sqlite.View) error {
		doc, err := documentIn(v, d.Document.ID)
		if err != nil || doc == nil {
			return err
		}
		for _, f := range doc.Files {
			done = done || f.Content.SHA256 == d.Made
		}
		for _, initial := range doc.Initials {
			done = done || sumOf(initial.CMS) == d.Made
		}
		return nil
	})
	return done, err
}
