package desktop

import (
	"context"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// What goes on beside the records: the certificate, contents fetched ahead,
// and what is left over.

const (
	tendEvery  = time.Minute
	aheadAfter = 500 * time.Millisecond // after a change, for a page of them to come together
	sweepEvery = time.Hour
	// uploadLife is how long a file that no command has named is kept.
	uploadLife = app.Time(7 * 24 * 3600 * 1000)
	// settled is the age below which a segment may still be on its way to the
	// record that names it.
	settled = time.Hour
)

// tend runs until the link ends.
func (l *link) tend(ctx context.Context) {
	minute, sweep := time.NewTicker(tendEvery), time.NewTicker(sweepEvery)
	defer minute.Stop()
	defer sweep.Stop()
	soon := time.NewTimer(aheadAfter)
	defer soon.Stop()
	seen := time.Now()
	if l.identity().Expired(l.app.clock.Now().Std()) {
		l.renewWhenDue(ctx) // without it there is no line at all
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.pulse:
			l.report("reading the status", l.look(ctx))
			l.report("numbering what waits", l.tendBooks(ctx))
			l.trustWhenDue()
		case <-minute.C:
			seen = l.afterSleep(seen)
			l.report("keeping the time", l.keepTime(ctx))
			l.renewWhenDue(ctx)
			l.report("giving books back", l.tendBooks(ctx))
			l.trustWhenDue()
		case <-sweep.C:
			l.report("tidying contents", l.sweep(ctx))
			l.stir() // a meeting may have come near
			if p := l.porter(); p != nil {
				l.report("tidying the outbox", p.tidyOutbox(ctx))
				l.report("tidying the courier's shelves", p.tidyParts())
			}
		case <-l.stirred:
			soon.Reset(aheadAfter)
		case <-soon.C:
			l.report("sending again", l.sendForgotten(ctx))
			l.report("fetching ahead", l.fetchAhead(ctx))
		case changes := <-l.arrived:
			l.notify(changes)
			l.report("removing what was recalled", l.dropRecalled(ctx, changes))
		}
	}
}

// afterSleep tries the line anew when the machine has slept: its connections
// are dead, though nobody has said so.
func (l *link) afterSleep(seen time.Time) time.Time {
	now := time.Now()
	if now.Round(0).Sub(seen.Round(0)) > 3*tendEvery { // by the wall: the monotonic clock sleeps too
		l.line.reset()
		l.now()
	}
	return now
}

func (l *link) report(what string, err error) {
	if err != nil && l.ctx.Err() == nil {
		l.log.Error(what, "err", err)
	}
}

// touched is told of committed changes of records with contents; it must not block.
func (l *link) touched(changes []sqlite.Change) {
	l.stir()
	l.copies.stir()
	select {
	case l.arrived <- changes:
	default: // a flood: nobody reads a hundred notifications
	}
}

// stir has contents looked at soon.
func (l *link) stir() {
	select {
	case l.stirred <- struct{}{}:
	default: // somebody has stirred already
	}
}

// renewWhenDue asks for the next certificate, long before this one ends.
func (l *link) renewWhenDue(ctx context.Context) {
	if l.identity().Expired(l.app.clock.Now().Std()) {
		l.report("renewing a certificate that has ended", l.renewLate(ctx))
		return
	}
	at, err := l.identity().RenewAt()
	if err != nil || !l.carrier.online() || l.app.clock.Now().Std().Before(at) {
		l.report("reading the certificate", err)
		return
	}
	l.report("renewing the certificate", l.renew(ctx))
}

func (l *link) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	next := *l.identity()
	if _, err := next.Renew(ctx, l.client, enrol.SyncHost, false, l.app.cfg.Version); err != nil {
		return err
	}
	return l.become(&next)
}

// fetchAhead asks for the contents that the person is likely to open: those of
// meetings to come and of open documents, urgent ones first, up to the quota.
func (l *link) fetchAhead(ctx context.Context) error {
	if !l.carrier.online() {
		return nil
	}
	held, err := l.heldBytes()
	if err != nil {
		return err
	}
	return l.app.store.Read(ctx, func(v *sqlite.View) error {
		records, priority, err := l.likely(v)
		if err != nil {
			return err
		}
		wants, err := v.Wanted(records)
		if err != nil {
			return err
		}
		var awaited []moving
		porter := l.porter()
		if porter != nil {
			defer func() { porter.await(awaited) }()
		}
		for _, w := range wants {
			if l.app.files.Has(w.Segment) {
				continue
			}
			if porter != nil && porter.brings(ctx, w.Segment, priority[w.Record]) {
				l.carrier.down.Cancel(w.Segment, content.PriorityRecent)
				awaited = append(awaited, moving{name: w.Segment, size: w.Size})
				continue
			}
			if held += w.Size; held > quota {
				return nil
			}
			l.carrier.fetch(w.Segment, w.Size, priority[w.Record])
		}
		return nil
	})
}

