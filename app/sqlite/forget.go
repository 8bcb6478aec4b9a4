package sqlite

// RecordCount counts all records.
func (v *View) RecordCount() (n int64, err error) {
	err = v.queryRow(`SELECT count(*) FROM record`).Scan(&n)
	return n, err
}

// ForgetPerson takes off a laptop what is left when its records are gone: the
// outbox with all that was written, and whose replica it was.
func (tx *Tx) ForgetPerson() error {
	for _, table := range []string{"scan", "scan_folder", "outbox", "receipt", "touched", "base", "held", "held_set", "scope_sum", "need", "purged", "upload", "content_send", "content_ref", "working_copy", "place_ballot"} {
		if err := tx.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return tx.exec(`UPDATE sync_state SET person = '', writer = 0, next = 1, epoch = 0, cursor = NULL, member = 0, scopes = NULL,
		level = 0, contact = 0, seen = 0, skew = 0, lease = 0, renewed = 0, latest = 0`)
}
