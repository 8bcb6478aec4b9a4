package app

import (
	"fmt"
	"sort"
)

// Command is an intent of a person: the only way anything ever changes. It is
// signed by the device, executed at once on the laptop (optimistically) and
// again, with the same code, on the server (for good).
type Command struct {
	ID         CommandID
	Name       string // with its version: "document.direct.1"
	Target     Key    // the record it is about; its lane in the outbox
	Base       uint64 // version of the target that the person saw; 0 for a new record
	Actor      ID     // person
	Delegation ID     // the delegation under which the actor acts, if any
	At         Time   // the device's clock, a claim
	ServerSeen Time   // the latest server time the device had seen
	Args       any    // pointer to the struct that define registered for Name
	// Fresh is set on the machine that gives the command, for the run before it
	// is signed: what that run decides (a holder's number) goes into Args. It
	// does not travel.
	Fresh bool
}

// Tx is one transaction over the records, on the replica or on the server.
// Records returned are the caller's own copies.
type Tx interface {
	// Get returns the record, or ErrNotFound.
	Get(Key) (Record, error)
	// Put stores the record; the store raises its version by one per command.
	Put(Record) error
	// Version is the record's current version, 0 if absent.
	Version(Key) (uint64, error)
	// Directory is the province as this machine knows it.
	Directory() *Directory
	// NextNumber gives the next number of the book in the year. ok is false
	// when this machine does not hold the book, or the book is closed: the
	// number stays pending.
	NextNumber(book ID, year int) (number uint32, ok bool, err error)
	// LastNumber is the last number of the book in the year that this machine
	// has given or, on the server, been told of; SetLastNumber moves it on.
	LastNumber(book ID, year int) (uint32, error)
	SetLastNumber(book ID, year int, number uint32) error
	// Numbered lists the documents that have the number in the book; with year
	// and number 0, those that wait for theirs.
	Numbered(book ID, year int, number uint32) ([]ID, error)
	// Machine returns an enrolled device: on the server only, else ErrNotFound.
	Machine(device ID) (Machine, error)
	// Issued reports whether the province's authority gave a machine the
	// certificate, in force at the time: on the server only, else false.
	Issued(certificate []byte, at Time) bool
	// Signed reads a command that another machine signed, as it lies in an outbox.
	// The server takes only what that machine did sign and its person may still
	// give, and knows whether it was decided before.
	Signed(command []byte) (cmd *Command, decided bool, err error)
	// Savepoint undoes what fn wrote when fn fails.
	Savepoint(fn func() error) error
}

// Exec is one run of one command.
type Exec struct {
	Tx    Tx
	Cmd   *Command
	Actor Actor
	Now   Time // server time on the server; best estimate of it on a laptop
	Dir   *Directory
	// Final is true on the server, where the run decides for good.
	Final bool
}

// Spec describes a command to the codec, the API and the documentation.
type Spec struct {
	Name    string
	Kind    Kind // kind of its target
	NewArgs func() any
	// System commands are given by the server or the administrator's tool
	// only, never by a device or through the API.
	System bool
	// ServerOnly commands are refused offline (Offline, "command.needs_server").
	ServerOnly bool
	run        func(*Exec, any) error
}

var specs = map[string]*Spec{}

// define registers a command. It is called from init functions of this package only.
func define[A any](name string, kind Kind, run func(*Exec, *A) error, opts ...func(*Spec)) {
	if _, dup := specs[name]; dup {
		panic("app: command defined twice: " + name)
	}
	s := &Spec{Name: name, Kind: kind, NewArgs: func() any { return new(A) }}
	s.run = func(x *Exec, args any) error {
		a, ok := args.(*A)
		if !ok {
			return Errorf(Internal, "internal", "command %s: args are %T", name, args)
		}
		return run(x, a)
	}
	for _, o := range opts {
		o(s)
	}
	specs[name] = s
}

func system(s *Spec)     { s.System = true }
func serverOnly(s *Spec) { s.ServerOnly = true }

// SpecOf returns the command's description, or nil when this version does not
// know it (the server then defers the command, never refuses it).
func SpecOf(name string) *Spec { return specs[name] }

// Specs lists all commands, by name.
func Specs() []*Spec {
	out := make([]*Spec, 0, len(specs))
	for _, s := range specs {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Execute runs the command. On error the caller must undo what the run wrote.
// A returned *Error is the refusal that the person will read.
func Execute(tx Tx, cmd *Command, now Time, final bool) error {
	spec := SpecOf(cmd.Name)
	if spec == nil {
		return Refuse(Invalid, "command.unknown").With("name", cmd.Name)
	}
	if spec.Kind != cmd.Target.Kind || !cmd.Target.ID.Valid() {
		return Refuse(Invalid, "command.bad_target")
	}
	NormalizeArgs(cmd.Args)
	if err := CheckSecrecy(cmd.Args); err != nil {
		return err
	}
	if err := CheckLimits(cmd.Args); err != nil {
		return err
	}
	dir := tx.Directory()
	x := &Exec{Tx: tx, Cmd: cmd, Now: now, Dir: dir, Final: final}
	if cmd.Actor == SystemPerson {
		x.Actor = Actor{Person: SystemPerson, System: true, At: now}
	} else {
		if spec.System {
			return Refuse(Forbidden, "command.system_only")
		}
		a, err := dir.Actor(cmd.Actor, cmd.Delegation, now)
		if err != nil {
			return err
		}
		x.Actor = a
	}
	if spec.ServerOnly && !final {
		return Refuse(Offline, "command.needs_server")
	}
	if before, err := x.broughtBefore(); before || err != nil {
		return err
	}
	if err := spec.run(x, cmd.Args); err != nil {
		return fmt.Errorf("%s: %w", cmd.Name, err)
	}
	return nil
}

// SystemPerson gives the commands of the scheduler and of the server itself.
const SystemPerson ID = "system"
