package replica

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"khonggiay/sync/feed"
)

// Transport opens requests to the server.
type Transport interface {
	// Open sends the request and returns when the server begins to answer.
	Open(ctx context.Context, body []byte) (Stream, error)
	// Reset drops the connections that no request uses, so that the next one
	// goes over a new line.
	Reset()
}

// Stream is the server's answer: pages, until io.EOF.
type Stream interface {
	// Next waits for the next page; an empty one is a sign of life.
	Next() ([]byte, error)
	// Received counts the bytes that have come, also of a page that is not
	// complete yet.
	Received() int64
	Close() error
}

// Link is the state of the line.
type Link uint8

// States of the line.
const (
	LinkOff     Link = 0 // not reached at the last try
	LinkTrying  Link = 1
	LinkOn      Link = 2
	LinkRefused Link = 3 // reached, but this device is not let in
)

// DriverConfig of a driver.
type DriverConfig struct {
	Replica   *Replica
	Transport Transport
	// Wait is how long the server shall hold an idle request; 0 = 4 minutes.
	Wait time.Duration
	// Backoff is the first pause after a failure, MaxBackoff the longest; 0 =
	// 1 second and 2 minutes. Pauses double, with jitter.
	Backoff, MaxBackoff time.Duration
	// Rand gives the jitter; nil = a random one.
	Rand *rand.Rand
	// LinkChanged is called when the state of the line changed. It must not block.
	LinkChanged func(Link)
	// Revoked is called once the server has revoked this device: wipe it.
	Revoked func()
}

// Driver keeps a replica in touch with the server.
type Driver struct {
	cfg    DriverConfig
	cancel context.CancelFunc
	done   chan struct{}
	gave   chan struct{} // capacity 1: something is waiting to be pushed
	retry  chan struct{} // capacity 1: try now

	// mu guards what status reads.
	mu   sync.Mutex
	link Link
	rate float64 // bytes a second of the last pages; 0 = not known
}

// NewDriver starts a driver. Close it before the replica's store.
func NewDriver(ctx context.Context, cfg DriverConfig) *Driver {
	if cfg.Wait == 0 {
		cfg.Wait = 4 * time.Minute
	}
	if cfg.Backoff == 0 {
		cfg.Backoff = time.Second
	}
	if cfg.MaxBackoff == 0 {
		cfg.MaxBackoff = 2 * time.Minute
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	ctx, cancel := context.WithCancel(ctx)
	d := &Driver{cfg: cfg, cancel: cancel, done: make(chan struct{}), gave: make(chan struct{}, 1), retry: make(chan struct{}, 1)}
	go func() {
		defer close(d.done)
		d.run(ctx)
	}()
	return d
}

// Close ends the driver and waits for it.
func (d *Driver) Close() {
	d.cancel()
	<-d.done
}

// Gave tells the driver that a command was given.
func (d *Driver) Gave() { poke(d.gave) }

// Retry has the driver try at once, as when the network came back.
func (d *Driver) Retry() { poke(d.retry) }

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Link is the state of the line.
func (d *Driver) Link() Link {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.link
}

// Rate is how fast the last pages came, bytes a second; 0 = not known.
func (d *Driver) Rate() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return int(d.rate)
}

func (d *Driver) setLink(l Link) {
	d.mu.Lock()
	changed := d.link != l
	d.link = l
	d.mu.Unlock()
	if changed && d.cfg.LinkChanged != nil {
		d.cfg.LinkChanged(l)
	}
}

// run makes one request after the other.
func (d *Driver) run(ctx context.Context) {
	pause := d.cfg.Backoff
	for ctx.Err() == nil {
		d.setLinkTrying()
		again, err := d.request(ctx)
		if errors.Is(err, errRevoked) {
			d.setLink(LinkRefused)
			if d.cfg.Revoked != nil {
				d.cfg.Revoked()
			}
			return
		}
		if again {
			pause = d.cfg.Backoff
			continue
		}
		if ctx.Err() != nil {
			return
		}
		d.cfg.Transport.Reset()
		d.failed(err)
		d.sleep(ctx, d.jitter(max(pause, askedPause(err))))
		pause = min(2*pause, d.cfg.MaxBackoff)
	}
}

// setLinkTrying shows a try, but leaves a line that is on as it is.
func (d *Driver) setLinkTrying() {
	if d.Link() != LinkOn {
		d.setLink(LinkTrying)
	}
}

func (d *Driver) failed(err error) {
	var status *StatusError
	if errors.As(err, &status) && (status.Status == http.StatusUnauthorized || status.Status == http.StatusForbidden) {
		d.setLink(LinkRefused)
	} else {
		d.setLink(LinkOff)
	}
	d.cfg.Replica.cfg.Log.Info("sync interrupted", "error", err)
}

func askedPause(err error) time.Duration {
	var status *StatusError
	if errors.As(err, &status) {
		return status.After
	}
	return 0
}

// jitter spreads a pause over half to one and a half of it.
func (d *Driver) jitter(p time.Duration) time.Duration {
	return p/2 + time.Duration(d.cfg.Rand.Int64N(int64(p)+1))
}

func (d *Driver) sleep(ctx context.Context, p time.Duration) {
	t := time.NewTimer(p)
	defer t.Stop()
	select {
	case <-t.C:
	case <-d.retry:
	case <-ctx.Done():
	}
}

var (
	errRevoked = errors.New("sync: this device was revoked")
	errStalled = errors.New("sync: nothing came for too long")
	errStop    = errors.New("sync: the server ended the stream")
)

// Patience with a stream.
const (
	openPatience = 30 * time.Second  // until the server begins to answer
	workPatience = 20 * time.Second  // without a byte while pages are due
	idlePatience = 130 * time.Second // without a sign of life while nothing is new
	lookEvery    = time.Second
)

// request makes one request and follows its stream to the end. again is true
// when the next one shall follow at once.
func (d *Driver) request(ctx context.Context) (again bool, err error) {
	r := d.cfg.Replica
	ses, req, err := r.Begin(ctx)
	if err != nil {
		return false, err
	}
	req.Wait = uint16(d.cfg.Wait / time.Second)
	req.Rate = uint32(d.Rate())
	body, err := feed.EncodeRequest(req)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := d.open(ctx, body)
	if err != nil {
		return false, err
	}
	f := &follower{Driver: d, ctx: ctx, ses: ses, stream: stream, sent: ses.Sent, pages: make(chan arrival), last: r.cfg.Clock()}
	var reading sync.WaitGroup
	reading.Add(1)
	go func() {
		defer reading.Done()
		f.read(ctx)
	}()
	again, err = f.follow()
	cancel()
	stream.Close()
	reading.Wait()
	f.pushing.Wait()
	if f.newLine {
		d.cfg.Transport.Reset()
	}
	return again, err
}

// open gives up when the server does not begin to answer.
func (d *Driver) open(ctx context.Context, body []byte) (Stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	t := time.AfterFunc(openPatience, func() { cancel(errStalled) })
	s, err := d.cfg.Transport.Open(ctx, body)
	if !t.Stop() && err == nil {
		s.Close()
		err = errStalled
	}
	if err != nil {
		cancel(err)
		return nil, err
	}
	return &cancelling{Stream: s, cancel: cancel}, nil
}

// cancelling ends its context with the stream.
type cancelling struct {
	Stream
	cancel context.CancelCauseFunc
}

func (c *cancelling) Close() error {
	c.cancel(nil)
	return c.Stream.Close()
}
