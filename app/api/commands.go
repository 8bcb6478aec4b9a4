package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// TargetRef names the record that a command is about.
type TargetRef struct {
	Kind app.Kind `json:"kind" doc:"1 document, 4 delegation, 7 group, 9 template, 10 read mark"`
	ID   app.ID   `json:"id" minLength:"1" maxLength:"64"`
}

// envelope is a command as it arrives; args depend on the name.
type envelope struct {
	Name       string          `json:"name"`
	Target     TargetRef       `json:"target"`
	Base       uint64          `json:"base"`
	Delegation app.ID          `json:"delegation"`
	Args       json.RawMessage `json:"args"`
}

// CommandResult tells what became of a command.
type CommandResult struct {
	ID            app.CommandID `json:"id"`
	Status        GivenStatus   `json:"status" enum:"pending,applied,deferred"`
	Version       uint64        `json:"version" doc:"of the target afterwards"`
	NumberPending bool          `json:"numberPending,omitempty" doc:"the number comes from the book's holder: Chờ cấp số"`
	Created       []app.ID      `json:"created,omitempty"`
}

// NewID is an id for a record to be made.
type NewID struct {
	ID app.ID `json:"id"`
}

type commandInput struct {
	RawBody []byte `contentType:"application/json"`
}

// maxCommandBytes is above any legal command: minutes of 200,000 bytes, each
// quotation mark of their JSON escaped.
const maxCommandBytes = 512 << 10

func (a *API) commandRoutes() {
	op := post("/commands", "giveCommand", "Change something: the only way there is", "commands")
	op.MaxBodyBytes = maxCommandBytes
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: a.commandSchema()},
	}}
	op.SkipValidateBody = true // giveCommand does, with the args of the command named
	op.BodyReadTimeout = 30 * time.Second
	route(a, forPerson, op, a.giveCommand)
	route(a, forPerson, post("/ids", "newID", "An id for a new record", "commands"),
		func(context.Context, *none) (*body[NewID], error) {
			return &body[NewID]{NewID{app.NewID(a.Now())}}, nil
		})
}

// forScreens reports whether a screen may give the command: not the system's
// own, and not those that store directory records whole.
func forScreens(s *app.Spec) bool { return !s.System && !strings.Contains(s.Name, ".put.") }

func (a *API) giveCommand(ctx context.Context, in *commandInput) (*body[CommandResult], error) {
	cmd, err := a.parseCommand(in.RawBody)
	if err != nil {
		return nil, err
	}
	v := viewerOf(ctx)
	if err := a.fillFiles(ctx, v, cmd); err != nil {
		return nil, err
	}
	g, err := a.Commander.Give(ctx, v, cmd)
	if err != nil {
		return nil, err
	}
	if err := a.uploadFiles(ctx, cmd.Args); err != nil {
		a.Log.Error("scheduling an upload", "err", err) // the driver finds it again
	}
	return &body[CommandResult]{CommandResult(g)}, nil
}

// parseCommand reads, normalises and checks a command. Nothing of a command
// that fails here is kept anywhere; secrecy is looked for before all else.
func (a *API) parseCommand(raw []byte) (*app.Command, error) {
	var e envelope
	if err := strictJSON(raw, &e); err != nil {
		return nil, errMalformed
	}
	spec := app.SpecOf(e.Name)
	if spec == nil || !forScreens(spec) {
		return nil, app.Refuse(app.Invalid, "command.unknown").With("name", trimTo(e.Name, 64))
	}
	if spec.Kind != e.Target.Kind || !e.Target.ID.Valid() || e.Delegation != "" && !e.Delegation.Valid() {
		return nil, app.Refuse(app.Invalid, "command.bad_target")
	}
	args := spec.NewArgs()
	if err := a.decodeArgs(spec, e.Args, args); err != nil {
		return nil, err
	}
	return &app.Command{Name: e.Name, Target: app.Key{Kind: e.Target.Kind, ID: e.Target.ID},
		Base: e.Base, Delegation: e.Delegation, Args: args}, nil
}

