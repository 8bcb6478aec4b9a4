package voteproof

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/signing"
)

// ErrUnreadable is a file that is no protocol.
var ErrUnreadable = errors.New("voteproof: not a protocol of a vote")

// Code says what is wrong with a protocol.
type Code string

// What can be wrong.
const (
	Unsigned        Code = "unsigned"         // the server's signature is not right for the text
	Stranger        Code = "stranger"         // the certificate under the whole is not the server's
	OtherAuthority  Code = "other_authority"  // the file's authority is not the one that was given
	BallotAltered   Code = "ballot_altered"   // the signature is not right for the ballot
	BallotTwice     Code = "ballot_twice"     // two ballots of one person
	BallotMissing   Code = "ballot_missing"   // somebody is counted and has no ballot
	BallotAdded     Code = "ballot_added"     // somebody has a ballot and is not counted
	NotEligible     Code = "not_eligible"     // a ballot of somebody without a vote
	WrongEpoch      Code = "wrong_epoch"      // given under another host
	LateCounted     Code = "late_counted"     // came after the closing, and not in the time that it gave
	CertificateBad  Code = "certificate_bad"  // not of the authority, or not in force when it was given
	ForeignDevice   Code = "foreign_device"   // the machine is not the person's
	ResultDiffers   Code = "result_differs"   // the ballots give another result
	RulesUnreadable Code = "rules_unreadable" // a kind of vote, threshold or base that has no protocol
)

// Finding is one thing that is wrong.
type Finding struct {
	Code   Code   `json:"code"`
	Person app.ID `json:"person,omitempty"`
}

// Report is what a check says.
type Report struct {
	Protocol *Protocol  `json:"protocol"`
	Counted  VoteResult `json:"counted"` // again, from the ballots
	Findings []Finding  `json:"findings"`
	// Print is the SHA-256 of the authority on which it rests, and Given whether
	// whoever checks brought it himself.
	Print app.Hash `json:"authority"`
	Given bool     `json:"authorityGiven"`
}

// Good reports whether nothing is wrong.
func (r *Report) Good() bool { return len(r.Findings) == 0 }

// Check reads a protocol and counts the vote again. Authority is the province's
// certificate, from whoever checks; with nil the file's own is believed, which
// finds what was altered by anybody but its maker.
func Check(file []byte, authority *x509.Certificate) (*Report, error) {
	f, text, err := read(file)
	if err != nil {
		return nil, err
	}
	c := &checking{p: &f.Protocol, report: &Report{Protocol: &f.Protocol, Findings: []Finding{}, Given: authority != nil}}
	if err := c.trust(authority); err != nil {
		return nil, err
	}
	c.whole(f.Signature, text)
	c.ballots()
	c.count()
	return c.report, nil
}

// read takes a file apart; text is what was signed.
func read(file []byte) (*File, []byte, error) {
	if len(file) > MaxFile {
		return nil, nil, ErrUnreadable
	}
	one, err := signing.Canonical(file)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	var f File
	d := json.NewDecoder(bytes.NewReader(one))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if f.Protocol.Type != Type {
		return nil, nil, fmt.Errorf("%w: type %q", ErrUnreadable, f.Protocol.Type)
	}
	var raw struct {
		Protocol json.RawMessage `json:"protocol"`
	}
	if err := json.Unmarshal(one, &raw); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return &f, raw.Protocol, nil
}

type checking struct {
	p      *Protocol
	roots  *x509.CertPool
	report *Report
}

func (c *checking) find(code Code, person app.ID) {
	c.report.Findings = append(c.report.Findings, Finding{code, person})
}

// trust settles on whose word certificates are taken.
func (c *checking) trust(given *x509.Certificate) error {
	own, err := x509.ParseCertificate(c.p.Authority)
	if err != nil {
		return fmt.Errorf("%w: authority: %w", ErrUnreadable, err)
	}
	root := own
	if given != nil {
		if root = given; !given.Equal(own) {
			c.find(OtherAuthority, "")
		}
	}
	c.report.Print = sha256.Sum256(root.Raw)
	c.roots = x509.NewCertPool()
	c.roots.AddCert(root)
	return nil
}

