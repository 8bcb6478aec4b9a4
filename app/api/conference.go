package api

import (
	"context"
	"net/http"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Conferences carries sound and pictures of meetings: on the server by itself, on
// a laptop by asking the server. Each method authorises the viewer; the words of
// the connection are meeting/room's protocol.
type Conferences interface {
	// Ticket lets the viewer come in, for himself or with a meeting point.
	Ticket(ctx context.Context, v Viewer, meeting app.ID, t NewTicket) (ConferenceTicket, error)
	// GuestTicket lets whoever has a guest's link come to the lobby.
	GuestTicket(ctx context.Context, link string) (ConferenceTicket, error)
	// Serve runs one station's connection until either side ends it.
	Serve(ctx context.Context, conn *websocket.Conn, v Viewer, c Arriving)
	// Board is the conference as it is now, for those who run the meeting.
	Board(ctx context.Context, v Viewer, meeting app.ID) (ConferenceBoard, error)
	// Attended lists who has been in as himself, for those who may have the report.
	Attended(ctx context.Context, v Viewer, id app.ID) ([]meeting.Attended, error)
	// Guests, Invite and EndGuest are about links for guests, for the same.
	Guests(ctx context.Context, v Viewer, meeting app.ID) ([]GuestView, error)
	Invite(ctx context.Context, v Viewer, meeting app.ID, g NewGuest) (GuestLink, error)
	EndGuest(ctx context.Context, v Viewer, meeting, guest app.ID) error
}

// Arriving is a station that connects, and what it shows: a ticket, or the token
// with which it comes back. Meeting is absent for a guest.
type Arriving struct {
	Meeting app.ID
	Ticket  string
	Resume  string
}

// NewTicket asks to come in.
type NewTicket struct {
	As    string `json:"as" enum:"person,point" doc:"the viewer's own machine, or that of a meeting point"`
	Point app.ID `json:"point,omitempty" maxLength:"64" doc:"the meeting point"`
}

// ConferenceTicket lets one station in, once.
type ConferenceTicket struct {
	Meeting app.ID      `json:"meeting"`
	Station app.ID      `json:"station" doc:"what the station is called in the conference"`
	Name    string      `json:"name"`
	Ticket  string      `json:"ticket"`
	Expires app.Time    `json:"expires"`
	ICE     []ICEServer `json:"ice" doc:"for RTCPeerConnection; empty when the host's own addresses are enough"`
}

// ICEServer is a server that helps media find their way.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// GuestTicketRequest shows a guest's link.
type GuestTicketRequest struct {
	Link string `json:"link" minLength:"1" maxLength:"256" doc:"the last part of the link's address"`
}

// NewGuest asks for a guest's link.
type NewGuest struct {
	Name  string   `json:"name" minLength:"1" maxLength:"120"`
	Until app.Time `json:"until" doc:"at most 30 days from now"`
}

// GuestLink is a guest's link. Its secret is told once.
type GuestLink struct {
	Guest app.ID   `json:"guest"`
	Link  string   `json:"link" doc:"for POST /api/guest/ticket"`
	URL   string   `json:"url" doc:"address of the guest's page"`
	Until app.Time `json:"until"`
}

// GuestView is somebody who has a link.
type GuestView struct {
	ID    app.ID     `json:"id"`
	Name  string     `json:"name"`
	Until app.Time   `json:"until"`
	Made  app.Time   `json:"made"`
	ByID  app.ID     `json:"byId"`
	By    *PersonRef `json:"by,omitempty"`
	Ended app.Time   `json:"ended,omitempty"`
}

type ticketInput struct {
	ID   app.ID `path:"id" minLength:"1" maxLength:"64"`
	Body NewTicket
}

type inviteInput struct {
	ID   app.ID `path:"id" minLength:"1" maxLength:"64"`
	Body NewGuest
}

type guestInput struct {
	ID    app.ID `path:"id" minLength:"1" maxLength:"64"`
	Guest app.ID `path:"guest" minLength:"1" maxLength:"64"`
}

func (a *API) conferenceRoutes() {
	a.mux.HandleFunc("GET /api/meetings/{id}/conference", a.serveStation)
	a.mux.HandleFunc("GET /api/guest/conference", a.serveGuest)
	route(a, forPerson, post("/meetings/{id}/conference/ticket", "conferenceTicket", "Permission to join a meeting's conference", "conferences"), onConferences(a, a.conferenceTicket))
	route(a, forPerson, get("/meetings/{id}/conference/board", "conferenceBoard", "A meeting's conference as it is now, for those who run it", "conferences"), onConferences(a, a.conferenceBoard))
	route(a, forPerson, get("/meetings/{id}/conference/attended", "conferenceAttended", "Who has been in a meeting's conference as himself, for its report", "conferences"), onConferences(a, a.conferenceAttended))
	route(a, forPerson, get("/meetings/{id}/conference/guests", "listGuests", "Guests' links to a meeting's conference", "conferences"), onConferences(a, a.listGuests))
	route(a, forPerson, post("/meetings/{id}/conference/guests", "inviteGuest", "Make a guest's link", "conferences"), onConferences(a, a.inviteGuest))
	route(a, forPerson, post("/meetings/{id}/conference/guests/{guest}/end", "endGuest", "End a guest's link", "conferences"), onConferences(a, a.endGuest))
	route(a, forAnyone, post("/guest/ticket", "guestTicket", "Permission to come to the lobby, for whoever has a guest's link", "conferences"), onConferences(a, a.guestTicket))
}

// onConferences answers only where conferences are known.
func onConferences[I, O any](a *API, handle func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if a.Conferences == nil {
			return nil, errNotHere
		}
		return handle(ctx, in)
	}
}

