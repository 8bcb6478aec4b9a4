package server

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// Where standard clients publish (WHIP, RFC 9725) and play (WHEP,
// draft-ietf-wish-whep).
const (
	pathWHIP = "/whip"
	pathWHEP = "/whep"

	maxStandardOffer = 96 << 10
	sdpType          = "application/sdp"
)

// standards are the standard clients that are in conferences, by their stations.
type standards struct {
	conferences *room.Conferences
	guests      *limiter

	mu       sync.Mutex
	sessions map[app.ID]*room.Standard
}

func (s *standards) routes(mux *http.ServeMux) {
	for path, use := range map[string]meeting.GuestUse{pathWHIP: meeting.ForSending, pathWHEP: meeting.ForWatching} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.begin(w, r, path, use) })
		mux.HandleFunc("DELETE "+path+"/{station}", s.end)
		// Candidates are not trickled, and ICE is not restarted: a client begins anew.
		mux.HandleFunc("PATCH "+path+"/{station}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotImplemented) })
		mux.HandleFunc("OPTIONS "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Accept-Post", sdpType)
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

// bearer is the token that a request shows.
func bearer(r *http.Request) (string, bool) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token, ok && token != ""
}

func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	writeRefusal(w, app.Refuse(app.Unauthorized, "conference.bad_ticket"))
}

func (s *standards) begin(w http.ResponseWriter, r *http.Request, path string, use meeting.GuestUse) {
	if !s.guests.allow(source(r)) {
		tooMany(w)
		return
	}
	token, ok := bearer(r)
	if !ok {
		unauthorized(w)
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != sdpType {
		w.Header().Set("Accept-Post", sdpType)
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	offer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxStandardOffer))
	if err != nil {
		writeRefusal(w, errBadRequest)
		return
	}
	client, answer, err := s.conferences.Standard(r.Context(), token, use, string(offer))
	if err != nil {
		if app.AsError(err).Code == app.Unauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		writeRefusal(w, err)
		return
	}
	s.mu.Lock()
	s.sessions[client.Station] = client
	s.mu.Unlock()
	go func() { <-client.Ended(); s.forget(client) }()
	w.Header().Set("Content-Type", sdpType)
	w.Header().Set("Location", path+"/"+string(client.Station))
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer)
}

func (s *standards) forget(client *room.Standard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[client.Station] == client {
		delete(s.sessions, client.Station)
	}
}

// end ends a client's part, for whoever shows its token.
func (s *standards) end(w http.ResponseWriter, r *http.Request) {
	if !s.guests.allow(source(r)) {
		tooMany(w)
		return
	}
	token, ok := bearer(r)
	station := app.ID(r.PathValue("station"))
	if !ok || !s.conferences.Holds(r.Context(), token, station) {
		unauthorized(w)
		return
	}
	s.mu.Lock()
	client := s.sessions[station]
	s.mu.Unlock()
	if client == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	client.Close()
	w.WriteHeader(http.StatusOK)
}

// EquipRequest asks for a token of a standard client.
type EquipRequest struct {
	Meeting app.ID
	Name    string
	Use     meeting.GuestUse
	Hours   int
}

// Equipped is the token, which is told once, and where it is used.
type Equipped struct {
	Station app.ID
	URL     string
	Token   string
	Until   app.Time
}

func (s *Server) opEquip(ctx context.Context, r EquipRequest) (Equipped, error) {
	until := s.store.Now() + app.Time(r.Hours)*3600_000
	id, token, err := s.conferences.Equip(ctx, r.Meeting, r.Name, r.Use, until)
	if err != nil {
		return Equipped{}, err
	}
	path := pathWHIP
	if r.Use == meeting.ForWatching {
		path = pathWHEP
	}
	return Equipped{Station: id, URL: "https://" + s.config.dialAddresses()[0] + path, Token: token, Until: until}, nil
}
