package api

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"khonggiay/app"
)

// BookState is a book with who holds it and what has to be looked at.
type BookState struct {
	ID        app.ID        `json:"id"`
	Unit      UnitRef       `json:"unit"`
	Direction DirectionName `json:"direction" enum:"incoming,outgoing"`
	Name      string        `json:"name"`
	Version   uint64        `json:"version"`
	Year      int           `json:"year" doc:"of last"`
	Last      uint32        `json:"last" doc:"last number given this year, as far as this machine knows"`
	Holder    string        `json:"holder" enum:"server,this,other"`
	Loan      *BookLoan     `json:"loan,omitempty" doc:"while a machine holds it"`
	Closed    *BookClosed   `json:"closed,omitempty" doc:"after a restore, until a clerk says which number was the last"`
	Waiting   int           `json:"waiting" doc:"documents that wait for their number"`
	May       []string      `json:"may" enum:"lend,return,recall,reconcile,open"`
	Holds     []BookHold    `json:"holds" doc:"who held it, the latest first; for those who may know"`
	Spent     []SpentNumber `json:"spent" doc:"numbers without a document"`
	Alarms    []BookAlarm   `json:"alarms" doc:"the latest first"`
}

// BookLoan is the present holder.
type BookLoan struct {
	Device  app.ID    `json:"device"`
	Machine string    `json:"machine"`
	Person  PersonRef `json:"person"`
	Since   app.Time  `json:"since"`
	Until   app.Time  `json:"until"`
	Over    bool      `json:"over,omitempty" doc:"its time is over: it gives no numbers any more"`
}

// BookClosed says where a book stands still.
type BookClosed struct {
	Since app.Time `json:"since"`
	Year  int      `json:"year"`
	Last  uint32   `json:"last"`
	Back  int      `json:"back" doc:"numbers that laptops have brought back"`
}

// BookHold is a holder's time, gone or present.
type BookHold struct {
	Epoch   uint32     `json:"epoch"`
	Server  bool       `json:"server,omitempty"`
	Machine string     `json:"machine,omitempty"`
	Person  *PersonRef `json:"person,omitempty"`
	By      *PersonRef `json:"by,omitempty"`
	Since   app.Time   `json:"since"`
	Ended   app.Time   `json:"ended,omitempty"`
	Recall  bool       `json:"recall,omitempty" doc:"ended by the administrator"`
	Text    string     `json:"text,omitempty"`
	Late    int        `json:"late,omitempty" doc:"numbers that came after its end"`
}

// SpentNumber is a number that was given and has no document.
type SpentNumber struct {
	Year   int        `json:"year"`
	Number uint32     `json:"number"`
	Doc    *DocRow    `json:"doc,omitempty"`
	By     *PersonRef `json:"by,omitempty"`
	At     app.Time   `json:"at"`
	Reason string     `json:"reason,omitempty" doc:"of the refusal; absent: nothing is known of it"`
}

// BookAlarm is what a clerk has to look at.
type BookAlarm struct {
	ID      app.CommandID     `json:"id"`
	Kind    app.BookAlarmKind `json:"kind" enum:"twice,gap"`
	Year    int               `json:"year"`
	Number  uint32            `json:"number"`
	Doc     *DocRow           `json:"doc,omitempty" doc:"that came later"`
	Other   *DocRow           `json:"other,omitempty" doc:"that has the number as well"`
	At      app.Time          `json:"at"`
	Machine string            `json:"machine,omitempty" doc:"on which doc got the number"`
	Settled app.Time          `json:"settled,omitempty"`
	By      *PersonRef        `json:"by,omitempty"`
	Noted   app.ID            `json:"noted,omitempty"`
	Text    string            `json:"text,omitempty"`
}

// maxHolds is how many former holders a screen shows.
const maxHolds = 12

func (a *API) bookRoutes() {
	route(a, forPerson, get("/books", "getBooks", "Books of the person's offices: holder, last number, alarms", "books"), a.getBooks)
}

func (a *API) getBooks(ctx context.Context, _ *none) (*body[[]BookState], error) {
	l := a.look(viewerOf(ctx))
	var device string
	if d := a.Host.Describe(ctx).Device; d != nil {
		device = d.ID
	}
	out := []BookState{}
	err := a.Store.Read(ctx, func(v View) error {
		logs, err := l.bookLogs(v)
		if err != nil {
			return err
		}
		for _, office := range l.offices() {
			for _, b := range l.dir.Books(office) {
				s, err := l.bookState(v, b, app.ID(device))
				if err != nil {
					return err
				}
				if log := logs[b.ID]; log != nil {
					if err := l.fillLog(v, &s, log); err != nil {
						return err
					}
				}
				out = append(out, s)
			}
		}
		return nil
	})
	return &body[[]BookState]{out}, err
}

