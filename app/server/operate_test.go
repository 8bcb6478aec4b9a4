package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// No route of any door answers somebody who is nobody, except those that must.
func TestNobodyGetsNothing(t *testing.T) {
	f := open(t).run()
	var description struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(api.OpenAPI(), &description); err != nil {
		t.Fatal(err)
	}
	forAnyone := []string{"/api/session", "/api/login", "/api/guest/ticket"}
	browser, asked := f.browser(), 0
	for path, methods := range description.Paths {
		for method := range methods {
			asked++
			url := "https://" + f.Addr() + strings.NewReplacer("{id}", "x", "{key}", "1").Replace(path)
			body := strings.NewReader("{}")
			resp, b := f.send(browser, strings.ToUpper(method), url, body, "Content-Type", "application/json")
			if slices.Contains(forAnyone, path) {
				continue
			}
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s answers nobody with %s %s", method, path, resp.Status, b)
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d routes were asked", asked)
	}
	for _, path := range []string{"/sync", "/content/" + strings.Repeat("0", 64), enrol.PathRenew, enrol.PathWhereabouts + "x", "/metrics", "/status", "/api/events"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			resp, b := f.send(browser, method, "https://"+f.Addr()+path, nil)
			// A GET of an unknown path is the screen that asks to sign in.
			screen := method == http.MethodGet && strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html")
			if resp.StatusCode < 300 && !screen {
				t.Errorf("%s %s: %s %.100s", method, path, resp.Status, b)
			}
		}
	}
}

