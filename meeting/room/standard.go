package room

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Standard is a standard client in a conference: an encoder that publishes (WHIP,
// RFC 9725) or a display that plays (WHEP). It knows nothing of the room, so the
// host speaks the room's protocol for it: an encoder wants to send whatever it is
// let, and a display is shown who speaks, or the screen.
type Standard struct {
	// Station is what it is in the conference.
	Station app.ID

	cancel context.CancelFunc
	ended  chan struct{}
	use    meeting.GuestUse
	said   chan Said

	mu       sync.Mutex // guards all below
	why      error
	answer   chan string // capacity 1
	answered bool
	self     app.ID
	up       bool
	sight    sight
	watched  *meeting.Wish
}

// sight is what a display goes by.
type sight struct {
	holders []app.ID
	chair   app.ID
	screen  app.ID
	heard   []app.ID
}

const (
	standardJoin = 15 * time.Second // to be answered
	standardBeat = 5 * time.Second
	standardTall = 720
)

// Standard brings a client in by its token and its offer, and answers it. Errors as
// of [Conferences.Serve].
func (cs *Conferences) Standard(ctx context.Context, token string, use meeting.GuestUse, offer string) (*Standard, string, error) {
	secret, _, seat, _, err := cs.linkTicket(ctx, token, use)
	if err != nil {
		return nil, "", err
	}
	within, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Standard{Station: seat.Station, cancel: cancel, ended: make(chan struct{}), use: use, said: make(chan Said, 64), answer: make(chan string, 1)}
	s.say(Said{Offer: &Offer{Seq: 1, SDP: offer}})
	go func() {
		defer close(s.ended)
		defer cancel()
		if err := cs.Serve(within, s, Arrival{Ticket: secret}); err != nil {
			s.fail(err)
		}
	}()
	late := time.NewTimer(standardJoin)
	defer late.Stop()
	select {
	case answer := <-s.answer:
		if use == meeting.ForSending {
			s.say(Said{Sends: &meeting.Sends{Audio: true, Camera: true}})
		}
		return s, answer, nil
	case <-s.ended:
		return nil, "", s.reason()
	case <-ctx.Done():
	case <-late.C:
	}
	s.Close()
	return nil, "", app.Refuse(app.Offline, "conference.no_media")
}

// Holds reports whether the token is that of the station's device.
func (cs *Conferences) Holds(ctx context.Context, token string, station app.ID) bool {
	meetingID, id, secret, ok := readToken(token)
	if !ok || id != station {
		return false
	}
	held := false
	err := cs.look(ctx, meetingID, func(c *meeting.Conference) error {
		seat, found := c.GuestSeat(hashOf(secret), app.TimeOf(cs.Now()))
		held = found && seat.Station == station && seat.Let
		return nil
	})
	return err == nil && held
}

// Close has it leave.
func (s *Standard) Close() {
	s.cancel()
	<-s.ended
}

// Ended is closed when it is no longer in the conference.
func (s *Standard) Ended() <-chan struct{} { return s.ended }

func (s *Standard) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == nil {
		s.why = err
	}
}

// reason is why it ended.
func (s *Standard) reason() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == nil {
		return errTicket
	}
	return s.why
}

func (s *Standard) say(what Said) {
	select {
	case s.said <- what:
	default: // the room does not listen; what matters is said again
	}
}

// Read implements Conn: what the client says.
func (s *Standard) Read(ctx context.Context) ([]byte, error) {
	beat := time.NewTimer(standardBeat)
	defer beat.Stop()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case what := <-s.said:
		return json.Marshal(what)
	case <-beat.C:
		return json.Marshal(Said{Beat: true})
	}
}

// Write implements Conn: what the client is told.
func (s *Standard) Write(_ context.Context, frame []byte) error {
	var news News
	if err := json.Unmarshal(frame, &news); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if news.Hello != nil {
		s.self = news.Hello.Station
	}
	for _, r := range news.Refused {
		if !s.answered {
			s.why = app.Refuse(app.Conflict, r.Reason)
			s.cancel()
		}
	}
	if news.Answer != nil && !s.answered {
		s.answered = true
		s.answer <- news.Answer.SDP
	}
	switch news.Link {
	case "":
	case linkNone, string(meeting.MediaLost):
		if s.up {
			s.cancel() // it has gone: a standard client comes again by itself
		}
	case string(meeting.MediaUp):
		s.up = true
	}
	if s.use == meeting.ForWatching {
		s.look(news)
	}
	return nil
}

// look has a display shown what matters now. s.mu is held.
func (s *Standard) look(news News) {
	var floor struct {
		Holders []app.ID `json:"holders"`
	}
	if news.Floor != nil && json.Unmarshal(news.Floor, &floor) == nil {
		s.sight.holders = floor.Holders
	}
	var view struct {
		Chair  app.ID   `json:"chair"`
		Screen app.ID   `json:"screen"`
		Heard  []app.ID `json:"heard"`
	}
	if news.View != nil && json.Unmarshal(news.View, &view) == nil {
		s.sight.chair, s.sight.screen, s.sight.heard = view.Chair, view.Screen, view.Heard
	}
	if !s.answered {
		return
	}
	if w := s.sight.wish(); s.watched == nil || *s.watched != w {
		s.watched = &w
		wishes := []meeting.Wish{}
		if w.Station != "" {
			wishes = append(wishes, w)
		}
		s.say(Said{Watch: &wishes})
	}
}

// wish is the screen that is shown, or who has the floor, or is heard, or the chair.
func (s sight) wish() meeting.Wish {
	w := meeting.Wish{Track: meeting.Camera, Height: standardTall}
	switch {
	case s.screen != "":
		w.Station, w.Track = s.screen, meeting.Screen
	case len(s.holders) > 0:
		w.Station = s.holders[0]
	case len(s.heard) > 0:
		w.Station = s.heard[0]
	default:
		w.Station = s.chair
	}
	return w
}

// End implements StationConn.
func (s *Standard) End(why error) {
	if why != nil {
		s.fail(why)
	}
	s.cancel()
}
