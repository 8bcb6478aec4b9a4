package desktop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/voteproof"
)

// prove signs what carries its person's own voice (a ballot, an opinion) with
// the key of this device, and brings the ballots that it counted as the host of
// a meeting.
func (c commander) prove(ctx context.Context, l *link, cmd *app.Command) error {
	id := l.identity()
	if closing, ok := cmd.Args.(*app.CloseVote); ok {
		return c.counted(ctx, id.Device, closing)
	}
	return app.Prove(cmd, id.Person, c.clock.Now(), func(text []byte) (app.Proof, error) {
		return voteproof.Prove(id.Device, id.Certificate, id.Keys.TLS, text)
	})
}

// counted names in a closing record the ballots that are here, when this device
// is the meeting's host: it decides then, and the server takes them as they are.
func (c commander) counted(ctx context.Context, device app.ID, a *app.CloseVote) error {
	return c.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindSession, ID: app.SessionID(a.Meeting)})
		if errors.Is(err, app.ErrNotFound) {
			return nil // the command will be refused
		}
		s, ok := r.(*app.Session)
		if err != nil || !ok || s.Host != device {
			return err
		}
		for _, person := range s.Votes[a.Vote].Eligible {
			r, err := v.Get(app.Key{Kind: app.KindBallot, ID: app.BallotID(a.Meeting, a.Vote, person)})
			if errors.Is(err, app.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if b := r.(*app.Ballot); !b.Late && b.Epoch == s.Votes[a.Vote].Epoch {
				a.Counted = append(a.Counted, countedOf(b))
			}
		}
		return nil
	})
}

// protocols asks the server, which has every ballot and knows whose machine is
// whose. It implements api.Protocols.
type protocols struct{ *App }

// Protocol implements api.Protocols.
func (p protocols) Protocol(ctx context.Context, _ app.Viewer, meeting app.ID, vote app.CommandID) ([]byte, error) {
	l, err := p.enrolled()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/api/meetings/%s/votes/%d/protocol", serverURL, meeting, vote), nil)
	if err != nil {
		return nil, err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, app.Errorf(app.Offline, "session.offline", "protocol: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, voteproof.MaxFile+1))
	if err != nil {
		return nil, app.Errorf(app.Offline, "session.offline", "protocol: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusalOf(b, resp)
	}
	return b, nil
}