func (a *API) conferenceTicket(ctx context.Context, in *ticketInput) (*body[ConferenceTicket], error) {
	if (in.Body.As == "point") != (in.Body.Point != "") {
		return nil, errInvalid
	}
	return ticketBody(a.Conferences.Ticket(ctx, viewerOf(ctx), in.ID, in.Body))
}

func (a *API) guestTicket(ctx context.Context, in *body[GuestTicketRequest]) (*body[ConferenceTicket], error) {
	return ticketBody(a.Conferences.GuestTicket(ctx, in.Body.Link))
}

func ticketBody(t ConferenceTicket, err error) (*body[ConferenceTicket], error) {
	t.ICE = some(t.ICE)
	return &body[ConferenceTicket]{t}, err
}

func (a *API) conferenceBoard(ctx context.Context, in *meetingInput) (*body[ConferenceBoard], error) {
	out, err := a.Conferences.Board(ctx, viewerOf(ctx), in.ID)
	return &body[ConferenceBoard]{out}, err
}

func (a *API) conferenceAttended(ctx context.Context, in *meetingInput) (*body[[]meeting.Attended], error) {
	if err := a.mayReport(ctx, in.ID); err != nil {
		return nil, err
	}
	out, err := a.Conferences.Attended(ctx, viewerOf(ctx), in.ID)
	return &body[[]meeting.Attended]{some(out)}, err
}

// mayReport refuses who may not have the report on those who took part.
func (a *API) mayReport(ctx context.Context, id app.ID) error {
	l := a.look(viewerOf(ctx))
	return a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, id)
		if err != nil {
			return err
		}
		if dec := app.Can(l.dir, l.actor, app.ActPointReport, m); !dec.Allow {
			return app.Refuse(app.Forbidden, dec.Reason)
		}
		return nil
	})
}

func (a *API) listGuests(ctx context.Context, in *meetingInput) (*body[[]GuestView], error) {
	v := viewerOf(ctx)
	out, err := a.Conferences.Guests(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	l := a.look(v)
	for i := range out {
		out[i].By = l.person(out[i].ByID)
	}
	return &body[[]GuestView]{some(out)}, nil
}

func (a *API) inviteGuest(ctx context.Context, in *inviteInput) (*body[GuestLink], error) {
	if e := app.CheckSecrecy(&in.Body); e != nil {
		return nil, e
	}
	out, err := a.Conferences.Invite(ctx, viewerOf(ctx), in.ID, in.Body)
	return &body[GuestLink]{out}, err
}

func (a *API) endGuest(ctx context.Context, in *guestInput) (*none, error) {
	return &none{}, a.Conferences.EndGuest(ctx, viewerOf(ctx), in.ID, in.Guest)
}

// serveStation upgrades to a WebSocket, as serveLive does. Whether the person may
// be there is for the ticket to say.
func (a *API) serveStation(w http.ResponseWriter, r *http.Request) {
	v, err := a.Sessions.Viewer(r)
	if err != nil {
		WriteProblem(w, err)
		return
	}
	id := app.ID(r.PathValue("id"))
	if !id.Valid() {
		WriteProblem(w, errNotHere)
		return
	}
	a.serveComing(w, r, v, id)
}

// serveGuest is for who has no account: the ticket says to which meeting he comes.
func (a *API) serveGuest(w http.ResponseWriter, r *http.Request) {
	a.serveComing(w, r, Viewer{}, "")
}

func (a *API) serveComing(w http.ResponseWriter, r *http.Request, v Viewer, meeting app.ID) {
	switch {
	case r.Header.Get("Origin") == "":
		WriteProblem(w, app.Refuse(app.Forbidden, "session.bad_origin"))
		return
	case a.Conferences == nil:
		WriteProblem(w, errNotHere)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionNoContextTakeover})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	q := r.URL.Query()
	a.Conferences.Serve(r.Context(), conn, v, Arriving{Meeting: meeting, Ticket: q.Get("pass"), Resume: q.Get("resume")})
}
