package desktop

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/meeting/room"
)

// seat is this laptop's part in a meeting that another laptop carries: what it
// is told goes on the board, what its person gives goes there too.
type seat struct {
	sites   *sites
	meeting app.ID
	address netip.AddrPort
	cancel  context.CancelFunc

	// mu guards what follows. It is taken after sites.mu, if both are.
	mu   sync.Mutex
	conn *room.Socket // nil until it is connected
	host enrol.Peer
	here int

	silent atomic.Bool // it ended without a goodbye of the host
}

// take begins to sit in a meeting. The caller holds s.mu.
func (s *sites) take(meetingID app.ID, address netip.AddrPort) *seat {
	ctx, cancel := context.WithCancel(s.link.ctx)
	out := &seat{sites: s, meeting: meetingID, address: address, cancel: cancel}
	s.link.goDo(func(context.Context) { out.run(ctx) })
	return out
}

// sits reports whether the host has let it in.
func (s *seat) sits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil
}

// run sits until the host or the line says otherwise; then the next look decides.
func (s *seat) run(ctx context.Context) {
	defer s.sites.left(s)
	conn, host, err := s.sites.dialHost(ctx, s.meeting, s.address)
	if err != nil {
		s.sites.link.log.Debug("joining the meeting at this place", "err", err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	s.mu.Lock()
	s.conn, s.host = &conn, host
	s.mu.Unlock()
	s.sites.seated(s.meeting)
	s.sites.tell()
	s.sites.link.goDo(func(context.Context) { s.watch(ctx, conn) })
	s.sites.link.goDo(func(context.Context) { s.catchUp(ctx) })
	if err := s.listen(ctx, conn); ctx.Err() == nil {
		s.sites.link.log.Info("the meeting at this place", "err", err)
		s.silent.Store(!room.Gone(err))
	}
}

// left takes a seat out that has ended. What the place has said stays to be seen,
// and is told to whoever carries the meeting on, until the line is back.
func (s *sites) left(seat *seat) {
	seat.cancel()
	s.mu.Lock()
	if s.seats[seat.meeting] == seat {
		delete(s.seats, seat.meeting)
		if seat.sits() {
			s.lost[seat.meeting] = seat.host.Person
			s.silent[seat.meeting] = seat.silent.Load()
		}
	}
	s.mu.Unlock()
	s.tell()
}

// watch ends the seat when the host has fallen silent: a laptop that loses its
// power says no goodbye.
func (s *seat) watch(ctx context.Context, conn room.Socket) {
	defer s.cancel()
	tick := time.NewTicker(beaconEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		wait, cancel := context.WithTimeout(ctx, 3*beaconEvery)
		err := conn.Ping(wait)
		cancel()
		if err != nil {
			if ctx.Err() == nil {
				s.silent.Store(true)
			}
			return
		}
	}
}

// listen puts what the host tells on the board, until the connection ends.
func (s *seat) listen(ctx context.Context, conn room.Socket) error {
	put := s.sites.board.Replace
	for {
		b, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		var told room.Told
		if err := json.Unmarshal(b, &told); err != nil {
			return err
		}
		if len(told.Signed) > 0 {
			s.sites.keepSigned(s.meeting, told.Signed)
		}
		if told.Here != nil {
			s.mu.Lock()
			s.here = *told.Here
			s.mu.Unlock()
		}
		if len(told.Records) > 0 {
			put(s.meeting, told.Records)
			put = s.sites.board.Put
		}
		if told.Here != nil || len(told.Records) > 0 {
			s.sites.tell()
		}
	}
}

// give passes one signed command on. Without a connection it only waits for the server.
func (s *seat) give(ctx context.Context, command []byte) error {
	return s.ask(ctx, room.Asked{Command: command})
}

func (s *seat) ask(ctx context.Context, asked room.Asked) error {
	s.mu.Lock()
	conn := s.conn
	s.mu.Unlock()
	if conn == nil {
		return nil
	}
	frame, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	return conn.Write(ctx, frame)
}

// catchUp passes on what this person gave before he came, to this host or to one
// before it: whoever carries the meeting lacks nothing that he was given. And this
// laptop keeps what the host gives.
func (s *seat) catchUp(ctx context.Context) {
	if s.ask(ctx, room.Asked{Keep: true}) != nil {
		return
	}
	commands, err := s.sites.toTell(ctx, s.meeting)
	if err != nil && ctx.Err() == nil {
		s.sites.link.log.Error("reading what was given at this place", "err", err)
	}
	for _, command := range commands {
		if err := s.give(ctx, command); err != nil {
			return // the connection has ended; the next one brings all again
		}
	}
}

// dialHost connects to a laptop that says that it carries the meeting. Its person
// must run the meeting.
func (s *sites) dialHost(ctx context.Context, meetingID app.ID, address netip.AddrPort) (room.Socket, enrol.Peer, error) {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	config, err := s.link.identity().PeerTLS(s.link.peerTime)
	if err != nil {
		return room.Socket{}, enrol.Peer{}, err
	}
	var host atomic.Pointer[enrol.Peer] // a handshake may outlive this call
	check := config.VerifyConnection
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if err := check(state); err != nil {
			return err
		}
		peer, err := enrol.PeerOf(&state)
		if err != nil {
			return err
		}
		host.Store(&peer)
		return s.mayHost(ctx, meetingID, peer.Person)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, TLSHandshakeTimeout: joinTimeout, DisableKeepAlives: true}}
	conn, _, err := websocket.Dial(ctx, "https://"+address.String()+enrol.PathMeetings+url.PathEscape(string(meetingID))+"/live",
		&websocket.DialOptions{HTTPClient: client})
	if err != nil {
		return room.Socket{}, enrol.Peer{}, err
	}
	return room.NewHostSocket(conn), *host.Load(), nil
}

var errNotHost = errors.New("desktop: a laptop of somebody who does not run the meeting says that it carries it")

func (s *sites) mayHost(ctx context.Context, meetingID, person app.ID) error {
	return s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindMeeting, ID: meetingID})
		if err != nil {
			return err
		}
		if m, ok := r.(*app.Meeting); !ok || !slices.Contains(m.Officials(), person) {
			return errNotHost
		}
		return nil
	})
}

// hostOf is where the screens of this laptop follow the meeting while there is
// no line; ok is false when it sits nowhere that is known.
func (s *sites) hostOf(meetingID app.ID) (address netip.AddrPort, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seat := s.seats[meetingID]; seat != nil {
		return seat.address, true
	}
	h, ok := s.heard[beaconName(meetingID)]
	return h.address, ok && time.Since(h.at) <= beaconLives
}
