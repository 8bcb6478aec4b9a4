package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/sync/content"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// province is a department (so) and two communes (x1, x2) behind a real store,
// real sealed contents and the real API, on a clock that each command moves on
// by a minute. People are "<office>.<role>".
type province struct {
	options api.Options
	t       testing.TB
	store   *sqlite.Store
	files   *content.Store
	events  *api.Events
	handler http.Handler
	now     atomic.Int64
	last    atomic.Uint32
	role    sqlite.Role
}

var morning = app.TimeOf(time.Date(2026, 11, 23, 8, 0, 0, 0, app.Zone))

func provinceRecords() []app.Record {
	recs := []app.Record{&app.Unit{ID: "tinh", Name: "Tỉnh An Bình", Level: "province"}}
	for _, o := range []app.ID{"so", "x1", "x2"} {
		name, notation, level := "Ủy ban nhân dân xã "+strings.ToUpper(string(o)), "UBND", "commune"
		if o == "so" {
			name, notation, level = "Sở Nội vụ", "SNV", "department"
		}
		recs = append(recs,
			&app.Unit{ID: o, Name: name, Short: name, Notation: notation, Level: level, Office: true, Parents: []app.Parent{{Unit: "tinh"}}},
			&app.Unit{ID: o + ".p", Name: "Phòng Văn hóa – Xã hội", Notation: "VX", Level: "division", Parents: []app.Parent{{Unit: o}}},
			&app.Book{ID: o + ".den", Unit: o, Direction: app.Incoming, Name: "Sổ văn bản đến", Holder: app.HolderServer},
			&app.Book{ID: o + ".di", Unit: o, Direction: app.Outgoing, Name: "Sổ văn bản đi", Holder: app.HolderServer},
			&app.Authority{ID: o + ".a1", Unit: o, Person: o + ".leader", Form: app.AuthorityTM, Title: "CHỦ TỊCH"},
			&app.Group{ID: o + ".g", Unit: o, Name: "Các xã", Members: []app.ID{"x1", "x2"}, Public: o == "so"})
		for _, r := range app.Roles {
			unit := o
			if r == app.RoleHead || r == app.RoleOfficer {
				unit = o + ".p"
			}
			recs = append(recs, &app.Person{ID: o + "." + app.ID(r), Name: "Nguyễn " + string(r), Email: string(o) + "@example",
				Posts: []app.Post{{Unit: unit, Role: r, Position: string(r), Main: true}}})
		}
	}
	for _, c := range app.VietnamCalendars() {
		recs = append(recs, c)
	}
	return recs
}

