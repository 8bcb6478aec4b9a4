package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	mathbig "math/big"
	"slices"
	"testing"
	"time"
)

// voter is a machine that signs for its person.
type voter struct {
	key  *ecdsa.PrivateKey
	cert []byte
	id   ID
}

var voters = map[ID]*voter{} // by device: keys are dear

func (w *world) machineOf(person ID) *voter {
	device := ID("dev." + string(person))
	v := voters[device]
	if v == nil {
		v = w.newMachine(device)
		voters[device] = v
	}
	if w.server.machines == nil {
		w.server.machines = map[ID]Machine{}
	}
	w.server.machines[device] = Machine{ID: device, Person: person, Writer: 7}
	return v
}

// newMachine has a key and a certificate of its own making.
func (w *world) newMachine(device ID, organization ...string) *voter {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: mathbig.NewInt(1), Subject: pkix.Name{CommonName: string(device), Organization: organization}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	return &voter{key, der, device}
}

func (v *voter) sign(text []byte) (Proof, error) {
	sum := sha256.Sum256(text)
	sig, err := ecdsa.SignASN1(rand.Reader, v.key, sum[:])
	return Proof{Device: v.id, Certificate: v.cert, Signature: sig}, err
}

// proved has the person's machine sign.
func (w *world) proved(person ID, args any) any {
	if err := Prove(&Command{Args: args}, person, w.now, w.machineOf(person).sign); err != nil {
		w.t.Fatal(err)
	}
	return args
}

// cast gives a ballot as the person.
func (w *world) cast(person ID, vote CommandID, choice Choice) error {
	args := w.proved(person, &BallotCast{Meeting: "m", Vote: vote, Epoch: 1, Choice: choice, Text: "Ý kiến"})
	return w.try(person, "ballot.cast.1", BallotID("m", vote, person), args)
}

// live opens a meeting whose leader, deputy and head have a vote.
func (w *world) live() ID {
	m := w.invited("m")
	m.Status = MeetingLive
	if err := w.server.Put(m); err != nil {
		w.t.Fatal(err)
	}
	return SessionID("m")
}

func (w *world) vote(key CommandID) Vote {
	r, err := w.server.Get(Key{KindSession, SessionID("m")})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*Session).Votes[key]
}

