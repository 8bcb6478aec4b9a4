package fire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
)

// oracle remembers what people were told. A text that was acknowledged must be
// found again, once, wherever its author looks; one whose answer never came may
// be there once or not at all.
type oracle struct {
	t *testing.T

	mu    sync.Mutex
	tried map[string]app.ID // every remark that was ever sent, by its text: its document
	acked map[string]ack
	docs  []app.ID // acknowledged documents, everybody's
	fresh chan struct{}
}

// ack is one thing that somebody was told is kept.
type ack struct {
	by  string // machine
	doc app.ID
	// subject of a document, or the text of a remark when empty.
	subject string
	file    bool
	id      app.CommandID
}

func newOracle(t *testing.T) *oracle {
	return &oracle{t: t, tried: map[string]app.ID{}, acked: map[string]ack{}, fresh: make(chan struct{}, 1<<16)}
}

func (o *oracle) try(text string, doc app.ID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tried[text] = doc
}

func (o *oracle) ack(text string, a ack) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acked[text] = a
	if a.subject != "" {
		o.docs = append(o.docs, a.doc)
	}
	o.fresh <- struct{}{}
}

// anyDoc is a document that somebody was told is kept, "" before the first.
func (o *oracle) anyDoc(r *rand.Rand, by string) app.ID {
	o.mu.Lock()
	defer o.mu.Unlock()
	var own []app.ID
	for _, a := range o.acked {
		if a.by == by && a.subject != "" {
			own = append(own, a.doc)
		}
	}
	if len(own) == 0 {
		return ""
	}
	slices.Sort(own) // a map has no order
	return own[r.IntN(len(own))]
}

// await waits for n more acknowledgements.
func (o *oracle) await(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for range n {
		select {
		case <-o.fresh:
		case <-ctx.Done():
			return errors.New("nobody can work")
		}
	}
	return nil
}

// of lists what a machine was told, oldest last; "" is everybody.
func (o *oracle) of(machine string) map[string]ack {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := maps.Clone(o.acked)
	maps.DeleteFunc(out, func(_ string, a ack) bool { return machine != "" && a.by != machine })
	return out
}

// worker is a person who works at a screen as fast as it answers.
type worker struct {
	*oracle
	name   string
	screen *screen
	rand   *rand.Rand
	n      int
}

// work goes on until ctx ends or the machine is dead.
func (w *worker) work(ctx context.Context) {
	for ctx.Err() == nil {
		err := w.step()
		var no *refusal
		switch {
		case errors.As(err, &no):
			w.t.Errorf("%s: refused: %v", w.name, err)
			return
		case err != nil:
			return // nobody is there
		}
	}
}

func (w *worker) step() error {
	doc := w.anyDoc(w.rand, w.name)
	w.n++
	text := fmt.Sprintf("%s.%d", w.name, w.n)
	switch {
	case doc == "" || w.rand.IntN(3) == 0:
		return w.receive(text)
	default:
		return w.remark(text, doc)
	}
}

// receive enters a document, every other one with a file, and has it numbered.
func (w *worker) receive(text string) error {
	doc := app.NewID(app.Time(1_790_000_000_000))
	args := map[string]any{"unit": commune, "fields": map[string]any{"subject": text, "paper": true}}
	file := w.rand.IntN(2) == 0
	if file {
		up, err := w.screen.upload(text+".pdf", paper(text))
		if err != nil {
			return err
		}
		args["files"] = []map[string]any{{"name": "", "sha256": up.SHA256}}
	}
	given, err := w.screen.give("document.receive.1", doc, args)
	if err != nil {
		return err
	}
	w.ack(text, ack{by: w.name, doc: doc, subject: text, file: file, id: given.ID})
	_, err = w.screen.give("document.register.1", doc, map[string]any{"book": bookIn})
	return err
}

func (w *worker) remark(text string, doc app.ID) error {
	w.try(text, doc)
	given, err := w.screen.give("document.remark.1", doc, map[string]any{"text": text})
	if err == nil {
		w.ack(text, ack{by: w.name, doc: doc, id: given.ID})
	}
	return err
}

// check looks for what was acknowledged on a screen.
func (o *oracle) check(t *testing.T, at string, s *screen, promised map[string]ack) {
	t.Helper()
	o.mu.Lock()
	tried := maps.Clone(o.tried)
	o.mu.Unlock()
	looked := map[app.ID]*api.Doc{}
	for _, text := range slices.Sorted(maps.Keys(promised)) {
		a := promised[text]
		d, before := looked[a.doc]
		if !before {
			d = s.doc(t, a.doc)
			looked[a.doc] = d
		}
		switch {
		case d == nil:
			t.Errorf("%s lost document %s of %s", at, a.doc, text)
			continue
		case a.subject != "" && d.Subject != a.subject:
			t.Errorf("%s: document %s is called %q, was %q", at, a.doc, d.Subject, a.subject)
		case a.subject == "" && remarks(d, text) != 1:
			t.Errorf("%s has the remark %s %d times", at, text, remarks(d, text))
		case a.file && len(d.Files) != 1:
			t.Errorf("%s: document %s has %d files", at, a.doc, len(d.Files))
		}
		if before {
			continue
		}
		for _, r := range d.Remarks {
			if n := remarks(d, r.Text); n != 1 || tried[r.Text] != a.doc {
				t.Errorf("%s has the remark %s of %s %d times on %s", at, r.Text, tried[r.Text], n, a.doc)
			}
		}
	}
}
