package replica_test

import (
	"maps"
	"slices"

	"khonggiay/app"
)

// series is the numbers of a book in a year.
type series struct {
	book app.ID
	year int
}

// numbers is what the server knows of them.
type numbers struct {
	given map[series]map[uint32][]app.ID // documents
	spent map[series]map[uint32]app.ID   // in the logs; "" = of nobody known
	logs  shelf
}

func (w *world) numbers(all map[app.Key]record) numbers {
	n := numbers{map[series]map[uint32][]app.ID{}, map[series]map[uint32]app.ID{}, shelf{}}
	for key, rec := range all {
		switch r := decode(w, key, rec.body).(type) {
		case *app.Document:
			if r.BookNumber != 0 {
				s := series{r.Book, r.BookYear}
				if n.given[s] == nil {
					n.given[s] = map[uint32][]app.ID{}
				}
				n.given[s][r.BookNumber] = append(n.given[s][r.BookNumber], r.ID)
			}
		case *app.BookLog:
			n.logs[r.Book] = r
			for at, x := range r.Spent {
				s := series{r.Book, int(at >> 32)}
				if n.spent[s] == nil {
					n.spent[s] = map[uint32]app.ID{}
				}
				n.spent[s][uint32(at)] = x.Doc
			}
		}
	}
	return n
}

// verifyNumbers: the numbers of each book and year run from 1 without a gap,
// each is one document's, and no document's ever changes. What a restored
// server cannot know any more, and what a holder gave in a command that was
// refused, stands in the book's log; two holders are an alarm of the book.
func (w *world) verifyNumbers(all map[app.Key]record) {
	n := w.numbers(all)
	for s, given := range n.given {
		for number, docs := range given {
			if len(docs) > 1 && !n.logs.named(s, number, docs) {
				w.failf("number %d of %v was given to %v", number, s, docs)
			}
		}
		last := slices.Max(slices.Collect(maps.Keys(given)))
		for k := uint32(1); k <= last; k++ {
			doc, known := n.spent[s][k]
			if len(given[k]) == 0 && (!known || doc == "" && !w.restored() && !n.logs.skipped(s)) {
				w.failf("%v has given numbers up to %d, but not %d", s, last, k)
			}
		}
	}
	w.verifyIssued(n)
	w.verifyKept(n)
}

// verifyKept: a number that a laptop was told is its document's for ever. After
// a restore only what laptops still hold can be proved.
func (w *world) verifyKept(n numbers) {
	held := map[app.CommandID]bool{}
	for _, l := range w.laptops {
		for _, id := range l.given {
			held[id] = !slices.Contains(l.bare, id)
		}
	}
	for id, v := range w.ledger.numbers {
		if w.restored() && !held[id] {
			continue
		}
		g, s := w.ledger.gifts[id], series{v.book, v.year}
		if g.target.Kind != app.KindDocument { // a book that came back numbers what waited
			continue
		}
		doc := g.target.ID
		if !slices.Contains(n.given[s][v.number], doc) && n.spent[s][v.number] != doc {
			w.failf("%v gave %s the number %d of %v; now it is that of %q, or %q in the log", id, doc, v.number, s, n.given[s][v.number], n.spent[s][v.number])
		}
	}
}

// shelf is the logs of all books.
type shelf map[app.ID]*app.BookLog

// alarmed reports whether an alarm of the book names a number, with both
// documents if two are given.
func (s shelf) alarmed(of series, number uint32, docs ...app.ID) bool {
	log := s[of.book]
	if log == nil {
		return false
	}
	for _, a := range log.Alarms {
		names := func(d app.ID) bool { return d != a.Doc && d != a.Other }
		if a.Kind == app.AlarmTwice && a.Year == of.year && a.Number == number && !slices.ContainsFunc(docs, names) {
			return true
		}
	}
	return false
}

// named reports whether alarms name all documents of a number.
func (s shelf) named(of series, number uint32, docs []app.ID) bool {
	if len(docs) == 2 {
		return s.alarmed(of, number, docs...)
	}
	return !slices.ContainsFunc(docs, func(d app.ID) bool { return !s.alarmed(of, number, d) })
}

// skipped reports whether a gap of the book has been alarmed about.
func (s shelf) skipped(of series) bool {
	log := s[of.book]
	if log == nil {
		return false
	}
	for _, a := range log.Alarms {
		if a.Kind == app.AlarmGap && a.Year == of.year {
			return true
		}
	}
	return false
}

// neverHeld are the reasons with which a number is no number: the machine did
// not hold the book, by what the server knows.
var neverHeld = []string{"book.not_holder", "book.bad_number"}

// verifyIssued: a number that a book's holder has given is its document's for
// ever, whatever became of the command, once that has come to the server.
func (w *world) verifyIssued(n numbers) {
	for id, g := range w.ledger.gifts {
		v, decided := w.ledger.results[decision{w.server.epoch, id}]
		if g.issued == nil || !decided || slices.Contains(neverHeld, v.reason) {
			continue
		}
		s, doc := series{g.book, g.issued.Day.Year()}, g.target.ID
		if slices.Contains(n.given[s][g.issued.Number], doc) || n.spent[s][g.issued.Number] == doc || n.logs.alarmed(s, g.issued.Number, doc) {
			continue
		}
		w.failf("%v gave %s the number %d of %v on loan; the server has %v, or %q in the log: %+v",
			id, doc, g.issued.Number, s, n.given[s][g.issued.Number], n.spent[s][g.issued.Number], v)
	}
}
