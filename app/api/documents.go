package api

import (
	"context"

	"khonggiay/app"
)

// DocumentList is one page of a list.
type DocumentList struct {
	Items       []DocRow `json:"items"`
	Next        string   `json:"next,omitempty" doc:"give it as after to get the next page"`
	Total       int      `json:"total"`
	TotalCapped bool     `json:"totalCapped,omitempty" doc:"there are more than total says"`
}

// DeskView is what waits for the person now.
type DeskView struct {
	Queues  []QueueCount `json:"queues" doc:"in the order of a working day, empty ones left out"`
	Items   []DeskItem   `json:"items" doc:"most urgent first, then nearest deadline"`
	Overdue int          `json:"overdue"`
	Today   int          `json:"today"`
	Unread  int          `json:"unread"`
}

// QueueCount is the length of a queue.
type QueueCount struct {
	Key   app.Queue `json:"key"`
	Count int       `json:"count"`
}

// DeskItem is one thing that waits.
type DeskItem struct {
	Queue     app.Queue         `json:"queue"`
	Doc       DocRow            `json:"doc"`
	Directive app.CommandID     `json:"directive,omitempty" doc:"for tasks and results"`
	Extension app.CommandID     `json:"extension,omitempty"`
	Receiver  app.ID            `json:"receiver,omitempty" doc:"whose part of the directive: a person or a unit"`
	TaskRole  app.DirectiveRole `json:"taskRole,omitempty"`
	TaskState app.TaskState     `json:"taskState,omitempty"`
	Deadline
	Since app.Time   `json:"since,omitempty"`
	From  *PersonRef `json:"from,omitempty" doc:"who gave it, drafted it or asked"`
	Text  string     `json:"text,omitempty"`
	Giver *PersonRef `json:"giver,omitempty" doc:"waits for this person, who has delegated it"`
}

