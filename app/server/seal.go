package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"khonggiay/app"
)

// A backup is sealed with age (age-encryption.org/v1): ChaCha20-Poly1305 in
// chunks of 64 KiB under a key of its own, which is wrapped for one or more
// keys of the province's (X25519, or X25519 with ML-KEM-768) or for a
// passphrase (scrypt). Every chunk is authenticated, the last one as the last.
// The age program opens it as well.

// SealFor says who can open a backup: holders of keys, or one passphrase.
type SealFor struct {
	Keys       []string `json:"keys,omitempty"` // public: age1…
	Passphrase string   `json:"passphrase,omitempty"`
}

// OpenWith is what opens a sealed backup.
type OpenWith struct {
	Keys       string // the text of a key file
	Passphrase string
}

// minPassphrase is how many characters a passphrase has at least: nothing else
// protects the province's keys.
const minPassphrase = 16

// Cost of a guess at a passphrase: 2^n, in memory as well.
const (
	passphraseCost      = 18
	passphraseCheapCost = 10
)

// Errors of opening a backup.
var (
	// ErrNotBackup means that a file is no backup, or a damaged one.
	ErrNotBackup = app.Refuse(app.Invalid, "backup.damaged")
	// ErrWrongKey means that it was sealed for somebody else, or with another
	// passphrase.
	ErrWrongKey = app.Refuse(app.Forbidden, "backup.wrong_key")
	// ErrSealed means that nothing was given to open it with.
	ErrSealed = app.Refuse(app.Unauthorized, "backup.needs_key")
)

// NewBackupKey makes a key pair: the text of the key file, to be kept away from
// the server, and the public key, for which backups are sealed.
func NewBackupKey() (file, public string, err error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", "", err
	}
	public = id.Recipient().String()
	return fmt.Sprintf("# public key: %s\n%s\n", public, id), public, nil
}

func (f SealFor) recipients(cost int) ([]age.Recipient, error) {
	if (len(f.Keys) > 0) == (f.Passphrase != "") {
		return nil, app.Refuse(app.Invalid, "backup.no_key")
	}
	if f.Passphrase != "" {
		if len([]rune(f.Passphrase)) < minPassphrase {
			return nil, app.Refuse(app.Invalid, "backup.short_passphrase").With("min", minPassphrase)
		}
		r, err := age.NewScryptRecipient(f.Passphrase)
		if err != nil {
			return nil, err
		}
		r.SetWorkFactor(cost)
		return []age.Recipient{r}, nil
	}
	out, err := age.ParseRecipients(strings.NewReader(strings.Join(f.Keys, "\n")))
	if err != nil {
		return nil, app.Errorf(app.Invalid, "backup.bad_key", "%w", err)
	}
	return out, nil
}

// sealed writes what write writes, sealed.
func (f SealFor) sealed(to io.Writer, cost int, write func(io.Writer) error) error {
	recipients, err := f.recipients(cost)
	if err != nil {
		return err
	}
	w, err := age.Encrypt(to, recipients...)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	return errors.Join(write(b), b.Flush(), w.Close())
}

// sealedBegins is how every sealed file begins.
var sealedBegins = []byte("age-encryption.org/v1\n")

// open reads a backup. One that is not sealed, as versions before made them, is
// read as it is.
func (o OpenWith) open(r io.Reader) (plain io.Reader, sealed bool, err error) {
	b := bufio.NewReaderSize(r, 1<<20)
	if begins, err := b.Peek(len(sealedBegins)); err != nil || !bytes.Equal(begins, sealedBegins) {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, err
		}
		return b, false, nil
	}
	identities, err := o.identities()
	if err != nil {
		return nil, true, err
	}
	plain, err = age.Decrypt(b, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, true, fmt.Errorf("%w: %w", ErrWrongKey, err)
	case err != nil:
		return nil, true, fmt.Errorf("%w: %w", ErrNotBackup, err)
	}
	return plain, true, nil
}

func (o OpenWith) identities() ([]age.Identity, error) {
	switch {
	case o.Passphrase != "":
		id, err := age.NewScryptIdentity(o.Passphrase)
		return []age.Identity{id}, err
	case o.Keys == "":
		return nil, ErrSealed
	}
	out, err := age.ParseIdentities(strings.NewReader(o.Keys))
	if err != nil {
		return nil, app.Refuse(app.Invalid, "backup.bad_key_file") // the cause would quote the key
	}
	return out, nil
}
