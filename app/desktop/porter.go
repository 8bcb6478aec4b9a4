package desktop

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

const (
	courierDir    = "courier"
	planFile      = "plan.json"
	haveFile      = "have"          // names to be told, one a line
	helloPause    = 5 * time.Second // after a hello that failed
	helloPatience = (enrol.CourierHold + 20) * time.Second
)

// courierPath is where all stands that the courier puts on the disk.
func (l *link) courierPath() string { return filepath.Join(l.app.cfg.Data, courierDir) }

// porter is this laptop's side of the courier: a node that takes what the
// province gives to the laptop's offices, shares it with colleagues on the local
// network, and gives what is large on its way up. Most of what it carries this
// person may not read; what records here name is taken into the store.
//
// The plan of whom it speaks to is the province's; the last one is kept, so that
// colleagues feed each other also while the line is down.
type porter struct {
	link  *link
	files *content.Store
	dir   string
	node  *courier.Node
	woken chan struct{} // capacity 1: configure anew, or look at who leads

	// cancel ends the goroutines, ended waits for them.
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu       sync.Mutex // guards what follows
	plan     enrol.CourierPlan
	have     []app.Hash             // to be told to the province; also in haveFile
	missed   map[app.Hash]time.Time // since when a record names it and nobody offers it
	sending  map[app.Hash]bool
	hush     context.CancelFunc // ends the hello that is held, so that the next says more
	speaking bool               // it is ended soon
	line     lineShare
	pace     pace
	awaited  []moving // that a record names and the courier is about to bring
}

func newPorter(l *link) *porter {
	p := &porter{link: l, files: l.app.files, dir: l.courierPath(), woken: make(chan struct{}, 1),
		sending: map[app.Hash]bool{}, missed: map[app.Hash]time.Time{}}
	keys := l.identity().Keys
	identity := courier.Identity{Certificate: tls.Certificate{Certificate: [][]byte{keys.CourierCertificate}, PrivateKey: keys.Courier}}
	p.node = courier.Start(courier.Options{
		Dir: filepath.Join(p.dir, "node"), Identity: identity, Listen: []string{l.app.cfg.Courier}, MinFree: minFree, Announce: onLAN(l.app.cfg.Courier), Log: l.log,
		Events: courier.Events{Arrived: p.arrived, Progress: p.progressed, Peer: func(courier.ID, bool) { p.wake() }, Index: func(string, courier.ID) { p.wake(); l.stir() }},
	})
	if b, err := os.ReadFile(filepath.Join(p.dir, planFile)); err == nil {
		_ = json.Unmarshal(b, &p.plan) // an unreadable one is replaced by the next
	}
	p.recallHave()
	ctx, cancel := context.WithCancel(l.ctx)
	p.cancel = cancel
	p.ended.Go(func() { p.converse(ctx) })
	p.ended.Go(func() { p.direct(ctx) })
	return p
}

func (p *porter) close() {
	p.cancel()
	p.ended.Wait()
	p.node.Close()
}

func (p *porter) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

// converse says hello to the province again and again; each answer is another
// plan, or the same after a while.
func (p *porter) converse(ctx context.Context) {
	for ctx.Err() == nil {
		if err := p.hello(ctx); err != nil {
			select {
			case <-time.After(helloPause):
			case <-ctx.Done():
			}
		}
	}
}

func (p *porter) hello(ctx context.Context) error {
	if !p.link.carrier.online() {
		return errCut
	}
	ctx, hush := context.WithCancel(ctx)
	defer hush()
	p.mu.Lock()
	p.hush = hush
	all := min(len(p.have), enrol.MaxCourierHave)
	have := slices.DeleteFunc(slices.Clone(p.have[:all]), func(n app.Hash) bool { return !p.files.Has(n) })
	said := enrol.CourierHello{Sending: len(p.sending) > 0, Have: have, Version: p.plan.Version}
	p.mu.Unlock()
	if said.Addresses = p.node.Addresses(); len(said.Addresses) > enrol.MaxCourierAddresses {
		said.Addresses = said.Addresses[:enrol.MaxCourierAddresses]
	}
	var plan enrol.CourierPlan
	err := p.link.askFor(ctx, helloPatience, http.MethodPost, enrol.PathCourier, said, &plan)
	if err != nil {
		return p.interrupted(ctx, err)
	}
	p.told(all)
	p.mu.Lock()
	changed := plan.Version != p.plan.Version
	p.plan = plan
	p.mu.Unlock()
	if changed {
		p.keep(plan)
		p.wake()
	}
	return nil
}

