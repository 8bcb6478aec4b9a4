package content

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/app"
)

// site is a server with its store and what its hooks were told.
type site struct {
	store   *Store
	handler *Handler
	base    string
	client  *http.Client

	mu       sync.Mutex // guards the notes of the hooks
	received []app.Hash
	served   []app.Hash
}

// newSite starts a server; wrap, when given, stands in front of the handler.
func newSite(t testing.TB, wrap func(http.Handler) http.Handler) *site {
	t.Helper()
	s := &site{store: newStore(t, Options{})}
	s.handler = &Handler{
		Store:     s.store,
		Authorize: func(*http.Request, Op, app.Hash) error { return nil },
		Who:       func(r *http.Request) string { return r.Header.Get("X-Device") },
		Received:  func(name app.Hash, _ string) error { s.note(&s.received, name); return nil },
		Served:    func(name app.Hash, _ string) { s.note(&s.served, name) },
	}
	var front http.Handler = s.handler
	if wrap != nil {
		front = wrap(front)
	}
	srv := httptest.NewServer(front)
	t.Cleanup(srv.Close)
	s.base, s.client = srv.URL, srv.Client()
	t.Cleanup(s.client.CloseIdleConnections)
	return s
}

func (s *site) note(list *[]app.Hash, name app.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, name)
}

func (s *site) told(list *[]app.Hash) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(*list)
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body []byte
}

func (s *site) do(t testing.TB, method string, path string, body []byte, header ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, s.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		req.Body = http.NoBody
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp, b}
}

func segmentOf(t testing.TB, plain int) (app.Hash, []byte) {
	t.Helper()
	_, ct := sealed(t, noise(plain, 1))
	return app.Hash(sha256.Sum256(ct)), ct
}

func TestGetRanges(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 2*PlainChunk)
	put(t, s.store, ct)
	tag := `"` + name.String() + `"`
	cases := []struct {
		what   string
		header []string
		status int
		body   []byte
	}{
		{"whole", nil, 200, ct},
		{"from", []string{"Range", "bytes=1000-"}, 206, ct[1000:]},
		{"middle", []string{"Range", "bytes=5-9"}, 206, ct[5:10]},
		{"If-Range right", []string{"Range", "bytes=5-9", "If-Range", tag}, 206, ct[5:10]},
		{"If-Range wrong", []string{"Range", "bytes=5-9", "If-Range", `"x"`}, 200, ct},
		{"not modified", []string{"If-None-Match", tag}, 304, []byte{}},
	}
	for _, c := range cases {
		got := s.do(t, "GET", Path+name.String(), nil, c.header...)
		if got.StatusCode != c.status || !bytes.Equal(got.body, c.body) {
			t.Errorf("%s: %d with %d bytes", c.what, got.StatusCode, len(got.body))
		}
		if c.status != 304 && got.Header.Get("ETag") != tag {
			t.Errorf("%s: ETag %q", c.what, got.Header.Get("ETag"))
		}
	}
	if got := s.do(t, "GET", Path+name.String(), nil, "Range", fmt.Sprintf("bytes=%d-", len(ct))); got.StatusCode != 416 {
		t.Errorf("range past the end: %d", got.StatusCode)
	}
	if n := s.told(&s.served); n != 3 {
		t.Errorf("Served was told %d times, not for whole, from and If-Range wrong", n)
	}
	if got := s.do(t, "HEAD", Path+name.String(), nil); got.StatusCode != 200 || got.ContentLength != int64(len(ct)) {
		t.Errorf("HEAD: %d, %d bytes", got.StatusCode, got.ContentLength)
	}
}

