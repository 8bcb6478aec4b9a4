package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// benchContent measures how files travel, with the real programs: a server, and
// the laptops of one office behind a line whose bytes are counted. With --offices
// it measures the server of a whole province instead.
func benchContent(args []string, _ io.Reader, out io.Writer) (err error) {
	fs := flag.NewFlagSet("content", flag.ContinueOnError)
	b := &contentBench{out: out}
	fs.StringVar(&b.programs, "programs", filepath.Join("build", "bin"), "folder of khonggiay and khonggiay-server")
	fs.IntVar(&b.mib, "mib", 60, "size of what is published, MiB")
	fs.IntVar(&b.offices, "offices", 0, "measure a server with so many offices")
	fs.IntVar(&b.crew, "laptops", 1, "with --offices: laptops that are connected in each office")
	fs.IntVar(&b.files, "files", 200, "with --offices: segments that each office has on its shelf")
	fs.IntVar(&b.idle, "idle", 30, "seconds over which an idle laptop is watched")
	if err := fs.Parse(args); err != nil {
		return err
	}
	for _, name := range []string{"khonggiay", "khonggiay-server"} {
		if _, err := os.Stat(filepath.Join(b.programs, name)); err != nil {
			return fmt.Errorf("no program to measure: %w; run make build", err)
		}
	}
	if b.dir, err = os.MkdirTemp("", "khonggiay-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if b.offices > 0 {
		return b.wholeProvince(context.Background())
	}
	return b.run(context.Background())
}

type contentBench struct {
	out      io.Writer
	programs string
	dir      string
	mib      int
	offices  int
	crew     int
	files    int
	idle     int

	line    *proxy
	server  *program
	desk    *desk
	laptops []*contentLaptop
}

func (b *contentBench) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, b.stop()) }()
	if err := b.open(ctx, 3); err != nil {
		return err
	}
	steps := []func(context.Context) error{b.publishing, b.presence, b.appending, b.resuming, b.idling}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stop ends whatever still runs.
func (b *contentBench) stop() (err error) {
	for _, l := range b.laptops {
		if l.program != nil {
			err = errors.Join(err, l.program.stop())
		}
	}
	if b.server != nil {
		err = errors.Join(err, b.server.stop())
	}
	if b.line != nil {
		b.line.close()
	}
	return err
}
