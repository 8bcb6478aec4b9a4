package app

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// loanWorld is a server and two laptops of an office's clerk, which hand a book
// to and fro over lines that are cut most of the time.
type loanWorld struct {
	*world
	rt      *rapid.T
	laptops []*loanLaptop
	docs    []ID
	seen    map[ID]uint32 // the number that each document has at the server
	issued  []issuedTo    // what the laptops gave
}

type loanLaptop struct {
	device  ID
	writer  uint32
	counter uint32
	mem     *memory
	outbox  []*Command
}

type issuedTo struct {
	doc    ID
	number uint32
}

const loanBook ID = "x1.den"

func newLoanWorld(rt *rapid.T) *loanWorld {
	w := &loanWorld{world: newWorld(rt), rt: rt, seen: map[ID]uint32{}}
	w.server.machines = map[ID]Machine{}
	for i, id := range []ID{"may-a", "may-b"} {
		l := &loanLaptop{device: id, writer: uint32(21 + i)}
		w.server.machines[id] = Machine{ID: id, Person: "x1.clerk", Writer: l.writer, Name: string(id)}
		w.laptops = append(w.laptops, l)
		w.pull(l)
	}
	return w
}

// pull brings the laptop to the server's state, with its own commands on top.
func (w *loanWorld) pull(l *loanLaptop) {
	counters := map[string]uint32{}
	if l.mem != nil {
		counters = l.mem.counters
	}
	l.mem = w.server.copy()
	l.mem.holds, l.mem.machines, l.mem.counters = false, nil, counters
	for _, c := range l.outbox {
		c := *c
		c.Fresh = false
		if next, err := w.run(l.mem, false, &c); err == nil {
			l.mem = next
		}
	}
}

// give has the laptop's person give a command there, with or without a line.
func (w *loanWorld) give(l *loanLaptop, name string, target Key, args any) {
	c := &Command{ID: NewCommandID(l.writer, l.counter+1), Name: name, Target: target, Actor: "x1.clerk", Args: args, Fresh: true}
	next, err := w.run(l.mem, false, c)
	if err != nil {
		return
	}
	l.mem, l.counter = next, l.counter+1
	l.outbox = append(l.outbox, c)
	if a, ok := args.(issuer); ok {
		if _, n := a.issuedIn(); n != nil {
			w.issued = append(w.issued, issuedTo{target.ID, n.Number})
		}
	}
}

// send has the server decide the laptop's first commands.
func (w *loanWorld) send(l *loanLaptop, n int) {
	for range min(n, len(l.outbox)) {
		c := l.outbox[0]
		l.outbox = l.outbox[1:]
		next, err := w.run(w.server, true, c)
		if err == nil {
			w.server = next
		} else if keep := KeepNumber(c, AsError(err)); keep != nil {
			keep.ID = 0
			if w.server, err = w.run(w.server, true, keep); err != nil {
				w.rt.Fatalf("keeping a number: %v", err)
			}
		}
		w.watch()
	}
}

// watch fails when a document's number changes.
func (w *loanWorld) watch() {
	for _, id := range w.docs {
		d := get(w.rt, w.server, docKey(id))
		if d == nil || d.BookNumber == 0 {
			continue
		}
		if was, ok := w.seen[id]; ok && was != d.BookNumber {
			w.rt.Fatalf("document %s had number %d and has %d", id, was, d.BookNumber)
		}
		w.seen[id] = d.BookNumber
	}
}

func (w *loanWorld) step() {
	l := rapid.SampledFrom(w.laptops).Draw(w.rt, "laptop")
	book := Key{KindBook, loanBook}
	w.now += Time(rapid.IntRange(1, 90).Draw(w.rt, "minutes")) * 60_000
	switch rapid.IntRange(0, 11).Draw(w.rt, "what") {
	case 0, 1:
		id := ID(fmt.Sprintf("d%02d", len(w.docs)+1))
		w.docs = append(w.docs, id)
		w.must("x1.clerk", "document.receive.1", id, &IncomingCreate{Unit: "x1", Fields: Fields{Subject: "Về việc", OrganName: "Sở Nội vụ"}})
	case 2:
		until := w.now + Time(rapid.IntRange(1, 20).Draw(w.rt, "hours"))*hour
		w.onServer("x1.admin", "book.lend.1", book, &BookLend{Device: l.device, Until: until})
	case 3:
		w.give(l, "book.return.1", book, &BookReturn{})
	case 4:
		w.onServer("x1.admin", "book.recall.1", book, &BookRecall{Text: "Máy mất"})
	case 5, 6, 7:
		w.onDocument(func(id ID) { w.give(l, "document.register.1", docKey(id), &Register{Book: loanBook}) })
	case 8:
		w.onDocument(func(id ID) {
			w.onServer("x1.clerk", "document.register.1", docKey(id), &Register{Book: loanBook})
		})
	case 9:
		w.onDocument(func(id ID) {
			w.onServer("x1.clerk", "document.return_incoming.1", docKey(id), &Reason{Text: "Gửi nhầm"})
		})
	case 10:
		w.send(l, rapid.IntRange(1, 4).Draw(w.rt, "commands"))
		if rapid.Bool().Draw(w.rt, "pull") {
			w.pull(l)
			w.numberWaiting(l)
		}
	case 11:
		w.pull(l)
		w.numberWaiting(l)
	}
}

