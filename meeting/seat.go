package meeting

import (
	"errors"

	"khonggiay/app"
)

// Store is what a machine holds: a snapshot.
type Store interface {
	Get(app.Key) (app.Record, error)
}

// SeatOf is somebody's rank at a meeting by what this machine holds of it. For
// who is not invited, and for a meeting that is not published or is over, there
// is none: NotFound "meeting.not_found", Conflict "room.closed".
func SeatOf(records Store, meetingID, person app.ID) (Rank, error) {
	_, rank, err := seatIn(records, meetingID, person)
	return rank, err
}

func seatIn(records Store, meetingID, person app.ID) (*app.Meeting, Rank, error) {
	m, err := known(records, meetingID)
	if err != nil {
		return nil, Listens, err
	}
	item, err := itemUnderWay(records, m.ID)
	if err != nil {
		return nil, Listens, err
	}
	rank, ok := RankOf(m, item, person)
	if !ok {
		return nil, Listens, app.Refuse(app.NotFound, "meeting.not_found")
	}
	return m, rank, sits(m)
}

func known(records Store, meetingID app.ID) (*app.Meeting, error) {
	m, err := read[*app.Meeting](records, app.Key{Kind: app.KindMeeting, ID: meetingID})
	if err == nil && m == nil {
		err = app.Refuse(app.NotFound, "meeting.not_found")
	}
	return m, err
}

// sits refuses a meeting in which nothing is live.
func sits(m *app.Meeting) error {
	if m.Published == 0 || !m.Open() || m.Secret {
		return app.Refuse(app.Conflict, "room.closed")
	}
	return nil
}

// OwnSeat is as what somebody comes into the meeting's conference with his own
// machine; without his name. Errors as of [SeatOf].
func OwnSeat(records Store, meetingID, person app.ID) (Seat, error) {
	m, rank, err := seatIn(records, meetingID, person)
	if err != nil {
		return Seat{}, err
	}
	s := Seat{Station: person, Kind: PersonStation, Person: person, Role: m.Participants[person].Role, Runs: rank == Runs}
	switch {
	case s.Role == "": // who created it, and is not invited
		s.Role = app.MeetingOperator
	case rank == Presents:
		s.Role = app.MeetingPresenter
	}
	return s, nil
}

// Sitting is a meeting that may have a conference, with its session (nil before it
// has begun). Errors as of [SeatOf].
func Sitting(records Store, meetingID app.ID) (*app.Meeting, *app.Session, error) {
	m, err := known(records, meetingID)
	if err != nil {
		return nil, nil, err
	}
	if err := sits(m); err != nil {
		return nil, nil, err
	}
	s, err := read[*app.Session](records, app.Key{Kind: app.KindSession, ID: app.SessionID(meetingID)})
	return m, s, err
}

// itemUnderWay is the agenda item that the session says, or nil.
func itemUnderWay(records Store, meetingID app.ID) (*app.AgendaItem, error) {
	s, err := read[*app.Session](records, app.Key{Kind: app.KindSession, ID: app.SessionID(meetingID)})
	if err != nil || s == nil || s.Item == 0 {
		return nil, err
	}
	for _, t := range app.AgendaTypes {
		sheet, err := read[*app.AgendaSheet](records, app.Key{Kind: app.KindAgenda, ID: app.AgendaID(meetingID, t)})
		if err != nil {
			return nil, err
		}
		if sheet == nil {
			continue
		}
		if item, ok := sheet.Items[s.Item]; ok {
			return &item, nil
		}
	}
	return nil, nil
}

// read is the record, or nil when this machine does not hold it.
func read[R app.Record](records Store, key app.Key) (r R, err error) {
	got, err := records.Get(key)
	if errors.Is(err, app.ErrNotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r, _ = got.(R)
	return r, nil
}
