package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"khonggiay/app"
	"khonggiay/app/demo/paper"
)

// Stage is where a history is played: the province's store behind the code
// that decides commands.
type Stage interface {
	// Give decides one command as if the moment were at, and tells its id and
	// the number that its document was given. A refusal is an *app.Error.
	Give(ctx context.Context, at app.Time, cmd *app.Command) (app.CommandID, uint32, error)
	// Get returns the record as it is now.
	Get(app.Key) (app.Record, error)
}

// Sealer stores the content of files.
type Sealer interface {
	Seal(ctx context.Context, src io.Reader) (app.FileVersion, error)
}

// player gives the acts of a history, one after the other.
type player struct {
	ctx    context.Context
	stage  Stage
	sealer Sealer
	r      *rand.Rand
	at     app.Time
	last   map[app.ID]uint32 // last number given, by book; years apart
	year   int
	files  []app.FileVersion
	err    error
}

// play gives all acts. The first refusal ends it: a history is written so that
// nothing is refused.
func (pl *player) play(acts []act) error {
	for i, a := range acts {
		if err := pl.one(a); err != nil {
			return fmt.Errorf("demo: %s by %s on %s at %s: %w", a.name, a.by, a.target.ID, a.at.Std().Format("2006-01-02 15:04"), describe(err))
		}
		if i%100 == 0 {
			if err := pl.ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

func describe(err error) error {
	var e *app.Error
	if errors.As(err, &e) && len(e.Data) > 0 {
		return fmt.Errorf("%w %v", err, e.Data)
	}
	return err
}

func (pl *player) one(a act) error {
	pl.at = a.at
	if y := a.at.Year(); y != pl.year {
		pl.year, pl.last = y, map[app.ID]uint32{}
	}
	args := a.args(pl)
	if pl.err != nil {
		return pl.err
	}
	id, number, err := pl.stage.Give(pl.ctx, a.at, &app.Command{Name: a.name, Target: a.target, Actor: a.by, Args: args})
	if err != nil {
		return err
	}
	*a.gave = id
	if book := bookOf(args); book != "" {
		pl.last[book] = number
	}
	return pl.stored(a, id, args)
}

// bookOf is the book from which the command takes a number.
func bookOf(args any) app.ID {
	switch a := args.(type) {
	case *app.Register:
		return a.Book
	case *app.Number:
		return a.Book
	case *app.RegisterAndSend:
		return a.Book
	}
	return ""
}

// nextNumber is the number that the book will give next: a clerk reads it off
// the book before he stamps the paper.
func (pl *player) nextNumber(b *app.Book) uint32 { return pl.last[b.ID] + 1 }

// document is the document as it is now. An error is kept and ends the play.
func (pl *player) document(id app.ID) *app.Document {
	r, err := pl.stage.Get(app.Key{Kind: app.KindDocument, ID: id})
	if doc, ok := r.(*app.Document); ok && err == nil {
		return doc
	}
	pl.fail(fmt.Errorf("document %s: %w", id, err))
	return &app.Document{}
}

func (pl *player) fail(err error) {
	if pl.err == nil {
		pl.err = err
	}
}

// paper makes the PDF of an outgoing document, seals it, and describes it.
func (pl *player) paper(m sending, number uint32) (app.NewFile, int) {
	l := m.letter(pl.r, number)
	return pl.seal(l)
}

func (pl *player) seal(l paper.Letter) (app.NewFile, int) {
	pdf, pages, err := paper.Make(l)
	if err != nil {
		pl.fail(err)
		return app.NewFile{}, 0
	}
	v, err := pl.sealer.Seal(pl.ctx, bytes.NewReader(pdf))
	if err != nil {
		pl.fail(err)
		return app.NewFile{}, 0
	}
	pl.files = append(pl.files, v)
	return app.NewFile{Name: l.FileName(), Media: "application/pdf", Content: v, SHA256: v.SHA256}, pages
}

// stored tells that the server has the contents that a command named: they were
// sealed into its own store.
func (pl *player) stored(a act, id app.CommandID, args any) error {
	n := 0
	switch x := args.(type) {
	case *app.RegisterAndSend:
		n = len(x.Files)
	case *app.DraftCreate:
		n = len(x.Files)
	case *app.IncomingCreate:
		n = len(x.Files)
	}
	for i := range n {
		_, _, err := pl.stage.Give(pl.ctx, a.at, &app.Command{
			Name: "document.content_stored.1", Target: a.target, Actor: app.SystemPerson,
			Args: &app.ContentStored{File: app.FileKey(id, i)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
