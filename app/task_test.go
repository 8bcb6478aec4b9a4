package app

import "testing"

func TestTaskLife(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	ref := TaskRef{dir, "x1.officer"}
	task := func() Task { return w.doc(in).Directives[dir].Tasks["x1.officer"] }
	w.refused("can.needs_receiver", "x1.leader", "document.start_task.1", in, &ref)
	w.must("x1.officer", "document.seen.1", in, &ref)
	seen := task().Seen
	w.must("x1.officer", "document.seen.1", in, &ref)
	if task().Seen != seen || seen == 0 {
		t.Error("seeing twice changed the time")
	}
	w.must("x1.officer", "document.start_task.1", in, &ref)
	w.refused("task.wrong_state", "x1.officer", "document.start_task.1", in, &ref)
	w.refused("answer.empty", "x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: ref})
	w.must("x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: ref, Text: "Đã xong"})
	w.refused("directive.answered", "x1.leader", "document.withdraw_directive.1", in, &WithdrawDirective{Directive: dir, Text: "Nhầm"})
	w.refused("reason.missing", "x1.leader", "document.reject_answer.1", in, &TaskVerdict{TaskRef: ref})
	w.must("x1.leader", "document.reject_answer.1", in, &TaskVerdict{TaskRef: ref, Text: "Thiếu số liệu"})
	if got := task(); got.State != TaskDoing || got.Reason != "Thiếu số liệu" {
		t.Errorf("task %+v", got)
	}
	w.must("x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: ref, Text: "Bổ sung"})
	w.must("x1.leader", "document.accept_answer.1", in, &TaskVerdict{TaskRef: ref})
	w.must("x1.leader", "document.complete.1", in, &Note{})
	if d := w.state(in, InDone); d.Finished == 0 || d.Open() {
		t.Error("completed and still open")
	}
	if s := w.doc("d1").Recipients["x1"].Status; s != StatusCompleted {
		t.Errorf("sender sees %s", s)
	}
}

func TestReturnedTaskFreesTheLead(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	w.must("x1.officer", "document.return_task.1", in, &TaskVerdict{TaskRef: TaskRef{dir, "x1.officer"}, Text: "Không thuộc phòng"})
	w.must("x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}})
}

func TestWithdrawDirective(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	dir := w.must("x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.p", Unit: true, Role: Lead}}})
	sub := w.must("x1.head", "document.direct.1", in, &Direct{Parent: dir, Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}})
	w.refused("can.needs_director", "x1.officer", "document.withdraw_directive.1", in, &WithdrawDirective{Directive: dir, Text: "x"})
	w.must("x1.leader", "document.withdraw_directive.1", in, &WithdrawDirective{Directive: dir, Text: "Giao nhầm"})
	d := w.state(in, InSubmitted)
	if d.Directives[sub].Withdrawn == 0 {
		t.Error("what was passed on stays")
	}
	w.refused("document.not_found", "x1.officer", "document.seen.1", in, &TaskRef{sub, "x1.officer"})
	if s := w.doc("d1").Recipients["x1"].Status; s != StatusProcessing {
		t.Errorf("the sender's state went back to %s", s)
	}
	w.must("x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}})
}

func TestReceivers(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	for reason, rs := range map[string][]Receiver{
		"directive.many_leads":         {{ID: "x1.officer", Role: Lead}, {ID: "x1.officer2", Role: Lead}},
		"directive.receiver_twice":     {{ID: "x1.officer", Role: Lead}, {ID: "x1.officer", Role: Assist}},
		"directive.receiver_self":      {{ID: "x1.leader", Role: Lead}},
		"directive.receiver_elsewhere": {{ID: "x2.officer", Role: Lead}},
		"field.too_few":                {},
		"field.not_allowed":            {{ID: "x1.officer", Role: "X"}},
	} {
		w.refused(reason, "x1.leader", "document.direct.1", in, &Direct{Receivers: rs})
	}
	w.refused("directive.receiver_elsewhere", "x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1", Unit: true, Role: Lead}}})
	w.refused("directive.receiver_elsewhere", "x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.admin", Role: Lead}}})
	w.refused("directive.due_past", "x1.leader", "document.direct.1", in, &Direct{Due: DateOf(2026, 11, 20), Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}})
	dir := w.must("x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.p", Unit: true, Role: Lead}}})
	w.refused("directive.receiver_not_yours", "x1.head", "document.direct.1", in, &Direct{Parent: dir, Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}})
	w.refused("document.not_found", "x1.head2", "document.direct.1", in, &Direct{Parent: dir, Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}})
}

