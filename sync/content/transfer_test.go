package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/app"
)

func noWait(int) time.Duration { return 0 }

// chunkBorders are the places at which lines are cut: each border of an n-byte
// segment, a byte before and after, and the very first and last bytes.
func chunkBorders(n int64) []int64 {
	cuts := []int64{0, 1, n - 1}
	for b := int64(chunkSize); b < n; b += chunkSize {
		cuts = append(cuts, b-1, b, b+1)
	}
	return cuts
}

// cutAnswers breaks the connection of the first GET after n bytes of body.
func cutAnswers(n int64, ranges *[]string) func(http.Handler) http.Handler {
	var once sync.Once
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			*ranges = append(*ranges, r.Header.Get("Range"))
			once.Do(func() { w = &cutWriter{ResponseWriter: w, left: n} })
			next.ServeHTTP(w, r)
		})
	}
}

type cutWriter struct {
	http.ResponseWriter
	left int64
}

func (c *cutWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *cutWriter) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b[:min(int64(len(b)), c.left)])
	if c.left -= int64(n); c.left == 0 {
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// TestFetchResumesAtEveryChunk: after a cut the next request asks for exactly
// what is missing.
func TestFetchResumesAtEveryChunk(t *testing.T) {
	name, ct := segmentOf(t, 4*PlainChunk+777)
	size := int64(len(ct))
	for _, cut := range chunkBorders(size) {
		var ranges []string
		s := newSite(t, cutAnswers(cut, &ranges))
		put(t, s.store, ct)
		local := newStore(t, Options{})
		var last atomic.Int64
		f := &Fetcher{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Backoff: noWait}}
		err := f.Fetch(t.Context(), name, size, func(done, total int64) {
			if done < last.Load() || total != size {
				t.Errorf("cut at %d: progress fell from %d to %d of %d", cut, last.Load(), done, total)
			}
			last.Store(done)
		})
		if err != nil || last.Load() != size || !bytes.Equal(ciphertext(t, local, name), ct) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if want := fmt.Sprintf("[bytes=0- bytes=%d-]", cut); fmt.Sprint(ranges) != want {
			t.Errorf("cut at %d: asked for %v", cut, ranges)
		}
	}
}

// cutBodies breaks the first request that has a body after n bytes of it.
type cutBodies struct {
	next http.RoundTripper
	n    int64
	done bool
	puts []string
}

var errCut = errors.New("line cut")

func (c *cutBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut {
		c.puts = append(c.puts, r.Header.Get("Content-Range"))
		if !c.done {
			c.done = true
			r = r.Clone(r.Context())
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(r.Body, c.n), failing{errCut}), r.Body}
		}
	}
	return c.next.RoundTrip(r)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestUploadResumesAtEveryChunk: after a cut the next PUT begins where the
// server stands.
func TestUploadResumesAtEveryChunk(t *testing.T) {
	name, ct := segmentOf(t, 4*PlainChunk+777)
	size := int64(len(ct))
	for _, cut := range chunkBorders(size) {
		// Ask about the offset only when the cut connection's handler has ended,
		// so that the expected range is exact.
		idle := make(chan struct{}, 10)
		s := newSite(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPut {
					idle <- struct{}{}
				}
			})
		})
		local := newStore(t, Options{})
		put(t, local, ct)
		line := &cutBodies{next: s.client.Transport, n: cut}
		up := &Uploader{HTTP: &http.Client{Transport: line}, Base: s.base, Store: local, Retry: Retry{
			Backoff: noWait,
			Clock: Clock{After: func(time.Duration) <-chan time.Time {
				if cut > 0 { // else the transport may give up before it connects
					<-idle
				}
				return time.After(0)
			}},
		}}
		if err := up.Upload(t.Context(), name, nil); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if !bytes.Equal(ciphertext(t, s.store, name), ct) || s.told(&s.received) != 1 {
			t.Fatalf("cut at %d: the server does not have it", cut)
		}
		want := []string{span{0, size - 1, size}.String(), span{cut, size - 1, size}.String()}
		if fmt.Sprint(line.puts) != fmt.Sprint(want) {
			t.Errorf("cut at %d: sent %v", cut, line.puts)
		}
	}
}

// cuttingProxy forwards TCP and breaks every connection after n bytes in either
// direction.
func cuttingProxy(t *testing.T, target string, n int64) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { forward(in, target, n) })
		}
	})
	return "http://" + l.Addr().String()
}

func forward(in net.Conn, target string, n int64) {
	defer in.Close()
	out, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer out.Close()
	var wg sync.WaitGroup
	pipe := func(to, from net.Conn) {
		io.CopyN(to, from, n)
		to.Close() // reset both: a line that is cut does not say goodbye
		from.Close()
	}
	wg.Go(func() { pipe(out, in) })
	wg.Go(func() { pipe(in, out) })
	wg.Wait()
}

