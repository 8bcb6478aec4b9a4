package desktop

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
	"khonggiay/meeting/site"
	"khonggiay/sync/feed"
)

// sites is how this laptop goes on with meetings while there is no line: it
// carries them for its place, or takes part where another laptop does. It
// implements room.Place and api.Places.
type sites struct {
	link  *link
	relay *room.Relay // of the meetings that this laptop carries
	board site.Board  // what the place says, in the stead of the replica's records
	kept  site.Board  // what this person gave there that the replica knows nothing of
	ether *ether      // nil: no network to meet others on

	// carrying makes beginnings run one after the other; it is taken before mu.
	carrying sync.Mutex

	// mu guards what follows.
	mu      sync.Mutex
	tables  map[app.ID]*carriedHere  // meetings that this laptop carries
	heard   map[string]heardHost     // by the beacon's name of the meeting
	seats   map[app.ID]*seat         // meetings in which it takes part elsewhere
	lost    map[app.ID]app.ID        // meetings without a host, and whose laptop carried them last
	silent  map[app.ID]bool          // of those, the ones whose laptop said no goodbye
	signed  map[app.ID]*keptCommands // of the laptops that carry meetings elsewhere
	hosting *siteListener            // while tables is not empty
	settled bool                     // nothing is left to be given back, since the line is there
}

// carriedHere is a meeting that this laptop carries.
type carriedHere struct {
	table *site.Table

	// mu guards wrote.
	mu    sync.Mutex
	wrote map[app.CommandID]bool // what was written down for others already
}

// heardHost is a laptop that says that it carries a meeting.
type heardHost struct {
	address netip.AddrPort
	at      time.Time
}

var siteCodec = site.Codec{Encode: feed.Encode, Decode: feed.Decode}

func newSites(l *link) *sites {
	s := &sites{link: l, tables: map[app.ID]*carriedHere{}, heard: map[string]heardHost{}, seats: map[app.ID]*seat{}, lost: map[app.ID]app.ID{},
		silent: map[app.ID]bool{}, signed: map[app.ID]*keptCommands{}}
	s.relay = &room.Relay{Host: l.identity().Device, Seats: s.seatOf, Now: time.Now, Place: s}
	return s
}

// run listens for others until the link ends.
func (s *sites) run(ctx context.Context) {
	defer s.leaveAll()
	group := s.link.app.cfg.Site
	if group == "" {
		group = siteGroup
	}
	if group == noSite {
		return
	}
	e, err := openEther(group)
	if err != nil {
		s.link.log.Info("meetings without a line", "err", err)
		return
	}
	s.mu.Lock()
	s.ether = e
	s.mu.Unlock()
	s.link.goDo(s.tend)
	e.hear(ctx, s.hears)
}

// hears notes a beacon, and looks at once when it is a new one.
func (s *sites) hears(b beacon, from netip.Addr) {
	address := netip.AddrPortFrom(from, uint16(b.Port))
	s.mu.Lock()
	old, known := s.heard[b.Meeting]
	if known || len(s.heard) < maxHeard {
		s.heard[b.Meeting] = heardHost{address, time.Now()}
	}
	s.mu.Unlock()
	if !known || old.address != address {
		s.look()
	}
}

// maxHeard bounds what a network may have a laptop remember.
const maxHeard = 256

