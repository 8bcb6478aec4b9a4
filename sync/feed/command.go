package feed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// Limits on commands.
const (
	MaxCommand  = 256 << 10 // bytes of one command's arguments
	MaxCommands = 256       // commands in one batch
)

// Command is a signed command as it travels and as the server keeps it. The
// arguments stay raw, so that a server can keep a command it does not know.
type Command struct {
	ID         app.CommandID
	Name       string
	Target     app.Key
	Base       uint64
	Actor      app.ID
	Delegation app.ID
	At         app.Time
	ServerSeen app.Time
	Args       []byte // CBOR
	Signature  []byte // Ed25519 over commandContext and the array of the fields above
}

const commandContext = "khonggiay command 1\x00"

// commandBody is the array that is signed; a stored command has the signature
// as one more element.
type commandBody struct {
	_          struct{} `cbor:",toarray"`
	ID         app.CommandID
	Name       string
	Kind       app.Kind
	Target     app.ID
	Base       uint64
	Actor      app.ID
	Delegation app.ID
	At         app.Time
	ServerSeen app.Time
	Args       cbor.RawMessage
}

type commandFile struct {
	_         struct{} `cbor:",toarray"`
	Body      cbor.RawMessage
	Signature []byte
}

// ErrUnknownCommand says that this version has no such command.
var ErrUnknownCommand = errors.New("feed: unknown command")

// NewCommand encodes the command's arguments and has sign put the device's
// signature under it. sign gets the bytes to sign.
func NewCommand(c *app.Command, sign func([]byte) ([]byte, error)) (*Command, error) {
	args, err := encMode.Marshal(c.Args)
	if err != nil {
		return nil, fmt.Errorf("feed: encode arguments of %s: %w", c.Name, err)
	}
	if len(args) > MaxCommand {
		return nil, app.Refuse(app.Invalid, "command.too_large")
	}
	out := &Command{
		ID: c.ID, Name: c.Name, Target: c.Target, Base: c.Base, Actor: c.Actor, Delegation: c.Delegation,
		At: c.At, ServerSeen: c.ServerSeen, Args: args,
	}
	if out.Signature, err = sign(out.signingBytes()); err != nil {
		return nil, fmt.Errorf("feed: sign command: %w", err)
	}
	return out, nil
}

// Renumbered is the same command under another id, signed anew. Its arguments
// stay as they are, also when this version cannot read them.
func (c *Command) Renumbered(id app.CommandID, sign func([]byte) ([]byte, error)) (*Command, error) {
	out := *c
	out.ID = id
	var err error
	if out.Signature, err = sign(out.signingBytes()); err != nil {
		return nil, fmt.Errorf("feed: sign command: %w", err)
	}
	return &out, nil
}

func (c *Command) body() []byte {
	return must(encMode.Marshal(commandBody{
		ID: c.ID, Name: c.Name, Kind: c.Target.Kind, Target: c.Target.ID, Base: c.Base, Actor: c.Actor,
		Delegation: c.Delegation, At: c.At, ServerSeen: c.ServerSeen, Args: c.Args,
	}))
}

func (c *Command) signingBytes() []byte { return append([]byte(commandContext), c.body()...) }

// Verify reports whether the key signed the command.
func (c *Command) Verify(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, c.signingBytes(), c.Signature)
}

// Hash is SHA-256 of what was signed: two commands with one id and different
// hashes are an alarm.
func (c *Command) Hash() app.Hash { return sha256.Sum256(c.signingBytes()) }

// Command decodes the arguments. ErrUnknownCommand if this version has no such command.
func (c *Command) Command() (*app.Command, error) {
	spec := app.SpecOf(c.Name)
	if spec == nil {
		return nil, ErrUnknownCommand
	}
	args := spec.NewArgs()
	if err := decMode.Unmarshal(c.Args, args); err != nil {
		return nil, malformed("arguments of %s: %v", c.Name, err)
	}
	return &app.Command{
		ID: c.ID, Name: c.Name, Target: c.Target, Base: c.Base, Actor: c.Actor, Delegation: c.Delegation,
		At: c.At, ServerSeen: c.ServerSeen, Args: args,
	}, nil
}

// Marshal returns the stored form: [signed array, signature].
func (c *Command) Marshal() []byte {
	return must(encMode.Marshal(commandFile{Body: c.body(), Signature: c.Signature}))
}

