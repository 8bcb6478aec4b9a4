package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"khonggiay/app"
)

// AuditEntry is one line of the server's audit log.
type AuditEntry struct {
	Seq    uint64         `json:"seq"`
	At     app.Time       `json:"at"`
	Act    string         `json:"act"`              // "login", "device.revoke" …
	Actor  app.ID         `json:"actor,omitempty"`  // person, "system" or "operator"
	Device app.ID         `json:"device,omitempty"` // device that asked
	Object string         `json:"object,omitempty"` // what it was done to
	Source string         `json:"source,omitempty"` // network address
	Detail map[string]any `json:"detail,omitempty"` // never a secret
	Hash   app.Hash       `json:"hash"`
}

// ErrAuditBroken means that a row of the audit log was changed or removed.
var ErrAuditBroken = errors.New("sqlite: the audit log was tampered with")

// Audit appends an entry in this transaction, so that an act and its trace are
// written together or not at all. Seq and Hash are filled in, and At when 0.
func (tx *Tx) Audit(e AuditEntry) error {
	if e.At == 0 {
		e.At = tx.store.Now()
	}
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("audit detail: %w", err)
		}
	}
	var before []byte
	err := tx.queryRow("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&e.Seq, &before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	e.Seq++
	hash := auditHash(before, e, detail)
	return tx.exec(`INSERT INTO audit (seq, at, act, actor, device, object, source, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, e.At, e.Act, string(e.Actor), string(e.Device), e.Object, e.Source, string(detail), hash[:])
}

// auditHash chains a row to the one before. Every field goes in with its length.
func auditHash(before []byte, e AuditEntry, detail []byte) app.Hash {
	h := sha256.New()
	h.Write(before)
	var n [8]byte
	number := func(v uint64) {
		binary.BigEndian.PutUint64(n[:], v)
		h.Write(n[:])
	}
	number(e.Seq)
	number(uint64(e.At))
	for _, text := range [][]byte{[]byte(e.Act), []byte(e.Actor), []byte(e.Device), []byte(e.Object), []byte(e.Source), detail} {
		number(uint64(len(text)))
		h.Write(text)
	}
	return app.Hash(h.Sum(nil))
}

// AuditLog returns up to limit entries after seq, oldest first.
func (s *Store) AuditLog(ctx context.Context, after uint64, limit int) ([]AuditEntry, error) {
	var out []AuditEntry
	err := s.Read(ctx, func(v *View) error {
		return v.eachAudit(after, limit, func(e AuditEntry, detail []byte) error {
			if err := json.Unmarshal(detail, &e.Detail); err != nil {
				return fmt.Errorf("audit row %d: %w", e.Seq, err)
			}
			out = append(out, e)
			return nil
		})
	})
	return out, err
}

// CheckAudit reads the whole log and verifies its chain. ErrAuditBroken names
// the first row that does not fit.
func (s *Store) CheckAudit(ctx context.Context) (rows uint64, err error) {
	err = s.Read(ctx, func(v *View) error {
		var before []byte
		return v.eachAudit(0, -1, func(e AuditEntry, detail []byte) error {
			rows++
			want := auditHash(before, e, detail)
			if e.Seq != rows || !bytes.Equal(want[:], e.Hash[:]) {
				return fmt.Errorf("%w: row %d", ErrAuditBroken, rows)
			}
			before = want[:]
			return nil
		})
	})
	return rows, err
}

// LastAudit returns the latest entry of an act upon an object, without its
// detail; app.ErrNotFound if there is none.
func (v *View) LastAudit(act, object string) (e AuditEntry, err error) {
	const query = `SELECT seq, at, act, actor, device, object, source FROM audit WHERE object = ? AND act = ? ORDER BY seq DESC LIMIT 1`
	err = v.queryRow(query, object, act).Scan(&e.Seq, &e.At, &e.Act, &e.Actor, &e.Device, &e.Object, &e.Source)
	if errors.Is(err, sql.ErrNoRows) {
		err = app.ErrNotFound
	}
	return e, err
}

func (v *View) eachAudit(after uint64, limit int, fn func(AuditEntry, []byte) error) error {
	const query = `SELECT seq, at, act, actor, device, object, source, detail, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`
	return v.each(query, []any{after, limit}, func(rows *sql.Rows) error {
		var e AuditEntry
		var detail, hash []byte
		if err := rows.Scan(&e.Seq, &e.At, &e.Act, &e.Actor, &e.Device, &e.Object, &e.Source, &detail, &hash); err != nil {
			return err
		}
		copy(e.Hash[:], hash)
		return fn(e, detail)
	})
}
