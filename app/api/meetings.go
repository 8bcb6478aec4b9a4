package api

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"khonggiay/app"
)

// MeetingItem is what calendars and lists show of a meeting.
type MeetingItem struct {
	ID       app.ID            `json:"id"`
	Version  uint64            `json:"version"`
	Unit     UnitRef           `json:"unit"`
	Status   app.MeetingStatus `json:"status" enum:"DRAFT,PENDING_APPROVAL,INVITED,LIVE,PAUSED,FINISHED,CONCLUDED,ARCHIVED,CANCELLED,POSTPONED"`
	Form     app.MeetingForm   `json:"form,omitempty" enum:",TRUC_TIEP,TRUC_TUYEN,KET_HOP"`
	Class    app.MeetingClass  `json:"class,omitempty"`
	Title    string            `json:"title"`
	Start    app.Time          `json:"start"`
	End      app.Time          `json:"end"`
	Room     *RoomRef          `json:"room,omitempty"`
	Place    string            `json:"place,omitempty"`
	Chair    *PersonRef        `json:"chair,omitempty"`
	Secret   bool              `json:"secret,omitempty"`
	People   int               `json:"people"`
	Role     app.MeetingRole   `json:"role,omitempty" enum:",CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT" doc:"the viewer's"`
	Reply    app.Reply         `json:"reply,omitempty" enum:",PENDING,ACCEPTED,DECLINED,DELEGATED" doc:"the viewer's"`
	Prepares bool              `json:"prepares,omitempty" doc:"the viewer began it, or is its secretary"`
	Waiting  []UnitRef         `json:"waiting,omitempty" doc:"invited units that the viewer answers for and that have not answered"`
}

// RoomRef names a meeting room.
type RoomRef struct {
	ID    app.ID  `json:"id"`
	Name  string  `json:"name"`
	Place string  `json:"place,omitempty"`
	Seats int     `json:"seats,omitempty"`
	Unit  UnitRef `json:"unit"`
}

// MeetingView is one meeting as its people see it. What belongs to it has
// routes of its own.
type MeetingView struct {
	MeetingItem
	Fields       app.MeetingFields `json:"fields" doc:"as meeting.edit takes them"`
	Creator      *PersonRef        `json:"creator,omitempty"`
	Approver     *PersonRef        `json:"approver,omitempty"`
	Revision     uint32            `json:"revision"`
	Published    app.Time          `json:"published,omitempty"`
	Participants []ParticipantView `json:"participants" doc:"in their order"`
	Outsiders    []OutsiderView    `json:"outsiders"`
	History      []MeetingStep     `json:"history" doc:"oldest first"`
	Actions      []ActionInfo      `json:"actions" doc:"every action on such a meeting, with whether and why"`
	Invitation   app.ID            `json:"invitation,omitempty" doc:"giấy mời"`
	Invites      *InvitationRef    `json:"invites,omitempty" doc:"the giấy mời, when the viewer may see it"`
	MinutesDoc   app.ID            `json:"minutesDoc,omitempty" doc:"biên bản"`
	Notice       app.ID            `json:"notice,omitempty" doc:"thông báo kết luận"`
	Official     bool              `json:"official,omitempty" doc:"the viewer runs it: chair, secretary, operator, creator"`
	Entitled     []app.ID          `json:"entitled" doc:"who has a vote"`
	Points       int               `json:"points,omitempty" doc:"meeting points that take part"`
}

// ParticipantView is an invited person or unit.
type ParticipantView struct {
	ID         app.ID          `json:"id"`
	Name       string          `json:"name"`
	Position   string          `json:"position,omitempty"`
	Unit       bool            `json:"unit,omitempty" doc:"a unit that sends somebody"`
	Office     *UnitRef        `json:"office,omitempty"`
	Role       app.MeetingRole `json:"role" enum:"CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT"`
	Voting     bool            `json:"voting,omitempty"`
	Title      string          `json:"title,omitempty"`
	Order      int             `json:"order,omitempty"`
	Seat       string          `json:"seat,omitempty"`
	Reply      app.Reply       `json:"reply" enum:"PENDING,ACCEPTED,DECLINED,DELEGATED"`
	Reason     string          `json:"reason,omitempty"`
	Refused    string          `json:"refused,omitempty" doc:"why the organiser did not want the last substitute"`
	At         app.Time        `json:"at,omitempty"`
	By         *PersonRef      `json:"by,omitempty" doc:"who gave the reply, when it is somebody else: for a unit"`
	Outdated   bool            `json:"outdated,omitempty" doc:"the reply is to an earlier revision of the invitation"`
	Seen       app.Time        `json:"seen,omitempty"`
	Substitute *PersonRef      `json:"substitute,omitempty"`
	ApprovedBy *PersonRef      `json:"approvedBy,omitempty" doc:"of the substitute"`
	For        *NamedRef       `json:"for,omitempty" doc:"whom he stands for"`
	Mine       bool            `json:"mine,omitempty" doc:"the viewer's own, or of a unit that he answers for"`
	Actions    []ActionInfo    `json:"actions" doc:"on this participant"`
}

