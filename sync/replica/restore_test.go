package replica_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strconv"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// backup copies the server's database as it is now.
func (w *world) backup() string {
	path := filepath.Join(w.dir, "backup.db")
	w.must(w.server.store.Backup(ctx, path))
	return path
}

// restore puts a backup in the server's place, as khonggiayctl does.
func (w *world) restore(backup string) {
	w.server.stop()
	w.server.path = backup
	w.server.start()
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		w.restores++
		_, err := tx.Restored(1, uint32(100*w.restores))
		return err
	}))
	w.server.stop()
	w.name(1000 + uint64(len(w.trace)))
	w.server.start()
	_, err := w.server.core.CloseBooks(ctx)
	w.must(err)
}

// name gives the server's data an epoch that follows from the choices, in place
// of the drawn one.
func (w *world) name(epoch uint64) {
	w.server.epoch = epoch
	db, err := sql.Open("sqlite3", "file:"+w.server.path)
	w.must(err)
	defer db.Close()
	_, err = db.Exec("UPDATE meta SET value = ? WHERE key = 'epoch'", strconv.FormatUint(epoch, 10))
	w.must(err)
}

func (w *world) serverDoc(id app.ID) (doc *app.Document) {
	err := w.server.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		if err == nil {
			doc = r.(*app.Document)
		}
		return err
	})
	if !errors.Is(err, app.ErrNotFound) {
		w.must(err)
	}
	return doc
}

func (w *world) settleAll(order ...int) {
	for range 3 {
		for _, n := range order {
			w.settle(w.laptops[n])
		}
		_, err := w.server.core.Unpark(ctx)
		w.must(err)
	}
}

// What the server had accepted after the backup comes back from the laptops:
// once, with the numbers that it had, whoever comes first.
func TestARestoredServerGetsBackWhatTheLaptopsHave(t *testing.T) {
	for name, order := range map[string][]int{
		"in order":       {clerk1, clerk2, leader},
		"the last first": {leader, clerk2, clerk1},
	} {
		t.Run(name, func(t *testing.T) {
			w := smallWorld(t)
			a, b, boss := w.laptops[clerk1], w.laptops[clerk2], w.laptops[leader]
			a.receive("d1", "trước sao lưu")
			a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
			w.settleAll(clerk1, clerk2, leader)
			copied := w.backup()

			w.now += 3600_000
			a.receive("d2", "sau sao lưu")
			a.mustGive("document.register.1", "d2", &app.Register{Book: "xa1.den"})
			a.mustGive("document.submit.1", "d1", &app.Submit{To: "xa1.leader"})
			w.settleAll(clerk1, clerk2, leader)
			b.receive("d3", "máy thứ hai")
			b.mustGive("document.register.1", "d3", &app.Register{Book: "xa1.den"})
			b.mustGive("document.submit.1", "d2", &app.Submit{To: "xa1.leader"})
			refused := b.mustGive("document.remark.1", "d2", &app.RemarkAdd{Text: "sẽ xem"})
			w.settleAll(clerk1, clerk2, leader)
			direct := boss.mustGive("document.direct.1", "d2", &app.Direct{Receivers: []app.Receiver{{ID: "xa1.officer", Role: app.Lead}}, Text: "tham mưu"})
			w.settleAll(clerk1, clerk2, leader)
			before := map[app.ID]*app.Document{}
			for _, id := range []app.ID{"d1", "d2", "d3"} {
				before[id] = w.serverDoc(id)
			}
			if before["d2"].BookNumber != 2 || before["d3"].BookNumber != 3 || len(before["d2"].Directives) != 1 {
				t.Fatalf("before: %+v", before["d2"])
			}
			waiting := a.mustGive("document.remark.1", "d2", &app.RemarkAdd{Text: "chưa gửi"})

			w.now += 3600_000
			w.restore(copied)
			if w.serverDoc("d2") != nil {
				t.Fatal("the backup has it")
			}
			w.settleAll(order...)
			for id, was := range before {
				now := w.serverDoc(id)
				if now == nil || now.BookNumber != was.BookNumber || now.State != was.State || now.Created != was.Created || len(now.Directives) != len(was.Directives) {
					t.Errorf("%s: was %+v\nis %+v", id, was, now)
				}
			}
			for l, id := range map[*laptop]app.CommandID{a: waiting, b: refused, boss: direct} {
				if row := l.row(id); row.State != feed.OutAcknowledged {
					t.Errorf("%v: %+v", id, row)
				}
			}
			if got := w.serverDoc("d2"); len(got.Remarks) != 2 {
				t.Errorf("remarks: %+v", got.Remarks)
			}
			w.verify()
		})
	}
}

