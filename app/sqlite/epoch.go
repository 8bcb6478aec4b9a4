package sqlite

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strconv"

	"khonggiay/app"
)

// metaEpoch is the key of meta that names the server's data: another one after
// a restore, so that laptops notice.
const metaEpoch = "epoch"

// metaOwnWriter is the key of meta for OwnWriter; absent until a restore.
const metaOwnWriter = "own_writer"

// Epoch of the server's data; 0 before NewEpoch.
func (v *View) Epoch() (uint64, error) {
	text, err := v.meta(metaEpoch)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("epoch in meta: %w", err)
	}
	return n, nil
}

// NewEpoch begins another epoch: 52 random bits, never 0, so that every
// carrier of numbers carries it exactly.
func (tx *Tx) NewEpoch() (uint64, error) {
	var b [8]byte
	rand.Read(b[:]) // never fails
	epoch := binary.BigEndian.Uint64(b[:])>>12 | 1
	return epoch, tx.setMeta(metaEpoch, strconv.FormatUint(epoch, 10))
}

// OwnWriter is the writer number of the commands that the server itself gives.
// It changes with a restore, as those of the lost days are half known outside.
func (v *View) OwnWriter() (uint32, error) {
	text, err := v.meta(metaOwnWriter)
	if err != nil || text == "" {
		return 1, err
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("own writer in meta: %w", err)
	}
	return uint32(n), nil
}

// Beat writes the time of a heartbeat: proof that a transaction can be
// committed.
func (tx *Tx) Beat(at app.Time) error {
	return tx.setMeta("heartbeat", strconv.FormatInt(int64(at), 10))
}
