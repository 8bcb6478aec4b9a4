package replica_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// history is what the people of a world saw: when each of them gave a command
// and when its answer came. However requests overlapped, it must look as if
// the server had done one thing after another (linearizability).
type history struct {
	tick int64
	ops  []porcupine.Operation
	open map[app.CommandID]int // given, not answered: place in ops
}

// call is a command as its author gave it, answer what came back.
type call struct {
	name     string
	doc      app.ID
	revision uint32   // that an approval names
	content  app.Hash // main file that an approval names, or that the command brings
}

type answer struct {
	accepted bool
	reason   string
	current  uint32 // revision that a refused approval was told
	book     app.ID
	year     int
	number   uint32
}

func (h *history) give(id app.CommandID, cmd *app.Command, client int) {
	c := call{name: strings.TrimSuffix(cmd.Name, ".1"), doc: cmd.Target.ID}
	switch a := cmd.Args.(type) {
	case *app.ApproveDraft:
		c.revision, c.content = a.Revision, a.Content
	case *app.DraftCreate:
		c.content = a.Files[0].SHA256
	case *app.FileAdd:
		c.content = a.File.SHA256
	}
	h.tick++
	h.open[id] = len(h.ops)
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: c, Call: h.tick})
}

// back notes an answer when it reaches the author.
func (h *history) back(w *world, r *feed.Result) {
	i, open := h.open[r.ID]
	if !open {
		return
	}
	h.tick++
	delete(h.open, r.ID)
	a := answer{accepted: r.Status == feed.Accepted, reason: r.Reason, book: r.Book, year: r.Year, number: r.Number}
	switch n := r.Data["current"].(type) {
	case uint32: // of a browser's, which no wire has changed
		a.current = n
	case uint64:
		a.current = uint32(n)
	}
	h.ops[i].Output, h.ops[i].Return = a, h.tick
}

// complete ends what was accepted and has not reached its author: it counts, as
// it was done before what comes now.
func (h *history) complete(results map[decision]verdict, epoch uint64) {
	h.tick++
	for id, i := range h.open {
		if v := results[decision{epoch, id}]; v.status == feed.Accepted {
			h.ops[i].Output, h.ops[i].Return = answer{accepted: true, book: v.book, year: v.year, number: v.number}, h.tick
		}
	}
}

// answered are the finished operations.
func (h *history) answered() []porcupine.Operation {
	return slices.DeleteFunc(slices.Clone(h.ops), func(o porcupine.Operation) bool { return o.Output == nil })
}

// partition groups operations by a key; "" leaves one out.
func partition(key func(call, answer) string) func([]porcupine.Operation) [][]porcupine.Operation {
	return func(all []porcupine.Operation) (out [][]porcupine.Operation) {
		groups, order := map[string][]porcupine.Operation{}, []string{}
		for _, o := range all {
			k := key(o.Input.(call), o.Output.(answer))
			if k == "" {
				continue
			}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], o)
		}
		for _, k := range order {
			out = append(out, groups[k])
		}
		return out
	}
}

// numberModel: a book gives 1, 2, 3 …, each once, and a later registration a
// higher one. A server that was restored has given some that nobody here saw.
// What is given on loan is known at once; of what the server gives when a book
// comes back, no author hears. With two holders all bets are off: verifyNumbers
// asks for the alarms.
func (w *world) numberModel() porcupine.Model {
	return porcupine.Model{
		Partition: partition(func(_ call, a answer) string {
			if a.number == 0 || w.unsure[a.book] {
				return ""
			}
			return fmt.Sprint(a.book, a.year)
		}),
		Init: func() any { return uint32(0) },
		Step: func(state, _, output any) (bool, any) {
			last, a := state.(uint32), output.(answer)
			return a.number == last+1 || (w.restored() || w.lent[a.book]) && a.number > last, a.number
		},
	}
}

const approving = "document.approve_draft"

// changesDraft are the commands that move what an approval depends on.
var changesDraft = []string{"document.draft", "document.edit", "document.add_file", "document.submit_draft"}

// approval is what a draft's model remembers.
type approval struct {
	revision, approved uint32
	main               app.Hash
}

// approvalModel: an approval is of exactly the present revision, and each
// revision is approved once; one that came too late was told what it is now.
var approvalModel = porcupine.Model{
	Partition: partition(func(c call, a answer) string {
		if a.accepted && slices.Contains(changesDraft, c.name) || c.name == approving {
			return string(c.doc)
		}
		return ""
	}),
	Init: func() any { return approval{} },
	Step: func(state, input, output any) (bool, any) {
		s, c, a := state.(approval), input.(call), output.(answer)
		switch c.name {
		case "document.draft":
			return s.revision == 0, approval{revision: 1, main: c.content}
		case "document.edit", "document.add_file":
			s.revision++
		case "document.submit_draft":
			s.approved = 0
		case approving:
			return s.approve(c, a)
		}
		return true, s
	},
}

func (s approval) approve(c call, a answer) (bool, any) {
	switch {
	case a.accepted:
		s, was := s, s
		s.approved = c.revision
		return was.reads(c) && was.approved != c.revision, s
	case a.reason == "document.revision_changed":
		return s.revision == a.current && !s.reads(c), s
	}
	return true, s
}

// reads reports whether an approval names what there is.
func (s approval) reads(c call) bool { return s.revision == c.revision && s.main == c.content }

// verifyHistory: numbers and approvals are linearizable; what the server has
// accepted counts, also where its author cannot hear of it any more.
func (w *world) verifyHistory() {
	w.ledger.history.complete(w.ledger.results, w.server.epoch)
	ops := w.ledger.history.answered()
	w.linear("numbers", w.numberModel(), ops)
	w.linear("approvals", approvalModel, aboutDrafts(ops))
}

func (w *world) linear(what string, m porcupine.Model, ops []porcupine.Operation) {
	for _, part := range m.Partition(ops) {
		if !porcupine.CheckOperations(m, part) {
			w.failf("the history of %s is not linearizable: %+v", what, part)
		}
	}
}

// aboutDrafts leaves the operations on documents that began as drafts.
func aboutDrafts(all []porcupine.Operation) []porcupine.Operation {
	drafts := map[app.ID]bool{}
	for _, o := range all {
		if c := o.Input.(call); c.name == "document.draft" && o.Output.(answer).accepted {
			drafts[c.doc] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(o porcupine.Operation) bool { return !drafts[o.Input.(call).doc] })
}
