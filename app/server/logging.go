package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
)

type requestKey struct{}

// requestID is the id of the request behind a context, for logs.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// logged gives each request an id, tells the client, and writes one line when
// the answer is done. Queries are left out: they hold what people search for.
func (s *Server) logged(listener string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:12]
		began := s.now()
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		defer func() {
			took := s.now().Sub(began)
			s.metrics.request(listener, r.Method, rec.code(), took)
			s.log.Info("request", "id", id, "listener", listener, "method", r.Method, "path", routeOf(r),
				"status", rec.code(), "bytes", rec.bytes, "ms", took.Milliseconds(), "source", source(r))
		}()
		next.ServeHTTP(rec, r)
	})
}

// routeOf is the path with a bound on its length.
func routeOf(r *http.Request) string {
	if p := r.URL.Path; len(p) <= 120 {
		return p
	}
	return r.URL.Path[:120] + "…"
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach deadlines, flushing and hijacking.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush implements http.Flusher for handlers that ask for it directly.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// tlsNoise turns net/http's own complaints (strangers that speak no TLS, port
// scanners) into debug lines.
type tlsNoise struct{ log *slog.Logger }

func (n tlsNoise) Write(b []byte) (int, error) {
	n.log.Debug("http", "message", strings.TrimSpace(string(b)))
	return len(b), nil
}
