package apptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"khonggiay/app"
)

var errRefused = errors.New("refused on purpose")

func groupKey(id app.ID) app.Key { return app.Key{Kind: app.KindGroup, ID: id} }

func (s suite) records(t *testing.T) {
	st := s.open(t, s.server)
	key := groupKey("g1")
	write(t, st, func(tx Tx) error {
		if _, err := tx.Get(key); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("absent record: %v", err)
		}
		if v, err := tx.Version(key); v != 0 || err != nil {
			t.Errorf("absent record has version %d, %v", v, err)
		}
		g := &app.Group{ID: "g1", Unit: "u", Name: "Các xã vùng cao", Members: []app.ID{"xa1"}}
		if err := tx.Put(g); err != nil {
			return err
		}
		g.Members[0] = "changed after Put"
		return nil
	})
	read(t, st, func(v View) error {
		r, err := v.Get(key)
		if err != nil {
			return err
		}
		g := r.(*app.Group)
		if g.Name != "Các xã vùng cao" || len(g.Members) != 1 || g.Members[0] != "xa1" {
			t.Errorf("read back %+v", g)
		}
		g.Name = "changed after Get"
		again, err := v.Get(key)
		if err == nil && again.(*app.Group).Name != "Các xã vùng cao" {
			t.Error("Get returned a shared record")
		}
		return err
	})
	write(t, st, func(tx Tx) error { return errors.Join(tx.Delete(key), tx.Delete(key)) })
	read(t, st, func(v View) error {
		body, version, err := v.Body(key)
		if body != nil || version != 0 {
			t.Errorf("deleted record has %d bytes, version %d", len(body), version)
		}
		return err
	})
	if err := st.Write(context.Background(), func(tx Tx) error { return tx.Put(&app.Group{ID: "no spaces"}) }); err == nil {
		t.Error("a bad id was stored")
	}
}

