package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
)

// The people of the story: a department that sends, a commune that receives.
const (
	sender  = app.ID("so-noi-vu")
	commune = app.ID("xa-an")
	clerkS  = app.ID("p-van-thu-so")
	clerkC  = app.ID("p-van-thu-xa")
	leader  = app.ID("p-chu-tich")
	officer = app.ID("p-chuyen-vien")
)

func postOf(unit app.ID, role app.Role) []app.Post {
	return []app.Post{{Unit: unit, Position: string(role), Role: role, Main: true}}
}

var storyProvince = server.Import{
	Units: []app.Unit{
		{ID: "tinh", Name: "UBND tỉnh Thử", Level: "province", Office: true, Organ: "H99"},
		{ID: sender, Name: "Sở Nội vụ", Notation: "SNV", Level: "department", Office: true, Organ: "H99.01", Parents: []app.Parent{{Unit: "tinh"}}},
		{ID: commune, Name: "UBND xã An", Notation: "UBND", Level: "commune", Office: true, Organ: "H99.02", Parents: []app.Parent{{Unit: "tinh"}}},
		{ID: "xa-an.vp", Name: "Văn phòng", Notation: "VP", Level: "division", Parents: []app.Parent{{Unit: commune}}},
	},
	People: []app.Person{
		{ID: clerkS, Name: "Nguyễn Thị Lan", Posts: postOf(sender, app.RoleClerk)},
		{ID: clerkC, Name: "Phạm Thị Hoa", Posts: postOf(commune, app.RoleClerk)},
		{ID: leader, Name: "Lê Văn Chủ", Posts: postOf(commune, app.RoleLeader)},
		{ID: officer, Name: "Trần Văn Viên", Posts: postOf("xa-an.vp", app.RoleOfficer)},
	},
	Books: []app.Book{
		{ID: "so.di", Unit: sender, Direction: app.Outgoing, Name: "Sổ văn bản đi"},
		{ID: "xa.den", Unit: commune, Direction: app.Incoming, Name: "Sổ văn bản đến"},
	},
}

// theServer is a whole provincial server in this process.
type theServer struct {
	t *testing.T
	*server.Server
	data   string // its folder
	config server.Config
	stop   func() // once
}

func startServer(t *testing.T) *theServer {
	t.Helper()
	return startServerLogging(t, slog.New(slog.DiscardHandler))
}

func startServerLogging(t *testing.T, log *slog.Logger) *theServer {
	t.Helper()
	return startServerWith(t, func(c *server.Config) { c.Log = log })
}

func startServerWith(t *testing.T, change func(*server.Config)) *theServer {
	t.Helper()
	c := server.DefaultConfig()
	c.Data, c.Listen, c.Ops, c.Names, c.MinFree = filepath.Join(t.TempDir(), "server"), "127.0.0.1:0", "", []string{"127.0.0.1"}, 0
	c.Log = slog.New(slog.DiscardHandler)
	change(&c)
	out := runServer(t, c)
	var done server.Imported
	out.do("directory.import", storyProvince, &done)
	if len(done.Refused) > 0 {
		t.Fatalf("refused: %+v", done.Refused)
	}
	return out
}

// runServer serves what is in the configured folder, until it is stopped or the
// test is over.
func runServer(t *testing.T, c server.Config) *theServer {
	t.Helper()
	s, err := server.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, s.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &theServer{t, s, c.Data, c, stop}
}

// do is one operation of the operator's tool.
func (s *theServer) do(name string, args, out any) {
	s.t.Helper()
	b, err := json.Marshal(args)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.Control(context.Background(), name, b)
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		s.t.Fatal(err)
	}
}

// laptopOf starts a laptop in a fresh folder and enrols it for the person, as
// he would: with the code and the server's address.
func (s *theServer) laptopOf(person app.ID) *laptop {
	s.t.Helper()
	return s.laptopWith(person, nil)
}

func (s *theServer) laptopWith(person app.ID, change func(*Config)) *laptop {
	s.t.Helper()
	l := startIn(s.t, s.t.TempDir(), change)
	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: person}, &i)
	var done api.Enrolled
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: i.Code}, &done); code != http.StatusOK || done.Person != person {
		s.t.Fatalf("enrol %s: %d %+v", person, code, done)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	return l
}

func (l *laptop) sync() (s api.SyncStatus) {
	l.t.Helper()
	if code := l.call("GET", "/api/sync", nil, &s); code != http.StatusOK {
		l.t.Fatalf("sync: %d", code)
	}
	return s
}

// patience is how long a test waits for what must come: far longer than any machine
// needs, since only a failure takes that long.
const patience = 3 * time.Minute

