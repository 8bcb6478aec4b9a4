package room

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/site"
)

// Conn is one client's connection; a WebSocket's text frames.
type Conn interface {
	Read(ctx context.Context) ([]byte, error)
	Write(ctx context.Context, frame []byte) error
}

// Seats says what somebody may do at a meeting. It is asked when he comes and
// whenever he wants the lead; an error ends his connection.
type Seats func(ctx context.Context, meetingID, person app.ID) (meeting.Rank, error)

// Place executes what people at one place do, while there is no line.
type Place interface {
	// Give runs a signed command that the person's connection brought.
	Give(ctx context.Context, meetingID, person app.ID, command []byte) error
	// States are the records of the meeting that the person may see, as the place
	// sees them; with keys, those of them.
	States(ctx context.Context, meetingID, person app.ID, keys []app.Key) ([]site.State, error)
	// Signed are the host's own signed commands about the meeting after one, if the
	// person may carry it on; last is where they end.
	Signed(ctx context.Context, meetingID, person app.ID, after app.CommandID) (commands [][]byte, last app.CommandID, err error)
}

// Limits of one relay and one connection.
const (
	writeTimeout  = 15 * time.Second
	framesPerSec  = 40 // a pointer that moves with the screen, and pages
	burst         = 80
	maxPerPerson  = 4    // windows and machines of one person at one meeting
	maxPerMeeting = 4000 // connections
)

var (
	// ErrFull is why a connection too many is not taken.
	ErrFull = errors.New("room: too many connections")
	errRate = errors.New("room: too many frames")
)

// Relay serves the live side of meetings. Its methods may be called from any
// goroutine.
type Relay struct {
	// Host is what clients are told: app.HostServer or the device.
	Host  app.ID
	Seats Seats
	Now   func() time.Time
	// Place is the sitting that this host carries by itself; nil on the server,
	// to which commands come by another way.
	Place Place

	// mu guards rooms and everything in them. Nothing is written to a connection
	// while it is held.
	mu    sync.Mutex
	rooms map[app.ID]*live
}

// live is one meeting while somebody is connected to it.
type live struct {
	lead    meeting.Lead
	seq     uint64 // of the lead
	clients map[*client]struct{}
	windows map[app.ID]int // connections of each person who has any
	// placed and pointed are the newest seq that the leader gave.
	placed, pointed uint64
}

// client is one connection. What it has not been told yet is kept as the newest
// state alone.
type client struct {
	person  app.ID
	aside   bool          // a data channel, beside the person's connection
	lead    bool          // the lead has changed
	here    bool          // the number of persons has changed
	rank    *meeting.Rank // asked for
	refused string
	changed map[app.Key]struct{} // records that it has not been told of
	keeps   bool                 // it asked for the host's commands
	given   bool                 // there may be new ones
	wake    chan struct{}        // capacity 1
}

// Serve runs one connection until the client or ctx ends it.
func (r *Relay) Serve(ctx context.Context, conn Conn, meetingID, person app.ID) error {
	rank, err := r.Seats(ctx, meetingID, person)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &client{person: person, changed: map[app.Key]struct{}{}, wake: make(chan struct{}, 1)}
	if err := r.join(meetingID, c); err != nil {
		return err
	}
	defer r.leave(meetingID, c)
	written := make(chan error, 1)
	go func() {
		written <- r.write(ctx, conn, meetingID, c, rank)
		cancel()
	}()
	err = r.read(ctx, conn, meetingID, c)
	cancel()
	return errors.Join(err, <-written)
}

func (r *Relay) join(id app.ID, c *client) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rooms == nil {
		r.rooms = map[app.ID]*live{}
	}
	room := r.rooms[id]
	if room == nil {
		// By the clock, so that a host that began anew is not behind itself.
		room = &live{seq: uint64(max(1, r.Now().UnixMilli())), clients: map[*client]struct{}{}, windows: map[app.ID]int{}}
		r.rooms[id] = room
	}
	if !c.aside && room.windows[c.person] >= maxPerPerson || len(room.clients) >= maxPerMeeting {
		return ErrFull
	}
	room.clients[c] = struct{}{}
	c.lead = true
	if c.aside {
		return nil
	}
	room.windows[c.person]++
	room.tell(func(c *client) { c.here = true })
	return nil
}

