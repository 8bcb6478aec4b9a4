package feed

import (
	"fmt"

	"khonggiay/app"
)

// Protocol is the version that this program speaks; a server speaks N and N-2.
const Protocol = 1

// Request is the body of POST /sync.
type Request struct {
	Protocol int
	Cursor   []byte     // of the last page applied; empty = nothing yet
	Commands []*Command // of one writer, by counter
	Need     []app.Key  // records to be sent whole
	Purged   []app.Key  // records that left the scope and are gone from this disk
	Rate     uint32     // bytes a second that the last pages came at; 0 = not known
	Wait     uint16     // seconds to hold the request open when nothing is new; 0 = answer at once
	Sums     []ScopeSum // what is held, asked about after a mismatch
	Buckets  []Bucketed // buckets to be listed
	// Push only brings Commands and Purged; the answers come on the stream
	// that the device has open.
	Push bool
	// Writers are earlier incarnations of which the laptop still has commands:
	// should the server have been restored, it says where they stand, too.
	Writers []uint32
	// Follows, once the server was restored, is 1 + the counter of the writer's
	// last unanswered command before Commands (1 = there is none): the counters
	// from there on that Commands leaves out will never come.
	Follows uint32
	// Epoch is the one that the laptop knows; Follows is true of it only.
	Epoch uint64
	// Proofs are the receipts of those Commands that were decided before the
	// server was restored.
	Proofs []*Receipt
}

// Bucketed asks for one bucket of a scope.
type Bucketed struct {
	_      struct{} `cbor:",toarray"`
	Scope  app.Scope
	Bucket uint8
}

// Limits on requests.
const (
	MaxNeed    = 1024 // also of Purged
	MaxSums    = 4096
	MaxBuckets = 64
	MaxWriters = 64
	MaxProofs  = MaxCommands
)

type requestBody struct {
	Protocol int        `cbor:"1,keyasint,omitempty"` // absent = 1
	Cursor   []byte     `cbor:"2,keyasint,omitempty"`
	Batch    *batch     `cbor:"3,keyasint,omitempty"`
	Need     []keyRef   `cbor:"4,keyasint,omitempty"`
	Purged   []keyRef   `cbor:"5,keyasint,omitempty"`
	Rate     uint32     `cbor:"6,keyasint,omitempty"`
	Wait     uint16     `cbor:"7,keyasint,omitempty"`
	Sums     []scopeSum `cbor:"8,keyasint,omitempty"`
	Buckets  []Bucketed `cbor:"9,keyasint,omitempty"`
	Push     bool       `cbor:"10,keyasint,omitempty"`
	Writers  []uint32   `cbor:"11,keyasint,omitempty"`
	Follows  uint32     `cbor:"12,keyasint,omitempty"`
	Proofs   []proof    `cbor:"13,keyasint,omitempty"`
	Epoch    uint64     `cbor:"14,keyasint,omitempty"`
}

// proof is a receipt on its way back to the server.
type proof struct {
	_         struct{} `cbor:",toarray"`
	Signed    []byte
	Signature []byte
}

type keyRef struct {
	_    struct{} `cbor:",toarray"`
	Kind app.Kind
	ID   app.ID
}

type scopeSum struct {
	_     struct{} `cbor:",toarray"`
	Scope app.Scope
	Count int64
	Sum   uint64
}

// EncodeRequest returns the request's bytes.
func EncodeRequest(r *Request) ([]byte, error) {
	body := requestBody{
		Cursor: r.Cursor, Batch: newBatch(r.Commands), Need: refs(r.Need), Purged: refs(r.Purged),
		Rate: r.Rate, Wait: r.Wait, Buckets: r.Buckets, Push: r.Push, Writers: r.Writers, Follows: r.Follows, Epoch: r.Epoch,
	}
	for _, p := range r.Proofs {
		body.Proofs = append(body.Proofs, proof{Signed: p.Signed, Signature: p.Signature})
	}
	if r.Protocol != 1 {
		body.Protocol = r.Protocol
	}
	for _, s := range r.Sums {
		body.Sums = append(body.Sums, scopeSum{Scope: s.Scope, Count: s.Count, Sum: s.Sum.Sum})
	}
	b, err := encMode.Marshal(&body)
	if err != nil {
		return nil, fmt.Errorf("feed: encode request: %w", err)
	}
	return pack(b, nil), nil
}

// DecodeRequest reads a request from a laptop.
func DecodeRequest(b []byte) (*Request, error) {
	main, _, err := unpack(b, maxAsk)
	if err != nil {
		return nil, err
	}
	var body requestBody
	if err := decMode.Unmarshal(main, &body); err != nil {
		return nil, malformed("request: %v", err)
	}
	if len(body.Need) > MaxNeed || len(body.Purged) > MaxNeed || len(body.Sums) > MaxSums || len(body.Buckets) > MaxBuckets ||
		len(body.Writers) > MaxWriters || len(body.Proofs) > MaxProofs || len(body.Cursor) > 64<<10 {
		return nil, malformed("request asks for too much")
	}
	r := &Request{Protocol: max(body.Protocol, 1), Cursor: body.Cursor, Rate: body.Rate, Wait: body.Wait, Buckets: body.Buckets, Push: body.Push,
		Writers: body.Writers, Follows: body.Follows, Epoch: body.Epoch}
	if r.Commands, err = body.Batch.commands(); err != nil {
		return nil, err
	}
	if r.Need, err = keys(body.Need); err != nil {
		return nil, err
	}
	if r.Purged, err = keys(body.Purged); err != nil {
		return nil, err
	}
	for _, p := range body.Proofs {
		receipt, err := ReadReceipt(p.Signed, p.Signature)
		if err != nil {
			return nil, err
		}
		r.Proofs = append(r.Proofs, receipt)
	}
	for _, s := range body.Sums {
		r.Sums = append(r.Sums, ScopeSum{Scope: s.Scope, Sum: Sum{Count: s.Count, Sum: s.Sum}})
	}
	return r, nil
}

func refs(keys []app.Key) []keyRef {
	var out []keyRef
	for _, k := range keys {
		out = append(out, keyRef{Kind: k.Kind, ID: k.ID})
	}
	return out
}

func keys(refs []keyRef) ([]app.Key, error) {
	var out []app.Key
	for _, r := range refs {
		if !r.ID.Valid() {
			return nil, malformed("bad id in a request")
		}
		out = append(out, app.Key{Kind: r.Kind, ID: r.ID})
	}
	return out, nil
}
