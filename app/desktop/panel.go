package desktop

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strconv"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// panel tells the truth about the line and what waits on either side of it.
type panel struct{ *App }

// shownCommands is how many commands of one list the panel shows.
const shownCommands = 200

// Status implements api.Sync.
func (p panel) Status(ctx context.Context) (api.SyncStatus, error) {
	l, err := p.enrolled()
	if err != nil {
		return api.SyncStatus{}, err
	}
	st, err := l.replica.Status(ctx)
	if err != nil {
		return api.SyncStatus{}, err
	}
	out := api.SyncStatus{
		State: l.state(), LastContact: st.Contact, ServerTimeOffset: int64(st.Skew),
		RefusedCount: st.Refused, Doubtful: st.Doubtful,
		Trouble: p.trouble(), Repair: p.disk.Repair(),
		FirstLoadComplete: st.Loaded, Epoch: strconv.FormatUint(l.identity().Epoch, 10),
	}
	if st.Level != 0 {
		out.Checks = &api.CheckResult{OK: !st.Broken, At: st.Level}
	}
	if out.Waiting, out.WaitingCount, err = p.waiting(ctx, l); err != nil {
		return out, err
	}
	if out.Refused, err = p.refused(ctx, l); err != nil {
		return out, err
	}
	if out.Uploads, err = p.uploads(ctx, l); err != nil {
		return out, err
	}
	if out.Downloads, err = p.downloads(ctx, l); err != nil {
		return out, err
	}
	out.Coming = l.coming(st)
	out.Courier = l.porter().status()
	return out, nil
}

// marks are given by merely opening a document or a material. They go up like everything
// else, but are no work that a person would wait for, and are not shown to wait.
var marks = []string{"readmark.set.1", "document.seen.1", "material.read.1"}

// waiting is the work that the server has not answered, and how much of it.
func (p panel) waiting(ctx context.Context, l *link) (out []api.WaitingItem, count int, err error) {
	out = []api.WaitingItem{}
	for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutDeferred} {
		entries, err := l.replica.Outbox(ctx, state)
		if err != nil {
			return nil, 0, err
		}
		entries = slices.DeleteFunc(entries, func(e replica.Entry) bool { return slices.Contains(marks, e.Name) })
		count += len(entries)
		for _, e := range entries[:min(len(entries), shownCommands)] {
			status := "waiting"
			switch {
			case state == feed.OutDeferred:
				status = "deferred"
			case e.Doubt != nil:
				status = "doubtful"
			case l.carrier.online(): // pushed as soon as it was given
				status = "sent"
			}
			out = append(out, api.WaitingItem{ID: e.ID, Name: e.Name, Target: targetOf(e), At: e.Given, Status: status,
				Subject: p.subject(ctx, e.Target)})
		}
	}
	return out, count, nil
}

func (p panel) refused(ctx context.Context, l *link) ([]api.RefusedItem, error) {
	entries, err := l.replica.Outbox(ctx, feed.OutRefused)
	if err != nil {
		return nil, err
	}
	out := []api.RefusedItem{}
	for _, e := range entries[:min(len(entries), shownCommands)] {
		item := api.RefusedItem{ID: e.ID, Name: e.Name, Target: targetOf(e), At: e.Given, Subject: p.subject(ctx, e.Target)}
		if e.Result != nil {
			item.Code, item.Reason, item.Data = e.Result.Code, e.Result.Reason, e.Result.Data
		}
		if e.Cmd != nil {
			item.Text, item.Args = textOf(e.Cmd.Args), e.Cmd.Args
			for _, f := range app.NewFiles(e.Cmd.Args) {
				item.Files = append(item.Files, api.RefusedFile{Name: f.Name, Size: f.Content.Size})
			}
		}
		out = append(out, item)
	}
	return out, nil
}

func targetOf(e replica.Entry) api.TargetRef {
	return api.TargetRef{Kind: e.Target.Kind, ID: e.Target.ID}
}

// subject is what the record is called, as far as it is still here.
func (p panel) subject(ctx context.Context, key app.Key) string {
	subject := ""
	_ = p.store.Read(ctx, func(v *sqlite.View) error { // a record that left has no subject
		r, err := v.Get(key)
		switch r := r.(type) {
		case *app.Document:
			subject = r.Subject
		case *app.Template:
			subject = r.Text
		case *app.Group:
			subject = r.Name
		case *app.Material:
			subject = r.Title
		}
		return err
	})
	return subject
}

// textOf is what the person wrote in a command: its text, or the subject of
// the document that it was to make or change.
func textOf(args any) string {
	v := reflect.Indirect(reflect.ValueOf(args))
	if v.Kind() != reflect.Struct {
		return ""
	}
	if f := v.FieldByName("Text"); f.IsValid() && f.Kind() == reflect.String && f.String() != "" {
		return f.String()
	}
	if f := v.FieldByName("Fields"); f.IsValid() {
		if fields, ok := reflect.Indirect(f).Interface().(app.Fields); ok {
			return fields.Subject
		}
	}
	if edit, ok := v.Interface().(app.DraftEdit); ok {
		text, _ := edit.Set["subject"].(string)
		return text
	}
	return ""
}

