package main

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/hub"
)

// Who syncs.
const (
	benchPerson app.ID = "p00001"
	benchDevice app.ID = "bench-laptop"
	benchWriter        = 16
)

func clock() app.Time { return app.TimeOf(time.Now()) }

// devices knows the one laptop.
type devices struct{}

func (devices) Writer(n uint32) (hub.WriterKey, error) {
	if n != benchWriter {
		return hub.WriterKey{}, app.ErrNotFound
	}
	return hub.WriterKey{Device: benchDevice, Person: benchPerson, Key: benchKey("laptop").Public().(ed25519.PublicKey)}, nil
}

// benchServer is the measured server.
type benchServer struct {
	store *sqlite.Store
	hub   *hub.Hub
	http  *http.Server
	docs  []*app.Document
}

// syncServer is the server's process: it fills a store, serves it and takes
// orders ("change N": N documents get a remark, a state and an assignee).
func syncServer(args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sync-server", flag.ContinueOnError)
	dir := fs.String("dir", "", "working folder")
	path := fs.String("corpus", "", "corpus file")
	n := fs.Int("n", 0, "records")
	profiles := fs.String("profile", "", "folder for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
	}
	ctx := context.Background()
	s, address, err := startServer(ctx, *dir, *path, *n)
	if err != nil {
		return err
	}
	defer s.close()
	stop, err := profile(*profiles, "server")
	if err != nil {
		return err
	}
	defer stop()
	return obey(in, out, answer{Address: address}, func(order string) (answer, error) {
		if what, count, ok := strings.Cut(order, " "); ok && what == "change" {
			k, err := strconv.Atoi(count)
			if err != nil {
				return answer{}, err
			}
			return answer{}, s.change(ctx, k)
		}
		return answer{}, nil
	})
}

func startServer(ctx context.Context, dir, path string, n int) (*benchServer, string, error) {
	store, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(dir, "server.db"), Role: sqlite.Server, Clock: clock, Holder: app.HolderServer})
	if err != nil {
		return nil, "", err
	}
	s := &benchServer{store: store}
	s.hub, err = hub.New(ctx, hub.Config{
		Store: hub.Over(store), Devices: devices{}, Clock: clock, Epoch: 1, SignKey: benchKey("server"), CursorKey: make([]byte, 32),
		Own: 1, OwnKey: benchKey("own"),
	})
	if err != nil {
		return nil, "", err
	}
	if err := s.fill(ctx, path, n); err != nil {
		return nil, "", err
	}
	tlsConf, err := tlsConfig(dir, "server")
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	s.http = &http.Server{Handler: s.hub.Handler(func(*http.Request) (hub.Peer, error) {
		return hub.Peer{Device: benchDevice, Person: benchPerson, Writer: benchWriter}, nil
	}), TLSConfig: tlsConf, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(tls.NewListener(l, tlsConf)) }() // ends with close
	return s, l.Addr().String(), nil
}

// importBatch is how many records are stored as one event each, in one
// transaction of the hub.
const importBatch = 200

func (s *benchServer) fill(ctx context.Context, path string, n int) error {
	corpus, err := readCorpus(path, n)
	if err != nil {
		return err
	}
	s.docs = documents(corpus, n)
	person := &app.Person{ID: benchPerson, Name: "Lò Thị Hà"}
	records := []app.Record{}
	for i := range offices {
		records = append(records, &app.Unit{ID: office(i), Name: fmt.Sprintf("Cơ quan %d", i+1), Office: true})
		person.Posts = append(person.Posts, app.Post{Unit: office(i), Role: app.RoleClerk}, app.Post{Unit: office(i), Role: app.RoleLeader})
	}
	if err := s.hub.Import(ctx, append(records, person)); err != nil {
		return err
	}
	for from := 0; from < n; from += importBatch {
		batch := make([]app.Record, 0, importBatch)
		for _, d := range s.docs[from:min(from+importBatch, n)] {
			batch = append(batch, d)
		}
		if err := s.hub.ImportEach(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// change gives k documents a remark, a state and an assignee each.
func (s *benchServer) change(ctx context.Context, k int) error {
	batch := make([]app.Record, 0, k)
	for i := range min(k, len(s.docs)) {
		d := *s.docs[i*len(s.docs)/k]
		remarks := map[app.CommandID]app.Remark{}
		for key, r := range d.Remarks {
			remarks[key] = r
		}
		by := s.docs[(i*37+11)%len(s.docs)]
		text := by.Summary
		if len(by.Remarks) > 0 {
			for _, r := range by.Remarks {
				text = r.Text
			}
		}
		remarks[app.NewCommandID(uint32(200+i%30), uint32(1000+i))] = app.Remark{By: by.Submitted, At: clock(), Text: text}
		d.Remarks, d.State, d.Submitted = remarks, app.InHandling, by.Submitted
		batch = append(batch, &d)
	}
	return s.hub.ImportEach(ctx, batch)
}

func (s *benchServer) close() {
	s.hub.Close()
	s.http.Close()
	s.store.Close()
}
