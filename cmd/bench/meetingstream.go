package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// peerHeader names the member whose machine asks; TLS does so outside benches.
const peerHeader = "Bench-Peer"

// voteDoor is the server's /sync on the loopback.
type voteDoor struct {
	server  *http.Server
	address string
	served  sync.WaitGroup
}

func (b *meetingBench) openDoor() (*voteDoor, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &voteDoor{address: l.Addr().String()}
	d.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: b.hub.Handler(func(r *http.Request) (hub.Peer, error) {
		i, err := strconv.Atoi(r.Header.Get(peerHeader))
		if err != nil || i < 0 || i >= len(b.voters) {
			return hub.Peer{}, errors.New("no such member")
		}
		v := b.voters[i]
		return hub.Peer{Device: v.device, Person: v.person, Writer: v.writer}, nil
	})}
	d.served.Go(func() { _ = d.server.Serve(l) }) // ends with close
	return d, nil
}

func (d *voteDoor) close() {
	_ = d.server.Close()
	d.served.Wait()
}

// Writer implements hub.Devices: all machines sign commands with one key.
func (b *meetingBench) Writer(n uint32) (hub.WriterKey, error) {
	i := int(n) - int(b.voters[0].writer)
	if i < 0 || i >= len(b.voters) {
		return hub.WriterKey{}, app.ErrNotFound
	}
	v := b.voters[i]
	return hub.WriterKey{Device: v.device, Person: v.person, Key: benchKey("laptop").Public().(ed25519.PublicKey)}, nil
}

// as is a transport that says whose machine it is.
type as struct {
	peer int
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (a as) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(peerHeader, strconv.Itoa(a.peer))
	return a.next.RoundTrip(r)
}

func (b *meetingBench) transport(peer int) *replica.HTTPTransport {
	return &replica.HTTPTransport{URL: "http://" + b.door.address + "/sync", Client: &http.Client{Transport: as{peer, &http.Transport{DisableCompression: true}}}}
}

// voteStream is one member's stream. It puts the session together from the pages
// as a replica does, and notes when the published result is in it.
type voteStream struct {
	stream replica.Stream
	vote   app.CommandID
	people int
	body   []byte // of the session, as far as it is known
	done   chan struct{}
	at     time.Time // written before done is closed
	err    error
	before int64 // bytes until the stream was level
	after  int64
}

// join brings everybody's stream to the server's present state and keeps it open,
// some at a time, and makes one replica beside them.
func (b *meetingBench) join(ctx context.Context) error {
	const atOnce = 16
	errs := make(chan error, len(b.voters))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, v := range b.voters[1:] {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var err error
			v.stream, err = b.follow(ctx, i+1)
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return b.joinLaptop(ctx)
}

func (b *meetingBench) follow(ctx context.Context, peer int) (*voteStream, error) {
	body, err := feed.EncodeRequest(&feed.Request{Protocol: feed.Protocol, Wait: 240, Epoch: 1})
	if err != nil {
		return nil, err
	}
	s := &voteStream{vote: b.vote, people: b.n, done: make(chan struct{})}
	if s.stream, err = b.transport(peer).Open(ctx, body); err != nil {
		return nil, err
	}
	for level := false; !level; {
		if level, err = s.next(); err != nil {
			return nil, err
		}
	}
	if s.body == nil {
		return nil, fmt.Errorf("member %d has no session", peer)
	}
	s.before = s.stream.Received()
	go s.watch()
	return s, nil
}

// next reads a page and keeps what it says of the session.
func (s *voteStream) next() (level bool, err error) {
	b, err := s.stream.Next()
	if err != nil || len(b) == 0 {
		return false, err
	}
	page, err := feed.DecodePage(b)
	if err != nil {
		return false, err
	}
	for _, item := range page.Items {
		if item.Key.Kind != app.KindSession {
			continue
		}
		if item.Base == 0 {
			s.body = item.Body
		} else if s.body, err = feed.Apply(s.body, item.Body); err != nil {
			return false, err
		}
	}
	if page.Bye != feed.ByeNone {
		return false, fmt.Errorf("the server says goodbye: %d", page.Bye)
	}
	return page.Level, nil
}

// watch ends with the published result.
func (s *voteStream) watch() {
	defer close(s.done)
	for {
		if _, s.err = s.next(); s.err != nil {
			return
		}
		r, err := feed.Decode(app.KindSession, s.body)
		if err != nil {
			s.err = err
			return
		}
		v := r.(*app.Session).Votes[s.vote]
		if v.State != app.VotePublished {
			continue
		}
		s.at = time.Now()
		if v.Result.Cast != s.people || len(v.Result.Named) != s.people {
			s.err = fmt.Errorf("the result has %d of %d ballots", v.Result.Cast, s.people)
		}
		s.after = s.stream.Received()
		return
	}
}

// published waits for the result.
func (s *voteStream) published() (time.Time, error) {
	select {
	case <-s.done:
		return s.at, s.err
	case <-time.After(time.Minute):
		return time.Time{}, errors.New("no result after a minute")
	}
}

func (s *voteStream) received() int64 { return s.after - s.before }

func (s *voteStream) close() {
	_ = s.stream.Close()
	<-s.done
}

// joinLaptop makes the first member's laptop: a whole replica, level with the server.
func (b *meetingBench) joinLaptop(ctx context.Context) error {
	store, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(b.dir, "laptop.db"), Role: sqlite.Replica, Clock: clock})
	if err != nil {
		return err
	}
	b.laptop = &benchClient{store: store, transport: b.transport(0)}
	key := benchKey("laptop")
	v := b.voters[0]
	b.laptop.rep, err = replica.New(ctx, replica.Config{Store: replica.Over(store), Person: v.person, Writer: v.writer, Clock: clock,
		Sign:      func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil },
		ServerKey: benchKey("server").Public().(ed25519.PublicKey)})
	if err != nil {
		return err
	}
	if err := b.laptop.open(ctx); err != nil {
		return err
	}
	_, err = b.laptop.level(ctx)
	return err
}

// push brings the outbox up and waits for the answers on the open stream.
func (c *benchClient) push(ctx context.Context) error {
	for {
		ses, req, err := c.rep.BeginPush(ctx, 0)
		if err != nil || req == nil {
			return err
		}
		body, err := feed.EncodeRequest(req)
		if err != nil {
			return err
		}
		s, err := c.transport.Open(ctx, body)
		if err != nil {
			return err
		}
		_ = s.Close()
		if err := c.rep.Pushed(ctx, ses); err != nil {
			return err
		}
		for {
			if _, err := c.level(ctx); err != nil {
				return err
			}
			st, err := c.rep.Status(ctx)
			if err != nil {
				return err
			}
			if st.Refused != 0 {
				return fmt.Errorf("ballots were refused: %+v", st)
			}
			if st.Waiting == 0 {
				return nil
			}
		}
	}
}