// bookLogs are the logs that the person may see, by book.
func (l *look) bookLogs(v View) (map[app.ID]*app.BookLog, error) {
	list, err := v.Records(l.reader(), app.KindBookLog)
	out := map[app.ID]*app.BookLog{}
	for _, r := range list {
		if log, ok := r.(*app.BookLog); ok {
			out[log.Book] = log
		}
	}
	return out, err
}

// bookActions are the commands on books, by the names that screens know.
var bookActions = []string{"lend", "return", "recall", "reconcile", "open"}

func (l *look) bookState(v View, b *app.Book, device app.ID) (BookState, error) {
	s := BookState{ID: b.ID, Unit: *l.unit(b.Unit), Direction: directionName(b.Direction), Name: b.Name, Year: l.now.Year(),
		Holder: "server", May: []string{}, Holds: []BookHold{}, Spent: []SpentNumber{}, Alarms: []BookAlarm{}}
	if b.Lent() {
		s.Holder = "other"
		if b.Holder == device {
			s.Holder = "this"
		}
		s.Loan = &BookLoan{Device: b.Holder, Machine: b.Loan.Name, Person: l.who(b.Loan.Person),
			Since: b.Loan.Since, Until: b.Loan.Until, Over: l.now >= b.Loan.Until}
	}
	if b.Closed() {
		s.Closed = &BookClosed{Since: b.Closing.Since, Year: b.Closing.Year, Last: b.Closing.Last, Back: b.Closing.Back}
	}
	for _, act := range bookActions {
		if app.Can(l.dir, l.actor, app.Action("book."+act), b).Allow {
			s.May = append(s.May, act)
		}
	}
	var err error
	if s.Version, err = v.Version(b.Key()); err != nil {
		return s, err
	}
	if s.Last, err = l.lastNumber(v, b, s.Year); err != nil {
		return s, err
	}
	waiting, err := v.Numbered(b.ID, 0, 0)
	s.Waiting = len(waiting)
	return s, err
}

// lastNumber is the highest number that this machine knows of: by its own
// count, by the loan, or by the documents that it holds.
func (l *look) lastNumber(v View, b *app.Book, year int) (uint32, error) {
	last, err := v.LastNumber(b.ID, year)
	if err != nil {
		return 0, err
	}
	if b.Lent() && b.Loan.Year == year {
		last = max(last, b.Loan.Last)
	}
	if !l.viewer.All { // the server counts every book
		return last, nil
	}
	page, err := v.Documents(l.reader(), app.DocumentQuery{Book: b.ID, BookYear: year, Sort: app.SortNumber, Limit: 1, Today: l.today})
	if err == nil && len(page.Items) > 0 {
		last = max(last, page.Items[0].BookNumber)
	}
	return last, err
}

func (l *look) fillLog(v View, s *BookState, log *app.BookLog) error {
	docs := map[app.ID]bool{}
	for _, sp := range log.Spent {
		docs[sp.Doc] = true
	}
	for _, al := range log.Alarms {
		docs[al.Doc], docs[al.Other] = true, true
	}
	delete(docs, "")
	rows, err := v.Rows(l.reader(), slices.Sorted(maps.Keys(docs)))
	if err != nil {
		return err
	}
	row := func(id app.ID) *DocRow {
		r, ok := rows[id]
		if !ok {
			return nil
		}
		d := l.row(r)
		return &d
	}
	epochs := slices.Sorted(maps.Keys(log.Holds))
	slices.Reverse(epochs)
	for _, e := range epochs[:min(len(epochs), maxHolds)] {
		h := log.Holds[e]
		s.Holds = append(s.Holds, BookHold{Epoch: e, Server: h.Holder == app.HolderServer, Machine: h.Name, Person: l.person(h.Person),
			By: l.person(h.By), Since: h.Since, Ended: h.Ended, Recall: h.Recall, Text: h.Text, Late: h.Late})
	}
	for _, k := range slices.Sorted(maps.Keys(log.Spent)) {
		sp := log.Spent[k]
		s.Spent = append(s.Spent, SpentNumber{Year: int(k >> 32), Number: uint32(k), Doc: row(sp.Doc), By: l.person(sp.By), At: sp.At, Reason: sp.Reason})
	}
	ids := slices.Sorted(maps.Keys(log.Alarms))
	slices.SortStableFunc(ids, func(a, b app.CommandID) int { return cmp.Compare(log.Alarms[b].At, log.Alarms[a].At) })
	for _, id := range ids {
		al := log.Alarms[id]
		s.Alarms = append(s.Alarms, BookAlarm{ID: id, Kind: al.Kind, Year: al.Year, Number: al.Number, Doc: row(al.Doc), Other: row(al.Other),
			At: al.At, Machine: log.Holds[al.Epoch].Name, Settled: al.Settled, By: l.person(al.By), Noted: al.Noted, Text: al.Text})
	}
	return nil
}
