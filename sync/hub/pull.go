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

// builder makes one page from one snapshot.
type builder struct {
	pull   *Pull
	v      View
	cur    cursor // as it will be after the page
	from   cursor // as the laptop has it
	page   *feed.Page
	items  map[app.Key]int     // place in page.Items, -1 = looked at, not sent
	ahead  map[app.Key]*looked // read for the next rows
	head   uint64
	pos    uint64            // the latest result
	scopes []app.Scope       // all of the person's scopes
	mine   map[app.Scope]int // 1 + index of its filling, 0 = live
	size   int               // bytes of records so far
	need   []app.Key         // asked for, and left for the next page
}

func (b *builder) budget() int { return int(float64(b.pull.Target) * b.pull.ratio) }

func (b *builder) full() bool { return b.size >= b.budget() || len(b.page.Items) >= feed.MaxItems/2 }

func (b *builder) build() error {
	var err error
	if b.head, b.pos, err = b.v.Head(); err != nil {
		return err
	}
	b.page.Next = b.pull.next
	if err := b.standing(); err != nil {
		return err
	}
	if err := b.membership(); err != nil {
		return err
	}
	if err := b.repair(); err != nil {
		return err
	}
	if err := b.wanted(); err != nil {
		return err
	}
	if err := b.live(); err != nil {
		return err
	}
	more, err := b.results()
	if err != nil {
		return err
	}
	if err := b.fill(); err != nil {
		return err
	}
	if !more && len(b.need) == 0 && len(b.cur.Filling) == 0 && b.level() {
		b.page.Level = true
		return b.check()
	}
	return b.remaining()
}

func (b *builder) level() bool {
	for _, q := range b.cur.Seq {
		if q != b.head {
			return false
		}
	}
	return true
}

// worth reports whether the page says something that the laptop must know.
func (b *builder) worth() bool {
	p := b.page
	return len(p.Items) > 0 || p.Members != nil || p.Receipt != nil || p.Unlike != nil || p.Listing != nil || p.Next != 0 || !p.Level ||
		len(b.from.Filling) > 0
}

// membership compares the scopes that the cursor knows with those of now.
func (b *builder) membership() error {
	now, err := b.v.Membership(b.pull.peer.Person, 0)
	if err != nil {
		return err
	}
	if now == nil {
		now = &feed.Membership{}
	}
	b.scopes = now.Scopes
	if now.Version != b.cur.Member || b.cur.Member == 0 {
		if err := b.moved(now); err != nil {
			return err
		}
	}
	b.mine = make(map[app.Scope]int, len(b.scopes))
	for _, s := range b.scopes {
		b.mine[s] = 0
	}
	for i, f := range b.cur.Filling {
		for _, s := range f.Scopes {
			b.mine[s] = i + 1
		}
	}
	return nil
}

// moved takes the step from the scopes of the cursor to those of now: lost
// ones are no longer listed, gained ones begin to be filled.
func (b *builder) moved(now *feed.Membership) error {
	var before []app.Scope
	if b.cur.Member == 0 {
		b.cur.Pos = b.pos // what the laptop still waits for, it asks for again
		for c := range b.cur.Seq {
			b.cur.Seq[c] = b.head
		}
	} else {
		old, err := b.v.Membership(b.pull.peer.Person, b.cur.Member)
		if err != nil {
			return err
		}
		if old != nil {
			before = old.Scopes
		}
	}
	var gained []app.Scope
	for _, s := range now.Scopes {
		if !slices.Contains(before, s) {
			gained = append(gained, s)
		}
	}
	var kept []filling
	for _, f := range b.cur.Filling {
		f.Scopes = slices.DeleteFunc(slices.Clone(f.Scopes), func(s app.Scope) bool {
			return !slices.Contains(now.Scopes, s) || slices.Contains(gained, s)
		})
		if len(f.Scopes) > 0 {
			kept = append(kept, f)
		}
	}
	b.cur.Filling = kept
	if len(gained) > 0 {
		b.cur.Filling = append(b.cur.Filling, filling{Scopes: gained, Join: b.cur.Seq, Before: b.cur.Seq[0] + 1})
	}
	b.cur.Member = now.Version
	b.page.Members = now
	return nil
}

// wanted answers the request's need list.
func (b *builder) wanted() error {
	for i, key := range b.pull.need {
		if i > 0 && b.full() {
			b.need = b.pull.need[i:]
			return nil
		}
		if err := b.add(key, whole); err != nil {
			return err
		}
	}
	return nil
}

