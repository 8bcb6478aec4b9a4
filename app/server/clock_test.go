package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/steady"
)

const year = 365 * 24 * time.Hour

// wrongBy is what a server's clock is found to be wrong by: days and years, to
// either side.
var wrongBy = []time.Duration{year, 10 * year, -year, -10 * year, 40 * 24 * time.Hour, -3 * 24 * time.Hour}

// hasOutbox is a plan in which the laptop may bring something.
func hasOutbox(p enrol.CourierPlan) bool { return p.Outbox != "" }

// entered is a document of the clerk with its file at the server.
func (l *laptop) entered(text string) (app.Key, app.Hash) {
	l.Helper()
	key := app.Key{Kind: app.KindDocument, ID: app.NewID(l.store.Now())}
	cmd, version, store := l.document(key.ID, text)
	l.upload(store, version.Segments[0])
	l.pull(cmd)
	l.complete()
	return key, version.Segments[0].Name
}

// TestShelfOutlivesAJump: no shelf is emptied, and none is filled with what has
// long gone from it, because the clock is wrong for a while; one that stays so is
// believed.
func TestShelfOutlivesAJump(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	shelf := f.couriers.shelf(unitCommune)
	tidy := func() {
		t.Helper()
		if err := f.couriers.shelves.tidy(t.Context(), unitCommune, nil); err != nil {
			t.Fatal(err)
		}
	}
	long, old := l.entered(strings.Repeat("đã xong từ lâu ", 5_000))
	l.pull(l.command("document.return_incoming.1", long, 0, &app.Reason{Text: "không thuộc thẩm quyền"}))
	f.ahead((shelfDays + 1) * 24 * time.Hour)
	key, ended := l.entered(strings.Repeat("vừa xong ", 5_000))
	l.pull(l.command("document.return_incoming.1", key, 0, &app.Reason{Text: "không thuộc thẩm quyền"}))
	_, open := l.entered(strings.Repeat("đang xử lý ", 5_000))
	is := func(when string) {
		t.Helper()
		if shelf.Has(old) || !shelf.Has(ended) || !shelf.Has(open) {
			t.Errorf("%s: long ended %v, ended %v, open %v", when, shelf.Has(old), shelf.Has(ended), shelf.Has(open))
		}
	}
	tidy()
	is("the clock is right")
	for _, wrong := range wrongBy {
		f.jump(wrong)
		tidy()
		is("wrong by " + wrong.String())
		if f.couriers.shelves.due() {
			t.Error("looked through by a clock that has just jumped")
		}
		f.jump(0)
		tidy()
		is("right again")
	}
	f.jump(year)
	tidy()
	f.ahead(steady.Settle)
	if !f.couriers.shelves.due() {
		t.Error("what was put off is not made good")
	}
	if tidy(); shelf.Has(ended) || !shelf.Has(open) {
		t.Error("a clock that stays as it is is not believed")
	}
}

// TestFirstHour: a server that begins with a dead battery empties no shelf, and
// gives what one works on.
func TestFirstHour(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	_, open := l.entered(strings.Repeat("đang xử lý ", 5_000))
	shelf, other := f.couriers.shelf(unitCommune), app.Hash{5}
	f.eventually("the shelf to be filled", func() bool { return shelf.Has(open) })
	if _, err := shelf.Drop(open); err != nil {
		t.Fatal(err)
	}
	putOn(t, shelf, other, []byte("của một văn bản vừa kết thúc"))
	f.jump(year)
	if err := f.couriers.shelves.tidy(t.Context(), unitCommune, nil); err != nil {
		t.Fatal(err)
	}
	if !shelf.Has(open) || !shelf.Has(other) {
		t.Errorf("open %v, other %v", shelf.Has(open), shelf.Has(other))
	}
}

// TestUploadOutlivesAJump: a laptop that is bringing something stays in the plan
// whatever the clock does, and as long as it says so; the sweep takes nothing of
// it, nor what it had brought in part before.
func TestUploadOutlivesAJump(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	f.ahead(steady.Settle)
	plan := l.planned("an outbox", enrol.CourierHello{Sending: true}, hasOutbox)
	running, paused := f.couriers.outbox(l.Device), f.couriers.outbox("another")
	putOn(t, running, app.Hash{1}, []byte("đang gửi"))
	putOn(t, paused, app.Hash{1}, []byte("gửi dở"))
	for _, wrong := range wrongBy {
		f.jump(wrong)
		if err := f.couriers.replan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f.couriers.sweep(); err != nil {
			t.Fatal(err)
		}
		now, _ := f.couriers.planFor(l.Device)
		if now.Version != plan.Version || !running.Has(app.Hash{1}) || !paused.Has(app.Hash{1}) {
			t.Errorf("wrong by %s: outbox %q, running %v, paused %v", wrong, now.Outbox, running.Has(app.Hash{1}), paused.Has(app.Hash{1}))
		}
		f.jump(0)
	}
	f.ahead(sendingFor)
	if err := f.couriers.replan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now, _ := f.couriers.planFor(l.Device); now.Outbox != "" {
		t.Error("a laptop that has said nothing for long still has its outbox folder")
	}
}

