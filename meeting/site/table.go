package site

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"khonggiay/app"
)

// Codec is how records become bytes.
type Codec struct {
	Encode func(app.Record) ([]byte, error)
	Decode func(app.Kind, []byte) (app.Record, error)
}

// Base is what the laptop holds by itself: a snapshot of its replica.
type Base interface {
	Get(app.Key) (app.Record, error)
	Version(app.Key) (uint64, error)
	Directory() *app.Directory
}

// State is one record as the place sees it.
type State struct {
	Kind app.Kind `json:"kind"`
	ID   app.ID   `json:"id"`
	Body []byte   `json:"body"`
}

// Key names its record.
func (s State) Key() app.Key { return app.Key{Kind: s.Kind, ID: s.ID} }

// maxCommands bounds what one sitting may hold: two thousand people who come,
// speak and vote some times.
const maxCommands = 50_000

var errOtherThings = app.Refuse(app.Invalid, "room.not_of_meeting")

// Table executes what nobody but the person himself may do: his ballots. All else
// the one who carries the meeting enters for him, see [Transcribe]. Its methods
// may be called from any goroutine.
type Table struct {
	meeting app.ID
	codec   Codec

	// mu guards what follows, and makes commands run one after the other.
	mu     sync.Mutex
	states map[app.Key][]byte
	ran    map[app.CommandID]bool
}

// NewTable begins a sitting of the meeting.
func NewTable(meeting app.ID, codec Codec) *Table {
	return &Table{meeting: meeting, codec: codec, states: map[app.Key][]byte{}, ran: map[app.CommandID]bool{}}
}

// Apply runs a command that the person gave, and returns what it changed. A
// command that ran already changes nothing. Refusals are *app.Error.
func (t *Table) Apply(base Base, cmd *app.Command, person app.ID, now app.Time) ([]State, error) {
	switch {
	case cmd.Actor != person || cmd.Delegation != "":
		return nil, app.Refuse(app.Forbidden, "room.not_yours")
	case !strings.HasPrefix(cmd.Name, "ballot."):
		return nil, errOtherThings
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ran[cmd.ID] {
		return nil, nil
	}
	if len(t.ran) >= maxCommands {
		return nil, app.Refuse(app.Full, "room.full")
	}
	tx := &tx{Base: base, table: t, put: map[app.Key][]byte{}}
	if err := app.Execute(tx, cmd, now, false); err != nil {
		return nil, err
	}
	changed, err := t.take(tx.put)
	if err == nil {
		t.ran[cmd.ID] = true
	}
	return changed, err
}

// Try reports what the command would change of the records, and changes nothing.
func Try(base Base, codec Codec, cmd *app.Command, now app.Time) ([]State, error) {
	tx := &tx{Base: base, table: NewTable("", codec), put: map[app.Key][]byte{}}
	if err := app.Execute(tx, cmd, now, false); err != nil {
		return nil, err
	}
	out := make([]State, 0, len(tx.put))
	for key, body := range tx.put {
		out = append(out, State{key.Kind, key.ID, body})
	}
	slices.SortFunc(out, compare)
	return out, nil
}

// Inherit takes over the ballots that another table held before: those in time,
// of votes that are open here, with their persons' own signatures.
func (t *Table) Inherit(base Base, ballots []*app.Ballot) ([]State, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, err := base.Get(app.Key{Kind: app.KindSession, ID: app.SessionID(t.meeting)})
	if err != nil {
		return nil, err
	}
	s, ok := r.(*app.Session)
	if !ok {
		return nil, errOtherThings
	}
	put := map[app.Key][]byte{}
	for _, b := range ballots {
		v := s.Votes[b.Vote]
		if v.State != app.VoteOpened || b.Late || b.Meeting != t.meeting || b.Epoch != v.Epoch ||
			!slices.Contains(v.Eligible, b.Person) || b.ID != app.BallotID(t.meeting, b.Vote, b.Person) || !b.Proof.Verify(b.SignedText()) {
			continue
		}
		if put[b.Key()], err = t.codec.Encode(b); err != nil {
			return nil, err
		}
	}
	return t.take(put)
}

// Ballots are those that are in time, by vote.
func (t *Table) Ballots() (map[app.CommandID][]*app.Ballot, error) {
	out := map[app.CommandID][]*app.Ballot{}
	for _, state := range t.States() {
		r, err := t.codec.Decode(state.Kind, state.Body)
		if err != nil {
			return nil, err
		}
		if b, ok := r.(*app.Ballot); ok && !b.Late {
			out[b.Vote] = append(out[b.Vote], b)
		}
	}
	return out, nil
}

// take keeps what a command has put, if all of it is of this meeting.
func (t *Table) take(put map[app.Key][]byte) ([]State, error) {
	var changed []State
	for key, body := range put {
		r, err := t.codec.Decode(key.Kind, body)
		if err != nil {
			return nil, err
		}
		if !t.ours(r) {
			return nil, errOtherThings
		}
		if !bytes.Equal(t.states[key], body) {
			changed = append(changed, State{key.Kind, key.ID, body})
		}
	}
	for _, s := range changed {
		t.states[s.Key()] = s.Body
	}
	slices.SortFunc(changed, compare)
	return changed, nil
}

func (t *Table) ours(r app.Record) bool {
	switch r := r.(type) {
	case *app.Meeting:
		return r.ID == t.meeting
	case app.MeetingPart:
		return r.OfMeeting() == t.meeting
	}
	return false
}

// States is all that was executed here, in order.
func (t *Table) States() []State {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]State, 0, len(t.states))
	for key, body := range t.states {
		out = append(out, State{key.Kind, key.ID, body})
	}
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b State) int {
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	return strings.Compare(string(a.ID), string(b.ID))
}

