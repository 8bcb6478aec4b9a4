package app

import (
	"slices"
	"testing"
)

func (w *world) slip(id ID) *OpinionSlip {
	r, err := w.server.Get(Key{KindSlip, id})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*OpinionSlip)
}

func (w *world) answer(person, slip ID, choice Choice) error {
	args := w.proved(person, &SlipAnswerGive{Slip: slip, Answer: choice, Text: "Ý kiến"})
	return w.try(person, "slipanswer.give.1", SlipAnswerID(slip, person), args)
}

func (w *world) asks(silence SilenceRule) *SlipCreate {
	return &SlipCreate{Unit: "x1", Title: "Chủ trương đầu tư", Due: w.now + 24*hour, Silence: silence,
		Asked: []ID{"x1.leader", "x1.deputy", "x1.head", "x2.leader"}, Threshold: MoreThanHalf}
}

func TestSlipOutsideAMeeting(t *testing.T) {
	w := newWorld(t)
	w.refused("can.needs_staff", "x2.officer", "slip.create.1", "s", w.asks(SilenceAgrees))
	w.must("x1.officer", "slip.create.1", "s", w.asks(SilenceAgrees))
	w.refused("slip.not_found", "x1.deputy", "slip.send.1", "s", &SlipNote{})
	w.refused("slip.wrong_state", "x1.officer", "slip.remind.1", "s", &SlipNote{})
	w.must("x1.officer", "slip.send.1", "s", &SlipNote{})
	w.refused("can.needs_owner", "x1.deputy", "slip.close.1", "s", &SlipNote{})
	if err := w.answer("x1.deputy", "s", ChoiceAgainst); err != nil {
		t.Fatal(err)
	}
	if err := w.answer("x1.deputy", "s", ChoiceFor); err != nil {
		t.Fatal("another mind before the deadline", err)
	}
	if err := w.answer("x3.leader", "s", ChoiceFor); AsError(err).Reason != "slip.not_found" {
		t.Error(err)
	}
	for who, want := range map[ID]bool{"x1.deputy": true, "x1.officer": true, "x1.head": false} {
		if got := w.holdsMeeting(who, Key{KindSlipAnswer, SlipAnswerID("s", "x1.deputy")}); got != want {
			t.Errorf("%s holds the answer: %v", who, got)
		}
	}
	w.must("x1.officer", "slip.remind.1", "s", &SlipNote{})
	w.refused("slip.not_due", SystemPerson, "slip.close.1", "s", &SlipNote{})
	w.now += 25 * hour
	if err := w.answer("x1.deputy", "s", ChoiceAgainst); AsError(err).Reason != "slip.closed" {
		t.Error("changed after the deadline", err)
	}
	if err := w.answer("x2.leader", "s", ChoiceAgainst); err != nil {
		t.Fatal("late", err)
	}
	w.must(SystemPerson, "slip.close.1", "s", &SlipNote{})
	s := w.slip("s")
	if r := s.Result; r.Cast != 1 || r.Counts[ChoiceFor] != 4 || !r.Passed || r.Late != 1 || !slices.Equal(s.Silent, []ID{"x1.head", "x1.leader", "x2.leader"}) {
		t.Errorf("%+v %v", r, s.Silent)
	}
	w.refused("slip.wrong_state", "x1.officer", "slip.cancel.1", "s", &SlipCancel{"a"})
}

func TestSilenceIsNoYesUnlessTheSlipSaysSo(t *testing.T) {
	w := newWorld(t)
	w.must("x1.officer", "slip.create.1", "s", w.asks(""))
	w.must("x1.officer", "slip.send.1", "s", &SlipNote{})
	if err := w.answer("x1.leader", "s", ChoiceFor); err != nil {
		t.Fatal(err)
	}
	w.must("x1.leader", "slip.close.1", "s", &SlipNote{})
	if r := w.slip("s").Result; r.Passed || r.Counts[ChoiceFor] != 1 {
		t.Errorf("%+v", r)
	}
	if err := w.answer("x1.head", "s", ChoiceFor); err != nil {
		t.Fatal(err)
	}
	if r := w.slip("s").Result; r.Counts[ChoiceFor] != 1 {
		t.Errorf("late answer: %+v", r)
	}
}

