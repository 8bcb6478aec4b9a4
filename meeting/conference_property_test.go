package meeting

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/app"
)

var stationsThere = []app.ID{"chair", "operator", "member", "observer", "guest", "p1", "p2", "p3", "p4", "p5", "p6"}

// anything does something to the conference, allowed or not.
func anything(t *rapid.T, c *Conference, now app.Time) {
	ids := append(slices.Clone(stationsThere), "nowhere")
	who := rapid.SampledFrom(ids).Draw(t, "who")
	whom := rapid.SampledFrom(ids).Draw(t, "whom")
	on := rapid.Bool().Draw(t, "on")
	switch rapid.IntRange(0, 12).Draw(t, "what") {
	case 0, 1:
		_, _ = c.Comes(seatOf(who), now)
	case 2:
		c.Silent(who, now)
	case 3:
		c.Leaves(who, now)
	case 4:
		c.SetMedia(who, rapid.SampledFrom([]MediaState{"", MediaComing, MediaUp, MediaLost}).Draw(t, "media"), now)
	case 5:
		_ = c.Raise(who, on, now)
	case 6:
		_ = c.Wants(who, Sends{Audio: on, Camera: true, Screen: true})
	case 7:
		c.SetRecord(FloorOfRecord(speeches(map[app.ID]app.SpeechState{
			"a": rapid.SampledFrom([]app.SpeechState{app.SpeechWaiting, app.SpeechCalled, app.SpeechDone}).Draw(t, "a"),
			"b": rapid.SampledFrom([]app.SpeechState{app.SpeechWaiting, app.SpeechSpeaking, app.SpeechPaused}).Draw(t, "b"),
		}), func(app.ID) app.ID { return whom }))
	case 8:
		_ = c.Say(who, "a", now)
	case 9:
		c.Restart(now)
	default:
		d := Do{Act: rapid.SampledFrom([]Act{ActAdmit, ActRefuse, ActLobby, ActLock, ActRemove, ActEnd, ActMode, ActMuteAll, ActMute, ActCamera, ActFloor,
			ActFloor, ActNext, ActStage, ActStage, ActChair, ActSub, ActScreen, ActLayout, ActAnnounce, ActLower, ActRoll}).Draw(t, "act"),
			Station: whom, On: on, Stations: []app.ID{who, whom}, Text: "a", Period: rapid.IntRange(0, 20).Draw(t, "period"),
			Mode: rapid.SampledFrom(FloorModes).Draw(t, "mode"), Layout: rapid.SampledFrom(Layouts).Draw(t, "layout")}
		_ = c.Do(rapid.SampledFrom([]app.ID{"chair", "operator", who}).Draw(t, "by"), d, now)
	}
	c.Sweep(now)
}

func seatOf(id app.ID) Seat {
	s := Seat{Station: id, Kind: PointStation, Person: "t-" + id, Role: app.MeetingMember, Name: string(id)}
	switch id {
	case "chair":
		s.Kind, s.Role, s.Runs, s.Person = PersonStation, app.MeetingChair, true, id
	case "operator":
		s.Kind, s.Role, s.Runs, s.Person = PersonStation, app.MeetingOperator, true, id
	case "member":
		s.Kind, s.Person = PersonStation, id
	case "observer":
		s.Kind, s.Role, s.Person = PersonStation, app.MeetingObserver, id
	case "guest":
		s.Kind, s.Role, s.Person = GuestStation, app.MeetingGuest, ""
	}
	return s
}

// What holds of a conference whatever is done to it.
func TestConferenceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewConference("m", rapid.Bool().Draw(t, "secret"), noon)
		now := noon
		if rapid.Bool().Draw(t, "full") { // everybody is there and wants to be heard
			for _, id := range stationsThere {
				_, _ = c.Comes(seatOf(id), now)
				_ = c.Wants(id, Sends{true, true, true})
			}
			for _, id := range stationsThere {
				act := rapid.SampledFrom([]Act{ActFloor, ActStage, ActMute}).Draw(t, "given")
				_ = c.Do("operator", Do{Act: act, Station: id, On: true}, now)
			}
			_ = c.Do("operator", Do{Act: ActMuteAll, On: rapid.Bool().Draw(t, "muted")}, now)
		}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			now += app.Time(rapid.Int64Range(0, 40_000).Draw(t, "passes"))
			before := fmt.Sprint(mustSave(t, c))
			epoch := c.Epoch
			anything(t, c, now)
			if before != fmt.Sprint(mustSave(t, c)) && c.Epoch == epoch {
				t.Fatal("something changed under the same epoch")
			}
			if c.Epoch < epoch {
				t.Fatal("the epoch fell")
			}
			check(t, c, now)
		}
	})
}

