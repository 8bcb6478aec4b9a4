package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
)

// SyncStatus is the truth about the line and what waits on either side.
type SyncStatus struct {
	State             LineState      `json:"state" enum:"online,offline,connecting,cut,revoked,forgotten,server"`
	LastContact       app.Time       `json:"lastContact,omitempty"`
	ServerTimeOffset  int64          `json:"serverTimeOffset" doc:"ms by which the server's clock is ahead of this machine's"`
	Waiting           []WaitingItem  `json:"waiting" doc:"the first ones; waitingCount has them all"`
	WaitingCount      int            `json:"waitingCount"`
	Refused           []RefusedItem  `json:"refused"`
	RefusedCount      int            `json:"refusedCount"`
	Doubtful          int            `json:"doubtful" doc:"waiting ones that no longer fit what came down; the server decides"`
	Uploads           []TransferItem `json:"uploads"`
	Downloads         []TransferItem `json:"downloads"`
	Coming            *ComingRecords `json:"coming,omitempty"`
	Courier           *CourierStatus `json:"courier,omitempty" doc:"absent where no courier runs"`
	FirstLoadComplete bool           `json:"firstLoadComplete"`
	Epoch             string         `json:"epoch,omitempty"`
	Checks            *CheckResult   `json:"checks,omitempty"`
	Trouble           string         `json:"trouble,omitempty" doc:"reason key of what keeps this machine's disk from its work"`
	Repair            *Repair        `json:"repair,omitempty" doc:"the database was damaged and is repaired; until the person has read it"`
}

// CourierStatus is what carries files besides the line: the laptops of one office
// on one local network feed each other.
type CourierStatus struct {
	Province   bool  `json:"province" doc:"connected to the province"`
	Colleagues int   `json:"colleagues" doc:"laptops of the same office that are connected now"`
	Lacking    int64 `json:"lacking" doc:"bytes that are still to come for the office"`
	Waits      bool  `json:"waits" doc:"a colleague's laptop fetches over the line; this one has it from there"`
}

// LineState is the state of the line to the server.
type LineState string

// Line states.
const (
	LineOnline     LineState = "online"
	LineOffline    LineState = "offline"
	LineConnecting LineState = "connecting"
	LineCut        LineState = "cut"       // by the demonstration's switch
	LineRevoked    LineState = "revoked"   // the server refuses this device
	LineForgotten  LineState = "forgotten" // the server came back from a backup and does not know this device
	LineServer     LineState = "server"    // this is the server
)

// WaitingItem is a command without a result yet.
type WaitingItem struct {
	ID      app.CommandID `json:"id"`
	Name    string        `json:"name"`
	Target  TargetRef     `json:"target"`
	At      app.Time      `json:"at"`
	Status  string        `json:"status" enum:"waiting,sent,deferred,doubtful"`
	Subject string        `json:"subject,omitempty"`
}

// RefusedItem is a command that the server refused, with everything the
// person wrote.
type RefusedItem struct {
	ID      app.CommandID  `json:"id"`
	Name    string         `json:"name"`
	Target  TargetRef      `json:"target"`
	At      app.Time       `json:"at"`
	Subject string         `json:"subject,omitempty"`
	Code    app.Code       `json:"code"`
	Reason  string         `json:"reason"`
	Data    map[string]any `json:"data,omitempty"`
	Text    string         `json:"text,omitempty" doc:"the text that the person wrote"`
	Args    any            `json:"args,omitempty"`
	Files   []RefusedFile  `json:"files,omitempty" doc:"that the command brought, kept until it is let go of"`
}

// RefusedFile is a file of a refused command, such as a document that was signed
// and, as it turned out, had been recalled.
type RefusedFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// TransferItem is one content on its way.
type TransferItem struct {
	SHA256    app.Hash      `json:"sha256"`
	Name      string        `json:"name,omitempty"`
	Document  app.ID        `json:"document,omitempty" doc:"that names it"`
	Direction DirectionName `json:"direction,omitempty" enum:"incoming,outgoing" doc:"of the document"`
	Meeting   app.ID        `json:"meeting,omitempty" doc:"that it is a material of"`
	Subject   string        `json:"subject,omitempty" doc:"of the document, or the title of the material"`
	Coming
}

// TransferOf is a file of a record on its way.
func TransferOf(r app.Record, file app.CommandID, coming Coming) TransferItem {
	f := app.FilesOf(r)[file]
	out := TransferItem{SHA256: f.Content.SHA256, Name: f.Name, Coming: coming}
	switch r := r.(type) {
	case *app.Document:
		out.Document, out.Direction, out.Subject = r.ID, directionName(r.Direction), r.Subject
	case *app.Material:
		out.Meeting, out.Subject = r.Meeting, r.Title
	}
	return out
}

