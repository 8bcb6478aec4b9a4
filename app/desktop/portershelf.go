package desktop

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

// What goes between the shelves of the courier and the laptop's own store.

func (p *porter) shelf(folder string) *courier.Shelf {
	return courier.NewShelf(filepath.Join(p.dir, "offices", courier.FolderName(folder)))
}

func (p *porter) outbox() *courier.Shelf { return courier.NewShelf(filepath.Join(p.dir, "outbox")) }

// shelve puts on an office's shelf what this laptop has already, so that it is
// not brought again.
func (p *porter) shelve(ctx context.Context, o enrol.CourierOffice) error {
	var names []app.Hash
	err := p.link.app.store.Read(ctx, func(v *sqlite.View) error {
		err := v.OfficeSegments(o.Office, 0, func(name app.Hash, _ int64) error {
			names = append(names, name)
			return nil
		})
		if err != nil {
			return err
		}
		papers, err := p.papers(v)
		names = append(names, papers...)
		return err
	})
	if err != nil {
		return err
	}
	shelf := p.shelf(o.Folder)
	for _, name := range names {
		if _, err := shelf.Put(name, func(path string) error { return p.files.LinkTo(name, path) }); err != nil && !errors.Is(err, content.ErrNotFound) {
			return err
		}
	}
	return nil
}

// papers are the segments of materials of meetings to come. A shelf of an office
// to which none of them belongs is put right by the province.
func (p *porter) papers(v *sqlite.View) (names []app.Hash, err error) {
	var keys []app.Key
	now := p.link.app.clock.Now()
	err = v.ComingMaterials(now-app.PapersAfter, now+app.PapersAhead, func(m *app.Material, _ app.Time) error {
		keys = append(keys, m.Key())
		return nil
	})
	if err != nil {
		return nil, err
	}
	wants, err := v.Wanted(keys)
	for _, w := range wants {
		names = append(names, w.Segment)
	}
	return names, err
}

// takeAll takes in what stands on shelves that are new in the topology.
func (p *porter) takeAll(ctx context.Context, t, before courier.Topology) error {
	for _, f := range t.Folders {
		if f.Gives || hasFolder(before, f.ID) {
			continue
		}
		for name, err := range f.Shelf.Segments() {
			if err != nil {
				return err
			}
			p.take(ctx, f.Shelf, name)
		}
	}
	return nil
}

// arrived is told of each segment that is whole in a folder.
func (p *porter) arrived(folder string, name app.Hash) {
	p.mu.Lock()
	p.pace.arrived(name, p.shelf(folder).Size(name), time.Now())
	p.mu.Unlock()
	p.take(p.link.ctx, p.shelf(folder), name)
	p.wake()
}

// take takes a segment from a shelf into the store, if a record here names it.
// One that is not its name stays where it is: the province will say what is true.
func (p *porter) take(ctx context.Context, shelf *courier.Shelf, name app.Hash) bool {
	named := false
	err := p.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		named, err = v.SegmentNamed(name)
		return err
	})
	if err != nil || !named {
		p.link.report("taking from the courier", err)
		return false
	}
	if p.files.Has(name) {
		return true
	}
	p.noteHave(name) // first: after a kill in between it is looked for again
	if err := p.files.Adopt(ctx, name, shelf.Path(name)); err != nil {
		if !errors.Is(err, content.ErrNotFound) {
			p.link.log.Warn("what the courier brought is not taken", "segment", name.String(), "err", err)
		}
		return false
	}
	p.speak()
	p.link.app.events.Publish(api.Event{Entity: "content"}, nil)
	return true
}

const (
	// indexWithin is how long the courier may take to hear of what a record names.
	indexWithin = 3 * time.Second
	// resumeWithin is how long it may take to go on with what it has begun.
	resumeWithin = 30 * time.Second
)

// brings reports whether the courier has brought the segment, which is taken in,
// or is about to bring it. A record may come a little before the courier hears of
// its contents, or is connected; what is urgent does not wait for that.
func (p *porter) brings(ctx context.Context, name app.Hash, worth content.Priority) bool {
	if p.offers(ctx, name) {
		return true
	}
	within := indexWithin
	if p.begun(name) {
		within = resumeWithin
	} else if worth > content.PriorityRecent {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	since, known := p.missed[name]
	if !known {
		if len(p.missed) > 10*automatic {
			clear(p.missed)
		}
		since = time.Now()
		p.missed[name] = since
		time.AfterFunc(within+time.Second, p.link.stir)
	}
	return time.Since(since) < within
}

// begun reports whether a part of the segment lies on a shelf of the plan.
func (p *porter) begun(name app.Hash) bool {
	p.mu.Lock()
	offices := p.plan.Offices
	p.mu.Unlock()
	return slices.ContainsFunc(offices, func(o enrol.CourierOffice) bool { return p.shelf(o.Folder).Begun(name) })
}

func (p *porter) offers(ctx context.Context, name app.Hash) bool {
	for _, f := range p.node.Topology().Folders {
		switch {
		case f.Gives:
		case f.Shelf.Has(name):
			if p.take(ctx, f.Shelf, name) {
				return true
			}
		case p.node.Expects(f.ID, name):
			return true
		}
	}
	return false
}

// onShelf takes the segment in if it stands on a shelf already.
func (p *porter) onShelf(ctx context.Context, name app.Hash) bool {
	for _, f := range p.node.Topology().Folders {
		if !f.Gives && f.Shelf.Has(name) && p.take(ctx, f.Shelf, name) {
			return true
		}
	}
	return false
}

// drop takes a segment that went bad off the shelves; it is put there again when
// it has come anew.
func (p *porter) drop(name app.Hash) {
	for _, f := range p.node.Topology().Folders {
		if !f.Gives {
			_, err := f.Shelf.Drop(name)
			p.link.report("taking a bad content off the shelf", err)
		}
	}
}

// tidyParts removes parts of what belongs on no shelf any more. Age says nothing
// about them: a laptop with a dead battery writes them in 2010. Only what the
// province has just said counts, not an index that was lost.
func (p *porter) tidyParts() (err error) {
	if !p.reachesProvince() {
		return nil
	}
	for _, f := range p.node.Topology().Folders {
		if f.Gives {
			continue
		}
		err = errors.Join(err, f.Shelf.DropParts(func(name app.Hash, _ time.Time) bool { return !p.node.Holds(f.ID, name) }))
	}
	return err
}

// found puts a segment that came another way on the shelves where it belongs, so
// that it is not brought again.
func (p *porter) found(name app.Hash) {
	for _, f := range p.node.Topology().Folders {
		if f.Gives || !p.node.Holds(f.ID, name) {
			continue
		}
		added, err := f.Shelf.Put(name, func(path string) error { return p.files.LinkTo(name, path) })
		if err == nil && added {
			err = p.node.Scan(f.ID, courier.Item(name))
		}
		p.link.report("filling the courier's shelf", err)
	}
}
