package api

import (
	"context"

	"khonggiay/app"
)

// DirectionName is a direction as the API spells it.
type DirectionName string

func directionName(d app.Direction) DirectionName {
	if d == app.Outgoing {
		return "outgoing"
	}
	return "incoming"
}

func (n DirectionName) direction() app.Direction {
	switch n {
	case "incoming":
		return app.Incoming
	case "outgoing":
		return app.Outgoing
	}
	return 0
}

// DocRow is a document in a list.
type DocRow struct {
	ID            app.ID        `json:"id"`
	Direction     DirectionName `json:"direction" enum:"incoming,outgoing"`
	Unit          app.ID        `json:"unit" doc:"the office that holds it"`
	State         app.State     `json:"state"`
	Type          app.TypeCode  `json:"type,omitempty"`
	Symbol        string        `json:"symbol,omitempty" doc:"12/QĐ-UBND; empty while there is no number"`
	NumberPending bool          `json:"numberPending,omitempty" doc:"Chờ cấp số"`
	IssuedDate    app.Date      `json:"issuedDate,omitempty"`
	Created       app.Time      `json:"created,omitempty"`
	Arrived       app.Time      `json:"arrived,omitempty"`
	Moved         app.Time      `json:"moved,omitempty" doc:"last time something happened"`
	OrganName     string        `json:"organName,omitempty"`
	Subject       string        `json:"subject"`
	Urgency       app.Urgency   `json:"urgency"`
	Deadline
	Finished   app.Time         `json:"finished,omitempty" doc:"deadline closed: answered or completed"`
	Book       app.ID           `json:"book,omitempty"`
	BookYear   int              `json:"bookYear,omitempty"`
	BookNumber uint32           `json:"bookNumber,omitempty"`
	Lead       *NamedRef        `json:"lead,omitempty" doc:"who has the lead"`
	Drafter    *PersonRef       `json:"drafter,omitempty"`
	Submitted  *PersonRef       `json:"submittedTo,omitempty" doc:"to whom it was submitted, or who must act next"`
	Recipients *RecipientCounts `json:"recipients,omitempty"`
	Source     app.ID           `json:"source,omitempty"`
	ReplyTo    app.ID           `json:"replyTo,omitempty"`
	Files      int              `json:"files"`
	Remarks    int              `json:"remarks"`
	Directives int              `json:"directives"`
	Paper      bool             `json:"paper,omitempty"`
	Signed     bool             `json:"signed,omitempty"`
	Sealed     bool             `json:"sealed,omitempty"`
	Unread     bool             `json:"unread,omitempty"`
	Pending    bool             `json:"pending,omitempty" doc:"commands about it wait to go up"`
	Version    uint64           `json:"version"`
}

// Deadline is a last day with what it means today. It is computed at each
// reading and stored nowhere.
type Deadline struct {
	Due      app.Date `json:"due,omitempty"`
	Overdue  bool     `json:"overdue,omitempty"`
	DaysLeft *int     `json:"daysLeft,omitempty" doc:"working days left, today not counted; negative when past; absent when nothing is left to do"`
}

// RecipientCounts sums the recipients of an outgoing document up.
type RecipientCounts struct {
	Total    int `json:"total"`
	Received int `json:"received" doc:"have received it, or gone further"`
}

// deadline tells what the last day means today, as long as something is open.
func (l *look) deadline(due app.Date, open bool) Deadline {
	d := Deadline{Due: due}
	if due == 0 || !open {
		return d
	}
	left := l.dir.DaysLeft(due, l.now)
	if d.Overdue = due < l.today; d.Overdue {
		left = min(left, -1) // past on a day off is past all the same
	}
	d.DaysLeft = &left
	return d
}

// symbol is "số/ký hiệu" as printed.
func symbol(number, notation string) string {
	switch {
	case number == "":
		return ""
	case notation == "":
		return number
	}
	return number + "/" + notation
}

func (l *look) row(r app.DocumentRow) DocRow {
	row := DocRow{
		ID: r.ID, Direction: directionName(r.Direction), Unit: r.Unit, State: r.State, Type: r.Type,
		Symbol: symbol(r.CodeNumber, r.Notation), NumberPending: r.Book != "" && r.BookNumber == 0,
		IssuedDate: r.IssuedDate, Created: r.Created, Arrived: r.Arrived, Moved: r.Moved,
		OrganName: r.OrganName, Subject: r.Subject, Urgency: r.Urgency,
		Deadline: l.deadline(r.DueDate, r.Finished == 0 && r.Open), Finished: r.Finished,
		Book: r.Book, BookYear: r.BookYear, BookNumber: r.BookNumber, Lead: l.named(r.Lead),
		Drafter: l.person(r.Drafter), Submitted: l.person(r.Submitted), Source: r.Source, ReplyTo: r.ReplyTo,
		Files: r.Files, Remarks: r.Remarks, Directives: r.Directives, Paper: r.Paper, Signed: r.Signed, Sealed: r.Sealed,
		Unread: r.Unread, Version: r.Version,
	}
	if row.OrganName == "" {
		if u := l.unit(r.Organ); u != nil {
			row.OrganName = u.Name
		}
	}
	if r.Direction == app.Outgoing && r.Recipients > 0 {
		row.Recipients = &RecipientCounts{Total: r.Recipients, Received: r.Received}
	}
	return row
}

// rows makes rows of the page, with what waits to go up about each.
func (a *API) rows(ctx context.Context, l *look, items []app.DocumentRow) ([]DocRow, error) {
	out := make([]DocRow, len(items))
	refs := make([]*DocRow, len(items))
	for i, r := range items {
		out[i] = l.row(r)
		refs[i] = &out[i]
	}
	return out, a.markPending(ctx, refs)
}

// markPending marks the documents about which commands wait to go up.
func (a *API) markPending(ctx context.Context, rows []*DocRow) error {
	if a.Sync == nil || len(rows) == 0 {
		return nil
	}
	waiting, err := a.Sync.Pending(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Pending = len(waiting[row.ID]) > 0
	}
	return nil
}
