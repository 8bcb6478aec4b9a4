package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// PEM block types.
const (
	typeCertificate = "CERTIFICATE"
	typeKey         = "PRIVATE KEY" // PKCS #8
	typeSecret      = "KHONGGIAY SECRET"
)

// ErrReadable means that a private key's file can be read by others.
var ErrReadable = errors.New("private key can be read by other users of this machine")

// writeFile puts bytes in place durably: all of them or none.
func writeFile(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// syncDir makes a rename durable where the system can.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// writePEM writes blocks of one type.
func writePEM(path, kind string, mode fs.FileMode, blocks ...[]byte) error {
	var b bytes.Buffer
	for _, block := range blocks {
		if err := pem.Encode(&b, &pem.Block{Type: kind, Bytes: block}); err != nil {
			return err
		}
	}
	return writeFile(path, b.Bytes(), mode)
}

// readPEM reads the first block, which must be of the type. Private types must
// stand in a file that only its owner can read.
func readPEM(path, kind string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if kind != typeCertificate && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w; run chmod 600", path, ErrReadable)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s: no %s in it", path, kind)
	}
	return block.Bytes, nil
}

// orCreate reads a private block; when the file is not there it makes one.
func orCreate(path, kind string, create func() ([]byte, error)) ([]byte, error) {
	b, err := readPEM(path, kind)
	if !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if b, err = create(); err != nil {
		return nil, err
	}
	return b, writePEM(path, kind, 0o600, b)
}

// readKey reads a PKCS #8 private key of type K, or makes one.
func readKey[K any](path string, create func() (K, error)) (K, error) {
	var none K
	der, err := orCreate(path, typeKey, func() ([]byte, error) {
		k, err := create()
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKCS8PrivateKey(k)
	})
	if err != nil {
		return none, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return none, fmt.Errorf("%s: not a PKCS #8 key", path) // the parser's words could quote the key
	}
	k, ok := parsed.(K)
	if !ok {
		return none, fmt.Errorf("%s: holds a key of type %T", path, parsed)
	}
	return k, nil
}
