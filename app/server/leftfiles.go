package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/sync/content"
)

// LeftFile is a file that came with a command which a revoked device handed over.
type LeftFile struct {
	Name   string        `json:"name"`
	SHA256 app.Hash      `json:"sha256"` // of the plaintext
	Size   int64         `json:"size"`   // bytes
	State  LeftFileState `json:"state"`
	Path   string        `json:"path,omitempty"` // where it was written to
}

// LeftFileState tells whether the content of a file can be had.
type LeftFileState string

// States of files.
const (
	LeftFileHere    LeftFileState = "here"    // all of it is on the server
	LeftFileWritten LeftFileState = "written" // and stands, verified, at Path
	LeftFileMissing LeftFileState = "missing" // it never came whole
	LeftFileDamaged LeftFileState = "damaged" // what came is not the file that the command names
)

// leftFiles finds the contents of commands that were handed over and writes
// them into dir, if there is one.
type leftFiles struct {
	store *content.Store
	dir   string
}

// open looks after the files of one command.
func (f leftFiles) open(ctx context.Context, cmd *app.Command) (out []LeftFile, err error) {
	for n, file := range app.NewFiles(cmd.Args) {
		left := LeftFile{Name: label(file.Name, 200), SHA256: file.Content.SHA256, Size: file.Content.Size, State: LeftFileHere}
		switch missing := f.store.Missing(file.Content); {
		case content.Validate(file.Content) != nil:
			left.State = LeftFileDamaged
		case len(missing) > 0:
			left.State = LeftFileMissing
		case f.dir != "":
			if err := f.write(ctx, &left, fmt.Sprintf("%s-%d", cmd.ID, n+1), file.Content); err != nil {
				return nil, err
			}
		}
		out = append(out, left)
	}
	return out, nil
}

// write puts the plaintext beside the others, under a name that no other has and
// that leads nowhere else. What stands there already is not written over.
func (f leftFiles) write(ctx context.Context, left *LeftFile, prefix string, version app.FileVersion) error {
	name := prefix
	if safe, ok := api.FileName(left.Name); ok {
		name += " " + safe
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	err = f.copy(ctx, root, name, version)
	switch {
	case err == nil:
		left.State, left.Path = LeftFileWritten, root.Name()+string(os.PathSeparator)+name
	case errors.Is(err, content.ErrCorrupt), errors.Is(err, content.ErrInvalid):
		left.State, err = LeftFileDamaged, nil
	case errors.Is(err, content.ErrNotFound):
		left.State, err = LeftFileMissing, nil
	case errors.Is(err, fs.ErrExist):
		err = app.Refuse(app.Conflict, "backup.exists").With("path", name)
	}
	return err
}

// copy writes the file whole or not at all.
func (f leftFiles) copy(ctx context.Context, root *os.Root, name string, version app.FileVersion) error {
	from, err := f.store.OpenVersion(version)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(to, sum), endedBy{ctx, from}, make([]byte, content.PlainChunk))
	if err == nil && app.Hash(sum.Sum(nil)) != version.SHA256 {
		err = content.ErrCorrupt
	}
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return errors.Join(err, root.Remove(name))
	}
	return nil
}

// endedBy reads until the context ends.
type endedBy struct {
	ctx context.Context
	io.Reader
}

func (r endedBy) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(b)
}
