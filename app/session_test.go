package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Items of the agenda that sitting puts on its sheet.
const itemOne, itemTwo CommandID = 901, 902

// sitting publishes a meeting with two agenda items and starts it.
func (w *world) inSession(id ID, change ...func(*Meeting)) {
	w.t.Helper()
	m := w.invited(id)
	for _, f := range change {
		f(m)
	}
	sheet := &AgendaSheet{ID: AgendaID(id, AgendaCommon), PartOf: PartOf{Meeting: id}, Type: AgendaCommon,
		Items: map[CommandID]AgendaItem{itemOne: {Title: "Báo cáo", Minutes: 10}, itemTwo: {Title: "Thảo luận", Minutes: 20, Order: 1}, 903: {Title: "Bỏ", Removed: 1}}}
	sheet.hold(sheet.audience(m))
	for _, r := range []Record{m, sheet} {
		if err := w.server.Put(r); err != nil {
			w.t.Fatal(err)
		}
	}
	w.now = m.Start
	w.must("x1.leader", "session.start.1", SessionID(id), &SessionNote{Meeting: id})
}

func (w *world) session(id ID) *Session {
	w.t.Helper()
	r, err := w.server.Get(Key{KindSession, SessionID(id)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*Session)
}

func (w *world) item(person ID, do string, item CommandID) error {
	return w.try(person, "session.item.1", SessionID("m1"), &SessionItem{Meeting: "m1", Item: item, Sheet: AgendaCommon, Do: do})
}

func TestSessionRunsStandsAndFinishes(t *testing.T) {
	w := newWorld(t)
	sid := SessionID("m1")
	w.invited("m1")
	w.refused("can.needs_chair", "x1.deputy", "session.start.1", sid, &SessionNote{Meeting: "m1"})
	w.refused("command.bad_target", "x1.leader", "session.start.1", "s", &SessionNote{Meeting: "m1"})
	w.refused("meeting.not_found", "so.leader", "session.start.1", sid, &SessionNote{Meeting: "m1"})
	w = newWorld(t)
	w.inSession("m1")
	w.refused("meeting.wrong_status", "x1.clerk", "session.start.1", sid, &SessionNote{Meeting: "m1"})
	if err := w.item("x1.clerk", "start", itemOne); err != nil {
		t.Fatal(err)
	}
	speech := w.must("x1.clerk", "session.enter_speech.1", sid, &EnterSpeech{Meeting: "m1", Person: "x1.deputy", Wish: SpeechWish{Kind: SpeechContribution}})
	w.must("x1.leader", "session.begin_speech.1", sid, &BeginSpeech{Meeting: "m1", Speech: speech, Minutes: 3})
	began := w.now
	w.now += 4 * 60_000
	w.must("x1.leader", "session.pause.1", sid, &SessionNote{Meeting: "m1", Text: "Giải lao"})
	s := w.session("m1")
	if got := s.Queue[speech]; got.State != SpeechPaused || got.Clock.At(w.now+hour) != w.now-began || got.Limit != 3*60_000 || got.Item != itemOne {
		t.Errorf("speech %+v", got)
	}
	if w.meetingOf("m1").Status != MeetingPaused || s.Clock.Since != 0 || s.Items[itemOne].State != ItemPaused || s.Items[itemOne].Clock.Since != 0 {
		t.Errorf("paused: %+v", s)
	}
	if AsError(w.item("x1.clerk", "start", itemTwo)).Reason != "session.paused" {
		t.Error("an item began while the meeting stood")
	}
	w.now += hour
	spent := s.Clock.Spent
	w.must("x1.clerk", "session.resume.1", sid, &SessionNote{Meeting: "m1"})
	s = w.session("m1")
	if s.Clock.At(w.now) != spent || s.Items[itemOne].State != ItemRunning || s.Queue[speech].State != SpeechPaused {
		t.Errorf("resumed: %+v", s)
	}
	waits := w.must("x1.head", "session.ask_to_speak.1", sid, &AskToSpeak{Meeting: "m1", Wish: SpeechWish{Kind: SpeechContribution}})
	w.must("x1.leader", "session.finish.1", sid, &SessionNote{Meeting: "m1"})
	s = w.session("m1")
	if w.meetingOf("m1").Status != MeetingFinished || s.Finished == 0 || s.Clock.Since != 0 || s.Item != 0 {
		t.Errorf("finished: %+v", s)
	}
	if s.Items[itemOne].State != ItemDone || s.Queue[speech].State != SpeechDone || s.Queue[waits].State != SpeechWaiting {
		t.Errorf("what is left: %+v %+v", s.Items, s.Queue)
	}
	w.refused("meeting.wrong_status", "x1.head", "session.ask_to_speak.1", sid, &AskToSpeak{Meeting: "m1", Wish: SpeechWish{Kind: SpeechContribution}})
}

func TestVoteUnderWayHoldsTheEnd(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	s := w.session("m1")
	s.Votes = map[CommandID]Vote{5: {Title: "Nghị quyết", State: VoteOpened}}
	if err := w.server.Put(s); err != nil {
		t.Fatal(err)
	}
	e := w.refused("session.vote_open", "x1.leader", "session.finish.1", SessionID("m1"), &SessionNote{Meeting: "m1"})
	if e.Data["title"] != "Nghị quyết" {
		t.Errorf("%v", e.Data)
	}
}

func TestOneItemRunsAtATime(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	for _, step := range []struct {
		do       string
		item     CommandID
		refused  string
		one, two AgendaState
		current  CommandID
	}{
		{"start", itemOne, "", ItemRunning, "", itemOne},
		{"start", itemTwo, "", ItemPaused, ItemRunning, itemTwo},
		{"next", itemOne, "", ItemRunning, ItemDone, itemOne},
		{"pause", itemTwo, "session.item_moved_on", ItemRunning, ItemDone, itemOne},
		{"defer", itemTwo, "session.item_moved_on", ItemRunning, ItemDone, itemOne},
		{"pause", itemOne, "", ItemPaused, ItemDone, 0},
		{"finish", itemOne, "", ItemDone, ItemDone, 0},
		{"finish", itemOne, "session.item_moved_on", ItemDone, ItemDone, 0},
		{"start", itemTwo, "", ItemDone, ItemRunning, itemTwo},
		{"defer", itemTwo, "", ItemDone, ItemDeferred, 0},
		{"start", 903, "session.unknown_item", ItemDone, ItemDeferred, 0},
		{"start", 999, "session.unknown_item", ItemDone, ItemDeferred, 0},
	} {
		err := w.item("x1.clerk", step.do, step.item)
		if got := reasonIn(err); got != step.refused {
			t.Fatalf("%s %d: %v", step.do, step.item, err)
		}
		s := w.session("m1")
		if s.Items[itemOne].State != step.one || s.Items[itemTwo].State != step.two || s.Item != step.current {
			t.Fatalf("%s %d: %+v, current %d", step.do, step.item, s.Items, s.Item)
		}
	}
}

func reasonIn(err error) string {
	if err == nil {
		return ""
	}
	return AsError(err).Reason
}

// A laptop without a line measures the room's own time: what it says counts when it
// lies between the last word from the server and now.
func TestMomentIsBelievedWithinBounds(t *testing.T) {
	for _, c := range []struct {
		name           string
		at, seen, want Time
	}{
		{"with a line", start, start, start},
		{"without a line for two hours", start - 2*hour, start - 3*hour, start - 2*hour},
		{"a clock that goes behind", start - 5*hour, start - hour, start - hour},
		{"a clock that goes before", start + 5*hour, start - hour, start},
		{"a claim of last year", start - 400*24*hour, 0, start},
		{"what the server has seen is ahead", start - hour, start + hour, start},
	} {
		x := &Exec{Now: start, Cmd: &Command{At: c.at, ServerSeen: c.seen}}
		if got := x.moment(); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got-start, c.want-start)
		}
	}
}