type listInput struct {
	Direction string   `query:"direction" enum:"incoming,outgoing"`
	Group     string   `query:"group" enum:"waiting,registered,submitted,processing,done,returned,drafts,to_sign,to_number,issued,cancelled"`
	State     []string `query:"state,explode" maxItems:"40"`
	Type      []string `query:"type,explode" maxItems:"40"`
	Urgency   []int    `query:"urgency,explode" maxItems:"4"`
	Unit      string   `query:"unit" maxLength:"64" doc:"office that holds it"`
	Organ     string   `query:"organ" maxLength:"64" doc:"issuing office, of ours"`
	Book      string   `query:"book" maxLength:"64"`
	From      dayParam `query:"from"`
	To        dayParam `query:"to"`
	Open      bool     `query:"open"`
	Overdue   bool     `query:"overdue"`
	Unread    bool     `query:"unread"`
	Assigned  bool     `query:"assigned" doc:"a directive is addressed to me"`
	Mine      bool     `query:"mine" doc:"drafted by me, submitted to me, or directed by me"`
	Q         string   `query:"q" maxLength:"200"`
	Sort      string   `query:"sort" enum:"arrived,moved,issued,due,number,urgency"`
	Desc      bool     `query:"desc" doc:"the other way round than the order's natural one"`
	After     string   `query:"after" maxLength:"400"`
	Limit     int      `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type countsInput struct {
	Direction string `query:"direction" enum:"incoming,outgoing" required:"true"`
}

// dayParam is a day in a query. The framework would read a bare app.Date, which
// is a number inside, as a number.
type dayParam struct{ app.Date }

type documentInput struct {
	ID app.ID `path:"id" maxLength:"64"`
}

type duplicatesInput struct {
	Direction string   `query:"direction" enum:"incoming,outgoing" default:"incoming"`
	Unit      string   `query:"unit" maxLength:"64"`
	Symbol    string   `query:"symbol" maxLength:"60"`
	Organ     string   `query:"organ" maxLength:"200"`
	Date      dayParam `query:"date"`
	Subject   string   `query:"subject" maxLength:"500"`
	SHA256    []string `query:"sha256,explode" maxItems:"50"`
	Except    string   `query:"except" maxLength:"64"`
}

// DuplicateView is a document that may be the same as one being entered.
type DuplicateView struct {
	DocRow
	Why app.DuplicateReason `json:"why" enum:"file,number,subject"`
}

// groups are the tabs over the lists: names for sets of states.
var groups = map[string]map[app.Direction][]app.State{
	"waiting":    {app.Incoming: {app.InWaiting}, app.Outgoing: {app.OutReview, app.OutContentCheck, app.OutFormCheck}},
	"registered": {app.Incoming: {app.InReceived, app.InRegistered}},
	"submitted":  {app.Incoming: {app.InSubmitted}},
	"processing": {app.Incoming: {app.InDistributed, app.InHandling}},
	"done":       {app.Incoming: {app.InDone}},
	"returned":   {app.Incoming: {app.InReturned, app.InRecalled}, app.Outgoing: {app.OutSentBack}},
	"drafts":     {app.Outgoing: {app.OutDraft}},
	"to_sign":    {app.Outgoing: {app.OutToSign}},
	"to_number":  {app.Outgoing: {app.OutSigned, app.OutToNumber, app.OutNumbered, app.OutToSeal, app.OutSealed, app.OutToIssue}},
	"issued":     {app.Outgoing: {app.OutIssued, app.OutArchived}},
	"cancelled":  {app.Outgoing: {app.OutCancelled, app.OutRecalled, app.OutReplaced, app.OutCorrected}},
}

func (a *API) documentRoutes() {
	route(a, forPerson, get("/desk", "getDesk", "What waits for me now", "documents"), a.getDesk)
	route(a, forPerson, get("/documents", "listDocuments", "A list of documents", "documents"), a.listDocuments)
	route(a, forPerson, get("/documents/counts", "countDocuments", "How many documents each tab holds", "documents"), a.countDocuments)
	route(a, forPerson, get("/documents/duplicates", "findDuplicates", "Documents that may be the same", "documents"), a.findDuplicates)
	route(a, forPerson, get("/documents/{id}", "getDocument", "One document with everything in it", "documents"), a.getDocument)
}

func (a *API) getDesk(ctx context.Context, _ *none) (*body[DeskView], error) {
	l := a.look(viewerOf(ctx))
	out := DeskView{Queues: []QueueCount{}}
	err := a.Store.Read(ctx, func(v View) error {
		desk, err := v.Desk(l.reader(), app.DeskQuery{Today: l.today})
		if err != nil {
			return err
		}
		for _, queue := range app.Queues {
			if n := desk.Counts[queue]; n > 0 {
				out.Queues = append(out.Queues, QueueCount{queue, n})
			}
		}
		out.Overdue, out.Today, out.Unread = desk.Overdue, desk.Today, desk.Unread
		out.Items, err = l.deskItems(v, desk.Items)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows := make([]*DocRow, len(out.Items))
	for i := range out.Items {
		rows[i] = &out.Items[i].Doc
	}
	return &body[DeskView]{out}, a.markPending(ctx, rows)
}

func (l *look) deskItems(v View, items []app.DeskItem) ([]DeskItem, error) {
	out := make([]DeskItem, len(items))
	for i, item := range items {
		out[i] = DeskItem{Queue: item.Queue, Doc: l.row(item.Document), Receiver: item.Receiver,
			Deadline: l.deadline(item.Due, true), Since: item.Since, Giver: l.person(item.Giver)}
		if item.Ref == 0 {
			out[i].From = out[i].Doc.Drafter
			if item.Queue == app.QueueHandOver {
				out[i].From = l.person(item.Receiver)
			}
			continue
		}
		d, _, err := v.Document(l.reader(), item.Document.ID)
		if err != nil {
			return nil, err
		}
		l.deskDetail(d, item, &out[i])
	}
	return out, nil
}

// deskDetail adds who asked and what he wrote; that is inside the document.
func (l *look) deskDetail(d *app.Document, item app.DeskItem, out *DeskItem) {
	if e, ok := d.Extensions[item.Ref]; ok && item.Queue == app.QueueExtension {
		out.Extension, out.From, out.Text = item.Ref, l.person(e.By), e.Reason
		return
	}
	dir := d.Directives[item.Ref]
	out.Directive, out.From, out.Text = item.Ref, l.person(dir.By), dir.Text
	if t, ok := dir.Tasks[item.Receiver]; ok {
		out.TaskRole, out.TaskState = t.Role, t.State
		if item.Queue == app.QueueResult && !t.Unit {
			out.From, out.Text = l.person(item.Receiver), t.Answer
		}
	}
}

// page asks the store for one page of a list.
func (a *API) page(ctx context.Context, l *look, q app.DocumentQuery) (page app.DocumentPage, err error) {
	err = a.Store.Read(ctx, func(v View) (err error) {
		page, err = v.Documents(l.reader(), q)
		return err
	})
	return page, err
}

func (a *API) listDocuments(ctx context.Context, in *listInput) (*body[DocumentList], error) {
	l := a.look(viewerOf(ctx))
	page, err := a.page(ctx, l, in.query(l))
	if err != nil {
		return nil, err
	}
	rows, err := a.rows(ctx, l, page.Items)
	if err != nil {
		return nil, err
	}
	return &body[DocumentList]{DocumentList{Items: rows, Next: page.Next, Total: page.Total, TotalCapped: page.More}}, nil
}

// narrows reports whether anything but words says what is looked for.
func (in *listInput) narrows() bool {
	return in.Direction != "" || in.Group != "" || len(in.State) > 0 || len(in.Type) > 0 || len(in.Urgency) > 0 ||
		in.Unit != "" || in.Organ != "" || in.Book != "" || in.From.Date != 0 || in.To.Date != 0 || in.Open || in.Overdue
}

func (in *listInput) query(l *look) app.DocumentQuery {
	q := app.DocumentQuery{
		Direction: DirectionName(in.Direction).direction(), Unit: app.ID(in.Unit), Organ: app.ID(in.Organ),
		Book: app.ID(in.Book), From: in.From.Date, To: in.To.Date,
		Open: in.Open, Overdue: in.Overdue, Today: l.today, Unread: in.Unread, Assigned: in.Assigned, Mine: in.Mine,
		Text: app.NormalText(in.Q), Sort: app.Sort(in.Sort), Reverse: in.Desc, Cursor: in.After, Limit: in.Limit,
	}
	if in.Sort == "arrived" {
		q.Sort = app.SortRecent
	}
	for _, s := range in.State {
		q.States = append(q.States, app.State(s))
	}
	if in.Group != "" {
		for direction, states := range groups[in.Group] {
			if q.Direction == 0 || q.Direction == direction {
				q.States = append(q.States, states...)
			}
		}
		if len(q.States) == 0 {
			q.States = []app.State{"-"} // a tab of the other direction holds nothing
		}
	}
	for _, t := range in.Type {
		q.Types = append(q.Types, app.TypeCode(t))
	}
	for _, u := range in.Urgency {
		q.Urgency = append(q.Urgency, app.Urgency(u))
	}
	return q
}

func (a *API) countDocuments(ctx context.Context, in *countsInput) (*body[map[string]int], error) {
	l := a.look(viewerOf(ctx))
	direction := DirectionName(in.Direction).direction()
	out := map[string]int{}
	err := a.Store.Read(ctx, func(v View) error {
		for name, byDirection := range groups {
			states := byDirection[direction]
			if len(states) == 0 {
				continue
			}
			page, err := v.Documents(l.reader(), app.DocumentQuery{Direction: direction, States: states, Limit: 1})
			if err != nil {
				return err
			}
			out[name] = page.Total
		}
		return nil
	})
	return &body[map[string]int]{out}, err
}

func (a *API) findDuplicates(ctx context.Context, in *duplicatesInput) (*body[[]DuplicateView], error) {
	l := a.look(viewerOf(ctx))
	q := app.DuplicateQuery{Unit: app.ID(in.Unit), Direction: DirectionName(in.Direction).direction(),
		IssuedDate: in.Date.Date, OrganName: app.NormalText(in.Organ), Subject: app.NormalText(in.Subject), Except: app.ID(in.Except)}
	q.CodeNumber, q.Notation = splitSymbol(app.NormalText(in.Symbol))
	if q.Unit == "" {
		if offices := l.offices(); len(offices) > 0 {
			q.Unit = offices[0]
		}
	}
	for _, text := range in.SHA256 {
		var h app.Hash
		if h.UnmarshalText([]byte(text)) != nil {
			return nil, errInvalid
		}
		q.Files = append(q.Files, h)
	}
	var found []app.Duplicate
	err := a.Store.Read(ctx, func(v View) (err error) {
		found, err = v.Duplicates(l.reader(), q)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]DuplicateView, len(found))
	for i, f := range found {
		out[i] = DuplicateView{DocRow: l.row(f.Document), Why: f.Reason}
	}
	return &body[[]DuplicateView]{out}, nil
}

// reader is the person as the store asks for him.
func (l *look) reader() app.Viewer {
	return app.Viewer{Person: l.viewer.Person, Scopes: l.scopes, All: l.viewer.All}
}
