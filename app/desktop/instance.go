package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// One folder of data has one program: a second start hands its wish to the
// first and ends. Our own lock is taken before the database is opened; the
// toolkit's own would come too late, and on Linux needs a session bus.

// instance is the hold on a data folder.
type instance struct {
	lock *flock.Flock
	path string
	note instanceNote
}

// instanceNote tells a second start where the first listens. Only the same
// user can read it.
type instanceNote struct {
	Address string `json:"address"`
	Secret  string `json:"secret"`
	PID     int    `json:"pid"`
}

// noteFile holds it, in the data folder.
const noteFile = "instance.json"

// errRunning means that the folder is in use by another process.
var errRunning = errors.New("the program is running already")

// handoverPath and handoverHeader are how a second start speaks to the first.
const (
	handoverPath   = "/handover"
	handoverHeader = "X-Khonggiay-Handover"
)

// hold takes the folder, or returns errRunning.
func hold(data string) (*instance, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	in := &instance{lock: flock.New(filepath.Join(data, "lock"), flock.SetPermissions(0o600)), path: filepath.Join(data, noteFile)}
	ok, err := in.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock on data folder: %w", err)
	}
	if !ok {
		return nil, errRunning
	}
	return in, nil
}

// announce writes where this instance listens.
func (in *instance) announce(address string) error {
	in.note = instanceNote{Address: address, Secret: randomText(), PID: os.Getpid()}
	b, err := json.Marshal(in.note)
	if err != nil {
		return err
	}
	return writePrivate(in.path, b)
}

// release lets the folder go. The lock file stays: removing it would let two
// programs lock two files of one name.
func (in *instance) release() error {
	_ = os.Remove(in.path) // a stale note does no harm
	return in.lock.Unlock()
}

// handover is what a second start wants.
type handover struct {
	Open string `json:"open,omitempty"`
}

// handOver asks the running program to show itself.
func handOver(ctx context.Context, data string, h handover) error {
	b, err := os.ReadFile(filepath.Join(data, noteFile))
	if err != nil {
		return fmt.Errorf("the running program has not said where it listens: %w", err)
	}
	var note instanceNote
	if err := json.Unmarshal(b, &note); err != nil {
		return fmt.Errorf("%s: %w", noteFile, err)
	}
	wish, err := json.Marshal(h)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+note.Address+handoverPath, bytes.NewReader(wish))
	if err != nil {
		return err
	}
	req.Header.Set(handoverHeader, note.Secret)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // never through a proxy
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("the running program does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the running program answered %s", resp.Status)
	}
	return nil
}

// receive serves handovers; show is told what the second start wanted.
func (in *instance) receive(show func(open string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var h handover
		if r.Method != http.MethodPost || r.Host != in.note.Address || !same(r.Header.Get(handoverHeader), in.note.Secret) ||
			json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&h) != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		show(h.Open)
		w.WriteHeader(http.StatusNoContent)
	}
}
