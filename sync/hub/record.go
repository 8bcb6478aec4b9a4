package hub

import (
	"crypto/ed25519"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// record gives the command that just ran its place: sequence number, patches,
// the feed's rows, the sums and the chain. It runs inside the command's
// savepoint.
func (g *group) record(cmd *feed.Command) error {
	seq := g.seq + 1
	changes := g.tx.FeedChanges()
	for _, ch := range changes {
		if ch.New == nil {
			return fmt.Errorf("hub: %s deleted %v: records are never deleted on the server", cmd.Name, ch.Key)
		}
		if err := g.change(seq, ch); err != nil {
			return err
		}
		if g.until != 0 {
			g.changed = append(g.changed, ch.Key)
		}
	}
	leaf := leafOf(seq, cmd, g.now, changes)
	if err := g.tx.AppendEvent(seq, cmd, g.now, leaf); err != nil {
		return err
	}
	if err := g.chain(seq, leaf); err != nil {
		return err
	}
	g.seq = seq
	return nil
}

// change enters one changed record into the feed.
func (g *group) change(seq uint64, ch feed.Change) error {
	p := feed.PatchRow{Key: ch.Key, Version: ch.NewVersion, Base: ch.OldVersion, Seq: seq}
	if ch.Old != nil {
		var err error
		if p.Patch, err = feed.Diff(ch.Old, ch.New); err != nil {
			return err
		}
	}
	if err := g.tx.PutPatch(p); err != nil {
		return err
	}
	rec, err := feed.Decode(ch.Key.Kind, ch.New)
	if err != nil {
		return err
	}
	if ch.Key.Kind.IsDirectory() {
		g.directory[ch.Key] = true
	}
	return g.scopes(seq, ch, rec)
}

// scopes moves the record's rows to the event: those that hold it now, and
// those that held it until now.
func (g *group) scopes(seq uint64, ch feed.Change, rec app.Record) error {
	holders := app.ScopesOf(rec, g.tx.Directory())
	rows, err := g.tx.ScopeRows(ch.Key)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if slices.Contains(holders, row.Scope) {
			continue
		}
		if !row.Gone {
			row.Gone, row.Class, row.Classed, row.Seq = true, app.ClassNow, seq, seq
			if err := g.put(row, feed.Sum{Count: -1, Sum: -feed.Hash(ch.Key, ch.OldVersion)}); err != nil {
				return err
			}
		}
	}
	for _, scope := range holders {
		row := feed.ScopeRow{Scope: scope, Key: ch.Key, Granted: seq, Classed: seq, Gone: true}
		for _, old := range rows {
			if old.Scope == scope {
				row = old
			}
		}
		sum := feed.Sum{Sum: feed.Hash(ch.Key, ch.NewVersion)}
		if row.Gone {
			row.Gone, row.Granted, row.Classed = false, seq, seq
			sum.Count = 1
		} else {
			sum.Sum -= feed.Hash(ch.Key, ch.OldVersion)
		}
		if class := app.ClassOf(rec, scope); class != row.Class {
			row.Class, row.Classed = class, seq
		}
		row.Seq = seq
		if err := g.put(row, sum); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) put(row feed.ScopeRow, sum feed.Sum) error {
	g.woken.Scopes[row.Scope] = true
	if err := g.tx.PutScopeRow(row); err != nil {
		return err
	}
	return g.tx.AddSum(row.Scope, sum)
}

// own is the peer of the server's own writer.
func (c *Core) own() Peer { return Peer{Writer: c.cfg.Own} }

func (c *Core) signOwn(b []byte) ([]byte, error) { return ed25519.Sign(c.cfg.OwnKey, b), nil }