// tend says the beacons of what this laptop carries, and looks after its seats.
func (s *sites) tend(ctx context.Context) {
	tick := time.NewTicker(beaconEvery)
	defer tick.Stop()
	for {
		s.beat()
		s.look()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat sends the beacons, and forgets hosts that have not been heard for long.
func (s *sites) beat() {
	s.mu.Lock()
	e, port := s.ether, 0
	if s.hosting != nil {
		port = s.hosting.port
	}
	var names []string
	for id := range s.tables {
		names = append(names, beaconName(id))
	}
	for name, h := range s.heard {
		if time.Since(h.at) > beaconLives {
			delete(s.heard, name)
		}
	}
	s.mu.Unlock()
	for _, name := range names {
		if err := e.say(beacon{name, port}); err != nil {
			s.link.log.Info("saying that a meeting sits here", "err", err)
		}
	}
}

// look takes seats where meetings of this person sit now, and leaves all when
// the line is back.
func (s *sites) look() {
	if s.link.carrier.online() {
		s.leaveAll()
		s.settle()
		return
	}
	s.mu.Lock()
	s.settled = false
	heard := len(s.heard) > 0
	s.mu.Unlock()
	if !heard {
		return
	}
	for _, m := range s.around() {
		s.mu.Lock()
		h, ok := s.heard[beaconName(m)]
		_, own := s.tables[m]
		if seat := s.seats[m]; seat != nil && seat.address != h.address && !seat.sits() {
			seat.cancel() // it knocks where nobody is any more
			delete(s.seats, m)
		}
		if ok && !own && s.seats[m] == nil {
			s.seats[m] = s.take(m, h.address)
		}
		s.mu.Unlock()
	}
}

// around are the meetings that this laptop holds and that may sit now.
func (s *sites) around() (out []app.ID) {
	const before, after = app.Time(3 * 3_600_000), app.Time(12 * 3_600_000)
	now := s.link.app.clock.Now()
	viewer := app.Viewer{Person: s.link.identity().Person, All: true}
	err := s.link.app.store.Read(s.link.ctx, func(v *sqlite.View) error {
		rows, err := v.Meetings(viewer, app.MeetingQuery{From: now - after, To: now + before})
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return err
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.link.log.Error("looking for meetings that may sit here", "err", err)
	}
	return out
}

// leaveAll ends what was without the server: it has the say again.
func (s *sites) leaveAll() {
	s.mu.Lock()
	left := map[app.ID]bool{}
	for id := range s.lost {
		left[id] = true
	}
	for id, seat := range s.seats {
		seat.cancel()
		left[id] = true
	}
	carried, silent, kept := maps.Clone(s.tables), maps.Clone(s.silent), maps.Clone(s.signed)
	clear(s.tables)
	clear(s.seats)
	clear(s.lost)
	clear(s.silent)
	clear(s.signed)
	hosting := s.hosting
	s.hosting = nil
	s.mu.Unlock()
	if hosting != nil {
		hosting.close()
	}
	for id, here := range carried {
		s.handBack(id, here)
		left[id] = true
	}
	for id, kept := range kept {
		list := kept.list
		if !silent[id] { // its last host comes by itself, with what that one has
			list = kept.missing()
		}
		s.bring(s.link.ctx, id, list)
	}
	for id := range left {
		s.forget(id)
	}
	if len(left) > 0 {
		s.tell()
	}
}

// settle gives back, once after the line is there, what this laptop still hosts by
// the records: its program ended in the middle of a meeting.
func (s *sites) settle() {
	s.mu.Lock()
	done := s.settled
	s.settled = true
	s.mu.Unlock()
	if done {
		return
	}
	for _, id := range s.around() {
		var host app.ID
		var ballots []*app.Ballot
		err := s.link.app.store.Read(s.link.ctx, func(v *sqlite.View) error {
			r, err := v.Get(app.Key{Kind: app.KindSession, ID: app.SessionID(id)})
			if session, ok := r.(*app.Session); ok {
				host = session.Host
			}
			if err == nil {
				ballots, err = v.PlaceBallots(id)
			}
			return err
		})
		if err == nil && host == s.link.identity().Device {
			s.giveBack(id, ballots)
		}
	}
	s.forgetBallots("")
}

// forget forgets what the place has said of a meeting.
func (s *sites) forget(meetingID app.ID) {
	s.board.Clear(meetingID)
	s.kept.Clear(meetingID)
	s.mu.Lock()
	delete(s.signed, meetingID)
	s.mu.Unlock()
}

func (s *sites) tell() { s.link.app.events.Publish(api.Event{Entity: "meeting"}, nil) }

// table is the sitting that this laptop carries, or nil.
func (s *sites) table(meetingID app.ID) *carriedHere {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tables[meetingID]
}

// seatOf implements room.Seats by what this laptop and the place hold.
func (s *sites) seatOf(ctx context.Context, meetingID, person app.ID) (rank meeting.Rank, err error) {
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		rank, err = meeting.SeatOf(placeRecords{v, &s.board}, meetingID, person)
		return err
	})
	return rank, err
}

// placeRecords are the records as the place sees them.
type placeRecords struct {
	view  *sqlite.View
	board *site.Board
}

// Get implements meeting.Store.
func (p placeRecords) Get(key app.Key) (app.Record, error) {
	if body := p.board.Body(key); body != nil {
		return feed.Decode(key.Kind, body)
	}
	return p.view.Get(key)
}

// Give implements room.Place.
func (s *sites) Give(ctx context.Context, meetingID, person app.ID, command []byte) error {
	here := s.table(meetingID)
	if here == nil {
		return app.Refuse(app.NotFound, "room.not_hosted")
	}
	signed, err := feed.ParseCommand(command)
	if err != nil {
		return app.Refuse(app.Invalid, "room.not_of_meeting")
	}
	cmd, err := signed.Command()
	switch {
	case err != nil || !site.Takes(cmd.Name) || app.MeetingOf(cmd.Args) != meetingID:
		return app.Refuse(app.Invalid, "room.not_of_meeting")
	case cmd.Actor != person || cmd.Delegation != "":
		return app.Refuse(app.Forbidden, "room.not_yours")
	}
	if own := site.Transcribe(cmd); own != nil {
		return s.writeDown(ctx, here, cmd.ID, own)
	}
	return s.execute(ctx, here, meetingID, cmd)
}

// writeDown gives a command of this laptop's person for somebody at the place.
func (s *sites) writeDown(ctx context.Context, here *carriedHere, id app.CommandID, own *app.Command) error {
	here.mu.Lock()
	defer here.mu.Unlock()
	if here.wrote[id] {
		return nil
	}
	own.Actor = s.link.identity().Person
	if _, err := s.link.replica.Give(ctx, *own); err != nil {
		return err
	}
	here.wrote[id] = true
	s.link.wake()
	return nil
}

// execute runs what only the person himself can do.
func (s *sites) execute(ctx context.Context, here *carriedHere, meetingID app.ID, cmd *app.Command) error {
	var changed []site.State
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		changed, err = here.table.Apply(v, cmd, cmd.Actor, s.link.app.clock.Now())
		return err
	})
	if err != nil || len(changed) == 0 {
		return err
	}
	if err := s.storeBallots(ctx, changed); err != nil { // nobody is told that it is here
		return err
	}
	s.board.Put(meetingID, changed)
	keys := make([]app.Key, len(changed))
	for i, c := range changed {
		keys[i] = c.Key()
	}
	s.relay.Changed(meetingID, keys)
	s.tell()
	return nil
}

