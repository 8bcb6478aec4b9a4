package site

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/app"
)

// signer is a laptop that signs ballots.
func signer(t *testing.T, device string) func([]byte) (app.Proof, error) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: device}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return func(text []byte) (app.Proof, error) {
		sum := sha256.Sum256(text)
		sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		return app.Proof{Device: app.ID(device), Certificate: der, Signature: sig}, err
	}
}

// TestWhatTheTableTakes: whatever is given, by whomever, again and again, the table
// has the last good ballot of each person with a vote, once; what a second table
// inherits of it, and is then given anew, is the same.
func TestWhatTheTableTakes(t *testing.T) {
	people := []app.ID{"chair", "member", "stranger"}
	sign := map[app.ID]func([]byte) (app.Proof, error){}
	for _, p := range people {
		sign[p] = signer(t, "dev."+string(p))
	}
	rapid.Check(t, func(t *rapid.T) {
		base := sitting()
		table := NewTable("m", plain)
		want := map[app.ID]app.Choice{}
		var given []*app.Command
		for i := range rapid.IntRange(1, 12).Draw(t, "commands") {
			at := now + app.Time(i)
			person := rapid.SampledFrom(people).Draw(t, "person")
			by := rapid.SampledFrom(people).Draw(t, "connection")
			cmd := ballot(app.CommandID(100+i), person, rapid.SampledFrom(app.Choices).Draw(t, "choice"))
			a := cmd.Args.(*app.BallotCast)
			a.Epoch = rapid.SampledFrom([]uint32{1, 1, 1, 2}).Draw(t, "epoch")
			if a.Choice == app.ChoiceOther {
				a.Text = "Ý kiến"
			}
			if err := app.Prove(cmd, person, at, sign[person]); err != nil {
				t.Fatal(err)
			}
			forged := rapid.IntRange(0, 4).Draw(t, "forged") == 0
			if forged {
				a.Given++
			}
			if len(given) > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				old := given[rapid.IntRange(0, len(given)-1).Draw(t, "which")]
				if changed, err := table.Apply(base, old, old.Actor, at); err != nil || changed != nil {
					t.Fatalf("given again: %v, %v", changed, err)
				}
			}
			good := by == person && person != "stranger" && a.Epoch == 1 && !forged && a.Choice != app.ChoiceAbstain
			_, err := table.Apply(base, cmd, by, at)
			if (err == nil) != good {
				t.Fatalf("%s by %s, %s, epoch %d, forged %v: %v", person, by, a.Choice, a.Epoch, forged, err)
			}
			if good {
				want[person] = a.Choice
				given = append(given, cmd)
			}
		}
		check := func(table *Table) []*app.Ballot {
			ballots, err := table.Ballots()
			if err != nil || len(ballots[7]) != len(want) {
				t.Fatalf("%d ballots, want %v, %v", len(ballots[7]), want, err)
			}
			for _, b := range ballots[7] {
				if b.Choice != want[b.Person] || !b.Proof.Verify(b.SignedText()) {
					t.Fatalf("%+v, want %s", b, want[b.Person])
				}
			}
			return ballots[7]
		}
		held := check(table)
		if len(held) > 0 && rapid.Bool().Draw(t, "one is forged on the way") {
			forged := *held[0]
			forged.Choice = app.ChoiceAgainst
			forged.Given++
			held = append(held[1:len(held):len(held)], &forged)
		}
		next := NewTable("m", plain)
		if _, err := next.Inherit(base, held); err != nil {
			t.Fatal(err)
		}
		for _, cmd := range given { // their laptops tell the next host all that they gave
			if _, err := next.Apply(base, cmd, cmd.Actor, now+100); err != nil {
				t.Fatal(err)
			}
		}
		check(next)
	})
}
