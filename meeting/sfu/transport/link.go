package transport

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v4"
)

// Silence after which a peer counts as lost, and after which its link ends.
const (
	LostAfter = 5 * time.Second
	GoneAfter = 60 * time.Second
)

// Handler is told what comes over a link. Packet and Control may be called by
// several goroutines, each with its own batch, which is flushed after they return;
// what they are given is theirs only until then. The others are called one after
// another. None may block, or close the link before it returns. A packet that was
// being decrypted when the link ended may come after Gone.
type Handler interface {
	Packet(b *Batch, packet []byte, now time.Time)  // RTP
	Control(b *Batch, packet []byte, now time.Time) // RTCP, compound
	Message(label string, message []byte)           // on a data channel
	Up()
	Lost() // nothing has come for [LostAfter]; Up may follow
	Gone() // the end
}

// Peer is what the signalling says of the other end.
type Peer struct {
	Credentials
	Fingerprint Fingerprint
	Channels    bool // it wants data channels
}

// Kind is the way that a link's packets take.
type Kind int

// Kinds.
const (
	NoWay Kind = iota
	UDP
	TCP
	Relayed // over this host's own TURN
)

// Link is one peer.
type Link struct {
	mux     *Mux
	index   int
	local   Credentials
	remote  Credentials
	print   Fingerprint
	handler Handler
	client  bool
	pipe    *pipe

	addresses []netip.AddrPort // that its peer has proved; guarded by the mux's mu

	// wayMu guards what leads to the peer; a link that has ended has neither.
	wayMu   sync.Mutex
	ended   bool
	streams []*stream            // its connections, oldest first
	chosen  atomic.Pointer[path] // stored under wayMu

	single   atomic.Bool  // its way bears no trains
	lastSeen atomic.Int64 // UnixMilli; 0 = never
	rtt      atomic.Int64 // microseconds, by the own STUN requests
	ready    atomic.Bool  // keys are there

	// mu guards the outgoing context: one packet is encrypted at a time.
	mu     sync.Mutex
	out    *srtp.Context
	header rtp.Header // what the context parses into, used again and again
	sent   atomic.Uint64
	bytes  atomic.Uint64

	inMu     sync.Mutex // guards the incoming context
	in       *srtp.Context
	inHeader rtp.Header
	control  rtcp.Header

	stateMu  sync.Mutex // serialises the handler's state calls
	state    linkState
	starting sync.Once
	warning  sync.Once // of packets too long
	conn     atomic.Pointer[dtls.Conn]
	channels *channels
	asking   asking
}

type linkState int

const (
	waiting linkState = iota
	up
	lost
	gone
)

// Accept makes the host's end of a link. The peer finds it by the credentials,
// which go to it over the signalling.
func (m *Mux) Accept(local Credentials, peer Peer, h Handler) (*Link, error) {
	l := m.link(local, peer, h)
	if err := m.add(l); err != nil {
		return nil, err
	}
	m.done.Go(l.watch)
	return l, nil
}

func (m *Mux) link(local Credentials, peer Peer, h Handler) *Link {
	l := &Link{mux: m, local: local, remote: peer.Credentials, print: peer.Fingerprint, handler: h, pipe: newPipe()}
	l.pipe.link = l
	if peer.Channels {
		l.channels = newChannels(l)
	}
	return l
}

// Close ends the link.
func (l *Link) Close() { l.end() }

func (l *Link) end() {
	l.stateMu.Lock()
	if l.state == gone {
		l.stateMu.Unlock()
		return
	}
	l.state = gone
	l.ready.Store(false)
	l.stateMu.Unlock()
	l.mu.Lock()
	l.out = nil
	l.mu.Unlock()
	l.inMu.Lock()
	l.in = nil
	l.inMu.Unlock()
	if l.channels != nil {
		l.channels.close()
	}
	if conn := l.conn.Load(); conn != nil {
		_ = conn.Close() // says so to the peer, if it can
	}
	l.pipe.close()
	l.wayMu.Lock()
	l.ended = true
	l.chosen.Store(nil)
	for _, s := range l.streams {
		s.finish()
	}
	l.streams = nil
	l.wayMu.Unlock()
	l.mux.remove(l)
	l.handler.Gone()
}

// begin lets packets through, unless the link has ended while its keys were agreed on.
func (l *Link) begin() bool {
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	if l.state == gone {
		return false
	}
	l.ready.Store(true)
	return true
}

