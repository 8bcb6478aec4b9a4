package show

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/gofrs/flock"

	"khonggiay/app"
	"khonggiay/app/demo"
)

// Options of a demonstration.
type Options struct {
	Bin       string // folder of the programs; empty = beside this one
	Dir       string // data; empty = defaultDir
	Documents int    // about how many; 0 = what is there, or DefaultDocuments
	Small     bool   // one department and three communes
	Reset     bool   // throw the data away and begin anew
	NoOpen    bool   // open no browser and no window
	JSON      bool   // one line of JSON instead of the guide
	Port      int    // of the server; the laptops take the next ones
	English   bool
	Version   string
	Out       io.Writer // guide or JSON
	Log       io.Writer // progress
}

// DefaultDocuments is how many a province gets when nobody asks for a number.
const DefaultDocuments = 5000

// DefaultPort is the server's; the laptops follow.
const DefaultPort = 47810

// readyWithin is how long a program may take until it answers.
const readyWithin = 2 * time.Minute

// staleDays is the age from which deadlines are no longer close to today.
const staleDays = 3

// seed of the invented province: everybody sees the same one.
const seed = 2026

// defaultDir is the demonstration's own folder, apart from real data.
func defaultDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "khonggiay-demo"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("demo: %w; name a folder with --dir", err)
	}
	return filepath.Join(home, ".local", "share", "khonggiay-demo"), nil
}

// stand is one demonstration that is being put on.
type stand struct {
	Options
	words words
	state *state
	prov  *demo.Province
	procs *processes

	signing *signing
}

// Run puts the demonstration on and returns when ctx ends, or with an error
// when it cannot go on.
func Run(ctx context.Context, o Options) (err error) {
	s := &stand{Options: o, words: speak(o.English)}
	if err := s.prepare(); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(s.Dir, "demo.lock"))
	switch got, err := lock.TryLock(); {
	case err != nil:
		return fmt.Errorf("demo: %w", err)
	case !got:
		return fmt.Errorf(s.words.running, s.Dir)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := s.province(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // stopped while inventing; the next run begins anew
		}
		return err
	}
	defer func() { err = errors.Join(err, s.signing.close()) }()
	s.procs = startProcesses()
	defer func() { err = errors.Join(err, s.procs.stop()) }()
	if err := s.open(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // stopped while starting
		}
		return err
	}
	if err := s.tell(); err != nil {
		return err
	}
	return s.procs.wait(ctx, func(name string) { s.say(s.words.closed, name) })
}

// prepare fills in what was left open.
func (s *stand) prepare() (err error) {
	if s.Bin == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		s.Bin = filepath.Dir(self)
	}
	if s.Dir == "" {
		if s.Dir, err = defaultDir(); err != nil {
			return err
		}
	}
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if s.Port == 0 {
		s.Port = DefaultPort
	}
	return os.MkdirAll(s.Dir, 0o700)
}

// province loads the invented data, or takes what an earlier run left.
func (s *stand) province(ctx context.Context) (err error) {
	if s.state, err = readState(s.Dir); err != nil {
		return err
	}
	if s.Reset || !s.state.Made {
		return s.invent(ctx)
	}
	if err := s.fits(); err != nil {
		return err
	}
	s.say(s.words.reuse, s.state.At.Local().Format("02/01/2006 15:04"))
	if days := int(time.Since(s.state.At).Hours() / 24); days >= staleDays {
		s.say(s.words.stale, days)
	}
	s.prov = s.remake()
	return nil
}

// fits refuses data of another size than somebody asked for: it would be silly
// to show it, and unkind to throw away what was done in it without a word.
func (s *stand) fits() error {
	if s.Documents == 0 || s.Documents == s.state.Documents {
		return nil
	}
	have := s.words.unknown // made before demo.json told the number
	if s.state.Documents > 0 {
		have = fmt.Sprintf(s.words.about, s.state.Documents)
	}
	return fmt.Errorf(s.words.other, s.Dir, have, s.Documents)
}

// remake builds the organisation that the data was made from.
func (s *stand) remake() *demo.Province {
	if s.state.Small {
		return demo.SmallProvince(seed, app.TimeOf(s.state.At))
	}
	return demo.NewProvince(seed, app.TimeOf(s.state.At))
}

func (s *stand) invent(ctx context.Context) (err error) {
	for _, name := range []string{stateFile, serverDir, laptopsDir, authorityFile} { // the state first: the rest is nothing without it
		if err := os.RemoveAll(filepath.Join(s.Dir, name)); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	s.state = &state{Small: s.Small, Documents: cmp.Or(s.Documents, DefaultDocuments), At: time.Now()}
	s.say(s.words.inventing, s.state.Documents)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // memory for speed, this once
	began, shown := time.Now(), -1
	s.prov, err = demo.Load(ctx, demo.Options{
		Dir: filepath.Join(s.Dir, serverDir), Seed: seed, Now: s.state.At, Documents: s.state.Documents, Small: s.Small, Story: true,
		Progress: func(done, of int) {
			if tenth := done * 10 / of; tenth > shown {
				shown = tenth
				s.say(s.words.progress, done*100/of)
			}
		},
	})
	if err != nil {
		return err
	}
	s.say(s.words.invented, time.Since(began).Seconds())
	s.state.Made = true
	return s.state.write(s.Dir)
}

// open starts the programs and waits until everybody has his documents.
func (s *stand) open(ctx context.Context) error {
	if err := s.choosePorts(); err != nil {
		return err
	}
	if err := s.openSigning(); err != nil {
		return err
	}
	if err := s.startServer(ctx); err != nil {
		return err
	}
	if err := s.startLaptops(ctx); err != nil {
		return err
	}
	return s.state.write(s.Dir)
}

func (s *stand) say(format string, args ...any) {
	fmt.Fprintf(s.Log, format+"\n", args...)
}
