package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/time/rate"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
	"khonggiay/app/verify"
	"khonggiay/meeting/turn"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

// What stands in the data directory.
const (
	databaseFile = "khonggiay.db"
	contentDir   = "content"
	keysDir      = "ca"
	lockFile     = "khonggiay.lock"
)

// ErrInUse means that another program has the data directory open.
var ErrInUse = errors.New("server: the data directory is in use by another program")

// stopWithin is how long open requests may take to end when the server stops.
const stopWithin = 20 * time.Second

// What one address may do, a second. A whole province can sit behind one proxy,
// so these only blunt floods; guessing is stopped by the lock on the account and
// by the length of a code.
const (
	loginsPerAddress     rate.Limit = 2
	enrolmentsPerAddress rate.Limit = 1
	guestsPerAddress     rate.Limit = 5
)

// Server is the provincial server. Open it, Run it, Close it.
type Server struct {
	config      Config
	now         func() time.Time
	steady      *steady.Clock    // for what destroys
	judge       *verify.Verifier // of signatures
	log         *slog.Logger
	lock        *flock.Flock
	authority   *pki.Authority
	store       *sqlite.Store
	epochID     uint64
	records     *records
	accounts    *accounts
	devices     *devices
	enrolment   *enrolment
	leaving     *leaving
	contents    *contents
	couriers    *couriers
	pdfs        *pdfs
	judging     *judging
	keys        *keysAtProviders
	rooms       *rooms
	conferences *conferences
	guests      *limiter     // who comes by a link, by address
	relays      *turn.Server // of media over the HTTPS port; nil: none
	papers      *paperClock
	touch       *touches
	events      *api.Events
	metrics     *metrics
	front       *front
	audit       *auditor
	handlers    handlers
	fresh       bool

	health   health
	serving  atomic.Bool
	stopping atomic.Bool
	mu       sync.Mutex     // guards listener and ran
	listener net.Listener   // the main one, once Listen was called
	ran      bool           // Run owns the listener
	closers  []func() error // in the order of opening
}

// Initialised tells whether the directory holds a server.
func Initialised(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, databaseFile))
	return err == nil
}

// fill gives the fields their defaults that are no settings.
func (c *Config) fill() {
	if c.Now == nil {
		c.Now = time.Now
	}
	if start := time.Now(); c.uptime == nil {
		c.uptime = func() time.Duration { return time.Since(start) }
	}
	if c.Log == nil {
		c.Log = api.NewLogger(os.Stderr, c.LogLevel)
	}
	if c.Version == "" {
		c.Version = "dev"
	}
}