func newProvince(t testing.TB, role sqlite.Role) *province {
	t.Helper()
	p := &province{t: t, role: role, events: api.NewEvents()}
	p.now.Store(int64(morning))
	dir := t.TempDir()
	var err error
	p.store, err = sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(dir, "test.db"), Role: role,
		Clock: p.clock, Holder: app.HolderServer, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if p.files, err = content.Open(filepath.Join(dir, "content"), content.Options{}); err != nil {
		t.Fatal(err)
	}
	err = p.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		for _, r := range provinceRecords() {
			if err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p.options = api.Options{Version: "test", Now: p.clock, Sessions: p, Host: p, Store: api.Over(p.store), Commander: p,
		Contents: p, Uploads: uploads{p}, Events: p.events, Converter: p,
		Verifier: verify.New(filepath.Join(dir, "trust"), func() time.Time { return p.clock().Std() })}
	p.handler = api.SecureHeaders(api.New(p.options))
	t.Cleanup(func() {
		p.events.Close()
		if err := errors.Join(p.files.Close(), p.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *province) clock() app.Time { return app.Time(p.now.Load()) }

// Viewer implements api.Sessions: the header says who.
func (p *province) Viewer(r *http.Request) (api.Viewer, error) {
	who := app.ID(r.Header.Get("Test-Person"))
	if who == "" {
		return api.Viewer{}, app.Refuse(app.Unauthorized, "session.required")
	}
	return api.Viewer{Person: who, All: p.role == sqlite.Replica}, nil
}

// replicaOf makes the person's laptop: a store of the other role that holds
// what his scopes hold, and the same contents.
func (p *province) replicaOf(person app.ID) *province {
	p.t.Helper()
	laptop := newProvince(p.t, sqlite.Replica)
	laptop.now.Store(p.now.Load())
	err := p.store.Read(context.Background(), func(v *sqlite.View) error {
		held := v.Directory().Scopes(person, p.clock())
		return laptop.store.Write(context.Background(), func(tx *sqlite.Tx) error {
			return v.Keys(app.KindDocument, func(id app.ID, version uint64) error {
				key := app.Key{Kind: app.KindDocument, ID: id}
				body, _, err := v.Body(key)
				if err != nil {
					return err
				}
				r, err := v.Get(key)
				if err != nil || !overlap(app.ScopesOf(r, v.Directory()), held) {
					return err
				}
				return tx.SetRaw(key, body, version)
			})
		})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	laptop.files, p.files = p.files, laptop.files
	p.t.Cleanup(func() { laptop.files, p.files = p.files, laptop.files })
	return laptop
}

func overlap(a, b []app.Scope) bool {
	return slices.ContainsFunc(a, func(s app.Scope) bool { return slices.Contains(b, s) })
}

// Describe implements api.Host.
func (p *province) Describe(context.Context) api.HostInfo { return api.HostInfo{Kind: "server"} }

// Give implements api.Commander: the command is decided here, for good.
func (p *province) Give(ctx context.Context, v api.Viewer, cmd *app.Command) (g api.Given, err error) {
	cmd.ID = app.NewCommandID(1, p.last.Add(1))
	cmd.Actor, cmd.At = v.Person, p.clock()
	if err := app.Prove(cmd, v.Person, p.clock(), proveVote); err != nil {
		return g, err
	}
	p.now.Add(60_000)
	err = p.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Savepoint(func() error {
			if err := app.Execute(tx, cmd, p.clock(), true); err != nil {
				return err
			}
			g.Version, err = tx.Version(cmd.Target)
			return err
		})
	})
	g.ID, g.Status = cmd.ID, api.GivenApplied
	return g, err
}

// Seal implements api.Contents.
func (p *province) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	return p.files.Seal(ctx, src)
}

// Append implements api.Contents.
func (p *province) Append(ctx context.Context, before, next app.FileVersion) (app.FileVersion, error) {
	return p.files.AppendVersion(ctx, before, next)
}

// Open implements api.Contents.
func (p *province) Open(_ context.Context, v app.FileVersion) (io.ReadSeekCloser, error) {
	r, err := p.files.OpenVersion(v)
	if errors.Is(err, content.ErrNotFound) {
		return nil, app.Refuse(app.NotFound, "content.not_here")
	}
	return r, err
}

// Progress implements api.Contents.
func (p *province) Progress(v app.FileVersion) api.Coming {
	missing := p.files.Missing(v)
	return api.Coming{Done: v.Size - int64(len(missing)), Total: v.Size}
}

// FetchNow implements api.Contents: there is nobody to fetch from.
func (p *province) FetchNow(context.Context, app.FileVersion) error {
	return app.Refuse(app.Offline, "content.not_here")
}

// Upload implements api.Contents.
func (p *province) Upload(context.Context, app.FileVersion, string) error { return nil }

// PDF implements api.Converter, with something that passes for one.
func (p *province) PDF(_ context.Context, _ office.Kind, src io.Reader) ([]byte, error) {
	b, err := io.ReadAll(src)
	return append([]byte("%PDF-1.7 of "), b...), err
}

type uploads struct{ *province }

// SaveUpload implements api.Uploads.
func (u uploads) SaveUpload(ctx context.Context, up api.Upload) error {
	return u.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutUpload(sqlite.Upload(up)) })
}

// Upload implements api.Uploads.
func (u uploads) Upload(ctx context.Context, person app.ID, sum app.Hash) (up api.Upload, err error) {
	err = u.store.Read(ctx, func(v *sqlite.View) error {
		got, err := v.Upload(person, sum)
		up = api.Upload(got)
		return err
	})
	return up, err
}

// do sends one request as the person.
func (p *province) do(who, method, path string, body io.Reader, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	if who != "" {
		r.Header.Set("Test-Person", who)
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

// get reads JSON and fails the test on an error.
func (p *province) get(who, path string) map[string]any {
	p.t.Helper()
	w := p.do(who, "GET", "/api"+path, nil, nil)
	if w.Code != http.StatusOK {
		p.t.Fatalf("GET %s as %s: %d %s", path, who, w.Code, w.Body)
	}
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.t.Fatalf("GET %s: %v in %s", path, err, w.Body)
	}
	return out
}

// try gives a command as JSON text.
func (p *province) try(who, name string, kind app.Kind, id app.ID, args string) *httptest.ResponseRecorder {
	text := fmt.Sprintf(`{"name":%q,"target":{"kind":%d,"id":%q},"base":0,"args":%s}`, name, kind, id, args)
	return p.do(who, "POST", "/api/commands", strings.NewReader(text), nil)
}

// give gives a command on a document and fails the test on a refusal.
func (p *province) give(who, name string, id app.ID, args string) app.CommandID {
	p.t.Helper()
	w := p.try(who, name, app.KindDocument, id, args)
	if w.Code != http.StatusOK {
		p.t.Fatalf("%s by %s: %d %s", name, who, w.Code, w.Body)
	}
	var out api.CommandResult
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.t.Fatal(err)
	}
	return out.ID
}

// upload sends a file as a browser does.
func (p *province) upload(who, name string, text []byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(text)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		p.t.Fatal(err)
	}
	return p.do(who, "POST", "/api/uploads", &b, func(r *http.Request) { r.Header.Set("Content-Type", form.FormDataContentType()) })
}

// stored uploads and returns the hash.
func (p *province) stored(who, name string, text []byte) string {
	p.t.Helper()
	w := p.upload(who, name, text)
	if w.Code != http.StatusOK {
		p.t.Fatalf("upload: %d %s", w.Code, w.Body)
	}
	var up api.UploadResult
	if err := json.Unmarshal(w.Body.Bytes(), &up); err != nil {
		p.t.Fatal(err)
	}
	return up.SHA256.String()
}

// reason is the reason of a refusal.
func reason(w *httptest.ResponseRecorder) string {
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		return "not a problem: " + w.Body.String()
	}
	return p.Reason
}

// pdf is the start of a PDF of some length, with two page objects.
func pdf(size int) []byte {
	text := []byte("%PDF-1.7\n1 0 obj <</Type /Pages /Count 2>> 2 0 obj <</Type/Page>> 3 0 obj <</Type /Page >>\n")
	for len(text) < size {
		text = append(text, byte(len(text)*7))
	}
	return text
}
