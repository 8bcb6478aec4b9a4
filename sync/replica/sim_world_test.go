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
	tpl         templates
	restores    int             // of the server
	enrolled    int             // devices that were enrolled in the course of it
	lent        map[app.ID]bool // books that were ever lent
	unsure      map[app.ID]bool // of these, books that may have had two holders
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
	writer uint32 // of its present incarnation
	name   app.ID // of the device, where that is not told by the writer
	key    ed25519.PrivateKey
	path   string
	store  *sqlite.Store
	rep    *replica.Replica // nil while it is nobody's, or waits for a new writer
	disk   disk
	life   int // raised by each crash: what was under way is lost
	skew   app.Time
	given  []app.CommandID               // what its outbox must hold
	told   map[app.CommandID]feed.Status // of these, answered for good on a page that was applied
	letGo  map[app.CommandID]bool        // of these, refused and let go, or given again
	lost   []app.CommandID               // that were not answered, by damage to its disk
	gone   []app.CommandID               // all that damage or a wiping took from its outbox
	bare   []app.CommandID               // answered, but damage took the receipt that proves it
	epoch  uint64                        // of the server, as last heard
	had    map[app.Key]bool              // records that have been on this disk
	leave  leaving                       // of a revoked one
	torn   *torn                         // of a damaged one that waits for a new writer
}

func (l *laptop) device() app.ID {
	if l.name != "" {
		return l.name
	}
	return app.ID(fmt.Sprintf("device-%d", l.writer))
}

// works reports whether somebody can work on the laptop.
func (l *laptop) works() bool { return l.rep != nil && !l.leave.barred }

func (l *laptop) peer() hub.Peer {
	return hub.Peer{Device: l.device(), Person: l.person, Writer: l.writer}
}

func (l *laptop) String() string { return fmt.Sprintf("%s (%d)", l.person, l.writer) }

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
		Store: serverStore{hub.Over(s.store), s}, Devices: registry{s}, Clock: func() app.Time { return w.now },
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

// begin makes it its person's replica, of which nothing is known yet.
func (l *laptop) begin() {
	l.given, l.lost, l.gone, l.bare, l.epoch, l.had = nil, nil, nil, nil, 0, map[app.Key]bool{}
	l.told, l.letGo = map[app.CommandID]feed.Status{}, map[app.CommandID]bool{}
	l.connect()
}

// open opens what is on the laptop's disk.
func (l *laptop) open() {
	var err error
	l.store, err = sqlite.Open(ctx, sqlite.Options{Path: l.path, Role: sqlite.Replica, Clock: l.clock, NoSync: true, Readers: 1})
	l.w.must(err)
}

func (l *laptop) clock() app.Time { return l.w.now + l.skew }

func (l *laptop) config() replica.Config {
	return replica.Config{
		Store: laptopStore{replica.Over(l.store), l}, Person: l.person, Writer: l.writer, Sign: signer(l.key),
		ServerKey: publicKey("server"), Clock: l.clock, Log: slog.New(slog.NewTextHandler(traceWriter{l}, timeless)),
	}
}

// connect makes it the person's replica.
func (l *laptop) connect() {
	full := l.disk.full
	l.disk.full = false // the reserve
	var err error
	l.rep, err = replica.New(ctx, l.config())
	l.disk.full = full
	l.w.must(err)
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
	l.open()
	l.resume()
}

// resume is what a start of the program does with what it finds.
func (l *laptop) resume() {
	l.rep = nil
	if l.torn != nil || l.leave.gone {
		return
	}
	l.connect()
}

// people who have laptops; one of them has two.
var people = []app.ID{"snv.clerk", "snv.officer", "xa1.clerk", "xa1.leader", "xa1.leader", "xa1.officer", "xa2.clerk"}

// begins starts the province and the persons' laptops from the templates.
// Laptops of people have loaded before, those of others and some of them not.
func (w *world) begins(tpl templates, persons []app.ID) {
	w.now, w.refusedHere, w.ledger, w.tpl = apptest.Now, map[string]int{}, newLedger(), tpl
	w.lent, w.unsure = map[app.ID]bool{}, map[app.ID]bool{}
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
	l := w.bring(file, person, fmt.Sprintf("laptop%d.db", writer))
	l.writer, l.name = writer, app.ID(fmt.Sprintf("device-%d", writer))
	l.key = keyOf(string(l.name))
	l.begin()
	w.register(l)
}

// bring puts a laptop with a disk into the world.
func (w *world) bring(file string, person app.ID, name string) *laptop {
	l := &laptop{w: w, person: person, path: filepath.Join(w.dir, name), skew: app.Time(w.r.IntN(7200_000) - 3600_000)}
	l.disk.w = w
	copyFile(w.t, file, l.path)
	w.laptops = append(w.laptops, l)
	l.open()
	return l
}

func (w *world) close() {
	for _, l := range w.laptops {
		w.must(l.store.Close())
	}
	w.server.stop()
}

func pick[T any](w *world, from []T) T { return from[w.r.IntN(len(from))] }

// anybody picks a laptop on which somebody can work, if there is any.
func (w *world) anybody(do func(*laptop)) {
	var some []*laptop
	for _, l := range w.laptops {
		if l.works() {
			some = append(some, l)
		}
	}
	if len(some) > 0 {
		do(pick(w, some))
	}
}

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
