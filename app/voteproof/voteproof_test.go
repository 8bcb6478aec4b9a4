package voteproof

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
)

// authority gives certificates, as the province's does.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func newAuthority(t testing.TB) *authority {
	a := &authority{t: t}
	a.cert, a.key = a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "CA"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

func (a *authority) issue(c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), noon.Add(-time.Hour), noon.Add(24*time.Hour)
	parent, by := c, key
	if a.cert != nil {
		parent, by = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) device(id string) (*x509.Certificate, *ecdsa.PrivateKey) {
	return a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: id}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
}

func (a *authority) server() (*x509.Certificate, *ecdsa.PrivateKey) {
	return a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: enrol.SyncHost}, DNSNames: []string{enrol.SyncHost}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
}

var names = []app.ID{"a", "b", "c", "d"}

// voted makes the protocol of a vote of four, of whom three are in favour and one
// sat at a browser; change alters the facts before they are counted and signed.
func (a *authority) voted(change func(*Facts)) []byte {
	a.t.Helper()
	at := app.TimeOf(noon)
	cert, key := a.server()
	f := Facts{Meeting: &app.Meeting{ID: "m", Title: "Phiên họp thường kỳ", Start: at}, Key: app.NewCommandID(17, 3), Authority: a.cert.Raw, Now: at + 9000,
		Name: func(id app.ID) string { return "Nguyễn " + string(id) },
		Vote: app.Vote{Title: "Thông qua", Type: app.VoteNamed, Threshold: app.TwoThirds, Base: app.OfEligible, State: app.VotePublished, Epoch: 1,
			Opened: at, Closed: at + 5000, Published: at + 6000, Eligible: names, Present: names}}
	for i, p := range names {
		b := app.Ballot{PartOf: app.PartOf{Meeting: "m"}, Vote: f.Key, Epoch: 1, Person: p, Choice: app.ChoiceFor, Given: at + 900, At: at + 1000}
		if i == 3 {
			b.Choice, b.Text = app.ChoiceOther, "Đề nghị xem lại điều 3"
		}
		device, dc, dk := app.HostServer, cert, key
		if i > 0 {
			device = "dev." + p
			dc, dk = a.device(string(device))
			f.Devices = append(f.Devices, Device{ID: device, Person: p})
		}
		var err error
		if b.Proof, err = Prove(device, dc.Raw, dk, b.SignedText()); err != nil {
			a.t.Fatal(err)
		}
		f.Ballots = append(f.Ballots, b)
	}
	f.Vote.Result = app.Tally(f.Vote, f.Ballots)
	if change != nil {
		change(&f)
	}
	out, err := Make(f, cert.Raw, key)
	if err != nil {
		a.t.Fatal(err)
	}
	return out
}

