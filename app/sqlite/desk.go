package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"khonggiay/app"
)

// Desk is what waits for the viewer today.
func (s *Store) Desk(ctx context.Context, viewer app.Viewer, q app.DeskQuery) (desk app.Desk, err error) {
	err = s.Read(ctx, func(v *View) (err error) {
		desk, err = v.Desk(viewer, q)
		return err
	})
	return desk, err
}

// onDesk is an item before its document is read.
type onDesk struct {
	app.Waiting
	row     int64
	urgency app.Urgency
}

// Desk is [Store.Desk] in a snapshot.
func (v *View) Desk(viewer app.Viewer, q app.DeskQuery) (app.Desk, error) {
	desk := app.Desk{Counts: map[app.Queue]int{}}
	viewer, err := v.ready(viewer)
	if err != nil {
		return desk, err
	}
	if q.Limit <= 0 {
		q.Limit = 200
	}
	today := v.today(q.Today)
	items, err := v.waiting(viewer)
	if err != nil {
		return desk, err
	}
	for _, it := range items {
		desk.Counts[it.Queue]++
		switch {
		case late(it.Waiting, today):
			desk.Overdue++
		case it.Due == today && binds(it.Queue):
			desk.Today++
		}
	}
	if len(q.Queues) > 0 {
		items = slices.DeleteFunc(items, func(it onDesk) bool { return !slices.Contains(q.Queues, it.Queue) })
	}
	if desk.Items, err = v.deskItems(viewer, items[:min(len(items), q.Limit)], today); err != nil {
		return desk, err
	}
	desk.Unread, err = v.unread(viewer)
	return desk, err
}

// binds reports whether the deadline of an item in the queue binds the one for
// whom it waits, and not somebody else.
func binds(q app.Queue) bool {
	switch q {
	case app.QueueResult, app.QueueTaskReturned, app.QueueExtension, app.QueueNotice:
		return false
	}
	return true
}

func late(w app.Waiting, today app.Date) bool { return w.Due != 0 && w.Due < today && binds(w.Queue) }

// waiting lists what waits for the holders of the viewer's scopes, each thing
// once, in the order of the desk.
func (v *View) waiting(viewer app.Viewer) ([]onDesk, error) {
	if len(viewer.Scopes) == 0 {
		return nil, nil
	}
	var w where
	in(&w, "w.holder", viewer.Scopes)
	var items []onDesk
	err := v.each(`SELECT w.row, w.queue, w.holder, w.ref, w.receiver, w.due, w.since, d.urgency
		FROM waiting w CROSS JOIN document_index d ON d.row = w.row`+w.sql(), w.args, func(rows *sql.Rows) error {
		var it onDesk
		err := rows.Scan(&it.row, &it.Queue, &it.Holder, &it.Ref, &it.Receiver, &it.Due, &it.Since, &it.urgency)
		items = append(items, it)
		return err
	})
	if err != nil {
		return nil, err
	}
	other := func(it onDesk) int { return int(toInt(giverOf(it.Holder, viewer.Person) != "")) }
	slices.SortFunc(items, func(a, b onDesk) int { // the same thing together, the viewer's own first
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Ref, b.Ref),
			cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(other(a), other(b)), cmp.Compare(a.Holder, b.Holder))
	})
	items = slices.CompactFunc(items, func(a, b onDesk) bool {
		return a.row == b.row && a.Queue == b.Queue && a.Ref == b.Ref && a.Receiver == b.Receiver
	})
	slices.SortFunc(items, compareOnDesk)
	return items, nil
}

// compareOnDesk puts the most urgent first, then the nearest deadline, then
// what has waited longest.
func compareOnDesk(a, b onDesk) int {
	due := func(d app.Date) int64 {
		if d == 0 {
			return noDue
		}
		return int64(d)
	}
	return cmp.Or(cmp.Compare(b.urgency, a.urgency), cmp.Compare(due(a.Due), due(b.Due)), cmp.Compare(a.Since, b.Since),
		cmp.Compare(a.row, b.row), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Receiver, b.Receiver))
}

// giverOf is the person whose work the scope is, when that is not the viewer.
func giverOf(holder app.Scope, viewer app.ID) app.ID {
	of, _ := holder.Parts()
	if of.Kind != app.OfWork || of.Person == viewer {
		return ""
	}
	return of.Person
}

// deskItems reads the documents of the items.
func (v *View) deskItems(viewer app.Viewer, items []onDesk, today app.Date) ([]app.DeskItem, error) {
	if len(items) == 0 {
		return nil, nil
	}
	at := make([]position, len(items))
	for i, it := range items {
		at[i].row = it.row
	}
	byRow, err := v.shown(viewer, "row", at)
	if err != nil {
		return nil, err
	}
	out := make([]app.DeskItem, len(items))
	for i, it := range items {
		out[i] = app.DeskItem{Waiting: it.Waiting, Document: byRow[it.row], Overdue: late(it.Waiting, today), Giver: giverOf(it.Holder, viewer.Person)}
	}
	return out, nil
}

// unread counts open incoming documents that the viewer has not opened.
func (v *View) unread(viewer app.Viewer) (int, error) {
	q := app.DocumentQuery{Direction: app.Incoming, Open: true, Unread: true}
	src, ok, err := v.listSource(viewer, &q)
	if err != nil || !ok {
		return 0, err
	}
	v.filter(&src, viewer, &q)
	n, _, err := v.count(src)
	return int(n), err
}
