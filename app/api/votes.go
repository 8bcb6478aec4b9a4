package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// Protocols makes the file by which anybody can count a named vote again.
type Protocols interface {
	// Protocol returns it as JSON. NotFound for a vote that the viewer may not
	// see, Conflict before it is published and for other kinds of votes, Offline
	// on a laptop without a line: only the server has all ballots.
	Protocol(ctx context.Context, viewer app.Viewer, meeting app.ID, vote app.CommandID) ([]byte, error)
}

// VoteItem is what a list shows of a vote.
type VoteItem struct {
	Key       app.CommandID `json:"key"`
	Title     string        `json:"title"`
	Text      string        `json:"text,omitempty"`
	Item      app.CommandID `json:"item,omitempty" doc:"agenda item"`
	Material  app.ID        `json:"material,omitempty"`
	Type      app.VoteType  `json:"type" enum:"NAMED,OPEN_COUNT,SECRET"`
	Threshold app.Threshold `json:"threshold" enum:"QUA_NUA,HAI_PHAN_BA,TAT_CA,custom"`
	PerMille  int           `json:"permille,omitempty"`
	Base      app.VoteBase  `json:"base" enum:"ELIGIBLE,PRESENT,CAST"`
	Choices   []app.Choice  `json:"choices" doc:"what the vote offers, in order" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC,KHONG_BIEU_QUYET"`
	State     app.VoteState `json:"state" enum:"draft,ready,open,closed,published,void"`
	Epoch     uint32        `json:"epoch"`
	Opened    app.Time      `json:"opened,omitempty"`
	Closed    app.Time      `json:"closed,omitempty"`
	Published app.Time      `json:"published,omitempty"`
	Voided    app.Time      `json:"voided,omitempty"`
	Reason    string        `json:"reason,omitempty" doc:"why void"`
	By        PersonRef     `json:"by"`
	Eligible  int           `json:"eligible" doc:"who have a vote: frozen when it was opened, else as it stands"`
	MayVote   bool          `json:"mayVote,omitempty" doc:"the viewer has a vote"`
	Ready     bool          `json:"ready,omitempty" doc:"the viewer said that he is ready"`
	Ballot    app.ID        `json:"ballot" doc:"the target of the viewer's ballot.cast"`
	Mine      *MyBallot     `json:"mine,omitempty"`
	Pending   bool          `json:"pending,omitempty" doc:"commands about the meeting's votes wait to go up"`
	Progress  *VoteProgress `json:"progress,omitempty" doc:"for who runs the meeting"`
	Result    *VoteResult   `json:"result,omitempty" doc:"for who runs the meeting once it is closed, for all once it is published"`
	Grace     []PersonRef   `json:"grace,omitempty" doc:"whose ballots may come later"`
	GraceEnd  app.Time      `json:"graceUntil,omitempty"`
	Actions   []app.Action  `json:"actions" doc:"what the viewer may do now"`
}

// MyBallot is the viewer's own ballot.
type MyBallot struct {
	Choice  app.Choice `json:"choice" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC,KHONG_BIEU_QUYET"`
	Text    string     `json:"text,omitempty"`
	At      app.Time   `json:"at"`
	Late    bool       `json:"late,omitempty" doc:"gửi muộn, không tính"`
	Pending bool       `json:"pending,omitempty" doc:"kept on this machine, not at the server yet"`
	AtPlace bool       `json:"atPlace,omitempty" doc:"the laptop that carries the meeting without a line has it"`
}

// VoteProgress is how far a vote is, without what anybody voted.
type VoteProgress struct {
	Ready int `json:"ready"`
	Cast  int `json:"cast"`
	Late  int `json:"late"`
}

// VoteResult is a result in numbers, with what it takes to pass.
type VoteResult struct {
	Eligible int         `json:"eligible"`
	Present  int         `json:"present"`
	Cast     int         `json:"cast"`
	Counts   []VoteCount `json:"counts" doc:"every choice that the vote offers, in order"`
	Base     int         `json:"base" doc:"of how many the share is taken"`
	Needed   int         `json:"needed" doc:"how many have to agree"`
	Passed   bool        `json:"passed"`
	Late     int         `json:"late,omitempty"`
	Paper    bool        `json:"paper,omitempty"`
	Invalid  int         `json:"invalid,omitempty"`
}

