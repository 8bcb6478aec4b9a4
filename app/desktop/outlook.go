package desktop

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// way is what moves one way, in the order in which it will be there, and how fast.
type way struct {
	rate  float64 // bytes per second; 0 when nothing moves, or it is too early to tell
	items []moving
}

// moving is a segment that is not whole where it goes.
type moving struct {
	name       app.Hash
	done, size int64
}

// queueWay is a queue of HTTPS: one segment after the other.
func queueWay(s content.Snapshot) way {
	w := way{rate: s.Rate}
	for _, item := range s.Items {
		w.items = append(w.items, moving{item.Name, item.Done, item.Size})
	}
	return w
}

// outlook tells in how long segments will be there.
type outlook map[app.Hash]time.Duration

// add counts what goes one way, unless another way is sooner: whatever is before
// a segment must go first.
func (o outlook) add(w way) {
	if w.rate < 1 {
		return
	}
	var before int64
	for _, m := range w.items {
		before += max(0, m.size-m.done)
		in := time.Duration(float64(before) / w.rate * float64(time.Second))
		if known, ok := o[m.name]; !ok || in < known {
			o[m.name] = in
		}
	}
}

// of tells in how long all of the segments will be there; 0 when that cannot be
// told of one of them.
func (o outlook) of(segments []app.Segment) (last time.Duration) {
	for _, s := range segments {
		in, ok := o[s.Name]
		if !ok {
			return 0
		}
		last = max(last, in)
	}
	return last
}

// ways are those by which segments come.
func (k *carrier) ways() []way {
	out := []way{queueWay(k.down.Snapshot())}
	if p := k.porter.Load(); p != nil {
		out = append(out, p.way())
	}
	return out
}

func (k *carrier) outlook() outlook {
	o := outlook{}
	for _, w := range k.ways() {
		o.add(w)
	}
	return o
}

// progress is how far a file has come by all ways.
func (k *carrier) progress(v app.FileVersion, o outlook) api.Coming {
	done, total := k.files.Progress(v)
	c := api.Coming{Done: done, Total: total}
	missing := k.files.Missing(v)
	if len(missing) == 0 {
		return c
	}
	if p := k.porter.Load(); p != nil {
		c.Done += p.further(missing)
	}
	c.EstimateMs = o.of(missing).Milliseconds()
	return c
}

// leaves reports whether the segment is left to the courier, and takes it off the
// queue of HTTPS then: both would share the line and bring the same bytes. HTTPS
// goes on with what it has in less than half of the courier's time.
func (k *carrier) leaves(p *porter, name app.Hash) bool {
	if !p.moves(name) {
		return false
	}
	courier, https := outlook{}, outlook{}
	courier.add(p.way())
	https.add(queueWay(k.down.Snapshot()))
	if !https.twiceAsSoon(name, courier) {
		k.down.Cancel(name, content.PriorityOpen)
		return true
	}
	return false
}

// twiceAsSoon reports whether a segment will be there in less than half of the
// time that another way takes, as far as both can be told.
func (o outlook) twiceAsSoon(name app.Hash, other outlook) bool {
	in, told := o[name]
	than, known := other[name]
	return told && known && 2*in < than
}

// telling has the screens hear of progress, once a second at most.
func (k *carrier) telling(p content.Progress) content.Progress {
	var told time.Time
	return func(done, total int64) {
		p(done, total)
		if now := time.Now(); now.Sub(told) >= time.Second {
			told = now
			k.tell(api.Event{Entity: "content"})
		}
	}
}

// shownDownloads keeps a first load of thousands of files from filling the panel.
const shownDownloads = 50

// downloads lists the files that are coming, as the records name them.
func (p panel) downloads(ctx context.Context, l *link) (out []api.TransferItem, err error) {
	o := l.carrier.outlook()
	err = p.store.Read(ctx, func(v *sqlite.View) error {
		seen := map[sqlite.RecordFile]bool{}
		for _, w := range l.carrier.ways() {
			for _, m := range w.items {
				f, err := v.SegmentFile(m.name)
				if errors.Is(err, app.ErrNotFound) || seen[f] {
					continue // it is carried for others, or another part of it was there before
				}
				if err != nil {
					return err
				}
				if seen[f] = true; len(seen) > shownDownloads {
					return nil
				}
				r, err := v.Get(f.Record)
				if err != nil {
					return err
				}
				if coming := l.carrier.progress(app.FilesOf(r)[f.File].Content, o); !coming.Whole() {
					out = append(out, api.TransferOf(r, f.File, coming))
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b api.TransferItem) int { return cmp.Compare(soon(a), soon(b)) })
	return out, err
}

// soon orders files by when they will be here, those of which it cannot be told last.
func soon(t api.TransferItem) int64 {
	if t.EstimateMs == 0 {
		return 1<<63 - 1
	}
	return t.EstimateMs
}
