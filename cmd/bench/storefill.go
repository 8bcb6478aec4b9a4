package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/sync/hub"
)

// offices is how many share the documents: those of a province, fewer in a
// small store. Every twentieth document belongs to the first, which is large.
func (b *storeBench) offices() int { return min(450, callers+b.n/40) }

func (b *storeBench) officeOf(i int) app.ID {
	if i%20 == 0 {
		return office(0)
	}
	return office(1 + i%(b.offices()-1))
}

func caller(i int) app.ID       { return app.ID(fmt.Sprintf("caller%02d", i)) }
func callerDevice(i int) app.ID { return app.ID(fmt.Sprintf("may%02d", i)) }
func callerWriter(i int) uint32 { return uint32(1000 + i) }
func callerPeer(i int) hub.Peer {
	return hub.Peer{Device: callerDevice(i), Person: caller(i), Writer: callerWriter(i)}
}
func callerKey() ed25519.PrivateKey { return benchKey("caller") }

// callerDevices knows the callers' laptops.
type callerDevices struct{}

func (callerDevices) Writer(n uint32) (hub.WriterKey, error) {
	i := int(n) - int(callerWriter(0))
	if i < 0 || i >= callers {
		return hub.WriterKey{}, app.ErrNotFound
	}
	return hub.WriterKey{Device: callerDevice(i), Person: caller(i), Key: callerPublic}, nil
}

var callerPublic = callerKey().Public().(ed25519.PublicKey)

// fill makes the store through the hub, one event a document, in transactions
// of some hundreds, not flushed: only what is measured later need be durable.
func (b *storeBench) fill(ctx context.Context, corpus string) error {
	done := filepath.Join(b.dir, "records")
	made, _ := os.ReadFile(done) // absent: nothing made yet
	if strings.TrimSpace(string(made)) == fmt.Sprint(b.n) {
		fmt.Fprintf(os.Stderr, "bench: beginning from the store of %d records in %s\n", b.n, b.dir)
		return nil
	}
	if len(made) > 0 {
		return fmt.Errorf("%s holds a store of %s records, not %d", b.dir, strings.TrimSpace(string(made)), b.n)
	}
	if err := b.open(ctx, true); err != nil {
		return err
	}
	began := time.Now()
	err := b.importAll(ctx, corpus)
	b.close()
	if err != nil {
		return err
	}
	if err := print(b.out, figure{Name: "store.fill_per_s", Value: float64(b.n) / time.Since(began).Seconds(), Unit: "/s", N: b.n}); err != nil {
		return err
	}
	return os.WriteFile(done, fmt.Appendln(nil, b.n), 0o600)
}

func (b *storeBench) importAll(ctx context.Context, path string) error {
	corpus, err := readCorpus(path, b.n)
	if err != nil {
		return err
	}
	if err := b.hub.Import(ctx, b.province()); err != nil {
		return err
	}
	m := newMaker(corpus)
	for m.made < b.n {
		batch := make([]app.Record, 0, importBatch)
		for len(batch) < importBatch && m.made < b.n {
			i := m.made
			d := m.next()
			d.Unit = b.officeOf(i)
			batch = append(batch, d)
		}
		if err := b.hub.ImportEach(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// province is the offices and the callers, one in each of the first.
func (b *storeBench) province() (out []app.Record) {
	for i := range b.offices() {
		out = append(out, &app.Unit{ID: office(i), Name: fmt.Sprintf("Cơ quan %d", i+1), Office: true})
	}
	for i := range callers {
		out = append(out, &app.Person{ID: caller(i), Name: fmt.Sprintf("Người gọi %d", i+1),
			Posts: posts(i)})
	}
	return out
}

func posts(i int) []app.Post {
	return []app.Post{{Unit: office(i), Role: app.RoleClerk}, {Unit: office(i), Role: app.RoleLeader}}
}

// viewer is how the server sees a caller at a browser.
func (b *storeBench) viewer(i int) app.Viewer {
	return app.Viewer{Person: caller(i), Scopes: b.store.Directory().Scopes(caller(i), clock())}
}

// newest lists up to n documents of a caller, newest first.
func (b *storeBench) newest(ctx context.Context, i, n int) (rows []app.DocumentRow, err error) {
	q := app.DocumentQuery{Limit: 500}
	for len(rows) < n {
		page, err := b.store.Documents(ctx, b.viewer(i), q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if len(rows) == 0 {
		return nil, errNothing
	}
	return rows[:min(n, len(rows))], nil
}
