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
		here, err := kept(tx, standing)
		if err != nil {
			return err
		}
		behind, err := r.behind(tx, rows, here, standing)
		if err != nil {
			return err
		}
		lost = missing(here, standing, last)
		renamed := map[app.CommandID]app.CommandID{}
		for i := range behind {
			if err := r.giveAgain(tx, &s, &behind[i], renamed); err != nil {
				return err
			}
		}
		again = len(behind)
		return tx.SetSyncState(s)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("replica: adopt: %w", err)
	}
	return again, lost, nil
}

// kept are the commands on this disk that the server has not seen, in whatever
// state: one that came back from a backup has forgotten answers that are here,
// and what was accepted goes up to it again.
func kept(v View, standing map[uint32]uint32) (map[app.CommandID]bool, error) {
	here := map[app.CommandID]bool{}
	for w, next := range standing {
		rows, err := v.OutboxFrom(app.NewCommandID(w, next))
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			here[row.ID] = true
		}
	}
	return here, nil
}

// missing counts the counters, from what the server expects to the last that
// was given, of which no command is here.
func missing(here map[app.CommandID]bool, standing, last map[uint32]uint32) (n int) {
	top := map[uint32]uint32{}
	for w, c := range last {
		top[w] = c
	}
	for id := range here {
		top[id.Writer()] = max(top[id.Writer()], id.Counter())
	}
	for w, next := range standing {
		for c := next; c <= top[w]; c++ {
			if !here[app.NewCommandID(w, c)] {
				n++
			}
		}
	}
	return n
}

// behind lists what is to be given again. A server that ever came back from a
// backup steps over a gap when it is told of it, and takes what stands behind
// as it was signed.
func (r *Replica) behind(tx Tx, rows []feed.OutboxRow, here map[app.CommandID]bool, standing map[uint32]uint32) ([]feed.OutboxRow, error) {
	restored, err := tx.ServerRestored()
	if err != nil || restored {
		return nil, err
	}
	return stranded(rows, here, r.cfg.Writer, standing), nil
}

// stranded lists the commands in waiting that stand behind a missing one.
func stranded(rows []feed.OutboxRow, here map[app.CommandID]bool, own uint32, standing map[uint32]uint32) (out []feed.OutboxRow) {
	reach := map[uint32]uint32{} // the first counter of each writer that is missing
	for w, next := range standing {
		for here[app.NewCommandID(w, next)] {
			next++
		}
		reach[w] = next
	}
	for _, row := range rows {
		first, known := reach[row.ID.Writer()]
		if known && row.ID.Writer() != own && row.ID.Counter() > first {
			out = append(out, row)
		}
	}
	return out
}

// giveAgain gives a command under the next counter of the new writer.
func (r *Replica) giveAgain(tx Tx, s *feed.State, row *feed.OutboxRow, renamed map[app.CommandID]app.CommandID) error {
	id := app.NewCommandID(s.Writer, s.Next)
	signed, err := r.signAgain(row, id, renamed)
	if err != nil {
		return err
	}
	next := *row
	next.ID, next.Command, next.Doubt = id, signed.Marshal(), nil
	if err := tx.PutOutbox(next); err != nil {
		return err
	}
	renamed[row.ID] = id
	s.Next++
	row.State, row.Retry = feed.OutDiscarded, id
	row.Decided = row.Given // kept as long as what its author lets go
	return tx.PutOutbox(*row)
}

// signAgain signs a command anew under another id. What it says about commands
// that were renamed before it follows them; one that only a later version of
// this program can read goes as it is: left behind, it would hold up all that
// comes after it.
func (r *Replica) signAgain(row *feed.OutboxRow, id app.CommandID, renamed map[app.CommandID]app.CommandID) (*feed.Command, error) {
	cmd, err := readCommand(row)
	if err != nil {
		return nil, err
	}
	if cmd == nil {
		signed, err := feed.ParseCommand(row.Command)
		if err != nil {
			return nil, err
		}
		return signed.Renumbered(id, r.cfg.Sign)
	}
	cmd.ID = id
	rename(reflect.ValueOf(cmd.Args), renamed)
	return feed.NewCommand(cmd, r.cfg.Sign)
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
