package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"khonggiay/app"
)

// quickCheckLimit is the size up to which a file is checked at the start after
// an unclean stop; larger ones would keep a server from starting for minutes,
// and are checked by the administrator's tool ([Store.Check]).
const quickCheckLimit = 512 << 20

// leftUnclean reports whether the last program did not close the file: then
// its log is still there. SQLite has lost nothing by that, but a machine that
// stopped so may have a damaged disk.
func leftUnclean(path string) bool {
	st, err := os.Stat(path + "-wal")
	return err == nil && st.Size() > 0
}

func quickCheck(ctx context.Context, db *sql.DB, path string) error {
	if st, err := os.Stat(path); err != nil || st.Size() > quickCheckLimit {
		return err
	}
	return runCheck(ctx, db, "PRAGMA quick_check(1)")
}

func runCheck(ctx context.Context, db *sql.DB, pragma string) error {
	var answer string
	if err := db.QueryRowContext(ctx, pragma).Scan(&answer); err != nil {
		return err
	}
	if answer != "ok" {
		return app.Errorf(app.Internal, ReasonCorrupt, "%s: %s", pragma, answer)
	}
	return nil
}

// QuickCheck reads the structure of the whole file, in the background of other
// work. It returns an error with reason ReasonCorrupt when anything is wrong.
func (s *Store) QuickCheck(ctx context.Context) error {
	return s.troubled(s.checkApart(ctx, "PRAGMA quick_check(1)"))
}

// checkApart runs a check on a connection of its own. FTS5 keeps the plan of
// its index in mind from one statement to the next, and its check believes that
// plan: on a connection that has searched before, it takes what was written
// since for damage.
func (s *Store) checkApart(ctx context.Context, pragma string) error {
	db := sql.OpenDB(connector(dsn(s.opts.Path, false, s.opts.NoSync)))
	return errors.Join(runCheck(ctx, db, pragma), db.Close())
}

// Check reads the whole file: its structure, and its search index. It returns
// an error with reason ReasonCorrupt when anything is wrong. Writers wait
// while the search index is checked.
func (s *Store) Check(ctx context.Context) error {
	if err := s.checkApart(ctx, "PRAGMA integrity_check(1)"); err != nil {
		return mapError(err)
	}
	return s.Write(ctx, (*Tx).integrityOfSearch)
}
