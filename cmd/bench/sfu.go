package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/sfutest"
)

// benchSFU measures the media server: its own process, of which alone CPU and
// memory are counted, and stations in this one. Up to some number of them report on
// every packet; most decrypt one of sixteen alone.
func benchSFU(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sfu", flag.ContinueOnError)
	b := &sfuBench{out: out}
	fs.IntVar(&b.pubs, "pubs", 4, "stations that send pictures")
	fs.IntVar(&b.points, "points", 50, "stations that watch all of them")
	fs.IntVar(&b.full, "full", 5, "of those, how many take in every packet")
	fs.IntVar(&b.reports, "reports", 60, "of those, how many say of every packet when it came, as browsers do")
	fs.IntVar(&b.poor, "poor", 0, "of those, how many have a poor line for a while; 0 = 30 of 215")
	fs.DurationVar(&b.span, "span", 10*time.Second, "of each measurement")
	fs.StringVar(&b.profiles, "profile", "", "folder for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if b.pubs < 1 || b.pubs > 6 || b.points < 2 || b.points > 1000 || b.span < 100*time.Millisecond {
		return errors.New("--pubs from 1 to 6, --points from 2 to 1000, --span at least 100ms")
	}
	if b.poor == 0 {
		b.poor = max(1, b.points*30/215)
	}
	b.full = min(b.full, b.points-b.poor)
	if err := b.start(); err != nil {
		return err
	}
	defer b.close()
	for _, step := range []func() error{b.join, b.frames, b.forward, b.poorLines, b.openMics, b.oneMore} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type sfuBench struct {
	out                      io.Writer
	pubs, points, full, poor int
	reports                  int
	span                     time.Duration
	profiles                 string
	server                   *part
	orders                   sync.Mutex
	senders, watchers        []*sfutest.Station
	thin                     atomic.Bool
	joined                   time.Duration
	idle                     int64 // bytes that the server holds before anybody came
}

const (
	filmRate   = 1_200_000
	filmFrames = 25
	poorRate   = 300_000
	poorLoss   = 0.05
	parallel   = 16
)

func (b *sfuBench) start() (err error) {
	if b.server, _, err = startPart("sfu-server", "--profile", b.profiles); err != nil {
		return err
	}
	b.idle, _, err = residentOf(b.server.cmd.Process.Pid)
	return err
}

func (b *sfuBench) close() {
	for _, s := range append(b.senders, b.watchers...) {
		s.Close()
	}
	_ = b.server.stop()
}

func (b *sfuBench) order(o sfuOrder) (answer, error) {
	line, err := json.Marshal(o)
	if err != nil {
		return answer{}, err
	}
	b.orders.Lock()
	defer b.orders.Unlock()
	return b.server.order(string(line))
}

func (b *sfuBench) usage() (answer, error) {
	b.orders.Lock()
	defer b.orders.Unlock()
	return b.server.order("usage")
}

func (b *sfuBench) bring(name string, o sfutest.Options) (*sfutest.Station, error) {
	s, err := sfutest.New(o)
	if err != nil {
		return nil, err
	}
	a, err := b.order(sfuOrder{Join: name, Offer: s.Offer()})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return s, s.Join(ctx, a.Text)
}

func pubName(i int) string   { return fmt.Sprintf("pub%d", i) }
func pointName(i int) string { return fmt.Sprintf("point%d", i) }

// settle waits until a change has had its effect; a short run waits less.
func (b *sfuBench) settle(most time.Duration) { time.Sleep(min(most, 5*b.span)) }

// join brings everybody in.
func (b *sfuBench) join() error {
	for i := range b.pubs {
		s, err := b.bring(pubName(i), sfutest.Options{Shape: sfutest.Shape{Sends: true, Audio: meeting.AudioSlots}})
		if err != nil {
			return err
		}
		b.senders = append(b.senders, s)
		if _, err := b.order(sfuOrder{Of: pubName(i), Allow: &meeting.Sends{Audio: true, Camera: true}}); err != nil {
			return err
		}
	}
	before, err := b.usage()
	if err != nil {
		return err
	}
	began := time.Now()
	b.watchers = make([]*sfutest.Station, b.points)
	errs := make([]error, b.points)
	var all sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i := range b.points {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			o := sfutest.Options{Shape: sfutest.Shape{Sends: true, Audio: meeting.AudioSlots, Video: b.pubs, Channels: true}, Sample: i >= b.full+b.poor}
			o.Silent = i >= max(b.reports, b.full+b.poor)
			if i < b.poor {
				o.Wrap = func(conn net.PacketConn) net.PacketConn { return newThin(conn, &b.thin, poorRate, poorLoss) }
			}
			b.watchers[i], errs[i] = b.bring(pointName(i), o)
		})
	}
	all.Wait()
	b.joined = time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	after, err := b.usage()
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "sfu.cpu_ms_per_join", Value: (after.CPU - before.CPU) / float64(b.points) * 1000, Unit: "ms", N: b.points})
}

