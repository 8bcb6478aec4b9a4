package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"khonggiay/app"
)

// Fetcher brings segments from a server into a store. Set the fields before the
// first use; it may then be used from many goroutines, one at a time for each
// segment.
type Fetcher struct {
	HTTP  *http.Client // nil is http.DefaultClient; no overall Timeout should be set
	Base  string       // the server's address, "https://host:port"
	Store *Store
	Retry Retry
	// Idle is how long to wait for the next byte. 0 is 30 seconds.
	Idle time.Duration
}

// Fetch brings one segment of size bytes, going on where an earlier try ended.
// It is kept only when its hash is right. ErrNotFound if the server does not
// have it (yet), ErrForbidden, ErrNoSpace, ErrUnavailable after too many tries,
// ErrCorrupt if the server's bytes are wrong, or ctx's cause; what came is kept
// for the next call except for ErrCorrupt.
func (f *Fetcher) Fetch(ctx context.Context, name app.Hash, size int64, progress Progress) error {
	if PlainSize(size) < 0 {
		return fmt.Errorf("%w: no segment has %d bytes", ErrInvalid, size)
	}
	for wrong := 0; ; wrong++ {
		err := f.fetch(ctx, name, size, progress)
		if errors.Is(err, errExists) {
			err = nil
		}
		if err == nil {
			progress.tell(size, size)
		}
		// A part torn by a power cut can spoil the whole: once more from zero.
		if !errors.Is(err, ErrCorrupt) || wrong > 0 {
			return err
		}
	}
}

func (f *Fetcher) fetch(ctx context.Context, name app.Hash, size int64, progress Progress) error {
	part, err := f.Store.openPart(name, atItsEnd)
	if err != nil {
		return err
	}
	defer part.Close()
	if part.Offset() > size {
		if err := part.Restart(); err != nil {
			return err
		}
	}
	if err := f.Store.checkSpace(size - part.Offset()); err != nil {
		return err
	}
	progress.tell(part.Offset(), size)
	err = f.Retry.do(ctx, func(ctx context.Context) (bool, error) {
		before := part.Offset()
		err := f.try(ctx, name, size, part, progress)
		return part.Offset() > before, err
	})
	if err != nil {
		return fmt.Errorf("fetch %s: %w", name, err)
	}
	return part.Commit()
}

// try asks for the rest and writes what comes.
func (f *Fetcher) try(ctx context.Context, name app.Hash, size int64, part *partWriter, progress Progress) error {
	if part.Offset() == size {
		return nil
	}
	idle := orDefault(f.Idle, defaultIdle)
	ctx, dog := watch(ctx, idle)
	defer dog.stop()
	req, err := newRequest(ctx, http.MethodGet, f.Base, name, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-", part.Offset()))
	req.Header.Set("If-Range", etag(name))
	resp, err := httpClient(f.HTTP).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := f.accept(resp, size, part); err != nil {
		return err
	}
	return copyBody(part, ctxReader{ctx, resp.Body}, size, func() { dog.alive(idle) }, progress)
}

// accept checks that the answer goes on where the part ends.
func (f *Fetcher) accept(resp *http.Response, size int64, part *partWriter) error {
	switch resp.StatusCode {
	case http.StatusPartialContent:
		got, ok := parseContentRange(resp.Header.Get("Content-Range"))
		if !ok || got.first != part.Offset() || got.last+1 != size || got.total != size {
			return fmt.Errorf("%w: asked for %d of %d bytes, server sends %q", ErrCorrupt,
				part.Offset(), size, resp.Header.Get("Content-Range"))
		}
		return nil
	case http.StatusOK: // no ranges on this way: from the start
		if resp.ContentLength >= 0 && resp.ContentLength != size {
			return fmt.Errorf("%w: server sends %d bytes of %d", ErrCorrupt, resp.ContentLength, size)
		}
		return part.Restart()
	case http.StatusRequestedRangeNotSatisfiable:
		return fmt.Errorf("%w: server has less than %d bytes", ErrCorrupt, size)
	}
	return answerError(resp, readReason(resp))
}

// copyBody writes the body into the part, never past size.
func copyBody(part *partWriter, body io.Reader, size int64, moved func(), progress Progress) error {
	buf := make([]byte, chunkSize)
	for part.Offset() < size {
		want := min(int64(len(buf)), size-part.Offset())
		n, err := body.Read(buf[:want])
		if n > 0 {
			moved()
			if _, err := part.Write(buf[:n]); err != nil {
				return err
			}
			progress.tell(part.Offset(), size)
		}
		if err != nil && part.Offset() < size {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}
