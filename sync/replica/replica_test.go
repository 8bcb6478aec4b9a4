package replica_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// Laptops of the small world.
const (
	clerk1 = iota // clerk of xa1
	clerk2        // the same person's second laptop
	leader
)

func smallWorld(t *testing.T) *world {
	w := newWorld(t, makeTemplates(t), 1, []app.ID{"xa1.clerk", "xa1.clerk", "xa1.leader"})
	w.faults = false
	for _, l := range w.laptops {
		w.settle(l)
	}
	t.Cleanup(w.close)
	return w
}

func (l *laptop) give(name string, id app.ID, args any) (app.CommandID, error) {
	out, err := l.rep.Give(ctx, app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Args: args})
	if err == nil {
		l.w.gave(l, out, &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Args: args})
	}
	return out, err
}

func (l *laptop) mustGive(name string, id app.ID, args any) app.CommandID {
	l.w.t.Helper()
	out, err := l.give(name, id, args)
	l.w.must(err)
	return out
}

// receive enters a paper document.
func (l *laptop) receive(id app.ID, subject string) {
	l.w.t.Helper()
	fl := l.w.fields()
	fl.Subject = subject
	l.mustGive("document.receive.1", id, &app.IncomingCreate{Unit: "xa1", Fields: fl})
}

func (l *laptop) doc(id app.ID) *app.Document {
	l.w.t.Helper()
	var out *app.Document
	err := l.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		if err == nil {
			out = r.(*app.Document)
		}
		return err
	})
	if err != nil && !errors.Is(err, app.ErrNotFound) {
		l.w.must(err)
	}
	return out
}

func (l *laptop) row(id app.CommandID) *feed.OutboxRow {
	l.w.t.Helper()
	var row *feed.OutboxRow
	l.w.must(l.store.Read(ctx, func(v *sqlite.View) (err error) {
		row, err = v.OutboxRow(id)
		return err
	}))
	return row
}

func TestACommandShowsAtOnceAndThenAsTheServerDecided(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	a.receive("d1", "việc một")
	id := a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	if d := a.doc("d1"); d == nil || d.State != app.InRegistered || d.BookNumber != 0 {
		t.Fatalf("at once: %+v", d)
	}
	st, err := a.rep.Status(ctx)
	w.must(err)
	if st.Waiting != 2 {
		t.Errorf("%+v", st)
	}
	w.settle(a)
	if d := a.doc("d1"); d.BookNumber != 1 {
		t.Errorf("number %d", d.BookNumber)
	}
	if row := a.row(id); row.State != feed.OutAcknowledged || row.Result.Number != 1 || row.Receipt == 0 {
		t.Errorf("%+v", row)
	}
}

func TestTheFirstWinsAndTheSecondIsToldWhy(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d1", "việc một")
	w.settle(a)
	w.settle(b)
	a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	late := b.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	after := b.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "đã vào sổ"})
	w.settle(a)
	w.settle(b)
	row := b.row(late)
	if row.State != feed.OutRefused || row.Result.Reason == "" || row.Command == nil {
		t.Errorf("the second: %+v", row)
	}
	if row := b.row(after); row.State != feed.OutAcknowledged {
		t.Errorf("what did not depend on it: %+v", row)
	}
	if d := b.doc("d1"); d.BookNumber != 1 || len(d.Remarks) != 1 {
		t.Errorf("%+v", d)
	}
}

func TestACommandThatNoLongerFitsIsMarkedNotDropped(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d1", "việc một")
	w.settle(a)
	w.settle(b)
	late := b.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	w.settle(a)
	// b hears of it before its own command goes up.
	ses, req, err := b.rep.Begin(ctx)
	w.must(err)
	req.Commands = nil
	pull := w.server.core.NewPull(b.peer(), req, nil)
	page, _, err := pull.Next(ctx)
	w.must(err)
	w.must(b.rep.Apply(ctx, ses, page))
	row := b.row(late)
	if row.State != feed.OutWaiting || row.Doubt == nil {
		t.Errorf("%+v", row)
	}
	st, err := b.rep.Status(ctx)
	w.must(err)
	if st.Waiting != 1 || st.Doubtful != 1 {
		t.Errorf("%+v", st)
	}
	w.settle(b)
	if row := b.row(late); row.State != feed.OutRefused {
		t.Errorf("%+v", row)
	}
}

