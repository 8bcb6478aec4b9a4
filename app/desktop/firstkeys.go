package desktop

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
)

// firstKeys are the keys that were made for an enrolment code, until the server
// has answered. They are stored before the server is asked: when its answer is
// lost on the way, the same code given again with the same keys is answered
// again, and with others it would be refused.
type firstKeys struct {
	Code app.Hash    `json:"code"` // SHA-256 of the code's secret
	Keys *enrol.Keys `json:"keys"`
}

func firstKeysPath(data string) string { return filepath.Join(data, "enrolling.json") }

// keysFor returns the keys made for the code before, or makes and stores new
// ones. Another code gets other keys: no two devices share one.
func keysFor(data string, code enrol.Code, now time.Time) (*enrol.Keys, error) {
	hash := app.Hash(sha256.Sum256(code.Secret[:]))
	if f, err := loadFirstKeys(data); err != nil {
		return nil, err
	} else if f != nil && f.Code == hash {
		return f.Keys, nil
	}
	keys, err := enrol.NewKeys(now)
	if err != nil {
		return nil, fmt.Errorf("first keys: %w", err)
	}
	b, err := json.Marshal(firstKeys{hash, keys})
	if err == nil {
		err = writePrivate(firstKeysPath(data), b)
	}
	if err != nil {
		return nil, fmt.Errorf("first keys: %w", err)
	}
	return keys, nil
}

// loadFirstKeys returns nil when there are none, or none that can be read: then
// the code was not used with them, or is lost with them.
func loadFirstKeys(data string) (*firstKeys, error) {
	b, err := os.ReadFile(firstKeysPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("first keys: %w", err)
	}
	var f firstKeys
	if json.Unmarshal(b, &f) != nil || f.Keys == nil {
		return nil, nil
	}
	return &f, nil
}

// forgetFirstKeys removes them once the identity, which holds them too, is stored.
func forgetFirstKeys(data string) error {
	err := os.Remove(firstKeysPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