func (w *world) ballot(vote CommandID, person ID) *Ballot {
	r, err := w.server.Get(Key{KindBallot, BallotID("m", vote, person)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*Ballot)
}

// opened drafts and opens a vote.
func (w *world) opened(change func(*DraftVote)) CommandID {
	a := &DraftVote{Meeting: "m", Title: "Thông qua Nghị quyết", Type: VoteNamed, Threshold: MoreThanHalf, Base: OfEligible}
	if change != nil {
		change(a)
	}
	key := w.must("x1.clerk", "session.draft_vote.1", SessionID("m"), a)
	w.must("x1.clerk", "session.open_vote.1", SessionID("m"), &VoteOpening{Meeting: "m", Vote: key})
	return key
}

func TestVoteFromDraftToPublished(t *testing.T) {
	w := newWorld(t)
	s := w.live()
	key := w.must("x1.clerk", "session.draft_vote.1", s, &DraftVote{Meeting: "m", Title: "Thông qua", Type: VoteNamed, Threshold: TwoThirds, Base: OfEligible})
	ref := &VoteRef{"m", key}
	w.refused("can.needs_secretary", "x1.deputy", "session.open_vote.1", s, &VoteOpening{Meeting: "m", Vote: key})
	w.must("x1.leader", "session.ready_vote.1", s, ref)
	w.must("x1.deputy", "attendance.ready.1", AttendanceID("m", "x1.deputy"), &ReadyForVote{Meeting: "m", Vote: key})
	w.refused("vote.no_vote", "x3.leader", "attendance.ready.1", AttendanceID("m", "x3.leader"), &ReadyForVote{Meeting: "m", Vote: key})
	w.refused("command.bad_target", "x1.head", "attendance.ready.1", AttendanceID("m", "x1.deputy"), &ReadyForVote{Meeting: "m", Vote: key})
	if err := w.cast("x1.deputy", key, ChoiceFor); AsError(err).Reason != "vote.wrong_state" {
		t.Errorf("before it is open: %v", err)
	}
	w.must("x1.leader", "session.open_vote.1", s, &VoteOpening{Meeting: "m", Vote: key})
	if v := w.vote(key); !slices.Equal(v.Eligible, []ID{"x1.deputy", "x1.head", "x1.leader"}) || v.Epoch != 1 {
		t.Fatalf("%+v", v)
	}
	for _, c := range []struct {
		person ID
		choice Choice
		reason string
	}{
		{"x1.deputy", ChoiceAgainst, ""}, {"x1.deputy", ChoiceFor, ""}, // the second takes the place of the first
		{"x1.leader", ChoiceFor, ""}, {"x3.leader", ChoiceFor, "vote.no_vote"}, {"x1.head", ChoiceAbstain, "vote.not_offered"},
	} {
		if err := w.cast(c.person, key, c.choice); (err != nil) != (c.reason != "") || err != nil && AsError(err).Reason != c.reason {
			t.Errorf("%v: %v", c, err)
		}
	}
	w.refused("vote.wrong_epoch", "x1.head", "ballot.cast.1", BallotID("m", key, "x1.head"), w.proved("x1.head", &BallotCast{Meeting: "m", Vote: key, Epoch: 2, Choice: ChoiceFor}))
	w.refused("command.bad_target", "x1.head", "ballot.cast.1", BallotID("m", key, "x1.deputy"), w.proved("x1.head", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceFor}))
	w.refused("vote.text_missing", "x1.head", "ballot.cast.1", BallotID("m", key, "x1.head"), w.proved("x1.head", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceOther}))
	for who, want := range map[ID]bool{"x1.deputy": true, "x1.clerk": true, "x1.leader": true, "x1.head": false, "x3.leader": false} {
		if got := w.holdsMeeting(who, Key{KindBallot, BallotID("m", key, "x1.deputy")}); got != want {
			t.Errorf("%s holds the deputy's ballot: %v", who, got)
		}
	}
	w.must("x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: key})
	v := w.vote(key)
	if r := v.Result; !r.Passed || r.Cast != 2 || r.Present != 2 || r.Named["x1.deputy"] != ChoiceFor || len(v.Present) != 2 {
		t.Fatalf("%+v", v)
	}
	if err := w.cast("x1.deputy", key, ChoiceAgainst); AsError(err).Reason != "vote.closed" {
		t.Errorf("changed after the closing: %v", err)
	}
	if err := w.cast("x1.head", key, ChoiceAgainst); err != nil || !w.ballot(key, "x1.head").Late {
		t.Errorf("a late ballot is kept as such: %v", err)
	}
	w.must("x1.clerk", "session.publish_vote.1", s, ref)
	published := w.vote(key).Result
	if published.Late != 1 || !published.Passed {
		t.Errorf("%+v", published)
	}
	for name, args := range map[string]any{"session.close_vote.1": &CloseVote{Meeting: "m", Vote: key}, "session.publish_vote.1": ref,
		"session.count_late.1": ref, "session.open_vote.1": &VoteOpening{Meeting: "m", Vote: key}, "session.enter_totals.1": &VoteTotals{Meeting: "m", Vote: key}} {
		w.refused("vote.wrong_state", "x1.clerk", name, s, args)
	}
	w.must("x1.clerk", "session.void_vote.1", s, &VoteVoidance{"m", key, "Bỏ phiếu lại"})
	if v := w.vote(key); v.State != VoteVoid || v.Published == 0 || v.Result.Cast != 2 || v.Reason == "" {
		t.Errorf("declared void: %+v", v)
	}
}

