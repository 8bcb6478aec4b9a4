package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"khonggiay/app"
)

// Role says whose file it is; it decides which tables exist.
type Role uint8

// Roles.
const (
	Replica Role = 1 // one person's laptop
	Server  Role = 2 // the province
)

func (r Role) String() string {
	switch r {
	case Replica:
		return "replica"
	case Server:
		return "server"
	}
	return fmt.Sprintf("role %d", uint8(r))
}

// Options of a store.
type Options struct {
	Path    string          // the database file; its folder must exist
	Role    Role            // Replica or Server
	Clock   func() app.Time // the present
	Holder  app.ID          // this machine's name as a holder of books; app.HolderServer on the server, empty = holds none
	Readers int             // connections that read; 0 = as many as there are processors, at least 2
	// Issued reports whether the province's authority gave a machine the
	// certificate, in force at the time; on the server. nil = none was given.
	Issued func(certificate []byte, at app.Time) bool
	// NoSync leaves flushing to the system: for simulations and fixtures
	// only, since a power cut would lose what was acknowledged.
	NoSync bool
	// Trouble, when set, is told what keeps the disk from its work: ReasonFull,
	// ReasonCorrupt or ReasonIO, and "" once a transaction was committed again.
	// It must not block, nor use the store.
	Trouble func(reason string)
}

// Store is one open database file. All methods may be used concurrently.
type Store struct {
	opts   Options
	writer *sql.DB // one connection
	reader *sql.DB // Options.Readers connections

	// turn is held by the one transaction that writes. A channel, so that
	// waiting for it ends with the caller's context.
	turn chan struct{}
	conn *sql.Conn // the writer's connection; used under turn
	lax  bool      // conn has synchronous = NORMAL; used under turn
	// words of the search index, as of the last commit; used under turn. nil =
	// not read yet.
	words map[string]bool

	dir atomic.Pointer[app.Directory] // as of the last commit

	trouble atomic.Pointer[string] // last told; nil = none

	keeper  *keeper
	closing sync.Once
	closed  error // of Close; set under closing

	// mu guards subscribers, read at each commit and changed now and then.
	mu          sync.Mutex
	subscribers map[int]func([]Change)
	nextSub     int
}

// Open opens or creates the file, brings its schema and projections to this
// program's version, and checks it when the last stop was not clean.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Path == "" || o.Clock == nil || (o.Role != Replica && o.Role != Server) {
		return nil, errors.New("sqlite: Path, Role and Clock must be set")
	}
	if o.Readers == 0 {
		o.Readers = max(2, runtime.NumCPU())
	}
	s := &Store{opts: o, turn: make(chan struct{}, 1), subscribers: map[int]func([]Change){}}
	if err := s.open(ctx); err != nil {
		s.closeHandles()
		return nil, fmt.Errorf("open %s: %w", filepath.Base(o.Path), mapError(err))
	}
	s.keeper = startKeeper(s)
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	unclean := leftUnclean(s.opts.Path)
	if err := createPrivate(s.opts.Path); err != nil {
		return err
	}
	s.writer = sql.OpenDB(connector(dsn(s.opts.Path, true, s.opts.NoSync)))
	s.writer.SetMaxOpenConns(1)
	if err := migrate(ctx, s.writer, s.opts.Role); err != nil {
		return err
	}
	if unclean {
		if err := quickCheck(ctx, s.writer, s.opts.Path); err != nil {
			return err
		}
	}
	s.reader = sql.OpenDB(connector(dsn(s.opts.Path, false, s.opts.NoSync)))
	s.reader.SetMaxOpenConns(s.opts.Readers)
	s.reader.SetMaxIdleConns(s.opts.Readers)
	var err error
	if s.conn, err = s.writer.Conn(ctx); err != nil {
		return err
	}
	if err := s.loadDirectory(ctx); err != nil {
		return err
	}
	return s.upgradeProjections(ctx)
}

// createPrivate makes the file, for its owner alone; SQLite gives its
// companions the same permissions.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &app.Error{Code: app.Internal, Reason: ReasonIO, Err: err}
	}
	return f.Close()
}

// Close ends the keeper, moves the log into the file and closes it. It waits
// for a transaction that is still running. Closing again does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.keeper.stop()
		s.turn <- struct{}{} // for good: nobody writes any more
		s.closed = s.closeHandles()
	})
	return s.closed
}

func (s *Store) closeHandles() error {
	var errs []error
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.conn != nil {
		_, err := s.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		errs = append(errs, err, s.conn.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	return mapError(errors.Join(errs...))
}

// Role of the store.
func (s *Store) Role() Role { return s.opts.Role }

// Now is the store's clock.
func (s *Store) Now() app.Time { return s.opts.Clock() }

// Directory as of the last commit.
func (s *Store) Directory() *app.Directory { return s.dir.Load() }

// Subscribe has fn told of the records that each committed transaction
// changed, sorted by key. fn runs before Write returns and must not block or
// write. The returned function ends it.
func (s *Store) Subscribe(fn func([]Change)) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.nextSub
	s.nextSub++
	s.subscribers[n] = fn
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.subscribers, n)
	}
}

func (s *Store) tell(changes []Change) {
	if len(changes) == 0 {
		return
	}
	s.mu.Lock()
	fns := make([]func([]Change), 0, len(s.subscribers))
	for _, fn := range s.subscribers {
		fns = append(fns, fn)
	}
	s.mu.Unlock()
	for _, fn := range fns {
		fn(changes)
	}
}

// loadDirectory reads all directory records.
func (s *Store) loadDirectory(ctx context.Context) error {
	v := &View{store: s, ctx: ctx, conn: s.conn}
	d, err := v.readDirectory()
	if err != nil {
		return err
	}
	s.dir.Store(d)
	return nil
}
