package api

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
)

// RollView is who is there: for those who run the meeting everybody, for others
// themselves and the numbers.
type RollView struct {
	Meeting app.ID     `json:"meeting"`
	Session app.ID     `json:"session" doc:"target of session.mark_absent"`
	Quorum  QuorumView `json:"quorum"`
	People  []RollRow  `json:"people" doc:"in the order of the list of participants"`
}

// RollRow is one participant's roll-call.
type RollRow struct {
	Attendance app.ID          `json:"attendance" doc:"target of attendance commands"`
	Person     NamedRef        `json:"person"`
	Title      string          `json:"title,omitempty"`
	Office     string          `json:"office,omitempty"`
	Seat       string          `json:"seat,omitempty"`
	Role       app.MeetingRole `json:"role" enum:"CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT"`
	Votes      bool            `json:"votes,omitempty"`
	Reply      app.Reply       `json:"reply,omitempty" enum:",PENDING,ACCEPTED,DECLINED,DELEGATED"`
	For        *NamedRef       `json:"for,omitempty" doc:"whom he stands for"`
	Presence   app.Presence    `json:"presence" enum:"CHUA_DIEM_DANH,CO_MAT_TRUC_TIEP,CO_MAT_TRUC_TUYEN,VANG_CO_LY_DO,VANG_KHONG_LY_DO"`
	Method     app.RollMethod  `json:"method,omitempty" enum:",QR,SELF,SECRETARY,ENDPOINT"`
	Arrived    app.Time        `json:"arrived,omitempty"`
	Late       bool            `json:"late,omitempty" doc:"the roll-call came to the server later than it was given"`
	Left       app.Time        `json:"left,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	By         *PersonRef      `json:"by,omitempty"`
}

// CodeView is the code that the room's screen shows.
type CodeView struct {
	Meeting app.ID   `json:"meeting"`
	Code    string   `json:"code" doc:"six digits"`
	Step    int64    `json:"step"`
	Now     app.Time `json:"now"`
	Until   app.Time `json:"until" doc:"then another one is shown"`
}

func (a *API) getRollCall(ctx context.Context, in *meetingInput) (*body[RollView], error) {
	l := a.look(viewerOf(ctx))
	var out RollView
	err := a.Store.Read(ctx, func(v View) error {
		t, err := l.sitting(v, in.ID)
		if err == nil {
			out = t.roll()
		}
		return err
	})
	return &body[RollView]{out}, err
}

func (t *sitting) roll() RollView {
	out := RollView{Meeting: t.m.ID, Session: app.SessionID(t.m.ID), Quorum: quorumView(t.board().Quorum), People: []RollRow{}}
	votes := map[app.ID]bool{}
	for _, id := range t.m.Entitled() {
		votes[id] = true
	}
	order := map[app.ID]int{}
	for id, p := range t.m.Participants {
		if t.official || id == t.viewer.Person {
			row := t.rollRow(id, p)
			row.Votes, order[id] = votes[id], p.Order
			out.People = append(out.People, row)
		}
	}
	slices.SortFunc(out.People, func(a, b RollRow) int {
		return cmp.Or(cmp.Compare(order[a.Person.ID], order[b.Person.ID]), cmp.Compare(roleRank(a.Role), roleRank(b.Role)),
			cmp.Compare(a.Person.Name, b.Person.Name), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return out
}

func (t *sitting) rollRow(id app.ID, p app.Participant) RollRow {
	row := RollRow{Attendance: app.AttendanceID(t.m.ID, id), Person: *t.named(id), Title: p.Title, Seat: p.Seat, Role: p.Role, Reply: p.Reply,
		For: t.named(p.For), Presence: app.NotCalled}
	if office := t.unit(p.Office); office != nil && !p.Unit {
		row.Office = cmp.Or(office.Short, office.Name)
	}
	if row.Title == "" && !p.Unit {
		row.Title = t.who(id).Position
	}
	if a := t.rolls[id]; a != nil {
		row.Presence, row.Method, row.Arrived, row.Late = a.Presence, a.Method, a.ArrivedAt(), a.Given != 0
		row.Left, row.Reason, row.By = a.Left, a.Reason, t.person(a.By)
	}
	return row
}

// getRollCode answers those who hold the secret: who runs the meeting.
func (a *API) getRollCode(ctx context.Context, in *meetingInput) (*body[CodeView], error) {
	l := a.look(viewerOf(ctx))
	var out CodeView
	err := a.Store.Read(ctx, func(v View) error {
		if _, _, err := l.meeting(v, in.ID); err != nil {
			return err
		}
		r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindRollCode, ID: app.RollCodeID(in.ID)})
		if err != nil {
			return err
		}
		step := app.StepAt(l.now)
		out = CodeView{Meeting: in.ID, Code: r.(*app.RollCode).At(step), Step: step, Now: l.now, Until: app.Time(step+1) * app.CodeStep}
		return nil
	})
	return &body[CodeView]{out}, err
}
