package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
	"khonggiay/app/dossier"
	"khonggiay/app/minutesdoc"
)

// NativeDossier asks to store the dossier of a meeting where the person says.
type NativeDossier struct {
	Meeting app.ID `json:"meeting" minLength:"1" maxLength:"64"`
}

func (a *API) dossierRoutes() {
	op := get("/meetings/{id}/dossier.zip", "getDossierZIP", "The dossier of a meeting as one file: an index, and all papers that the viewer may keep", "meetings")
	op.Responses = map[string]*huma.Response{"200": {Description: "the ZIP file", Content: map[string]*huma.MediaType{
		"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getDossierZIP)
	route(a, forPerson, post("/native/dossier", "nativeDossier", "Save the dossier of a meeting by the system's dialog (window)", "meetings"), a.nativeDossier)
}

// getDossierZIP streams the file. When a paper fails on the way the connection
// breaks, so that half a dossier never passes as one.
func (a *API) getDossierZIP(ctx context.Context, in *meetingInput) (*stream, error) {
	d, err := a.dossierOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/zip")
		c.SetHeader("Content-Disposition", disposition("attachment", dossier.FileName(d)))
		if err := dossier.Write(c.BodyWriter(), d); err != nil {
			if ctx.Err() == nil {
				a.Log.Error("writing a dossier", "meeting", in.ID, "err", err)
			}
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (a *API) nativeDossier(ctx context.Context, in *body[NativeDossier]) (*body[NativeSaved], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	d, err := a.dossierOf(ctx, in.Body.Meeting)
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		w.CloseWithError(dossier.Write(w, d))
	}()
	defer func() {
		_ = r.Close() // a writer that is not read any more ends
		<-written
	}()
	return a.saveAs(ctx, dossier.FileName(d), r)
}

// gathering is the papers of one meeting for one person.
type gathering struct {
	*look
	ctx     context.Context
	api     *API
	view    View
	meeting *app.Meeting
	entries []dossier.Entry
}

// dossierOf reads what belongs to a meeting and is for the viewer. Nothing is
// opened yet.
func (a *API) dossierOf(ctx context.Context, id app.ID) (dossier.Dossier, error) {
	g := &gathering{look: a.look(viewerOf(ctx)), ctx: ctx, api: a}
	var d dossier.Dossier
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := g.look.meeting(v, id)
		if err != nil {
			return err
		}
		g.view, g.meeting = v, m
		facts, err := g.facts(v, m)
		if err != nil {
			return err
		}
		d = dossier.Dossier{Title: m.Title, Organ: g.unit(m.Unit).Name, Held: facts.Started, Made: g.now, For: g.who(g.viewer.Person).Name}
		return g.gather(facts)
	})
	d.Entries = g.entries
	return d, err
}

func (g *gathering) gather(facts app.MinutesFacts) error {
	parts, err := g.view.MeetingParts(g.reader(), g.meeting.ID)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		kind dossier.Kind
		id   app.ID
	}{{dossier.Invitation, g.meeting.Invitation}, {dossier.Minutes, g.meeting.MinutesDoc}, {dossier.Notice, g.meeting.Notice}} {
		if err := g.document(p.kind, p.id); err != nil {
			return err
		}
	}
	names := minutesdoc.Names{Dir: g.dir, Day: facts.Started.Date()}
	g.made(dossier.Agenda, "Chương trình họp", "Chương trình họp.txt", minutesdoc.Agenda(facts, names))
	g.made(dossier.Vote, "Kết quả biểu quyết", "Kết quả biểu quyết.txt", minutesdoc.Votes(facts))
	g.materials(parts)
	for _, p := range parts {
		switch p := p.(type) {
		case *app.Session:
			g.votes(p)
		case *app.OpinionSlip:
			g.slip(p)
		}
	}
	if err := g.minutes(); err != nil {
		return err
	}
	return g.tasks()
}

func (g *gathering) add(e dossier.Entry) { g.entries = append(g.entries, e) }

// made adds lines that are written for the file; none when there are none.
func (g *gathering) made(k dossier.Kind, title, name string, lines []string) {
	if len(lines) > 0 {
		g.add(dossier.Entry{Kind: k, Title: title, Name: name, At: g.now, Open: dossier.Made(dossier.Lines(lines))})
	}
}

// stored adds a file of a record, as far as it is on this machine.
func (g *gathering) stored(e dossier.Entry, f app.File) {
	e.At, e.SHA256 = f.At, f.Content.SHA256
	e.Open = func() (io.ReadCloser, error) { return g.api.Contents.Open(g.ctx, f.Content) }
	g.add(e)
}

// document adds the files of a document of the meeting; one that the viewer may
// not see is told as such.
func (g *gathering) document(k dossier.Kind, id app.ID) error {
	if id == "" {
		return nil
	}
	d, err := g.readable(g.view, id)
	if errors.Is(err, app.ErrNotFound) {
		g.add(dossier.Entry{Kind: k, Title: k.String(), Absent: dossier.NotSeen})
		return nil
	}
	if err != nil {
		return err
	}
	keys := d.CurrentFiles()
	e := dossier.Entry{Kind: k, Title: d.Subject, Note: symbol(d.CodeNumber, d.Notation)}
	switch {
	case !g.can(app.ActDownload, d).Allow:
		e.Absent = dossier.NotSaved
		g.add(e)
		return nil
	case len(keys) == 0:
		e.Absent = dossier.NotHanded
		g.add(e)
	}
	for _, key := range keys {
		e.Name = d.Files[key].Name
		g.stored(e, d.Files[key])
	}
	return nil
}

// materials adds the newest version of each material that the viewer may keep, in
// the order of the agenda.
func (g *gathering) materials(parts []app.Record) {
	order := map[app.CommandID]int{}
	var all []*app.Material
	for _, p := range parts {
		switch p := p.(type) {
		case *app.AgendaSheet:
			for key, item := range p.Items {
				order[key] = item.Order + 1
			}
		case *app.Material:
			if p.Removed == 0 {
				all = append(all, p)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *app.Material) int {
		return cmp.Or(cmp.Compare(order[a.Item], order[b.Item]), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	for _, m := range all {
		e := dossier.Entry{Kind: dossier.Material, Title: m.Title, Note: dossier.MaterialNote(m)}
		v, ok := m.Versions[m.Newest()]
		switch {
		case !ok:
			e.Absent = dossier.NotHanded
			g.add(e)
		case m.MaySave(g.dir, g.actor, g.meeting) != nil:
			e.Absent = dossier.NotSaved
			g.add(e)
		default:
			e.Name = m.Title + path.Ext(v.File.Name)
			g.stored(e, v.File)
		}
	}
}

// votes adds the protocols of named votes, which only the server makes.
func (g *gathering) votes(s *app.Session) {
	for _, key := range slices.Sorted(maps.Keys(s.Votes)) {
		v := s.Votes[key]
		if v.Type != app.VoteNamed {
			continue
		}
		e := dossier.Entry{Kind: dossier.Vote, Title: "Biên bản kiểm phiếu: " + v.Title, Name: v.Title + ".json", At: v.Published}
		if v.State != app.VotePublished {
			e.Absent = dossier.NotPublic
			g.add(e)
			continue
		}
		meeting := g.meeting.ID
		e.Open = func() (io.ReadCloser, error) {
			if g.api.Protocols == nil {
				return nil, errNotHere
			}
			text, err := g.api.Protocols.Protocol(g.ctx, g.reader(), meeting, key)
			return io.NopCloser(bytes.NewReader(text)), err
		}
		g.add(e)
	}
}

// slip adds an opinion slip of the meeting with its files.
func (g *gathering) slip(s *app.OpinionSlip) {
	g.made(dossier.Slip, s.Title, s.Title+".txt", dossier.SlipLines(s))
	for _, key := range slices.Sorted(maps.Keys(s.Files)) {
		f := s.Files[key]
		g.stored(dossier.Entry{Kind: dossier.Slip, Title: s.Title, Note: f.Name, Name: f.Name}, f)
	}
}

// minutes adds the minutes as they would be printed, for those who run the meeting.
func (g *gathering) minutes() error {
	m, err := g.after(g.view, g.meeting.ID)
	if e := app.AsError(err); e != nil && e.Code == app.Forbidden {
		return nil
	}
	if err != nil {
		return err
	}
	if m.minutes.Body == "" && len(m.minutes.Standing()) == 0 {
		return nil
	}
	var b bytes.Buffer
	if err := minutesdoc.WriteMinutes(&b, g.minutesDoc(m)); err != nil {
		return err
	}
	g.add(dossier.Entry{Kind: dossier.Minutes, Title: "Biên bản, bản soạn trên hệ thống", Name: "Biên bản (bản soạn).pdf", At: cmp.Or(m.minutes.At, g.now), Open: dossier.Made(b.Bytes())})
	return nil
}

// tasks adds a table of the tasks that the viewer may see.
func (g *gathering) tasks() error {
	rows, err := g.view.Assignments(g.reader(), app.AssignmentQuery{Meeting: g.meeting.ID, Limit: 2000})
	if err != nil || len(rows) == 0 {
		return err
	}
	lines := make([]dossier.TaskLine, len(rows))
	for i, r := range rows {
		lines[i] = dossier.TaskLine{Text: r.Text, Given: r.Created.Date(), Due: r.Due, Reported: r.Reported, State: r.State, Progress: r.Progress, Late: r.Late(g.today)}
		if owner := g.named(r.Owner); owner != nil {
			lines[i].Owner = owner.Name
		}
		if r.Follower != "" {
			lines[i].Follower = g.who(r.Follower).Name
		}
	}
	table, err := dossier.Tasks(lines)
	if err != nil {
		return err
	}
	g.add(dossier.Entry{Kind: dossier.Task, Title: fmt.Sprintf("Bảng nhiệm vụ (%d)", len(rows)), Name: "Nhiệm vụ.csv", At: g.now, Open: dossier.Made(table)})
	return nil
}
