package room

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// ErrStops is why connections end when the host does. Their stations come back.
var ErrStops = errors.New("room: the host stops")

// Facts are what a meeting's records say about its conference.
type Facts struct {
	Secret  bool
	Session *app.Session       // nil before it has begun
	Points  []meeting.Expected // meeting points that should take part
}

// Comer is who wants to come in.
type Comer struct {
	Person app.ID
	Device app.ID // his laptop; "" for a browser
	Point  app.ID // the meeting point that he brings in; "" for himself
}

// Seated is a comer's seat, or why he has none.
type Seated struct {
	meeting.Seat
	Err error
}

// Door says who may come in, by the meeting's records.
type Door interface {
	// Seats answers for each comer: NotFound when the meeting or the point is not
	// for him, Conflict "room.closed" when the meeting is secret, over or not
	// published. The error is of the machine.
	Seats(ctx context.Context, meetingID app.ID, comers []Comer) ([]Seated, error)
	// Facts are those of now; NotFound or Conflict end the conference.
	Facts(ctx context.Context, meetingID app.ID) (Facts, error)
}

// Keep keeps conferences over a restart of the host.
type Keep interface {
	// Save puts the state in the place of what was saved before, as a whole.
	Save(meetingID app.ID, state []byte) error
	// Load is what was saved last; nil when nothing was.
	Load(meetingID app.ID) ([]byte, error)
}

// Conferences carries the conferences of a host's meetings. Its methods may be
// called from any goroutine. Door, Keep and Now must be there.
type Conferences struct {
	Host  app.ID // app.HostServer or the device
	Media Media  // nil: nobody gets in, "conference.no_media"
	Door  Door
	Keep  Keep
	Relay *Relay // of the page that all follow; nil: it is not carried over data channels
	Now   func() time.Time
	// Servers are those that help the station's media find their way, with
	// credentials that begin now and hold for [ServersFor]; nil: there are none, and no
	// station is asked to take another route.
	Servers func(station app.ID) []Server
	// Moved is told of each station that has come to stand otherwise, or has said
	// something of itself, in order. It must not block nor keep the station. nil:
	// nobody is.
	Moved func(meetingID app.ID, s *meeting.Station)
	// Failed is told what went wrong with a conference that goes on; nil: nobody is.
	Failed func(meetingID app.ID, err error)

	tickets tickets
	opening sync.Mutex // one conference is opened at a time

	mu      sync.Mutex // guards halls and stopped
	halls   map[app.ID]*hall
	stopped bool
	running sync.WaitGroup // the halls' goroutines
}

// Arrival is who connects, and what he shows.
type Arrival struct {
	Meeting app.ID // "" for a guest, whose ticket names it
	Person  app.ID // "" for a guest
	Device  app.ID
	Ticket  string
	Resume  string
}

// Ticket lets a person come in, with his own machine or with that of a meeting
// point. Errors as of [Door], and Conflict "conference.no_media", "…full".
func (cs *Conferences) Ticket(ctx context.Context, meetingID app.ID, who Comer) (secret string, seat meeting.Seat, until time.Time, err error) {
	if seat, err = cs.seat(ctx, meetingID, who); err != nil {
		return "", seat, until, err
	}
	if cs.Media == nil {
		return "", seat, until, app.Refuse(app.Conflict, "conference.no_media")
	}
	secret, until, err = cs.tickets.make(meetingID, seat, cs.Now())
	return secret, seat, until, err
}

// seat asks the door for one.
func (cs *Conferences) seat(ctx context.Context, meetingID app.ID, who Comer) (meeting.Seat, error) {
	seats, err := cs.Door.Seats(ctx, meetingID, []Comer{who})
	if err != nil {
		return meeting.Seat{}, err
	}
	return seats[0].Seat, seats[0].Err
}

