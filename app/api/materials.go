package api

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
)

// MaterialsView is what the viewer may see of a meeting's materials.
type MaterialsView struct {
	Items     []AgendaRef    `json:"items" doc:"of the agenda that the viewer sees, in their order"`
	Materials []MaterialView `json:"materials" doc:"by agenda item, those of the meeting itself first, then in their order"`
	Actions   []ActionInfo   `json:"actions" doc:"that make a material, or are about all of them"`
	Due       app.Time       `json:"due,omitempty" doc:"when all are to be there"`
}

// AgendaRef names an agenda item.
type AgendaRef struct {
	Key   app.CommandID `json:"key"`
	Title string        `json:"title"`
	Order int           `json:"order"`
}

// MaterialView is one paper of a meeting.
type MaterialView struct {
	ID        app.ID             `json:"id"`
	Version   uint64             `json:"version" doc:"of the record"`
	Title     string             `json:"title"`
	Kind      app.MaterialKind   `json:"kind" enum:"main,reference,draft_resolution,personal,conclusion"`
	State     app.MaterialState  `json:"state" enum:"asked,draft,pending,rejected,waits,open,recalled"`
	Item      app.CommandID      `json:"item,omitempty" doc:"agenda item; absent: of the meeting itself"`
	Order     int                `json:"order,omitempty"`
	Unit      *UnitRef           `json:"unit,omitempty" doc:"that prepares it"`
	Preparer  *PersonRef         `json:"preparer,omitempty"`
	Due       app.Time           `json:"due,omitempty"`
	Reason    string             `json:"reason,omitempty" doc:"why it was rejected"`
	Reviewer  *PersonRef         `json:"reviewer,omitempty"`
	Reviewed  app.Time           `json:"reviewed,omitempty"`
	Access    app.MaterialAccess `json:"access" enum:"ALL,ROLE,PERSONS"`
	Roles     []app.MeetingRole  `json:"roles"`
	Persons   []NamedRef         `json:"persons"`
	OpenFrom  app.Time           `json:"openFrom,omitempty"`
	RecallAt  app.Time           `json:"recallAt,omitempty"`
	Opened    app.Time           `json:"opened,omitempty"`
	Recalled  app.Time           `json:"recalled,omitempty"`
	Print     bool               `json:"print,omitempty" doc:"readers may print it"`
	Download  bool               `json:"download,omitempty" doc:"readers may save it"`
	Watermark bool               `json:"watermark,omitempty"`
	Mine      MaterialRights     `json:"mine"`
	Versions  []MaterialVersion  `json:"versions" doc:"newest first"`
	Newest    app.CommandID      `json:"newest,omitempty" doc:"absent: nothing has been handed in"`
	Read      app.Time           `json:"read,omitempty" doc:"when the viewer last opened it"`
	Unread    bool               `json:"unread,omitempty" doc:"the viewer has not opened the newest version"`
	ReadBy    int                `json:"readBy,omitempty" doc:"participants who have opened the newest version; for those who run the meeting"`
	Actions   []ActionInfo       `json:"actions"`
	Pending   bool               `json:"pending,omitempty" doc:"the server has not answered yet"`
}

// MaterialRights is what the viewer may do with a material beside reading it.
type MaterialRights struct {
	Print    bool `json:"print"`
	Download bool `json:"download"`
}

// MaterialVersion is one version of a material.
type MaterialVersion struct {
	Key      app.CommandID `json:"key"`
	Number   int           `json:"number" doc:"1 is the first"`
	Name     string        `json:"name"`
	Media    string        `json:"media"`
	Size     int64         `json:"size"`
	SHA256   app.Hash      `json:"sha256"`
	By       PersonRef     `json:"by"`
	At       app.Time      `json:"at"`
	Note     string        `json:"note,omitempty" doc:"what has changed"`
	Here     bool          `json:"here" doc:"whole on this machine"`
	Progress *Coming       `json:"progress,omitempty" doc:"absent when it is here"`
	AtServer bool          `json:"atServer"`
}

type materialFileInput struct {
	ID       app.ID `path:"id" maxLength:"64"`
	Material app.ID `path:"material" maxLength:"64"`
	Key      uint64 `path:"key"`
	Download bool   `query:"download" doc:"save it instead of showing it"`
}

func (a *API) materialRoutes() {
	route(a, forPerson, get("/meetings/{id}/materials", "listMaterials", "A meeting's materials, as the viewer may see them", "meetings"), a.listMaterials)
	op := get("/meetings/{id}/materials/{material}/files/{key}", "getMaterialFile", "A material's bytes, with ranges", "content")
	op.Responses = a.fileResponses()
	route(a, forPerson, op, a.getMaterialFile)
	route(a, forPerson, get("/meetings/{id}/readiness", "getReadiness", "Who has which material on which machine", "meetings"), a.getReadiness)
}

func (a *API) listMaterials(ctx context.Context, in *meetingInput) (*body[MaterialsView], error) {
	l := a.look(viewerOf(ctx))
	pending, err := a.pendingRecords(ctx)
	if err != nil {
		return nil, err
	}
	var out MaterialsView
	err = a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		parts, err := v.MeetingParts(l.reader(), m.ID)
		if err != nil {
			return err
		}
		out, err = (&papersView{look: l, meeting: m, contents: a.Contents, pending: pending}).view(v, parts)
		return err
	})
	return &body[MaterialsView]{out}, err
}

