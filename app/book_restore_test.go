package app

import (
	"slices"
	"testing"
)

// restored is a story in which the server has come back and knows of one number.
func restored(t *testing.T) *loanStory {
	s := newLoanStory(t)
	s.received("d1", "d2", "d3", "d4")
	s.must("x1.clerk", "document.register.1", "d1", &Register{Book: loanBook})
	if err := s.onBook(SystemPerson, "book.close.1", loanBook, &BookClose{}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *loanStory) book() *Book { return s.server.dir.Book(loanBook) }

func (s *loanStory) takenBack(doc ID, number uint32) {
	s.t.Helper()
	err := s.onBook(SystemPerson, "book.take_back.1", loanBook, &BookTakeBack{Year: s.now.Year(), Number: number, Doc: doc, By: "x1.clerk"})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *loanStory) reason(person ID, name string, args any) string {
	err := AsError(s.onBook(person, name, loanBook, args))
	if err == nil {
		return ""
	}
	return err.Reason
}

func TestAClosedBookGivesBackProvedNumbersAndNoOthers(t *testing.T) {
	s := restored(t)
	if c := s.book().Closing; c.Last != 1 || c.Since == 0 {
		t.Errorf("closing: %+v", c)
	}
	s.takenBack("d3", 3)
	s.must("x1.clerk", "document.register.1", "d2", &Register{Book: loanBook})
	s.must("x1.clerk", "document.register.1", "d3", &Register{Book: loanBook})
	if n := s.doc("d3").BookNumber; n != 3 {
		t.Errorf("the proved number: %d", n)
	}
	if !s.doc("d2").NumberPending() {
		t.Errorf("a new one: %+v", s.doc("d2"))
	}
	if c := s.book().Closing; c.Last != 3 || c.Back != 1 {
		t.Errorf("closing: %+v", c)
	}
}

func TestAClerkOpensAClosedBook(t *testing.T) {
	s := restored(t)
	s.takenBack("d3", 3)
	s.must("x1.clerk", "document.register.1", "d2", &Register{Book: loanBook})
	year := s.now.Year()
	for want, try := range map[string]struct {
		person ID
		args   *BookOpen
	}{
		"can.needs_clerk": {"x1.leader", &BookOpen{Year: year, Last: 4}},
		"book.other_year": {"x1.clerk", &BookOpen{Year: year - 1, Last: 4}},
		"book.bad_number": {"x1.clerk", &BookOpen{Year: year, Last: 100_000}},
	} {
		if got := s.reason(try.person, "book.open.1", try.args); got != want {
			t.Errorf("%s: %q", want, got)
		}
	}
	if got := s.reason("x1.clerk", "book.open.1", &BookOpen{Year: year, Last: 4}); got != "" {
		t.Fatal(got)
	}
	if got := s.reason("x1.clerk", "book.open.1", &BookOpen{Year: year, Last: 4}); got != "book.not_closed" {
		t.Errorf("opened twice: %q", got)
	}
	if n := s.doc("d2").BookNumber; n != 5 {
		t.Errorf("what waited: %d", n)
	}
	log, err := bookLog(s.server, s.book())
	if err != nil {
		t.Fatal(err)
	}
	var free []uint32
	for k, spent := range log.Spent {
		if spent.Doc == "" {
			free = append(free, uint32(k))
		}
	}
	if slices.Sort(free); !slices.Equal(free, []uint32{2, 4}) {
		t.Errorf("numbers of which nothing is known: %v", free)
	}
	s.takenBack("d4", 2) // a laptop that comes late
	s.must("x1.clerk", "document.register.1", "d4", &Register{Book: loanBook})
	if n := s.doc("d4").BookNumber; n != 2 {
		t.Errorf("late: %d", n)
	}
}

// The clerk named too low a number: both documents keep theirs, and people are
// told.
func TestANumberThatWasGivenAgainIsAnAlarm(t *testing.T) {
	s := restored(t)
	if got := s.reason("x1.clerk", "book.open.1", &BookOpen{Year: s.now.Year(), Last: 1}); got != "" {
		t.Fatal(got)
	}
	s.must("x1.clerk", "document.register.1", "d2", &Register{Book: loanBook})
	s.takenBack("d3", 2)
	s.must("x1.clerk", "document.register.1", "d3", &Register{Book: loanBook})
	if a, b := s.doc("d2").BookNumber, s.doc("d3").BookNumber; a != 2 || b != 2 {
		t.Errorf("numbers %d and %d", a, b)
	}
	log, err := bookLog(s.server, s.book())
	if err != nil || len(log.Alarms) != 1 {
		t.Errorf("alarms: %+v %v", log.Alarms, err)
	}
}
