package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// commander gives commands to the replica: they run at once and wait in the
// outbox for the server.
type commander struct{ *App }

// Give implements api.Commander.
func (c commander) Give(ctx context.Context, _ api.Viewer, cmd *app.Command) (api.Given, error) {
	l, err := c.enrolled()
	if err != nil {
		return api.Given{}, err
	}
	if spec := app.SpecOf(cmd.Name); spec != nil && spec.ServerOnly {
		return api.Given{}, app.Refuse(app.Offline, "command.needs_server")
	}
	if err := errors.Join(c.prove(ctx, l, cmd), l.sites.decide(ctx, cmd)); err != nil {
		return api.Given{}, err
	}
	id, err := l.sites.keep(ctx, cmd)
	if err != nil {
		return api.Given{}, err
	}
	l.wake()
	if err := l.sites.gave(ctx, id, cmd); err != nil { // the server will hear it all the same
		c.log.Info("passing a command on to the place", "name", cmd.Name, "err", err)
	}
	g, err := c.given(ctx, id, cmd.Target)
	if err != nil { // it is given all the same, and nobody must give it again
		c.log.Error("looking at what a command has made", "err", err)
		return api.Given{ID: id, Status: api.GivenPending}, nil
	}
	return g, nil
}

// given looks at what the command has made of its target.
func (c commander) given(ctx context.Context, id app.CommandID, target app.Key) (api.Given, error) {
	g := api.Given{ID: id, Status: api.GivenPending}
	err := c.store.Read(ctx, func(v *sqlite.View) (err error) {
		if g.Version, err = v.Version(target); err != nil || g.Version == 0 {
			return err
		}
		r, err := v.Get(target)
		if doc, ok := r.(*app.Document); ok {
			g.NumberPending = doc.NumberPending()
		}
		return err
	})
	return g, err
}