// ParseCommand reads the stored form.
func ParseCommand(b []byte) (*Command, error) {
	var f commandFile
	if err := decMode.Unmarshal(b, &f); err != nil {
		return nil, malformed("command: %v", err)
	}
	var body commandBody
	if err := decMode.Unmarshal(f.Body, &body); err != nil {
		return nil, malformed("command: %v", err)
	}
	c := &Command{
		ID: body.ID, Name: body.Name, Target: app.Key{Kind: body.Kind, ID: body.Target}, Base: body.Base,
		Actor: body.Actor, Delegation: body.Delegation, At: body.At, ServerSeen: body.ServerSeen,
		Args: body.Args, Signature: f.Signature,
	}
	if !bytes.Equal(c.body(), f.Body) {
		return nil, malformed("command is not deterministic CBOR")
	}
	return c, c.check()
}

func (c *Command) check() error {
	switch {
	case !c.Target.ID.Valid() || !c.Actor.Valid() || c.Delegation != "" && !c.Delegation.Valid():
		return malformed("command with a bad id")
	case c.ID.Counter() == 0 || len(c.Name) == 0 || len(c.Name) > 64:
		return malformed("command without a counter or name")
	case len(c.Args) > MaxCommand || len(c.Signature) != ed25519.SignatureSize:
		return malformed("command of a bad size")
	}
	if n, err := itemLen(c.Args, maxDepth); err != nil || n != len(c.Args) {
		return malformed("command with bad arguments")
	}
	return nil
}

// batch is a list of commands of one writer, as a request carries it: what is
// common stands once, times are differences.
type batch struct {
	_      struct{} `cbor:",toarray"`
	Writer uint32
	Names  []string
	Actors []app.ID // with the delegations
	List   []batchCommand
}

type batchCommand struct {
	_          struct{} `cbor:",toarray"`
	Counter    int64    // difference to the one before, from 0
	Name       int
	Kind       app.Kind
	Target     app.ID
	Base       uint64
	Actor      int
	Delegation int   // 1 + index, 0 = none
	At         int64 // difference to the one before, from 0
	ServerSeen int64 // At minus this
	Args       cbor.RawMessage
	Signature  []byte
}

// newBatch joins the commands of one writer, nil for none.
func newBatch(commands []*Command) *batch {
	if len(commands) == 0 {
		return nil
	}
	b := &batch{Writer: commands[0].ID.Writer(), Names: []string{}, Actors: []app.ID{}}
	names, actors := map[string]int{}, map[app.ID]int{}
	var counter, at int64
	for _, c := range commands {
		n := batchCommand{
			Counter: int64(c.ID.Counter()) - counter, Name: indexOf(names, &b.Names, c.Name),
			Kind: c.Target.Kind, Target: c.Target.ID, Base: c.Base, Actor: indexOf(actors, &b.Actors, c.Actor),
			At: int64(c.At) - at, ServerSeen: int64(c.At) - int64(c.ServerSeen), Args: c.Args, Signature: c.Signature,
		}
		if c.Delegation != "" {
			n.Delegation = 1 + indexOf(actors, &b.Actors, c.Delegation)
		}
		counter, at = int64(c.ID.Counter()), int64(c.At)
		b.List = append(b.List, n)
	}
	return b
}

func indexOf[T comparable](seen map[T]int, list *[]T, v T) int {
	n, ok := seen[v]
	if !ok {
		n = len(*list)
		seen[v] = n
		*list = append(*list, v)
	}
	return n
}

// commands reads a batch back.
func (b *batch) commands() ([]*Command, error) {
	if b == nil {
		return nil, nil
	}
	if len(b.List) > MaxCommands || b.Writer > app.MaxWriter {
		return nil, malformed("batch of %d commands by writer %d", len(b.List), b.Writer)
	}
	out := make([]*Command, 0, len(b.List))
	var counter, at int64
	for _, n := range b.List {
		counter += n.Counter
		at += n.At
		if n.Counter <= 0 || counter > 1<<32-1 || n.Name < 0 || n.Name >= len(b.Names) || n.Actor < 0 || n.Actor >= len(b.Actors) ||
			n.Delegation < 0 || n.Delegation > len(b.Actors) {
			return nil, malformed("bad command in a batch")
		}
		c := &Command{
			ID: app.NewCommandID(b.Writer, uint32(counter)), Name: b.Names[n.Name], Target: app.Key{Kind: n.Kind, ID: n.Target},
			Base: n.Base, Actor: b.Actors[n.Actor], At: app.Time(at), ServerSeen: app.Time(at - n.ServerSeen), Args: n.Args, Signature: n.Signature,
		}
		if n.Delegation > 0 {
			c.Delegation = b.Actors[n.Delegation-1]
		}
		if err := c.check(); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}
