package validator

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"khonggiay/signing"
)

// TestForeignUpdates: what another program appends is understood, too. mutool
// fills in the form, and draws over the page.
func TestForeignUpdates(t *testing.T) {
	k := newKit(t)
	fill := `page.getWidgets().forEach(function (w) { if (w.getFieldType() == "text") { w.setTextValue("12/QD"); w.update(); } });`
	draw := `var a = page.createAnnotation("Square"); a.setRect([10, 10, 200, 200]); a.update();`
	for name, c := range map[string]struct {
		file   []byte
		script string
		kind   ChangeKind
		passes bool
	}{
		"filled in":            {k.signed(), fill, ChangeValue, true},
		"filled in, streams":   {k.sign(base().closeStream(1), order{by: k.leader, field: 9}), fill, ChangeValue, true},
		"filled in under P 1":  {k.sign(base().close(1), order{by: k.leader, field: 9, p: 1}), fill, ChangeValue, false},
		"drawn over":           {k.signed(), draw, ChangeAnnotation, false},
		"drawn over under P 3": {k.sign(base().close(1), order{by: k.leader, field: 9, p: 3}), draw, ChangeAnnotation, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := k.validate(mutool(t, c.file, c.script))
			if (r.Indication == signing.TotalPassed) != c.passes || !slices.Contains(kindsOf(r.Signatures[0], c.passes), c.kind) {
				t.Errorf("%s: %s: %+v", r.Indication, codes(r), r.Signatures[0].Changes)
			}
		})
	}
}

// mutool runs a script on the first page and saves what it did as an update.
func mutool(t *testing.T, b []byte, script string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out, js := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf"), filepath.Join(dir, "run.js")
	script = `var doc = new PDFDocument(scriptArgs[0]); var page = doc.loadPage(0); ` + script + ` doc.save(scriptArgs[1], "incremental");`
	for path, content := range map[string][]byte{in: b, js: []byte(script)} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if message, err := exec.CommandContext(t.Context(), "mutool", "run", js, in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, message)
	}
	changed, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