// comer is who came in by the seat.
func comer(s meeting.Seat) Comer {
	who := Comer{Person: s.Person, Device: s.Device}
	if s.Kind == meeting.PointStation {
		who.Point = s.Station
	}
	return who
}

// GuestTicket lets whoever has a guest's link come to the lobby: Unauthorized
// "conference.bad_ticket".
func (cs *Conferences) GuestTicket(ctx context.Context, link string) (secret string, meetingID app.ID, seat meeting.Seat, until time.Time, err error) {
	return cs.linkTicket(ctx, link, meeting.ForPage)
}

// linkTicket lets whoever has a link for that use come in.
func (cs *Conferences) linkTicket(ctx context.Context, link string, use meeting.GuestUse) (secret string, meetingID app.ID, seat meeting.Seat, until time.Time, err error) {
	if cs.Media == nil {
		return "", "", seat, until, app.Refuse(app.Conflict, "conference.no_media")
	}
	meetingID, station, guest, ok := readToken(link)
	if !ok {
		return "", "", seat, until, errTicket
	}
	err = cs.look(ctx, meetingID, func(c *meeting.Conference) error {
		var found bool
		if seat, found = c.GuestSeat(hashOf(guest), app.TimeOf(cs.Now())); !found || seat.Station != station || c.Guests[station].Use != use {
			return errTicket
		}
		return nil
	})
	if err != nil {
		return "", "", seat, until, err
	}
	secret, until, err = cs.tickets.make(meetingID, seat, cs.Now())
	return secret, meetingID, seat, until, err
}

// StationConn is a station's connection.
type StationConn interface {
	Conn
	// End says why, nil for nothing, and closes: whoever reads is told.
	End(why error)
}

// Serve runs one station's connection until either side ends it, and closes it. The
// error says why it was ended by the host: an [app.Error] for the station, ErrStops
// when all end.
func (cs *Conferences) Serve(ctx context.Context, conn StationConn, a Arrival) error {
	m, err := cs.comeIn(ctx, a)
	if err == nil {
		return m.serve(ctx, conn)
	}
	conn.End(err)
	return err
}

// comeIn takes the arrival's station in.
func (cs *Conferences) comeIn(ctx context.Context, a Arrival) (*member, error) {
	if cs.Media == nil {
		return nil, app.Refuse(app.Conflict, "conference.no_media")
	}
	meetingID, seat, secret, err := cs.admitted(ctx, a)
	if err != nil {
		return nil, err
	}
	for {
		h, err := cs.hall(ctx, meetingID)
		if err != nil {
			return nil, err
		}
		m, err := h.enter(ctx, seat, secret)
		if !errors.Is(err, errHallClosed) {
			return m, err
		} // it has just been put away: another one is opened
	}
}

// admitted says as what the arrival comes in. secret is of the token that it came
// with, "" for a ticket.
func (cs *Conferences) admitted(ctx context.Context, a Arrival) (meetingID app.ID, seat meeting.Seat, secret string, err error) {
	if a.Resume != "" {
		return cs.resumed(ctx, a)
	}
	t, ok := cs.tickets.take(a.Ticket, cs.Now())
	if !ok || a.Meeting != "" && t.meeting != a.Meeting || t.seat.Person != a.Person || t.seat.Device != a.Device ||
		(a.Meeting == "") != (t.seat.Kind == meeting.GuestStation) {
		return "", seat, "", errTicket
	}
	return t.meeting, t.seat, "", nil
}

