package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"khonggiay/app"
)

func wordDoc(id app.ID, subject string) *app.Document {
	return &app.Document{ID: id, Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Subject: subject, Created: testNow, Arrived: testNow}
}

// wordsIn lists the words on the disk, and checks that they are those in mind.
func wordsIn(t *testing.T, s *Store) []string {
	t.Helper()
	var onDisk []string
	err := s.Read(context.Background(), func(v *View) error {
		words, _, err := v.expand("")
		onDisk = words[1:]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if inMind := slices.Sorted(maps.Keys(s.words)); s.words != nil && !slices.Equal(inMind, onDisk) {
		t.Errorf("in mind %q, on the disk %q", inMind, onDisk)
	}
	return onDisk
}

// TestWordsFollowTheIndex: words come with documents, not with what was undone,
// and go with the last document that held them.
func TestWordsFollowTheIndex(t *testing.T) {
	for _, role := range []Role{Replica, Server} {
		t.Run(role.String(), func(t *testing.T) {
			s := testStore(t, role)
			write(t, s, func(tx *Tx) error { return tx.Put(wordDoc("d1", "Họp giao ban")) })
			undone := errors.New("undone")
			write(t, s, func(tx *Tx) error {
				err := tx.Savepoint(func() error {
					if err := tx.Put(wordDoc("d2", "Kiểm tra")); err != nil {
						return err
					}
					return errors.Join(tx.project(), undone)
				})
				if !errors.Is(err, undone) {
					t.Errorf("savepoint: %v", err)
				}
				return tx.Put(wordDoc("d3", "Kiểm kê giao thông"))
			})
			if err := s.Write(context.Background(), func(tx *Tx) error {
				return errors.Join(tx.Put(wordDoc("d4", "Đất đai")), tx.project(), undone)
			}); !errors.Is(err, undone) {
				t.Errorf("write: %v", err)
			}
			if got, want := wordsIn(t, s), []string{"ban", "giao", "hop", "ke", "kiem", "thong"}; !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
			write(t, s, func(tx *Tx) error { return tx.Delete(app.Key{Kind: app.KindDocument, ID: "d1"}) })
			if err := s.finishPurge(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got, want := wordsIn(t, s), []string{"giao", "ke", "kiem", "thong"}; !slices.Equal(got, want) {
				t.Errorf("after the purge %q, want %q", got, want)
			}
			write(t, s, func(tx *Tx) error { return tx.Put(wordDoc("d5", "Ban nội chính")) })
			if got, want := wordsIn(t, s), []string{"ban", "chinh", "giao", "ke", "kiem", "noi", "thong"}; !slices.Equal(got, want) {
				t.Errorf("after another document %q, want %q", got, want)
			}
			if err := s.Rebuild(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got, want := wordsIn(t, s), []string{"ban", "chinh", "giao", "ke", "kiem", "noi", "thong"}; !slices.Equal(got, want) {
				t.Errorf("after a rebuild %q, want %q", got, want)
			}
		})
	}
}

// TestUnfinishedWords finds the same whatever the length, few words that go on
// or more than are named, and in the last word of a phrase.
func TestUnfinishedWords(t *testing.T) {
	for _, role := range []Role{Replica, Server} {
		t.Run(role.String(), func(t *testing.T) {
			s := testStore(t, role)
			const many = maxWords + 20
			write(t, s, func(tx *Tx) error {
				for i := range many {
					d := wordDoc(app.ID(fmt.Sprintf("d%03d", i)), fmt.Sprintf("nghiem%03d thu", i))
					d.Created += app.Time(i)
					d.Arrived = d.Created
					if err := tx.Put(d); err != nil {
						return err
					}
				}
				return nil
			})
			viewer := app.Viewer{Scopes: []app.Scope{app.RoleScope("xa1", app.RoleClerk)}, All: role == Replica}
			for text, want := range map[string]int{
				"n": many, "ng": many, "ngh": many, "nghi": many, "nghiem": many, "nghiem0": 100, "nghiem01": 10, "nghiem012": 1,
				"nghiem01 ": 0, "nghiem012 t": 1, "nghiem012-t": 1, "nghiem012-x": 0, "nghiem012 thu x": 0, "thu nghiem05": 10,
			} {
				page, err := s.Documents(context.Background(), viewer, app.DocumentQuery{Text: text, Limit: 500})
				if err != nil || page.Total != want || len(page.Items) != want {
					t.Errorf("%q: counted %d, got %d, want %d, %v", text, page.Total, len(page.Items), want, err)
				}
			}
		})
	}
}
