package replica_test

import (
	"errors"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

func readAs(fn func(replica.View) error) func(*sqlite.View) error {
	return func(v *sqlite.View) error { return fn(v) }
}

// givenID follows from its parts and has the form that people's machines make
// (UUIDv7): a derived one is not theirs to take.
func givenID(parts ...string) app.ID {
	id := app.DeriveID(parts...)
	return id[:14] + "7" + id[15:]
}

// newDocID is a fresh id, remembered so that others may act on the document.
func (w *world) newDocID() app.ID {
	id := givenID("sim", fmt.Sprint(w.seed), fmt.Sprint(len(w.docs)))
	w.docs = append(w.docs, id)
	return id
}

// someDoc is a document that the laptop holds, if any.
func (l *laptop) someDoc() (app.ID, *app.Document) {
	var ids []app.ID
	l.w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		return v.Keys(app.KindDocument, func(id app.ID, _ uint64) error { ids = append(ids, id); return nil })
	}))
	if len(ids) == 0 {
		return "", nil
	}
	id := pick(l.w, ids)
	var doc *app.Document
	l.w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		if err == nil {
			doc = r.(*app.Document)
		}
		return err
	}))
	return id, doc
}

func file(w *world) []app.NewFile {
	var h app.Hash
	for i := range h {
		h[i] = byte(w.r.Uint32())
	}
	return []app.NewFile{{Name: "van-ban.pdf", Media: "application/pdf", Content: app.FileVersion{
		SHA256: h, Size: 4096, Segments: []app.Segment{{Name: h, Size: 4112, Plain: 4096, Key: app.SegmentKey(h)}},
	}, SHA256: h}}
}

func (w *world) fields() app.Fields {
	return app.Fields{
		Type: "BC", Subject: fmt.Sprintf("Về việc rà soát số %d", w.r.IntN(1000)), OrganName: "Sở Nội vụ",
		Urgency: app.Urgency(w.r.IntN(4)), CodeNumber: fmt.Sprint(w.r.IntN(99) + 1), Notation: "BC-SNV", IssuedDate: w.now.Date(),
	}
}

// office of a person, by the naming of apptest.Province.
func officeOf(p app.ID) app.ID {
	for _, o := range apptest.Offices {
		if len(p) > len(o) && p[:len(o)+1] == o+"." {
			return o
		}
	}
	return ""
}

// others are one or two offices to write to.
func (w *world) others(office app.ID) []app.ID {
	to := slices.DeleteFunc(slices.Clone(apptest.Offices), func(o app.ID) bool { return o == office })
	return to[w.r.IntN(2):]
}

// act has the laptop's person do something; most of it is refused, as people
// try what they may not.
func (w *world) act(l *laptop) {
	cmd := w.invent(l)
	if cmd == nil {
		return
	}
	l.disk.crash = w.chance(3)
	w.ledger.history.tick++
	id, err := l.rep.Give(ctx, *cmd)
	l.disk.crash = false
	switch {
	case errors.Is(err, errCrash):
		w.note("%s crashes on giving %s", l, cmd.Name)
		l.crash()
		w.checkOutbox(l)
		return
	case isFull(err):
		w.note("%s has no room for %s", l, cmd.Name)
		return
	case err != nil:
		w.refuseHere(l, cmd, err)
		return
	}
	w.note("%s gives %s %v about %s", l, cmd.Name, id, cmd.Target.ID)
	l.given = append(l.given, id)
	w.ledger.history.give(id, cmd, int(l.writer))
}

func (w *world) refuseHere(l *laptop, cmd *app.Command, err error) {
	var e *app.Error
	if !errors.As(err, &e) || e.Code == app.Internal {
		w.failf("%s gives %s: %v", l, cmd.Name, err)
	}
	w.refusedHere[cmd.Name+" "+e.Reason]++
}

// browse has the laptop's person do something in a browser, at the server.
func (w *world) browse(l *laptop) {
	cmd := w.invent(l)
	if cmd == nil {
		return
	}
	cmd.Actor = l.person
	sub := &hub.Submission{Peer: hub.Peer{Writer: w.server.own}, Own: cmd}
	w.server.core.Commit(ctx, []*hub.Submission{sub})
	if isFull(sub.Err) {
		return
	}
	w.must(sub.Err)
	w.decided(sub.Answers)
	r := &sub.Answers[0]
	w.note("%s gives %s %v about %s in a browser: %v", l.person, cmd.Name, r.ID, cmd.Target.ID, r.Reason)
	w.ledger.history.give(r.ID, cmd, 1)
	w.ledger.history.back(w, r)
}

// reconsider has an author look at a refused command, and give it again or let
// it go.
func (w *world) reconsider(l *laptop) {
	list, err := l.rep.Outbox(ctx, feed.OutRefused)
	w.must(err)
	if len(list) == 0 {
		return
	}
	e := pick(w, list)
	if w.r.IntN(2) == 0 {
		if err := l.rep.Discard(ctx, e.ID); !isFull(err) {
			w.must(err)
		}
		w.note("%s lets %v go", l, e.ID)
		return
	}
	id, err := l.rep.Retry(ctx, e.ID)
	switch {
	case isFull(err):
		return
	case err != nil:
		w.refuseHere(l, e.Cmd, err)
		return
	}
	w.note("%s gives %v again: %v", l, e.ID, id)
	l.given = append(l.given, id)
	w.ledger.history.give(id, e.Cmd, int(l.writer))
	w.checkOutbox(l)
}