// TestPendingCommandsRunAgainInOrder: news about a document that pending
// commands have changed goes under them, not over them.
func TestPendingCommandsRunAgainInOrder(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d1", "việc một")
	w.settle(a)
	w.settle(b)
	b.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	b.mustGive("document.submit.1", "d1", &app.Submit{To: "xa1.leader"})
	b.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "của b"})
	a.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "của a"})
	w.settle(a)
	ses, req, err := b.rep.Begin(ctx)
	w.must(err)
	req.Commands = nil // they do not get through yet
	page, _, err := w.server.core.NewPull(b.peer(), req, nil).Next(ctx)
	w.must(err)
	w.must(b.rep.Apply(ctx, ses, page))
	if d := b.doc("d1"); d.State != app.InSubmitted || d.Submitted != "xa1.leader" || len(d.Remarks) != 2 {
		t.Errorf("%+v", d)
	}
	st, err := b.rep.Status(ctx)
	w.must(err)
	if st.Waiting != 3 || st.Doubtful != 0 {
		t.Errorf("%+v", st)
	}
	w.settle(b)
	if d := b.doc("d1"); d.State != app.InSubmitted || d.BookNumber != 1 || len(d.Remarks) != 2 {
		t.Errorf("after the answers: %+v", d)
	}
}

func TestARefusedCommandMayBeGivenAgainOrLetGo(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d2", "hai")
	w.settle(a)
	w.settle(b)
	a.mustGive("document.return_incoming.1", "d2", &app.Reason{Text: "nhầm nơi nhận"})
	w.settle(a)
	one := b.mustGive("document.register.1", "d2", &app.Register{Book: "xa1.den"})
	w.settle(b)
	refused, err := b.rep.Outbox(ctx, feed.OutRefused)
	w.must(err)
	if len(refused) != 1 || refused[0].ID != one || refused[0].Cmd == nil || refused[0].Cmd.Args.(*app.Register).Book != "xa1.den" {
		t.Fatalf("%+v", refused)
	}
	if _, err := b.rep.Retry(ctx, one); app.AsError(err).Code != app.Conflict {
		t.Errorf("given again in the same state: %v", err)
	}
	w.must(b.rep.Discard(ctx, one))
	if row := b.row(one); row.State != feed.OutDiscarded || row.Command != nil {
		t.Errorf("%+v", row)
	}
	if err := b.rep.Discard(ctx, one); app.AsError(err).Reason != "outbox.not_refused" {
		t.Errorf("let go twice: %v", err)
	}
	if _, err := b.rep.Retry(ctx, 12345); !errors.Is(err, app.ErrNotFound) {
		t.Errorf("a command that was never given: %v", err)
	}
}

// A later rule at the server may find a state secret that the laptop's version
// did not.
func TestTheServersSecrecyRefusalErasesTheText(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	const secret = "kế hoạch trực chiến ban đêm"
	const name = "phương án tác chiến.pdf"
	fl, files := w.fields(), file(w)
	fl.Subject, files[0].Name = secret, name
	content := files[0].Content
	w.must(a.store.Write(ctx, func(tx *sqlite.Tx) error {
		return errors.Join(tx.PutUpload(sqlite.Upload{Person: a.person, Name: name, Media: "application/pdf", At: w.now, Content: content}),
			tx.PutSends(content, name, w.now))
	}))
	id := a.mustGive("document.receive.1", "d1", &app.IncomingCreate{Unit: "xa1", Fields: fl, Files: files})
	ses, _, err := a.rep.Begin(ctx)
	w.must(err)
	receipt, err := feed.NewReceipt(7, []feed.Result{{ID: id, Status: feed.Refused, Code: app.Forbidden, Reason: "secrecy.refused", Erase: true}}, keyOf("server"))
	w.must(err)
	w.must(a.rep.Apply(ctx, ses, &feed.Page{Epoch: 7, Time: w.now, Receipt: receipt}))
	if row := a.row(id); row.State != feed.OutRefused || row.Command != nil || a.doc("d1") != nil {
		t.Errorf("%+v", row)
	}
	w.must(a.store.Read(ctx, func(v *sqlite.View) error {
		if sends, err := v.Sends(); err != nil || len(sends) > 0 {
			t.Errorf("still to be sent: %+v, %v", sends, err)
		}
		if _, err := v.Upload(a.person, content.SHA256); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("the upload and its keys: %v", err)
		}
		return nil
	}))
	assertNowhere(w, a, secret)
	assertNowhere(w, a, name)
	assertNowhere(w, a, string(content.Segments[0].Key[:]))
}