// live brings the changes since the cursor, class by class.
func (b *builder) live() error {
	if len(b.scopes) == 0 {
		for c := range b.cur.Seq {
			b.cur.Seq[c] = b.head
		}
		return nil
	}
	for class := range app.Class(app.Classes) {
		done, err := b.liveClass(class)
		if err != nil || !done {
			return err
		}
	}
	return nil
}

// batchRows is how many rows are looked at in one go.
const batchRows = 2048

// liveClass advances one class until it is level or the page is full.
func (b *builder) liveClass(class app.Class) (done bool, err error) {
	for limit := batchRows; b.cur.Seq[class] < b.head; {
		rows, err := b.rows(limit, func(fn func(uint64, app.Key) error) error {
			return b.v.FeedUp(b.scopes, class, b.cur.Seq[class], b.head, limit, fn)
		})
		if err != nil {
			return false, err
		}
		whole := len(rows) < limit
		if !whole {
			if rows = cutLast(rows); len(rows) == 0 {
				limit *= 2 // one event alone fills the batch
				continue
			}
		}
		for i, r := range rows {
			if i > 0 && r.seq != rows[i-1].seq && b.full() {
				b.cur.Seq[class] = rows[i-1].seq
				return false, nil
			}
			if i%lookahead == 0 {
				if err := b.look(rows[i:], true); err != nil {
					return false, err
				}
			}
			if err := b.add(r.key, changed); err != nil {
				return false, err
			}
		}
		if whole {
			b.cur.Seq[class] = b.head
		} else {
			b.cur.Seq[class] = rows[len(rows)-1].seq
		}
	}
	return true, nil
}

type feedRow struct {
	seq uint64
	key app.Key
}

func (b *builder) rows(limit int, list func(func(uint64, app.Key) error) error) ([]feedRow, error) {
	out := make([]feedRow, 0, min(limit, batchRows))
	err := list(func(seq uint64, key app.Key) error {
		out = append(out, feedRow{seq, key})
		return nil
	})
	return out, err
}

// cutLast drops the rows of the last event, which may not all be there.
func cutLast(rows []feedRow) []feedRow {
	last := rows[len(rows)-1].seq
	for len(rows) > 0 && rows[len(rows)-1].seq == last {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// fill brings what gained scopes hold, newest first, while there is room.
func (b *builder) fill() error {
	if !b.level() {
		return nil
	}
	for len(b.cur.Filling) > 0 {
		f := &b.cur.Filling[0]
		for ; f.Class < app.Classes; f.next() {
			done, err := b.fillClass(f)
			if err != nil || !done {
				return err
			}
		}
		b.cur.Filling = b.cur.Filling[1:]
	}
	return nil
}

func (f *filling) next() {
	if f.Class++; f.Class < app.Classes {
		f.Before = f.Join[f.Class] + 1
	}
}

func (b *builder) fillClass(f *filling) (done bool, err error) {
	for limit := batchRows; ; {
		if b.full() {
			return false, nil
		}
		rows, err := b.rows(limit, func(fn func(uint64, app.Key) error) error {
			return b.v.FeedDown(f.Scopes, f.Class, f.Before, limit, fn)
		})
		if err != nil {
			return false, err
		}
		last := len(rows) < limit
		if !last {
			if rows = cutLast(rows); len(rows) == 0 {
				limit *= 2
				continue
			}
		}
		for i, r := range rows {
			if i > 0 && r.seq != rows[i-1].seq && b.full() {
				return false, nil
			}
			if i%lookahead == 0 {
				if err := b.look(rows[i:], false); err != nil {
					return false, err
				}
			}
			if err := b.add(r.key, filled); err != nil {
				return false, err
			}
			f.Before = r.seq
		}
		if last {
			return true, nil
		}
	}
}

// remaining counts what is still to come: once for a stream, and then it
// subtracts what went.
func (b *builder) remaining() error {
	p := b.pull
	if !p.counted || b.page.Members != nil {
		p.counted = true
		p.left = [app.Classes]int64{}
		for class := range app.Class(app.Classes) {
			n, err := b.v.Backlog(b.scopes, class, b.cur.Seq[class], b.head)
			if err != nil {
				return err
			}
			p.left[class] = n
			for _, f := range b.cur.Filling {
				if class < f.Class {
					continue
				}
				upto := f.Join[class]
				if class == f.Class {
					upto = f.Before - 1
				}
				if n, err = b.v.Backlog(f.Scopes, class, 0, upto); err != nil {
					return err
				}
				p.left[class] += n
			}
		}
	} else {
		n := int64(len(b.page.Items))
		for class := range p.left {
			take := min(n, p.left[class])
			p.left[class] -= take
			n -= take
		}
	}
	b.page.Remaining = p.left
	return nil
}