func mustSave(t *rapid.T, c *Conference) string {
	b, err := c.Save()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func check(t *rapid.T, c *Conference, now app.Time) {
	again, err := Restore([]byte(mustSave(t, c)))
	if err != nil || !reflect.DeepEqual(again, c) {
		t.Fatalf("saved and restored: %v\n%+v\n%+v", err, c, again)
	}
	stage, holders := c.Stage(), c.Holders()
	if len(stage) > MaxStage || len(c.Given) > MaxStage || c.Mode == Training && len(c.Given) > 1 {
		t.Fatalf("on the stage %v, floor %v", stage, c.Given)
	}
	screens, orders := 0, map[int]bool{}
	for id, s := range c.Stations {
		sends := c.Sends(id)
		granted := slices.Contains(holders, id) || s.Role == app.MeetingChair || id == c.ChairStation()
		switch {
		case c.MutedAll && sends.Audio && !granted, s.Muted && sends.Audio, c.Mode == Assembly && sends.Audio && !granted:
			t.Fatalf("%s is heard", id)
		case sends != (Sends{}) && (!s.Admitted || s.Left != 0 || c.Ended != 0):
			t.Fatalf("%s is let through as %s", id, s.Status())
		case s.Kind == GuestStation && s.Admitted && s.Order == 0:
			t.Fatal("let in without a place")
		case s.Left != 0 && (s.Hand != 0 || slices.Contains(c.Given, id) || slices.Contains(c.Staged, id) || slices.Contains(c.Next, id) || c.Screen == id):
			t.Fatalf("%s has left and kept something", id)
		case s.Order != 0 && orders[s.Order]:
			t.Fatalf("two stations at place %d", s.Order)
		}
		if _, out := c.Removed[id]; out && s.present() {
			t.Fatalf("%s is removed and there", id)
		}
		if orders[s.Order] = true; sends.Screen {
			screens++
		}
	}
	if screens > 1 {
		t.Fatalf("%d screens", screens)
	}
	upcoming := c.Upcoming()
	for i, id := range upcoming {
		if slices.Contains(holders, id) || slices.Contains(upcoming[:i], id) {
			t.Fatalf("%s is next in %v while %v have the floor", id, upcoming, holders)
		}
	}
	order := slices.Concat(c.Record.Queue, c.Next)
	if !slices.IsSortedFunc(upcoming, func(a, b app.ID) int { return slices.Index(order, a) - slices.Index(order, b) }) {
		t.Fatalf("%v is not in the order of %v", upcoming, order)
	}
	if p := c.Prepare(); p != "" && (p != upcoming[0] || len(holders) == 0) {
		t.Fatalf("%s prepares", p)
	}
	tiles, _ := c.Tiles(now)
	for _, id := range tiles {
		if c.inRoom(id) == nil {
			t.Fatalf("%s is shown", id)
		}
	}
}

// Nobody gets past the lobby but by those who lead, or by running the meeting.
func TestLobbyProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewConference("m", false, noon)
		c.Lobby = true
		now := noon
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now += app.Time(rapid.Int64Range(0, 90_000).Draw(t, "passes"))
			id := rapid.SampledFrom([]app.ID{"member", "guest", "p1", "p2"}).Draw(t, "who")
			was := c.Stations[id] != nil && c.Stations[id].present() && (c.Stations[id].Connected || now-c.Stations[id].Lost <= Grace)
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				back, err := c.Comes(seatOf(id), now)
				if err != nil {
					t.Fatal(err)
				}
				if s := c.Stations[id]; s.Admitted != was || was && !back {
					t.Fatalf("%s: admitted %v, was %v", id, s.Admitted, was)
				}
			case 1:
				c.Silent(id, now)
			case 2:
				_, _ = c.Comes(seatOf("operator"), now)
				_ = c.Do("operator", Do{Act: ActAdmit, Station: id}, now)
			}
		}
	})
}