// assertNowhere looks for a text in the bytes of the laptop's files.
func assertNowhere(w *world, l *laptop, text string) {
	w.t.Helper()
	w.must(l.store.Close())
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		b, err := os.ReadFile(l.path + suffix)
		if err != nil && !os.IsNotExist(err) {
			w.t.Fatal(err)
		}
		for _, form := range []string{text, app.Fold(text)} {
			if bytes.Contains(b, []byte(form)) {
				w.t.Errorf("%q is still in %s%s", form, l.path, suffix)
			}
		}
	}
	l.open()
	l.resume()
}

func TestWhatLeavesTheScopesIsWipedFromTheDisk(t *testing.T) {
	w := smallWorld(t)
	a, l := w.laptops[clerk1], w.laptops[leader]
	const subject = "phương án bố trí tái định cư"
	a.receive("d1", subject)
	a.mustGive("document.register.1", "d1", &app.Register{Book: "xa1.den"})
	a.mustGive("document.submit.1", "d1", &app.Submit{To: "xa1.leader"})
	w.settle(a)
	w.settle(l)
	if d := l.doc("d1"); d == nil || d.Subject != subject {
		t.Fatalf("%+v", d)
	}
	remark := l.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "để tôi xem"})
	p := app.Person{ID: "xa1.leader", Name: "Lò Văn Định", Posts: []app.Post{{Unit: "xa2", Role: app.RoleOfficer}}}
	w.must(w.server.give(putCommand(&p, 1)))
	w.settle(l)
	if l.doc("d1") != nil {
		t.Error("the document is still there")
	}
	row := l.row(remark)
	if row.State != feed.OutRefused || row.Lost == 0 || row.Command == nil {
		t.Errorf("the leader's own words: %+v", row)
	}
	w.settle(l) // the acknowledgement
	var at app.Time
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
		at, err = v.PurgedAt(l.device(), app.Key{Kind: app.KindDocument, ID: "d1"})
		return err
	}))
	if at == 0 {
		t.Error("the server does not know that it was wiped")
	}
	w.must(l.rep.Discard(ctx, remark))
	assertNowhere(w, l, subject)
	assertNowhere(w, l, "để tôi xem")
}

// TestADamagedReplicaIsFoundAndRepaired breaks a replica behind its own back.
func TestADamagedReplicaIsFoundAndRepaired(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	for _, id := range []app.ID{"d1", "d2", "d3"} {
		a.receive(id, "việc "+string(id))
	}
	w.settle(a)
	w.settle(b)
	key := func(id app.ID) app.Key { return app.Key{Kind: app.KindDocument, ID: id} }
	w.must(b.store.Write(ctx, func(tx *sqlite.Tx) error {
		body, _, err := tx.Body(key("d1"))
		if err != nil {
			return err
		}
		held, err := tx.Held(key("d1"))
		if err != nil {
			return err
		}
		other, _, err := tx.Body(key("d3"))
		if err != nil {
			return err
		}
		other = bytes.Replace(other, []byte("việc"), []byte("VIỆC"), 1)
		extra := bytes.Replace(body, []byte("d1"), []byte("dx"), 1)
		return errors.Join(tx.Delete(key("d2")), tx.SetHeld(key("d2"), nil), // lost
			tx.SetRaw(key("d3"), other, 9),                              // another version
			tx.SetRaw(key("dx"), extra, 1), tx.SetHeld(key("dx"), held), // never sent
			tx.AddSum("r:xa1:clerk", feed.Sum{Count: 4, Sum: 99})) // a drifting sum
	}))
	w.settle(b)
	for id, want := range map[app.ID]string{"d1": "việc d1", "d2": "việc d2", "d3": "việc d3"} {
		if d := b.doc(id); d == nil || d.Subject != want {
			t.Errorf("%s: %+v", id, d)
		}
	}
	if b.doc("dx") != nil {
		t.Error("what the server never sent is still there")
	}
	st, err := b.rep.Status(ctx)
	w.must(err)
	if st.Repairs < 3 || st.Broken {
		t.Errorf("%+v", st)
	}
}