// until waits for the condition, asked again at every event of the laptop: what no
// event tells of stays unseen on the screen, too.
func (l *laptop) until(what string, ok func() bool) {
	l.t.Helper()
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	conn, _, err := websocket.Dial(ctx, l.app.gate.origin+"/api/events", &websocket.DialOptions{
		HTTPClient: l.http, HTTPHeader: http.Header{"Origin": {l.app.gate.origin}}})
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	heard := make(chan error)
	go func() {
		for err := error(nil); err == nil; {
			var e api.Event
			err = wsjson.Read(ctx, conn, &e)
			select {
			case heard <- err:
			case <-ctx.Done():
				return
			}
		}
	}()
	end := time.After(patience)
	for !ok() {
		select {
		case err := <-heard:
			if err != nil {
				l.t.Fatalf("waiting for %s: %v", what, err)
			}
		case <-end:
			l.t.Fatalf("waiting for %s: no event for it; true by now: %t", what, ok())
		}
	}
}

// give gives a command on a document; it must be taken.
func (l *laptop) give(name string, id app.ID, args string) app.CommandID {
	l.t.Helper()
	var out api.CommandResult
	var raw json.RawMessage
	code := l.call("POST", "/api/commands", map[string]any{"name": name, "target": map[string]any{"kind": 1, "id": id},
		"base": 0, "args": json.RawMessage(args)}, &raw)
	if err := json.Unmarshal(raw, &out); code != http.StatusOK || err != nil || out.Status != api.GivenPending {
		l.t.Fatalf("%s: %d %s", name, code, raw)
	}
	return out.ID
}

// doc reads a document; nil when it is not here.
func (l *laptop) doc(id app.ID) *api.Doc {
	l.t.Helper()
	var raw json.RawMessage
	if l.call("GET", "/api/documents/"+string(id), nil, &raw) != http.StatusOK {
		return nil
	}
	d := &api.Doc{}
	if err := json.Unmarshal(raw, d); err != nil {
		l.t.Fatal(err)
	}
	return d
}

// upload seals a file and returns its hash.
func (l *laptop) upload(name string, text []byte) string {
	l.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(text)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", l.app.gate.origin+"/api/uploads", &b)
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Origin", l.app.gate.origin)
	resp, err := l.http.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var up api.UploadResult
	if err := json.NewDecoder(resp.Body).Decode(&up); err != nil || resp.StatusCode != http.StatusOK {
		l.t.Fatalf("upload: %s, %v", resp.Status, err)
	}
	return up.SHA256.String()
}

// file reads a file's bytes; nil while they are not here.
func (l *laptop) file(doc app.ID, key app.CommandID) []byte {
	l.t.Helper()
	resp, err := l.http.Get(fmt.Sprintf("%s/api/documents/%s/files/%d", l.app.gate.origin, doc, key))
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil
	}
	return b
}

// restart ends the program and starts it again in the same folder.
func (l *laptop) restart() {
	l.t.Helper()
	data := l.app.cfg.Data
	l.stop()
	*l = *startIn(l.t, data, nil)
}

