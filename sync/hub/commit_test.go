package hub_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

func TestACommandIsDecidedOnce(t *testing.T) {
	f := newFixture(t)
	cmd := f.receive("d1", "rà soát", 0)
	first := f.accept(clerkXa1, cmd)
	second := f.accept(clerkXa1, cmd)
	if first[0].Seq != second[0].Seq || f.decided != 1 {
		t.Errorf("decided %d times: %+v, %+v", f.decided, first, second)
	}
	var head uint64
	f.must(f.store.Read(ctx, func(v *sqlite.View) (err error) { head, _, err = v.Head(); return err }))
	if head != first[0].Seq {
		t.Errorf("head %d after event %d", head, first[0].Seq)
	}
}

func TestTheSameIDWithOtherBytesIsAnAlarm(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	f.next[clerkXa1]--
	out := f.send(clerkXa1, f.receive("d2", "hai", 0))
	if out[0].Reason != "command.id_reused" || len(f.alarms) != 1 {
		t.Errorf("%+v, alarms %v", out, f.alarms)
	}
	var r *feed.StoredResult
	f.must(f.store.Read(ctx, func(v *sqlite.View) (err error) { r, err = v.Result(out[0].ID); return err }))
	if r.Status != feed.Accepted {
		t.Errorf("the first result was replaced: %+v", r)
	}
}

func TestACommandMustBeItsWritersOwn(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		make   func(f *fixture) (uint32, *feed.Command)
	}{
		"another device's writer": {"command.wrong_writer", func(f *fixture) (uint32, *feed.Command) {
			return clerkSNV, f.receive("d1", "x", 0)
		}},
		"unknown writer": {"command.wrong_writer", func(f *fixture) (uint32, *feed.Command) {
			cmd := f.receive("d1", "x", 0)
			cmd.ID = app.NewCommandID(900, 1)
			return clerkXa1, cmd
		}},
		"the server's writer": {"command.wrong_writer", func(f *fixture) (uint32, *feed.Command) {
			cmd := f.receive("d1", "x", 0)
			cmd.ID = app.NewCommandID(1, 1000)
			return clerkXa1, cmd
		}},
		"another actor": {"command.wrong_actor", func(f *fixture) (uint32, *feed.Command) {
			return clerkXa1, f.signAs(clerkXa1, 1, &app.Command{
				Name: "document.receive.1", Target: docKey("d1"), Actor: "xa1.leader", Args: &app.IncomingCreate{Unit: "xa1", Fields: fields("x")},
			})
		}},
		"the system as actor": {"command.wrong_actor", func(f *fixture) (uint32, *feed.Command) {
			return clerkXa1, f.signAs(clerkXa1, 1, &app.Command{
				Name: "document.content_stored.1", Target: docKey("d1"), Actor: app.SystemPerson, Args: &app.ContentStored{},
			})
		}},
		"a changed command": {"command.bad_signature", func(f *fixture) (uint32, *feed.Command) {
			cmd := f.receive("d1", "x", 0)
			cmd.Base = 7
			return clerkXa1, cmd
		}},
		"a revoked device": {"command.device_revoked", func(f *fixture) (uint32, *feed.Command) {
			f.revoked[clerkXa1] = true
			return clerkXa1, f.receive("d1", "x", 0)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			writer, cmd := tc.make(f)
			out := f.send(writer, cmd)
			if len(out) != 1 || out[0].Status != feed.Refused || out[0].Reason != tc.reason || len(f.alarms) != 1 {
				t.Errorf("%+v, alarms %v; want %s", out, f.alarms, tc.reason)
			}
			f.must(f.store.Read(ctx, func(v *sqlite.View) error {
				if _, version, err := v.Body(docKey("d1")); version != 0 {
					t.Error("it took effect")
					return err
				}
				return nil
			}))
		})
	}
}

func TestACommandWaitsForTheOneBefore(t *testing.T) {
	f := newFixture(t)
	one, two := f.receive("d1", "một", 0), f.receive("d2", "hai", 0)
	sub := &hub.Submission{Peer: peer(clerkXa1), Commands: []*feed.Command{two}}
	f.core.Commit(ctx, []*hub.Submission{sub})
	if sub.Err != nil || len(sub.Answers) != 0 || sub.Next != 1 {
		t.Errorf("%+v", sub)
	}
	page, worth, err := f.core.NewPull(peer(clerkXa1), &feed.Request{Commands: sub.Commands}, sub).Next(ctx)
	if err != nil || !worth || page.Next != 1 {
		t.Errorf("the laptop is not told: %+v, %v", page, err)
	}
	if out := f.accept(clerkXa1, one, two); out[1].Seq != out[0].Seq+1 {
		t.Errorf("%+v", out)
	}
}

func TestARefusalStopsNobody(t *testing.T) {
	f := newFixture(t)
	out := f.send(clerkXa1, f.receive("d1", "một", 0), f.sign(clerkXa1, "document.accept.1", "d1", &app.Note{}), f.receive("d2", "hai", 0))
	if len(out) != 3 || out[0].Status != feed.Accepted || out[1].Status != feed.Refused || out[2].Status != feed.Accepted || out[2].Seq != out[0].Seq+1 {
		t.Errorf("%+v", out)
	}
	if out[1].Seq != 0 || out[1].Code == "" {
		t.Errorf("a refusal without a code, or with a place: %+v", out[1])
	}
}

