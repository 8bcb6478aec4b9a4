package replica_test

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// uncounting is a holder that does not remember which numbers it gave.
type uncounting struct{ replica.Tx }

func (t uncounting) SetLastNumber(app.ID, int, uint32) error { return nil }

func numberTwiceOnLoan() flaw {
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx { return uncounting{tx} }}
}

// careless is a server that leaves something out of a book's log.
type careless struct {
	hub.Tx
	leaves func(*app.BookLog)
}

func (t careless) Put(r app.Record) error {
	if log, ok := r.(*app.BookLog); ok {
		c := *log
		t.leaves(&c)
		r = &c
	}
	return t.Tx.Put(r)
}

func withoutAlarm() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return careless{tx, func(l *app.BookLog) { l.Alarms = nil }} }}
}

func numberNotKept() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return careless{tx, func(l *app.BookLog) { l.Spent = nil }} }}
}

func droppedAtTheDoor() flaw {
	now := every(3)
	return flaw{leavesOut: func(feed.OutboxRow) bool { return now() }}
}

func lastingStream() flaw { return flaw{keepsStreams: true} }

// forgiving is a server that does not look whether a writer's device was revoked.
func forgiving() flaw {
	return flaw{devices: func(k hub.WriterKey) hub.WriterKey { k.Revoked = false; return k }}
}

// clinging is a revoked laptop that keeps what it held.
func clinging() flaw {
	return flaw{laptopTx: func(l *laptop, tx replica.Tx) replica.Tx {
		if l.leave.barred {
			return keeping{tx}
		}
		return tx
	}}
}

func adoptedLost() flaw {
	return flaw{laptopTx: func(l *laptop, tx replica.Tx) replica.Tx {
		if l.torn == nil {
			return tx
		}
		return forgetful{tx, func(row feed.OutboxRow) bool { return row.State == feed.OutWaiting }}
	}}
}

func wrongStanding() flaw {
	return flaw{standing: func(s map[uint32]uint32) {
		for w := range s {
			s[w] += 100
		}
	}}
}

// disbelieving is a restored server that lets nobody prove a lost number.
type disbelieving struct{ hub.Tx }

func (t disbelieving) LostWriter(uint32) (bool, error) { return false, nil }

func lostClaim() flaw {
	return flaw{serverTx: func(tx hub.Tx) hub.Tx { return disbelieving{tx} }}
}
