package desktop

import (
	"context"
	"encoding/json"
	"errors"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// A server that came back from a backup does not know the laptops that were
// enrolled after it. Nothing is lost by that: the person reads and works on, and
// what he gives waits. He is told so, and enters a new code at the same screen;
// the same keys become another device of his, the replica and the outbox stay,
// and the laptop brings back its work by itself.

// heardForgotten takes the server's word that it does not know this device. Only
// signed word counts (enrol.Forgotten); a revoked laptop has other things to do.
func (l *link) heardForgotten(ctx context.Context, f *enrol.Forgotten) {
	known, err := l.knownEpoch(ctx)
	if err != nil {
		l.report("reading the epoch", err)
		return
	}
	id := l.identity()
	if l.revoked() || !f.Verify(id.ServerPublicKey(), id.Device, known) {
		return
	}
	if l.forgotten.Swap(f) == nil {
		l.log.Warn("the server came back from a backup and does not know this device", "epoch", f.Epoch)
		l.tellForgotten()
	}
}

// remembered ends it: the server has let this device in.
func (l *link) remembered() {
	if l.forgotten.Swap(nil) != nil {
		l.tellForgotten()
	}
}

func (l *link) tellForgotten() {
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
	l.statusChanged()
}

// isForgotten reports whether the server does not know this device.
func (l *link) isForgotten() bool { return !l.revoked() && l.forgotten.Load() != nil }

// knownEpoch is the epoch of the server's data as this laptop has seen them.
func (l *link) knownEpoch(ctx context.Context) (epoch uint64, err error) {
	err = l.app.store.Read(ctx, func(v *sqlite.View) error {
		var s feed.State
		s, err = v.SyncState()
		epoch = s.Epoch
		return err
	})
	if epoch == 0 { // no page has come yet
		epoch = l.identity().Epoch
	}
	return epoch, err
}

// readForgotten reads an answer as a Forgotten, nil if it is something else.
func readForgotten(answer []byte) *enrol.Forgotten {
	f := &enrol.Forgotten{}
	if json.Unmarshal(answer, f) != nil || f.Reason != enrol.ReasonForgotten {
		return nil
	}
	return f
}

// forgottenInfo describes it for the screens, nil when there is nothing to tell.
func (l *link) forgottenInfo(ctx context.Context) *api.ForgottenInfo {
	f := l.forgotten.Load()
	if f == nil || l.revoked() {
		return nil
	}
	info := &api.ForgottenInfo{At: f.At}
	st, err := l.replica.Status(ctx)
	if err != nil {
		l.report("reading the status", err)
		return info
	}
	info.Waiting = st.Waiting + st.Deferred
	return info
}

// enrolAgain makes a forgotten laptop a device again: with the keys that it has,
// by which it proves what it signed before, for its own person, and at its own
// province. The identity on the disk is replaced in one step, so a kill at any
// moment leaves the former one, with which the same code can be given again.
func (e enroller) enrolAgain(ctx context.Context, l *link, req api.EnrolRequest) (api.Enrolled, error) {
	if !l.isForgotten() {
		return api.Enrolled{}, app.Refuse(app.Conflict, "enrol.already")
	}
	if l.line.isCut() {
		return api.Enrolled{}, app.Refuse(app.Offline, "enrol.unreachable")
	}
	was := l.identity()
	code, addresses, err := parseEnrolment(req, was.Addresses)
	if err != nil {
		return api.Enrolled{}, err
	}
	if code.Fingerprint != enrol.FingerprintOf(was.Authority) {
		return api.Enrolled{}, app.Refuse(app.Forbidden, "enrol.other_province")
	}
	e.progress("register")
	id, err := e.register(ctx, addresses, code, was.Keys, was.Person)
	if err != nil {
		return api.Enrolled{}, err
	}
	if id.Person != was.Person || !id.ServerPublicKey().Equal(was.ServerPublicKey()) {
		return api.Enrolled{}, app.Refuse(app.Forbidden, "enrol.bad_answer")
	}
	if err := saveIdentity(e.cfg.Data, id); err != nil {
		return api.Enrolled{}, app.Errorf(app.Internal, "storage.io", "%w", err)
	}
	if err := e.reconnect(l, id); err != nil {
		e.setProblem(app.AsError(err).Reason)
		return api.Enrolled{}, err
	}
	e.progress("bring_back")
	e.events.Publish(api.Event{Entity: "session"}, nil)
	return enrolledAs(id), nil
}

// reconnect goes on as another device, as a start of the program would.
func (a *App) reconnect(l *link, id *enrol.Identity) error {
	return errors.Join(l.close(), a.connect(id))
}

// startOver makes a laptop whose data were lost, and which the server does not
// know either, one that can be enrolled; its keys are kept aside. done is false
// when the error says nothing of the kind.
func (a *App) startOver(id *enrol.Identity, err error) (done bool) {
	var f *enrol.Forgotten
	if !errors.As(err, &f) || !f.Verify(id.ServerPublicKey(), id.Device, id.Epoch) {
		return false
	}
	if err := setIdentityAside(a.cfg.Data); err != nil {
		a.log.Error("setting the identity aside", "err", err)
		return false
	}
	a.setProblem("")
	return true
}
