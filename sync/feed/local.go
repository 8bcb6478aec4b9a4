package feed

import "khonggiay/app"

// State is where a replica stands.
type State struct {
	Person  app.ID
	Writer  uint32
	Next    uint32 // counter of the next command
	Epoch   uint64 // 0 = nothing pulled yet
	Cursor  []byte
	Member  uint64
	Scopes  []app.Scope
	Level   app.Time // when the replica last was level with the server; 0 = never
	Contact app.Time // when the last page came
	Seen    app.Time // the server's clock on that page
	Skew    app.Time // server's clock minus this machine's
	// The lease: what is held may be shown until Renewed + Lease, by the latest
	// time that this machine has ever known (Latest). Lease 0 = for ever.
	Lease, Renewed, Latest app.Time
}

// OutboxState is what has become of a command.
type OutboxState uint8

// States of a command in the outbox.
const (
	OutWaiting      OutboxState = 1 // not answered yet
	OutRefused      OutboxState = 2 // the author must look at it
	OutDeferred     OutboxState = 3 // the server keeps it for its next version
	OutAcknowledged OutboxState = 4 // accepted; kept for 30 days
	OutDiscarded    OutboxState = 5 // refused, and the author has let it go or given it anew
)

// Pending reports whether the server may still accept the command.
func (s OutboxState) Pending() bool { return s == OutWaiting || s == OutDeferred }

// OutboxRow is one command in the outbox.
type OutboxRow struct {
	ID      app.CommandID
	Target  app.Key
	Name    string
	Command []byte // stored form; nil once erased
	State   OutboxState
	Given   app.Time   // this machine's clock
	Decided app.Time   // the server's clock
	Doubt   *app.Error // the last local run failed: the server will probably refuse
	Result  *Result
	Receipt int64
	Retry   app.CommandID // given in its place
	Lost    app.Time      // when the record left this person's scopes; 0 = it has not
}

type storedError struct {
	Code   app.Code       `cbor:"1,keyasint"`
	Reason string         `cbor:"2,keyasint"`
	Data   map[string]any `cbor:"3,keyasint,omitempty"`
}

// EncodeError is the stored form of a refusal, without its cause; nil for nil.
func EncodeError(e *app.Error) ([]byte, error) {
	if e == nil {
		return nil, nil
	}
	return encMode.Marshal(storedError{Code: e.Code, Reason: e.Reason, Data: e.Data})
}

// DecodeError reads what EncodeError wrote.
func DecodeError(b []byte) (*app.Error, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var s storedError
	if err := decMode.Unmarshal(b, &s); err != nil {
		return nil, malformed("refusal: %v", err)
	}
	return &app.Error{Code: s.Code, Reason: s.Reason, Data: s.Data}, nil
}
