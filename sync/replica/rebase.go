package replica

import (
	"errors"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// rebase takes records that pending commands have changed back to the server's
// state, and runs those commands again when the page has been applied. It
// costs as much as there are pending commands about the page's records.
type rebase struct {
	a *applier
	// again holds the commands to run again.
	again map[app.CommandID]bool
	// back holds the records that are at the server's state now.
	back map[app.Key]bool
}

// results settles the commands that the page answers and returns their ids.
func (a *applier) results() ([]app.CommandID, error) {
	if a.page.Receipt == nil {
		return nil, nil
	}
	receipt, err := a.tx.PutReceipt(a.page.Receipt)
	if err != nil {
		return nil, err
	}
	var answered []app.CommandID
	for i := range a.page.Receipt.Results {
		res := &a.page.Receipt.Results[i]
		row, err := a.tx.OutboxRow(res.ID)
		if err != nil {
			return nil, err
		}
		if row == nil || !row.State.Pending() && !a.decidedOtherwise(row, res) {
			continue // of an earlier life of this disk, or told twice
		}
		if res.Status == feed.Deferred && decidedBefore(row) {
			if row.State != feed.OutDeferred { // keep the proof of what was decided
				row.State = feed.OutDeferred
				if err := a.tx.PutOutbox(*row); err != nil {
					return nil, err
				}
			}
			continue
		}
		row.Result, row.Receipt, row.Decided = res, receipt, res.At
		switch res.Status {
		case feed.Accepted:
			row.State, row.Doubt = feed.OutAcknowledged, nil
		case feed.Refused:
			row.State = feed.OutRefused
			if res.Erase {
				if err := a.erase(row); err != nil {
					return nil, err
				}
			}
		default:
			row.State = feed.OutDeferred
		}
		if row.State != feed.OutDeferred {
			answered = append(answered, res.ID)
		}
		if err := a.tx.PutOutbox(*row); err != nil {
			return nil, err
		}
	}
	return answered, nil
}

// decidedOtherwise reports whether a server that came back from a backup gave
// another answer than the one that is here, which was given after an earlier
// backup had been restored, and is forgotten: the server's counts.
func (a *applier) decidedOtherwise(row *feed.OutboxRow, res *feed.Result) bool {
	if row.Result == nil || row.State == feed.OutDiscarded || res.Status == feed.Deferred {
		return false
	}
	was := row.Result
	if was.Status == res.Status && was.Seq == res.Seq && was.Number == res.Number {
		return false
	}
	a.cfg.Log.Warn("the server has decided otherwise", "command", row.ID.String(), "number", was.Number, "now", res.Number)
	return true
}

// erase drops the text of a command that nothing may keep, and the files that
// came with it: without their keys the sealed segments are noise, and go with
// the others that no record names.
func (a *applier) erase(row *feed.OutboxRow) error {
	cmd, err := readCommand(row)
	if err != nil {
		return err
	}
	row.Command = nil
	if cmd == nil {
		return nil
	}
	for _, f := range app.NewFiles(cmd.Args) {
		if err := a.tx.ForgetFile(f.Content); err != nil {
			return err
		}
	}
	return nil
}

// begin restores all records that the page, or a settled command, is about.
func (a *applier) begin(answered []app.CommandID) (*rebase, error) {
	b := &rebase{a: a, again: map[app.CommandID]bool{}, back: map[app.Key]bool{}}
	for _, id := range answered {
		keys, err := a.tx.TouchedBy(id)
		if err != nil {
			return nil, err
		}
		if err := a.tx.Untouch(id); err != nil {
			return nil, err
		}
		for _, key := range keys {
			if err := b.include(key); err != nil {
				return nil, err
			}
		}
	}
	if len(a.touched) == 0 {
		return b, nil
	}
	for i := range a.page.Items {
		if err := b.include(a.page.Items[i].Key); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// include restores a record and, with it, everything that the commands which
// changed it have changed as well.
func (b *rebase) include(key app.Key) error {
	for todo := []app.Key{key}; len(todo) > 0; {
		key, todo = todo[0], todo[1:]
		if b.back[key] || !b.a.touched[key] {
			continue
		}
		b.back[key] = true
		if err := b.restore(key); err != nil {
			return err
		}
		ids, err := b.a.tx.Touching(key)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if b.again[id] {
				continue
			}
			b.again[id] = true
			keys, err := b.a.tx.TouchedBy(id)
			if err != nil {
				return err
			}
			todo = append(todo, keys...)
		}
	}
	return nil
}

func (b *rebase) restore(key app.Key) error {
	body, version, ok, err := b.a.tx.Base(key)
	if err != nil || !ok {
		return err
	}
	if body == nil {
		err = b.a.tx.Delete(key)
	} else {
		err = b.a.tx.SetRaw(key, body, version)
	}
	if err != nil {
		return err
	}
	return b.a.tx.DropBase(key)
}

// finish runs the commands again, in the order in which they were given. One
// that now changes a record of other pending commands draws those in.
func (b *rebase) finish() error {
	tx := b.a.tx
	for {
		for id := range b.again {
			if err := tx.Untouch(id); err != nil {
				return err
			}
		}
		before := len(b.again)
		for _, id := range sortedIDs(b.again) {
			if err := b.rerun(id); err != nil {
				return err
			}
		}
		if err := b.widen(); err != nil {
			return err
		}
		if len(b.again) == before {
			return b.orphan()
		}
		// Others were drawn in: everything back, and once more in order.
		for key := range b.back {
			if err := b.restore(key); err != nil {
				return err
			}
		}
	}
}

func sortedIDs(set map[app.CommandID]bool) []app.CommandID {
	out := make([]app.CommandID, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// rerun runs one pending command on the new state. One that fails stays in the
// outbox, marked doubtful: the server decides.
func (b *rebase) rerun(id app.CommandID) error {
	a := b.a
	row, err := a.tx.OutboxRow(id)
	if err != nil || row == nil || !row.State.Pending() || row.Command == nil {
		return err
	}
	signed, err := feed.ParseCommand(row.Command)
	if err != nil {
		return err
	}
	cmd, err := signed.Command()
	if err == nil {
		err = a.runAgain(row, cmd)
	}
	var doubt *app.Error
	if err != nil && !errors.As(err, &doubt) {
		return err
	}
	if sameError(row.Doubt, doubt) {
		return nil
	}
	row.Doubt = doubt
	return a.tx.PutOutbox(*row)
}

// runAgain runs a pending command; one that was decided before the server was
// restored, as it was then.
func (a *applier) runAgain(row *feed.OutboxRow, cmd *app.Command) error {
	if !decidedBefore(row) {
		return a.run(a.tx, cmd, a.now(&a.state))
	}
	return a.runOn(a.tx, numbered{a.tx, row.Result}, cmd, row.Result.At)
}

func sameError(a, b *app.Error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Code == b.Code && a.Reason == b.Reason)
}

// widen draws in the pending commands that share a record with those that ran.
func (b *rebase) widen() error {
	for _, id := range sortedIDs(b.again) {
		keys, err := b.a.tx.TouchedBy(id)
		if err != nil {
			return err
		}
		for _, key := range keys {
			b.back[key] = true
			ids, err := b.a.tx.Touching(key)
			if err != nil {
				return err
			}
			for _, other := range ids {
				if b.again[other] {
					continue
				}
				b.again[other] = true
				more, err := b.a.tx.TouchedBy(other)
				if err != nil {
					return err
				}
				for _, k := range more {
					b.back[k] = true
				}
			}
		}
	}
	return nil
}

// orphan marks the pending commands about records that have left the scopes:
// their text stays with the author, set apart from the rest.
func (b *rebase) orphan() error {
	if len(b.a.lost) == 0 {
		return nil
	}
	for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutDeferred, feed.OutRefused} {
		rows, err := b.a.tx.Outbox(state, maxOutbox)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Lost != 0 || decidedBefore(&row) || !slices.Contains(b.a.lost, row.Target) {
				continue
			}
			row.Lost = b.a.cfg.Clock()
			if err := b.a.tx.PutOutbox(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxOutbox bounds lists of the outbox.
const maxOutbox = 100_000
