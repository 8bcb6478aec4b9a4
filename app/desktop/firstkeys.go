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
// ones. Another code gets other keys: no two devices share one. Only a laptop
// whose identity was set aside, since a restored server does not know it, keeps
// its keys: by them it proves that what it signed is its own.
func keysFor(data string, code enrol.Code, now time.Time) (*enrol.Keys, error) {
	hash := app.Hash(sha256.Sum256(code.Secret[:]))
	if f, err := loadFirstKeys(data); err != nil {
		return nil, err
	} else if f != nil && f.Code == hash {
		return f.Keys, nil
	}
	keys, err := formerKeys(data)
	if err == nil && keys == nil {
		keys, err = enrol.NewKeys(now)
	}
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

// formerPath is where an identity is set aside that a restored server does not
// know.
func formerPath(data string) string { return filepath.Join(data, "identity.former.json") }

func setIdentityAside(data string) error {
	err := os.Rename(identityPath(data), formerPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// formerKeys are those of an identity that was set aside, nil if there is none.
func formerKeys(data string) (*enrol.Keys, error) {
	b, err := os.ReadFile(formerPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var id enrol.Identity
	if err := json.Unmarshal(b, &id); err != nil {
		return nil, fmt.Errorf("identity that was set aside: %w", err)
	}
	return id.Keys, nil
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
	var errs []error
	for _, path := range []string{firstKeysPath(data), formerPath(data)} {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
