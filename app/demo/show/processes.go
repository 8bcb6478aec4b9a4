package show

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// processes are the children of this program. One goroutine on one thread of
// the system starts them all: on Linux a child ends with the thread that
// started it, whatever becomes of this program.
type processes struct {
	start chan func()
	done  chan struct{}

	// mu guards the list, which a child's end and stop both touch.
	mu    sync.Mutex
	list  []*process
	ended chan *process
}

type process struct {
	name string
	cmd  *exec.Cmd
	log  *os.File
	err  error
	gone chan struct{}
}

// stopWithin is how long a child may take to stop when asked to.
const stopWithin = 25 * time.Second

func startProcesses() *processes {
	p := &processes{start: make(chan func()), done: make(chan struct{}), ended: make(chan *process, 16)}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		defer close(p.done)
		for fn := range p.start {
			fn()
		}
	}()
	return p
}

// run starts a program whose output goes to a file.
func (p *processes) run(name, logFile string, path string, args ...string) (*process, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	c := &process{name: name, log: log, gone: make(chan struct{}), cmd: exec.Command(path, args...)}
	c.cmd.Stdout, c.cmd.Stderr, c.cmd.SysProcAttr, c.cmd.Env = log, log, dieWithParent(), environment()
	started := make(chan error)
	p.start <- func() { started <- c.cmd.Start() }
	if err := <-started; err != nil {
		return nil, errors.Join(fmt.Errorf("demo: %s: %w", name, err), log.Close())
	}
	p.mu.Lock()
	p.list = append(p.list, c)
	p.mu.Unlock()
	go func() {
		c.err = c.cmd.Wait()
		close(c.gone)
		p.ended <- c
	}()
	return c, nil
}

// environment is ours without the server's settings that may be in it.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KHONGGIAY_") })
}

// wait returns when ctx ends, or with an error when a child fails. One that
// ended well was closed by its person, as a window is; the others go on.
func (p *processes) wait(ctx context.Context, closed func(name string)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-p.ended:
			if ctx.Err() != nil {
				return nil // it heard the same signal
			}
			if c.err != nil {
				return c.failure()
			}
			closed(c.name)
		}
	}
}

// failure tells that the child has ended, with the last it said.
func (c *process) failure() error {
	return fmt.Errorf("demo: %s has stopped (%v):\n%s", c.name, c.err, tail(c.log.Name()))
}

func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 1500 {
		if _, err := f.Seek(-1500, io.SeekEnd); err != nil {
			return ""
		}
	}
	b, _ := io.ReadAll(f) // whatever there is
	return string(b)
}

// stop asks the children to end, the last first, and waits for all.
func (p *processes) stop() error {
	p.mu.Lock()
	list := p.list
	p.mu.Unlock()
	var errs []error
	for i := len(list) - 1; i >= 0; i-- {
		errs = append(errs, list[i].stop())
	}
	close(p.start)
	<-p.done
	return errors.Join(errs...)
}

func (c *process) stop() error {
	defer c.log.Close()
	if err := ask(c.cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = c.cmd.Process.Kill() // it could not even be asked
	}
	select {
	case <-c.gone:
		return nil
	case <-time.After(stopWithin):
		err := fmt.Errorf("demo: %s did not stop and was killed", c.name)
		return errors.Join(err, c.cmd.Process.Kill())
	}
}

func ask(p *os.Process) error {
	if runtime.GOOS == "windows" {
		return p.Kill() // there is no asking without a console
	}
	return p.Signal(syscall.SIGTERM)
}