// TestBallotsNeedASignatureThatIsRight: nothing of a signed ballot can be another.
func TestBallotsNeedASignatureThatIsRight(t *testing.T) {
	w := newWorld(t)
	w.live()
	key := w.opened(nil)
	id := BallotID("m", key, "x1.deputy")
	fresh := func() *BallotCast {
		return w.proved("x1.deputy", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceFor}).(*BallotCast)
	}
	for what, change := range map[string]func(*BallotCast){
		"another choice": func(a *BallotCast) { a.Choice = ChoiceAgainst },
		"another moment": func(a *BallotCast) { a.Given++ },
		"no signature":   func(a *BallotCast) { a.Proof = Proof{} },
		"no certificate": func(a *BallotCast) { a.Proof.Certificate = nil },
		"another device": func(a *BallotCast) { a.Proof.Device = "dev.x1.head" },
		"somebody else's machine": func(a *BallotCast) {
			a.Proof, _ = w.machineOf("x1.head").sign(a.ballot("x1.deputy").SignedText())
		},
	} {
		a := fresh()
		change(a)
		if e := w.refused("vote.bad_proof", "x1.deputy", "ballot.cast.1", id, a); e == nil {
			t.Error(what)
		}
	}
	a := fresh()
	a.Proof.Device = HostServer
	_, err := w.run(w.server, true, &Command{ID: NewCommandID(20, 1), Name: "ballot.cast.1", Target: Key{KindBallot, id}, Actor: "x1.deputy", Args: a})
	if err == nil {
		t.Error("a laptop signs in the server's name")
	}
	w.must("x1.deputy", "ballot.cast.1", id, fresh())
}

