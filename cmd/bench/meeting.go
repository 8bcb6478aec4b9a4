package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/voteproof"
	"khonggiay/sync/hub"
)

// benchMeeting measures a vote of n people: the server's own store and hub, over
// HTTP on the loopback; one member is a whole replica, the others are streams of
// the same protocol whose pages are read, put together and decoded, and of whom
// nothing is kept on a disk.
func benchMeeting(args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("meeting", flag.ContinueOnError)
	n := fs.Int("n", 500, "people who have a vote")
	profiles := fs.String("profile", "", "folder for a CPU profile from the closing on")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *n < 10 || *n > 2500 {
		return fmt.Errorf("--n %d: from 10 to 2500", *n)
	}
	dir, err := os.MkdirTemp("", "khonggiay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &meetingBench{out: out, n: *n, dir: dir, profiles: *profiles}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := b.start(ctx); err != nil {
		return err
	}
	defer b.close()
	for _, step := range []func(context.Context) error{b.convene, b.join, b.submit, b.castAll, b.result} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

const (
	meetingID     app.ID = "019ab000-0000-7000-8000-0000000000b1"
	meetingOffice app.ID = "vp"
	secretary     app.ID = "thuky"
)

// voter is one member with his machine.
type voter struct {
	person, device app.ID
	writer         uint32
	key            *ecdsa.PrivateKey
	certificate    []byte
	stream         *voteStream
}

func (v *voter) prove(text []byte) (app.Proof, error) {
	return voteproof.Prove(v.device, v.certificate, v.key, text)
}

type meetingBench struct {
	out      io.Writer
	n        int
	dir      string
	profiles string
	store    *sqlite.Store
	hub      *hub.Hub
	door     *voteDoor
	voters   []*voter
	laptop   *benchClient
	vote     app.CommandID
}

func (b *meetingBench) start(ctx context.Context) error {
	var err error
	b.store, err = sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(b.dir, "server.db"), Role: sqlite.Server, Clock: clock, Holder: app.HolderServer,
		Issued: func([]byte, app.Time) bool { return true }}) // its machines certify themselves
	if err != nil {
		return err
	}
	for i := range b.n {
		v := &voter{person: app.ID(fmt.Sprintf("p%05d", i)), device: app.ID(fmt.Sprintf("may%05d", i))}
		if v.key, v.certificate, err = machineKey(v.device); err != nil {
			return err
		}
		b.voters = append(b.voters, v)
	}
	b.hub, err = hub.New(ctx, hub.Config{Store: hub.Over(b.store), Devices: b, Clock: clock, Epoch: 1, SignKey: benchKey("server"),
		CursorKey: make([]byte, 32), Own: 1, OwnKey: benchKey("own"), FirstLoads: 64})
	if err != nil {
		return err
	}
	b.door, err = b.openDoor()
	return err
}

func (b *meetingBench) close() {
	for _, v := range b.voters {
		if v.stream != nil {
			v.stream.close()
		}
	}
	if b.laptop != nil {
		_ = b.laptop.store.Close()
	}
	b.door.close()
	b.hub.Close()
	_ = b.store.Close()
}

func machineKey(device app.ID) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: string(device)}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	return key, der, err
}

// convene fills the province, enrols the machines and opens the vote.
func (b *meetingBench) convene(ctx context.Context) error {
	records := []app.Record{&app.Unit{ID: meetingOffice, Name: "Văn phòng", Office: true, Level: "department"},
		&app.Person{ID: secretary, Name: "Thư ký", Posts: []app.Post{{Unit: meetingOffice, Role: app.RoleLeader, Main: true}}}}
	people := []app.Invitee{{ID: b.voters[0].person, Role: app.MeetingChair, Voting: true}, {ID: secretary, Role: app.MeetingSecretary}}
	for i, v := range b.voters {
		records = append(records, &app.Person{ID: v.person, Name: fmt.Sprintf("Nguyễn Văn %d", i), Posts: []app.Post{{Unit: meetingOffice, Role: app.RoleOfficer, Main: true}}})
		if i > 0 {
			people = append(people, app.Invitee{ID: v.person, Role: app.MeetingMember, Voting: true})
		}
	}
	if err := b.hub.Import(ctx, records); err != nil {
		return err
	}
	err := b.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, v := range b.voters {
			if err := tx.PutDevice(sqlite.Device{ID: v.device, Person: v.person, Office: meetingOffice, CommandKey: []byte{1}, SealingKey: []byte{1}, Courier: []byte{1}, Enrolled: clock()}); err != nil {
				return err
			}
			var err error
			if v.writer, err = tx.NewWriter(v.device, clock()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	start := clock()
	for _, c := range []struct {
		name string
		args any
	}{
		{"meeting.create.1", &app.MeetingCreate{Unit: meetingOffice, People: people, Fields: app.MeetingFields{Title: "Kỳ họp", Place: "Hội trường", Start: start, End: start + 3600_000}}},
		{"meeting.submit.1", &app.MeetingSubmit{}}, {"meeting.publish.1", &app.MeetingNote{}},
	} {
		if _, err := b.give(ctx, secretary, c.name, meetingID, c.args); err != nil {
			return err
		}
	}
	if err := b.sit(ctx); err != nil {
		return err
	}
	session := app.SessionID(meetingID)
	if b.vote, err = b.give(ctx, secretary, "session.draft_vote.1", session, &app.DraftVote{Meeting: meetingID, Title: "Thông qua Nghị quyết",
		Type: app.VoteNamed, Threshold: app.MoreThanHalf, Base: app.OfEligible}); err != nil {
		return err
	}
	_, err = b.give(ctx, secretary, "session.open_vote.1", session, &app.VoteOpening{Meeting: meetingID, Vote: b.vote})
	return err
}

// sit has the meeting go on.
func (b *meetingBench) sit(ctx context.Context) error {
	var m *app.Meeting
	err := b.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindMeeting, ID: meetingID})
		if err == nil {
			m = r.(*app.Meeting)
		}
		return err
	})
	if err != nil {
		return err
	}
	m.Status = app.MeetingLive
	return b.hub.Import(ctx, []app.Record{m})
}

