package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/sync/courier"
	"khonggiay/sync/courier/rawpeer"
)

// crowd is the couriers of a province's laptops, one an office, and what they
// have.
type crowd struct {
	old int // files each office had from the start, which need not come

	mu      sync.Mutex // guards what follows
	laptops []*crowdLaptop
	change  chan struct{} // capacity 1
}

type crowdLaptop struct {
	office app.ID
	keys   *enrol.Keys
	peer   *rawpeer.Peer
	have   int
	newest time.Time // when the last file that was fetched was here
	taken  int       // files that were fetched
}

func newCrowd(old int) *crowd { return &crowd{old: old, change: make(chan struct{}, 1)} }

func (c *crowd) add(office app.ID, keys *enrol.Keys) {
	c.laptops = append(c.laptops, &crowdLaptop{office: office, keys: keys})
}

func (c *crowd) close() (err error) {
	for _, l := range c.laptops {
		if l.peer != nil {
			err = errors.Join(err, l.peer.Close())
		}
	}
	return err
}

// connect lets one laptop in. It says that it has what was there from the start,
// as one that was away for the night, and fetches what comes later.
func (c *crowd) connect(ctx context.Context, l *crowdLaptop, address string, node courier.ID) (err error) {
	l.peer, err = rawpeer.Dial(ctx, rawpeer.Options{
		Address: address, Node: string(node), Folder: "office-" + string(l.office),
		Certificate: tls.Certificate{Certificate: [][]byte{l.keys.CourierCertificate}, PrivateKey: l.keys.Courier},
		Fetch: func(string) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			return l.have >= c.old
		},
		Has: func(_ string, fetched bool) {
			c.mu.Lock()
			defer c.mu.Unlock()
			l.have++
			if fetched {
				l.taken, l.newest = l.taken+1, time.Now()
			}
			select {
			case c.change <- struct{}{}:
			default:
			}
		},
	})
	return err
}

// await waits until it holds of every laptop.
func (c *crowd) await(ctx context.Context, server *program, what string, holds func(*crowdLaptop) bool) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		lacking := 0
		c.mu.Lock()
		for _, l := range c.laptops {
			if !holds(l) {
				lacking++
			}
		}
		c.mu.Unlock()
		if lacking == 0 {
			return nil
		}
		select {
		case <-c.change:
		case <-server.gone:
			return fmt.Errorf("%s: the server has ended: %s", what, server.tail.String())
		case <-ctx.Done():
			return fmt.Errorf("%s: still not on %d of %d laptops: %w", what, lacking, len(c.laptops), ctx.Err())
		}
	}
}

// connectAll lets all laptops in, as in the morning, and waits until each has
// heard what is on its shelf and the server has heard what each has.
func (b *contentBench) connectAll(ctx context.Context, port int, c *crowd, memory map[string]any) error {
	kept, err := os.ReadFile(filepath.Join(b.serverData(), "courier", "identity.pem"))
	if err != nil {
		return err
	}
	identity, err := courier.ParseIdentity(kept)
	if err != nil {
		return err
	}
	began := time.Now()
	for i, l := range c.laptops {
		if err := c.connect(ctx, l, fmt.Sprintf("127.0.0.1:%d", port), identity.ID()); err != nil {
			return fmt.Errorf("laptop %d: %w", i, err)
		}
	}
	if err := c.await(ctx, b.server, "the shelf", func(l *crowdLaptop) bool { return l.have >= c.old }); err != nil {
		return err
	}
	took := time.Since(began)
	if err := b.rest(ctx, "connected", memory); err != nil {
		return err
	}
	return print(b.out, figure{Name: "content.server_connections", Value: float64(len(c.laptops)), Unit: "connections", N: len(c.laptops), More: map[string]any{
		"all_up_to_date_s": took.Seconds(),
	}})
}

// sendToAll measures how soon a document that the province sends to every office
// is there: one command makes a record and a file on the shelf of each.
func (b *contentBench) sendToAll(ctx context.Context, c *crowd) error {
	to := make([]app.ID, b.offices)
	for n := range to {
		to[n] = officeID(n)
	}
	var all, half []time.Duration
	for round := 1; round <= sendRounds; round++ {
		sum, err := upload(ctx, b.desk, paper(mebibyte/2))
		if err != nil {
			return err
		}
		asked := time.Now()
		err = b.desk.post(ctx, "/api/commands", command("document.register_send.1", app.NewID(app.TimeOf(asked)), map[string]any{
			"unit": benchProvince, "book": benchBook, "to": to, "files": []map[string]any{{"name": "", "sha256": sum}},
			"fields": map[string]any{"type": "KH", "subject": "Kế hoạch", "organName": "UBND tỉnh", "signerName": "Chủ tịch"},
		}), nil)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := c.await(ctx, b.server, "the document's file", func(l *crowdLaptop) bool { return l.taken >= round }); err != nil {
			return err
		}
		times := make([]time.Duration, len(c.laptops))
		for i, l := range c.laptops {
			times[i] = l.newest.Sub(began)
		}
		slices.Sort(times)
		all, half = append(all, times[len(times)-1]), append(half, times[len(times)/2])
	}
	return print(b.out, figure{Name: "content.province_publish_to_present_s", Value: quantile(all, .5) / 1000, Unit: "s", N: len(c.laptops), More: map[string]any{
		"half_of_the_offices_s": quantile(half, .5) / 1000, "max_s": quantile(all, 1) / 1000, "kib": 512, "rounds": sendRounds,
	}})
}

// sendRounds is how many documents are sent to all; the median counts.
const sendRounds = 5
