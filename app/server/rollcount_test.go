package server

import (
	"context"
	"log/slog"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// counted notes which meetings were counted.
type counted chan app.ID

func (c counted) GiveSystem(_ context.Context, name string, target app.Key, args any) error {
	if a := args.(*app.SessionCount); name == "session.count.1" && target.ID == app.SessionID(a.Meeting) {
		c <- a.Meeting
	}
	return nil
}

// However many people check in while a count rests, the next round counts their
// meeting once.
func TestRollCountsAreGathered(t *testing.T) {
	got, rest := make(counted), make(chan struct{})
	c := newRollCounts(got, slog.New(slog.DiscardHandler), func(ctx context.Context) {
		select {
		case <-rest:
		case <-ctx.Done():
		}
	})
	defer c.stop()
	change := func(r app.Record) sqlite.Change {
		body, err := feed.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		return sqlite.Change{Key: r.Key(), New: body}
	}
	arrival := func(meeting, person app.ID) sqlite.Change {
		return change(&app.Attendance{ID: app.AttendanceID(meeting, person), PartOf: app.PartOf{Meeting: meeting}, Person: person})
	}
	c.note([]sqlite.Change{change(&app.Meeting{ID: "draft"}), arrival("m1", "a")})
	if id := <-got; id != "m1" {
		t.Fatal(id)
	}
	for _, person := range []app.ID{"b", "c", "d"} {
		c.note([]sqlite.Change{arrival("m1", person)})
	}
	c.note([]sqlite.Change{change(&app.Meeting{ID: "m2", Published: 1, Status: app.MeetingInvited})})
	rest <- struct{}{}
	round := map[app.ID]int{}
	for range 2 {
		round[<-got]++
	}
	if round["m1"] != 1 || round["m2"] != 1 {
		t.Errorf("%v", round)
	}
}
