package desktop

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// siteListener is where the laptops of the place come to the one that carries
// their meeting.
type siteListener struct {
	port   int
	server *http.Server
	done   chan struct{}
}

// Host begins to carry the meeting for this place, or ends it. Only while there
// is no line: else the server does.
func (s *sites) host(ctx context.Context, meetingID app.ID, carry bool) error {
	if !carry {
		s.endHosting(meetingID)
		return nil
	}
	if s.link.carrier.online() {
		return app.Refuse(app.Conflict, "place.online")
	}
	rank, err := s.seatOf(ctx, meetingID, s.link.identity().Person)
	switch {
	case err != nil:
		return err
	case rank != meeting.Runs:
		return app.Refuse(app.Forbidden, "place.not_yours")
	}
	s.carrying.Lock()
	defer s.carrying.Unlock()
	if here, err := s.prepare(meetingID); here || err != nil {
		return err
	}
	here, err := s.begin(s.link.ctx, meetingID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.tables[meetingID] = here
	delete(s.lost, meetingID)
	delete(s.silent, meetingID)
	s.mu.Unlock()
	s.board.Replace(meetingID, here.table.States())
	s.kept.Clear(meetingID)
	s.link.goDo(func(context.Context) { s.beat(); s.tell() })
	return nil
}

// prepare opens the listener, and reports whether the meeting is carried here
// already.
func (s *sites) prepare(meetingID app.ID) (here bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables[meetingID] != nil {
		return true, nil
	}
	if seat := s.seats[meetingID]; seat != nil {
		if seat.sits() {
			return false, app.Refuse(app.Conflict, "place.carried_by_another")
		}
		seat.cancel()
		delete(s.seats, meetingID)
	}
	if s.ether == nil {
		return false, app.Refuse(app.Offline, "place.no_network")
	}
	if s.hosting == nil {
		if s.hosting, err = s.listen(); err != nil {
			return false, app.Errorf(app.Offline, "place.no_network", "listening for the place: %w", err)
		}
	}
	return false, nil
}

// endHosting hands the meeting back; those who sit here are told by the end of
// their connections.
func (s *sites) endHosting(meetingID app.ID) {
	s.mu.Lock()
	here := s.tables[meetingID]
	delete(s.tables, meetingID)
	var hosting *siteListener
	if len(s.tables) == 0 {
		hosting, s.hosting = s.hosting, nil
	}
	s.mu.Unlock()
	if hosting != nil {
		hosting.close()
	}
	if here != nil {
		s.handBack(meetingID, here)
	}
	s.forget(meetingID)
	s.tell()
}

func (s *sites) listen() (*siteListener, error) {
	config, err := s.link.identity().PeerTLS(s.link.peerTime)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+enrol.PathMeetings+"{meeting}/live", s.serve)
	out := &siteListener{port: l.Addr().(*net.TCPAddr).Port, done: make(chan struct{}),
		server: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
			BaseContext: func(net.Listener) context.Context { return s.link.ctx }}}
	go func() {
		defer close(out.done)
		if err := out.server.Serve(tls.NewListener(l, config)); !errors.Is(err, http.ErrServerClosed) {
			s.link.log.Error("the place's listener", "err", err)
		}
	}()
	return out, nil
}

func (l *siteListener) close() {
	_ = l.server.Close()
	<-l.done
}

// peerTime is what certificates of other laptops are judged by.
func (l *link) peerTime() time.Time { return later(l.app.cfg.now(), l.identity()) }

// serve takes a laptop of the place in, for its person.
func (s *sites) serve(w http.ResponseWriter, r *http.Request) {
	peer, err := enrol.PeerOf(r.TLS)
	if err != nil {
		http.Error(w, "not a laptop of this province", http.StatusForbidden)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	meetingID := app.ID(r.PathValue("meeting"))
	if s.table(meetingID) == nil {
		_ = conn.Close(websocket.StatusTryAgainLater, "room.not_hosted")
		return
	}
	s.serveHere(s.link.ctx, conn, meetingID, peer.Person)
}

// serveHere runs one connection to the relay of this laptop.
func (s *sites) serveHere(ctx context.Context, conn *websocket.Conn, meetingID, person app.ID) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.endWith(ctx, cancel, meetingID)
	err := s.relay.Serve(ctx, room.NewSocket(conn), meetingID, person)
	e := app.AsError(err)
	switch {
	case err == nil || room.Gone(err):
		_ = conn.Close(websocket.StatusGoingAway, "")
	case e.Code == app.NotFound || e.Code == app.Conflict:
		_ = conn.Close(websocket.StatusPolicyViolation, e.Reason)
	default:
		_ = conn.Close(websocket.StatusInternalError, "")
	}
}

// endWith ends a connection when this laptop carries the meeting no more.
func (s *sites) endWith(ctx context.Context, cancel context.CancelFunc, meetingID app.ID) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if s.table(meetingID) == nil {
				cancel()
				return
			}
		}
	}
}
