package hub

import (
	"context"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// members brings the scopes on record up to date after directory records
// changed. Only people who have ever synced are on record.
func (g *group) members() error {
	if len(g.directory) == 0 {
		return nil
	}
	people, err := g.concerned()
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := g.member(p); err != nil {
			return err
		}
	}
	return nil
}

// concerned are the people on record whose scopes the changed records may have
// moved.
func (g *group) concerned() ([]app.ID, error) {
	all, err := g.tx.Members()
	if err != nil {
		return nil, err
	}
	dir := g.tx.Directory()
	only := map[app.ID]bool{}
	for key := range g.directory {
		switch key.Kind {
		case app.KindUnit:
			return all, nil
		case app.KindPerson:
			only[key.ID] = true
		case app.KindDelegation:
			if d := dir.Delegation(key.ID); d != nil {
				only[d.To] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(p app.ID) bool {
		if only[p] {
			return false
		}
		for _, d := range dir.Delegations(p, g.now) {
			if only[d.From] {
				return false
			}
		}
		return true
	}), nil
}

// member stores a new version of the person's scopes when they changed.
func (g *group) member(person app.ID) error {
	last, err := g.tx.Membership(person, 0)
	if err != nil {
		return err
	}
	now := g.tx.Directory().Scopes(person, g.now)
	m := feed.Membership{Version: 1, Scopes: now}
	if last != nil {
		if slices.Equal(last.Scopes, now) {
			return nil
		}
		m.Version = last.Version + 1
	}
	g.woken.Persons[person] = true
	return g.tx.PutMembership(person, m, g.now)
}

// Tick re-reads everybody's scopes: posts and delegations begin and end by the
// clock. Call it now and then, and when a day begins.
func (c *Core) Tick(ctx context.Context) (*Woken, error) {
	var moved []app.ID
	err := c.cfg.Store.Read(ctx, func(v View) error {
		people, err := v.Members()
		if err != nil {
			return err
		}
		for _, p := range people {
			stale, err := c.staleIn(v, p)
			if err != nil {
				return err
			}
			if stale {
				moved = append(moved, p)
			}
		}
		return nil
	})
	if err != nil || len(moved) == 0 {
		return newWoken(), err
	}
	return c.refresh(ctx, moved...)
}

// Enter re-reads the scopes of one person, who is on record from then on. It
// comes before each page.
func (c *Core) Enter(ctx context.Context, person app.ID) (*Woken, error) {
	if stale, err := c.stale(ctx, person); err != nil || !stale {
		return newWoken(), err
	}
	return c.refresh(ctx, person)
}

// refresh stores the present scopes of people.
func (c *Core) refresh(ctx context.Context, people ...app.ID) (*Woken, error) {
	g := &group{Core: c, now: c.cfg.Clock(), woken: newWoken()}
	err := c.cfg.Store.Write(ctx, func(tx Tx) error {
		g.tx = tx
		for _, p := range people {
			if err := g.member(p); err != nil {
				return err
			}
		}
		return nil
	})
	return g.woken, err
}

// stale reports whether the person's scopes on record are not those of now.
func (c *Core) stale(ctx context.Context, person app.ID) (stale bool, err error) {
	err = c.cfg.Store.Read(ctx, func(v View) error {
		stale, err = c.staleIn(v, person)
		return err
	})
	return stale, err
}

func (c *Core) staleIn(v View, person app.ID) (bool, error) {
	m, err := v.Membership(person, 0)
	return m == nil || !slices.Equal(m.Scopes, v.Directory().Scopes(person, c.cfg.Clock())), err
}

// Retry decides again what an older version of the server had to defer.
func (c *Core) Retry(ctx context.Context) (*Woken, error) {
	return c.alone(ctx, func(g *group) error {
		commands, devices, err := g.tx.DeferredCommands()
		if err != nil {
			return err
		}
		for i, cmd := range commands {
			if err := g.retry(cmd, devices[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (g *group) retry(cmd *feed.Command, device app.ID) error {
	if app.SpecOf(cmd.Name) == nil {
		return nil
	}
	r, err := g.decide(cmd, g.now)
	if err != nil {
		return err
	}
	if err := g.tx.Undefer(cmd.ID); err != nil {
		return err
	}
	return g.store(Peer{Device: device, Writer: cmd.ID.Writer()}, cmd, cmd.Hash(), r)
}
