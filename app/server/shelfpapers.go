package server

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// Papers of meetings stand on the shelves of the offices whose people hold them,
// from some time before their meeting until it is over: then the laptops of one
// office feed each other.

// paper is a segment of a material.
type paper struct {
	name app.Hash
	size int64
}

// material is told of each material that has changed; it must not block.
func (s *shelves) material(ch sqlite.Change) {
	held := holdersOf(ch.Old)
	s.mu.Lock()
	s.papers[ch.Key.ID] = append(s.papers[ch.Key.ID], held...)
	s.mu.Unlock()
	poke(s.woken)
}

// holdersOf are the scopes of a material as it was stored.
func holdersOf(body []byte) []app.Scope {
	if body == nil {
		return nil
	}
	r, err := feed.Decode(app.KindMaterial, body)
	if m, ok := r.(*app.Material); err == nil && ok {
		return m.Holders
	}
	return nil
}

// putPapers puts changed materials on the shelves of the offices that hold them,
// and has those looked through that held them before and do not any more.
func (s *shelves) putPapers(ctx context.Context, changed map[app.ID][]app.Scope, look map[app.ID]bool) error {
	if len(changed) == 0 {
		return nil
	}
	segments := map[app.ID][]app.Hash{}
	now := app.TimeOf(s.now())
	err := s.store.Read(ctx, func(v *sqlite.View) error {
		dir, coming := v.Directory(), map[app.ID]bool{}
		err := v.ComingMaterials(now-app.PapersAfter, now+app.PapersAhead, func(m *app.Material, _ app.Time) error {
			if _, ok := changed[m.ID]; !ok {
				return nil
			}
			coming[m.ID] = true
			offices := officesIn(dir, m.Holders, now)
			for _, p := range papersOf(m) {
				for office := range offices {
					segments[office] = append(segments[office], p.name)
				}
			}
			for office := range officesIn(dir, changed[m.ID], now) {
				look[office] = look[office] || !offices[office]
			}
			return nil
		})
		for id, before := range changed {
			if !coming[id] {
				for office := range officesIn(dir, before, now) {
					look[office] = true
				}
			}
		}
		return err
	})
	return errors.Join(err, s.fillAll(segments))
}

// lookThrough tidies the shelves of the offices.
func (s *shelves) lookThrough(ctx context.Context, look map[app.ID]bool) error {
	s.mu.Lock()
	for office, due := range look {
		if !due || !s.offices[office] {
			delete(look, office)
		}
	}
	s.mu.Unlock()
	if len(look) == 0 {
		return nil
	}
	papers, err := s.allPapers(ctx)
	if err != nil {
		return err
	}
	for office := range look {
		err = errors.Join(err, s.tidy(ctx, office, papers[office]))
	}
	return err
}

// allPapers are the papers of each office, those of the next meeting first.
func (s *shelves) allPapers(ctx context.Context) (map[app.ID][]paper, error) {
	out := map[app.ID][]paper{}
	now := app.TimeOf(s.now())
	err := s.store.Read(ctx, func(v *sqlite.View) error {
		dir := v.Directory()
		return v.ComingMaterials(now-app.PapersAfter, now+app.PapersAhead, func(m *app.Material, _ app.Time) error {
			papers := papersOf(m)
			for office := range officesIn(dir, m.Holders, now) {
				out[office] = append(out[office], papers...)
			}
			return nil
		})
	})
	return out, err
}

// papersOf are the segments of a material of which the server has the whole file.
func papersOf(m *app.Material) (out []paper) {
	for _, f := range app.FilesOf(m) {
		if f.AtServer == 0 {
			continue
		}
		for _, seg := range f.Content.Segments {
			out = append(out, paper{seg.Name, seg.Size})
		}
	}
	return out
}

// officesIn are the offices of the people whom the scopes name.
func officesIn(dir *app.Directory, scopes []app.Scope, at app.Time) map[app.ID]bool {
	out := map[app.ID]bool{}
	for _, person := range dir.PeopleIn(scopes, at) {
		for _, office := range officesOf(dir, person, at) {
			out[office] = true
		}
	}
	return out
}
