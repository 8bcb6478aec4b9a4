package app

import (
	"slices"
	"testing"
)

const hour = Time(3600 * 1000)

// lend gives the leader's post of x1 to the officer for a day.
func (w *world) lend(id ID, actions ...Action) {
	w.t.Helper()
	w.now += 1000
	m, err := w.run(w.server, true, &Command{Name: "delegation.give.1", Target: Key{KindDelegation, id}, Actor: "x1.leader",
		Args: &Delegate{To: "x1.officer", Unit: "x1", Start: w.now, End: w.now + 24*hour, Actions: actions, Basis: "12/GUQ-UBND"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.server = m
}

func (w *world) as(delegation ID, person ID, name string, target ID, args any) error {
	w.now += 1000
	m, err := w.run(w.server, true, &Command{Name: name, Target: docKey(target), Actor: person, Delegation: delegation, Args: args})
	w.server = m
	return err
}

func wantReason(t *testing.T, err error, reason string) {
	t.Helper()
	if err == nil || AsError(err).Reason != reason {
		t.Errorf("%v, want %s", err, reason)
	}
}

func TestDelegation(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	order := &Direct{Text: "Giao phòng xử lý", Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}}
	wantReason(t, w.try("x1.officer", "document.direct.1", in, order), "document.not_found")
	w.lend("g1", "document.direct", "document.remind")
	if !slices.Contains(w.server.dir.Scopes("x1.officer", w.now), RoleScope("x1", RoleLeader)) {
		t.Error("who acts for the leader does not hold his documents")
	}
	wantReason(t, w.try("x1.officer", "document.direct.1", in, order), "can.needs_delegation")
	wantReason(t, w.as("g1", "x1.officer2", "document.direct.1", in, order), "delegation.not_yours")
	wantReason(t, w.as("g1", "x1.officer", "document.complete.1", in, &Note{}), "can.not_delegated")
	if err := w.as("g1", "x1.officer", "document.direct.1", in, order); err != nil {
		t.Fatal(err)
	}
	d := w.doc(in)
	for _, dir := range d.Directives {
		if dir.By != "x1.officer" || dir.OnBehalf != "x1.leader" || dir.Owner() != "x1.leader" {
			t.Errorf("directive by %s on behalf of %q", dir.By, dir.OnBehalf)
		}
	}
	if s, _ := d.LastChange(); s.By != "x1.officer" || s.OnBehalf != "x1.leader" {
		t.Errorf("history %+v", s)
	}
	w.now += 24 * hour
	wantReason(t, w.as("g1", "x1.officer", "document.remark.1", in, &RemarkAdd{Text: "x"}), "delegation.not_active")
	if slices.Contains(w.server.dir.Scopes("x1.officer", w.now), RoleScope("x1", RoleLeader)) {
		t.Error("the scope outlives the delegation")
	}
}

func TestDelegationsNeverChain(t *testing.T) {
	w := newWorld(t)
	w.lend("g1")
	give := func(actor, delegation ID, a *Delegate) error {
		_, err := w.run(w.server, true, &Command{Name: "delegation.give.1", Target: Key{KindDelegation, "g2"}, Actor: actor, Delegation: delegation, Args: a})
		return err
	}
	span := func(to ID, unit ID) *Delegate { return &Delegate{To: to, Unit: unit, Start: w.now, End: w.now + hour} }
	wantReason(t, give("x1.officer", "g1", span("x1.officer2", "x1")), "can.not_delegated")
	wantReason(t, give("x1.officer", "", span("x1.officer2", "x1")), "delegation.no_post")
	wantReason(t, give("x1.leader", "", span("x2.officer", "x1")), "delegation.receiver_elsewhere")
	wantReason(t, give("x1.leader", "", span("x1.leader", "x1")), "delegation.self")
	wantReason(t, give("x1.leader", "", &Delegate{To: "x1.officer", Unit: "x1", Start: w.now, End: w.now}), "delegation.bad_span")
	wantReason(t, give("x1.leader", "", &Delegate{To: "x1.officer", Unit: "x1", Start: w.now, End: w.now + hour, Actions: []Action{"person.put"}}), "delegation.bad_action")
}

func TestRevokedAndClosed(t *testing.T) {
	w := newWorld(t)
	w.lend("g1")
	revoke := &Command{Name: "delegation.revoke.1", Target: Key{KindDelegation, "g1"}, Actor: "x1.admin", Args: &Empty{}}
	m, err := w.run(w.server, true, revoke)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.dir.Actor("x1.officer", "g1", w.now+1); AsError(err).Reason != "delegation.not_active" {
		t.Errorf("after revoking: %v", err)
	}
	gone := *w.server.dir.Person("x1.leader")
	gone.Closed = true
	d := w.server.dir.With([]Record{&gone})
	if _, err := d.Actor("x1.officer", "g1", w.now); AsError(err).Reason != "delegation.empty" {
		t.Errorf("the giver left: %v", err)
	}
	if _, err := d.Actor("x1.leader", "", w.now); AsError(err).Reason != "actor.closed" {
		t.Errorf("closed: %v", err)
	}
	if d.Scopes("x1.leader", w.now) != nil {
		t.Error("a closed person holds something")
	}
}
