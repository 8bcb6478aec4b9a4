package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/site"
	"khonggiay/sync/feed"
)

// carriers says who carries a meeting. It implements api.Places.
type carriers struct{ *App }

// Place implements api.Places.
func (p carriers) Place(ctx context.Context, meetingID app.ID) (api.PlaceView, error) {
	l, err := p.enrolled()
	if err != nil {
		return api.PlaceView{}, err
	}
	if l.carrier.online() {
		return api.PlaceView{Carrier: "server"}, nil
	}
	return l.sites.view(ctx, meetingID)
}

// Carry implements api.Places.
func (p carriers) Carry(ctx context.Context, meetingID app.ID, carry bool) error {
	l, err := p.enrolled()
	if err != nil {
		return err
	}
	return l.sites.host(ctx, meetingID, carry)
}

func (s *sites) view(ctx context.Context, meetingID app.ID) (api.PlaceView, error) {
	s.mu.Lock()
	_, own := s.tables[meetingID]
	seat := s.seats[meetingID]
	last, lost := s.lost[meetingID]
	ready := s.ether != nil
	s.mu.Unlock()
	switch {
	case own:
		return api.PlaceView{Carrier: "this", Here: len(s.relay.Here(meetingID))}, nil
	case seat != nil:
		if out, ok := seat.view(); ok {
			return out, nil
		}
	}
	out := api.PlaceView{Carrier: "nobody"}
	if lost {
		out.Carrier, out.PersonID = "lost", last
	}
	var officials []app.ID
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		r, err := placeRecords{v, &s.board}.Get(app.Key{Kind: app.KindMeeting, ID: meetingID})
		if m, ok := r.(*app.Meeting); ok {
			officials = m.Officials()
		}
		return err
	})
	if err != nil {
		if app.AsError(err).Code == app.NotFound {
			err = nil
		}
		return out, err
	}
	rank, err := s.seatOf(ctx, meetingID, s.link.identity().Person)
	if err != nil && app.AsError(err).Code == app.Internal {
		return out, err
	}
	out.May = ready && err == nil && rank == meeting.Runs
	for _, person := range officials {
		if person != last {
			out.MayIDs = append(out.MayIDs, person)
		}
	}
	return out, nil
}

// Took implements api.Places.
func (p carriers) Took(meetingID app.ID, key app.Key) bool {
	l := p.currentLink()
	if l == nil || l.sites.board.Body(key) == nil {
		return false
	}
	l.sites.mu.Lock()
	seat := l.sites.seats[meetingID]
	l.sites.mu.Unlock()
	return seat != nil && seat.sits()
}

// placeStore shows screens the records as the place sees them.
type placeStore struct {
	api.Store
	app *App
}

// Read implements api.Store.
func (p placeStore) Read(ctx context.Context, fn func(api.View) error) error {
	l := p.app.currentLink()
	if l == nil {
		return p.Store.Read(ctx, fn)
	}
	return p.Store.Read(ctx, func(v api.View) error { return fn(placeView{v, &l.sites.board, &l.sites.kept}) })
}

type placeView struct {
	api.View
	board *site.Board
	kept  *site.Board
}

// Record implements api.View.
func (p placeView) Record(viewer app.Viewer, key app.Key) (app.Record, uint64, error) {
	r, version, err := p.View.Record(viewer, key)
	body := p.board.Body(key)
	if body == nil && errors.Is(err, app.ErrNotFound) {
		body = p.kept.Body(key)
	}
	if body == nil {
		return r, version, err
	}
	r, err = feed.Decode(key.Kind, body)
	return r, version, err
}

// MeetingParts implements api.View.
func (p placeView) MeetingParts(viewer app.Viewer, meetingID app.ID) ([]app.Record, error) {
	parts, err := p.View.MeetingParts(viewer, meetingID)
	told := p.board.Keys(meetingID)
	if err != nil || len(told) == 0 {
		return parts, err
	}
	at := map[app.Key]int{}
	for i, r := range parts {
		at[r.Key()] = i
	}
	for _, key := range told {
		if key.Kind == app.KindMeeting {
			continue
		}
		r, err := feed.Decode(key.Kind, p.board.Body(key))
		if err != nil {
			return nil, err
		}
		if i, ok := at[key]; ok {
			parts[i] = r
		} else {
			parts = append(parts, r)
		}
	}
	return parts, nil
}

// view is of a seat that is connected.
func (s *seat) view() (api.PlaceView, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return api.PlaceView{Carrier: "other", PersonID: s.host.Person, Here: s.here}, s.conn != nil
}
