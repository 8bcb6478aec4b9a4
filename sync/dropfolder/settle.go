package dropfolder

import (
	"cmp"
	"slices"
	"time"
)

// settling remembers how each file of a folder stood when it was last looked
// at, by name. What is not in the folder any more is forgotten; while the
// folder itself is away, nothing is.
type settling map[string]*standing

type standing struct {
	file  Found
	since time.Time // of the first look that found it as it is
	told  bool
}

// settle takes one look at the folder into account. A touched file is one that
// somebody was heard to write: it counts as changed whatever its size and time
// say. next is when an unfinished file may be whole, if nobody touches it.
func (s settling) settle(now time.Time, entries []Found, touched map[string]bool, opt Options) (whole []Found, next time.Duration) {
	s.forgetAllBut(entries)
	next = opt.Every
	for _, f := range entries {
		st := s.note(now, f, touched[f.Name])
		if st.told {
			continue
		}
		if wait := st.wait(now, opt); wait > 0 {
			next = min(next, wait)
			continue
		}
		st.told = true
		whole = append(whole, f)
	}
	slices.SortFunc(whole, func(a, b Found) int { return cmp.Compare(a.Name, b.Name) })
	return whole, next
}

func (s settling) forgetAllBut(entries []Found) {
	there := make(map[string]bool, len(entries))
	for _, f := range entries {
		there[f.Name] = true
	}
	for name := range s {
		if !there[name] {
			delete(s, name)
		}
	}
}

func (s settling) note(now time.Time, f Found, touched bool) *standing {
	st := s[f.Name]
	back := st != nil && now.Before(st.since) // a clock that was set back has measured nothing
	if st == nil || touched || back && !st.told || !st.file.same(f) {
		st = &standing{file: f, since: now}
		s[f.Name] = st
	}
	return st
}

// wait is how long the file must still stand as it is, 0 when it is whole.
func (st *standing) wait(now time.Time, opt Options) time.Duration {
	stood := now.Sub(st.since)
	if stood < opt.Settle {
		return opt.Settle - stood
	}
	switch st.file.look() {
	case isWhole:
		return 0
	case isUnfinished:
		return max(opt.Patience-stood, 0)
	default: // somebody holds it, or it has just changed
		return opt.Settle
	}
}
