package api

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
)

// Scans are the folders that this laptop watches for a scanner, and what came
// out of them.
type Scans interface {
	// Folders lists the watched folders with what is wrong with each: a reason
	// key, or "".
	Folders(ctx context.Context) ([]app.ScanFolder, []string, error)
	// AddFolder begins to watch; Invalid with a reason if the folder cannot be.
	AddFolder(ctx context.Context, f app.ScanFolder) error
	RemoveFolder(ctx context.Context, id app.ID) error
	// Status tells how many files are still to be looked at, and whether the text
	// of pictures can be read here.
	Status() (queued int, ocr bool)
	// Ignore lets go of a scan; Again has a file read once more.
	Ignore(ctx context.Context, id app.ID) error
	Again(ctx context.Context, id app.ID) error
	// Scans and counts, as a snapshot.
	List(ctx context.Context, states []app.ScanState, limit int) ([]app.Scan, map[app.ScanState]int, error)
	Scan(ctx context.Context, id app.ID) (app.Scan, error)
	// Open reads the copy of a scan that waits.
	Open(ctx context.Context, s app.Scan) (io.ReadSeekCloser, error)
}

// ScanFolder is a watched folder.
type ScanFolder struct {
	ID      app.ID  `json:"id"`
	Path    string  `json:"path"`
	Unit    UnitRef `json:"unit"`
	Tidy    bool    `json:"tidy" doc:"files that were taken are moved into a folder beside them"`
	Problem string  `json:"problem,omitempty" doc:"reason key: why nothing comes out of it now"`
}

// NewScanFolder is a folder to be watched.
type NewScanFolder struct {
	Path string `json:"path" minLength:"1" maxLength:"4096"`
	Unit app.ID `json:"unit" minLength:"1" maxLength:"64"`
	Tidy bool   `json:"tidy"`
}

// ScanItem is a file from a watched folder.
type ScanItem struct {
	ID     app.ID        `json:"id"`
	Folder app.ID        `json:"folder"`
	Unit   app.ID        `json:"unit" doc:"the office whose document it is"`
	Name   string        `json:"name"`
	Size   int64         `json:"size"`
	Found  app.Time      `json:"found"`
	State  app.ScanState `json:"state" enum:"reading,waiting,secret,unreadable,duplicate,registered,ignored"`
	Reason string        `json:"reason,omitempty" doc:"reason key: why it cannot be read"`
	Read   bool          `json:"read,omitempty" doc:"its text was read"`
	Pages  int           `json:"pages,omitempty"`
	Fields app.Fields    `json:"fields" doc:"suggestions"`
	File   *UploadResult `json:"file,omitempty" doc:"the copy, to be named in a command"`
	Doc    *DocRow       `json:"doc,omitempty" doc:"the document that it became, or that has the same file"`
	Twin   string        `json:"twin,omitempty" doc:"name of the scan that came first"`
}

// ScanList is a look at all scans.
type ScanList struct {
	Items  []ScanItem            `json:"items" doc:"the latest first"`
	Counts map[app.ScanState]int `json:"counts"`
	Queued int                   `json:"queued" doc:"files that are still to be looked at"`
	OCR    bool                  `json:"ocr" doc:"the text of pictures can be read on this machine"`
}

// maxScans is how many a list shows; what waits longer is reached as others go.
const maxScans = 500

type scanFilter struct {
	State []app.ScanState `query:"state,explode" maxItems:"7" doc:"none: what is not done with"`
}

type scanID struct {
	ID app.ID `path:"id" maxLength:"64"`
}

// undone are the states in which a person may still have something to do.
var undone = []app.ScanState{app.ScanReading, app.ScanWaiting, app.ScanSecret, app.ScanUnreadable, app.ScanDuplicate}

func (a *API) scanRoutes() {
	done := func(op huma.Operation) huma.Operation { op.DefaultStatus = http.StatusNoContent; return op }
	route(a, forPerson, get("/scan-folders", "getScanFolders", "Folders that are watched for scans", "scans"), onScans(a, a.getScanFolders))
	route(a, forPerson, done(post("/scan-folders", "addScanFolder", "Watch a folder", "scans")), onScans(a, a.addScanFolder))
	remove := done(post("/scan-folders/{id}", "removeScanFolder", "Watch a folder no more", "scans"))
	remove.Method = http.MethodDelete
	route(a, forPerson, remove, onScans(a, a.removeScanFolder))
	route(a, forPerson, get("/scans", "getScans", "What came out of the watched folders", "scans"), onScans(a, a.getScans))
	route(a, forPerson, get("/scans/{id}", "getScan", "One scan", "scans"), onScans(a, a.getScan))
	file := get("/scans/{id}/file", "getScanFile", "The copy of a scan, with ranges", "scans")
	file.Responses = map[string]*huma.Response{"200": {Description: "the content", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, file, onScans(a, a.getScanFile))
	route(a, forPerson, done(post("/scans/{id}/ignore", "ignoreScan", "A scan is no document", "scans")), onScans(a, a.ignoreScan))
	route(a, forPerson, done(post("/scans/{id}/again", "readScanAgain", "Read a file once more", "scans")), onScans(a, a.readScanAgain))
}

// onScans answers only where folders are watched: on laptops.
func onScans[I, O any](a *API, handle func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if a.Scans == nil {
			return nil, errNotHere
		}
		return handle(ctx, in)
	}
}

