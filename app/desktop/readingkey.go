package desktop

import (
	"context"
	"crypto/hpke"
	"errors"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
)

// annotator implements api.Reading: private notes on the papers of meetings. The
// private halves of the person's reading keys are nowhere on the disk but wrapped
// to this machine's sealing key.
type annotator struct {
	read   func(context.Context, func(*sqlite.View) error) error
	ident  func() (*enrol.Identity, error)
	give   func(context.Context, api.Viewer, *app.Command) (api.Given, error)
	loaded func(context.Context) bool // the records that were there at enrolment have come
	now    func() app.Time
}

func newAnnotator(a *App) annotator {
	return annotator{give: commander{a}.Give, now: func() app.Time { return a.clock.Now() },
		read: func(ctx context.Context, fn func(*sqlite.View) error) error { return a.store.Read(ctx, fn) },
		ident: func() (*enrol.Identity, error) {
			l, err := a.enrolled()
			if err != nil {
				return nil, err
			}
			return l.identity(), nil
		},
		loaded: func(ctx context.Context) bool {
			l := a.currentLink()
			if l == nil {
				return false
			}
			st, err := l.replica.Status(ctx)
			return err == nil && st.Loaded
		}}
}

// myKeys are the person's reading keys as this machine can open them.
type myKeys struct {
	ident  *enrol.Identity
	record *app.ReadingKey // nil while there is none
	open   map[app.ID]hpke.PrivateKey
}

func (r annotator) keys(v *sqlite.View) (*myKeys, error) {
	ident, err := r.ident()
	if err != nil {
		return nil, err
	}
	k := &myKeys{ident: ident, open: map[app.ID]hpke.PrivateKey{}}
	k.record, err = stored[*app.ReadingKey](v, app.Key{Kind: app.KindReadingKey, ID: app.ReadingKeyID(k.ident.Person)})
	if err != nil || k.record == nil {
		return k, err
	}
	for id, pk := range k.record.Keys {
		secret, err := unwrap(k.ident.Keys.Sealing, readingInfo(k.ident.Person, id, k.ident.Device), pk.Wrapped[k.ident.Device])
		if err != nil {
			continue
		}
		if key, err := readingKEM().NewPrivateKey(secret); err == nil && app.PersonKeyID(key.PublicKey().Bytes()) == id {
			k.open[id] = key
		}
	}
	return k, nil
}

// stored reads a record, nil when it is not here.
func stored[R app.Record](v *sqlite.View, key app.Key) (r R, err error) {
	got, err := v.Get(key)
	if errors.Is(err, app.ErrNotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r, _ = got.(R)
	return r, nil
}

// own is the newest key that this machine can open, "" when there is none.
func (k *myKeys) own() (newest app.ID) {
	for _, id := range slices.Sorted(maps.Keys(k.open)) {
		if newest == "" || k.record.Keys[id].At > k.record.Keys[newest].At {
			newest = id
		}
	}
	return newest
}

func (k *myKeys) state() string {
	switch {
	case k.record == nil || len(k.record.Keys) == 0:
		return "none"
	case len(k.open) == 0:
		return "waiting"
	}
	return "ready"
}

// ReadingKey implements api.Reading.
func (r annotator) ReadingKey(ctx context.Context, _ api.Viewer) (api.ReadingKeyState, error) {
	out := api.ReadingKeyState{Waiting: []app.ID{}}
	err := r.read(ctx, func(v *sqlite.View) error {
		k, err := r.keys(v)
		if err != nil {
			return err
		}
		out.State, out.Device = k.state(), k.ident.Device
		if out.State != "ready" {
			return nil
		}
		for _, d := range k.record.Waiting() {
			if d != out.Device && len(k.wrapped(d)) > 0 {
				out.Waiting = append(out.Waiting, d)
			}
		}
		return nil
	})
	return out, err
}

// wrapped names the keys that this machine can open and the device cannot.
func (k *myKeys) wrapped(device app.ID) (out []app.ID) {
	for _, id := range slices.Sorted(maps.Keys(k.open)) {
		if k.record.Keys[id].Wrapped[device] == nil {
			out = append(out, id)
		}
	}
	return out
}

// MakeReadingKey implements api.Reading.
func (r annotator) MakeReadingKey(ctx context.Context, viewer api.Viewer, anew bool) error {
	var k *myKeys
	err := r.read(ctx, func(v *sqlite.View) (err error) {
		k, err = r.keys(v)
		return err
	})
	if err != nil {
		return err
	}
	device, public := k.ident.Device, k.ident.Keys.Sealing.PublicKey().Bytes()
	if k.state() != "none" && !anew {
		if _, asked := k.record.Devices[device]; asked {
			return nil
		}
		return r.onKeys(ctx, viewer, "readingkey.join.1", &app.ReadingKeyJoin{Device: device, Public: public})
	}
	if k.state() == "none" && !r.loaded(ctx) { // one may be on its way here
		return app.Refuse(app.Offline, "readingkey.not_loaded")
	}
	key, err := readingKEM().GenerateKey()
	if err != nil {
		return err
	}
	secret, err := key.Bytes()
	if err != nil {
		return err
	}
	own := key.PublicKey().Bytes()
	sealed, err := wrap(public, readingInfo(k.ident.Person, app.PersonKeyID(own), device), secret)
	if err != nil {
		return err
	}
	return r.onKeys(ctx, viewer, "readingkey.make.1", &app.ReadingKeyMake{Device: device, DevicePublic: public, Public: own, Wrapped: sealed})
}

// GrantReadingKey implements api.Reading.
func (r annotator) GrantReadingKey(ctx context.Context, viewer api.Viewer, device app.ID) error {
	args := &app.ReadingKeyGrant{Device: device}
	err := r.read(ctx, func(v *sqlite.View) error {
		k, err := r.keys(v)
		if err != nil {
			return err
		}
		if k.state() != "ready" {
			return errReadingLocked
		}
		for _, id := range k.wrapped(device) {
			secret, err := k.open[id].Bytes()
			if err != nil {
				return err
			}
			sealed, err := wrap(k.record.Devices[device].Public, readingInfo(k.ident.Person, id, device), secret)
			if err != nil {
				return app.Refuse(app.NotFound, "readingkey.no_device")
			}
			args.Keys = append(args.Keys, app.WrappedKey{Key: id, Sealed: sealed})
		}
		return nil
	})
	if err != nil || len(args.Keys) == 0 {
		return err
	}
	return r.onKeys(ctx, viewer, "readingkey.grant.1", args)
}

var errReadingLocked = app.Refuse(app.Conflict, "readingkey.locked")

// onKeys gives a command about the viewer's reading keys.
func (r annotator) onKeys(ctx context.Context, v api.Viewer, name string, args any) error {
	target := app.Key{Kind: app.KindReadingKey, ID: app.ReadingKeyID(v.Person)}
	_, err := r.give(ctx, v, &app.Command{Name: name, Target: target, Args: args})
	return err
}