// TestLineThatBreaksAllTheTime moves a segment both ways over connections that
// live for 50,000 bytes each.
func TestLineThatBreaksAllTheTime(t *testing.T) {
	s := newSite(t, nil)
	base := cuttingProxy(t, s.base[len("http://"):], 50_000)
	name, ct := segmentOf(t, 5*PlainChunk)
	sender, receiver := newStore(t, Options{}), newStore(t, Options{})
	put(t, sender, ct)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	retry := Retry{Attempts: 100, Backoff: noWait}
	up := &Uploader{HTTP: client, Base: base, Store: sender, Retry: retry}
	if err := up.Upload(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	f := &Fetcher{HTTP: client, Base: base, Store: receiver, Retry: retry}
	if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ciphertext(t, receiver, name), ct) {
		t.Error("the segment changed on the way")
	}
}

func TestFetchGoesOnAfterRestart(t *testing.T) {
	var ranges []string
	s := newSite(t, cutAnswers(1<<40, &ranges))
	name, ct := segmentOf(t, 2*PlainChunk)
	put(t, s.store, ct)
	local := newStore(t, Options{})
	p := openPart(t, local, name)
	p.Write(ct[:1234])
	local.Close()
	again, err := Open(local.dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: again}
	if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(ranges) != "[bytes=1234-]" {
		t.Errorf("asked for %v", ranges)
	}
	if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); err != nil || len(ranges) != 1 {
		t.Errorf("fetching what is there: %v, %d requests", err, len(ranges))
	}
}

// TestFetchFromATornPart: bytes that a power cut spoilt cost one more download,
// not a refusal for ever.
func TestFetchFromATornPart(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 2*PlainChunk)
	put(t, s.store, ct)
	for what, torn := range map[string][]byte{
		"zeros": make([]byte, 5000), "too long": append(bytes.Clone(ct), 1), "all wrong": make([]byte, len(ct)),
	} {
		local := newStore(t, Options{})
		p := openPart(t, local, name)
		p.Write(torn)
		p.Close()
		f := &Fetcher{HTTP: s.client, Base: s.base, Store: local}
		if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestFetchTrustsNoServer: wrong bytes, sizes and ranges are never kept.
func TestFetchTrustsNoServer(t *testing.T) {
	name, ct := segmentOf(t, 1000)
	size := int64(len(ct))
	serve := func(status int, body []byte, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			w.Write(body)
		}
	}
	zeros := make([]byte, size)
	cases := map[string]struct {
		server http.HandlerFunc
		want   error
	}{
		"other bytes":      {serve(206, zeros, "Content-Range", span{0, size - 1, size}.String()), ErrCorrupt},
		"other bytes, 200": {serve(200, zeros), ErrCorrupt},
		"longer":           {serve(200, append(bytes.Clone(ct), 1)), ErrCorrupt},
		"shorter":          {serve(206, ct[:9], "Content-Range", "bytes 0-8/9"), ErrCorrupt},
		"other range":      {serve(206, ct[1:], "Content-Range", span{1, size - 1, size}.String()), ErrCorrupt},
		"no range":         {serve(206, ct), ErrCorrupt},
		"416":              {serve(416, nil), ErrCorrupt},
		"404":              {serve(404, nil), ErrNotFound},
		"403":              {serve(403, nil), ErrForbidden},
		"401":              {serve(401, nil), ErrForbidden},
		"500":              {serve(500, nil), ErrUnavailable},
		"503":              {serve(503, nil, "Retry-After", "0"), ErrUnavailable},
		"page of a portal": {serve(200, []byte("<html>")), ErrCorrupt},
	}
	for what, c := range cases {
		s := newSite(t, func(http.Handler) http.Handler { return c.server })
		local := newStore(t, Options{})
		f := &Fetcher{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Attempts: 3, Backoff: noWait}}
		if err := f.Fetch(t.Context(), name, size, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if local.Has(name) {
			t.Errorf("%s: was kept", what)
		}
	}
	// A way that takes Range out, as some proxies do, still works.
	s := newSite(t, func(http.Handler) http.Handler { return serve(200, ct) })
	local := newStore(t, Options{})
	p := openPart(t, local, name)
	p.Write(ct[:10])
	p.Close()
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: local}
	if err := f.Fetch(t.Context(), name, size, nil); err != nil {
		t.Errorf("server without ranges: %v", err)
	}
}

