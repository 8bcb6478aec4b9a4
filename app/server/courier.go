package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
	"khonggiay/sync/courier"
)

const (
	courierDir   = "courier"
	officeFolder = "office-" // + unit: given by the province, taken by the office's laptops
	outboxFolder = "outbox-" // + device: given by a laptop, taken by the province

	// replanAfter lets several changes come together.
	replanAfter = 200 * time.Millisecond
	// replanEvery notices what the clock alone changes: posts and delegations end.
	replanEvery = 5 * time.Minute
	// sendingFor is how long a laptop's outbox folder stays after its last word.
	sendingFor = 10 * time.Minute
)

// couriers is the middle of the star: a node that gives each office's segments
// to its laptops and takes what laptops have in their outbox folders. It plans
// who speaks to whom, and the laptops ask it for their part of the plan.
type couriers struct {
	store    *sqlite.Store
	contents *contents
	audit    *auditor
	metrics  *metrics
	now      func() time.Time
	steady   *steady.Clock        // for what goes by age, and who sits where
	uptime   func() time.Duration // for what laptops said
	log      *slog.Logger
	dir      string
	kib      int   // bound of one laptop's line
	room     int64 // bytes of a shelf
	node     *courier.Node
	shelves  *shelves
	shout    func() // tells the screens of administrators

	woken  chan struct{}
	warned bool // of too few open files; replan's own
	cancel context.CancelFunc
	ended  sync.WaitGroup

	planning sync.Mutex // held while folders begin or end to be shared, and while directories go

	mu      sync.Mutex // guards what follows
	hellos  map[app.ID]courierHello
	members map[app.ID]*member // by device
	byNode  map[courier.ID]*member
	planned chan struct{} // closed when another plan is made
}

// courierHello is what a laptop last said.
type courierHello struct {
	addresses []string
	sending   bool          // it has said that it has something
	said      time.Duration // when, by the uptime
}

// member is a laptop in the plan.
type member struct {
	sqlite.CourierDevice
	node    courier.ID
	offices []app.ID
	plan    enrol.CourierPlan
}

func (s *Server) openCouriers(ctx context.Context) error {
	c := &couriers{store: s.store, contents: s.contents, audit: s.audit, metrics: s.metrics, now: s.now, steady: s.steady, uptime: s.config.uptime, log: s.log,
		dir: filepath.Join(s.config.Data, courierDir), kib: s.config.CourierKiB, room: s.config.ShelfBytes, woken: make(chan struct{}, 1),
		hellos: map[app.ID]courierHello{}, members: map[app.ID]*member{}, byNode: map[courier.ID]*member{}, planned: make(chan struct{}),
		shout: func() { s.events.Publish(api.Event{Entity: "devices"}, nil) }}
	identity, err := courierIdentity(filepath.Join(c.dir, "identity.pem"))
	if err != nil {
		return err
	}
	c.node = courier.Start(courier.Options{
		Dir: filepath.Join(c.dir, "node"), Identity: identity, Listen: []string{"127.0.0.1:0"}, Large: true, MinFree: s.config.MinFree, Log: s.log,
		Events: courier.Events{Arrived: c.arrived, Foreign: c.foreign},
	})
	s.onClose(func() error { c.node.Close(); return nil })
	c.shelves = &shelves{couriers: c, offices: map[app.ID]bool{}, docs: map[app.ID]bool{}, papers: map[app.ID][]app.Scope{}, look: map[app.ID]bool{}, woken: make(chan struct{}, 1)}
	run, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.ended.Go(func() { c.run(run) })
	c.ended.Go(func() { c.shelves.run(run) })
	unsubscribe := s.store.Subscribe(c.changed)
	s.couriers, s.devices.readmitted = c, c.wake
	s.onClose(func() error { unsubscribe(); cancel(); c.ended.Wait(); return nil })
	return nil
}

// courierIdentity reads the node's certificate, making one at the first start. A
// new one costs nothing but that the laptops hear of it in their next plan.
func courierIdentity(path string) (courier.Identity, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return courier.Identity{}, fmt.Errorf("courier: %w", err)
	}
	kept, err := os.ReadFile(path)
	if err == nil {
		return courier.ParseIdentity(kept)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return courier.Identity{}, fmt.Errorf("courier: %w", err)
	}
	identity, kept, err := courier.NewIdentity()
	if err != nil {
		return identity, err
	}
	return identity, os.WriteFile(path, kept, 0o600)
}

