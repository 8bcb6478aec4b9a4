package sqlite

import (
	"database/sql"
	"fmt"

	"khonggiay/app"
)

// projectSigning notes what the server has to do about a document's signatures.
// next is nil when the document is gone.
func (tx *Tx) projectSigning(id app.ID, next *app.Document) error {
	if tx.store.opts.Role != Server {
		return nil
	}
	var due app.SigningDue
	if next != nil {
		due = next.SigningDue()
	}
	if due == 0 {
		return tx.exec("DELETE FROM signing_due WHERE doc = ?", string(id))
	}
	return tx.exec("INSERT INTO signing_due (doc, due) VALUES (?, ?) ON CONFLICT (doc) DO UPDATE SET due = excluded.due", string(id), due)
}

// SigningDue lists documents of which that is due, in their order from after on.
// It asks for one thing at a time.
func (v *View) SigningDue(due app.SigningDue, after app.ID, limit int) (docs []app.ID, err error) {
	// The mask stands in the text, so that the partial indexes serve.
	query := fmt.Sprintf("SELECT doc FROM signing_due WHERE due & %d AND doc > ? ORDER BY doc LIMIT ?", due)
	err = v.each(query, []any{string(after), limit}, func(rows *sql.Rows) error {
		var id app.ID
		err := rows.Scan(&id)
		docs = append(docs, id)
		return err
	})
	return docs, err
}

// SigningWaits counts the documents of which that is due.
func (v *View) SigningWaits(due app.SigningDue) (n int, err error) {
	err = v.queryRow(fmt.Sprintf("SELECT count(*) FROM signing_due WHERE due & %d", due)).Scan(&n)
	return n, err
}
