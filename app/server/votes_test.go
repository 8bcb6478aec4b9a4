package server

import (
	"crypto/x509"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/app/voteproof"
	"khonggiay/sync/content"
)

// asBrowser gives a command as somebody at a browser, whom the server signs for.
func (f *fixture) asBrowser(person app.ID, name string, target app.ID, args any) app.CommandID {
	f.Helper()
	g, err := f.records.Give(f.Context(), api.Viewer{Person: person}, &app.Command{Name: name, Target: app.Key{Kind: app.SpecOf(name).Kind, ID: target}, Args: args})
	if err != nil {
		f.Fatalf("%s by %s: %v", name, person, err)
	}
	return g.ID
}

// sitting makes a meeting that goes on, of the clerk as secretary and two who vote.
func (f *fixture) sitting() app.ID {
	f.Helper()
	m := app.NewID(f.store.Now())
	start := f.store.Now() + 3600_000
	f.asBrowser(clerk, "meeting.create.1", m, &app.MeetingCreate{Unit: unitCommune, Fields: app.MeetingFields{Title: "Phiên họp", Place: "Hội trường", Start: start, End: start + 3600_000},
		People: []app.Invitee{{ID: leader, Role: app.MeetingChair, Voting: true}, {ID: clerk, Role: app.MeetingSecretary}, {ID: stranger, Role: app.MeetingMember, Voting: true}}})
	f.asBrowser(clerk, "meeting.submit.1", m, &app.MeetingSubmit{})
	f.asBrowser(leader, "meeting.publish.1", m, &app.MeetingNote{})
	err := f.store.Write(f.Context(), func(tx *sqlite.Tx) error {
		r, err := tx.Get(app.Key{Kind: app.KindMeeting, ID: m})
		if err != nil {
			return err
		}
		r.(*app.Meeting).Status = app.MeetingLive
		return tx.Put(r)
	})
	if err != nil {
		f.Fatal(err)
	}
	return m
}

