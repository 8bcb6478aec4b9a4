package replica_test

import (
	"fmt"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// about is a command about a document.
func about(name string, id app.ID, args any) *app.Command {
	return &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Args: args}
}

func (w *world) draft(office app.ID) *app.Command {
	return about("document.draft.1", w.newDocID(), &app.DraftCreate{Unit: office, Division: office + ".vp", Fields: w.fields(), Files: file(w), To: w.others(office)})
}

// outgoing and incoming are new documents of an office.
func (w *world) outgoing(office app.ID) *app.Command {
	return about("document.register_send.1", w.newDocID(), &app.RegisterAndSend{
		Unit: office, Fields: w.fields(), Files: file(w), Book: office + ".di", To: w.others(office),
		Signer: office + ".leader", Form: app.AuthorityTM,
	})
}

func (w *world) incoming(office app.ID) *app.Command {
	return about("document.receive.1", w.newDocID(), &app.IncomingCreate{Unit: office, Fields: w.fields()})
}

// ending are the actions after which there is little left to do.
var ending = []app.Action{"document.return_incoming", "document.cancel", "document.complete"}

// onDocument does something with a document: mostly what a screen would offer,
// so that people change what others have changed; now and then what they may not.
func (w *world) onDocument(l *laptop) *app.Command {
	id, d := l.someDoc()
	if d == nil {
		return nil
	}
	if w.r.IntN(12) == 0 {
		return &app.Command{Name: "readmark.set.1", Target: app.Key{Kind: app.KindReadMark, ID: app.ReadMarkID(l.person, id)}, Args: &app.MarkRead{Doc: id}}
	}
	act := pick(w, app.DocumentActions)
	if w.r.IntN(5) > 0 {
		act = w.offered(l, d)
	}
	args := w.argsOf(act, l, d)
	if args == nil || slices.Contains(ending, act) && w.r.IntN(3) > 0 {
		act, args = "document.remark", w.argsOf("document.remark", l, d)
	}
	return about(string(act)+".1", id, args)
}

// offered is one of the actions that the laptop's screen offers for a document.
func (w *world) offered(l *laptop, d *app.Document) app.Action {
	var some []app.Action
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		actor, err := v.Directory().Actor(l.person, "", l.clock())
		if err != nil {
			return nil // of a laptop that has not loaded yet
		}
		for _, dec := range app.Allowed(v.Directory(), actor, d) {
			if dec.Allow && w.argsOf(dec.Action, l, d) != nil {
				some = append(some, dec.Action)
			}
		}
		return nil
	}))
	if len(some) == 0 {
		return "document.remark"
	}
	return pick(w, some)
}

// argsOf are arguments for an action; nil for one that nobody here takes.
func (w *world) argsOf(act app.Action, l *laptop, d *app.Document) any {
	switch act {
	case "document.remark":
		return &app.RemarkAdd{Text: fmt.Sprintf("Đề nghị báo cáo lần %d", w.r.IntN(100))}
	case "document.accept", "document.complete", "document.check_form", "document.check_content":
		return &app.Note{Text: "xong"}
	case "document.register":
		return &app.Register{Book: d.Unit + ".den"}
	case "document.submit":
		return &app.Submit{To: d.Unit + app.ID(pick(w, []string{".leader", ".leader", ".deputy"}))}
	case "document.direct":
		return w.directive(d.Unit)
	case "document.answer":
		return w.answerTo(l, d)
	case "document.return_incoming", "document.cancel", "document.send_back":
		return &app.Reason{Text: "nhầm"}
	case "document.submit_draft":
		return &app.SubmitDraft{To: d.Unit + app.ID(pick(w, []string{".leader", ".leader", ".head"}))}
	case "document.approve_draft":
		return &app.ApproveDraft{Revision: d.Revision, Content: d.MainHash()}
	case "document.add_file":
		return &app.FileAdd{File: file(w)[0]}
	case "document.edit":
		return &app.DraftEdit{Set: map[string]any{"subject": fmt.Sprintf("Về việc sửa lần %d", w.r.Uint32())}, Old: map[string]any{"subject": d.Subject}}
	}
	return nil
}

func (w *world) directive(office app.ID) any {
	to := []app.Receiver{{ID: office + ".officer", Role: app.Lead}}
	if w.r.IntN(2) == 0 {
		to = append(to, app.Receiver{ID: office + ".vp", Unit: true, Role: app.Assist})
	}
	return &app.Direct{Text: "Giao tham mưu", Due: w.now.Date() + 7, Receivers: to}
}

func (w *world) answerTo(l *laptop, d *app.Document) any {
	if len(d.Directives) == 0 {
		return nil
	}
	keys := slices.Sorted(maps.Keys(d.Directives))
	return &app.TaskAnswer{TaskRef: app.TaskRef{Directive: pick(w, keys), Receiver: l.person}, Text: "Đã xong"}
}
