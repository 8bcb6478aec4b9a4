package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/courier/couriertest"
	"khonggiay/sync/feed"
)

// logs gathers what every server of these tests wrote; secrets what must not
// be in there.
var (
	logs    apitest.Log
	secrets secretList
)

// TestMain looks for leaked goroutines and, after all tests, for secrets in
// everything that was logged.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := couriertest.Leaked(goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	for _, s := range secrets.list() {
		if strings.Contains(logs.String(), s) {
			fmt.Fprintf(os.Stderr, "a secret beginning with %.8s… is in the log\n", s)
			code = 1
		}
	}
	os.Exit(code)
}

type secretList struct {
	mu  sync.Mutex
	all []string
}

func (l *secretList) add(s ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, s...)
}

func (l *secretList) list() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}

// fixture is a whole server in this process, with its clock in hand.
type fixture struct {
	*testing.T
	*Server
	config Config
	offset *atomic.Int64 // nanoseconds by which more time has passed than has
	wrong  *atomic.Int64 // nanoseconds by which the wall clock is ahead of what has passed
	stop   func() error  // ends Run and returns what it returned
}

// The people of the test province.
const (
	unitSender  app.ID = "so-noi-vu"
	unitCommune app.ID = "xa-an"
	admin       app.ID = "p-admin"
	clerk       app.ID = "p-clerk"
	leader      app.ID = "p-leader"
	stranger    app.ID = "p-stranger"
)

func post(unit app.ID, role app.Role) []app.Post {
	return []app.Post{{Unit: unit, Position: string(role), Role: role, Main: true}}
}

var province = Import{
	Units: []app.Unit{
		{ID: unitCommune, Name: "UBND xã An", Short: "Xã An", Notation: "UBND", Level: "commune", Office: true, Organ: "H99.02", Parents: []app.Parent{{Unit: "tinh"}}},
		{ID: unitSender, Name: "Sở Nội vụ", Notation: "SNV", Level: "department", Office: true, Organ: "H99.01", Parents: []app.Parent{{Unit: "tinh"}}},
		{ID: "tinh", Name: "UBND tỉnh Thử", Level: "province", Office: true, Organ: "H99"},
	},
	People: []app.Person{
		{ID: admin, Name: "Trần Văn Quản", Posts: post(unitCommune, app.RoleAdmin)},
		{ID: clerk, Name: "Nguyễn Thị Lan", Posts: post(unitCommune, app.RoleClerk)},
		{ID: leader, Name: "Lê Văn Chủ", Posts: post(unitCommune, app.RoleLeader)},
		{ID: stranger, Name: "Phạm Thị Xa", Posts: post(unitSender, app.RoleClerk)},
	},
	Books: []app.Book{{ID: "so-den", Unit: unitCommune, Direction: app.Incoming, Name: "Sổ văn bản đến"}},
}

// open makes a server in a fresh directory, with the test province in it.
func open(t *testing.T, change ...func(*Config)) *fixture {
	t.Helper()
	c := DefaultConfig()
	c.Data = filepath.Join(t.TempDir(), "data")
	c.Listen, c.Ops, c.Names, c.MinFree = "127.0.0.1:0", "", []string{"localhost", "127.0.0.1"}, 0
	for _, set := range change {
		set(&c)
	}
	f := reopen(t, c)
	var done Imported
	f.do("directory.import", province, &done)
	if len(done.Refused) > 0 {
		t.Fatalf("import refused %+v", done.Refused)
	}
	return f
}

// reopen opens the server of a directory.
func reopen(t *testing.T, c Config) *fixture {
	t.Helper()
	f := &fixture{T: t, config: c, offset: &atomic.Int64{}, wrong: &atomic.Int64{}, stop: func() error { return nil }}
	start := time.Now()
	f.config.Now = func() time.Time { return time.Now().Add(time.Duration(f.offset.Load() + f.wrong.Load())) }
	f.config.uptime = func() time.Duration { return time.Since(start) + time.Duration(f.offset.Load()) }
	f.config.Log = api.NewLogger(&logs, slog.LevelDebug)
	f.config.cheapPasswords = true
	s, err := Open(t.Context(), f.config)
	if err != nil {
		t.Fatal(err)
	}
	f.Server = s
	t.Cleanup(f.close)
	return f
}

