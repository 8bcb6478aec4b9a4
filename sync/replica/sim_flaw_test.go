package replica_test

import (
	"fmt"

	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// flaw is a fault planted on purpose, where stores and transport meet the code
// under test. The zero flaw is none.
type flaw struct {
	serverTx   func(hub.Tx) hub.Tx
	serverView func(hub.View) hub.View
	laptopTx   func(*laptop, replica.Tx) replica.Tx
	request    func(*laptop, *feed.Request) // as the laptop sends it
	page       func(*exchange, *feed.Page)  // as the server writes it
	applied    func(*laptop)                // after a page
	leavesOut  func(feed.OutboxRow) bool    // of a hand-over
	standing   func(map[uint32]uint32)      // of a device's writers, as the server tells it
	devices    func(hub.WriterKey) hub.WriterKey
	lag        *lagging // the server's reads
	// keepsStreams has a revocation end no streams.
	keepsStreams bool
}

// catcher is a tester that takes a world's failure instead of failing.
type catcher struct{ said string }

// caught ends a world that has failed.
type caught struct{}

// run runs a world until it ends or fails.
func (c *catcher) run(live func()) {
	defer func() {
		if p := recover(); p != nil && p != (caught{}) {
			panic(p)
		}
	}()
	live()
}

func (c *catcher) Helper() {}

func (c *catcher) Errorf(format string, args ...any) { c.Fatalf(format, args...) }

func (c *catcher) Fatal(args ...any) { c.Fatalf("%s", fmt.Sprint(args...)) }

func (c *catcher) Fatalf(format string, args ...any) {
	if c.said == "" {
		c.said = fmt.Sprintf(format, args...)
	}
	panic(caught{})
}
