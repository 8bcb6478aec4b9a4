package room

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

func TestAConference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		h.door.facts.Points = []meeting.Expected{{Point: "p1", Name: "Xã Một"}, {Point: "p9", Name: "Xã Chín"}}
		chair, one, two := h.come("chair", ""), h.come("t1", "p1"), h.come("member", "")
		chair.hear()
		if hello := one.last.Hello; hello.Station != "p1" || hello.Kind != meeting.PointStation || hello.Host != app.HostServer || one.last.Answer.SDP != "answer to v=0" || one.last.Link != "up" {
			t.Fatalf("%+v %+v", hello, one.last)
		}
		if r := chair.rows["p1"]; r.Status != meeting.InRoom || r.Lets != 3 || r.Order != 2 || r.Joined == 0 || r.Expect != 1 || chair.rows["p9"].Status != meeting.NotConnected {
			t.Errorf("the chair sees %+v", chair.rows)
		}
		if r := two.rows["p1"]; r.Status != meeting.InRoom || r.Joined != 0 || len(two.rows) != 4 {
			t.Errorf("a member sees %+v", two.rows)
		}
		wantHeard(t, h, "chair", "member", "p1")
		// Hard mute and floor hold in the media path.
		two.do(meeting.Do{Act: meeting.ActMuteAll, On: true})
		if got := two.refusal(); got != "conference.not_allowed" {
			t.Errorf("a member mutes all: %q", got)
		}
		chair.do(meeting.Do{Act: meeting.ActMuteAll, On: true})
		wantHeard(t, h, "chair")
		one.say(Said{Sends: &meeting.Sends{Audio: true, Camera: true, Screen: true}})
		wantHeard(t, h, "chair")
		chair.do(meeting.Do{Act: meeting.ActFloor, Station: "p1", On: true})
		wantHeard(t, h, "chair", "p1")
		if one.hear(); !slices.Contains(one.asked, AskFloor) || !slices.Equal(h.media.floor, []app.ID{"p1"}) || !one.last.Me.Allowed.Audio || !one.last.Me.Stage {
			t.Errorf("asked %v, floor %v, %+v", one.asked, h.media.floor, one.last.Me)
		}
		two.hear()
		if f := two.floor(); !f.MutedAll || !slices.Equal(f.Holders, []app.ID{"p1"}) {
			t.Errorf("told %+v", f)
		}
		one.say(Said{Sends: &meeting.Sends{Camera: true}}) // his own mute
		wantHeard(t, h, "chair")
		// Pictures: of those on the stage any height, of others thumbnails.
		two.say(Said{Watch: &[]meeting.Wish{{Slot: 0, Station: "p1", Track: meeting.Camera, Height: 720}, {Slot: 1, Station: "member", Track: meeting.Camera, Height: 720}}})
		chair.do(meeting.Do{Act: meeting.ActLayout, Layout: meeting.LayoutGallery})
		if w := h.media.links["member"].watched(); w[0].Height != 720 || w[1].Height != 180 {
			t.Errorf("watched %+v", w)
		}
		chair.do(meeting.Do{Act: meeting.ActStage, Station: "member", On: true})
		if w := h.media.links["member"].watched(); w[1].Height != 720 {
			t.Errorf("watched from the stage %+v", w)
		}
		// What the media server tells.
		h.media.links["member"].to.Speaking("chair")
		h.media.links["member"].to.Slots(meeting.Slots{Audio: []app.ID{"chair"}})
		h.media.links["member"].to.Layers(meeting.Layers{Track: meeting.Camera, Wanted: []bool{true, false}})
		two.hear()
		if *two.last.Speaking != "chair" || two.last.Slots.Audio[0] != "chair" || !two.last.Layers[0].Wanted[0] {
			t.Errorf("%+v", two.last)
		}
		// Who speaks on is followed, and seen as large as he is shown.
		chair.say(Said{Watch: &[]meeting.Wish{{Slot: 0, Station: "member", Track: meeting.Camera, Height: 720}}})
		chair.do(meeting.Do{Act: meeting.ActStage, Station: "member"})
		height := func() int { synctest.Wait(); return h.media.links["chair"].watched()[0].Height }
		if height() != 180 {
			t.Errorf("watched %+v", h.media.links["chair"].watched())
		}
		h.media.links["member"].to.Speaking("member")
		time.Sleep(1100 * time.Millisecond)
		if height() != 180 {
			t.Error("followed too soon")
		}
		time.Sleep(200 * time.Millisecond)
		var view viewTold
		if chair.hear(); json.Unmarshal(chair.last.View, &view) != nil || !slices.Equal(view.Heard, []app.ID{"member"}) || height() != 720 {
			t.Errorf("view %s, watched at %d", chair.last.View, height())
		}
		h.media.links["member"].to.Speaking("chair")
		// Chat, hands, self-tests, headcounts.
		two.say(Said{Chat: new("Xin chào")})
		two.say(Said{Hand: new(true)})
		one.say(Said{Headcount: new(12)})
		one.say(Said{Report: &meeting.Report{Mic: app.TestGood, Up: 900}})
		chair.hear()
		if r := chair.rows["p1"]; len(chair.chat) != 1 || chair.chat[0].Text != "Xin chào" || chair.rows["member"].Hand == 0 || r.Heads != 12 || r.Report.Up != 900 {
			t.Errorf("%+v %+v", chair.chat, chair.rows)
		}
		time.Sleep(2 * tendEvery)
		chair.hear()
		two.hear()
		if l := chair.lines["p1"]; l.RTT != 20 || l.Route != meeting.RouteUDP || len(two.lines) != 0 {
			t.Errorf("lines %+v, a member's %+v", chair.lines, two.lines)
		}
		// A line is measured when its station asks, which alone is told.
		one.hear()
		if one.last.Bears != 0 {
			t.Errorf("not measured, and told of %d", one.last.Bears)
		}
		one.say(Said{Measure: true})
		time.Sleep(meeting.MeasureFor + 2*tendEvery)
		one.hear()
		two.hear()
		if one.last.Bears != 2400 || two.last.Bears != 0 {
			t.Errorf("told %d, and another %d", one.last.Bears, two.last.Bears)
		}
		one.say(Said{Leave: true})
		if err := one.over(); err != nil {
			t.Errorf("it left: %v", err)
		}
		chair.hear()
		if r := chair.rows["p1"]; r.Status != meeting.HasLeft || r.Drops != 0 || !h.media.links["p1"].closed {
			t.Errorf("it has left: %+v", r)
		}
		two.end()
		chair.do(meeting.Do{Act: meeting.ActEnd})
		wantReason(t, chair.over(), "conference.over")
		<-two.done
	})
}

