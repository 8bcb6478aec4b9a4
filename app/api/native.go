package api

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"

	"khonggiay/app"
)

// Native shows the system's own dialogs; nil without a window. A path comes
// only from the person's hand in such a dialog, never from a page.
type Native interface {
	// OpenFiles asks for files to read; none when the person cancelled.
	OpenFiles(ctx context.Context, multiple bool) ([]string, error)
	// SaveFile asks where to write; "" when the person cancelled.
	SaveFile(ctx context.Context, name string) (string, error)
}

// NativeOpen asks for files to be uploaded.
type NativeOpen struct {
	Multiple bool `json:"multiple,omitempty"`
}

// NativeSave asks to store a document's file where the person says.
type NativeSave struct {
	Document app.ID        `json:"document" minLength:"1" maxLength:"64"`
	File     app.CommandID `json:"file"`
}

// NativeSaved tells whether it was stored.
type NativeSaved struct {
	Saved bool `json:"saved" doc:"false: the person cancelled"`
}

func (a *API) nativeRoutes() {
	route(a, forPerson, post("/native/open", "nativeOpen", "Upload files by the system's dialog (window)", "content"), a.nativeOpen)
	route(a, forPerson, post("/native/save", "nativeSave", "Save a file by the system's dialog (window)", "content"), a.nativeSave)
}

func (a *API) nativeOpen(ctx context.Context, in *body[NativeOpen]) (*body[[]UploadResult], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	paths, err := a.Native.OpenFiles(ctx, in.Body.Multiple)
	if err != nil {
		return nil, err
	}
	out := []UploadResult{}
	for _, path := range paths {
		up, err := a.sealFile(ctx, path)
		if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return &body[[]UploadResult]{out}, nil
}

func (a *API) sealFile(ctx context.Context, path string) (UploadResult, error) {
	f, err := os.Open(path)
	if err != nil {
		return UploadResult{}, app.Errorf(app.Invalid, "upload.unreadable", "%w", err).With("name", filepath.Base(path))
	}
	defer func() { _ = f.Close() }()
	return a.keep(ctx, viewerOf(ctx), filepath.Base(path), f)
}

func (a *API) nativeSave(ctx context.Context, in *body[NativeSave]) (*body[NativeSaved], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	f, src, err := a.openFile(ctx, in.Body.Document, in.Body.File)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	path, err := a.Native.SaveFile(ctx, f.Name)
	if err != nil || path == "" {
		return &body[NativeSaved]{}, err
	}
	if err := writeFile(path, src); err != nil {
		return nil, err
	}
	return &body[NativeSaved]{NativeSaved{Saved: true}}, nil
}

// writeFile writes beside the target and renames, so that a full disk leaves
// no half document under its name. The file is as readable as the person's
// other files: it was saved to be passed on.
func writeFile(path string, src io.Reader) error {
	tmp, err := os.OpenFile(filepath.Join(filepath.Dir(path), ".khonggiay-"+rand.Text()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return app.Errorf(app.Invalid, "save.unwritable", "%w", err)
	}
	_, err = io.Copy(tmp, src)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return app.Errorf(app.Invalid, "save.unwritable", "%w", err)
	}
	return nil
}