// VoteCount is how many gave a choice.
type VoteCount struct {
	Choice app.Choice `json:"choice" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC,KHONG_BIEU_QUYET"`
	Count  int        `json:"count"`
}

// VoteView is one vote with its people.
type VoteView struct {
	VoteItem
	Version uint64      `json:"version" doc:"of the session"`
	Meeting string      `json:"meeting" doc:"title"`
	People  []VoterView `json:"people" doc:"who have a vote, by name: their progress for who runs the meeting, their choice when it is published and named"`
}

// VoterView is one person with a vote.
type VoterView struct {
	Person  PersonRef  `json:"person"`
	Present bool       `json:"present,omitempty"`
	Ready   bool       `json:"ready,omitempty"`
	Cast    bool       `json:"cast,omitempty"`
	Late    bool       `json:"late,omitempty"`
	Choice  app.Choice `json:"choice,omitempty" enum:",DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC,KHONG_BIEU_QUYET"`
	Text    string     `json:"text,omitempty" doc:"another opinion, for who runs the meeting"`
}

// VoteList are the votes of a meeting.
type VoteList struct {
	Session    app.ID     `json:"session" doc:"the target of commands about votes"`
	Version    uint64     `json:"version"`
	Attendance app.ID     `json:"attendance" doc:"the target of the viewer's attendance.ready"`
	Entitled   int        `json:"entitled" doc:"who have a vote now"`
	MayDraft   bool       `json:"mayDraft,omitempty"`
	Votes      []VoteItem `json:"votes" doc:"newest first"`
}

type voteInput struct {
	ID   app.ID `path:"id" maxLength:"64"`
	Vote uint64 `path:"key"`
}

func (a *API) voteRoutes() {
	route(a, forPerson, get("/meetings/{id}/votes", "listVotes", "The votes of a meeting", "meetings"), a.listVotes)
	route(a, forPerson, get("/meetings/{id}/votes/{key}", "getVote", "A vote with its people", "meetings"), a.getVote)
	op := get("/meetings/{id}/votes/{key}/protocol", "getVoteProtocol", "The protocol of a published named vote, to count it again", "meetings")
	op.Responses = map[string]*huma.Response{"200": {Description: "the protocol", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}}}
	route(a, forPerson, op, a.getProtocol)
}

// ballotBox is what one request reads of a meeting's votes.
type ballotBox struct {
	*look
	view    View
	meeting *app.Meeting
	session *app.Session
	version uint64
	runs    bool // the viewer runs the meeting
	took    func(app.ID, app.Key) bool
	pending map[app.ID][]app.CommandID
	actions map[app.Action]bool
}

// ballotBox opens a meeting's votes for the viewer.
func (a *API) ballotBox(l *look, v View, id app.ID, pending map[app.ID][]app.CommandID) (*ballotBox, error) {
	m, _, err := l.meeting(v, id)
	if err != nil {
		return nil, err
	}
	b := &ballotBox{look: l, view: v, meeting: m, runs: slices.Contains(m.Officials(), l.viewer.Person), pending: pending, actions: map[app.Action]bool{}}
	r, version, err := v.Record(l.reader(), app.Key{Kind: app.KindSession, ID: app.SessionID(id)})
	switch {
	case errors.Is(err, app.ErrNotFound):
		b.session = &app.Session{ID: app.SessionID(id)}
	case err != nil:
		return nil, err
	default:
		b.session, b.version = r.(*app.Session), version
	}
	for _, act := range app.MeetingActions() {
		b.actions[act] = app.Can(l.dir, l.actor, act, m).Allow
	}
	return b, nil
}

// votesOf runs fn on a meeting's votes.
func (a *API) votesOf(ctx context.Context, id app.ID, fn func(*ballotBox) error) error {
	l := a.look(viewerOf(ctx))
	var pending map[app.ID][]app.CommandID
	if a.Sync != nil {
		var err error
		if pending, err = a.Sync.Pending(ctx); err != nil {
			return err
		}
	}
	return a.Store.Read(ctx, func(v View) error {
		b, err := a.ballotBox(l, v, id, pending)
		if err != nil {
			return err
		}
		if b.took = func(app.ID, app.Key) bool { return false }; a.Places != nil {
			b.took = a.Places.Took
		}
		return fn(b)
	})
}

