package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// whereabouts implements api.Whereabouts.
type whereabouts struct {
	store *sqlite.Store
	now   func() time.Time
}

// Where implements api.Whereabouts.
func (w whereabouts) Where(ctx context.Context, doc app.ID) *api.OfficeCopies {
	got, err := w.look(ctx, doc, nil)
	if err != nil {
		return nil
	}
	return &got
}

// look counts. When mine is given, the document must be in one of its scopes;
// else app.ErrNotFound.
func (w whereabouts) look(ctx context.Context, doc app.ID, mine []app.Scope) (out api.OfficeCopies, err error) {
	out.At = app.TimeOf(w.now())
	err = w.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: doc})
		if err != nil {
			return err
		}
		dir, document := v.Directory(), r.(*app.Document)
		scopes := app.ScopesOf(r, dir)
		if mine != nil && !overlap(scopes, mine) {
			return app.ErrNotFound
		}
		holders, err := v.Holders(doc)
		if err != nil {
			return err
		}
		asked := map[app.ID]bool{}
		for _, h := range dir.OfficePeople(document.Unit, out.At.Date()) {
			if asked[h.Person.ID] || !overlap(scopes, dir.Scopes(h.Person.ID, out.At)) {
				continue
			}
			asked[h.Person.ID] = true
			devices, err := v.DevicesOf(h.Person.ID)
			if err != nil {
				return err
			}
			countDevices(&out, devices, holders)
		}
		out.Receipts, err = receiptsOf(v, document, out.At)
		return err
	})
	return out, err
}

// countDevices adds the devices that may still come in.
func countDevices(out *api.OfficeCopies, devices []sqlite.Device, holders []app.ID) {
	for _, d := range devices {
		if d.Revoked != 0 {
			continue
		}
		out.Total++
		if slices.Contains(holders, d.ID) {
			out.Have++
		}
	}
}

// overlap reports whether two sorted lists share a scope.
func overlap(a, b []app.Scope) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

// serve answers a laptop.
func (w whereabouts) serve(rw http.ResponseWriter, r *http.Request) {
	device, ok := deviceOf(r.Context())
	if !ok {
		writeRefusal(rw, errNoDevice)
		return
	}
	mine := w.store.Directory().Scopes(device.Person, app.TimeOf(w.now()))
	if mine == nil {
		mine = []app.Scope{}
	}
	got, err := w.look(r.Context(), app.ID(r.PathValue("document")), mine)
	if err != nil {
		writeRefusal(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, got)
}
