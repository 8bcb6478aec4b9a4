package courier

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/syncthing/syncthing/lib/db"

	"khonggiay/app"
	"khonggiay/sync/courier/couriertest"
)

// machine is a node with what it was told.
type machine struct {
	t    *testing.T
	dir  string
	node *Node
	poke chan struct{}

	mu      sync.Mutex
	foreign []Foreign
}

// patience is how long a test waits for what must come: far longer than any machine
// needs, since only a failure takes that long.
const patience = 5 * time.Minute

func newMachine(t *testing.T, id Identity, change ...func(*Options)) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir(), poke: make(chan struct{}, 1)}
	m.start(id, change...)
	t.Cleanup(func() { m.node.Close() })
	return m
}

func (m *machine) start(id Identity, change ...func(*Options)) {
	m.t.Helper()
	opt := Options{
		Dir: filepath.Join(m.dir, "node"), Identity: id, Listen: []string{"127.0.0.1:0"},
		Log: slog.New(slog.NewTextHandler(m.t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		Events: Events{
			Arrived: func(string, app.Hash) { m.wake() },
			Peer:    func(ID, bool) { m.wake() },
			Index:   func(string, ID) { m.wake() },
			Foreign: func(f Foreign) {
				m.mu.Lock()
				m.foreign = append(m.foreign, f)
				m.mu.Unlock()
				m.wake()
			},
		},
	}
	for _, c := range change {
		c(&opt)
	}
	m.node = Start(opt)
}

func (m *machine) wake() {
	select {
	case m.poke <- struct{}{}:
	default:
	}
}

// await waits until it holds, looking at each event and now and then.
func (m *machine) await(what string, holds func() bool) {
	m.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for !holds() {
		select {
		case <-m.poke:
		case <-tick.C:
		case <-end:
			m.t.Fatalf("%s: still not", what)
		}
	}
}

func (m *machine) shelf(folder string) *Shelf { return NewShelf(filepath.Join(m.dir, folder)) }

func (m *machine) address() string {
	m.t.Helper()
	var list []string
	m.await("it listens", func() bool {
		list = m.node.Addresses()
		return len(list) > 0
	})
	return list[0]
}

func (m *machine) configure(t Topology) {
	m.t.Helper()
	if err := m.node.Configure(t); err != nil {
		m.t.Fatal(err)
	}
}

// put puts a segment of random bytes on a shelf and says so.
func (m *machine) put(folder string, size int) app.Hash {
	m.t.Helper()
	b := make([]byte, size)
	rand.Read(b)
	name := app.Hash(sha256.Sum256(b))
	m.putBytes(folder, name, b)
	return name
}

func (m *machine) putBytes(folder string, name app.Hash, b []byte) {
	m.t.Helper()
	added, err := m.shelf(folder).Put(name, func(path string) error { return os.WriteFile(path, b, 0o600) })
	if err != nil || !added {
		m.t.Fatalf("put: %v, added %v", err, added)
	}
	if err := m.node.Scan(folder, Item(name)); err != nil {
		m.t.Fatal(err)
	}
}

// whole reports whether the segment's bytes on the shelf are its name.
func (m *machine) whole(folder string, name app.Hash) bool {
	b, err := os.ReadFile(m.shelf(folder).Path(name))
	return err == nil && app.Hash(sha256.Sum256(b)) == name
}

// offered is how many files the folder holds, over all peers.
func (m *machine) offered(folder string) (files int) {
	m.t.Helper()
	if err := m.node.snapshot(folder, func(s *db.Snapshot) { files = s.GlobalSize().Files }); err != nil {
		m.t.Fatal(err)
	}
	return files
}

func newIdentity(t *testing.T) Identity {
	t.Helper()
	id, kept, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseIdentity(kept); err != nil || again.ID() != id.ID() {
		t.Fatalf("what was kept is not the identity: %v", err)
	}
	if parsed, err := ParseID(string(id.ID())); err != nil || parsed != id.ID() {
		t.Fatalf("the id is not read back: %v", err)
	}
	return id
}

// office is a province and the laptops of one office, all sharing its folder.
func office(t *testing.T, laptops int) (province *machine, all []*machine) {
	t.Helper()
	const folder = "xa1"
	ids := []Identity{newIdentity(t)}
	province = newMachine(t, ids[0])
	for range laptops {
		ids = append(ids, newIdentity(t))
	}
	for _, id := range ids[1:] {
		all = append(all, newMachine(t, id))
	}
	var peers []ID
	for _, m := range append([]*machine{province}, all...) {
		peers = append(peers, m.node.ID())
	}
	known := []Peer{{ID: province.node.ID(), Addresses: []string{province.address()}}}
	for _, m := range all {
		known = append(known, Peer{ID: m.node.ID(), Addresses: []string{m.address()}})
	}
	for i, m := range append([]*machine{province}, all...) {
		others := without(peers, m.node.ID())
		var to []Peer
		for _, p := range known {
			if p.ID != m.node.ID() {
				to = append(to, p)
			}
		}
		m.configure(Topology{Peers: to, Folders: []Folder{{ID: folder, Shelf: m.shelf(folder), Gives: i == 0, Peers: others}}})
	}
	return province, all
}

func without(list []ID, id ID) (out []ID) {
	for _, l := range list {
		if l != id {
			out = append(out, l)
		}
	}
	return out
}

func TestMain(m *testing.M) {
	if os.Getenv("COURIER_SPEAKS") != "" {
		speak()
		return
	}
	code := m.Run()
	if err := couriertest.Leaked(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func TestGivesAndTakes(t *testing.T) {
	province, laptops := office(t, 2)
	names := []app.Hash{province.put("xa1", 1_000_000), province.put("xa1", 200), province.put("xa1", 0)}
	for _, l := range laptops {
		for _, name := range names {
			l.await("a segment arrives", func() bool { return l.whole("xa1", name) })
		}
		l.await("nothing is lacking", func() bool {
			need, err := l.node.Needs("xa1")
			return err == nil && need == Need{}
		})
	}
	if dropped, err := province.shelf("xa1").Drop(names[0]); err != nil || !dropped {
		t.Fatal("dropped", dropped, err)
	}
	if err := province.node.Scan("xa1", Item(names[0])); err != nil {
		t.Fatal(err)
	}
	for _, l := range laptops {
		l.await("what the province drops goes", func() bool { return !l.shelf("xa1").Has(names[0]) })
		if !l.whole("xa1", names[1]) {
			t.Error("another segment went too")
		}
	}
	if len(province.foreign) > 0 {
		t.Errorf("an alarm about nothing: %v", province.foreign)
	}
}

// What a laptop has from elsewhere is not brought again, and is not a change of
// its own.
func TestFilledFromElsewhere(t *testing.T) {
	province, laptops := office(t, 1)
	l := laptops[0]
	b := bytes.Repeat([]byte("niêm phong"), 50_000)
	name := app.Hash(sha256.Sum256(b))
	l.putBytes("xa1", name, b)
	province.putBytes("xa1", name, b)
	province.await("the laptop says that it has it", func() bool {
		need, err := province.node.PeerNeeds("xa1", l.node.ID())
		return err == nil && l.offered("xa1") == 1 && need == Need{}
	})
}

// A laptop that its owner has turned into a giver changes, deletes and adds: the
// province keeps what it has, the colleague gets the true segment again, and the
// province knows who it was.
func TestForger(t *testing.T) {
	province, laptops := office(t, 2)
	honest, forger := laptops[0], laptops[1]
	kept, forged := province.put("xa1", 300_000), province.put("xa1", 300_000)
	for _, l := range laptops {
		l.await("both arrive", func() bool { return l.whole("xa1", kept) && l.whole("xa1", forged) })
	}
	turned := forger.node.Topology()
	turned.Folders[0].Gives = true
	forger.configure(turned)
	if err := os.WriteFile(forger.shelf("xa1").Path(forged), []byte("giả mạo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := forger.shelf("xa1").Drop(kept); err != nil {
		t.Fatal(err)
	}
	junk := forger.put("xa1", 100_000)
	if err := forger.node.Scan("xa1"); err != nil {
		t.Fatal(err)
	}
	province.await("the province names the forger", func() bool {
		province.mu.Lock()
		defer province.mu.Unlock()
		for _, f := range province.foreign {
			if f.By == forger.node.ID() && f.Folder == "xa1" {
				return true
			}
		}
		return false
	})
	if !province.whole("xa1", kept) || !province.whole("xa1", forged) || province.shelf("xa1").Has(junk) {
		t.Error("the province took what the forger did")
	}
	honest.await("the true segments are there again, and no others", func() bool {
		return honest.whole("xa1", kept) && honest.whole("xa1", forged) && !honest.shelf("xa1").Has(junk)
	})
}

// What was deleted or changed on a laptop's own shelf is not brought again, and is
// known not to be; put there anew, it is the province's again.
func TestTamperedShelf(t *testing.T) {
	province, laptops := office(t, 1)
	l := laptops[0]
	deleted, damaged := province.put("xa1", 300_000), province.put("xa1", 300_000)
	l.await("both arrive", func() bool { return l.whole("xa1", deleted) && l.whole("xa1", damaged) })
	l.await("the node to have noted it", func() bool { need, err := l.node.Needs("xa1"); return err == nil && need == Need{} })
	if !l.node.Expects("xa1", deleted) {
		t.Error("what belongs there is not expected")
	}
	b, err := os.ReadFile(l.shelf("xa1").Path(deleted))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.shelf("xa1").Drop(deleted); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.shelf("xa1").Path(damaged), []byte("hỏng"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.node.Scan("xa1"); err != nil {
		t.Fatal(err)
	}
	if l.node.Expects("xa1", deleted) || l.node.Expects("xa1", damaged) {
		t.Error("what was deleted or changed here is still expected")
	}
	l.putBytes("xa1", deleted, b)
	if !l.node.Expects("xa1", deleted) {
		t.Error("put there anew it is not the province's again")
	}
	if province.mu.Lock(); len(province.foreign) > 0 {
		t.Errorf("an alarm about one's own shelf: %v", province.foreign)
	}
	province.mu.Unlock()
}

// Only who is configured gets in, and only to what it shares.
func TestStrangers(t *testing.T) {
	province := newMachine(t, newIdentity(t))
	friend, stranger := newMachine(t, newIdentity(t)), newMachine(t, newIdentity(t))
	province.configure(Topology{
		Peers: []Peer{{ID: friend.node.ID()}},
		Folders: []Folder{
			{ID: "xa1", Shelf: province.shelf("xa1"), Gives: true, Peers: []ID{friend.node.ID()}},
			{ID: "xa2", Shelf: province.shelf("xa2"), Gives: true},
		},
	})
	mine, other := province.put("xa1", 1000), province.put("xa2", 1000)
	for _, m := range []*machine{friend, stranger} {
		here := []ID{province.node.ID()}
		m.configure(Topology{
			Peers: []Peer{{ID: here[0], Addresses: []string{province.address()}}},
			Folders: []Folder{
				{ID: "xa1", Shelf: m.shelf("xa1"), Peers: here},
				{ID: "xa2", Shelf: m.shelf("xa2"), Peers: here},
			},
		})
	}
	friend.await("the friend gets what is shared", func() bool { return friend.whole("xa1", mine) })
	if friend.shelf("xa2").Has(other) || stranger.shelf("xa1").Has(mine) || province.node.Connected(stranger.node.ID()) {
		t.Error("somebody got what is not shared with him")
	}
}

// A node that is stopped and started goes on; one whose index is lost, too.
func TestRestart(t *testing.T) {
	province, laptops := office(t, 1)
	l := laptops[0]
	first := province.put("xa1", 200_000)
	l.await("it arrives", func() bool { return l.whole("xa1", first) })
	for _, lose := range []bool{false, true} {
		identity, topology := l.node.opt.Identity, l.node.Topology()
		l.node.Close()
		if lose {
			if err := os.WriteFile(filepath.Join(l.dir, "node", "index", "CURRENT"), []byte("rác"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		next := province.put("xa1", 200_000)
		l.start(identity)
		l.configure(topology)
		l.await("what came meanwhile arrives", func() bool { return l.whole("xa1", next) && l.whole("xa1", first) })
	}
}

// A node that is closed while others call leaves nothing running, and its port free.
func TestClosesWhileCalled(t *testing.T) {
	caller := newIdentity(t)
	for range 10 {
		m := newMachine(t, newIdentity(t))
		address := m.address()
		var calling sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		for range 8 {
			calling.Go(func() {
				dialer := tls.Dialer{Config: &tls.Config{Certificates: []tls.Certificate{caller.Certificate}, NextProtos: []string{bepName}, InsecureSkipVerify: true}}
				for ctx.Err() == nil {
					if c, err := dialer.DialContext(ctx, "tcp", address); err == nil {
						c.Close()
					}
				}
			})
		}
		m.node.Close()
		stop()
		calling.Wait()
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}

// speak is run in a process of its own by TestNothingOnStandardOutput.
func speak() {
	dir, _ := os.MkdirTemp("", "courier")
	defer os.RemoveAll(dir)
	id, _, _ := NewIdentity()
	n := Start(Options{Dir: dir, Identity: id, Listen: []string{"127.0.0.1:0"}})
	_ = n.Configure(Topology{Folders: []Folder{{ID: "x", Shelf: NewShelf(filepath.Join(dir, "x")), Gives: true}}})
	quiet.Warnln("a warning")
	n.Close()
}

func TestNothingOnStandardOutput(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "COURIER_SPEAKS=1")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(out)
	if err := cmd.Wait(); err != nil || len(said) > 0 {
		t.Errorf("it said %q, %v, %s", said, err, errs.Bytes())
	}
}

// Ten thousand small segments: a province's day of notes.
func TestManySegments(t *testing.T) {
	province, laptops := office(t, 1)
	l := laptops[0]
	const many = 10_000
	shelf := province.shelf("xa1")
	for i := range many {
		b := fmt.Appendf(nil, "đoạn niêm số %d", i)
		_, err := shelf.Put(app.Hash(sha256.Sum256(b)), func(path string) error { return os.WriteFile(path, b, 0o600) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := province.node.Scan("xa1"); err != nil {
		t.Fatal(err)
	}
	l.await("all arrive", func() bool {
		need, err := l.node.Needs("xa1")
		return err == nil && l.offered("xa1") == many && need == Need{}
	})
	n := 0
	for name, err := range l.shelf("xa1").Segments() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%500 == 0 && !l.whole("xa1", name) {
			t.Errorf("%s is not its name", name)
		}
	}
	if n != many {
		t.Errorf("%d segments stand on the shelf", n)
	}
}
