package sfu

import (
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"khonggiay/meeting"
)

// poor is a watcher's offer without reports of arrivals.
var poor = strings.ReplaceAll(chromiumOffer, "a=extmap:3 "+extTransport+"\r\n", "")

// decide has it decided what is seen of layers as large as a camera's are.
func decide(f *feed, to *Station) (wanted int) {
	for _, l := range f.from.sources[1].layers {
		l.rate.Store(int64(nominalRates[l.index]))
		l.height.Store(int32(nominalHeights[l.index]))
	}
	return to.allot(f.now)
}

// report has a second pass in which the picture that is seen goes on, and then sends
// the receiver's report: so much of it was lost.
func report(f *feed, to *Station, lost float64, bound *rtcp.ReceiverEstimatedMaximumBitrate) {
	f.Helper()
	eye := to.video[0]
	to.improve(f.batch, decide(f, to), f.now)
	for range 30 {
		f.now = f.now.Add(33 * time.Millisecond)
		for i, l := range f.from.sources[1].layers {
			l.lastSeen.Store(f.now.UnixMilli())
			if eye.target == l {
				f.sent++
				f.filmLayer(uint32(77+i), l.name, f.sent, eye.now == nil || eye.now.of != l)
			}
		}
	}
	say := []rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: eye.source, FractionLost: uint8(lost * 255), LastSequenceNumber: uint32(eye.last)}}}}
	if bound != nil {
		say = append(say, bound)
	}
	raw, err := rtcp.Marshal(say)
	if err != nil {
		f.Fatal(err)
	}
	to.Control(f.batch, raw, f.now)
}

// TestReceiverReports: a player that does not report arrivals has small pictures
// first, large ones when nothing is lost, and smaller or none when much is.
func TestReceiverReports(t *testing.T) {
	for name, offer := range map[string]string{"it says that it does not": poor, "it says that it does, and does not": chromiumOffer} {
		t.Run(name, func(t *testing.T) {
			f, to := newFeedTo(t, offer)
			to.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 720}})
			index := func() int {
				if to.video[0].target == nil {
					return -1
				}
				return to.video[0].target.index
			}
			report(f, to, 0, nil)
			if got := index(); got > 1 {
				t.Errorf("it begins with layer %d", got)
			}
			for range 40 {
				report(f, to, 0, nil)
			}
			if got := index(); got != 2 {
				t.Errorf("nothing is lost, and it has layer %d", got)
			}
			for range 5 {
				report(f, to, 0.5, nil)
			}
			decide(f, to)
			rate, loss, fresh := to.out.bears()
			if got := index(); got > 0 || rate > 200_000 || loss < 0.15 || fresh {
				t.Errorf("half is lost, and it has layer %d; %d are believed, %.2f lost", got, rate, loss)
			}
		})
	}
}

// TestReceiverBound: what a player says that it can take is not exceeded.
func TestReceiverBound(t *testing.T) {
	f, to := newFeedTo(t, poor)
	to.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 720}})
	for range 40 {
		report(f, to, 0, nil)
	}
	report(f, to, 0, &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: 1, Bitrate: 250_000, SSRCs: []uint32{to.video[0].source}})
	decide(f, to)
	if rate, _, _ := to.out.bears(); rate < 240_000 || rate > 250_000 || to.video[0].target.index != 0 {
		t.Errorf("%d are believed, it has layer %d", rate, to.video[0].target.index)
	}
}
