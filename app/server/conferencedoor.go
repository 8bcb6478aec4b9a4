package server

import (
	"context"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// conferenceDoor says who may come in, by the store's records. It implements
// room.Door.
type conferenceDoor struct {
	store *sqlite.Store
	now   func() time.Time
}

// readOnce reads each record of a snapshot once: two hundred seats of one meeting
// are asked for together. What it gives is not changed by anybody.
type readOnce struct {
	*sqlite.View
	records map[app.Key]app.Record
}

// Get implements meeting.Store.
func (v readOnce) Get(key app.Key) (app.Record, error) {
	if r, ok := v.records[key]; ok {
		return r, nil
	}
	r, err := v.View.Get(key)
	if err == nil {
		v.records[key] = r
	}
	return r, err
}

// Seats implements room.Door.
func (d conferenceDoor) Seats(ctx context.Context, meetingID app.ID, comers []room.Comer) (out []room.Seated, err error) {
	err = d.store.Read(ctx, func(v *sqlite.View) error {
		records := readOnce{v, map[app.Key]app.Record{}}
		for _, who := range comers {
			seat, err := d.seat(records, meetingID, who)
			if err != nil && app.AsError(err).Code == app.Internal {
				return err
			}
			out = append(out, room.Seated{Seat: seat, Err: err})
		}
		return nil
	})
	return out, err
}

func (d conferenceDoor) seat(records meeting.Store, meetingID app.ID, who room.Comer) (seat meeting.Seat, err error) {
	dir := d.store.Directory()
	if who.Point != "" {
		seat, err = meeting.PointSeat(records, dir, meetingID, who.Point, who.Person, app.TimeOf(d.now()))
	} else {
		seat, err = meeting.OwnSeat(records, meetingID, who.Person)
		if p := dir.Person(who.Person); p != nil {
			seat.Name = p.Name
		}
	}
	seat.Device = who.Device
	return seat, err
}

// Facts implements room.Door.
func (d conferenceDoor) Facts(ctx context.Context, meetingID app.ID) (f room.Facts, err error) {
	err = d.store.Read(ctx, func(v *sqlite.View) error {
		m, s, err := meeting.Sitting(v, meetingID)
		if err != nil {
			return err
		}
		f.Session, f.Secret = s, m.Secret
		f.Points, err = meeting.Points(v, d.store.Directory(), m)
		return err
	})
	return f, err
}
