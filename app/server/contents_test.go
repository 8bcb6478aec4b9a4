package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// tidyNow does the keeper's daily work.
func (f *fixture) tidyNow() {
	f.Helper()
	k := f.contents.keeper
	if err := errors.Join(k.tidy(f.Context()), k.prune(f.Context(), k.now())); err != nil {
		f.Fatal(err)
	}
}

// complete does what the keeper does when a segment has come.
func (f *fixture) complete() {
	f.Helper()
	if err := f.contents.keeper.complete(f.Context()); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) documentOf(id app.ID) *app.Document {
	f.Helper()
	var d *app.Document
	f.view(func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		if err == nil {
			d = r.(*app.Document)
		}
		return err
	})
	return d
}

// hasFiles reports whether the document has files and says that the server has
// them all.
func (f *fixture) hasFiles(doc app.ID) bool {
	f.Helper()
	files := f.documentOf(doc).Files
	for _, file := range files {
		if file.AtServer == 0 {
			return false
		}
	}
	return len(files) > 0
}

func TestContent(t *testing.T) {
	f := open(t).run()
	l, other := f.enrol(clerk), f.enrol(stranger)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, strings.Repeat("nội dung ", 50_000))
	seg := version.Segments[0]
	path := content.Path + seg.Name.String()

	if resp := l.upload(store, seg); resp.StatusCode >= 300 {
		t.Fatalf("upload before the command: %s", resp.Status)
	}
	if resp, _ := l.request(http.MethodGet, path, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("fetch of what no record names: %s", resp.Status)
	}
	if got := results(l.pull(cmd)); len(got) != 1 || got[0].Reason != "" {
		t.Fatalf("command: %+v", got)
	}
	f.complete()
	if !f.hasFiles(doc) {
		t.Error("the document does not say that the server has its file")
	}
	resp, b := l.request(http.MethodGet, path, nil)
	if resp.StatusCode != http.StatusOK || int64(len(b)) != seg.Size {
		t.Errorf("fetch: %s, %d bytes of %d", resp.Status, len(b), seg.Size)
	}
	resp, part := l.request(http.MethodGet, path, nil, "Range", "bytes=100-199")
	if resp.StatusCode != http.StatusPartialContent || !bytes.Equal(part, b[100:200]) {
		t.Errorf("range: %s, %d bytes", resp.Status, len(part))
	}
	if resp, _ := other.request(http.MethodGet, path, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("fetch by another office: %s", resp.Status)
	}
}

// The command may come before the content, too.
func TestContentAfterCommand(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, "nội dung")
	l.pull(cmd)
	f.complete()
	if f.hasFiles(doc) {
		t.Error("said to be complete before it came")
	}
	l.upload(store, version.Segments[0])
	f.complete()
	if !f.hasFiles(doc) {
		t.Error("not said to be complete")
	}
}

// A document that comes after its content is told at once, not at the keeper's
// next round.
func TestContentBeforeCommand(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	doc := app.NewID(f.store.Now())
	changed := make(chan struct{}, 1)
	t.Cleanup(f.store.Subscribe(func([]sqlite.Change) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}))
	cmd, version, store := l.document(doc, "nội dung")
	l.upload(store, version.Segments[0])
	l.pull(cmd)
	deadline := time.After(keepEvery / 2)
	for !f.hasFiles(doc) {
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("the document does not say that the server has its file")
		}
	}
}

// A device that gives another hash than its file has, or another key, is not
// believed, and does not keep others waiting.
func TestFalseContentIsNotStored(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	falsify := func(change func(*app.FileVersion)) app.ID {
		doc := app.NewID(f.store.Now())
		cmd, version, store := l.document(doc, "nội dung "+string(doc))
		l.upload(store, version.Segments[0])
		args, err := cmd.Command()
		if err != nil {
			t.Fatal(err)
		}
		create := args.Args.(*app.IncomingCreate)
		change(&create.Files[0].Content)
		l.counter--
		l.pull(l.command(cmd.Name, cmd.Target, 0, create))
		return doc
	}
	stored := map[app.ID]bool{
		falsify(func(v *app.FileVersion) { v.SHA256[0] ^= 1 }):          false,
		falsify(func(v *app.FileVersion) { v.Segments[0].Key[0] ^= 1 }): false,
		falsify(func(v *app.FileVersion) { v.Size++ }):                  false,
		falsify(func(*app.FileVersion) {}):                              true,
	}
	f.complete()
	for doc, want := range stored {
		if got := f.hasFiles(doc); got != want {
			t.Errorf("%s: stored %v, want %v", doc, got, want)
		}
	}
}

