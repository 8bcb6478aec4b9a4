package apptest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"khonggiay/app"
)

// randomQuery asks for one to three things.
func randomQuery(r *rand.Rand) app.DocumentQuery {
	q := app.DocumentQuery{Today: Today, Limit: 1 + r.IntN(60),
		Sort: pick(r, []app.Sort{"", "", app.SortMoved, app.SortIssued, app.SortNumber, app.SortUrgency, app.SortDue}), Reverse: r.IntN(3) == 0}
	for range 1 + r.IntN(3) {
		switch r.IntN(13) {
		case 0:
			q.Direction = app.Incoming
		case 1:
			q.Direction = app.Outgoing
		case 2:
			q.Unit = pick(r, Offices)
		case 3:
			q.States = []app.State{pick(r, inStates), pick(r, outStates)}
		case 4:
			q.Types = []app.TypeCode{pick(r, types), pick(r, types)}
		case 5:
			q.Urgency = []app.Urgency{app.UrgencyVery, app.UrgencyImmediate}
		case 6:
			q.Book, q.BookYear = pick(r, Offices)+".den", 2025
		case 7:
			q.From = Today - app.Date(r.IntN(700))
		case 8:
			q.To = Today - app.Date(r.IntN(700))
		case 9:
			q.Open = true
		case 10:
			q.Overdue = true
		case 11:
			q.Assigned, q.Unread = r.IntN(2) == 0, r.IntN(2) == 0
		case 12:
			q.Mine = true
		}
	}
	return q
}

// all reads every page.
func all(v View, viewer app.Viewer, q app.DocumentQuery) (ids []app.ID, first app.DocumentPage, err error) {
	for page := 0; ; page++ {
		p, err := v.Documents(viewer, q)
		if err != nil {
			return ids, first, err
		}
		if page == 0 {
			first = p
		} else if p.Total != first.Total || p.More != first.More {
			return ids, first, fmt.Errorf("page %d counts %d, the first counted %d", page, p.Total, first.Total)
		}
		if len(p.Items) > q.Limit || len(p.Items) == 0 && p.Next != "" {
			return ids, first, fmt.Errorf("page %d has %d items of %d, next %q", page, len(p.Items), q.Limit, p.Next)
		}
		ids = append(ids, rowIDs(p.Items)...)
		if p.Next == "" {
			return ids, first, nil
		}
		q.Cursor = p.Next
	}
}

