package show

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Folders inside the demonstration's.
const (
	serverDir  = "server"
	laptopsDir = "laptops"
	stateFile  = "demo.json"
)

// state is what the next run must know of this one.
type state struct {
	Made      bool      `json:"made"`
	Small     bool      `json:"small"`
	Documents int       `json:"documents"` // about how many were asked for
	At        time.Time `json:"at"`        // the present of the history
	Port      int       `json:"port"`
	Laptops   []laptop  `json:"laptops"`
	Accounts  []account `json:"accounts"`
	Authority int       `json:"authority"` // port at which certificates say that lists are
}

// laptop is one person's program.
type laptop struct {
	Key    string `json:"key"`
	Port   int    `json:"port"`
	Ticket string `json:"ticket"` // lets the links between the laptops in
	PID    int    `json:"-"`      // of its process, this time
}

// account is one person's sign-in on the server.
type account struct {
	Key      string `json:"key"`
	Account  string `json:"account"`
	Password string `json:"password"`
}

func readState(dir string) (*state, error) {
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return &state{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	s := &state{}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("demo: %s: %w; start again with --reset", stateFile, err)
	}
	return s, nil
}

func (s *state) write(dir string) error { return writeJSON(filepath.Join(dir, stateFile), s) }

// writeJSON writes a file that only its owner may read: it has tickets in it.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

func (s *state) laptop(key string) *laptop {
	for i := range s.Laptops {
		if s.Laptops[i].Key == key {
			return &s.Laptops[i]
		}
	}
	s.Laptops = append(s.Laptops, laptop{Key: key, Ticket: rand.Text()})
	return &s.Laptops[len(s.Laptops)-1]
}
