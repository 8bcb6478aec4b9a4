package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// How a revoked laptop leaves. First it wipes records and contents, with or
// without a line, all but the contents that the server does not have. Then it
// hands over what its person gave and nobody answered, sealed to the province,
// and those contents after it (leavefiles.go), and confirms the wiping. When the
// server has signed that it has all, the rest goes: the outbox, and the keys
// last. A kill at any moment is made good by the next start. A laptop that the
// server lets in after all takes its work up again where it is (stay).

// barPath marks a revoked laptop, so that it is one without a line as well. The
// file holds its leaveNote.
func (l *link) barPath() string { return filepath.Join(l.app.cfg.Data, "revoked") }

// leftPath keeps what the first-run screen tells after a laptop has left.
func leftPath(data string) string { return filepath.Join(data, "left.json") }

// bar stops all work: the server has revoked this device.
func (l *link) bar() {
	if l.barred.Swap(true) {
		return
	}
	if err := writePrivate(l.barPath(), nil); err != nil {
		l.log.Error("remembering the revocation", "err", err)
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
	l.goDo(l.leave)
}

// unbar lets the person work again: the server, restored perhaps, knows of no
// revocation. The rest is done by stay, once nothing wipes any more.
func (l *link) unbar() {
	if !l.barred.Swap(false) {
		return
	}
	l.forgetBar()
	l.hurry() // leave is to see it
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
}

func (l *link) forgetBar() {
	if err := os.Remove(l.barPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.log.Error("forgetting the revocation", "err", err)
	}
}

// stay takes up again what the leaving has stopped, for a laptop that is let in
// after all: the courier, the scan folders, and what it has not brought.
func (l *link) stay(ctx context.Context) {
	l.forgetBar() // the leaving may have written its note once more
	l.report("taking up what was not brought", l.keepUnbrought())
	l.employ()
	l.report("watching folders", l.scans.reopen(ctx))
	l.stir()
}

// Pauses between tries to hand over.
const (
	leavePause    = 2 * time.Second
	leavePauseMax = 2 * time.Minute
)

// leave does all that a revoked laptop does, until it is done or let in again.
func (l *link) leave(ctx context.Context) {
	l.leaving.Lock()
	defer l.leaving.Unlock()
	l.goAway(ctx)
	if !l.revoked() && ctx.Err() == nil {
		l.stay(ctx)
	}
}

// goAway wipes and hands over, and ends when the laptop has left, is let in again,
// or its link ends.
func (l *link) goAway(ctx context.Context) {
	note := l.wipeAtLast(ctx)
	if note == nil {
		return
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
	h := &leaver{link: l, note: note}
	for pause := leavePause; l.revoked(); pause = min(2*pause, leavePauseMax) {
		left, err := h.run(ctx)
		if err == nil {
			l.part(ctx, left)
			return
		}
		if e := app.AsError(err); e.Reason == "device.not_revoked" {
			l.unbar()
			return
		}
		l.log.Info("handing over", "err", err)
		if h.further {
			pause = leavePause
		}
		if l.rest(ctx, pause) {
			pause = leavePause
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// rest waits between two tries, and reports whether it was told not to.
func (l *link) rest(ctx context.Context, pause time.Duration) (nudged bool) {
	select {
	case <-ctx.Done():
	case <-l.nudge:
		return true
	case <-time.After(pause):
	}
	return false
}

// wipeAtLast notes what there is and wipes it. What keeps that from being done may
// pass: a file that a viewer holds, or that somebody wrote just then. nil means that
// the laptop was let in again before, or that the link ends.
func (l *link) wipeAtLast(ctx context.Context) *leaveNote {
	for pause := leavePause; l.revoked() && ctx.Err() == nil; pause = min(2*pause, leavePauseMax) {
		note, err := l.noteLeave(ctx)
		if err == nil {
			err = l.wipe(ctx)
		}
		if err == nil {
			return note
		}
		l.report("wiping a revoked laptop", err)
		l.rest(ctx, pause)
	}
	return nil
}

// wipe takes records and contents off the disk, down to the bytes. Which folders
// are watched stays until the laptop has left: it may be let in again.
func (l *link) wipe(ctx context.Context) error {
	if p := l.carrier.porter.Swap(nil); p != nil {
		p.close()
	}
	if err := errors.Join(os.RemoveAll(l.courierPath()), os.RemoveAll(signingPath(l.app.cfg.Data))); err != nil {
		return err
	}
	l.scans.close()
	if err := l.app.store.Write(ctx, func(tx *sqlite.Tx) error {
		return errors.Join(tx.ForgetScans(), tx.ForgetPlaceBallots(""))
	}); err != nil {
		return err
	}
	if err := l.replica.Wipe(ctx); err != nil {
		return err
	}
	if err := errors.Join(l.discard(ctx, math.MaxInt64, 0), l.app.removeDamaged()); err != nil {
		return err
	}
	return l.app.store.Scrub(ctx)
}

// leaver is the bringing over of what the server does not have.
type leaver struct {
	*link
	note    *leaveNote
	parts   int  // of the outbox
	came    int  // commands in them; the server has all
	done    bool // parts have come over
	further bool // the last run brought a content
}

// run brings the outbox to the server, the contents, and the confirmation after
// them. What it returns is for the person.
func (h *leaver) run(ctx context.Context) (*api.LeftInfo, error) {
	h.further = false
	if err := h.bringOutbox(ctx); err != nil {
		return nil, err
	}
	files, unsent, err := h.bringContents(ctx)
	if err != nil {
		return nil, err
	}
	report := h.note.LeaveReport
	report.Parts, report.Commands = h.parts, h.came
	report.Unsent = append(slices.Clone(report.Unsent), unsent...)
	left := &api.LeftInfo{Commands: h.came, Files: files, Lost: len(report.Unsent)}
	return left, h.postLeave(ctx, &enrol.LeaveRequest{Report: &report})
}

// bringOutbox brings all parts of the outbox, once for each start.
func (h *leaver) bringOutbox(ctx context.Context) error {
	if h.done {
		return nil
	}
	parts, err := h.outboxParts(ctx)
	if err != nil {
		return err
	}
	h.parts, h.came = len(parts), 0
	for i, part := range parts {
		h.came += len(part)
		err := h.sendPart(ctx, i+1, part)
		if e := app.AsError(err); e != nil && e.Reason == "device.left" {
			continue // all came earlier; only the last answer was lost
		}
		if err != nil {
			return err
		}
	}
	h.done = true
	return nil
}

func (l *link) sendPart(ctx context.Context, number int, commands []enrol.LeftCommand) error {
	id := l.identity()
	province, err := id.ProvincePublicKey()
	if err != nil {
		return err
	}
	sealed, err := enrol.SealOutbox(province, id.Device, number, commands)
	if err != nil {
		return err
	}
	return l.postLeave(ctx, &enrol.LeaveRequest{Part: number, Commands: len(commands), Sealed: sealed})
}

// leftStates are the states of commands that nobody has accepted.
var leftStates = []struct {
	state feed.OutboxState
	name  string
}{{feed.OutWaiting, "waiting"}, {feed.OutDeferred, "deferred"}, {feed.OutRefused, "refused"}}

// outboxParts lists what nobody has accepted, in pieces that a request takes.
func (l *link) outboxParts(ctx context.Context) (parts [][]enrol.LeftCommand, err error) {
	size := 0
	for _, s := range leftStates {
		entries, err := l.replica.Outbox(ctx, s.state)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Command == nil {
				continue // erased, as it had to be
			}
			left := enrol.LeftCommand{Command: e.Command, State: s.name}
			if e.Result != nil {
				left.Reason = e.Result.Reason
			}
			if size += len(e.Command); len(parts) == 0 || size > enrol.MaxLeavePart && len(parts) < enrol.MaxLeaveParts {
				parts, size = append(parts, nil), len(e.Command)
			}
			parts[len(parts)-1] = append(parts[len(parts)-1], left)
		}
	}
	return parts, nil
}

// postLeave sends one request and checks that the server signed for it.
func (l *link) postLeave(ctx context.Context, r *enrol.LeaveRequest) error {
	ctx, cancel := context.WithTimeout(ctx, 5*askTimeout) // up to 3 MB on a slow line
	defer cancel()
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, serverURL+enrol.PathLeave, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := l.client.Do(req)
	if err != nil {
		return app.Errorf(app.Offline, "session.offline", "leave: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if b, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return app.Errorf(app.Offline, "session.offline", "leave: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return refusalOf(b, resp)
	}
	var answer enrol.LeaveAnswer
	id := l.identity()
	if json.Unmarshal(b, &answer) != nil || !answer.Verify(id.ServerPublicKey(), id.Device, r) {
		return app.Refuse(app.Internal, "sync.bad_receipt")
	}
	return nil
}

// part wipes what was kept for the hand-over. The keys go last: while they are
// here, the next start goes on.
func (l *link) part(ctx context.Context, info *api.LeftInfo) {
	l.driver.Close()
	err := errors.Join(
		l.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.ForgetPerson() }),
		l.discard(ctx, math.MaxInt64, 0),
		os.RemoveAll(workPath(l.app.cfg.Data)),
		l.app.store.Scrub(ctx))
	if err != nil {
		l.report("wiping the rest of a revoked laptop", err)
		return
	}
	info.At = l.app.clock.Now()
	left, err := json.Marshal(info)
	if err == nil {
		err = writePrivate(leftPath(l.app.cfg.Data), left)
	}
	for _, path := range []string{identityPath(l.app.cfg.Data), l.barPath()} {
		if err == nil {
			err = os.Remove(path)
		}
	}
	if err != nil {
		l.report("removing the identity of a revoked laptop", err)
		return
	}
	close(l.gone)
}

// seeOff waits until a link has left, and makes the laptop nobody's; not when
// the link ends otherwise.
func (a *App) seeOff(l *link) {
	select {
	case <-l.gone:
	case <-l.ctx.Done():
		return
	}
	if err := l.close(); err != nil {
		a.log.Error("ending the link of a revoked laptop", "err", err)
	}
	a.mu.Lock()
	a.link = nil
	a.mu.Unlock()
	a.events.Publish(api.Event{Entity: "session"}, nil)
}

// leftInfo tells the first-run screen that this laptop was somebody's; nil otherwise.
func (a *App) leftInfo() *api.LeftInfo {
	b, err := os.ReadFile(leftPath(a.cfg.Data))
	if err != nil {
		return nil
	}
	info := &api.LeftInfo{}
	if json.Unmarshal(b, info) != nil {
		return nil
	}
	return info
}
