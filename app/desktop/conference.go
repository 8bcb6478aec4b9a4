package desktop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// conferences joins this laptop's screens to the conferences of the server: who
// may come in and what is let through is decided there. Sound and pictures go from
// the screen to the server by themselves. It implements api.Conferences.
type conferences struct{ *App }

func (c conferences) ask(ctx context.Context, method string, meetingID app.ID, rest string, in, out any) error {
	l, err := c.enrolled()
	if err != nil {
		return err
	}
	return l.ask(ctx, method, "/api/meetings/"+url.PathEscape(string(meetingID))+"/conference/"+rest, in, out)
}

// Ticket implements api.Conferences.
func (c conferences) Ticket(ctx context.Context, _ api.Viewer, meetingID app.ID, t api.NewTicket) (out api.ConferenceTicket, err error) {
	err = c.ask(ctx, http.MethodPost, meetingID, "ticket", t, &out)
	return out, err
}

// GuestTicket implements api.Conferences: guests come to the server's own page.
func (c conferences) GuestTicket(context.Context, string) (out api.ConferenceTicket, err error) {
	return out, app.Refuse(app.NotFound, "request.not_here")
}

// Board implements api.Conferences.
func (c conferences) Board(ctx context.Context, _ api.Viewer, meetingID app.ID) (out api.ConferenceBoard, err error) {
	err = c.ask(ctx, http.MethodGet, meetingID, "board", nil, &out)
	return out, err
}

// Attended implements api.Conferences.
func (c conferences) Attended(ctx context.Context, _ api.Viewer, meetingID app.ID) (out []meeting.Attended, err error) {
	err = c.ask(ctx, http.MethodGet, meetingID, "attended", nil, &out)
	return out, err
}

// Guests implements api.Conferences.
func (c conferences) Guests(ctx context.Context, _ api.Viewer, meetingID app.ID) (out []api.GuestView, err error) {
	err = c.ask(ctx, http.MethodGet, meetingID, "guests", nil, &out)
	return out, err
}

// Invite implements api.Conferences.
func (c conferences) Invite(ctx context.Context, _ api.Viewer, meetingID app.ID, g api.NewGuest) (out api.GuestLink, err error) {
	err = c.ask(ctx, http.MethodPost, meetingID, "guests", g, &out)
	return out, err
}

// EndGuest implements api.Conferences.
func (c conferences) EndGuest(ctx context.Context, _ api.Viewer, meetingID, guest app.ID) error {
	return c.ask(ctx, http.MethodPost, meetingID, "guests/"+url.PathEscape(string(guest))+"/end", struct{}{}, nil)
}

// Serve implements api.Conferences: it passes frames both ways until either side
// ends. A screen whose host cannot be reached is let go, and comes again by itself.
func (c conferences) Serve(ctx context.Context, conn *websocket.Conn, _ api.Viewer, a api.Arriving) {
	link, err := c.enrolled()
	if err != nil {
		_ = conn.Close(websocket.StatusPolicyViolation, app.AsError(err).Reason)
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(link.ctx, cancel)()
	host, err := link.joinConference(ctx, a)
	if err != nil {
		_ = conn.Close(websocket.StatusTryAgainLater, "")
		return
	}
	defer func() { _ = host.CloseNow() }()
	screen := room.NewSocket(conn)
	var up sync.WaitGroup
	up.Go(func() {
		_ = pass(ctx, screen, host)
		_ = host.CloseNow()
	})
	err = pass(ctx, host, screen)
	// The screen is told why before anything that is read from it is broken off.
	var end websocket.CloseError
	if errors.As(err, &end) && (end.Code == websocket.StatusPolicyViolation || end.Code == websocket.StatusNormalClosure) {
		_ = conn.Close(end.Code, end.Reason)
	} else {
		_ = conn.Close(websocket.StatusTryAgainLater, "")
	}
	cancel()
	up.Wait()
}

// joinConference connects to the server, over the line that everything else uses.
func (l *link) joinConference(ctx context.Context, a api.Arriving) (room.Socket, error) {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	q := url.Values{"pass": {a.Ticket}}
	if a.Resume != "" {
		q = url.Values{"resume": {a.Resume}}
	}
	address := serverURL + enrol.PathMeetings + url.PathEscape(string(a.Meeting)) + "/conference?" + q.Encode()
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: l.upgrading(), CompressionMode: websocket.CompressionNoContextTakeover})
	if err != nil {
		return room.Socket{}, err
	}
	return room.NewHostSocket(conn), nil
}

// pass hands frames on until either side ends.
func pass(ctx context.Context, from, to room.Socket) error {
	for {
		b, err := from.Read(ctx)
		if err != nil {
			return err
		}
		if err := give(ctx, to, b); err != nil {
			return err
		}
	}
}

func give(ctx context.Context, to room.Socket, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	return to.Write(ctx, frame)
}