func TestSecretVoteHasTotalsOnly(t *testing.T) {
	w := newWorld(t)
	s := w.live()
	key := w.opened(func(a *DraftVote) { a.Type = VoteSecret })
	if err := w.cast("x1.deputy", key, ChoiceFor); AsError(err).Reason != "vote.on_paper" {
		t.Errorf("a secret ballot as a command: %v", err)
	}
	w.must("x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: key})
	w.refused("vote.no_totals", "x1.clerk", "session.publish_vote.1", s, &VoteRef{"m", key})
	w.refused("vote.bad_totals", "x1.clerk", "session.enter_totals.1", s, &VoteTotals{Meeting: "m", Vote: key, For: 3, Invalid: 1})
	w.refused("vote.bad_totals", "x1.clerk", "session.enter_totals.1", s, &VoteTotals{Meeting: "m", Vote: key, Abstain: 1})
	w.must("x1.clerk", "session.enter_totals.1", s, &VoteTotals{Meeting: "m", Vote: key, For: 1, Invalid: 1})
	w.must("x1.clerk", "session.enter_totals.1", s, &VoteTotals{Meeting: "m", Vote: key, For: 2, Invalid: 1}) // a slip of the pen
	w.must("x1.clerk", "session.publish_vote.1", s, &VoteRef{"m", key})
	if r := w.vote(key).Result; !r.Paper || !r.Passed || r.Cast != 3 || r.Named != nil {
		t.Errorf("%+v", r)
	}
	named := w.opened(nil)
	w.must("x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: named})
	w.refused("vote.not_on_paper", "x1.clerk", "session.enter_totals.1", s, &VoteTotals{Meeting: "m", Vote: named, For: 1})
}

func TestGraceCountsWhatCameInTime(t *testing.T) {
	w := newWorld(t)
	s := w.live()
	key := w.opened(nil)
	w.refused("vote.not_eligible", "x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: key, Grace: []ID{"x3.leader"}, GraceUntil: w.now + hour})
	w.refused("vote.bad_grace", "x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: key, Grace: []ID{"x1.head"}, GraceUntil: w.now - 1})
	w.must("x1.clerk", "session.close_vote.1", s, &CloseVote{Meeting: "m", Vote: key, Grace: []ID{"x1.head"}, GraceUntil: w.now + hour})
	for _, p := range []ID{"x1.head", "x1.deputy"} {
		if err := w.cast(p, key, ChoiceFor); err != nil || !w.ballot(key, p).Late {
			t.Fatalf("%s: %v", p, err)
		}
	}
	if err := w.cast("x1.head", key, ChoiceAgainst); err != nil {
		t.Errorf("another mind, in time: %v", err)
	}
	if err := w.cast("x1.deputy", key, ChoiceAgainst); AsError(err).Reason != "vote.closed" {
		t.Errorf("who got no grace: %v", err)
	}
	w.now += 2 * hour
	if err := w.cast("x1.head", key, ChoiceFor); AsError(err).Reason != "vote.closed" {
		t.Errorf("after the grace: %v", err)
	}
	w.must("x1.clerk", "session.count_late.1", s, &VoteRef{"m", key})
	w.must("x1.clerk", "session.count_late.1", s, &VoteRef{"m", key}) // twice is once
	if r := w.vote(key).Result; r.Cast != 1 || r.Named["x1.head"] != ChoiceAgainst || w.ballot(key, "x1.head").Late || !w.ballot(key, "x1.deputy").Late {
		t.Errorf("%+v", r)
	}
	w.must("x1.clerk", "session.publish_vote.1", s, &VoteRef{"m", key})
	w.refused("vote.wrong_state", "x1.clerk", "session.count_late.1", s, &VoteRef{"m", key})
}

// TestHostBringsWhatItCounted: the closing record of a machine that was the host
// brings the ballots that it counted; they count though they come by later.
func TestHostBringsWhatItCounted(t *testing.T) {
	w := newWorld(t)
	s := w.live()
	key := w.opened(nil)
	a := w.proved("x1.deputy", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceFor}).(*BallotCast)
	counted := []CountedBallot{{Person: "x1.deputy", Choice: ChoiceFor, Given: a.Given, Proof: a.Proof}}
	closing := &CloseVote{Meeting: "m", Vote: key, Counted: counted}
	w.refused("vote.not_host", "x1.clerk", "session.close_vote.1", s, closing)
	host := w.machineOf("x1.clerk").id
	r, _ := w.server.Get(Key{KindSession, s})
	r.(*Session).Host = host
	w.server.Put(r)
	closing.Counted[0].Choice = ChoiceAgainst
	w.refused("vote.bad_proof", "x1.clerk", "session.close_vote.1", s, closing)
	closing.Counted[0].Choice = ChoiceFor
	forger := w.newMachine(a.Proof.Device, "forged") // a certificate that the province never gave
	closing.Counted[0].Proof, _ = forger.sign(a.ballot("x1.deputy").SignedText())
	w.refused("vote.bad_proof", "x1.clerk", "session.close_vote.1", s, closing)
	closing.Counted[0].Proof = a.Proof
	w.must("x1.clerk", "session.close_vote.1", s, closing)
	if got := w.vote(key).Result; got.Cast != 1 || got.Named["x1.deputy"] != ChoiceFor {
		t.Errorf("%+v", got)
	}
	w.must("x1.deputy", "ballot.cast.1", BallotID("m", key, "x1.deputy"), a) // it comes by, and changes nothing
	if w.ballot(key, "x1.deputy").Late {
		t.Error("a counted ballot became late")
	}
}

// TestSignedTextIsCanonical: the text that is signed, with all that has to be escaped.
func TestSignedTextIsCanonical(t *testing.T) {
	b := Ballot{PartOf: PartOf{Meeting: "m"}, Vote: 7, Epoch: 2, Person: "p", Choice: ChoiceOther, Text: "Đề nghị \"xem lại\"\n\\ \u2028\x01<", Given: 1}
	want := `{"choice":"Y_KIEN_KHAC","epoch":2,"given":1,"meeting":"m","person":"p","text":"Đề nghị \"xem lại\"\n\\ ` + "\u2028" + `\u0001<","type":"khonggiay.ballot.1","vote":7}`
	if got := string(b.SignedText()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