// OutsiderView is somebody invited from outside the directory.
type OutsiderView struct {
	Key   app.CommandID   `json:"key"`
	Name  string          `json:"name"`
	Organ string          `json:"organ,omitempty"`
	Title string          `json:"title,omitempty"`
	Role  app.MeetingRole `json:"role"`
	Phone string          `json:"phone,omitempty"`
	Came  bool            `json:"came,omitempty"`
}

// MeetingStep is one line of a meeting's history.
type MeetingStep struct {
	Key      app.CommandID     `json:"key"`
	Name     string            `json:"name"`
	By       PersonRef         `json:"by"`
	OnBehalf *PersonRef        `json:"onBehalf,omitempty"`
	At       app.Time          `json:"at"`
	Status   app.MeetingStatus `json:"status,omitempty"`
	Text     string            `json:"text,omitempty"`
	About    *NamedRef         `json:"about,omitempty"`
}

type meetingsInput struct {
	From int64  `query:"from" doc:"Unix milliseconds"`
	To   int64  `query:"to" doc:"Unix milliseconds"`
	Unit app.ID `query:"unit" maxLength:"64" doc:"office that holds them"`
	Room app.ID `query:"room" maxLength:"64"`
	Mine bool   `query:"mine" doc:"only those in which the viewer takes part"`
	Text string `query:"text" maxLength:"200"`

	Newest bool `query:"newest" doc:"the latest first; a list ends after 500"`
}

type meetingInput struct {
	ID app.ID `path:"id" maxLength:"64"`
}

// InvitationRef is the outgoing document that invites.
type InvitationRef struct {
	ID      app.ID    `json:"id"`
	Subject string    `json:"subject"`
	Symbol  string    `json:"symbol,omitempty"`
	State   app.State `json:"state"`
}

func (a *API) meetingRoutes() {
	route(a, forPerson, get("/meetings", "listMeetings", "Meetings by their planned time", "meetings"), a.listMeetings)
	route(a, forPerson, get("/meetings/{id}", "getMeeting", "A meeting: schedule, people, history", "meetings"), a.getMeeting)
}

func (a *API) listMeetings(ctx context.Context, in *meetingsInput) (*body[[]MeetingItem], error) {
	l := a.look(viewerOf(ctx))
	out := []MeetingItem{}
	q := app.MeetingQuery{From: app.Time(in.From), To: app.Time(in.To), Unit: in.Unit, Room: in.Room, Text: in.Text,
		Newest: in.Newest, For: l.answersFor()}
	if in.Mine {
		q.Person = l.viewer.Person
	}
	err := a.Store.Read(ctx, func(v View) error {
		rows, err := v.Meetings(l.reader(), q)
		for _, r := range rows {
			out = append(out, l.meetingItem(r))
		}
		return err
	})
	return &body[[]MeetingItem]{out}, err
}

func (l *look) meetingItem(r app.MeetingRow) MeetingItem {
	return MeetingItem{ID: r.ID, Version: r.Version, Unit: *l.unit(r.Unit), Status: r.Status, Form: r.Form, Class: r.Class,
		Title: r.Title, Start: r.Start, End: r.End, Room: l.room(r.Room), Place: r.Place, Chair: l.person(r.Chair), Secret: r.Secret,
		People: r.People, Role: r.Role, Reply: r.Reply, Waiting: l.units(r.Waiting),
		Prepares: r.Creator == l.viewer.Person || r.Role == app.MeetingSecretary}
}

func (l *look) room(id app.ID) *RoomRef {
	if id == "" {
		return nil
	}
	r := l.dir.Room(id)
	if r == nil {
		return &RoomRef{ID: id}
	}
	return &RoomRef{ID: r.ID, Name: r.Name, Place: r.Place, Seats: r.Seats, Unit: *l.unit(r.Unit)}
}

// meeting loads a meeting that the viewer may see.
func (l *look) meeting(v View, id app.ID) (*app.Meeting, uint64, error) {
	r, version, err := v.Record(l.reader(), app.Key{Kind: app.KindMeeting, ID: id})
	if err != nil {
		return nil, 0, err
	}
	return r.(*app.Meeting), version, nil
}

