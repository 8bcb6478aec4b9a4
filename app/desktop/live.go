package desktop

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/meeting/room"
)

// live passes the frames of this laptop's screens on to whoever hosts the
// meeting. It implements api.Live.
type live struct{ *App }

const (
	joinTimeout  = 10 * time.Second
	firstRejoin  = time.Second
	longestPause = 8 * time.Second
)

// Serve implements api.Live. While no host can be reached the screen is told so,
// and the host is tried again; what a screen says meanwhile is nobody's to hear.
func (l live) Serve(ctx context.Context, conn *websocket.Conn, _ api.Viewer, meetingID app.ID) {
	link, err := l.enrolled()
	if err != nil {
		_ = conn.Close(websocket.StatusPolicyViolation, app.AsError(err).Reason)
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(link.ctx, cancel)()
	s := &liveScreen{room.NewSocket(conn), make(chan []byte)}
	go func() {
		defer cancel()
		s.listen(ctx)
	}()
	for pause := firstRejoin; ctx.Err() == nil; pause = min(2*pause, longestPause) {
		began := time.Now()
		err := link.follow(ctx, s, meetingID)
		if reason := refusedBy(err); reason != "" {
			_ = conn.Close(websocket.StatusPolicyViolation, reason)
			return
		}
		if time.Since(began) > longestPause {
			pause = firstRejoin
		}
		if s.alone(ctx) != nil || s.idle(ctx, pause) != nil {
			return
		}
	}
}

// liveScreen is one screen's connection, read from one place.
type liveScreen struct {
	room.Socket
	said chan []byte
}

func (s *liveScreen) listen(ctx context.Context) {
	for {
		b, err := s.Socket.Read(ctx)
		if err != nil {
			return
		}
		select {
		case s.said <- b:
		case <-ctx.Done():
			return
		}
	}
}

func (s *liveScreen) alone(ctx context.Context) error {
	frame, err := json.Marshal(room.Told{Alone: true})
	if err != nil {
		return err
	}
	return s.write(ctx, frame)
}

func (s *liveScreen) write(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	return s.Write(ctx, frame)
}

// Read implements room.Conn with what the screen says.
func (s *liveScreen) Read(ctx context.Context) ([]byte, error) {
	select {
	case b := <-s.said:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// idle waits, and lets what the screen says go.
func (s *liveScreen) idle(ctx context.Context, pause time.Duration) error {
	t := time.NewTimer(pause)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return nil
		case <-s.said:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// follow joins whoever hosts the meeting: the server, this laptop, or another at
// its place.
func (l *link) follow(ctx context.Context, s *liveScreen, meetingID app.ID) error {
	if l.sites.table(meetingID) != nil {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go l.sites.endWith(ctx, cancel, meetingID)
		return l.sites.relay.Serve(ctx, s, meetingID, l.identity().Person)
	}
	return l.passOn(ctx, s, meetingID)
}

// passOn joins another machine and passes frames both ways until one side ends.
func (l *link) passOn(ctx context.Context, s *liveScreen, meetingID app.ID) error {
	up, err := l.joinHost(ctx, meetingID)
	if err != nil {
		return err
	}
	defer func() { _ = up.CloseNow() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	down := make(chan error, 1)
	go func() {
		defer cancel()
		down <- passDown(ctx, up, s)
	}()
	for {
		select {
		case b := <-s.said:
			if err := up.Write(ctx, b); err != nil {
				cancel()
				return errors.Join(err, <-down)
			}
		case <-ctx.Done():
			return <-down
		}
	}
}

func passDown(ctx context.Context, up room.Socket, s *liveScreen) error {
	for {
		b, err := up.Read(ctx)
		if err != nil {
			return err
		}
		if err := s.write(ctx, b); err != nil {
			return err
		}
	}
}

// joinHost connects to the server, over the line that everything else uses, or to
// the laptop that carries the meeting while there is none.
func (l *link) joinHost(ctx context.Context, meetingID app.ID) (room.Socket, error) {
	if address, ok := l.sites.hostOf(meetingID); ok && !l.carrier.online() {
		conn, _, err := l.sites.dialHost(ctx, meetingID, address)
		return conn, err
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	address := serverURL + enrol.PathMeetings + url.PathEscape(string(meetingID)) + "/live"
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: l.upgrading()})
	if err != nil {
		return room.Socket{}, err
	}
	return room.NewHostSocket(conn), nil
}

// upgrading is the line's client for connections that become WebSockets, which
// HTTP/2 has none of here.
func (l *link) upgrading() *http.Client {
	t := l.client.Transport.(*http.Transport).Clone()
	t.ForceAttemptHTTP2 = false
	t.TLSClientConfig.NextProtos = []string{"http/1.1"}
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.DisableKeepAlives = true
	return &http.Client{Transport: t, CheckRedirect: l.client.CheckRedirect}
}

// refusedBy is the host's reason, when it said that this person has no place there.
func refusedBy(err error) string {
	var e websocket.CloseError
	if errors.As(err, &e) && e.Code == websocket.StatusPolicyViolation && strings.Contains(e.Reason, ".") {
		return e.Reason
	}
	return ""
}
