package desktop

import (
	"context"
	"sync"
	"time"

	"khonggiay/app/api"
)

// trustEvery is how often the server is asked whom to trust; trustAgain is how
// soon after it could not be asked.
const (
	trustEvery = 5 * time.Minute
	trustAgain = time.Minute
)

// trusting follows the province's roots and revocation lists, so that
// signatures are judged on the road as in the office.
type trusting struct {
	mu   sync.Mutex // guards what follows
	busy bool
	next time.Time
}

// trustWhenDue asks in the background: a list of some MB takes long on a thin
// line, and nothing waits for it.
func (l *link) trustWhenDue() {
	if !l.carrier.online() || !l.trusting.begin(time.Now()) {
		return
	}
	l.goDo(func(ctx context.Context) {
		err := l.followTrust(ctx)
		l.trusting.end(time.Now(), err == nil)
		if err != nil && ctx.Err() == nil {
			l.log.Warn("asking the server whom to trust", "err", err)
		}
	})
}

func (t *trusting) begin(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy || now.Before(t.next) {
		return false
	}
	t.busy = true
	return true
}

func (t *trusting) end(now time.Time, well bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = false
	if t.next = now.Add(trustAgain); well {
		t.next = now.Add(trustEvery)
	}
}

// followTrust takes over what the server trusts and knows now. Documents that
// are shown are judged anew.
func (l *link) followTrust(ctx context.Context) error {
	changed, err := l.app.judge.Follow(ctx, l.client, serverURL)
	if changed {
		l.app.events.Publish(api.Event{Entity: "signatures"}, nil)
	}
	return err
}
