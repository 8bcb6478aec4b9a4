package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// commands has 64 callers give signed remarks, each waiting until his is
// flushed to the disk before he gives the next. The signatures are made before
// the clock runs: laptops make them, not the province.
func (b *storeBench) commands(ctx context.Context) error {
	given, err := b.sign(ctx)
	if err != nil {
		return err
	}
	err = b.store.Read(ctx, func(v *sqlite.View) error {
		b.before, _, err = v.Head()
		return err
	})
	if err != nil {
		return err
	}
	var commits atomic.Int64
	cancel := b.store.Subscribe(func([]sqlite.Change) { commits.Add(1) })
	defer cancel()
	waits := make([][]time.Duration, callers)
	var took, used time.Duration
	err = b.profiled("commands", func() error {
		began, before := time.Now(), cpuTime()
		err := b.give(ctx, given, waits)
		took, used = time.Since(began), cpuTime()-before
		return err
	})
	if err != nil {
		return err
	}
	var all []time.Duration
	for _, w := range waits {
		all = append(all, w...)
	}
	b.given = len(all)
	b.perCommit = max(1, (len(all)+int(commits.Load())/2)/int(commits.Load()))
	return print(b.out, figure{
		Name: "store.commands_per_s", Value: float64(len(all)) / took.Seconds(), Unit: "/s", N: b.n,
		More: map[string]any{"callers": callers, "commands": len(all), "commits": commits.Load(), "cpu_us": float64(used.Microseconds()) / float64(len(all)), "p50_ms": quantile(all, .5), "p95_ms": quantile(all, .95)},
	})
}

// sign makes the commands of all callers, each about another document of his
// office as long as there are enough.
func (b *storeBench) sign(ctx context.Context) ([][]*feed.Command, error) {
	out := make([][]*feed.Command, callers)
	for i := range out {
		next, err := b.nextCounter(ctx, i)
		if err != nil {
			return nil, err
		}
		rows, err := b.newest(ctx, i, b.each)
		if err != nil {
			return nil, err
		}
		for k := range b.each {
			row := rows[k%len(rows)]
			c, err := feed.NewCommand(&app.Command{
				ID: app.NewCommandID(callerWriter(i), next+uint32(k)), Name: "document.remark.1",
				Target: app.Key{Kind: app.KindDocument, ID: row.ID}, Actor: caller(i), Base: row.Version, At: clock(), ServerSeen: clock(),
				Args: &app.RemarkAdd{Text: fmt.Sprintf("Đề nghị báo cáo bằng văn bản về %s trước 17 giờ, lần %d.", row.Subject, k+1)},
			}, func(m []byte) ([]byte, error) { return ed25519.Sign(callerKey(), m), nil })
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], c)
		}
	}
	return out, nil
}

// nextCounter is where the caller's laptop goes on: the store may be an older
// run's.
func (b *storeBench) nextCounter(ctx context.Context, i int) (next uint32, err error) {
	err = b.store.Read(ctx, func(v *sqlite.View) error {
		next, err = v.Next(callerWriter(i))
		return err
	})
	return next, err
}

func (b *storeBench) give(ctx context.Context, given [][]*feed.Command, waits [][]time.Duration) error {
	var wg sync.WaitGroup
	errs := make([]error, callers)
	for i := range given {
		wg.Go(func() { waits[i], errs[i] = b.call(ctx, i, given[i]) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// call is one caller.
func (b *storeBench) call(ctx context.Context, i int, given []*feed.Command) (waits []time.Duration, err error) {
	for _, c := range given {
		began := time.Now()
		sub := &hub.Submission{Peer: callerPeer(i), Commands: []*feed.Command{c}}
		if err := b.hub.Accept(ctx, sub); err != nil {
			return nil, err
		}
		if len(sub.Answers) != 1 || sub.Answers[0].Status != feed.Accepted {
			return nil, fmt.Errorf("%s was not accepted: %+v", c.ID, sub.Answers)
		}
		waits = append(waits, time.Since(began))
	}
	return waits, nil
}
