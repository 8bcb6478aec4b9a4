package replica_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// pipes is a network without sockets, so that the fake clock of synctest
// stands still while anything is on its way. Cut breaks every line.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	up     atomic.Bool
	dials  atomic.Int64
	bytes  atomic.Int64

	// mu guards the open lines.
	mu    sync.Mutex
	lines []net.Conn
	// limit cuts the next line after so many bytes to the laptop; 0 = never.
	limit int64
}

func newPipes() *pipes {
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	p.up.Store(true)
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.dials.Add(1)
	if !p.up.Load() {
		return nil, errors.New("no line")
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, here)
	c := &line{Conn: here, p: p, limit: p.limit}
	p.limit = 0
	return c, nil
}

func (p *pipes) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.lines {
		c.Close()
	}
	p.lines = nil
}

// line counts, and breaks in the middle of a page when told to.
type line struct {
	net.Conn
	p     *pipes
	limit int64
	got   int64
}

func (l *line) Read(b []byte) (int, error) {
	if l.limit > 0 {
		b = b[:min(int64(len(b)), l.limit-l.got)]
	}
	n, err := l.Conn.Read(b)
	l.got += int64(n)
	l.p.bytes.Add(int64(n))
	if l.limit > 0 && l.got >= l.limit {
		l.Conn.Close()
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

func (l *line) Write(b []byte) (int, error) {
	l.p.bytes.Add(int64(len(b)))
	return l.Conn.Write(b)
}

// town is a running server with laptops, inside a synctest bubble.
type town struct {
	*world
	hub      *hub.Hub
	net      *pipes
	http     *http.Server
	requests atomic.Int64
	revoked  sync.Map // app.ID → true
	members  []*member
}

type member struct {
	*laptop
	d      *replica.Driver
	client *http.Transport
	wiped  atomic.Bool
}

// Writer implements hub.Devices.
func (tn *town) Writer(n uint32) (hub.WriterKey, error) {
	for _, l := range tn.laptops {
		if l.writer == n {
			if l.key == nil {
				l.key = keyOf(string(l.device()))
			}
			return hub.WriterKey{Device: l.device(), Person: l.person, Key: l.key.Public().(ed25519.PublicKey)}, nil
		}
	}
	return hub.WriterKey{}, app.ErrNotFound
}

func clock() app.Time { return app.TimeOf(time.Now()) }

func newTown(t *testing.T, tpl templates, persons ...app.ID) *town {
	w := &world{t: t, dir: t.TempDir(), now: apptest.Now}
	w.server = &server{w: w, path: filepath.Join(w.dir, "server.db"), epoch: 7}
	copyFile(t, tpl.server, w.server.path)
	var err error
	w.server.store, err = sqlite.Open(ctx, sqlite.Options{Path: w.server.path, Role: sqlite.Server, Clock: clock, Holder: app.HolderServer, NoSync: true})
	w.must(err)
	tn := &town{world: w, net: newPipes()}
	for i, p := range persons {
		w.laptops = append(w.laptops, &laptop{w: w, person: p, writer: uint32(16 + i)})
	}
	tn.hub, err = hub.New(ctx, hub.Config{
		Store: hub.Over(w.server.store), Devices: tn, Clock: clock, Epoch: 7, SignKey: keyOf("server"), CursorKey: make([]byte, 32), Own: 1, OwnKey: keyOf("own"),
	})
	w.must(err)
	handler := tn.hub.Handler(func(r *http.Request) (hub.Peer, error) {
		tn.requests.Add(1)
		for _, l := range w.laptops {
			if string(l.device()) == r.Header.Get("Device") {
				if _, gone := tn.revoked.Load(l.device()); gone {
					return hub.Peer{}, errors.New("revoked")
				}
				return l.peer(), nil
			}
		}
		return hub.Peer{}, errors.New("unknown device")
	})
	tn.http = &http.Server{Handler: handler}
	go tn.http.Serve(tn.net)
	for i, l := range w.laptops {
		tn.join(tpl, l, i)
	}
	return tn
}

func (tn *town) join(tpl templates, l *laptop, i int) {
	l.path = filepath.Join(tn.dir, string(l.device())+".db")
	copyFile(tn.t, tpl.replica, l.path)
	var err error
	l.store, err = sqlite.Open(ctx, sqlite.Options{Path: l.path, Role: sqlite.Replica, Clock: clock, NoSync: true})
	tn.must(err)
	l.rep, err = replica.New(ctx, replica.Config{
		Store: replica.Over(l.store), Person: l.person, Writer: l.writer, Sign: signer(keyOf(string(l.device()))),
		ServerKey: publicKey("server"), Clock: clock,
	})
	tn.must(err)
	m := &member{laptop: l, client: &http.Transport{DialContext: tn.net.dial}}
	m.d = replica.NewDriver(ctx, replica.DriverConfig{
		Replica: l.rep, Transport: &replica.HTTPTransport{Client: &http.Client{Transport: named{m.client, l.device()}}, URL: "http://sync/sync"},
		Revoked: func() { m.wiped.Store(true) },
	})
	tn.members = append(tn.members, m)
}

// named adds the device's name, which TLS would give.
type named struct {
	rt   http.RoundTripper
	name app.ID
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Device", string(n.name))
	return n.rt.RoundTrip(r)
}

func (tn *town) close() {
	for _, m := range tn.members {
		m.d.Close()
		m.client.CloseIdleConnections()
		tn.must(m.store.Close())
	}
	tn.hub.Close()
	tn.http.Close()
	tn.net.cut()
	tn.must(tn.server.store.Close())
	synctest.Wait()
}

func (tn *town) status(m *member) replica.Status {
	st, err := m.rep.Status(ctx)
	tn.must(err)
	return st
}

func inTown(t *testing.T, persons []app.ID, f func(*town)) {
	tpl := makeTemplates(t)
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t, tpl, persons...)
		time.Sleep(time.Second)
		f(tn)
		tn.close()
	})
}

