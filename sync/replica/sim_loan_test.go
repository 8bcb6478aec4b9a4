package replica_test

import "khonggiay/app"

// bookOf is one of the two books of a person's office.
func (w *world) bookOf(person app.ID) app.Key {
	return app.Key{Kind: app.KindBook, ID: officeOf(person) + app.ID(pick(w, []string{".den", ".di"}))}
}

// lendFirst begins with books on loan to the first laptop; now and then there is
// another of its person, between which they can go to and fro.
func (w *world) lendFirst() {
	l := w.laptops[0]
	w.faults = false
	for _, book := range []app.ID{".den", ".di"} {
		key := app.Key{Kind: app.KindBook, ID: officeOf(l.person) + book}
		w.lent[key.ID] = true
		w.must(w.server.give(&app.Command{Name: "book.lend.1", Target: key, Actor: l.person,
			Args: &app.BookLend{Device: l.device(), Until: w.now + app.Time(w.r.IntN(3*3600_000)+60_000)}}))
	}
	w.settle(l)
	if w.r.IntN(3) > 0 {
		w.settle(w.newcomer(l.person))
	}
	w.faults = true
}

// lends takes a step of a world about books, now and then.
func (w *world) lends() bool {
	l := w.laptops[0]
	if n := len(w.laptops); w.r.IntN(2) == 0 {
		l = w.laptops[n-1]
	}
	switch n := w.r.IntN(100); {
	case !l.works():
		return false
	case n < 30:
		w.book(l)
	case n < 42:
		w.loan(l)
	case n < 48:
		w.tend(l)
	case n < 53:
		w.contest(l)
	case n < 55:
		w.befall(l)
	default:
		return false
	}
	return true
}

// book has a clerk put a document in a book: one that came, or one to send.
func (w *world) book(l *laptop) {
	office := officeOf(l.person)
	id, d := l.someDoc()
	if d != nil && d.Direction == app.Incoming && d.BookNumber == 0 && w.r.IntN(3) > 0 {
		w.offer(l, &app.Command{Name: "document.register.1", Target: app.Key{Kind: app.KindDocument, ID: id}, Args: &app.Register{Book: office + ".den"}})
		return
	}
	if w.r.IntN(2) == 0 {
		w.offer(l, w.incoming(office))
		return
	}
	w.offer(l, w.outgoing(office))
}

// contest has somebody at a browser end a document that a laptop may be
// numbering at the same time.
func (w *world) contest(l *laptop) {
	id, d := l.someDoc()
	if d == nil {
		return
	}
	name := "document.cancel.1"
	if d.Direction == app.Incoming {
		name = "document.return_incoming.1"
	}
	w.note("%s ends %s in a browser", l.person, id)
	w.govern(&app.Command{Name: name, Target: app.Key{Kind: app.KindDocument, ID: id}, Actor: l.person, Args: &app.Reason{Text: "nhầm"}})
}

// loan has something happen to a book: it is lent to the laptop of the office's
// clerk, given back, or taken from a machine.
func (w *world) loan(l *laptop) {
	book := w.bookOf(l.person)
	until := w.now + app.Time(w.r.IntN(3*3600_000)+60_000)
	lend := &app.Command{Name: "book.lend.1", Target: book, Args: &app.BookLend{Device: l.device(), Until: until}}
	switch w.r.IntN(9) {
	case 0, 1, 2:
		w.offer(l, lend)
	case 3: // the person at a browser
		lend.Actor = l.person
		w.lent[book.ID] = true
		w.govern(lend)
	case 4, 5:
		w.offer(l, &app.Command{Name: "book.return.1", Target: book, Args: &app.BookReturn{}})
	case 6:
		w.recall(book, "", 0)
	case 7:
		w.recall(book, l.device(), until)
	default:
		w.now += app.Time(w.r.IntN(3600_000))
		w.tend(l)
	}
}

// recall takes a book from whoever holds it. What that machine numbered without
// a line may still come: from now on two documents may have one number.
func (w *world) recall(book app.Key, to app.ID, until app.Time) {
	if !w.server.store.Directory().Book(book.ID).Lent() {
		return
	}
	w.note("%s is recalled, for %q", book.ID, to)
	w.unsure[book.ID] = true
	w.govern(&app.Command{Name: "book.recall.1", Target: book, Actor: app.SystemPerson, Args: &app.BookRecall{Text: "Máy mất", Device: to, Until: until}})
}

// tend is what a laptop does by itself with the books that it holds.
func (w *world) tend(l *laptop) {
	due, err := l.rep.DueInBooks(ctx, l.clock())
	w.must(err)
	for _, d := range due {
		w.offer(l, &d.Command)
	}
}

// gift is a command as it was given on a laptop.
type gift struct {
	name   string
	target app.Key
	book   app.ID
	issued *app.Issued // number that the laptop gave itself
}

func giftOf(cmd *app.Command) gift {
	g := gift{name: cmd.Name, target: cmd.Target}
	switch a := cmd.Args.(type) {
	case *app.Register:
		g.book, g.issued = a.Book, a.Issued
	case *app.RegisterAndSend:
		g.book, g.issued = a.Book, a.Issued
	case *app.GiveNumber:
		g.book, g.issued = a.Book, a.Issued
	}
	return g
}

// held notes a number that its holder gave: its author knows it at once.
func (h *history) held(id app.CommandID, g gift) {
	h.tick++
	i := h.open[id]
	delete(h.open, id)
	h.ops[i].Output = answer{accepted: true, book: g.book, year: g.issued.Day.Year(), number: g.issued.Number}
	h.ops[i].Return = h.tick
}

// drop leaves a command out: it says what another has said before.
func (h *history) drop(id app.CommandID) {
	h.ops[h.open[id]].Output = nil
	delete(h.open, id)
}

// place is a number of a book.
type place struct {
	book   app.ID
	year   int
	number uint32
}