// address is where the node listens on the loopback; the port that HTTPS has is
// shared with it.
func (c *couriers) address() string {
	if list := c.node.Addresses(); len(list) > 0 {
		return list[0]
	}
	return ""
}

// changed is told of every commit.
func (c *couriers) changed(changes []sqlite.Change) {
	replan := false
	for _, ch := range changes {
		if ch.Key.Kind == app.KindDocument {
			c.shelves.document(ch.Key.ID)
		} else if ch.Key.Kind == app.KindMaterial {
			c.shelves.material(ch)
		} else if ch.Key.Kind.IsDirectory() {
			replan = true
		}
	}
	if replan {
		c.wake()
	}
}

// wake has the plan looked at soon.
func (c *couriers) wake() { poke(c.woken) }

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (c *couriers) run(ctx context.Context) {
	every := time.NewTicker(replanEvery)
	defer every.Stop()
	for {
		if err := c.replan(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("planning the courier", "err", err)
		}
		select {
		case <-c.woken:
		case <-every.C:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(replanAfter):
		case <-ctx.Done():
			return
		}
	}
}

// replan makes the plan from who is enrolled, who sits where and what the
// laptops said, and configures the node.
func (c *couriers) replan(ctx context.Context) error {
	c.planning.Lock()
	defer c.planning.Unlock()
	var devices []sqlite.CourierDevice
	err := c.store.Read(ctx, func(v *sqlite.View) (err error) {
		devices, err = v.CourierDevices()
		return err
	})
	if err != nil {
		return err
	}
	now, _ := c.steady.Now() // a plan without its offices would empty laptops' shelves
	at := app.TimeOf(now)
	dir := c.store.Directory()
	members, byNode, offices := map[app.ID]*member{}, map[courier.ID]*member{}, map[app.ID][]*member{}
	for _, d := range devices {
		if d.Alarm.At != 0 || dir.Person(d.Person) == nil || dir.Person(d.Person).Closed {
			continue
		}
		m := &member{CourierDevice: d, node: courier.IDOf(d.Node), offices: officesOf(dir, d.Person, at)}
		members[d.ID], byNode[m.node] = m, m
		for _, o := range m.offices {
			offices[o] = append(offices[o], m)
		}
	}
	c.mu.Lock()
	topology := c.topology(members, offices)
	for _, m := range members {
		m.plan = c.planOf(m, offices)
	}
	c.mu.Unlock()
	if err := c.node.Configure(topology); err != nil {
		return err
	}
	c.checkOpenFiles(len(members))
	c.mu.Lock()
	c.members, c.byNode = members, byNode
	close(c.planned)
	c.planned = make(chan struct{})
	c.mu.Unlock()
	c.shelves.serve(slices.Sorted(maps.Keys(offices)))
	return nil
}

const (
	filesPerLaptop = 4    // its connection to the courier, both halves of the way to the node, its line for records
	filesBesides   = 1024 // databases, contents that are read, browsers
)

// checkOpenFiles says once that the system will not let all laptops in.
func (c *couriers) checkOpenFiles(laptops int) {
	limit, need := openFiles(), int64(laptops*filesPerLaptop+filesBesides)
	if limit == 0 || need <= limit || c.warned {
		return
	}
	c.warned = true
	c.log.Warn("the system allows too few open files for all laptops at once", "laptops", laptops, "allowed", limit, "needed", need)
}

// officesOf are the offices in which the person handles documents.
func officesOf(dir *app.Directory, person app.ID, at app.Time) (out []app.ID) {
	actor, err := dir.Actor(person, "", at)
	if err != nil {
		return nil
	}
	for _, g := range actor.Grants {
		if g.Office != "" && g.Role != app.RoleAdmin && g.Role != app.RoleAuditor && !slices.Contains(out, g.Office) {
			out = append(out, g.Office)
		}
	}
	slices.Sort(out)
	return out
}

