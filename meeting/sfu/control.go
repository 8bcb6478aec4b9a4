package sfu

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"

	"khonggiay/meeting"
	"khonggiay/meeting/sfu/estimate"
	"khonggiay/meeting/sfu/transport"
)

// RTCP packet types (RFC 3550, RFC 4585).
const (
	senderReportType   = 200
	receiverReportType = 201
	transportFeedback  = 205
	payloadFeedback    = 206

	formatNACK     = 1
	formatArrivals = 15
	formatPLI      = 1
	formatFIR      = 4
	formatBound    = 15
)

// Control implements transport.Handler.
func (st *Station) Control(b *transport.Batch, raw []byte, now time.Time) {
	for len(raw) >= 8 && !st.closed.Load() && st.mayTell(now) {
		n := 4 * (int(binary.BigEndian.Uint16(raw[2:])) + 1)
		if raw[0]>>6 != 2 || n > len(raw) || n < 8 {
			return
		}
		one, format := raw[:n], raw[0]&0x1f
		raw = raw[n:]
		switch one[1] {
		case senderReportType:
			if len(one) >= 28 {
				st.senderReport(one, now)
				st.receiverReports(one[28:], int(format), now)
			}
		case receiverReportType:
			st.receiverReports(one[8:], int(format), now)
		case transportFeedback:
			st.feedback(b, one, format, now)
		case payloadFeedback:
			if format == formatBound {
				st.bound(one, now)
			} else {
				st.wanted(one, format, now)
			}
		}
	}
}

// mostControl is how many RTCP messages a second are read of a station: several times
// what a page sends that has lost much of 28 pictures.
const mostControl = 1000

// mayTell reports whether one more of them is read now.
func (st *Station) mayTell(now time.Time) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if now.Sub(st.control.from) >= time.Second {
		st.control.from, st.control.read = now, 0
	}
	st.control.read++
	return st.control.read <= mostControl
}

func (st *Station) senderReport(one []byte, now time.Time) {
	st.inMu.Lock()
	defer st.inMu.Unlock()
	if l := st.layers[binary.BigEndian.Uint32(one[4:])]; l != nil {
		l.report.Store(&senderReport{ntp: binary.BigEndian.Uint64(one[8:]), time: binary.BigEndian.Uint32(one[16:]), at: now})
	}
}

func (st *Station) receiverReports(b []byte, count int, now time.Time) {
	st.mu.Lock()
	defer st.mu.Unlock()
	lost, expected := 0, 0
	for ; count > 0 && len(b) >= 24; count, b = count-1, b[24:] {
		s := st.slots[binary.BigEndian.Uint32(b)]
		if s == nil {
			continue
		}
		if highest := binary.BigEndian.Uint32(b[8:]); highest != s.reported {
			// Since the report before; the first one says it of what was sent till now.
			n := min(highest-s.reported, s.packets-s.known)
			expected += int(n)
			lost += int(float64(n) * float64(b[4]) / 256)
			s.reported, s.progress, s.known = highest, now, s.packets
		}
		if last, delay := binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:]); last != 0 {
			if rtt := int32(short(ntpOf(now)) - delay - last); rtt > 0 && rtt < 10<<16 {
				st.out.rtt = time.Duration(rtt) * time.Second >> 16
			}
		}
	}
	if expected > 0 {
		st.out.unreported()
	}
	if st.out.reports != nil && expected > 0 {
		st.out.meter.roll(now)
		st.out.reports.Report(lost, expected-lost, st.out.meter.perSec, st.out.wanted, now, st.rtt())
	}
}