func (a *API) listVotes(ctx context.Context, in *meetingInput) (*body[VoteList], error) {
	out := VoteList{Votes: []VoteItem{}}
	err := a.votesOf(ctx, in.ID, func(b *ballotBox) error {
		out.Session, out.Version, out.Attendance = b.session.ID, b.version, app.AttendanceID(in.ID, b.viewer.Person)
		out.Entitled, out.MayDraft = len(b.meeting.Entitled()), b.actions["session.draft_vote"] && b.version != 0
		keys := slices.Sorted(maps.Keys(b.session.Votes))
		slices.SortStableFunc(keys, func(x, y app.CommandID) int { return cmp.Compare(b.opened(y), b.opened(x)) })
		for _, key := range keys {
			item, _, err := b.item(key)
			if err != nil {
				return err
			}
			out.Votes = append(out.Votes, item)
		}
		return nil
	})
	return &body[VoteList]{out}, err
}

func (a *API) getVote(ctx context.Context, in *voteInput) (*body[VoteView], error) {
	out := VoteView{People: []VoterView{}}
	err := a.votesOf(ctx, in.ID, func(b *ballotBox) (err error) {
		if _, ok := b.session.Votes[app.CommandID(in.Vote)]; !ok {
			return app.ErrNotFound
		}
		var people []VoterView
		out.VoteItem, people, err = b.item(app.CommandID(in.Vote))
		out.Version, out.Meeting = b.version, b.meeting.Title
		out.People = append(out.People, people...)
		return err
	})
	return &body[VoteView]{out}, err
}

// opened is when a vote was opened; one to be opened comes after all that were.
func (b *ballotBox) opened(key app.CommandID) app.Time {
	if at := b.session.Votes[key].Opened; at != 0 {
		return at
	}
	return b.now
}

// item is a vote as the viewer may see it, with its people.
func (b *ballotBox) item(key app.CommandID) (VoteItem, []VoterView, error) {
	v := b.session.Votes[key]
	eligible := v.Eligible
	if v.Opened == 0 {
		eligible = b.meeting.Entitled()
	}
	out := VoteItem{Key: key, Title: v.Title, Text: v.Text, Item: v.Item, Material: v.Material, Type: v.Type, Threshold: v.Threshold,
		PerMille: v.PerMille, Base: v.Base, Choices: choicesOf(v), State: v.State, Epoch: v.Epoch, Opened: v.Opened, Closed: v.Closed,
		Published: v.Published, Voided: v.Voided, Reason: v.Reason, By: b.who(v.By), Eligible: len(eligible),
		MayVote: slices.Contains(eligible, b.viewer.Person) && v.Type != app.VoteSecret, Pending: len(b.pending[b.session.ID]) > 0,
		Ballot: app.BallotID(b.meeting.ID, key, b.viewer.Person), GraceEnd: v.GraceUntil, Actions: b.may(v)}
	for _, p := range v.Grace {
		out.Grace = append(out.Grace, b.who(p))
	}
	people, err := b.people(key, v, eligible, &out)
	if err != nil {
		return out, nil, err
	}
	if v.Published != 0 || b.runs && v.Closed != 0 && (v.Type != app.VoteSecret || v.Result.Paper) {
		out.Result = resultView(v)
	}
	return out, people, nil
}

// people are those with a vote and, in the item, what is the viewer's own and
// how far they are.
func (b *ballotBox) people(key app.CommandID, v app.Vote, eligible []app.ID, item *VoteItem) ([]VoterView, error) {
	progress := VoteProgress{}
	out := make([]VoterView, 0, len(eligible))
	for _, id := range eligible {
		one := VoterView{Person: b.who(id), Present: slices.Contains(v.Present, id)}
		if b.runs || id == b.viewer.Person {
			if err := b.progress(key, v, id, &one, item); err != nil {
				return nil, err
			}
		}
		if v.Published != 0 {
			one.Choice = v.Result.Named[id]
			one.Cast = one.Cast || one.Choice != ""
		}
		if one.Ready {
			progress.Ready++
		}
		if one.Late {
			progress.Late++
		} else if one.Cast {
			progress.Cast++
		}
		out = append(out, one)
	}
	if b.runs {
		item.Progress = &progress
	}
	slices.SortFunc(out, func(x, y VoterView) int {
		return cmp.Or(cmp.Compare(app.Fold(x.Person.Name), app.Fold(y.Person.Name)), cmp.Compare(x.Person.ID, y.Person.ID))
	})
	return out, nil
}

