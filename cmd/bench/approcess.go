package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

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

// control asks the server what its operator may ask.
func (b *appBench) control(ctx context.Context, op string, args, out any) error {
	c, err := server.Dial(ctx, b.serverData())
	if err != nil {
		return err
	}
	return errors.Join(c.Do(ctx, op, args, out), c.Close())
}

// startLaptop starts the program and goes in by the address that it prints.
func (b *appBench) startLaptop(ctx context.Context) (*program, *pageClient, error) {
	p, link, err := b.launch()
	if err != nil {
		return nil, nil, err
	}
	c, err := enter(ctx, link)
	if err != nil {
		return nil, nil, errors.Join(err, p.stop())
	}
	return p, c, nil
}

func (b *appBench) launch() (*program, string, error) {
	p, err := startProgram(filepath.Join(b.programs, "khonggiay"), "--browser", "--quiet", "--data", b.laptopData(), "--listen", fmt.Sprintf("127.0.0.1:%d", b.Port+1))
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

// pageClient asks the laptop as its page does.
type pageClient struct {
	base string
	http *http.Client
}

func enter(ctx context.Context, link string) (*pageClient, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &pageClient{base: "http://" + u.Host, http: &http.Client{Jar: jar, Timeout: time.Minute}}
	return c, c.do(ctx, http.MethodGet, u.RequestURI(), nil, nil)
}

func (c *pageClient) get(ctx context.Context, path string, out any) error {
	return c.do(ctx, http.MethodGet, path, nil, out)
}

func (c *pageClient) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", c.base)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= 400:
		return fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, b)
	case out == nil:
		return nil
	}
	return json.Unmarshal(b, out)
}
