package dropfolder

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"khonggiay/app"
)

// Why a scan cannot be read, as keys for the interface.
const (
	reasonEmpty    = "scan.empty"
	reasonTooLarge = "scan.too_large"
	reasonKind     = "scan.kind"
	reasonDamaged  = "scan.damaged"
	reasonLocked   = "scan.locked"
	reasonDenied   = "scan.denied"
)

// take brings one file as far as it gets: to a scan that waits to be
// registered, or to one of the other ends. An error means that it has to be
// tried again; nothing is lost by trying twice, nor by being killed anywhere in
// between: until the last step the ledger says "reading", and a copy that no
// scan names is removed with the other unnamed contents.
func (in *Intake) take(ctx context.Context, j job) error {
	s, err := in.Ledger.ScanOf(ctx, j.folder.ID, j.file)
	switch e := app.AsError(err); {
	case e != nil && e.Code == app.NotFound:
		s = in.meet(j)
	case err != nil:
		return err
	case s.State == app.ScanWaiting && j.folder.Tidy:
		return in.tidyLate(ctx, j, s)
	case s.State != app.ScanReading && s.State != app.ScanGone:
		return nil // met before
	}
	if LooksSecret(s.Name, "") { // before a byte of it is read
		s.State = app.ScanSecret
		return in.Ledger.PutScan(ctx, s)
	}
	s.State, s.Reason = app.ScanReading, ""
	if err := in.Ledger.PutScan(ctx, s); err != nil {
		return err
	}
	in.Changed()
	return in.takeOpen(ctx, j, s)
}

// meet makes the scan of a file that was never met.
func (in *Intake) meet(j job) app.Scan {
	now := in.Now()
	return app.Scan{ID: app.NewID(now), Folder: j.folder.ID, Name: j.file.Name, Size: j.file.Size, Modified: j.file.ModTime.UnixNano(), Found: now}
}

// takeOpen opens the file, has it examined and puts into the ledger what it is.
func (in *Intake) takeOpen(ctx context.Context, j job, s app.Scan) error {
	file, err := j.file.Open()
	if err == nil {
		defer file.Close()
		err = in.examine(ctx, &s, j.file, file)
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		s.State, s.Reason = app.ScanUnreadable, reasonDenied
	case errors.Is(err, ErrChanged): // told of again as what it is now
		s.State = app.ScanGone
	case err != nil:
		return fmt.Errorf("%s: %w", j.folder.ID, err)
	}
	if err := in.Ledger.PutScan(ctx, s); err != nil {
		return err
	}
	if j.folder.Tidy && s.State == app.ScanWaiting {
		return in.tidy(j, file)
	}
	return nil
}

// examine finds out what the open file is and sets what the scan becomes.
func (in *Intake) examine(ctx context.Context, s *app.Scan, f Found, file *os.File) error {
	end := func(state app.ScanState, reason string) error {
		s.State, s.Reason = state, reason
		return nil
	}
	switch {
	case f.Size == 0:
		return end(app.ScanUnreadable, reasonEmpty)
	case f.Size > in.MaxSize:
		return end(app.ScanUnreadable, reasonTooLarge)
	}
	what := kindOfFile(readAt(file, 0, 1024))
	if what == otherKind {
		return end(app.ScanUnreadable, reasonKind)
	}
	var err error
	if s.Original, err = hashOf(ctx, file); err != nil {
		return err
	}
	if s.Twin, s.Doc, err = in.Ledger.Twin(ctx, s.Original, s.ID); err != nil {
		return err
	}
	if s.Twin != "" || s.Doc != "" {
		return end(app.ScanDuplicate, "")
	}
	c := candidate{ReadSeeker: file, sum: s.Original}
	if what == imageKind {
		if c, err = pictured(file, f.Size); err != nil {
			return end(app.ScanUnreadable, reasonDamaged)
		}
	}
	return in.readAndKeep(ctx, s, f, file, c)
}

// A candidate is the PDF that the scan's document would get.
type candidate struct {
	io.ReadSeeker
	sum app.Hash
}

// pictured makes the candidate of a picture.
func pictured(file picture, size int64) (candidate, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return candidate{}, err
	}
	pdf, err := imageToPDF(file, size)
	if err != nil {
		return candidate{}, err
	}
	return candidate{bytes.NewReader(pdf), sha256.Sum256(pdf)}, nil
}

// readAndKeep reads the text first: nothing of what looks secret is ever
// sealed, and its text is dropped where it stands, in memory.
func (in *Intake) readAndKeep(ctx context.Context, s *app.Scan, f Found, file *os.File, c candidate) error {
	pages, broken := pagesOf(c, f.Size)
	if locked(broken) {
		s.State, s.Reason = app.ScanUnreadable, reasonLocked
		return nil
	}
	text, err := in.Reader.Text(ctx, c)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && broken != nil: // two have tried
		s.State, s.Reason = app.ScanUnreadable, reasonDamaged
		return nil
	}
	if LooksSecret(s.Name, text) {
		s.State = app.ScanSecret
		return nil
	}
	s.Read, s.Pages = err == nil, pages
	s.Fields, s.Text = Suggest(text, in.Organs()), forSearch(text)
	if s.Content, err = in.keep(ctx, c); err != nil {
		return err
	}
	s.State = app.ScanWaiting
	return f.Check(file)
}

// keep seals the candidate, and reads the copy back.
func (in *Intake) keep(ctx context.Context, c candidate) (app.FileVersion, error) {
	if _, err := c.Seek(0, io.SeekStart); err != nil {
		return app.FileVersion{}, err
	}
	v, err := in.Vault.Seal(ctx, c)
	if err != nil {
		return v, err
	}
	if v.SHA256 != c.sum {
		return v, ErrChanged // while it was read
	}
	return v, in.Vault.Verify(ctx, v)
}

func hashOf(ctx context.Context, file io.ReadSeeker) (sum app.Hash, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, reader{ctx, file})
	return app.Hash(h.Sum(nil)), err
}

// reader ends a long copy when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(b)
}

// mostSearched is how much of a scan's text a search looks through, bytes: some
// twenty pages.
const mostSearched = 64 << 10

// forSearch is the text as searching wants it: folded, without its layout.
func forSearch(text string) string {
	words := strings.Join(strings.Fields(app.Fold(app.NormalText(strings.ReplaceAll(text, "\f", "\n")))), " ")
	return strings.ToValidUTF8(words[:min(len(words), mostSearched)], "")
}