// resumed has a station that was in come back with its token. What it is now is
// asked again.
func (cs *Conferences) resumed(ctx context.Context, a Arrival) (meetingID app.ID, seat meeting.Seat, secret string, err error) {
	meetingID, station, secret, ok := readToken(a.Resume)
	if !ok || a.Meeting != "" && a.Meeting != meetingID {
		return "", seat, "", errTicket
	}
	err = cs.look(ctx, meetingID, func(c *meeting.Conference) error {
		s := c.Stations[station]
		if !resumes(s, secret, a.Person, a.Device) || (a.Meeting == "") != (s.Kind == meeting.GuestStation) {
			return errTicket
		}
		seat = s.Seat
		if g := c.Guests[station]; s.Kind == meeting.GuestStation && (g.Ended != 0 || g.Hash == "") {
			return errTicket
		}
		return nil
	})
	if err == nil && !cs.tickets.count(seat, cs.Now()) {
		err = errTooMany
	}
	if err != nil || seat.Kind == meeting.GuestStation {
		return meetingID, seat, secret, err
	}
	seat, err = cs.seat(ctx, meetingID, comer(seat))
	return meetingID, seat, secret, err
}

// hall is the meeting's conference, opened when it is not.
func (cs *Conferences) hall(ctx context.Context, meetingID app.ID) (*hall, error) {
	if h, err := cs.openHall(meetingID); h != nil || err != nil {
		return h, err
	}
	cs.opening.Lock()
	defer cs.opening.Unlock()
	if h, err := cs.openHall(meetingID); h != nil || err != nil {
		return h, err
	}
	facts, err := cs.Door.Facts(ctx, meetingID)
	if err != nil {
		return nil, err
	}
	c, err := cs.load(meetingID)
	if err != nil {
		return nil, err
	}
	now := app.TimeOf(cs.Now())
	if c == nil {
		c = meeting.NewConference(meetingID, facts.Secret, now)
	} else {
		c.Restart(now)
	}
	h := newHall(cs, c)
	h.takeFacts(facts)
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.stopped {
		return nil, ErrStops
	}
	if cs.halls == nil {
		cs.halls = map[app.ID]*hall{}
	}
	cs.halls[meetingID] = h
	cs.running.Go(h.run)
	cs.running.Go(h.tend)
	return h, nil
}

// openHall is the conference when it is open, or nil.
func (cs *Conferences) openHall(meetingID app.ID) (*hall, error) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.stopped {
		return nil, ErrStops
	}
	return cs.halls[meetingID], nil
}

// load reads a conference that was saved. One that cannot be read is begun anew,
// which is said: a damaged file must not keep a meeting from sitting.
func (cs *Conferences) load(meetingID app.ID) (*meeting.Conference, error) {
	b, err := cs.Keep.Load(meetingID)
	if err != nil || b == nil {
		return nil, err
	}
	c, err := meeting.Restore(b)
	if err == nil && c.Meeting != meetingID {
		err = fmt.Errorf("it is of %s", c.Meeting)
	}
	if err != nil {
		cs.failed(meetingID, fmt.Errorf("the saved conference is begun anew: %w", err))
		return nil, nil
	}
	return c, nil
}

func (cs *Conferences) failed(meetingID app.ID, err error) {
	if cs.Failed != nil {
		cs.Failed(meetingID, err)
	}
}

// look reads the conference as it is, open or saved; a new one when there is none.
func (cs *Conferences) look(_ context.Context, meetingID app.ID, fn func(*meeting.Conference) error) error {
	h, err := cs.openHall(meetingID)
	if err != nil {
		return err
	}
	if h != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		return fn(h.c)
	}
	c, err := cs.load(meetingID)
	if err != nil {
		return err
	}
	if c == nil {
		c = meeting.NewConference(meetingID, false, app.TimeOf(cs.Now()))
	}
	return fn(c)
}

// Attended lists who has been in the meeting's conference as himself, for as long as
// its state is kept.
func (cs *Conferences) Attended(ctx context.Context, meetingID app.ID) (out []meeting.Attended, err error) {
	err = cs.look(ctx, meetingID, func(c *meeting.Conference) error {
		out = c.Attended()
		return nil
	})
	return out, err
}

