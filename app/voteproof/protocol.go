package voteproof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/signing"
)

// Type names the format, and its version.
const Type = "khonggiay.vote.1"

// MaxFile is the size of a protocol that is read: 2,500 ballots fit four times.
const MaxFile = 16 << 20

// File is a protocol and the server's signature over its canonical text.
type File struct {
	Protocol  Protocol  `json:"protocol"`
	Signature Signature `json:"signature"`
}

// Signature is over the canonical JSON of a protocol.
type Signature struct {
	Certificate []byte `json:"certificate"` // DER, of the server
	Value       []byte `json:"value"`
}

// Protocol is what is known of one vote.
type Protocol struct {
	Type      string     `json:"type"`
	Made      app.Time   `json:"made"`
	Meeting   Meeting    `json:"meeting"`
	Vote      Vote       `json:"vote"`
	People    []Person   `json:"people"` // who has a vote, by id
	Ballots   []Ballot   `json:"ballots"`
	Devices   []Device   `json:"devices"`
	Authority []byte     `json:"authority"` // certificate, DER, of whoever gave the machines theirs
	Result    VoteResult `json:"result"`
}

// Meeting names the meeting.
type Meeting struct {
	ID    app.ID   `json:"id"`
	Title string   `json:"title"`
	Start app.Time `json:"start"`
}

// Vote is the question and its rules.
type Vote struct {
	ID        app.CommandID `json:"id"`
	Title     string        `json:"title"`
	Text      string        `json:"text,omitempty"`
	Type      app.VoteType  `json:"type"`
	Threshold app.Threshold `json:"threshold"`
	PerMille  int           `json:"permille,omitempty"`
	Base      app.VoteBase  `json:"base"`
	Abstain   bool          `json:"abstain"`
	Epoch     uint32        `json:"epoch"`
	Opened    app.Time      `json:"opened"`
	Closed    app.Time      `json:"closed"`
	Published app.Time      `json:"published"`
	Grace     []app.ID      `json:"grace,omitempty"`
	GraceEnd  app.Time      `json:"graceUntil,omitempty"`
}

// Person has a vote.
type Person struct {
	ID      app.ID `json:"id"`
	Name    string `json:"name"`
	Present bool   `json:"present"`
}

// Ballot is one person's, with the signature of his machine.
type Ballot struct {
	Person app.ID     `json:"person"`
	Epoch  uint32     `json:"epoch"`
	Choice app.Choice `json:"choice"`
	Text   string     `json:"text,omitempty"`
	Given  app.Time   `json:"given"`
	At     app.Time   `json:"at"`
	Late   bool       `json:"late,omitempty"`
	Proof  app.Proof  `json:"proof"`
}

// Device is whose a machine is, as the server says.
type Device struct {
	ID     app.ID `json:"id"`
	Person app.ID `json:"person"`
	Name   string `json:"name,omitempty"`
}

// VoteResult is what was published.
type VoteResult struct {
	Eligible int                   `json:"eligible"`
	Present  int                   `json:"present"`
	Cast     int                   `json:"cast"`
	Counts   map[app.Choice]int    `json:"counts"`
	Named    map[app.ID]app.Choice `json:"named"`
	Passed   bool                  `json:"passed"`
}

// Facts are what a protocol is made from.
type Facts struct {
	Meeting   *app.Meeting
	Key       app.CommandID
	Vote      app.Vote
	Ballots   []app.Ballot
	Devices   []Device
	Authority []byte
	Name      func(app.ID) string
	Now       app.Time
}

// Make writes the protocol and has it signed with the key of the certificate.
func Make(f Facts, certificate []byte, key crypto.Signer) ([]byte, error) {
	v := f.Vote
	p := Protocol{Type: Type, Made: f.Now, Meeting: Meeting{f.Meeting.ID, f.Meeting.Title, f.Meeting.Start}, Devices: f.Devices,
		Vote: Vote{ID: f.Key, Title: v.Title, Text: v.Text, Type: v.Type, Threshold: v.Threshold, PerMille: v.PerMille, Base: v.Base,
			Abstain: v.Abstain, Epoch: v.Epoch, Opened: v.Opened, Closed: v.Closed, Published: v.Published, Grace: v.Grace, GraceEnd: v.GraceUntil},
		People: []Person{}, Ballots: []Ballot{}, Authority: f.Authority, Result: resultOf(v.Result)}
	for _, id := range v.Eligible {
		p.People = append(p.People, Person{ID: id, Name: f.Name(id), Present: slices.Contains(v.Present, id)})
	}
	for _, b := range f.Ballots {
		p.Ballots = append(p.Ballots, Ballot{Person: b.Person, Epoch: b.Epoch, Choice: b.Choice, Text: b.Text, Given: b.Given, At: b.At, Late: b.Late, Proof: b.Proof})
	}
	if p.Devices == nil {
		p.Devices = []Device{}
	}
	text, err := canonical(p)
	if err != nil {
		return nil, err
	}
	sig, err := sign(key, text)
	if err != nil {
		return nil, fmt.Errorf("signing a protocol: %w", err)
	}
	return canonical(File{Protocol: p, Signature: Signature{certificate, sig}})
}

func resultOf(r app.VoteResult) VoteResult {
	counts := map[app.Choice]int{}
	for c, n := range r.Counts {
		if n > 0 {
			counts[c] = n
		}
	}
	named := maps.Clone(r.Named)
	if named == nil {
		named = map[app.ID]app.Choice{}
	}
	return VoteResult{Eligible: r.Eligible, Present: r.Present, Cast: r.Cast, Counts: counts, Named: named, Passed: r.Passed}
}

func canonical(value any) ([]byte, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("protocol: %w", err)
	}
	return signing.Canonical(b)
}

// sign signs as [app.Proof.Verify] checks.
func sign(key crypto.Signer, text []byte) ([]byte, error) {
	if _, ok := key.Public().(ed25519.PublicKey); ok {
		return key.Sign(rand.Reader, text, crypto.Hash(0))
	}
	if _, ok := key.Public().(*ecdsa.PublicKey); !ok {
		return nil, fmt.Errorf("a key of type %T", key.Public())
	}
	sum := sha256.Sum256(text)
	return key.Sign(rand.Reader, sum[:], crypto.SHA256)
}

// Prove signs a text with the key of a certificate, as a ballot bears it.
func Prove(device app.ID, certificate []byte, key crypto.Signer, text []byte) (app.Proof, error) {
	sig, err := sign(key, text)
	return app.Proof{Device: device, Certificate: certificate, Signature: sig}, err
}

// ballot is the record that was signed.
func (p *Protocol) ballot(b Ballot) *app.Ballot {
	return &app.Ballot{PartOf: app.PartOf{Meeting: p.Meeting.ID}, Vote: p.Vote.ID, Epoch: b.Epoch, Person: b.Person, Choice: b.Choice,
		Text: b.Text, Given: b.Given, At: b.At, Late: b.Late, Proof: b.Proof}
}
