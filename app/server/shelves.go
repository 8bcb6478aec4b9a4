package server

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

const (
	// shelfDays is how long the contents of a document stay on its office's shelf
	// after the work on it has ended.
	shelfDays = 30
	// tidyShelves is how often each shelf is compared with what should stand there.
	tidyShelves = 6 * time.Hour
	// lookEvery is how soon that is made good when the clock was not to be trusted.
	lookEvery = 10 * time.Minute
	// rescanAbove: of more changes the node looks through the whole folder.
	rescanAbove = 500
)

// shelves fills the offices' folders: each has the whole, verified contents of
// the documents that its office works on or has lately worked on, and of the
// materials that its people hold for meetings to come. What came with
// a document goes up at once; what has to go is found by looking through.
type shelves struct {
	*couriers
	woken chan struct{}

	mu      sync.Mutex             // guards what follows
	offices map[app.ID]bool        // that have laptops
	docs    map[app.ID]bool        // changed since the last look
	papers  map[app.ID][]app.Scope // materials changed since then, with who held them before
	look    map[app.ID]bool        // offices to look through
	looked  time.Duration          // uptime of the last look through all; 0 = it must be made
}

// serve says which offices have laptops. A new one is filled.
func (s *shelves) serve(offices []app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.offices
	s.offices = map[app.ID]bool{}
	for _, o := range offices {
		s.offices[o] = true
		if !before[o] {
			s.look[o] = true
		}
	}
	if len(s.look) > 0 {
		poke(s.woken)
	}
}

// document is told of each document that has changed; it must not block.
func (s *shelves) document(id app.ID) {
	s.mu.Lock()
	s.docs[id] = true
	s.mu.Unlock()
	poke(s.woken)
}

func (s *shelves) run(ctx context.Context) {
	tidy := time.NewTicker(lookEvery)
	defer tidy.Stop()
	for {
		select {
		case <-s.woken:
		case <-tidy.C:
			if s.due() {
				s.report(ctx, s.sweep())
			}
		case <-ctx.Done():
			return
		}
		s.mu.Lock()
		docs, papers, look := s.docs, s.papers, s.look
		s.docs, s.papers, s.look = map[app.ID]bool{}, map[app.ID][]app.Scope{}, map[app.ID]bool{}
		s.mu.Unlock()
		s.report(ctx, s.put(ctx, docs))
		s.report(ctx, s.putPapers(ctx, papers, look))
		s.report(ctx, s.lookThrough(ctx, look))
	}
}

func (s *shelves) report(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.Error("filling the shelves of the courier", "err", err)
	}
}

// put puts what came with documents on the shelves of their offices.
func (s *shelves) put(ctx context.Context, docs map[app.ID]bool) error {
	if len(docs) == 0 {
		return nil
	}
	segments := map[app.ID][]app.Hash{}
	err := s.store.Read(ctx, func(v *sqlite.View) error {
		for id := range docs {
			r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
			if errors.Is(err, app.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			d := r.(*app.Document)
			for _, f := range d.Files {
				if f.AtServer == 0 {
					continue
				}
				for _, seg := range f.Content.Segments {
					segments[d.Unit] = append(segments[d.Unit], seg.Name)
				}
			}
		}
		return nil
	})
	return errors.Join(err, s.fillAll(segments))
}

// fillAll puts segments on the shelves of those offices that have laptops.
func (s *shelves) fillAll(segments map[app.ID][]app.Hash) (err error) {
	for office, names := range segments {
		s.mu.Lock()
		served := s.offices[office]
		s.mu.Unlock()
		if served {
			err = errors.Join(err, s.fill(office, names))
		}
	}
	return err
}

// fill puts segments on a shelf and tells the node of those that are new there.
func (s *shelves) fill(office app.ID, names []app.Hash) error {
	shelf := s.shelf(office)
	var added []string
	for _, name := range names {
		is, err := shelf.Put(name, func(path string) error { return s.contents.files.LinkTo(name, path) })
		if errors.Is(err, content.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return err
		}
		if is {
			added = append(added, courier.Item(name))
		}
	}
	return s.scan(office, added)
}

func (s *shelves) scan(office app.ID, items []string) error {
	switch {
	case len(items) == 0:
		return nil
	case len(items) > rescanAbove:
		items = nil
	}
	return s.node.Scan(officeFolder+string(office), items...)
}

// due has all offices looked through when it is time, and the clock is right.
func (s *shelves) due() bool {
	sure := s.steady.Sure()
	s.mu.Lock()
	defer s.mu.Unlock()
	up := s.uptime()
	if !sure || s.looked != 0 && up-s.looked < tidyShelves {
		return false
	}
	s.looked = up
	for o := range s.offices {
		s.look[o] = true
	}
	return true
}

// tidy makes a shelf hold what it should: the newest contents up to the bound.
// While the clock may be wrong, only what one works on is put there and nothing
// goes: what was brought needlessly, or twice, is an hour of a thin line.
func (s *shelves) tidy(ctx context.Context, office app.ID, papers []paper) error {
	now, sure := s.steady.Now()
	since := app.TimeOf(now.AddDate(0, 0, -shelfDays))
	if !sure {
		since = math.MaxInt64
	}
	names, wanted, err := s.wanted(ctx, office, since, papers)
	if err != nil {
		return err
	}
	if !sure {
		s.mu.Lock()
		s.looked = 0
		s.mu.Unlock()
		return s.fill(office, names)
	}
	gone, err := dropOthers(s.shelf(office), wanted)
	if err != nil {
		return err
	}
	return errors.Join(s.scan(office, gone), s.fill(office, names))
}

// wanted is what belongs on a shelf: papers of meetings, then the newest.
func (s *shelves) wanted(ctx context.Context, office app.ID, since app.Time, papers []paper) (names []app.Hash, wanted map[app.Hash]bool, err error) {
	wanted = map[app.Hash]bool{}
	room := s.room
	want := func(name app.Hash, size int64) error {
		if wanted[name] || room < size {
			return nil
		}
		wanted[name], room = true, room-size
		names = append(names, name)
		return nil
	}
	for _, p := range papers {
		_ = want(p.name, p.size) // never fails
	}
	err = s.store.Read(ctx, func(v *sqlite.View) error { return v.OfficeSegments(office, since, want) })
	return names, wanted, err
}

// dropOthers takes off a shelf what is not wanted, and returns its items.
func dropOthers(shelf *courier.Shelf, wanted map[app.Hash]bool) (gone []string, err error) {
	for name, err := range shelf.Segments() {
		if err != nil {
			return gone, err
		}
		if wanted[name] {
			continue
		}
		if _, err := shelf.Drop(name); err != nil {
			return gone, err
		}
		gone = append(gone, courier.Item(name))
	}
	return gone, nil
}
