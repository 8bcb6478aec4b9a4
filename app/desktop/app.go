package desktop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/convert"
	"khonggiay/app/steady"
	"khonggiay/app/verify"
	"khonggiay/frontend"
	"khonggiay/sync/content"
)

// App is one running laptop program. Start it, show its address to the person,
// Close it.
type App struct {
	cfg     Config
	log     *slog.Logger
	logFile *os.File
	inst    *instance
	gate    *gate
	events  *api.Events
	disk    disk
	server  *http.Server
	addr    string
	clock   *clock
	steady  *steady.Clock                      // the same for what destroys
	judge   *verify.Verifier                   // of signatures
	signer  *signer                            // with the keys of this machine
	files   *content.Store                     // nil when it cannot be opened
	office  func() (*convert.Converter, error) // LibreOffice on this machine; nil where it is not
	closed  *api.API                           // answers while nothing is open
	hurt    chan struct{}                      // capacity 1: the database is damaged

	// working guards the opening, which a repair exchanges. A request holds it for
	// reading from its beginning to its end; a goroutine of the opening need not,
	// for the exchange waits for it.
	working sync.RWMutex
	*opening

	// ctx ends everything that the App started; wg waits for it.
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	enrolling sync.Mutex // held during one enrolment

	// mu guards what enrolment and the shell change while requests run.
	mu      sync.Mutex
	link    *link  // nil before enrolment
	problem string // reason key of what stops all work
	open    bool   // there is a store, and requests reach it
	shell   Shell
}

// Shell is what shows the interface: a window, or the system's browser.
type Shell interface {
	// Show brings the interface to the front, at a path of it; "/" leaves what
	// is open.
	Show(path string)
	// Notify tells the person of new work while he looks elsewhere.
	Notify(Notice)
	// Title names the person that the interface works for.
	Title(title string)
	// Native are the system's dialogs, or nil.
	Native() api.Native
}

// ErrPortTaken means that another program listens at the interface's address.
var ErrPortTaken = errors.New("the port of the interface is taken")

// Start takes the data folder, opens what is in it and serves the interface.
// errRunning when another process has the folder.
func Start(cfg Config) (*App, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, events: api.NewEvents(), clock: &clock{wall: cfg.now}, hurt: make(chan struct{}, 1)}
	a.judge = verify.New(filepath.Join(cfg.Data, "trust"), func() time.Time { return a.clock.Now().Std() })
	a.steady = steady.New(func() time.Time { return a.clock.Now().Std() }, cfg.uptime)
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.opening = newOpening(a.ctx)
	a.office = sync.OnceValues(a.findOffice)
	a.signer = &signer{App: a}
	var err error
	if a.inst, err = hold(cfg.Data); err != nil {
		return nil, err
	}
	if err = a.start(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) start() error {
	if err := a.openLog(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", a.cfg.Listen)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrPortTaken, a.cfg.Listen, err)
	}
	a.addr = listener.Addr().String()
	a.gate = newGate(a.addr, a.standingTickets()...)
	if err := os.RemoveAll(a.path(convertDir)); err != nil { // plaintext of a conversion that was killed
		return err
	}
	a.closed = api.New(a.options())
	if err := a.openAll(); err != nil {
		a.setProblem(app.AsError(err).Reason)
		a.log.Error("the data cannot be opened", "err", err)
	} else {
		a.setOpen(true)
	}
	a.wg.Go(a.mend)
	if err := a.inst.announce(a.addr); err != nil { // a second start cannot bring this one to the front
		a.log.Error("saying where the interface is", "err", err)
	}
	a.serve(listener)
	return nil
}

func (a *App) standingTickets() []string {
	if a.cfg.Demo == nil {
		return nil
	}
	return []string{a.cfg.Demo.Roles[a.cfg.Demo.Me].Ticket}
}

// maxLog is the size at which a start sets the log aside.
const maxLog = 8 << 20

func (a *App) openLog() error {
	path := filepath.Join(a.cfg.Data, "khonggiay.log")
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		_ = os.Rename(path, path+".1") // the old one is lost at worst
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	a.logFile = f
	a.log = api.NewLogger(f, a.cfg.logLevel)
	return nil
}