func TestPutInPieces(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 2*PlainChunk)
	path := Path + name.String()
	total := int64(len(ct))
	piece := func(first, end int64) answer {
		return s.do(t, "PUT", path, ct[first:end], "Content-Range", span{first, end - 1, total}.String())
	}
	expect := func(what string, got answer, status int, offset string) {
		t.Helper()
		if got.StatusCode != status || got.Header.Get(uploadOffset) != offset {
			t.Errorf("%s: %d, offset %q", what, got.StatusCode, got.Header.Get(uploadOffset))
		}
	}
	expect("HEAD before", s.do(t, "HEAD", path, nil), 404, "0")
	expect("first piece", piece(0, 1000), 202, "1000")
	expect("HEAD", s.do(t, "HEAD", path, nil), 404, "1000")
	expect("GET of a part", s.do(t, "GET", path, nil), 404, "")
	expect("a gap", piece(1001, total), 409, "1000")
	expect("the start again", piece(0, total), 409, "1000")
	expect("second piece", piece(1000, 1001), 202, "1001")
	expect("finish too early", s.do(t, "PUT", path, nil, "Content-Range", fmt.Sprintf("bytes */%d", total)), 409, "1001")
	if s.told(&s.received) != 0 {
		t.Error("Received was told about a part")
	}
	expect("the rest", piece(1001, total), 201, "")
	expect("again", piece(0, total), 200, "")
	if s.told(&s.received) != 2 || !bytes.Equal(ciphertext(t, s.store, name), ct) {
		t.Error("the segment is not there, or nobody was told")
	}
}

// TestPutIsNotAnsweredBeforeItIsNoted: a device must not let go of what the
// server could not note.
func TestPutIsNotAnsweredBeforeItIsNoted(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 1000)
	s.handler.Received = func(app.Hash, string) error { return errors.New("no") }
	for _, when := range []string{"first", "again"} {
		got := s.do(t, "PUT", Path+name.String(), ct, "Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(ct)-1, len(ct)))
		if got.StatusCode != http.StatusInternalServerError {
			t.Errorf("%s: %d", when, got.StatusCode)
		}
	}
}

// TestPutFinishesAWholePart: the server died after the last byte, before it
// verified.
func TestPutFinishesAWholePart(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 1000)
	p := openPart(t, s.store, name)
	p.Write(ct)
	p.Close()
	got := s.do(t, "PUT", Path+name.String(), nil, "Content-Range", fmt.Sprintf("bytes */%d", len(ct)))
	if got.StatusCode != 201 || !s.store.Has(name) {
		t.Errorf("finish: %d", got.StatusCode)
	}
}

func TestPutRefusals(t *testing.T) {
	s := newSite(t, nil)
	s.handler.MaxSize = 10_000
	s.handler.Quota = func(r *http.Request, _ app.Hash, size int64) error {
		if r.Header.Get("X-Device") == "over" {
			return errors.New("over quota")
		}
		return nil
	}
	name, ct := segmentOf(t, 1000)
	flipped := slices.Clone(ct)
	flipped[3] ^= 1
	path := Path + name.String()
	cases := []struct {
		what   string
		path   string
		body   []byte
		header []string
		status int
		reason string
	}{
		{"other bytes", path, flipped, nil, 422, reasonHash},
		{"too large", path, make([]byte, 10_001), nil, 413, reasonTooLarge},
		{"announced too large", path, ct, []string{"Content-Range", "bytes 0-1015/20000"}, 413, reasonTooLarge},
		{"over quota", path, ct, []string{"X-Device", "over"}, 507, reasonQuota},
		{"no segment's size", path, ct[:10], nil, 400, reasonInvalid},
		{"empty", path, nil, nil, 400, reasonInvalid},
		{"range and length differ", path, ct, []string{"Content-Range", "bytes 0-9/1016"}, 400, reasonInvalid},
		{"range backwards", path, ct, []string{"Content-Range", "bytes 9-0/1016"}, 400, reasonInvalid},
		{"range without total", path, ct, []string{"Content-Range", "bytes 0-1015/*"}, 400, reasonInvalid},
		{"upper case name", Path + strings.ToUpper(name.String()), ct, nil, 404, reasonNotFound},
		{"short name", path[:len(path)-1], ct, nil, 404, reasonNotFound},
		{"more path", path + "/x", ct, nil, 404, reasonNotFound},
	}
	for _, c := range cases {
		got := s.do(t, "PUT", c.path, c.body, c.header...)
		if want := fmt.Sprintf(`{"reason":%q}`, c.reason); got.StatusCode != c.status || string(got.body) != want {
			t.Errorf("%s: %d %s", c.what, got.StatusCode, got.body)
		}
	}
	if len(leftovers(t, s.store)) != 0 || len(names(t, s.store)) != 0 || s.told(&s.received) != 0 {
		t.Errorf("a refused upload left %v", leftovers(t, s.store))
	}
	if got := s.do(t, "DELETE", path, nil); got.StatusCode != 405 || got.Header.Get("Allow") != "GET, HEAD, PUT" {
		t.Errorf("DELETE: %d", got.StatusCode)
	}
}

