package server

import (
	"testing"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// A clerk leaves his post with a draft unfinished: his laptop loses it at once,
// and the one who has the post now finds the hand-over, gives the draft to the
// leader, and it goes on.
func TestHandOver(t *testing.T) {
	f := open(t).run()
	const next = app.ID("p-next")
	c, l := f.desk(clerk), f.desk(leader)
	key := app.Key{Kind: app.KindDocument, ID: app.NewID(f.store.Now())}
	c.until(app.Key{Kind: app.KindBook, ID: "so-den"}, func(app.Record) bool { return true })
	_, err := c.replica.Give(t.Context(), app.Command{Name: "document.draft.1", Target: key,
		Args: &app.DraftCreate{Unit: unitCommune, Fields: app.Fields{Type: "CV", Subject: "V/v dở dang Quyềnxưavắng"}}})
	if err != nil {
		t.Fatal(err)
	}
	c.driver.Gave()
	c.until(key, func(r app.Record) bool { return r.(*app.Document).State == app.OutDraft })
	for sent := false; !sent; {
		waiting, err := c.replica.Outbox(t.Context(), feed.OutWaiting)
		if err != nil {
			t.Fatal(err)
		}
		if sent = len(waiting) == 0; !sent {
			<-c.changed
		}
	}

	gone := province.People[1]
	gone.Posts = post(unitSender, app.RoleOfficer)
	f.do("directory.import", Import{People: []app.Person{gone, {ID: next, Name: "Vũ Thị Kế", Posts: post(unitCommune, app.RoleClerk)}}}, nil)
	c.untilGone(key)
	n := f.desk(next)
	n.until(key, func(r app.Record) bool {
		h, ok := r.(*app.Document).HandOvers[clerk]
		return ok && h.Done == 0
	})
	if _, err := n.replica.Give(t.Context(), app.Command{Name: "document.hand_over.1", Target: key,
		Args: &app.HandOverTo{From: clerk, To: leader}}); err != nil {
		t.Fatal(err)
	}
	n.driver.Gave()
	l.until(key, func(r app.Record) bool { return r.(*app.Document).Drafter == leader })
}
