package desktop

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// A damaged database is repaired in steps, each of which may be the last before
// a kill: what a person's machine alone holds is saved into another file; a note
// of it is written; the damaged file is set aside; the other takes its place.
// The records come from the server.

const (
	repairFile   = "replica.new" // being made; complete once repairNote is there
	repairNote   = "repair.json" // what was saved
	damagedDir   = "damaged"     // of files set aside
	databaseFile = "replica.db"
)

// repair saves what can be saved from the damaged database.
func (a *App) repair() error {
	if err := writePrivate(a.path(suspectFile), nil); err != nil { // reading the file may hide what is wrong with it
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
	}
	if err := a.removeDatabase(repairFile); err != nil {
		return err
	}
	if err := os.Remove(a.path(repairNote)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	into, err := sqlite.Open(a.ctx, a.replicaOptions(repairFile))
	if err != nil {
		return err
	}
	saved, err := sqlite.Salvage(a.ctx, a.path(databaseFile), into, a.genuine)
	if err = errors.Join(err, into.Close()); err != nil {
		return err
	}
	a.log.Warn("the database is repaired", "commands", saved.Commands, "waiting", saved.Waiting, "unread", saved.Unread, "whole", saved.Whole)
	note := &repaired{Repair: api.Repair{At: a.clock.Now(), Waiting: saved.Waiting, Unread: saved.Unread,
		Whole: saved.Whole, Folder: a.path(damagedDir)}, Writer: saved.Writer, Next: saved.Next}
	if err := a.noteRepair(note); err != nil {
		return err
	}
	return a.finishRepair()
}

// repaired is the note of a repair.
type repaired struct {
	api.Repair
	Writer uint32 `json:"writer"` // where the damaged replica stood; 0 = not known
	Next   uint32 `json:"next"`
}

func (a *App) noteRepair(note *repaired) error {
	b, err := json.Marshal(note)
	if err == nil {
		err = writePrivate(a.path(repairNote), b)
	}
	if err != nil {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair note: %w", err)
	}
	a.disk.repair.Store(note)
	return nil
}

// genuine tells whether a command bears this device's signature. Without an
// identity nobody can tell: nothing was given then.
func (a *App) genuine(c *feed.Command) bool {
	id, err := loadIdentity(a.cfg.Data)
	if err != nil || id == nil {
		return false
	}
	return c.Verify(id.Keys.Command.Public().(ed25519.PublicKey))
}

// finishRepair puts a database that was repaired in the place of the damaged
// one, and reads the note of an earlier repair.
func (a *App) finishRepair() error {
	b, err := os.ReadFile(a.path(repairNote))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	note := &repaired{}
	if err == nil {
		err = json.Unmarshal(b, note)
	}
	if err != nil {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair note: %w", err)
	}
	a.disk.repair.Store(note)
	if _, err := os.Stat(a.path(repairFile)); errors.Is(err, fs.ErrNotExist) {
		return nil // it took its place at an earlier start
	}
	return a.replace(note.At)
}

// replace sets the damaged file aside and renames the new one. The database
// goes first: without it, what is beside it is never taken for another's.
func (a *App) replace(at app.Time) error {
	aside := filepath.Join(a.path(damagedDir), at.Std().UTC().Format("20060102T150405.000"))
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
	}
	for _, name := range databaseFiles(databaseFile) {
		err := os.Rename(a.path(name), filepath.Join(aside, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
		}
	}
	if err := os.Rename(a.path(repairFile), a.path(databaseFile)); err != nil {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
	}
	if err := os.Remove(a.path(suspectFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
	}
	return nil
}

// databaseFiles are a database and what SQLite keeps beside it.
func databaseFiles(name string) []string { return []string{name, name + "-wal", name + "-shm"} }

func (a *App) removeDatabase(name string) error {
	for _, f := range databaseFiles(name) {
		if err := os.Remove(a.path(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return app.Errorf(app.Internal, sqlite.ReasonIO, "repair: %w", err)
		}
	}
	return nil
}

// removeDamaged removes the files set aside: they hold records, and a laptop
// that is revoked keeps none.
func (a *App) removeDamaged() error { return os.RemoveAll(a.path(damagedDir)) }

// adopt takes over what waits on a disk whose writer cannot go on. Now that the
// server has said where it stands, it is known what is missing.
func (a *App) adopt(id *enrol.Identity, standing map[uint32]uint32) error {
	note := a.disk.repair.Load()
	last := map[uint32]uint32{}
	if note != nil && note.Next > 0 {
		last[note.Writer] = note.Next - 1
	}
	again, lost, err := replica.Adopt(a.opening.ctx, replica.Config{Store: replica.Over(a.store), Person: id.Person, Writer: id.Writer,
		Sign: func(b []byte) ([]byte, error) { return ed25519.Sign(id.Keys.Command, b), nil }}, standing, last)
	if err != nil {
		return fmt.Errorf("adopting what waits: %w", err)
	}
	a.log.Info("what waits was adopted", "again", again, "lost", lost)
	if note == nil {
		return nil
	}
	next := *note
	next.Unread, next.Whole = lost, lost == 0
	return a.noteRepair(&next)
}
