package server

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
)

// errForgotten is for a device whose certificate the province gave and that
// this database does not know: it was enrolled after the backup from which the
// server was restored.
var errForgotten = app.Refuse(app.Unauthorized, enrol.ReasonForgotten)

// Knock is a device that the server has forgotten and that asked to come in.
// Nothing but its id is known of it, out of the certificate.
type Knock struct {
	Device  app.ID   `json:"device"`
	First   app.Time `json:"first"`
	Last    app.Time `json:"last"`
	Address string   `json:"address"` // where the last one came from
}

const (
	// maxKnocks bounds what is remembered; only certificates that the province
	// gave and lost count, so there are rarely more.
	maxKnocks = 200
	// knocksKept is how long a device that is not heard of any more is shown.
	knocksKept = app.Time(30 * 24 * 3600 * 1000)
	// A forgotten device asks each half a minute; more often it is not answered.
	knockEvery = 10 * time.Second
	knockBurst = 12
)

// knocks remembers, until the server stops, which forgotten devices ask to come
// in, so that an administrator sees who needs a code. They go on asking, so a
// new start soon knows them again.
type knocks struct {
	limit *limiter
	now   func() time.Time

	mu       sync.Mutex // guards byDevice
	byDevice map[app.ID]*knock
}

type knock struct {
	Knock
	cert *x509.Certificate // by its key the device is known when it is enrolled again
}

func newKnocks(now func() time.Time) *knocks {
	return &knocks{limit: newLimiter(rate.Every(knockEvery), knockBurst, now), now: now, byDevice: map[app.ID]*knock{}}
}

// heard notes a knock. fresh tells whether it is the device's first.
func (k *knocks) heard(cert *x509.Certificate, from string) (fresh bool) {
	id, now := app.ID(cert.Subject.CommonName), app.TimeOf(k.now())
	k.mu.Lock()
	defer k.mu.Unlock()
	one := k.byDevice[id]
	if fresh = one == nil; fresh {
		k.makeRoomLocked()
		one = &knock{Knock: Knock{Device: id, First: now}}
		k.byDevice[id] = one
	}
	one.Last, one.Address, one.cert = now, from, cert
	return fresh
}

// makeRoomLocked drops whoever was not heard of for the longest time.
func (k *knocks) makeRoomLocked() {
	if len(k.byDevice) < maxKnocks {
		return
	}
	var oldest *knock
	for _, one := range k.byDevice {
		if oldest == nil || one.Last < oldest.Last {
			oldest = one
		}
	}
	delete(k.byDevice, oldest.Device)
}

// enrolled forgets the knocks of a device that is known again, by its key.
func (k *knocks) enrolled(key *ecdsa.PublicKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, one := range k.byDevice {
		if key.Equal(one.cert.PublicKey) {
			delete(k.byDevice, id)
		}
	}
}

// take removes a device and returns its certificate, nil if it has not knocked.
func (k *knocks) take(id app.ID) *x509.Certificate {
	k.mu.Lock()
	defer k.mu.Unlock()
	one := k.byDevice[id]
	if one == nil {
		return nil
	}
	delete(k.byDevice, id)
	return one.cert
}

// list is who knocked lately, the latest first.
func (k *knocks) list() []Knock {
	k.mu.Lock()
	defer k.mu.Unlock()
	out, since := []Knock{}, app.TimeOf(k.now())-knocksKept
	for id, one := range k.byDevice {
		if one.Last < since {
			delete(k.byDevice, id)
			continue
		}
		out = append(out, one.Knock)
	}
	slices.SortFunc(out, func(a, b Knock) int {
		return cmp.Or(cmp.Compare(b.Last, a.Last), cmp.Compare(a.Device, b.Device))
	})
	return out
}

// forgotten tells a device that it is not known any more, under the key by which
// it knows this server, and notes that it was here.
func (d *devices) forgotten(w http.ResponseWriter, r *http.Request, cert *x509.Certificate) {
	id := app.ID(cert.Subject.CommonName)
	if !d.knocks.limit.allow(string(id)) {
		tooMany(w)
		return
	}
	if d.knocks.heard(cert, source(r)) {
		d.noteForgotten(r.Context(), id, source(r))
	}
	answer := enrol.SignForgotten(d.resultsKey(), id, d.epoch(), app.TimeOf(d.now()))
	writeJSON(w, http.StatusUnauthorized, answer)
}

func (d *devices) resultsKey() ed25519.PrivateKey { return d.authority.ResultsKey() }

// noteForgotten leaves a trace of the first knock.
func (d *devices) noteForgotten(ctx context.Context, id app.ID, from string) {
	err := d.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "device.forgotten", Object: string(id), Source: from})
	})
	if err != nil {
		d.log.Error("noting a forgotten device", "device", id, "err", err)
	}
	d.changed()
}

// revokeForgotten revokes a device of which nothing is known but that it knocks:
// it was lost, say, and enrolled and revoked after the backup. It is entered as
// nobody's, so that it hears at its next knock that it must wipe.
func (d *devices) revokeForgotten(ctx context.Context, id, by app.ID) error {
	cert := d.knocks.take(id)
	if cert == nil {
		return app.ErrNotFound
	}
	err := d.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.PutDevice(sqlite.Device{ID: id, CommandKey: []byte{}, SealingKey: []byte{}, Courier: []byte{},
			Certificate: pki.Thumbprint(cert.Raw), CertificateUntil: app.TimeOf(cert.NotAfter), Seen: app.TimeOf(d.now())})
	})
	if err != nil {
		return err
	}
	return d.revoke(ctx, id, by)
}

// Forgotten implements api.Devices: for whoever administers an office. The
// server does not know whose they are, so all see all.
func (d *devices) Forgotten(_ context.Context, viewer api.Viewer) ([]api.ForgottenDevice, error) {
	if len(d.administered(viewer.Person)) == 0 {
		return nil, errNotAdmin
	}
	out := []api.ForgottenDevice{}
	for _, k := range d.knocks.list() {
		out = append(out, api.ForgottenDevice{ID: string(k.Device), First: k.First, Last: k.Last, Address: k.Address})
	}
	return out, nil
}