func (a *App) serve(listener net.Listener) {
	a.server = &http.Server{
		Handler:           api.Patient(api.SecureHeaders(a.routes())),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return a.ctx },
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	a.wg.Go(func() {
		if err := a.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("the interface is not served any more", "err", err)
		}
	})
}

func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", a.serveAPI)
	mux.Handle("/", api.UI(frontend.Dist()))
	gated := a.gate.wrap(mux)
	handover := a.inst.receive(a.show)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == handoverPath {
			handover(w, r)
			return
		}
		gated.ServeHTTP(w, r)
	})
}

// options are the parts that an API works over, but for what is open.
func (a *App) options() api.Options {
	o := api.Options{
		Version: a.cfg.Version, Now: a.clock.Now, Log: a.log, Explain: a.explain,
		Sessions: sessions{a}, Host: host{a}, Events: a.events, Enroller: enroller{a},
		Commander: commander{a}, Sync: panel{a}, Devices: devices{a}, Roots: roots{a}, Feeds: feeds{a}, Whereabouts: whereabouts{a}, Readiness: readiness{a},
		Native: native{a}, Work: work{a}, Converter: converter{a}, Verifier: a.judge, Presigner: presigner{a}, Signing: a.signer, RemoteSigning: a.signer,
		Scans: scans{a}, Live: live{a}, Conferences: conferences{a}, Places: carriers{a}, Protocols: protocols{a}, Reading: newAnnotator(a),
	}
	if a.cfg.Demo != nil {
		o.Demo = demo{a}
	}
	return o
}

// URL is an address that lets its opener in, once.
func (a *App) URL() string { return a.gate.invite() }

// Use sets what shows the interface from now on.
func (a *App) Use(s Shell) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shell = s
}

func (a *App) currentShell() Shell {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.shell
}

// retitle puts the person's name over the window.
func (a *App) retitle() {
	s, l := a.currentShell(), a.currentLink()
	if s == nil || l == nil {
		return
	}
	s.Title(l.identity().PersonName + " – Không Giấy")
}

// show is what a second start asks for.
func (a *App) show(open string) {
	if s := a.currentShell(); s != nil {
		s.Show(pathOf(open))
	}
}

// Close ends everything and waits for it. Nothing that a person gave is lost.
func (a *App) Close() error {
	var errs []error
	if a.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		a.events.Close()
		if a.server.Shutdown(ctx) != nil {
			errs = append(errs, a.server.Close()) // a download that goes on
		}
		cancel()
	}
	a.cancel()
	a.wg.Wait()
	a.judge.Close()
	errs = append(errs, a.signer.close(), a.closeAll())
	if a.files != nil {
		errs = append(errs, a.files.Close())
	}
	errs = append(errs, a.inst.release())
	if a.logFile != nil {
		errs = append(errs, a.logFile.Close())
	}
	return errors.Join(errs...)
}

func (a *App) setProblem(reason string) {
	a.mu.Lock()
	a.problem = reason
	a.mu.Unlock()
	a.events.Publish(api.Event{Entity: "session"}, nil)
}

// endProblem clears the problem, if it is still that one.
func (a *App) endProblem(reason string) {
	a.mu.Lock()
	if a.problem == reason {
		a.problem = ""
	}
	a.mu.Unlock()
	a.events.Publish(api.Event{Entity: "session"}, nil)
}

func (a *App) currentProblem() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.problem
}

func (a *App) currentLink() *link {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.link
}

// enrolled is the link, or the refusal on a laptop that is nobody's yet, or that
// still asks for its new writer number.
func (a *App) enrolled() (*link, error) {
	if l := a.currentLink(); l != nil {
		return l, nil
	}
	if a.stopped() == problemRestoring {
		return nil, app.Refuse(app.Offline, problemRestoring)
	}
	return nil, app.Refuse(app.Unauthorized, "session.not_enrolled")
}

func (a *App) carrier() *carrier {
	if l := a.currentLink(); l != nil {
		return l.carrier
	}
	return nil
}
