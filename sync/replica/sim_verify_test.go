package replica_test

import (
	"database/sql"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// verify checks all that must hold when everything has grown quiet.
func (w *world) verify() {
	all, dir := records(w, w.server.store), w.server.store.Directory()
	holders := make(map[app.Key][]app.Scope, len(all))
	for key, rec := range all {
		holders[key] = app.ScopesOf(decode(w, key, rec.body), dir)
	}
	for _, l := range w.laptops {
		if l.leave.gone {
			w.verifyEmpty(l)
			continue
		}
		have := records(w, l.store)
		w.verifyRemains(l, keyed, have)
		w.verifyPurged(l, have)
		w.verifyView(l, have, all, holders)
		w.verifyOutbox(l)
	}
	w.verifyEffects(all)
	w.verifyNumbers(all)
	w.verifyHeirs()
	w.verifyServer()
	w.ledger.history.complete(w.ledger.results, w.server.epoch) // what laptops have not heard that left
	w.verifyHistory()
}

// verifyView: the laptop holds exactly what its person may hold, byte for byte.
func (w *world) verifyView(l *laptop, have, all map[app.Key]record, holders map[app.Key][]app.Scope) {
	mine := w.server.store.Directory().Scopes(l.person, w.now)
	for key, rec := range all {
		may := overlap(holders[key], mine)
		got, held := have[key]
		switch {
		case may && !held:
			w.failf("%s lacks %v", l, key)
		case !may && held:
			w.failf("%s still holds %v, which left its scopes", l, key)
		case may && got != rec:
			w.failf("%s has %v at %d, the server at %d:\n%x\n%x", l, key, got.version, rec.version, got.body, rec.body)
		}
	}
	for key := range have {
		if _, known := all[key]; !known {
			w.failf("%s holds %v, which the server does not know", l, key)
		}
	}
	st, err := l.rep.Status(ctx)
	w.must(err)
	if st.Broken || !st.Loaded || st.Repairs > 0 && !w.restored() { // a restored server leaves some to be dropped
		w.failf("%s: %+v", l, st)
	}
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		sums, err := v.Sums(mine)
		if err != nil {
			return err
		}
		for _, s := range sums {
			want := feed.Sum{}
			err := v.HeldRecords(s.Scope, func(k app.Key, version uint64) error { want.Add(k, version); return nil })
			if err != nil {
				return err
			}
			if want != s.Sum {
				w.failf("%s: the sum of %s is %+v, its records give %+v", l, s.Scope, s.Sum, want)
			}
		}
		base, err := v.BaseKeys()
		if len(base) > 0 {
			w.failf("%s: base rows without pending commands: %v", l, base)
		}
		return err
	}))
}

// verifyOutbox: every command has exactly one result, the same on both sides. A
// server that was restored need not know what it had refused.
func (w *world) verifyOutbox(l *laptop) {
	for _, id := range l.given {
		w.verifyResult(l, id)
	}
	next := uint32(0)
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
		next, err = v.Next(l.writer)
		return err
	}))
	if last := w.ledger.last[l.writer]; next != last+1 && !w.restored() {
		w.failf("%s gave %d commands, the server decided %d", l, last, next-1)
	}
}

func (w *world) verifyResult(l *laptop, id app.CommandID) {
	var there *feed.StoredResult
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
		there, err = v.Result(id)
		return err
	}))
	var here *feed.OutboxRow
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		var err error
		if here, err = v.OutboxRow(id); err != nil {
			return err
		}
		keys, err := v.TouchedBy(id)
		if len(keys) > 0 && here != nil && !here.State.Pending() {
			w.failf("%v of %s is answered, and still touches %v", id, l.person, keys)
		}
		return err
	}))
	switch {
	case here != nil && here.Retry != 0 && here.Result == nil:
		return // given again under another number: that one has the answer
	case here == nil || here.Result == nil && here.State != feed.OutDiscarded:
		w.failf("%v of %s has no result: %+v, the server says %+v", id, l, here, there)
	case there == nil && w.restored() && (here.State == feed.OutRefused || here.State == feed.OutDiscarded):
		return
	case there == nil || here.Result != nil && (here.Result.Status != there.Status || here.Result.Seq != there.Seq) || !fits(here, there.Status):
		w.failf("%v of %s, %s in state %d: server says %+v, laptop %+v", id, l, here.Name, here.State, there, here.Result)
	}
	v, known := w.ledger.results[decision{w.server.epoch, id}]
	if !known && w.restored() {
		return // decided before the backup
	}
	if v.status != there.Status || v.seq != there.Seq {
		w.failf("%v of %s was answered %+v, the server says %+v", id, l, v, there)
	}
}

// fits reports whether a command stands where its result puts it. A refused one
// keeps its text until its author lets it go.
func fits(row *feed.OutboxRow, status feed.Status) bool {
	switch status {
	case feed.Accepted:
		return row.State == feed.OutAcknowledged && row.Command != nil
	case feed.Refused:
		return row.State == feed.OutRefused && row.Command != nil || row.State == feed.OutDiscarded
	}
	return row.State == feed.OutDeferred && row.Command != nil
}

