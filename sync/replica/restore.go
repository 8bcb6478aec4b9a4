package replica

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
)

// When the server has come back from a backup, what it has forgotten is still
// here: commands that it had accepted are kept for 30 days. They wait again,
// and go up in their order, as they were signed, with the receipts that say
// what had been decided. What was refused stays refused.

// proofBytes bounds the receipts of one request.
const proofBytes = 512 << 10

// reopen puts answered commands back that the server does not know, when the
// page is the first of another epoch. What they had changed counts as changed
// here, so that they run again when the server's state of it comes. A replica
// whose disk was damaged may not know its epoch any more: then the server is
// taken for a restored one when it lacks what it had accepted.
func (a *applier) reopen() error {
	p := a.page
	if len(p.Cursor) == 0 || p.Epoch == a.state.Epoch {
		return nil
	}
	unsure := a.state.Epoch == 0
	writers, err := a.tx.OutboxWriters()
	if err != nil {
		return err
	}
	again := 0
	for _, n := range writers {
		next, told := standing(p, n)
		if unsure && !told {
			continue
		}
		rows, err := a.tx.OutboxFrom(app.NewCommandID(n, next))
		if err != nil {
			return err
		}
		for i := range rows {
			done, err := a.again(&rows[i])
			if err != nil {
				return err
			}
			if done {
				again++
			}
		}
	}
	if unsure && again == 0 {
		return nil
	}
	a.reopened = true
	a.cfg.Log.Warn("the server came back from a backup", "epoch", p.Epoch, "again", again)
	return a.tx.SetServerRestored(p.Epoch)
}

// standing is the counter at which a restored server goes on with a writer; it
// begins at 1 with one of which the page does not tell.
func standing(p *feed.Page, writer uint32) (next uint32, told bool) {
	for _, s := range p.Standing {
		if s.Writer == writer {
			return max(s.Next, 1), true
		}
	}
	return 1, false
}

// again has an accepted or deferred command wait once more.
func (a *applier) again(row *feed.OutboxRow) (bool, error) {
	if row.Command == nil || row.State != feed.OutAcknowledged && row.State != feed.OutDeferred {
		return false, nil
	}
	row.State, row.Doubt = feed.OutWaiting, nil
	if !decidedBefore(row) {
		row.Result, row.Receipt = nil, 0
	}
	if err := a.tx.PutOutbox(*row); err != nil {
		return false, err
	}
	if cmd, err := readCommand(row); err != nil || cmd == nil {
		return true, err // of another version: it never ran here
	}
	if err := a.tx.Touch(row.ID, row.Target); err != nil {
		return false, err
	}
	_, _, ok, err := a.tx.Base(row.Target)
	if err != nil || ok {
		return true, err
	}
	body, version, err := a.tx.Body(row.Target)
	if err != nil {
		return false, err
	}
	return true, a.tx.SetBase(row.Target, body, version)
}

// decidedBefore reports whether the command was accepted before the server was
// restored, and waits for that again.
func decidedBefore(row *feed.OutboxRow) bool {
	return row.State.Pending() && row.Result != nil && row.Result.Status == feed.Accepted
}

// vouch adds to a request what a restored server needs to take its commands:
// which counters will never come, and the receipts of those it had decided.
// prev is the writer's last waiting command before them, 0 for none.
func (r *Replica) vouch(v View, req *feed.Request, prev app.CommandID) error {
	restored, err := v.ServerRestored()
	if err != nil || !restored || len(req.Commands) == 0 {
		return err
	}
	s, err := v.SyncState()
	if err != nil {
		return err
	}
	req.Follows, req.Epoch = prev.Counter()+1, s.Epoch
	size, seen := 0, map[int64]bool{}
	for i, cmd := range req.Commands {
		row, err := v.OutboxRow(cmd.ID)
		if err != nil {
			return err
		}
		if row == nil || !decidedBefore(row) || seen[row.Receipt] {
			continue
		}
		receipt, err := v.Receipt(row.Receipt)
		if err != nil {
			return err
		}
		if receipt == nil {
			continue
		}
		if size += len(receipt.Signed); size > proofBytes && i > 0 {
			req.Commands = req.Commands[:i]
			return nil
		}
		seen[row.Receipt] = true
		req.Proofs = append(req.Proofs, receipt)
	}
	return nil
}

// writers lists earlier incarnations that still have commands here.
func (r *Replica) writers(v View, s *feed.State) ([]uint32, error) {
	all, err := v.OutboxWriters()
	if err != nil {
		return nil, err
	}
	var out []uint32
	for _, n := range all {
		if n != s.Writer && len(out) < feed.MaxWriters {
			out = append(out, n)
		}
	}
	return out, nil
}

// numbered is a transaction in which a command that had been given a number
// gets that number again.
type numbered struct {
	Tx
	was *feed.Result
}

// NextNumber implements app.Tx.
func (n numbered) NextNumber(book app.ID, year int) (uint32, bool, error) {
	if n.was.Number != 0 && n.was.Book == book && n.was.Year == year {
		return n.was.Number, true, nil
	}
	return n.Tx.NextNumber(book, year)
}