// tx runs one command over the base and what was changed at the place before.
type tx struct {
	Base
	table *Table
	put   map[app.Key][]byte
}

// Get implements app.Tx.
func (x *tx) Get(key app.Key) (app.Record, error) {
	for _, states := range []map[app.Key][]byte{x.put, x.table.states} {
		if body, ok := states[key]; ok {
			return x.table.codec.Decode(key.Kind, body)
		}
	}
	return x.Base.Get(key)
}

// Put implements app.Tx.
func (x *tx) Put(r app.Record) error {
	body, err := x.table.codec.Encode(r)
	x.put[r.Key()] = body
	return err
}

// Version implements app.Tx. What was made at the place has one.
func (x *tx) Version(key app.Key) (uint64, error) {
	v, err := x.Base.Version(key)
	if _, ok := x.table.states[key]; ok {
		v = max(v, 1)
	}
	return v, err
}

var errNoBooks = errors.New("site: no command of a meeting asks for numbers")

// NextNumber and the others of app.Tx are of documents.
func (x *tx) NextNumber(app.ID, int) (uint32, bool, error)   { return 0, false, errNoBooks }
func (x *tx) LastNumber(app.ID, int) (uint32, error)         { return 0, errNoBooks }
func (x *tx) SetLastNumber(app.ID, int, uint32) error        { return errNoBooks }
func (x *tx) Numbered(app.ID, int, uint32) ([]app.ID, error) { return nil, errNoBooks }
func (x *tx) Machine(app.ID) (app.Machine, error)            { return app.Machine{}, app.ErrNotFound }
func (x *tx) Issued([]byte, app.Time) bool                   { return false }

var errNoBringing = errors.New("site: nobody brings another's commands to a table")

// Signed implements app.Tx.
func (x *tx) Signed([]byte) (*app.Command, bool, error) { return nil, false, errNoBringing }

// Savepoint implements app.Tx.
func (x *tx) Savepoint(fn func() error) error {
	before := maps.Clone(x.put)
	err := fn()
	if err != nil {
		x.put = before
	}
	return err
}
