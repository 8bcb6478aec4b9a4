package meeting_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/meeting"
)

var fallbackBegin = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// run gives a fallback a line for each second of a time, and answers its last word.
func run(f *meeting.Fallback, now *time.Time, l meeting.Line, seconds int) (route meeting.Route) {
	for range seconds {
		*now = now.Add(time.Second)
		route = f.Next(l, *now)
	}
	return route
}

func TestFallback(t *testing.T) {
	good := meeting.Line{Up: true, Route: meeting.RouteUDP, RateUp: 400, RateDown: 900, Bears: 1500, LossDown: 0.02}
	lossy := meeting.Line{Up: true, Route: meeting.RouteUDP, RateUp: 400, RateDown: 50, Bears: 40, LossDown: 0.3}
	lossyUp := meeting.Line{Up: true, Route: meeting.RouteUDP, RateUp: 40, RateDown: 900, Bears: 1500, LossUp: 0.3}
	adapting := meeting.Line{Up: true, Route: meeting.RouteUDP, RateUp: 400, RateDown: 500, Bears: 400, LossDown: 0.3}
	tcpClean := meeting.Line{Up: true, Route: meeting.RouteTCP, RateUp: 400, RateDown: 500, Bears: 400, LossDown: 0.01}
	tcpThin := meeting.Line{Up: true, Route: meeting.RouteRelay, RateUp: 40, RateDown: 40, Bears: 40, LossDown: 0.01}
	tcpLossy := meeting.Line{Up: true, Route: meeting.RouteTCP, RateUp: 400, RateDown: 500, Bears: 400, LossDown: 0.35}
	policed := meeting.Line{Up: true, Route: meeting.RouteUDP, RateUp: 400, RateDown: 900, Bears: 900, LossUp: 0.15}
	idle := meeting.Line{Up: true, Route: meeting.RouteUDP, LossDown: 0.3, LossUp: 0.3}
	down := meeting.Line{Route: meeting.RouteUDP}
	overTCP := meeting.Line{Up: true, Route: meeting.RouteTCP, RateUp: 40, RateDown: 50, Bears: 40, LossDown: 0.3}
	type step struct {
		line    meeting.Line
		seconds int
		want    meeting.Route
	}
	for name, steps := range map[string][]step{
		"a good line stays":                   {{good, 600, meeting.RouteUDP}},
		"a short trouble passes":              {{good, 5, meeting.RouteUDP}, {lossy, 9, meeting.RouteUDP}, {good, 1, meeting.RouteUDP}, {lossy, 9, meeting.RouteUDP}},
		"loss that nothing mends":             {{good, 5, meeting.RouteUDP}, {lossy, 10, meeting.RouteUDP}, {lossy, 1, meeting.RouteTCP}},
		"loss of what the station sends":      {{good, 5, meeting.RouteUDP}, {lossyUp, 11, meeting.RouteTCP}},
		"a rate that can still fall":          {{good, 5, meeting.RouteUDP}, {adapting, 24, meeting.RouteUDP}, {good, 1, meeting.RouteUDP}, {adapting, 24, meeting.RouteUDP}},
		"much loss at any rate":               {{good, 5, meeting.RouteUDP}, {adapting, 25, meeting.RouteUDP}, {adapting, 1, meeting.RouteTCP}, {tcpClean, 298, meeting.RouteTCP}},
		"much loss of what the station sends": {{good, 5, meeting.RouteUDP}, {policed, 26, meeting.RouteTCP}},
		"TCP that loses as much":              {{adapting, 26, meeting.RouteTCP}, {adapting, 30, meeting.RouteTCP}, {tcpLossy, 20, meeting.RouteTCP}, {tcpLossy, 1, meeting.RouteUDP}, {adapting, 299, meeting.RouteUDP}, {adapting, 2, meeting.RouteTCP}, {tcpLossy, 21, meeting.RouteUDP}, {adapting, 599, meeting.RouteUDP}, {down, 8, meeting.RouteTCP}},
		"TCP that bears no pictures":          {{adapting, 26, meeting.RouteTCP}, {tcpThin, 21, meeting.RouteUDP}},
		"TCP that bears as little":            {{lossy, 11, meeting.RouteTCP}, {tcpThin, 200, meeting.RouteTCP}},
		"TCP that does not come":              {{adapting, 26, meeting.RouteTCP}, {meeting.Line{}, 21, meeting.RouteUDP}},
		"nothing is sent":                     {{good, 5, meeting.RouteUDP}, {idle, 60, meeting.RouteUDP}},
		"a line that dies":                    {{good, 5, meeting.RouteUDP}, {down, 7, meeting.RouteUDP}, {down, 1, meeting.RouteTCP}},
		"a line that never was":               {{meeting.Line{}, 8, meeting.RouteUDP}, {meeting.Line{}, 1, meeting.RouteTCP}},
		"another way that was found by itself": {{good, 5, meeting.RouteUDP}, {down, 7, meeting.RouteUDP}, {overTCP, 1, meeting.RouteTCP}, {overTCP, 299, meeting.RouteTCP}, {overTCP, 1, meeting.RouteUDP},
			{overTCP, 7, meeting.RouteUDP}, {overTCP, 1, meeting.RouteTCP}, {overTCP, 599, meeting.RouteTCP}, {overTCP, 1, meeting.RouteUDP}, {good, 60, meeting.RouteUDP}},
		"a network that lets no UDP through":   {{meeting.Line{}, 3, meeting.RouteUDP}, {overTCP, 600, meeting.RouteUDP}},
		"going back":                           {{down, 9, meeting.RouteTCP}, {overTCP, 299, meeting.RouteTCP}, {overTCP, 1, meeting.RouteUDP}},
		"going back from a way that is no way": {{down, 9, meeting.RouteTCP}, {meeting.Line{}, 300, meeting.RouteUDP}},
		"going back in vain is tried more rarely": {{down, 9, meeting.RouteTCP}, {overTCP, 300, meeting.RouteUDP}, {down, 8, meeting.RouteTCP},
			{overTCP, 599, meeting.RouteTCP}, {overTCP, 1, meeting.RouteUDP}},
		"what was long ago is forgotten": {{down, 9, meeting.RouteTCP}, {overTCP, 300, meeting.RouteUDP}, {good, 700, meeting.RouteUDP}, {down, 8, meeting.RouteTCP},
			{overTCP, 300, meeting.RouteUDP}},
	} {
		t.Run(name, func(t *testing.T) {
			var f meeting.Fallback
			now := fallbackBegin
			for i, s := range steps {
				if got := run(&f, &now, s.line, s.seconds); got != s.want {
					t.Fatalf("step %d: %s instead of %s", i+1, got, s.want)
				}
			}
		})
	}
}

