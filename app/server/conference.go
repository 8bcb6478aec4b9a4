package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// pathGuest is where a guest's page is: pathGuest + his link.
const pathGuest = "/khach/"

// conferences carries sound and pictures of meetings. It implements
// api.Conferences, for browsers and for laptops.
type conferences struct {
	*room.Conferences
	store *sqlite.Store
	ice   func(station app.ID) []api.ICEServer
	url   string // of guests' pages
	log   *slog.Logger
}

func (s *Server) openConferences(context.Context) error {
	keep, err := openConferenceKeep(filepath.Join(s.config.Data, conferencesDir), s.now())
	if err != nil {
		return err
	}
	rooms := &room.Conferences{Host: app.HostServer, Media: s.config.Media, Door: conferenceDoor{s.store, s.now}, Keep: keep, Relay: s.rooms.relay, Now: s.now,
		Servers: servers(s.config.ICE), Failed: func(id app.ID, err error) { s.log.Error("a conference", "meeting", string(id), "err", err) }}
	s.conferences = &conferences{rooms, s.store, s.config.ICE, "https://" + s.config.dialAddresses()[0] + pathGuest, s.log}
	s.guests = newLimiter(guestsPerAddress, 100, s.now)
	w := startConferenceWatch(rooms, s, pointWord{s.store, s.giveAs, map[app.ID]pointSaid{}},
		func() error { return keep.prune(s.now()) }, s.log)
	rooms.Moved = w.moved
	deaf := s.store.Subscribe(w.note)
	s.onClose(func() error { deaf(); rooms.Close(); w.stop(); return nil })
	return nil
}

// Ticket implements api.Conferences.
func (c *conferences) Ticket(ctx context.Context, v api.Viewer, meetingID app.ID, t api.NewTicket) (api.ConferenceTicket, error) {
	who := room.Comer{Person: v.Person, Point: t.Point}
	if d, ok := deviceOf(ctx); ok {
		who.Device = d.ID
	}
	secret, seat, until, err := c.Conferences.Ticket(ctx, meetingID, who)
	if err != nil {
		return api.ConferenceTicket{}, err
	}
	return api.ConferenceTicket{Meeting: meetingID, Station: seat.Station, Name: seat.Name, Ticket: secret, Expires: app.TimeOf(until), ICE: c.servers(seat.Station)}, nil
}

func (c *conferences) servers(station app.ID) []api.ICEServer {
	if c.ice == nil {
		return nil
	}
	return c.ice(station)
}

// GuestTicket implements api.Conferences.
func (c *conferences) GuestTicket(ctx context.Context, link string) (api.ConferenceTicket, error) {
	secret, meetingID, seat, until, err := c.Conferences.GuestTicket(ctx, link)
	if err != nil {
		return api.ConferenceTicket{}, err
	}
	return api.ConferenceTicket{Meeting: meetingID, Station: seat.Station, Name: seat.Name, Ticket: secret, Expires: app.TimeOf(until), ICE: c.servers(seat.Station)}, nil
}

// Serve implements api.Conferences.
func (c *conferences) Serve(ctx context.Context, conn *websocket.Conn, v api.Viewer, a api.Arriving) {
	arrival := room.Arrival{Meeting: a.Meeting, Person: v.Person, Ticket: a.Ticket, Resume: a.Resume}
	if d, ok := deviceOf(ctx); ok {
		arrival.Device = d.ID
	}
	err := c.Conferences.Serve(ctx, room.NewSocket(conn), arrival)
	if err != nil && !errors.Is(err, room.ErrStops) && !room.Gone(err) && app.AsError(err).Code == app.Internal {
		c.log.Info("a station's connection ended", "meeting", string(a.Meeting), "err", err)
	}
}

// serveDevice takes a laptop in, for its person.
func (c *conferences) serveDevice(w http.ResponseWriter, req *http.Request) {
	device, ok := deviceOf(req.Context())
	if !ok {
		writeRefusal(w, errNoDevice)
		return
	}
	conn, err := websocket.Accept(w, req, &websocket.AcceptOptions{CompressionMode: websocket.CompressionNoContextTakeover})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	q := req.URL.Query()
	c.Serve(req.Context(), conn, api.Viewer{Person: device.Person}, api.Arriving{Meeting: app.ID(req.PathValue("meeting")), Ticket: q.Get("pass"), Resume: q.Get("resume")})
}

// runs refuses whoever does not run the meeting.
func (c *conferences) runs(ctx context.Context, v api.Viewer, meetingID app.ID) error {
	seats, err := c.Door.Seats(ctx, meetingID, []room.Comer{{Person: v.Person}})
	switch {
	case err != nil:
		return err
	case seats[0].Err != nil:
		return seats[0].Err
	case !seats[0].Runs:
		return app.Refuse(app.Forbidden, "conference.not_allowed")
	case c.Media == nil:
		return app.Refuse(app.Conflict, "conference.no_media")
	}
	return nil
}

// Board implements api.Conferences.
func (c *conferences) Board(ctx context.Context, v api.Viewer, meetingID app.ID) (api.ConferenceBoard, error) {
	if err := c.runs(ctx, v, meetingID); err != nil {
		return api.ConferenceBoard{}, err
	}
	conference, lines, err := c.Look(ctx, meetingID)
	if err != nil {
		return api.ConferenceBoard{}, err
	}
	return api.BoardOfConference(conference, lines, c.store.Now()), nil
}

// Attended implements api.Conferences. The API has asked before whether the viewer may
// have the report.
func (c *conferences) Attended(ctx context.Context, _ api.Viewer, meetingID app.ID) ([]meeting.Attended, error) {
	return c.Conferences.Attended(ctx, meetingID)
}

// Guests implements api.Conferences.
func (c *conferences) Guests(ctx context.Context, v api.Viewer, meetingID app.ID) ([]api.GuestView, error) {
	if err := c.runs(ctx, v, meetingID); err != nil {
		return nil, err
	}
	conference, _, err := c.Look(ctx, meetingID)
	if err != nil {
		return nil, err
	}
	var out []api.GuestView
	for _, id := range conference.GuestIDs() {
		g := conference.Guests[id]
		out = append(out, api.GuestView{ID: id, Name: g.Name, Until: g.Until, Made: g.Made, ByID: g.By, Ended: g.Ended})
	}
	return out, nil
}

// Invite implements api.Conferences.
func (c *conferences) Invite(ctx context.Context, v api.Viewer, meetingID app.ID, g api.NewGuest) (api.GuestLink, error) {
	if err := c.runs(ctx, v, meetingID); err != nil {
		return api.GuestLink{}, err
	}
	id, link, err := c.Conferences.Invite(ctx, meetingID, v.Person, g.Name, g.Until)
	if err != nil {
		return api.GuestLink{}, err
	}
	return api.GuestLink{Guest: id, Link: link, URL: c.url + url.PathEscape(link), Until: g.Until}, nil
}

// EndGuest implements api.Conferences.
func (c *conferences) EndGuest(ctx context.Context, v api.Viewer, meetingID, guest app.ID) error {
	if err := c.runs(ctx, v, meetingID); err != nil {
		return err
	}
	return c.Uninvite(ctx, meetingID, guest)
}

// giveAs gives a command for the person whom it names, who has said it otherwise
// than by a command.
func (s *Server) giveAs(ctx context.Context, cmd *app.Command) error {
	_, err := s.records.give(ctx, cmd)
	return err
}