func TestASecretIsRefusedAndErased(t *testing.T) {
	f := newFixture(t)
	fl := fields("x")
	fl.Secrecy = app.TopSecret
	out := f.send(clerkXa1, f.sign(clerkXa1, "document.receive.1", "d1", &app.IncomingCreate{Unit: "xa1", Fields: fl}))
	if out[0].Status != feed.Refused || !out[0].Erase {
		t.Errorf("%+v", out)
	}
}

func TestAnUnknownCommandIsKeptAndDecidedLater(t *testing.T) {
	f := newFixture(t)
	later := f.signAs(clerkXa1, 1, &app.Command{Name: "document.later.9", Target: docKey("d1"), Actor: persons[clerkXa1], Args: &app.Note{Text: "x"}})
	f.next[clerkXa1] = 1
	out := f.send(clerkXa1, later, f.receive("d2", "hai", 0))
	if len(out) != 2 || out[0].Status != feed.Deferred || out[1].Status != feed.Accepted {
		t.Fatalf("%+v", out)
	}
	// A server that knows what it deferred: as if this version had learned it.
	known := f.receive("d3", "ba", 0)
	f.must(f.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.Defer(known, device(clerkXa1)); err != nil {
			return err
		}
		_, pos, err := tx.Head()
		if err != nil {
			return err
		}
		if err := tx.SetNext(clerkXa1, known.ID.Counter()+1); err != nil {
			return err
		}
		return tx.PutResult(feed.StoredResult{Pos: pos + 1, Hash: known.Hash(), Result: feed.Result{ID: known.ID, Status: feed.Deferred}})
	}))
	if _, err := f.core.Retry(ctx); err != nil {
		t.Fatal(err)
	}
	again := f.send(clerkXa1, known, later)
	if again[0].Status != feed.Accepted || again[1].Status != feed.Deferred {
		t.Errorf("%+v", again)
	}
}

func TestTheResultNamesTheNumber(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.receive("d2", "hai", 0))
	out := f.accept(clerkXa1, f.sign(clerkXa1, "document.register.1", "d1", &app.Register{Book: "xa1.den"}),
		f.sign(clerkXa1, "document.register.1", "d2", &app.Register{Book: "xa1.den"}))
	if out[0].Number != 1 || out[1].Number != 2 || out[0].Book != "xa1.den" || out[0].Year != 2026 {
		t.Errorf("%+v", out)
	}
}

// failing is a store that cannot commit what one device sends.
type failing struct {
	hub.Store
	f      *fixture
	writer uint32
	err    error
}

func (s *failing) Write(ctx context.Context, fn func(hub.Tx) error) error {
	return s.Store.Write(ctx, func(tx hub.Tx) error {
		before, err := tx.Next(s.writer)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		if after, err := tx.Next(s.writer); err != nil || after != before {
			return errors.Join(err, s.err)
		}
		return nil
	})
}

func TestTroubleWithOneDoesNotHoldUpTheOthers(t *testing.T) {
	f := newFixture(t)
	trouble := errors.New("disk on fire")
	config := f.config
	config.Store = &failing{Store: config.Store, f: f, writer: clerkXa1, err: trouble}
	core, err := hub.NewCore(config)
	f.must(err)
	bad := &hub.Submission{Peer: peer(clerkXa1), Commands: []*feed.Command{f.receive("d1", "x", 0)}}
	good := &hub.Submission{Peer: peer(clerkXa2), Commands: []*feed.Command{
		f.sign(clerkXa2, "document.receive.1", "d2", &app.IncomingCreate{Unit: "xa2", Fields: fields("y")}),
	}}
	woken := core.Commit(ctx, []*hub.Submission{bad, good})
	if !errors.Is(bad.Err, trouble) || bad.Answers != nil {
		t.Errorf("bad: %+v", bad)
	}
	if good.Err != nil || len(good.Answers) != 1 || good.Answers[0].Status != feed.Accepted {
		t.Errorf("good: %+v", good)
	}
	if !woken.Writers[clerkXa2] || woken.Writers[clerkXa1] || !woken.Scopes["r:xa2:clerk"] {
		t.Errorf("woken: %+v", woken)
	}
}

func TestTheChainShowsATamperedEvent(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0), f.receive("d2", "hai", 0), f.receive("d3", "ba", 0))
	check := func(v hub.View) (bad uint64) {
		bad, err := hub.CheckChain(v)
		f.must(err)
		return bad
	}
	f.must(f.store.Read(ctx, func(v *sqlite.View) error {
		if bad := check(v); bad != 0 {
			t.Errorf("event %d of an honest chain", bad)
		}
		head, _, err := v.Head()
		f.must(err)
		a, err := hub.TreeHead(v, head)
		f.must(err)
		b, err := hub.TreeHead(v, head-1)
		f.must(err)
		if a == b || a.IsZero() {
			t.Errorf("tree heads %v, %v", a, b)
		}
		if bad := check(tampered{v, head - 1}); bad != head-1 {
			t.Errorf("tampering with event %d shows at %d", head-1, bad)
		}
		return nil
	}))
}

// tampered changes one event.
type tampered struct {
	hub.View
	seq uint64
}

func (v tampered) EventLeaf(seq uint64) ([]byte, error) {
	leaf, err := v.View.EventLeaf(seq)
	if seq == v.seq {
		leaf = slices.Clone(leaf)
		leaf[len(leaf)-1] ^= 1
	}
	return leaf, err
}
