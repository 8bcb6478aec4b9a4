package replica

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
)

// check compares what is held with what the server says, at the end of a pull.
func (a *applier) check() error {
	need, err := a.tx.Need(1)
	if err != nil {
		return err
	}
	a.wanting = a.wanting || len(need) > 0
	if !a.page.Level || a.wanting {
		return nil
	}
	sums, err := a.tx.Sums(a.state.Scopes)
	if err != nil {
		return err
	}
	if a.agrees = feed.Digest(sums) == a.page.Check; a.agrees {
		return nil
	}
	if a.counted { // the records agree, only a sum does not
		a.unlikeOf = a.page.Check
		a.cfg.Log.Error("the server's sums do not fit its records")
		return nil
	}
	a.mu.Lock()
	known := a.stubborn == a.page.Check
	a.mu.Unlock()
	if !known && len(a.asked) == 0 {
		a.unlike = true
		a.cfg.Log.Warn("this replica differs from the server: comparing")
	}
	return nil
}

// ask adds the questions of a running comparison to a request.
func (r *Replica) ask(v View, s *feed.State, req *feed.Request) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	req.Buckets = r.asked
	if !r.unlike {
		return nil
	}
	var err error
	req.Sums, err = v.Sums(s.Scopes)
	return err
}

// Asking reports whether a request should go out at once, to compare or to
// get what is missing.
func (r *Replica) Asking(v View) (bool, error) {
	r.mu.Lock()
	asking := r.unlike || len(r.asked) > 0
	r.mu.Unlock()
	if asking {
		return true, nil
	}
	need, err := v.Need(1)
	return len(need) > 0, err
}

// compare takes the server's answers to a comparison.
func (a *applier) compare(b *rebase) error {
	for _, u := range a.page.Unlike {
		if err := a.buckets(u); err != nil {
			return err
		}
	}
	a.counted = len(a.page.Unlike) > 0 && len(a.asked) == 0
	for _, l := range a.page.Listing {
		if err := a.listing(b, l); err != nil {
			return err
		}
	}
	return nil
}

// buckets counts a scope anew and asks for the buckets that differ.
func (a *applier) buckets(u feed.Buckets) error {
	if len(u.Sums) != 256 {
		return nil
	}
	var own [256]uint64
	var total feed.Sum
	err := a.tx.HeldRecords(u.Scope, func(key app.Key, version uint64) error {
		own[feed.Bucket(key)] += feed.Hash(key, version)
		total.Add(key, version)
		return nil
	})
	if err != nil {
		return err
	}
	delete(a.sums, u.Scope)
	if err := a.tx.SetSum(u.Scope, total); err != nil {
		return err
	}
	for n, sum := range u.Sums {
		if sum != own[n] && len(a.asked) < feed.MaxBuckets {
			a.asked = append(a.asked, feed.Bucketed{Scope: u.Scope, Bucket: uint8(n)})
		}
	}
	return nil
}

// listing makes one bucket of a scope what the server says it is.
func (a *applier) listing(b *rebase, l feed.Listing) error {
	there := make(map[app.Key]uint64, len(l.Records))
	for _, h := range l.Records {
		there[h.Key()] = h.Version
	}
	here := map[app.Key]uint64{}
	err := a.tx.HeldRecords(l.Scope, func(key app.Key, version uint64) error {
		if feed.Bucket(key) == l.Bucket {
			here[key] = version
		}
		return nil
	})
	if err != nil {
		return err
	}
	for key := range here {
		if _, ok := there[key]; ok {
			continue
		}
		a.repaired++
		if err := a.leave(b, key, l.Scope); err != nil {
			return err
		}
	}
	for key, version := range there {
		if have, ok := here[key]; ok && have == version {
			continue
		}
		a.repaired++
		if err := a.tx.AddNeed(key); err != nil {
			return err
		}
	}
	if a.repaired > 0 {
		a.cfg.Log.Warn("repairing this replica", "records", a.repaired)
	}
	return nil
}
