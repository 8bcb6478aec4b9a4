package api

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
)

// SlipFile is a file that an opinion slip carries.
type SlipFile struct {
	Key      app.CommandID `json:"key"`
	Name     string        `json:"name"`
	Media    string        `json:"media"`
	Size     int64         `json:"size"`
	SHA256   app.Hash      `json:"sha256"`
	Here     bool          `json:"here" doc:"whole on this machine"`
	Progress *Coming       `json:"progress,omitempty" doc:"absent when it is here"`
	AtServer bool          `json:"atServer"`
}

func (a *API) slipFiles(s *app.OpinionSlip) []SlipFile {
	out := make([]SlipFile, 0, len(s.Files))
	for key, f := range s.Files {
		row := SlipFile{Key: key, Name: f.Name, Media: f.Media, Size: f.Content.Size, SHA256: f.Content.SHA256, AtServer: f.AtServer != 0}
		coming := a.Contents.Progress(f.Content)
		if row.Here = coming.Whole(); !row.Here {
			row.Progress = &coming
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(x, y SlipFile) int {
		return cmp.Or(cmp.Compare(app.Fold(x.Name), app.Fold(y.Name)), cmp.Compare(x.Key, y.Key))
	})
	return out
}

// NativeSlipFile asks to store a file of a slip where the person says.
type NativeSlipFile struct {
	Slip app.ID        `json:"slip" minLength:"1" maxLength:"64"`
	File app.CommandID `json:"file"`
}

func (a *API) slipFileRoutes() {
	op := get("/slips/{id}/files/{key}", "getSlipFile", "The bytes of a file of a slip, with ranges", "content")
	op.Responses = a.fileResponses()
	route(a, forPerson, op, a.getSlipFile)
	route(a, forPerson, post("/native/slip-file", "nativeSlipFile", "Save a file of a slip by the system's dialog (window)", "content"), a.nativeSlipFile)
}

// slipFile is a file of a slip for whoever may see the slip.
func (a *API) slipFile(ctx context.Context, slip app.ID, key app.CommandID) (f app.File, err error) {
	l := a.look(viewerOf(ctx))
	err = a.Store.Read(ctx, func(v View) error {
		r, _, err := v.Record(l.reader(), app.Key{Kind: app.KindSlip, ID: slip})
		if err != nil {
			return err
		}
		var ok bool
		if f, ok = app.FilesOf(r)[key]; !ok {
			return app.ErrNotFound
		}
		return nil
	})
	return f, err
}

func (a *API) nativeSlipFile(ctx context.Context, in *body[NativeSlipFile]) (*body[NativeSaved], error) {
	if a.Native == nil {
		return nil, errNotHere
	}
	f, err := a.slipFile(ctx, in.Body.Slip, in.Body.File)
	if err != nil {
		return nil, err
	}
	src, err := a.Contents.Open(ctx, f.Content)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	return a.saveAs(ctx, f.Name, src)
}

func (a *API) getSlipFile(ctx context.Context, in *fileInput) (*stream, error) {
	f, err := a.slipFile(ctx, in.ID, app.CommandID(in.Key))
	if err != nil {
		return nil, err
	}
	src, err := a.Contents.Open(ctx, f.Content)
	return a.giveFile(ctx, f, src, err, in.Download)
}