// leave takes the connection out. Who leads and has no connection left leads no
// more; the place stays for those who come back to it.
func (r *Relay) leave(id app.ID, c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[id]
	delete(room.clients, c)
	if len(room.clients) == 0 {
		delete(r.rooms, id)
		return
	}
	if c.aside {
		return
	}
	if room.windows[c.person]--; room.windows[c.person] == 0 {
		delete(room.windows, c.person)
	}
	if room.lead.By == c.person && room.windows[c.person] == 0 {
		room.moves(meeting.Lead{})
	}
	room.tell(func(c *client) { c.here = true })
}

// moves takes over another lead.
func (l *live) moves(to meeting.Lead) {
	if to.By != l.lead.By {
		l.placed, l.pointed = 0, 0
	}
	l.lead = to
	l.seq++
	l.tell(func(c *client) { c.lead = true })
}

// late reports whether the leader has given a newer place, or pointer, already.
func (l *live) late(a Asked) bool {
	newest := &l.pointed
	if a.Place != nil {
		newest = &l.placed
	}
	if a.Seq == 0 {
		return false
	}
	if a.Seq <= *newest {
		return true
	}
	*newest = a.Seq
	return false
}

// tell marks something as new for every client and wakes their writers.
func (l *live) tell(mark func(*client)) {
	for c := range l.clients {
		mark(c)
		c.stir()
	}
}

func (c *client) stir() {
	select {
	case c.wake <- struct{}{}:
	default: // it looks at everything when it wakes
	}
}

// write tells the client what is new, until ctx ends.
func (r *Relay) write(ctx context.Context, conn Conn, id app.ID, c *client, rank meeting.Rank) error {
	told, _, _ := r.take(id, c, &Told{Host: r.Host, Rank: &rank})
	if err := writeFrame(ctx, conn, told); err != nil {
		return err
	}
	if err := r.writeRecords(ctx, conn, id, c, nil); err != nil {
		return err
	}
	var last app.CommandID // of the host's, that it has
	for {
		told, keys, given := r.take(id, c, nil)
		if told != nil {
			if err := writeFrame(ctx, conn, told); err != nil {
				return err
			}
		}
		if given { // before what came of them, so that nobody sees what he could not carry on
			var err error
			if last, err = r.writeSigned(ctx, conn, id, c, last); err != nil {
				return err
			}
		}
		if len(keys) > 0 {
			if err := r.writeRecords(ctx, conn, id, c, keys); err != nil {
				return err
			}
		}
		if told != nil || len(keys) > 0 || given {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
		}
	}
}

// writeSigned tells the client the commands that the host gave after the last one
// that it has, and returns which it has now.
func (r *Relay) writeSigned(ctx context.Context, conn Conn, id app.ID, c *client, last app.CommandID) (app.CommandID, error) {
	if r.Place == nil {
		return last, nil
	}
	commands, last, err := r.Place.Signed(ctx, id, c.person, last)
	if err != nil {
		return last, err
	}
	return last, inFrames(commands, func(b []byte) int { return len(b) }, func(some [][]byte) error {
		return writeFrame(ctx, conn, &Told{Signed: some})
	})
}

// writeRecords tells the client of records; of all, without keys.
func (r *Relay) writeRecords(ctx context.Context, conn Conn, id app.ID, c *client, keys []app.Key) error {
	if r.Place == nil {
		return nil
	}
	states, err := r.Place.States(ctx, id, c.person, keys)
	if err != nil {
		return err
	}
	return inFrames(states, func(s site.State) int { return len(s.Body) }, func(some []site.State) error {
		return writeFrame(ctx, conn, &Told{Records: some})
	})
}