func sendCommand(tn *town, m *member) *app.Command {
	return &app.Command{Name: "document.register_send.1", Target: app.Key{Kind: app.KindDocument, ID: tn.newDocID()}, Args: &app.RegisterAndSend{
		Unit: "snv", Fields: tn.fields(), Files: file(tn.world), Book: "snv.di", To: []app.ID{"xa1"}, Signer: "snv.leader", Form: app.AuthorityTM,
	}}
}

func TestDriverBringsNewsAtOnce(t *testing.T) {
	inTown(t, []app.ID{"snv.clerk", "xa1.clerk"}, func(tn *town) {
		tn.r = newRand(1)
		a, b := tn.members[0], tn.members[1]
		for _, m := range tn.members {
			if st := tn.status(m); !st.Loaded || m.d.Link() != replica.LinkOn {
				t.Fatalf("%s: %+v, link %d", m.person, st, m.d.Link())
			}
		}
		before := clock()
		if _, err := a.rep.Give(ctx, *sendCommand(tn, a)); err != nil {
			t.Fatal(err)
		}
		a.d.Gave()
		time.Sleep(50 * time.Millisecond) // the group commit waits for company
		if st := tn.status(a); st.Waiting != 0 || st.Refused != 0 {
			t.Errorf("sender: %+v", st)
		}
		docs, err := documents(b.laptop)
		if err != nil || len(docs) != 1 {
			t.Errorf("receiver has %d documents %v after %d ms", len(docs), err, clock()-before)
		}
		requests := tn.requests.Load()
		time.Sleep(30 * time.Minute)
		if n := tn.requests.Load() - requests; n > 20 {
			t.Errorf("two idle laptops made %d requests in half an hour", n)
		}
	})
}