// frames has everybody watch everybody who films, until all have a first picture.
func (b *sfuBench) frames() error {
	for _, s := range b.senders {
		s.Publish(sfutest.Film{Rate: filmRate, Frames: filmFrames, Size: 1100, Level: 30})
	}
	began := time.Now()
	var wishes []meeting.Wish
	for i := range b.pubs {
		wishes = append(wishes, meeting.Wish{Slot: i, Station: app.ID(pubName(i)), Track: meeting.Camera, Height: 720, Rank: min(i, 2)})
	}
	for i := range b.watchers {
		if _, err := b.order(sfuOrder{Of: pointName(i), Watch: wishes}); err != nil {
			return err
		}
	}
	late := time.After(time.Minute)
	missing := 0
	for _, s := range b.watchers {
		select {
		case <-s.Picture():
		case <-late:
			missing++
			late = time.After(0)
		}
	}
	took := time.Since(began)
	return print(b.out, figure{Name: "sfu.first_frame_all_s", Value: (b.joined + took).Seconds(), Unit: "s", N: b.points,
		More: map[string]any{"join_s": b.joined.Seconds(), "frame_s": took.Seconds(), "without": missing}})
}

// window is what came in a time.
type window struct {
	packets   int // that came, and that were sent
	span      int
	pictures  int // of those that came
	sounds    int
	published int // of pictures, by the stations; and what the server sent of them
	sent      int
	latencies []time.Duration
	cpu       float64
}

// measure counts for a while what some stations are sent.
func (b *sfuBench) measure(of []*sfutest.Station) (w window, err error) {
	for _, s := range of {
		s.Take()
	}
	before, err := b.usage()
	if err != nil {
		return w, err
	}
	time.Sleep(b.span)
	after, err := b.usage()
	if err != nil {
		return w, err
	}
	w.cpu = after.CPU - before.CPU
	for _, s := range of {
		for _, slot := range s.Take() {
			w.span += slot.Span
			w.packets += slot.Packets
			if slot.Sound {
				w.sounds += slot.Packets
				continue
			}
			w.pictures += slot.Packets
			w.published += slot.Published
			w.sent += slot.Sent
			w.latencies = append(w.latencies, slot.Latencies...)
		}
	}
	slices.Sort(w.latencies)
	return w, nil
}

func (w *window) at(share float64) float64 {
	if len(w.latencies) == 0 {
		return 0
	}
	return float64(w.latencies[int(float64(len(w.latencies)-1)*share)].Microseconds()) / 1000
}