// inFrames calls back with as many at once as a frame may hold.
func inFrames[T any](all []T, size func(T) int, write func([]T) error) error {
	for len(all) > 0 {
		n, sum := 0, 0
		for n < len(all) && (n == 0 || sum+size(all[n]) < MaxTold/2) {
			sum += size(all[n])
			n++
		}
		if err := write(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func writeFrame(ctx context.Context, conn Conn, told *Told) error {
	frame, err := json.Marshal(told)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return conn.Write(ctx, frame)
}

// take is what the client has not been told: the newest state, the records that
// have changed, and whether it keeps commands of which there may be new ones. told
// is given for the first frame, which is never nil.
func (r *Relay) take(id app.ID, c *client, told *Told) (_ *Told, keys []app.Key, given bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[id]
	if room == nil {
		return told, nil, false
	}
	keys = slices.Collect(maps.Keys(c.changed))
	clear(c.changed)
	given, c.given = c.given, false
	if told == nil && !c.lead && !c.here && c.rank == nil && c.refused == "" {
		return nil, keys, given
	}
	if told == nil {
		told = &Told{}
	}
	if c.lead {
		lead := room.lead
		told.Lead, told.Seq = &lead, room.seq
	}
	if c.here {
		n := len(room.windows)
		told.Here = &n
	}
	if c.rank != nil {
		told.Rank = c.rank
	}
	told.Refused = c.refused
	c.lead, c.here, c.rank, c.refused = false, false, nil, ""
	return told, keys, given
}

// Changed tells everybody at the meeting that records changed at the place; a data
// channel carries none.
func (r *Relay) Changed(id app.ID, keys []app.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[id]
	if room == nil || len(keys) == 0 {
		return
	}
	room.tell(func(c *client) {
		if c.aside {
			return
		}
		for _, key := range keys {
			c.changed[key] = struct{}{}
		}
		c.given = c.keeps
	})
}

// Here lists the persons who are connected to the meeting, sorted.
func (r *Relay) Here(id app.ID) []app.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[id]
	if room == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(room.windows))
}

// read takes the client's frames until it ends.
func (r *Relay) read(ctx context.Context, conn Conn, id app.ID, c *client) error {
	pace := newPace(framesPerSec, burst, r.Now())
	for {
		b, err := conn.Read(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if !pace.allows(r.Now()) {
			return errRate
		}
		a, err := ParseAsked(b)
		if err != nil {
			return err
		}
		if a.Command != nil {
			r.give(ctx, id, c, a.Command)
			continue
		}
		rank := meeting.Listens
		if a.Take || a.Release || a.Rank {
			if rank, err = r.Seats(ctx, id, c.person); err != nil {
				return err
			}
		}
		r.apply(id, c, rank, a)
	}
}

// give has the place run a command; the client hears why it was not taken.
func (r *Relay) give(ctx context.Context, id app.ID, c *client, command []byte) {
	reason := "room.no_commands"
	if r.Place != nil {
		reason = ""
		if err := r.Place.Give(ctx, id, c.person, command); err != nil {
			reason = app.AsError(err).Reason
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.refused = reason; reason != "" {
		c.stir()
	}
}

// apply changes the lead, and tells everybody.
func (r *Relay) apply(id app.ID, c *client, rank meeting.Rank, a Asked) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[id]
	var next meeting.Lead
	var ok bool
	switch {
	case a.Rank:
		c.rank = &rank
		c.stir()
		return
	case a.Keep:
		c.keeps, c.given = true, true
		c.stir()
		return
	case room.lead.By == c.person && room.late(a):
		return
	case a.Take:
		if next, ok = room.lead.Take(c.person, rank); ok {
			room.placed, room.pointed = 0, 0 // he may lead from another machine now, whose clock is behind
		}
	case a.Release:
		next, ok = room.lead.Release(c.person, rank)
	case a.Place != nil:
		next, ok = room.lead.Turn(c.person, *a.Place)
	case a.NoPoint:
		next, ok = room.lead.PointAt(c.person, nil)
	default:
		next, ok = room.lead.PointAt(c.person, a.Point)
	}
	if !ok {
		c.refused = "room.not_leading"
		if a.Take {
			c.refused = "room.led_by_another"
		}
		c.stir()
		return
	}
	if !reflect.DeepEqual(next, room.lead) { // a leader on a poor line repeats himself
		room.moves(next)
	}
}