// TestPutWithoutLength sends a chunked body.
func TestPutWithoutLength(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 1000)
	req, _ := http.NewRequest("PUT", s.base+Path+name.String(), io.MultiReader(bytes.NewReader(ct)))
	resp, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusLengthRequired {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestPutForgetsPartOfAnotherSize(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 1000)
	p := openPart(t, s.store, name)
	p.Write(make([]byte, len(ct)+1))
	p.Close()
	if got := s.do(t, "PUT", Path+name.String(), ct); got.StatusCode != 201 {
		t.Errorf("status %d %s", got.StatusCode, got.body)
	}
}

func TestPutOnFullDisk(t *testing.T) {
	s := newSite(t, nil)
	s.handler.Store = newStore(t, Options{MinFree: 1 << 20, FreeSpace: func(string) (int64, error) { return 1<<20 + 100, nil }})
	name, ct := segmentOf(t, 1000)
	if got := s.do(t, "PUT", Path+name.String(), ct); got.StatusCode != 507 || !strings.Contains(string(got.body), reasonNoSpace) {
		t.Errorf("status %d %s", got.StatusCode, got.body)
	}
}

// TestAuthorize: nothing is said about a segment before the caller allowed it.
func TestAuthorize(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 1000)
	put(t, s.store, ct)
	path := Path + name.String()
	ops := map[string]Op{"GET": OpFetch, "HEAD": OpStat, "PUT": OpStore}
	for method, op := range ops {
		for _, allow := range []Op{OpFetch, OpStat, OpStore} {
			s.handler.Authorize = func(_ *http.Request, asked Op, about app.Hash) error {
				if about == name && asked == allow {
					return nil
				}
				return errors.New("no")
			}
			var body []byte
			if method == "PUT" {
				body = ct
			}
			got := s.do(t, method, path, body)
			if (got.StatusCode == 403) != (op != allow) {
				t.Errorf("%s when only %d is allowed: %d", method, allow, got.StatusCode)
			}
		}
		s.handler.Authorize = nil
		present, absent := s.do(t, method, path, ct), s.do(t, method, Path+app.Hash{9}.String(), ct)
		if present.StatusCode != 403 || absent.StatusCode != 403 {
			t.Errorf("%s without a rule: %d, %d", method, present.StatusCode, absent.StatusCode)
		}
	}
}

// TestPutRaceOfClients: several devices bring the same segment at once; all are
// told in the end that it is there.
func TestPutRaceOfClients(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 8*PlainChunk)
	var wg sync.WaitGroup
	for range 6 {
		local := newStore(t, Options{})
		put(t, local, ct)
		up := &Uploader{HTTP: s.client, Base: s.base, Store: local, Retry: Retry{Attempts: 1000, Backoff: noWait}}
		wg.Go(func() {
			if err := up.Upload(t.Context(), name, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !bytes.Equal(ciphertext(t, s.store, name), ct) || len(leftovers(t, s.store)) != 0 {
		t.Error("the segment is not whole")
	}
}

// deadLine begins a PUT of ct on a connection of its own, sends n bytes of it
// and then nothing. It returns when the server has kept them.
func deadLine(t *testing.T, s *site, ct []byte, n int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	name := hashOf(ct)
	fmt.Fprintf(conn, "PUT %s%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", Path, name, len(ct))
	conn.Write(ct[:n])
	for s.store.PartSize(name) < int64(n) {
		if t.Context().Err() != nil || t.Failed() {
			t.FailNow()
		}
		runtime.Gosched()
	}
	return conn
}

// TestNewLineTakesOver: after a cut that the server has not noticed, the upload
// goes on over a new connection at once.
func TestNewLineTakesOver(t *testing.T) {
	s := newSite(t, nil)
	name, ct := segmentOf(t, 2*PlainChunk)
	dead := deadLine(t, s, ct, 5000)
	local := newStore(t, Options{})
	put(t, local, ct)
	var first atomic.Int64
	first.Store(-1)
	up := &Uploader{HTTP: s.client, Base: s.base, Store: local}
	err := up.Upload(t.Context(), name, func(done, _ int64) { first.CompareAndSwap(-1, done) })
	if err != nil || first.Load() != 5000 {
		t.Errorf("upload went on from %d: %v", first.Load(), err)
	}
	dead.Write(ct[5000:]) // it wakes up too late
	resp, err := http.ReadResponse(bufio.NewReader(dead), nil)
	if err == nil && resp.StatusCode != http.StatusConflict {
		t.Errorf("the late line was answered %d", resp.StatusCode)
	}
	if !bytes.Equal(ciphertext(t, s.store, name), ct) {
		t.Error("the late line changed the segment")
	}
}

// TestServerLeavesADeadLine and keeps what came.
func TestServerLeavesADeadLine(t *testing.T) {
	s := newSite(t, nil)
	s.handler.Idle = 100 * time.Millisecond
	_, ct := segmentOf(t, 2*PlainChunk)
	conn := deadLine(t, s, ct, 5000)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 400 || resp.Header.Get(uploadOffset) != "5000" {
		t.Errorf("answered %d, offset %q", resp.StatusCode, resp.Header.Get(uploadOffset))
	}
}

// TestHTTP2 moves a segment both ways over TLS and HTTP/2, as in production.
func TestHTTP2(t *testing.T) {
	h := &Handler{Store: newStore(t, Options{}), Authorize: func(r *http.Request, _ Op, _ app.Hash) error {
		if r.ProtoMajor != 2 {
			return errors.New("not HTTP/2")
		}
		return nil
	}}
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	name, ct := segmentOf(t, 9*PlainChunk)
	local, other := newStore(t, Options{}), newStore(t, Options{})
	put(t, local, ct)
	up := &Uploader{HTTP: srv.Client(), Base: srv.URL, Store: local}
	if err := up.Upload(t.Context(), name, nil); err != nil {
		t.Fatal(err)
	}
	f := &Fetcher{HTTP: srv.Client(), Base: srv.URL, Store: other}
	if err := f.Fetch(t.Context(), name, int64(len(ct)), nil); err != nil {
		t.Fatal(err)
	}
	srv.Client().CloseIdleConnections()
}

func FuzzContentRange(f *testing.F) {
	for _, text := range []string{"bytes 0-9/10", "bytes 5-4/10", "bytes */10", "bytes 0-9/*", "bytes +0-9/10",
		"bytes 0-9223372036854775807/9223372036854775808", "bytes  0-1/2", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := parseContentRange(text)
		if !ok {
			return
		}
		if s.first < 0 || s.last < s.first || s.total <= s.last {
			t.Fatalf("%q parsed as %+v", text, s)
		}
		if again, ok := parseContentRange(s.String()); !ok || again != s {
			t.Fatalf("%q → %q", text, s)
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(text, "bytes "), "-")
		if n, err := strconv.ParseInt(first, 10, 64); err != nil || n != s.first {
			t.Fatalf("%q parsed as %+v", text, s)
		}
	})
}