func (w *loanWorld) onDocument(fn func(ID)) {
	if len(w.docs) > 0 {
		fn(rapid.SampledFrom(w.docs).Draw(w.rt, "document"))
	}
}

func (w *loanWorld) onServer(person ID, name string, target Key, args any) {
	if next, err := w.run(w.server, true, &Command{Name: name, Target: target, Actor: person, Args: args}); err == nil {
		w.server = next
		w.watch()
	}
}

// numberWaiting is what a holder's laptop does when it meets waiting documents.
func (w *loanWorld) numberWaiting(l *loanLaptop) {
	if !l.mem.dir.Book(loanBook).HeldBy(l.writer) {
		return
	}
	docs, err := AwaitingNumber(l.mem, loanBook)
	if err != nil {
		w.rt.Fatal(err)
	}
	for _, d := range docs {
		w.give(l, "document.give_number.1", d.Key(), &GiveNumber{Book: loanBook})
	}
}

func (w *loanWorld) log() *BookLog {
	log, err := bookLog(w.server, w.server.dir.Book(loanBook))
	if err != nil {
		w.rt.Fatal(err)
	}
	return log
}

// quiet sends and pulls until nothing is left to do.
func (w *loanWorld) quiet() {
	for range 3 {
		for _, l := range w.laptops {
			w.send(l, len(l.outbox))
			w.pull(l)
			w.numberWaiting(l)
		}
	}
}

// checkBook: the numbers are 1…n, each with one document or known to have none;
// two documents have one number only if an alarm names both.
func (w *loanWorld) checkBook() {
	log := w.log()
	year := start.Year()
	byNumber := map[uint32][]ID{}
	for _, id := range w.docs {
		if d := w.doc(id); d.BookNumber != 0 {
			byNumber[d.BookNumber] = append(byNumber[d.BookNumber], id)
		}
	}
	for k := range log.Spent {
		if n := uint32(k); len(byNumber[n]) == 0 {
			byNumber[n] = nil
		}
	}
	last, _ := w.server.LastNumber(loanBook, year)
	numbers := slices.Sorted(maps.Keys(byNumber))
	if len(numbers) != int(last) || last != 0 && (numbers[0] != 1 || numbers[last-1] != last) {
		w.rt.Fatalf("the book is at %d and has the numbers %v", last, numbers)
	}
	for n, docs := range byNumber {
		for i, id := range docs {
			for _, other := range docs[i+1:] {
				if !alarmed(log, n, id, other) {
					w.rt.Fatalf("%v have number %d, and the alarms are %+v", docs, n, log.Alarms)
				}
			}
		}
	}
	for _, is := range w.issued {
		kept := w.doc(is.doc).BookNumber == is.number || log.Spent[SpentKey(year, is.number)].Doc == is.doc
		for _, a := range log.Alarms {
			kept = kept || a.Number == is.number && a.Doc == is.doc
		}
		if !kept {
			w.rt.Fatalf("number %d of %s was forgotten", is.number, is.doc)
		}
	}
	for _, a := range log.Alarms {
		if a.Kind == AlarmTwice && a.Other == "" {
			w.rt.Fatalf("an alarm names one document only: %+v", a)
		}
	}
}

// alarmed reports whether both documents are named by alarms about the number.
func alarmed(log *BookLog, n uint32, a, b ID) bool {
	named := map[ID]bool{}
	for _, al := range log.Alarms {
		if al.Kind == AlarmTwice && al.Number == n {
			named[al.Doc], named[al.Other] = true, true
		}
	}
	return named[a] && named[b]
}

// Whatever happens to a book on loan, its numbers are gapless and unique unless
// an alarm names the pair, and a number that somebody has seen never changes.
func TestBookOnLoan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newLoanWorld(rt)
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			w.step()
		}
		w.quiet()
		w.checkBook()
	})
}