func TestLobbyAndRemoval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		operator, member := h.come("operator", ""), h.come("member", "")
		id, link, err := h.Invite(t.Context(), "m", "operator", "Ông Khách", app.TimeOf(time.Now().Add(time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		enter := func() *page {
			secret, m, _, _, err := h.GuestTicket(t.Context(), link)
			if err != nil || m != "m" {
				t.Fatal(m, err)
			}
			g := h.arrive(Arrival{Ticket: secret})
			g.hear()
			return g
		}
		guest := enter()
		if guest.last.Me.Status != meeting.Waits || len(guest.rows) != 0 || guest.last.Floor != nil || guest.last.Talk == nil {
			t.Fatalf("in the lobby: %+v, rows %v", guest.last, guest.rows)
		}
		guest.say(Said{Offer: &Offer{1, "v=0"}})
		if got := guest.refusal(); got != "conference.waiting" || h.media.links[id] != nil {
			t.Errorf("an offer from the lobby: %q", got)
		}
		operator.hear()
		member.hear()
		if operator.rows[id].Status != meeting.Waits || member.rows[id].ID != "" {
			t.Errorf("who waits: %+v, and for members %+v", operator.rows[id], member.rows[id])
		}
		operator.do(meeting.Do{Act: meeting.ActRefuse, Station: id})
		wantReason(t, guest.over(), "conference.refused")
		if operator.hear(); operator.rows[id].ID != "" {
			t.Error("who was refused is still shown")
		}
		guest = enter()
		operator.do(meeting.Do{Act: meeting.ActAdmit, Station: id})
		guest.hear()
		if guest.last.Me.Status != meeting.InRoom || len(guest.rows) != 3 || guest.last.Floor == nil {
			t.Errorf("let in: %+v, rows %v", guest.last.Me, guest.rows)
		}
		guest.say(Said{Offer: &Offer{2, "nonsense"}})
		if got := guest.refusal(); got != "conference.bad_offer" || guest.last.Link != "none" {
			t.Errorf("%q, link %q", got, guest.last.Link)
		}
		resume := guest.last.Hello.Resume
		guest.end()
		<-guest.done
		guest = h.arrive(Arrival{Resume: resume})
		if guest.hear(); guest.last.Me.Status != meeting.InRoom {
			t.Errorf("back: %+v", guest.last.Me)
		}
		// His link in another's hands leads to the lobby, too.
		other := enter()
		wantReason(t, guest.over(), "conference.replaced")
		if other.last.Me.Status != meeting.Waits || len(other.rows) != 0 || other.last.Floor != nil {
			t.Errorf("by the link of who is in: %+v, rows %v", other.last.Me, other.rows)
		}
		wantReason(t, h.arrive(Arrival{Resume: resume}).over(), "conference.bad_ticket")
		operator.do(meeting.Do{Act: meeting.ActRefuse, Station: id})
		wantReason(t, other.over(), "conference.refused")
		guest = enter()
		for name, a := range map[string]Arrival{
			"as a person":    {Meeting: "m", Person: "member", Resume: resume},
			"of another's":   {Meeting: "m", Person: "operator", Resume: member.last.Hello.Resume},
			"on a laptop":    {Meeting: "m", Person: "member", Device: "d", Resume: member.last.Hello.Resume},
			"elsewhere":      {Meeting: "n", Person: "member", Resume: member.last.Hello.Resume},
			"made up":        {Meeting: "m", Person: "member", Resume: "m/member/" + newSecret()},
			"half a token":   {Meeting: "m", Person: "member", Resume: "m/member"},
			"without ticket": {Meeting: "m", Person: "member"},
		} {
			if err := h.arrive(a).over(); err == nil || app.AsError(err).Reason != "conference.bad_ticket" {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Removed: neither token nor a ticket from before lets it in again.
		before := h.ticket("member", "")
		resume = member.last.Hello.Resume
		operator.do(meeting.Do{Act: meeting.ActRemove, Station: "member"})
		wantReason(t, member.over(), "conference.removed")
		wantReason(t, h.arrive(before).over(), "conference.removed")
		wantReason(t, h.arrive(Arrival{Meeting: "m", Person: "member", Resume: resume}).over(), "conference.bad_ticket")
		operator.do(meeting.Do{Act: meeting.ActAdmit, Station: "member"})
		wantReason(t, h.arrive(Arrival{Meeting: "m", Person: "member", Resume: resume}).over(), "conference.bad_ticket")
		member = h.come("member", "")
		// A ticket is good once, for its person, and for a minute.
		used := h.ticket("member", "")
		another := used
		another.Person = "operator"
		wantReason(t, h.arrive(another).over(), "conference.bad_ticket")
		wantReason(t, h.arrive(used).over(), "conference.bad_ticket")
		old := h.ticket("member", "")
		time.Sleep(ticketLife)
		wantReason(t, h.arrive(old).over(), "conference.bad_ticket")
		if _, _, _, err := h.Ticket(t.Context(), "m", Comer{Person: "stranger"}); app.AsError(err).Reason != "meeting.not_found" {
			t.Errorf("a stranger: %v", err)
		}
		if err := h.Uninvite(t.Context(), "m", id); err != nil {
			t.Fatal(err)
		}
		for _, p := range []*page{operator, member, guest} {
			p.end()
			_ = p.over()
		}
	})
}

// What the media server was told of the floor before a conference is opened again is
// said anew.
func TestTheFloorIsSaidFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		h.media.floor = []app.ID{"p1"}
		chair := h.come("chair", "")
		chair.hear()
		synctest.Wait()
		h.media.mu.Lock()
		defer h.media.mu.Unlock()
		if len(h.media.floor) > 0 {
			t.Errorf("the floor is still %v", h.media.floor)
		}
	})
}