// A deadline that was right when it was given is not refused because the line
// was down for days.
func TestDueOfADirectiveGivenOffline(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	given := w.now
	w.now += 5 * 24 * 3600 * 1000
	c := &Command{Name: "document.direct.1", Target: docKey(in), Actor: "x1.leader", At: given,
		Args: &Direct{Due: given.Date() + 1, Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}}}
	m, err := w.run(w.server, true, c)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := m.Get(docKey(in))
	if s := r.(*Document).History[c.ID]; s.Given != given || s.At != w.now {
		t.Errorf("step at %d, given %d", s.At, s.Given)
	}
}

func TestExtension(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	ask := func(d Date) *ExtensionAsk {
		return &ExtensionAsk{Directive: dir, New: d, Text: "Cần thêm thời gian"}
	}
	w.refused("extension.not_later", "x1.officer", "document.ask_extension.1", in, ask(DateOf(2026, 11, 27)))
	e := w.refused("extension.day_off", "x1.officer", "document.ask_extension.1", in, ask(DateOf(2026, 11, 28)))
	if e.Data["next"] != "2026-11-30" {
		t.Errorf("next working day is %v", e.Data["next"])
	}
	ext := w.must("x1.officer", "document.ask_extension.1", in, ask(DateOf(2026, 11, 30)))
	w.refused("extension.pending", "x1.officer", "document.ask_extension.1", in, ask(DateOf(2026, 12, 1)))
	w.refused("can.needs_director", "x1.officer", "document.decide_extension.1", in, &ExtensionDecide{Extension: ext, Grant: true})
	w.must("x1.leader", "document.decide_extension.1", in, &ExtensionDecide{Extension: ext, Grant: true})
	w.refused("extension.decided", "x1.leader", "document.decide_extension.1", in, &ExtensionDecide{Extension: ext})
	d := w.doc(in)
	task := d.Directives[dir].Tasks["x1.officer"]
	if task.DueIn(d.Directives[dir]) != DateOf(2026, 11, 30) {
		t.Errorf("due %s", task.Due)
	}
}

func TestRemindersAndRemarksCommute(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	for range 2 {
		w.must("x1.leader", "document.remind.1", in, &Remind{Directive: dir, Text: "Khẩn trương"})
		w.must("x1.officer", "document.remark.1", in, &RemarkAdd{Text: "Đã nắm"})
	}
	w.must("x1.clerk", "document.remind.1", in, &Remind{Directive: dir})
	w.refused("can.needs_director", "x1.officer", "document.remind.1", in, &Remind{Directive: dir})
	d := w.doc(in)
	if len(d.Directives[dir].Reminders) != 3 || len(d.Remarks) != 2 {
		t.Errorf("%d reminders, %d remarks", len(d.Directives[dir].Reminders), len(d.Remarks))
	}
}

// What Allowed lists as allowed is what the commands accept.
func TestAllowedFollowsTheTask(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	can := func(p ID, act Action) bool {
		for _, d := range Allowed(w.server.dir, w.actor(p), w.doc(in)) {
			if d.Action == act {
				return d.Allow
			}
		}
		t.Fatalf("%s is not listed", act)
		return false
	}
	if can("x1.leader", "document.accept_answer") || !can("x1.officer", "document.answer") {
		t.Error("before the answer")
	}
	w.must("x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.officer"}, Text: "Xong"})
	if !can("x1.leader", "document.accept_answer") || can("x1.officer", "document.answer") || can("x1.leader", "document.withdraw_directive") {
		t.Error("after the answer")
	}
}