// issued reports whether the authority gave the certificate, in force at the time.
func (c *checking) issued(cert *x509.Certificate, at app.Time) bool {
	_, err := cert.Verify(x509.VerifyOptions{Roots: c.roots, CurrentTime: at.Std(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// whole checks the server's signature over everything.
func (c *checking) whole(s Signature, text []byte) {
	if !(app.Proof{Device: app.HostServer, Certificate: s.Certificate, Signature: s.Value}).Verify(text) {
		c.find(Unsigned, "")
	}
	if !c.server(s.Certificate, c.p.Made) {
		c.find(Stranger, "")
	}
}

// server reports whether a certificate is the provincial server's.
func (c *checking) server(der []byte, at app.Time) bool {
	cert, err := x509.ParseCertificate(der)
	return err == nil && slices.Contains(cert.DNSNames, enrol.SyncHost) && c.issued(cert, at)
}

func (c *checking) ballots() {
	eligible := map[app.ID]bool{}
	for _, p := range c.p.People {
		eligible[p.ID] = true
	}
	owner := map[app.ID]app.ID{}
	for _, d := range c.p.Devices {
		owner[d.ID] = d.Person
	}
	seen := map[app.ID]bool{}
	for _, b := range c.p.Ballots {
		if seen[b.Person] {
			c.find(BallotTwice, b.Person)
		}
		seen[b.Person] = true
		if !eligible[b.Person] {
			c.find(NotEligible, b.Person)
		}
		c.ballot(b, owner)
	}
}

// ballot checks one ballot by itself. A late one is not counted, and yet nobody
// may put words into its giver's mouth.
func (c *checking) ballot(b Ballot, owner map[app.ID]app.ID) {
	if !b.Proof.Verify(c.p.ballot(b).SignedText()) {
		c.find(BallotAltered, b.Person)
	}
	cert, err := x509.ParseCertificate(b.Proof.Certificate)
	switch {
	case b.Proof.Device == app.HostServer:
		if !c.server(b.Proof.Certificate, b.At) {
			c.find(CertificateBad, b.Person)
		}
	case err != nil || !c.issued(cert, b.At):
		c.find(CertificateBad, b.Person)
	case owner[b.Proof.Device] != b.Person:
		c.find(ForeignDevice, b.Person)
	}
	if b.Late {
		return
	}
	if b.Epoch != c.p.Vote.Epoch {
		c.find(WrongEpoch, b.Person)
	}
	inGrace := slices.Contains(c.p.Vote.Grace, b.Person) && b.At <= c.p.Vote.GraceEnd
	if b.At > c.p.Vote.Closed && !inGrace {
		c.find(LateCounted, b.Person)
	}
}

// count counts the ballots again, by the rules of the vote.
func (c *checking) count() {
	v := app.Vote{Type: c.p.Vote.Type, Threshold: c.p.Vote.Threshold, PerMille: c.p.Vote.PerMille, Base: c.p.Vote.Base,
		Abstain: c.p.Vote.Abstain, Epoch: c.p.Vote.Epoch}
	if v.Type != app.VoteNamed || !slices.Contains([]app.Threshold{app.MoreThanHalf, app.TwoThirds, app.Everybody, app.CustomShare}, v.Threshold) ||
		!slices.Contains([]app.VoteBase{app.OfEligible, app.OfPresent, app.OfCast}, v.Base) {
		c.find(RulesUnreadable, "")
	}
	for _, p := range c.p.People {
		v.Eligible = append(v.Eligible, p.ID)
		if p.Present {
			v.Present = append(v.Present, p.ID)
		}
	}
	ballots := make([]app.Ballot, 0, len(c.p.Ballots))
	for _, b := range c.p.Ballots {
		ballots = append(ballots, *c.p.ballot(b))
	}
	got, want := resultOf(app.Tally(v, ballots)), c.p.Result
	c.report.Counted = got
	for _, p := range slices.Sorted(maps.Keys(want.Named)) {
		if _, ok := got.Named[p]; !ok {
			c.find(BallotMissing, p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(got.Named)) {
		if _, ok := want.Named[p]; !ok {
			c.find(BallotAdded, p)
		}
	}
	if got.Eligible != want.Eligible || got.Present != want.Present || got.Cast != want.Cast || got.Passed != want.Passed ||
		!maps.Equal(got.Counts, want.Counts) || !maps.Equal(got.Named, want.Named) {
		c.find(ResultDiffers, "")
	}
}