// progress reads what is held here of one person's part in the vote.
func (b *ballotBox) progress(key app.CommandID, v app.Vote, id app.ID, one *VoterView, item *VoteItem) error {
	mine := id == b.viewer.Person
	r, _, err := b.view.Record(b.reader(), app.Key{Kind: app.KindAttendance, ID: app.AttendanceID(b.meeting.ID, id)})
	if err != nil && !errors.Is(err, app.ErrNotFound) {
		return err
	}
	if err == nil {
		att := r.(*app.Attendance)
		one.Ready = att.Ready[key] != 0
		if v.Closed == 0 {
			one.Present = att.Presence.Here()
		}
		item.Ready = item.Ready || mine && one.Ready
	}
	r, _, err = b.view.Record(b.reader(), app.Key{Kind: app.KindBallot, ID: app.BallotID(b.meeting.ID, key, id)})
	if errors.Is(err, app.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ballot := r.(*app.Ballot)
	one.Cast, one.Late = true, ballot.Late
	if mine {
		item.Mine = &MyBallot{Choice: ballot.Choice, Text: ballot.Text, At: ballot.At, Late: ballot.Late, Pending: len(b.pending[ballot.ID]) > 0,
			AtPlace: b.took(b.meeting.ID, ballot.Key())}
	}
	if b.runs && v.Closed != 0 && v.Type == app.VoteNamed && !ballot.Late {
		one.Text = ballot.Text
	}
	return nil
}

// may lists what the viewer may do with a vote now.
func (b *ballotBox) may(v app.Vote) []app.Action {
	of := map[app.VoteState][]app.Action{
		app.VoteDraft:     {"session.ready_vote", "session.open_vote", "session.void_vote"},
		app.VoteReady:     {"session.open_vote", "session.void_vote"},
		app.VoteOpened:    {"session.close_vote", "session.void_vote"},
		app.VoteClosed:    {"session.publish_vote", "session.void_vote"},
		app.VotePublished: {"session.void_vote"},
	}[v.State]
	switch {
	case v.State == app.VoteClosed && v.Type == app.VoteSecret:
		of = append(of, "session.enter_totals")
	case v.State == app.VoteClosed && len(v.Grace) > 0:
		of = append(of, "session.count_late")
	}
	out := []app.Action{}
	for _, act := range of {
		if b.actions[act] {
			out = append(out, act)
		}
	}
	return out
}

func choicesOf(v app.Vote) []app.Choice {
	if v.Abstain {
		return app.Choices
	}
	return app.Choices[:len(app.Choices)-1]
}

func resultView(v app.Vote) *VoteResult {
	r := v.Result
	out := &VoteResult{Eligible: r.Eligible, Present: r.Present, Cast: r.Cast, Counts: []VoteCount{}, Base: v.BaseOf(r), Needed: v.Needed(r),
		Passed: r.Passed, Late: r.Late, Paper: r.Paper, Invalid: r.Invalid}
	for _, c := range choicesOf(v) {
		out.Counts = append(out.Counts, VoteCount{c, r.Counts[c]})
	}
	return out
}

func (a *API) getProtocol(ctx context.Context, in *voteInput) (*stream, error) {
	if a.Protocols == nil {
		return nil, errNotHere
	}
	l := a.look(viewerOf(ctx))
	text, err := a.Protocols.Protocol(ctx, l.reader(), in.ID, app.CommandID(in.Vote))
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		c.SetHeader("Content-Disposition", disposition("attachment", fmt.Sprintf("bieu-quyet-%d.json", in.Vote)))
		_, _ = c.BodyWriter().Write(text) // the client is gone if this fails
	}}, nil
}