// lists answers random queries as the model does, for people in every role.
func (s suite) lists(t *testing.T) {
	docs := Documents(1, 400)
	read1 := map[app.ID]map[app.ID]bool{}
	records := asRecords(docs)
	r := rand.New(rand.NewPCG(2, 2))
	var people []app.ID
	for _, u := range Offices {
		for _, role := range []app.Role{app.RoleLeader, app.RoleClerk, app.RoleHead, app.RoleOfficer} {
			p := u + "." + app.ID(role)
			people = append(people, p)
			read1[p] = map[app.ID]bool{}
			for range 60 {
				d := pick(r, docs).ID
				read1[p][d] = true
				records = append(records, &app.ReadMark{ID: app.ReadMarkID(p, d), Person: p, Doc: d, At: Now})
			}
		}
	}
	st := s.store(t, records...)
	read(t, st, func(v View) error {
		for range 400 {
			person := pick(r, people)
			viewer, q := s.viewer(v.Directory(), person), randomQuery(r)
			want := expect(docs, v.Directory(), viewer, q, read1[person])
			got, first, err := all(v, viewer, q)
			if err != nil {
				return fmt.Errorf("%s %+v: %w", person, q, err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s asks %+v:\ngot  %d %v\nwant %d %v", person, q, len(got), got, len(want), want)
			}
			if first.Total != len(want) || first.More {
				t.Fatalf("%s asks %+v: counted %d, more %t, there are %d", person, q, first.Total, first.More, len(want))
			}
			for _, row := range first.Items {
				if row.Unread == read1[person][row.ID] {
					t.Fatalf("%s: %s unread %t", person, row.ID, row.Unread)
				}
			}
		}
		return nil
	})
}

// paging: while documents come in, change and go, a reader of pages sees each
// document that stays exactly once.
func (s suite) paging(t *testing.T) {
	docs := Documents(3, 200)
	st := s.store(t, asRecords(docs[:100])...)
	viewer := app.Viewer{}
	read(t, st, func(v View) error { viewer = s.viewer(v.Directory(), "xa1.clerk"); return nil })
	seen := map[app.ID]int{}
	q := app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", Limit: 3}
	for step := 100; ; step += 2 {
		var page app.DocumentPage
		read(t, st, func(v View) (err error) {
			page, err = v.Documents(viewer, q)
			return err
		})
		for _, r := range page.Items {
			seen[r.ID]++
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
		write(t, st, func(tx Tx) error {
			for _, d := range docs[step : step+2] { // newer ones
				if err := tx.Put(d); err != nil {
					return err
				}
			}
			d := docs[step-100]
			d.Remarks = map[app.CommandID]app.Remark{1: {By: "xa1.clerk", At: Now, Text: "đã xem"}}
			return tx.Put(d)
		})
	}
	for _, d := range docs[:100] {
		want := 0
		if d.Unit == "xa1" && d.Direction == app.Incoming {
			want = 1
		}
		if seen[d.ID] != want {
			t.Errorf("%s was shown %d times, want %d", d.ID, seen[d.ID], want)
		}
	}
}

// permission: single documents, rows and templates obey the same scopes, and a
// document that moves on is seen by those who then hold it.
func (s suite) permission(t *testing.T) {
	docs := Documents(4, 60)
	st := s.store(t, append(asRecords(docs),
		&app.Template{ID: "t1", Unit: "xa1", Text: "Giao Văn phòng"},
		&app.Template{ID: "t2", Person: "xa2.leader", Text: "Kính chuyển"})...)
	ids := idsOf(docs, func(d *app.Document) app.ID { return d.ID })
	check := func(v View, person app.ID) error {
		viewer := s.viewer(v.Directory(), person)
		rows, err := v.Rows(viewer, ids)
		if err != nil {
			return err
		}
		for _, d := range docs {
			want := sees(viewer, d, v.Directory())
			if _, got := rows[d.ID]; got != want {
				t.Errorf("%s, row of %s: %t, want %t", person, d.ID, got, want)
			}
			if _, _, err := v.Document(viewer, d.ID); (err == nil) != want {
				t.Errorf("%s opens %s: %v, want %t", person, d.ID, err, want)
			}
		}
		return nil
	}
	read(t, st, func(v View) error {
		for _, p := range []app.ID{"xa1.clerk", "xa1.officer", "xa2.leader", "snv.head"} {
			if err := check(v, p); err != nil {
				return err
			}
		}
		templates, err := v.Records(s.viewer(v.Directory(), "xa1.leader"), app.KindTemplate)
		if want := map[bool]int{true: 1, false: 2}[s.server]; len(templates) != want {
			t.Errorf("%d templates, want %d", len(templates), want)
		}
		nobody, err2 := v.Documents(app.Viewer{Person: "xa1.clerk"}, app.DocumentQuery{})
		if len(nobody.Items) != 0 || nobody.Total != 0 {
			t.Errorf("without scopes %d documents are listed", len(nobody.Items))
		}
		if err == nil {
			err = err2
		}
		return err
	})
	write(t, st, func(tx Tx) error {
		for _, d := range docs {
			if d.Direction == app.Incoming {
				d.State, d.Submitted = app.InSubmitted, d.Unit+".deputy"
			}
			if err := tx.Put(d); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, st, func(v View) error {
		desk, err := v.Desk(s.viewer(v.Directory(), "xa1.deputy"), app.DeskQuery{Limit: 1000})
		if err != nil {
			return err
		}
		if desk.Counts[app.QueueDirect] == 0 {
			t.Error("nothing waits for the deputy to whom all was submitted")
		}
		return check(v, "xa1.deputy")
	})
	write(t, st, func(tx Tx) error {
		for _, id := range ids {
			if err := tx.Delete(app.Key{Kind: app.KindDocument, ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, st, func(v View) error {
		viewer := s.viewer(v.Directory(), "xa1.clerk")
		page, err := v.Documents(viewer, app.DocumentQuery{})
		found, err2 := v.Documents(viewer, app.DocumentQuery{Text: "về việc"})
		desk, err3 := v.Desk(viewer, app.DeskQuery{})
		if len(page.Items)+len(found.Items)+len(desk.Items) != 0 {
			t.Errorf("after deleting all: %d listed, %d found, %d on the desk", len(page.Items), len(found.Items), len(desk.Items))
		}
		for _, e := range []error{err2, err3} {
			if err == nil {
				err = e
			}
		}
		return err
	})
}
