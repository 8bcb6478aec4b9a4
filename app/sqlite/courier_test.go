package sqlite

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
)

// sentTo is a document of two files, of which the second is a draft, in parts
// segments each.
func sentTo(parts int) *app.Document {
	d := &app.Document{ID: "di", Direction: app.Outgoing, Unit: "so", State: app.OutIssued, Files: map[app.CommandID]app.File{}}
	for file := range 2 {
		f := app.File{Role: app.FileRole(2 * file)}
		for part := range parts {
			f.Content.Segments = append(f.Content.Segments, app.Segment{Name: app.Hash{byte(file + 1), byte(part)}, Size: 100})
		}
		d.Files[app.CommandID(file+1)] = f
	}
	return d
}

func deviceOf(i int) Device {
	return Device{ID: app.ID(fmt.Sprint("máy-", i)), Person: app.ID(fmt.Sprint("người-", i)), CommandKey: []byte{1}, SealingKey: []byte{1},
		Courier: []byte{1}, CourierID: app.Hash{byte(i), byte(i >> 8)}}
}

// putLaptops enrols n laptops and has each hold the first of its segments, as
// many as held says.
func putLaptops(t *testing.T, tx *Tx, n int, held func(i int) int) {
	t.Helper()
	for i := range n {
		d := deviceOf(i)
		must(t, tx.PutDevice(d))
		for part := range held(i) {
			must(t, tx.PutFetched(app.Hash{1, byte(part)}, d.ID, 1))
		}
	}
}

// TestFileHolders: of the laptops of 450 offices those are told that have every
// segment of the file that was sent and may still come in.
func TestFileHolders(t *testing.T) {
	s := testStore(t, Server)
	const laptops, parts = 900, 8
	write(t, s, func(tx *Tx) error {
		must(t, tx.Put(sentTo(parts)))
		putLaptops(t, tx, laptops, func(i int) int {
			if i%3 == 0 {
				return parts - 1
			}
			return parts
		})
		lost := deviceOf(1)
		lost.Revoked = 5
		return tx.PutDevice(lost)
	})
	read(t, s, func(v *View) error {
		got, err := v.FileHolders("di", []app.CommandID{1})
		if len(got) != 599 {
			t.Errorf("%d laptops hold the file, want 599", len(got))
		}
		for _, h := range got {
			var i int
			if _, err := fmt.Sscanf(string(h.Device), "máy-%d", &i); err != nil || i%3 == 0 || i == 1 || h.Person != app.ID(fmt.Sprint("người-", i)) {
				t.Errorf("%+v", h)
			}
		}
		none, _ := v.FileHolders("di", []app.CommandID{1, 2})
		if len(none) != 0 {
			t.Errorf("%d laptops hold the draft too", len(none))
		}
		return err
	})
}

// TestPlanOfFileHolders: who holds a file is found from its segments by keys,
// without a look at every receipt or every laptop.
func TestPlanOfFileHolders(t *testing.T) {
	s := testStore(t, Server)
	read(t, s, func(v *View) error {
		var steps []string
		err := v.each("EXPLAIN QUERY PLAN "+fmt.Sprintf(fileHoldersSQL, marks(1)), []any{app.KindDocument, "di", 1}, func(rows *sql.Rows) error {
			var id, parent, unused int
			var step string
			err := rows.Scan(&id, &parent, &unused, &step)
			steps = append(steps, step)
			return err
		})
		all := strings.Join(steps, "; ")
		for _, want := range []string{"USING COVERING INDEX content_ref_record (kind=? AND record=? AND file=?)", "SEARCH f USING PRIMARY KEY (segment=?)", "SEARCH d USING"} {
			if !strings.Contains(all, want) {
				t.Errorf("no %q in %s", want, all)
			}
		}
		if slices.ContainsFunc(steps, func(s string) bool { return s == "SCAN f" || s == "SCAN d" || s == "SCAN content_ref" }) {
			t.Errorf("a table is read whole: %s", all)
		}
		return err
	})
}

// TestCourierAlarm: the first thing that a courier did stays noted until somebody
// lets it in again.
func TestCourierAlarm(t *testing.T) {
	s := testStore(t, Server)
	alarm := CourierAlarm{Office: "xa1", At: 7, Items: 3}
	write(t, s, func(tx *Tx) error {
		for i, want := range []bool{true, false} {
			if first, err := tx.PutCourierAlarm("máy", CourierAlarm{Office: "xa1", At: app.Time(7 + i), Items: 3}); first != want || err != nil {
				t.Errorf("noted: %v, %v", first, err)
			}
		}
		if got, err := tx.CourierAlarm("máy"); got != alarm || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		if all, err := tx.CourierAlarms(); len(all) != 1 || all["máy"] != alarm || err != nil {
			t.Errorf("%+v, %v", all, err)
		}
		must(t, tx.DeleteCourierAlarm("máy"))
		if got, err := tx.CourierAlarm("máy"); got.At != 0 || err != nil {
			t.Errorf("after it was let in: %+v, %v", got, err)
		}
		return nil
	})
}
