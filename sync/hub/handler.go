package hub

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Bounds of a request's wait for news.
const (
	minWait = 25 * time.Second
	maxWait = 240 * time.Second
)

// maxRequest bounds a request's body.
const maxRequest = 4 << 20

// writeTimeout is how long the transport may take for one page.
const writeTimeout = 2 * time.Minute

// ContentType of requests and streams.
const ContentType = "application/vnd.khonggiay.sync"

// Handler serves POST /sync. authenticate names the device behind the request
// (from its client certificate); its error refuses the request.
func (h *Hub) Handler(authenticate func(*http.Request) (Peer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		peer, err := authenticate(r)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.sync(w, r, peer)
	})
}

func (h *Hub) sync(w http.ResponseWriter, r *http.Request, peer Peer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	req, err := feed.DecodeRequest(body)
	if err != nil {
		h.cfg.Log.Warn("bad sync request", "device", peer.Device, "error", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if req.Protocol > feed.Protocol {
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	var sub *Submission
	if len(req.Commands) > 0 || len(req.Purged) > 0 {
		sub = h.Submission(peer, req)
		if err := h.Accept(r.Context(), sub); err != nil {
			h.unavailable(w, peer, err)
			return
		}
	}
	if req.Push {
		pushed(w, sub)
		return
	}
	pull := h.NewPull(peer, req, sub)
	s, err := h.open(peer, pull)
	if err != nil {
		h.unavailable(w, peer, err)
		return
	}
	defer h.close(s)
	h.stream(w, r, s, time.Duration(req.Wait)*time.Second)
}

// pushed answers a request that only brings commands: 204 when the answers to
// all come on the open stream; 409 when one before them is missing, or when
// answers have to be asked for.
func pushed(w http.ResponseWriter, sub *Submission) {
	if sub != nil && (len(sub.Answers) < len(sub.Commands) || sub.Unheard) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// defaultLoads is how many first loads run at once when Config does not say.
const defaultLoads = 8

var errBusy = errors.New("too many first loads at once")

// retryAfter is what a laptop waits at least when the server has no room.
const retryAfter = "10"

func (h *Hub) unavailable(w http.ResponseWriter, peer Peer, err error) {
	h.cfg.Log.Warn("sync unavailable", "device", peer.Device, "error", err)
	w.Header().Set("Retry-After", retryAfter)
	status := http.StatusServiceUnavailable
	if e := app.AsError(err); e.Code == app.Full {
		status = http.StatusInsufficientStorage // the laptop tells its person why nothing goes up
	}
	w.WriteHeader(status)
}

func (h *Hub) stream(w http.ResponseWriter, r *http.Request, s *stream, wait time.Duration) {
	if wait > 0 {
		wait = min(max(wait, minWait), maxWait)
	}
	rc := http.NewResponseController(w)
	w.Header().Set("Content-Type", ContentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header()["Date"] = nil // the page tells the time
	w.WriteHeader(http.StatusOK)
	if err := rc.Flush(); err != nil {
		return
	}
	out := bufio.NewWriterSize(w, 16<<10)
	err := h.serve(r.Context(), s, wait, func(page []byte) error {
		// Some transports have no deadlines; then the server's own apply.
		if err := rc.SetWriteDeadline(h.cfg.Clock().Std().Add(writeTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if err := feed.WriteFrame(out, page); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if err := rc.Flush(); err != nil {
			return err
		}
		_ = rc.SetWriteDeadline(time.Time{}) // where there are none, none is left
		return nil
	})
	if err != nil && r.Context().Err() == nil {
		h.cfg.Log.Warn("sync stream broke", "device", s.peer.Device, "error", err)
	}
}
