package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"time"
)

// answer is what a part says after each order.
type answer struct {
	Error   string  `json:"error,omitempty"`
	Address string  `json:"address,omitempty"`
	CPU     float64 `json:"cpu"`  // seconds of this process so far
	Wall    float64 `json:"wall"` // seconds that the order took
	Items   int     `json:"items"`
	Pages   int     `json:"pages"`
	RSS     int64   `json:"rss"` // bytes at the most
	Text    string  `json:"text,omitempty"`
}

// part is a process of this same program that takes orders, one a line.
type part struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

func startPart(args ...string) (*part, answer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, answer{}, err
	}
	p := &part{cmd: exec.Command(self, args...)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, answer{}, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, answer{}, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, answer{}, err
	}
	p.out = json.NewDecoder(out)
	a, err := p.answer()
	return p, a, err
}

func (p *part) answer() (a answer, err error) {
	if err := p.out.Decode(&a); err != nil {
		return a, fmt.Errorf("%s: %w", p.cmd.Args[1], err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s: %s", p.cmd.Args[1], a.Error)
	}
	return a, nil
}

func (p *part) order(name string) (answer, error) {
	if _, err := fmt.Fprintln(p.in, name); err != nil {
		return answer{}, err
	}
	return p.answer()
}

// stop ends the part by closing its orders.
func (p *part) stop() error {
	p.in.Close()
	return p.cmd.Wait()
}

// profile writes a CPU profile of this process into the folder, none for "".
func profile(dir, name string) (stop func(), err error) {
	if dir == "" {
		return func() {}, nil
	}
	f, err := os.Create(filepath.Join(dir, name+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}

// obey carries out orders until they end. The first answer, to no order, says
// that the part is ready.
func obey(in io.Reader, out io.Writer, ready answer, do func(order string) (answer, error)) error {
	enc := json.NewEncoder(out)
	say := func(a answer, err error) error {
		if err != nil {
			a.Error = err.Error()
		}
		a.CPU, a.RSS = cpu()
		return enc.Encode(a)
	}
	if err := say(ready, nil); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		began := time.Now()
		a, err := do(lines.Text())
		a.Wall = time.Since(began).Seconds()
		if err := say(a, err); err != nil {
			return err
		}
	}
	return lines.Err()
}
