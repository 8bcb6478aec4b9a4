package desktop

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
)

// secretList is what must not be in any log, by what it is.
type secretList map[string]string

// bytes adds a key in each form in which it could be written.
func (l secretList) bytes(name string, b []byte) {
	l[name+", hex"] = hex.EncodeToString(b)
	l[name+", HEX"] = strings.ToUpper(hex.EncodeToString(b))
	l[name+", base64"] = base64.RawStdEncoding.EncodeToString(b)[:len(b)] // what follows depends on what follows it
	l[name+", base64url"] = base64.RawURLEncoding.EncodeToString(b)[:len(b)]
	l[name+", numbers"] = strings.Trim(strings.ReplaceAll(fmt.Sprint(b[:12]), " ", ","), "[]")
	l[name+", Go"] = strings.Trim(fmt.Sprint(b[:12]), "[]")
}

const (
	secretPassword = "Mùa xuân ở bản Lác"
	wrongPassword  = "Mùa thu ở bản Lác"
	secretPIN      = "73501964825"
)

// TestNoSecretInLogs goes through sign-in, enrolment, sync, upload and failures
// of each with every logger at its most talkative, and looks in what was logged.
func TestNoSecretInLogs(t *testing.T) {
	var told apitest.Log
	secrets := secretList{"password": secretPassword, "wrong password": wrongPassword, "PIN": secretPIN}
	s := startServerLogging(t, api.NewLogger(&told, slog.LevelDebug))
	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: clerkC}, &i)
	secrets["code"], secrets["half a code"] = i.Code, i.Code[4:21]
	s.atTheBrowser(i.Authority, secrets)

	data := t.TempDir()
	l := startIn(t, data, func(c *Config) { c.logLevel = slog.LevelDebug })
	var p api.Problem
	l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: enrol.NewCode([]byte("another province")).String()}, &p)
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: i.Code}, nil); code != http.StatusOK {
		t.Fatalf("enrol: %d", code)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	l.work(secrets)
	l.app.gate.turnSome(t, l, secrets)
	var devices []server.DeviceInfo
	s.do("device.list", struct{}{}, &devices)
	s.do("device.revoke", server.DeviceRequest{Device: devices[0].ID}, &struct{}{})
	l.until("to hear of it", func() bool {
		var now api.Session
		l.call("GET", "/api/session", nil, &now)
		return now.Problem != ""
	})
	l.app.log.Debug("the end of the log") // the file is really the one that is read
	l.stop()

	logged, err := os.ReadFile(filepath.Join(data, "khonggiay.log"))
	if err != nil || !bytes.Contains(logged, []byte("the end of the log")) {
		t.Fatalf("the laptop's log: %v %s", err, logged)
	}
	if !strings.Contains(told.String(), "device.revoke") {
		t.Fatalf("the server's log: %s", told.String())
	}
	for name, secret := range secrets {
		for whose, text := range map[string]string{"laptop's": string(logged), "server's": told.String()} {
			if len(secret) < 8 {
				t.Errorf("%s: %q is too short to be looked for", name, secret)
			} else if strings.Contains(text, secret) {
				t.Errorf("the %s is in the %s log", name, whose)
			}
		}
	}
}

// atTheBrowser signs in, wrongly and rightly, changes the password in vain and
// signs out.
func (s *theServer) atTheBrowser(authority string, secrets secretList) {
	s.t.Helper()
	s.do("account.add", server.AccountRequest{Account: "hoa", Person: clerkC, Password: secretPassword}, &struct{}{})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(authority))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	post := func(path, body string, cookies []*http.Cookie) *http.Response {
		req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "https://"+s.Addr()+path, strings.NewReader(body))
		if err != nil {
			s.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", "https://"+s.Addr())
		for _, c := range cookies {
			req.AddCookie(c)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			s.t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp
	}
	post("/api/login", `{"account":"hoa","password":"`+wrongPassword+`"}`, nil)
	post("/api/login", `{"account":"hoa","password":"`+secretPassword+`"`, nil) // not JSON
	in := post("/api/login", `{"account":"hoa","password":"`+secretPassword+`"}`, nil)
	if len(in.Cookies()) < 2 {
		s.t.Fatalf("sign in: %s", in.Status)
	}
	for _, c := range in.Cookies() {
		secrets["cookie "+c.Name] = c.Value
	}
	post("/api/password", `{"old":"`+wrongPassword+`","new":"`+secretPassword+`"}`, in.Cookies())
	post("/api/logout", `{}`, in.Cookies())
	post("/api/logout", `{}`, in.Cookies()) // over by now
	s.keysOnDisk(secrets)
}