// ComingRecords estimates what still comes down.
type ComingRecords struct {
	Records    int64 `json:"records"`
	Bytes      int64 `json:"bytes"`
	EstimateMs int64 `json:"estimateMs,omitempty"`
}

// CheckResult is the last comparison of this replica with the server.
type CheckResult struct {
	OK bool     `json:"ok"`
	At app.Time `json:"at"`
}

// QuarantineItem is a text kept when its record left this machine.
type QuarantineItem struct {
	ID      string        `json:"id"`
	Command app.CommandID `json:"command" doc:"by which a refused one is let go of"`
	Name    string        `json:"name" doc:"of the command"`
	Kind    app.Kind      `json:"kind"`
	Subject string        `json:"subject,omitempty"`
	Text    string        `json:"text"`
	At      app.Time      `json:"at" doc:"when it was written"`
	Since   app.Time      `json:"since,omitempty" doc:"when its record left"`
	Status  string        `json:"status" enum:"waiting,deferred,refused" doc:"only what the server has refused can be let go of"`
	Reason  string        `json:"reason"`
}

type refusedInput struct {
	ID uint64 `path:"id"`
}

type refusedFileInput struct {
	ID uint64 `path:"id"`
	N  int    `path:"n" minimum:"0" maximum:"1000" doc:"its place in files"`
}

func (a *API) syncRoutes() {
	route(a, forPerson, get("/sync", "getSync", "What waits, what comes, what was refused", "sync"), a.getSync)
	now := post("/sync/now", "syncNow", "Try the line at once", "sync")
	now.DefaultStatus = http.StatusNoContent
	route(a, whileLocked, now, a.syncNow)
	route(a, forPerson, post("/sync/refused/{id}/retry", "retryRefused", "Give a refused command again, as a new one", "sync"), a.retryRefused)
	drop := post("/sync/refused/{id}", "discardRefused", "Let go of a refused command and its text", "sync")
	drop.Method, drop.DefaultStatus = http.MethodDelete, http.StatusNoContent
	route(a, forPerson, drop, a.discardRefused)
	op := get("/sync/refused/{id}/files/{n}", "getRefusedFile", "A file that a refused command brought", "sync")
	op.Responses = map[string]*huma.Response{"200": {Description: "the content", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getRefusedFile)
	route(a, forPerson, get("/quarantine", "getQuarantine", "Texts kept when their record left", "sync"), a.getQuarantine)
}

func (a *API) getSync(ctx context.Context, _ *none) (*body[SyncStatus], error) {
	s := SyncStatus{State: LineServer, FirstLoadComplete: true, LastContact: a.Now()}
	if a.Sync != nil {
		var err error
		if s, err = a.Sync.Status(ctx); err != nil {
			return nil, err
		}
	}
	s.Waiting, s.Refused = some(s.Waiting), some(s.Refused)
	s.Uploads, s.Downloads = some(s.Uploads), some(s.Downloads)
	return &body[SyncStatus]{s}, nil
}

func (a *API) syncNow(ctx context.Context, _ *none) (*none, error) {
	if a.Sync == nil {
		return nil, errNotHere
	}
	return nil, a.Sync.Now(ctx)
}

func (a *API) retryRefused(ctx context.Context, in *refusedInput) (*body[CommandResult], error) {
	if a.Sync == nil {
		return nil, errNotHere
	}
	g, err := a.Sync.Retry(ctx, viewerOf(ctx), app.CommandID(in.ID))
	if err != nil {
		return nil, err
	}
	return &body[CommandResult]{CommandResult(g)}, nil
}

func (a *API) discardRefused(ctx context.Context, in *refusedInput) (*none, error) {
	if a.Sync == nil {
		return nil, errNotHere
	}
	return nil, a.Sync.Discard(ctx, app.CommandID(in.ID))
}

func (a *API) getRefusedFile(ctx context.Context, in *refusedFileInput) (*stream, error) {
	if a.Sync == nil {
		return nil, errNotHere
	}
	f, src, err := a.Sync.RefusedFile(ctx, app.CommandID(in.ID), in.N)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		r, w := humago.Unwrap(c)
		serveFile(w, r, f, src, false)
	}}, nil
}

func (a *API) getQuarantine(ctx context.Context, _ *none) (*body[[]QuarantineItem], error) {
	if a.Sync == nil {
		return &body[[]QuarantineItem]{[]QuarantineItem{}}, nil
	}
	items, err := a.Sync.Quarantine(ctx)
	if err != nil {
		return nil, err
	}
	return &body[[]QuarantineItem]{some(items)}, nil
}

// some makes an empty list of none, so that JSON never carries null for one.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
