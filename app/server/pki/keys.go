package pki

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// File names in the directory.
const (
	authorityKeyFile  = "authority.key"
	authorityCertFile = "authority.pem"
	serverKeyFile     = "server.key"
	serverCertFile    = "server.pem"
	resultsKeyFile    = "results.key"
	provinceKeyFile   = "province.key"
	commandsKeyFile   = "commands.key"
	cursorKeyFile     = "cursor.key"
)

// Authority holds the province's keys. It is safe for concurrent use.
type Authority struct {
	dir      string
	key      *ecdsa.PrivateKey
	cert     *x509.Certificate
	results  ed25519.PrivateKey
	commands ed25519.PrivateKey
	province hpke.PrivateKey
	cursor   []byte

	mu     sync.Mutex // guards server, which renewal replaces
	server *tls.Certificate
}

// Open reads the keys in dir, making those that are not there. fresh tells
// that the authority was made just now.
func Open(dir, province string, now time.Time) (a *Authority, fresh bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, fmt.Errorf("authority: %w", err)
	}
	a = &Authority{dir: dir}
	if fresh, err = a.openAuthority(province, now); err != nil {
		return nil, false, fmt.Errorf("authority: %w", err)
	}
	if err := a.openKeys(); err != nil {
		return nil, false, fmt.Errorf("authority: %w", err)
	}
	return a, fresh, nil
}

// openAuthority never makes a second authority beside half of an old one: that
// would cut off every device of the province.
func (a *Authority) openAuthority(province string, now time.Time) (fresh bool, err error) {
	certPath, keyPath := a.path(authorityCertFile), a.path(authorityKeyFile)
	der, err := readPEM(certPath, typeCertificate)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(keyPath); err == nil {
			// Killed between the two writes of the first start: nothing was
			// ever signed with this key.
			if err := os.Remove(keyPath); err != nil {
				return false, err
			}
		}
		if a.key, err = readKey(keyPath, newP256); err != nil {
			return false, err
		}
		if der, err = a.selfSign(province, now); err != nil {
			return false, err
		}
		fresh = true
		err = writePEM(certPath, typeCertificate, 0o644, der)
	} else if err == nil {
		a.key, err = readKey(keyPath, func() (*ecdsa.PrivateKey, error) {
			return nil, fmt.Errorf("%s is missing; restore it from a backup", keyPath)
		})
	}
	if err != nil {
		return false, err
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return false, fmt.Errorf("%s: %w", certPath, err)
	}
	if !a.key.PublicKey.Equal(a.cert.PublicKey) {
		return false, fmt.Errorf("%s and %s do not belong together", certPath, keyPath)
	}
	return fresh, nil
}

func (a *Authority) openKeys() error {
	var err error
	if a.results, err = readKey(a.path(resultsKeyFile), newEd25519); err != nil {
		return err
	}
	if a.commands, err = readKey(a.path(commandsKeyFile), newEd25519); err != nil {
		return err
	}
	province, err := readKey(a.path(provinceKeyFile), func() (*ecdh.PrivateKey, error) {
		return ecdh.X25519().GenerateKey(rand.Reader)
	})
	if err != nil {
		return err
	}
	if a.province, err = hpke.NewDHKEMPrivateKey(province); err != nil {
		return err
	}
	a.cursor, err = orCreate(a.path(cursorKeyFile), typeSecret, func() ([]byte, error) {
		b := make([]byte, 32)
		rand.Read(b) // never fails
		return b, nil
	})
	if err == nil && len(a.cursor) != 32 {
		err = fmt.Errorf("%s: wrong size", a.path(cursorKeyFile))
	}
	return err
}

func newEd25519() (ed25519.PrivateKey, error) {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	return k, err
}

func newP256() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func (a *Authority) path(name string) string { return filepath.Join(a.dir, name) }

// Certificate is the authority's own certificate, DER.
func (a *Authority) Certificate() []byte { return a.cert.Raw }

// Pool holds the authority alone: who may come in as a device.
func (a *Authority) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// ResultsKey signs the results of commands.
func (a *Authority) ResultsKey() ed25519.PrivateKey { return a.results }

// CommandsKey signs the commands that the server itself gives, for people at a
// browser and for the system.
func (a *Authority) CommandsKey() ed25519.PrivateKey { return a.commands }

// ProvinceKey opens content keys that were escrowed to the province.
func (a *Authority) ProvinceKey() hpke.PrivateKey { return a.province }

// CursorKey authenticates cursors.
func (a *Authority) CursorKey() []byte { return a.cursor }

// LogValue keeps the keys out of the logs.
func (a *Authority) LogValue() slog.Value { return slog.StringValue("authority in " + a.dir) }
