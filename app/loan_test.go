package app

import (
	"testing"
)

// loanStory is a world with one laptop that has a clerk's outbox.
type loanStory struct {
	*world
	t      *testing.T
	laptop *memory
	outbox []*Command
	n      uint32
}

const loanWriter = 21

func newLoanStory(t *testing.T) *loanStory {
	s := &loanStory{world: newWorld(t), t: t}
	s.server.machines = map[ID]Machine{
		"may-a": {ID: "may-a", Person: "x1.clerk", Writer: loanWriter, Name: "Máy văn thư"},
		"may-b": {ID: "may-b", Person: "x1.clerk", Writer: 22, Name: "Máy thứ hai"},
		"may-c": {ID: "may-c", Person: "x1.officer", Writer: 23},
		"may-d": {ID: "may-d", Person: "x1.clerk", Writer: 24, Revoked: true},
	}
	return s
}

func (s *loanStory) received(ids ...ID) {
	for _, id := range ids {
		s.must("x1.clerk", "document.receive.1", id, &IncomingCreate{Unit: "x1", Fields: Fields{Subject: "Về việc", OrganName: "Sở Y tế"}})
	}
}

func (s *loanStory) onBook(person ID, name string, book ID, args any) error {
	s.now += 60_000
	m, err := s.run(s.server, true, &Command{Name: name, Target: Key{KindBook, book}, Actor: person, Args: args})
	s.server = m
	return err
}

func (s *loanStory) lent(book ID) {
	s.t.Helper()
	if err := s.onBook("x1.clerk", "book.lend.1", book, &BookLend{Device: "may-a", Until: s.now + 10*hour}); err != nil {
		s.t.Fatal(err)
	}
	s.pull()
}

func (s *loanStory) pull() {
	var counters map[string]uint32
	if s.laptop != nil {
		counters = s.laptop.counters
	} else {
		counters = map[string]uint32{}
	}
	s.laptop = s.server.copy()
	s.laptop.holds, s.laptop.machines, s.laptop.counters = false, nil, counters
}

// offline gives a command on the laptop and keeps it for later.
func (s *loanStory) offline(name string, target Key, args any) error {
	s.now += 60_000
	s.n++
	c := &Command{ID: NewCommandID(loanWriter, s.n), Name: name, Target: target, Actor: "x1.clerk", Args: args, Fresh: true}
	m, err := s.run(s.laptop, false, c)
	s.laptop = m
	if err == nil {
		s.outbox = append(s.outbox, c)
	}
	return err
}

func (s *loanStory) registers(id ID) uint32 {
	s.t.Helper()
	if err := s.offline("document.register.1", docKey(id), &Register{Book: loanBook}); err != nil {
		s.t.Fatal(err)
	}
	r, err := s.laptop.Get(docKey(id))
	if err != nil {
		s.t.Fatal(err)
	}
	return r.(*Document).BookNumber
}

