package apptest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
)

// desk is held against the model: all that WaitingOf says of every document,
// for the holders of the person's scopes, each thing once.
func (s suite) desk(t *testing.T) {
	docs := Documents(5, 300)
	st := s.store(t, asRecords(docs)...)
	read(t, st, func(v View) error {
		for _, u := range Offices {
			for _, role := range []app.Role{app.RoleLeader, app.RoleDeputy, app.RoleClerk, app.RoleHead, app.RoleOfficer} {
				person := u + "." + app.ID(role)
				if err := s.checkDesk(t, v, person, docs); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (s suite) checkDesk(t *testing.T, v View, person app.ID, docs []*app.Document) error {
	viewer := s.viewer(v.Directory(), person)
	want := map[string]bool{}
	for _, d := range docs {
		held := app.ScopesOf(d, v.Directory())
		for _, w := range app.WaitingOf(d) {
			if slices.Contains(viewer.Scopes, w.Holder) && slices.Contains(held, w.Holder) {
				want[fmt.Sprint(d.ID, w.Queue, w.Ref, w.Receiver)] = true
			}
		}
	}
	desk, err := v.Desk(viewer, app.DeskQuery{Today: Today, Limit: 10000})
	if err != nil {
		return err
	}
	total := 0
	for _, n := range desk.Counts {
		total += n
	}
	if len(desk.Items) != len(want) || total != len(want) {
		t.Errorf("%s: %d items, counted %d, want %d", person, len(desk.Items), total, len(want))
	}
	last, overdue, dueToday := [3]int64{-9, 0, 0}, 0, 0
	for _, it := range desk.Items {
		key := fmt.Sprint(it.Document.ID, it.Queue, it.Ref, it.Receiver)
		if !want[key] {
			t.Errorf("%s: %s was not expected", person, key)
		}
		delete(want, key)
		due := int64(it.Due)
		if due == 0 {
			due = 1 << 40
		}
		at := [3]int64{-int64(it.Document.Urgency), due, int64(it.Since)}
		if slices.Compare(last[:], at[:]) > 0 {
			t.Errorf("%s: %v comes after %v", person, at, last)
		}
		last = at
		bound := it.Queue != app.QueueResult && it.Queue != app.QueueTaskReturned && it.Queue != app.QueueExtension && it.Queue != app.QueueNotice
		if it.Overdue != (bound && it.Due != 0 && it.Due < Today) {
			t.Errorf("%s: %s due on %s: overdue %t", person, it.Queue, it.Due, it.Overdue)
		}
		if it.Overdue {
			overdue++
		}
		if bound && it.Due == Today {
			dueToday++
		}
	}
	if desk.Overdue != overdue || desk.Today != dueToday {
		t.Errorf("%s: %d overdue and %d today, want %d and %d", person, desk.Overdue, desk.Today, overdue, dueToday)
	}
	for key := range want {
		t.Errorf("%s: %s is missing", person, key)
	}
	only, err := v.Desk(viewer, app.DeskQuery{Queues: []app.Queue{app.QueueTask}, Limit: 2})
	if len(only.Items) != min(2, desk.Counts[app.QueueTask]) || only.Counts[app.QueueTask] != desk.Counts[app.QueueTask] {
		t.Errorf("%s: two tasks asked for, got %d of %d", person, len(only.Items), only.Counts[app.QueueTask])
	}
	return err
}

func (s suite) duplicates(t *testing.T) {
	base := func(id string, change func(*app.Document)) *app.Document {
		d := &app.Document{
			ID: app.DeriveID("dup", id), Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Created: Now, Arrived: Now,
			CodeNumber: "308", Notation: "KH-UBND", IssuedDate: Today - 3, OrganName: "Ủy ban nhân dân tỉnh Đông Sơn",
			Subject: "Kế hoạch phòng chống thiên tai",
			Files:   map[app.CommandID]app.File{1: {Name: "a.pdf", Content: app.FileVersion{SHA256: app.Hash{1}}}},
		}
		change(d)
		return d
	}
	other := func(d *app.Document) { d.CodeNumber, d.Subject, d.Files = "1", "Khác", nil }
	st := s.store(t,
		base("file", func(d *app.Document) {
			other(d)
			d.Files = map[app.CommandID]app.File{1: {Content: app.FileVersion{SHA256: app.Hash{1}}}}
		}),
		base("number", func(d *app.Document) {
			other(d)
			d.CodeNumber, d.OrganName = "0308", "UỶ BAN NHÂN DÂN TỈNH ĐÔNG SƠN"
		}),
		base("other date", func(d *app.Document) { other(d); d.CodeNumber, d.IssuedDate = "308", Today-400 }),
		base("subject", func(d *app.Document) { other(d); d.Subject = "kế hoạch  phòng chống thiên tai" }),
		base("other office", func(d *app.Document) { d.Unit = "xa2" }),
		base("other way", func(d *app.Document) { d.Direction, d.State, d.Drafter = app.Outgoing, app.OutDraft, "xa1.clerk" }),
		base("unlike", other),
		base("itself", func(*app.Document) {}))
	read(t, st, func(v View) error {
		itself := base("itself", func(*app.Document) {})
		found, err := v.Duplicates(s.viewer(v.Directory(), "xa1.clerk"), app.DuplicateQuery{
			Unit: "xa1", Direction: app.Incoming, CodeNumber: itself.CodeNumber, Notation: itself.Notation, IssuedDate: itself.IssuedDate,
			OrganName: itself.OrganName, Subject: itself.Subject, Files: []app.Hash{{1}}, Except: itself.ID,
		})
		var got []string
		for _, d := range found {
			for _, name := range []string{"file", "number", "other date", "subject", "other office", "other way", "unlike", "itself"} {
				if d.Document.ID == app.DeriveID("dup", name) {
					got = append(got, string(d.Reason)+"="+name)
				}
			}
		}
		if s := strings.Join(got, " "); s != "file=file number=number subject=subject" {
			t.Errorf("found %s", s)
		}
		return err
	})
}