// give gives a command on the server, as somebody at a browser does.
func (b *meetingBench) give(ctx context.Context, person app.ID, name string, target app.ID, args any) (app.CommandID, error) {
	r, err := b.hub.Give(ctx, &app.Command{Name: name, Target: app.Key{Kind: app.SpecOf(name).Kind, ID: target}, Actor: person, At: clock(), Args: args})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return r.ID, nil
}

// submits is how often the member of the replica gives his ballot.
const submits = 200

// submit gives ballots on a laptop's replica: signed, run, and kept on the disk
// with their place in the outbox. That is what a member waits for.
func (b *meetingBench) submit(ctx context.Context) error {
	v := b.voters[0]
	took := make([]time.Duration, 0, submits)
	for i := range submits {
		cmd := app.Command{Name: "ballot.cast.1", Target: app.Key{Kind: app.KindBallot, ID: app.BallotID(meetingID, b.vote, v.person)},
			Args: &app.BallotCast{Meeting: meetingID, Vote: b.vote, Epoch: 1, Choice: app.Choices[i%2]}}
		began := time.Now()
		if err := app.Prove(&cmd, v.person, clock(), v.prove); err != nil {
			return err
		}
		if _, err := b.laptop.rep.Give(ctx, cmd); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	if err := b.laptop.push(ctx); err != nil {
		return err
	}
	if err := b.laptop.stream.Close(); err != nil {
		return err
	}
	var err error
	if v.stream, err = b.follow(ctx, 0); err != nil { // he waits for the result as the others do
		return err
	}
	return print(b.out, figure{Name: "meeting.vote_submit_ms_p95", Value: quantile(took, .95), Unit: "ms", N: submits,
		More: map[string]any{"p50_ms": quantile(took, .5), "max_ms": quantile(took, 1), "people": b.n}})
}

// castAll brings everybody's ballot to the server.
func (b *meetingBench) castAll(ctx context.Context) error {
	began := time.Now()
	for _, v := range b.voters[1:] {
		cmd := &app.Command{Name: "ballot.cast.1", Args: &app.BallotCast{Meeting: meetingID, Vote: b.vote, Epoch: 1, Choice: app.ChoiceFor}}
		if err := app.Prove(cmd, v.person, clock(), v.prove); err != nil {
			return err
		}
		if _, err := b.give(ctx, v.person, cmd.Name, app.BallotID(meetingID, b.vote, v.person), cmd.Args); err != nil {
			return err
		}
	}
	return print(b.out, figure{Name: "meeting.vote500_cast_s", Value: time.Since(began).Seconds(), Unit: "s", N: b.n - 1})
}

// result closes the vote, publishes it, and waits until every member has read the
// published result from his own stream.
func (b *meetingBench) result(ctx context.Context) error {
	stop, err := profile(b.profiles, "meeting")
	if err != nil {
		return err
	}
	defer stop()
	session := app.SessionID(meetingID)
	began := time.Now()
	if _, err := b.give(ctx, secretary, "session.close_vote.1", session, &app.CloseVote{Meeting: meetingID, Vote: b.vote}); err != nil {
		return err
	}
	closed := time.Since(began)
	if _, err := b.give(ctx, secretary, "session.publish_vote.1", session, &app.VoteRef{Meeting: meetingID, Vote: b.vote}); err != nil {
		return err
	}
	published := time.Since(began)
	var last time.Time
	var bytes int64
	for _, v := range b.voters {
		at, err := v.stream.published()
		if err != nil {
			return fmt.Errorf("%s: %w", v.person, err)
		}
		if at.After(last) {
			last = at
		}
		bytes += v.stream.received()
	}
	return print(b.out, figure{Name: "meeting.vote500_result_s", Value: last.Sub(began).Seconds(), Unit: "s", N: b.n,
		More: map[string]any{"close_s": closed.Seconds(), "publish_s": published.Seconds(), "bytes_per_member": bytes / int64(b.n)}})
}
