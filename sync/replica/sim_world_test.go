package replica_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

var ctx = context.Background()

// errCrash ends a transaction that had done all its work: what a power cut
// before the commit leaves behind.
var errCrash = errors.New("crash before commit")

func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

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

// tester is a testing.T or a rapid.T.
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
	trace   []string
	// refusedHere counts what laptops refused at once.
	refusedHere map[string]int
}

// server is the province, with a store that may crash.
type server struct {
	w     *world
	path  string
	store *sqlite.Store
	core  *hub.Core
	fail  bool // the next transaction crashes
	epoch uint64
}

// laptop is one person's machine.
type laptop struct {
	w      *world
	person app.ID
	writer uint32
	path   string
	store  *sqlite.Store
	rep    *replica.Replica
	fail   bool
	life   int // raised by each crash: what was under way is lost
	skew   app.Time
	given  []app.CommandID
}

func (l *laptop) device() app.ID { return app.ID(fmt.Sprintf("device-%d", l.writer)) }

func (l *laptop) peer() hub.Peer {
	return hub.Peer{Device: l.device(), Person: l.person, Writer: l.writer}
}

// crashing makes every transaction of a store fail when told to.
type crashing[T any] struct {
	write func(context.Context, func(T) error) error
	fail  *bool
}

func (c crashing[T]) run(ctx context.Context, fn func(T) error) error {
	return c.write(ctx, func(tx T) error {
		if err := fn(tx); err != nil {
			return err
		}
		if *c.fail {
			*c.fail = false
			return errCrash
		}
		return nil
	})
}

type serverStore struct {
	hub.Store
	crash crashing[hub.Tx]
}

func (s serverStore) Write(ctx context.Context, fn func(hub.Tx) error) error {
	return s.crash.run(ctx, fn)
}

type laptopStore struct {
	replica.Store
	full, lax crashing[replica.Tx]
}

func (s laptopStore) Write(ctx context.Context, fn func(replica.Tx) error) error {
	return s.full.run(ctx, fn)
}

func (s laptopStore) WriteLax(ctx context.Context, fn func(replica.Tx) error) error {
	return s.lax.run(ctx, fn)
}

// Writer implements hub.Devices.
func (w *world) Writer(n uint32) (hub.WriterKey, error) {
	for _, l := range w.laptops {
		if l.writer == n {
			return hub.WriterKey{Device: l.device(), Person: l.person, Key: publicKey(string(l.device()))}, nil
		}
	}
	return hub.WriterKey{}, app.ErrNotFound
}

func (w *world) failf(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("seed %d: %s\nlast steps:\n%s", w.seed, fmt.Sprintf(format, args...), strings.Join(w.trace[max(0, len(w.trace)-traceLines()):], "\n"))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.failf("%v", err)
	}
}

func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf("%d: %s", len(w.trace), fmt.Sprintf(format, args...)))
}

func (s *server) start() {
	w := s.w
	var err error
	s.store, err = sqlite.Open(ctx, sqlite.Options{
		Path: s.path, Role: sqlite.Server, Clock: func() app.Time { return w.now }, Holder: app.HolderServer, NoSync: true, Readers: 1,
	})
	w.must(err)
	over := hub.Over(s.store)
	s.core, err = hub.NewCore(hub.Config{
		Store: serverStore{over, crashing[hub.Tx]{over.Write, &s.fail}}, Devices: w, Clock: func() app.Time { return w.now },
		Epoch: s.epoch, SignKey: keyOf("server"), CursorKey: make([]byte, 32), Own: 1, OwnKey: keyOf("own"),
	})
	w.must(err)
}

func (s *server) stop() { s.w.must(s.store.Close()) }

// give runs a command of the system or of a browser; a refusal is an error.
func (s *server) give(cmd *app.Command) error {
	sub := &hub.Submission{Peer: hub.Peer{Writer: 1}, Own: cmd}
	s.core.Commit(ctx, []*hub.Submission{sub})
	if sub.Err != nil {
		return sub.Err
	}
	if err := sub.Answers[0].Err(); err != nil {
		return err
	}
	return nil
}

func (l *laptop) start() {
	w := l.w
	var err error
	clock := func() app.Time { return w.now + l.skew }
	l.store, err = sqlite.Open(ctx, sqlite.Options{Path: l.path, Role: sqlite.Replica, Clock: clock, NoSync: true, Readers: 1})
	w.must(err)
	over := replica.Over(l.store)
	l.rep, err = replica.New(ctx, replica.Config{
		Store:  laptopStore{over, crashing[replica.Tx]{over.Write, &l.fail}, crashing[replica.Tx]{over.WriteLax, &l.fail}},
		Person: l.person, Writer: l.writer, Sign: signer(keyOf(string(l.device()))),
		ServerKey: publicKey("server"), Clock: clock, Log: slog.New(slog.NewTextHandler(traceWriter{l}, nil)),
	})
	w.must(err)
}

