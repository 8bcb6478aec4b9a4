package replica_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

var ctx = context.Background()

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicKey(name string) ed25519.PublicKey { return keyOf(name).Public().(ed25519.PublicKey) }

func signer(key ed25519.PrivateKey) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil }
}

// choices decide what happens: a seeded generator, or rapid.
type choices interface {
	IntN(n int) int
	Uint32() uint32
	Uint64() uint64
	Shuffle(n int, swap func(i, j int))
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// tester is a testing.T or a rapid.T, or takes what a planted fault does.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// world is one simulation: everything that happens in it follows from its choices.
type world struct {
	t       tester
	seed    uint64
	r       choices
	dir     string
	now     app.Time
	server  *server
	laptops []*laptop
	open    []*exchange
	docs    []app.ID // every document that anybody has tried to make
	faults  bool
	trace   trace
	flaw    flaw
	theme   theme
	ledger  ledger
	copies  []string // backups of the server, latest last
	// refusedHere counts what laptops refused at once.
	refusedHere map[string]int
}

// server is the province, with a store that may crash.
type server struct {
	w     *world
	path  string
	store *sqlite.Store
	core  *hub.Core
	disk  disk
	epoch uint64
	own   uint32 // its own writer
}

// laptop is one person's machine.
type laptop struct {
	w      *world
	person app.ID
	writer uint32
	key    ed25519.PrivateKey
	path   string
	store  *sqlite.Store
	rep    *replica.Replica
	disk   disk
	life   int // raised by each crash: what was under way is lost
	skew   app.Time
	given  []app.CommandID
	told   map[app.CommandID]bool // given, and answered for good on a page that was applied
	epoch  uint64                 // of the server, as last heard
	had    map[app.Key]bool       // records that have been on this disk
}

func (l *laptop) device() app.ID { return app.ID(fmt.Sprintf("device-%d", l.writer)) }

func (l *laptop) peer() hub.Peer {
	return hub.Peer{Device: l.device(), Person: l.person, Writer: l.writer}
}

func (l *laptop) String() string { return fmt.Sprintf("%s (%d)", l.person, l.writer) }

// Writer implements hub.Devices.
func (w *world) Writer(n uint32) (hub.WriterKey, error) {
	for _, l := range w.laptops {
		if l.writer == n {
			if l.key == nil {
				l.key = keyOf(string(l.device()))
			}
			return hub.WriterKey{Device: l.device(), Person: l.person, Key: l.key.Public().(ed25519.PublicKey)}, nil
		}
	}
	return hub.WriterKey{}, app.ErrNotFound
}

func (w *world) failf(format string, args ...any) {
	w.t.Helper()
	again := ""
	if w.seed != 0 {
		again = fmt.Sprintf("seed %d; again: SEED=%d go test -tags sqlite_fts5,noquic ./sync/replica -run 'TestSimulation$'\n", w.seed, w.seed)
	}
	w.t.Fatalf("%s%s\nlast steps:\n%s", again, fmt.Sprintf(format, args...), w.trace.last(traceLines()))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.failf("%v", err)
	}
}

func (w *world) note(format string, args ...any) { w.trace.add(format, args...) }

func (s *server) start() {
	w := s.w
	s.disk.w = w
	var err error
	s.store, err = sqlite.Open(ctx, sqlite.Options{
		Path: s.path, Role: sqlite.Server, Clock: func() app.Time { return w.now }, Holder: app.HolderServer, NoSync: true, Readers: 1,
	})
	w.must(err)
	w.must(s.store.Read(ctx, func(v *sqlite.View) (err error) {
		s.own, err = v.OwnWriter()
		return err
	}))
	s.core, err = hub.NewCore(hub.Config{
		Store: serverStore{hub.Over(s.store), s}, Devices: w, Clock: func() app.Time { return w.now },
		Epoch: s.epoch, SignKey: keyOf("server"), CursorKey: make([]byte, 32), Own: s.own, OwnKey: keyOf("own"),
	})
	w.must(err)
}

func (s *server) stop() { s.w.must(s.store.Close()) }

// give runs a command of the system or of a browser; a refusal is an error.
func (s *server) give(cmd *app.Command) error {
	sub := &hub.Submission{Peer: hub.Peer{Writer: s.own}, Own: cmd}
	s.core.Commit(ctx, []*hub.Submission{sub})
	if sub.Err != nil {
		return sub.Err
	}
	s.w.decided(sub.Answers)
	if err := sub.Answers[0].Err(); err != nil {
		return err
	}
	return nil
}