// Open opens the server of a data directory, making one where there is none. It
// does not listen. ErrInUse when another program has it open.
func Open(ctx context.Context, c Config) (*Server, error) {
	c.fill()
	s := &Server{config: c, now: c.Now, steady: steady.New(c.Now, c.uptime),
		judge: verify.New(filepath.Join(c.Data, trustDir), c.Now), log: c.Log, metrics: newMetrics(), touch: newTouches()}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) error {
	steps := []func(context.Context) error{s.takeLock, s.openTrust, s.openKeys, s.openStore, s.openRecords, s.openContents, s.openPeople, s.openCouriers, s.openProviders, s.openRooms, s.openMedia, s.openConferences, s.openDoors}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// onClose has Close do something, the last first.
func (s *Server) onClose(fn func() error) { s.closers = append(s.closers, fn) }

func (s *Server) takeLock(context.Context) error {
	if s.config.Data == "" {
		return errors.New("server: no data directory is set")
	}
	if err := os.MkdirAll(s.config.Data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if err := ownedByUs(s.config.Data); err != nil {
		return err
	}
	s.lock = flock.New(filepath.Join(s.config.Data, lockFile), flock.SetPermissions(0o600))
	got, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if !got {
		return ErrInUse
	}
	s.onClose(s.lock.Close)
	return s.sweep()
}

// sweep removes what a backup, restore or conversion left behind when it was
// killed.
func (s *Server) sweep() error {
	for _, pattern := range []string{".backup-*", ".restore-*", convertDir} {
		left, err := filepath.Glob(filepath.Join(s.config.Data, pattern))
		if err != nil {
			return err
		}
		for _, path := range left {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// trustDir holds the roots, and what is known of revocation.
const trustDir = "trust"

// openTrust tells the judge of signatures whom it may ask.
func (s *Server) openTrust(context.Context) error {
	if s.config.SigningOnline {
		s.judge.Online(verify.Network{Allow: s.config.SigningAllow, Public: s.config.SigningPublic, Timeout: s.config.SigningTimeout})
	}
	s.onClose(func() error { s.judge.Close(); return nil })
	s.startLists()
	return nil
}

func (s *Server) openKeys(context.Context) (err error) {
	s.authority, s.fresh, err = pki.Open(filepath.Join(s.config.Data, keysDir), s.config.Province, s.now())
	if err != nil {
		return err
	}
	if s.fresh && Initialised(s.config.Data) {
		return errors.New("authority: the keys are missing beside an existing database; restore them from a backup")
	}
	return s.renewCertificate()
}

func (s *Server) renewCertificate() error {
	renewed, err := s.authority.EnsureServer(s.config.hostNames(), s.now())
	if renewed {
		s.log.Info("server certificate made", "names", s.config.hostNames())
	}
	return err
}

func openStore(ctx context.Context, dir string, issued func([]byte, app.Time) bool, now func() time.Time) (*sqlite.Store, error) {
	return sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(dir, databaseFile), Role: sqlite.Server,
		Clock: func() app.Time { return app.TimeOf(now()) }, Holder: app.HolderServer, Issued: issued,
		Readers: max(8, 2*runtime.NumCPU())}) // a check or a backup must not starve the rest
}

func (s *Server) openStore(ctx context.Context) (err error) {
	if s.store, err = openStore(ctx, s.config.Data, s.authority.Issued, s.now); err != nil {
		return err
	}
	s.onClose(s.store.Close)
	s.audit = startAuditor(s.store, s.log)
	s.onClose(s.audit.stop)
	return s.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if s.epochID, err = tx.Epoch(); err != nil || s.epochID != 0 {
			return err
		}
		if s.epochID, err = tx.NewEpoch(); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "server.init", Actor: Operator})
	})
}

func (s *Server) epoch() uint64 { return s.epochID }

func (s *Server) openContents(context.Context) error {
	files, err := content.Open(filepath.Join(s.config.Data, contentDir), content.Options{MinFree: s.config.MinFree})
	if err != nil {
		return err
	}
	s.onClose(files.Close)
	k := &keeper{store: s.store, files: files, system: s, touch: s.touch, now: s.now, steady: s.steady, uptime: s.config.uptime, idle: s.config.SessionIdle,
		unnamed: s.config.KeepUnnamed, renew: s.renewCertificate, log: s.log, woken: make(chan struct{}, 1), refused: map[sqlite.RecordFile]bool{}}
	s.contents = &contents{store: s.store, files: files, now: s.now, quota: s.config.DeviceQuota,
		window: s.config.KeepUnnamed, log: s.log, keeper: k, begun: newBegun(s.now, files.PartSize)}
	s.pdfs = newPDFs(s.config.Data, s.log, s.now)
	k.start()
	unsubscribe := s.store.Subscribe(k.changed)
	s.onClose(func() error { unsubscribe(); k.stop(); return nil })
	s.startJudging()
	return nil
}

func (s *Server) openPeople(context.Context) error {
	cost := passwordCost
	if s.config.cheapPasswords {
		cost = argonCost{time: 1, memory: 64, threads: 1}
	}
	s.events = api.NewEvents()
	s.onClose(func() error { s.events.Close(); return nil })
	s.accounts = &accounts{store: s.store, hasher: newHasher(cost), perIP: newLimiter(loginsPerAddress, 100, s.now),
		perPerson: newLimiter(50, 500, s.now), now: s.now, idle: s.config.SessionIdle, life: s.config.SessionLife, touch: s.touch, key: s.authority.CursorKey(),
		signedIn: func(ok bool) { s.metrics.login(ok) }, ended: s.cutScreens}
	s.devices = &devices{store: s.store, authority: s.authority, streams: newStreams(), touch: s.touch, now: s.now, log: s.log,
		goodbye: s.records.hub.Revoke, gone: s.recallBooks, perDevice: newLimiter(20, 400, s.now), codeLife: s.config.CodeLife, addresses: s.config.dialAddresses(),
		knocks: newKnocks(s.now), epoch: s.epoch,
		changed: s.devicesChanged}
	s.enrolment = &enrolment{devices: s.devices,
		perIP:    newLimiter(enrolmentsPerAddress, 60, s.now),
		everyone: newLimiter(20, 200, s.now),
		renewals: newLimiter(rate.Every(time.Minute), 10, s.now),
		done:     func(ok bool) { s.metrics.enrolment(ok) }}
	s.leaving = &leaving{devices: s.devices, contents: s.contents, perDevice: newLimiter(1, enrol.MaxLeaveParts+10, s.now),
		perTransfer: newLimiter(20, 400, s.now), key: s.authority.ResultsKey()}
	return nil
}

