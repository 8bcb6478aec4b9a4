package desktop

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/dropfolder"
)

// scanning watches the folders of this laptop's person and takes in what comes,
// for as long as the link is there and the laptop is not leaving.
type scanning struct {
	link   *link
	intake *dropfolder.Intake
	tools  func() dropfolder.Tools // looked for once, when they are first needed
	stir   chan struct{}           // capacity 1: screens should look

	// mu guards the two below, and is held while watches end and begin.
	mu      sync.Mutex
	ended   bool
	watches *watches

	// telling guards problems: watches that are ending may still tell of one.
	telling  sync.Mutex
	problems map[app.ID]string // by folder: reason key of what is wrong with it
}

// watches are the folders that are watched together.
type watches struct {
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func (w *watches) end() {
	if w != nil {
		w.cancel()
		w.wg.Wait()
	}
}

// tellScans is how often screens are told at most: ten thousand files must not
// be ten thousand events.
const tellScans = 300 * time.Millisecond

func newScanning(l *link) *scanning {
	temp := filepath.Join(l.app.cfg.Data, "ocr")
	tools := sync.OnceValue(func() dropfolder.Tools { return dropfolder.FindTools(emptied(temp)) })
	s := &scanning{link: l, tools: tools, stir: make(chan struct{}, 1), problems: map[app.ID]string{}}
	keep := scanStore{l.app.store, l.app.files}
	s.intake = &dropfolder.Intake{
		Ledger: keep, Vault: keep, Reader: reading(tools), Organs: s.organs, Now: l.app.clock.Now, MaxSize: api.MaxUpload, Changed: s.changed,
		Trouble: func(err error) { l.report("taking in a scan", err) },
	}
	return s
}

// reading reads with the tools that are there.
type reading func() dropfolder.Tools

// Text implements dropfolder.Reader.
func (r reading) Text(ctx context.Context, pdf io.ReadSeeker) (string, error) {
	return r().Text(ctx, pdf)
}

// emptied is a private folder without what a killed run has left in it.
func emptied(dir string) string {
	_ = os.RemoveAll(dir)
	if os.MkdirAll(dir, 0o700) != nil {
		return "" // the tools take the system's own
	}
	return dir
}

// run works until the link ends or the laptop leaves.
func (s *scanning) run(ctx context.Context) {
	defer s.close()
	s.link.report("watching folders", s.follow(ctx))
	tick := time.NewTicker(tellScans)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case <-s.stir:
			s.link.app.events.Publish(api.Event{Entity: "scan"}, nil)
		default:
		}
	}
}

// follow watches the folders as they are set now, in place of those before.
func (s *scanning) follow(ctx context.Context) error {
	var folders []app.ScanFolder
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		folders, err = v.ScanFolders()
		return err
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches.end()
	s.watches = nil
	s.intake.Clear()
	s.telling.Lock()
	s.problems = map[app.ID]string{}
	s.telling.Unlock()
	if s.ended || len(folders) == 0 {
		return nil
	}
	w := &watches{}
	until, cancel := context.WithCancel(s.link.ctx)
	w.cancel = cancel
	w.wg.Go(func() { s.intake.Work(until) })
	for _, f := range folders {
		w.wg.Go(func() {
			_ = s.intake.Watch(until, f, dropfolder.Options{Trouble: func(err error) { s.trouble(f.ID, err) }})
		})
	}
	s.watches = w
	return nil
}

// reopen begins again what close has ended, on a laptop that does not leave after
// all.
func (s *scanning) reopen(ctx context.Context) error {
	s.mu.Lock()
	s.ended = ctx.Err() != nil
	s.mu.Unlock()
	return s.follow(ctx)
}

// close ends all watching: the laptop leaves, or the program ends.
func (s *scanning) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.watches.end()
	s.watches = nil
}

func (s *scanning) changed() {
	select {
	case s.stir <- struct{}{}:
	default: // they will look anyway
	}
}

// trouble is told by a watch.
func (s *scanning) trouble(folder app.ID, err error) {
	s.telling.Lock()
	s.problems[folder] = folderProblem(err)
	s.telling.Unlock()
	s.changed()
}

func (s *scanning) problem(folder app.ID) string {
	s.telling.Lock()
	defer s.telling.Unlock()
	return s.problems[folder]
}

// organs are the names of offices, as documents print them.
func (s *scanning) organs() (names []string) {
	for _, u := range s.link.app.store.Directory().Units() {
		if u.Office {
			names = append(names, u.Name)
		}
	}
	return names
}

// folderProblem is why a folder cannot be watched, as a reason key.
func folderProblem(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, dropfolder.ErrGone), errors.Is(err, os.ErrNotExist):
		return "scan_folder.gone"
	case errors.Is(err, dropfolder.ErrDenied), errors.Is(err, os.ErrPermission):
		return "scan_folder.denied"
	}
	return "scan_folder.unreadable"
}

// checkFolder refuses what cannot be watched, or must not be.
func (s *scanning) checkFolder(path string, others []app.ScanFolder) (string, error) {
	path = filepath.Clean(strings.TrimSpace(path))
	if !filepath.IsAbs(path) {
		return "", app.Refuse(app.Invalid, "scan_folder.not_absolute")
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return "", app.Refuse(app.Invalid, "scan_folder.not_folder")
	}
	if err == nil {
		_, err = os.ReadDir(path)
	}
	if err != nil {
		return "", app.Errorf(app.Invalid, folderProblem(err), "%w", err)
	}
	if own, err := os.Stat(s.link.app.cfg.Data); err == nil && (os.SameFile(own, info) || within(s.link.app.cfg.Data, path)) {
		return "", app.Refuse(app.Invalid, "scan_folder.own")
	}
	for _, o := range others {
		if there, err := os.Stat(o.Path); o.Path == path || err == nil && os.SameFile(there, info) {
			return "", app.Refuse(app.Conflict, "scan_folder.taken")
		}
	}
	return path, nil
}

// within reports whether the path is inside dir.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