func TestSpeakingQueue(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	sid := SessionID("m1")
	wish := func(kind SpeechKind) *AskToSpeak { return &AskToSpeak{Meeting: "m1", Wish: SpeechWish{Kind: kind}} }
	step := func(id CommandID) *SpeechStep { return &SpeechStep{Meeting: "m1", Speech: id} }
	deputy := w.must("x1.deputy", "session.ask_to_speak.1", sid, wish(SpeechContribution))
	w.refused("session.asked_already", "x1.deputy", "session.ask_to_speak.1", sid, wish(SpeechContribution))
	w.refused("can.needs_talker", "x2.leader", "session.ask_to_speak.1", sid, wish(SpeechContribution))
	head := w.must("x1.head", "session.ask_to_speak.1", sid, wish(SpeechPro))
	guest := w.must("x3.leader", "session.ask_to_speak.1", sid, wish(SpeechOrder))
	if s := w.session("m1"); len(QueueOrder(s)) != 0 || !slices.Equal(Wishes(s), []CommandID{guest, deputy, head}) {
		t.Fatalf("wishes %v, queue %v", Wishes(s), QueueOrder(s))
	}
	w.must("x1.clerk", "session.accept_speech.1", sid, step(deputy))
	w.must("x1.clerk", "session.prioritise.1", sid, &Prioritise{Meeting: "m1", Speech: head, Priority: 5})
	w.must("x1.clerk", "session.accept_speech.1", sid, step(guest))
	if got := QueueOrder(w.session("m1")); !slices.Equal(got, []CommandID{guest, head, deputy}) {
		t.Fatalf("order %v", got)
	}
	call := func(id, instead CommandID) *CallSpeaker {
		return &CallSpeaker{Meeting: "m1", Speech: id, Instead: instead}
	}
	w.must("x1.leader", "session.call.1", sid, call(head, 0))
	e := w.refused("session.other_called", "x1.clerk", "session.call.1", sid, call(deputy, 0))
	if e.Data["person"] != "x1.head" {
		t.Errorf("%v", e.Data)
	}
	w.must("x1.clerk", "session.call.1", sid, call(deputy, head))
	if s := w.session("m1"); s.InState(SpeechCalled) != deputy || QueueOrder(s)[1] != head {
		t.Error("who was called before did not go back to his place")
	}
	begin := func(id CommandID) *BeginSpeech { return &BeginSpeech{Meeting: "m1", Speech: id} }
	w.must("x1.leader", "session.begin_speech.1", sid, begin(deputy))
	w.refused("session.somebody_speaks", "x1.clerk", "session.begin_speech.1", sid, begin(head))
	w.refused("session.speech_moved_on", "x1.deputy", "session.withdraw_speech.1", sid, step(deputy))
	w.refused("can.needs_speaker", "x1.head", "session.withdraw_speech.1", sid, step(guest))
	w.must("x1.leader", "session.pause_speech.1", sid, step(deputy))
	w.must("x1.leader", "session.begin_speech.1", sid, begin(guest))
	w.must("x3.leader", "session.end_speech.1", sid, step(guest))
	w.must("x1.leader", "session.begin_speech.1", sid, begin(deputy))
	w.must("x1.leader", "session.end_speech.1", sid, step(deputy))
	w.refused("field.missing", "x1.clerk", "session.reject_speech.1", sid, &RejectSpeech{Meeting: "m1", Speech: head})
	w.must("x1.clerk", "session.reject_speech.1", sid, &RejectSpeech{Meeting: "m1", Speech: head, Text: "Hết giờ"})
	w.refused("session.unknown_speech", "x1.clerk", "session.call.1", sid, call(77, 0))
	w.must("x1.clerk", "session.close_queue.1", sid, &SpeakingQueue{Meeting: "m1"})
	w.refused("session.queue_closed", "x1.head", "session.ask_to_speak.1", sid, wish(SpeechContra))
	w.must("x1.clerk", "session.open_queue.1", sid, &SpeakingQueue{Meeting: "m1"})
	own := w.must("x1.head", "session.ask_to_speak.1", sid, wish(SpeechContra))
	w.must("x1.head", "session.withdraw_speech.1", sid, step(own))
}

