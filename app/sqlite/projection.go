package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// projectionVersion is raised whenever a projection is derived in another way,
// [app.SearchText], [app.ScopesOf], [app.WaitingOf] and [app.Document.SigningDue] included: the next
// start then rebuilds them all.
const projectionVersion = 5

// project brings the projections of all records touched so far up to date. It
// looks at each record as it is now, so what a savepoint undid needs no care.
func (tx *Tx) project() error {
	if len(tx.dirty) == 0 {
		return nil
	}
	keys := make([]app.Key, 0, len(tx.dirty))
	for k := range tx.dirty {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareKeys)
	for _, k := range keys {
		if err := tx.projectRecord(k); err != nil {
			return fmt.Errorf("project %d/%s: %w", k.Kind, k.ID, err)
		}
	}
	clear(tx.dirty)
	return tx.putSearchTexts()
}

func (tx *Tx) projectRecord(key app.Key) error {
	if key.Kind.IsDirectory() || app.NewRecord(key.Kind) == nil {
		return nil
	}
	r, version, err := tx.touched(key)
	if err != nil {
		return err
	}
	switch key.Kind {
	case app.KindDocument:
		d, _ := r.(*app.Document)
		return tx.projectDocument(key.ID, d, version)
	case app.KindReadMark:
		m, _ := r.(*app.ReadMark)
		if err := tx.projectReadMark(key.ID, m); err != nil {
			return err
		}
	case app.KindMeeting:
		m, _ := r.(*app.Meeting)
		if err := tx.projectMeeting(key.ID, m, version); err != nil {
			return err
		}
	default:
		if err := tx.projectBelonging(key, r); err != nil {
			return err
		}
	}
	if key.Kind == app.KindAssignment {
		a, _ := r.(*app.Assignment)
		if err := tx.projectAssignment(key.ID, a, version); err != nil {
			return err
		}
	}
	return tx.projectRecordScopes(key, r)
}

// touched returns the record as it is now; nil when it is absent.
func (tx *Tx) touched(key app.Key) (app.Record, uint64, error) {
	now := tx.dirty[key]
	if now == nil {
		return tx.recordAndVersion(key)
	}
	if now.body == nil {
		return nil, 0, nil
	}
	r, err := feed.Decode(key.Kind, now.body)
	return r, now.version, err
}

// recordAndVersion returns nil for an absent record.
func (v *View) recordAndVersion(key app.Key) (app.Record, uint64, error) {
	body, version, err := v.Body(key)
	if err != nil || body == nil {
		return nil, 0, err
	}
	r, err := feed.Decode(key.Kind, body)
	return r, version, err
}

func (tx *Tx) projectReadMark(id app.ID, m *app.ReadMark) error {
	if err := tx.exec("DELETE FROM read_mark WHERE mark = ?", string(id)); err != nil || m == nil {
		return err
	}
	return tx.exec(`INSERT INTO read_mark (person, doc, at, mark) VALUES (?, ?, ?, ?)
		ON CONFLICT (person, doc) DO UPDATE SET at = excluded.at, mark = excluded.mark`,
		string(m.Person), string(m.Doc), m.At, string(id))
}

// projectDocument keeps all that is derived from one document; d is nil when
// the document is gone.
func (tx *Tx) projectDocument(id app.ID, d *app.Document, version uint64) error {
	if err := errors.Join(tx.projectContents(app.Key{Kind: app.KindDocument, ID: id}, known(d)), tx.projectScans(id, d), tx.projectSigning(id, d)); err != nil {
		return err
	}
	old, err := tx.indexed(id)
	if err != nil {
		return err
	}
	if d == nil {
		if old == nil {
			return nil
		}
		return errors.Join(tx.removeDocument(old, true), tx.markPurged())
	}
	next := indexEntryOf(d, version)
	read, err := tx.scanText(d)
	if err != nil {
		return err
	}
	next.body += app.Fold(read)
	if err := tx.numberScopes(next, d); err != nil {
		return err
	}
	if err := tx.placeOf(next, d, old); err != nil {
		return err
	}
	if old != nil && !old.staysFor(next) {
		if err := tx.removeDocument(old, true); err != nil {
			return err
		}
		old = nil
	}
	if old != nil {
		next.row, next.place = old.row, old.place
		if err := tx.removeDocument(old, false); err != nil {
			return err
		}
	}
	if err := tx.putDocumentIndex(next); err != nil {
		return err
	}
	if err := tx.putParts(next, d); err != nil {
		return err
	}
	if err := tx.putDocumentScopes(old, next); err != nil {
		return err
	}
	return tx.noteSearchText(old, next)
}

// removeDocument removes the parts of the old entry; with whole, the entry
// itself, its scopes and its search text, too.
func (tx *Tx) removeDocument(old *indexed, whole bool) error {
	for _, table := range []string{"task_index", "waiting", "document_file"} {
		if err := tx.exec("DELETE FROM "+table+" WHERE row = ?", old.row); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	if err := tx.putDocumentScopes(old, nil); err != nil {
		return err
	}
	tx.texts = append(tx.texts, searchText{rowid: old.inSearch()})
	return tx.exec("DELETE FROM document_index WHERE row = ?", old.row)
}

// putParts writes tasks, waiting and files of a document.
func (tx *Tx) putParts(e *indexEntry, d *app.Document) error {
	for id, dir := range d.Directives {
		if dir.Withdrawn != 0 {
			continue
		}
		for receiver, t := range dir.Tasks {
			err := tx.exec(`INSERT INTO task_index (row, directive, receiver, is_unit, giver, role, state, due, since)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.row, int64(id), string(receiver), t.Unit, string(dir.Owner()),
				string(t.Role), string(t.State), t.DueIn(dir), max(t.Since, dir.At))
			if err != nil {
				return err
			}
		}
	}
	for _, w := range app.WaitingOf(d) {
		if _, held := slices.BinarySearch(e.scopes, w.Holder); !held {
			continue
		}
		err := tx.exec(`INSERT INTO waiting (row, queue, holder, ref, receiver, due, since) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			e.row, string(w.Queue), string(w.Holder), int64(w.Ref), string(w.Receiver), w.Due, w.Since)
		if err != nil {
			return err
		}
	}
	for _, f := range d.Files {
		err := tx.exec(`INSERT INTO document_file (sha256, row) VALUES (?, ?) ON CONFLICT DO NOTHING`, f.Content.SHA256[:], e.row)
		if err != nil {
			return err
		}
	}
	return nil
}

// indexed is what must be known of a document's entry to replace it.
type indexed struct {
	row, place   int64
	direction    app.Direction
	open         bool
	textKey      int64
	scopeNumbers []int64
}

// indexed returns the document's entry, or nil.
func (tx *Tx) indexed(id app.ID) (*indexed, error) {
	var e indexed
	var scopes []byte
	err := tx.queryRow("SELECT row, coalesce(place, 0), direction, open, text_key, scopes FROM document_index WHERE id = ?", string(id)).
		Scan(&e.row, &e.place, &e.direction, &e.open, &e.textKey, &scopes)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	e.scopeNumbers = unpackNumbers(scopes)
	return &e, err
}

// staysFor reports whether the next entry is of the same moment and shelf, so
// that row and place may stay.
func (e *indexed) staysFor(next *indexEntry) bool {
	return e.row>>rowBits == next.row>>rowBits && e.place>>placeBits == next.place>>placeBits
}
