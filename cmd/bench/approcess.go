package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app/demo/page"
	"khonggiay/app/server"
)

// program is one running process of the product.
type program struct {
	cmd   *exec.Cmd
	began time.Time
	lines chan string   // of its output
	gone  chan struct{} // closed when that ends
	tail  bytes.Buffer
}

func startProgram(path string, args ...string) (*program, error) {
	p := &program{cmd: exec.Command(path, args...), lines: make(chan string, 64), gone: make(chan struct{})}
	p.cmd.Stderr = &p.tail
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { // ends with the process
		defer close(p.gone)
		defer close(p.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			select {
			case p.lines <- in.Text():
			default: // nobody reads on
			}
		}
	}()
	return p, nil
}

// stop asks the process to end and waits.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	for range p.lines { // until its output has ended
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(p.cmd.Path), err, p.tail.String())
	}
	return nil
}

// within is how long anything may take before the bench gives up.
const within = 20 * time.Minute

// until asks again and again until ready says so or the program has ended.
func until(ctx context.Context, p *program, what string, ready func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := ready()
		if ok {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.gone:
			return fmt.Errorf("%s: the program has ended: %s", what, p.tail.String())
		case <-ctx.Done():
			return fmt.Errorf("%s: %w: %w", what, ctx.Err(), err)
		}
	}
}

func (b *appBench) startServer(ctx context.Context) (*program, error) {
	settings := fmt.Sprintf("province = Tỉnh đo\nlisten = 127.0.0.1:%d\nnames = 127.0.0.1\nops_listen =\nmin_free_mib = 64\n", b.Port)
	if err := os.WriteFile(filepath.Join(b.serverData(), server.ConfigFile), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	p, err := startProgram(filepath.Join(b.programs, "khonggiay-server"), "--data", b.serverData())
	if err != nil {
		return nil, err
	}
	err = until(ctx, p, "server", func() (bool, error) {
		var st server.Status
		err := b.control(ctx, "status", struct{}{}, &st)
		return err == nil && st.Running, err
	})
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (b *appBench) control(ctx context.Context, op string, args, out any) error {
	return operate(ctx, b.serverData(), op, args, out)
}

// operate asks the server of a folder what its operator may ask.
func operate(ctx context.Context, dir, op string, args, out any) error {
	c, err := server.Dial(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(c.Do(ctx, op, args, out), c.Close())
}

// startLaptop starts the program and goes in by the address that it prints.
func (b *appBench) startLaptop(ctx context.Context) (*program, *page.Client, error) {
	p, link, err := b.launch()
	if err != nil {
		return nil, nil, err
	}
	c, err := page.New(link)
	if err == nil {
		err = c.Enter(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(err, p.stop())
	}
	return p, c, nil
}

func (b *appBench) launch() (*program, string, error) {
	p, err := startProgram(filepath.Join(b.programs, "khonggiay"), "--browser", "--quiet", "--data", b.laptopData(), "--listen", fmt.Sprintf("127.0.0.1:%d", b.Port+1), "--courier", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	for line := range p.lines {
		if _, link, ok := strings.Cut(line, "http://"); ok {
			return p, "http://" + link, nil
		}
	}
	return nil, "", errors.Join(errors.New("the laptop program printed no address"), p.stop())
}