// topology is the node's own part of the plan. mu is held.
func (c *couriers) topology(members map[app.ID]*member, offices map[app.ID][]*member) (t courier.Topology) {
	for _, m := range members {
		t.Peers = append(t.Peers, courier.Peer{ID: m.node})
		if c.sending(m.ID) {
			t.Folders = append(t.Folders, courier.Folder{ID: outboxFolder + string(m.ID), Shelf: c.outbox(m.ID), Peers: []courier.ID{m.node}})
		}
	}
	for _, office := range slices.Sorted(maps.Keys(offices)) {
		f := courier.Folder{ID: officeFolder + string(office), Shelf: c.shelf(office), Gives: true}
		for _, m := range offices[office] {
			f.Peers = append(f.Peers, m.node)
		}
		t.Folders = append(t.Folders, f)
	}
	slices.SortFunc(t.Peers, func(a, b courier.Peer) int { return strings.Compare(string(a.ID), string(b.ID)) })
	slices.SortFunc(t.Folders, func(a, b courier.Folder) int { return strings.Compare(a.ID, b.ID) })
	return t
}

// planOf is a laptop's part of the plan. mu is held.
func (c *couriers) planOf(m *member, offices map[app.ID][]*member) enrol.CourierPlan {
	plan := enrol.CourierPlan{Province: string(c.node.ID()), KiB: c.kib}
	if c.sending(m.ID) {
		plan.Outbox = outboxFolder + string(m.ID)
	}
	for _, office := range m.offices {
		o := enrol.CourierOffice{Office: office, Folder: officeFolder + string(office)}
		for _, other := range offices[office] {
			if other.ID != m.ID {
				o.Colleagues = append(o.Colleagues, enrol.CourierPeer{ID: string(other.node), Addresses: c.hellos[other.ID].addresses})
			}
		}
		plan.Offices = append(plan.Offices, o)
	}
	plan.Version = versionOf(plan)
	return plan
}

// sending reports whether the laptop has lately said that it has something for
// its outbox folder: a folder for each of five thousand would cost memory for
// nothing. No clock that jumps ends an upload. mu is held.
func (c *couriers) sending(device app.ID) bool {
	hello := c.hellos[device]
	return hello.sending && c.uptime()-hello.said < sendingFor
}

func (c *couriers) shelf(office app.ID) *courier.Shelf {
	return courier.NewShelf(filepath.Join(c.dir, "offices", courier.FolderName(officeFolder+string(office))))
}

func (c *couriers) outbox(device app.ID) *courier.Shelf {
	return courier.NewShelf(filepath.Join(c.dir, "outboxes", courier.FolderName(outboxFolder+string(device))))
}

// foreign is told that a laptop changed what only the province may. What it did
// is overruled already. It is shut out, unless somebody else told us of it: then
// it may be a lie about a colleague.
func (c *couriers) foreign(f courier.Foreign) {
	office := app.ID(strings.TrimPrefix(f.Folder, officeFolder))
	c.mu.Lock()
	teller, doer := c.byNode[f.From], c.byNode[f.By]
	c.mu.Unlock()
	c.metrics.alarms.Inc()
	detail := map[string]any{"office": string(office), "items": f.Items, "told_by": string(f.From), "done_by": string(f.By)}
	entry := sqlite.AuditEntry{Act: "courier.foreign", Object: f.Folder, Detail: detail}
	if teller != nil {
		entry.Actor, entry.Device = teller.Person, teller.ID
	}
	c.audit.note(entry)
	c.log.Warn("a laptop's courier changed an office's folder", "office", office, "items", f.Items)
	if doer == nil || doer != teller {
		return
	}
	err := c.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.PutCourierAlarm(doer.ID, sqlite.CourierAlarm{Office: office, At: app.TimeOf(c.now()), Items: f.Items})
		return err
	})
	if err != nil {
		c.log.Error("noting the courier's alarm", "err", err)
		return
	}
	c.wake()
	c.shout()
}

// lanOnly keeps addresses of local networks: a laptop must not make its
// colleagues call the rest of the world.
func lanOnly(addresses []string) (out []string) {
	for _, a := range addresses {
		host, port, err := net.SplitHostPort(a)
		ip := net.ParseIP(host)
		if err != nil || ip == nil || port == "0" || len(out) == enrol.MaxCourierAddresses {
			continue
		}
		if ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			out = append(out, net.JoinHostPort(ip.String(), port))
		}
	}
	return out
}