// A restored server gives no number before a clerk has said which was the
// last, and then goes on after it; what waited gets its number then.
func TestBooksStandStillAfterARestore(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d1", "trước")
	a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	w.settleAll(clerk1, clerk2, leader)
	copied := w.backup()
	a.receive("d2", "sau")
	a.mustGive("document.register.1", "d2", &app.Register{Book: "xa1.den"})
	w.settleAll(clerk1, clerk2, leader)
	b.receive("d3", "sau nữa")
	b.mustGive("document.register.1", "d3", &app.Register{Book: "xa1.den"})
	w.settle(b)

	w.restore(copied)
	w.settle(b) // only one has come back: its number is 3, and it proves it
	b.receive("d4", "mới")
	b.mustGive("document.register.1", "d4", &app.Register{Book: "xa1.den"})
	w.settle(b)
	if d := b.doc("d4"); d.State != app.InRegistered || d.BookNumber != 0 {
		t.Fatalf("a new one, before the clerk has spoken: %+v", d)
	}
	if d := w.serverDoc("d3"); d.BookNumber != 3 {
		t.Fatalf("the proved one: %+v", d)
	}
	err := w.server.give(&app.Command{Name: "book.open.1", Target: app.Key{Kind: app.KindBook, ID: "xa1.den"}, Actor: "xa1.clerk",
		Args: &app.BookOpen{Year: w.now.Year(), Last: 4}})
	w.must(err)
	w.settle(b)
	if d := b.doc("d4"); d.BookNumber != 5 {
		t.Errorf("after the clerk has spoken: %+v", d)
	}
	w.settle(a) // late, and still it is 2
	if d := w.serverDoc("d2"); d == nil || d.BookNumber != 2 {
		t.Errorf("late: %+v", d)
	}
}

// A laptop that was away while the server came back from two backups, the later
// one older, still gives again what neither of them knows: what it says of its
// counters is true of the server that it knew.
func TestTwoRestoresInARow(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	old := w.backup()
	first := a.mustGive("document.receive.1", "d1", &app.IncomingCreate{Unit: "xa1", Fields: w.fields()})
	w.settle(a)
	w.now += 3600_000
	younger := filepath.Join(w.dir, "younger.db")
	w.must(w.server.store.Backup(ctx, younger))
	w.restore(younger)
	w.settle(a) // knows of the first restore
	second := a.mustGive("document.receive.1", "d2", &app.IncomingCreate{Unit: "xa1", Fields: w.fields()})
	w.restore(old) // and not of this one
	w.settleAll(clerk1, clerk2, leader)
	for id, doc := range map[app.CommandID]app.ID{first: "d1", second: "d2"} {
		if row := a.row(id); row.State != feed.OutAcknowledged || w.serverDoc(doc) == nil {
			t.Errorf("%v: %+v", id, row)
		}
	}
	w.verify()
}

// TestTheBetterBackupAfterAll: the wrong backup is restored first, work goes on,
// and then a younger one from before. Both times have decided the same command;
// what the server of now says counts, and the laptop is told so.
func TestTheBetterBackupAfterAll(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	old := w.backup()
	w.must(w.server.give(&app.Command{ // so that the events of the two times differ
		Name: "document.receive.1", Target: app.Key{Kind: app.KindDocument, ID: "d0"}, Actor: "xa2.clerk",
		Args: &app.IncomingCreate{Unit: "xa2", Fields: w.fields()},
	}))
	id := a.mustGive("document.receive.1", "d1", &app.IncomingCreate{Unit: "xa1", Fields: w.fields()})
	w.settle(a)
	better := filepath.Join(w.dir, "better.db")
	w.must(w.server.store.Backup(ctx, better))
	w.restore(old)
	w.now += 1000
	w.settle(a)
	between := a.row(id).Result.Seq
	w.restore(better)
	w.settleAll(clerk1, clerk2, leader)
	var there *feed.StoredResult
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) { there, err = v.Result(id); return err }))
	if here := a.row(id); here.State != feed.OutAcknowledged || here.Result.Seq != there.Seq || there.Seq == between {
		t.Errorf("in between event %d; the server now says %d, the laptop %d", between, there.Seq, here.Result.Seq)
	}
	w.verify()
}

// TestDamagedUnderARestoredServer: a laptop does not know of the restore yet when
// its disk loses where it stood. It cannot see that the epoch is another, but
// that the server lacks what it had accepted; so that goes up again, too, and
// nothing waits behind it for ever.
func TestDamagedUnderARestoredServer(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	old := w.backup()
	first := a.mustGive("document.receive.1", "d1", &app.IncomingCreate{Unit: "xa1", Fields: w.fields()})
	w.settle(a)
	w.restore(old)
	second := a.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "đợi phía sau"})
	w.must(a.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.SetSyncState(feed.State{}) }))
	for a.torn = new(torn); a.torn != nil; {
		w.renew(a)
	}
	w.settleAll(clerk1, clerk2, leader)
	for _, id := range []app.CommandID{first, second} {
		if row := a.row(id); row.State != feed.OutAcknowledged {
			t.Errorf("%v: %+v", id, row)
		}
	}
	if d := w.serverDoc("d1"); d == nil || len(d.Remarks) != 1 {
		t.Errorf("the server has %+v", d)
	}
	w.verify()
}
