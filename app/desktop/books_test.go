package desktop

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
)

// book is the commune's book as the laptop shows it.
func (l *laptop) book() api.BookState {
	l.t.Helper()
	var list []api.BookState
	if code := l.call("GET", "/api/books", nil, &list); code != http.StatusOK || len(list) != 1 {
		l.t.Fatalf("books: %d, %d of them", code, len(list))
	}
	return list[0]
}

func (l *laptop) borrow(until app.Time) {
	l.t.Helper()
	var session api.Session
	l.call("GET", "/api/session", nil, &session)
	if code := l.call("POST", "/api/commands", map[string]any{"name": "book.lend.1", "target": map[string]any{"kind": app.KindBook, "id": "xa.den"},
		"args": map[string]any{"device": session.Device.ID, "until": until}}, nil); code != http.StatusOK {
		l.t.Fatalf("borrowing: %d", code)
	}
	l.until("the book", func() bool { return l.book().Holder == "this" })
}

// TestBorrowedBook: the laptop numbers without a line until its time is over;
// then it gives the book back by itself, and what waits is numbered.
func TestBorrowedBook(t *testing.T) {
	s := startServer(t)
	at := &wall{}
	l := startIn(t, t.TempDir(), at.use)
	defer l.stop()
	var invitation struct{ Code string }
	s.do("code.make", server.PersonRequest{Person: clerkC}, &invitation)
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: invitation.Code}, nil); code != http.StatusOK {
		t.Fatalf("enrol: %d", code)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	l.borrow(l.app.clock.Now() + app.Time(time.Hour/time.Millisecond))

	link := l.app.currentLink()
	link.cutLine(true)
	for i := range 3 {
		id := app.ID(fmt.Sprintf("d%d", i+1))
		if i == 2 {
			at.set(2 * time.Hour) // its time is over
		}
		l.give("document.receive.1", id, `{"unit":"xa-an","fields":{"subject":"Đến bằng giấy","paper":true}}`)
		l.give("document.register.1", id, `{"book":"xa.den"}`)
	}
	if a, b, c := l.doc("d1"), l.doc("d2"), l.doc("d3"); a.BookNumber != 1 || b.BookNumber != 2 || !c.NumberPending {
		t.Fatalf("numbers %d, %d and %d", a.BookNumber, b.BookNumber, c.BookNumber)
	}
	l.until("the book to be given back", func() bool {
		if err := link.tendBooks(t.Context()); err != nil { // as every minute
			t.Fatal(err)
		}
		return l.book().Holder == "server"
	})
	at.set(0)
	link.cutLine(false)
	l.until("the last number", func() bool { return l.doc("d3").BookNumber != 0 && l.sync().WaitingCount == 0 })
	for id, want := range map[app.ID]uint32{"d1": 1, "d2": 2, "d3": 3} {
		if got := l.doc(id).BookNumber; got != want {
			t.Errorf("%s has number %d, want %d", id, got, want)
		}
	}
	if b := l.book(); b.Loan != nil || b.Waiting != 0 || len(b.Holds) != 2 || b.Holds[1].Ended == 0 || len(b.Alarms)+len(b.Spent) != 0 {
		t.Errorf("the book is %+v", b)
	}
}

// TestWaitingIsNumbered: what waits in a book is numbered by the laptop that
// borrows it, without anybody's doing.
func TestWaitingIsNumbered(t *testing.T) {
	s := startServer(t)
	l, other := s.laptopOf(clerkC), s.laptopOf(clerkC)
	defer l.stop()
	defer other.stop()
	l.borrow(l.app.clock.Now() + app.Time(time.Hour/time.Millisecond))
	other.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Đến bằng giấy","paper":true}}`)
	other.give("document.register.1", "d1", `{"book":"xa.den"}`)
	other.until("the number", func() bool { return other.doc("d1").BookNumber == 1 })
	if b := other.book(); b.Holder != "other" || b.Loan == nil || b.Loan.Person.ID != clerkC || b.Last != 1 {
		t.Errorf("the other laptop shows %+v", b)
	}
}
