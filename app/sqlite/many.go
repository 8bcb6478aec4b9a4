package sqlite

import (
	"database/sql"
	"encoding/json"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Reading many records at once, for pages of the feed: one statement for each
// kind instead of several for each record.

// byKind groups ids as json_each takes them.
func byKind(keys []app.Key) (map[app.Kind]string, error) {
	ids := map[app.Kind][]app.ID{}
	for _, k := range keys {
		ids[k.Kind] = append(ids[k.Kind], k.ID)
	}
	out := map[app.Kind]string{}
	for kind, list := range ids {
		b, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		out[kind] = string(b)
	}
	return out, nil
}

func (v *View) eachOfKinds(keys []app.Key, query string, fn func(app.Kind, *sql.Rows) error, args ...any) error {
	kinds, err := byKind(keys)
	if err != nil {
		return err
	}
	for kind, ids := range kinds {
		err := v.each(query, append([]any{kind, ids}, args...), func(rows *sql.Rows) error { return fn(kind, rows) })
		if err != nil {
			return err
		}
	}
	return nil
}

// ScopeRowsOf is ScopeRows of several records.
func (v *View) ScopeRowsOf(keys []app.Key) (map[app.Key][]feed.ScopeRow, error) {
	out := make(map[app.Key][]feed.ScopeRow, len(keys))
	err := v.eachOfKinds(keys, `SELECT id, scope, class, seq, granted, classed, gone FROM doc_scope
		WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id, scope`, func(kind app.Kind, rows *sql.Rows) error {
		r := feed.ScopeRow{Key: app.Key{Kind: kind}}
		err := rows.Scan(&r.Key.ID, &r.Scope, &r.Class, &r.Seq, &r.Granted, &r.Classed, &r.Gone)
		out[r.Key] = append(out[r.Key], r)
		return err
	})
	return out, err
}

// Bodies is Body of several records; absent ones are left out.
func (v *View) Bodies(keys []app.Key) (map[app.Key]feed.Stored, error) {
	out := make(map[app.Key]feed.Stored, len(keys))
	err := v.eachOfKinds(keys, `SELECT id, version, body FROM record WHERE kind = ? AND id IN (SELECT value FROM json_each(?))`,
		func(kind app.Kind, rows *sql.Rows) error {
			k := app.Key{Kind: kind}
			var s feed.Stored
			err := rows.Scan(&k.ID, &s.Version, &s.Body)
			out[k] = s
			return err
		})
	return out, err
}

// PatchesOf is Patches of several records.
func (v *View) PatchesOf(keys []app.Key, after uint64) (map[app.Key][]feed.PatchRow, error) {
	out := make(map[app.Key][]feed.PatchRow, len(keys))
	err := v.eachOfKinds(keys, `SELECT id, version, base, seq, patch FROM event_patch
		WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY id, version`, func(kind app.Kind, rows *sql.Rows) error {
		p := feed.PatchRow{Key: app.Key{Kind: kind}}
		err := rows.Scan(&p.Key.ID, &p.Version, &p.Base, &p.Seq, &p.Patch)
		out[p.Key] = append(out[p.Key], p)
		return err
	}, after)
	return out, err
}

// TouchedIn lists the records that the events changed, of one event after the
// other.
func (v *View) TouchedIn(seqs []uint64) (out []app.Key, err error) {
	list, err := json.Marshal(seqs)
	if err != nil {
		return nil, err
	}
	err = v.each(`SELECT kind, id FROM event_patch WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq, kind, id`,
		[]any{string(list)}, func(rows *sql.Rows) error {
			var k app.Key
			err := rows.Scan(&k.Kind, &k.ID)
			out = append(out, k)
			return err
		})
	return out, err
}
