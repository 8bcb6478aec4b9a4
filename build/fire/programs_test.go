package fire

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// bin is the folder of the programs under test.
var bin string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fire:", err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	if bin = os.Getenv("KHONGGIAY_BIN"); bin != "" {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "fire")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bin = dir
	args := []string{"build", "-tags", "sqlite_fts5,noquic", "-o", dir + string(filepath.Separator)}
	args = append(args, variety...)
	build := exec.Command("go", append(args, ".", "./cmd/khonggiay-server", "./cmd/khonggiayctl")...)
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("building the programs: %w\n%s", err, out)
	}
	return m.Run(), nil
}

func program(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(bin, name)
}

// patience is how long a test waits for what must come: far longer than any
// machine needs, since only a failure takes that long.
const patience = 3 * time.Minute

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	if err := until(t, nil, ok); err != nil {
		t.Fatalf("waiting for %s: %v", what, err)
	}
}

var errGone = errors.New("the program has ended")

// until asks until the answer is yes, the process (if any) ends or patience does.
func until(t *testing.T, p *process, ok func() bool) error {
	t.Helper()
	var gone chan struct{}
	if p != nil {
		gone = p.gone
	}
	tick, late := time.NewTicker(20*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer late.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-gone:
			return errGone
		case <-late.C:
			return errors.New("it does not come")
		}
	}
	return nil
}

// process is a running program whose output goes to a file.
type process struct {
	name string
	cmd  *exec.Cmd
	out  string // path
	gone chan struct{}
	err  error // of the end; read after gone
}

// launch starts a program. It is killed with the test, whatever happens.
func launch(t *testing.T, cmd *exec.Cmd, out string) *process {
	t.Helper()
	log, err := os.OpenFile(out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	p := &process{name: filepath.Base(cmd.Path), cmd: cmd, out: out, gone: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = log, log
	env := cmd.Env
	if env == nil {
		env = os.Environ()
	}
	cmd.Env = slices.DeleteFunc(slices.Clone(env), func(v string) bool { return strings.HasPrefix(v, "KHONGGIAY_") })
	cmd.Env = append(cmd.Env, "GORACE=halt_on_error=1")
	if err := starter.start(cmd); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.gone)
	}()
	t.Cleanup(p.kill)
	return p
}

func (p *process) running() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// kill is what a power cut does to a process: it gets no word in.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.gone
}

// stop asks it to end and waits; it must end well.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil && p.running() {
		t.Fatalf("%s: %v", p.name, err)
	}
	select {
	case <-p.gone:
	case <-time.After(patience):
		t.Fatalf("%s does not end", p.name)
	}
	if p.err != nil {
		t.Errorf("%s ended with %v:\n%s", p.name, p.err, p.said())
	}
}

// said is all that the program has written.
func (p *process) said() string {
	b, _ := os.ReadFile(p.out) // what there is
	return string(b)
}

// starter starts all children on one thread, since on Linux a child is told of
// the end of the thread that started it.
var starter = newStarter()

type starting struct{ work chan func() }

func newStarter() *starting {
	s := &starting{make(chan func())}
	go func() {
		runtime.LockOSThread()
		for fn := range s.work {
			fn()
		}
	}()
	return s
}

func (s *starting) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = diesWithUs(cmd.SysProcAttr)
	done := make(chan error)
	s.work <- func() { done <- cmd.Start() }
	return <-done
}

// closing is a transport that keeps no connection to a process that may die.
func closing() *http.Transport { return &http.Transport{DisableKeepAlives: true} }
