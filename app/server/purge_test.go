package server

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// grep lists the files beside the laptop's database that hold one of the words:
// the database with its index and search tables, the log, the shared memory.
func (d *desk) grep(words ...string) (found []string) {
	d.Helper()
	files, err := os.ReadDir(d.dir)
	if err != nil {
		d.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join(d.dir, file.Name()))
		if err != nil {
			d.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				found = append(found, file.Name()+": "+w)
			}
		}
	}
	return found
}

// A leader goes to another office: what was submitted to him leaves his laptop,
// down to the bytes, and the server hears that it did.
func TestLeavingAnOfficeLeavesNothing(t *testing.T) {
	f := open(t).run()
	c, l := f.desk(clerk), f.desk(leader)
	key := app.Key{Kind: app.KindDocument, ID: app.NewID(f.store.Now())}
	c.until(app.Key{Kind: app.KindBook, ID: "so-den"}, func(app.Record) bool { return true })
	give := func(name string, args any) {
		t.Helper()
		if _, err := c.replica.Give(t.Context(), app.Command{Name: name, Target: key, Args: args}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c.driver.Gave()
	}
	give("document.receive.1", &app.IncomingCreate{Unit: unitCommune, Fields: app.Fields{Subject: "Chuyện Quyềnxưavắng",
		Summary: strings.Repeat("Zyxwvu ", 60), OrganName: "Sở Thử", IssuedDate: f.store.Now().Date(), Type: "CV"}})
	give("document.register.1", &app.Register{Book: "so-den"})
	give("document.submit.1", &app.Submit{To: leader})
	l.until(key, func(r app.Record) bool { return r.(*app.Document).Submitted == leader })
	words := []string{"Quyềnxưavắng", "xuavang", "Zyxwvu", "zyxwvu"}
	if err := l.store.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(l.grep(words[:2]...)) == 0 {
		t.Fatal("the words are not where they are looked for")
	}

	gone := province.People[2]
	gone.Posts = post(unitSender, app.RoleOfficer)
	f.do("directory.import", Import{People: []app.Person{gone}}, nil)
	l.untilGone(key)
	if err := l.store.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := l.grep(words...); len(found) > 0 {
		t.Errorf("still on the disk: %v", found)
	}
	for acknowledged := false; !acknowledged; {
		l.driver.Retry() // the acknowledgement goes with the next request
		<-l.changed
		f.view(func(v *sqlite.View) error {
			at, err := v.PurgedAt(l.Device, key)
			acknowledged = at != 0
			return err
		})
	}
}
