package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
)

// Options are the parts an API works over. Sessions, Host, Store, Commander,
// Contents, Uploads, Events and Now must be there; a nil among the others
// makes its routes answer NotFound "request.not_here".
type Options struct {
	Version     string
	Now         func() app.Time // server time, or the best estimate of it
	Log         *slog.Logger
	Sessions    Sessions
	Host        Host
	Store       Store
	Commander   Commander
	Contents    Contents
	Uploads     Uploads
	Events      *Events
	Whereabouts Whereabouts
	Readiness   Readiness
	Sync        Sync
	Accounts    Accounts
	Losses      Losses
	Enroller    Enroller
	Demo        Demo
	Devices     Devices
	Roots       Roots
	Feeds       Feeds
	Native      Native
	Converter   Converter
	Verifier    Verifier
	Presigner   Presigner
	Signing     Signing
	// RemoteSigning is of keys at providers.
	RemoteSigning RemoteSigning
	Work          Work
	Scans         Scans
	Live          Live
	Conferences   Conferences
	Places        Places
	Protocols     Protocols
	Reading       Reading
	// Explain, when set, may put another error in the place of one that a part
	// gave: what it means for the person just now.
	Explain func(error) error
}

// API serves everything below /api.
type API struct {
	Options
	mux       *http.ServeMux
	directory directoryCache
	huma      huma.API
}

// New builds the API over its parts.
func New(o Options) *API {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{Options: o, mux: http.NewServeMux()}
	a.huma = humago.New(a.mux, humaConfig(o.Version))
	a.huma.UseMiddleware(keepExchange)
	a.sessionRoutes()
	a.directoryRoutes()
	a.bookRoutes()
	a.meetingRoutes()
	a.meetingSessionRoutes()
	a.voteRoutes()
	a.slipRoutes()
	a.inviteRoutes()
	a.scheduleRoutes()
	a.pointRoutes()
	a.calendarRoutes()
	a.afterRoutes()
	a.materialRoutes()
	a.documentRoutes()
	a.fileRoutes()
	a.signatureRoutes()
	a.presignRoutes()
	a.signingRoutes()
	a.remoteSigningRoutes()
	a.uploadRoutes()
	a.versionRoutes()
	a.workRoutes()
	a.searchRoutes()
	a.commandRoutes()
	a.syncRoutes()
	a.repairRoutes()
	a.deviceRoutes()
	a.rootRoutes()
	a.nativeRoutes()
	a.scanRoutes()
	a.readingRoutes()
	a.eventRoutes()
	a.liveRoutes()
	a.conferenceRoutes()
	a.placeRoutes()
	a.mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		WriteProblem(w, app.Refuse(app.NotFound, "request.unknown_route"))
	})
	return a
}

func humaConfig(version string) huma.Config {
	c := huma.DefaultConfig("Không Giấy", version)
	c.Info.Description = "The API between the screens and a laptop or the provincial server."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // no $schema links in answers
	c.RejectUnknownQueryParameters = true
	return c
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	defer a.recover(w, r)
	a.mux.ServeHTTP(w, r)
}

// recover turns a panic into an Internal problem, so that one bad record
// never takes the program down.
func (a *API) recover(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	a.Log.Error("panic in handler", "route", r.Pattern, "panic", p)
	WriteProblem(w, app.Refuse(app.Internal, "internal"))
}

// exchange is the request behind a handler, for those that stream.
type exchange struct {
	r      *http.Request
	w      http.ResponseWriter
	viewer Viewer
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	if x == nil {
		return &exchange{}
	}
	return x
}

// keepExchange keeps the request at hand for the handler.
func keepExchange(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	next(huma.WithValue(ctx, exchangeKey{}, &exchange{r: r, w: w}))
}

// access says who may call a route at all; what a person may see or do there
// is decided by the handler through scopes and app.Can.
type access int

const (
	forPerson   access = iota // somebody must be signed in
	forAnyone                 // before sign-in or enrolment
	whileLocked               // for a person, also on a laptop whose lease has run out: shows no records
)

// ReasonLocked is why a laptop shows nothing whose lease has run out.
const ReasonLocked = "device.locked"

// route registers a handler. Every route goes through here, so none can forget
// to ask who is there, and no error leaves except as a Problem.
func route[I, O any](a *API, who access, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		x := exchangeOf(ctx)
		if who != forAnyone {
			v, err := a.Sessions.Viewer(x.r)
			if err != nil && (who != whileLocked || app.AsError(err).Reason != ReasonLocked) {
				return nil, a.problem(x.r, err)
			}
			x.viewer = v
		}
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(x.r, err)
		}
		return out, nil
	})
}

// problem logs what is our fault and gives the client its part of the error.
func (a *API) problem(r *http.Request, err error) error {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if a.Explain != nil {
		err = a.Explain(err)
	}
	p = a.whose(r.Context(), problemOf(err))
	if p.Code == app.Internal && !errors.Is(err, context.Canceled) {
		a.Log.Error("request failed", "route", r.Pattern, "err", err)
	}
	return p
}

// viewerOf is the person behind the handler's context.
func viewerOf(ctx context.Context) Viewer { return exchangeOf(ctx).viewer }

// body is the output of a handler that answers JSON.
type body[T any] struct {
	Body T
}

// none is the input of a handler without parameters, and the output of one
// without an answer.
type none struct{}

func get(path, id, summary, tag string) huma.Operation {
	return huma.Operation{Method: http.MethodGet, Path: "/api" + path, OperationID: id, Summary: summary, Tags: []string{tag}}
}

func post(path, id, summary, tag string) huma.Operation {
	return huma.Operation{Method: http.MethodPost, Path: "/api" + path, OperationID: id, Summary: summary, Tags: []string{tag}}
}