// TestFallbackProperties: whatever the line does, a change to TCP has a reason that
// has lasted, one back comes no sooner than five minutes later unless TCP has been no
// better, and a reason that lasts is acted on.
func TestFallbackProperties(t *testing.T) {
	share := rapid.Float64Range(0, 1)
	kbit := rapid.SampledFrom([]int{0, 24, 40, 64, 65, 300, 2000})
	route := rapid.SampledFrom([]meeting.Route{"", meeting.RouteUDP, meeting.RouteUDP, meeting.RouteUDP, meeting.RouteTCP, meeting.RouteRelay})
	rapid.Check(t, func(t *rapid.T) {
		var f meeting.Fallback
		now, before := fallbackBegin, meeting.RouteUDP
		var changed, back, lossySince, heavySince, downSince, worseSince, stays time.Time
		direct := false  // it has been up over UDP
		excused := false // TCP may have been no better
		since := func(at *time.Time, holds bool) time.Duration {
			if !holds {
				*at = time.Time{}
				return -1
			}
			if at.IsZero() {
				*at = now
			}
			return now.Sub(*at)
		}
		for range rapid.IntRange(1, 60).Draw(t, "spans") {
			line := meeting.Line{Up: rapid.Bool().Draw(t, "up"), Route: route.Draw(t, "route"), LossUp: share.Draw(t, "loss up"), LossDown: share.Draw(t, "loss down"),
				RateUp: kbit.Draw(t, "rate up"), RateDown: kbit.Draw(t, "rate down"), Bears: kbit.Draw(t, "bears")}
			onUDP := line.Route == meeting.RouteUDP || line.Route == ""
			least := func(rate int) bool { return 0 < rate && rate <= 64 }
			lossUp, lossDown := line.LossUp >= 0.15 && line.RateUp > 0, line.LossDown >= 0.15 && line.RateDown > 0
			loses := onUDP && line.Up && (lossUp || lossDown)
			lossy := onUDP && line.Up && (lossUp && least(line.RateUp) || lossDown && (least(line.RateDown) || least(line.Bears)))
			// What is no better than any UDP that was left for its loss is at least this.
			mayBeWorse := !line.Up || !onUDP && (lossUp || lossDown || least(line.Bears))
			for range rapid.IntRange(1, 400).Draw(t, "seconds") {
				now = now.Add(time.Second)
				next := f.Next(line, now)
				isLossy, isHeavy := since(&lossySince, lossy) >= 10*time.Second, since(&heavySince, loses) >= 25*time.Second
				isWorse := since(&worseSince, mayBeWorse) >= 20*time.Second
				if !onUDP || line.Up || downSince.IsZero() {
					downSince = now
				}
				isDown := now.Sub(downSince) >= 8*time.Second
				switch {
				case next == before:
				case next == meeting.RouteTCP:
					byItself := direct && !onUDP && line.Up && now.Sub(back) >= 8*time.Second
					if !isLossy && !isHeavy && !isDown && !byItself {
						t.Fatalf("to TCP without a reason: %+v", line)
					}
					if now.Before(stays) && !isDown && !byItself {
						t.Fatalf("to TCP though it was no better: %+v", line)
					}
					changed, worseSince = now, time.Time{}
				case next == meeting.RouteUDP:
					excused = excused || isWorse
					if now.Sub(changed) < 5*time.Minute {
						if !isWorse {
							t.Fatalf("back after %s", now.Sub(changed))
						}
						stays = now.Add(5 * time.Minute)
					}
					back, lossySince, heavySince, downSince = now, time.Time{}, time.Time{}, now // its new connection begins anew
				default:
					t.Fatalf("route %q", next)
				}
				direct = direct || before == meeting.RouteUDP && onUDP && line.Up
				before = next
			}
			long := !lossySince.IsZero() && now.Sub(lossySince) > 11*time.Second || !heavySince.IsZero() && now.Sub(heavySince) > 26*time.Second
			if before == meeting.RouteUDP && !excused && long {
				t.Fatalf("much is lost, and nothing is done: %+v", line)
			}
		}
	})
}
