package hub_test

import (
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

const (
	loanBook app.ID = "xa1.den"
	hour            = app.Time(3_600_000)
)

// lent is a fixture whose clerk of xa1 holds the book of incoming documents.
func lent(t *testing.T) *fixture {
	f := newFixture(t)
	f.must(f.store.Write(ctx, func(tx *sqlite.Tx) error {
		for w := clerkSNV; w <= clerkXa2; w++ {
			if err := tx.PutDevice(sqlite.Device{ID: device(w), Person: persons[w], Name: "Máy văn thư", CommandKey: []byte{1}, SealingKey: []byte{1},
				Courier: []byte{1}}); err != nil {
				return err
			}
			if n, err := tx.NewWriter(device(w), f.now); err != nil || n != w {
				t.Fatalf("writer %d: %v", n, err)
			}
		}
		return nil
	}))
	f.accept(clerkXa1, f.onBook("book.lend.1", &app.BookLend{Device: device(clerkXa1), Until: f.now + 5*hour}))
	return f
}

func (f *fixture) onBook(name string, args any) *feed.Command {
	f.next[clerkXa1]++
	return f.signAs(clerkXa1, f.next[clerkXa1], &app.Command{Name: name, Target: app.Key{Kind: app.KindBook, ID: loanBook}, Actor: persons[clerkXa1], Args: args})
}

func (f *fixture) numbered(id app.ID, n uint32) *feed.Command {
	return f.sign(clerkXa1, "document.register.1", id, &app.Register{Book: loanBook, Issued: &app.Issued{Epoch: 1, Number: n, Day: f.now.Date()}})
}

// own gives a command at the server itself.
func (f *fixture) own(cmd *app.Command) feed.Result {
	f.t.Helper()
	sub := &hub.Submission{Peer: hub.Peer{Writer: f.config.Own}, Own: cmd}
	f.core.Commit(ctx, []*hub.Submission{sub})
	f.must(sub.Err)
	return sub.Answers[0]
}

func (f *fixture) bookLog() (log *app.BookLog) {
	f.t.Helper()
	f.must(f.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindBookLog, ID: app.BookLogID(loanBook)})
		log, _ = r.(*app.BookLog)
		return err
	}))
	return log
}

func (f *fixture) intact() {
	f.t.Helper()
	f.must(f.store.Read(ctx, func(v *sqlite.View) error {
		_, err := hub.CheckChain(v)
		return err
	}))
}

func TestANumberOfARefusedCommandIsKept(t *testing.T) {
	f := lent(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.receive("d2", "hai", 0))
	f.accept(clerkXa1, f.sign(clerkXa1, "document.return_incoming.1", "d1", &app.Reason{Text: "Gửi nhầm"}))
	out := f.send(clerkXa1, f.numbered("d1", 1), f.numbered("d2", 2))
	if out[0].Reason != "document.wrong_state" || out[1].Status != feed.Accepted || out[1].Number != 2 || out[1].Book != loanBook {
		t.Fatalf("%+v", out)
	}
	if s := f.bookLog().Spent[app.SpentKey(f.now.Year(), 1)]; s.Doc != "d1" || s.Reason != "document.wrong_state" {
		t.Errorf("the number is kept as %+v", s)
	}
	if len(f.alarms) != 0 {
		t.Errorf("alarms: %v", f.alarms)
	}
	f.intact()
}

func TestTwoHoldersAreAnAlarm(t *testing.T) {
	f := lent(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.receive("d2", "hai", 0))
	for _, cmd := range []*app.Command{
		{Name: "book.recall.1", Target: app.Key{Kind: app.KindBook, ID: loanBook}, Actor: app.SystemPerson, Args: &app.BookRecall{Text: "Máy mất"}},
		{Name: "document.register.1", Target: app.Key{Kind: app.KindDocument, ID: "d2"}, Actor: "xa1.clerk", Args: &app.Register{Book: loanBook}},
	} {
		if r := f.own(cmd); r.Status != feed.Accepted {
			t.Fatalf("%s: %s", cmd.Name, r.Reason)
		}
	}
	if out := f.accept(clerkXa1, f.numbered("d1", 1)); out[0].Number != 1 {
		t.Errorf("the number became %d", out[0].Number)
	}
	if len(f.alarms) != 1 || f.alarms[0] != "book twice" {
		t.Errorf("alarms: %v", f.alarms)
	}
	for _, a := range f.bookLog().Alarms {
		if a.Doc != "d1" || a.Other != "d2" || a.Number != 1 {
			t.Errorf("the alarm says %+v", a)
		}
	}
}
