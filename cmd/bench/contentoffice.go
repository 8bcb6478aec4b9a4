package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/demo/page"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

const (
	benchOffice = app.ID("xa-do")
	benchClerk  = app.ID("p-van-thu")
)

// contentLaptop is a laptop of the office.
type contentLaptop struct {
	*page.Client
	program *program
	dir     string
}

// open starts the server, the line and the laptops of one office, each a clerk's.
func (b *contentBench) open(ctx context.Context, laptops int) error {
	port, err := freePorts()
	if err != nil {
		return err
	}
	if b.line, err = newProxy(fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
		return err
	}
	people := server.Import{Units: []app.Unit{
		{ID: "tinh", Name: "UBND tỉnh", Level: "province", Office: true, Organ: "H99"},
		{ID: benchOffice, Name: "UBND xã", Notation: "UBND", Level: "commune", Office: true, Organ: "H99.1", Parents: []app.Parent{{Unit: "tinh"}}},
	}}
	for n := range laptops {
		people.People = append(people.People, clerkOf(benchOffice, n))
	}
	if err := b.startServer(ctx, port, people); err != nil {
		return err
	}
	for n := range laptops {
		l := &contentLaptop{dir: filepath.Join(b.dir, fmt.Sprintf("laptop%d", n))}
		b.laptops = append(b.laptops, l)
		if err := b.start(ctx, l); err != nil {
			return err
		}
		if err := b.enrol(ctx, l, people.People[n].ID); err != nil {
			return err
		}
	}
	b.desk, err = b.signIn(ctx, port, people.People[0].ID)
	if err != nil {
		return err
	}
	return b.connected(ctx)
}

func clerkOf(office app.ID, n int) app.Person {
	return app.Person{ID: benchClerk + app.ID(fmt.Sprintf("-%s-%d", office, n)), Name: "Văn thư",
		Posts: []app.Post{{Unit: office, Position: "Văn thư", Role: app.RoleClerk, Main: true}}}
}

func (b *contentBench) serverData() string { return filepath.Join(b.dir, "server") }

func (b *contentBench) startServer(ctx context.Context, port int, people server.Import) error {
	if err := os.MkdirAll(b.serverData(), 0o700); err != nil {
		return err
	}
	settings := fmt.Sprintf("province = Tỉnh đo\nlisten = 127.0.0.1:%d\nnames = 127.0.0.1\naddresses = %s\nops_listen =\nmin_free_mib = 64\n",
		port, b.line.l.Addr())
	if err := os.WriteFile(filepath.Join(b.serverData(), server.ConfigFile), []byte(settings), 0o600); err != nil {
		return err
	}
	p, err := startProgram(filepath.Join(b.programs, "khonggiay-server"), "--data", b.serverData())
	if err != nil {
		return err
	}
	b.server = p
	err = until(ctx, p, "server", func() (bool, error) {
		var st server.Status
		err := operate(ctx, b.serverData(), "status", struct{}{}, &st)
		return err == nil && st.Running, err
	})
	if err != nil {
		return err
	}
	var done server.Imported
	if err := operate(ctx, b.serverData(), "directory.import", people, &done); err != nil || len(done.Refused) > 0 {
		return errors.Join(err, fmt.Errorf("refused: %v", done.Refused))
	}
	return nil
}

// start starts the laptop's program and goes in.
func (b *contentBench) start(ctx context.Context, l *contentLaptop, more ...string) error {
	args := append([]string{"--browser", "--quiet", "--data", l.dir, "--listen", "127.0.0.1:0"}, more...)
	if len(more) == 0 {
		args = append(args, "--courier", "127.0.0.1:0")
	}
	p, err := startProgram(filepath.Join(b.programs, "khonggiay"), args...)
	if err != nil {
		return err
	}
	l.program = p
	for line := range p.lines {
		if _, link, ok := strings.Cut(line, "http://"); ok {
			if l.Client, err = page.New("http://" + link); err != nil {
				return err
			}
			return l.Enter(ctx)
		}
	}
	return errors.New("the laptop program printed no address")
}

