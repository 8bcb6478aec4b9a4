package hub

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Imported is the argument of the event that stands for an import: how many
// records came, and the SHA-256 over their bytes in order.
type Imported struct {
	Count  int      `cbor:"1,keyasint"`
	SHA256 app.Hash `cbor:"2,keyasint"`
}

// importName is the name of that event. It is no command: nobody can give it.
const importName = "records.import.1"

// importEvent is how many records one event brings at the most: pages never
// split an event.
const importEvent = 500

// Import stores records that came from elsewhere, such as another system's
// archive, in one transaction, as events of the system. The caller vouches for
// them: no rule of a command is asked.
func (c *Core) Import(ctx context.Context, records []app.Record) (*Woken, error) {
	return c.bring(ctx, slices.Collect(slices.Chunk(records, importEvent)))
}

// bring imports sets of records in one transaction, each set as one event.
func (c *Core) bring(ctx context.Context, sets [][]app.Record) (*Woken, error) {
	g := c.newGroup()
	err := c.cfg.Store.Write(ctx, func(tx Tx) (err error) {
		if err := g.begin(tx); err != nil {
			return err
		}
		for _, records := range sets {
			if err := g.bring(records); err != nil {
				return err
			}
		}
		return g.members()
	})
	if err != nil {
		return nil, fmt.Errorf("hub: import: %w", err)
	}
	return g.woken, nil
}

func (g *group) bring(records []app.Record) error {
	hash := sha256.New()
	for _, r := range records {
		b, err := feed.Encode(r)
		if err != nil {
			return err
		}
		hash.Write(b)
	}
	cmd, err := g.ownEvent(importName, records[0].Key(), &Imported{Count: len(records), SHA256: app.Hash(hash.Sum(nil))})
	if err != nil {
		return err
	}
	err = g.tx.Savepoint(func() error {
		for _, r := range records {
			if err := g.tx.Put(r); err != nil {
				return err
			}
		}
		return g.record(cmd)
	})
	if err != nil {
		return err
	}
	return g.storeOwn(cmd)
}

// ownEvent makes the event that stands for work of the server's which is no
// command: nobody can give one of its name.
func (g *group) ownEvent(name string, target app.Key, args any) (*feed.Command, error) {
	next, err := g.tx.Next(g.cfg.Own)
	if err != nil {
		return nil, err
	}
	cmd, err := feed.NewCommand(&app.Command{
		ID: app.NewCommandID(g.cfg.Own, next), Name: name, Target: target, Actor: app.SystemPerson, At: g.now, ServerSeen: g.now, Args: args,
	}, g.signOwn)
	if err != nil {
		return nil, err
	}
	return cmd, g.tx.SetNext(g.cfg.Own, next+1)
}

// storeOwn keeps the result of such an event.
func (g *group) storeOwn(cmd *feed.Command) error {
	return g.store(g.own(), cmd, cmd.Hash(), &feed.Result{ID: cmd.ID, Status: feed.Accepted, Seq: g.seq, At: g.now})
}

// Import is Core.Import on a running hub.
func (h *Hub) Import(ctx context.Context, records []app.Record) error {
	return h.do(ctx, &job{bring: slices.Collect(slices.Chunk(records, importEvent))})
}

// ImportEach imports records in one transaction, each as an event of its own.
func (h *Hub) ImportEach(ctx context.Context, records []app.Record) error {
	return h.do(ctx, &job{bring: slices.Collect(slices.Chunk(records, 1))})
}