func TestWhereabouts(t *testing.T) {
	f := open(t).run()
	sender, second, other := f.enrol(clerk), f.enrol(clerk), f.enrol(stranger)
	f.enrol(admin) // may not hold documents, so does not count
	doc := app.NewID(f.store.Now())
	cmd, version, store := sender.document(doc, "nội dung")
	sender.upload(store, version.Segments[0])
	sender.pull(cmd)
	f.complete()
	ask := func(l *laptop) (w api.OfficeCopies, status int) {
		resp, b := l.request(http.MethodGet, enrol.PathWhereabouts+string(doc), nil)
		_ = json.Unmarshal(b, &w)
		return w, resp.StatusCode
	}
	if w, status := ask(second); w.Have != 1 || w.Total != 2 || status != http.StatusOK {
		t.Errorf("after the upload: %+v %d", w, status)
	}
	second.request(http.MethodGet, content.Path+version.Segments[0].Name.String(), nil)
	if w, _ := ask(sender); w.Have != 2 || w.Total != 2 {
		t.Errorf("after a fetch: %+v", w)
	}
	if _, status := ask(other); status != http.StatusNotFound {
		t.Errorf("asked by another office: %d", status)
	}
	f.do("device.revoke", DeviceRequest{second.Device}, nil)
	if w, _ := ask(sender); w.Have != 1 || w.Total != 1 {
		t.Errorf("after a revocation: %+v", w)
	}
}

func TestUnnamedContentGoes(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	cmd, named, keep := l.document(app.NewID(f.store.Now()), "giữ lại")
	_, unnamed, drop := l.document(app.NewID(f.store.Now()), "bỏ đi")
	l.upload(keep, named.Segments[0])
	l.upload(drop, unnamed.Segments[0])
	l.pull(cmd)
	has := func(s app.Segment) bool { return f.contents.files.Has(s.Name) }
	f.tidyNow()
	if !has(named.Segments[0]) || !has(unnamed.Segments[0]) {
		t.Fatal("removed too early")
	}
	f.ahead(f.config.KeepUnnamed + time.Minute)
	f.tidyNow()
	if !has(named.Segments[0]) || has(unnamed.Segments[0]) {
		t.Error("want the named one kept and the other removed")
	}
}

func TestDeviceQuota(t *testing.T) {
	f := open(t)
	f.contents.quota = 200_000
	f.run()
	l := f.enrol(clerk)
	refused := 0
	for i := range 4 {
		_, v, store := l.document(app.NewID(f.store.Now()), strings.Repeat(string(rune('a'+i)), 80_000))
		if resp := l.upload(store, v.Segments[0]); resp.StatusCode >= 300 {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("%d of 4 uploads of 80 KB refused under a quota of 200 KB", refused)
	}
}

// What is begun and never brought to its end counts too: the disk is not for one
// device to fill.
func TestDeviceQuotaCountsWhatIsBegun(t *testing.T) {
	f := open(t)
	f.contents.quota = 200_000
	f.run()
	l := f.enrol(clerk)
	begin := func(i int) int {
		name := app.Hash{byte(i)}
		resp, _ := l.request(http.MethodPut, content.Path+name.String(), strings.NewReader("0123456789"), "Content-Range", "bytes 0-9/80000")
		return resp.StatusCode
	}
	for i := range 4 {
		want := http.StatusAccepted
		if i >= 2 {
			want = http.StatusInsufficientStorage
		}
		if got := begin(i + 1); got != want {
			t.Errorf("upload %d of 80 KB begun under a quota of 200 KB: %d, want %d", i+1, got, want)
		}
	}
	if err := f.contents.files.RemovePart(app.Hash{1}); err != nil {
		t.Fatal(err)
	}
	f.ahead(api.StillFor + time.Second)
	if got := begin(5); got != http.StatusAccepted {
		t.Errorf("after one of them was removed: %d", got)
	}
}

// A person at a browser has the same quota, under the same hash again and again.
func TestUploadsInABrowserHaveAQuota(t *testing.T) {
	f := open(t)
	f.contents.quota = 250_000
	f.run()
	f.account("lan", clerk)
	_, _, c := f.signIn("lan", password)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "ghi-chu.txt")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, strings.Repeat("a", 80_000))
	w.Close()
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusOK, http.StatusInsufficientStorage} {
		resp, b := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/uploads", bytes.NewReader(form.Bytes()),
			"Content-Type", w.FormDataContentType(), "Cookie", c.Name+"="+c.Value, "Origin", "https://"+f.Addr())
		if resp.StatusCode != want || want != http.StatusOK && refusal(b) != "upload.quota" {
			t.Errorf("upload %d of 80 KB under a quota of 250 KB: %s %s", i+1, resp.Status, b)
		}
	}
}

// A segment that the keeper has just removed is not taken for received.
func TestReceivedOfWhatIsGone(t *testing.T) {
	f := open(t)
	name := app.Hash{1}
	if f.contents.received(name, "d") == nil {
		t.Error("noted what is not there")
	}
	f.view(func(v *sqlite.View) error {
		has, err := v.Has(name)
		if has {
			t.Error("the database says that it is there")
		}
		return err
	})
}

// TestHugeUpload: a browser's file of 2 GB is refused for its size, though it is
// more than the quota too.
func TestHugeUpload(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	_, _, c := f.signIn("lan", password)
	apitest.RefusesHuge(t, f.browser(), "https://"+f.Addr()+"/api/uploads", http.Header{"Cookie": {c.Name + "=" + c.Value}, "Origin": {"https://" + f.Addr()}})
}
