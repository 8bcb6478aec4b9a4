package feed

import (
	"crypto/ed25519"
	"fmt"

	"khonggiay/app"
)

// Status of a command at the server.
type Status uint8

// Statuses.
const (
	Accepted Status = 1
	Refused  Status = 2
	Deferred Status = 3 // kept, not run yet: this server does not know the command
)

// Result is the server's answer to one command.
type Result struct {
	ID     app.CommandID  `cbor:"1,keyasint"`
	Status Status         `cbor:"2,keyasint"`
	Seq    uint64         `cbor:"3,keyasint,omitempty"` // place among all accepted commands
	At     app.Time       `cbor:"4,keyasint,omitempty"` // server's clock at the decision
	Code   app.Code       `cbor:"5,keyasint,omitempty"` // of a refusal
	Reason string         `cbor:"6,keyasint,omitempty"`
	Data   map[string]any `cbor:"7,keyasint,omitempty"`
	Book   app.ID         `cbor:"8,keyasint,omitzero"`  // book that gave Number
	Year   int            `cbor:"9,keyasint,omitempty"` // year in which
	Number uint32         `cbor:"10,keyasint,omitempty"`
	Erase  bool           `cbor:"11,keyasint,omitempty"` // nothing of the command's text may be kept (state secret)
}

// Err is the refusal as people meet it, nil unless refused.
func (r *Result) Err() *app.Error {
	if r.Status != Refused {
		return nil
	}
	return &app.Error{Code: r.Code, Reason: r.Reason, Data: r.Data}
}

// Receipt is a list of results under the server's signature: proof of what
// the server decided, in which epoch and order.
type Receipt struct {
	Epoch     uint64
	Results   []Result
	Signed    []byte // deterministic CBOR of epoch and results
	Signature []byte // Ed25519 over receiptContext and Signed
}

const receiptContext = "khonggiay receipt 1\x00"

type receiptBody struct {
	_       struct{} `cbor:",toarray"`
	Epoch   uint64
	Results []Result
}

// NewReceipt signs results.
func NewReceipt(epoch uint64, results []Result, key ed25519.PrivateKey) (*Receipt, error) {
	b, err := encMode.Marshal(receiptBody{Epoch: epoch, Results: results})
	if err != nil {
		return nil, fmt.Errorf("feed: encode results: %w", err)
	}
	sig := ed25519.Sign(key, append([]byte(receiptContext), b...))
	return &Receipt{Epoch: epoch, Results: results, Signed: b, Signature: sig}, nil
}

// Verify reports whether the server's key made the receipt.
func (r *Receipt) Verify(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, append([]byte(receiptContext), r.Signed...), r.Signature)
}

// ReadReceipt reads a receipt; its signature is not looked at.
func ReadReceipt(b, sig []byte) (*Receipt, error) {
	var body receiptBody
	if err := decMode.Unmarshal(b, &body); err != nil {
		return nil, malformed("results: %v", err)
	}
	return &Receipt{Epoch: body.Epoch, Results: body.Results, Signed: b, Signature: sig}, nil
}