func TestAStoreBelongsToOnePerson(t *testing.T) {
	w := smallWorld(t)
	l := w.laptops[leader]
	_, err := replica.New(ctx, replica.Config{
		Store: replica.Over(l.store), Person: "xa2.clerk", Writer: 77, Sign: signer(keyOf("x")), ServerKey: publicKey("server"), Clock: func() app.Time { return 0 },
	})
	if app.AsError(err).Reason != "replica.other_person" {
		t.Errorf("%v", err)
	}
}

func TestAReceiptMustBeTheServers(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	a.receive("d1", "một")
	ses, _, err := a.rep.Begin(ctx)
	w.must(err)
	forged, err := feed.NewReceipt(7, []feed.Result{{ID: a.given[0], Status: feed.Accepted, Seq: 99}}, keyOf("somebody"))
	w.must(err)
	if err := a.rep.Apply(ctx, ses, &feed.Page{Epoch: 7, Receipt: forged}); app.AsError(err).Reason != "sync.bad_receipt" {
		t.Errorf("%v", err)
	}
	if row := a.row(a.given[0]); row.State != feed.OutWaiting {
		t.Errorf("%+v", row)
	}
}

// TestARestoredServerIsFollowed: the server goes back to a backup. The laptop
// takes the server's state, and keeps its outbox.
func TestARestoredServerIsFollowed(t *testing.T) {
	w := smallWorld(t)
	a, b := w.laptops[clerk1], w.laptops[clerk2]
	a.receive("d1", "một")
	w.settle(a)
	w.settle(b)
	backup := w.server.path + ".backup"
	w.server.stop()
	copyFile(t, w.server.path, backup)
	w.server.start()
	a.receive("d2", "hai")
	a.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "sau bản sao lưu"})
	w.settle(a)
	w.settle(b)
	w.server.stop()
	copyFile(t, backup, w.server.path)
	w.server.epoch++
	w.server.start()
	w.settle(b)
	if b.doc("d2") != nil || len(b.doc("d1").Remarks) != 0 {
		t.Errorf("d2 %+v, d1 %+v", b.doc("d2"), b.doc("d1"))
	}
	if row := a.row(a.given[len(a.given)-1]); row.State != feed.OutAcknowledged || row.Command == nil {
		t.Errorf("the outbox forgot what it may have to send again: %+v", row)
	}
}

// What the records here would refuse can be kept in the outbox for whoever gets
// it. It takes its place among the commands; if the laptop stays after all, the
// server decides, and its author reads why.
func TestWorkThatWouldBeRefusedIsKept(t *testing.T) {
	w := smallWorld(t)
	a := w.laptops[clerk1]
	a.receive("d1", "việc một")
	w.settle(a)
	cmd := app.Command{Name: "document.remove_file.1", Target: app.Key{Kind: app.KindDocument, ID: "d1"}, Args: &app.FileRemove{File: 99}}
	if _, err := a.rep.Give(ctx, cmd); app.AsError(err) == nil {
		t.Fatal("it is not one that would be refused")
	}
	id, err := a.rep.Keep(ctx, cmd)
	w.must(err)
	w.gave(a, id, &cmd)
	next := a.mustGive("document.remark.1", "d1", &app.RemarkAdd{Text: "tiếp"})
	if next.Counter() != id.Counter()+1 || a.row(id).State != feed.OutWaiting {
		t.Errorf("%v after %v: %+v", next, id, a.row(id))
	}
	w.settle(a)
	if row := a.row(id); row.State != feed.OutRefused || row.Result.Reason != "file.not_found" || row.Command == nil {
		t.Errorf("%+v", row)
	}
	if d := a.doc("d1"); len(d.Remarks) != 1 || a.row(next).State != feed.OutAcknowledged {
		t.Errorf("%+v", d.Remarks)
	}
}
