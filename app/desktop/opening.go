package desktop

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// opening is one opening of the database with all that runs over it, from the
// start to the end of the program, or to a repair (mend.go). Address, tickets
// and the connections of the screens outlive it.
type opening struct {
	store *sqlite.Store // nil when the database cannot be opened
	api   *api.API      // over it
	unsub func()

	// ctx ends the goroutines that use the store, wg waits for them.
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	// hurried ends what requests are still doing.
	hurried context.Context
	hurry   context.CancelFunc
}

func newOpening(parent context.Context) *opening {
	o := &opening{}
	o.ctx, o.cancel = context.WithCancel(parent)
	o.hurried, o.hurry = context.WithCancel(parent)
	return o
}

// openAll opens what is in the data folder and takes up the link to the server.
// An identity that cannot be used is a problem of its own; what is open stays so.
func (a *App) openAll() error {
	if err := a.openStores(); err != nil {
		return err
	}
	if err := a.resume(); err != nil {
		a.setProblem(app.AsError(err).Reason)
		a.log.Error("the identity cannot be used", "err", err)
	}
	return nil
}

func (a *App) openStores() error {
	store, err := a.openWithReserve()
	if err != nil {
		return err
	}
	if a.files == nil {
		if a.files, err = content.Open(filepath.Join(a.cfg.Data, "content"), content.Options{MinFree: minFree}); err != nil {
			return errors.Join(content.AsRefusal(err, api.MaxUpload), store.Close())
		}
	}
	a.store = store
	a.unsub = store.Subscribe(a.changed)
	o := a.options()
	c := &contents{store: store, files: a.files, now: a.clock.Now, link: a.carrier, open: a.mayOpen}
	o.Store, o.Contents, o.Uploads = placeStore{api.Over(store), a}, c, uploads{c}
	a.api = api.New(o)
	a.inspect()
	return nil
}

// closeAll ends all that uses the store, and the store. Requests that are still
// at work find it closed. Closing again does nothing.
func (a *App) closeAll() error {
	a.setOpen(false)
	a.opening.cancel()
	a.opening.hurry()
	a.opening.wg.Wait()
	var errs []error
	if l := a.currentLink(); l != nil { // nobody makes another one now
		a.cfg.offline = l.line.isCut()
		errs = append(errs, l.close())
		a.mu.Lock()
		a.link = nil
		a.mu.Unlock()
	}
	if a.store != nil {
		a.unsub()
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}

// serveAPI answers over what is open, and says so where nothing is. What
// listens for events holds nothing up and is not held up: it may go on for days.
func (a *App) serveAPI(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/events" || !a.working.TryRLock() { // a repair has it, or waits for it
		a.closed.ServeHTTP(w, r)
		return
	}
	defer a.working.RUnlock()
	if a.api == nil {
		a.closed.ServeHTTP(w, r)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(a.hurried, cancel)()
	a.api.ServeHTTP(w, r.WithContext(ctx))
}

func (a *App) setOpen(open bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open = open
}

func (a *App) isOpen() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open
}
