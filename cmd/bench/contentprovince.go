package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/hub"
)

// wholeProvince measures the server when each office of a province has a shelf
// of files and a laptop that is connected: it starts with documents in their
// offices, fills and scans all shelves, lets the laptops in, and sends each office
// the same document.
func (b *contentBench) wholeProvince(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, b.stop()) }()
	port, err := freePorts()
	if err != nil {
		return err
	}
	if b.line, err = newProxy(fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
		return err
	}
	people := server.Import{
		Units:  []app.Unit{{ID: benchProvince, Name: "UBND tỉnh", Notation: "UBND", Level: "province", Office: true, Organ: "H99"}},
		People: []app.Person{clerkOf(benchProvince, 0)},
		Books:  []app.Book{{ID: benchBook, Unit: benchProvince, Direction: app.Outgoing, Name: "Sổ văn bản đi"}},
	}
	var clerks []app.Person
	for n := range b.offices {
		unit := officeID(n)
		people.Units = append(people.Units, app.Unit{ID: unit, Name: fmt.Sprintf("UBND xã %d", n), Level: "commune", Office: true,
			Organ: fmt.Sprintf("H99.%d", n+1), Parents: []app.Parent{{Unit: benchProvince}}})
		for k := range b.crew {
			clerks = append(clerks, clerkOf(unit, k))
		}
	}
	people.People = append(people.People, clerks...)
	if err := b.startServer(ctx, port, people); err != nil {
		return err
	}
	if err := b.server.stop(); err != nil {
		return err
	}
	b.server = nil
	crowd, err := b.furnish(ctx, clerks)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, crowd.close()) }()
	if err := b.startServer(ctx, port, server.Import{}); err != nil {
		return err
	}
	memory := map[string]any{"segments": b.offices * b.files}
	if err := b.fillShelves(ctx, memory); err != nil {
		return err
	}
	if err := b.connectAll(ctx, port, crowd, memory); err != nil {
		return err
	}
	if b.desk, err = b.signIn(ctx, port, people.People[0].ID); err != nil {
		return err
	}
	if err := b.sendToAll(ctx, crowd); err != nil {
		return err
	}
	_, most, err := residentOf(b.server.cmd.Process.Pid)
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "content.server_rss_mib", Value: float64(most) / mebibyte, Unit: "MiB", N: b.offices, More: memory})
}

const (
	benchProvince = app.ID("tinh")
	benchBook     = app.ID("so-di")
)

func officeID(n int) app.ID { return app.ID(fmt.Sprintf("xa-%03d", n)) }

// furnish writes documents with files into the offices, and enrols the people's laptops.
func (b *contentBench) furnish(ctx context.Context, people []app.Person) (*crowd, error) {
	data := &appBench{dir: b.dir}
	store, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(b.serverData(), "khonggiay.db"), Role: sqlite.Server, Clock: clock,
		Holder: app.HolderServer, NoSync: true})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	files, err := content.Open(filepath.Join(b.serverData(), "content"), content.Options{})
	if err != nil {
		return nil, err
	}
	defer files.Close()
	now := app.TimeOf(time.Now())
	versions := make([]app.FileVersion, b.files)
	for i := range versions {
		if versions[i], err = files.Seal(ctx, bytes.NewReader(paper(10_000+i*200))); err != nil {
			return nil, err
		}
	}
	core, err := data.core(ctx, store)
	if err != nil {
		return nil, err
	}
	c := newCrowd(b.files)
	for n := range b.offices {
		if err := furnishOffice(ctx, core, n, versions, now); err != nil {
			return nil, err
		}
	}
	for _, person := range people {
		keys, err := enrol.NewKeys(time.Now())
		if err != nil {
			return nil, err
		}
		office := person.Posts[0].Unit
		c.add(office, keys)
		if err := store.Write(ctx, func(tx *sqlite.Tx) error { return laptopRow(tx, person.ID, office, keys, now) }); err != nil {
			return nil, err
		}
	}
	return c, store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, v := range versions {
			if err := tx.PutHave(v.Segments[0].Name, v.Segments[0].Size, "", now); err != nil {
				return err
			}
		}
		return nil
	})
}

// furnishOffice gives an office a document with these files.
func furnishOffice(ctx context.Context, core *hub.Core, n int, versions []app.FileVersion, now app.Time) error {
	d := &app.Document{ID: app.NewID(now), Unit: officeID(n), Direction: app.Incoming, State: app.InWaiting, Created: now, Arrived: now,
		Subject: "Tài liệu", Type: "BC", Files: map[app.CommandID]app.File{}}
	for i, v := range versions {
		d.Files[app.NewCommandID(1, uint32(n*len(versions)+i+1))] = app.File{Name: fmt.Sprintf("%d.pdf", i), Content: v, At: now, AtServer: now}
	}
	_, err := core.Import(ctx, []app.Record{d})
	return err
}

// laptopRow enrols a laptop of which only the courier will be there.
func laptopRow(tx *sqlite.Tx, person, office app.ID, keys *enrol.Keys, now app.Time) error {
	return tx.PutDevice(sqlite.Device{ID: app.NewID(now), Person: person, Office: office, Name: "PC", Platform: "linux",
		CommandKey: []byte(person), SealingKey: []byte(person), Courier: keys.CourierCertificate, CourierID: sha256.Sum256(keys.CourierCertificate),
		Certificate: sha256.Sum256([]byte(person)), CertificateUntil: now + 1<<40, Enrolled: now, Seen: now})
}

// fillShelves waits until all shelves are full and the server has come to rest.
func (b *contentBench) fillShelves(ctx context.Context, memory map[string]any) error {
	began := time.Now()
	want := b.offices * b.files
	err := until(ctx, b.server, "the shelves", func() (bool, error) {
		n, err := b.shelved()
		return n >= want, err
	})
	if err != nil {
		return err
	}
	memory["filled_s"] = time.Since(began).Seconds()
	return b.rest(ctx, "filled", memory)
}

// rest waits until the server does nothing, and notes its memory then and the
// processor time that it has used.
func (b *contentBench) rest(ctx context.Context, when string, memory map[string]any) error {
	pid := b.server.cmd.Process.Pid
	var cpu time.Duration
	err := until(ctx, b.server, "rest", func() (bool, error) {
		now, err := processorOf(pid)
		if err != nil {
			return false, err
		}
		rests := cpu != 0 && now-cpu < 150*time.Millisecond
		cpu = now
		time.Sleep(5 * time.Second)
		return rests, nil
	})
	if err != nil {
		return err
	}
	now, _, err := residentOf(pid)
	memory[when+"_mib"], memory[when+"_cpu_s"] = float64(now)/mebibyte, cpu.Seconds()
	return err
}

// shelved counts what stands on all shelves.
func (b *contentBench) shelved() (n int, err error) {
	err = filepath.WalkDir(filepath.Join(b.serverData(), "courier", "offices"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && len(d.Name()) == 64 {
			n++
		}
		return nil // what comes and goes meanwhile is counted the next time
	})
	return n, err
}
