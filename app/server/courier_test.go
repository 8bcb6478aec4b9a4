package server

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
	"khonggiay/sync/courier"
)

// says sends a hello and reads the plan.
func (l *laptop) says(hello enrol.CourierHello) (plan enrol.CourierPlan) {
	l.Helper()
	b, err := json.Marshal(hello)
	if err != nil {
		l.Fatal(err)
	}
	resp, answer := l.request(http.MethodPost, enrol.PathCourier, bytes.NewReader(b), "Content-Type", "application/json")
	if resp.StatusCode != http.StatusOK {
		l.Fatalf("hello: %s %s", resp.Status, answer)
	}
	if err := json.Unmarshal(answer, &plan); err != nil {
		l.Fatal(err)
	}
	return plan
}

// planned says hello until the plan is as it should be; each answer but the
// first is another plan. It ends before the planner's own round comes: a change
// must have it plan at once.
func (l *laptop) planned(what string, hello enrol.CourierHello, as func(enrol.CourierPlan) bool) enrol.CourierPlan {
	l.Helper()
	for range 5 {
		plan := l.says(hello)
		if as(plan) {
			return plan
		}
		hello.Version = plan.Version
	}
	l.Fatalf("never planned: %s", what)
	return enrol.CourierPlan{}
}

// inOffice is a plan with the folder of an office and so many colleagues.
func inOffice(office app.ID, colleagues int) func(enrol.CourierPlan) bool {
	return func(p enrol.CourierPlan) bool {
		return len(p.Offices) == 1 && p.Offices[0].Office == office && len(p.Offices[0].Colleagues) == colleagues
	}
}

// node starts the laptop's courier as planned.
func (l *laptop) node(plan enrol.CourierPlan, gives bool) (*courier.Node, *courier.Shelf, *courier.Shelf) {
	l.Helper()
	n := courier.Start(courier.Options{Dir: filepath.Join(l.TempDir(), "node"),
		Identity: courier.Identity{Certificate: tls.Certificate{Certificate: [][]byte{l.Keys.CourierCertificate}, PrivateKey: l.Keys.Courier}}})
	l.Cleanup(n.Close)
	office, outbox := courier.NewShelf(l.TempDir()), courier.NewShelf(l.TempDir())
	province := courier.ID(plan.Province)
	t := courier.Topology{Peers: []courier.Peer{{ID: province, Addresses: []string{l.Addr()}}}}
	for _, o := range plan.Offices {
		t.Folders = append(t.Folders, courier.Folder{ID: o.Folder, Shelf: office, Gives: gives, Peers: []courier.ID{province}})
	}
	if plan.Outbox != "" {
		t.Folders = append(t.Folders, courier.Folder{ID: plan.Outbox, Shelf: outbox, Gives: true, Peers: []courier.ID{province}})
	}
	if err := n.Configure(t); err != nil {
		l.Fatal(err)
	}
	return n, office, outbox
}

// eventually looks until it holds.
func (f *fixture) eventually(what string, holds func() bool) {
	f.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(3 * time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			f.Fatalf("still not: %s", what)
		}
	}
}

// putOn puts bytes on a shelf under a name.
func putOn(t *testing.T, s *courier.Shelf, name app.Hash, b []byte) {
	t.Helper()
	if _, err := s.Put(name, func(path string) error { return os.WriteFile(path, b, 0o600) }); err != nil {
		t.Fatal(err)
	}
}

// TestCourierPlan: a laptop is told of its offices and of the colleagues there,
// of nobody else, and at once when that changes.
func TestCourierPlan(t *testing.T) {
	f := open(t).run()
	one, far := f.enrol(clerk), f.enrol(stranger)
	alone := one.planned("an office without colleagues", enrol.CourierHello{Addresses: []string{"192.168.7.2:22000", "203.0.113.5:22000", "máy:1", "10.0.0.1:0"}},
		inOffice(unitCommune, 0))
	if alone.Province == "" || alone.Outbox != "" {
		t.Errorf("plan %+v", alone)
	}
	far.planned("another office", enrol.CourierHello{}, inOffice(unitSender, 0))
	two := f.enrol(leader)
	plan := two.planned("a colleague", enrol.CourierHello{}, inOffice(unitCommune, 1))
	if got := plan.Offices[0].Colleagues[0]; courier.ID(got.ID) != courier.IDOf(sha256.Sum256(one.Keys.CourierCertificate)) || !slices.Equal(got.Addresses, []string{"192.168.7.2:22000"}) {
		t.Errorf("colleague %+v", got)
	}
	one.planned("the colleague on the other side", enrol.CourierHello{Version: alone.Version}, inOffice(unitCommune, 1))
	sending := one.planned("an outbox", enrol.CourierHello{Sending: true}, func(p enrol.CourierPlan) bool { return p.Outbox != "" })

	var done Imported
	f.do("directory.import", Import{People: []app.Person{{ID: leader, Name: "Lê Văn Chủ", Posts: post(unitSender, app.RoleLeader)}}}, &done)
	one.planned("the colleague to have left", enrol.CourierHello{Version: sending.Version}, inOffice(unitCommune, 0))
	settled := far.planned("the colleague to have come", enrol.CourierHello{}, inOffice(unitSender, 1))
	f.do("device.revoke", DeviceRequest{two.Device}, nil)
	far.planned("the revoked one to be gone", enrol.CourierHello{Version: settled.Version}, inOffice(unitSender, 0))
}