// uploads sums the segments that must go up by file.
func (p panel) uploads(ctx context.Context, l *link) ([]api.TransferItem, error) {
	var sends []sqlite.Send
	err := p.store.Read(ctx, func(v *sqlite.View) (err error) {
		sends, err = v.Sends()
		return err
	})
	if err != nil {
		return nil, err
	}
	up, o, done := queueWay(l.carrier.up.Snapshot()), outlook{}, map[app.Hash]int64{}
	o.add(up)
	for _, m := range up.items {
		done[m.name] = m.done
	}
	var out []api.TransferItem
	at := map[app.Hash]int{}
	for _, s := range sends {
		i, ok := at[s.File]
		if !ok {
			i = len(out)
			at[s.File] = i
			out = append(out, api.TransferItem{SHA256: s.File, Name: s.Name})
		}
		out[i].Total += s.Size
		out[i].Done += done[s.Segment]
		out[i].EstimateMs = max(out[i].EstimateMs, o[s.Segment].Milliseconds())
	}
	return out, nil
}

// Now implements api.Sync.
func (p panel) Now(context.Context) error {
	l, err := p.enrolled()
	if err != nil {
		return err
	}
	l.now()
	return nil
}

// Retry implements api.Sync.
func (p panel) Retry(ctx context.Context, _ api.Viewer, id app.CommandID) (api.Given, error) {
	l, err := p.enrolled()
	if err != nil {
		return api.Given{}, err
	}
	again, err := l.replica.Retry(ctx, id)
	if err != nil {
		return api.Given{}, err
	}
	l.wake()
	return api.Given{ID: again, Status: api.GivenPending}, nil
}

// Discard implements api.Sync.
func (p panel) Discard(ctx context.Context, id app.CommandID) error {
	l, err := p.enrolled()
	if err != nil {
		return err
	}
	return l.replica.Discard(ctx, id)
}

// RefusedFile implements api.Sync.
func (p panel) RefusedFile(ctx context.Context, id app.CommandID, n int) (app.File, io.ReadSeekCloser, error) {
	l, err := p.enrolled()
	if err != nil {
		return app.File{}, nil, err
	}
	entries, err := l.replica.Outbox(ctx, feed.OutRefused)
	if err != nil {
		return app.File{}, nil, err
	}
	for _, e := range entries {
		if e.ID != id || e.Cmd == nil {
			continue
		}
		files := app.NewFiles(e.Cmd.Args)
		if n >= len(files) {
			break
		}
		f := app.File{Name: files[n].Name, Media: files[n].Media, Content: files[n].Content, At: e.Given}
		src, err := p.files.OpenVersion(f.Content)
		if err != nil {
			return f, nil, content.AsRefusal(err, api.MaxUpload)
		}
		return f, src, nil
	}
	return app.File{}, nil, app.ErrNotFound
}

// Quarantine implements api.Sync: what was written about records that have
// left this person's scopes.
func (p panel) Quarantine(ctx context.Context) ([]api.QuarantineItem, error) {
	l, err := p.enrolled()
	if err != nil {
		return nil, err
	}
	out := []api.QuarantineItem{}
	states := map[feed.OutboxState]string{feed.OutWaiting: "waiting", feed.OutDeferred: "deferred", feed.OutRefused: "refused"}
	for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutDeferred, feed.OutRefused} {
		entries, err := l.replica.Outbox(ctx, state)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Lost == 0 || slices.Contains(marks, e.Name) {
				continue
			}
			item := api.QuarantineItem{ID: e.ID.String(), Command: e.ID, Name: e.Name, Kind: e.Target.Kind, At: e.Given, Since: e.Lost,
				Status: states[state], Reason: "record.left"}
			if e.Cmd != nil {
				item.Text = textOf(e.Cmd.Args)
			}
			out = append(out, item)
		}
	}
	return out, nil
}

// Pending implements api.Sync.
func (p panel) Pending(ctx context.Context) (map[app.ID][]app.CommandID, error) {
	out := map[app.ID][]app.CommandID{}
	if p.currentLink() == nil {
		return out, nil
	}
	err := p.store.Read(ctx, func(v *sqlite.View) error {
		for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutDeferred} {
			rows, err := v.Outbox(state, maxPending)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if k := row.Target.Kind; k == app.KindDocument || k >= app.KindMeeting && k <= app.KindAssignment {
					out[row.Target.ID] = append(out[row.Target.ID], row.ID)
				}
			}
		}
		return nil
	})
	for _, ids := range out {
		slices.Sort(ids)
	}
	return out, err
}

// maxPending bounds how much of a long outbox is looked at for one list.
const maxPending = 10_000
