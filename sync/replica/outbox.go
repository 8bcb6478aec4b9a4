package replica

import (
	"context"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Entry is one command of the outbox as its author reads it.
type Entry struct {
	feed.OutboxRow
	// Cmd is the command with its text; nil once erased.
	Cmd *app.Command
}

// Outbox lists the commands in a state, oldest first.
func (r *Replica) Outbox(ctx context.Context, state feed.OutboxState) (out []Entry, err error) {
	err = r.cfg.Store.Read(ctx, func(v View) error {
		rows, err := v.Outbox(state, maxOutbox)
		if err != nil {
			return err
		}
		for _, row := range rows {
			e := Entry{OutboxRow: row}
			if e.Cmd, err = readCommand(&row); err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// readCommand decodes a row's command; nil when it was erased or is of another
// version of this program.
func readCommand(row *feed.OutboxRow) (*app.Command, error) {
	if row.Command == nil {
		return nil, nil
	}
	signed, err := feed.ParseCommand(row.Command)
	if err != nil {
		return nil, err
	}
	cmd, err := signed.Command()
	if err != nil {
		return nil, nil // of another version: no readable text
	}
	return cmd, nil
}

// Retry gives a refused command again, as a new one on the present state.
func (r *Replica) Retry(ctx context.Context, id app.CommandID) (app.CommandID, error) {
	var again app.CommandID
	err := r.cfg.Store.Write(ctx, func(tx Tx) error {
		row, err := refusedRow(tx, id)
		if err != nil {
			return err
		}
		cmd, err := readCommand(row)
		if err != nil {
			return err
		}
		if cmd == nil {
			return app.Refuse(app.Invalid, "outbox.text_gone")
		}
		cmd.Base = 0
		if err := r.give(tx, cmd); err != nil {
			return err
		}
		again = cmd.ID
		row.State, row.Retry = feed.OutDiscarded, again
		return tx.PutOutbox(*row)
	})
	if err == nil {
		r.cfg.Changed()
	}
	return again, err
}

// Discard lets a refused command go: its text is erased.
func (r *Replica) Discard(ctx context.Context, id app.CommandID) error {
	err := r.cfg.Store.Write(ctx, func(tx Tx) error {
		row, err := refusedRow(tx, id)
		if err != nil {
			return err
		}
		row.State, row.Command = feed.OutDiscarded, nil
		return tx.PutOutbox(*row)
	})
	if err == nil {
		r.cfg.Changed()
	}
	return err
}

func refusedRow(tx Tx, id app.CommandID) (*feed.OutboxRow, error) {
	row, err := tx.OutboxRow(id)
	switch {
	case err != nil:
		return nil, err
	case row == nil:
		return nil, app.ErrNotFound
	case row.State != feed.OutRefused:
		return nil, app.Refuse(app.Conflict, "outbox.not_refused")
	}
	return row, nil
}