func TestCourierHelloIsBounded(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	for what, body := range map[string]string{
		"no JSON":      `{"addresses":`,
		"too many":     `{"have":[` + strings.Repeat(`"`+noSegment+`",`, enrol.MaxCourierHave) + `"` + noSegment + `"]}`,
		"addresses":    `{"addresses":["` + strings.Repeat(`10.0.0.1:1","`, enrol.MaxCourierAddresses) + `10.0.0.1:1"]}`,
		"no end of it": `{"version":"` + strings.Repeat("a", enrol.MaxCourierHello) + `"}`,
	} {
		resp, b := l.request(http.MethodPost, enrol.PathCourier, strings.NewReader(body), "Content-Type", "application/json")
		if resp.StatusCode != http.StatusUnprocessableEntity || refusal(b) != "request.invalid" {
			t.Errorf("%s: %s %s", what, resp.Status, b)
		}
	}
}

// TestShelf: what belongs to a whole file of a document in the office comes to
// its laptops and is noted as there when they say so.
func TestShelf(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	plan := l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	_, shelf, _ := l.node(plan, false)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, strings.Repeat("nội dung ", 50_000))
	name := version.Segments[0].Name
	l.upload(store, version.Segments[0])
	if shelf.Has(name) {
		t.Error("given before a document named it")
	}
	l.pull(cmd)
	f.complete()
	f.eventually("the segment to arrive", func() bool { return shelf.Has(name) })

	other := f.enrol(clerk)
	other.says(enrol.CourierHello{Have: []app.Hash{name, {7}}})
	holders := 0
	f.view(func(v *sqlite.View) error {
		devices, err := v.Holders(doc)
		holders = len(devices)
		return err
	})
	if holders != 2 { // who sent it, and who said that he has it
		t.Errorf("%d laptops are known to have it", holders)
	}
}

// TestShelfIsTidied: what no document of the office names any more goes from its
// shelf and from its laptops; what one works on stays, and comes back if it is gone.
func TestShelfIsTidied(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	plan := l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	cmd, version, store := l.document(app.NewID(f.store.Now()), strings.Repeat("nội dung ", 5_000))
	l.upload(store, version.Segments[0])
	l.pull(cmd)
	f.complete()
	needed, stray := version.Segments[0].Name, app.Hash{5}
	province := f.couriers.shelf(unitCommune)
	f.eventually("the shelf to be filled", func() bool { return province.Has(needed) })
	putOn(t, province, stray, []byte("của một văn bản đã kết thúc"))
	if err := f.couriers.node.Scan(plan.Offices[0].Folder); err != nil {
		t.Fatal(err)
	}
	_, shelf, _ := l.node(plan, false)
	f.eventually("both to arrive", func() bool { return shelf.Has(needed) && shelf.Has(stray) })
	if _, err := province.Drop(needed); err != nil {
		t.Fatal(err)
	}
	f.ahead(steady.Settle)
	if err := f.couriers.shelves.tidy(t.Context(), unitCommune, nil); err != nil {
		t.Fatal(err)
	}
	if !province.Has(needed) || province.Has(stray) {
		t.Error("the shelf holds other than it should")
	}
	f.eventually("the stray one to go from the laptop", func() bool { return shelf.Has(needed) && !shelf.Has(stray) })
}