// tell changes the state and tells the handler, if it is a change.
func (l *Link) tell(next linkState) {
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	if l.state == next || l.state == gone || next == lost && l.state != up {
		return
	}
	l.state = next
	if next == up {
		l.handler.Up()
	} else {
		l.handler.Lost()
	}
}

// watch looks once a second whether the peer is still there.
func (l *Link) watch() {
	begun := l.mux.config.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-l.pipe.closed:
			return
		case <-tick.C:
		}
		now := l.mux.config.Now()
		seen := begun
		if ms := l.lastSeen.Load(); ms != 0 {
			seen = time.UnixMilli(ms)
		}
		switch quiet := now.Sub(seen); {
		case quiet >= GoneAfter:
			l.end()
			return
		case quiet >= LostAfter:
			l.tell(lost)
		case l.ready.Load():
			l.tell(up)
		}
		if p := l.chosen.Load(); p != nil && !l.client {
			l.measure(*p, now)
		}
	}
}

// asking are the own STUN requests that are not answered yet.
type asking struct {
	mu sync.Mutex
	id [stun.TransactionIDSize]byte
	at time.Time
	// checks ask on ways whether the peer is really there: who has its word may have
	// put a false sender on it.
	checks [4]check
	next   int
}

type check struct {
	to path
	id [stun.TransactionIDSize]byte
	at time.Time
}

const (
	measureEvery = 2 * time.Second
	checkEvery   = 100 * time.Millisecond
)

// measure asks the peer for its answer, which tells how long the way is. A lite
// agent need not ask; it may (RFC 8445, section 2.5), and every peer answers.
func (l *Link) measure(p path, now time.Time) {
	l.asking.mu.Lock()
	defer l.asking.mu.Unlock()
	if now.Sub(l.asking.at) < measureEvery {
		return
	}
	if id, ok := l.ask(p); ok {
		l.asking.id, l.asking.at = id, now
	}
}

func (l *Link) ask(p path) (id [stun.TransactionIDSize]byte, ok bool) {
	msg, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(l.remote.User+":"+l.local.User),
		stun.RawAttribute{Type: stun.AttrICEControlled, Value: make([]byte, 8)}, stun.RawAttribute{Type: stun.AttrPriority, Value: []byte{126, 255, 255, 255}},
		stun.NewShortTermIntegrity(l.remote.Password), stun.Fingerprint)
	if err != nil {
		return id, false
	}
	p.write(msg.Raw)
	return msg.TransactionID, true
}

// check asks on a way that shall be used; the answer has it used.
func (l *Link) check(p path, now time.Time) {
	a := &l.asking
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.IndexFunc(a.checks[:], func(c check) bool { return c.to == p })
	if at < 0 {
		at = a.next
		a.next = (a.next + 1) % len(a.checks)
	} else if now.Sub(a.checks[at].at) < checkEvery {
		return
	}
	if id, ok := l.ask(p); ok {
		a.checks[at] = check{p, id, now}
	}
}

// answered takes the peer's answer to an own request.
func (l *Link) answered(from path, msg *stun.Message, now time.Time) {
	l.asking.mu.Lock()
	defer l.asking.mu.Unlock()
	for i := range l.asking.checks {
		if c := &l.asking.checks[i]; c.to == from && c.id == msg.TransactionID && stun.NewShortTermIntegrity(l.remote.Password).Check(msg) == nil {
			*c = check{}
			l.choose(from)
			return
		}
	}
	if msg.TransactionID != l.asking.id || stun.NewShortTermIntegrity(l.remote.Password).Check(msg) != nil {
		return
	}
	l.rtt.Store(max(1, now.Sub(l.asking.at).Microseconds()))
	l.lastSeen.Store(now.UnixMilli())
	if l.client {
		l.choose(from)
		l.start()
	}
}

// asked takes a binding request of the peer, whose word it is which path is used. A link
// that sends media already goes over to another address when the peer answers from there.
func (l *Link) asked(from path, nominated bool, now time.Time) {
	l.lastSeen.Store(now.UnixMilli())
	if l.client {
		return
	}
	if used := l.chosen.Load(); used == nil || nominated && *used != from {
		if from.stream == nil && l.ready.Load() {
			l.check(from, now)
		} else {
			l.choose(from)
		}
	}
	if l.chosen.Load() != nil {
		l.start()
	}
}

