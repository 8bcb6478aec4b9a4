package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// How a revoked laptop leaves. First it wipes records and contents, with or
// without a line. Then it hands over what its person gave and nobody answered,
// sealed to the province, and confirms the wiping. When the server has signed
// that it has both, the rest goes: the outbox, and the keys last. A kill at any
// moment is made good by the next start.

// barPath marks a revoked laptop, so that it is one without a line as well. The
// file holds the confirmation that it will give.
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
// revocation.
func (l *link) unbar() {
	if !l.barred.Swap(false) {
		return
	}
	if err := os.Remove(l.barPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.log.Error("forgetting the revocation", "err", err)
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
}

// Pauses between tries to hand over.
const (
	leavePause    = 2 * time.Second
	leavePauseMax = 2 * time.Minute
)

// leave does all that a revoked laptop does, until it is done or let in again.
func (l *link) leave(ctx context.Context) {
	report, err := l.confirmation(ctx)
	if err == nil {
		err = l.wipe(ctx)
	}
	if err != nil {
		l.report("wiping a revoked laptop", err)
		return // the next start tries again
	}
	l.app.events.Publish(api.Event{Entity: "session"}, nil)
	for pause := leavePause; l.revoked(); pause = min(2*pause, leavePauseMax) {
		commands, err := l.handOver(ctx, report)
		if err == nil {
			l.part(ctx, commands)
			return
		}
		if e := app.AsError(err); e.Reason == "device.not_revoked" {
			l.unbar()
			return
		}
		l.log.Info("handing over", "err", err)
		select {
		case <-ctx.Done():
			return
		case <-l.nudge:
			pause = leavePause
		case <-time.After(pause):
		}
	}
}

// confirmation is what this laptop held, found out before it is wiped.
func (l *link) confirmation(ctx context.Context) (*enrol.LeaveReport, error) {
	report := &enrol.LeaveReport{}
	if b, err := os.ReadFile(l.barPath()); err == nil && json.Unmarshal(b, report) == nil {
		return report, nil // of an earlier start: by now less is here
	}
	report.Version = l.app.cfg.Version
	err := l.app.store.Read(ctx, func(v *sqlite.View) error {
		s, err := v.SyncState()
		if err != nil {
			return err
		}
		sums, err := v.Sums(s.Scopes)
		if err != nil {
			return err
		}
		for _, sum := range sums {
			if sum.Count != 0 {
				report.Scopes = append(report.Scopes, enrol.LeaveScope{Scope: sum.Scope, Count: sum.Count, Sum: fmt.Sprintf("%016x", sum.Sum.Sum)})
			}
		}
		if report.Records, err = v.RecordCount(); err != nil {
			return err
		}
		sends, err := v.Sends()
		named := map[app.Hash]bool{}
		for _, s := range sends {
			if !named[s.File] {
				named[s.File], report.Unsent = true, append(report.Unsent, s.Name)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, err := range l.app.files.List() {
		if err != nil {
			return nil, err
		}
		report.Segments++
	}
	b, err := json.Marshal(report)
	if err != nil {
		return nil, err
	}
	return report, writePrivate(l.barPath(), b)
}

// wipe takes records and contents off the disk, down to the bytes.
func (l *link) wipe(ctx context.Context) error {
	if err := l.replica.Wipe(ctx); err != nil {
		return err
	}
	if err := errors.Join(l.discard(ctx, math.MaxInt64, 0), l.app.removeDamaged()); err != nil {
		return err
	}
	return l.app.store.Scrub(ctx)
}

// handOver brings the outbox to the server, and the confirmation after it.
func (l *link) handOver(ctx context.Context, report *enrol.LeaveReport) (commands int, err error) {
	parts, err := l.outboxParts(ctx)
	if err != nil {
		return 0, err
	}
	final := *report
	final.Parts = len(parts)
	for i, part := range parts {
		final.Commands += len(part)
		err := l.sendPart(ctx, i+1, part)
		if e := app.AsError(err); e != nil && e.Reason == "device.left" {
			continue // all came earlier; only the last answer was lost
		}
		if err != nil {
			return 0, err
		}
	}
	return final.Commands, l.postLeave(ctx, &enrol.LeaveRequest{Report: &final})
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

// outboxParts lists what nobody has accepted, in pieces that a request takes.
func (l *link) outboxParts(ctx context.Context) (parts [][]enrol.LeftCommand, err error) {
	states := []struct {
		state feed.OutboxState
		name  string
	}{{feed.OutWaiting, "waiting"}, {feed.OutDeferred, "deferred"}, {feed.OutRefused, "refused"}}
	size := 0
	for _, s := range states {
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
func (l *link) part(ctx context.Context, commands int) {
	l.driver.Close()
	err := errors.Join(
		l.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.ForgetPerson() }),
		l.discard(ctx, math.MaxInt64, 0),
		l.app.store.Scrub(ctx))
	if err != nil {
		l.report("wiping the rest of a revoked laptop", err)
		return
	}
	left, err := json.Marshal(api.LeftInfo{At: l.app.clock.Now(), Commands: commands})
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