func TestGracefulStop(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	resp, pages := l.stream(120)
	defer resp.Body.Close()
	for {
		p, err := pages()
		if err != nil {
			t.Fatal(err)
		}
		if p.Level {
			break
		}
	}
	stopped := make(chan error, 1)
	go func() { stopped <- f.stop() }()
	if p, err := pages(); err != nil || p.Bye != feed.ByeStop {
		t.Errorf("the laptop was told %+v %v", p, err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	cmd, _, _ := l.document(app.NewID(f.store.Now()), "x")
	l.pull(cmd)
	resp, b := f.send(f.browser(), http.MethodGet, "https://"+f.Addr()+"/healthz", nil)
	var h Health
	if err := json.Unmarshal(b, &h); err != nil || resp.StatusCode != http.StatusOK || !h.OK {
		t.Errorf("health: %s %s", resp.Status, b)
	}
	rec := &memoryWriter{header: http.Header{}}
	f.handlers.ops.ServeHTTP(rec, mustRequest(t, http.MethodGet, "/metrics"))
	for _, want := range []string{`khonggiay_commands_total{result="accepted"}`, "khonggiay_sync_pages_total", "khonggiay_sync_page_bytes_total",
		"khonggiay_sync_pull_seconds_count", "khonggiay_database_bytes", "khonggiay_queue_commands", `khonggiay_enrolments_total{result="ok"} 1`} {
		if !strings.Contains(rec.String(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	for _, person := range []string{"Lan", string(clerk), string(l.Device)} {
		if strings.Contains(rec.String(), person) {
			t.Errorf("metrics name %s", person)
		}
	}
	f.config.MinFree = 1 << 62
	f.Server.config.MinFree = 1 << 62
	f.ahead(time.Minute)
	if resp, b := f.send(f.browser(), http.MethodGet, "https://"+f.Addr()+"/healthz", nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("full disk: %s %s", resp.Status, b)
	}
}

type memoryWriter struct {
	bytes.Buffer
	header http.Header
}

func (w *memoryWriter) Header() http.Header { return w.header }
func (w *memoryWriter) WriteHeader(int)     {}

func mustRequest(t *testing.T, method, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBackupAndRestore(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	f.account("lan", clerk)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, "nội dung")
	l.upload(store, version.Segments[0])
	l.pull(cmd)
	f.complete()
	path := filepath.Join(t.TempDir(), "backup.age")
	var info BackupInfo
	f.do("backup", BackupRequest{Path: path, SealFor: SealFor{Passphrase: passphrase}}, &info)
	if info.Segments != 1 || !info.Content || info.Epoch != f.epoch() {
		t.Errorf("backup: %+v", info)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("backup file: %v %v", st.Mode(), err)
	}
	if err := f.try("backup", BackupRequest{Path: path, SealFor: SealFor{Passphrase: passphrase}}, nil); app.AsError(err).Reason != "backup.exists" {
		t.Errorf("a backup was overwritten: %v", err)
	}
	late := f.enrol(leader) // after the backup: the restored server does not know it
	f.ahead(time.Hour)
	old := l.client
	if _, err := l.Renew(t.Context(), old, f.Addr(), false, "v2"); err != nil {
		t.Fatal(err)
	}
	l.client = l.newClient()
	l.pull() // with the new certificate, of which the backup knows nothing
	f.close()

	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	restored, err := Restore(t.Context(), config, path, OpenWith{Passphrase: passphrase})
	if err != nil {
		t.Fatal(err)
	}
	if restored.Epoch == info.Epoch || restored.Segments != 1 || restored.Absent != 0 {
		t.Errorf("restored: %+v", restored)
	}
	if _, err := Restore(t.Context(), config, path, OpenWith{Passphrase: passphrase}); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("restored over a server: %v", err)
	}
	g := reopen(t, config).run()
	var report CheckReport
	g.do("check", CheckRequest{Deep: true}, &report)
	if len(report.Problems) > 0 || report.Segments != 1 || report.Audit == 0 {
		t.Errorf("check: %+v", report)
	}
	if g.documentOf(doc).Subject == "" {
		t.Error("the document is lost")
	}
	if _, b, c := g.signIn("lan", password); c == nil {
		t.Errorf("the account is lost: %s", b)
	}
	l.fixture, l.client = g, l.newClient()
	pages := l.pull()
	if len(pages) == 0 || pages[0].Epoch != restored.Epoch {
		t.Error("the old laptop does not see the new epoch")
	}
	if resp, _ := g.send(old, http.MethodPost, "https://"+g.Addr()+"/sync", http.NoBody); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the certificate before the renewal: %s", resp.Status)
	}
	late.fixture, late.client = g, late.newClient()
	if resp, _ := late.request(http.MethodPost, "/sync", http.NoBody); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a laptop that the backup does not know: %s", resp.Status)
	}
	if again := g.enrol(leader); again.Writer <= late.Writer {
		t.Errorf("writer %d was given again (%d)", late.Writer, again.Writer)
	}
	if err := g.GiveSystem(t.Context(), "unit.put.1", app.Key{Kind: app.KindUnit, ID: "moi"}, &app.PutUnit{Unit: app.Unit{ID: "moi", Name: "Mới"}}); err != nil {
		t.Errorf("the server's own commands: %v", err)
	}
}

// A stranger who asks and goes away leaves no bad answer for the next to ask.
func TestHealthOutlivesWhoAsked(t *testing.T) {
	f := open(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	held, release := make(chan struct{}), make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() { // the look has to wait for its turn
		err := f.store.Write(t.Context(), func(*sqlite.Tx) error {
			close(held)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	time.AfterFunc(20*time.Millisecond, func() { close(release) })
	if h := f.Health(gone); !h.Database {
		t.Errorf("%+v", h)
	}
	writing.Wait()
}

// The tool finds a running server by its socket and opens a stopped one itself.
func TestControl(t *testing.T) {
	f := open(t)
	status := func() (st Status, remote bool) {
		t.Helper()
		c, err := Connect(t.Context(), f.config, false)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Do(t.Context(), "status", nothing{}, &st); err != nil {
			t.Fatal(err)
		}
		err = c.Do(t.Context(), "device.revoke", DeviceRequest{"nobody"}, nil)
		if app.AsError(err).Code != app.NotFound {
			t.Errorf("an error over the connection: %v", err)
		}
		return st, c.Remote()
	}
	if _, err := Connect(t.Context(), f.config, false); !errors.Is(err, ErrNotServing) {
		t.Errorf("opened elsewhere, not serving: %v", err)
	}
	f.run()
	waitFor(t, func() bool { return f.serving.Load() })
	if st, remote := status(); !remote || !st.Running || st.People != 4 || !st.Health.OK {
		t.Errorf("running: %v %+v", remote, st)
	}
	if info, err := os.Stat(filepath.Join(f.config.Data, SocketFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: %v %v", info.Mode(), err)
	}
	f.close()
	if st, remote := status(); remote || st.Running || st.People != 4 {
		t.Errorf("stopped: %v %+v", remote, st)
	}
	empty := f.config
	empty.Data = t.TempDir()
	if _, err := Connect(t.Context(), empty, false); app.AsError(err).Reason != "server.not_initialised" {
		t.Errorf("an empty directory: %v", err)
	}
}

// waitFor looks until it is so; the test's own deadline bounds it.
func waitFor(t *testing.T, is func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the test is over")
		}
	}
}

func TestFirstAdministrator(t *testing.T) {
	c := DefaultConfig()
	c.Data, c.Listen, c.Ops, c.Province = filepath.Join(t.TempDir(), "d"), "127.0.0.1:0", "", "Tỉnh Mới"
	f := reopen(t, c).run()
	if !f.Fresh() {
		t.Error("a new province is not fresh")
	}
	var made AccountMade
	f.do("admin.add", AdminRequest{Account: "quantri", Name: "Trần Thị Quản Trị"}, &made)
	secrets.add(made.Password)
	_, b, cookie := f.signIn("quantri", made.Password)
	if cookie == nil {
		t.Fatalf("sign in: %s", b)
	}
	s := f.who(cookie)
	if s.Person == nil || len(s.Posts) != 1 || s.Posts[0].Role != app.RoleAdmin || s.Posts[0].Unit.Name != "Tỉnh Mới" {
		t.Errorf("session: %+v", s)
	}
	if err := f.try("admin.add", AdminRequest{Account: "quantri", Name: "Người Khác"}, nil); app.AsError(err).Reason != "account.taken" {
		t.Errorf("the same account twice: %v", err)
	}
}

func TestImportGoesOnAfterRefusals(t *testing.T) {
	f := open(t)
	var done Imported
	f.do("directory.import", Import{
		Units:  []app.Unit{{ID: "x", Name: "X", Parents: []app.Parent{{Unit: "nowhere"}}}, {ID: "y", Name: "Y", Parents: []app.Parent{{Unit: "tinh"}}}},
		People: []app.Person{{ID: "nameless"}, {ID: "p-new", Name: "Người Mới", Posts: post("y", app.RoleOfficer)}},
	}, &done)
	if done.Records != 2 || len(done.Refused) != 2 {
		t.Errorf("%+v", done)
	}
	loop := Import{Units: []app.Unit{{ID: "a", Name: "A", Parents: []app.Parent{{Unit: "b"}}}, {ID: "b", Name: "B", Parents: []app.Parent{{Unit: "a"}}}}}
	if err := f.try("directory.import", loop, nil); app.AsError(err).Reason != "unit.parent_loop" {
		t.Errorf("a loop: %v", err)
	}
}

func TestLogsHoldNoSecret(t *testing.T) {
	var b bytes.Buffer
	code := enrol.NewCode([]byte("x"))
	log := api.NewLogger(&b, slog.LevelDebug)
	log.Info("text", "password", "p4ss-w0rd", "token", "t0k3n", "note", "typed "+code.String()+" twice",
		"err", errors.New("bad code "+code.String()), "raw", []byte("r4w"), "code", code,
		slog.Group("header", "Cookie", "__Host-khonggiay=c00kie"), "line", "Cookie: __Host-khonggiay=c00kie; x")
	for _, secret := range []string{"p4ss-w0rd", "t0k3n", code.String()[4:20], "r4w", "c00kie"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, b.String())
		}
	}
	if !strings.Contains(b.String(), "typed") {
		t.Error("the rest of the line is gone")
	}
	// What all other tests of this package logged is searched in TestMain.
}

func TestSettings(t *testing.T) {
	var example bytes.Buffer
	if err := WriteExample(&example); err != nil {
		t.Fatal(err)
	}
	shipped, err := os.ReadFile("../../build/server/khonggiay.conf")
	if err != nil || !bytes.Equal(shipped, example.Bytes()) {
		t.Errorf("build/server/khonggiay.conf is not what the settings say; run khonggiay-server --print-config (%v)", err)
	}
	path := filepath.Join(t.TempDir(), ConfigFile)
	text := strings.ReplaceAll(example.String(), "\n#", "\n") // every setting set, every comment a mistake
	lines := []string{}
	for line := range strings.Lines(text) {
		if name, _, ok := strings.Cut(line, " ="); ok && !strings.Contains(name, " ") {
			lines = append(lines, line)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Config{}
	if err := c.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if d := DefaultConfig(); c.Listen != d.Listen || c.SessionIdle != d.SessionIdle || c.DeviceQuota != d.DeviceQuota || c.ShelfBytes != 4<<30 || c.Province != d.Province {
		t.Errorf("read back %+v", c)
	}
	for _, bad := range []string{"listen", "nothing = 1", "listen = 8443", "session_idle = soon", "first_loads = 0", "shelf_gib = 0", "log_level = loud"} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := new(Config).ReadFile(path); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	env := map[string]string{"KHONGGIAY_NAMES": "a, b,", "KHONGGIAY_LISTEN": "[::]:1"}
	if err := c.ReadEnv(func(k string) (string, bool) { v, ok := env[k]; return v, ok }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.dialAddresses(), []string{"a:1", "b:1"}) {
		t.Errorf("addresses: %q", c.dialAddresses())
	}
}

// Screens learn of changes, each of what it may see.
func TestEventsOfVisibleRecordsOnly(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	f.account("xa", stranger)
	mine, theirs := f.listen("lan"), f.listen("xa")
	waitFor(t, func() bool { return f.events.Clients() == 2 })
	doc := app.NewID(f.store.Now())
	l := f.enrol(clerk)
	cmd, _, _ := l.document(doc, "x")
	l.pull(cmd)
	f.do("directory.import", Import{Units: province.Units[:1]}, nil) // the same again: no change
	f.do("directory.import", Import{Units: []app.Unit{{ID: "moi", Name: "Mới"}}}, nil)
	until := func(events func() api.Event) (seen bool) {
		for {
			e := events()
			if e.Entity == "document" && slices.Contains(e.IDs, doc) {
				seen = true
			}
			if e.Entity == "directory" {
				return seen
			}
		}
	}
	if !until(mine) {
		t.Error("the clerk's screen was not told")
	}
	if until(theirs) {
		t.Error("another office's screen was told")
	}
}

// A book's log changes without its book when a number comes twice: the clerk's
// screen is told, and no other office's.
func TestEventsOfBookLogs(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	f.account("xa", stranger)
	mine, theirs := f.listen("lan"), f.listen("xa")
	waitFor(t, func() bool { return f.events.Clients() == 2 })
	l := f.enrol(clerk)
	err := f.GiveSystem(t.Context(), "book.lend.1", app.Key{Kind: app.KindBook, ID: "so-den"},
		&app.BookLend{Device: l.Device, Until: f.store.Now() + 3600_000})
	if err != nil {
		t.Fatal(err)
	}
	told := func(events func() api.Event) (log bool) {
		for {
			switch e := events(); e.Entity {
			case "book":
				log = true
			case "directory": // of the book itself; it comes last
				return log
			}
		}
	}
	if !told(mine) {
		t.Error("the clerk's screen was not told")
	}
	if told(theirs) {
		t.Error("another office's screen was told")
	}
}

// listen opens the events' WebSocket of somebody who signs in.
func (f *fixture) listen(account string) func() api.Event {
	f.Helper()
	_, b, c := f.signIn(account, password)
	if c == nil {
		f.Fatalf("sign in: %s", b)
	}
	client := f.browser()
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	client.Transport.(*http.Transport).TLSClientConfig.NextProtos = []string{"http/1.1"}
	conn, _, err := websocket.Dial(f.Context(), "wss://"+f.Addr()+"/api/events", &websocket.DialOptions{HTTPClient: client,
		HTTPHeader: http.Header{"Cookie": {c.Name + "=" + c.Value}, "Origin": {"https://" + f.Addr()}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = conn.CloseNow() })
	return func() (e api.Event) {
		f.Helper()
		if err := wsjson.Read(f.Context(), conn, &e); err != nil {
			f.Fatal(err)
		}
		return e
	}
}

// The audit log cannot be changed, and a change from outside shows.
func TestAuditLog(t *testing.T) {
	f := open(t)
	f.do("account.add", AccountRequest{Account: "lan", Person: clerk, Password: password}, nil)
	var entries []sqlite.AuditEntry
	f.do("audit", AuditQuery{}, &entries)
	if len(entries) < 2 || entries[0].Act != "server.init" || entries[len(entries)-1].Act != "account.password" {
		t.Errorf("log: %+v", entries)
	}
	b, err := json.Marshal(entries)
	if err != nil || bytes.Contains(b, []byte(password)) {
		t.Errorf("a password is in the audit log (%v)", err)
	}
	if rows, err := f.store.CheckAudit(context.Background()); err != nil || rows != uint64(len(entries)) {
		t.Errorf("check: %d rows, %v", rows, err)
	}
}
