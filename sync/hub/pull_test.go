package hub_test

import (
	"fmt"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

func TestFirstLoadIsUrgentFirstThenNewest(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("old", "cũ", 0), f.receive("urgent", "hỏa tốc", app.UrgencyImmediate), f.receive("new", "mới", 0))
	l := f.laptop(clerkXa1)
	pages := l.pull(nil, 1)
	if got := items(pages); !slices.Equal(got, []app.ID{"urgent", "new", "old"}) {
		t.Errorf("order %v", got)
	}
	if first := pages[0]; first.Members == nil || first.Remaining == [app.Classes]int64{} {
		t.Errorf("the first page tells no scopes, or nothing to come: %+v", first)
	}
	if last := pages[len(pages)-1]; last.Remaining != [app.Classes]int64{} {
		t.Errorf("the last page still promises %v", last.Remaining)
	}
}

func TestSmallPagesBringTheSame(t *testing.T) {
	f := newFixture(t)
	for i := range 60 {
		f.accept(clerkXa1, f.receive(app.ID(fmt.Sprintf("d%d", i)), fmt.Sprintf("việc %d", i), app.Urgency(i%4)))
	}
	small, large := f.laptop(clerkXa1), f.laptop(clerkXa1)
	if n, m := len(small.pull(nil, 1)), len(large.pull(nil, 1<<18)); n < 20 || m > 2 {
		t.Errorf("%d small pages, %d large", n, m)
	}
	if len(small.have) != len(large.have) || len(items(small.pages)) != 60 {
		t.Errorf("%d and %d records, %d documents sent", len(small.have), len(large.have), len(items(small.pages)))
	}
}

func TestAChangeComesAsAPatch(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	f.accept(clerkXa1, f.sign(clerkXa1, "document.register.1", "d1", &app.Register{Book: "xa1.den"}))
	f.accept(clerkXa1, f.sign(clerkXa1, "document.remark.1", "d1", &app.RemarkAdd{Text: "xin ý kiến"}))
	pages := l.pull(nil, 0)
	if len(pages) != 1 || len(pages[0].Items) != 1 || pages[0].Items[0].Base != 1 || pages[0].Items[0].Version != 3 {
		t.Fatalf("%d pages, %+v", len(pages), pages[0].Items)
	}
	var body []byte
	f.must(f.store.Read(ctx, func(v *sqlite.View) (err error) { body, _, err = v.Body(docKey("d1")); return err }))
	if got := l.have[docKey("d1")]; string(got.Body) != string(body) {
		t.Errorf("patched to %x, want %x", got.Body, body)
	}
	if again := l.pull(nil, 0); len(again[0].Items) != 0 || !again[0].Level {
		t.Errorf("nothing is new, but %+v", again[0].Items)
	}
}

func TestWhatEntersAScopeComesWhole(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	leader := f.laptop(leaderXa1)
	leader.pull(nil, 0)
	if _, held := leader.have[docKey("d1")]; held {
		t.Fatal("the leader has it before it is submitted")
	}
	f.accept(clerkXa1, f.sign(clerkXa1, "document.register.1", "d1", &app.Register{Book: "xa1.den"}),
		f.sign(clerkXa1, "document.submit.1", "d1", &app.Submit{To: "xa1.leader"}))
	pages := leader.pull(nil, 0)
	if got := items(pages); !slices.Equal(got, []app.ID{"d1"}) || pages[0].Items[0].Base != 0 {
		t.Errorf("%v: %+v", got, pages[0].Items)
	}
}

func TestALostPostTakesItsRecordsAlong(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	_, err := f.core.Import(ctx, []app.Record{&app.Person{ID: "xa1.clerk", Name: "Đỗ Thị Đào", Posts: []app.Post{{Unit: "xa2", Role: app.RoleClerk}}}})
	f.must(err)
	f.accept(clerkXa2, f.sign(clerkXa2, "document.receive.1", "d2", &app.IncomingCreate{Unit: "xa2", Fields: fields("hai")}))
	pages := l.pull(nil, 0)
	m := pages[0].Members
	if m == nil || slices.Contains(m.Scopes, app.Scope("r:xa1:clerk")) || !slices.Contains(m.Scopes, app.Scope("r:xa2:clerk")) {
		t.Errorf("members %+v", m)
	}
	if got := items(pages); !slices.Equal(got, []app.ID{"d2"}) {
		t.Errorf("came: %v", got)
	}
}

func TestWhatLeavesTheLastScopeIsGone(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.sign(clerkXa1, "document.register.1", "d1", &app.Register{Book: "xa1.den"}),
		f.sign(clerkXa1, "document.submit.1", "d1", &app.Submit{To: "xa1.leader"}))
	leader := f.laptop(leaderXa1)
	leader.pull(nil, 0)
	if _, held := leader.have[docKey("d1")]; !held {
		t.Fatal("the leader lacks what was submitted to him")
	}
	// The office's records move to another unit: out of all of the leader's scopes.
	var d *app.Document
	f.must(f.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(docKey("d1"))
		if err == nil {
			d = r.(*app.Document)
		}
		return err
	}))
	d.Unit, d.Submitted = "xa2", ""
	_, err := f.core.Import(ctx, []app.Record{d})
	f.must(err)
	pages := leader.pull(nil, 0)
	if len(pages[0].Items) != 1 || !pages[0].Items[0].Gone() || pages[0].Items[0].Body != nil {
		t.Errorf("%+v", pages[0].Items)
	}
	newcomer := f.laptop(leaderXa1)
	for _, p := range newcomer.pull(nil, 0) {
		for _, it := range p.Items {
			if it.Key == docKey("d1") {
				t.Error("a first load names what has left the scope")
			}
		}
	}
}

