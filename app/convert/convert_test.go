package convert

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/office"
	"khonggiay/app/office/officetest"
)

func find(t *testing.T) *Converter {
	t.Helper()
	c, err := Find(t.Context(), Options{Folder: filepath.Join(t.TempDir(), "convert")})
	if err != nil || c == nil {
		t.Fatalf("LibreOffice (build/setup.sh test installs it): %v", err)
	}
	return c
}

// textOf reads a PDF with another program than the one that made it.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(out)
}

func leftovers(t *testing.T, c *Converter) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(c.folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRealDocuments(t *testing.T) {
	c := find(t)
	for kind, b := range map[office.Kind][]byte{
		office.Docx: officetest.Docx(t, "Kính gửi: Ủy ban nhân dân xã\nĐiều 1. Thử nghiệm"),
		office.Odt:  officetest.Odt(t, "Kính gửi: Ủy ban nhân dân xã"),
	} {
		pdf, err := c.PDF(t.Context(), kind, bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if text := textOf(t, pdf); !strings.Contains(text, "Ủy ban nhân dân") {
			t.Errorf("%s: the PDF says %q", kind, text)
		}
	}
	if left := leftovers(t, c); len(left) != 0 {
		t.Errorf("plaintext is left: %v", left)
	}
}

func TestRefusals(t *testing.T) {
	c := find(t)
	for name, tt := range map[string]struct {
		kind office.Kind
		src  io.Reader
		want string
	}{
		"nothing":         {office.Docx, strings.NewReader(""), "upload.empty"},
		"half":            {office.Docx, bytes.NewReader(officetest.Docx(t, "x")[:500]), "office.damaged"},
		"macros":          {office.Odt, bytes.NewReader(officetest.Odt(t, "x", officetest.Part{Name: "Basic/x.xml", Text: "x"})), "office.macros"},
		"too large":       {office.Docx, zeros{}, "convert.too_large"},
		"not what it was": {office.Odt, bytes.NewReader(officetest.Docx(t, "x")), "office.other_kind"},
	} {
		_, err := c.PDF(t.Context(), tt.kind, tt.src)
		if got := app.AsError(err); got == nil || got.Reason != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if left := leftovers(t, c); len(left) != 0 {
		t.Errorf("plaintext is left: %v", left)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// ear counts who connects.
type ear struct {
	net.Listener
	calls sync.Map
}

func listen(t *testing.T) *ear {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{Listener: l}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			line := make([]byte, 200)
			n, _ := conn.Read(line)
			e.calls.Store(string(line[:n]), true)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return e
}

// links is a document with a remote picture, template, style sheet and section.
func links(t *testing.T, kind office.Kind, base string) []byte {
	if kind == office.Odt {
		return officetest.Odt(t, "Trước", officetest.Part{Name: "content.xml", Text: `<?xml version="1.0"?><office:document-content ` +
			`xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
			`xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
			`xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"><office:body><office:text>` +
			`<text:p>Trước<draw:frame draw:name="f" svg:width="2cm" svg:height="2cm"><draw:image xlink:href="` + base + `/a.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>` +
			`<text:section text:name="s"><text:section-source xlink:href="` + base + `/b.odt" xlink:type="simple" xlink:show="embed"/><text:p>Sau</text:p></text:section>` +
			`</office:text></office:body></office:document-content>`})
	}
	const rels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const kinds = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	return officetest.Docx(t, "x",
		officetest.Part{Name: "word/document.xml", Text: `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
			`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
			`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>` +
			`<w:p><w:r><w:t>Trước</w:t></w:r></w:p><w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/>` +
			`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>` +
			`<pic:blipFill><a:blip r:link="r1"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>` +
			`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDEPICTURE "` + base + `/c.png"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>` +
			`</w:body></w:document>`},
		officetest.Part{Name: "word/_rels/document.xml.rels", Text: rels +
			`<Relationship Id="r1" Type="` + kinds + `image" Target="` + base + `/a.png" TargetMode="External"/>` +
			`<Relationship Id="r2" Type="` + kinds + `settings" Target="settings.xml"/></Relationships>`},
		officetest.Part{Name: "word/settings.xml", Text: `<?xml version="1.0"?><w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
			`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:attachedTemplate r:id="r1"/></w:settings>`},
		officetest.Part{Name: "word/_rels/settings.xml.rels", Text: rels +
			`<Relationship Id="r1" Type="` + kinds + `attachedTemplate" Target="` + base + `/b.dotx" TargetMode="External"/></Relationships>`})
}

// Whatever a document asks for, no connection is made: not behind the wall, and
// not by the profile alone.
func TestNothingIsFetched(t *testing.T) {
	e := listen(t)
	for _, j := range []jail{strongest(t.Context()), profile} {
		for _, kind := range []office.Kind{office.Docx, office.Odt} {
			t.Run(j.name+string(kind), func(t *testing.T) {
				c := find(t)
				c.jail = j
				pdf, err := c.PDF(t.Context(), kind, bytes.NewReader(links(t, kind, "http://"+e.Addr().String())))
				if err != nil {
					t.Fatal(err)
				}
				if text := textOf(t, pdf); !strings.Contains(text, "Trước") {
					t.Errorf("the PDF says %q", text)
				}
				e.calls.Range(func(call, _ any) bool { t.Errorf("it asked for %q", call); return true })
			})
		}
	}
}

// fake puts a script in LibreOffice's place; it finds the job's folder in $HOME/...
func fake(t *testing.T, c *Converter, script string) {
	t.Helper()
	c.program = filepath.Join(t.TempDir(), "soffice")
	if err := os.WriteFile(c.program, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	c.jail = profile
}

// One that never ends is killed with its children.
func TestEndlessConversionDies(t *testing.T) {
	c := find(t)
	pids := filepath.Join(t.TempDir(), "pids")
	fake(t, c, "sleep 1000 & echo $! >>"+pids+"; echo $$ >>"+pids+"; wait")
	c.patience = 300 * time.Millisecond
	_, err := c.PDF(t.Context(), office.Docx, bytes.NewReader(officetest.Docx(t, "x")))
	if e := app.AsError(err); e == nil || e.Reason != "convert.too_long" {
		t.Fatalf("%v", err)
	}
	b, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.FieldsSeq(string(b)) {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		if state := stateOf(pid); state != "" && state != "Z" {
			t.Errorf("process %d lives on: %s", pid, state)
		}
	}
	if left := leftovers(t, c); len(left) != 0 {
		t.Errorf("plaintext is left: %v", left)
	}
}

// stateOf is a process's state letter, "" when there is none. What was killed
// may take a moment to go, so it is waited for by its state.
func stateOf(pid int) string {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return ""
	}
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	state, _, _ := strings.Cut(rest, " ")
	return state
}

// A converter that made nothing, or half a PDF, or gave up, made no PDF,
// whatever its exit code.
func TestNoPDF(t *testing.T) {
	c := find(t)
	for _, script := range []string{"", "exit 3", "printf '%%PDF-1.7 half' >document.pdf", "printf 'x %%%%EOF' >document.pdf"} {
		fake(t, c, script)
		pdf, err := c.PDF(t.Context(), office.Docx, bytes.NewReader(officetest.Docx(t, "x")))
		if e := app.AsError(err); e == nil || e.Reason != "convert.failed" || pdf != nil {
			t.Errorf("%q: %v", script, err)
		}
	}
}

// Whoever gives up waiting ends the conversion.
func TestCancelled(t *testing.T) {
	c := find(t)
	begun := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(begun, 0o600); err != nil {
		t.Fatal(err)
	}
	fake(t, c, "echo x >"+begun+"; sleep 1000")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := c.PDF(ctx, office.Docx, bytes.NewReader(officetest.Docx(t, "x")))
		done <- err
	}()
	if _, err := os.ReadFile(begun); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Two never run at once.
func TestOneAtATime(t *testing.T) {
	c := find(t)
	lock := filepath.Join(t.TempDir(), "lock")
	fake(t, c, "mkdir "+lock+" || exit 1; printf '%%PDF-1.7 %%%%EOF' >document.pdf; rmdir "+lock)
	b := officetest.Docx(t, "x")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.PDF(t.Context(), office.Docx, bytes.NewReader(b)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// A server converts nothing where no wall can be built.
func TestNoWallNoConversion(t *testing.T) {
	t.Setenv("PATH", withOnly(t, "soffice"))
	for walled, found := range map[bool]bool{true: false, false: true} {
		c, err := Find(t.Context(), Options{Folder: filepath.Join(t.TempDir(), "convert"), Walled: walled})
		if err != nil || (c != nil) != found {
			t.Errorf("walled %t: %v, %v", walled, c, err)
		}
	}
}

// withOnly is a search path on which nothing is but the program.
func withOnly(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(path, filepath.Join(dir, program)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The process sees neither our files, nor our surroundings, nor the network.
func TestWalls(t *testing.T) {
	c := find(t)
	if c.jail.name != bubblewrap.name {
		t.Logf("this machine allows %q only", c.jail.name)
	}
	jailed := c.jail
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KHONGGIAY_SECRET", "x")
	fake(t, c, "")
	c.jail = jailed
	c.program = "/bin/sh"
	for what, script := range map[string]string{
		"our files":        "test ! -e " + mine,
		"our surroundings": `test -z "$KHONGGIAY_SECRET"`,
		"the network":      "test $(grep -c : /proc/net/dev) -le 1",
		"its own folder":   "echo x > $HOME/x",
		"endless memory":   `test "$(ulimit -v)" -le ` + strconv.Itoa(memoryKiB),
		"endless files":    `test "$(ulimit -f)" != unlimited`,
	} {
		if jailed.name != bubblewrap.name && what != "our surroundings" && !strings.HasPrefix(what, "endless") {
			continue
		}
		dir := t.TempDir()
		j := &job{Converter: c, dir: dir, kind: office.Docx}
		if err := j.take(t.Context(), bytes.NewReader(officetest.Docx(t, "x"))); err != nil {
			t.Fatal(err)
		}
		cmd := c.jail.command(t.Context(), j)
		at := len(cmd.Args)
		for i, a := range cmd.Args {
			if a == "/bin/sh" && i > 0 {
				at = i
			}
		}
		cmd.Args = append(cmd.Args[:at:at], "/bin/sh", "-c", script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", what, err, out)
		}
	}
}