// online has the server decide what the laptop kept, and returns the refusals.
func (s *loanStory) online() (refused []string) {
	for _, c := range s.outbox {
		m, err := s.run(s.server, true, c)
		if s.server = m; err == nil {
			continue
		}
		refused = append(refused, AsError(err).Reason)
		if keep := KeepNumber(c, AsError(err)); keep != nil {
			if s.server, err = s.run(s.server, true, keep); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.outbox = nil
	s.pull()
	return refused
}

func (s *loanStory) bookLog() *BookLog {
	log, err := bookLog(s.server, s.server.dir.Book(loanBook))
	if err != nil {
		s.t.Fatal(err)
	}
	return log
}

func TestLoanNumbersWithoutALine(t *testing.T) {
	s := newLoanStory(t)
	s.received("d1", "d2", "d3")
	s.must("x1.clerk", "document.register.1", "d1", &Register{Book: loanBook})
	s.lent(loanBook)
	if a, b := s.registers("d2"), s.registers("d3"); a != 2 || b != 3 {
		t.Fatalf("the laptop gave %d and %d", a, b)
	}
	if r := s.online(); r != nil {
		t.Fatalf("refused: %v", r)
	}
	if a, b := s.doc("d2"), s.doc("d3"); a.BookNumber != 2 || b.BookNumber != 3 || a.BookYear != 2026 {
		t.Fatalf("the server has %d and %d", a.BookNumber, b.BookNumber)
	}
	// Meanwhile the server's own page gives none.
	s.received("d4")
	s.must("x1.clerk", "document.register.1", "d4", &Register{Book: loanBook})
	if d := s.doc("d4"); !d.NumberPending() {
		t.Fatalf("the server gave number %d of a book on loan", d.BookNumber)
	}
	s.pull()
	if err := s.offline("document.give_number.1", docKey("d4"), &GiveNumber{Book: loanBook}); err != nil {
		t.Fatal(err)
	}
	s.online()
	if d := s.doc("d4"); d.BookNumber != 4 || d.State != InRegistered {
		t.Fatalf("the waiting document has number %d in %s", d.BookNumber, d.State)
	}
}

// What waits is numbered, and issued, when the book comes back.
func TestReturnNumbersWhatWaits(t *testing.T) {
	s := newLoanStory(t)
	s.lent("x1.di")
	for _, id := range []ID{"d2", "d1"} {
		s.must("x1.clerk", "document.register_send.1", id, &RegisterAndSend{
			Unit: "x1", Book: "x1.di", To: []ID{"x2"}, Signer: "x1.leader", Files: []NewFile{pdf(1)},
			Fields: Fields{Type: TypeOfficialLetter, Subject: "Về việc rà soát hộ nghèo"},
		})
		s.state(id, OutToIssue)
	}
	s.pull()
	if err := s.offline("book.return.1", Key{KindBook, "x1.di"}, &BookReturn{}); err != nil {
		t.Fatal(err)
	}
	if s.laptop.dir.Book("x1.di").Lent() {
		t.Fatal("the laptop goes on numbering after it gave the book back")
	}
	s.online()
	if d := s.state("d2", OutIssued); d.BookNumber != 1 || d.CodeNumber != "01" || d.IssuedDate != s.now.Date() {
		t.Fatalf("the first has number %d, %q of %s", d.BookNumber, d.CodeNumber, d.IssuedDate)
	}
	if d := s.state("d1", OutIssued); d.BookNumber != 2 {
		t.Fatalf("the second has number %d", d.BookNumber)
	}
	s.state(CopyID("d1", "x2"), InWaiting)
	wantReason(t, s.onBook("x1.admin", "book.recall.1", "x1.di", &BookRecall{Text: "Máy mất"}), "book.not_lent")
}

// The number of a refused command stays its document's, and the next one is
// still the book's next.
func TestRefusedNumberIsKept(t *testing.T) {
	s := newLoanStory(t)
	s.received("d1", "d2")
	s.lent(loanBook)
	s.must("x1.clerk", "document.return_incoming.1", "d1", &Reason{Text: "Gửi nhầm"})
	s.registers("d1")
	s.registers("d2")
	if r := s.online(); len(r) != 1 || r[0] != "document.wrong_state" {
		t.Fatalf("refused: %v", r)
	}
	if d := s.doc("d2"); d.BookNumber != 2 {
		t.Fatalf("d2 has number %d", d.BookNumber)
	}
	log := s.bookLog()
	if sp := log.Spent[SpentKey(2026, 1)]; sp.Doc != "d1" || sp.Reason != "document.wrong_state" || len(log.Alarms) != 0 {
		t.Fatalf("number 1 is kept as %+v, alarms %v", sp, log.Alarms)
	}
	// It comes back to life (by an operator's repair): it gets its number again.
	d := s.doc("d1")
	d.State = InReceived
	if err := s.server.Put(d); err != nil {
		t.Fatal(err)
	}
	s.pull()
	if n := s.registers("d1"); n != 1 {
		t.Fatalf("registered again as %d", n)
	}
	s.online()
	if s.doc("d1").BookNumber != 1 || len(s.bookLog().Spent) != 0 {
		t.Fatal("the kept number was not used")
	}
}

func TestTwoHoldersAlarmAndReconcile(t *testing.T) {
	s := newLoanStory(t)
	s.received("d1", "d2")
	s.lent(loanBook)
	s.registers("d1") // without a line
	if err := s.onBook("x1.admin", "book.recall.1", loanBook, &BookRecall{Text: "Máy rơi xuống suối"}); err != nil {
		t.Fatal(err)
	}
	s.must("x1.clerk", "document.register.1", "d2", &Register{Book: loanBook})
	if r := s.online(); r != nil {
		t.Fatalf("refused: %v", r)
	}
	if a, b := s.doc("d1"), s.doc("d2"); a.BookNumber != 1 || b.BookNumber != 1 {
		t.Fatalf("numbers changed: %d and %d", a.BookNumber, b.BookNumber)
	}
	var id CommandID
	var alarm BookAlarm
	for id, alarm = range s.bookLog().Alarms {
	}
	if alarm.Kind != AlarmTwice || alarm.Doc != "d1" || alarm.Other != "d2" || alarm.Number != 1 {
		t.Fatalf("alarm %+v", alarm)
	}
	settle := func(person, doc ID, text string) error {
		return s.onBook(person, "book.reconcile.1", loanBook, &BookReconcile{Alarm: id, Doc: doc, Text: text})
	}
	wantReason(t, settle("x1.leader", "d1", "Ghi chú"), "can.needs_clerk")
	wantReason(t, settle("x1.clerk", "d3", "Ghi chú"), "book.note_elsewhere")
	wantReason(t, settle("x1.clerk", "d1", " "), "field.missing")
	if err := settle("x1.clerk", "d1", "Trùng số 01 với văn bản vào sổ cùng ngày"); err != nil {
		t.Fatal(err)
	}
	if d := s.doc("d1"); d.BookNote == "" || d.BookNumber != 1 {
		t.Fatalf("note %q, number %d", d.BookNote, d.BookNumber)
	}
	wantReason(t, settle("x1.clerk", "d2", "Nữa"), "book.alarm_settled")
}

// A holder whose disk was damaged gives again, as a new writer, what it had
// numbered: the numbers stay, and the one that was lost is an alarm.
func TestNumbersOfADamagedHolder(t *testing.T) {
	s := newLoanStory(t)
	s.received("d1", "d2")
	s.lent(loanBook)
	s.registers("d1")
	s.registers("d2")
	again := *s.outbox[1]
	s.server.machines["may-a"] = Machine{ID: "may-a", Person: "x1.clerk", Writer: 25, Name: "Máy văn thư"}
	again.ID = NewCommandID(25, 1)
	s.outbox = []*Command{&again}
	if r := s.online(); r != nil {
		t.Fatalf("refused: %v", r)
	}
	if d := s.doc("d2"); d.BookNumber != 2 {
		t.Fatalf("the document has number %d, it was given 2", d.BookNumber)
	}
	alarms := 0
	for _, a := range s.bookLog().Alarms {
		if a.Kind == AlarmGap && a.Doc == "d2" && a.Number == 2 {
			alarms++
		}
	}
	if alarms != 1 {
		t.Errorf("the log has %+v", s.bookLog().Alarms)
	}
}

func TestLoanEnds(t *testing.T) {
	s := newLoanStory(t)
	s.received("d1")
	s.lent(loanBook)
	s.now += 11 * hour
	if n := s.registers("d1"); n != 0 {
		t.Fatalf("a laptop gave number %d after its loan had ended", n)
	}
	if err := s.onBook("x1.clerk", "book.lend.1", loanBook, &BookLend{Device: "may-a", Until: s.now + hour}); err != nil {
		t.Fatalf("a longer loan: %v", err)
	}
	if b := s.server.dir.Book(loanBook); b.Epoch != 1 || b.Loan.Until <= s.now {
		t.Fatalf("after a longer loan: %+v", b)
	}
}

func TestWhoHandsBooksOver(t *testing.T) {
	s := newLoanStory(t)
	lend := func(person, device ID, until Time) error {
		return s.onBook(person, "book.lend.1", loanBook, &BookLend{Device: device, Until: until})
	}
	later := s.now + hour
	for _, c := range []struct {
		person, device ID
		until          Time
		reason         string
	}{
		{"x1.leader", "may-a", later, "can.needs_admin"},
		{"x2.clerk", "may-a", later, "can.needs_admin"},
		{"x1.clerk", "may-c", later, "book.not_clerks"},
		{"x1.clerk", "may-d", later, "book.no_machine"},
		{"x1.clerk", "none", later, "book.no_machine"},
		{"x1.clerk", "may-a", s.now - 1, "book.bad_until"},
		{"x1.clerk", "may-a", s.now + maxLoan + hour, "book.bad_until"},
	} {
		wantReason(t, lend(c.person, c.device, c.until), c.reason)
	}
	if err := lend("x1.admin", "may-a", later); err != nil {
		t.Fatal(err)
	}
	wantReason(t, lend("x1.clerk", "may-b", later), "book.on_loan")
	wantReason(t, s.onBook("x1.clerk", "book.return.1", loanBook, &BookReturn{}), "book.not_here") // from another machine
	wantReason(t, s.onBook("x1.clerk", "book.recall.1", loanBook, &BookRecall{Text: "x"}), "can.needs_admin")
	wantReason(t, s.onBook("x1.admin", "book.keep_number.1", loanBook, &BookKeepNumber{}), "command.system_only")
	if err := s.onBook("x1.admin", "book.recall.1", loanBook, &BookRecall{Text: "Máy hỏng", Device: "may-b", Until: s.now + hour}); err != nil {
		t.Fatal(err)
	}
	if b := s.server.dir.Book(loanBook); b.Holder != "may-b" || b.Epoch != 2 || b.Loan.Writer != 22 {
		t.Fatalf("after the recall: %+v", b)
	}
	// A number by a machine that never held the book is no number.
	s.received("d1")
	forged := &Command{ID: NewCommandID(loanWriter, 99), Name: "document.register.1", Target: docKey("d1"), Actor: "x1.clerk",
		Args: &Register{Book: loanBook, Issued: &Issued{Epoch: 2, Number: 1, Day: s.now.Date()}}}
	_, err := s.run(s.server, true, forged)
	wantReason(t, err, "book.not_holder")
	forged.Args = &Register{Book: loanBook, Issued: &Issued{Epoch: 1, Number: maxSkip + 1, Day: s.now.Date()}}
	_, err = s.run(s.server, true, forged)
	wantReason(t, err, "book.bad_number")
	forged.Args = &Register{Book: loanBook, Issued: &Issued{Epoch: 1, Number: 1, Day: s.now.Date() + 40}}
	_, err = s.run(s.server, true, forged)
	wantReason(t, err, "book.bad_number")
}