// TestSweepOfAFuture: directories that a clock years ahead has dated are kept, and
// harm nothing.
func TestSweepOfAFuture(t *testing.T) {
	f := open(t)
	paused := f.couriers.outbox("another")
	putOn(t, paused, app.Hash{1}, []byte("gửi dở"))
	future := time.Now().Add(year)
	if err := os.Chtimes(filepath.Dir(paused.Path(app.Hash{1})), future, future); err != nil {
		t.Fatal(err)
	}
	f.ahead(keepOutboxes + time.Hour)
	if err := f.couriers.sweep(); err != nil || !paused.Has(app.Hash{1}) {
		t.Errorf("swept: %v", err)
	}
	f.ahead(year)
	if err := f.couriers.sweep(); err != nil || paused.Has(app.Hash{1}) {
		t.Errorf("kept for good: %v", err)
	}
}

// TestPruneWaitsForTheClock: contents that wait for their command, and parts of
// uploads, outlive a clock that is wrong for a while. What it has dated counts
// from when it was put right.
func TestPruneWaitsForTheClock(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	cmd, version, store := l.document(app.NewID(f.store.Now()), "chờ lệnh")
	l.upload(store, version.Segments[0])
	part := app.Hash{7}
	l.request("PUT", "/content/"+part.String(), strings.NewReader("0123456789"), "Content-Range", "bytes 0-9/80000")
	k := f.contents.keeper
	is := func(when string, want bool) {
		t.Helper()
		k.pruneWhenDue(t.Context())
		if has, parts := f.contents.files.Has(version.Segments[0].Name), f.contents.files.PartSize(part) > 0; has != want || parts != want {
			t.Errorf("%s: whole %v, part %v", when, has, parts)
		}
	}
	f.jump(year)
	is("a start with a wrong clock", true)
	f.jump(0)
	f.ahead(steady.Settle)
	is("right", true)
	f.ahead(tidyEvery)
	for _, wrong := range wrongBy {
		f.jump(wrong)
		is("wrong by "+wrong.String(), true)
		f.jump(0)
	}
	is("right again", true) // from here on it runs evenly
	l.pull(cmd)
	f.complete()
	if !f.hasFiles(cmd.Target.ID) {
		t.Error("the command has not found its file")
	}
	f.ahead(f.config.KeepUnnamed)
	k.pruneWhenDue(t.Context())
	if !f.contents.files.Has(version.Segments[0].Name) || f.contents.files.PartSize(part) > 0 {
		t.Error("want the named one kept and the old part gone")
	}
}

// TestQuotaAfterAJump: what came while the clock was ahead counts against the
// quota for as long as anything else does.
func TestQuotaAfterAJump(t *testing.T) {
	f := open(t)
	f.contents.quota = 100_000
	f.run()
	l := f.enrol(clerk)
	brings := func() bool {
		_, v, store := l.document(app.NewID(f.store.Now()), strings.Repeat("a", 80_000))
		return l.upload(store, v.Segments[0]).StatusCode < 300
	}
	f.jump(20 * 24 * time.Hour)
	if !brings() || brings() {
		t.Fatal("the quota does not hold")
	}
	f.jump(0)
	f.tidyNow()
	f.ahead(f.config.KeepUnnamed + time.Minute)
	if !brings() {
		t.Error("the laptop is still shut out")
	}
}

// TestShelfRoom: the bound that the operator sets keeps the newest contents.
func TestShelfRoom(t *testing.T) {
	f := open(t, func(c *Config) { c.ShelfBytes = 100_000 }).run()
	l := f.enrol(clerk)
	l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	_, older := l.entered(strings.Repeat("a", 60_000))
	_, newer := l.entered(strings.Repeat("b", 60_000))
	f.ahead(steady.Settle)
	if err := f.couriers.shelves.tidy(t.Context(), unitCommune, nil); err != nil {
		t.Fatal(err)
	}
	if shelf := f.couriers.shelf(unitCommune); shelf.Has(older) || !shelf.Has(newer) {
		t.Errorf("older %v, newer %v", shelf.Has(older), shelf.Has(newer))
	}
}
