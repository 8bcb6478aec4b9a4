package replica

import (
	"context"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Status is the truth about a replica's sync, as the UI shows it.
type Status struct {
	Waiting  int // commands that the server has not answered
	Doubtful int // of those, the ones that will probably be refused
	Deferred int // kept by the server for its next version
	Refused  int // the author must look at them
	Lost     int // of the refused and waiting, those about records that left the scopes
	// Remaining is what is still to come, by class; RemainingBytes estimates it.
	Remaining      [app.Classes]int64
	RemainingBytes int64
	Loaded         bool     // the first load is complete
	Level          app.Time // when the replica last was level with the server
	Contact        app.Time // when the server was last heard
	Skew           app.Time // server's clock minus this machine's
	Repairs        int      // records that had to be repaired since the start
	// Broken is true when the replica differs from the server and no
	// comparison could find out where.
	Broken bool
}

// Status reads the present status.
func (r *Replica) Status(ctx context.Context) (st Status, err error) {
	err = r.cfg.Store.Read(ctx, func(v View) error {
		s, err := v.SyncState()
		if err != nil {
			return err
		}
		st.Loaded, st.Level, st.Contact, st.Skew = s.Level != 0, s.Level, s.Contact, s.Skew
		if st.Deferred, err = v.OutboxCount(feed.OutDeferred); err != nil {
			return err
		}
		for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutRefused} {
			rows, err := v.Outbox(state, maxOutbox)
			if err != nil {
				return err
			}
			st.count(state, rows)
		}
		return nil
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	st.Remaining, st.Repairs, st.Broken = r.remaining, r.repairs, r.stubborn != 0
	for _, n := range r.remaining {
		st.RemainingBytes += int64(float64(n) * r.itemBytes)
	}
	return st, err
}

func (st *Status) count(state feed.OutboxState, rows []feed.OutboxRow) {
	for _, row := range rows {
		if row.Lost != 0 {
			st.Lost++
		}
		if row.Doubt != nil && state == feed.OutWaiting {
			st.Doubtful++
		}
	}
	if state == feed.OutWaiting {
		st.Waiting = len(rows)
	} else {
		st.Refused = len(rows)
	}
}

// Measured tells how many bytes a page of items came in, for the estimate.
func (r *Replica) Measured(bytes, items int) {
	if items < 20 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.itemBytes += (float64(bytes)/float64(items) - r.itemBytes) / 4
}