// run serves.
func (f *fixture) run() *fixture {
	f.Helper()
	if err := f.Listen(f.Context()); err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- f.Server.Run(ctx) }()
	f.stop = sync.OnceValue(func() error { cancel(); return <-result })
	return f
}

func (f *fixture) close() {
	if err := errors.Join(f.stop(), f.Close()); err != nil {
		f.Errorf("stop: %v", err)
	}
}

// ahead lets time pass.
func (f *fixture) ahead(d time.Duration) { f.offset.Add(int64(d)) }

// jump puts the wall clock wrong by so much, while no time passes; 0 puts it right.
func (f *fixture) jump(wrong time.Duration) { f.wrong.Store(int64(wrong)) }

// do is an operation that must succeed.
func (f *fixture) do(name string, args, out any) {
	f.Helper()
	if err := f.try(name, args, out); err != nil {
		f.Fatalf("%s: %v", name, err)
	}
}

func (f *fixture) try(name string, args, out any) error {
	return (&Connection{server: f.Server}).Do(f.Context(), name, args, out)
}

// code makes an enrolment code for a person.
func (f *fixture) code(person app.ID) enrol.Code {
	f.Helper()
	var i enrol.Invitation
	f.do("code.make", PersonRequest{person}, &i)
	code, err := enrol.ParseCode(i.Code)
	if err != nil {
		f.Fatal(err)
	}
	secrets.add(i.Code, strings.ReplaceAll(i.Code, "-", "")[3:19])
	return code
}

// laptop is an enrolled device with its client.
type laptop struct {
	*fixture
	*enrol.Identity
	client  *http.Client
	counter uint32
}

func (f *fixture) tryEnrol(code enrol.Code, keys *enrol.Keys) (*enrol.Identity, error) {
	c := &enrol.Client{Now: f.config.Now}
	return c.Enrol(f.Context(), f.Addr(), code, keys, enrol.Device{Name: "máy thử", Platform: "test/1", Version: "v1"})
}

func (f *fixture) keys() *enrol.Keys {
	f.Helper()
	k, err := enrol.NewKeys(f.config.Now())
	if err != nil {
		f.Fatal(err)
	}
	return k
}

// enrol makes a laptop for a person.
func (f *fixture) enrol(person app.ID) *laptop {
	f.Helper()
	id, err := f.tryEnrol(f.code(person), f.keys())
	if err != nil {
		f.Fatal(err)
	}
	l := &laptop{fixture: f, Identity: id}
	l.client = l.newClient()
	return l
}

func (l *laptop) newClient() *http.Client {
	l.Helper()
	config, err := l.TLSConfig()
	if err != nil {
		l.Fatal(err)
	}
	config.Time = l.config.Now
	tr := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	l.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// request sends one request to the devices' door.
func (l *laptop) request(method, path string, body io.Reader, header ...string) (*http.Response, []byte) {
	l.Helper()
	return l.send(l.client, method, "https://"+l.Addr()+path, body, header...)
}

func (f *fixture) send(client *http.Client, method, url string, body io.Reader, header ...string) (*http.Response, []byte) {
	f.Helper()
	req, err := http.NewRequestWithContext(f.Context(), method, url, body)
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		f.Fatalf("%s %s: %v", method, url, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		f.Fatalf("%s %s: %v", method, url, err)
	}
	return resp, b
}

// command signs a command of the laptop's person.
func (l *laptop) command(name string, target app.Key, base uint64, args any) *feed.Command {
	l.Helper()
	l.counter++
	cmd, err := feed.NewCommand(&app.Command{ID: app.NewCommandID(l.Writer, l.counter), Name: name, Target: target, Base: base,
		Actor: l.Person, At: app.TimeOf(l.config.Now()), Args: args},
		func(b []byte) ([]byte, error) { return l.Keys.Command.Sign(nil, b, cryptoNoHash{}) })
	if err != nil {
		l.Fatal(err)
	}
	return cmd
}

// pull sends commands and reads pages until the laptop is level.
func (l *laptop) pull(commands ...*feed.Command) []*feed.Page {
	l.Helper()
	resp, pages := l.stream(0, commands...)
	defer resp.Body.Close()
	var out []*feed.Page
	for {
		p, err := pages()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			l.Fatal(err)
		}
		out = append(out, p)
	}
}

