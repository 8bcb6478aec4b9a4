package replica

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// requestBytes bounds the commands of one request, unless a single one is larger.
const requestBytes = 256 << 10

// ErrStale says that a page does not continue what the replica has applied:
// its request was overtaken. It is dropped, nothing is lost.
var ErrStale = errors.New("replica: page does not continue the cursor")

// Session is one request and the pages that answer it, in order.
type Session struct {
	purged []app.Key // told in the request
	// Sent is the last command in the request, 0 when it had none.
	Sent app.CommandID
	// Reopened is set when the server came back from a backup and commands wait
	// again: the next request must follow.
	Reopened bool
}

// Begin builds the next request: everything that waits, and where to go on.
func (r *Replica) Begin(ctx context.Context) (*Session, *feed.Request, error) {
	req := &feed.Request{Protocol: feed.Protocol}
	ses := &Session{}
	err := r.cfg.Store.Read(ctx, func(v View) error {
		s, err := v.SyncState()
		if err != nil {
			return err
		}
		req.Cursor = s.Cursor
		if req.Commands, err = r.outgoing(v); err != nil {
			return err
		}
		if err := r.vouch(v, req, 0); err != nil {
			return err
		}
		if req.Writers, err = r.writers(v, &s); err != nil {
			return err
		}
		if req.Need, err = v.Need(feed.MaxNeed); err != nil {
			return err
		}
		if req.Purged, err = v.Purged(feed.MaxNeed); err != nil {
			return err
		}
		return r.ask(v, &s, req)
	})
	if err != nil {
		return nil, nil, err
	}
	ses.purged = req.Purged
	if n := len(req.Commands); n > 0 {
		ses.Sent = req.Commands[n-1].ID
	}
	return ses, req, nil
}

// BeginPush builds a request that only brings what is new since the last one:
// commands after sent, and acknowledgements. nil when there is nothing.
func (r *Replica) BeginPush(ctx context.Context, sent app.CommandID) (*Session, *feed.Request, error) {
	req := &feed.Request{Protocol: feed.Protocol, Push: true}
	err := r.cfg.Store.Read(ctx, func(v View) error {
		all, err := r.outgoing(v)
		if err != nil {
			return err
		}
		var prev app.CommandID
		for _, c := range all {
			if c.ID > sent {
				req.Commands = append(req.Commands, c)
			} else {
				prev = c.ID
			}
		}
		if err := r.vouch(v, req, prev); err != nil {
			return err
		}
		req.Purged, err = v.Purged(feed.MaxNeed)
		return err
	})
	if err != nil || len(req.Commands) == 0 && len(req.Purged) == 0 {
		return nil, nil, err
	}
	ses := &Session{purged: req.Purged, Sent: sent}
	if n := len(req.Commands); n > 0 {
		ses.Sent = req.Commands[n-1].ID
	}
	return ses, req, nil
}

// Pushed settles a push that the server has taken.
func (r *Replica) Pushed(ctx context.Context, ses *Session) error {
	if len(ses.purged) == 0 {
		return nil
	}
	return r.cfg.Store.WriteLax(ctx, func(tx Tx) error {
		for _, key := range ses.purged {
			if err := tx.DropPurged(key); err != nil {
				return err
			}
		}
		return nil
	})
}

// outgoing lists the unanswered commands of one incarnation, by counter; what
// an earlier one left over goes first.
func (r *Replica) outgoing(v View) ([]*feed.Command, error) {
	rows, err := v.Outbox(feed.OutWaiting, feed.MaxCommands)
	if err != nil {
		return nil, err
	}
	var out []*feed.Command
	size := 0
	for _, row := range rows {
		if row.ID.Writer() != rows[0].ID.Writer() {
			break
		}
		cmd, err := feed.ParseCommand(row.Command)
		if err != nil {
			return nil, err
		}
		if size += len(row.Command); size > requestBytes && len(out) > 0 {
			break
		}
		out = append(out, cmd)
	}
	return out, nil
}

// Apply applies the next page of a session, in one transaction.
func (r *Replica) Apply(ctx context.Context, ses *Session, page *feed.Page) error {
	write := r.cfg.Store.WriteLax
	if page.Receipt != nil {
		if !page.Receipt.Verify(r.cfg.ServerKey) || page.Receipt.Epoch != page.Epoch {
			return app.Refuse(app.Internal, "sync.bad_receipt")
		}
		write = r.cfg.Store.Write
	}
	a := &applier{Replica: r, page: page, sums: map[app.Scope]feed.Sum{}}
	err := write(ctx, func(tx Tx) error {
		a.tx = tx
		return a.apply(ses)
	})
	if err != nil {
		return err
	}
	ses.purged = nil
	ses.Reopened = ses.Reopened || a.reopened
	r.remember(a)
	r.cfg.Changed()
	return nil
}
