package server

import (
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// desk is a real laptop: a replica on SQLite that follows the server.
type desk struct {
	*laptop
	dir     string // of its database
	store   *sqlite.Store
	replica *replica.Replica
	driver  *replica.Driver
	changed chan struct{}
}

func (f *fixture) desk(person app.ID) *desk {
	f.Helper()
	d := &desk{laptop: f.enrol(person), dir: f.TempDir(), changed: make(chan struct{}, 1)}
	clock := func() app.Time { return app.TimeOf(f.config.Now()) }
	var err error
	d.store, err = sqlite.Open(f.Context(), sqlite.Options{Path: filepath.Join(d.dir, "replica.db"), Role: sqlite.Replica, Clock: clock})
	if err != nil {
		f.Fatal(err)
	}
	d.replica, err = replica.New(f.Context(), replica.Config{
		Store: replica.Over(d.store), Person: person, Writer: d.Writer, ServerKey: d.ServerPublicKey(), Clock: clock,
		Sign: func(b []byte) ([]byte, error) { return d.Keys.Command.Sign(nil, b, cryptoNoHash{}) },
		Changed: func() {
			select {
			case d.changed <- struct{}{}:
			default:
			}
		},
	})
	if err != nil {
		f.Fatal(err)
	}
	d.driver = replica.NewDriver(f.Context(), replica.DriverConfig{Replica: d.replica,
		Transport: &replica.HTTPTransport{Client: d.client, URL: "https://" + f.Addr() + "/sync"}})
	f.Cleanup(func() {
		d.driver.Close()
		if err := d.store.Close(); err != nil {
			f.Error(err)
		}
	})
	return d
}

// until waits for changes until the record is so.
func (d *desk) until(key app.Key, so func(app.Record) bool) {
	d.Helper()
	for {
		found := false
		err := d.store.Read(d.Context(), func(v *sqlite.View) error {
			r, err := v.Get(key)
			if app.AsError(err) != nil && app.AsError(err).Code == app.NotFound {
				return nil
			}
			found = err == nil && so(r)
			return err
		})
		if err != nil {
			d.Fatal(err)
		}
		if found {
			return
		}
		select {
		case <-d.changed:
		case <-d.Context().Done():
			d.Fatal("the test is over")
		}
	}
}

// untilGone waits for changes until the record is not here.
func (d *desk) untilGone(key app.Key) {
	d.Helper()
	for {
		var version uint64
		err := d.store.Read(d.Context(), func(v *sqlite.View) (err error) {
			version, err = v.Version(key)
			return err
		})
		if err != nil {
			d.Fatal(err)
		}
		if version == 0 {
			return
		}
		select {
		case <-d.changed:
		case <-d.Context().Done():
			d.Fatal("the test is over")
		}
	}
}

// A clerk registers and submits a document; the leader's laptop, on its own
// long poll, gets it with the number from the server's book.
func TestTwoLaptops(t *testing.T) {
	f := open(t).run()
	c, l := f.desk(clerk), f.desk(leader)
	key := app.Key{Kind: app.KindDocument, ID: app.NewID(f.store.Now())}
	c.until(app.Key{Kind: app.KindBook, ID: "so-den"}, func(app.Record) bool { return true })
	give := func(name string, args any) {
		t.Helper()
		var base uint64
		if err := c.store.Read(t.Context(), func(v *sqlite.View) (err error) {
			base, err = v.Version(key)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.replica.Give(t.Context(), app.Command{Name: name, Target: key, Base: base, Actor: clerk, Args: args}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c.driver.Gave()
	}
	give("document.receive.1", &app.IncomingCreate{Unit: unitCommune,
		Fields: app.Fields{Subject: "V/v thử hai máy", OrganName: "Sở Thử", IssuedDate: f.store.Now().Date(), Type: "CV"}})
	give("document.register.1", &app.Register{Book: "so-den"})
	give("document.submit.1", &app.Submit{To: leader})
	submitted := func(r app.Record) bool {
		d := r.(*app.Document)
		return d.State == app.InSubmitted && d.BookNumber == 1
	}
	l.until(key, submitted)
	c.until(key, submitted)
	entries, err := c.replica.Outbox(t.Context(), feed.OutRefused)
	if err != nil || len(entries) > 0 {
		t.Errorf("refused: %+v %v", entries, err)
	}
}
