package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
)

// TestSigningDue: what is due follows the documents, and is found by an index.
func TestSigningDue(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "s.db"), Role: Server, Clock: func() app.Time { return apptest.Today.Start() }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put := func(id app.ID, change func(*app.Document)) {
		t.Helper()
		f := app.File{Name: "x.pdf", Media: "application/pdf", AtServer: 1, Content: app.FileVersion{SHA256: app.Hash{1}, Size: 1, Segments: []app.Segment{{Name: app.Hash{2}, Size: 2, Plain: 1}}}}
		d := &app.Document{ID: id, Direction: app.Incoming, Unit: "x1", State: app.InReceived, Files: map[app.CommandID]app.File{1: f}}
		change(d)
		if err := s.Write(t.Context(), func(tx *Tx) error { return tx.Put(d) }); err != nil {
			t.Fatal(err)
		}
	}
	verdict := func(v app.Verdict) func(*app.Document) {
		return func(d *app.Document) { f := d.Files[1]; f.Verdict = v; d.Files[1] = f }
	}
	want := func(due app.SigningDue, docs ...app.ID) {
		t.Helper()
		err := s.Read(t.Context(), func(v *View) error {
			got, err := v.SigningDue(due, "", 10)
			if err == nil && !slices.Equal(got, docs) {
				t.Errorf("%b: %v, not %v", due, got, docs)
			}
			if n, err := v.SigningWaits(due); err != nil || n != len(docs) {
				t.Errorf("%b: %d %v", due, n, err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("a", func(*app.Document) {})
	put("b", verdict(app.Verdict{Indication: "INDETERMINATE", Sub: "TRY_LATER", Signatures: 1}))
	put("c", verdict(app.Verdict{Indication: "TOTAL-PASSED", Signatures: 1}))
	want(app.DueVerdict, "a")
	want(app.DueLater, "b")
	want(app.DueTrust, "b")
	want(app.DueStamp)
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(app.DueVerdict, "a")
	put("a", verdict(app.Verdict{Indication: "INDETERMINATE", Sub: "SIGNED_DATA_NOT_FOUND"}))
	want(app.DueVerdict)
	err = s.Read(t.Context(), func(v *View) error {
		for due, index := range map[app.SigningDue]string{app.DueVerdict: "signing_due_now", app.DueStamp: "signing_due_stamp",
			app.DueEvidence: "signing_due_evidence", app.DueArchive: "signing_due_archive"} {
			err := v.each(fmt.Sprintf("EXPLAIN QUERY PLAN SELECT doc FROM signing_due WHERE due & %d AND doc > ? ORDER BY doc LIMIT ?", due), []any{"", 1}, func(rows *sql.Rows) error {
				var id, parent, unused int
				var step string
				if err := rows.Scan(&id, &parent, &unused, &step); err != nil || !strings.Contains(step, index) {
					t.Errorf("%b: %s %v", due, step, err)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRowsTellWhatIsDigital: a list shows which of the two signatures are in the
// file; one on paper, or on an attachment, is neither. Copies are no files of the
// document.
func TestRowsTellWhatIsDigital(t *testing.T) {
	file := func(role app.FileRole) app.File { return app.File{Name: "x.pdf", Role: role} }
	r := shownOf(&app.Document{
		Files: map[app.CommandID]app.File{1: file(app.FileMain), 2: file(app.FileAttachment), 3: file(app.FileCopy)},
		Signatures: map[app.CommandID]app.Signature{
			4: {Kind: app.SignaturePerson}, 5: {Kind: app.SignatureAttachment, Digital: true},
		},
	})
	if r.Signed || r.Sealed || r.Files != 2 {
		t.Errorf("signed on paper: %+v", r)
	}
	r = shownOf(&app.Document{Signatures: map[app.CommandID]app.Signature{
		4: {Kind: app.SignaturePerson, Digital: true}, 5: {Kind: app.SignatureOrgan},
	}})
	if !r.Signed || r.Sealed {
		t.Errorf("signed digitally, sealed on paper: %+v", r)
	}
}
