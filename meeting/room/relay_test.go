package room

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/meeting"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipe is a connection in memory. With hold set its reader takes nothing.
type pipe struct {
	up   chan []byte
	down chan []byte
}

func (p *pipe) Read(ctx context.Context) ([]byte, error) {
	select {
	case b := <-p.up:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipe) Write(ctx context.Context, b []byte) error {
	select {
	case p.down <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// screen is one person's connection to the relay under test.
type screen struct {
	*pipe
	t    *testing.T
	end  context.CancelFunc
	done chan error
	last Told // everything told so far, the newest of each
}

var errStranger = errors.New("not invited")

func seats(_ context.Context, _, person app.ID) (meeting.Rank, error) {
	switch person {
	case "chair":
		return meeting.Runs, nil
	case "presenter":
		return meeting.Presents, nil
	case "stranger":
		return 0, errStranger
	}
	return meeting.Listens, nil
}

func newRelay() *Relay { return &Relay{Host: app.HostServer, Seats: seats, Now: time.Now} }

func connect(t *testing.T, r *Relay, person app.ID) *screen {
	ctx, cancel := context.WithCancel(context.Background())
	s := &screen{pipe: &pipe{make(chan []byte), make(chan []byte)}, t: t, end: cancel, done: make(chan error, 1)}
	go func() { s.done <- r.Serve(ctx, s.pipe, "m", person) }()
	t.Cleanup(cancel)
	return s
}

func (s *screen) ask(a Asked) {
	b, err := json.Marshal(a)
	if err != nil {
		s.t.Fatal(err)
	}
	s.up <- b
}

// hear takes what has come.
func (s *screen) hear() Told {
	for {
		synctest.Wait()
		select {
		case b := <-s.down:
			var told Told
			if err := json.Unmarshal(b, &told); err != nil {
				s.t.Fatal(err)
			}
			s.last.Refused = told.Refused
			if told.Rank != nil {
				s.last.Rank = told.Rank
			}
			if told.Host != "" {
				s.last.Host = told.Host
			}
			if told.Lead != nil {
				s.last.Lead, s.last.Seq = told.Lead, told.Seq
			}
			if told.Here != nil {
				s.last.Here = told.Here
			}
		default:
			return s.last
		}
	}
}

func TestEverybodyFollowsTheLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		chair, member := connect(t, r, "chair"), connect(t, r, "member")
		if told := chair.hear(); *told.Rank != meeting.Runs || told.Host != app.HostServer || *told.Here != 2 || told.Lead.By != "" {
			t.Fatalf("the first frame: %+v", told)
		}
		member.hear()
		chair.ask(Asked{Take: true})
		chair.ask(Asked{Place: &meeting.Place{Material: "tl", Page: 3, Zoom: 1000}})
		chair.ask(Asked{Point: &meeting.Point{Page: 4, X: 1, Y: 2}})
		chair.hear()
		if told := member.hear(); told.Lead.By != "chair" || told.Lead.Place.Page != 3 || *told.Lead.Point != (meeting.Point{Page: 4, X: 1, Y: 2}) {
			t.Fatalf("the member hears %+v", told.Lead)
		}
		late := connect(t, r, "late")
		if told := late.hear(); told.Lead.Place.Page != 3 || *told.Here != 3 {
			t.Fatalf("who comes late hears %+v", told.Lead)
		}
		member.hear()
		chair.hear()
		member.ask(Asked{Take: true})
		if told := member.hear(); told.Refused != "room.led_by_another" {
			t.Fatalf("a member takes the lead: %+v", told)
		}
		chair.end()
		if err := <-chair.done; err != nil {
			t.Fatal(err)
		}
		if told := member.hear(); told.Lead.By != "" || *told.Here != 2 {
			t.Fatalf("the leader has gone: %+v", told)
		}
		member.end()
		late.end()
		<-member.done
		<-late.done
	})
}

// Who presents the item under way may lead while it is under way.
func TestRankIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, rank := newRelay(), meeting.Listens
		r.Seats = func(context.Context, app.ID, app.ID) (meeting.Rank, error) { return rank, nil }
		guest := connect(t, r, "guest")
		if told := guest.hear(); *told.Rank != meeting.Listens {
			t.Fatalf("the first frame: rank %d", *told.Rank)
		}
		rank = meeting.Presents
		guest.ask(Asked{Rank: true})
		if told := guest.hear(); *told.Rank != meeting.Presents || told.Host != app.HostServer || told.Lead.By != "" {
			t.Fatalf("asked again: %+v", told)
		}
		guest.ask(Asked{Take: true})
		if told := guest.hear(); told.Lead.By != "guest" {
			t.Fatalf("he leads: %+v", told.Lead)
		}
		guest.end()
		<-guest.done
	})
}

// Who takes frames slowly is told the newest place, not all of them one after the other.
func TestSlowScreensSkip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		chair, slow := connect(t, r, "chair"), connect(t, r, "slow")
		chair.hear()
		chair.ask(Asked{Take: true})
		for page := 1; page <= 30; page++ {
			chair.ask(Asked{Place: &meeting.Place{Material: "tl", Page: page}})
			chair.hear()
		}
		frames := 0
		for {
			synctest.Wait()
			select {
			case b := <-slow.down:
				frames++
				var told Told
				if err := json.Unmarshal(b, &told); err != nil {
					t.Fatal(err)
				}
				if told.Lead != nil {
					slow.last.Lead = told.Lead
				}
				continue
			default:
			}
			break
		}
		if frames > 3 || slow.last.Lead.Place.Page != 30 {
			t.Fatalf("%d frames, page %v", frames, slow.last.Lead.Place)
		}
		chair.end()
		slow.end()
		<-chair.done
		<-slow.done
	})
}

func TestConnectionsThatEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		stranger := connect(t, r, "stranger")
		if err := <-stranger.done; !errors.Is(err, errStranger) {
			t.Errorf("a stranger: %v", err)
		}
		bad := connect(t, r, "member")
		bad.hear()
		bad.up <- []byte(`{"take":true,"release":true}`)
		if err := <-bad.done; !errors.Is(err, errFrame) {
			t.Errorf("two things in one frame: %v", err)
		}
		var four []*screen
		for range maxPerPerson {
			four = append(four, connect(t, r, "member"))
			synctest.Wait()
		}
		fifth := connect(t, r, "member")
		if err := <-fifth.done; !errors.Is(err, ErrFull) {
			t.Errorf("the fifth window: %v", err)
		}
		hurried := four[0]
		for range burst {
			hurried.ask(Asked{NoPoint: true})
			hurried.hear()
		}
		hurried.ask(Asked{NoPoint: true})
		if err := <-hurried.done; !errors.Is(err, errRate) {
			t.Errorf("too fast: %v", err)
		}
		deaf := four[1] // takes nothing for longer than is waited
		four[2].end()
		if err := <-deaf.done; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("takes nothing: %v", err)
		}
		for _, s := range four[2:] {
			s.end()
			<-s.done
		}
		if len(r.rooms) != 0 {
			t.Errorf("%d rooms are left", len(r.rooms))
		}
	})
}

func FuzzParseAsked(f *testing.F) {
	for _, s := range []string{`{"take":true}`, `{"place":{"material":"m","page":1}}`, `{}`, `{"point":null}`, `{"take":true}{}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ParseAsked(b)
		if err != nil {
			return
		}
		out, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseAsked(out); err != nil || (again.Place == nil) != (a.Place == nil) || again.Take != a.Take {
			t.Fatalf("%s: %v", out, err)
		}
	})
}