// A host that stops and begins anew finds everything, and the stations come back.
func TestARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		chair, one, bad := h.come("chair", ""), h.come("t1", "p1"), h.come("member", "")
		chair.do(meeting.Do{Act: meeting.ActMuteAll, On: true})
		chair.do(meeting.Do{Act: meeting.ActFloor, Station: "p1", On: true})
		chair.do(meeting.Do{Act: meeting.ActRemove, Station: "member"})
		chair.do(meeting.Do{Act: meeting.ActLock, On: true})
		wantReason(t, bad.over(), "conference.removed")
		resume := one.last.Hello.Resume
		h.Close()
		if err := one.over(); !errors.Is(err, ErrStops) {
			t.Errorf("the host stops: %v", err)
		}
		_ = chair.over()
		if err := h.arrive(Arrival{Meeting: "m", Person: "t1", Resume: resume}).over(); !errors.Is(err, ErrStops) {
			t.Errorf("after it has stopped: %v", err)
		}
		h.open()
		defer h.Close()
		one = h.arrive(Arrival{Meeting: "m", Person: "t1", Resume: resume})
		one.hear()
		if me := one.last.Me; me.Status != meeting.InRoom || !me.Allowed.Audio || one.rows["p1"].Order != 2 || one.last.Hello.Resume != resume {
			t.Errorf("it finds %+v, %+v", me, one.rows["p1"])
		}
		if f := one.floor(); !f.MutedAll || !slices.Equal(f.Holders, []app.ID{"p1"}) {
			t.Errorf("the floor: %+v", f)
		}
		wantReason(t, h.arrive(h.ticket("member", "")).over(), "conference.removed")
		wantReason(t, h.arrive(h.ticket("late", "")).over(), "conference.locked")
		c, _, err := h.Look(t.Context(), "m")
		if err != nil || c.Stations["p1"].Drops != 0 || c.Stations["chair"].Status() != meeting.SignalLost {
			t.Errorf("%v %+v", err, c.Stations["chair"])
		}
		// When nobody is there any more it is put away, and opened again as it was.
		one.end()
		_ = one.over()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if len(h.Open()) != 0 {
			t.Errorf("%v are still open", h.Open())
		}
		c, _, err = h.Look(t.Context(), "m")
		if err != nil || c.Stations["p1"].Status() != meeting.HasLeft || c.Stations["p1"].Drops != 1 || !c.Locked {
			t.Errorf("%v %+v", err, c.Stations["p1"])
		}
	})
}