func codes(r *Report) (out []Code) {
	for _, f := range r.Findings {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestGoodProtocol(t *testing.T) {
	a := newAuthority(t)
	file := a.voted(nil)
	for _, root := range []*x509.Certificate{nil, a.cert} {
		r, err := Check(file, root)
		if err != nil || !r.Good() || !r.Counted.Passed || r.Counted.Cast != 4 || r.Given != (root != nil) {
			t.Fatalf("%v %+v", err, r)
		}
	}
	var loose bytes.Buffer
	if err := json.Indent(&loose, file, "", "\t"); err != nil {
		t.Fatal(err)
	}
	if r, err := Check(loose.Bytes(), a.cert); err != nil || !r.Good() {
		t.Errorf("indented by an editor: %v %+v", err, r)
	}
	if r, err := Check(file, newAuthority(t).cert); err != nil || !slices.Contains(codes(r), OtherAuthority) || !slices.Contains(codes(r), CertificateBad) {
		t.Errorf("by another authority: %v %+v", err, r)
	}
}

// TestEveryAlterationIsFound: of a file, and of what its maker himself put in.
func TestEveryAlterationIsFound(t *testing.T) {
	a := newAuthority(t)
	edit := func(from, to string) []byte {
		file := a.voted(nil)
		out := bytes.Replace(file, []byte(from), []byte(to), 1)
		if bytes.Equal(out, file) {
			t.Fatalf("%s is not in the file", from)
		}
		return out
	}
	foreign := newAuthority(t)
	for what, c := range map[string]struct {
		file []byte
		want Code
	}{
		"a choice in the file":    {edit(`"choice":"DONG_Y"`, `"choice":"KHONG_DONG_Y"`), BallotAltered},
		"the result in the file":  {edit(`"passed":true`, `"passed":false`), Unsigned},
		"a title in the file":     {edit(`Thông qua`, `Bác bỏ`), Unsigned},
		"a text in the file":      {edit(`xem lại`, `giữ nguyên`), BallotAltered},
		"a ballot less":           {a.voted(func(f *Facts) { f.Ballots = f.Ballots[1:] }), BallotMissing},
		"a ballot more":           {a.voted(func(f *Facts) { delete(f.Vote.Result.Named, "b") }), BallotAdded},
		"a ballot twice":          {a.voted(func(f *Facts) { f.Ballots = append(f.Ballots, f.Ballots[2]) }), BallotTwice},
		"another choice by maker": {a.voted(func(f *Facts) { f.Ballots[1].Choice = app.ChoiceAgainst }), BallotAltered},
		"another result by maker": {a.voted(func(f *Facts) { f.Vote.Result.Passed = false }), ResultDiffers},
		"another base":            {a.voted(func(f *Facts) { f.Vote.Eligible = append(slices.Clone(names), "e", "f", "g") }), ResultDiffers},
		"somebody without a vote": {a.voted(func(f *Facts) { f.Vote.Eligible = f.Vote.Eligible[1:] }), NotEligible},
		"another epoch":           {a.voted(func(f *Facts) { f.Vote.Epoch = 2 }), WrongEpoch},
		"after the closing":       {a.voted(func(f *Facts) { f.Ballots[1].At = f.Vote.Closed + 1 }), LateCounted},
		"somebody else's machine": {a.voted(func(f *Facts) { f.Devices[0].Person = "c" }), ForeignDevice},
		"an unknown machine":      {a.voted(func(f *Facts) { f.Devices = f.Devices[1:] }), ForeignDevice},
		"rules that do not exist": {a.voted(func(f *Facts) { f.Vote.Threshold = "x" }), RulesUnreadable},
		"a device of nowhere": {a.voted(func(f *Facts) {
			cert, key := foreign.device("dev.b")
			f.Ballots[1].Proof, _ = Prove("dev.b", cert.Raw, key, f.Ballots[1].SignedText())
		}), CertificateBad},
		"a device as the server": {a.voted(func(f *Facts) {
			cert, key := a.device("dev.b")
			f.Ballots[1].Proof, _ = Prove(app.HostServer, cert.Raw, key, f.Ballots[1].SignedText())
		}), CertificateBad},
		"a certificate out of force": {a.voted(func(f *Facts) { f.Ballots[1].At -= 48 * 3600_000 }), CertificateBad},
	} {
		r, err := Check(c.file, a.cert)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if !slices.Contains(codes(r), c.want) {
			t.Errorf("%s: %v, want %s", what, r.Findings, c.want)
		}
	}
	cert, key := a.device("dev.x") // a member's machine signs a protocol of its own
	var f File
	if err := json.Unmarshal(a.voted(nil), &f); err != nil {
		t.Fatal(err)
	}
	text, _ := canonical(f.Protocol)
	value, _ := sign(key, text)
	file, _ := canonical(File{f.Protocol, Signature{cert.Raw, value}})
	if r, err := Check(file, a.cert); err != nil || !slices.Equal(codes(r), []Code{Stranger}) && !slices.Equal(codes(r), []Code{Stranger, Unsigned}) {
		t.Errorf("signed by a machine: %v %+v", err, r)
	}
}

// TestGraceInProtocol: what came after the closing counts for whom it was given.
func TestGraceInProtocol(t *testing.T) {
	a := newAuthority(t)
	file := a.voted(func(f *Facts) {
		f.Ballots[1].At = f.Vote.Closed + 500
		f.Vote.Grace, f.Vote.GraceUntil = []app.ID{"b"}, f.Vote.Closed+900
	})
	if r, err := Check(file, a.cert); err != nil || !r.Good() {
		t.Errorf("%v %+v", err, r)
	}
}

func TestUnreadable(t *testing.T) {
	for _, file := range []string{"", "{}", "[]", `{"protocol":{"type":"khonggiay.vote.2"}}`, `{"protocol":{"type":"khonggiay.vote.1"}}`, `{"protocol":{},"protocol":{}}`,
		`{"protocol":{"type":"khonggiay.vote.1","more":1}}`} {
		if r, err := Check([]byte(file), nil); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v %+v", file, err, r)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(newAuthority(f).voted(nil))
	f.Add([]byte(`{"protocol":{"type":"khonggiay.vote.1"}}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := Check(file, nil)
		if (r == nil) == (err == nil) {
			t.Fatalf("%v %v", r, err)
		}
		if r != nil && len(r.Protocol.Ballots) == 0 && r.Counted.Passed {
			t.Fatal("passed without a ballot")
		}
	})
}
