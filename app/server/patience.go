package server

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// stillFor is how long a connection may stand still while a body comes in
	// or an answer goes out.
	stillFor = 120 * time.Second
	// renewAfter bounds how often a deadline is moved.
	renewAfter = 10 * time.Second
)

// patient bounds a request by its progress: neither side may stand still. A
// handler that sets deadlines of its own overrides it until the next progress.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &patientBody{ReadCloser: r.Body, rc: rc}
		}
		next.ServeHTTP(&patientWriter{ResponseWriter: w, rc: rc}, r)
	})
}

// patientBody moves the read deadline on as bytes come, and lifts it at the end
// of the body: after that, reading only watches for a client that goes away.
type patientBody struct {
	io.ReadCloser
	rc    *http.ResponseController
	moved time.Time
}

// Read implements io.Reader.
func (b *patientBody) Read(p []byte) (int, error) {
	if now := time.Now(); now.Sub(b.moved) >= renewAfter {
		b.moved = now
		_ = b.rc.SetReadDeadline(now.Add(stillFor))
	}
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// patientWriter moves the write deadline on as bytes go.
type patientWriter struct {
	http.ResponseWriter
	rc    *http.ResponseController
	moved time.Time
}

// Write implements io.Writer.
func (w *patientWriter) Write(p []byte) (int, error) {
	if now := time.Now(); now.Sub(w.moved) >= renewAfter {
		w.moved = now
		_ = w.rc.SetWriteDeadline(now.Add(stillFor))
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher.
func (w *patientWriter) Flush() { _ = w.rc.Flush() }
