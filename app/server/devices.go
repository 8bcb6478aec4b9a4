package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// devices looks devices up, lists them and cuts them off. It implements
// api.Devices.
type devices struct {
	store     *sqlite.Store
	authority *pki.Authority
	streams   *streams
	touch     *touches
	now       func() time.Time
	log       *slog.Logger
	perDevice *limiter // bounds all requests of one device but those for content
	codeLife  time.Duration
	addresses []string
	changed   func()          // tells the screens
	goodbye   func(id app.ID) // tells the device's sync stream to wipe and end
	knocks    *knocks
	epoch     func() uint64
	// readmitted has the courier planned anew.
	readmitted func()
	// gone takes from a revoked device what others wait for.
	gone func(ctx context.Context, id app.ID)
}

var (
	errNoDevice = app.Refuse(app.Unauthorized, "device.unknown")
	errRevoked  = app.Refuse(app.Forbidden, "device.revoked")
	errNotAdmin = app.Refuse(app.Forbidden, "device.not_admin")
)

type deviceKey struct{}

// deviceOf is the device behind a request on SyncHost.
func deviceOf(ctx context.Context) (sqlite.Device, bool) {
	d, ok := ctx.Value(deviceKey{}).(sqlite.Device)
	return d, ok
}

// required lets only enrolled devices through. The certificate was verified
// against the authority in the handshake; whether its device may still come in
// is asked of the table at every request, so no session resumption and no open
// connection outlives a revocation.
func (d *devices) required(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		device, err := d.authenticate(r)
		if err != nil {
			d.refuse(w, r, err)
			return
		}
		if !strings.HasPrefix(r.URL.Path, content.Path) && !d.perDevice.allow(string(device.ID)) {
			tooMany(w)
			return
		}
		r, leave := d.streams.enter(device.ID, w, r)
		defer leave()
		// The look and the entry are two steps: a revocation in between would
		// miss this stream, so look again.
		if again, err := d.device(r.Context(), device.ID); err != nil || again.Revoked != 0 {
			writeRefusal(w, errRevoked)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), deviceKey{}, device)))
	})
}

// identify finds the device that the certificate names, revoked or not.
func (d *devices) identify(r *http.Request) (sqlite.Device, *x509.Certificate, error) {
	state := r.TLS
	if state == nil || state.ServerName != enrol.SyncHost || state.Version != tls.VersionTLS13 || len(state.VerifiedChains) == 0 {
		return sqlite.Device{}, nil, errNoDevice
	}
	leaf := state.PeerCertificates[0]
	if d.now().After(leaf.NotAfter) {
		return sqlite.Device{}, nil, errNoDevice // the connection is older than the certificate
	}
	device, err := d.device(r.Context(), app.ID(leaf.Subject.CommonName))
	if errors.Is(err, app.ErrNotFound) {
		err = errForgotten
	}
	return device, leaf, err
}

// refuse tells a device why it is not let in.
func (d *devices) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errForgotten) {
		d.forgotten(w, r, r.TLS.PeerCertificates[0])
		return
	}
	writeRefusal(w, err)
}

func (d *devices) authenticate(r *http.Request) (sqlite.Device, error) {
	device, leaf, err := d.identify(r)
	if err != nil {
		return sqlite.Device{}, err
	}
	if device.Revoked != 0 || d.personGone(device.Person) {
		return sqlite.Device{}, errRevoked
	}
	switch pki.Thumbprint(leaf.Raw) {
	case device.Certificate:
		if !device.CertificateOld.IsZero() {
			if err := d.dropOld(r.Context(), device.ID); err != nil {
				return sqlite.Device{}, err
			}
		}
	case device.CertificateOld:
	default:
		if app.TimeOf(leaf.NotAfter) <= device.CertificateUntil {
			return sqlite.Device{}, errNoDevice
		}
		if err := d.adopt(r.Context(), device.ID, leaf); err != nil {
			return sqlite.Device{}, err
		}
	}
	d.touch.device(device.ID, app.TimeOf(d.now()))
	return device, nil
}

func (d *devices) personGone(person app.ID) bool { return gone(d.store, person) }

// gone tells whether the person has left the service.
func gone(store *sqlite.Store, person app.ID) bool {
	p := store.Directory().Person(person)
	return p == nil || p.Closed
}

func (d *devices) device(ctx context.Context, id app.ID) (device sqlite.Device, err error) {
	err = d.store.Read(ctx, func(v *sqlite.View) (err error) {
		device, err = v.Device(id)
		return err
	})
	return device, err
}

// dropOld ends the certificate before the one that was just used.
func (d *devices) dropOld(ctx context.Context, id app.ID) error {
	return d.change(ctx, id, func(device *sqlite.Device, _ *sqlite.Tx) error {
		device.CertificateOld = app.Hash{}
		return nil
	})
}

// adopt takes a certificate for the device's present one that is newer than all
// we remember to have given it: it was renewed after the backup was made from
// which this server was restored. Our authority vouches for it as for any.
func (d *devices) adopt(ctx context.Context, id app.ID, leaf *x509.Certificate) error {
	return d.change(ctx, id, func(device *sqlite.Device, tx *sqlite.Tx) error {
		device.Certificate, device.CertificateOld = pki.Thumbprint(leaf.Raw), app.Hash{}
		device.CertificateUntil = app.TimeOf(leaf.NotAfter)
		return tx.Audit(sqlite.AuditEntry{Act: "device.adopt", Device: id, Object: string(id)})
	})
}

