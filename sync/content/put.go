package content

import (
	"errors"
	"io"
	"net/http"
	"time"

	"khonggiay/app"
)

// put answers PUT: takes the announced bytes into the segment's part and, when
// the part is whole, verifies and keeps it.
func (h *Handler) put(w http.ResponseWriter, r *http.Request, name app.Hash) {
	// Also bounds what the server reads of a body that is refused below.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.idle()))
	sent, status := uploadSpan(r)
	if status != 0 {
		refuse(w, status, reasonInvalid)
		return
	}
	if sent.total > h.maxSize() {
		refuse(w, http.StatusRequestEntityTooLarge, reasonTooLarge)
		return
	}
	if PlainSize(sent.total) < 0 {
		refuse(w, http.StatusBadRequest, reasonInvalid)
		return
	}
	if h.Store.Has(name) {
		h.received(w, r, name, http.StatusOK)
		return
	}
	if h.Quota != nil && h.Quota(r, name, sent.total) != nil {
		refuse(w, http.StatusInsufficientStorage, reasonQuota)
		return
	}
	if h.Store.PartSize(name) > sent.total { // of someone with another size in mind
		if err := h.Store.RemovePart(name); err != nil {
			h.fail(w, "remove part", err)
			return
		}
	}
	part, err := h.Store.openPart(name, sent.first)
	if err != nil {
		h.refusePart(w, r, name, err)
		return
	}
	defer part.Close()
	h.take(w, r, name, part, sent)
}

// take copies the body into the part and answers.
func (h *Handler) take(w http.ResponseWriter, r *http.Request, name app.Hash, part *partWriter, sent span) {
	if err := h.Store.checkSpace(sent.total - sent.first); err != nil {
		h.fail(w, "take segment", err)
		return
	}
	body := newDeadlineReader(w, r.Body, h.idle())
	n, err := io.CopyBuffer(part, io.LimitReader(body, sent.len()), make([]byte, chunkSize))
	if err == nil && n < sent.len() {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		body.release()
	}
	switch {
	case err != nil && body.err != nil: // the line, not the store
		tellOffset(w, part.Offset())
		refuse(w, http.StatusBadRequest, reasonCut)
	case err != nil:
		h.refusePart(w, r, name, err)
	case sent.last+1 < sent.total:
		h.keep(w, part)
	default:
		h.commit(w, r, name, part)
	}
}

// keep answers 202 once what came so far is durable.
func (h *Handler) keep(w http.ResponseWriter, part *partWriter) {
	if err := part.Close(); err != nil {
		h.fail(w, "keep part", err)
		return
	}
	tellOffset(w, part.Offset())
	w.WriteHeader(http.StatusAccepted)
}

// commit answers 201 when the whole segment is verified and durable.
func (h *Handler) commit(w http.ResponseWriter, r *http.Request, name app.Hash, part *partWriter) {
	err := part.Commit()
	if errors.Is(err, ErrCorrupt) {
		tellOffset(w, 0)
		refuse(w, http.StatusUnprocessableEntity, reasonHash)
		return
	}
	if err != nil {
		h.refusePart(w, r, name, err)
		return
	}
	h.received(w, r, name, http.StatusCreated)
}

// received tells the hook and answers that the segment is whole.
func (h *Handler) received(w http.ResponseWriter, r *http.Request, name app.Hash, status int) {
	if h.Received != nil {
		if err := h.Received(name, h.who(r)); err != nil {
			h.fail(w, "note received segment", err)
			return
		}
	}
	w.Header().Set("ETag", etag(name))
	w.WriteHeader(status)
}

// refusePart answers for a part that could not be opened or written.
func (h *Handler) refusePart(w http.ResponseWriter, r *http.Request, name app.Hash, err error) {
	var wrong *offsetError
	switch {
	case errors.Is(err, errExists):
		h.received(w, r, name, http.StatusOK)
	case errors.As(err, &wrong):
		tellOffset(w, wrong.Have)
		refuse(w, http.StatusConflict, reasonOffset)
	case errors.Is(err, ErrTaken):
		tellOffset(w, h.Store.PartSize(name))
		refuse(w, http.StatusConflict, reasonOffset)
	default:
		h.fail(w, "write part", err)
	}
}

// deadlineReader moves the connection's read deadline along with the body, so
// that a dead line is noticed and a slow one is not cut.
type deadlineReader struct {
	body io.Reader
	ctl  *http.ResponseController
	idle time.Duration
	err  error // the body's own error, end of file apart
}

func newDeadlineReader(w http.ResponseWriter, body io.Reader, idle time.Duration) *deadlineReader {
	return &deadlineReader{body: body, ctl: http.NewResponseController(w), idle: idle}
}

func (d *deadlineReader) Read(b []byte) (int, error) {
	// A recorder or a middleware without deadlines is served without them.
	_ = d.ctl.SetReadDeadline(time.Now().Add(d.idle))
	n, err := d.body.Read(b)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		d.err = err
	}
	return n, err
}

// release lifts the deadline when the body is in: verifying may take longer.
func (d *deadlineReader) release() { _ = d.ctl.SetReadDeadline(time.Time{}) }

// deadlineWriter does the same for the answer and remembers how far it came.
type deadlineWriter struct {
	http.ResponseWriter
	ctl     *http.ResponseController
	idle    time.Duration
	status  int
	written int64
}

func newDeadlineWriter(w http.ResponseWriter, idle time.Duration) *deadlineWriter {
	return &deadlineWriter{ResponseWriter: w, ctl: http.NewResponseController(w), idle: idle}
}

func (d *deadlineWriter) WriteHeader(status int) {
	d.status = status
	d.ResponseWriter.WriteHeader(status)
}

func (d *deadlineWriter) Write(b []byte) (int, error) {
	_ = d.ctl.SetWriteDeadline(time.Now().Add(d.idle))
	n, err := d.ResponseWriter.Write(b)
	d.written += int64(n)
	return n, err
}

// wroteTheEnd reports whether the last byte of the segment went out, in a whole
// answer or in one range.
func (d *deadlineWriter) wroteTheEnd() bool {
	switch d.status {
	case http.StatusOK:
		size, ok := parseCount(d.Header().Get("Content-Length"))
		return ok && d.written == size
	case http.StatusPartialContent:
		got, ok := parseContentRange(d.Header().Get("Content-Range"))
		return ok && got.last+1 == got.total && d.written == got.len()
	}
	return false
}

// finish leaves time for what the server still has buffered. The server lifts
// the deadline itself before the next request.
func (d *deadlineWriter) finish() { _ = d.ctl.SetWriteDeadline(time.Now().Add(d.idle)) }
