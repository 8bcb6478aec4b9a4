package replica

import (
	"context"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// View is one consistent snapshot of the laptop's store.
type View interface {
	Directory() *app.Directory
	// Get is app.Tx's, and so is Numbered.
	Get(app.Key) (app.Record, error)
	Numbered(book app.ID, year int, number uint32) ([]app.ID, error)
	// Body returns a record's bytes and version as the person sees them; nil
	// and 0 when absent.
	Body(app.Key) ([]byte, uint64, error)
	SyncState() (feed.State, error)
	// Base is the server's state of a record that pending commands have
	// changed; ok is false for all others.
	Base(app.Key) (body []byte, version uint64, ok bool, err error)
	BaseKeys() ([]app.Key, error)
	// Held lists the scopes that hold a record; HeldRecords what a scope holds,
	// at the server's versions.
	Held(app.Key) ([]app.Scope, error)
	HeldRecords(scope app.Scope, fn func(app.Key, uint64) error) error
	Sums([]app.Scope) ([]feed.ScopeSum, error)
	// Need and Purged list what the next request says.
	Need(limit int) ([]app.Key, error)
	Purged(limit int) ([]app.Key, error)
	OutboxRow(app.CommandID) (*feed.OutboxRow, error)
	Outbox(state feed.OutboxState, limit int) ([]feed.OutboxRow, error)
	OutboxCount(state feed.OutboxState) (int, error)
	// OutboxWriters lists the writers that have commands in the outbox,
	// OutboxFrom the commands of one of them from an id on.
	OutboxWriters() ([]uint32, error)
	OutboxFrom(app.CommandID) ([]feed.OutboxRow, error)
	// Receipt is a stored receipt, nil if it is not kept.
	Receipt(id int64) (*feed.Receipt, error)
	// ServerRestored reports whether the server ever came back from a backup.
	ServerRestored() (bool, error)
	// TouchedBy lists the records that a pending command has changed, Touching
	// the commands that have changed a record.
	TouchedBy(app.CommandID) ([]app.Key, error)
	Touching(app.Key) ([]app.CommandID, error)
}

// Tx is the one transaction that writes.
type Tx interface {
	app.Tx
	View
	FeedChanges() []feed.Change
	SetRaw(key app.Key, body []byte, version uint64) error
	Delete(app.Key) error
	SetSyncState(feed.State) error
	SetBase(key app.Key, body []byte, version uint64) error
	DropBase(app.Key) error
	SetHeld(app.Key, []app.Scope) error
	AddSum(app.Scope, feed.Sum) error
	SetSum(app.Scope, feed.Sum) error
	DropSum(app.Scope) error
	AddNeed(app.Key) error
	DropNeed(app.Key) error
	AddPurged(app.Key) error
	DropPurged(app.Key) error
	PutOutbox(feed.OutboxRow) error
	PutReceipt(*feed.Receipt) (int64, error)
	SetServerRestored(epoch uint64) error
	TidyOutbox(before app.Time) error
	// ForgetFile drops what a file waiting to go up has left beside the records:
	// its keys, its name, its place in the queue.
	ForgetFile(app.FileVersion) error
	Touch(app.CommandID, app.Key) error
	Untouch(app.CommandID) error
}

// Store opens transactions. WriteLax may lose its last commits, whole, when
// the power goes; what it wrote is pulled again.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	WriteLax(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(View) error) error
}

// source is a store whose transactions have their own types.
type source[T Tx, V View] interface {
	Write(context.Context, func(T) error) error
	WriteLax(context.Context, func(T) error) error
	Read(context.Context, func(V) error) error
}

// Over makes a Store of one whose transactions have their own types.
func Over[T Tx, V View](s interface {
	Write(context.Context, func(T) error) error
	WriteLax(context.Context, func(T) error) error
	Read(context.Context, func(V) error) error
}) Store {
	return over[T, V]{s}
}

type over[T Tx, V View] struct{ s source[T, V] }

func (o over[T, V]) Write(ctx context.Context, fn func(Tx) error) error {
	return o.s.Write(ctx, func(tx T) error { return fn(tx) })
}

func (o over[T, V]) WriteLax(ctx context.Context, fn func(Tx) error) error {
	return o.s.WriteLax(ctx, func(tx T) error { return fn(tx) })
}

func (o over[T, V]) Read(ctx context.Context, fn func(View) error) error {
	return o.s.Read(ctx, func(v V) error { return fn(v) })
}