// TestStoryOverServer is the main job over real processes' parts: the
// department sends a PDF, the commune registers it, the line of the Chủ tịch
// is cut, he writes his directive, the program is restarted, the line mends,
// and the department sees how far its document has come.
func TestStoryOverServer(t *testing.T) {
	s := startServer(t)
	department, clerk, chief, handler := s.laptopOf(clerkS), s.laptopOf(clerkC), s.laptopOf(leader), s.laptopOf(officer)
	for _, l := range []*laptop{department, clerk, chief, handler} {
		defer func() { l.stop() }()
	}
	const out = app.ID("019ab000-0000-7000-8000-000000000001")
	in := app.CopyID(out, commune)
	text := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("Kế hoạch "), 50_000)...)
	sum := department.upload("Kế hoạch.pdf", text)
	department.give("document.register_send.1", out, `{"unit":"so-noi-vu","book":"so.di","to":["xa-an"],
		"fields":{"type":"KH","subject":"Kế hoạch chuyển đổi số","organName":"Sở Nội vụ","signerName":"Đỗ Văn Giám","urgency":3},
		"files":[{"name":"Kế hoạch.pdf","sha256":"`+sum+`"}]}`)
	department.until("the number", func() bool { d := department.doc(out); return d != nil && d.Symbol != "" && !d.Pending })

	clerk.until("the document to arrive", func() bool { return clerk.doc(in) != nil })
	clerk.until("its content", func() bool { d := clerk.doc(in); return d.Where.Machine && d.Where.Server })
	if got := clerk.file(in, clerk.doc(in).Files[0].Key); !bytes.Equal(got, text) {
		t.Errorf("the content is not what was sent: %d bytes", len(got))
	}
	clerk.give("document.register.1", in, `{"book":"xa.den"}`)
	clerk.give("document.submit.1", in, `{"to":"p-chu-tich"}`)
	chief.until("the document to be submitted", func() bool { return chief.doc(in) != nil })
	chief.until("its content", func() bool { return chief.doc(in).Where.Machine })

	chief.app.currentLink().cutLine(true)
	directive := chief.give("document.direct.1", in, `{"text":"Giao Văn phòng tham mưu.","receivers":[{"id":"p-chuyen-vien","role":"CHU_TRI"}]}`)
	check := func(when string) {
		t.Helper()
		d := chief.doc(in)
		if d == nil || len(d.Directives) != 1 || !d.Directives[0].Pending || d.Where.PendingUp != 1 {
			t.Fatalf("%s: %+v", when, d)
		}
		if st := chief.sync(); st.WaitingCount != 1 || st.Waiting[0].Name != "document.direct.1" || st.Waiting[0].Subject == "" {
			t.Errorf("%s: %+v", when, st)
		}
	}
	check("given without a line")
	if st := chief.sync(); st.State != api.LineCut {
		t.Errorf("state %s", st.State)
	}
	chief.restart() // the switch is not remembered: the line mends with it
	chief.until("the directive to go up", func() bool { return chief.sync().WaitingCount == 0 })
	if d := chief.doc(in); len(d.Directives) != 1 || d.Directives[0].Key != directive || d.Directives[0].Pending {
		t.Errorf("after the line mended: %+v", d.Directives)
	}

	handler.until("the task", func() bool { return handler.doc(in) != nil })
	handler.give("document.answer.1", in, fmt.Sprintf(`{"directive":%d,"receiver":"p-chuyen-vien","text":"Đã dự thảo."}`, directive))
	department.until("the recipient to be handling it", func() bool {
		d := department.doc(out)
		return len(d.Recipients) == 1 && d.Recipients[0].Status == app.StatusProcessing
	})
	if d := department.doc(out); d.Recipients[0].Number != 1 || !strings.HasSuffix(d.Symbol, "/KH-SNV") {
		t.Errorf("at the department: %s %+v", d.Symbol, d.Recipients)
	}
}

// TestRestartKeepsCommands: what was answered as given is still there when the
// program comes back and there is no network at all.
func TestRestartKeepsCommands(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	sum := l.upload("Công văn.pdf", []byte("%PDF-1.7 giấy"))
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Đến bằng giấy","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	for range 2 {
		data := l.app.cfg.Data
		l.stop()
		*l = *startIn(t, data, func(c *Config) { c.offline = true })
		d := l.doc("d1")
		if d == nil || d.Subject != "Đến bằng giấy" || !d.Pending || l.file("d1", d.Files[0].Key) == nil {
			t.Fatalf("after a restart without a network: %+v", d)
		}
		if st := l.sync(); st.WaitingCount != 1 || len(st.Uploads) != 1 || st.Uploads[0].Name == "" {
			t.Errorf("what waits: %+v", st)
		}
	}
	l.app.currentLink().cutLine(false)
	l.until("all to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
}

// TestKilledBeforeItsFilesWereScheduled: a command is stored, and the program
// killed before the contents of its files entered the outbox.
func TestKilledBeforeItsFilesWereScheduled(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	sum := l.upload("Công văn.pdf", []byte("%PDF-1.7 giấy"))
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Đến bằng giấy","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	err := l.app.store.Write(t.Context(), func(tx *sqlite.Tx) error {
		sends, err := tx.Sends()
		for _, s := range sends {
			err = errors.Join(err, tx.DeleteSend(s.Segment))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l.restart()
	l.until("the server to have the file", func() bool { return l.doc("d1").Where.Server })
}

// TestLostDatabase: the file was deleted; the laptop starts its counters anew
// as another writer and loads everything again.
func TestLostDatabase(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	first := l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Trước khi mất"}}`)
	l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 })
	data := l.app.cfg.Data
	l.stop()
	for _, name := range []string{"replica.db", "replica.db-wal", "replica.db-shm"} {
		if err := os.Remove(filepath.Join(data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	*l = *startIn(t, data, nil)
	l.until("the data to come back", func() bool { return l.doc("d1") != nil })
	second := l.give("document.receive.1", "d2", `{"unit":"xa-an","fields":{"subject":"Sau khi mất"}}`)
	if second.Writer() == first.Writer() || second.Counter() != 1 {
		t.Errorf("commands %s and %s", first, second)
	}
	l.until("all to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && st.RefusedCount == 0 })
}