func (a *API) getScanFolders(ctx context.Context, _ *none) (*body[[]ScanFolder], error) {
	l := a.look(viewerOf(ctx))
	folders, problems, err := a.Scans.Folders(ctx)
	out := []ScanFolder{}
	for i, f := range folders {
		out = append(out, ScanFolder{ID: f.ID, Path: f.Path, Unit: *l.unit(f.Unit), Tidy: f.Tidy, Problem: problems[i]})
	}
	return &body[[]ScanFolder]{out}, err
}

func (a *API) addScanFolder(ctx context.Context, in *body[NewScanFolder]) (*none, error) {
	l := a.look(viewerOf(ctx))
	if !slices.Contains(l.clerkOf(), in.Body.Unit) {
		return nil, app.Refuse(app.Forbidden, "scan_folder.not_clerk")
	}
	return nil, a.Scans.AddFolder(ctx, app.ScanFolder{ID: app.NewID(a.Now()), Path: in.Body.Path, Unit: in.Body.Unit, Tidy: in.Body.Tidy, Added: a.Now()})
}

// clerkOf are the offices whose văn thư the person is today.
func (l *look) clerkOf() (out []app.ID) {
	p := l.dir.Person(l.viewer.Person)
	if p == nil {
		return nil
	}
	for _, post := range p.Posts {
		if post.Role == app.RoleClerk && post.Span.On(l.today) {
			out = append(out, l.dir.OfficeID(post.Unit, l.today))
		}
	}
	return out
}

func (a *API) removeScanFolder(ctx context.Context, in *scanID) (*none, error) {
	return nil, a.Scans.RemoveFolder(ctx, in.ID)
}

func (a *API) getScans(ctx context.Context, in *scanFilter) (*body[ScanList], error) {
	states := in.State
	if len(states) == 0 {
		states = undone
	}
	scans, counts, err := a.Scans.List(ctx, states, maxScans)
	if err != nil {
		return nil, err
	}
	out := ScanList{Items: []ScanItem{}, Counts: counts}
	out.Queued, out.OCR = a.Scans.Status()
	out.Items, err = a.scanItems(ctx, scans)
	return &body[ScanList]{out}, err
}

func (a *API) getScan(ctx context.Context, in *scanID) (*body[ScanItem], error) {
	s, err := a.Scans.Scan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	items, err := a.scanItems(ctx, []app.Scan{s})
	if err != nil {
		return nil, err
	}
	return &body[ScanItem]{items[0]}, nil
}

// scanItems are the scans for a screen, with the documents that they became.
func (a *API) scanItems(ctx context.Context, scans []app.Scan) ([]ScanItem, error) {
	l := a.look(viewerOf(ctx))
	folders, _, err := a.Scans.Folders(ctx)
	if err != nil {
		return nil, err
	}
	units := map[app.ID]app.ID{}
	for _, f := range folders {
		units[f.ID] = f.Unit
	}
	var docs []app.ID
	for _, s := range scans {
		if s.Doc != "" {
			docs = append(docs, s.Doc)
		}
	}
	out := make([]ScanItem, len(scans))
	err = a.Store.Read(ctx, func(v View) error {
		rows, err := v.Rows(l.reader(), docs)
		for i, s := range scans {
			out[i] = scanItem(s, units[s.Folder])
			if r, ok := rows[s.Doc]; ok {
				row := l.row(r)
				out[i].Doc = &row
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, a.nameTwins(ctx, scans, out)
}

func (a *API) nameTwins(ctx context.Context, scans []app.Scan, items []ScanItem) error {
	for i, s := range scans {
		if s.Twin == "" {
			continue
		}
		twin, err := a.Scans.Scan(ctx, s.Twin)
		if e := app.AsError(err); err != nil && (e == nil || e.Code != app.NotFound) {
			return err
		}
		items[i].Twin = shownName(twin.Name)
	}
	return nil
}

func scanItem(s app.Scan, unit app.ID) ScanItem {
	item := ScanItem{ID: s.ID, Folder: s.Folder, Unit: unit, Name: shownName(s.Name), Size: s.Size, Found: s.Found, State: s.State,
		Reason: s.Reason, Read: s.Read, Pages: s.Pages, Fields: s.Fields}
	if s.State == app.ScanWaiting {
		item.File = &UploadResult{SHA256: s.Content.SHA256, Name: ScanFileName(s.Name), Size: s.Content.Size, Media: "application/pdf", Pages: s.Pages}
	}
	return item
}

// shownName is a name as a screen can show it; one that nothing is left of is
// shown as it was written, as far as that goes.
func shownName(name string) string {
	if safe, ok := FileName(name); ok {
		return safe
	}
	return app.NormalText(name)
}

// ScanFileName is the name that a scan's copy gets in its document: a picture
// has become a PDF.
func ScanFileName(name string) string {
	safe, ok := FileName(name)
	if !ok {
		return "scan.pdf"
	}
	return strings.TrimSuffix(safe, path.Ext(safe)) + ".pdf"
}

func (a *API) getScanFile(ctx context.Context, in *scanID) (*stream, error) {
	s, err := a.Scans.Scan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(s.Content.Segments) == 0 {
		return nil, app.ErrNotFound
	}
	src, err := a.Scans.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	f := app.File{Name: ScanFileName(s.Name), Media: "application/pdf", Content: s.Content, At: s.Found}
	return &stream{func(c huma.Context) {
		r, w := humago.Unwrap(c)
		serveFile(w, r, f, src, false)
	}}, nil
}

func (a *API) ignoreScan(ctx context.Context, in *scanID) (*none, error) {
	return nil, a.Scans.Ignore(ctx, in.ID)
}

func (a *API) readScanAgain(ctx context.Context, in *scanID) (*none, error) {
	return nil, a.Scans.Again(ctx, in.ID)
}
