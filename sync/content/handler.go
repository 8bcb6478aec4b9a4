package content

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khonggiay/app"
)

const (
	// Path is where Handler expects to be mounted and clients look for it.
	Path = "/content/"
	// uploadOffset is the header that tells how many bytes of a segment the
	// server keeps.
	uploadOffset = "Upload-Offset"
)

// Op is what a request wants to do with a segment.
type Op int

const (
	OpFetch Op = iota + 1 // GET: the ciphertext
	OpStat                // HEAD: its size, or how much of it has come; for whoever may do either other
	OpStore               // PUT: bring it
)

// Reasons in the JSON body of a refusal, {"reason": …}.
const (
	reasonInvalid   = "invalid"
	reasonForbidden = "forbidden"
	reasonNotFound  = "not_found"
	reasonOffset    = "offset"
	reasonHash      = "wrong_hash"
	reasonTooLarge  = "too_large"
	reasonQuota     = "quota"
	reasonNoSpace   = "no_space"
	reasonCut       = "cut"
	reasonInternal  = "internal"
)

// Handler serves a store at Path by the protocol of PROTOCOL.md. Set the fields
// before the first request.
type Handler struct {
	Store *Store
	// Authorize decides about each request, before anything is said about the
	// segment. Nil denies all.
	Authorize func(r *http.Request, op Op, name app.Hash) error
	// Who names the device behind a request for the two hooks below. Nil is "".
	Who func(r *http.Request) string
	// Received is told that a segment which device brought is whole, verified
	// and durable. It may be told again; it is called before the answer. After
	// an error the answer is 500 and the device comes again.
	Received func(name app.Hash, device string) error
	// Served is told that the answer which ends the segment was written out to
	// device. It is a hint: only the device's own receipt proves that it came.
	Served func(name app.Hash, device string)
	// Quota is asked before an upload of size bytes goes on. Nil allows all.
	Quota func(r *http.Request, name app.Hash, size int64) error
	// MaxSize is the largest segment taken in, bytes. 0 is 4 GiB.
	MaxSize int64
	// Idle is how long a connection may stand still in either direction. 0 is
	// 30 seconds.
	Idle time.Duration
	// Log gets failures of the store. Nil discards them.
	Log *slog.Logger
}

const (
	// defaultMaxSize is the largest segment a server takes unless told
	// otherwise, bytes.
	defaultMaxSize = 4 << 30
	// defaultIdle is how long both sides wait for the next byte unless told
	// otherwise.
	defaultIdle = 30 * time.Second
)

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	op, ok := map[string]Op{http.MethodGet: OpFetch, http.MethodHead: OpStat, http.MethodPut: OpStore}[r.Method]
	if !ok {
		w.Header().Set("Allow", "GET, HEAD, PUT")
		refuse(w, http.StatusMethodNotAllowed, reasonInvalid)
		return
	}
	hex, _ := strings.CutPrefix(r.URL.Path, Path)
	name, ok := parseName(hex)
	if !ok {
		refuse(w, http.StatusNotFound, reasonNotFound)
		return
	}
	if h.Authorize == nil || h.Authorize(r, op, name) != nil {
		refuse(w, http.StatusForbidden, reasonForbidden)
		return
	}
	if op == OpStore {
		h.put(w, r, name)
		return
	}
	h.get(w, r, name)
}

// get answers GET and HEAD.
func (h *Handler) get(w http.ResponseWriter, r *http.Request, name app.Hash) {
	f, err := h.Store.Open(name)
	if errors.Is(err, ErrNotFound) {
		if r.Method == http.MethodHead {
			tellOffset(w, h.Store.PartSize(name))
		}
		refuse(w, http.StatusNotFound, reasonNotFound)
		return
	}
	if err != nil {
		h.fail(w, "open segment", err)
		return
	}
	defer f.Close()
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("ETag", etag(name))
	header.Set("Cache-Control", "private, max-age=31536000, immutable")
	out := newDeadlineWriter(w, h.idle())
	defer out.finish()
	http.ServeContent(out, r, "", time.Time{}, f)
	if r.Method == http.MethodGet && h.Served != nil && out.wroteTheEnd() {
		h.Served(name, h.who(r))
	}
}

func (h *Handler) who(r *http.Request) string {
	if h.Who == nil {
		return ""
	}
	return h.Who(r)
}

func (h *Handler) maxSize() int64 {
	if h.MaxSize > 0 {
		return min(h.MaxSize, maxSegment)
	}
	return defaultMaxSize
}

func (h *Handler) idle() time.Duration {
	if h.Idle > 0 {
		return h.Idle
	}
	return defaultIdle
}

// fail answers 500, or 507 for a full disk, and logs why.
func (h *Handler) fail(w http.ResponseWriter, doing string, err error) {
	if h.Log != nil {
		h.Log.Error("content: "+doing, "error", err)
	}
	if errors.Is(err, ErrNoSpace) {
		refuse(w, http.StatusInsufficientStorage, reasonNoSpace)
		return
	}
	refuse(w, http.StatusInternalServerError, reasonInternal)
}

// refuse writes a status with its reason as JSON.
func refuse(w http.ResponseWriter, status int, reason string) {
	body, _ := json.Marshal(refusal{reason})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}

type refusal struct {
	Reason string `json:"reason"`
}

func tellOffset(w http.ResponseWriter, n int64) {
	w.Header().Set(uploadOffset, strconv.FormatInt(n, 10))
}

// etag is the strong validator of a segment: its name.
func etag(name app.Hash) string { return `"` + name.String() + `"` }