// forward measures what a packet costs, and what becomes of it.
func (b *sfuBench) forward() error {
	b.settle(3 * time.Second) // the first key frames are over, and lines are known
	w, err := b.measure(b.watchers)
	if err != nil {
		return err
	}
	now, _, err := residentOf(b.server.cmd.Process.Pid)
	if err != nil {
		return err
	}
	n := w.packets
	lost := float64(w.span-w.packets) / float64(max(1, w.span))
	more := map[string]any{"pubs": b.pubs, "points": b.points, "packets_per_s": float64(n) / b.span.Seconds(), "reporting": min(b.points, max(b.reports, b.full+b.poor))}
	for _, f := range []figure{
		{Name: "sfu.cpu_s_per_million", Value: w.cpu / float64(n) * 1e6, Unit: "s", N: n, More: more},
		{Name: "sfu.delivered_pct", Value: 100 * float64(w.sent) / float64(max(1, w.published)) * (1 - lost), Unit: "%", N: w.published},
		{Name: "sfu.seq_loss_pct", Value: 100 * lost, Unit: "%", N: w.span},
		{Name: "sfu.rss_mib_per_point", Value: float64(now-b.idle) / (1 << 20) / float64(b.points+b.pubs), Unit: "MiB", N: b.points},
		{Name: "sfu.video_p50_ms", Value: w.at(0.5), Unit: "ms", N: len(w.latencies)},
		{Name: "sfu.video_p95_ms", Value: w.at(0.95), Unit: "ms", N: len(w.latencies)},
	} {
		if err := print(b.out, f); err != nil {
			return err
		}
	}
	return nil
}

// poorLines makes some lines poor, and looks what the others notice.
func (b *sfuBench) poorLines() error {
	others := b.watchers[b.poor:]
	before, err := b.measure(others)
	if err != nil {
		return err
	}
	b.thin.Store(true)
	defer b.thin.Store(false)
	b.settle(8 * time.Second) // the server finds out
	after, err := b.measure(others)
	if err != nil {
		return err
	}
	poor, err := b.measure(b.watchers[:b.poor])
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "sfu.poor_links_effect_ratio", Value: after.at(0.95) / max(before.at(0.95), 0.001), Unit: "ratio", N: len(after.latencies),
		More: map[string]any{"poor": b.poor, "p95_ms_before": before.at(0.95), "p95_ms_after": after.at(0.95), "delivered_ratio": float64(after.pictures) / float64(max(1, before.pictures)),
			"poor_sounds_per_s": float64(poor.sounds) / b.span.Seconds() / float64(b.poor), "poor_pictures_per_s": float64(poor.pictures) / b.span.Seconds() / float64(b.poor),
			"poor_loss_pct": 100 * float64(poor.span-poor.packets) / float64(max(1, poor.span))}})
}

// openMics has every station speak at once.
func (b *sfuBench) openMics() error {
	for i, s := range b.watchers {
		if _, err := b.order(sfuOrder{Of: pointName(i), Watch: []meeting.Wish{}}); err != nil {
			return err
		}
		if _, err := b.order(sfuOrder{Of: pointName(i), Allow: &meeting.Sends{Audio: true}}); err != nil {
			return err
		}
		s.Publish(sfutest.Film{Still: true, Level: uint8(20 + i%20)})
	}
	b.settle(2 * time.Second)
	w, err := b.measure(b.watchers)
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "sfu.open_mics_packets_per_s_per_subscriber", Value: float64(w.sounds) / b.span.Seconds() / float64(b.points), Unit: "1/s", N: b.points + b.pubs,
		More: map[string]any{"cpu_share": w.cpu / b.span.Seconds()}})
}

// oneMore counts the offers and answers that one more station costs the others.
func (b *sfuBench) oneMore() error {
	before, err := b.usage()
	if err != nil {
		return err
	}
	s, err := b.bring("one-more", sfutest.Options{Shape: sfutest.Shape{Audio: meeting.AudioSlots, Video: b.pubs}})
	if err != nil {
		return err
	}
	b.watchers = append(b.watchers, s)
	after, err := b.usage()
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "sfu.renegotiations_on_join", Value: float64(after.Items - before.Items - 1), Unit: "1", N: b.points})
}
