package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"khonggiay/app"
)

// AgendaItemView is one item of a meeting's agenda, from a sheet that the viewer holds.
type AgendaItemView struct {
	Key        app.CommandID  `json:"key"`
	Type       app.AgendaType `json:"type" enum:"common,internal,hidden"`
	Title      string         `json:"title"`
	Text       string         `json:"text,omitempty"`
	Minutes    int            `json:"minutes,omitempty" doc:"planned"`
	Order      int            `json:"order"`
	Presenters []NamedRef     `json:"presenters"`
	Presenter  string         `json:"presenter,omitempty" doc:"as printed, when it is nobody of ours"`
	Changed    app.CommandID  `json:"changed" doc:"the base of agenda.put_item"`
	By         *PersonRef     `json:"by,omitempty"`
	At         app.Time       `json:"at,omitempty"`
}

// AgendaView is a meeting's agenda as the viewer may see it.
type AgendaView struct {
	Sheets AgendaSheets     `json:"sheets" doc:"targets of the agenda's commands"`
	Items  []AgendaItemView `json:"items" doc:"in their order"`
}

// AgendaSheets are the ids of a meeting's sheets, whether they exist yet or not.
type AgendaSheets struct {
	Common   app.ID `json:"common"`
	Internal app.ID `json:"internal"`
	Hidden   app.ID `json:"hidden"`
}

func (a *API) inviteRoutes() {
	route(a, forPerson, get("/meetings/{id}/agenda", "getAgenda", "A meeting's agenda: the items that the viewer may see", "meetings"), a.getAgenda)
}

func (a *API) getAgenda(ctx context.Context, in *meetingInput) (*body[AgendaView], error) {
	l := a.look(viewerOf(ctx))
	var out AgendaView
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		out = AgendaView{Items: []AgendaItemView{}, Sheets: AgendaSheets{Common: app.AgendaID(m.ID, app.AgendaCommon),
			Internal: app.AgendaID(m.ID, app.AgendaInternal), Hidden: app.AgendaID(m.ID, app.AgendaHidden)}}
		for _, t := range app.AgendaTypes {
			r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindAgenda, ID: app.AgendaID(m.ID, t)})
			if errors.Is(err, app.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out.Items = append(out.Items, l.agendaItems(r.(*app.AgendaSheet))...)
		}
		slices.SortFunc(out.Items, func(a, b AgendaItemView) int { return cmp.Or(a.Order-b.Order, cmp.Compare(a.Key, b.Key)) })
		return nil
	})
	return &body[AgendaView]{out}, err
}

func (l *look) agendaItems(s *app.AgendaSheet) (out []AgendaItemView) {
	for key, it := range s.Items {
		if it.Removed != 0 {
			continue
		}
		item := AgendaItemView{Key: key, Type: s.Type, Title: it.Title, Text: it.Text, Minutes: it.Minutes, Order: it.Order,
			Presenters: []NamedRef{}, Presenter: it.Presenter, Changed: it.Changed, By: l.person(it.By), At: it.At}
		for _, id := range it.Presenters {
			item.Presenters = append(item.Presenters, *l.named(id))
		}
		out = append(out, item)
	}
	return out
}

// answersFor lists the units for which the viewer answers invitations, sorted.
func (l *look) answersFor() (out []app.ID) {
	for _, g := range l.actor.Grants {
		switch g.Role {
		case app.RoleLeader, app.RoleDeputy, app.RoleHead, app.RoleClerk:
			out = append(out, g.Unit)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isMine reports whether the viewer answers for the participant.
func (l *look) isMine(id app.ID, p app.Participant) bool {
	if p.Unit {
		return slices.Contains(l.answersFor(), id)
	}
	return id == l.viewer.Person
}

func (l *look) participantActions(m *app.Meeting, id app.ID) []ActionInfo {
	out := []ActionInfo{}
	for _, act := range app.ParticipantActions {
		dec := app.Can(l.dir, l.actor, act, m, app.Part{Participant: id})
		out = append(out, ActionInfo{Action: act, Allow: dec.Allow, Reason: dec.Reason})
	}
	return out
}

func (l *look) units(ids []app.ID) (out []UnitRef) {
	for _, id := range ids {
		out = append(out, *l.unit(id))
	}
	return out
}

// invitation is the giấy mời when the viewer may see it.
func (l *look) invitation(v View, id app.ID) (*InvitationRef, error) {
	if id == "" {
		return nil, nil
	}
	doc, _, err := v.Document(l.reader(), id)
	if errors.Is(err, app.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &InvitationRef{ID: id, Subject: doc.Subject, Symbol: symbol(doc.CodeNumber, doc.Notation), State: doc.State}, nil
}
