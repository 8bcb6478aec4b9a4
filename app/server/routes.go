package server

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/frontend"
	"khonggiay/meeting/room"
	"khonggiay/sync/content"
)

// pathSync is where laptops exchange records.
const pathSync = "/sync"

// Names of the listeners in logs and metrics.
const (
	listenerSync    = "sync"
	listenerEnrol   = "enrol"
	listenerBrowser = "browser"
)

func (s *Server) routes() handlers {
	sync, enrolling, browser := s.syncRoutes(), s.enrolRoutes(), s.browserRoutes()
	main := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The name of the handshake decides, not the one in the request: a
		// connection made for browsers never reaches the devices' routes.
		switch r.TLS.ServerName {
		case enrol.SyncHost:
			sync.ServeHTTP(w, r)
		case enrol.EnrolHost:
			enrolling.ServeHTTP(w, r)
		default:
			browser.ServeHTTP(w, r)
		}
	})
	ops := http.NewServeMux()
	ops.HandleFunc("GET /healthz", s.serveHealth)
	ops.Handle("GET /metrics", s.metrics.handler())
	return handlers{main: main, ops: ops, control: http.HandlerFunc(s.serveControl)}
}

// syncRoutes are for enrolled devices.
func (s *Server) syncRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+pathSync, s.records.handler())
	mux.Handle(content.Path, s.contents.handler())
	mux.HandleFunc("POST "+enrol.PathRenew, s.enrolment.serveRenew)
	mux.HandleFunc("GET "+enrol.PathWhereabouts+"{document}", s.whereabouts().serve)
	mux.HandleFunc("POST "+enrol.PathCourier, s.couriers.serve)
	mux.HandleFunc("GET "+enrol.PathMeetings+"{meeting}/live", s.rooms.serveDevice)
	mux.HandleFunc("GET "+enrol.PathMeetings+"{meeting}/conference", s.conferences.serveDevice)
	s.trustRoutes(mux)
	s.keys.routes(mux)
	// What a unit's administrator does on his laptop, the laptop asks here.
	administration := s.api(deviceSessions{}, nil)
	mux.Handle("/api/devices", administration)
	mux.Handle("/api/devices/", administration)
	mux.Handle("/api/forgotten-devices", administration)
	mux.Handle("/api/enrolment-codes", administration)
	mux.Handle("/api/roots", administration) // the province's administrator
	mux.Handle("/api/roots/", administration)
	mux.Handle("GET /api/meetings/{id}/votes/{key}/protocol", administration) // all ballots are here only
	mux.Handle("GET /api/meetings/{id}/readiness", administration)            // who holds what is known here only
	mux.Handle("/api/meetings/{id}/conference/", administration)
	mux.Handle("/api/calendar-feed", administration)
	mux.Handle("POST /api/pdf", administration) // for laptops without LibreOffice
	mux.HandleFunc("/", unknownRoute)
	doors := http.NewServeMux()
	doors.HandleFunc("POST "+enrol.PathLeave, s.leaving.serve) // for those that are let in nowhere else
	doors.Handle(enrol.PathLeave+content.Path, s.leaving.bringing())
	doors.Handle("/", s.devices.required(mux))
	return s.logged(listenerSync, api.Patient(doors))
}

// enrolRoutes are for laptops that have a code and nothing else yet.
func (s *Server) enrolRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+enrol.PathEnrol, s.enrolment.serveEnrol)
	mux.HandleFunc("POST "+enrol.PathRenewLate, s.enrolment.serveRenewLate)
	mux.HandleFunc("/", unknownRoute)
	return s.logged(listenerEnrol, api.Patient(mux))
}

// browserRoutes are the screens and their API for people without a laptop of
// ours.
func (s *Server) browserRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", sameOrigin(s.signedIn(s.api(s.accounts, s.accounts))))
	mux.HandleFunc("GET /healthz", s.serveHealth)
	(&standards{conferences: s.conferences.Conferences, guests: s.guests, sessions: map[app.ID]*room.Standard{}}).routes(mux)
	screens := api.UI(frontend.Dist())
	mux.Handle("GET "+pathFeed+"{file}", s.feedDoor(screens))
	mux.Handle("/", screens)
	return s.logged(listenerBrowser, api.Patient(strictTransport(api.SecureHeaders(mux))))
}

func unknownRoute(w http.ResponseWriter, _ *http.Request) {
	writeRefusal(w, app.Refuse(app.NotFound, "request.unknown_route"))
}

// api is the HTTP API over the server's parts, for whoever sessions knows.
func (s *Server) api(sessions api.Sessions, accounts api.Accounts) http.Handler {
	return api.New(api.Options{
		Version:     s.config.Version,
		Now:         s.store.Now,
		Log:         s.log,
		Sessions:    sessions,
		Host:        host{},
		Store:       api.Over[*sqlite.View](s.store),
		Commander:   s.records,
		Contents:    s.contents,
		Converter:   s.pdfs,
		Verifier:    s.judge,
		Uploads:     uploads{s.store},
		Events:      s.events,
		Whereabouts: s.whereabouts(),
		Readiness:   readiness{s.store, s.now},
		Accounts:    accounts,
		Losses:      losses{s.store, s.now},
		Devices:     s.devices,
		Roots:       rootKeeper{s},
		Live:        s.rooms,
		Conferences: s.conferences,
		Protocols:   protocols{s},
		Feeds:       feeds{s},
	})
}

func (s *Server) whereabouts() whereabouts { return whereabouts{s.store, s.now} }

// deviceSessions says that a device's person is asking.
type deviceSessions struct{}

// Viewer implements api.Sessions.
func (deviceSessions) Viewer(r *http.Request) (api.Viewer, error) {
	d, ok := deviceOf(r.Context())
	if !ok {
		return api.Viewer{}, errNoDevice
	}
	return api.Viewer{Person: d.Person}, nil
}

// signedIn lets nobody further than to the sign-in: not a byte of a stranger's
// request is read or judged by the routes behind it.
func (s *Server) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/session", "/api/login":
		case "/api/guest/ticket", "/api/guest/conference": // a link is the sign-in
			if !s.guests.allow(source(r)) {
				tooMany(w)
				return
			}
		default:
			session, err := s.accounts.session(r)
			if err != nil {
				writeRefusal(w, err)
				return
			}
			if !s.accounts.perPerson.allow(string(session.Person)) {
				tooMany(w)
				return
			}
			// What stays open (the events) ends with the session.
			ctx, cancel := context.WithTimeout(r.Context(), time.Duration(session.Expires-s.store.Now())*time.Millisecond)
			defer cancel()
			r = r.WithContext(context.WithValue(ctx, personKey{}, session.Person))
			if r.Method == http.MethodPost && r.URL.Path == "/api/uploads" {
				done, err := s.contents.admit(ctx, session.Person, r.ContentLength)
				if err != nil {
					api.WriteProblem(w, err) // with what its words name
					return
				}
				defer done()
			}
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site makes a browser send: the Origin must
// be our own. Requests that change nothing carry none and pass.
func sameOrigin(next http.Handler) http.Handler {
	refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeRefusal(w, app.Refuse(app.Forbidden, "session.bad_origin"))
	})
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(refuse)
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
		if origin := r.Header.Get("Origin"); !safe && origin != "" && !strings.EqualFold(origin, "https://"+r.Host) {
			refuse.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// strictTransport tells browsers to use TLS on this name from now on. Not for
// bare addresses, where it means nothing.
func strictTransport(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if net.ParseIP(host) == nil && host != "localhost" {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