func (w *world) invent(l *laptop) *app.Command {
	office := officeOf(l.person)
	doc := func(name string, id app.ID, args any) *app.Command {
		return &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Args: args}
	}
	kind := w.r.IntN(9)
	switch {
	case w.theme == drafting && w.r.IntN(3) > 0:
		kind = pick(w, []int{2, 9, 9})
	case w.theme >= numbering && w.r.IntN(2) > 0:
		kind = 0
	}
	switch kind {
	case 0:
		return doc("document.register_send.1", w.newDocID(), &app.RegisterAndSend{
			Unit: office, Fields: w.fields(), Files: file(w), Book: office + ".di", To: w.others(office),
			Signer: office + ".leader", Form: app.AuthorityTM,
		})
	case 1:
		return doc("document.receive.1", w.newDocID(), &app.IncomingCreate{Unit: office, Fields: w.fields()})
	case 2, 8:
		return doc("document.draft.1", w.newDocID(), &app.DraftCreate{Unit: office, Division: office + ".vp", Fields: w.fields(), Files: file(w), To: w.others(office)})
	case 3:
		return &app.Command{
			Name: "template.save.1", Target: app.Key{Kind: app.KindTemplate, ID: givenID("template", string(l.person), fmt.Sprint(w.r.IntN(2)))},
			Args: &app.SaveTemplate{Text: fmt.Sprintf("Giao báo cáo trước ngày %d", w.r.IntN(28)+1), Days: w.r.IntN(9)},
		}
	}
	id, d := l.someDoc()
	if d == nil {
		return nil
	}
	return w.onDocument(l, id, d, doc)
}

func (w *world) onDocument(l *laptop, id app.ID, d *app.Document, doc func(string, app.ID, any) *app.Command) *app.Command {
	office := d.Unit
	if d.Direction == app.Outgoing && w.r.IntN(3) > 0 {
		return w.onDraft(id, d, doc)
	}
	switch w.r.IntN(13) {
	case 0:
		return doc("document.remark.1", id, &app.RemarkAdd{Text: fmt.Sprintf("Đề nghị báo cáo lần %d", w.r.IntN(100))})
	case 1:
		return doc("document.accept.1", id, &app.Note{})
	case 2, 3:
		return doc("document.register.1", id, &app.Register{Book: office + ".den"})
	case 4, 5:
		return doc("document.submit.1", id, &app.Submit{To: office + app.ID(pick(w, []string{".leader", ".deputy"}))})
	case 6, 7:
		to := []app.Receiver{{ID: office + ".officer", Role: app.Lead}}
		if w.r.IntN(2) == 0 {
			to = append(to, app.Receiver{ID: office + ".vp", Unit: true, Role: app.Assist})
		}
		return doc("document.direct.1", id, &app.Direct{Text: "Giao tham mưu", Due: w.now.Date() + 7, Receivers: to})
	case 8:
		return &app.Command{
			Name: "readmark.set.1", Target: app.Key{Kind: app.KindReadMark, ID: app.ReadMarkID(l.person, id)}, Args: &app.MarkRead{Doc: id},
		}
	case 9:
		if len(d.Directives) == 0 {
			return nil
		}
		keys := make([]app.CommandID, 0, len(d.Directives))
		for k := range d.Directives {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return doc("document.answer.1", id, &app.TaskAnswer{TaskRef: app.TaskRef{Directive: pick(w, keys), Receiver: l.person}, Text: "Đã xong"})
	case 10:
		return doc("document.complete.1", id, &app.Note{Text: "xong"})
	case 11:
		return doc("document.return_incoming.1", id, &app.Reason{Text: "gửi nhầm"})
	}
	return doc("document.cancel.1", id, &app.Reason{Text: "nhầm"})
}

// onDraft takes a draft further: to the leader, who approves the revision that
// he sees, while others still write in it.
func (w *world) onDraft(id app.ID, d *app.Document, doc func(string, app.ID, any) *app.Command) *app.Command {
	switch w.r.IntN(9) {
	case 0, 1, 2:
		return doc("document.submit_draft.1", id, &app.SubmitDraft{To: d.Unit + app.ID(pick(w, []string{".leader", ".leader", ".head"}))})
	case 3, 4, 5:
		return doc("document.approve_draft.1", id, &app.ApproveDraft{Revision: d.Revision, Content: d.MainHash()})
	case 6:
		return doc("document.add_file.1", id, &app.FileAdd{File: file(w)[0]})
	case 7:
		return doc(pick(w, []string{"document.check_form.1", "document.check_content.1"}), id, &app.Note{})
	}
	text := fmt.Sprintf("Về việc sửa lần %d", w.r.Uint32())
	if w.r.IntN(4) == 0 {
		return doc("document.send_back.1", id, &app.Reason{Text: text})
	}
	return doc("document.edit.1", id, &app.DraftEdit{Set: map[string]any{"subject": text}, Old: map[string]any{"subject": d.Subject}})
}
