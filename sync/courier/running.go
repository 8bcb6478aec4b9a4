package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/syncthing/syncthing/lib/config"
	"github.com/syncthing/syncthing/lib/connections"
	"github.com/syncthing/syncthing/lib/connections/registry"
	"github.com/syncthing/syncthing/lib/db"
	"github.com/syncthing/syncthing/lib/db/backend"
	"github.com/syncthing/syncthing/lib/discover"
	"github.com/syncthing/syncthing/lib/events"
	"github.com/syncthing/syncthing/lib/model"
	"github.com/syncthing/syncthing/lib/protocol"
	"github.com/syncthing/syncthing/lib/svcutil"
	"github.com/syncthing/syncthing/lib/tlsutil"
	"github.com/thejerf/suture/v4"

	_ "khonggiay/sync/courier/silence" // before Syncthing's logger opens its output
)

const (
	bepName    = "bep/1.0"   // ALPN of the Block Exchange Protocol
	commonName = "syncthing" // that peers expect in a certificate
)

// running is Syncthing at work, from one start of the node to its failure or end.
type running struct {
	cfg   config.Wrapper
	model model.Model
	conns connections.Service
	stop  context.CancelFunc
	ended sync.WaitGroup

	changing sync.Mutex // held while the configuration changes
	stopped  bool       // nobody would answer a change any more
}

// run opens the index and puts Syncthing's parts together.
func (n *Node) run(t Topology) (*running, error) {
	store, err := n.openIndex()
	if err != nil {
		return nil, err
	}
	log := events.NewLogger()
	index, err := db.NewLowlevel(store, log)
	if err == nil {
		err = db.UpdateSchema(index)
	}
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("courier: index: %w", err)
	}
	return n.assemble(t, index, log), nil
}

// openIndex opens the index database. One that cannot be opened, but for want of
// room, is made anew: it holds nothing that the folders do not.
func (n *Node) openIndex() (backend.Backend, error) {
	tuning := backend.TuningSmall
	if n.opt.Large {
		tuning = backend.TuningLarge
	}
	dir := filepath.Join(n.opt.Dir, "index")
	if err := os.MkdirAll(n.opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("courier: %w", err)
	}
	store, err := backend.Open(dir, tuning)
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		n.opt.Log.Warn("the courier's index cannot be opened and is made anew", "err", err)
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("courier: index: %w", err)
		}
		store, err = backend.Open(dir, tuning)
	}
	if err != nil {
		return nil, fmt.Errorf("courier: index: %w", err)
	}
	if n.opt.index != nil {
		store = n.opt.index(store)
	}
	return &guarded{store, n.fail}, nil
}

func (n *Node) assemble(t Topology, index *db.Lowlevel, log events.Logger) *running {
	ctx, stop := context.WithCancel(context.Background())
	behind, stopBehind := context.WithCancel(context.Background())
	logging, stopLog := context.WithCancel(context.Background())
	r := &running{stop: stop}
	me := n.id.device()
	services := suture.New("courier", svcutil.SpecWithDebugLogger(quiet))
	callers := suture.New("courier connections", svcutil.SpecWithDebugLogger(quiet))
	r.ended.Go(func() { _ = log.Serve(logging) }) // first: who subscribes waits for it
	done := services.ServeBackground(behind)
	called := callers.ServeBackground(ctx)
	watched := log.Subscribe(wanted)

	r.cfg = config.Wrap("", n.configuration(t), me, log)
	keys := protocol.NewKeyGenerator()
	r.model = model.NewModel(r.cfg, me, index, nil, log, keys)
	var late lateAddresses
	known := registry.New()
	finder := discover.NewManager(me, r.cfg, n.opt.Identity.Certificate, log, &late, known)
	r.conns = connections.NewService(r.cfg, me, r.model, n.tls(), finder, bepName, commonName, log, known, keys)
	late.AddressLister = r.conns
	for _, s := range []suture.Service{r.cfg, index, r.model, finder} {
		services.Add(s)
	}
	callers.Add(r.conns)
	r.ended.Go(func() {
		var err error
		front, rest := called, done
		select {
		case err = <-called:
			front = nil
		case err = <-done:
			rest = nil
		}
		if ctx.Err() == nil { // by itself
			r.changing.Lock()
			r.stopped = true
			r.changing.Unlock()
			n.fail(err)
		}
		// In this order: a connection that comes when nobody takes it is never closed,
		// and who asks an event log that has ended waits for ever.
		stop()
		if front != nil {
			<-front
		}
		stopBehind()
		if rest != nil {
			<-rest
		}
		index.Close()
		stopLog()
	})
	r.ended.Go(func() { n.watch(ctx, watched) })
	return r
}

// tls is how nodes speak: both show a certificate, and who they are is decided
// by its hash, not by an authority.
func (n *Node) tls() *tls.Config {
	c := tlsutil.SecureDefaultTLS13()
	c.Certificates = []tls.Certificate{n.opt.Identity.Certificate}
	c.NextProtos = []string{bepName}
	c.ClientAuth = tls.RequestClientCert
	c.SessionTicketsDisabled = true
	c.InsecureSkipVerify = true
	return c
}

// lateAddresses is a lister that is filled in when there is one.
type lateAddresses struct{ discover.AddressLister }

// addresses are those that it listens on, as host:port.
func (r *running) addresses() (out []string) {
	for _, entry := range r.conns.ListenerStatus() {
		if entry.Error == nil {
			out = append(out, hostPorts(entry.LANAddresses)...)
		}
	}
	return out
}

// closing is how long the end waits for what is under way.
const closing = 10 * time.Second

// A connection that nobody has used yet takes all of this time to end, and a
// program should not.
func init() { protocol.CloseTimeout = time.Second }

// change changes the configuration, and waits until all parts know.
func (r *running) change(f func(*config.Configuration)) error {
	r.changing.Lock()
	defer r.changing.Unlock()
	if r.stopped {
		return ErrDown
	}
	waiter, err := r.cfg.Modify(f)
	if err != nil {
		return fmt.Errorf("courier: configure: %w", err)
	}
	waiter.Wait()
	return nil
}

// end stops it all, and reports whether it did stop in time.
func (r *running) end() bool {
	until := time.Now().Add(closing)
	r.hangUp(until)
	r.changing.Lock()
	r.stopped = true
	r.stop()
	r.changing.Unlock()
	done := make(chan struct{})
	go func() {
		r.ended.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-time.After(time.Until(until)):
		return false
	}
}

// hangUp ends the listening while there is still somebody to take what a listener
// has accepted: else it would wait with it for ever, and keep the port.
func (r *running) hangUp(until time.Time) {
	listening := r.addresses()
	if err := r.change(func(c *config.Configuration) { c.Options.RawListenAddresses = []string{} }); err != nil {
		return // it stops as it is
	}
	for _, address := range listening {
		for time.Now().Before(until) { // a listener looks up when somebody calls, or once a second
			c, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
			if err != nil {
				break // nobody there any more
			}
			c.Close()
		}
	}
}
