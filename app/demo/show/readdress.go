package show

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// readdress tells an enrolled laptop where the server is this time: its port
// may have been taken by another program since.
func (s *stand) readdress(data string) error {
	path := filepath.Join(data, "identity.json")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var identity map[string]json.RawMessage
	if err := json.Unmarshal(b, &identity); err != nil {
		return fmt.Errorf("demo: %s: %w", path, err)
	}
	addresses, err := json.Marshal([]string{fmt.Sprintf("127.0.0.1:%d", s.state.Port)})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if bytes.Equal(identity["addresses"], addresses) {
		return nil
	}
	identity["addresses"] = addresses
	return writeJSON(path, identity)
}