// TestCourierBrings: what a laptop puts into its outbox folder is taken in when it
// is its name and within the quota, and nothing else.
func TestCourierBrings(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, strings.Repeat("tờ trình ", 200_000))
	seg := version.Segments[0]
	plan := l.planned("an outbox", enrol.CourierHello{Sending: true}, func(p enrol.CourierPlan) bool { return p.Outbox != "" })
	node, _, outbox := l.node(plan, false)
	if _, err := outbox.Put(seg.Name, func(path string) error { return store.LinkTo(seg.Name, path) }); err != nil {
		t.Fatal(err)
	}
	forged := app.Hash{1, 2, 3}
	putOn(t, outbox, forged, []byte("không phải là tên của nó"))
	if err := node.Scan(plan.Outbox); err != nil {
		t.Fatal(err)
	}
	f.eventually("the server to take it", func() bool { return f.contents.files.Has(seg.Name) })
	l.pull(cmd)
	f.eventually("the document to say so", func() bool { f.complete(); return f.hasFiles(doc) })
	f.eventually("the forged one to have come and been refused", func() bool { return f.couriers.outbox(l.Device).Has(forged) })
	if f.contents.files.Has(forged) {
		t.Error("what is not its name was taken")
	}
}

func TestCourierQuota(t *testing.T) {
	f := open(t)
	f.contents.quota = 1 << 20
	f.run()
	l := f.enrol(clerk)
	plan := l.planned("an outbox", enrol.CourierHello{Sending: true}, func(p enrol.CourierPlan) bool { return p.Outbox != "" })
	node, _, outbox := l.node(plan, false)
	var names []app.Hash
	for range 4 {
		b := make([]byte, 400<<10)
		rand.Read(b)
		name := app.Hash(sha256.Sum256(b))
		putOn(t, outbox, name, b)
		names = append(names, name)
	}
	if err := node.Scan(plan.Outbox); err != nil {
		t.Fatal(err)
	}
	f.eventually("all to have come", func() bool {
		return !slices.ContainsFunc(names, func(n app.Hash) bool { return !f.couriers.outbox(l.Device).Has(n) })
	})
	taken := 0
	f.eventually("two to be taken", func() bool {
		taken = 0
		for _, n := range names {
			if f.contents.files.Has(n) {
				taken++
			}
		}
		return taken == 2
	})
}

// TestOutboxesAreSwept: what a laptop brought in part is kept for it, and goes when
// nothing has come for long; one that is shared stays.
func TestOutboxesAreSwept(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	l.planned("an outbox", enrol.CourierHello{Sending: true}, func(p enrol.CourierPlan) bool { return p.Outbox != "" })
	shared, gone := f.couriers.outbox(l.Device), f.couriers.outbox("another")
	putOn(t, shared, app.Hash{1}, []byte("đang gửi"))
	putOn(t, gone, app.Hash{1}, []byte("gửi dở"))
	if err := f.couriers.sweep(); err != nil || !gone.Has(app.Hash{1}) {
		t.Fatalf("swept too early: %v", err)
	}
	f.ahead(keepOutboxes + time.Hour)
	if err := f.couriers.sweep(); err != nil || gone.Has(app.Hash{1}) || !shared.Has(app.Hash{1}) {
		t.Errorf("swept: %v; gone is there %v, shared is there %v", err, gone.Has(app.Hash{1}), shared.Has(app.Hash{1}))
	}
}

// TestForgerIsShutOut: a laptop that changes its office's folder is overruled,
// written down and shut out of the courier; its records go on.
func TestForgerIsShutOut(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	plan := l.planned("the office", enrol.CourierHello{}, inOffice(unitCommune, 0))
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, strings.Repeat("nội dung ", 50_000))
	name := version.Segments[0].Name
	l.upload(store, version.Segments[0])
	l.pull(cmd)
	f.complete()
	node, shelf, _ := l.node(plan, true)
	putOn(t, shelf, name, []byte("giả mạo"))
	if err := node.Scan(plan.Offices[0].Folder); err != nil {
		t.Fatal(err)
	}
	f.eventually("the alarm", func() bool { return f.audited("courier.foreign") > 0 })
	l.planned("no office", enrol.CourierHello{Version: plan.Version}, func(p enrol.CourierPlan) bool { return len(p.Offices) == 0 })
	f.view(func(v *sqlite.View) error {
		devices, err := v.CourierDevices()
		if err != nil || len(devices) != 1 || devices[0].Alarm.Office != unitCommune || devices[0].Alarm.Items == 0 {
			t.Errorf("known: %+v %v", devices, err)
		}
		return nil
	})
	if err := f.contents.files.Check(t.Context(), name); err != nil {
		t.Errorf("the province's own: %v", err)
	}
	if err := f.store.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.DeleteCourierAlarm(l.Device) }); err != nil {
		t.Fatal(err)
	}
	f.couriers.wake()
	l.planned("the office again", enrol.CourierHello{}, inOffice(unitCommune, 0))
}