// stepping are commands that always write a step into their document's history.
var stepping = []string{"document.submit_draft.1", "document.approve_draft.1", "document.submit.1", "document.direct.1", "document.register.1"}

// verifyEffects: what was accepted has left its mark, and no later command has
// wiped it out.
func (w *world) verifyEffects(all map[app.Key]record) {
	docs := map[app.Key]*app.Document{}
	for id, g := range w.ledger.gifts {
		v := w.ledger.results[decision{w.server.epoch, id}]
		step := slices.Contains(stepping, g.name)
		if v.status != feed.Accepted || !step && g.name != "document.remark.1" {
			continue
		}
		doc := docs[g.target]
		if doc == nil {
			doc = decode(w, g.target, all[g.target].body).(*app.Document)
			docs[g.target] = doc
		}
		_, stepped := doc.History[id]
		_, remarked := doc.Remarks[id]
		if !stepped && !remarked {
			w.failf("%s %v was accepted, and %s shows nothing of it", g.name, id, doc.ID)
		}
	}
}

// verifyServer: events have no gap and the chain fits them; what the sums say
// is what the scopes hold.
func (w *world) verifyServer() {
	scopes := map[app.Scope]bool{}
	for _, l := range w.laptops {
		for _, s := range w.server.store.Directory().Scopes(l.person, w.now) {
			scopes[s] = true
		}
	}
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		bad, err := hub.CheckChain(v)
		if err != nil || bad != 0 {
			w.failf("event %d does not fit the chain: %v", bad, err)
		}
		for s := range scopes {
			sums, err := v.Sums([]app.Scope{s})
			if err != nil {
				return err
			}
			want := feed.Sum{}
			if err := v.ScopeRecords(s, func(k app.Key, version uint64) error { want.Add(k, version); return nil }); err != nil {
				return err
			}
			if want != sums[0].Sum {
				w.failf("the server's sum of %s is %+v, its records give %+v", s, sums[0].Sum, want)
			}
		}
		return nil
	}))
}

// keyed says which columns of a laptop's file name records.
const keyed = `SELECT 'record', kind, id FROM record
	UNION ALL SELECT 'document_index', 1, id FROM document_index
	UNION ALL SELECT 'content_ref', kind, record FROM content_ref
	UNION ALL SELECT 'held', kind, id FROM held
	UNION ALL SELECT 'base', kind, id FROM base
	UNION ALL SELECT 'touched', kind, id FROM touched
	UNION ALL SELECT 'need', kind, id FROM need
	UNION ALL SELECT 'purged', kind, id FROM purged`

// hanging lists what hangs on a row of document_index that is gone.
const hanging = `WITH hangs (what, row) AS (
		SELECT 'document_fts', 9223372036854775807 - rowid FROM document_fts
		UNION ALL SELECT 'task_index', row FROM task_index
		UNION ALL SELECT 'waiting', row FROM waiting
		UNION ALL SELECT 'document_file', row FROM document_file)
	SELECT what FROM hangs WHERE row NOT IN (SELECT row FROM document_index)`

// verifyRemains: nothing in the laptop's file belongs to a record that it does
// not hold; what left was purged from every table and from the search index.
func (w *world) verifyRemains(l *laptop, named string, have map[app.Key]record) {
	db, err := sql.Open("sqlite3", "file:"+l.path+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(eachRow(db, named, func(rows *sql.Rows) error {
		var table string
		var key app.Key
		err := rows.Scan(&table, &key.Kind, &key.ID)
		if _, held := have[key]; !held {
			w.failf("%s keeps a row of %s for %v, which it does not hold", l, table, key)
		}
		return err
	}))
	w.must(eachRow(db, hanging, func(rows *sql.Rows) error {
		var table string
		err := rows.Scan(&table)
		w.failf("%s keeps a row of %s for a document that is gone", l, table)
		return err
	}))
}

// verifyPurged: the server knows of everything that was wiped here. One that
// was restored has forgotten some of it.
func (w *world) verifyPurged(l *laptop, have map[app.Key]record) {
	if w.restored() {
		return
	}
	told := map[app.Key]bool{}
	db, err := sql.Open("sqlite3", "file:"+w.server.path+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(eachRow(db, "SELECT kind, id FROM purge_ack WHERE device = '"+string(l.device())+"'", func(rows *sql.Rows) error {
		var key app.Key
		err := rows.Scan(&key.Kind, &key.ID)
		told[key] = true
		return err
	}))
	for key := range l.had {
		if _, held := have[key]; !held && !told[key] {
			w.failf("%s has wiped %v and not said so", l, key)
		}
	}
}

func eachRow(db *sql.DB, query string, fn func(*sql.Rows) error) error {
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