// soonMeeting is how long before a meeting its materials are urgent.
const soonMeeting = app.Time(24 * 3600 * 1000)

// likely are the records whose contents the person will want, and how much.
func (l *link) likely(v *sqlite.View) (records []app.Key, priority map[app.Key]content.Priority, err error) {
	priority = map[app.Key]content.Priority{}
	add := func(key app.Key, urgent bool) {
		records = append(records, key)
		if priority[key] = content.PriorityRecent; urgent {
			priority[key] = content.PriorityUrgent
		}
	}
	now := l.app.clock.Now()
	err = v.ComingMaterials(now-app.PapersAfter, now+app.PapersAhead, func(m *app.Material, begins app.Time) error {
		add(m.Key(), begins < now+soonMeeting)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	slips, err := v.Records(app.Viewer{Person: l.identity().Person, All: true}, app.KindSlip)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range slips {
		if s, ok := r.(*app.OpinionSlip); ok && s.State == app.SlipSent {
			add(s.Key(), s.Due < now+soonMeeting)
		}
	}
	page, err := v.Documents(app.Viewer{Person: l.identity().Person, All: true}, app.DocumentQuery{Open: true, Limit: automatic})
	for _, r := range page.Items {
		add(app.Key{Kind: app.KindDocument, ID: r.ID}, r.Urgency >= app.UrgencyVery)
	}
	return records, priority, err
}

// sendForgotten finds contents that were added here and that nothing sends: the
// program was killed between storing a command and scheduling its files.
func (l *link) sendForgotten(ctx context.Context) error {
	if !l.carrier.online() {
		return nil
	}
	var forgotten []sqlite.Send
	err := l.app.store.Read(ctx, func(v *sqlite.View) error {
		unsent, err := v.Unsent()
		for _, s := range unsent {
			if l.app.files.Has(s.Segment) && !l.carrier.hasSent(s.Segment) {
				forgotten = append(forgotten, s)
			}
		}
		return err
	})
	if err != nil || len(forgotten) == 0 {
		return err
	}
	err = l.app.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, s := range forgotten {
			s.At = l.app.clock.Now()
			if err := tx.PutSend(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		l.carrier.sendWaiting()
	}
	return err
}

func (l *link) heldBytes() (n int64, err error) {
	for e, err := range l.app.files.List() {
		if err != nil {
			return n, err
		}
		n += e.Size
	}
	return n, nil
}

// sweep removes uploads that nobody used, and segments that no record names
// any more. Their keys went with the records: what is removed here could not
// be read by anybody.
// What a clock that has just jumped calls old may be a minute old.
func (l *link) sweep(ctx context.Context) error {
	now, sure := l.app.steady.Now()
	if !sure {
		return nil
	}
	return l.discard(ctx, app.TimeOf(now)-uploadLife, settled)
}

// discard removes uploads made before a time, and unnamed segments of an age.
func (l *link) discard(ctx context.Context, before app.Time, age time.Duration) error {
	err := l.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.TidyUploads(before) })
	if err != nil {
		return err
	}
	return l.app.store.Read(ctx, func(v *sqlite.View) error {
		kept, err := v.KeptSegments()
		if err != nil {
			return err
		}
		scans, err := v.ScanSegments()
		if err != nil {
			return err
		}
		if err := keepGiven(v, kept); err != nil {
			return err
		}
		for e, err := range l.app.files.List() {
			if err != nil {
				return err
			}
			named, err := v.SegmentNamed(e.Name)
			if err != nil {
				return err
			}
			if named || kept[e.Name] || scans[e.Name] || l.young(e.Name, age) {
				continue
			}
			if err := l.app.files.Remove(e.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepGiven adds what commands bring that nobody has accepted. A refused one's
// files are named by no document; they stay what their person has given, such as
// a signature on a document that was recalled meanwhile, until he lets it go.
func keepGiven(v *sqlite.View, kept map[app.Hash]bool) error {
	for _, state := range leftStates {
		rows, err := v.Outbox(state.state, -1)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Command == nil {
				continue
			}
			for _, f := range filesOf(row.Command) {
				for _, s := range f.Content.Segments {
					kept[s.Name] = true
				}
			}
		}
	}
	return nil
}

// young reports whether the segment was written lately, or cannot be told. One
// of the future was written before the clock was put right.
func (l *link) young(name app.Hash, age time.Duration) bool {
	f, err := l.app.files.Open(name)
	if err != nil {
		return true
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return true
	}
	old := time.Since(info.ModTime())
	return old >= 0 && old < age
}