// interrupted tells a hello that was ended to say more from one that failed.
func (p *porter) interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && p.link.ctx.Err() == nil {
		return nil
	}
	return err
}

// speakAfter lets several things come together that the province should hear.
const speakAfter = time.Second

// speak has the province hear soon what has changed here.
func (p *porter) speak() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.speaking {
		return
	}
	p.speaking = true
	time.AfterFunc(speakAfter, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.speaking = false; p.hush != nil {
			p.hush()
		}
	})
}

// keep stores the plan for a start without a line.
func (p *porter) keep(plan enrol.CourierPlan) {
	b, err := json.Marshal(plan)
	if err == nil {
		err = os.WriteFile(filepath.Join(p.dir, planFile), b, 0o600)
	}
	p.link.report("keeping the courier's plan", err)
}

// direct configures the node whenever the plan, the line or the part that this
// laptop plays in its office changes.
func (p *porter) direct(ctx context.Context) {
	for {
		p.link.report("the courier's plan", p.configure(ctx))
		again := time.NewTimer(p.lookAgain())
		select {
		case <-p.woken:
		case <-again.C:
		case <-ctx.Done():
		}
		if again.Stop(); ctx.Err() != nil {
			return
		}
	}
}

func (p *porter) configure(ctx context.Context) error {
	p.mu.Lock()
	plan := p.plan
	p.mu.Unlock()
	if plan.Province == "" {
		return nil
	}
	t := p.topology(plan)
	before := p.node.Topology()
	if sameTopology(before, t) {
		return nil
	}
	for _, o := range plan.Offices {
		if !hasFolder(before, o.Folder) {
			if err := p.shelve(ctx, o); err != nil {
				return err
			}
		}
	}
	if err := p.node.Configure(t); err != nil {
		return err
	}
	for _, f := range before.Folders {
		if !hasFolder(t, f.ID) {
			if err := f.Shelf.Wipe(); err != nil {
				return err
			}
		}
	}
	return p.takeAll(ctx, t, before)
}

// topology is the plan as it holds now.
func (p *porter) topology(plan enrol.CourierPlan) courier.Topology {
	province := courier.ID(plan.Province)
	t := courier.Topology{TakeKiB: plan.KiB, SendKiB: plan.KiB}
	t.Peers = []courier.Peer{{ID: province, Addresses: p.link.line.known(), Paused: p.pausesLine(province)}}
	cut := p.link.line.isCut() // the demonstration's switch cuts the line, not the local network
	for _, o := range plan.Offices {
		f := courier.Folder{ID: o.Folder, Shelf: p.shelf(o.Folder), Peers: []courier.ID{province}}
		for _, c := range o.Colleagues {
			id, err := courier.ParseID(c.ID)
			if err != nil {
				continue
			}
			f.Peers = append(f.Peers, id)
			if !slices.ContainsFunc(t.Peers, func(k courier.Peer) bool { return k.ID == id }) {
				t.Peers = append(t.Peers, courier.Peer{ID: id, Addresses: c.Addresses})
			}
		}
		t.Folders = append(t.Folders, f)
	}
	if plan.Outbox != "" {
		t.Folders = append(t.Folders, courier.Folder{ID: plan.Outbox, Shelf: p.outbox(), Gives: true, Peers: []courier.ID{province}})
	}
	t.Peers[0].Paused = t.Peers[0].Paused || cut
	return t
}

func sameTopology(a, b courier.Topology) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func hasFolder(t courier.Topology, id string) bool {
	return slices.ContainsFunc(t.Folders, func(f courier.Folder) bool { return f.ID == id })
}

func (p *porter) progressed() {
	p.mu.Lock()
	p.pace.look(p.node.Arriving(), time.Now())
	p.mu.Unlock()
	p.link.app.events.Publish(api.Event{Entity: "content"}, nil)
	p.wake()
}