func TestSlipOfAMeeting(t *testing.T) {
	w := newWorld(t)
	w.live()
	a := w.asks("")
	a.Meeting = "m"
	w.refused("slip.not_invited", "x1.clerk", "slip.create.1", "s", a)
	a.Asked = []ID{"x1.deputy", "x3.leader"}
	w.refused("can.needs_secretary", "x1.deputy", "slip.create.1", "s", a)
	w.must("x1.clerk", "slip.create.1", "s", a)
	w.must("x1.leader", "slip.send.1", "s", &SlipNote{})
	if err := w.answer("x3.leader", "s", ChoiceOther); err != nil {
		t.Fatal(err)
	}
	if w.meetingOf("m").Parts["s"] != KindSlip {
		t.Error("the meeting does not know its slip")
	}
	w.must("x1.clerk", "slip.cancel.1", "s", &SlipCancel{"Không cần nữa"})
	if err := w.answer("x1.deputy", "s", ChoiceFor); AsError(err).Reason != "slip.wrong_state" {
		t.Error(err)
	}
}

// TestSlipCarriesFiles: a slip is changed until it is sent, with its files; then
// those who are asked hold it with the keys of its content, and nobody changes it.
func TestSlipCarriesFiles(t *testing.T) {
	w := newWorld(t)
	a := w.asks("")
	a.Files = []NewFile{pdf(1), pdf(2)}
	w.must("x1.officer", "slip.create.1", "s", a)
	keys := sortedKeys(w.slip("s").Files)
	if len(keys) != 2 || w.slip("s").Files[keys[0]].By != "x1.officer" {
		t.Fatalf("%+v", w.slip("s").Files)
	}
	base := func(args any) error {
		w.now += 60_000
		m, err := w.run(w.server, true, &Command{Name: "slip.edit.1", Target: Key{KindSlip, "s"}, Actor: "x1.officer", Args: args, Base: w.server.versions[Key{KindSlip, "s"}]})
		w.server = m
		return err
	}
	edit := func(change func(*SlipEdit)) *SlipEdit {
		e := &SlipEdit{Title: "Chủ trương đầu tư trường học", Due: w.now + 48*hour, Silence: SilenceAgrees, Asked: []ID{"x1.leader", "x2.leader"}, Threshold: TwoThirds}
		if change != nil {
			change(e)
		}
		return e
	}
	w.refused("record.changed", "x1.officer", "slip.edit.1", "s", edit(nil))
	w.refused("slip.not_found", "x1.deputy", "slip.edit.1", "s", edit(nil))
	for reason, e := range map[string]*SlipEdit{
		"slip.due_passed":        edit(func(e *SlipEdit) { e.Due = w.now }),
		"meeting.unknown_person": edit(func(e *SlipEdit) { e.Asked = []ID{"nobody"} }),
		"file.no_content":        edit(func(e *SlipEdit) { e.Files = []NewFile{{Name: "a.pdf"}} }),
		"file.bad_name":          edit(func(e *SlipEdit) { e.Files = []NewFile{{Name: "../a.pdf", Content: pdf(3).Content}} }),
		"file.too_many":          edit(func(e *SlipEdit) { e.Files = slices.Repeat([]NewFile{pdf(3)}, maxSlipFiles-1) }),
	} {
		if got := reasonIn(base(e)); got != reason {
			t.Errorf("%q, want %s", got, reason)
		}
	}
	if err := base(edit(func(e *SlipEdit) { e.Remove, e.Files = []CommandID{keys[0], 12345}, []NewFile{pdf(3)} })); err != nil {
		t.Fatal(err)
	}
	s := w.slip("s")
	if _, there := s.Files[keys[0]]; there || len(s.Files) != 2 || s.Title != "Chủ trương đầu tư trường học" || s.Silence != SilenceAgrees || !slices.Equal(s.Asked, []ID{"x1.leader", "x2.leader"}) {
		t.Fatalf("%+v", s)
	}
	w.refused("command.system_only", "x1.officer", "slip.content_stored.1", "s", &ContentStored{File: keys[1]})
	w.refused("file.not_found", SystemPerson, "slip.content_stored.1", "s", &ContentStored{File: keys[0]})
	w.must(SystemPerson, "slip.content_stored.1", "s", &ContentStored{File: keys[1]})
	at := w.slip("s").Files[keys[1]].AtServer
	w.must(SystemPerson, "slip.content_stored.1", "s", &ContentStored{File: keys[1]})
	if at == 0 || w.slip("s").Files[keys[1]].AtServer != at {
		t.Error("the server has it since its first word")
	}
	key := Key{KindSlip, "s"}
	if w.holdsMeeting("x2.leader", key) {
		t.Error("who will be asked holds the draft")
	}
	w.must("x1.officer", "slip.send.1", "s", &SlipNote{})
	if !w.holdsMeeting("x2.leader", key) || w.holdsMeeting("x3.leader", key) {
		t.Error("who is asked does not hold it, or others do")
	}
	if got := reasonIn(base(edit(nil))); got != "slip.wrong_state" {
		t.Errorf("edited after it was sent: %q", got)
	}
}
