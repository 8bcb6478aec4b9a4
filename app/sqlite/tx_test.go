package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/app"
)

var errTest = errors.New("undone on purpose")

// modelRecord is what the model knows of a record.
type modelRecord struct {
	name    string
	version uint64
}

// TestTransactionsAgainstModel runs random transactions of commands, nested
// savepoints and failures, and holds records, versions and changes against a
// model that copies everything at each step.
func TestTransactionsAgainstModel(t *testing.T) {
	s := testStore(t, Replica)
	rapid.Check(t, func(t *rapid.T) {
		ids := []app.ID{"a", "b", "c"}
		model := map[app.ID]modelRecord{}
		clean := func(tx *Tx) error {
			for _, id := range ids {
				if err := tx.Delete(app.Key{Kind: app.KindGroup, ID: id}); err != nil {
					return err
				}
			}
			return nil
		}
		if err := s.Write(context.Background(), clean); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(t, "transactions") {
			before := maps.Clone(model)
			err := s.Write(context.Background(), func(tx *Tx) error {
				m := &txModel{t: t, tx: tx, now: model, ids: ids}
				for range rapid.IntRange(1, 4).Draw(t, "commands") {
					m.command()
				}
				m.checkChanges(before)
				if rapid.IntRange(0, 3).Draw(t, "fate") == 0 {
					return errTest
				}
				return nil
			})
			if errors.Is(err, errTest) {
				model = before
			} else if err != nil {
				t.Fatal(err)
			}
			err = s.Read(context.Background(), func(v *View) error { return checkModel(v, ids, model) })
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

type txModel struct {
	t   *rapid.T
	tx  *Tx
	now map[app.ID]modelRecord
	ids []app.ID
}

// command is one Savepoint with steps, some in savepoints of their own.
func (m *txModel) command() {
	before := maps.Clone(m.now)
	err := m.tx.Savepoint(func() error {
		m.steps(before)
		m.checkChanges(before)
		if rapid.IntRange(0, 2).Draw(m.t, "refused") == 0 {
			return errTest
		}
		return nil
	})
	m.settle(err, before)
}

func (m *txModel) settle(err error, before map[app.ID]modelRecord) {
	if errors.Is(err, errTest) {
		clear(m.now)
		maps.Copy(m.now, before)
	} else if err != nil {
		m.t.Fatal(err)
	}
	if err := checkModel(&m.tx.View, m.ids, m.now); err != nil {
		m.t.Fatal(err)
	}
}

func (m *txModel) steps(command map[app.ID]modelRecord) {
	for range rapid.IntRange(0, 4).Draw(m.t, "steps") {
		if rapid.IntRange(0, 4).Draw(m.t, "nested") == 0 {
			before := maps.Clone(m.now)
			err := m.tx.Savepoint(func() error {
				m.put(command)
				m.checkChanges(before)
				if rapid.Bool().Draw(m.t, "inner refused") {
					return errTest
				}
				return nil
			})
			m.settle(err, before)
			continue
		}
		m.put(command)
	}
}

func (m *txModel) put(command map[app.ID]modelRecord) {
	id := rapid.SampledFrom(m.ids).Draw(m.t, "id")
	name := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(m.t, "name")
	if err := m.tx.Put(&app.Group{ID: id, Name: name}); err != nil {
		m.t.Fatal(err)
	}
	if m.now[id].name == name {
		return
	}
	began := command[id]
	if began.name == name {
		m.now[id] = began
		return
	}
	m.now[id] = modelRecord{name, began.version + 1}
}

// checkChanges holds Changes against what differs from before.
func (m *txModel) checkChanges(before map[app.ID]modelRecord) {
	var want []app.ID
	for _, id := range m.ids {
		if before[id] != m.now[id] {
			want = append(want, id)
		}
	}
	var got []app.ID
	for _, c := range m.tx.Changes() {
		got = append(got, c.Key.ID)
		if c.OldVersion != before[c.Key.ID].version || c.NewVersion != m.now[c.Key.ID].version || bytes.Equal(c.Old, c.New) && c.OldVersion == c.NewVersion {
			m.t.Fatalf("change %+v, model %+v → %+v", c, before[c.Key.ID], m.now[c.Key.ID])
		}
	}
	if !slices.Equal(got, want) {
		m.t.Fatalf("changes of %v, want %v", got, want)
	}
}

func checkModel(v *View, ids []app.ID, model map[app.ID]modelRecord) error {
	for _, id := range ids {
		r, version, err := v.recordAndVersion(app.Key{Kind: app.KindGroup, ID: id})
		if err != nil {
			return err
		}
		got := modelRecord{version: version}
		if r != nil {
			got.name = r.(*app.Group).Name
		}
		if got != model[id] {
			return fmt.Errorf("record %s is %+v, model %+v", id, got, model[id])
		}
	}
	return nil
}

func TestSubscribersAreToldOfCommitsOnly(t *testing.T) {
	s := testStore(t, Replica)
	var told []string
	cancel := s.Subscribe(func(changes []Change) {
		for _, c := range changes {
			told = append(told, string(c.Key.ID))
		}
	})
	put := func(id app.ID, fail error) error {
		return s.Write(context.Background(), func(tx *Tx) error { return errors.Join(tx.Put(&app.Group{ID: id}), fail) })
	}
	err := errors.Join(put("b", nil), put("b", nil))
	if e := put("c", errTest); !errors.Is(e, errTest) {
		t.Error(e)
	}
	cancel()
	if err = errors.Join(err, put("d", nil)); err != nil || !slices.Equal(told, []string{"b"}) {
		t.Errorf("told of %v, %v", told, err)
	}
}

func TestClosedStoreRefusesWrites(t *testing.T) {
	s := testStore(t, Replica)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var e *app.Error
	if err := s.Write(context.Background(), func(*Tx) error { return nil }); !errors.As(err, &e) || e.Reason != ReasonClosed {
		t.Errorf("got %v", err)
	}
}