// The record's speaking queue gives the floor, and its end ends all.
func TestTheRecordLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		chair, one, two := h.come("chair", ""), h.come("t1", "p1"), h.come("member", "")
		chair.do(meeting.Do{Act: meeting.ActMode, Mode: meeting.Assembly})
		wantHeard(t, h, "chair")
		session := func(first, second app.SpeechState) *app.Session {
			return &app.Session{Queue: map[app.CommandID]app.Speech{1: {Person: "t1", State: first, Accepted: 1, Asked: 1}, 2: {Person: "member", State: second, Accepted: 1, Asked: 2}}}
		}
		h.door.set(func(d *fakeDoor) { d.facts.Session = session(app.SpeechCalled, app.SpeechWaiting) })
		h.Changed(t.Context(), "m", false)
		wantHeard(t, h, "chair", "p1")
		two.hear()
		if f := two.floor(); f.Prepare != "member" || !two.last.Me.Prepare {
			t.Errorf("chuẩn bị: %+v", f)
		}
		h.door.set(func(d *fakeDoor) { d.facts.Session = session(app.SpeechDone, app.SpeechSpeaking) })
		h.Changed(t.Context(), "m", false)
		wantHeard(t, h, "chair", "member")
		h.door.set(func(d *fakeDoor) { d.facts.Session = session(app.SpeechDone, app.SpeechDone) })
		h.Changed(t.Context(), "m", false)
		wantHeard(t, h, "chair")
		h.door.set(func(d *fakeDoor) { d.out["member"] = true })
		h.Changed(t.Context(), "m", true)
		wantReason(t, two.over(), "meeting.not_found")
		h.Cut("t1")
		wantReason(t, one.over(), "session.required")
		one = h.arrive(Arrival{Meeting: "m", Person: "t1", Resume: one.last.Hello.Resume})
		one.hear()
		h.door.set(func(d *fakeDoor) { d.err = app.Refuse(app.Conflict, "room.closed") })
		h.Changed(t.Context(), "m", true)
		wantReason(t, one.over(), "room.closed")
		wantReason(t, chair.over(), "room.closed")
		wantHeard(t, h)
	})
}

