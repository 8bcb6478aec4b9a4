package meeting

import (
	"reflect"
	"slices"
	"testing"

	"khonggiay/app"
)

// hall is a conference with a chair, an operator, three points, a person who
// presents and an observer, all in the room.
func hall(t *testing.T) *Conference {
	t.Helper()
	c := NewConference("m", false, noon)
	for _, s := range []Seat{
		{Station: "chair", Kind: PersonStation, Person: "chair", Role: app.MeetingChair, Runs: true},
		{Station: "operator", Kind: PersonStation, Person: "operator", Role: app.MeetingOperator, Runs: true},
		{Station: "xa-1", Kind: PointStation, Person: "t1", Role: app.MeetingMember, People: []app.ID{"a", "b"}},
		{Station: "xa-2", Kind: PointStation, Person: "t2", Role: app.MeetingMember},
		{Station: "xa-3", Kind: PointStation, Person: "t3", Role: app.MeetingMember},
		{Station: "presenter", Kind: PersonStation, Person: "presenter", Role: app.MeetingPresenter},
		{Station: "observer", Kind: PersonStation, Person: "observer", Role: app.MeetingObserver},
	} {
		if _, err := c.Comes(s, noon); err != nil {
			t.Fatal(err)
		}
		if err := c.Wants(s.Station, Sends{true, true, true}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, reason string) {
	t.Helper()
	if got := app.AsError(err); got == nil || got.Reason != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
}

// heard lists whose sound is let through.
func heard(c *Conference) (out []app.ID) {
	for _, id := range c.Present() {
		if c.Sends(id).Audio {
			out = append(out, id)
		}
	}
	return out
}

func TestWhoIsHeard(t *testing.T) {
	c := hall(t)
	for _, step := range []struct {
		do   Do
		want []app.ID
	}{
		{Do{Act: ActMode, Mode: Discussion}, []app.ID{"chair", "operator", "xa-1", "xa-2", "xa-3", "presenter"}},
		{Do{Act: ActMute, Station: "xa-1", On: true}, []app.ID{"chair", "operator", "xa-2", "xa-3", "presenter"}},
		{Do{Act: ActMuteAll, On: true}, []app.ID{"chair"}},
		{Do{Act: ActFloor, Station: "xa-1", On: true}, []app.ID{"chair", "xa-1"}},
		{Do{Act: ActMode, Mode: Assembly}, []app.ID{"chair", "xa-1"}},
		{Do{Act: ActMuteAll}, []app.ID{"chair", "xa-1"}},
		{Do{Act: ActFloor, Station: "xa-3", On: true}, []app.ID{"chair", "xa-1", "xa-3"}},
		{Do{Act: ActMode, Mode: Training}, []app.ID{"chair", "xa-3", "presenter"}},
		{Do{Act: ActFloor, Station: "xa-2", On: true}, []app.ID{"chair", "xa-2", "presenter"}},
		{Do{Act: ActFloor, Station: "observer", On: true}, []app.ID{"chair", "presenter", "observer"}},
		{Do{Act: ActMuteAll, On: true}, []app.ID{"chair", "observer"}},
		{Do{Act: ActFloor, Station: "observer"}, []app.ID{"chair"}},
	} {
		must(t, c.Do("operator", step.do, noon))
		if got := heard(c); !slices.Equal(got, step.want) {
			t.Errorf("%+v: %v are heard, want %v", step.do, got, step.want)
		}
	}
	// His own mute is his.
	must(t, c.Wants("chair", Sends{Camera: true}))
	if c.Sends("chair").Audio || !c.Allowed("chair").Audio || !c.Sends("chair").Camera {
		t.Errorf("%+v", c.Sends("chair"))
	}
}

// session is one in which a waits before b, and each person is named.
func speeches(states map[app.ID]app.SpeechState) *app.Session {
	s := &app.Session{Queue: map[app.CommandID]app.Speech{}}
	key := app.CommandID(1)
	for _, person := range []app.ID{"a", "b", "presenter", "chair", "nobody"} {
		if state, ok := states[person]; ok {
			s.Queue[key] = app.Speech{Person: person, State: state, Asked: noon + app.Time(key), Accepted: noon}
		}
		key++
	}
	return s
}

func TestTheRecordGivesTheFloor(t *testing.T) {
	c := hall(t)
	must(t, c.Do("operator", Do{Act: ActMuteAll, On: true}, noon))
	must(t, c.Do("operator", Do{Act: ActMute, Station: "xa-1", On: true}, noon))
	must(t, c.Do("operator", Do{Act: ActNext, Stations: []app.ID{"xa-2", "xa-3"}}, noon))
	for _, step := range []struct {
		states         map[app.ID]app.SpeechState
		heard, queue   []app.ID
		prepare, given app.ID
	}{
		{map[app.ID]app.SpeechState{"a": app.SpeechWaiting, "presenter": app.SpeechWaiting}, []app.ID{"chair"}, []app.ID{"xa-1", "presenter", "xa-2", "xa-3"}, "", ""},
		{map[app.ID]app.SpeechState{"a": app.SpeechCalled, "presenter": app.SpeechWaiting}, []app.ID{"chair", "xa-1"}, []app.ID{"presenter", "xa-2", "xa-3"}, "presenter", ""},
		{map[app.ID]app.SpeechState{"a": app.SpeechSpeaking, "b": app.SpeechWaiting, "presenter": app.SpeechCalled}, []app.ID{"chair", "xa-1"}, []app.ID{"presenter", "xa-2", "xa-3"}, "presenter", ""},
		{map[app.ID]app.SpeechState{"a": app.SpeechPaused, "nobody": app.SpeechCalled}, []app.ID{"chair"}, []app.ID{"xa-2", "xa-3"}, "", ""},
		{map[app.ID]app.SpeechState{"a": app.SpeechDone, "presenter": app.SpeechCalled}, []app.ID{"chair", "xa-3", "presenter"}, []app.ID{"xa-2"}, "xa-2", "xa-3"},
		{map[app.ID]app.SpeechState{"a": app.SpeechDone, "presenter": app.SpeechDone}, []app.ID{"chair", "xa-3"}, []app.ID{"xa-2"}, "xa-2", ""},
	} {
		c.SetRecord(FloorOfRecord(speeches(step.states), c.StationOf))
		if step.given != "" {
			must(t, c.Do("chair", Do{Act: ActFloor, Station: step.given, On: true}, noon))
		}
		if got := heard(c); !slices.Equal(got, step.heard) {
			t.Errorf("%v: %v are heard, want %v", step.states, got, step.heard)
		}
		if got := c.Upcoming(); !slices.Equal(got, step.queue) {
			t.Errorf("%v: %v are next, want %v", step.states, got, step.queue)
		}
		if got := c.Prepare(); got != step.prepare {
			t.Errorf("%v: %q prepares, want %q", step.states, got, step.prepare)
		}
	}
}

func TestLobbyLockAndRemoval(t *testing.T) {
	c := hall(t)
	guest := Seat{Station: "g", Kind: GuestStation, Name: "Ông Khách", Role: app.MeetingGuest}
	_, err := c.Comes(guest, noon)
	must(t, err)
	if c.Stations["g"].Status() != Waits || c.Allowed("g") != (Sends{}) {
		t.Fatalf("a guest: %s", c.Stations["g"].Status())
	}
	must(t, c.Wants("g", Sends{Audio: true}))
	if c.Sends("g") != (Sends{}) {
		t.Error("heard from the lobby")
	}
	refused(t, c.Do("xa-1", Do{Act: ActAdmit, Station: "g"}, noon), "conference.not_allowed")
	must(t, c.Do("operator", Do{Act: ActRefuse, Station: "g"}, noon))
	if c.Stations["g"] != nil {
		t.Error("who was never in is kept")
	}
	_, err = c.Comes(guest, noon)
	must(t, err)
	must(t, c.Wants("g", Sends{Camera: true}))
	must(t, c.Do("operator", Do{Act: ActAdmit, Station: "g"}, noon))
	if s := c.Stations["g"]; s.Status() != InRoom || s.Order != 8 || c.Sends("g") != (Sends{Camera: true}) {
		t.Errorf("let in: %+v, sends %+v", s, c.Sends("g"))
	}
	must(t, c.Do("chair", Do{Act: ActLobby, On: true}, noon))
	_, err = c.Comes(Seat{Station: "late", Kind: PersonStation, Person: "late", Role: app.MeetingMember}, noon)
	must(t, err)
	_, err = c.Comes(Seat{Station: "secretary", Kind: PersonStation, Person: "secretary", Role: app.MeetingSecretary, Runs: true}, noon)
	must(t, err)
	if c.Stations["late"].Status() != Waits || c.Stations["secretary"].Status() != InRoom {
		t.Error("the lobby")
	}
	must(t, c.Do("secretary", Do{Act: ActLock, On: true}, noon))
	_, err = c.Comes(Seat{Station: "later", Kind: PersonStation, Person: "later", Role: app.MeetingMember}, noon)
	refused(t, err, "conference.locked")
	c.Silent("xa-1", noon)
	back, err := c.Comes(Seat{Station: "xa-1", Kind: PointStation, Person: "t1", Role: app.MeetingMember}, noon+Grace)
	if must(t, err); !back {
		t.Error("the lock keeps out who was in")
	}
	// Out, and by no other way in again.
	refused(t, c.Do("operator", Do{Act: ActRemove, Station: "chair"}, noon), "conference.not_allowed")
	refused(t, c.Do("operator", Do{Act: ActRemove, Station: "secretary"}, noon), "conference.not_allowed")
	must(t, c.Do("operator", Do{Act: ActRemove, Station: "presenter"}, noon))
	for _, seat := range []Seat{{Station: "presenter", Kind: PersonStation, Person: "presenter"}, {Station: "xa-9", Kind: PointStation, Person: "presenter"}} {
		_, err := c.Comes(seat, noon)
		refused(t, err, "conference.removed")
	}
	must(t, c.Do("chair", Do{Act: ActLock}, noon))
	must(t, c.Do("chair", Do{Act: ActAdmit, Station: "presenter"}, noon))
	_, err = c.Comes(Seat{Station: "presenter", Kind: PersonStation, Person: "presenter", Role: app.MeetingPresenter}, noon)
	must(t, err)
	must(t, c.Do("chair", Do{Act: ActAdmit}, noon))
	if s := c.Stations["late"]; s.Status() != InRoom {
		t.Errorf("all that wait: %s", s.Status())
	}
}

func TestComingBack(t *testing.T) {
	c := hall(t)
	must(t, c.Do("chair", Do{Act: ActLobby, On: true}, noon))
	must(t, c.Do("chair", Do{Act: ActFloor, Station: "xa-2", On: true}, noon))
	must(t, c.Do("chair", Do{Act: ActStage, Station: "xa-2", On: true}, noon))
	must(t, c.Raise("xa-2", true, noon))
	seat := c.Stations["xa-2"].Seat
	before := *c.Stations["xa-2"]
	c.SetMedia("xa-2", MediaUp, noon)
	c.SetMedia("xa-2", MediaLost, noon+1)
	c.Silent("xa-2", noon+5*Grace)
	c.Sweep(noon + 6*Grace)
	if s := c.Stations["xa-2"]; s.Status() != SignalLost || s.Drops != 1 || !slices.Contains(c.Holders(), "xa-2") {
		t.Fatalf("within the grace: %s, %d drops", s.Status(), s.Drops)
	}
	back, err := c.Comes(seat, noon+6*Grace)
	must(t, err)
	after := *c.Stations["xa-2"]
	after.Knocked, after.Drops = before.Knocked, before.Drops
	if !back || !reflect.DeepEqual(after, before) || !slices.Contains(c.Stage(), "xa-2") {
		t.Errorf("it came back as %+v, was %+v", after, before)
	}
	c.Silent("xa-2", noon+10*Grace)
	c.Sweep(noon + 11*Grace + 1)
	s := c.Stations["xa-2"]
	if s.Status() != HasLeft || s.Left != noon+10*Grace || s.Drops != 2 || s.Joined != noon || s.Hand != 0 || slices.Contains(c.Given, "xa-2") {
		t.Errorf("after the grace: %+v", s)
	}
	back, err = c.Comes(seat, noon+12*Grace)
	if must(t, err); back || s.Status() != Waits || s.Order != before.Order {
		t.Errorf("later: %+v", s)
	}
	// A host that begins anew is nobody's drop.
	drops := c.Stations["xa-1"].Drops
	c.Restart(noon + 12*Grace)
	if s := c.Stations["xa-1"]; s.Status() != SignalLost || s.Drops != drops {
		t.Errorf("after a restart: %s, %d drops", s.Status(), s.Drops)
	}
}

func TestPagesTurnByTheClock(t *testing.T) {
	c := hall(t)
	must(t, c.Do("chair", Do{Act: ActLayout, Layout: LayoutGrid4, Period: 10}, noon))
	for _, x := range []struct {
		after, changes app.Time
		want           []app.ID
	}{
		{0, 10_000, []app.ID{"chair", "operator", "xa-1", "xa-2"}},
		{9_999, 10_000, []app.ID{"chair", "operator", "xa-1", "xa-2"}},
		{10_000, 20_000, []app.ID{"xa-3", "presenter", "observer"}},
		{20_000, 30_000, []app.ID{"chair", "operator", "xa-1", "xa-2"}},
		{-5, 10_000, []app.ID{"chair", "operator", "xa-1", "xa-2"}},
	} {
		if got, changes := c.Tiles(noon + x.after); !slices.Equal(got, x.want) || changes != noon+x.changes {
			t.Errorf("after %d: %v until %d", x.after, got, changes-noon)
		}
	}
	if h := c.Heights(noon + 8_500); h("observer") != quarter || h("chair") != 0 {
		t.Error("the page that comes")
	}
	if h := c.Heights(noon); h("observer") != thumbnail || h("xa-2") != quarter {
		t.Error("the page that is shown")
	}
	must(t, c.Do("chair", Do{Act: ActRoll, On: true, Period: 5}, noon))
	if c.Calling(noon+4_999) != "chair" || c.Calling(noon+5_000) != "operator" || c.Heights(noon+31_000)("observer") != full {
		t.Error("the roll-call")
	}
	must(t, c.Count("xa-1", 12, noon+100))
	refused(t, c.Count("observer", 5000, noon+100), "conference.no_point")
	if s := c.Stations["xa-1"]; s.Headcount != 12 || s.Answered != noon+100 {
		t.Errorf("%+v", s)
	}
	if c.Sweep(noon + 34_999); c.Roll == nil {
		t.Error("over before the last was shown")
	}
	if c.Sweep(noon + 35_000); c.Roll != nil {
		t.Error("it does not end")
	}
	for _, x := range []struct {
		do   Do
		want []app.ID
	}{
		{Do{Act: ActLayout, Layout: LayoutChair}, []app.ID{"chair"}},
		{Do{Act: ActChair, Station: "xa-1"}, []app.ID{"xa-1"}},
		{Do{Act: ActLayout, Layout: LayoutChairSpeaker}, []app.ID{"xa-1"}},
		{Do{Act: ActFloor, Station: "xa-2", On: true}, []app.ID{"xa-1", "xa-2"}},
		{Do{Act: ActScreen, Station: "presenter", On: true}, []app.ID{"xa-1", "xa-2"}},
		{Do{Act: ActLayout, Layout: LayoutSlidesSpeaker}, []app.ID{"presenter", "xa-2"}},
		{Do{Act: ActLayout, Layout: LayoutSpotlight, Station: "observer"}, []app.ID{"observer"}},
	} {
		must(t, c.Do("chair", x.do, noon))
		if got, _ := c.Tiles(noon); !slices.Equal(got, x.want) {
			t.Errorf("%+v: %v", x.do, got)
		}
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	c := hall(t)
	refused(t, c.Do("operator", Do{Act: ActSub, Station: "xa-1", On: true}, noon), "conference.not_allowed")
	must(t, c.Do("chair", Do{Act: ActSub, Station: "xa-1", On: true}, noon))
	for act, want := range map[Act][]app.ID{
		ActFloor:  {"chair", "operator", "xa-1"},
		ActRemove: {"chair", "operator"},
		ActSub:    {"chair"},
		ActScreen: {"chair", "operator", "presenter", "xa-1"},
		"nothing": nil,
	} {
		var got []app.ID
		for _, id := range c.Present() {
			if c.May(id, act) {
				got = append(got, id)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v may, want %v", act, got, want)
		}
	}
	must(t, c.Do("presenter", Do{Act: ActScreen, On: true}, noon))
	refused(t, c.Do("presenter", Do{Act: ActScreen, Station: "xa-2", On: true}, noon), "conference.not_allowed")
	must(t, c.Do("operator", Do{Act: ActStage, Station: "xa-2", On: true}, noon))
	refused(t, c.Do("xa-2", Do{Act: ActScreen, On: true}, noon), "conference.screen_taken")
	must(t, c.Do("operator", Do{Act: ActScreen, Station: "xa-2", On: true}, noon))
	if c.Sends("presenter").Screen || !c.Sends("xa-2").Screen {
		t.Error("two screens, or none")
	}
	refused(t, c.Raise("observer", true, noon), "conference.not_allowed")
	refused(t, c.Do("chair", Do{Act: ActMute, Station: "chair", On: true}, noon), "conference.not_allowed")
	refused(t, c.Do("chair", Do{Act: ActLayout, Layout: "WALL"}, noon), "conference.bad_value")
	refused(t, c.Do("chair", Do{Act: ActLayout, Layout: LayoutGrid9, Period: 1}, noon), "conference.bad_value")
	refused(t, c.Do("chair", Do{Act: ActFloor, Station: "nowhere", On: true}, noon), "conference.no_station")
	must(t, c.Do("operator", Do{Act: ActEnd}, noon))
	if len(c.Present()) != 0 || c.Allowed("chair") != (Sends{}) {
		t.Error("it has not ended")
	}
	_, err := c.Comes(Seat{Station: "xa-1", Kind: PointStation, Role: app.MeetingMember}, noon)
	refused(t, err, "conference.over")
	_, err = c.Comes(Seat{Station: "operator", Kind: PersonStation, Person: "operator", Role: app.MeetingOperator, Runs: true}, noon)
	must(t, err)
	if _, err := c.Comes(Seat{Station: "xa-1", Kind: PointStation, Role: app.MeetingMember}, noon); err != nil {
		t.Errorf("opened again: %v", err)
	}
}

func TestChat(t *testing.T) {
	c := hall(t)
	for range keptLines + 5 {
		must(t, c.Say("xa-1", " Chào các đồng chí ", noon))
	}
	if n := len(c.Lines); n != keptLines || c.Lines[n-1].N != keptLines+5 || c.Lines[0].Text != "Chào các đồng chí" {
		t.Errorf("%d lines, %+v", n, c.Lines[0])
	}
	refused(t, c.Say("xa-1", "MẬT: kế hoạch", noon), "secrecy.refused")
	refused(t, c.Say("xa-1", "a\x00b", noon), "conference.bad_value")
	refused(t, c.Say("nobody", "a", noon), "conference.no_station")
	refused(t, c.React("xa-1", ReactClap), "conference.reactions_off")
	must(t, c.Do("chair", Do{Act: ActReactions, On: true}, noon))
	must(t, c.React("xa-1", ReactClap))
	must(t, c.Do("chair", Do{Act: ActChat}, noon))
	refused(t, c.Say("chair", "a", noon), "conference.chat_off")
	c.Secret = true
	refused(t, c.Say("chair", "a", noon), "conference.no_chat")
	must(t, c.Do("chair", Do{Act: ActAnnounce, Text: "Giải lao 10 phút"}, noon))
	refused(t, c.Do("chair", Do{Act: ActAnnounce, Text: "(MẬT)"}, noon), "secrecy.refused")
	if c.Banner.Text != "Giải lao 10 phút" || c.Banner.By != "chair" {
		t.Errorf("%+v", c.Banner)
	}
}

func TestGuestLinks(t *testing.T) {
	c := hall(t)
	must(t, c.Invite("g1", Guest{Name: "Bà Khách", Hash: "h", Until: noon + 10, By: "operator"}, noon))
	refused(t, c.Invite("g2", Guest{Name: " ", Hash: "h", Until: noon + 10}, noon), "conference.bad_value")
	refused(t, c.Invite("g2", Guest{Name: "a", Hash: "h", Until: noon}, noon), "conference.bad_value")
	seat, ok := c.GuestSeat("h", noon)
	if !ok || seat.Station != "g1" || seat.Name != "Bà Khách" || seat.Runs {
		t.Fatalf("%+v", seat)
	}
	if _, ok := c.GuestSeat("h", noon+10); ok {
		t.Error("a link that is over")
	}
	_, err := c.Comes(seat, noon)
	must(t, err)
	must(t, c.Do("chair", Do{Act: ActAdmit, Station: "g1"}, noon))
	must(t, c.Do("chair", Do{Act: ActFloor, Station: "g1", On: true}, noon))
	// The link says nothing of who was let in by it.
	must(t, c.Do("chair", Do{Act: ActLock, On: true}, noon))
	refused(t, c.Knocks(seat, noon), "conference.locked")
	if s := c.Stations["g1"]; s.Status() == Waits || s.Status() == HasLeft || !slices.Contains(c.Holders(), "g1") {
		t.Errorf("who is in, after another was not: %s", s.Status())
	}
	must(t, c.Do("chair", Do{Act: ActLock}, noon))
	must(t, c.Knocks(seat, noon))
	if s := c.Stations["g1"]; s.Status() != Waits || slices.Contains(c.Holders(), "g1") {
		t.Errorf("the link once more: %s, floor %v", s.Status(), c.Holders())
	}
	must(t, c.Knocks(seat, noon))
	must(t, c.Do("chair", Do{Act: ActAdmit, Station: "g1"}, noon))
	if back, err := c.Comes(seat, noon); err != nil || !back || c.Stations["g1"].Status() == Waits {
		t.Errorf("with his token: %v %v", back, err)
	}
	encoder := Seat{Station: "g3", Kind: GuestStation, Name: "Máy quay", Role: app.MeetingGuest, Let: true}
	for range 2 {
		if must(t, c.Knocks(encoder, noon)); c.Stations["g3"].Status() == Waits {
			t.Error("a device waits")
		}
	}
	must(t, c.Uninvite("g1", noon))
	if _, ok := c.GuestSeat("h", noon); ok || c.Stations["g1"].Status() != HasLeft {
		t.Errorf("after the end of the link: %s", c.Stations["g1"].Status())
	}
	refused(t, c.Uninvite("g9", noon), "conference.no_guest")
}

func TestExpectedPoints(t *testing.T) {
	c := hall(t)
	c.Expect([]Expected{{Point: "xa-1", Name: "Xã Một", Group: "XA_PHUONG", Host: true}, {Point: "xa-9", Name: "Xã Chín", People: []app.ID{"i"}}})
	if c.ChairStation() != "xa-1" || !c.Allowed("xa-1").Audio {
		t.Error("the host point is not the chair's")
	}
	if s := c.Stations["xa-9"]; s.Status() != NotConnected || s.Name != "Xã Chín" {
		t.Fatalf("%+v", s)
	}
	if s := c.Stations["xa-1"]; s.Status() != InRoom || s.Group != "XA_PHUONG" {
		t.Fatalf("%+v", s)
	}
	epoch := c.Epoch
	c.Expect([]Expected{{Point: "xa-1", Name: "Xã Một", Group: "XA_PHUONG"}, {Point: "xa-9", Name: "Xã Chín", People: []app.ID{"i"}}})
	if c.Epoch != epoch {
		t.Error("the same again is a change")
	}
	c.Expect(nil)
	if c.Stations["xa-9"] != nil || c.Stations["xa-1"] == nil {
		t.Error("nobody is expected")
	}
}
