package desktop

import (
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/sync/courier"
)

const (
	// muchKiB: less than this each laptop fetches over the line itself, at once.
	much = 1 << 20
	// leaderPatience is how long a laptop waits for what its colleague fetches
	// before it uses the line itself.
	leaderPatience = 20 * time.Second
	// leaderPause is how long it then does not wait for colleagues.
	leaderPause = 5 * time.Minute
)

// lineShare decides whether this laptop leaves the line to a colleague: when much
// is lacking, one laptop of those that see each other on the local network
// fetches it, the one whose id comes first, and the others have it from there.
// One that brings nothing for a while is waited for no longer.
type lineShare struct {
	lacked int64     // bytes at the last look
	since  time.Time // that they have not become fewer
	alone  time.Time // until when no colleague is waited for
	waits  bool
	behind bool // urgent records are: the line is theirs
}

// pausesLine reports whether the courier's connection to the province rests now:
// while urgent records are behind, and while a colleague fetches for us.
func (p *porter) pausesLine(province courier.ID) bool {
	behind := p.link.recordsBehind()
	var lacking int64
	leads := true
	for _, f := range p.node.Topology().Folders {
		if f.Gives {
			continue
		}
		if need, err := p.node.Needs(f.ID); err == nil {
			lacking += need.Bytes
		}
		for _, peer := range f.Peers {
			leads = leads && !(peer != province && peer < p.node.ID() && p.node.Connected(peer))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line.behind = behind
	p.line.look(lacking, leads, time.Now())
	return p.line.waits || behind
}

func (s *lineShare) look(lacking int64, leads bool, now time.Time) {
	if lacking < s.lacked || !s.waits {
		s.since = now
	}
	s.lacked = lacking
	if s.waits && now.Sub(s.since) > leaderPatience {
		s.alone = now.Add(leaderPause)
	}
	s.waits = !leads && lacking >= much && now.After(s.alone)
}

// status is for the panel; nil without a courier.
func (p *porter) status() *api.CourierStatus {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	out := &api.CourierStatus{Lacking: p.line.lacked, Waits: p.line.waits}
	province := courier.ID(p.plan.Province)
	p.mu.Unlock()
	for _, a := range p.node.Arriving() {
		out.Lacking = max(0, out.Lacking-a.Done)
	}
	for _, peer := range p.node.Topology().Peers {
		switch {
		case !p.node.Connected(peer.ID):
		case peer.ID == province:
			out.Province = true
		default:
			out.Colleagues++
		}
	}
	return out
}

// lookAgain is how soon the share of the line is looked at without an event.
func (p *porter) lookAgain() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line.waits || p.line.behind || p.line.lacked > 0 {
		return time.Second
	}
	return time.Minute
}

// recordsBehind reports whether records of the urgent classes are still to come:
// they go before any content.
func (l *link) recordsBehind() bool {
	if !l.loaded() {
		return true
	}
	st, err := l.replica.Status(l.ctx)
	return err == nil && st.Remaining[app.ClassNow]+st.Remaining[app.ClassMine] > 0
}
