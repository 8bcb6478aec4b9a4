package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app"
)

// conferencesDir keeps the state of conferences over a restart. It is no part of a
// backup: what of a conference is to last stands in the meeting's records.
const conferencesDir = "conferences"

// keepConferences is how long the state of a conference lies there after its last
// change: who was in when is personal data.
const keepConferences = 90 * 24 * time.Hour

// newPrefix begins the name of a file that is being written.
const newPrefix = ".new-"

// conferenceKeep keeps each conference as a file. It implements room.Keep.
type conferenceKeep struct{ dir string }

// openConferenceKeep opens the directory and removes what is too old, and what a
// killed program left unfinished.
func openConferenceKeep(dir string, now time.Time) (conferenceKeep, error) {
	k := conferenceKeep{dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return k, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), newPrefix) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return k, err
		}
	}
	return k, k.prune(now)
}

// prune removes what has lain there for too long.
func (k conferenceKeep) prune(now time.Time) error {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // it is being written, or was replaced meanwhile
		}
		if err == nil && filepath.Ext(e.Name()) == ".json" && now.Sub(info.ModTime()) > keepConferences {
			err = os.Remove(filepath.Join(k.dir, e.Name()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// path is named by a hash: an id may have characters that a file may not.
func (k conferenceKeep) path(meetingID app.ID) string {
	sum := sha256.Sum256([]byte(meetingID))
	return filepath.Join(k.dir, hex.EncodeToString(sum[:16])+".json")
}

// Save implements room.Keep.
func (k conferenceKeep) Save(meetingID app.ID, state []byte) error {
	f, err := os.CreateTemp(k.dir, newPrefix+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(state)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), k.path(meetingID))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Load implements room.Keep.
func (k conferenceKeep) Load(meetingID app.ID) ([]byte, error) {
	b, err := os.ReadFile(k.path(meetingID))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}