func (l *Link) choose(p path) {
	l.wayMu.Lock()
	defer l.wayMu.Unlock()
	if before := l.chosen.Load(); !l.ended && (before == nil || *before != p) {
		l.chosen.Store(&p)
		l.single.Store(false)
	}
}

// hold notes a stream whose peer has proved itself; false if the link has ended. If it
// is one too many, the oldest that is not used ends.
func (l *Link) hold(s *stream) bool {
	l.wayMu.Lock()
	defer l.wayMu.Unlock()
	if l.ended {
		return false
	}
	l.streams = append(l.streams, s)
	if len(l.streams) <= maxLinkStreams {
		return true
	}
	used := l.chosen.Load()
	at := slices.IndexFunc(l.streams, func(other *stream) bool { return used == nil || used.stream != other })
	l.streams[at].close()
	l.streams = slices.Delete(l.streams, at, at+1)
	return true
}

// drop forgets a stream that has ended.
func (l *Link) drop(s *stream) {
	l.wayMu.Lock()
	defer l.wayMu.Unlock()
	l.streams = slices.DeleteFunc(l.streams, func(other *stream) bool { return other == s })
	if p := l.chosen.Load(); p != nil && p.stream == s {
		l.chosen.Store(nil)
	}
}

// lose forgets an address that is not the peer's any more.
func (l *Link) lose(addr netip.AddrPort) {
	l.wayMu.Lock()
	defer l.wayMu.Unlock()
	if p := l.chosen.Load(); p != nil && p.stream == nil && p.addr == addr {
		l.chosen.Store(nil)
	}
}

// take handles a datagram that is no STUN message.
func (l *Link) take(b *Batch, from path, data []byte, now time.Time) {
	switch first := data[0]; {
	case first >= 20 && first < 64:
		l.lastSeen.Store(now.UnixMilli())
		l.pipe.arrived(data)
	case first >= 128 && first < 192:
		if seen := l.mux.config.Seen; l.ready.Load() && (seen == nil || seen(data, now)) {
			l.media(b, data, now)
		}
	}
}

func (l *Link) media(b *Batch, data []byte, now time.Time) {
	isControl := data[1] >= 192 && data[1] < 224
	var plain []byte
	var err error
	l.inMu.Lock()
	if l.in == nil { // it has just ended
		l.inMu.Unlock()
		return
	}
	if isControl {
		plain, err = l.in.DecryptRTCP(b.plain[:0:cap(b.plain)], data, &l.control)
	} else {
		plain, err = l.in.DecryptRTP(b.plain[:0:cap(b.plain)], data, &l.inHeader)
	}
	l.inMu.Unlock()
	if err != nil {
		return // a duplicate, or not the peer's
	}
	l.lastSeen.Store(now.UnixMilli())
	if len(plain) > maxTaken && !isControl && !l.client {
		l.mux.tooLong.Add(1)
		l.warning.Do(func() {
			l.mux.config.Log.Warn("packets of a station are too long to be passed on", "bytes", len(plain), "most", maxTaken)
		})
		return
	}
	if isControl {
		l.handler.Control(b, plain, now)
	} else {
		l.handler.Packet(b, plain, now)
	}
}

// Kind is the way that packets take now.
func (l *Link) Kind() Kind {
	p := l.chosen.Load()
	switch {
	case p == nil:
		return NoWay
	case p.stream != nil:
		return TCP
	case l.mux.config.Relayed != nil && l.mux.config.Relayed(p.addr):
		return Relayed
	}
	return UDP
}

// Remote is the address that the link sends to; none over TCP.
func (l *Link) Remote() netip.AddrPort {
	if p := l.chosen.Load(); p != nil {
		return p.addr
	}
	return netip.AddrPort{}
}

// RTT is the round-trip time of the last answer; 0 = not known.
func (l *Link) RTT() time.Duration { return time.Duration(l.rtt.Load()) * time.Microsecond }

// LastSeen is when something came last.
func (l *Link) LastSeen() time.Time { return time.UnixMilli(l.lastSeen.Load()) }

// Sent is how many packets, and bytes of them, have been sent.
func (l *Link) Sent() (packets, bytes uint64) { return l.sent.Load(), l.bytes.Load() }

// Ready reports whether packets can be sent.
func (l *Link) Ready() bool { return l.ready.Load() }

// Send sends a message on the data channel of that label. It is lost when the
// channel is not open, or the peer is far behind.
func (l *Link) Send(label string, message []byte) {
	if l.channels != nil {
		l.channels.send(label, message)
	}
}
