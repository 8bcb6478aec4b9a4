package desktop

import (
	"context"
	"errors"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

const (
	// byCourier is the size from which a segment goes up by the courier: its many
	// blocks are under way at once and each that has arrived counts. Smaller ones
	// cost less over HTTPS.
	byCourier = 1 << 20
	// outboxWithin is how long the province may take to open the outbox folder.
	outboxWithin = 20 * time.Second
	// verifyWithin is how long it may take to verify what has come whole.
	verifyWithin = time.Minute
	outboxLook   = 500 * time.Millisecond
)

// errNotByCourier: the courier has no way to the province; HTTPS may have one.
var errNotByCourier = errors.New("the courier does not reach the province")

// send brings a segment to the province by way of the outbox folder. It returns
// nil when the province has verified it; what was interrupted stays on the outbox
// shelf and goes on where it stopped.
func (p *porter) send(ctx context.Context, name app.Hash, size int64, there func(context.Context) (bool, error), progress content.Progress) error {
	p.mu.Lock()
	p.sending[name] = true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.sending, name)
		p.mu.Unlock()
	}()
	if _, err := p.outbox().Put(name, func(path string) error { return p.files.LinkTo(name, path) }); err != nil {
		return err
	}
	p.speak()
	folder, err := p.awaitOutbox(ctx)
	if err != nil {
		return err
	}
	if err := p.node.Scan(folder, courier.Item(name)); err != nil {
		return err
	}
	return p.awaitTaken(ctx, folder, size, there, progress)
}

// sent is told that the province has a segment.
func (p *porter) sent(name app.Hash) {
	dropped, err := p.outbox().Drop(name)
	if err == nil && dropped {
		if folder := p.outboxFolder(); folder != "" {
			err = p.node.Scan(folder, courier.Item(name))
		}
	}
	p.link.report("emptying the courier's outbox", err)
}

// outboxFolder is the folder's id while it is shared, else "".
func (p *porter) outboxFolder() string {
	for _, f := range p.node.Topology().Folders {
		if f.Gives {
			return f.ID
		}
	}
	return ""
}

// awaitOutbox waits until the province shares the outbox folder and is connected.
func (p *porter) awaitOutbox(ctx context.Context) (string, error) {
	deadline := time.NewTimer(outboxWithin)
	defer deadline.Stop()
	look := time.NewTicker(outboxLook)
	defer look.Stop()
	for {
		if folder := p.outboxFolder(); folder != "" && p.reachesProvince() {
			return folder, nil
		}
		select {
		case <-look.C:
		case <-deadline.C:
			return "", errNotByCourier
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// reachesProvince reports whether the courier is connected to the province.
func (p *porter) reachesProvince() bool {
	p.mu.Lock()
	province := courier.ID(p.plan.Province)
	p.mu.Unlock()
	return province != "" && p.node.Connected(province)
}

// awaitTaken follows a segment until the province has it.
func (p *porter) awaitTaken(ctx context.Context, folder string, size int64, there func(context.Context) (bool, error), progress content.Progress) error {
	p.mu.Lock()
	province := courier.ID(p.plan.Province)
	p.mu.Unlock()
	look := time.NewTicker(outboxLook)
	defer look.Stop()
	var whole time.Time
	for {
		select {
		case <-look.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if !p.node.Connected(province) {
			return errNotByCourier
		}
		need, err := p.node.PeerNeeds(folder, province)
		if err != nil {
			return err
		}
		progress(max(0, size-need.Bytes), size)
		if need.Files > 0 {
			whole = time.Time{}
			continue
		}
		if ok, err := there(ctx); ok || err != nil {
			return err
		}
		if whole.IsZero() {
			whole = time.Now()
		}
		if time.Since(whole) > verifyWithin {
			return errNotByCourier // it refused what it got: HTTPS says why
		}
	}
}

// tidyOutbox takes off the outbox shelf what does not wait to be sent.
func (p *porter) tidyOutbox(ctx context.Context) error {
	var sends []sqlite.Send
	err := p.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		sends, err = v.Sends()
		return err
	})
	if err != nil {
		return err
	}
	for name, err := range p.outbox().Segments() {
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(sends, func(s sqlite.Send) bool { return s.Segment == name }) {
			p.sent(name)
		}
	}
	return nil
}
