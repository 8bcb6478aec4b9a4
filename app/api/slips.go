package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"khonggiay/app"
)

// SlipItem is what a list shows of an opinion slip.
type SlipItem struct {
	ID        app.ID          `json:"id"`
	Version   uint64          `json:"version"`
	Meeting   *SlipMeeting    `json:"meeting,omitempty" doc:"absent outside meetings"`
	Unit      UnitRef         `json:"unit"`
	Creator   PersonRef       `json:"creator"`
	Title     string          `json:"title"`
	Text      string          `json:"text,omitempty"`
	State     app.SlipState   `json:"state" enum:"draft,sent,closed,cancelled"`
	Due       app.Time        `json:"due"`
	Overdue   bool            `json:"overdue,omitempty"`
	Silence   app.SilenceRule `json:"silence" enum:"none,agree"`
	Threshold app.Threshold   `json:"threshold,omitempty" enum:",QUA_NUA,HAI_PHAN_BA,TAT_CA"`
	Sent      app.Time        `json:"sent,omitempty"`
	Closed    app.Time        `json:"closed,omitempty"`
	Reminded  app.Time        `json:"reminded,omitempty" doc:"the last time"`
	Reason    string          `json:"reason,omitempty" doc:"why cancelled"`
	Asked     int             `json:"asked"`
	Answered  int             `json:"answered" doc:"of those whose answers the viewer may see"`
	Runs      bool            `json:"runs,omitempty" doc:"the viewer asks, and sees the answers"`
	MayAnswer bool            `json:"mayAnswer,omitempty" doc:"the viewer is asked"`
	Target    app.ID          `json:"answer,omitempty" doc:"the target of the viewer's slipanswer.give"`
	Mine      *MySlipAnswer   `json:"mine,omitempty"`
	Pending   bool            `json:"pending,omitempty"`
	Actions   []app.Action    `json:"actions" doc:"what the viewer may do now"`
}

// SlipMeeting names the meeting of a slip.
type SlipMeeting struct {
	ID    app.ID `json:"id"`
	Title string `json:"title"`
}

// MySlipAnswer is the viewer's own answer.
type MySlipAnswer struct {
	Answer  app.Choice `json:"choice" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC"`
	Text    string     `json:"text,omitempty"`
	At      app.Time   `json:"at"`
	Late    bool       `json:"late,omitempty"`
	Pending bool       `json:"pending,omitempty"`
}

// SlipView is a slip with its people and, when it is closed, its result.
type SlipView struct {
	SlipItem
	People []SlipPerson `json:"people" doc:"by name; answers for who asks"`
	Files  []SlipFile   `json:"files" doc:"by name"`
	Result *SlipResult  `json:"result,omitempty"`
}

// SlipPerson is somebody who is asked.
type SlipPerson struct {
	Person PersonRef  `json:"person"`
	Answer app.Choice `json:"choice,omitempty" enum:",DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC"`
	Text   string     `json:"text,omitempty"`
	At     app.Time   `json:"at,omitempty"`
	Late   bool       `json:"late,omitempty"`
	Signed bool       `json:"signed,omitempty" doc:"by the machine on which it was given"`
}

// SlipResult is what a slip brought.
type SlipResult struct {
	VoteResult
	Silent int `json:"silent" doc:"who gave no answer in time; they count as agreeing where the slip says so"`
}

type slipInput struct {
	ID app.ID `path:"id" maxLength:"64"`
}

type slipsInput struct {
	Meeting app.ID `query:"meeting" maxLength:"64" doc:"only those of the meeting"`
}

func (a *API) slipRoutes() {
	route(a, forPerson, get("/slips", "listSlips", "Opinion slips: asked of the viewer, or by him", "slips"), a.listSlips)
	route(a, forPerson, get("/slips/{id}", "getSlip", "An opinion slip with its people", "slips"), a.getSlip)
	a.slipFileRoutes()
}

// slipBox is what one request reads of slips.
type slipBox struct {
	*look
	view    View
	pending map[app.ID][]app.CommandID
}

func (a *API) slipsOf(ctx context.Context, fn func(*slipBox) error) error {
	b := &slipBox{look: a.look(viewerOf(ctx))}
	if a.Sync != nil {
		var err error
		if b.pending, err = a.Sync.Pending(ctx); err != nil {
			return err
		}
	}
	return a.Store.Read(ctx, func(v View) error {
		b.view = v
		return fn(b)
	})
}

func (a *API) listSlips(ctx context.Context, in *slipsInput) (*body[[]SlipItem], error) {
	out := []SlipItem{}
	err := a.slipsOf(ctx, func(b *slipBox) error {
		records, err := b.view.Records(b.reader(), app.KindSlip)
		if err != nil {
			return err
		}
		for _, r := range records {
			s := r.(*app.OpinionSlip)
			if in.Meeting != "" && s.Meeting != in.Meeting {
				continue
			}
			item, _, err := b.item(s)
			if err != nil {
				return err
			}
			out = append(out, item)
		}
		return nil
	})
	slices.SortFunc(out, func(x, y SlipItem) int { return cmp.Or(cmp.Compare(y.Due, x.Due), cmp.Compare(x.ID, y.ID)) })
	return &body[[]SlipItem]{out}, err
}

