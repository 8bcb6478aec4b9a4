package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// rooms is the province's relay of what is live in meetings, for browsers and
// for laptops. It implements api.Live.
type rooms struct {
	relay *room.Relay
	log   *slog.Logger
}

func (s *Server) openRooms(context.Context) error {
	seats := func(ctx context.Context, meetingID, person app.ID) (rank meeting.Rank, err error) {
		err = s.store.Read(ctx, func(v *sqlite.View) error {
			rank, err = meeting.SeatOf(v, meetingID, person)
			return err
		})
		return rank, err
	}
	s.rooms = &rooms{&room.Relay{Host: app.HostServer, Seats: seats, Now: s.now}, s.log}
	return nil
}

// Serve implements api.Live.
func (r *rooms) Serve(ctx context.Context, conn *websocket.Conn, v api.Viewer, meetingID app.ID) {
	err := r.relay.Serve(ctx, room.NewSocket(conn), meetingID, v.Person)
	if err == nil || room.Gone(err) {
		_ = conn.Close(websocket.StatusNormalClosure, "")
		return
	}
	e := app.AsError(err)
	if e.Code == app.Internal {
		r.log.Info("a connection to a meeting ended", "meeting", string(meetingID), "err", err)
	}
	_ = conn.Close(websocket.StatusPolicyViolation, e.Reason)
}

// serveDevice takes a laptop in, for its person.
func (r *rooms) serveDevice(w http.ResponseWriter, req *http.Request) {
	device, ok := deviceOf(req.Context())
	if !ok {
		writeRefusal(w, errNoDevice)
		return
	}
	conn, err := websocket.Accept(w, req, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	r.Serve(req.Context(), conn, api.Viewer{Person: device.Person}, app.ID(req.PathValue("meeting")))
}
