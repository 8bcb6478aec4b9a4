package room

import (
	"cmp"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// run tells the media what has changed, until the hall is put away. It alone calls
// them about what is let through, so nothing overtakes what came before it.
func (h *hall) run() {
	var floor []app.ID
	said := false
	for {
		select {
		case <-h.ctx.Done():
			h.endAll()
			return
		case <-h.work:
		}
		for _, call := range h.calls() {
			call()
		}
		h.mu.Lock()
		holders := h.c.Holders()
		h.mu.Unlock()
		if !said || !slices.Equal(holders, floor) {
			said, floor = true, holders
			h.Media.Floor(h.meeting, holders)
		}
	}
}

// calls are what the media do not know yet.
func (h *hall) calls() (out []func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var tallest func(app.ID) int
	for id, m := range h.members {
		link := m.link
		if link == nil {
			continue
		}
		if sends := h.c.Sends(id); !m.allowedOnce || sends != m.allowed {
			m.allowed, m.allowedOnce = sends, true
			out = append(out, func() { link.Allow(sends) })
		}
		if m.wishes == nil {
			continue
		}
		if tallest == nil {
			tallest = h.c.Heights(app.TimeOf(h.Now()))
		}
		if wishes := clipped(m.wishes, tallest); m.watched == nil || !slices.Equal(wishes, m.watched) {
			m.watched = wishes
			out = append(out, func() { link.Watch(wishes) })
		}
	}
	for _, link := range h.closing {
		out = append(out, link.Close)
	}
	h.closing = nil
	return out
}

// endAll ends the connections and their media.
func (h *hall) endAll() {
	h.mu.Lock()
	h.closed = true
	for _, m := range h.members {
		m.endLocked(ErrStops)
		h.dropLinkLocked(m)
	}
	closing := h.closing
	h.closing = nil
	h.mu.Unlock()
	for _, link := range closing {
		link.Close()
	}
}

// tend looks at the lines, lets go who is gone for good, and saves, until the hall
// is put away.
func (h *hall) tend() {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	last := h.Now()
	for {
		select {
		case <-h.ctx.Done():
			h.save()
			return
		case <-h.toSave:
			h.save()
			last = h.Now()
		case <-tick.C:
			_ = h.change(false, func(c *meeting.Conference, now app.Time) error { c.Sweep(now); return nil })
			h.lookAtLines()
			if h.Now().Sub(last) >= saveAfter {
				h.save()
				last = h.Now()
			}
			stir(h.work) // pages turn by the clock
			h.putAway()
		}
	}
}

// save keeps what has changed. What could not be kept is tried again.
func (h *hall) save() {
	h.mu.Lock()
	epoch := h.c.Epoch
	var state []byte
	var err error
	if epoch != h.saved {
		state, err = h.c.Save()
	}
	h.mu.Unlock()
	if err == nil && state != nil {
		err = h.Keep.Save(h.meeting, state)
	}
	if err != nil {
		h.failed(h.meeting, err)
		return
	}
	h.mu.Lock()
	h.saved = max(h.saved, epoch)
	h.mu.Unlock()
}

// lookAtLines asks the media how the lines are.
func (h *hall) lookAtLines() {
	h.mu.Lock()
	links := map[app.ID]Link{}
	for id, m := range h.members {
		if m.link != nil {
			links[id] = m.link
		}
	}
	h.mu.Unlock()
	now := map[app.ID]meeting.Line{}
	for id, link := range links {
		now[id] = link.Line()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	news := false
	for id := range h.lines {
		if _, ok := now[id]; !ok && h.lines[id].line != (meeting.Line{}) {
			now[id] = meeting.Line{} // gone
		}
	}
	for id, line := range now {
		was := h.lines[id]
		row := lineRow(id, line)
		if was.rev == 0 || was.row != row {
			h.rev++
			was.rev, news = h.rev, true
		}
		was.row, was.line = row, line
		if links[id] != nil {
			h.routeLocked(id, &was)
			h.measuredLocked(h.members[id], line)
		}
		h.lines[id] = was
	}
	if !news {
		return
	}
	for id, m := range h.members {
		if leads(h.c.Stations[id]) {
			m.newsLocked()
		}
	}
}

// measuredLocked tells a station what its line bears while that is measured.
func (h *hall) measuredLocked(m *member, line meeting.Line) {
	if m == nil || m.measuring.IsZero() || line.Bears == 0 {
		return
	}
	if m.bears = line.Bears; !h.Now().Before(m.measuring) {
		m.measuring = time.Time{}
	}
	m.urgentLocked()
}

// routeLocked looks whether the station should take another route to its host, and
// asks it to, unless it has by itself.
func (h *hall) routeLocked(id app.ID, l *lineState) {
	if h.Servers == nil {
		return
	}
	to := l.fallback.Next(l.line, h.Now())
	if to == cmp.Or(l.route, meeting.RouteUDP) {
		return
	}
	l.route = to
	byItself := to == meeting.RouteTCP && cmp.Or(l.line.Route, meeting.RouteUDP) != meeting.RouteUDP
	if m := h.members[id]; m != nil && !byItself {
		m.askRouteLocked(to)
	}
}

func leads(s *meeting.Station) bool { return s != nil && s.Admitted && (s.Runs || s.Sub) }

// putAway ends a hall in which nobody is and to which nobody is awaited back. It
// is opened again from what was saved.
func (h *hall) putAway() {
	h.Conferences.mu.Lock()
	defer h.Conferences.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.members) > 0 || len(h.closing) > 0 || h.saved != h.c.Epoch {
		return
	}
	for _, s := range h.c.Stations {
		if s.Lost != 0 && s.Left == 0 {
			return
		}
	}
	h.closed = true
	delete(h.halls, h.meeting)
	h.cancel(errHallClosed)
}