func TestResultsComeWithTheStateTheyMade(t *testing.T) {
	f := newFixture(t)
	for i := range 200 { // a long backlog
		f.accept(clerkXa1, f.receive(app.ID(fmt.Sprintf("d%d", i)), fmt.Sprintf("việc số %d", i), 0))
	}
	l := f.laptop(clerkXa1)
	p := f.core.NewPull(peer(clerkXa1), &feed.Request{}, nil)
	p.Target = 1
	page, _, err := p.Next(ctx)
	f.must(err)
	l.take(page)
	for i := range 200 { // a backlog of live changes, too
		_, err := f.core.Import(ctx, []app.Record{&app.Document{
			ID: app.ID(fmt.Sprintf("e%d", i)), Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Subject: fmt.Sprintf("việc khác %d", i), Arrived: f.now,
		}})
		f.must(err)
	}
	out := f.accept(clerkXa1, f.sign(clerkXa1, "document.remark.1", "d7", &app.RemarkAdd{Text: "gấp"}))
	told, came := false, false
	for _, page := range l.pull(nil, 1) {
		for _, it := range page.Items {
			came = came || it.Key == docKey("d7") && it.Version == 2
		}
		if page.Receipt == nil {
			continue
		}
		if slices.ContainsFunc(page.Receipt.Results, func(r feed.Result) bool { return r.ID == out[0].ID }) {
			told = true
			if !came {
				t.Error("the result came before its state")
			}
		}
	}
	if !told {
		t.Error("the result never came")
	}
}

func TestNeedIsAnsweredWholeOrGone(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	pages := l.pull(&feed.Request{Need: []app.Key{docKey("d1"), docKey("nobody"), {Kind: app.KindUnit, ID: "xa1"}}}, 0)
	got := map[app.ID]feed.Item{}
	for _, it := range pages[0].Items {
		got[it.Key.ID] = it
	}
	if it := got["nobody"]; len(got) != 3 || !it.Gone() {
		t.Errorf("%+v", pages[0].Items)
	}
	if a, b := got["d1"], got["xa1"]; a.Base != 0 || a.Gone() || b.Base != 0 || b.Gone() {
		t.Errorf("%+v, %+v", a, b)
	}
	stranger := f.laptop(clerkXa2)
	stranger.pull(nil, 0)
	if p := stranger.pull(&feed.Request{Need: []app.Key{docKey("d1")}}, 0); !p[0].Items[0].Gone() || p[0].Items[0].Body != nil {
		t.Errorf("a stranger asks and gets %+v", p[0].Items)
	}
}

func TestACursorIsBoundToItsDeviceAndEpoch(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	first := func(core interface{ First() bool }) bool { return core.First() }
	if first(f.core.NewPull(peer(clerkXa1), &feed.Request{Cursor: l.cursor}, nil)) {
		t.Error("its own cursor is not known")
	}
	if !first(f.core.NewPull(peer(clerkSNV), &feed.Request{Cursor: l.cursor}, nil)) {
		t.Error("another device's cursor is taken")
	}
	for i := range l.cursor {
		bad := slices.Clone(l.cursor)
		bad[i] ^= 1
		if !first(f.core.NewPull(peer(clerkXa1), &feed.Request{Cursor: bad}, nil)) {
			t.Errorf("a cursor with byte %d changed is taken", i)
		}
	}
}

func TestAComparisonNamesWhatDiffers(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.receive("d2", "hai", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	const scope = app.Scope("r:xa1:clerk")
	var sum feed.Sum
	sum.Add(docKey("d1"), 1)
	pages := l.pull(&feed.Request{Sums: []feed.ScopeSum{{Scope: scope, Sum: sum}, {Scope: scope, Sum: sum}, {Scope: "r:xa2:clerk"}}}, 0)
	if u := pages[0].Unlike; len(u) != 1 || u[0].Scope != scope || len(u[0].Sums) != 256 {
		t.Fatalf("%+v", u)
	}
	if got := pages[0].Unlike[0].Sums[feed.Bucket(docKey("d2"))]; got == 0 {
		t.Error("the bucket of what is missing is empty")
	}
	pages = l.pull(&feed.Request{Buckets: []feed.Bucketed{{Scope: scope, Bucket: feed.Bucket(docKey("d2"))}, {Scope: "r:xa2:clerk"}}}, 0)
	if n := pages[0].Listing; len(n) != 1 || !slices.ContainsFunc(n[0].Records, func(h feed.Held) bool { return h.ID == "d2" && h.Version == 1 }) {
		t.Errorf("%+v", n)
	}
}
