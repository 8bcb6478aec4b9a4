package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing/presign"
)

// counted counts how often a file is read.
type counted struct {
	io.ReaderAt
	reads int
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	c.reads++
	return c.ReaderAt.ReadAt(p, at)
}

// TestScanIsRemembered: the same bytes are looked at once, until that is long ago
// or the roots are others; what nobody waited for is not remembered.
func TestScanIsRemembered(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "trust")
	v := New(dir, func() time.Time { return now })
	src := &counted{ReaderAt: bytes.NewReader([]byte(text))}
	scan := func(ctx context.Context) (presign.Report, error) {
		return v.Scan(ctx, app.Hash(sha256.Sum256([]byte(text))), src, int64(len(text)))
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := scan(gone); !errors.Is(err, context.Canceled) || len(v.scans) != 0 {
		t.Errorf("nobody waits any more: %v, %d remembered", err, len(v.scans))
	}
	for _, step := range []struct {
		name  string
		first func()
		reads bool
	}{
		{"first", func() {}, true},
		{"again", func() {}, false},
		{"later", func() { now = now.Add(fresh) }, true},
		{"with other evidence", v.newEvidence, true},
	} {
		step.first()
		before := src.reads
		r, err := scan(t.Context())
		if err != nil || !r.Has(presign.Malformed) || r.Worst != presign.Blocks {
			t.Fatalf("%s: %+v %v", step.name, r, err)
		}
		if (src.reads > before) != step.reads {
			t.Errorf("%s: %d reads", step.name, src.reads-before)
		}
	}
}