// devicesChanged tells the screens, and has the courier planned anew: a revoked
// laptop is nobody's colleague from then on.
func (s *Server) devicesChanged() {
	s.events.Publish(api.Event{Entity: "devices"}, nil)
	s.couriers.wake()
}

// cutScreens ends the connections of a person who is signed out: of the events,
// and of conferences.
func (s *Server) cutScreens(person app.ID) {
	s.events.CutOff(func(v api.Viewer) bool { return v.Person == person })
	s.conferences.Cut(person)
}

func (s *Server) openDoors(context.Context) error {
	browser, err := openBrowserCertificate(s.config.BrowserCertificate, s.config.BrowserKey, s.now)
	if err != nil {
		return err
	}
	s.front = newFront(s.authority, browser, s.now)
	s.onClose(s.watch())
	h := startHandOvers(s)
	leave := s.store.Subscribe(h.changed)
	s.onClose(func() error { leave(); h.stop(); return nil })
	startRollCounts(s)
	startConcluding(s)
	s.onClose(startSlipClock(s).stop)
	s.papers = startPaperClock(s)
	deaf := s.store.Subscribe(s.papers.changed)
	s.onClose(func() error { deaf(); s.papers.stop(); return nil })
	s.handlers = s.routes()
	s.gauges()
	return nil
}

// gauges registers what is read when Prometheus asks.
func (s *Server) gauges() {
	database := filepath.Join(s.config.Data, databaseFile)
	s.metrics.gauge("khonggiay_database_bytes", "Size of the database.", fileSize(database))
	s.metrics.gauge("khonggiay_database_log_bytes", "Size of the write-ahead log.", fileSize(database+"-wal"))
	s.metrics.gauge("khonggiay_disk_free_bytes", "Free space beside the database.", func() float64 {
		free, _ := freeSpace(s.config.Data)
		return float64(free)
	})
	s.metrics.gauge("khonggiay_devices_connected", "Devices with a request open.", func() float64 { return float64(s.devices.streams.count()) })
	s.metrics.gauge("khonggiay_screens_connected", "Browsers that listen for events.", func() float64 { return float64(s.events.Clients()) })
	s.mediaGauges()
	s.relayGauges()
	s.metrics.gauge("khonggiay_queue_commands", "Commands that wait for the writer.", func() float64 { return float64(s.records.hub.Queued()) })
}

// Addr is the address that is listened on, once Listen was called.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Fresh tells whether Open has just made the province: nobody can sign in yet.
func (s *Server) Fresh() bool { return s.fresh }

// Close ends everything and leaves it on the disk. Run must have returned.
func (s *Server) Close() error {
	s.stopping.Store(true)
	var errs []error
	s.mu.Lock()
	if s.listener != nil && !s.ran {
		errs = append(errs, s.listener.Close())
	}
	s.mu.Unlock()
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// Listen opens the main listener; Run does it when nobody has.
func (s *Server) Listen(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	l, err := listen(ctx, s.config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.config.Listen, err)
	}
	s.listener = courier.Split(l, s.couriers.address)
	return nil
}

// GiveSystem gives a command of the server itself.
func (s *Server) GiveSystem(ctx context.Context, name string, target app.Key, args any) error {
	_, err := s.records.give(ctx, &app.Command{Name: name, Target: target, Actor: app.SystemPerson, Args: args})
	return err
}

// handlers are the server's doors.
type handlers struct {
	main    http.Handler // everybody, over TLS
	ops     http.Handler // the operator's monitoring
	control http.Handler // the operator's tool
}
