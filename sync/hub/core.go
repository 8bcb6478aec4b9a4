package hub

import (
	"crypto/ed25519"
	"errors"
	"log/slog"
	"time"

	"khonggiay/app"
)

// Peer is a device that the transport has authenticated.
type Peer struct {
	Device app.ID
	Person app.ID
	Writer uint32 // of the device's present incarnation; its results go to this peer
}

// WriterKey says who gives commands as a writer.
type WriterKey struct {
	Device  app.ID
	Person  app.ID // every command's actor
	Key     ed25519.PublicKey
	Revoked bool
}

// Devices knows who writes. app.ErrNotFound if the writer was never given.
type Devices interface {
	Writer(number uint32) (WriterKey, error)
}

// Observer is told what happened, for metrics and the audit log. Its methods
// must not block.
type Observer interface {
	// Decided is called after the commit, for each new result.
	Decided(peer Peer, name string, status string, reason string)
	// Alarm: a command's id came again with other bytes, or with a signature
	// that is not the writer's.
	Alarm(peer Peer, id app.CommandID, what string)
	// Streams and Page count what goes out.
	Streams(delta int)
	Page(bytes, items int)
	// Unlike: the sums of a laptop's scope differ from the server's.
	Unlike(peer Peer, scope app.Scope)
}

// Config of a hub.
type Config struct {
	Store     Store
	Devices   Devices
	Clock     func() app.Time
	Epoch     uint64             // of the data; another one after a restore
	SignKey   ed25519.PrivateKey // signs results
	CursorKey []byte             // authenticates cursors; 32 secret bytes
	// Own is the writer of the commands that people give in a browser and of
	// the system's; OwnKey signs them.
	Own      uint32
	OwnKey   ed25519.PrivateKey
	Log      *slog.Logger
	Observer Observer // may be nil
	// Lease is how long a laptop may show what it holds after it last heard the
	// server; 0 = for ever.
	Lease time.Duration
	// FirstLoads is how many laptops may make their first load at once; 0 = 8.
	FirstLoads int
}

// Core decides commands and builds pages. It has no goroutines; Commit and
// Tick are for one caller at a time, pulls for any number.
type Core struct {
	cfg Config
}

// NewCore checks the configuration.
func NewCore(cfg Config) (*Core, error) {
	switch {
	case cfg.Store == nil || cfg.Devices == nil || cfg.Clock == nil:
		return nil, errors.New("hub: Store, Devices and Clock must be set")
	case len(cfg.SignKey) != ed25519.PrivateKeySize || len(cfg.OwnKey) != ed25519.PrivateKeySize:
		return nil, errors.New("hub: SignKey and OwnKey must be Ed25519 keys")
	case len(cfg.CursorKey) < 32:
		return nil, errors.New("hub: CursorKey must be 32 bytes")
	case cfg.Epoch == 0:
		return nil, errors.New("hub: Epoch must be set")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Observer == nil {
		cfg.Observer = noObserver{}
	}
	return &Core{cfg: cfg}, nil
}

type noObserver struct{}

func (noObserver) Decided(Peer, string, string, string) {}
func (noObserver) Alarm(Peer, app.CommandID, string)    {}
func (noObserver) Streams(int)                          {}
func (noObserver) Page(int, int)                        {}
func (noObserver) Unlike(Peer, app.Scope)               {}
