package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/signing/trust"
	"khonggiay/sync/content"
)

const (
	judgeEvery = time.Minute // looks for what came unnoticed, and for what is due again
	judgeBatch = 100
	// laterSoon and laterMost bound the pause before something is judged or
	// stamped again; it doubles.
	laterSoon = 15 * time.Minute
	laterMost = 6 * time.Hour
	stampSoon = time.Minute
	stampMost = 30 * time.Minute
	// stampAtOnce is how long a verdict waits for its time-stamp, so that both
	// come in one.
	stampAtOnce = 10 * time.Second
)

// judging has the server judge the digital signatures of documents, time-stamp
// those of its own offices, and put what they rest on into the file. What there is
// to do stands in the documents, so a kill loses nothing; one document is judged
// at a time, beside all other work.
type judging struct {
	store    *sqlite.Store
	files    *content.Store
	contents *contents
	judge    *verify.Verifier
	tsa      *trust.TSAClient // nil: nothing is stamped
	wanted   app.SigningDue   // what is put into files
	most     int              // bytes of evidence that are put into one
	system   systemGiver
	now      func() time.Time
	log      *slog.Logger
	mark     string // file that tells by whose roots all was judged last

	woken   chan struct{} // capacity 1: look at what is to judge
	stamped chan struct{} // capacity 1: look at what is to stamp
	sealed  chan struct{} // capacity 1: look at what is to complete
	cancel  context.CancelFunc
	done    sync.WaitGroup

	// giving is held from reading a document to giving a verdict on it: of two
	// verdicts the later knows of the earlier.
	giving sync.Mutex

	mu       sync.Mutex // guards what follows
	later    map[app.ID]pause
	unproven map[app.ID]pause       // documents whose files could not be completed
	refused  map[app.CommandID]bool // files that cannot be stamped, until the next start
	resting  pause                  // of the time-stamp servers
	turn     int                    // counts changes of roots and lists
}

// pause is when something is tried again, and after how long the time before.
type pause struct {
	until time.Time
	after time.Duration
}

func (p pause) longer(now time.Time, soon, most time.Duration) pause {
	after := min(max(2*p.after, soon), most)
	return pause{now.Add(after), after}
}

func (s *Server) startJudging() {
	j := &judging{store: s.store, files: s.contents.files, contents: s.contents, judge: s.judge, system: s, now: s.now, log: s.log,
		mark: filepath.Join(s.config.Data, trustDir, judgedName), woken: make(chan struct{}, 1), stamped: make(chan struct{}, 1), sealed: make(chan struct{}, 1),
		wanted: s.config.evidenceDue(), most: maxEvidence, later: map[app.ID]pause{}, unproven: map[app.ID]pause{}, refused: map[app.CommandID]bool{}}
	if len(s.config.TSA) > 0 {
		p := trust.DefaultPolicy().TSA
		p.URLs, p.Timeout, p.Tries, p.Parallel = s.config.TSA, trust.Duration(s.config.TSATimeout), 1, 2
		j.tsa = trust.NewTSAClient(p, nil)
	}
	s.judging = j
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	leave := s.store.Subscribe(j.changed)
	j.done.Go(func() { j.loop(ctx, j.woken, j.judgeAll) })
	j.done.Go(func() { j.loop(ctx, j.stamped, j.stampAll) })
	j.done.Go(func() { j.loop(ctx, j.sealed, j.completeAll) })
	s.onClose(func() error { leave(); j.stop(); return nil })
}

func (j *judging) stop() {
	j.cancel()
	j.done.Wait()
	if j.tsa != nil {
		j.tsa.Close()
	}
}

// changed is called after every commit; it never blocks.
func (j *judging) changed(changes []sqlite.Change) {
	for _, c := range changes {
		if c.Key.Kind == app.KindDocument {
			wake(j.woken)
			wake(j.stamped)
			wake(j.sealed)
			return
		}
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// loop does the work when woken, and now and then.
func (j *judging) loop(ctx context.Context, woken <-chan struct{}, work func(context.Context) error) {
	tick := time.NewTicker(judgeEvery)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			j.log.Error("judging signatures", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-tick.C:
		}
	}
}

// each calls fn with the documents of which that is due.
func (j *judging) each(ctx context.Context, due app.SigningDue, fn func(app.ID) error) error {
	for last := app.ID(""); ; {
		var docs []app.ID
		err := j.store.Read(ctx, func(v *sqlite.View) (err error) {
			docs, err = v.SigningDue(due, last, judgeBatch)
			return err
		})
		if err != nil || len(docs) == 0 {
			return err
		}
		for _, id := range docs {
			last = id
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := fn(id); err != nil {
				return err
			}
		}
	}
}

// judgeAll judges what was never judged, and what may be decided now.
func (j *judging) judgeAll(ctx context.Context) error {
	if err := j.each(ctx, app.DueVerdict, func(id app.ID) error { return j.tend(ctx, id, false) }); err != nil {
		return err
	}
	if err := j.byNewTrust(ctx); err != nil {
		return err
	}
	return j.each(ctx, app.DueLater, func(id app.ID) error { return j.tend(ctx, id, true) })
}

// judgedName is the file in the folder of roots that tells by which state of
// roots, policy and lists all was judged.
const judgedName = ".judged"

// byNewTrust judges anew what was not decided, when roots or lists have changed
// since the last time, also while the server stood still.
func (j *judging) byNewTrust(ctx context.Context) error {
	state, err := j.judge.State()
	if err != nil {
		return err
	}
	if before, err := os.ReadFile(j.mark); err == nil && strings.TrimSpace(string(before)) == state {
		return nil
	}
	j.mu.Lock()
	clear(j.later)
	clear(j.unproven)
	clear(j.refused)
	j.turn++
	j.mu.Unlock()
	if err := j.each(ctx, app.DueTrust, func(id app.ID) error { return j.tend(ctx, id, true) }); err != nil {
		return err
	}
	wake(j.stamped)
	wake(j.sealed)
	if err := os.MkdirAll(filepath.Dir(j.mark), 0o700); err != nil {
		return err
	}
	return os.WriteFile(j.mark, []byte(state+"\n"), 0o600)
}

// tend judges one document, unless it was tried a moment ago. The error is one
// that the next document would meet, too.
func (j *judging) tend(ctx context.Context, id app.ID, again bool) error {
	j.mu.Lock()
	p, waits := j.later[id]
	turn := j.turn
	j.mu.Unlock()
	if waits && j.now().Before(p.until) {
		return nil
	}
	decided, err := j.document(ctx, id, again)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if everywhere(err) {
		return err
	}
	if err != nil {
		j.log.Error("judging a document's signatures", "document", id, "err", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if decided {
		delete(j.later, id)
		return nil
	}
	if turn != j.turn { // what was missing may have come meanwhile
		wake(j.woken)
		return nil
	}
	j.later[id] = p.longer(j.now(), laterSoon, laterMost)
	return nil
}

// everywhere reports an error that the next document would meet, too.
func everywhere(err error) bool {
	var wrong *trust.AnchorError
	return errors.As(err, &wrong) || app.AsError(err) != nil && app.AsError(err).Code == app.Offline
}
