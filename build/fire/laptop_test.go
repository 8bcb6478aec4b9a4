package fire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// screen speaks HTTP as a page does, to a laptop or to the server.
type screen struct {
	origin string
	http   *http.Client
}

func newScreen(origin string, transport *http.Transport) *screen {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it never fails without a list
	}
	return &screen{origin, &http.Client{Jar: jar, Transport: transport, Timeout: patience}}
}

// refusal is an answer that says no.
type refusal struct {
	api.Problem
	After time.Duration // to wait before it is asked again, if it said so
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.Status, r.Reason) }

// send makes one request and reads the answer into out. A *refusal is an
// answer; any other error means that nobody knows what became of the request.
func (s *screen) send(method, path, contentType string, body io.Reader, out any) error {
	req, err := http.NewRequest(method, s.origin+path, body)
	if err != nil {
		return err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Origin", s.origin)
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		r := &refusal{}
		if err := json.Unmarshal(b, &r.Problem); err != nil || r.Reason == "" {
			return fmt.Errorf("%s %s: %s: %.200s", method, path, resp.Status, b)
		}
		r.Status = resp.StatusCode
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			r.After = time.Duration(seconds) * time.Second
		}
		return r
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = b
		return nil
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, out)
}

// get asks again when the server has been asked too much for a moment, as a
// test does that looks thousands of documents up: it waits as long as it is told.
func (s *screen) get(path string, out any) error {
	for {
		err := s.send("GET", path, "", nil, out)
		var r *refusal
		if !errors.As(err, &r) || r.Status != http.StatusTooManyRequests || r.After == 0 {
			return err
		}
		<-time.After(r.After)
	}
}

func (s *screen) post(path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return s.send("POST", path, "application/json", bytes.NewReader(b), out)
}

// give gives a command on a document.
func (s *screen) give(name string, doc app.ID, args any) (api.CommandResult, error) {
	return s.giveOn(app.KindDocument, doc, name, args)
}

func (s *screen) giveOn(kind app.Kind, target app.ID, name string, args any) (api.CommandResult, error) {
	var out api.CommandResult
	err := s.post("/api/commands", map[string]any{"name": name,
		"target": map[string]any{"kind": kind, "id": target}, "base": 0, "args": args}, &out)
	return out, err
}

// receive gives a paper document that has come in, with uploaded files or none.
func (s *screen) receive(subject string, files ...api.UploadResult) (app.ID, error) {
	doc := app.NewID(1_790_000_000_000)
	args := map[string]any{"unit": commune, "fields": map[string]any{"subject": subject, "paper": true}}
	if len(files) > 0 {
		var named []map[string]any
		for _, up := range files {
			named = append(named, map[string]any{"name": "", "sha256": up.SHA256})
		}
		args["files"] = named
	}
	_, err := s.give("document.receive.1", doc, args)
	return doc, err
}

// upload seals a file.
func (s *screen) upload(name string, content io.Reader) (out api.UploadResult, err error) {
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		part, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, content)
		}
		_ = w.CloseWithError(errors.Join(err, form.Close())) // always nil
	}()
	err = s.send("POST", "/api/uploads", form.FormDataContentType(), r, &out)
	_ = r.Close() // ends the writer when the answer came early
	return out, err
}

// doc reads a document, nil when it is not here.
func (s *screen) doc(t *testing.T, id app.ID) *api.Doc {
	t.Helper()
	d := &api.Doc{}
	err := s.get("/api/documents/"+string(id), d)
	var no *refusal
	if errors.As(err, &no) && no.Status == http.StatusNotFound {
		return nil
	}
	if err != nil {
		t.Fatalf("document %s: %v", id, err)
	}
	return d
}

// laptop is one person's program in its folder.
type laptop struct {
	*screen
	*process
	t    *testing.T
	name string
	dir  string
	log  string // where the program speaks to; "" = beside its folder
	cmd  func(*exec.Cmd) *exec.Cmd
}

func newLaptop(t *testing.T, name string) *laptop {
	return &laptop{t: t, name: name, dir: filepath.Join(t.TempDir(), name)}
}

// begin starts the program and does not wait for it.
func (l *laptop) begin(more ...string) {
	l.t.Helper()
	args := append([]string{"--data", l.dir, "--listen", "127.0.0.1:0", "--courier", "127.0.0.1:0", "--browser", "--quiet"}, more...)
	cmd := exec.Command(program("khonggiay"), args...)
	if l.cmd != nil {
		cmd = l.cmd(cmd)
	}
	l.process = launch(l.t, cmd, cmp.Or(l.log, l.dir+".out"))
}

var invited = regexp.MustCompile(`Không Giấy: (http://[0-9.:]+)(/\S+)\n`)

// await waits until the interface is served, and comes in by its ticket.
func (l *laptop) await() error {
	var found []string
	err := until(l.t, l.process, func() bool {
		found = invited.FindStringSubmatch(l.said())
		return found != nil
	})
	if err != nil {
		return err
	}
	l.screen = newScreen(found[1], closing())
	return l.get(found[2], new([]byte))
}

func (l *laptop) start() {
	l.t.Helper()
	l.begin()
	if err := l.await(); err != nil {
		l.t.Fatalf("%s: %v\n%s", l.name, err, l.said())
	}
}

// restart ends the program well and starts it again.
func (l *laptop) restart() {
	l.t.Helper()
	l.process.stop(l.t)
	l.start()
}

func (l *laptop) session() (s api.Session) {
	l.t.Helper()
	if err := l.get("/api/session", &s); err != nil {
		l.t.Fatalf("%s: session: %v", l.name, err)
	}
	return s
}

func (l *laptop) sync() (s api.SyncStatus) {
	l.t.Helper()
	if err := l.get("/api/sync", &s); err != nil {
		l.t.Fatalf("%s: sync: %v", l.name, err)
	}
	return s
}

// quiet reports whether nothing waits on either side of the line.
func (l *laptop) quiet() bool {
	s := l.sync()
	return s.State == api.LineOnline && s.FirstLoadComplete && s.WaitingCount == 0 && len(s.Uploads) == 0
}

// mustGive gives a command that must be taken.
func (l *laptop) mustGive(name string, doc app.ID, args any) api.CommandResult {
	l.t.Helper()
	out, err := l.give(name, doc, args)
	if err != nil {
		l.t.Fatalf("%s: %s: %v", l.name, name, err)
	}
	return out
}

// mustReceive is receive of what must be taken.
func (l *laptop) mustReceive(subject string, files ...api.UploadResult) app.ID {
	l.t.Helper()
	doc, err := l.receive(subject, files...)
	if err != nil {
		l.t.Fatalf("%s: %q: %v", l.name, subject, err)
	}
	return doc
}

// remarks counts the remarks of a text on a document.
func remarks(d *api.Doc, text string) (n int) {
	for _, r := range d.Remarks {
		if r.Text == text {
			n++
		}
	}
	return n
}

// refusedFor is the reason of a refusal, "" for other errors.
func refusedFor(err error) string {
	var no *refusal
	if errors.As(err, &no) {
		return no.Reason
	}
	return ""
}

// paper is a file that passes for a PDF.
func paper(text string) io.Reader { return strings.NewReader("%PDF-1.7\n" + text) }
