package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// bareOpen opens the store's file by itself, set as the store sets it.
func bareOpen(path string, readOnly bool) (*sql.DB, error) {
	q := url.Values{"_busy_timeout": {"10000"}, "_foreign_keys": {"on"}, "_secure_delete": {"on"}, "_cache_size": {"-16384"},
		"_synchronous": {"FULL"}, "_journal_mode": {"WAL"}}
	if readOnly {
		q.Set("_query_only", "on")
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, p := range []string{"wal_autocheckpoint = 2000", "mmap_size = 268435456", "temp_store = MEMORY"} {
		if _, err := db.Exec("PRAGMA " + p); err != nil {
			return nil, err
		}
	}
	return db, nil
}

const deleteText = "DELETE FROM document_fts WHERE rowid = ?"

// write is one prepared statement of the bare loop with its arguments.
type write struct {
	text string
	args []any
}

// bareLoop writes the rows that the commands wrote once more, under ids that
// follow theirs, from a list that lies ready: prepared statements on one
// connection, as many commands in one flushed transaction as the commands had
// on average, and nothing else. No rule, signature, hash or difference is worked
// out, nothing is read.
func (b *storeBench) bareLoop(ctx context.Context) error {
	db, err := bareOpen(b.path(), false)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := (&captor{ctx: ctx, db: db, before: b.before, shift: int64(b.given)}).capture()
	if err != nil {
		return err
	}
	statements := map[string]*sql.Stmt{}
	for _, writes := range list {
		for _, w := range writes {
			if statements[w.text] == nil {
				if statements[w.text], err = db.PrepareContext(ctx, w.text); err != nil {
					return fmt.Errorf("%s: %w", w.text, err)
				}
			}
		}
	}
	began, before := time.Now(), cpuTime()
	err = b.profiled("bare", func() error { return replay(ctx, db, statements, list, b.perCommit) })
	if err != nil {
		return err
	}
	took, used := time.Since(began), cpuTime()-before
	return print(b.out, figure{Name: "store.bare_loop_per_s", Value: float64(len(list)) / took.Seconds(), Unit: "/s", N: b.n, More: map[string]any{
		"commands": len(list), "per_commit": b.perCommit, "rows": len(list[0]), "cpu_us": float64(used.Microseconds()) / float64(len(list)),
	}})
}

func replay(ctx context.Context, db *sql.DB, statements map[string]*sql.Stmt, list [][]write, perCommit int) error {
	for group := range slices.Chunk(list, perCommit) {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		for _, w := range inOrder(group) {
			if _, err := tx.StmtContext(ctx, statements[w.text]).ExecContext(ctx, w.args...); err != nil {
				return fmt.Errorf("%s: %w", w.text, err)
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// inOrder is what one transaction writes: the search index last and by rowid, as
// the store does, since FTS5 writes that several times faster.
func inOrder(group [][]write) []write {
	var rows, words []write
	for _, w := range slices.Concat(group...) {
		if strings.Contains(w.text, "document_fts") {
			words = append(words, w)
		} else {
			rows = append(rows, w)
		}
	}
	slices.SortStableFunc(words, func(a, b write) int { return cmp.Compare(a.args[0].(int64), b.args[0].(int64)) })
	return append(rows, words...)
}

// captor reads back what each command wrote.
type captor struct {
	ctx    context.Context
	db     *sql.DB
	before uint64 // the last event before the commands
	shift  int64  // what is added to places that follow one another
}

// far is added to versions, and to ids of commands, to make them new ones.
const far = 1 << 24

func (c *captor) capture() (list [][]write, err error) {
	var top int64
	if err := c.db.QueryRowContext(c.ctx, "SELECT max(pos) FROM event_hash").Scan(&top); err != nil {
		return nil, err
	}
	events, err := c.rows("SELECT * FROM event WHERE seq > ? ORDER BY seq", c.before)
	if err != nil {
		return nil, err
	}
	for i, e := range events {
		writes, err := c.event(e, i, &top)
		if err != nil {
			return nil, err
		}
		list = append(list, writes)
	}
	if len(list) == 0 {
		return nil, errNothing
	}
	return list, nil
}

// row is one row with the names of its columns.
type row map[string]any

func (c *captor) rows(query string, args ...any) (out []row, err error) {
	rows, err := c.db.QueryContext(c.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, places := make([]any, len(names)), make([]any, len(names))
		for i := range places {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		r := row{}
		for i, name := range names {
			r[name] = values[i]
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// insert writes "INSERT … VALUES" in a settled order of columns; key names those
// of the conflict in which the other columns are set instead, "" for none.
func (r row) insert(table, key string, columns ...string) write {
	w := write{text: "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")"}
	var set []string
	for _, name := range columns {
		w.args = append(w.args, r[name])
		if !strings.Contains(", "+key+",", ", "+name+",") {
			set = append(set, name+" = excluded."+name)
		}
	}
	if key != "" {
		w.text += " ON CONFLICT (" + key + ") DO UPDATE SET " + strings.Join(set, ", ")
	}
	return w
}

// event lists the writes of one command.
func (c *captor) event(e row, i int, top *int64) (out []write, err error) {
	seq, id := e["seq"].(int64), e["id"].(int64)
	results, err := c.rows("SELECT * FROM result WHERE id = ?", id)
	if err != nil || len(results) != 1 {
		return nil, fmt.Errorf("result of event %d: %d, %w", seq, len(results), err)
	}
	res := results[0]
	res["id"], res["pos"] = id+far, res["pos"].(int64)+c.shift
	patches, err := c.rows("SELECT * FROM event_patch WHERE seq = ?", seq)
	if err != nil {
		return nil, err
	}
	for _, p := range patches {
		if out, err = c.changed(out, p); err != nil {
			return nil, err
		}
		p["seq"], p["version"] = seq+c.shift, p["version"].(int64)+far
		out = append(out, p.insert("event_patch", "", "kind", "id", "version", "base", "seq", "patch"))
	}
	e["seq"], e["id"] = seq+c.shift, id+far
	out = append(out, e.insert("event", "", "seq", "id", "at", "actor", "command", "leaf"))
	for k := i + 1; ; k /= 2 { // as many hashes as an event adds to a tree: one, and one more for each half that it fills
		*top++
		out = append(out, row{"pos": *top, "hash": make([]byte, 32)}.insert("event_hash", "", "pos", "hash"))
		if k%2 != 0 {
			break
		}
	}
	out = append(out, res.insert("result", "", "id", "writer", "pos", "hash", "at", "body"))
	next := row{"writer": res["writer"], "next": id & (far - 1)}
	return append(out, next.insert("writer_next", "writer", "writer", "next")), nil
}

// changed lists the writes about one record that a command changed: its bytes,
// its rows of the feed with their sums, its row of the lists and its words.
func (c *captor) changed(out []write, patch row) ([]write, error) {
	records, err := c.rows("SELECT * FROM record WHERE kind = ? AND id = ?", patch["kind"], patch["id"])
	if err != nil || len(records) != 1 {
		return nil, fmt.Errorf("%d records %v: %w", len(records), patch["id"], err)
	}
	rec := records[0]
	rec["version"] = rec["version"].(int64) + far
	out = append(out, rec.insert("record", "kind, id", "kind", "id", "version", "body"))
	scopes, err := c.rows(`SELECT d.*, s.count, s.sum FROM doc_scope d JOIN scope_sum s USING (scope) WHERE d.kind = ? AND d.id = ?`, patch["kind"], patch["id"])
	if err != nil {
		return nil, err
	}
	for _, s := range scopes {
		s["seq"] = s["seq"].(int64) + c.shift
		out = append(out, s.insert("doc_scope", "kind, id, scope", "scope", "class", "seq", "kind", "id", "granted", "classed", "gone"),
			s.insert("scope_sum", "scope", "scope", "count", "sum"))
	}
	return c.listed(out, rec)
}

func (c *captor) listed(out []write, rec row) ([]write, error) {
	index, err := c.rows("SELECT * FROM document_index WHERE id = ?", rec["id"])
	if err != nil || len(index) != 1 {
		return nil, fmt.Errorf("%d rows of %v: %w", len(index), rec["id"], err)
	}
	at := index[0]
	at["version"] = rec["version"]
	decoded, err := feed.Decode(app.KindDocument, rec["body"].([]byte))
	if err != nil {
		return nil, err
	}
	title, body := app.SearchText(decoded)
	var tokens []string
	for b := at["scopes"].([]byte); len(b) > 0; {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return nil, fmt.Errorf("scopes of %v", rec["id"])
		}
		tokens, b = append(tokens, fmt.Sprintf("s%d", n)), b[size:]
	}
	words := row{"rowid": at["place"], "title": app.Fold(title), "body": app.Fold(body), "scopes": strings.Join(tokens, " ")}
	var columns []string
	for name := range at {
		columns = append(columns, name)
	}
	slices.Sort(columns)
	return append(out, at.insert("document_index", "row", columns...),
		write{deleteText, []any{at["place"]}},
		words.insert("document_fts", "", "rowid", "title", "body", "scopes")), nil
}
