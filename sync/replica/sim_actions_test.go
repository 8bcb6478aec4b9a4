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
	if cmd := w.invent(l); cmd != nil {
		w.offer(l, cmd)
	}
}

// offer has the laptop's person give a command.
func (w *world) offer(l *laptop, cmd *app.Command) {
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
	w.gave(l, id, cmd)
}

// gave notes what a laptop's person has given, and the number that it gave to it.
func (w *world) gave(l *laptop, id app.CommandID, cmd *app.Command) {
	l.given = append(l.given, id)
	g := giftOf(cmd)
	w.ledger.gifts[id], w.ledger.last[id.Writer()] = g, max(w.ledger.last[id.Writer()], id.Counter())
	w.ledger.history.give(id, cmd, int(l.writer))
	if cmd.Name == "book.lend.1" {
		w.lent[cmd.Target.ID] = true
	}
	if g.issued == nil {
		return
	}
	at := place{g.book, g.issued.Day.Year(), g.issued.Number}
	doc, known := w.ledger.issued[at]
	switch {
	case known && doc != g.target.ID && !w.unsure[g.book]:
		w.failf("%s gives %s the number %+v on loan, which is that of %s", l, g.target.ID, at, doc)
	case known:
		w.ledger.history.drop(id)
	default:
		w.ledger.issued[at] = g.target.ID
		w.ledger.history.held(id, g)
	}
}

// regave notes a command that took the place of another.
func (w *world) regave(l *laptop, old, id app.CommandID) {
	if g := w.ledger.gifts[old]; app.SpecOf(g.name) == nil { // of a later version
		w.gave(l, id, &app.Command{Name: g.name, Target: g.target})
		return
	}
	w.gave(l, id, l.command(id))
}

// command reads a command out of a laptop's outbox.
func (l *laptop) command(id app.CommandID) *app.Command {
	signed, err := feed.ParseCommand(l.row(id).Command)
	l.w.must(err)
	cmd, err := signed.Command()
	l.w.must(err)
	return cmd
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
			l.letGo[e.ID] = true
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
	l.letGo[e.ID] = true
	w.gave(l, id, l.command(id))
	w.checkOutbox(l)
}

// invent thinks of something to do: a new document, or something with one that
// the laptop holds.
func (w *world) invent(l *laptop) *app.Command {
	office := officeOf(l.person)
	kind := w.r.IntN(9)
	switch {
	case w.theme == drafting && w.r.IntN(3) > 0:
		kind = pick(w, []int{2, 9, 9})
	case w.theme == handling && w.r.IntN(6) > 0:
		kind = 9
	case w.theme >= numbering && w.r.IntN(2) > 0:
		kind = 0
	}
	switch kind {
	case 0:
		return w.outgoing(office)
	case 1:
		return w.incoming(office)
	case 2, 8:
		return w.draft(office)
	case 3:
		return &app.Command{
			Name: "template.save.1", Target: app.Key{Kind: app.KindTemplate, ID: givenID("template", string(l.person), fmt.Sprint(w.r.IntN(2)))},
			Args: &app.SaveTemplate{Text: fmt.Sprintf("Giao báo cáo trước ngày %d", w.r.IntN(28)+1), Days: w.r.IntN(9)},
		}
	}
	return w.onDocument(l)
}
