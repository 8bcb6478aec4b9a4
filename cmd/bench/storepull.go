package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// reader is somebody who works where the caller does, on a laptop of his own
// that is not there while the commands are given.
func reader(i int) app.ID { return app.ID(fmt.Sprintf("reader%02d", i)) }

func readerPeer(i int) hub.Peer {
	return hub.Peer{Device: "doc-" + callerDevice(i), Person: reader(i), Writer: callerWriter(callers + i)}
}

// levelAll brings a laptop of each reader level and keeps its cursor.
func (b *storeBench) levelAll(ctx context.Context) ([][]byte, error) {
	var people []app.Record
	for i := range callers {
		people = append(people, &app.Person{ID: reader(i), Name: fmt.Sprintf("Người đọc %d", i+1), Posts: posts(i)})
	}
	if err := b.hub.Import(ctx, people); err != nil {
		return nil, err
	}
	cursors := make([][]byte, callers)
	for i := range cursors {
		if _, err := b.hub.Enter(ctx, reader(i)); err != nil {
			return nil, err
		}
		p, err := b.pull(ctx, i, nil)
		if err != nil {
			return nil, err
		}
		cursors[i] = p.cursor
	}
	return cursors, nil
}

// pulled is what one pull brought.
type pulled struct {
	build, pack, cpu    time.Duration
	pages, items, bytes int
	cursor              []byte
}

// pull builds pages for a reader until his laptop is level.
func (b *storeBench) pull(ctx context.Context, i int, cursor []byte) (out pulled, err error) {
	p := b.hub.NewPull(readerPeer(i), &feed.Request{Cursor: cursor, Rate: 1 << 20}, nil)
	for {
		began, before := time.Now(), cpuTime()
		page, _, err := p.Next(ctx)
		if err != nil {
			return out, err
		}
		built := time.Now()
		out.cpu += cpuTime() - before
		packed, err := feed.EncodePage(page)
		if err != nil {
			return out, err
		}
		out.build, out.pack = out.build+built.Sub(began), out.pack+time.Since(built)
		out.pages, out.items, out.bytes = out.pages+1, out.items+len(page.Items), out.bytes+len(packed)
		out.cursor = page.Cursor
		p.Sent(len(packed), page)
		if page.Level {
			return out, nil
		}
	}
}

// pullRounds is how often each pull and each bare query is made; the median
// counts.
const pullRounds = 5

// pulls times what a laptop costs that comes back after a day: from the cursor
// that it had before the commands, until it is level. Beside it, in turn, the
// bare query: the feed's rows of the reader's scopes after that event, with the
// bytes of each record.
func (b *storeBench) pulls(ctx context.Context, cursors [][]byte) error {
	db, err := bareOpen(b.path(), true)
	if err != nil {
		return err
	}
	defer db.Close()
	var build, pack, used, bare, bareUsed []time.Duration
	var items, bytes, rows int
	err = b.profiled("pull", func() error {
		for range pullRounds {
			for i, cursor := range cursors {
				p, err := b.pull(ctx, i, cursor)
				if err != nil {
					return err
				}
				before := cpuTime()
				n, took, err := b.barePull(ctx, db, b.store.Directory().Scopes(reader(i), clock()))
				if err != nil {
					return err
				}
				if p.items < n {
					return fmt.Errorf("the pull brought %d of %d records", p.items, n)
				}
				build, pack, bare = append(build, p.build), append(pack, p.pack), append(bare, took)
				used, bareUsed = append(used, p.cpu), append(bareUsed, cpuTime()-before)
				items, bytes, rows = items+p.items, bytes+p.bytes, rows+n
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	more := map[string]any{"pack_ms": quantile(pack, .5), "cpu_ms": quantile(used, .5), "p95_ms": quantile(build, .95), "items": items / len(build), "bytes": bytes / len(build)}
	if err := print(b.out, figure{Name: "store.pull_ms", Value: quantile(build, .5), Unit: "ms", N: b.n, More: more}); err != nil {
		return err
	}
	more = map[string]any{"cpu_ms": quantile(bareUsed, .5), "p95_ms": quantile(bare, .95), "items": rows / len(bare)}
	return print(b.out, figure{Name: "store.bare_pull_ms", Value: quantile(bare, .5), Unit: "ms", N: b.n, More: more})
}

const barePullSQL = `SELECT d.seq, d.kind, d.id, r.version, r.body FROM doc_scope d JOIN record r ON r.kind = d.kind AND r.id = d.id
	WHERE d.scope IN (SELECT value FROM json_each(?)) AND d.class = ? AND d.seq > ? AND d.gone = 0 ORDER BY d.seq`

// barePull reads the records that changed, class by class, into memory.
func (b *storeBench) barePull(ctx context.Context, db *sql.DB, scopes []app.Scope) (records int, took time.Duration, err error) {
	list, err := json.Marshal(scopes)
	if err != nil {
		return 0, 0, err
	}
	stmt, err := db.PrepareContext(ctx, barePullSQL)
	if err != nil {
		return 0, 0, err
	}
	defer stmt.Close()
	type record struct {
		id   string
		body []byte
	}
	var got []record
	began := time.Now()
	for class := range app.Classes {
		rows, err := stmt.QueryContext(ctx, string(list), class, b.before)
		if err != nil {
			return 0, 0, err
		}
		for rows.Next() {
			var r record
			var seq, kind, version int64
			if err := rows.Scan(&seq, &kind, &r.id, &version, &r.body); err != nil {
				return 0, 0, err
			}
			got = append(got, r)
		}
		if err := rows.Close(); err != nil {
			return 0, 0, err
		}
	}
	took = time.Since(began)
	slices.SortFunc(got, func(a, b record) int { return strings.Compare(a.id, b.id) })
	got = slices.CompactFunc(got, func(a, b record) bool { return a.id == b.id })
	return len(got), took, nil
}