func (l *laptop) start() {
	w := l.w
	l.disk.w = w
	if l.key == nil {
		l.key, l.told, l.had = keyOf(string(l.device())), map[app.CommandID]bool{}, map[app.Key]bool{}
	}
	var err error
	clock := func() app.Time { return w.now + l.skew }
	l.store, err = sqlite.Open(ctx, sqlite.Options{Path: l.path, Role: sqlite.Replica, Clock: clock, NoSync: true, Readers: 1})
	w.must(err)
	l.rep, err = replica.New(ctx, replica.Config{
		Store: laptopStore{replica.Over(l.store), l}, Person: l.person, Writer: l.writer, Sign: signer(l.key),
		ServerKey: publicKey("server"), Clock: clock, Log: slog.New(slog.NewTextHandler(traceWriter{l}, timeless)),
	})
	w.must(err)
}

// timeless leaves out what differs from run to run.
var timeless = &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// traceWriter puts a laptop's log into the trace.
type traceWriter struct{ l *laptop }

func (t traceWriter) Write(b []byte) (int, error) {
	t.l.w.note("%s logs: %s", t.l, string(bytes.TrimSpace(b)))
	return len(b), nil
}

// crash is a power cut: what is on the disk stays.
func (l *laptop) crash() {
	l.life++
	l.disk.crash = false
	l.w.must(l.store.Close())
	l.start()
}

// people who have laptops; one of them has two.
var people = []app.ID{"snv.clerk", "snv.officer", "xa1.clerk", "xa1.leader", "xa1.leader", "xa1.officer", "xa2.clerk"}

// begins starts the province and the persons' laptops from the templates.
// Laptops of people have loaded before, those of others and some of them not.
func (w *world) begins(tpl templates, persons []app.ID) {
	w.now, w.refusedHere, w.ledger = apptest.Now, map[string]int{}, newLedger()
	w.server = &server{w: w, path: filepath.Join(w.dir, "server.db"), epoch: firstEpoch}
	copyFile(w.t, tpl.server, w.server.path)
	w.server.start()
	for i, p := range persons {
		w.join(tpl.replica, p, uint32(16+i))
	}
	w.faults = true
}

// join starts one laptop from a file.
func (w *world) join(file string, person app.ID, writer uint32) {
	l := &laptop{
		w: w, person: person, writer: writer, path: filepath.Join(w.dir, fmt.Sprintf("laptop%d.db", writer)),
		skew: app.Time(w.r.IntN(7200_000) - 3600_000),
	}
	copyFile(w.t, file, l.path)
	w.laptops = append(w.laptops, l)
	l.start()
}

func (w *world) close() {
	for _, l := range w.laptops {
		w.must(l.store.Close())
	}
	w.server.stop()
}

func pick[T any](w *world, from []T) T { return from[w.r.IntN(len(from))] }

// chance of a fault; the small choices, to which rapid shrinks, are peace.
func (w *world) chance(percent int) bool { return w.faults && w.r.IntN(100) >= 100-percent }

// record is a record's version and bytes.
type record struct {
	version uint64
	body    string
}

// records reads all records of a store.
func records(w *world, s *sqlite.Store) map[app.Key]record {
	out := map[app.Key]record{}
	w.must(s.Read(ctx, func(v *sqlite.View) error {
		for kind := app.Kind(1); kind <= app.KindBookLog; kind++ {
			var ids []app.ID
			if err := v.Keys(kind, func(id app.ID, _ uint64) error { ids = append(ids, id); return nil }); err != nil {
				return err
			}
			for _, id := range ids {
				key := app.Key{Kind: kind, ID: id}
				body, version, err := v.Body(key)
				if err != nil {
					return err
				}
				out[key] = record{version, string(body)}
			}
		}
		return nil
	}))
	return out
}

func overlap(a, b []app.Scope) bool {
	return slices.ContainsFunc(a, func(s app.Scope) bool { return slices.Contains(b, s) })
}

func decode(w *world, key app.Key, body string) app.Record {
	r, err := feed.Decode(key.Kind, []byte(body))
	w.must(err)
	return r
}
