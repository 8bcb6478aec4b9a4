package server

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
)

// Held is what a device could hold, by the server's own count.
type Held struct {
	At        app.Time      `json:"at"`
	Documents int64         `json:"documents"`
	Records   int64         `json:"records"` // documents included
	Scopes    []HeldByScope `json:"scopes"`
}

// HeldByScope is what one scope held: count and sum as in a check.
type HeldByScope = enrol.LeaveScope

var (
	errNotRevoked = app.Refuse(app.Conflict, "device.not_revoked")
	errLeft       = app.Refuse(app.Conflict, "device.left")
)

// heldBy counts what the device's person may hold now.
func (d *devices) heldBy(v *sqlite.View, device sqlite.Device) (Held, error) {
	held := Held{At: app.TimeOf(d.now()), Scopes: []HeldByScope{}}
	m, err := v.Membership(device.Person, 0)
	if err != nil || m == nil {
		return held, err
	}
	sums, err := v.Sums(m.Scopes)
	if err != nil {
		return held, err
	}
	for _, s := range sums {
		if s.Count != 0 {
			held.Scopes = append(held.Scopes, HeldByScope{Scope: s.Scope, Count: s.Count, Sum: sumText(s.Sum.Sum)})
		}
	}
	kinds, err := v.HeldBy(m.Scopes)
	for kind, n := range kinds {
		held.Records += n
		if kind == app.KindDocument {
			held.Documents = n
		}
	}
	return held, err
}

// beginLeave keeps what the device held, once, in the transaction that revokes it.
func (d *devices) beginLeave(tx *sqlite.Tx, device sqlite.Device) (sqlite.DeviceLeave, error) {
	l, err := tx.DeviceLeave(device.ID)
	if err == nil || !errors.Is(err, app.ErrNotFound) {
		return l, err
	}
	held, err := d.heldBy(&tx.View, device)
	if err != nil {
		return l, err
	}
	l = sqlite.DeviceLeave{Device: device.ID}
	if l.Held, err = json.Marshal(held); err != nil {
		return l, err
	}
	return l, tx.PutDeviceLeave(l)
}

// leaving serves the one door of revoked devices.
type leaving struct {
	*devices
	contents    *contents
	perDevice   *limiter           // requests of the hand-over
	perTransfer *limiter           // requests that bring contents
	key         ed25519.PrivateKey // signs answers
}

// serve takes a part of the outbox, an announcement of contents, or the
// confirmation that the rest is wiped.
func (l *leaving) serve(w http.ResponseWriter, r *http.Request) {
	device, err := l.revokedDevice(r)
	if err != nil {
		l.refuse(w, r, err)
		return
	}
	if !l.perDevice.allow(string(device.ID)) {
		tooMany(w)
		return
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, enrol.MaxLeaveMessage))
	var request enrol.LeaveRequest
	if err != nil || json.Unmarshal(b, &request) != nil || request.Check() != nil {
		writeRefusal(w, errBadRequest)
		return
	}
	answer, err := l.take(r.Context(), device, &request)
	if err != nil {
		if app.AsError(err).Code == app.Internal {
			l.log.Error("a device cannot leave", "request", requestID(r.Context()), "device", device.ID, "err", err)
		}
		writeRefusal(w, err)
		return
	}
	l.changed()
	writeJSON(w, http.StatusOK, answer)
}

// revokedDevice is the device behind a request, if it is one that must leave.
func (l *leaving) revokedDevice(r *http.Request) (sqlite.Device, error) {
	device, leaf, err := l.identify(r)
	if err != nil {
		return device, err
	}
	if print := pki.Thumbprint(leaf.Raw); print != device.Certificate && print != device.CertificateOld {
		return device, errNoDevice
	}
	if device.Revoked == 0 && !l.personGone(device.Person) {
		return device, errNotRevoked
	}
	return device, nil
}

// take stores the request and signs that it has.
func (l *leaving) take(ctx context.Context, device sqlite.Device, r *enrol.LeaveRequest) (*enrol.LeaveAnswer, error) {
	now := app.TimeOf(l.now())
	answer, err := enrol.SignLeave(l.key, device.ID, r, now)
	if err != nil {
		return nil, err
	}
	l.contents.keeper.removing.RLock() // what is found to be here stays
	defer l.contents.keeper.removing.RUnlock()
	err = l.store.Write(ctx, func(tx *sqlite.Tx) error {
		leave, err := l.beginLeave(tx, device)
		switch {
		case err != nil:
			return err
		case r.Report != nil:
			return l.confirm(tx, leave, r.Report, now)
		case leave.Confirmed != 0:
			return errLeft
		case len(r.Contents) > 0:
			return l.announce(tx, device.ID, r.Contents, now)
		}
		return l.takePart(tx, device, leave, r, now)
	})
	return answer, err
}

