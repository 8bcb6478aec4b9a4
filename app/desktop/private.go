package desktop

import (
	"errors"
	"os"
	"path/filepath"
)

// writePrivate replaces a file of secrets as a whole: readable by its owner
// alone, and either the old or the new one after a power cut.
func writePrivate(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*") // 0600 by its contract
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
