package fire

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

// The people of the tests: a commune with two clerks, a chairman and an
// administrator.
const (
	commune  = app.ID("xa-an")
	bookIn   = app.ID("xa.den")
	clerkOne = app.ID("p-van-thu-1")
	clerkTwo = app.ID("p-van-thu-2")
	chairman = app.ID("p-chu-tich")
	manager  = app.ID("p-quan-tri")
)

func postOf(role app.Role) []app.Post {
	return []app.Post{{Unit: commune, Position: string(role), Role: role, Main: true}}
}

var people = server.Import{
	Units: []app.Unit{
		{ID: "tinh", Name: "UBND tỉnh Thử", Level: "province", Office: true, Organ: "H99"},
		{ID: commune, Name: "UBND xã An", Notation: "UBND", Level: "commune", Office: true, Organ: "H99.02", Parents: []app.Parent{{Unit: "tinh"}}},
	},
	People: []app.Person{
		{ID: clerkOne, Name: "Phạm Thị Hoa", Posts: postOf(app.RoleClerk)},
		{ID: clerkTwo, Name: "Nguyễn Thị Lan", Posts: postOf(app.RoleClerk)},
		{ID: chairman, Name: "Lê Văn Chủ", Posts: postOf(app.RoleLeader)},
		{ID: manager, Name: "Trần Văn Quản", Posts: postOf(app.RoleAdmin)},
	},
	Books: []app.Book{{ID: bookIn, Unit: commune, Direction: app.Incoming, Name: "Sổ văn bản đến"}},
}

// province is the server's process in its folder.
type province struct {
	*process
	t    *testing.T
	dir  string
	port int
	log  string // where the program speaks to; "" = beside its folder
	via  string // host:port by which laptops reach it; "" = its own
	cmd  func(*exec.Cmd) *exec.Cmd
}

// newProvince starts a server with the people of the tests.
func newProvince(t *testing.T) *province {
	t.Helper()
	s := prepare(t, filepath.Join(t.TempDir(), "server"))
	s.start()
	s.populate()
	return s
}

// prepare writes the settings of a server in a folder.
func prepare(t *testing.T, dir string) *province {
	t.Helper()
	s := &province{t: t, dir: dir, port: freePort(t)}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	settings := fmt.Sprintf("province = Tỉnh Thử\nlisten = 127.0.0.1:%d\nnames = 127.0.0.1\nops_listen =\nmin_free_mib = 0\n", s.port)
	if err := os.WriteFile(filepath.Join(dir, server.ConfigFile), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *province) populate() {
	s.t.Helper()
	var done server.Imported
	s.do("directory.import", people, &done)
	if len(done.Refused) > 0 {
		s.t.Fatalf("refused: %+v", done.Refused)
	}
}

// freePort is a port that nobody has now. A server keeps its port over its
// deaths, since laptops remember it.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func (s *province) begin() {
	s.t.Helper()
	cmd := exec.Command(program("khonggiay-server"), "--data", s.dir)
	if s.cmd != nil {
		cmd = s.cmd(cmd)
	}
	s.process = launch(s.t, cmd, cmp.Or(s.log, s.dir+".out"))
}

func (s *province) await() error {
	return until(s.t, s.process, func() bool {
		var st server.Status
		return s.try("status", struct{}{}, &st) == nil && st.Running
	})
}

func (s *province) start() {
	s.t.Helper()
	s.begin()
	if err := s.await(); err != nil {
		s.t.Fatalf("server: %v\n%s", err, s.said())
	}
}

// try does one operation of the operator's tool.
func (s *province) try(operation string, args, out any) error {
	c, err := server.Dial(context.Background(), s.dir)
	if err != nil {
		return err
	}
	return errors.Join(c.Do(context.Background(), operation, args, out), c.Close())
}

func (s *province) do(operation string, args, out any) {
	s.t.Helper()
	if err := s.try(operation, args, out); err != nil {
		s.t.Fatalf("%s: %v", operation, err)
	}
}

func (s *province) address() string { return cmp.Or(s.via, fmt.Sprintf("127.0.0.1:%d", s.port)) }

// ctl runs the operator's program and returns what it said.
func (s *province) ctl(args ...string) (string, error) {
	words := append(args, "--data", s.dir)
	out, err := exec.Command(program("khonggiayctl"), words...).CombinedOutput()
	return string(out), err
}

// laptopOf starts a laptop and makes it the person's.
func (s *province) laptopOf(person app.ID) *laptop {
	s.t.Helper()
	l := newLaptop(s.t, string(person))
	l.start()
	s.enrol(l, person)
	return l
}

// enrol makes a running laptop the person's and waits for its first load.
func (s *province) enrol(l *laptop, person app.ID) {
	s.t.Helper()
	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: person}, &i)
	var done api.Enrolled
	if err := l.post("/api/enrol", api.EnrolRequest{Server: s.address(), Code: i.Code}, &done); err != nil {
		s.t.Fatalf("enrolling %s: %v", person, err)
	}
	eventually(s.t, "the first load of "+string(person), func() bool { return l.sync().FirstLoadComplete })
}

// account is what somebody signs in with at the server.
type account struct{ name, password string }

func (s *province) accountOf(name string, person app.ID) account {
	s.t.Helper()
	var made server.AccountMade
	s.do("account.add", server.AccountRequest{Account: name, Person: person}, &made)
	return account{made.Account, made.Password}
}

// browser is a browser at the server that trusts the province's authority.
func (s *province) browser() *screen {
	s.t.Helper()
	pem, err := os.ReadFile(filepath.Join(s.dir, "ca", "authority.pem"))
	if err != nil {
		s.t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	transport := closing()
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}

	return newScreen("https://"+s.address(), transport)
}

func (b *screen) login(a account) error {
	return b.post("/api/login", map[string]string{"account": a.name, "password": a.password}, new(json.RawMessage))
}
