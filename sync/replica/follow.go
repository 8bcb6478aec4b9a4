package replica

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// arrival is a page, or the end.
type arrival struct {
	page []byte
	err  error
}

// follower follows one stream.
type follower struct {
	*Driver
	ctx     context.Context
	ses     *Session
	stream  Stream
	sent    app.CommandID // last command sent on this line
	pages   chan arrival
	pushing sync.WaitGroup
	pushed  chan error // of the push that is under way; nil = none
	more    bool       // something was given while a push was under way
	level   bool
	newLine bool     // the next request shall not use this connection
	heard   int64    // bytes received when last looked
	last    app.Time // when bytes last came, this machine's clock
	begun   app.Time // when the page that is coming began
}

func (f *follower) read(ctx context.Context) {
	for {
		b, err := f.stream.Next()
		select {
		case f.pages <- arrival{b, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (f *follower) follow() (again bool, err error) {
	f.setLink(LinkOn)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	f.begun = f.now()
	f.push() // what was given since the request was built
	for {
		select {
		case a := <-f.pages:
			if a.err != nil {
				if a.err == io.EOF {
					a.err = errStop
				}
				return false, a.err
			}
			f.last = f.now()
			if len(a.page) == 0 {
				continue
			}
			if done, again, err := f.page(a.page); done {
				return again, err
			}
		case <-f.gave:
			f.push()
		case err := <-f.pushed:
			f.pushed = nil
			if err != nil {
				return true, err // the next request brings everything
			}
			if f.more {
				f.push()
			}
		case <-f.retry: // the network may be another one
			f.newLine = true
			return true, nil
		case <-look.C:
			if f.stalled() {
				return false, errStalled
			}
		case <-f.ctx.Done():
			return false, f.ctx.Err()
		}
	}
}

func (f *follower) now() app.Time { return f.cfg.Replica.cfg.Clock() }

// stalled watches progress. (Here a second line would be raced against the
// first; for now the request is simply made again.)
func (f *follower) stalled() bool {
	if n := f.stream.Received(); n != f.heard {
		f.heard, f.last = n, f.now()
	}
	patience := workPatience
	if f.level {
		patience = idlePatience
	}
	return f.now()-f.last > app.Time(patience/time.Millisecond)
}

// page applies one page.
func (f *follower) page(b []byte) (done, again bool, err error) {
	page, err := feed.DecodePage(b)
	if err != nil {
		return true, false, err
	}
	f.measure(len(b), page)
	if err := f.cfg.Replica.Apply(f.ctx, f.ses, page); err != nil {
		return true, errors.Is(err, ErrStale), err
	}
	f.level = page.Level
	switch page.Bye {
	case feed.ByeNone:
	case feed.ByeTime:
		return true, true, nil
	case feed.ByeRevoked:
		return true, false, errRevoked
	default:
		return true, false, errStop
	}
	if f.ses.Reopened {
		return true, true, nil // with what waits again
	}
	if page.Next != 0 && page.Next <= f.sent.Counter() && page.Receipt == nil {
		return true, true, nil // a command got lost on the way
	}
	if f.level {
		asking, err := f.asking()
		if err != nil || asking {
			f.sleep(f.ctx, f.jitter(f.cfg.Backoff/4)) // comparing must not become a storm
			return true, asking, err
		}
	}
	f.push()
	return false, false, nil
}

func (f *follower) asking() (asking bool, err error) {
	err = f.cfg.Replica.cfg.Store.Read(f.ctx, func(v View) error {
		asking, err = f.cfg.Replica.Asking(v)
		return err
	})
	return asking, err
}

// measure learns the line's rate from pages that came while more were due.
func (f *follower) measure(bytes int, page *feed.Page) {
	f.cfg.Replica.Measured(bytes, len(page.Items))
	took := f.now() - f.begun
	f.begun = f.now()
	if bytes < 2048 || took < 20 {
		return
	}
	rate := float64(bytes) / float64(took) * 1000
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rate == 0 {
		f.rate = rate
	} else {
		f.rate += (rate - f.rate) / 3
	}
}

// push sends what was given since the stream's request, beside the stream: its
// answers come on the stream.
func (f *follower) push() {
	if f.pushed != nil {
		f.more = true
		return
	}
	f.more = false
	ses, req, err := f.cfg.Replica.BeginPush(f.ctx, f.sent)
	if err != nil || req == nil {
		return // what is wrong with the store will show on the stream
	}
	f.sent = ses.Sent
	f.pushed = make(chan error, 1)
	f.pushing.Add(1)
	go func() {
		defer f.pushing.Done()
		f.pushed <- f.pushOnce(ses, req)
	}()
}

func (f *follower) pushOnce(ses *Session, req *feed.Request) error {
	body, err := feed.EncodeRequest(req)
	if err != nil {
		return err
	}
	s, err := f.open(f.ctx, body)
	if err != nil {
		return err
	}
	s.Close()
	return f.cfg.Replica.Pushed(f.ctx, ses)
}