// keysOnDisk adds the province's own keys.
func (s *theServer) keysOnDisk(secrets secretList) {
	s.t.Helper()
	found := 0
	err := filepath.WalkDir(filepath.Join(s.data, "ca"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if block, _ := pem.Decode(b); block != nil && strings.Contains(block.Type, "CERTIFICATE") {
			return err
		} else if block != nil {
			b = block.Bytes
		}
		if len(b) > 48 {
			b = b[len(b)-32:] // a key stands at the end of its PKCS #8
		}
		found++
		secrets.bytes("server's "+filepath.Base(path), b)
		return err
	})
	if err != nil || found < 4 {
		s.t.Fatalf("%d keys of the province, %v", found, err)
	}
}

// work uploads a file and uses it, and is refused some things; its keys and
// those of its segments are secrets.
func (l *laptop) work(secrets secretList) {
	l.t.Helper()
	const doc = app.ID("019ab000-0000-7000-8000-0000000000a1")
	sum := l.upload("Công văn.pdf", append([]byte("%PDF-1.7 "), bytes.Repeat([]byte("x"), 200_000)...))
	l.give("document.receive.1", doc, `{"unit":"xa-an","fields":{"subject":"Thử"},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	l.until("all to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	for _, bad := range []string{`{"name":"document.remark.1"}`, `[]`, `{"name":"document.receive.1","target":{"kind":1,"id":"a"},"base":0,"args":{"unit":"xa-an","fields":{"subject":"a"},"files":[{"name":"a","sha256":"` + strings.Repeat("0", 64) + `"}]}}`} {
		l.call("POST", "/api/commands", json.RawMessage(bad), nil)
	}
	for _, order := range []string{ // TestSignBatch asks a token
		`{"key":"a","pin":"` + secretPIN + `","kind":"person","documents":[{"id":"` + string(doc) + `","revision":1,"content":"` + sum + `"}]}`,
		`{"key":"a","pin":"` + strings.Repeat(secretPIN, 30) + `","kind":"nobody","documents":[]}`,
		`{"key":"a","pin":["` + secretPIN + `"],"` + secretPIN + `":1}`,
	} {
		l.call("POST", "/api/signing/sign", json.RawMessage(order), nil)
	}
	err := l.app.store.Read(l.t.Context(), func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: doc})
		if err != nil {
			return err
		}
		for _, f := range r.(*app.Document).Files {
			for n, seg := range f.Content.Segments {
				secrets.bytes(fmt.Sprint("key of segment ", n), seg.Key[:])
			}
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	keys := l.app.currentLink().identity().Keys
	sealing, err := keys.Sealing.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	tlsKey, err := keys.TLS.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	courier, err := keys.Courier.Bytes()
	if err != nil {
		l.t.Fatal(err)
	}
	secrets.bytes("command key", keys.Command.Seed())
	secrets.bytes("sealing key", sealing)
	secrets.bytes("TLS key", tlsKey)
	secrets.bytes("courier's key", courier)
}

// turnSome uses tickets and the way of a second start, rightly and wrongly.
func (g *gate) turnSome(t *testing.T, l *laptop, secrets secretList) {
	t.Helper()
	secrets["launch token"], secrets["second start's secret"] = g.token, l.app.inst.note.Secret
	for n, address := range []string{g.invite(), g.inviteSoon("/van-ban-den")} {
		_, ticket, _ := strings.Cut(address, "ticket=")
		secrets[fmt.Sprint("ticket ", n)] = ticket
		for range 2 { // the second time in vain
			resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(address)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	}
	if err := handOver(t.Context(), l.app.cfg.Data, handover{Open: "khonggiay://van-ban-den"}); err != nil {
		t.Error(err)
	}
}
