package dropfolder

import (
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// A listener hears that something happens in a folder. What it hears may be
// too much, too little or nothing.
type listener interface {
	// listenTo begins with a folder; an error if the system has no events of it.
	listenTo(dir string) error
	// heard gives something once anything has happened since the last touched.
	heard() <-chan struct{}
	// touched takes the names of what was written to since the last call.
	touched() map[string]bool
	close()
}

// systemListener folds the system's events as they come, however many: ten
// thousand files are one poke and ten thousand names.
type systemListener struct {
	events *fsnotify.Watcher
	poke   chan struct{}
	done   sync.WaitGroup

	mu    sync.Mutex // guards names
	names map[string]bool
}

func listenToSystem() (listener, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	l := &systemListener{events: events, poke: make(chan struct{}, 1), names: map[string]bool{}}
	l.done.Go(l.run)
	return l, nil
}

// run ends when the watcher is closed. An error is an overflow at worst: what
// was lost is found by the look that the poke brings.
func (l *systemListener) run() {
	events, errs := l.events.Events, l.events.Errors
	for events != nil || errs != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			l.note(e)
		case _, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
		}
		select {
		case l.poke <- struct{}{}:
		default:
		}
	}
}

// note keeps the name of what was written or put there. A change of mode alone
// is none: reading a file can be one.
func (l *systemListener) note(e fsnotify.Event) {
	if e.Has(fsnotify.Create) || e.Has(fsnotify.Write) {
		l.mu.Lock()
		l.names[filepath.Base(e.Name)] = true
		l.mu.Unlock()
	}
}

func (l *systemListener) listenTo(dir string) error { return l.events.Add(dir) }

func (l *systemListener) heard() <-chan struct{} { return l.poke }

func (l *systemListener) touched() map[string]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := l.names
	l.names = map[string]bool{}
	return names
}

func (l *systemListener) close() {
	l.events.Close()
	l.done.Wait()
}