// Two hundred stations: a roster comes in few frames, what changes in small ones,
// and who is slow skips what is old.
func TestManyStations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		for i := range 250 {
			h.door.facts.Points = append(h.door.facts.Points, meeting.Expected{Point: app.ID(fmt.Sprintf("019ab000-0000-7000-8000-%012d", i)), Name: fmt.Sprintf("Ủy ban nhân dân xã số %d", i), Group: "XA_PHUONG"})
		}
		chair, slow := h.come("chair", ""), h.come("slow", "")
		if chair.hear(); len(chair.rows) != 252 || chair.most > MaxFrame/2 {
			t.Fatalf("%d rows, the largest frame has %d bytes", len(chair.rows), chair.most)
		}
		var pages []*page
		for i := range 8 {
			pages = append(pages, h.come(app.ID(fmt.Sprint("t", i)), h.door.facts.Points[i].Point))
			chair.hear()
		}
		before := slow.frames
		slow.hear()
		if n := slow.frames - before; n > 3 || n == 0 || len(slow.rows) != 252 || slow.rows[h.door.facts.Points[7].Point].Status != meeting.InRoom {
			t.Errorf("%d frames after eight have come", n)
		}
		// What is new while somebody talks is small.
		frames, bytes := chair.frames, chair.bytes
		pages[0].say(Said{Hand: new(true)})
		if chair.hear(); chair.frames-frames != 1 || chair.bytes-bytes > 600 {
			t.Errorf("a hand: %d frames, %d bytes", chair.frames-frames, chair.bytes-bytes)
		}
		for _, p := range append(pages, chair, slow) {
			p.end()
			_ = p.over()
		}
	})
}

func TestConnectionsOfStationsThatEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		bad := h.come("member", "")
		bad.up <- []byte(`{"beat":true,"hand":true}`)
		wantReason(t, bad.over(), "conference.bad_frame")
		first := h.come("member", "")
		second := h.come("member", "")
		wantReason(t, first.over(), "conference.replaced")
		if c, _, err := h.Look(t.Context(), "m"); err != nil || c.Stations["member"].Status() != meeting.InRoom {
			t.Errorf("the second: %v %s", err, c.Stations["member"].Status())
		}
		for range 7 {
			second.say(Said{N: 9, Chat: new("a")})
		}
		if got := second.refusal(); got != "conference.too_fast" || len(second.chat) != 5 || len(second.taken) != 5 {
			t.Errorf("seven lines at once: %q, %d lines, %d done", got, len(second.chat), len(second.taken))
		}
		for range 6 {
			second.say(Said{N: 10, Report: &meeting.Report{Mic: app.TestGood}})
		}
		if got := second.refusal(); got != "conference.too_fast" || len(second.taken) != 10 {
			t.Errorf("six self-tests at once: %q, %d done", got, len(second.taken))
		}
		now := second.last.Now
		second.say(Said{Beat: true})
		if second.hear(); second.last.Now <= now {
			t.Error("no time comes back")
		}
		began := time.Now()
		if err := second.over(); err == nil || time.Since(began) > silence+time.Second {
			t.Errorf("silent for %v: %v", time.Since(began), err)
		}
		hurried := h.come("member", "")
		go func() {
			for range saidBurst + 2 {
				select {
				case hurried.up <- []byte(`{"beat":true}`):
				case <-t.Context().Done():
				}
			}
		}()
		wantReason(t, hurried.over(), "conference.too_fast")
		back := Arrival{Meeting: "m", Person: "member", Resume: hurried.last.Hello.Resume}
		reason := ""
		for range maxPerMinute + 1 {
			p := h.arrive(back)
			p.hear()
			p.end()
			if e := app.AsError(p.over()); e != nil {
				reason = e.Reason
			}
		}
		if reason != "conference.full" {
			t.Errorf("sixty returns in a minute end with %q", reason)
		}
		nobody := &Conferences{Door: h.door, Keep: h.keep, Now: time.Now}
		_, _, _, err := nobody.Ticket(t.Context(), "m", Comer{Person: "member"})
		wantReason(t, err, "conference.no_media")
		wantReason(t, nobody.Serve(t.Context(), &page{closed: make(chan struct{})}, Arrival{}), "conference.no_media")
	})
}

// The page that all follow goes over the stations' data channels.
func TestStationsFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		screen := connect(t, h.Relay, "chair")
		screen.hear()
		chair, member := h.come("chair", ""), h.come("member", "")
		screen.ask(Asked{Take: true})
		screen.hear()
		h.media.links["chair"].to.Message(FollowLabel, []byte(`{"seq":5,"place":{"material":"tl","version":1,"page":4,"zoom":0,"x":0,"y":0}}`))
		h.media.links["member"].to.Message(FollowLabel, []byte(`{"seq":9,"place":{"material":"tl","version":1,"page":9,"zoom":0,"x":0,"y":0}}`))
		time.Sleep(restFor)
		synctest.Wait()
		if told := last(h.media.links["member"].sent); told.Lead.By != "chair" || told.Lead.Place.Page != 4 {
			t.Errorf("told %+v", told.Lead)
		}
		if got := screen.hear(); got.Lead.Place.Page != 4 {
			t.Errorf("over the connection: %+v", got.Lead)
		}
		h.media.links["member"].to.Gone()
		synctest.Wait()
		if member.hear(); member.last.Link != "none" || !h.media.links["member"].closed {
			t.Errorf("the link has gone: %+v", member.last.Link)
		}
		for _, p := range []*page{chair, member} {
			p.end()
			_ = p.over()
		}
		screen.end()
		<-screen.done
	})
}

func FuzzParseSaid(f *testing.F) {
	for _, s := range []string{`{"beat":true}`, `{"n":3,"do":{"act":"floor","station":"p1","on":true}}`, `{"watch":[{"slot":0,"station":"a","track":"camera","height":1,"rank":0}]}`,
		`{"offer":{"seq":1,"sdp":"v=0"}}`, `{"report":{"mic":"ok"}}`, `{"chat":"a"}{}`, `{}`, `{"hand":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseSaid(b)
		if err != nil {
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseSaid(out); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if s.Watch != nil && checkWishes(*s.Watch) == nil && len(*s.Watch) > meeting.VideoSlots {
			t.Fatalf("%d wishes are taken", len(*s.Watch))
		}
		c := meeting.NewConference("m", false, 1)
		if _, err := c.Comes(meeting.Seat{Station: "a", Kind: meeting.PersonStation, Role: app.MeetingChair, Runs: true}, 1); err != nil {
			t.Fatal(err)
		}
		if s.Do != nil {
			_ = c.Do("a", *s.Do, 2)
		}
		saved, err := c.Save()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := meeting.Restore(saved); err != nil {
			t.Fatalf("%s: %v", saved, err)
		}
	})
}