// Look is a copy of the conference as it is now, with what is known of the lines;
// one with the expected points alone when it has not begun. Errors as of [Door].
func (cs *Conferences) Look(ctx context.Context, meetingID app.ID) (*meeting.Conference, map[app.ID]meeting.Line, error) {
	var saved []byte
	var lines map[app.ID]meeting.Line
	err := cs.look(ctx, meetingID, func(c *meeting.Conference) (err error) {
		saved, err = c.Save()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	c, err := meeting.Restore(saved)
	if err != nil {
		return nil, nil, err
	}
	h, err := cs.openHall(meetingID)
	if err != nil {
		return nil, nil, err
	}
	if h != nil {
		return c, h.knownLines(), nil
	}
	facts, err := cs.Door.Facts(ctx, meetingID)
	if err != nil {
		return nil, nil, err
	}
	c.Restart(app.TimeOf(cs.Now()))
	c.Sweep(app.TimeOf(cs.Now()))
	c.Expect(facts.Points)
	return c, lines, nil
}

// Invite makes a guest's link. The secret is told once.
func (cs *Conferences) Invite(ctx context.Context, meetingID, by app.ID, name string, until app.Time) (id app.ID, link string, err error) {
	return cs.invite(ctx, meetingID, meeting.Guest{Name: name, Until: until, By: by})
}

// Equip makes a link for a device that speaks WHIP or WHEP. The secret is its bearer
// token, told once.
func (cs *Conferences) Equip(ctx context.Context, meetingID app.ID, name string, use meeting.GuestUse, until app.Time) (id app.ID, token string, err error) {
	if use == meeting.ForPage {
		return "", "", errBadValue
	}
	return cs.invite(ctx, meetingID, meeting.Guest{Name: name, Until: until, Use: use})
}

func (cs *Conferences) invite(ctx context.Context, meetingID app.ID, g meeting.Guest) (id app.ID, link string, err error) {
	h, err := cs.hall(ctx, meetingID)
	if err != nil {
		return "", "", err
	}
	now := app.TimeOf(cs.Now())
	id = app.NewID(now)
	secret := newSecret()
	err = h.change(true, func(c *meeting.Conference, now app.Time) error {
		g.Hash = hashOf(secret)
		return c.Invite(id, g, now)
	})
	return id, resumeToken(meetingID, id, secret), err
}

// Uninvite ends a guest's link, and his part.
func (cs *Conferences) Uninvite(ctx context.Context, meetingID, guest app.ID) error {
	h, err := cs.hall(ctx, meetingID)
	if err != nil {
		return err
	}
	return h.change(true, func(c *meeting.Conference, now app.Time) error { return c.Uninvite(guest, now) })
}

// Changed has a conference look at the meeting's records again; people when its
// participants may be others.
func (cs *Conferences) Changed(ctx context.Context, meetingID app.ID, people bool) {
	h, err := cs.openHall(meetingID)
	if err != nil || h == nil {
		return
	}
	facts, err := cs.Door.Facts(ctx, meetingID)
	switch {
	case err == nil:
	case app.AsError(err).Code == app.Internal:
		cs.failed(meetingID, err)
		return
	default:
		h.closes(err)
		return
	}
	h.takeFacts(facts)
	if people {
		h.seatAgain(ctx)
	}
}

// Cut ends the connections that a person has from browsers, for he is signed out.
func (cs *Conferences) Cut(person app.ID) {
	for _, id := range cs.Open() {
		if h, _ := cs.openHall(id); h != nil {
			h.cut(person)
		}
	}
}

// Open lists the meetings whose conference is open.
func (cs *Conferences) Open() []app.ID {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	out := make([]app.ID, 0, len(cs.halls))
	for id := range cs.halls {
		out = append(out, id)
	}
	return out
}

// Close ends all connections, saves what is not saved, and waits.
func (cs *Conferences) Close() {
	cs.mu.Lock()
	cs.stopped = true
	for _, h := range cs.halls {
		h.cancel(ErrStops)
	}
	cs.mu.Unlock()
	cs.running.Wait()
}
