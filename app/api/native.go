package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"khonggiay/app"
)

// Native shows the system's own dialogs that a page in a window cannot: a
// window has no downloads. (A page's file chooser is the system's already.)
// nil without a window. A path comes only from the person's hand in such a
// dialog, never from a page.
type Native interface {
	// SaveFile asks where to write; "" when the person cancelled.
	SaveFile(ctx context.Context, name string) (string, error)
	// ChooseFolder asks for a folder; "" when the person cancelled.
	ChooseFolder(ctx context.Context) (string, error)
	// OpenPage opens a screen of the interface in the system's browser.
	OpenPage(ctx context.Context, path string) error
}

// NativeSave asks to store a document's file where the person says, or a report
// on its signatures.
type NativeSave struct {
	Document app.ID        `json:"document" minLength:"1" maxLength:"64"`
	File     app.CommandID `json:"file"`
	Report   ReportForm    `json:"report,omitempty" enum:"pdf,json" doc:"empty: the file itself"`
}

// NativeFolder is the folder that the person chose.
type NativeFolder struct {
	Path string `json:"path" doc:"empty: the person cancelled"`
}

// NativeRoom is a meeting whose conference is to open in the browser.
type NativeRoom struct {
	Meeting app.ID `json:"meeting" minLength:"1" maxLength:"64"`
}

// NativeSaved tells whether it was stored.
type NativeSaved struct {
	Saved bool `json:"saved" doc:"false: the person cancelled"`
}

func (a *API) nativeRoutes() {
	route(a, forPerson, post("/native/save", "nativeSave", "Save a file by the system's dialog (window)", "content"), a.nativeSave)
	route(a, forPerson, post("/native/room", "nativeRoom", "Open the room of a meeting's conference in the system's browser: a window may have no pictures (window)", "meetings"), a.nativeRoom)
	route(a, forPerson, post("/native/folder", "nativeFolder", "Choose a folder by the system's dialog (window)", "content"), a.nativeFolder)
}

func (a *API) nativeFolder(ctx context.Context, _ *none) (*body[NativeFolder], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	path, err := a.Native.ChooseFolder(ctx)
	return &body[NativeFolder]{NativeFolder{Path: path}}, err
}

func (a *API) nativeRoom(ctx context.Context, in *body[NativeRoom]) (*none, error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	return nil, a.Native.OpenPage(ctx, "/hop/"+url.PathEscape(string(in.Body.Meeting))+"/phong-hop")
}

func (a *API) nativeSave(ctx context.Context, in *body[NativeSave]) (*body[NativeSaved], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	if in.Body.Report != "" {
		name, text, err := a.report(ctx, &signaturesInput{in.Body.Document, uint64(in.Body.File)}, in.Body.Report)
		if err != nil {
			return nil, err
		}
		return a.saveAs(ctx, name, bytes.NewReader(text))
	}
	f, src, err := a.openFile(ctx, in.Body.Document, in.Body.File)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	return a.saveAs(ctx, f.Name, src)
}

// saveAs writes where the person says.
func (a *API) saveAs(ctx context.Context, name string, src io.Reader) (*body[NativeSaved], error) {
	path, err := a.Native.SaveFile(ctx, name)
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