// traceWriter puts a laptop's log into the trace.
type traceWriter struct{ l *laptop }

func (t traceWriter) Write(b []byte) (int, error) {
	t.l.w.note("%s (%d) logs: %s", t.l.person, t.l.writer, bytes.TrimSpace(b))
	return len(b), nil
}

func (l *laptop) crash() {
	l.life++
	l.fail = false
	l.w.must(l.store.Close())
	l.start()
}

// templates are database files with schema, and the province, already in them.
type templates struct{ server, replica string }

func makeTemplates(t *testing.T) templates {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, dir: dir, now: apptest.Now}
	w.server = &server{w: w, path: filepath.Join(dir, "server.db"), epoch: 7}
	w.server.start()
	for _, r := range append(apptest.Province(), authorities()...) {
		if u, ok := r.(*app.Unit); ok {
			u.Organ = "" // the fixture's codes are no real ones
		}
		w.must(w.server.give(putCommand(r, 0)))
	}
	w.server.stop()
	l := &laptop{w: w, path: filepath.Join(dir, "replica.db"), person: "nobody", writer: 99}
	store, err := sqlite.Open(ctx, sqlite.Options{Path: l.path, Role: sqlite.Replica, Clock: func() app.Time { return w.now }, NoSync: true})
	w.must(err)
	w.must(store.Close())
	return templates{server: w.server.path, replica: l.path}
}

func authorities() []app.Record {
	var out []app.Record
	for _, o := range apptest.Offices {
		out = append(out, &app.Authority{ID: "qk." + o, Unit: o, Person: o + ".leader", Form: app.AuthorityTM, Title: "CHỦ TỊCH"},
			&app.Authority{ID: "kt." + o, Unit: o, Person: o + ".deputy", Form: app.AuthorityKT, Title: "PHÓ CHỦ TỊCH"})
	}
	return out
}

// putCommand is the system's command that stores a directory record.
func putCommand(r app.Record, base uint64) *app.Command {
	cmd := &app.Command{Target: r.Key(), Actor: app.SystemPerson, Base: base}
	switch r := r.(type) {
	case *app.Unit:
		cmd.Name, cmd.Args = "unit.put.1", &app.PutUnit{Unit: *r}
	case *app.Person:
		cmd.Name, cmd.Args = "person.put.1", &app.PutPerson{Person: *r}
	case *app.Authority:
		cmd.Name, cmd.Args = "authority.put.1", &app.PutAuthority{Authority: *r}
	case *app.Book:
		cmd.Name, cmd.Args = "book.put.1", &app.PutBook{Book: *r}
	default:
		panic(fmt.Sprintf("no command puts %T", r))
	}
	return cmd
}

func copyFile(t tester, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// people who have laptops; one of them has two.
var people = []app.ID{"snv.clerk", "snv.officer", "xa1.clerk", "xa1.leader", "xa1.leader", "xa1.officer", "xa2.clerk"}

func newWorld(t *testing.T, tpl templates, seed uint64, persons []app.ID) *world {
	w := &world{t: t, seed: seed, r: newRand(seed), dir: t.TempDir()}
	w.begins(tpl, persons)
	return w
}

// begins starts the province and the persons' laptops from the templates.
func (w *world) begins(tpl templates, persons []app.ID) {
	w.now, w.faults, w.refusedHere = apptest.Now, true, map[string]int{}
	w.server = &server{w: w, path: filepath.Join(w.dir, "server.db"), epoch: 7}
	copyFile(w.t, tpl.server, w.server.path)
	w.server.start()
	for i, p := range persons {
		l := &laptop{w: w, person: p, writer: uint32(16 + i), path: filepath.Join(w.dir, fmt.Sprintf("laptop%d.db", i)), skew: app.Time(w.r.IntN(7200_000) - 3600_000)}
		copyFile(w.t, tpl.replica, l.path)
		w.laptops = append(w.laptops, l)
		l.start()
	}
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

// records reads all records of a store with their versions and bytes.
func records(w *world, s *sqlite.Store) map[app.Key]record {
	out := map[app.Key]record{}
	w.must(s.Read(ctx, func(v *sqlite.View) error {
		for kind := app.Kind(1); kind <= app.KindReadMark; kind++ {
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

type record struct {
	version uint64
	body    string
}

func overlap(a, b []app.Scope) bool {
	return slices.ContainsFunc(a, func(s app.Scope) bool { return slices.Contains(b, s) })
}

func decode(w *world, key app.Key, body string) app.Record {
	r, err := feed.Decode(key.Kind, []byte(body))
	w.must(err)
	return r
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func publicKey(name string) ed25519.PublicKey { return keyOf(name).Public().(ed25519.PublicKey) }

// traceLines is how many steps a failure shows; TRACE=n shows more.
func traceLines() int {
	if n, err := strconv.Atoi(os.Getenv("TRACE")); err == nil {
		return n
	}
	return 40
}
