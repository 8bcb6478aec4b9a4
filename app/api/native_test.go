package api_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// dialogs are a person who answers at once.
type dialogs struct {
	save, folder, opened string
}

func (d *dialogs) ChooseFolder(context.Context) (string, error) { return d.folder, nil }

func (d *dialogs) OpenPage(_ context.Context, path string) error {
	d.opened = path
	return nil
}

func (d *dialogs) SaveFile(_ context.Context, name string) (string, error) { return d.save, nil }

func TestNativeDialogs(t *testing.T) {
	p := newProvince(t, sqlite.Replica)
	d := &dialogs{}
	p.handler = api.New(api.Options{Version: "test", Now: p.clock, Sessions: p, Host: p, Store: api.Over(p.store), Commander: p,
		Contents: p, Uploads: uploads{p}, Events: p.events, Native: d})
	dir := t.TempDir()
	send := func(path, body string) (int, string) {
		w := p.do("so.clerk", "POST", "/api/native/"+path, strings.NewReader(body), nil)
		return w.Code, w.Body.String()
	}
	key := strings.TrimPrefix(fileOf(p, "a.pdf", pdf(3000)), "/api/documents/d1/files/")
	body := `{"document":"d1","file":` + key + `}`
	if code, answer := send("save", body); code != http.StatusOK || answer != "{\"saved\":false}\n" {
		t.Errorf("cancelled: %d %s", code, answer)
	}
	d.save = filepath.Join(dir, "lưu.pdf")
	if code, answer := send("save", body); code != http.StatusOK || answer != "{\"saved\":true}\n" {
		t.Errorf("saved: %d %s", code, answer)
	}
	if b, err := os.ReadFile(d.save); err != nil || len(b) != 3000 {
		t.Errorf("saved %d bytes, %v", len(b), err)
	}
	d.folder = dir
	if code, answer := send("folder", ""); code != http.StatusOK || answer != "{\"path\":\""+dir+"\"}\n" {
		t.Errorf("chosen: %d %s", code, answer)
	}
	if code, answer := send("room", `{"meeting":"m/1"}`); code != http.StatusNoContent || d.opened != "/hop/m%2F1/phong-hop" {
		t.Errorf("opened %q: %d %s", d.opened, code, answer)
	}
	d.save = filepath.Join(dir, "no such folder", "a.pdf")
	if code, answer := send("save", body); code != http.StatusUnprocessableEntity || !strings.Contains(answer, "save.unwritable") {
		t.Errorf("unwritable: %d %s", code, answer)
	}
}
