package replica_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
)

// templates are database files from which worlds start: a server with the
// province in it, an empty replica, and the replica of each of people after
// its first load, as writers 16, 17, ….
type templates struct {
	server, replica string
	loaded          []string
}

func makeTemplates(t *testing.T) templates {
	t.Helper()
	w := &world{t: t, r: newRand(0), dir: t.TempDir(), now: apptest.Now, ledger: newLedger()}
	w.lent, w.unsure = map[app.ID]bool{}, map[app.ID]bool{}
	w.server = &server{w: w, path: filepath.Join(w.dir, "server.db"), epoch: 7}
	w.server.start()
	for _, r := range append(apptest.Province(), authorities()...) {
		if u, ok := r.(*app.Unit); ok {
			u.Organ = "" // the fixture's codes are no real ones
		}
		w.must(w.server.give(putCommand(r, 0)))
	}
	out := templates{server: w.server.path, replica: filepath.Join(w.dir, "replica.db")}
	store, err := sqlite.Open(ctx, sqlite.Options{Path: out.replica, Role: sqlite.Replica, Clock: func() app.Time { return w.now }, NoSync: true})
	w.must(err)
	w.must(store.Close())
	for i, p := range people {
		w.join(out.replica, p, uint32(16+i))
		l := w.laptops[i]
		w.settle(l)
		out.loaded = append(out.loaded, l.path)
	}
	w.close()
	return out
}

func newWorld(t *testing.T, tpl templates, seed uint64, persons []app.ID) *world {
	w := &world{t: t, seed: seed, r: newRand(seed), dir: t.TempDir()}
	w.begins(tpl, persons)
	return w
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
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = io.Copy(out, in)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// trace is what has happened, written out only when somebody wants to read it.
type trace []func() string

func (t *trace) add(format string, args ...any) {
	*t = append(*t, func() string { return fmt.Sprintf(format, args...) })
}

// last writes the last n steps out.
func (t trace) last(n int) string {
	var b strings.Builder
	for i := max(0, len(t)-n); i < len(t); i++ {
		fmt.Fprintf(&b, "%d: %s\n", i, t[i]())
	}
	return b.String()
}

// traceLines is how many steps a failure shows; TRACE=n shows more.
func traceLines() int {
	if n, err := strconv.Atoi(os.Getenv("TRACE")); err == nil {
		return n
	}
	return 40
}
