package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// records ties the hub to the server: who may write, what is counted, and the
// commands of people at a browser. It implements api.Commander, hub.Devices
// and hub.Observer.
type records struct {
	store   *sqlite.Store
	hub     *hub.Hub
	metrics *metrics
	audit   *auditor
	log     *slog.Logger
	prove   func(text []byte) (app.Proof, error) // the server's signature
}

func (s *Server) openRecords(ctx context.Context) error {
	r := &records{store: s.store, metrics: s.metrics, audit: s.audit, log: s.log, prove: s.prove}
	var own uint32
	err := s.store.Read(ctx, func(v *sqlite.View) (err error) {
		own, err = v.OwnWriter()
		return err
	})
	if err != nil {
		return err
	}
	r.hub, err = hub.New(ctx, hub.Config{
		Store:      timedStore{hub.Over[*sqlite.Tx, *sqlite.View](s.store), s.now, s.metrics},
		Devices:    r,
		Clock:      s.store.Now,
		Epoch:      s.epochID,
		SignKey:    s.authority.ResultsKey(),
		CursorKey:  s.authority.CursorKey(),
		Own:        own,
		OwnKey:     s.authority.CommandsKey(),
		Log:        s.log,
		Observer:   r,
		Lease:      s.config.Lease,
		FirstLoads: s.config.FirstLoads,
	})
	if err != nil {
		return err
	}
	s.records = r
	s.onClose(func() error { r.hub.Close(); return nil })
	return nil
}

// handler serves POST /sync to devices.
func (r *records) handler() http.Handler {
	return r.hub.Handler(func(req *http.Request) (hub.Peer, error) {
		device, ok := deviceOf(req.Context())
		if !ok {
			return hub.Peer{}, errNoDevice
		}
		peer := hub.Peer{Device: device.ID, Person: device.Person}
		err := r.store.Read(req.Context(), func(v *sqlite.View) (err error) {
			peer.Writer, err = v.Writer(device.ID)
			return err
		})
		return peer, err
	})
}

// Writer implements hub.Devices.
func (r *records) Writer(number uint32) (hub.WriterKey, error) {
	var key hub.WriterKey
	err := r.store.Read(context.Background(), func(v *sqlite.View) error {
		d, err := v.DeviceOfWriter(number)
		key = hub.WriterKey{Device: d.ID, Person: d.Person, Key: d.CommandKey, Revoked: d.Revoked != 0}
		return err
	})
	return key, err
}

// Give implements api.Commander.
func (r *records) Give(ctx context.Context, viewer api.Viewer, cmd *app.Command) (api.Given, error) {
	own := *cmd
	own.Actor = viewer.Person
	if err := app.Prove(&own, viewer.Person, r.store.Now(), r.prove); err != nil {
		return api.Given{}, err
	}
	result, err := r.give(ctx, &own)
	if err != nil {
		return api.Given{}, err
	}
	given := api.Given{ID: result.ID, Status: api.GivenApplied}
	if result.Status == feed.Deferred {
		given.Status = api.GivenDeferred
	}
	err = r.store.Read(ctx, func(v *sqlite.View) (err error) {
		given.Version, err = v.Version(cmd.Target)
		return err
	})
	return given, err
}

func (r *records) give(ctx context.Context, cmd *app.Command) (feed.Result, error) {
	result, err := r.hub.Give(ctx, cmd)
	if errors.Is(err, hub.ErrClosed) {
		return result, &app.Error{Code: app.Offline, Reason: "server.stopping", Err: err}
	}
	return result, err
}

// Decided implements hub.Observer.
func (r *records) Decided(_ hub.Peer, name, status, reason string) {
	r.metrics.commands.WithLabelValues(status).Inc()
	if status == "refused" {
		r.log.Info("command refused", "name", name, "reason", reason)
	}
}

// Alarm implements hub.Observer.
func (r *records) Alarm(peer hub.Peer, id app.CommandID, what string) {
	r.metrics.alarms.Inc()
	r.audit.note(sqlite.AuditEntry{Act: "alarm", Actor: peer.Person, Device: peer.Device, Object: id.String(), Detail: map[string]any{"what": what}})
}

// Streams implements hub.Observer.
func (r *records) Streams(delta int) { r.metrics.streams.Add(float64(delta)) }

// Page implements hub.Observer.
func (r *records) Page(bytes, items int) {
	r.metrics.pages.Inc()
	r.metrics.pageBytes.Add(float64(bytes))
	r.metrics.pageItems.Add(float64(items))
}

// Unlike implements hub.Observer.
func (r *records) Unlike(peer hub.Peer, scope app.Scope) {
	r.metrics.unlike.Inc()
	r.audit.note(sqlite.AuditEntry{Act: "sync.unlike", Actor: peer.Person, Device: peer.Device, Object: string(scope)})
}

// timedStore measures the hub's transactions.
type timedStore struct {
	hub.Store
	now     func() time.Time
	metrics *metrics
}

// Write implements hub.Store.
func (t timedStore) Write(ctx context.Context, fn func(hub.Tx) error) error {
	began := t.now()
	defer func() { t.metrics.commit.Observe(t.now().Sub(began).Seconds()) }()
	return t.Store.Write(ctx, fn)
}

// Read implements hub.Store.
func (t timedStore) Read(ctx context.Context, fn func(hub.View) error) error {
	began := t.now()
	defer func() { t.metrics.pull.Observe(t.now().Sub(began).Seconds()) }()
	return t.Store.Read(ctx, fn)
}
