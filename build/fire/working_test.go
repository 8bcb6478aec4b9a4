package fire

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office/officetest"
)

// TestSavesOutliveKills: the laptop is killed again and again, somewhere between
// an editor's save and the version that becomes of it, and on its way up. What
// was saved last is the newest version after the next start, and no save is one
// twice; the server agrees in the end.
func TestSavesOutliveKills(t *testing.T) {
	n := seed(t)
	t.Logf("SEED=%d", n)
	r := rand.New(rand.NewPCG(n, 3))
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	l.process.stop(t)
	l.cmd = func(c *exec.Cmd) *exec.Cmd { c.Args = append(c.Args, "--open-with", "true"); return c }
	l.start()
	doc := app.NewID(1_790_000_000_000)
	path := l.drafts(doc)
	for i := range max(5, rounds(t)/4) {
		save(t, path, i, r.IntN(2) == 0)
		steps := r.IntN(160) // the save settles after some hundred
		_ = until(t, l.process, func() bool { steps--; return steps < 0 })
		l.kill()
		for r.IntN(3) == 0 {
			l.begin()
			steps := r.IntN(40)
			_ = until(t, l.process, func() bool { steps--; return steps < 0 })
			l.kill()
		}
		l.start()
		eventually(t, fmt.Sprintf("save %d", i), func() bool { return newest(l.doc(t, doc)).SHA256 == sha256.Sum256(saved(t, i)) })
		once(t, l.doc(t, doc))
	}
	eventually(t, "all of it at the server", func() bool { return l.quiet() && l.doc(t, doc).Where.Server })
	once(t, l.doc(t, doc))
	if st := l.sync(); st.RefusedCount != 0 {
		t.Errorf("refused: %+v", st.Refused)
	}
}

// drafts begins a draft with a Word file and opens it; it returns where the
// editor finds it.
func (l *laptop) drafts(doc app.ID) string {
	l.t.Helper()
	f, err := os.Open(file(l.t, officetest.Docx(l.t, "Bản đầu")))
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	up, err := l.upload("Tờ trình.docx", f)
	if err != nil {
		l.t.Fatal(err)
	}
	l.mustGive("document.draft.1", doc, map[string]any{"unit": commune, "fields": map[string]any{"type": "TTr", "subject": "Tờ trình thử"},
		"files": []any{map[string]any{"name": "", "sha256": up.SHA256}}})
	if err := l.post("/api/work", api.WorkOpen{Document: doc, File: newest(l.doc(l.t, doc)).Key}, new(api.WorkCopy)); err != nil {
		l.t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(l.dir, "work", "*", "*.docx"))
	if err != nil || len(found) != 1 {
		l.t.Fatalf("%v %v", found, err)
	}
	return found[0]
}

func file(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.docx")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func saved(t *testing.T, i int) []byte { return officetest.Docx(t, fmt.Sprintf("Bản thứ %d", i)) }

// save writes as an editor does: in place, or by way of another file.
func save(t *testing.T, path string, i int, aside bool) {
	t.Helper()
	to := path
	if aside {
		to = filepath.Join(filepath.Dir(path), "~WRL0001.tmp")
	}
	err := os.WriteFile(to, saved(t, i), 0o600)
	if err == nil && aside {
		err = os.Rename(to, path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func newest(d *api.Doc) (f api.FileInfo) {
	for _, other := range d.Files {
		if other.Newest {
			f = other
		}
	}
	return f
}

// once reports a content that became a version twice, and a second newest one.
func once(t *testing.T, d *api.Doc) {
	t.Helper()
	seen, newest := map[app.Hash]bool{}, 0
	for _, f := range d.Files {
		if seen[f.SHA256] {
			t.Errorf("version %d is there twice", f.Version)
		}
		if seen[f.SHA256] = true; f.Newest {
			newest++
		}
	}
	if newest != 1 {
		t.Errorf("%d newest versions", newest)
	}
}
