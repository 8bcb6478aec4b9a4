package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// benchSync measures sync between a real server and a real laptop, each a
// process of its own, over TLS 1.3 and HTTP/2 through a counting proxy.
func benchSync(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sync", flag.ContinueOnError)
	corpus := fs.String("corpus", "", "records to load, one JSON object a line; without it the bench writes its own")
	n := fs.Int("n", 10000, "how many records; beyond the corpus, further unique ones are made")
	profiles := fs.String("profile", "", "folder for CPU profiles of both processes")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *n < 100 {
		return fmt.Errorf("--n %d: at least 100", *n)
	}
	dir, err := os.MkdirTemp("", "khonggiay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeCertificates(dir); err != nil {
		return err
	}
	server, ready, err := startPart("sync-server", "--dir", dir, "--corpus", *corpus, "--n", fmt.Sprint(*n), "--profile", *profiles)
	if err != nil {
		return err
	}
	p, err := newProxy(ready.Address)
	if err != nil {
		return err
	}
	client, _, err := startPart("sync-client", "--dir", dir, "--server", p.l.Addr().String(), "--profile", *profiles)
	if err != nil {
		return err
	}
	b := &syncBench{out: out, n: *n, server: server, client: client, proxy: p}
	if err := b.run(); err != nil {
		return err
	}
	if err := client.stop(); err != nil {
		return err
	}
	if err := server.stop(); err != nil {
		return err
	}
	p.close()
	return nil
}

type syncBench struct {
	out            io.Writer
	n              int
	server, client *part
	proxy          *proxy
}

func (b *syncBench) run() error {
	for _, step := range []func() error{b.firstLoad, b.idle, b.changes, b.push, b.pushMany} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// settled waits until the line is quiet, so that what belongs to one figure is
// not counted into the next.
func (b *syncBench) settled() int64 {
	for {
		before := b.proxy.both()
		time.Sleep(100 * time.Millisecond)
		if now := b.proxy.both(); now == before {
			return now
		}
	}
}

// firstLoad counts everything from the first byte of the first connection.
func (b *syncBench) firstLoad() error {
	server, err := b.server.order("usage")
	if err != nil {
		return err
	}
	client, err := b.client.order("pull")
	if err != nil {
		return err
	}
	bytes := b.settled()
	after, err := b.server.order("usage")
	if err != nil {
		return err
	}
	if client.Items < b.n {
		return fmt.Errorf("the first load brought %d of %d records", client.Items, b.n)
	}
	serverCPU := after.CPU - server.CPU
	more := map[string]any{"up": b.proxy.up.Load(), "down": b.proxy.down.Load(), "pages": client.Pages, "connections": b.proxy.connections.Load()}
	for _, f := range []figure{
		{Name: "sync.first_load.bytes_per_record", Value: float64(bytes) / float64(b.n), Unit: "B", More: more},
		{Name: "sync.first_load.cpu_s", Value: serverCPU + client.CPU, Unit: "s", More: map[string]any{
			"server": serverCPU, "client": client.CPU, "client_rss_bytes": client.RSS, "server_rss_bytes": after.RSS,
		}},
		{Name: "sync.first_load.wall_s", Value: client.Wall, Unit: "s"},
	} {
		f.N = b.n
		if err := print(b.out, f); err != nil {
			return err
		}
	}
	return nil
}

// idle asks again when nothing is new, on the line that is there.
func (b *syncBench) idle() error {
	if _, err := b.client.order("end"); err != nil {
		return err
	}
	before := b.settled()
	if _, err := b.client.order("pull"); err != nil {
		return err
	}
	return print(b.out, figure{Name: "sync.idle.bytes", Value: float64(b.settled() - before), Unit: "B", N: 1})
}

// changes has the server change 100 records while the laptop is not asking,
// and the laptop ask.
func (b *syncBench) changes() error {
	const k = 100
	if _, err := b.client.order("end"); err != nil {
		return err
	}
	if _, err := b.server.order(fmt.Sprintf("change %d", k)); err != nil {
		return err
	}
	before := b.settled()
	a, err := b.client.order("pull")
	if err != nil {
		return err
	}
	if a.Items < k {
		return fmt.Errorf("%d of %d changes came", a.Items, k)
	}
	return print(b.out, figure{
		Name: "sync.changes100.bytes_per_record", Value: float64(b.settled()-before) / k, Unit: "B", N: k, More: map[string]any{"pages": a.Pages, "wall_s": a.Wall},
	})
}

// pushMany gives 100 commands without a line and brings them up in one request.
func (b *syncBench) pushMany() error {
	const k = 100
	for _, order := range []string{"end", "give100"} {
		if _, err := b.client.order(order); err != nil {
			return err
		}
	}
	before, up := b.settled(), b.proxy.up.Load()
	a, err := b.client.order("pull")
	if err != nil {
		return err
	}
	return print(b.out, figure{
		Name: "sync.push100.bytes_per_record", Value: float64(b.settled()-before) / k, Unit: "B", N: k,
		More: map[string]any{"up": b.proxy.up.Load() - up, "wall_s": a.Wall},
	})
}

// push gives one command while a stream is open: the command, its answer and
// the state it made.
func (b *syncBench) push() error {
	before := b.settled()
	a, err := b.client.order("give")
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "sync.push1.bytes", Value: float64(b.settled() - before), Unit: "B", N: 1, More: map[string]any{"wall_s": a.Wall}})
}
