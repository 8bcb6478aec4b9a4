package main

import (
	"context"
	"errors"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

const mebibyte = 1 << 20

// publishing measures how often what is published crosses the office's line.
func (b *contentBench) publishing(ctx context.Context) error {
	size := b.mib * mebibyte
	before := b.line.both()
	doc, began, err := b.publish(ctx, size)
	if err != nil {
		return err
	}
	for _, l := range b.laptops {
		if err := b.present(ctx, l, doc); err != nil {
			return err
		}
	}
	took := time.Since(began)
	crossed := b.line.both() - before
	return print(b.out, figure{Name: "content.wan_ratio", Value: float64(crossed) / float64(size), Unit: "x", N: len(b.laptops), More: map[string]any{
		"mib": b.mib, "crossed_bytes": crossed, "all_present_s": took.Seconds(),
	}})
}

// presenceRounds is how many small files are published; the median counts.
const presenceRounds = 9

// presence measures how soon a published file is on the laptops.
func (b *contentBench) presence(ctx context.Context) error {
	var first, all []time.Duration
	for range presenceRounds {
		doc, began, err := b.publish(ctx, mebibyte/2)
		if err != nil {
			return err
		}
		for i, l := range b.laptops {
			if err := b.present(ctx, l, doc); err != nil {
				return err
			}
			if i == 0 {
				first = append(first, time.Since(began))
			}
		}
		all = append(all, time.Since(began))
	}
	return print(b.out, figure{Name: "content.publish_to_present_s", Value: quantile(all, .5) / 1000, Unit: "s", N: len(b.laptops), More: map[string]any{
		"one_laptop_s": quantile(first, .5) / 1000, "max_s": quantile(all, 1) / 1000, "kib": 512, "rounds": presenceRounds,
	}})
}

// appending measures what goes up when a signature of 40 KB is put to a file of
// 20 MB.
func (b *contentBench) appending(ctx context.Context) error {
	l := b.laptops[0]
	file := paper(20 * mebibyte)
	doc := app.NewID(app.TimeOf(time.Now()))
	sum, err := upload(ctx, l, file)
	if err != nil {
		return err
	}
	args := map[string]any{"unit": benchOffice, "division": benchOffice, "fields": map[string]any{"type": "BC", "subject": "Báo cáo"},
		"files": []map[string]any{{"name": "", "sha256": sum}}}
	if err := l.Post(ctx, "/api/commands", command("document.draft.1", doc, args), nil); err != nil {
		return err
	}
	d, err := b.quiet(ctx, l, doc, 1)
	if err != nil {
		return err
	}
	if sum, err = upload(ctx, l, append(file, paper(40_000)...)); err != nil {
		return err
	}
	before := b.line.up.Load()
	args = map[string]any{"file": map[string]any{"name": "", "sha256": sum, "replaces": d.Files[0].Key}}
	if err := l.Post(ctx, "/api/commands", command("document.add_file.1", doc, args), nil); err != nil {
		return err
	}
	if _, err := b.quiet(ctx, l, doc, 2); err != nil {
		return err
	}
	return print(b.out, figure{Name: "content.append40k.bytes_up", Value: float64(b.line.up.Load() - before), Unit: "B", N: len(file)})
}

// quiet waits until the server has all files of the document, and the laptop
// nothing to send.
func (b *contentBench) quiet(ctx context.Context, l *contentLaptop, doc app.ID, files int) (d api.Doc, err error) {
	err = until(ctx, l.program, "the server to have the file", func() (bool, error) {
		d = api.Doc{}
		if err := l.Get(ctx, "/api/documents/"+string(doc), &d); err != nil {
			return false, err
		}
		st, err := l.sync(ctx)
		return err == nil && len(d.Files) == files && d.Where.Server && len(st.Uploads) == 0 && st.WaitingCount == 0, err
	})
	return d, err
}

// resuming measures how much of what had come is kept when the program is killed,
// and when the line is cut, in the middle of a file. The line is slow meanwhile.
func (b *contentBench) resuming(ctx context.Context) error {
	l := b.laptops[0]
	for _, other := range b.laptops[1:] {
		if err := other.program.stop(); err != nil {
			return err
		}
		other.program = nil
	}
	b.line.slow(8 * mebibyte)
	defer b.line.slow(0)
	killed, err := b.interrupt(ctx, l, func() error {
		_ = l.program.cmd.Process.Kill()
		_ = l.program.stop() // it was killed
		return b.start(ctx, l)
	})
	if err != nil {
		return err
	}
	cut, err := b.interrupt(ctx, l, func() error { b.line.cut(); return nil })
	if err != nil {
		return err
	}
	return print(b.out, figure{Name: "content.resume_kept_pct", Value: min(killed, cut), Unit: "%", N: b.mib, More: map[string]any{"killed_pct": killed, "cut_pct": cut}})
}

// interrupt publishes, does something once 40 % have crossed the line, and tells
// which part of what had crossed did not have to cross again.
func (b *contentBench) interrupt(ctx context.Context, l *contentLaptop, do func() error) (float64, error) {
	size := int64(b.mib) * mebibyte
	before := b.line.down.Load()
	doc, _, err := b.publish(ctx, int(size))
	if err != nil {
		return 0, err
	}
	err = until(ctx, l.program, "part of the file", func() (bool, error) { return b.line.down.Load()-before > size*4/10, nil })
	if err != nil {
		return 0, err
	}
	crossed := b.line.down.Load() - before
	if err := do(); err != nil {
		return 0, err
	}
	if err := b.present(ctx, l, doc); err != nil {
		return 0, err
	}
	again := b.line.down.Load() - before - size
	return 100 * (1 - float64(max(0, again))/float64(crossed)), nil
}

// idling measures what the courier costs a laptop that does nothing.
func (b *contentBench) idling(ctx context.Context) error {
	l := b.laptops[0]
	var cpu, rss [2]float64
	for i, more := range [][]string{{"--courier", "off"}, nil} {
		if err := l.program.stop(); err != nil {
			return err
		}
		if err := b.start(ctx, l, more...); err != nil {
			return err
		}
		err := until(ctx, l.program, "the line", func() (bool, error) {
			st, err := l.sync(ctx)
			return err == nil && st.State == api.LineOnline && (more != nil || st.Courier != nil && st.Courier.Province), err
		})
		if err != nil {
			return err
		}
		if cpu[i], rss[i], err = b.watch(l.program); err != nil {
			return err
		}
	}
	n := b.idle
	err := print(b.out, figure{Name: "content.idle_cpu_pct", Value: cpu[1] - cpu[0], Unit: "%", N: n, More: map[string]any{"whole_pct": cpu[1], "without_courier_pct": cpu[0]}})
	return errors.Join(err, print(b.out, figure{Name: "content.idle_rss_mib", Value: rss[1] - rss[0], Unit: "MiB", N: n,
		More: map[string]any{"whole_mib": rss[1], "without_courier_mib": rss[0]}}))
}

// settling is how long a program that has just started is left alone.
const settling = 15 * time.Second

// watch is the processor time and the memory of a process at rest.
func (b *contentBench) watch(p *program) (cpu, rss float64, err error) {
	time.Sleep(settling)
	before, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	time.Sleep(time.Duration(b.idle) * time.Second)
	after, err := processorOf(p.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	now, _, err := residentOf(p.cmd.Process.Pid)
	return 100 * (after - before).Seconds() / float64(b.idle), float64(now) / mebibyte, err
}
