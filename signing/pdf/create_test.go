package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestCreation: a file that was written anew is read back as it was meant, taken by
// qpdf without a word, and is the same bytes each time.
func TestCreation(t *testing.T) {
	write := func() []byte {
		c := &Creation{}
		pages := c.Add(nil)
		page := c.Add(NewDict(Name("Type"), Name("Page"), Name("Parent"), pages, Name("Contents"), c.Add(NewFlateStream(NewDict(), []byte("0 0 9 9 re f")))))
		c.Set(pages, NewDict(Name("Type"), Name("Pages"), Name("Count"), Int(1), Name("Kids"), Array{page}, Name("MediaBox"), Array{Int(0), Int(0), Int(9), Int(9)}))
		var out bytes.Buffer
		if err := c.Write(&out, NewDict(Name("Root"), c.Add(NewDict(Name("Type"), Name("Catalog"), Name("Pages"), pages)))); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	b := write()
	if !bytes.Equal(b, write()) {
		t.Error("two writings differ")
	}
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := f.Gaps(0)
	found, perr := f.Newest().Pages()
	if err != nil || perr != nil || len(found) != 1 || len(gaps) > 0 || len(f.Oddities()) > 0 || len(f.Revisions()) != 1 {
		t.Errorf("%d pages, gaps %v, odd %v: %v %v", len(found), gaps, f.Oddities(), err, perr)
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "qpdf", "--check", path).CombinedOutput(); err != nil || bytes.Contains(out, []byte("WARNING")) {
		t.Errorf("%v\n%s", err, out)
	}
	if err := (&Creation{}).Write(&bytes.Buffer{}, NewDict(Name("Root"), NewStream(NewDict(), nil))); err == nil {
		t.Error("a stream inside a trailer is written")
	}
}
