package api_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// TestBooks: everybody of an office sees who holds its books; what happened to
// them only those who keep or control the register; strangers nothing.
func TestBooks(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	year := p.clock().Year()
	const hour = app.Time(3_600_000)
	err := p.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		for i, id := range []app.ID{"d1", "d2"} {
			if err := tx.Put(&app.Document{ID: id, Direction: app.Incoming, Unit: "x1", State: app.InRegistered, Subject: "Về việc " + string(id),
				Book: "x1.den", BookYear: year, BookNumber: 7, Created: p.clock() + app.Time(i)}); err != nil {
				return err
			}
		}
		if err := tx.Put(&app.Document{ID: "d3", Direction: app.Incoming, Unit: "x1", State: app.InRegistered, Subject: "Chờ số", Book: "x1.den"}); err != nil {
			return err
		}
		if err := tx.SetLastNumber("x1.den", year, 8); err != nil {
			return err
		}
		if err := tx.Put(&app.Book{ID: "x1.den", Unit: "x1", Direction: app.Incoming, Name: "Sổ văn bản đến", Holder: "may-1", Epoch: 1,
			Loan: app.Loan{Writer: 20, Person: "x1.clerk", Name: "Máy văn thư", Since: p.clock() - hour, Until: p.clock() + hour, Year: year, Last: 6}}); err != nil {
			return err
		}
		return tx.Put(&app.BookLog{ID: app.BookLogID("x1.den"), Book: "x1.den", Unit: "x1",
			Holds:  map[uint32]app.Hold{1: {Holder: "may-1", Writer: 20, Person: "x1.clerk", Name: "Máy văn thư", Since: p.clock() - hour, By: "x1.clerk"}},
			Spent:  map[uint64]app.Spent{app.SpentKey(year, 8): {Doc: "d3", By: "x1.clerk", At: p.clock(), Reason: "document.wrong_state"}},
			Alarms: map[app.CommandID]app.BookAlarm{5: {Kind: app.AlarmTwice, Year: year, Number: 7, Doc: "d2", Other: "d1", Epoch: 1, At: p.clock()}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[app.ID]struct {
		log bool
		may []string
	}{
		"x1.clerk":   {true, []string{"lend", "return", "reconcile", "open"}},
		"x1.leader":  {true, []string{}},
		"x1.auditor": {true, []string{}},
		"x1.admin":   {true, []string{"lend", "recall"}},
		"x1.officer": {false, []string{}},
	} {
		b := p.books(t, who)["x1.den"]
		if b.Holder != "other" || b.Loan == nil || b.Loan.Machine != "Máy văn thư" || b.Loan.Person.ID != "x1.clerk" || b.Last != 8 || b.Waiting != 1 || b.Loan.Over {
			t.Errorf("%s sees %+v, loan %+v", who, b, b.Loan)
		}
		if !slices.Equal(b.May, want.may) {
			t.Errorf("%s may %v, want %v", who, b.May, want.may)
		}
		if got := len(b.Holds) == 1 && len(b.Spent) == 1 && len(b.Alarms) == 1; got != want.log || !want.log && len(b.Holds)+len(b.Spent)+len(b.Alarms) != 0 {
			t.Errorf("%s sees of the log: %d holds, %d spent, %d alarms", who, len(b.Holds), len(b.Spent), len(b.Alarms))
		}
	}
	a := p.books(t, "x1.clerk")["x1.den"].Alarms[0]
	if a.Doc == nil || a.Doc.ID != "d2" || a.Other == nil || a.Other.ID != "d1" || a.Machine != "Máy văn thư" {
		t.Errorf("the alarm is %+v", a)
	}
	if a := p.books(t, "x1.admin")["x1.den"].Alarms[0]; a.Doc != nil || a.Other != nil {
		t.Errorf("an administrator reads documents in an alarm: %+v", a)
	}
	if _, ok := p.books(t, "x2.clerk")["x1.den"]; ok {
		t.Error("another office's clerk sees the book")
	}
	p.now.Add(int64(2 * hour))
	if b := p.books(t, "x1.clerk")["x1.den"]; !b.Loan.Over {
		t.Error("the loan is not over when its time is")
	}
}

func (p *province) books(t *testing.T, who app.ID) map[app.ID]api.BookState {
	t.Helper()
	var list []api.BookState
	w := p.do(string(who), "GET", "/api/books", nil, nil)
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatalf("%s: %d %s", who, w.Code, w.Body)
	}
	out := map[app.ID]api.BookState{}
	for _, b := range list {
		out[b.ID] = b
	}
	return out
}