func (a *API) decodeArgs(spec *app.Spec, raw json.RawMessage, args any) error {
	if len(raw) == 0 {
		raw = json.RawMessage("{}")
	}
	if err := strictJSON(raw, args); err != nil {
		return errMalformed
	}
	app.NormalizeArgs(args)
	if err := app.CheckSecrecy(args); err != nil {
		return err
	}
	if err := app.CheckLimits(args); err != nil {
		return err
	}
	normal, err := json.Marshal(args)
	if err != nil {
		return app.Errorf(app.Internal, "internal", "marshalling args of %s: %w", spec.Name, err)
	}
	return a.validateArgs(spec, raw, normal)
}

// validateArgs checks the given JSON (what is missing, what is too much) and
// the normalised one against the published schema. Lengths are those of the
// texts as they are stored: decomposed, a title has three times its characters.
func (a *API) validateArgs(spec *app.Spec, raw, normal []byte) error {
	schemas := a.huma.OpenAPI().Components.Schemas
	schema := argsSchema(schemas, spec)
	res := &huma.ValidateResult{}
	for _, text := range [][]byte{raw, normal} {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			return errMalformed
		}
		path := huma.NewPathBuffer(nil, 0)
		path.Push("args")
		huma.Validate(schemas, schema, path, huma.ModeWriteToServer, normalValue(v), res)
	}
	if len(res.Errors) == 0 {
		return nil
	}
	return frameworkProblem(http.StatusUnprocessableEntity, res.Errors)
}

// normalValue puts the texts in a JSON value into their normal form.
func normalValue(v any) any {
	switch v := v.(type) {
	case string:
		return app.NormalText(v)
	case []any:
		for i := range v {
			v[i] = normalValue(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = normalValue(v[k])
		}
	}
	return v
}

// strictJSON refuses unknown members and anything after the value.
func strictJSON(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errMalformed
	}
	return nil
}

func trimTo(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// fillFiles replaces the hash by which a screen names its upload with the
// sealed content. Only the person who uploaded can name it.
func (a *API) fillFiles(ctx context.Context, v Viewer, cmd *app.Command) error {
	for _, f := range app.NewFiles(cmd.Args) {
		up, err := a.Uploads.Upload(ctx, v.Person, f.SHA256)
		if e := app.AsError(err); e != nil && e.Code == app.NotFound {
			return app.Refuse(app.Invalid, "upload.unknown").With("sha256", f.SHA256.String())
		}
		if err != nil {
			return err
		}
		if f.Name == "" {
			f.Name = up.Name
		}
		f.Media, f.Content = up.Media, up.Content
		if f.Replaces != 0 {
			if f.Content, err = a.following(ctx, cmd.Target, f.Replaces, up.Content); err != nil {
				return err
			}
		}
	}
	return nil
}

// following is the content of a new version. One that begins with all of the old
// version, as a signed PDF does, names the old one's segments and brings only the
// rest. Of a record that the person may not read nothing is looked at; the
// command will be refused.
func (a *API) following(ctx context.Context, key app.Key, old app.CommandID, next app.FileVersion) (app.FileVersion, error) {
	l := a.look(viewerOf(ctx))
	var before app.FileVersion
	err := a.Store.Read(ctx, func(v View) error {
		r, err := l.carrying(v, key)
		if err == nil {
			before = app.FilesOf(r)[old].Content
		}
		return err
	})
	if err != nil || len(before.Segments) == 0 || before.Size >= next.Size {
		return next, nil
	}
	return a.Contents.Append(ctx, before, next)
}

// carrying loads a record with files that the viewer may read.
func (l *look) carrying(v View, key app.Key) (app.Record, error) {
	if key.Kind == app.KindDocument {
		return l.readable(v, key.ID)
	}
	r, _, err := v.Record(l.reader(), key)
	return r, err
}

// uploadFiles sends the contents on their way once the command is stored.
func (a *API) uploadFiles(ctx context.Context, args any) error {
	for _, f := range app.NewFiles(args) {
		if err := a.Contents.Upload(ctx, f.Content, f.Name); err != nil {
			return err
		}
	}
	return nil
}
