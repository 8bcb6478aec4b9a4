package hub

import (
	"bytes"
	"context"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Page sizes: bytes as they travel.
const (
	minPage = 4 << 10
	maxPage = 256 << 10
)

// resultsPerPage bounds the results of one page.
const resultsPerPage = 256

// Pull is one stream's way through the feed. Each page is built from one
// snapshot; the pull remembers where it is, the laptop where it was.
type Pull struct {
	core *Core
	peer Peer
	cur  *cursor
	// asked by the request, answered once
	need    []app.Key
	writers []uint32
	sums    []feed.ScopeSum
	buckets []feed.Bucketed
	answers []feed.Result // to the request's commands
	next    uint32        // counter at which the request's commands have a gap; 0 = none
	// Target is the size that the next page aims at.
	Target  int
	ratio   float64 // bytes of records to a byte of page, as last seen
	told    []byte  // cursor that the laptop has when it has all that was sent
	begun   bool    // a page was sent
	counted bool
	left    [app.Classes]int64
}

// NewPull begins where the request's cursor says. sub is what became of the
// request's commands, nil if it had none; results that the cursor has behind
// it are given again.
func (c *Core) NewPull(peer Peer, req *feed.Request, sub *Submission) *Pull {
	p := &Pull{
		core: c, peer: peer, cur: c.openCursor(peer, req.Cursor),
		need: req.Need, writers: c.earlier(peer, req.Writers), sums: req.Sums, buckets: req.Buckets, told: req.Cursor,
		Target: minPage, ratio: 3,
	}
	if sub != nil {
		p.answers = sub.Answers
		if len(sub.Answers) < len(sub.Commands) {
			p.next = sub.Next
		}
	}
	if req.Rate > 0 {
		p.Target = pageFor(float64(req.Rate))
	}
	return p
}

// pageFor is the size of a page that takes about two seconds.
func pageFor(rate float64) int { return int(min(max(2*rate, minPage), maxPage)) }

// First reports whether this is a replica's first load.
func (p *Pull) First() bool { return p.cur.Member == 0 }

// Next builds the next page. worth is false when it would tell the laptop
// nothing; page.Level is true when nothing more is there to tell.
func (p *Pull) Next(ctx context.Context) (page *feed.Page, worth bool, err error) {
	cur := *p.cur
	cur.Filling = slices.Clone(p.cur.Filling)
	b := &builder{pull: p, cur: cur, from: *p.cur, items: map[app.Key]int{}, page: &feed.Page{Epoch: p.core.cfg.Epoch}}
	if err := p.core.cfg.Store.Read(ctx, func(v View) error {
		b.v = v
		return b.build()
	}); err != nil {
		return nil, false, err
	}
	b.page.Time = p.core.cfg.Clock()
	if !p.begun || b.page.Level { // once or twice a pull is enough
		b.page.Lease = uint32(p.core.cfg.Lease / time.Second)
	}
	if b.page.Cursor, err = p.core.sealCursor(p.peer, &b.cur); err != nil {
		return nil, false, err
	}
	p.need, p.sums, p.buckets, p.answers, p.next = b.need, nil, nil, nil, 0
	p.cur = &b.cur
	b.page.After = feed.CursorTag(p.told)
	worth = !p.begun || b.worth() // the first page tells that the laptop is level, at least
	if worth {
		p.begun, p.told = true, b.page.Cursor
	}
	return b.page, worth, nil
}

// Moved reports whether the page's cursor is not the one last told.
func (p *Pull) Moved(page *feed.Page) bool { return !bytes.Equal(page.Cursor, p.told) }

// Sent tells how large the last page became.
func (p *Pull) Sent(bytes int, page *feed.Page) {
	raw := 0
	for i := range page.Items {
		raw += len(page.Items[i].Body) + itemOverhead
	}
	if raw > 2048 && bytes > 0 {
		p.ratio = min(max(float64(raw)/float64(bytes), 1), 20)
	}
}

// itemOverhead is what an item costs beside its body, roughly.
const itemOverhead = 8