func (a *API) getMeeting(ctx context.Context, in *meetingInput) (*body[MeetingView], error) {
	l := a.look(viewerOf(ctx))
	var out MeetingView
	err := a.Store.Read(ctx, func(v View) error {
		m, version, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		out = l.meetingView(m, version)
		out.Invites, err = l.invitation(v, m.Invitation)
		return err
	})
	return &body[MeetingView]{out}, err
}

func (l *look) meetingView(m *app.Meeting, version uint64) MeetingView {
	me := m.Participants[l.viewer.Person]
	row := app.MeetingRow{ID: m.ID, Version: version, Unit: m.Unit, Status: m.Status, Form: m.Form, Class: m.Class, Title: m.Title,
		Start: m.Start, End: m.End, Room: m.Room, Place: m.Place, Secret: m.Secret, People: len(m.Participants) + len(m.Outsiders),
		Role: me.Role, Reply: me.Reply, Creator: m.Creator}
	if chairs := m.Holding(app.MeetingChair); len(chairs) > 0 {
		row.Chair = chairs[0]
	}
	out := MeetingView{MeetingItem: l.meetingItem(row), Fields: m.Fields(), Creator: l.person(m.Creator), Approver: l.person(m.Approver),
		Revision: m.Revision, Published: m.Published, Participants: []ParticipantView{}, Outsiders: []OutsiderView{}, History: []MeetingStep{},
		Actions: l.meetingActions(m), Invitation: m.Invitation, MinutesDoc: m.MinutesDoc, Notice: m.Notice,
		Official: slices.Contains(m.Officials(), l.viewer.Person), Entitled: append([]app.ID{}, m.Entitled()...),
		Points: m.Points}
	decides := app.Can(l.dir, l.actor, "meeting.decide_substitute", m)
	for id, p := range m.Participants {
		view := l.participant(m, id, p)
		if p.Substitute != "" && p.ApprovedBy == "" && !view.Mine {
			view.Actions = append(view.Actions, ActionInfo{Action: decides.Action, Allow: decides.Allow, Reason: decides.Reason})
		}
		out.Participants = append(out.Participants, view)
	}
	slices.SortFunc(out.Participants, func(a, b ParticipantView) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(roleRank(a.Role), roleRank(b.Role)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, key := range slices.Sorted(maps.Keys(m.Outsiders)) {
		o := m.Outsiders[key]
		out.Outsiders = append(out.Outsiders, OutsiderView{key, o.Name, o.Organ, o.Title, o.Role, o.Phone, o.Came})
	}
	for key, s := range m.History {
		out.History = append(out.History, MeetingStep{Key: key, Name: s.Name, By: l.who(s.By), OnBehalf: l.person(s.OnBehalf), At: s.At,
			Status: s.Status, Text: s.Text, About: l.named(s.About)})
	}
	slices.SortFunc(out.History, func(a, b MeetingStep) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Key, b.Key)) })
	return out
}

func roleRank(r app.MeetingRole) int { return slices.Index(app.MeetingRoles, r) }

func (l *look) participant(m *app.Meeting, id app.ID, p app.Participant) ParticipantView {
	out := ParticipantView{ID: id, Unit: p.Unit, Office: l.unit(p.Office), Role: p.Role, Voting: p.Voting, Title: p.Title, Order: p.Order,
		Seat: p.Seat, Reply: p.Reply, Reason: p.Reason, At: p.At, Seen: p.Seen, Substitute: l.person(p.Substitute),
		ApprovedBy: l.person(p.ApprovedBy), For: l.named(p.For), Refused: p.Refused, Outdated: p.Answered != 0 && p.Answered != m.Revision,
		Mine: l.isMine(id, p), Actions: []ActionInfo{}}
	if p.By != id {
		out.By = l.person(p.By)
	}
	if out.Mine {
		out.Actions = l.participantActions(m, id)
	}
	if p.Unit {
		out.Name = l.unit(id).Name
	} else {
		who := l.who(id)
		out.Name, out.Position = who.Name, who.Position
	}
	return out
}

// meetingActions answers for every action on a meeting.
func (l *look) meetingActions(m *app.Meeting, part ...app.Part) []ActionInfo {
	out := []ActionInfo{}
	for _, act := range app.MeetingActions() {
		dec := app.Can(l.dir, l.actor, act, m, part...)
		out = append(out, ActionInfo{Action: act, Allow: dec.Allow, Reason: dec.Reason})
	}
	return out
}
