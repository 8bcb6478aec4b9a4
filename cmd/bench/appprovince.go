package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/demo"
	"khonggiay/app/demo/page"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/sync/hub"
)

// kept is what a later run must know of a folder that is kept.
type kept struct {
	N      int    `json:"n"`
	Port   int    `json:"port"`
	Person app.ID `json:"person"`
}

// province makes a server's data: a small invented province, and the documents
// in the office of one commune's clerk.
func (b *appBench) province(ctx context.Context, corpus string) error {
	path := filepath.Join(b.dir, "bench.json")
	if text, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(text, &b.kept); err != nil {
			return err
		}
		if b.N != b.n {
			return fmt.Errorf("%s holds %d documents, not %d", b.dir, b.N, b.n)
		}
		return nil
	}
	port, err := freePorts()
	if err != nil {
		return err
	}
	p, err := demo.Load(ctx, demo.Options{Dir: b.serverData(), Seed: 1, Now: time.Now(), Small: true})
	if err != nil {
		return err
	}
	clerk := p.Part(demo.CommuneClerk)
	b.kept = kept{N: b.n, Port: port, Person: clerk.Person.ID}
	if err := b.importInto(ctx, clerk.Office.Unit.ID, corpus); err != nil {
		return err
	}
	text, err := json.Marshal(b.kept)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// freePorts finds two neighbours, for server and laptop.
func freePorts() (int, error) {
	for port := 47900; port < 48900; port += 2 {
		first, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		second, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port+1))
		if err = errors.Join(err, first.Close()); err != nil {
			continue
		}
		return port, second.Close()
	}
	return 0, errors.New("no two free ports")
}

// importInto stores the documents through the server's hub, before the server
// runs.
func (b *appBench) importInto(ctx context.Context, office app.ID, path string) error {
	store, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(b.serverData(), "khonggiay.db"), Role: sqlite.Server, Clock: clock,
		Holder: app.HolderServer, NoSync: true})
	if err != nil {
		return err
	}
	defer store.Close()
	core, err := b.core(ctx, store)
	if err != nil {
		return err
	}
	corpus, err := readCorpus(path, b.n)
	if err != nil {
		return err
	}
	m := newMaker(corpus)
	for m.made < b.n {
		batch := make([]app.Record, 0, importBatch)
		for len(batch) < importBatch && m.made < b.n {
			d := m.next()
			d.Unit, d.Direction, d.Arrived = office, app.Incoming, d.Created
			batch = append(batch, d)
		}
		if _, err := core.Import(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

func (b *appBench) core(ctx context.Context, store *sqlite.Store) (*hub.Core, error) {
	authority, _, err := pki.Open(filepath.Join(b.serverData(), "ca"), "", time.Now())
	if err != nil {
		return nil, err
	}
	var epoch uint64
	var own uint32
	err = store.Read(ctx, func(v *sqlite.View) (err error) {
		if epoch, err = v.Epoch(); err != nil {
			return err
		}
		own, err = v.OwnWriter()
		return err
	})
	if err != nil {
		return nil, err
	}
	return hub.NewCore(hub.Config{
		Store: hub.Over(store), Devices: callerDevices{}, Clock: clock, Epoch: epoch, SignKey: authority.ResultsKey(),
		CursorKey: authority.CursorKey(), Own: own, OwnKey: authority.CommandsKey(),
	})
}

// firstLoad enrols the laptop, unless it is already, and waits until it holds
// all documents.
func (b *appBench) firstLoad(ctx context.Context) error {
	if err := os.MkdirAll(b.laptopData(), 0o700); err != nil {
		return err
	}
	p, c, err := b.startLaptop(ctx)
	if err != nil {
		return err
	}
	err = b.load(ctx, p, c)
	return errors.Join(err, p.stop())
}

func (b *appBench) load(ctx context.Context, p *program, c *page.Client) error {
	var session struct {
		NeedsEnrolment bool `json:"needsEnrolment"`
	}
	if err := c.Get(ctx, "/api/session", &session); err != nil {
		return err
	}
	if session.NeedsEnrolment {
		inv := &enrol.Invitation{}
		if err := b.control(ctx, "code.make", server.PersonRequest{Person: b.Person}, inv); err != nil {
			return err
		}
		file, err := inv.Encode()
		if err != nil {
			return err
		}
		if err := c.Post(ctx, "/api/enrol", map[string]any{"invitation": json.RawMessage(file)}, nil); err != nil {
			return err
		}
	}
	return until(ctx, p, "first load", func() (bool, error) {
		var st struct {
			FirstLoadComplete bool `json:"firstLoadComplete"`
		}
		err := c.Get(ctx, "/api/sync", &st)
		return err == nil && st.FirstLoadComplete, err
	})
}