// bound takes what the station says that it can take, of all it is sent
// (draft-alvestrand-rmcat-remb-03).
func (st *Station) bound(one []byte, now time.Time) {
	if len(one) < 20 || string(one[12:16]) != "REMB" {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.out.reports != nil {
		exponent, mantissa := one[17]>>2, uint64(one[17]&3)<<16|uint64(one[18])<<8|uint64(one[19])
		st.out.reports.Bound(int(min(mantissa<<min(exponent, 32), estimate.Most)), now)
	}
}

func (st *Station) feedback(b *transport.Batch, one []byte, format uint8, now time.Time) {
	if len(one) < 16 {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	switch format {
	case formatArrivals:
		if st.out.line != nil {
			st.out.arrivals = now
			st.out.line.Report(one[12:], now, st.rtt())
		}
	case formatNACK:
		s := st.slots[binary.BigEndian.Uint32(one[8:])]
		if s == nil {
			return
		}
		rtt := st.rtt()
		for items := one[12:]; len(items) >= 4; items = items[4:] {
			first, more := binary.BigEndian.Uint16(items), binary.BigEndian.Uint16(items[2:])
			s.resend(b, first, now, rtt)
			for i := uint16(1); more != 0; i, more = i+1, more>>1 {
				if more&1 != 0 {
					s.resend(b, first+i, now, rtt)
				}
			}
		}
	}
}

// asking is a slot's requests for key frames, which everybody else has to be sent,
// too: three at once, and then one after 1, 2, 4 and every 8 seconds, until none has
// come for a while.
type asking struct {
	granted int
	last    time.Time // when one came
	next    time.Time // before which none is passed on
}

const (
	asksAtOnce = 3
	asksRenew  = 5 * time.Second
	asksMost   = 8 * time.Second
)

// may reports whether a request is passed on.
func (a *asking) may(now time.Time, helpless bool) bool {
	if now.Sub(a.last) >= asksRenew {
		*a = asking{}
	}
	a.last = now
	if now.Before(a.next) {
		return false
	}
	a.granted++
	switch {
	case helpless:
		a.next = now.Add(asksMost)
	case a.granted >= asksAtOnce:
		a.next = now.Add(min(time.Second<<min(a.granted-asksAtOnce, 3), asksMost))
	}
	return true
}

// wanted takes a request for a key frame. It is passed on the next time that the
// station is tended.
func (st *Station) wanted(one []byte, format uint8, now time.Time) {
	var source uint32
	switch {
	case format == formatPLI && len(one) >= 12:
		source = binary.BigEndian.Uint32(one[8:])
	case format == formatFIR && len(one) >= 20:
		source = binary.BigEndian.Uint32(one[12:])
	default:
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.slots[source]; s != nil {
		s.asked++
		if !s.asks.may(now, s.helpless) {
			return
		}
		if s.now != nil {
			s.now.of.wantsKey.Store(true)
		}
		if s.target != nil {
			s.target.wantsKey.Store(true)
		}
	}
}

// rtt is the way to the station and back; 0 = not known.
func (st *Station) rtt() time.Duration {
	if l := st.link.Load(); l != nil {
		if d := l.RTT(); d > 0 {
			return d
		}
	}
	return st.out.rtt
}

// keyEvery is how often a key frame is asked for, at most; large ones are dear.
func keyEvery(l *layer) time.Duration {
	if l.index == 0 {
		return 500 * time.Millisecond
	}
	return time.Second
}

// tend does what is due for the station, and reports whether packets wait to be
// sent to it.
func (st *Station) tend(b *transport.Batch, now time.Time, feedback, report bool) (waits bool) {
	l := st.link.Load()
	if l == nil || !l.Ready() || st.closed.Load() {
		return false
	}
	st.ask(b, l, now, feedback, report)
	st.mu.Lock()
	defer st.mu.Unlock()
	if report {
		st.reportSent(b, l, now)
		st.judge(now)
	}
	for _, s := range st.video {
		if s.target != nil && (s.now == nil || s.now.of != s.target) {
			s.target.wantsKey.Store(true)
		}
	}
	return st.drain(b, now)
}

// ask asks the station for what is missing, and tells it what has come.
func (st *Station) ask(b *transport.Batch, l *transport.Link, now time.Time, feedback, report bool) {
	st.inMu.Lock()
	defer st.inMu.Unlock()
	if feedback && st.recorded {
		for _, p := range st.recorder.BuildFeedbackPacket() {
			st.tellStation(b, l, p)
		}
		st.recorded = false
	}
	var blocks []rtcp.ReceptionReport
	worst := 0.0
	for _, layer := range st.layers {
		if layer.of.codec != Opus {
			if st.gaps = layer.arrival.due(now, l.RTT(), st.gaps[:0]); len(st.gaps) > 0 && layer.of.allowed.Load() {
				st.tellStation(b, l, &rtcp.TransportLayerNack{SenderSSRC: st.own, MediaSSRC: layer.source, Nacks: rtcp.NackPairsFromSequenceNumbers(st.gaps)})
			}
			if layer.wantsKey.Load() && now.Sub(layer.lastKey) >= keyEvery(layer) {
				layer.wantsKey.Store(false)
				layer.lastKey = now
				st.tellStation(b, l, &rtcp.PictureLossIndication{SenderSSRC: st.own, MediaSSRC: layer.source})
			}
		}
		if report && layer.arrival.begun {
			fraction, total := layer.arrival.lost(now)
			worst = max(worst, fraction)
			block := rtcp.ReceptionReport{SSRC: layer.source, FractionLost: uint8(min(fraction*256, 255)), TotalLost: min(total, 1<<23-1),
				LastSequenceNumber: uint32(layer.arrival.highest - layer.arrival.base&^0xffff), Jitter: uint32(layer.arrival.jitter)}
			if r := layer.report.Load(); r != nil {
				block.LastSenderReport, block.Delay = short(r.ntp), uint32(now.Sub(r.at)*65536/time.Second)
			}
			blocks = append(blocks, block)
		}
	}
	if report {
		st.in.roll(now)
		st.lossUp += 0.5 * (worst - st.lossUp)
		if len(blocks) > 0 {
			st.tellStation(b, l, &rtcp.ReceiverReport{SSRC: st.own, Reports: blocks[:min(len(blocks), 31)]})
		}
	}
}

func (st *Station) tellStation(b *transport.Batch, l *transport.Link, p rtcp.Packet) {
	if raw, err := p.Marshal(); err == nil {
		b.Control(l, raw)
	}
}

// reportSent tells the station what was sent in its slots, with the host's clock.
func (st *Station) reportSent(b *transport.Batch, l *transport.Link, now time.Time) {
	st.out.meter.roll(now)
	st.out.sound.roll(now)
	var some []byte
	for _, s := range st.slots {
		if !s.begun || now.Sub(s.at) > 2*reportEvery || s.now == nil {
			continue
		}
		clock := s.now.of.of.codec.Clock()
		r := rtcp.SenderReport{SSRC: s.source, NTPTime: ntpOf(now), RTPTime: s.time + uint32(now.Sub(s.at).Seconds()*float64(clock)), PacketCount: s.packets, OctetCount: s.octets}
		if raw, err := r.Marshal(); err == nil {
			if len(some)+len(raw) > 1100 {
				b.Control(l, some)
				some = some[:0]
			}
			some = append(some, raw...)
		}
	}
	if len(some) > 0 {
		b.Control(l, some)
	}
}

// ntpOf is a moment as RTCP writes it: seconds since 1900, and 32 bits of a second.
func ntpOf(t time.Time) uint64 {
	const since1900 = 2_208_988_800
	ns := uint64(t.UnixNano())
	return (ns/1e9+since1900)<<32 | (ns%1e9)<<32/1e9
}

// short is the middle of an NTP time: 16 bits of each.
func short(ntp uint64) uint32 { return uint32(ntp >> 16) }

// Sound or pictures that are sent for so long, and of which nothing arrives, are
// heard or seen by nobody.
const (
	deafAfter  = 12 * time.Second // browsers report on sound every five
	deafFrom   = 50               // packets
	blindAsked = 12               // requests for key frames within that time, while they come
)

// judge finds out whether the station hears and sees.
func (st *Station) judge(now time.Time) {
	st.out.deaf = stale(st.audio, now)
	st.out.blind = stale(st.video, now)
	for _, s := range st.video {
		if now.Sub(s.askedFrom) > deafAfter {
			s.helpless = s.asked >= blindAsked && s.now != nil
			s.asked, s.askedFrom = 0, now
		}
		st.out.blind = st.out.blind || s.helpless
	}
}

// stale reports whether much was sent in the slots, for long, and nothing of it
// arrives.
func stale(slots []*slot, now time.Time) bool {
	sent := uint32(0)
	for _, s := range slots {
		if s.now == nil || now.Sub(s.at) > time.Second {
			continue
		}
		if now.Sub(s.progress) < deafAfter {
			return false
		}
		sent += s.packets - s.known
	}
	return sent >= deafFrom
}

// Line is what is known of the line now.
func (st *Station) Line() meeting.Line {
	var line meeting.Line
	l := st.link.Load()
	if l == nil {
		return line
	}
	now := st.server.config.Now()
	line.Up = l.Ready() && now.Sub(l.LastSeen()) < transport.LostAfter
	switch l.Kind() {
	case transport.UDP:
		line.Route = meeting.RouteUDP
	case transport.TCP:
		line.Route = meeting.RouteTCP
	case transport.Relayed:
		line.Route = meeting.RouteRelay
	}
	st.inMu.Lock()
	line.RateUp, line.LossUp = st.in.perSec/1000, st.lossUp
	st.inMu.Unlock()
	st.mu.Lock()
	defer st.mu.Unlock()
	line.RTT = int(st.rtt().Milliseconds())
	bears, loss, _ := st.out.bears()
	if now.UnixMilli() < st.measureUntil.Load()+measuredFor.Milliseconds() {
		bears = st.out.measured(bears)
	}
	line.RateDown, line.LossDown, line.Bears = st.out.meter.perSec/1000, loss, bears/1000
	line.Deaf, line.Blind = line.Up && st.out.deaf, line.Up && st.out.blind
	return line
}