func TestDriverWorksThroughAnOutage(t *testing.T) {
	inTown(t, []app.ID{"snv.clerk", "xa1.clerk"}, func(tn *town) {
		tn.r = newRand(2)
		a, b := tn.members[0], tn.members[1]
		tn.net.up.Store(false)
		tn.net.cut()
		synctest.Wait()
		for range 5 {
			if _, err := a.rep.Give(ctx, *sendCommand(tn, a)); err != nil {
				t.Fatal(err)
			}
			a.d.Gave()
		}
		time.Sleep(8 * time.Hour)
		if st := tn.status(a); st.Waiting != 5 || a.d.Link() != replica.LinkOff {
			t.Errorf("cut off: %+v, link %d", st, a.d.Link())
		}
		if n := tn.net.dials.Load(); n > 2*8*60+40 {
			t.Errorf("%d tries in 8 hours", n)
		}
		tn.net.up.Store(true)
		a.d.Retry()
		b.d.Retry()
		time.Sleep(time.Second)
		docs, err := documents(b.laptop)
		if st := tn.status(a); st.Waiting != 0 || len(docs) != 5 || err != nil {
			t.Errorf("back: %+v, receiver has %d (%v)", st, len(docs), err)
		}
	})
}

func TestDriverResumesAfterACutPage(t *testing.T) {
	inTown(t, []app.ID{"snv.clerk", "xa1.clerk"}, func(tn *town) {
		tn.r = newRand(3)
		a, b := tn.members[0], tn.members[1]
		tn.net.up.Store(false)
		tn.net.cut()
		for range 20 {
			if _, err := a.rep.Give(ctx, *sendCommand(tn, a)); err != nil {
				t.Fatal(err)
			}
		}
		b.d.Close()
		tn.net.up.Store(true)
		a.d.Retry()
		time.Sleep(time.Second)
		for _, cut := range []int64{200, 700, 1500} {
			tn.net.mu.Lock()
			tn.net.limit = cut
			tn.net.mu.Unlock()
			b.d = replica.NewDriver(ctx, replica.DriverConfig{Replica: b.rep, Transport: &replica.HTTPTransport{
				Client: &http.Client{Transport: named{b.client, b.device()}}, URL: "http://sync/sync",
			}})
			time.Sleep(100 * time.Millisecond)
			b.d.Close()
			b.client.CloseIdleConnections()
		}
		b.d = replica.NewDriver(ctx, replica.DriverConfig{Replica: b.rep, Transport: &replica.HTTPTransport{
			Client: &http.Client{Transport: named{b.client, b.device()}}, URL: "http://sync/sync",
		}})
		time.Sleep(5 * time.Second)
		if docs, err := documents(b.laptop); len(docs) != 20 || err != nil {
			t.Errorf("receiver has %d documents (%v)", len(docs), err)
		}
		if st := tn.status(b); st.Repairs != 0 || st.Broken {
			t.Errorf("%+v", st)
		}
	})
}

func TestDriverStopsWhenRevoked(t *testing.T) {
	inTown(t, []app.ID{"snv.clerk"}, func(tn *town) {
		m := tn.members[0]
		tn.revoked.Store(m.device(), true)
		tn.hub.Revoke(m.device())
		synctest.Wait()
		if !m.wiped.Load() || m.d.Link() != replica.LinkRefused {
			t.Errorf("wiped %v, link %d", m.wiped.Load(), m.d.Link())
		}
	})
}

func TestHubTellsStreamsThatItStops(t *testing.T) {
	inTown(t, []app.ID{"snv.clerk"}, func(tn *town) {
		m := tn.members[0]
		tn.hub.Close()
		synctest.Wait()
		if n := tn.hub.Streams(); n != 0 || m.d.Link() != replica.LinkOff {
			t.Errorf("%d streams, link %d", n, m.d.Link())
		}
		if _, err := tn.hub.Give(ctx, &app.Command{}); !errors.Is(err, hub.ErrClosed) {
			t.Errorf("a command to a closed hub: %v", err)
		}
	})
}

// documents lists the documents that a laptop holds.
func documents(l *laptop) (ids []app.ID, err error) {
	err = l.store.Read(ctx, func(v *sqlite.View) error {
		return v.Keys(app.KindDocument, func(id app.ID, _ uint64) error { ids = append(ids, id); return nil })
	})
	return ids, err
}
