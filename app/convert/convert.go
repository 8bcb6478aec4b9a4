// Package convert makes PDFs of text documents with LibreOffice.
//
// What it is given was written by somebody else, and a program of ten million
// lines reads it. So each conversion is a process of its own that is shut in
// (jail.go): it sees its own folder and the system's programs, has no network,
// limits of memory, time and file size, a profile made for this one job in
// which macros are off and no link is followed, and dies with all its children
// when its time is up. What bubblewrap cannot do on a machine is left to the
// profile and the limits; Confinement says how far that goes.
//
// One document is converted at a time. TestRealDocuments converts with the
// LibreOffice of this machine, TestNothingIsFetched tries links at every place.
package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/office"
)

// MaxSize is the largest document that is converted, in bytes.
const MaxSize = 64 << 20

// maxPDF is the largest PDF that a conversion may write, in bytes.
const maxPDF = 128 << 20

// patience is how long one conversion may take.
const patience = 2 * time.Minute

// The refusals of PDF, beside those of office.Inspect.
var (
	ErrNotInstalled = app.Refuse(app.NotFound, "convert.not_installed")
	errTooLarge     = app.Refuse(app.Invalid, "convert.too_large").With("maxBytes", int64(MaxSize))
	errTooLong      = app.Refuse(app.Invalid, "convert.too_long")
	errFailed       = app.Refuse(app.Invalid, "convert.failed")
)

// Options of a converter.
type Options struct {
	// Folder is where each job has its own folder for as long as it lasts.
	Folder string
	// Walled has nothing converted where the wall cannot be built: on a server,
	// whose records and keys lie on the same disk.
	Walled bool
	Log    *slog.Logger
}

// Converter runs LibreOffice.
type Converter struct {
	program  string
	folder   string
	log      *slog.Logger
	jail     jail
	patience time.Duration
	turn     chan struct{} // held by the one conversion that runs
}

// Find looks for LibreOffice on this machine; nil when there is none, or none
// that may be used. Whatever a killed program left in the folder is removed.
func Find(ctx context.Context, o Options) (*Converter, error) {
	if err := os.RemoveAll(o.Folder); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	program := libreOffice()
	if program == "" {
		return nil, nil
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	j := strongest(ctx)
	if o.Walled && j.name != bubblewrap.name {
		o.Log.Warn("documents are not converted: bubblewrap is missing or may not be used", "confinement", j.name)
		return nil, nil
	}
	c := &Converter{program: program, folder: o.Folder, log: o.Log, jail: j, patience: patience, turn: make(chan struct{}, 1)}
	o.Log.Info("documents can be converted", "program", program, "confinement", c.jail.name)
	return c, nil
}

// Confinement names how conversions are shut in: "bubblewrap", "no network" or
// "profile".
func (c *Converter) Confinement() string { return c.jail.name }

// PDF converts the document that src gives. It is read at once; then it waits
// for its turn, so a slow sender holds nobody up. A refusal is an *app.Error: of office.Inspect, or
// convert.too_large, convert.too_long or convert.failed.
func (c *Converter) PDF(ctx context.Context, kind office.Kind, src io.Reader) ([]byte, error) {
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	dir, err := os.MkdirTemp(c.folder, "job-")
	if err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			c.log.Error("removing what a conversion left", "err", err)
		}
	}()
	j := &job{Converter: c, dir: dir, kind: kind}
	if err := j.take(ctx, src); err != nil {
		return nil, err
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ended(ctx)
	}
	if err := j.run(ctx); err != nil {
		return nil, err
	}
	return j.made()
}

// job is one conversion and its folder: in and out, the profile, and a home.
type job struct {
	*Converter
	dir  string
	kind office.Kind
}

const (
	inDir      = "in"
	outDir     = "out"
	homeDir    = "home"
	profileDir = "profile"
	baseName   = "document"
)

func (j *job) path(names ...string) string {
	return filepath.Join(append([]string{j.dir}, names...)...)
}

// take writes the document into the folder, and looks into it.
func (j *job) take(ctx context.Context, src io.Reader) error {
	for _, d := range []string{inDir, outDir, homeDir, filepath.Join(profileDir, "user")} {
		if err := os.MkdirAll(j.path(d), 0o700); err != nil {
			return fmt.Errorf("convert: %w", err)
		}
	}
	if err := os.WriteFile(j.path(profileDir, "user", "registrymodifications.xcu"), []byte(settings), 0o600); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	f, err := os.OpenFile(j.path(inDir, baseName+string(j.kind)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	defer func() { _ = f.Close() }()
	n, err := io.Copy(f, io.LimitReader(hurried{ctx, src}, MaxSize+1))
	switch {
	case ctx.Err() != nil:
		return ended(ctx)
	case err != nil:
		return fmt.Errorf("convert: %w", err)
	case n > MaxSize:
		return errTooLarge
	}
	return office.Inspect(f, n, j.kind)
}

// ended says why a context is over: its time is up, or nobody waits any more.
func ended(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errTooLong
	}
	return context.Cause(ctx)
}

// hurried gives up on a sender who takes too long.
type hurried struct {
	ctx context.Context
	src io.Reader
}

// Read implements io.Reader.
func (h hurried) Read(p []byte) (int, error) {
	if h.ctx.Err() != nil {
		return 0, context.Cause(h.ctx)
	}
	return h.src.Read(p)
}

// run lets LibreOffice work on it.
func (j *job) run(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, j.patience)
	defer cancel()
	said := &tail{}
	cmd := j.jail.command(limited, j)
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = 5 * time.Second // a child that nobody could kill keeps no pipe open
	dieTogether(cmd)
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return ended(ctx)
	case limited.Err() != nil:
		return errTooLong
	case err != nil:
		j.log.Warn("a conversion failed", "err", err, "said", said.String())
		return errFailed
	}
	return nil
}

// made is the PDF, once it is known to be one and whole.
func (j *job) made() ([]byte, error) {
	b, err := os.ReadFile(j.path(outDir, baseName+".pdf"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errFailed // it says nothing by its exit code
	}
	if err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	if !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.Contains(b[max(0, len(b)-1024):], []byte("%%EOF")) {
		return nil, errFailed
	}
	return b, nil
}

// tail keeps the last words of a program, for the log.
type tail struct{ bytes []byte }

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	const most = 2000
	t.bytes = append(t.bytes, p...)
	t.bytes = t.bytes[max(0, len(t.bytes)-most):]
	return len(p), nil
}

func (t *tail) String() string { return string(t.bytes) }