// pendingRecords are the records about which a command waits for the server.
func (a *API) pendingRecords(ctx context.Context) (map[app.ID][]app.CommandID, error) {
	if a.Sync == nil {
		return nil, nil
	}
	return a.Sync.Pending(ctx)
}

// papersView computes the view of a meeting's materials.
type papersView struct {
	*look
	meeting  *app.Meeting
	contents Contents
	pending  map[app.ID][]app.CommandID
	read     map[app.ID]app.Time   // by the viewer, by material
	others   []map[app.ID]app.Time // by participants
}

func (p *papersView) view(v View, parts []app.Record) (MaterialsView, error) {
	out := MaterialsView{Items: []AgendaRef{}, Materials: []MaterialView{}, Actions: []ActionInfo{}, Due: p.meeting.Rules.MaterialsDue}
	for _, act := range []app.Action{"material.ask", "material.add", app.ActReadiness} {
		dec := app.Can(p.dir, p.actor, act, p.meeting)
		if dec.Allow && p.meeting.Secret {
			dec = app.Decision{Action: act, Reason: "material.secret_meeting"}
		}
		out.Actions = append(out.Actions, ActionInfo{act, dec.Allow, dec.Reason})
	}
	for _, part := range parts {
		switch r := part.(type) {
		case *app.AgendaSheet:
			for key, item := range r.Items {
				if item.Removed == 0 {
					out.Items = append(out.Items, AgendaRef{key, item.Title, item.Order})
				}
			}
		case *app.Attendance:
			p.others = append(p.others, r.Read)
			if r.Person == p.viewer.Person {
				p.read = r.Read
			}
		}
	}
	slices.SortFunc(out.Items, func(a, b AgendaRef) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key)) })
	for _, part := range parts {
		m, ok := part.(*app.Material)
		if !ok || m.Removed != 0 {
			continue
		}
		version, err := v.Version(m.Key())
		if err != nil {
			return out, err
		}
		out.Materials = append(out.Materials, p.material(m, version))
	}
	place := func(m MaterialView) int {
		return slices.IndexFunc(out.Items, func(i AgendaRef) bool { return i.Key == m.Item })
	}
	slices.SortStableFunc(out.Materials, func(a, b MaterialView) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (p *papersView) material(m *app.Material, version uint64) MaterialView {
	keep := m.MayKeep(p.dir, p.actor, p.meeting)
	out := MaterialView{ID: m.ID, Version: version, Title: m.Title, Kind: m.Kind, State: m.State(), Item: m.Item, Order: m.Order,
		Unit: p.unit(m.Unit), Preparer: p.person(m.Preparer), Due: m.Due, Reason: m.Reason, Reviewer: p.person(m.Reviewer), Reviewed: m.Reviewed,
		Access: m.Access, Roles: append([]app.MeetingRole{}, m.Roles...), Persons: []NamedRef{}, OpenFrom: m.OpenFrom, RecallAt: m.RecallAt,
		Opened: m.Opened, Recalled: m.Recalled, Print: m.Print, Download: m.Download, Watermark: m.Watermark,
		Mine: MaterialRights{Print: keep || m.Print, Download: keep || m.Download}, Newest: m.Newest(), Read: p.read[m.ID],
		Versions: p.versions(m), Actions: actions(app.AllowedMaterial(p.dir, p.actor, p.meeting, m)), Pending: len(p.pending[m.ID]) > 0}
	for _, id := range m.Persons {
		out.Persons = append(out.Persons, *p.named(id))
	}
	if newest, ok := m.Versions[out.Newest]; ok {
		out.Unread = out.Read < newest.File.At
		for _, read := range p.others {
			if read[m.ID] >= newest.File.At {
				out.ReadBy++
			}
		}
	}
	return out
}

func (p *papersView) versions(m *app.Material) []MaterialVersion {
	out := []MaterialVersion{}
	for key := m.Newest(); key != 0; {
		v, ok := m.Versions[key]
		if !ok {
			break
		}
		f := v.File
		row := MaterialVersion{Key: key, Name: f.Name, Media: f.Media, Size: f.Content.Size, SHA256: f.Content.SHA256, By: p.who(f.By), At: f.At,
			Note: v.Note, AtServer: f.AtServer != 0}
		coming := p.contents.Progress(f.Content)
		if row.Here = coming.Whole(); !row.Here {
			row.Progress = &coming
		}
		out = append(out, row)
		key = f.Replaces
	}
	for i := range out {
		out[i].Number = len(out) - i
	}
	return out
}

func (a *API) getMaterialFile(ctx context.Context, in *materialFileInput) (*stream, error) {
	f, err := a.materialFile(ctx, in)
	if err != nil {
		return nil, err
	}
	src, err := a.Contents.Open(ctx, f.Content)
	return a.giveFile(ctx, f, src, err, in.Download)
}

// materialFile is a version of a material for its reader. What a browser cannot
// show would be saved, so that it needs the same leave.
func (a *API) materialFile(ctx context.Context, in *materialFileInput) (f app.File, err error) {
	l := a.look(viewerOf(ctx))
	err = a.Store.Read(ctx, func(v View) error {
		of, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindMaterial, ID: in.Material})
		if err != nil {
			return err
		}
		m, ok := r.(*app.Material)
		if !ok || m.Meeting != of.ID {
			return app.ErrNotFound
		}
		version, ok := m.Versions[app.CommandID(in.Key)]
		if !ok {
			return app.ErrNotFound
		}
		f = version.File
		if in.Download || !inline(f.Media) {
			return m.MaySave(l.dir, l.actor, of)
		}
		return nil
	})
	return f, err
}