// stream opens POST /sync and returns a reader of its pages.
func (l *laptop) stream(wait uint16, commands ...*feed.Command) (*http.Response, func() (*feed.Page, error)) {
	l.Helper()
	b, err := feed.EncodeRequest(&feed.Request{Protocol: feed.Protocol, Commands: commands, Wait: wait})
	if err != nil {
		l.Fatal(err)
	}
	req, err := http.NewRequestWithContext(l.Context(), http.MethodPost, "https://"+l.Addr()+"/sync", bytes.NewReader(b))
	if err != nil {
		l.Fatal(err)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		l.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		l.Fatalf("sync: %s", resp.Status)
	}
	in := bufio.NewReader(resp.Body)
	return resp, func() (*feed.Page, error) {
		for {
			b, err := feed.ReadFrame(in)
			if err != nil {
				return nil, err
			}
			if len(b) > 0 {
				return feed.DecodePage(b)
			}
		}
	}
}

// keysOf lists the records that pages bring.
func keysOf(pages []*feed.Page) map[app.Key]bool {
	keys := map[app.Key]bool{}
	for _, p := range pages {
		for _, i := range p.Items {
			keys[i.Key] = true
		}
	}
	return keys
}

// results lists the answers that pages bring.
func results(pages []*feed.Page) []feed.Result {
	var out []feed.Result
	for _, p := range pages {
		if p.Receipt != nil {
			out = append(out, p.Receipt.Results...)
		}
	}
	return out
}

// browser is a client that trusts the province and has no certificate.
func (f *fixture) browser() *http.Client {
	pool := x509.NewCertPool()
	cert, err := x509.ParseCertificate(f.authority.Certificate())
	if err != nil {
		f.Fatal(err)
	}
	pool.AddCert(cert)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "localhost", Time: f.config.Now}, ForceAttemptHTTP2: true}
	f.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// document seals a file and makes the clerk's command that enters it.
func (l *laptop) document(id app.ID, text string) (*feed.Command, app.FileVersion, *content.Store) {
	l.Helper()
	store, err := content.Open(l.TempDir(), content.Options{})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { store.Close() })
	v, err := store.Seal(l.Context(), strings.NewReader(text))
	if err != nil {
		l.Fatal(err)
	}
	args := &app.IncomingCreate{Unit: unitCommune,
		Fields: app.Fields{Subject: "V/v thử máy chủ", OrganName: "Sở Thử", IssuedDate: app.TimeOf(l.config.Now()).Date(), Type: "CV"},
		Files:  []app.NewFile{{Name: "van-ban.pdf", Media: "application/pdf", Content: v, SHA256: v.SHA256}}}
	return l.command("document.receive.1", app.Key{Kind: app.KindDocument, ID: id}, 0, args), v, store
}

// upload brings a segment with one PUT.
func (l *laptop) upload(store *content.Store, seg app.Segment) *http.Response {
	l.Helper()
	f, err := store.Open(seg.Name)
	if err != nil {
		l.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		l.Fatal(err)
	}
	resp, _ := l.request(http.MethodPut, content.Path+seg.Name.String(), bytes.NewReader(b),
		"Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(b)-1, len(b)))
	return resp
}

// audited counts entries of an act.
func (f *fixture) audited(act string) (n int) {
	f.Helper()
	entries, err := f.store.AuditLog(f.Context(), 0, -1)
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if e.Act == act {
			n++
		}
	}
	return n
}

// refusal reads the reason of an answer.
func refusal(b []byte) string {
	var r enrol.Refusal
	_ = json.Unmarshal(b, &r)
	return r.Reason
}

// view reads from the store.
func (f *fixture) view(fn func(*sqlite.View) error) {
	f.Helper()
	if err := f.store.Read(f.Context(), fn); err != nil {
		f.Fatal(err)
	}
}