// versions: one more for each command that changed the bytes.
func (s suite) versions(t *testing.T) {
	st := s.open(t, s.server)
	key := groupKey("g1")
	put := func(tx Tx, names ...string) error {
		return tx.Savepoint(func() error {
			for _, n := range names {
				if err := tx.Put(&app.Group{ID: "g1", Name: n}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	expectVersion := func(tx Tx, want uint64) {
		t.Helper()
		if got, err := tx.Version(key); got != want || err != nil {
			t.Errorf("version %d, want %d (%v)", got, want, err)
		}
	}
	write(t, st, func(tx Tx) error {
		steps := []struct {
			names []string
			want  uint64
		}{
			{[]string{"a"}, 1},
			{[]string{"a"}, 1},                // nothing changed
			{[]string{"b", "c", "d"}, 2},      // one command
			{[]string{"e", "d"}, 2},           // back to what it was
			{[]string{"e"}, 3},                // several commands in one transaction
			{[]string{"e", "f", "e", "g"}, 4}, // there and back on the way
		}
		for _, step := range steps {
			if err := put(tx, step.names...); err != nil {
				return err
			}
			expectVersion(tx, step.want)
		}
		return nil
	})
	write(t, st, func(tx Tx) error {
		body, _, err := tx.Body(key)
		if err != nil {
			return err
		}
		if err := tx.SetRaw(key, body, 40); err != nil {
			return err
		}
		expectVersion(tx, 40)
		if err := put(tx, "h"); err != nil {
			return err
		}
		expectVersion(tx, 41)
		return nil
	})
}

func (s suite) savepoints(t *testing.T) {
	st := s.store(t)
	name := func(v View) string {
		r, err := v.Get(app.Key{Kind: app.KindUnit, ID: "xa1"})
		if err != nil {
			t.Fatal(err)
		}
		return r.(*app.Unit).Name
	}
	rename := func(tx Tx, to string) error {
		r, err := tx.Get(app.Key{Kind: app.KindUnit, ID: "xa1"})
		if err != nil {
			return err
		}
		u := r.(*app.Unit)
		u.Name = to
		return tx.Put(u)
	}
	before := ""
	read(t, st, func(v View) error { before = name(v); return nil })
	write(t, st, func(tx Tx) error {
		err := tx.Savepoint(func() error {
			if err := rename(tx, "refused"); err != nil {
				return err
			}
			inner := tx.Savepoint(func() error { return errors.Join(rename(tx, "deeper"), errRefused) })
			if !errors.Is(inner, errRefused) || name(tx) != "refused" || tx.Directory().Unit("xa1").Name != "refused" {
				t.Errorf("inner savepoint: %v, record %q, directory %q", inner, name(tx), tx.Directory().Unit("xa1").Name)
			}
			return errRefused
		})
		if !errors.Is(err, errRefused) {
			t.Errorf("refusal came back as %v", err)
		}
		if name(tx) != before || tx.Directory().Unit("xa1").Name != before {
			t.Errorf("after a refusal: record %q, directory %q", name(tx), tx.Directory().Unit("xa1").Name)
		}
		if c := tx.FeedChanges(); len(c) != 0 {
			t.Errorf("a refusal left %d changes", len(c))
		}
		return tx.Savepoint(func() error { return rename(tx, "accepted") })
	})
	read(t, st, func(v View) error {
		if name(v) != "accepted" || v.Directory().Unit("xa1").Name != "accepted" {
			t.Errorf("record %q, directory %q", name(v), v.Directory().Unit("xa1").Name)
		}
		return nil
	})
	err := st.Write(context.Background(), func(tx Tx) error { return errors.Join(rename(tx, "lost"), errRefused) })
	if !errors.Is(err, errRefused) {
		t.Errorf("failed transaction: %v", err)
	}
	read(t, st, func(v View) error {
		if name(v) != "accepted" || v.Directory().Unit("xa1").Name != "accepted" {
			t.Errorf("after a failed transaction: record %q, directory %q", name(v), v.Directory().Unit("xa1").Name)
		}
		return nil
	})
}

func (s suite) changes(t *testing.T) {
	st := s.open(t, s.server)
	write(t, st, func(tx Tx) error {
		return errors.Join(tx.Put(&app.Group{ID: "b", Name: "1"}), tx.Put(&app.Group{ID: "gone", Name: "1"}))
	})
	write(t, st, func(tx Tx) error {
		err := tx.Savepoint(func() error {
			err := errors.Join(
				tx.Put(&app.Group{ID: "b", Name: "2"}),
				tx.Put(&app.Group{ID: "a", Name: "1"}),
				tx.Put(&app.Unit{ID: "u", Name: "1"}),
				tx.Put(&app.Group{ID: "b", Name: "3"}),
				tx.Delete(groupKey("gone")),
				tx.Put(&app.Group{ID: "brief", Name: "1"}),
				tx.Delete(groupKey("brief")))
			got := ""
			for _, c := range tx.FeedChanges() {
				got += fmt.Sprintf("%d/%s %d→%d %t→%t;", c.Key.Kind, c.Key.ID, c.OldVersion, c.NewVersion, c.Old != nil, c.New != nil)
			}
			if want := "2/u 0→1 false→true;7/a 0→1 false→true;7/b 1→2 true→true;7/gone 1→0 true→false;"; got != want {
				t.Errorf("changes of the command\n%s, want\n%s", got, want)
			}
			return err
		})
		if err != nil {
			return err
		}
		return tx.Savepoint(func() error {
			if err := tx.Put(&app.Group{ID: "b", Name: "4"}); err != nil {
				return err
			}
			c := tx.FeedChanges()
			if len(c) != 1 || c[0].OldVersion != 2 || c[0].NewVersion != 3 || bytes.Equal(c[0].Old, c[0].New) {
				t.Errorf("changes of the second command: %+v", c)
			}
			return nil
		})
	})
}

func (s suite) directory(t *testing.T) {
	st := s.store(t)
	write(t, st, func(tx Tx) error {
		if len(tx.Directory().Holders("xa1", app.RoleClerk, Today)) != 1 {
			t.Error("the directory lacks the fixture")
		}
		if err := tx.Put(&app.Person{ID: "new", Name: "Mới", Posts: []app.Post{{Unit: "xa1", Role: app.RoleClerk}}}); err != nil {
			return err
		}
		if n := len(tx.Directory().Holders("xa1", app.RoleClerk, Today)); n != 2 {
			t.Errorf("the transaction's directory has %d clerks, want 2", n)
		}
		return nil
	})
	write(t, st, func(tx Tx) error { return tx.Delete(app.Key{Kind: app.KindPerson, ID: "new"}) })
	read(t, st, func(v View) error {
		if v.Directory().Person("new") != nil {
			t.Error("a deleted person is still in the directory")
		}
		return nil
	})
}

// numbers: without a gap, whatever is refused or undone between.
func (s suite) numbers(t *testing.T) {
	st := s.store(t)
	var given []uint32
	next := func(tx Tx, refuse bool) error {
		var n uint32
		err := tx.Savepoint(func() error {
			var ok bool
			var err error
			if n, ok, err = tx.NextNumber("xa1.den", 2026); err != nil || !ok {
				return fmt.Errorf("ok %t: %w", ok, err)
			}
			if refuse {
				return errRefused
			}
			return nil
		})
		if refuse && errors.Is(err, errRefused) {
			return nil
		}
		given = append(given, n)
		return err
	}
	for i := range 20 {
		kept := len(given)
		err := st.Write(context.Background(), func(tx Tx) error {
			for j := range 3 {
				if err := next(tx, (i+j)%3 == 0); err != nil {
					return err
				}
			}
			if i%4 == 0 {
				return errRefused // the whole transaction
			}
			return nil
		})
		if i%4 == 0 && errors.Is(err, errRefused) {
			given = given[:kept]
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for i, n := range given {
		if n != uint32(i+1) {
			t.Fatalf("numbers %v: a gap or a repetition at %d", given, i)
		}
	}
	write(t, st, func(tx Tx) error {
		n, ok, err := tx.NextNumber("xa1.den", 2027)
		if n != 1 || !ok || err != nil {
			t.Errorf("a new year begins with %d, %t, %v", n, ok, err)
		}
		if n, ok, err = tx.NextNumber("xa2.den", 2026); n != 0 || ok || err != nil {
			t.Errorf("a book held elsewhere gave %d, %t, %v", n, ok, err)
		}
		r, err := tx.Get(app.Key{Kind: app.KindBook, ID: "xa1.den"})
		if err != nil {
			return err
		}
		open, closed := *r.(*app.Book), *r.(*app.Book)
		closed.Closing = app.Closing{Since: Now, Year: 2026}
		if err := tx.Put(&closed); err != nil {
			return err
		}
		if n, ok, err = tx.NextNumber("xa1.den", 2026); n != 0 || ok || err != nil {
			t.Errorf("a closed book gave %d, %t, %v", n, ok, err)
		}
		if err := tx.Put(&open); err != nil {
			return err
		}
		if last, err := tx.LastNumber("xa1.den", 2026); int(last) != len(given) || err != nil {
			t.Errorf("last number %d, %v, want %d", last, err, len(given))
		}
		if _, _, err = tx.NextNumber("none", 2026); err == nil {
			t.Error("an unknown book gave a number")
		}
		return nil
	})
}

// commands: a real one runs, and its refusal leaves nothing.
func (s suite) commands(t *testing.T) {
	st := s.store(t)
	cmd := &app.Command{
		ID: app.NewCommandID(1, 1), Name: "document.receive.1", Actor: "xa1.clerk", At: Now,
		Target: app.Key{Kind: app.KindDocument, ID: app.NewID(Now)},
		Args:   &app.IncomingCreate{Unit: "xa1", Fields: app.Fields{Type: "KH", Subject: "Kế hoạch phòng chống thiên tai", OrganName: "Sở Nội vụ"}},
	}
	write(t, st, func(tx Tx) error { return tx.Savepoint(func() error { return app.Execute(tx, cmd, Now, s.server) }) })
	register := &app.Command{
		ID: app.NewCommandID(1, 2), Name: "document.register.1", Actor: "xa1.clerk", At: Now, Target: cmd.Target, Base: 1,
		Args: &app.Register{Book: "xa1.den"},
	}
	write(t, st, func(tx Tx) error {
		return tx.Savepoint(func() error { return app.Execute(tx, register, Now, s.server) })
	})
	read(t, st, func(v View) error {
		viewer := s.viewer(v.Directory(), "xa1.clerk")
		d, version, err := v.Document(viewer, cmd.Target.ID)
		if err != nil {
			return err
		}
		if version != 2 || d.State != app.InRegistered || d.BookNumber != 1 {
			t.Errorf("after two commands: version %d, %s, number %d", version, d.State, d.BookNumber)
		}
		desk, err := v.Desk(viewer, app.DeskQuery{})
		if desk.Counts[app.QueueSubmit] != 1 {
			t.Errorf("the clerk's desk: %v", desk.Counts)
		}
		return err
	})
}
