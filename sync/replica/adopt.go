package replica

import (
	"context"
	"fmt"
	"reflect"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Adopt begins a new incarnation on a disk that was damaged: the replica is
// made the person's under a writer number that nobody has used. standing tells
// which counter the server expects next from each earlier writer of the device.
//
// What waits is sent as it was signed, as always. But where a command before it
// is missing for good, the server would wait for that one for ever; so what
// stands behind the gap is given again, under the new writer. The server has
// seen none of it: it takes a writer's commands in order only.
//
// last is the highest counter that each earlier writer is known to have given.
// again counts what is given again, lost what neither the server nor this
// disk has. Done a second time Adopt changes nothing.
func Adopt(ctx context.Context, cfg Config, standing, last map[uint32]uint32) (again, lost int, err error) {
	r := &Replica{cfg: cfg}
	err = cfg.Store.Write(ctx, func(tx Tx) error {
		again, lost = 0, 0
		s, err := tx.SyncState()
		if err != nil || s.Person == cfg.Person && s.Writer == cfg.Writer {
			return err
		}
		s.Person, s.Writer, s.Next = cfg.Person, cfg.Writer, 1
		rows, err := tx.Outbox(feed.OutWaiting, maxOutbox)
		if err != nil {
			return err
		}
		behind := stranded(rows, cfg.Writer, standing)
		lost = missing(rows, standing, last)
		renamed := map[app.CommandID]app.CommandID{}
		for i := range behind {
			given, err := r.giveAgain(tx, &s, &behind[i], renamed)
			if err != nil {
				return err
			}
			if given {
				again++
			}
		}
		return tx.SetSyncState(s)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("replica: adopt: %w", err)
	}
	return again, lost, nil
}

// missing counts the counters, from what the server expects to the last that
// was given, of which no command waits.
func missing(rows []feed.OutboxRow, standing, last map[uint32]uint32) (n int) {
	top := map[uint32]uint32{}
	for w, c := range last {
		top[w] = c
	}
	waits := map[app.CommandID]bool{}
	for _, row := range rows {
		w := row.ID.Writer()
		top[w] = max(top[w], row.ID.Counter())
		waits[row.ID] = true
	}
	for w, next := range standing {
		for c := next; c <= top[w]; c++ {
			if !waits[app.NewCommandID(w, c)] {
				n++
			}
		}
	}
	return n
}

// stranded lists the commands in waiting that stand behind a missing one.
func stranded(rows []feed.OutboxRow, own uint32, standing map[uint32]uint32) (out []feed.OutboxRow) {
	expected := map[uint32]uint32{}
	for w, next := range standing {
		expected[w] = next
	}
	for _, row := range rows { // by id: each writer's by counter
		w, c := row.ID.Writer(), row.ID.Counter()
		next, known := expected[w]
		switch {
		case w == own || !known || c < next:
		case c == next:
			expected[w]++
		default:
			out = append(out, row)
		}
	}
	return out
}

// giveAgain signs a command anew under the next counter of the new writer. What
// it says about commands that were renamed before it follows them. A command
// that this program cannot read stays as it is.
func (r *Replica) giveAgain(tx Tx, s *feed.State, row *feed.OutboxRow, renamed map[app.CommandID]app.CommandID) (bool, error) {
	cmd, err := readCommand(row)
	if err != nil || cmd == nil {
		return false, err
	}
	cmd.ID = app.NewCommandID(s.Writer, s.Next)
	rename(reflect.ValueOf(cmd.Args), renamed)
	signed, err := feed.NewCommand(cmd, r.cfg.Sign)
	if err != nil {
		return false, err
	}
	next := *row
	next.ID, next.Command, next.Doubt = cmd.ID, signed.Marshal(), nil
	if err := tx.PutOutbox(next); err != nil {
		return false, err
	}
	renamed[row.ID] = cmd.ID
	s.Next++
	row.State, row.Retry = feed.OutDiscarded, cmd.ID
	return true, tx.PutOutbox(*row)
}

// rename replaces ids of commands inside arguments.
func rename(v reflect.Value, renamed map[app.CommandID]app.CommandID) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			rename(v.Elem(), renamed)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			rename(v.Field(i), renamed)
		}
	case reflect.Slice:
		for i := range v.Len() {
			rename(v.Index(i), renamed)
		}
	case reflect.Uint64:
		if v.Type() != reflect.TypeFor[app.CommandID]() || !v.CanSet() {
			return
		}
		if id, ok := renamed[app.CommandID(v.Uint())]; ok {
			v.SetUint(uint64(id))
		}
	}
}
