package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// StillFor is how long a connection may stand still while a body comes in
	// or an answer goes out.
	StillFor = 120 * time.Second
	// renewAfter bounds how often a deadline is moved.
	renewAfter = 10 * time.Second
)

// Patient bounds requests by their progress, not by their length: a scan of
// 50 MB over 256 kbit/s takes half an hour, but neither side may stand still. A
// handler that sets deadlines of its own overrides it until the next progress.
func Patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			// From the start: a handler that refuses a request does not read its
			// body, but net/http does, to keep the connection.
			body := &patientBody{r.Body, deadline{set: rc.SetReadDeadline}}
			body.move()
			// In a copy: net/http looks at the body of its own request to know that
			// it must end a connection slowly. Cut at once, a client that is still
			// sending never reads why it was refused.
			own := *r
			own.Body, r = body, &own
		}
		next.ServeHTTP(&patientWriter{w, deadline{set: rc.SetWriteDeadline}}, r)
	})
}

// deadline is one direction's, which its progress moves on.
type deadline struct {
	set   func(time.Time) error
	moved time.Time
}

func (d *deadline) move() {
	if now := time.Now(); now.Sub(d.moved) >= renewAfter {
		d.moved = now
		_ = d.set(now.Add(StillFor)) // some transports have none
	}
}

// patientBody moves the read deadline on as bytes come, and lifts it at the end
// of the body: after that, reading only watches for a client that goes away.
type patientBody struct {
	io.ReadCloser
	deadline
}

// Read implements io.Reader.
func (b *patientBody) Read(p []byte) (int, error) {
	b.move()
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.set(time.Time{})
	}
	return n, err
}

// patientWriter moves the write deadline on as bytes go.
type patientWriter struct {
	http.ResponseWriter
	deadline
}

// WriteHeader implements http.ResponseWriter. An answer without a body must not
// fall under the deadline of the one before on its connection.
func (w *patientWriter) WriteHeader(status int) {
	w.move()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (w *patientWriter) Write(p []byte) (int, error) {
	w.move()
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher.
func (w *patientWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }
