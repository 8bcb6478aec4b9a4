package replica_test

import (
	"database/sql"

	"khonggiay/app"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// forgetful is a laptop that does not keep what it was given.
type forgetful struct {
	replica.Tx
	forgets func(feed.OutboxRow) bool
}

func (t forgetful) PutOutbox(row feed.OutboxRow) error {
	if t.forgets(row) {
		return nil
	}
	return t.Tx.PutOutbox(row)
}

func forgottenCommand() flaw {
	now := every(5)
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx {
		return forgetful{tx, func(row feed.OutboxRow) bool { return row.State == feed.OutWaiting && row.Doubt == nil && now() }}
	}}
}

// silent is a laptop that counts what it sent as answered.
type silent struct{ replica.Tx }

func (t silent) SetSyncState(s feed.State) error {
	rows, err := t.Tx.Outbox(feed.OutWaiting, 100)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID.Counter()%4 == 0 {
			row.State = feed.OutAcknowledged
			if err := t.Tx.PutOutbox(row); err != nil {
				return err
			}
		}
	}
	return t.Tx.SetSyncState(s)
}

func silentAnswer() flaw {
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx { return silent{tx} }}
}

// quietly is a laptop that does not remember what it must acknowledge.
type quietly struct{ replica.Tx }

func (t quietly) AddPurged(app.Key) error { return nil }

func silentPurge() flaw {
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx { return quietly{tx} }}
}

// untouched is a laptop that does not know what its commands have changed.
type untouched struct{ replica.Tx }

func (t untouched) Touch(app.CommandID, app.Key) error { return nil }

func noRebase() flaw {
	return flaw{laptopTx: func(_ *laptop, tx replica.Tx) replica.Tx { return untouched{tx} }}
}

// unindexed notes the rows of documents that are deleted.
type unindexed struct {
	replica.Tx
	l    *laptop
	rows *[]int64
}

func (t unindexed) Delete(key app.Key) error {
	db, err := sql.Open("sqlite3", "file:"+t.l.path+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	var row int64
	if err := db.QueryRow("SELECT row FROM document_index WHERE id = ?", string(key.ID)).Scan(&row); err == nil {
		*t.rows = append(*t.rows, row)
	}
	return t.Tx.Delete(key)
}

// missedIndex puts the words of a deleted document back.
func missedIndex() flaw {
	var rows []int64
	return flaw{
		laptopTx: func(l *laptop, tx replica.Tx) replica.Tx { return unindexed{tx, l, &rows} },
		applied: func(l *laptop) {
			if len(rows) == 0 {
				return
			}
			db, err := sql.Open("sqlite3", "file:"+l.path+"?_busy_timeout=10000")
			l.w.must(err)
			defer db.Close()
			for _, row := range rows {
				_, err := db.Exec("INSERT OR IGNORE INTO document_fts (rowid, title, body, scopes) VALUES (9223372036854775807 - ?, 'con lai', '', '')", row)
				l.w.must(err)
			}
			rows = nil
		},
	}
}
