package replica_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/hub"
)

// registry answers for writers out of the server's own tables: what came after
// a backup is not in it.
type registry struct{ s *server }

// Writer implements hub.Devices.
func (r registry) Writer(n uint32) (key hub.WriterKey, err error) {
	err = r.s.store.Read(ctx, func(v *sqlite.View) error {
		d, err := v.DeviceOfWriter(n)
		key = hub.WriterKey{Device: d.ID, Person: d.Person, Key: d.CommandKey, Revoked: d.Revoked != 0}
		return err
	})
	if spoil := r.s.w.flaw.devices; spoil != nil && err == nil {
		key = spoil(key)
	}
	return key, err
}

// row is a laptop's row in the tables of devices.
func (l *laptop) enrolment() sqlite.Device {
	return sqlite.Device{
		ID: l.device(), Person: l.person, Name: string(l.device()), CommandKey: l.key.Public().(ed25519.PublicKey),
		SealingKey: []byte{1}, Courier: []byte{1}, Enrolled: l.w.now,
	}
}

// register enters a laptop of the beginning under the number that it has.
func (w *world) register(l *laptop) {
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.PutDevice(l.enrolment()); err != nil {
			return err
		}
		_, err := tx.DeviceOfWriter(l.writer)
		if errors.Is(err, app.ErrNotFound) {
			err = tx.ClaimWriter(l.writer, l.device(), w.now)
		}
		return err
	}))
}

// enrol makes a laptop the person's, as another device with another number.
func (w *world) enrol(l *laptop, person app.ID, key ed25519.PrivateKey) {
	w.enrolled++
	l.person, l.name = person, app.ID(fmt.Sprintf("later-%d", w.enrolled))
	if l.key = key; key == nil {
		l.key = keyOf(fmt.Sprint(w.seed, l.name))
	}
	w.must(w.server.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if err = tx.PutDevice(l.enrolment()); err == nil {
			l.writer, err = tx.NewWriter(l.device(), w.now)
		}
		return err
	}))
	w.note("%s is enrolled as %s", l, l.device())
}

// newcomer brings one more laptop into the world: somebody's second one.
func (w *world) newcomer(person app.ID) *laptop {
	l := w.bring(w.tpl.replica, person, fmt.Sprintf("laptop-new%d.db", len(w.laptops)))
	w.enrol(l, person, nil)
	l.begin()
	return l
}

// standing is what the server's tables say of a laptop.
type standing int

const (
	known   standing = iota
	revoked          // it must leave
	unknown          // it was enrolled after the backup
)

func (w *world) standing(l *laptop) standing {
	_, is := w.identify(l)
	return is
}

// identify finds whom the server takes a laptop for.
func (w *world) identify(l *laptop) (peer hub.Peer, is standing) {
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		d, err := v.Device(l.device())
		if errors.Is(err, app.ErrNotFound) {
			peer, is = l.peer(), unknown
			return nil
		}
		if err != nil {
			return err
		}
		if is = known; d.Revoked != 0 {
			is = revoked
		}
		peer = hub.Peer{Device: d.ID, Person: d.Person}
		peer.Writer, err = v.Writer(d.ID)
		return err
	}))
	return peer, is
}

// turnedAway has a laptop hear that it is not let in. One that the server does
// not know is enrolled again, with the keys that it has: by them it proves what
// it gave under its lost number. One that was revoked begins to leave.
func (w *world) turnedAway(l *laptop, why standing) {
	if why == revoked {
		w.bar(l)
		return
	}
	l.life++
	w.enrol(l, l.person, l.key)
	l.leave = leaving{} // nobody remembers a revocation
	l.rep = nil
	l.resume()
}

// again makes a laptop that has left somebody's once more.
func (w *world) again(l *laptop) {
	w.note("%s is nobody's, and is enrolled again", l)
	w.enrol(l, pick(w, people), nil)
	l.leave = leaving{}
	l.begin()
}
