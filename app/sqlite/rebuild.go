package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"khonggiay/app"
)

// rebuildChunk is how many records one transaction of a rebuild takes.
const rebuildChunk = 2000

// metaProjection is the key of meta that holds the version of the projections;
// it is absent while they are being rebuilt, so a rebuild cut short by a power
// failure begins again.
const metaProjection = "projection"

// metaPurged is the key of meta that tells the keeper that words of a deleted
// document are still in the search index.
const metaPurged = "purged"

func (v *View) meta(key string) (string, error) {
	var s string
	err := v.queryRow("SELECT value FROM meta WHERE key = ?", key).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return s, err
}

func (tx *Tx) setMeta(key, value string) error {
	return tx.exec("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
}

func (tx *Tx) dropMeta(key string) error { return tx.exec("DELETE FROM meta WHERE key = ?", key) }

// upgradeProjections rebuilds them when they are not this program's.
func (s *Store) upgradeProjections(ctx context.Context) error {
	var have string
	var records bool
	v := &View{store: s, ctx: ctx, conn: s.conn}
	have, err := v.meta(metaProjection)
	if err != nil || have == strconv.Itoa(projectionVersion) {
		return err
	}
	if err := v.queryRow("SELECT EXISTS (SELECT 1 FROM record)").Scan(&records); err != nil {
		return err
	}
	if records {
		return s.Rebuild(ctx)
	}
	_, err = s.inTurnNow(ctx, func(tx *Tx) error { return tx.setMeta(metaProjection, strconv.Itoa(projectionVersion)) })
	return err
}

// inTurnNow is a write outside the usual way, for steps of Open and Rebuild:
// nobody is told.
func (s *Store) inTurnNow(ctx context.Context, fn func(*Tx) error) ([]Change, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return s.inTurn(ctx, false, fn)
}

// Rebuild drops all projections and derives them again from the records. It
// works in steps: lists are incomplete until it has ended, commands are not
// held up for longer than a step.
func (s *Store) Rebuild(ctx context.Context) error {
	_, err := s.inTurnNow(ctx, (*Tx).dropProjections)
	for after := (app.Key{}); err == nil; {
		var done bool
		_, err = s.inTurnNow(ctx, func(tx *Tx) error {
			last, n, err := tx.projectAfter(after, rebuildChunk)
			if err != nil || n == rebuildChunk {
				after = last
				return err
			}
			done = true
			return tx.setMeta(metaProjection, strconv.Itoa(projectionVersion))
		})
		if done || err != nil {
			break
		}
	}
	return mapError(err)
}

func (tx *Tx) dropProjections() error {
	if err := tx.dropMeta(metaProjection); err != nil {
		return err
	}
	tables := []string{"document_index", "task_index", "waiting", "document_file", "read_mark", "document_scope", "record_scope", "scope_shelf",
		"meeting_index", "meeting_person", "meeting_part", "assignment_index", "material_due"}
	for _, t := range tables {
		if err := tx.exec("DELETE FROM " + t); err != nil {
			return err
		}
	}
	if err := tx.exec("INSERT INTO document_fts (document_fts) VALUES ('delete-all')"); err != nil {
		return err
	}
	return tx.forgetWords()
}

// projectAfter derives from up to n records that follow the key.
func (tx *Tx) projectAfter(after app.Key, n int) (last app.Key, count int, err error) {
	err = tx.each("SELECT kind, id FROM record WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?",
		[]any{after.Kind, string(after.ID), n}, func(rows *sql.Rows) error {
			if err := rows.Scan(&last.Kind, &last.ID); err != nil {
				return err
			}
			count++
			tx.dirty[last] = nil
			return nil
		})
	if err != nil {
		return last, count, err
	}
	return last, count, tx.project()
}

func (tx *Tx) markPurged() error { return tx.setMeta(metaPurged, "1") }

// finishPurge rewrites the search index when documents were deleted: until
// then the words of a deleted document are found no more, but still stand in
// the file.
func (s *Store) finishPurge(ctx context.Context) error {
	var purged string
	err := s.Read(ctx, func(v *View) (err error) {
		purged, err = v.meta(metaPurged)
		return err
	})
	if err != nil || purged == "" {
		return err
	}
	_, err = s.inTurnNow(ctx, func(tx *Tx) error {
		if err := tx.exec("INSERT INTO document_fts (document_fts) VALUES ('optimize')"); err != nil {
			return err
		}
		if err := tx.forgetWords(); err != nil {
			return err
		}
		return tx.dropMeta(metaPurged)
	})
	return mapError(err)
}