// TestVoteProtocol: one votes on his laptop, one at a browser; the laptop fetches
// the protocol, and whoever has the authority's certificate counts it again.
func TestVoteProtocol(t *testing.T) {
	f := open(t).run()
	l := f.enrol(stranger)
	m := f.sitting()
	s := app.SessionID(m)
	key := f.asBrowser(clerk, "session.draft_vote.1", s, &app.DraftVote{Meeting: m, Title: "Thông qua", Type: app.VoteNamed, Threshold: app.Everybody, Base: app.OfEligible})
	ref := &app.VoteRef{Meeting: m, Vote: key}
	f.asBrowser(clerk, "session.open_vote.1", s, ref)
	f.asBrowser(leader, "ballot.cast.1", app.BallotID(m, key, leader), &app.BallotCast{Meeting: m, Vote: key, Epoch: 1, Choice: app.ChoiceFor})
	args := &app.BallotCast{Meeting: m, Vote: key, Epoch: 1, Choice: app.ChoiceFor}
	cmd := &app.Command{Name: "ballot.cast.1", Args: args}
	err := app.Prove(cmd, stranger, f.store.Now(), func(text []byte) (app.Proof, error) {
		return voteproof.Prove(l.Device, l.Certificate, l.Keys.TLS, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := results(l.pull(l.command("ballot.cast.1", app.Key{Kind: app.KindBallot, ID: app.BallotID(m, key, stranger)}, 0, args)))
	if len(got) != 1 || got[0].Reason != "" {
		t.Fatalf("%+v", got)
	}
	path := "/api/meetings/" + string(m) + "/votes/" + strconv.FormatUint(uint64(key), 10) + "/protocol"
	if resp, b := l.request(http.MethodGet, path, nil); resp.StatusCode != http.StatusConflict {
		t.Errorf("before it is published: %d %s", resp.StatusCode, b)
	}
	f.asBrowser(clerk, "session.close_vote.1", s, &app.CloseVote{Meeting: m, Vote: key})
	f.asBrowser(clerk, "session.publish_vote.1", s, ref)
	resp, file := l.request(http.MethodGet, path, nil)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", resp.StatusCode, file)
	}
	ca, err := x509.ParseCertificate(f.authority.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	r, err := voteproof.Check(file, ca)
	if err != nil || !r.Good() || r.Counted.Cast != 2 || !r.Counted.Passed {
		t.Fatalf("%v %+v", err, r)
	}
	outsider := f.enrol(admin)
	if resp, b := outsider.request(http.MethodGet, path, nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("who is not invited: %d %s", resp.StatusCode, b)
	}
	if resp, err := http.Get("https://" + f.Addr() + path); err == nil {
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		t.Errorf("nobody: %d %s", resp.StatusCode, b)
	}
}

// TestSlipIsClosedAtItsDeadline: nobody has to be there.
func TestSlipIsClosedAtItsDeadline(t *testing.T) {
	f := open(t)
	id := app.NewID(f.store.Now())
	f.asBrowser(clerk, "slip.create.1", id, &app.SlipCreate{Unit: unitCommune, Title: "Chủ trương", Due: f.store.Now() + 3600_000, Silence: app.SilenceAgrees, Threshold: app.MoreThanHalf, Asked: []app.ID{leader, stranger}})
	f.asBrowser(clerk, "slip.send.1", id, &app.SlipNote{})
	c := &slipClock{store: f.store, system: f.Server, log: f.log}
	state := func() app.SlipState {
		var s *app.OpinionSlip
		f.view(func(v *sqlite.View) error {
			r, err := v.Get(app.Key{Kind: app.KindSlip, ID: id})
			if err == nil {
				s = r.(*app.OpinionSlip)
			}
			return err
		})
		return s.State
	}
	if err := c.sweep(t.Context()); err != nil || state() != app.SlipSent {
		t.Fatalf("before: %v %s", err, state())
	}
	f.ahead(2 * time.Hour)
	if err := c.sweep(t.Context()); err != nil || state() != app.SlipClosed {
		t.Fatalf("after: %v %s", err, state())
	}
}

// TestSlipFilesAreFetchedByThoseAsked: the server says that it has a slip's file,
// and gives it to whom the slip asks once it is sent.
func TestSlipFilesAreFetchedByThoseAsked(t *testing.T) {
	f := open(t).run()
	asker, asked, other := f.enrol(clerk), f.enrol(stranger), f.enrol(admin)
	sealed, err := content.Open(t.TempDir(), content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sealed.Close() })
	version, err := sealed.Seal(t.Context(), strings.NewReader(strings.Repeat("dự thảo ", 10_000)))
	if err != nil {
		t.Fatal(err)
	}
	slip := app.Key{Kind: app.KindSlip, ID: app.NewID(f.store.Now())}
	asker.gives("slip.create.1", slip, 0, &app.SlipCreate{Unit: unitCommune, Title: "Chủ trương", Due: f.store.Now() + 3600_000, Asked: []app.ID{stranger},
		Files: []app.NewFile{{Name: "du-thao.pdf", Media: "application/pdf", Content: version, SHA256: version.SHA256}}})
	for _, s := range version.Segments {
		if resp := asker.upload(sealed, s); resp.StatusCode >= 300 {
			t.Fatalf("upload: %s", resp.Status)
		}
	}
	f.complete()
	fetches := func(l *laptop) int {
		resp, _ := l.request(http.MethodGet, content.Path+version.Segments[0].Name.String(), nil)
		return resp.StatusCode
	}
	if got := fetches(asked); got != http.StatusForbidden {
		t.Errorf("before it is sent: %d", got)
	}
	asker.gives("slip.send.1", slip, 0, &app.SlipNote{})
	if fetches(asked) != http.StatusOK || fetches(other) != http.StatusForbidden || !keysOf(asked.pull())[slip] {
		t.Errorf("asked %d, another %d", fetches(asked), fetches(other))
	}
	f.view(func(v *sqlite.View) error {
		r, err := v.Get(slip)
		for _, file := range app.FilesOf(r) {
			if file.AtServer == 0 {
				t.Error("it does not say that the server has it")
			}
		}
		return err
	})
}
