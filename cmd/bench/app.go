package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app/demo/page"
)

// benchApp measures the laptop program as a person meets it: the real
// "khonggiay --browser" process, enrolled at a real server and filled by a real
// first load of --n documents; and, where there is a Chromium, its page.
func benchApp(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("app", flag.ContinueOnError)
	b := &appBench{out: out}
	corpus := fs.String("corpus", "", "documents, one JSON object a line; without it the bench writes its own")
	fs.IntVar(&b.n, "n", 50000, "how many documents the laptop holds")
	fs.IntVar(&b.n, "records", b.n, "the same as --n")
	fs.StringVar(&b.programs, "programs", filepath.Join("build", "bin"), "folder of khonggiay and khonggiay-server")
	fs.StringVar(&b.dir, "dir", "", "keep server and laptop in this folder and begin from them the next time")
	fs.BoolVar(&b.noPage, "no-page", false, "measure the process alone, not its page in Chromium")
	fs.StringVar(&b.modules, "modules", filepath.Join("frontend", "node_modules"), "where playwright-core is")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if b.n < 100 {
		return fmt.Errorf("--n %d: at least 100", b.n)
	}
	for _, name := range []string{"khonggiay", "khonggiay-server"} {
		if _, err := os.Stat(filepath.Join(b.programs, name)); err != nil {
			return fmt.Errorf("no program to measure: %w; run make build", err)
		}
	}
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "khonggiay-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		b.dir = dir
	}
	return b.run(context.Background(), *corpus)
}

type appBench struct {
	out      io.Writer
	n        int
	programs string
	dir      string
	modules  string
	noPage   bool
	server   *program
	kept
}

func (b *appBench) laptopData() string { return filepath.Join(b.dir, "laptop") }
func (b *appBench) serverData() string { return filepath.Join(b.dir, "server") }

func (b *appBench) run(ctx context.Context, corpus string) (err error) {
	if err := b.province(ctx, corpus); err != nil {
		return err
	}
	if b.server, err = b.startServer(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.server.stop()) }()
	if err := b.firstLoad(ctx); err != nil {
		return err
	}
	if err := b.starts(ctx); err != nil {
		return err
	}
	subjects, err := b.work(ctx)
	if err != nil {
		return err
	}
	if err := b.forget(); err != nil {
		return err
	}
	return b.page(ctx, subjects)
}

// work measures the running program.
func (b *appBench) work(ctx context.Context) (subjects []string, err error) {
	p, c, err := b.startLaptop(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	ids, subjects, err := b.list(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := b.opens(ctx, p, c, ids); err != nil {
		return nil, err
	}
	if err := b.keys(ctx, p, c, subjects); err != nil {
		return nil, err
	}
	return subjects, b.memory(p)
}

// startRounds is how often the program is started; the median counts.
const startRounds = 7

// starts times the program from its start until the first page of incoming
// documents has been answered, the way in through the ticket included. Before
// each start the system is asked to forget the database and the program, so that
// they come from the disk.
func (b *appBench) starts(ctx context.Context) error {
	var took, used []time.Duration
	for range startRounds {
		if err := b.forget(); err != nil {
			return err
		}
		p, c, err := b.startLaptop(ctx)
		if err != nil {
			return err
		}
		var page documentPage
		err = c.Get(ctx, "/api/documents?direction=incoming&limit=200", &page)
		took = append(took, time.Since(p.began))
		if err == nil && len(page.Items) == 0 {
			err = errors.New("the inbox is empty")
		}
		if err := errors.Join(err, p.stop()); err != nil {
			return err
		}
		used = append(used, p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime())
	}
	return print(b.out, figure{Name: "app.start_ms", Value: quantile(took, .5), Unit: "ms", N: b.n, More: map[string]any{
		"max_ms": quantile(took, 1), "cpu_ms_whole_run": quantile(used, .5), "starts": len(took),
	}})
}

func (b *appBench) forget() error {
	files, err := filepath.Glob(filepath.Join(b.laptopData(), "*"))
	if err != nil {
		return err
	}
	for _, path := range append(files, filepath.Join(b.programs, "khonggiay")) {
		if err := dropCached(path); err != nil {
			return err
		}
	}
	return nil
}

type documentPage struct {
	Items []struct {
		ID      string `json:"id"`
		Subject string `json:"subject"`
	} `json:"items"`
	Total int    `json:"total"`
	Next  string `json:"next"`
}

// list reads some thousand of the documents, as somebody who scrolls does.
func (b *appBench) list(ctx context.Context, c *page.Client) (ids, subjects []string, err error) {
	for after := ""; len(ids) < 4000; {
		var page documentPage
		if err := c.Get(ctx, "/api/documents?direction=incoming&limit=200&after="+url.QueryEscape(after), &page); err != nil {
			return nil, nil, err
		}
		for _, it := range page.Items {
			ids, subjects = append(ids, it.ID), append(subjects, it.Subject)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	return ids, subjects, nil
}

// opens times what opening a document asks of the program.
func (b *appBench) opens(ctx context.Context, p *program, c *page.Client, ids []string) error {
	r := rand.New(rand.NewPCG(7, 8))
	var took []time.Duration
	before, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for range 300 {
		began := time.Now()
		if err := c.Get(ctx, "/api/documents/"+ids[r.IntN(len(ids))], nil); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	after, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "app.open_ms_p95", Value: quantile(took, .95), Unit: "ms", N: b.n, More: map[string]any{
		"p50_ms": quantile(took, .5), "max_ms": quantile(took, 1), "cpu_ms_mean": each(after-before, len(took)), "opened": len(took),
	}})
}

// keys times each key of searches as they are typed: three words of a subject,
// an answer after every letter.
func (b *appBench) keys(ctx context.Context, p *program, c *page.Client, subjects []string) error {
	r := rand.New(rand.NewPCG(9, 10))
	var took []time.Duration
	before, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	slowest, worst := time.Duration(0), ""
	for range 25 {
		text := []rune(threeWords(r, subjects[r.IntN(len(subjects))]))
		for n := 1; n <= len(text); n++ {
			began := time.Now()
			if err := c.Get(ctx, "/api/search?limit=50&q="+url.QueryEscape(string(text[:n])), nil); err != nil {
				return err
			}
			d := time.Since(began)
			if took = append(took, d); d > slowest {
				slowest, worst = d, string(text[:n])
			}
		}
	}
	after, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "app.search_ms_p95", Value: quantile(took, .95), Unit: "ms", N: b.n, More: map[string]any{
		"p50_ms": quantile(took, .5), "max_ms": quantile(took, 1), "cpu_ms_mean": each(after-before, len(took)), "slowest": worst, "keys": len(took),
	}})
}

// each is what one of n took, in milliseconds.
func each(all time.Duration, n int) float64 { return float64(all.Microseconds()) / 1000 / float64(n) }

// memory is what the process holds after all this, and held at the most.
func (b *appBench) memory(p *program) error {
	now, most, err := residentOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "app.rss_mib", Value: float64(most) / (1 << 20), Unit: "MiB", N: b.n, More: map[string]any{
		"now_mib": now >> 20,
	}})
}
