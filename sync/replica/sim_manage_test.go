package replica_test

import (
	"errors"
	"fmt"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// manage has the administrator move people, or the clock end what was lent.
func (w *world) manage() {
	person := pick(w, w.laptops).person
	switch w.r.IntN(12) {
	case 0:
		w.appoint(person)
	case 1:
		w.lend(pick(w, w.laptops).person, person)
	case 2:
		w.now += app.Time(w.r.IntN(7200_000))
		w.note("time passes")
	case 3:
		w.now -= app.Time(w.r.IntN(600_000))
		w.note("the server's clock is set back")
	case 4: // a command that this server does not know yet
		w.anybody(w.unknown)
	case 5:
		w.server.disk.full = w.chance(30)
		w.note("the server's disk is full: %v", w.server.disk.full)
	case 6:
		l := pick(w, w.laptops)
		l.disk.full = w.chance(50)
		w.note("the disk of %s is full: %v", l, l.disk.full)
	case 7:
		w.save()
	case 8:
		w.fallBack()
	case 9:
		w.unpark()
	default: // a document changes hands
		w.reassign()
	}
}

// govern gives a command of the system or of somebody at a browser; refusals
// and a full disk are the world's way.
func (w *world) govern(cmd *app.Command) {
	var e *app.Error
	if err := w.server.give(cmd); err != nil && !errors.As(err, &e) {
		w.must(err)
	}
}

// appoint moves a person to another post, perhaps of another office.
func (w *world) appoint(person app.ID) {
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
	w.govern(putCommand(&p, version))
}

// lend has one person delegate to another, until the clock ends it.
func (w *world) lend(from, to app.ID) {
	w.govern(&app.Command{
		Name: "delegation.give.1", Actor: from, Target: app.Key{Kind: app.KindDelegation, ID: givenID("delegation", fmt.Sprint(w.seed), fmt.Sprint(w.r.Uint64()))},
		Args: &app.Delegate{To: to, Unit: officeOf(from), Start: w.now, End: w.now + app.Time(w.r.IntN(3600_000)+1), Actions: []app.Action{"document.remark", "document.direct"}},
	})
	w.note("%s delegates to %s", from, to)
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
	if _, err := w.server.core.Import(ctx, docs); !isFull(err) {
		w.must(err)
	}
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
		signed, err := feed.NewCommand(cmd, signer(l.key))
		if err != nil {
			return err
		}
		s.Next++
		if err := tx.SetSyncState(s); err != nil {
			return err
		}
		w.gave(l, cmd.ID, cmd)
		return tx.PutOutbox(feed.OutboxRow{ID: cmd.ID, Target: cmd.Target, Name: cmd.Name, Command: signed.Marshal(), State: feed.OutWaiting, Given: w.now})
	}))
	w.note("%s gives a command of a later version", l.person)
}