func (l *leaving) takePart(tx *sqlite.Tx, device sqlite.Device, leave sqlite.DeviceLeave, r *enrol.LeaveRequest, now app.Time) error {
	err := tx.PutOutboxPart(device.ID, sqlite.OutboxPart{Part: r.Part, At: now, Commands: r.Commands, Sealed: r.Sealed})
	if err != nil {
		return err
	}
	leave.Handed = now
	if leave.Commands, err = tx.OutboxHanded(device.ID); err != nil {
		return err
	}
	if err := tx.PutDeviceLeave(leave); err != nil {
		return err
	}
	return tx.Audit(sqlite.AuditEntry{Act: "device.handed_over", Actor: device.Person, Device: device.ID, Object: string(device.ID),
		Detail: map[string]any{"part": r.Part, "commands": r.Commands}})
}

// confirm notes that the device has wiped itself. A second time changes nothing:
// the answer was lost on the way.
func (l *leaving) confirm(tx *sqlite.Tx, leave sqlite.DeviceLeave, report *enrol.LeaveReport, now app.Time) error {
	if leave.Confirmed != 0 {
		return nil
	}
	parts, err := tx.OutboxParts(leave.Device)
	if err != nil {
		return err
	}
	if len(parts) < report.Parts {
		return app.Refuse(app.Conflict, "device.parts_missing")
	}
	report.Version = label(report.Version, 40)
	for i, name := range report.Unsent {
		report.Unsent[i] = label(name, 200)
	}
	if leave.Report, err = json.Marshal(report); err != nil {
		return err
	}
	leave.Confirmed = now
	if err := tx.PutDeviceLeave(leave); err != nil {
		return err
	}
	files, err := l.countFiles(tx, leave.Device, now)
	if err != nil {
		return err
	}
	return tx.Audit(sqlite.AuditEntry{Act: "device.left", Device: leave.Device, Object: string(leave.Device),
		Detail: map[string]any{"records": report.Records, "segments": report.Segments, "commands": report.Commands, "files": files}})
}

// Device implements api.Devices: for the office's administrator, and for the
// person whose laptop it is.
func (d *devices) Device(ctx context.Context, viewer api.Viewer, id string) (api.DeviceDetail, error) {
	device, alarm, err := d.managed(ctx, viewer, id)
	if err != nil {
		return api.DeviceDetail{}, err
	}
	out, err := d.detail(ctx, device)
	out.Alarm = alarmView(alarm, d.judges(viewer.Person, device, alarm))
	return out, err
}

// detail tells what was on the device and how far it has left.
func (d *devices) detail(ctx context.Context, device sqlite.Device) (api.DeviceDetail, error) {
	out := api.DeviceDetail{DeviceRow: deviceRow(device), Platform: device.Platform}
	err := d.store.Read(ctx, func(v *sqlite.View) error {
		alarm, err := v.CourierAlarm(device.ID)
		if err != nil {
			return err
		}
		out.Alarm = alarmView(alarm, false)
		if out.Purged, out.PurgedAt, err = v.PurgesOf(device.ID); err != nil {
			return err
		}
		leave, err := v.DeviceLeave(device.ID)
		if errors.Is(err, app.ErrNotFound) {
			held, err := d.heldBy(v, device)
			out.Held = heldView(held)
			return err
		}
		if err != nil {
			return err
		}
		var held Held
		if err := json.Unmarshal(leave.Held, &held); err != nil {
			return err
		}
		out.Held = heldView(held)
		out.Leave = &api.DeviceLeave{Commands: leave.Commands, Handed: leave.Handed, Confirmed: leave.Confirmed}
		out.Leave.Files, out.Leave.Awaited, err = v.LeftFiles(device.ID)
		if err != nil || leave.Report == nil {
			return err
		}
		var report enrol.LeaveReport
		err = json.Unmarshal(leave.Report, &report)
		out.Leave.Records, out.Leave.Segments = report.Records, report.Segments
		out.Leave.Unsent, out.Leave.Scopes = report.Unsent, scopesView(report.Scopes)
		return err
	})
	return out, err
}

func heldView(h Held) api.DeviceHeld {
	return api.DeviceHeld{At: h.At, Documents: h.Documents, Records: h.Records, Scopes: scopesView(h.Scopes)}
}

// scopesView reads scopes as people know them. One that a leaving laptop made
// up is left out.
func scopesView(scopes []HeldByScope) []api.HeldScope {
	out := make([]api.HeldScope, 0, len(scopes))
	for _, s := range scopes {
		if of, ok := s.Scope.Parts(); ok {
			out = append(out, api.HeldScope{Kind: of.Kind, Person: of.Person, Unit: of.Unit, Role: of.Role, Count: s.Count, Sum: s.Sum})
		}
	}
	return out
}
