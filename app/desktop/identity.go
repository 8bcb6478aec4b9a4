package desktop

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"khonggiay/app/enrol"
)

// The device's identity (keys and certificate) is a file that only its owner
// can read. Private keys were made on this machine and leave it nowhere.

func identityPath(data string) string { return filepath.Join(data, "identity.json") }

// loadIdentity returns nil when the laptop is nobody's yet.
func loadIdentity(data string) (*enrol.Identity, error) {
	b, err := os.ReadFile(identityPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	id := &enrol.Identity{}
	if err := json.Unmarshal(b, id); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	return id, nil
}

func saveIdentity(data string, id *enrol.Identity) error {
	b, err := json.Marshal(id)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := writePrivate(identityPath(data), b); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	return nil
}
