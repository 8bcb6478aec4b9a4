package server

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
	"khonggiay/sync/feed"
)

// statusEvery is how often the record is told where meeting points stand in a
// conference, and a conference of what points say in the record: when two hundred
// come at once, that is some commands each and not all of their steps.
const statusEvery = 2 * time.Second

// forgetEvery is how often what is no longer needed of conferences is dropped.
const forgetEvery = time.Hour

// conferenceWatch goes between conferences and the records of their meetings.
type conferenceWatch struct {
	room   *room.Conferences
	system systemGiver
	log    *slog.Logger
	woken  chan struct{} // capacity 1: there is something in now
	cancel context.CancelFunc
	done   sync.WaitGroup
	// stands is what the record was told last, by point's session, and word what
	// points say; for run alone.
	stands map[app.ID]pointStep
	word   pointWord
	prune  func() error // the kept states of conferences

	mu    sync.Mutex      // guards all below
	now   map[app.ID]bool // meetings whose floor or people may be others
	later map[app.ID]bool // meetings whose points may be
	steps []pointStep     // of points, in their order
	said  map[app.ID]pointSaid
}

// pointStep is that a point has come to stand otherwise.
type pointStep struct {
	meeting, point app.ID
	status         app.PointStatus
	at             app.Time
}

func startConferenceWatch(rooms *room.Conferences, system systemGiver, word pointWord, prune func() error, log *slog.Logger) *conferenceWatch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &conferenceWatch{room: rooms, system: system, log: log, woken: make(chan struct{}, 1), cancel: cancel,
		now: map[app.ID]bool{}, later: map[app.ID]bool{}, stands: map[app.ID]pointStep{}, word: word, prune: prune, said: map[app.ID]pointSaid{}}
	w.done.Go(func() { w.run(ctx) })
	return w
}

func (w *conferenceWatch) stop() {
	w.cancel()
	w.done.Wait()
}

// note is told of every commit; it never blocks.
func (w *conferenceWatch) note(changes []sqlite.Change) {
	open := map[app.ID]bool{}
	for _, id := range w.room.Open() {
		open[id] = true
	}
	if len(open) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, change := range changes {
		id := meetingOf(change)
		switch {
		case !open[id]:
		case change.Key.Kind == app.KindPointSession:
			w.later[id] = true
		default:
			w.now[id] = true
			select {
			case w.woken <- struct{}{}:
			default:
			}
		}
	}
}

// meetingOf is the meeting whose conference may go by the record; "" for none.
func meetingOf(change sqlite.Change) app.ID {
	body := change.New
	if body == nil {
		body = change.Old
	}
	switch change.Key.Kind {
	case app.KindMeeting:
		return change.Key.ID
	case app.KindSession, app.KindAgenda, app.KindPointSession:
	default:
		return ""
	}
	r, err := feed.Decode(change.Key.Kind, body)
	if err != nil {
		return ""
	}
	if part, ok := r.(app.MeetingPart); ok {
		return part.OfMeeting()
	}
	return ""
}

// moved is told of every station that has come to stand otherwise; it never blocks.
func (w *conferenceWatch) moved(meetingID app.ID, s *meeting.Station) {
	if s.Kind != meeting.PointStation || !s.Expected {
		return
	}
	step := pointStep{meeting: meetingID, point: s.Station, status: s.Status(), at: max(s.Knocked, s.Lost)}
	if s.Left != 0 {
		step.at = s.Left
	}
	said, saying := saidBy(meetingID, s)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = append(w.steps, step)
	if saying {
		w.said[app.PointSessionID(meetingID, s.Station)] = said
	}
}

func (w *conferenceWatch) run(ctx context.Context) {
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	forget := time.NewTicker(forgetEvery)
	defer forget.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-forget.C:
			w.forget()
		case <-w.woken:
			w.look(ctx, w.taken(&w.now), true)
		case <-tick.C:
			w.tell(ctx)
			w.look(ctx, w.taken(&w.later), false)
		}
	}
}

func (w *conferenceWatch) taken(from *map[app.ID]bool) map[app.ID]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := *from
	*from = map[app.ID]bool{}
	return out
}

// look has conferences look again at what changed.
func (w *conferenceWatch) look(ctx context.Context, changed map[app.ID]bool, people bool) {
	for id := range changed {
		w.room.Changed(ctx, id, people)
	}
}

// tell gives the record the points' steps. What a point was on its way is left
// out, but not that its signal was lost.
func (w *conferenceWatch) tell(ctx context.Context) {
	w.mu.Lock()
	steps, said := w.steps, w.said
	w.steps, w.said = nil, map[app.ID]pointSaid{}
	w.mu.Unlock()
	last := map[app.ID]int{}
	for i, s := range steps {
		last[app.PointSessionID(s.meeting, s.point)] = i
	}
	for i, s := range steps {
		id := app.PointSessionID(s.meeting, s.point)
		if i != last[id] && s.status != app.PointLost && s.status != app.PointIn || w.stands[id].status == s.status {
			continue
		}
		if err := w.give(ctx, app.Key{Kind: app.KindPointSession, ID: id}, s); err != nil {
			if ctx.Err() == nil && app.AsError(err).Code == app.Internal {
				w.log.Error("telling the record of a meeting point", "meeting", string(s.meeting), "point", string(s.point), "err", err)
			}
			continue
		}
		w.stands[id] = s
	}
	for _, each := range said {
		if err := w.word.tell(ctx, each); err != nil && ctx.Err() == nil {
			w.log.Info("what a meeting point says of itself stands not in the record", "meeting", string(each.meeting), "point", string(each.point), "err", err)
		}
	}
}

// forget drops what was told of conferences that nobody is in, and their kept states
// in time. A record that is told the same again stays as it is.
func (w *conferenceWatch) forget() {
	open := map[app.ID]bool{}
	for _, id := range w.room.Open() {
		open[id] = true
	}
	maps.DeleteFunc(w.stands, func(_ app.ID, s pointStep) bool { return !open[s.meeting] })
	maps.DeleteFunc(w.word.told, func(_ app.ID, s pointSaid) bool { return !open[s.meeting] })
	if err := w.prune(); err != nil {
		w.log.Error("removing old states of conferences", "err", err)
	}
}

func (w *conferenceWatch) give(ctx context.Context, key app.Key, s pointStep) error {
	switch s.status {
	case app.PointLost:
		return w.system.GiveSystem(ctx, "point_session.lost.1", key, &app.PointGone{Meeting: s.meeting, Point: s.point, At: s.at})
	case app.PointLeft:
		return w.system.GiveSystem(ctx, "point_session.left.1", key, &app.PointGone{Meeting: s.meeting, Point: s.point, At: s.at})
	case app.PointConnecting, app.PointWaits, app.PointIn:
		return w.system.GiveSystem(ctx, "point_session.connected.1", key, &app.PointConnected{Meeting: s.meeting, Point: s.point, Status: s.status, At: s.at})
	}
	return nil
}
