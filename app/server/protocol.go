package server

import (
	"cmp"
	"context"
	"crypto"
	"errors"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/voteproof"
)

// prove signs for people at a browser: the server's word stands where a laptop's
// key would, and a protocol says so.
func (s *Server) prove(text []byte) (app.Proof, error) {
	cert := s.authority.ServerCertificate()
	return voteproof.Prove(app.HostServer, cert.Leaf.Raw, cert.PrivateKey.(crypto.Signer), text)
}

// protocols makes the protocols of published votes. It implements api.Protocols.
type protocols struct{ *Server }

// Protocol implements api.Protocols: for everybody who may see the meeting.
func (p protocols) Protocol(ctx context.Context, viewer app.Viewer, meeting app.ID, vote app.CommandID) ([]byte, error) {
	f := voteproof.Facts{Key: vote, Authority: p.authority.Certificate(), Now: p.store.Now(), Name: p.nameOf}
	err := p.store.Read(ctx, func(v *sqlite.View) error {
		r, _, err := v.Record(viewer, app.Key{Kind: app.KindMeeting, ID: meeting})
		if err != nil {
			return err
		}
		f.Meeting = r.(*app.Meeting)
		if f.Vote, err = publishedVote(v, meeting, vote); err != nil {
			return err
		}
		return gather(v, &f)
	})
	if err != nil {
		return nil, err
	}
	cert := p.authority.ServerCertificate()
	return voteproof.Make(f, cert.Leaf.Raw, cert.PrivateKey.(crypto.Signer))
}

func publishedVote(v *sqlite.View, meeting app.ID, key app.CommandID) (app.Vote, error) {
	r, err := v.Get(app.Key{Kind: app.KindSession, ID: app.SessionID(meeting)})
	if err != nil {
		return app.Vote{}, err
	}
	vote, ok := r.(*app.Session).Votes[key]
	switch {
	case !ok:
		return vote, app.ErrNotFound
	case vote.Published == 0:
		return vote, app.Refuse(app.Conflict, "vote.not_published")
	case vote.Type != app.VoteNamed:
		return vote, app.Refuse(app.Conflict, "vote.not_named")
	}
	return vote, nil
}

// gather adds the ballots, and the machines that signed them.
func gather(v *sqlite.View, f *voteproof.Facts) error {
	for _, person := range f.Vote.Eligible {
		r, err := v.Get(app.Key{Kind: app.KindBallot, ID: app.BallotID(f.Meeting.ID, f.Key, person)})
		if errors.Is(err, app.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		b := r.(*app.Ballot)
		f.Ballots = append(f.Ballots, *b)
		if b.Proof.Device == app.HostServer {
			continue
		}
		d, err := v.Device(b.Proof.Device)
		if err != nil && !errors.Is(err, app.ErrNotFound) { // a device that a restored server has forgotten is in no list
			return err
		}
		if err == nil {
			f.Devices = append(f.Devices, voteproof.Device{ID: d.ID, Person: d.Person, Name: d.Name})
		}
	}
	byID := func(a, b voteproof.Device) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(f.Devices, byID)
	f.Devices = slices.CompactFunc(f.Devices, func(a, b voteproof.Device) bool { return a.ID == b.ID })
	return nil
}

func (p protocols) nameOf(person app.ID) string {
	if who := p.store.Directory().Person(person); who != nil {
		return who.Name
	}
	return string(person)
}
