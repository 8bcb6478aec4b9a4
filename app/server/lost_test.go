package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// read has a person confirm what he was told, and returns the answer's status.
func (f *fixture) read(c *http.Cookie, until app.Time) int {
	f.Helper()
	header := []string{"Content-Type", "application/json", "Origin", "https://" + f.Addr()}
	if c != nil {
		header = append(header, "Cookie", c.Name+"="+c.Value)
	}
	resp, _ := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/lost/read", strings.NewReader(fmt.Sprintf(`{"until":%d}`, until)), header...)
	return resp.StatusCode
}

// told signs a person in and returns what he is told of, with his cookie.
func (f *fixture) told(name string) ([]api.LostSpan, *http.Cookie) {
	f.Helper()
	_, b, c := f.signIn(name, password)
	if c == nil {
		f.Fatalf("sign in: %s", b)
	}
	return f.who(c).Lost, c
}

// openBook has the clerk say where the paper book stands.
func (f *fixture) openBook() {
	f.Helper()
	l := f.enrol(clerk)
	key := app.Key{Kind: app.KindBook, ID: "so-den"}
	l.pull(l.command("book.open.1", key, 0, &app.BookOpen{Year: f.store.Now().Year()}))
	if f.store.Directory().Book("so-den").Closed() {
		f.Fatal("the book is still closed")
	}
}

// TestLostWorkIsTold: whoever signs in after a restore is told once, from the
// backup to the restore, that work done in a browser is lost; strangers and
// laptops hear nothing of it, and after the time of waiting nobody does.
func TestLostWorkIsTold(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	f.account("chu", leader)
	f.account("xa", stranger)
	if spans, _ := f.told("lan"); len(spans) != 0 {
		t.Errorf("before any restore: %+v", spans)
	}
	before := f.store.Now()
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	g := f.comesBack(path)

	spans, c := g.told("lan")
	if len(spans) != 1 || spans[0].Since < before || spans[0].Until < spans[0].Since || spans[0].Until > g.store.Now() {
		t.Fatalf("after the restore: %+v", spans)
	}
	if s := g.who(&http.Cookie{Name: c.Name, Value: "none"}); !s.NeedsLogin || len(s.Lost) != 0 {
		t.Errorf("a stranger is told %+v", s.Lost)
	}
	if status := g.read(nil, spans[0].Until); status != http.StatusUnauthorized {
		t.Errorf("a stranger confirms: %d", status)
	}
	if got := g.who(c).Lost; len(got) != 1 {
		t.Errorf("before it was read: %+v", got)
	}
	if status := g.read(c, spans[0].Until); status != http.StatusNoContent || len(g.who(c).Lost) != 0 {
		t.Errorf("read: %d, and told %+v", status, g.who(c).Lost)
	}
	if again, _ := g.told("lan"); len(again) != 0 {
		t.Errorf("told twice: %+v", again)
	}
	if other, _ := g.told("chu"); len(other) != 1 {
		t.Errorf("another person: %+v", other)
	}
	if g.audited("lost.told") != 1 {
		t.Error("who has read it is in no log")
	}

	g.ahead(31 * 24 * time.Hour)
	if late, _ := g.told("xa"); len(late) != 1 {
		t.Errorf("while a book is closed: %+v", late)
	}
	g.openBook()
	if late, _ := g.told("xa"); len(late) != 0 {
		t.Errorf("after the time of waiting: %+v", late)
	}
}

// TestEachRestoreIsTold: a second restore tells of its own time, also those who
// have read of the first; and nobody can confirm ahead.
func TestEachRestoreIsTold(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	f.account("chu", leader)
	first, _ := f.backed(SealFor{Passphrase: passphrase})
	g := f.comesBack(first)
	spans, c := g.told("lan")
	if status := g.read(c, spans[0].Until+app.Time(365*24*3600*1000)); status != http.StatusNoContent {
		t.Fatalf("read: %d", status)
	}
	second, _ := g.backed(SealFor{Passphrase: passphrase})
	h := g.comesBack(second)
	if again, _ := h.told("lan"); len(again) != 1 || again[0].Since < spans[0].Until {
		t.Errorf("who has read of the first: %+v", again)
	}
	if both, _ := h.told("chu"); len(both) != 2 || both[0] != spans[0] {
		t.Errorf("who was never there: %+v", both)
	}
}
