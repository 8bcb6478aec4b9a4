package hub_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// recorder notes what people who act at the same time give and get.
type recorder struct {
	t    *testing.T
	f    *fixture
	h    *hub.Hub
	tick atomic.Int64

	// mu guards ops.
	mu  sync.Mutex
	ops []porcupine.Operation
}

// asked and got are one operation.
type asked struct {
	name     string
	target   app.ID
	revision uint32
}

type got struct {
	reason  string // "" = accepted
	current uint32
	number  uint32
}

// give gives one command through the hub's queue, as a browser does.
func (r *recorder) give(client int, person app.ID, name string, target app.ID, args any) {
	in := asked{name: name, target: target}
	if a, ok := args.(*app.ApproveDraft); ok {
		in.revision = a.Revision
	}
	call := r.tick.Add(1)
	res, err := r.h.Give(ctx, &app.Command{Name: name, Target: docKey(target), Actor: person, Args: args})
	back := r.tick.Add(1)
	var refused *app.Error
	if err != nil && !errors.As(err, &refused) {
		r.t.Errorf("%s: %v", name, err)
		return
	}
	out := got{reason: res.Reason, number: res.Number}
	if n, ok := res.Data["current"].(uint32); ok {
		out.current = n
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, porcupine.Operation{ClientId: client, Input: in, Output: out, Call: call, Return: back})
}

// draft reads a document as a person sees it before he acts.
func (r *recorder) draft(id app.ID) (doc *app.Document) {
	err := r.f.store.Read(ctx, func(v *sqlite.View) error {
		body, _, err := v.Body(docKey(id))
		if err != nil {
			return err
		}
		rec, err := feed.Decode(app.KindDocument, body)
		doc, _ = rec.(*app.Document)
		return err
	})
	if err != nil {
		r.t.Error(err)
	}
	return doc
}

// at runs clients at the same time.
func (r *recorder) at(clients ...func(client int)) {
	var all sync.WaitGroup
	for n, run := range clients {
		all.Go(func() { run(n) })
	}
	all.Wait()
}

func pdf(name string) app.NewFile {
	h := app.Hash([]byte(fmt.Sprintf("%-32.32s", name)))
	return app.NewFile{Name: "van-ban.pdf", Media: "application/pdf", Content: app.FileVersion{
		SHA256: h, Size: 4096, Segments: []app.Segment{{Name: h, Size: 4112, Plain: 4096, Key: app.SegmentKey(h)}},
	}}
}

func newRecorder(t *testing.T) *recorder {
	f := newFixture(t)
	h, err := hub.New(ctx, f.config)
	f.must(err)
	t.Cleanup(h.Close)
	return &recorder{t: t, f: f, h: h}
}

// Numbers of a book, asked for by many at once, are 1, 2, 3 … in an order in
// which it could have happened one after another.
func TestNumbersAreLinearizable(t *testing.T) {
	r := newRecorder(t)
	register := func(client int) {
		for n := range 8 {
			id := app.ID(fmt.Sprintf("out-%d-%d", client, n))
			r.give(client, "snv.clerk", "document.register_send.1", id, &app.RegisterAndSend{
				Unit: "snv", Fields: fields("gửi"), Files: []app.NewFile{pdf(string(id))}, Book: "snv.di", To: []app.ID{"xa1"},
				Signer: "snv.leader", Form: app.AuthorityTM,
			})
		}
	}
	r.at(register, register, register, register)
	if len(r.ops) != 32 {
		t.Fatalf("%d operations", len(r.ops))
	}
	model := porcupine.Model{
		Init: func() any { return uint32(0) },
		Step: func(last, _, out any) (bool, any) {
			n := out.(got).number
			return n == last.(uint32)+1, n
		},
	}
	if !porcupine.CheckOperations(model, r.ops) {
		t.Errorf("no order explains %+v", r.ops)
	}
}

// Approvals by many at once, while others write: each is of exactly the
// revision that was there, and there is one.
func TestApprovalsAreLinearizable(t *testing.T) {
	r := newRecorder(t)
	write := func(id app.ID) func(int) {
		return func(client int) {
			for n := range 4 {
				d := r.draft(id)
				r.give(client, "xa1.leader", "document.edit.1", id, &app.DraftEdit{
					Set: map[string]any{"subject": fmt.Sprintf("sửa %d lần %d", client, n)}, Old: map[string]any{"subject": d.Subject},
				})
			}
		}
	}
	approve := func(id app.ID) func(int) {
		return func(client int) {
			for range 4 {
				d := r.draft(id)
				r.give(client, "xa1.leader", "document.approve_draft.1", id, &app.ApproveDraft{Revision: d.Revision, Content: d.MainHash()})
			}
		}
	}
	approved := 0
	for n := range 6 {
		id := app.ID(fmt.Sprintf("draft-%d", n))
		r.ops = nil
		r.give(0, "xa1.officer", "document.draft.1", id, &app.DraftCreate{Unit: "xa1", Fields: fields("dự thảo"), Files: []app.NewFile{pdf(string(id))}, To: []app.ID{"snv"}})
		r.give(0, "xa1.officer", "document.submit_draft.1", id, &app.SubmitDraft{To: "xa1.leader"})
		r.at(write(id), write(id), approve(id), approve(id))
		approve(id)(0) // should all of them have come too late
		for _, o := range r.ops {
			if o.Input.(asked).name == "document.approve_draft.1" && o.Output.(got).reason == "" {
				approved++
			}
		}
		if !porcupine.CheckOperations(draftModel, r.ops) {
			t.Errorf("no order explains %+v", r.ops)
		}
	}
	if approved != 6 {
		t.Errorf("%d approvals of 6 drafts", approved)
	}
}

// draftState is what the model of one draft remembers.
type draftState struct {
	revision uint32
	approved bool
}

var draftModel = porcupine.Model{
	Init: func() any { return draftState{} },
	Step: func(state, input, output any) (bool, any) {
		s, in, out := state.(draftState), input.(asked), output.(got)
		switch {
		case in.name == "document.approve_draft.1" && out.reason == "document.revision_changed":
			return in.revision != s.revision && out.current == s.revision && !s.approved, s
		case out.reason != "":
			return true, s
		case in.name == "document.approve_draft.1":
			return in.revision == s.revision && !s.approved, draftState{s.revision, true}
		case in.name == "document.draft.1":
			return s.revision == 0, draftState{revision: 1}
		case in.name == "document.edit.1":
			return !s.approved, draftState{revision: s.revision + 1}
		}
		return true, s
	},
}
