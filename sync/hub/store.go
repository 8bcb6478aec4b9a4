package hub

import (
	"context"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// View is one consistent snapshot of the server's store.
type View interface {
	Directory() *app.Directory
	// Body returns a record's bytes and version; nil and 0 when absent.
	Body(app.Key) ([]byte, uint64, error)
	// Head is the latest event and the latest result; 0 = none yet.
	Head() (seq, pos uint64, err error)
	// FeedUp lists at most limit rows of a class in the scopes with events in
	// (after, upto], oldest first; FeedDown those before an event, newest
	// first, without the gone ones.
	FeedUp(scopes []app.Scope, class app.Class, after, upto uint64, limit int, fn func(seq uint64, key app.Key) error) error
	FeedDown(scopes []app.Scope, class app.Class, before uint64, limit int, fn func(seq uint64, key app.Key) error) error
	// FeedSince lists at most limit rows of all classes in the scopes with
	// events in (after, upto], in no order.
	FeedSince(scopes []app.Scope, after, upto uint64, limit int, fn func(feed.ScopeRow) error) error
	// Backlog counts the records with such rows.
	Backlog(scopes []app.Scope, class app.Class, after, upto uint64) (int64, error)
	// ScopeRows lists a record's rows by scope, gone ones too.
	ScopeRows(app.Key) ([]feed.ScopeRow, error)
	// ScopeRowsOf, Bodies and PatchesOf are ScopeRows, Body and Patches of
	// several records at once.
	ScopeRowsOf([]app.Key) (map[app.Key][]feed.ScopeRow, error)
	Bodies([]app.Key) (map[app.Key]feed.Stored, error)
	PatchesOf(keys []app.Key, after uint64) (map[app.Key][]feed.PatchRow, error)
	// Patches lists what the events after one did to a record, oldest first.
	Patches(key app.Key, after uint64) ([]feed.PatchRow, error)
	// TouchedIn lists the records that the events changed, of one event after
	// the other.
	TouchedIn(seqs []uint64) ([]app.Key, error)
	// Sums says what each scope holds, in the given order.
	Sums([]app.Scope) ([]feed.ScopeSum, error)
	// ScopeRecords lists what a scope holds, with versions.
	ScopeRecords(scope app.Scope, fn func(app.Key, uint64) error) error
	// Result is the answer to a command, nil if there is none yet.
	Result(app.CommandID) (*feed.StoredResult, error)
	// Results lists a writer's results after a place, oldest first.
	Results(writer uint32, after uint64, limit int) ([]feed.StoredResult, error)
	// DecidedBefore is the place before the first result that one of the writers
	// was given at a time or later; none when there is no such result.
	DecidedBefore(writers []uint32, at app.Time, none uint64) (uint64, error)
	// Next is the counter of the writer's next command.
	Next(writer uint32) (uint32, error)
	// DeferredCommands lists what this version did not know, with the devices.
	DeferredCommands() ([]*feed.Command, []app.ID, error)
	// Membership is a version of a person's scopes (0 = the latest), nil if
	// there is none; Members lists the people who have one.
	Membership(person app.ID, version uint64) (*feed.Membership, error)
	Members() ([]app.ID, error)
	// EachRecord lists all records, AllScopes all scopes that ever held one.
	EachRecord(fn func(key app.Key, body []byte) error) error
	AllScopes() ([]app.Scope, error)
	// Reconciling is until when commands of before a restore wait for each
	// other; 0 = the server never came back from a backup.
	Reconciling() (app.Time, error)
	// BooksClosed is the epoch whose books CloseBooks has closed; 0 = none.
	BooksClosed() (uint64, error)
	// ParkedOn lists the parked commands about a record, ParkedCommands at most
	// limit of all, both by feed.Parked.Order.
	ParkedOn(app.Key) ([]feed.Parked, error)
	ParkedCommands(limit int) ([]feed.Parked, error)
	// LostWriter reports whether a writer may have been given to a device after
	// the backup.
	LostWriter(number uint32) (bool, error)
	// EventHash is a stored hash of the chain, EventLeaf an event's leaf.
	EventHash(pos int64) ([32]byte, error)
	EventLeaf(seq uint64) ([]byte, error)
}

// Tx is the one transaction that writes.
type Tx interface {
	app.Tx
	View
	// FeedChanges are the changes since the innermost Savepoint began.
	FeedChanges() []feed.Change
	AppendEvent(seq uint64, c *feed.Command, at app.Time, leaf []byte) error
	PutEventHash(pos int64, hash [32]byte) error
	PutPatch(feed.PatchRow) error
	PutScopeRow(feed.ScopeRow) error
	AddSum(app.Scope, feed.Sum) error
	SetSum(app.Scope, feed.Sum) error
	PutResult(feed.StoredResult) error
	SetNext(writer, next uint32) error
	Defer(c *feed.Command, device app.ID) error
	Undefer(app.CommandID) error
	PutMembership(person app.ID, m feed.Membership, at app.Time) error
	Park(feed.Parked) error
	Unpark(app.CommandID) error
	ClaimWriter(number uint32, device app.ID, at app.Time) error
	SetBooksClosed(epoch uint64) error
	PutPurged(device app.ID, key app.Key, at app.Time) error
}

// Store opens transactions: many that read, one that writes.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Read(ctx context.Context, fn func(View) error) error
}

// Over makes a Store of one whose transactions have their own types.
func Over[T Tx, V View](s interface {
	Write(context.Context, func(T) error) error
	Read(context.Context, func(V) error) error
}) Store {
	return over[T, V]{s}
}

type over[T Tx, V View] struct {
	s interface {
		Write(context.Context, func(T) error) error
		Read(context.Context, func(V) error) error
	}
}

func (o over[T, V]) Write(ctx context.Context, fn func(Tx) error) error {
	return o.s.Write(ctx, func(tx T) error { return fn(tx) })
}

func (o over[T, V]) Read(ctx context.Context, fn func(View) error) error {
	return o.s.Read(ctx, func(v V) error { return fn(v) })
}