func (b *contentBench) enrol(ctx context.Context, l *contentLaptop, person app.ID) error {
	var i enrol.Invitation
	if err := operate(ctx, b.serverData(), "code.make", server.PersonRequest{Person: person}, &i); err != nil {
		return err
	}
	if err := l.Post(ctx, "/api/enrol", api.EnrolRequest{Server: b.line.l.Addr().String(), Code: i.Code}, nil); err != nil {
		return err
	}
	return until(ctx, l.program, "first load", func() (bool, error) {
		st, err := l.sync(ctx)
		return err == nil && st.FirstLoadComplete, err
	})
}

func (l *contentLaptop) sync(ctx context.Context) (st api.SyncStatus, err error) {
	err = l.Get(ctx, "/api/sync", &st)
	return st, err
}

// connected waits until all laptops see the province and each other.
func (b *contentBench) connected(ctx context.Context) error {
	for _, l := range b.laptops {
		err := until(ctx, l.program, "the courier", func() (bool, error) {
			st, err := l.sync(ctx)
			return err == nil && st.Courier != nil && st.Courier.Province && st.Courier.Colleagues == len(b.laptops)-1 && st.Courier.Lacking == 0, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// desk is a clerk in a browser at the province.
type desk struct {
	http   *http.Client
	origin string
}

func (b *contentBench) signIn(ctx context.Context, port int, person app.ID) (*desk, error) {
	pem, err := os.ReadFile(filepath.Join(b.serverData(), "ca", "authority.pem"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	d := &desk{origin: fmt.Sprintf("https://127.0.0.1:%d", port),
		http: &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}}}}
	var made server.AccountMade
	if err := operate(ctx, b.serverData(), "account.add", server.AccountRequest{Account: "do", Person: person}, &made); err != nil {
		return nil, err
	}
	return d, d.post(ctx, "/api/login", map[string]string{"account": made.Account, "password": made.Password}, nil)
}

func (d *desk) post(ctx context.Context, path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return d.Send(ctx, path, "application/json", bytes.NewReader(b), out)
}

// Send implements sender.
func (d *desk) Send(ctx context.Context, path, kind string, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.origin+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Origin", d.origin)
	resp, err := d.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= 400:
		return fmt.Errorf("%s: %s: %.300s", path, resp.Status, b)
	case out == nil:
		return nil
	}
	return json.Unmarshal(b, out)
}

// paper is a file of so many bytes that passes for a PDF and is like no other.
func paper(size int) []byte {
	b := make([]byte, size)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	rand.NewChaCha8(seed).Read(b)
	copy(b, "%PDF-1.7\n")
	return b
}

// upload sends a file; the result names it in a command.
func upload(ctx context.Context, to sender, file []byte) (sum string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "tai-lieu.pdf")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	var up api.UploadResult
	err = to.Send(ctx, "/api/uploads", w.FormDataContentType(), &form, &up)
	return up.SHA256.String(), err
}

// sender is a page of a laptop or of the server.
type sender interface {
	Send(ctx context.Context, path, kind string, body io.Reader, out any) error
}

// publish registers a document with a file at the province.
func (b *contentBench) publish(ctx context.Context, size int) (app.ID, time.Time, error) {
	sum, err := upload(ctx, b.desk, paper(size))
	if err != nil {
		return "", time.Time{}, err
	}
	doc := app.NewID(app.TimeOf(time.Now()))
	err = b.desk.post(ctx, "/api/commands", command("document.receive.1", doc, map[string]any{"unit": benchOffice,
		"files": []map[string]any{{"name": "", "sha256": sum}}, "fields": map[string]any{"type": "BC", "subject": "Tài liệu", "organName": "UBND tỉnh"}}), nil)
	return doc, time.Now(), err
}

func command(name string, doc app.ID, args any) map[string]any {
	return map[string]any{"name": name, "target": map[string]any{"kind": app.KindDocument, "id": doc}, "base": 0, "args": args}
}

// present waits until the laptop has the document's newest file.
func (b *contentBench) present(ctx context.Context, l *contentLaptop, doc app.ID) error {
	return until(ctx, l.program, "the file", func() (bool, error) {
		var d api.Doc
		err := l.Get(ctx, "/api/documents/"+string(doc), &d)
		return err == nil && len(d.Files) > 0 && d.Files[len(d.Files)-1].Here, nil // it may not be there yet
	})
}