// change rewrites one device in a transaction.
func (d *devices) change(ctx context.Context, id app.ID, fn func(*sqlite.Device, *sqlite.Tx) error) error {
	return d.store.Write(ctx, func(tx *sqlite.Tx) error {
		device, err := tx.Device(id)
		if err != nil {
			return err
		}
		if err := fn(&device, tx); err != nil {
			return err
		}
		return tx.PutDevice(device)
	})
}

// administered lists the offices whose administrator the person is today.
func (d *devices) administered(person app.ID) map[app.ID]bool {
	dir, today := d.store.Directory(), app.TimeOf(d.now()).Date()
	p := dir.Person(person)
	offices := map[app.ID]bool{}
	if p == nil || p.Closed {
		return offices
	}
	for _, post := range p.Posts {
		if post.Role == app.RoleAdmin && post.Span.On(today) {
			offices[dir.OfficeID(post.Unit, today)] = true
		}
	}
	return offices
}

// officeNow is the office that a device belongs to today: its person's, or the
// one it was enrolled for when the person has none any more.
func (d *devices) officeNow(device sqlite.Device) app.ID {
	if office, err := d.officeOf(device.Person); err == nil {
		return office
	}
	return device.Office
}

// officeOf is the office of the person's main post today.
func (d *devices) officeOf(person app.ID) (app.ID, error) {
	dir, today := d.store.Directory(), app.TimeOf(d.now()).Date()
	p := dir.Person(person)
	if p == nil || p.Closed {
		return "", app.Refuse(app.NotFound, "person.not_found")
	}
	post, ok := p.MainPost(today)
	if !ok {
		return "", app.Refuse(app.Conflict, "person.no_post")
	}
	return dir.OfficeID(post.Unit, today), nil
}

// Devices implements api.Devices: the laptops of the offices that the viewer
// administers, for the province's administrator also those that have raised the
// alarm; everybody else sees his own.
func (d *devices) Devices(ctx context.Context, viewer api.Viewer) ([]api.DeviceRow, error) {
	offices := d.administered(viewer.Person)
	province := d.overProvince(offices)
	rows := []api.DeviceRow{}
	err := d.store.Read(ctx, func(v *sqlite.View) error {
		alarms, err := v.CourierAlarms()
		if err != nil {
			return err
		}
		all, err := v.Devices("")
		for _, device := range all {
			alarm := alarms[device.ID]
			judges := offices[d.officeNow(device)] || alarm.At != 0 && province
			if judges || device.Person == viewer.Person {
				row := deviceRow(device)
				row.Alarm = alarmView(alarm, judges)
				rows = append(rows, row)
			}
		}
		return err
	})
	return rows, err
}

func deviceRow(d sqlite.Device) api.DeviceRow {
	return api.DeviceRow{ID: string(d.ID), Name: d.Name, PersonID: d.Person, Enrolled: d.Enrolled,
		LastSeen: d.Seen, Version: d.Version, Revoked: d.Revoked}
}

// managed is a device that the viewer may look after, with the alarm about it:
// who answers for it, and the person whose laptop it is. Nobody else learns that
// there is such a device.
func (d *devices) managed(ctx context.Context, viewer api.Viewer, id string) (device sqlite.Device, alarm sqlite.CourierAlarm, err error) {
	err = d.store.Read(ctx, func(v *sqlite.View) (err error) {
		if device, err = v.Device(app.ID(id)); err == nil {
			alarm, err = v.CourierAlarm(device.ID)
		}
		return err
	})
	if err == nil && !d.judges(viewer.Person, device, alarm) && device.Person != viewer.Person {
		err = app.ErrNotFound
	}
	return device, alarm, err
}

// RevokeDevice implements api.Devices: it was lost or stolen, say.
func (d *devices) RevokeDevice(ctx context.Context, viewer api.Viewer, id string) error {
	device, _, err := d.managed(ctx, viewer, id)
	if err != nil {
		return err
	}
	return d.revoke(ctx, device.ID, viewer.Person)
}

// revoke cuts the device off for good: at its next request, and now what it
// has open.
func (d *devices) revoke(ctx context.Context, id, by app.ID) error {
	err := d.change(ctx, id, func(device *sqlite.Device, tx *sqlite.Tx) error {
		if device.Revoked != 0 {
			return nil
		}
		if _, err := d.beginLeave(tx, *device); err != nil {
			return err
		}
		device.Revoked, device.RevokedBy = app.TimeOf(d.now()), by
		return tx.Audit(sqlite.AuditEntry{Act: "device.revoke", Actor: by, Object: string(id),
			Detail: map[string]any{"person": device.Person, "name": device.Name}})
	})
	if err != nil {
		return err
	}
	d.goodbye(id)
	d.streams.cut(id, errRevoked)
	d.gone(ctx, id)
	d.changed()
	d.log.Info("device revoked", "device", id, "by", by)
	return nil
}

// writeRefusal answers outside of the API: the same code and reason, as JSON.
func writeRefusal(w http.ResponseWriter, err error) {
	e := app.AsError(err)
	writeJSON(w, api.StatusOf(e.Code), enrol.Refusal{Code: e.Code, Reason: e.Reason})
}

// tooMany answers 429.
func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "2")
	writeJSON(w, http.StatusTooManyRequests, enrol.Refusal{Code: app.Forbidden, Reason: "request.too_many"})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
