package sqlite

import (
	"context"
	"reflect"
	"testing"

	"khonggiay/app"
)

// What is known of a working copy survives, its sealed save is kept from being
// swept, and a laptop that has left forgets it.
func TestWorkingCopies(t *testing.T) {
	s := testStore(t, Replica)
	segment := app.Segment{Name: app.Hash{7}, Size: 26, Plain: 10, Key: app.SegmentKey{1}}
	full := &WorkingCopy{ID: "d1~1", Doc: "d1", Origin: 1, File: 3, Name: "Tờ trình.docx", Taken: app.Hash{9}, Opened: 10, Saved: 30,
		Content: app.FileVersion{SHA256: app.Hash{9}, Size: 10, Segments: []app.Segment{segment}}, Given: []app.CommandID{2, 3},
		Refusal: app.Refuse(app.Conflict, "file.replaced").With("by", "x1.officer")}
	bare := &WorkingCopy{ID: "d2~1", Doc: "d2", Origin: 1, File: 1, Name: "a.odt", Opened: 20}
	must(t, s.Write(context.Background(), func(tx *Tx) error {
		if err := tx.PutWorkingCopy(full); err != nil {
			return err
		}
		return tx.PutWorkingCopy(bare)
	}))
	if got := copies(t, s); !reflect.DeepEqual(got, []*WorkingCopy{full, bare}) {
		t.Fatalf("%+v", got)
	}
	must(t, s.Read(context.Background(), func(v *View) error {
		kept, err := v.KeptSegments()
		if !kept[segment.Name] {
			t.Error("the save's segment would be swept")
		}
		return err
	}))
	must(t, s.Write(context.Background(), func(tx *Tx) error { return tx.DeleteWorkingCopy("d2~1") }))
	if got := copies(t, s); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	must(t, s.Write(context.Background(), func(tx *Tx) error { return tx.ForgetPerson() }))
	if got := copies(t, s); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func copies(t *testing.T, s *Store) (out []*WorkingCopy) {
	t.Helper()
	must(t, s.Read(context.Background(), func(v *View) (err error) {
		out, err = v.WorkingCopies()
		return err
	}))
	return out
}