func TestQuestionTime(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1", func(m *Meeting) { m.Rules.WithQuestionTime, m.Rules.OpenQueue = true, true })
	sid := SessionID("m1")
	ask := func(wish SpeechWish) *AskToSpeak { return &AskToSpeak{Meeting: "m1", Wish: wish} }
	w.refused("session.question_to_nobody", "x1.deputy", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechQuestion, To: "so.leader"}))
	w.refused("session.answer_to_nothing", "x1.deputy", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechAnswer}))
	q := w.must("x1.deputy", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechQuestion, To: "x1.head"}))
	a := w.must("x1.head", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechAnswer, About: q}))
	other := w.must("x3.leader", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechContribution}))
	if s := w.session("m1"); !slices.Equal(QueueOrder(s), []CommandID{other}) || !slices.Equal(LaterSpeeches(s), []CommandID{q, a}) {
		t.Fatalf("%v %v", QueueOrder(s), LaterSpeeches(s))
	}
	w.refused("session.not_question_time", "x1.leader", "session.call.1", sid, &CallSpeaker{Meeting: "m1", Speech: q})
	w.must("x1.leader", "session.question_time.1", sid, &QuestionTime{Meeting: "m1", On: true})
	w.refused("session.question_time_only", "x1.leader", "session.call.1", sid, &CallSpeaker{Meeting: "m1", Speech: other})
	w.must("x1.leader", "session.call.1", sid, &CallSpeaker{Meeting: "m1", Speech: q})
	w = newWorld(t)
	w.inSession("m1")
	w.refused("session.no_question_time", "x1.leader", "session.question_time.1", sid, &QuestionTime{Meeting: "m1", On: true})
	w.refused("session.no_question_time", "x1.deputy", "session.ask_to_speak.1", sid, ask(SpeechWish{Kind: SpeechQuestion, To: "x1.head"}))
}