// changed tells those who sit here of records of their meeting that changed on
// this laptop.
func (s *sites) changed(changes []sqlite.Change) {
	s.mu.Lock()
	none := len(s.tables) == 0
	s.mu.Unlock()
	if none {
		return
	}
	keys := map[app.ID][]app.Key{}
	for _, c := range changes {
		if id := meetingIn(c); id != "" && s.table(id) != nil {
			keys[id] = append(keys[id], c.Key)
		}
	}
	for id, of := range keys {
		s.relay.Changed(id, of)
	}
}

// toldKinds are the kinds of records that those who sit here are told of: what
// changes while people sit together.
var toldKinds = []app.Kind{app.KindMeeting, app.KindSession, app.KindAttendance, app.KindBallot}

// meetingIn is the meeting of a changed record that others are told of.
func meetingIn(c sqlite.Change) app.ID {
	if !slices.Contains(toldKinds, c.Key.Kind) || c.New == nil {
		return ""
	}
	r, err := feed.Decode(c.Key.Kind, c.New)
	if err != nil {
		return ""
	}
	switch r := r.(type) {
	case *app.Meeting:
		return r.ID
	case app.MeetingPart:
		return r.OfMeeting()
	}
	return ""
}

// States implements room.Place: each person is told what he may hold.
func (s *sites) States(ctx context.Context, meetingID, person app.ID, keys []app.Key) (out []site.State, err error) {
	here := s.table(meetingID)
	if here == nil {
		return nil, app.Refuse(app.NotFound, "room.not_hosted")
	}
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		all, err := s.sitting(v, here, meetingID)
		if err != nil {
			return err
		}
		dir := v.Directory()
		mine := dir.Scopes(person, s.link.app.clock.Now())
		for _, r := range all {
			if keys != nil && !slices.Contains(keys, r.Key()) || !holdsAny(mine, app.ScopesOf(r, dir)) {
				continue
			}
			body, err := feed.Encode(r)
			if err != nil {
				return err
			}
			out = append(out, site.State{Kind: r.Key().Kind, ID: r.Key().ID, Body: body})
		}
		return nil
	})
	return out, err
}

// sitting is what changes while people sit together: this laptop's own records,
// and the ballots that were given here.
func (s *sites) sitting(v *sqlite.View, here *carriedHere, meetingID app.ID) ([]app.Record, error) {
	m, err := v.Get(app.Key{Kind: app.KindMeeting, ID: meetingID})
	if err != nil {
		return nil, err
	}
	all, err := v.MeetingParts(app.Viewer{Person: s.link.identity().Person, All: true}, meetingID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(append(all, m), func(r app.Record) bool { return !slices.Contains(toldKinds, r.Key().Kind) })
	for _, state := range here.table.States() {
		r, err := feed.Decode(state.Kind, state.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func holdsAny(mine, of []app.Scope) bool {
	held := map[app.Scope]bool{}
	for _, s := range mine {
		held[s] = true
	}
	for _, s := range of {
		if held[s] {
			return true
		}
	}
	return false
}
