package content

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"khonggiay/app"
)

// Uploader brings segments of a store to a server. Set the fields before the
// first use; it may then be used from many goroutines.
type Uploader struct {
	HTTP  *http.Client // nil is http.DefaultClient; no overall Timeout should be set
	Base  string       // the server's address, "https://host:port"
	Store *Store
	Retry Retry
	// Idle is how long the line may take no byte. 0 is 30 seconds.
	Idle time.Duration
	// Answer is how long the server may verify and flush a whole segment. 0 is
	// two minutes.
	Answer time.Duration
}

// defaultAnswer is how long a server may verify and flush a segment unless told
// otherwise.
const defaultAnswer = 2 * time.Minute

// errWrongHash: the server found that what it had received is not the name.
var errWrongHash = errors.New("server received other bytes")

// Upload brings one segment of the store to the server, going on at the offset
// the server tells. When it returns nil the server has the segment whole,
// verified and durable. ErrNotFound if the store does not have it, ErrCorrupt
// if it went bad on this disk (it is removed then), ErrForbidden, ErrQuota,
// ErrTooLarge, ErrUnavailable after too many tries, or ctx's cause.
func (u *Uploader) Upload(ctx context.Context, name app.Hash, progress Progress) error {
	f, err := u.Store.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("upload %s: %w", name, err)
	}
	up := &upload{Uploader: u, name: name, file: f, size: info.Size(), progress: progress}
	up.known = up.size <= chunkSize // what fits one chunk is not worth a question
	for wrong := 0; ; wrong++ {
		err := u.Retry.do(ctx, up.try)
		if err == nil {
			progress.tell(up.size, up.size)
			return nil
		}
		if !errors.Is(err, errWrongHash) {
			return fmt.Errorf("upload %s: %w", name, err)
		}
		if wrong > 0 {
			return fmt.Errorf("upload %s: %w: %w", name, ErrUnavailable, err)
		}
		// Either our disk or the server's part was bad; find out which.
		if err := u.Store.Check(ctx, name); err != nil {
			return err
		}
		up.offset, up.known = 0, true
	}
}

// There asks whether the server has the segment whole, verified and durable.
func (u *Uploader) There(ctx context.Context, name app.Hash) (bool, error) {
	up := &upload{Uploader: u, name: name}
	err := up.ask(ctx)
	return up.whole, err
}

// upload is one segment on its way.
type upload struct {
	*Uploader
	name     app.Hash
	file     *os.File
	size     int64
	progress Progress
	offset   int64 // what the server keeps
	known    bool  // offset may be believed
	whole    bool  // the server has it
}

// try asks where the server stands if that is not known, then sends the rest.
func (up *upload) try(ctx context.Context) (further bool, err error) {
	before := up.offset
	if !up.known {
		if err := up.ask(ctx); err != nil {
			return false, err
		}
		further = up.offset > before
	}
	if up.whole {
		return further, nil
	}
	up.known = false // until an answer says otherwise
	err = up.send(ctx)
	return further || up.offset > before, err
}

// ask sends HEAD.
func (up *upload) ask(ctx context.Context) error {
	ctx, dog := watch(ctx, orDefault(up.Idle, defaultIdle))
	defer dog.stop()
	req, err := newRequest(ctx, http.MethodHead, up.Base, up.name, nil)
	if err != nil {
		return err
	}
	resp, err := httpClient(up.HTTP).Do(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		up.whole = true
		return nil
	case http.StatusNotFound:
		return up.believe(resp)
	}
	return answerError(resp, "")
}

// believe takes over the offset of an answer. A server that keeps more than the
// segment has took it from someone with another size in mind; asked to finish,
// it will find out.
func (up *upload) believe(resp *http.Response) error {
	n, ok := parseCount(resp.Header.Get(uploadOffset))
	if !ok {
		return fmt.Errorf("%w: server says it keeps %q bytes", ErrInvalid, resp.Header.Get(uploadOffset))
	}
	up.offset, up.known = min(n, up.size), true
	return nil
}

// send sends PUT with the bytes from offset on.
func (up *upload) send(ctx context.Context) error {
	ctx, dog := watch(ctx, orDefault(up.Idle, defaultIdle))
	defer dog.stop()
	up.progress.tell(up.offset, up.size)
	body := &movingBody{up: up, dog: dog, at: up.offset}
	defer body.Close()
	req, err := newRequest(ctx, http.MethodPut, up.Base, up.name, body)
	if err != nil {
		return err
	}
	if up.offset == up.size { // all there, not yet verified
		req.Body, req.ContentLength = http.NoBody, 0
		req.Header.Set("Content-Range", fmt.Sprintf("bytes */%d", up.size))
		dog.alive(orDefault(up.Answer, defaultAnswer))
	} else {
		rest := span{up.offset, up.size - 1, up.size}
		req.ContentLength = rest.len()
		req.Header.Set("Content-Range", rest.String())
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := httpClient(up.HTTP).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return up.answered(resp)
}

// answered reads what the server made of a PUT.
func (up *upload) answered(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusOK, http.StatusCreated:
		up.whole = true
		return nil
	case http.StatusAccepted, http.StatusConflict:
		if err := up.believe(resp); err != nil {
			return err
		}
		return &statusError{status: resp.StatusCode}
	case http.StatusUnprocessableEntity:
		return errWrongHash
	}
	return answerError(resp, readReason(resp))
}

// movingBody is the rest of the segment. It tells the watchdog and the progress
// what leaves, and nothing any more after Close: the transport may go on
// reading a while when the answer came early.
type movingBody struct {
	up  *upload
	dog *watchdog

	mu     sync.Mutex // guards all below; held while reading, so Close waits
	at     int64
	closed bool
}

func (b *movingBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, os.ErrClosed
	}
	if b.at == b.up.size {
		return 0, io.EOF
	}
	n, err := b.up.file.ReadAt(p[:min(int64(len(p)), b.up.size-b.at)], b.at)
	b.at += int64(n)
	b.up.progress.tell(b.at, b.up.size)
	if b.at == b.up.size {
		b.dog.alive(orDefault(b.up.Answer, defaultAnswer))
		return n, io.EOF
	}
	b.dog.alive(orDefault(b.up.Idle, defaultIdle))
	return n, err
}

// Close implements io.Closer.
func (b *movingBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// readReason reads the reason of a refusal.
func readReason(resp *http.Response) string {
	var r refusal
	if json.NewDecoder(io.LimitReader(resp.Body, 4<<10)).Decode(&r) != nil {
		return ""
	}
	return r.Reason
}