// The order of the queue is total: however the entries are stored, every machine
// shows the same, and nobody who waits and was accepted is missing.
func TestQueueOrderIsTotalAndStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &Session{Queue: map[CommandID]Speech{}, QuestionTime: rapid.Bool().Draw(t, "question time")}
		kinds := []SpeechKind{SpeechContribution, SpeechPro, SpeechContra, SpeechOrder, SpeechQuestion, SpeechAnswer}
		for i := range rapid.IntRange(0, 12).Draw(t, "entries") {
			s.Queue[CommandID(i+1)] = Speech{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				State:    rapid.SampledFrom([]SpeechState{SpeechWaiting, SpeechWaiting, SpeechDone, SpeechCalled}).Draw(t, "state"),
				Priority: rapid.IntRange(0, 2).Draw(t, "priority"), Asked: Time(rapid.IntRange(1, 3).Draw(t, "asked")), Accepted: Time(rapid.IntRange(0, 1).Draw(t, "accepted"))}
		}
		order := QueueOrder(s)
		again := &Session{Queue: map[CommandID]Speech{}, QuestionTime: s.QuestionTime}
		for _, id := range slices.Backward(sortedKeys(s.Queue)) {
			again.Queue[id] = s.Queue[id]
		}
		if !slices.Equal(order, QueueOrder(again)) {
			t.Fatal("another order for the same queue")
		}
		waiting := 0
		for _, e := range s.Queue {
			if e.State == SpeechWaiting {
				waiting++
			}
		}
		if all := slices.Concat(order, Wishes(s), LaterSpeeches(s)); len(all) != waiting || len(slices.Compact(slices.Sorted(slices.Values(all)))) != waiting {
			t.Fatalf("%d of %d who wait are shown", len(all), waiting)
		}
		for i := 1; i < len(order); i++ {
			a, b := s.Queue[order[i-1]], s.Queue[order[i]]
			if before(a, b) > 0 || before(a, b) == 0 && order[i-1] >= order[i] {
				t.Fatalf("%+v stands before %+v", a, b)
			}
		}
		if len(order) > 1 { // taking the first away leaves the others in their order
			e := s.Queue[order[0]]
			e.State = SpeechDone
			s.Queue[order[0]] = e
			if !slices.Equal(QueueOrder(s), order[1:]) {
				t.Fatal("the others changed places")
			}
		}
	})
}

// legalSession checks what holds of every session at every time.
func legalSession(t tester, m *Meeting, s *Session, now Time) {
	t.Helper()
	in := map[SpeechState]int{}
	for id, e := range s.Queue {
		in[e.State]++
		if (e.Clock.Since != 0) != (e.State == SpeechSpeaking) {
			t.Fatalf("speech %d is %s and its clock %+v", id, e.State, e.Clock)
		}
	}
	if in[SpeechSpeaking] > 1 || in[SpeechCalled] > 1 {
		t.Fatalf("%d speak, %d are called", in[SpeechSpeaking], in[SpeechCalled])
	}
	for id, c := range s.Items {
		if (c.Clock.Since != 0) != (c.State == ItemRunning) || c.State == ItemRunning && s.Item != id {
			t.Fatalf("item %d: %+v, under way is %d", id, c, s.Item)
		}
	}
	if runs := m.Status == MeetingLive; runs != (s.Clock.Since != 0) || !runs && in[SpeechSpeaking] > 0 {
		t.Fatalf("the meeting is %s, its clock %+v", m.Status, s.Clock)
	}
	if s.Item != 0 && s.Items[s.Item].State != ItemRunning && m.Status != MeetingPaused {
		t.Fatalf("item %d under way is %s", s.Item, s.Items[s.Item].State)
	}
}

