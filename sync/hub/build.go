package hub

import (
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// builder makes one page from one snapshot.
type builder struct {
	pull   *Pull
	v      View
	cur    cursor // as it will be after the page
	from   cursor // as the laptop has it
	page   *feed.Page
	items  map[app.Key]int     // place in page.Items, -1 = looked at, not sent
	ahead  map[app.Key]*looked // read for the next rows
	recent *recent             // nil = too much has changed for it
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
		var err error
		if b.cur.Pos, err = b.answersFrom(); err != nil {
			return err
		}
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
	if err := b.readRecent(); err != nil {
		return err
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
		rows, whole, err := b.changes(class, limit)
		if err != nil {
			return false, err
		}
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

// changes lists a class's rows ahead of the cursor, oldest first; whole is false
// when there may be more than limit.
func (b *builder) changes(class app.Class, limit int) (rows []feedRow, whole bool, err error) {
	if b.recent != nil {
		return b.recent.events[class], true, nil
	}
	rows, err = b.rows(limit, func(fn func(uint64, app.Key) error) error {
		return b.v.FeedUp(b.scopes, class, b.cur.Seq[class], b.head, limit, fn)
	})
	return rows, len(rows) < limit, err
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