// TestStalledLine: a server that stops in the middle is left, and tried again.
func TestStalledLine(t *testing.T) {
	name, ct := segmentOf(t, 2*PlainChunk)
	hang := make(chan struct{})
	var calls atomic.Int32
	s := newSite(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) > 1 {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Range", span{0, int64(len(ct)) - 1, int64(len(ct))}.String())
			w.WriteHeader(206)
			w.Write(ct[:5000])
			w.(http.Flusher).Flush()
			<-hang
		})
	})
	put(t, s.store, ct)
	local := newStore(t, Options{})
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: local, Idle: 200 * time.Millisecond, Retry: Retry{Backoff: noWait}}
	err := f.Fetch(t.Context(), name, int64(len(ct)), nil)
	close(hang)
	if err != nil || calls.Load() != 2 {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

func TestFetchCancelledKeepsThePart(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 4*PlainChunk)
	put(t, s.store, ct)
	local := newStore(t, Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("laptop closed")
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: local}
	err := f.Fetch(ctx, name, int64(len(ct)), func(done, _ int64) {
		if done > 0 {
			cancel(reason)
		}
	})
	if !errors.Is(err, reason) || local.PartSize(name) == 0 {
		t.Errorf("%v, %d bytes kept", err, local.PartSize(name))
	}
}

func TestFetchOnFullDisk(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, PlainChunk)
	put(t, s.store, ct)
	local := newStore(t, Options{FreeSpace: func(string) (int64, error) { return 1000, nil }})
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: local}
	if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Fetch: %v", err)
	}
}

// TestUploadOfRottenSegment: the disk spoilt it after it was sealed. The server
// refuses, the laptop finds out and drops it.
func TestUploadOfRottenSegment(t *testing.T) {
	s := newSite(t, nil)
	local := newStore(t, Options{})
	name, ct := segmentOf(t, 2*PlainChunk)
	put(t, local, ct)
	rot(t, local, name, 100)
	up := &Uploader{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Backoff: noWait}}
	if err := up.Upload(t.Context(), name, nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Upload: %v", err)
	}
	if local.Has(name) || s.store.Has(name) || s.store.PartSize(name) != 0 {
		t.Error("rotten bytes were kept")
	}
}

// TestUploadToATornPart: the server's half was spoilt; it is sent again.
func TestUploadToATornPart(t *testing.T) {
	name, ct := segmentOf(t, 2*PlainChunk)
	for what, torn := range map[string][]byte{
		"zeros": make([]byte, 5000), "too long": append(bytes.Clone(ct), 1), "all wrong": make([]byte, len(ct)),
		"whole but unverified": ct,
	} {
		s := newSite(t, nil)
		p := openPart(t, s.store, name)
		p.Write(torn)
		p.Close()
		local := newStore(t, Options{})
		put(t, local, ct)
		up := &Uploader{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Backoff: noWait}}
		if err := up.Upload(t.Context(), name, nil); err != nil || !s.store.Has(name) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestUploadRefusals(t *testing.T) {
	name, ct := segmentOf(t, 1000)
	local := newStore(t, Options{})
	put(t, local, ct)
	cases := map[string]struct {
		change func(*Handler)
		want   error
	}{
		"forbidden": {func(h *Handler) { h.Authorize = nil }, ErrForbidden},
		"quota":     {func(h *Handler) { h.Quota = func(*http.Request, app.Hash, int64) error { return errCut } }, ErrQuota},
		"too large": {func(h *Handler) { h.MaxSize = 100 }, ErrTooLarge},
		"full disk": {func(h *Handler) {
			h.Store = newStore(t, Options{FreeSpace: func(string) (int64, error) { return 0, nil }})
		}, ErrUnavailable},
	}
	for what, c := range cases {
		s := newSite(t, nil)
		c.change(s.handler)
		up := &Uploader{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Attempts: 2, Backoff: noWait}}
		if err := up.Upload(t.Context(), name, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	up := &Uploader{Store: local}
	if err := up.Upload(t.Context(), app.Hash(sha256.Sum256(nil)), nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("segment that is not here: %v", err)
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	for n := 1; n < 100; n++ {
		if d := doubling(n); d < 250*time.Millisecond || d > 45*time.Second {
			t.Errorf("after %d failures: %v", n, d)
		}
		if d := queueDoubling(n); d < 2*time.Second || d > 2*time.Minute {
			t.Errorf("the queue, after %d failures: %v", n, d)
		}
	}
}

func BenchmarkFetch(b *testing.B) {
	s := newSite(b, nil)
	_, ct := sealed(b, noise(20<<20, 1))
	name := put(b, s.store, ct)
	local := newStore(b, Options{})
	f := &Fetcher{HTTP: s.client, Base: s.base, Store: local}
	b.SetBytes(int64(len(ct)))
	for b.Loop() {
		if err := f.Fetch(b.Context(), name, int64(len(ct)), nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		local.Remove(name)
		b.StartTimer()
	}
}

func BenchmarkUpload(b *testing.B) {
	s := newSite(b, nil)
	local := newStore(b, Options{})
	_, ct := sealed(b, noise(20<<20, 1))
	name := put(b, local, ct)
	up := &Uploader{HTTP: s.client, Base: s.base, Store: local}
	b.SetBytes(int64(len(ct)))
	for b.Loop() {
		if err := up.Upload(b.Context(), name, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		s.store.Remove(name)
		b.StartTimer()
	}
}
