package server

import (
	"database/sql"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// give has the desk's person give a command.
func (d *desk) give(name string, key app.Key, args any) {
	d.Helper()
	if _, err := d.replica.Give(d.Context(), app.Command{Name: name, Target: key, Args: args}); err != nil {
		d.Fatalf("%s: %v", name, err)
	}
	d.driver.Gave()
}

// enter receives a paper document and puts it in the book.
func (d *desk) enter(subject string) app.Key {
	d.Helper()
	key := app.Key{Kind: app.KindDocument, ID: app.NewID(app.TimeOf(d.config.Now()))}
	d.give("document.receive.1", key, &app.IncomingCreate{Unit: unitCommune,
		Fields: app.Fields{Subject: subject, OrganName: "Sở Thử", IssuedDate: app.TimeOf(d.config.Now()).Date(), Type: "CV"}})
	d.give("document.register.1", key, &app.Register{Book: "so-den"})
	return key
}

// settled waits until the server has answered everything.
func (d *desk) settled() {
	d.Helper()
	for {
		st, err := d.replica.Status(d.Context())
		if err != nil {
			d.Fatal(err)
		}
		if st.Waiting+st.Deferred == 0 {
			return
		}
		select {
		case <-d.changed:
		case <-d.Context().Done():
			d.Fatal("the test is over")
		}
	}
}

// moves has the desk go on with another server, perhaps as another device.
func (d *desk) moves(g *fixture, id *enrol.Identity) {
	d.Helper()
	d.driver.Close()
	d.fixture, d.laptop.fixture, d.Identity = g, g, id
	d.client = d.newClient()
	var err error
	d.replica, err = replica.New(d.Context(), replica.Config{
		Store: replica.Over(d.store), Person: id.Person, Writer: id.Writer, ServerKey: d.ServerPublicKey(),
		Clock: func() app.Time { return app.TimeOf(g.config.Now()) },
		Sign:  func(b []byte) ([]byte, error) { return d.Keys.Command.Sign(nil, b, cryptoNoHash{}) },
		Changed: func() {
			select {
			case d.changed <- struct{}{}:
			default:
			}
		},
	})
	if err != nil {
		d.Fatal(err)
	}
	d.driver = replica.NewDriver(d.Context(), replica.DriverConfig{Replica: d.replica,
		Transport: &replica.HTTPTransport{Client: d.client, URL: "https://" + g.Addr() + "/sync"}})
}

func numbered(n uint32) func(app.Record) bool {
	return func(r app.Record) bool { return r.(*app.Document).BookNumber == n }
}

// A province is lost and restored from its backup: the laptops bring back what
// came after it, with its numbers, even one that was enrolled after it; and the
// book goes on when the clerk has said where.
func TestAProvinceComesBack(t *testing.T) {
	f := open(t).run()
	c, l := f.desk(clerk), f.desk(leader)
	book := app.Key{Kind: app.KindBook, ID: "so-den"}
	c.until(book, func(app.Record) bool { return true })
	first := c.enter("trước sao lưu")
	c.until(first, numbered(1))
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	second := c.enter("sau sao lưu")
	c.until(second, numbered(2))
	c.give("document.submit.1", second, &app.Submit{To: leader})
	l.until(second, numbered(2))
	l.give("document.direct.1", second, &app.Direct{Text: "tham mưu", Receivers: []app.Receiver{{ID: clerk, Role: app.Lead}}})
	late := f.desk(clerk)
	late.until(book, func(app.Record) bool { return true })
	third := late.enter("máy mới")
	late.until(third, numbered(3))
	c.until(third, numbered(3))
	for _, d := range []*desk{c, l, late} {
		d.settled()
		d.driver.Close()
	}
	f.close()

	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	if _, err := Restore(t.Context(), config, path, OpenWith{Passphrase: passphrase}); err != nil {
		t.Fatal(err)
	}
	g := reopen(t, config).run()
	if b := g.store.Directory().Book("so-den"); !b.Closed() || b.Closing.Last != 1 {
		t.Errorf("the book: %+v", b)
	}
	var st Status
	g.do("status", nothing{}, &st)
	if st.ClosedBooks != 1 || st.Reconciling == 0 {
		t.Errorf("status: %+v", st)
	}
	l.moves(g, l.Identity)
	c.moves(g, c.Identity)
	c.until(book, func(r app.Record) bool { return r.(*app.Book).Closed() })
	c.settled()
	l.until(second, numbered(2))
	again, err := g.tryEnrol(g.code(clerk), late.Keys) // unknown: enrolled once more, with the keys that it has
	if err != nil {
		t.Fatal(err)
	}
	late.moves(g, again)
	late.settled()
	c.until(third, numbered(3))
	if doc := g.documentOf(second.ID); doc.BookNumber != 2 || len(doc.Directives) != 1 || doc.State != app.InDistributed {
		t.Errorf("the second: %+v", doc)
	}
	fourth := c.enter("khi sổ đang đóng")
	c.settled()
	if doc := g.documentOf(fourth.ID); !doc.NumberPending() || doc.State != app.InRegistered {
		t.Errorf("the fourth: %+v", doc)
	}
	c.give("book.open.1", book, &app.BookOpen{Year: g.store.Now().Year(), Last: 5}) // two more are on paper
	c.until(fourth, numbered(6))
	for _, d := range []*desk{c, l, late} {
		if refused, err := d.replica.Outbox(t.Context(), feed.OutRefused); err != nil || len(refused) > 0 {
			t.Errorf("refused: %+v %v", refused, err)
		}
	}
	var report CheckReport
	g.do("check", CheckRequest{}, &report)
	if len(report.Problems) > 0 {
		t.Errorf("check: %q", report.Problems)
	}
}

// What laptops follow is compared with the records, and put right.
func TestCheckRepairsTheFeed(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	kept, lost := app.NewID(f.store.Now()), app.NewID(f.store.Now())
	a, _, _ := l.document(kept, "x")
	b, _, _ := l.document(lost, "y")
	l.pull(a, b)
	var good CheckReport
	f.do("check", CheckRequest{}, &good)
	if len(good.Problems) > 0 || good.Records == 0 || good.Scopes == 0 {
		t.Fatalf("before: %+v", good)
	}
	f.close()
	damage(t, filepath.Join(f.config.Data, databaseFile),
		`DELETE FROM doc_scope WHERE id = '`+string(lost)+`'`,
		`UPDATE scope_sum SET sum = sum + 1 WHERE scope = 'all'`)
	g := reopen(t, f.config).run()
	var bad, mended, after CheckReport
	g.do("check", CheckRequest{}, &bad)
	g.do("check", CheckRequest{Repair: true}, &mended)
	g.do("check", CheckRequest{}, &after)
	if len(bad.Problems) < 3 || len(bad.Repaired) > 0 {
		t.Errorf("found: %+v", bad)
	}
	if len(mended.Problems) > 0 || len(mended.Repaired) != len(bad.Problems) {
		t.Errorf("repaired: %+v", mended)
	}
	if len(after.Problems) > 0 {
		t.Errorf("after: %+v", after)
	}
	fresh := g.enrol(clerk)
	if got := keysOf(fresh.pull()); !got[app.Key{Kind: app.KindDocument, ID: lost}] || !got[app.Key{Kind: app.KindDocument, ID: kept}] {
		t.Errorf("a new laptop gets %v", got)
	}
	if g.audited("check.repair") != 1 {
		t.Error("the repair is in no log")
	}
}

func damage(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}
