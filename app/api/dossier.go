package api

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"khonggiay/app"
)

// DossierEntry is one thing in the dossier of a meeting (hồ sơ cuộc họp).
type DossierEntry struct {
	Kind  string   `json:"kind" enum:"invitation,agenda,material,vote,slip,minutes,conclusions,notice,task"`
	ID    string   `json:"id" doc:"record, or key in the session"`
	Title string   `json:"title"`
	State string   `json:"state,omitempty" doc:"in the words of its kind"`
	At    app.Time `json:"at,omitempty"`
	Doc   *DocRow  `json:"doc,omitempty" doc:"of a document that the viewer may see"`
	Count int      `json:"count,omitempty" doc:"agenda: items; conclusions: their number"`
}

// DossierView is everything of a meeting that the viewer may see.
type DossierView struct {
	Entries []DossierEntry `json:"entries" doc:"by kind, then in their order"`
	Actions []ActionInfo   `json:"actions" doc:"on the meeting"`
}

func (a *API) getDossier(ctx context.Context, in *meetingInput) (*body[DossierView], error) {
	l := a.look(viewerOf(ctx))
	out := DossierView{Entries: []DossierEntry{}}
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		out.Actions = l.meetingActions(m)
		papers, err := l.dossierPapers(v, m)
		if err != nil {
			return err
		}
		parts, err := v.MeetingParts(l.reader(), in.ID)
		if err != nil {
			return err
		}
		out.Entries = append(out.Entries, papers...)
		for _, p := range parts {
			out.Entries = append(out.Entries, dossierPart(p)...)
		}
		slices.SortStableFunc(out.Entries, func(a, b DossierEntry) int {
			return cmp.Or(cmp.Compare(slices.Index(dossierOrder, a.Kind), slices.Index(dossierOrder, b.Kind)), cmp.Compare(a.At, b.At))
		})
		return nil
	})
	return &body[DossierView]{out}, err
}

var dossierOrder = []string{"invitation", "agenda", "material", "vote", "slip", "conclusions", "minutes", "notice", "task"}

// dossierPapers are the documents of a meeting. One that the viewer may not see
// is told without what is in it.
func (l *look) dossierPapers(v View, m *app.Meeting) ([]DossierEntry, error) {
	papers := []struct {
		kind string
		doc  app.ID
	}{{"invitation", m.Invitation}, {"minutes", m.MinutesDoc}, {"notice", m.Notice}}
	var ids []app.ID
	for _, p := range papers {
		if p.doc != "" {
			ids = append(ids, p.doc)
		}
	}
	rows, err := v.Rows(l.reader(), ids)
	if err != nil {
		return nil, err
	}
	var out []DossierEntry
	for _, p := range papers {
		if p.doc == "" {
			continue
		}
		e := DossierEntry{Kind: p.kind, ID: string(p.doc)}
		if r, ok := rows[p.doc]; ok {
			row := l.row(r)
			e.Title, e.State, e.At, e.Doc = row.Subject, string(row.State), row.Created, &row
		}
		out = append(out, e)
	}
	return out, nil
}

// dossierPart is what a part of a meeting brings to its dossier.
func dossierPart(r app.Record) []DossierEntry {
	switch r := r.(type) {
	case *app.AgendaSheet:
		n := 0
		for _, it := range r.Items {
			if it.Removed == 0 {
				n++
			}
		}
		return []DossierEntry{{Kind: "agenda", ID: string(r.ID), State: string(r.Type), Count: n}}
	case *app.Material:
		return []DossierEntry{{Kind: "material", ID: string(r.ID), Title: r.Title, State: materialState(r), At: cmp.Or(r.Opened, r.Reviewed)}}
	case *app.OpinionSlip:
		return []DossierEntry{{Kind: "slip", ID: string(r.ID), Title: r.Title, State: string(r.State), At: r.Sent}}
	case *app.Minutes:
		if n := len(r.Standing()); n > 0 {
			return []DossierEntry{{Kind: "conclusions", ID: string(r.ID), Count: n, At: r.At}}
		}
	case *app.Assignment:
		return []DossierEntry{{Kind: "task", ID: string(r.ID), Title: r.Text, State: string(r.State), At: r.Created}}
	case *app.Session:
		return dossierVotes(r)
	}
	return nil
}

func materialState(m *app.Material) string {
	if m.Recalled != 0 {
		return "recalled"
	}
	return string(m.Review)
}

func dossierVotes(s *app.Session) (out []DossierEntry) {
	for _, key := range slices.Sorted(maps.Keys(s.Votes)) {
		v := s.Votes[key]
		out = append(out, DossierEntry{Kind: "vote", ID: key.String(), Title: v.Title, State: string(v.State), At: cmp.Or(v.Published, v.Closed, v.Opened)})
	}
	return out
}
