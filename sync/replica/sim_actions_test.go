package replica_test

import (
	"errors"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
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
	if w.chance(3) {
		l.fail = true
	}
	id, err := l.rep.Give(ctx, *cmd)
	l.fail = false
	if errors.Is(err, errCrash) {
		w.note("%s crashes on giving %s", l.person, cmd.Name)
		l.crash()
		return
	}
	if err != nil {
		var e *app.Error
		if !errors.As(err, &e) || e.Code == app.Internal {
			w.failf("%s gives %s: %v", l.person, cmd.Name, err)
		}
		w.refusedHere[cmd.Name+" "+e.Reason]++
		return
	}
	w.note("%s (%d) gives %s %v about %s", l.person, l.writer, cmd.Name, id, cmd.Target.ID)
	l.given = append(l.given, id)
}

func (w *world) invent(l *laptop) *app.Command {
	office := officeOf(l.person)
	doc := func(name string, id app.ID, args any) *app.Command {
		return &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Args: args}
	}
	switch w.r.IntN(8) {
	case 0:
		return doc("document.register_send.1", w.newDocID(), &app.RegisterAndSend{
			Unit: office, Fields: w.fields(), Files: file(w), Book: office + ".di", To: w.others(office),
			Signer: office + ".leader", Form: app.AuthorityTM,
		})
	case 1:
		return doc("document.receive.1", w.newDocID(), &app.IncomingCreate{Unit: office, Fields: w.fields()})
	case 2:
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
	switch w.r.IntN(14) {
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
	case 12:
		return doc("document.submit_draft.1", id, &app.SubmitDraft{To: office + ".head"})
	}
	return doc("document.cancel.1", id, &app.Reason{Text: "nhầm"})
}

// manage has the administrator move people, or the clock end what was lent.
func (w *world) manage() {
	person := pick(w, w.laptops).person
	switch w.r.IntN(6) {
	case 4, 5: // a document changes hands
		w.reassign()
	case 0: // a clerk of one office becomes an officer of another, or back
		var p app.Person
		var version uint64
		key := app.Key{Kind: app.KindPerson, ID: person}
		w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
			r, err := v.Get(key)
			if err != nil {
				return err
			}
			p = *r.(*app.Person)
			version, err = v.Version(key)
			return err
		}))
		p.Posts = []app.Post{{Unit: pick(w, apptest.Offices), Role: pick(w, []app.Role{app.RoleClerk, app.RoleLeader, app.RoleOfficer}), Main: true}}
		w.note("%s becomes %s of %s", person, p.Posts[0].Role, p.Posts[0].Unit)
		w.must(w.server.give(putCommand(&p, version)))
	case 1: // a delegation that ends by the clock
		from := pick(w, w.laptops).person
		cmd := &app.Command{
			Name: "delegation.give.1", Actor: from, Target: app.Key{Kind: app.KindDelegation, ID: givenID("delegation", fmt.Sprint(w.seed), fmt.Sprint(w.r.Uint64()))},
			Args: &app.Delegate{To: person, Unit: officeOf(from), Start: w.now, End: w.now + app.Time(w.r.IntN(3600_000)+1), Actions: []app.Action{"document.remark", "document.direct"}},
		}
		var e *app.Error
		if err := w.server.give(cmd); err != nil && !errors.As(err, &e) {
			w.must(err)
		}
		w.note("%s delegates to %s", from, person)
	case 2:
		w.now += app.Time(w.r.IntN(7200_000))
		w.note("time passes")
	case 3: // a command that this server does not know yet
		l := pick(w, w.laptops)
		w.unknown(l)
	}
}

// reassign moves a few documents at once to other people or another office,
// past the rules: what matters here is that they leave some scopes and enter
// others.
func (w *world) reassign() {
	var docs []app.Record
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		var ids []app.ID
		if err := v.Keys(app.KindDocument, func(id app.ID, _ uint64) error { ids = append(ids, id); return nil }); err != nil {
			return err
		}
		w.r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for _, id := range ids[:min(len(ids), 1+w.r.IntN(4))] {
			r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
			if err != nil {
				return err
			}
			docs = append(docs, r)
		}
		return nil
	}))
	unit, person := pick(w, apptest.Offices), pick(w, w.laptops).person
	for _, r := range docs {
		doc := r.(*app.Document)
		doc.Unit, doc.Submitted, doc.Urgency = unit, person, app.Urgency(w.r.IntN(4))
		if w.r.IntN(3) == 0 {
			doc.Submitted, doc.Drafter, doc.Directives = "", "", nil
		}
		w.note("%s goes to %s, %q", doc.ID, doc.Unit, doc.Submitted)
	}
	_, err := w.server.core.Import(ctx, docs)
	w.must(err)
}

// unknown plants a command of a later version into a laptop's outbox, as an
// updated laptop under an old server would have it.
func (w *world) unknown(l *laptop) {
	w.must(l.store.Write(ctx, func(tx *sqlite.Tx) error {
		s, err := tx.SyncState()
		if err != nil {
			return err
		}
		cmd := &app.Command{
			ID: app.NewCommandID(s.Writer, s.Next), Name: "document.later.9", Target: app.Key{Kind: app.KindDocument, ID: "later"},
			Actor: l.person, At: w.now, Args: &app.Note{Text: "tương lai"},
		}
		signed, err := feed.NewCommand(cmd, signer(keyOf(string(l.device()))))
		if err != nil {
			return err
		}
		s.Next++
		if err := tx.SetSyncState(s); err != nil {
			return err
		}
		l.given = append(l.given, cmd.ID)
		return tx.PutOutbox(feed.OutboxRow{ID: cmd.ID, Target: cmd.Target, Name: cmd.Name, Command: signed.Marshal(), State: feed.OutWaiting})
	}))
	w.note("%s gives a command of a later version", l.person)
}