// Whatever two officials and three members do, on machines whose clocks are right
// or wrong, the session stays legal and no clock loses time.
func TestSessionStaysLegal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.inSession("m1", func(m *Meeting) { m.Rules.WithQuestionTime = true; m.Rules.OpenQueue = rapid.Bool().Draw(t, "open") })
		sid := SessionID("m1")
		spent := map[CommandID]Time{}
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			who := rapid.SampledFrom([]ID{"x1.leader", "x1.clerk", "x1.leader", "x1.clerk", "x1.deputy", "x1.head", "x3.leader"}).Draw(t, "who")
			name, args := anySessionStep(t, w.session("m1"))
			w.now += Time(rapid.IntRange(0, 200_000).Draw(t, "passes"))
			c := &Command{Name: name, Target: Key{KindSession, sid}, Actor: who, Args: args,
				At:         w.now + Time(rapid.IntRange(-300_000, 300_000).Draw(t, "claims")),
				ServerSeen: w.now - Time(rapid.IntRange(0, 400_000).Draw(t, "seen"))}
			next, err := w.run(w.server, true, c)
			if err != nil && AsError(err).Code == Internal {
				t.Fatalf("%s: %v", name, err)
			}
			w.server = next
			m, s := w.meetingOf("m1"), w.session("m1")
			legalSession(t, m, s, w.now)
			for id, e := range s.Queue {
				if e.Clock.Spent < spent[id] {
					t.Fatalf("%s took %d ms from speech %d", name, spent[id]-e.Clock.Spent, id)
				}
				spent[id] = e.Clock.Spent
			}
		}
	})
}

func anySessionStep(t *rapid.T, s *Session) (string, any) {
	speech := CommandID(1)
	if ids := sortedKeys(s.Queue); len(ids) > 0 {
		speech = rapid.SampledFrom(ids).Draw(t, "speech")
	}
	item := rapid.SampledFrom([]CommandID{itemOne, itemTwo}).Draw(t, "item")
	kind := rapid.SampledFrom([]SpeechKind{SpeechContribution, SpeechOrder, SpeechQuestion}).Draw(t, "kind")
	wish := SpeechWish{Kind: kind, Item: item, To: "x1.head"}
	steps := map[string]any{
		"session.pause.1": &SessionNote{Meeting: "m1"}, "session.resume.1": &SessionNote{Meeting: "m1"},
		"session.item.1": &SessionItem{Meeting: "m1", Item: item, Sheet: AgendaCommon,
			Do: rapid.SampledFrom([]string{"start", "next", "pause", "finish", "defer"}).Draw(t, "do")},
		"session.question_time.1":   &QuestionTime{Meeting: "m1", On: rapid.Bool().Draw(t, "on")},
		"session.ask_to_speak.1":    &AskToSpeak{Meeting: "m1", Wish: wish},
		"session.enter_speech.1":    &EnterSpeech{Meeting: "m1", Person: "x1.deputy", Wish: wish},
		"session.withdraw_speech.1": &SpeechStep{Meeting: "m1", Speech: speech},
		"session.accept_speech.1":   &SpeechStep{Meeting: "m1", Speech: speech},
		"session.prioritise.1":      &Prioritise{Meeting: "m1", Speech: speech, Priority: 3},
		"session.reject_speech.1":   &RejectSpeech{Meeting: "m1", Speech: speech, Text: "a"},
		"session.call.1":            &CallSpeaker{Meeting: "m1", Speech: speech, Instead: s.InState(SpeechCalled)},
		"session.begin_speech.1":    &BeginSpeech{Meeting: "m1", Speech: speech},
		"session.pause_speech.1":    &SpeechStep{Meeting: "m1", Speech: speech},
		"session.end_speech.1":      &SpeechStep{Meeting: "m1", Speech: speech},
	}
	if rapid.IntRange(0, 30).Draw(t, "ends") == 0 {
		steps = map[string]any{"session.finish.1": &SessionNote{Meeting: "m1"}}
	}
	name := rapid.SampledFrom(sortedKeys(steps)).Draw(t, "step")
	return name, steps[name]
}
