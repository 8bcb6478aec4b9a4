package hub_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

var ctx = context.Background()

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// fixture is a hub core over the province of apptest, with one laptop for each
// of a few people.
type fixture struct {
	t       testing.TB
	now     app.Time
	store   *sqlite.Store
	core    *hub.Core
	config  hub.Config
	revoked map[uint32]bool
	alarms  []string
	decided int
	next    map[uint32]uint32
}

// Writers of the laptops.
const (
	clerkSNV uint32 = 16 + iota
	clerkXa1
	leaderXa1
	clerkXa2
)

var persons = map[uint32]app.ID{clerkSNV: "snv.clerk", clerkXa1: "xa1.clerk", leaderXa1: "xa1.leader", clerkXa2: "xa2.clerk"}

func device(writer uint32) app.ID { return "dev-" + persons[writer] }

func peer(writer uint32) hub.Peer {
	return hub.Peer{Device: device(writer), Person: persons[writer], Writer: writer}
}

func (f *fixture) Writer(n uint32) (hub.WriterKey, error) {
	p, ok := persons[n]
	if !ok {
		return hub.WriterKey{}, app.ErrNotFound
	}
	return hub.WriterKey{Device: device(n), Person: p, Key: keyOf(string(p)).Public().(ed25519.PublicKey), Revoked: f.revoked[n]}, nil
}

func (f *fixture) Decided(hub.Peer, string, string, string)       { f.decided++ }
func (f *fixture) Alarm(_ hub.Peer, _ app.CommandID, what string) { f.alarms = append(f.alarms, what) }
func (f *fixture) Streams(int)                                    {}
func (f *fixture) Page(int, int)                                  {}
func (f *fixture) Unlike(hub.Peer, app.Scope)                     {}

func newFixture(t testing.TB) *fixture {
	f := &fixture{t: t, now: apptest.Now, revoked: map[uint32]bool{}, next: map[uint32]uint32{}}
	clock := func() app.Time { return f.now }
	var err error
	f.store, err = sqlite.Open(ctx, sqlite.Options{
		Path: filepath.Join(t.TempDir(), "server.db"), Role: sqlite.Server, Clock: clock, Holder: app.HolderServer, NoSync: true,
	})
	f.must(err)
	t.Cleanup(func() { f.store.Close() })
	f.config = hub.Config{
		Store: hub.Over(f.store), Devices: f, Clock: clock, Epoch: 5, SignKey: keyOf("server"), CursorKey: make([]byte, 32),
		Own: 1, OwnKey: keyOf("own"), Observer: f,
	}
	f.core, err = hub.NewCore(f.config)
	f.must(err)
	records := apptest.Province()
	for _, o := range apptest.Offices {
		records = append(records, &app.Authority{ID: "qk." + o, Unit: o, Person: o + ".leader", Form: app.AuthorityTM, Title: "CHỦ TỊCH"})
	}
	_, err = f.core.Import(ctx, records)
	f.must(err)
	for _, p := range persons {
		_, err := f.core.Enter(ctx, p)
		f.must(err)
	}
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// sign makes the writer's next command.
func (f *fixture) sign(writer uint32, name string, target app.ID, args any) *feed.Command {
	f.t.Helper()
	f.next[writer]++
	return f.signAs(writer, f.next[writer], &app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: target}, Actor: persons[writer], Args: args})
}

func (f *fixture) signAs(writer, counter uint32, cmd *app.Command) *feed.Command {
	f.t.Helper()
	cmd.ID, cmd.At = app.NewCommandID(writer, counter), f.now
	signed, err := feed.NewCommand(cmd, func(b []byte) ([]byte, error) { return ed25519.Sign(keyOf(string(persons[writer])), b), nil })
	f.must(err)
	return signed
}

// send has the laptop send commands and returns the answers.
func (f *fixture) send(writer uint32, commands ...*feed.Command) []feed.Result {
	f.t.Helper()
	sub := &hub.Submission{Peer: peer(writer), Commands: commands}
	f.core.Commit(ctx, []*hub.Submission{sub})
	f.must(sub.Err)
	return sub.Answers
}

// accept is send for commands that must be accepted.
func (f *fixture) accept(writer uint32, commands ...*feed.Command) []feed.Result {
	f.t.Helper()
	out := f.send(writer, commands...)
	if len(out) != len(commands) {
		f.t.Fatalf("%d answers to %d commands", len(out), len(commands))
	}
	for _, r := range out {
		if r.Status != feed.Accepted {
			f.t.Fatalf("%v: %s", r.ID, r.Reason)
		}
	}
	return out
}

func fields(subject string) app.Fields {
	return app.Fields{Type: "BC", Subject: subject, OrganName: "Sở Nội vụ", CodeNumber: "12", Notation: "BC-SNV", IssuedDate: apptest.Today}
}

// receive is a paper document entered by the clerk of xa1.
func (f *fixture) receive(id app.ID, subject string, urgency app.Urgency) *feed.Command {
	fl := fields(subject)
	fl.Urgency = urgency
	return f.sign(clerkXa1, "document.receive.1", id, &app.IncomingCreate{Unit: "xa1", Fields: fl})
}

// laptop is a replica reduced to what a pull gives it.
type laptop struct {
	f      *fixture
	writer uint32
	cursor []byte
	have   map[app.Key]feed.Item // with whole bodies
	pages  []*feed.Page          // of the last pull
}

func (f *fixture) laptop(writer uint32) *laptop {
	return &laptop{f: f, writer: writer, have: map[app.Key]feed.Item{}}
}

// pull takes pages until level, checking what every page must keep.
func (l *laptop) pull(req *feed.Request, target int) []*feed.Page {
	f := l.f
	f.t.Helper()
	if req == nil {
		req = &feed.Request{}
	}
	req.Cursor = l.cursor
	p := f.core.NewPull(peer(l.writer), req, nil)
	l.pages = nil
	for range 10_000 {
		if target > 0 {
			p.Target = target
		}
		page, _, err := p.Next(ctx)
		f.must(err)
		b, err := feed.EncodePage(page)
		f.must(err)
		p.Sent(len(b), page)
		l.take(page)
		if page.Level {
			return l.pages
		}
	}
	f.t.Fatal("the pull does not end")
	return nil
}

func (l *laptop) take(page *feed.Page) {
	f := l.f
	f.t.Helper()
	l.pages = append(l.pages, page)
	l.cursor = page.Cursor
	for _, it := range page.Items {
		old, held := l.have[it.Key]
		switch {
		case it.Gone():
			delete(l.have, it.Key)
			continue
		case it.Base > 0 && (!held || old.Version < it.Base):
			f.t.Fatalf("%v comes as a patch from %d, have %d", it.Key, it.Base, old.Version)
		case it.Base > 0 && len(it.Body) > 0 && old.Version < it.Version:
			body, err := feed.Apply(old.Body, it.Body)
			f.must(err)
			it.Body = body
		case it.Base > 0:
			it.Body = old.Body
		}
		it.Base = 0
		l.have[it.Key] = it
	}
}

// items lists the ids of the documents in pages, in order.
func items(pages []*feed.Page) (out []app.ID) {
	for _, p := range pages {
		for _, it := range p.Items {
			if it.Key.Kind == app.KindDocument {
				out = append(out, it.Key.ID)
			}
		}
	}
	return out
}

func docKey(id app.ID) app.Key { return app.Key{Kind: app.KindDocument, ID: id} }