func (a *API) getSlip(ctx context.Context, in *slipInput) (*body[SlipView], error) {
	out := SlipView{People: []SlipPerson{}, Files: []SlipFile{}}
	err := a.slipsOf(ctx, func(b *slipBox) error {
		r, _, err := b.view.Record(b.reader(), app.Key{Kind: app.KindSlip, ID: in.ID})
		if err != nil {
			return err
		}
		s := r.(*app.OpinionSlip)
		people, err := []SlipPerson(nil), error(nil)
		if out.SlipItem, people, err = b.item(s); err != nil {
			return err
		}
		out.People = append(out.People, people...)
		out.Files = a.slipFiles(s)
		if s.State == app.SlipClosed {
			out.Result = slipResult(s)
		}
		return nil
	})
	return &body[SlipView]{out}, err
}

func slipResult(s *app.OpinionSlip) *SlipResult {
	v := app.Vote{Type: app.VoteNamed, Threshold: s.Threshold, Base: app.OfEligible, Result: s.Result}
	out := &SlipResult{VoteResult: *resultView(v), Silent: len(s.Silent)}
	if s.Threshold == "" {
		out.Needed = 0
	}
	return out
}

func (b *slipBox) item(s *app.OpinionSlip) (SlipItem, []SlipPerson, error) {
	version, err := b.view.Version(s.Key())
	if err != nil {
		return SlipItem{}, nil, err
	}
	out := SlipItem{ID: s.ID, Version: version, Unit: *b.unit(s.Unit), Creator: b.who(s.Creator), Title: s.Title, Text: s.Text, State: s.State,
		Due: s.Due, Overdue: s.State == app.SlipSent && b.now > s.Due, Silence: s.Silence, Threshold: s.Threshold, Sent: s.Sent, Closed: s.Closed,
		Reason: s.Reason, Asked: len(s.Asked), Pending: len(b.pending[s.ID]) > 0, Actions: []app.Action{}}
	for _, at := range s.Reminders {
		out.Reminded = max(out.Reminded, at)
	}
	m, err := b.meetingOf(s, &out)
	if err != nil {
		return out, nil, err
	}
	b.may(s, m, &out)
	people, err := b.people(s, &out)
	return out, people, err
}

// meetingOf loads a slip's meeting, nil outside meetings or when it is not here.
func (b *slipBox) meetingOf(s *app.OpinionSlip, out *SlipItem) (*app.Meeting, error) {
	if s.Meeting == "" {
		return nil, nil
	}
	m, _, err := b.meeting(b.view, s.Meeting)
	if errors.Is(err, app.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		out.Meeting = &SlipMeeting{m.ID, m.Title}
	}
	return m, err
}

func (b *slipBox) may(s *app.OpinionSlip, m *app.Meeting, out *SlipItem) {
	of := map[app.SlipState][]app.Action{
		app.SlipDraft: {"slip.edit", "slip.send", "slip.cancel"},
		app.SlipSent:  {"slip.remind", "slip.close", "slip.cancel"},
	}[s.State]
	for _, act := range of {
		var r app.Record = s
		if m != nil {
			r = m
		}
		if (m != nil || s.Meeting == "") && app.Can(b.dir, b.actor, act, r).Allow {
			out.Actions = append(out.Actions, act)
		}
	}
	out.Runs = s.Creator == b.viewer.Person || m != nil && slices.Contains(m.Officials(), b.viewer.Person)
	if slices.Contains(s.Asked, b.viewer.Person) && s.State != app.SlipDraft {
		out.Target = app.SlipAnswerID(s.ID, b.viewer.Person)
		out.MayAnswer = s.State == app.SlipSent
	}
}

// people are those who are asked, with the answers that the viewer may see.
func (b *slipBox) people(s *app.OpinionSlip, item *SlipItem) ([]SlipPerson, error) {
	out := make([]SlipPerson, 0, len(s.Asked))
	for _, id := range s.Asked {
		one := SlipPerson{Person: b.who(id)}
		mine := id == b.viewer.Person
		r, _, err := b.view.Record(b.reader(), app.Key{Kind: app.KindSlipAnswer, ID: app.SlipAnswerID(s.ID, id)})
		if err != nil && !errors.Is(err, app.ErrNotFound) {
			return nil, err
		}
		if ans, ok := r.(*app.SlipAnswer); ok && err == nil && (mine || item.Runs) {
			one.Answer, one.Text, one.At, one.Late, one.Signed = ans.Answer, ans.Text, ans.At, ans.Late, ans.Proof.Device != ""
			item.Answered++
			if mine {
				item.Mine = &MySlipAnswer{Answer: ans.Answer, Text: ans.Text, At: ans.At, Late: ans.Late, Pending: len(b.pending[ans.ID]) > 0}
			}
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(x, y SlipPerson) int {
		return cmp.Or(cmp.Compare(app.Fold(x.Person.Name), app.Fold(y.Person.Name)), cmp.Compare(x.Person.ID, y.Person.ID))
	})
	return out, nil
}
