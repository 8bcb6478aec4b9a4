package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"khonggiay/app"
)

// Clock is the time this package lives by. The zero value is the machine's.
type Clock struct {
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

func (c Clock) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c Clock) after(d time.Duration) <-chan time.Time {
	if c.After == nil {
		return time.After(d)
	}
	return c.After(d)
}

// Retry says how often and how patiently a transfer tries. The zero value is
// usable.
type Retry struct {
	// Attempts is how many tries in a row may end without one more byte. 0 is 6.
	Attempts int
	// Backoff is the pause after the n-th such try, n from 1. Nil doubles from
	// half a second to half a minute, with jitter.
	Backoff func(n int) time.Duration
	Clock   Clock
}

const defaultAttempts = 6

// doubling is the pause after the n-th failed try: from half a second to half a
// minute, spread over ±50 %, so that an office whose line comes back does not
// return as one.
func doubling(n int) time.Duration {
	d := 500 * time.Millisecond << min(max(n-1, 0), 6)
	d = min(d, 30*time.Second)
	return d/2 + rand.N(d)
}

// do runs try until it is done, fails for good or has failed too often. try
// reports whether it got further.
func (r Retry) do(ctx context.Context, try func(context.Context) (further bool, err error)) error {
	attempts, backoff := r.Attempts, r.Backoff
	if attempts <= 0 {
		attempts = defaultAttempts
	}
	if backoff == nil {
		backoff = doubling
	}
	for failed := 0; ; {
		further, err := try(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		if !temporary(err) {
			return err
		}
		if further {
			failed = 0
		}
		if failed++; failed >= attempts {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		wait := backoff(failed)
		var status *statusError
		if errors.As(err, &status) {
			wait = max(wait, status.after)
		}
		select {
		case <-r.Clock.after(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// temporary reports whether trying again may help.
func temporary(err error) bool {
	for _, final := range []error{ErrNotFound, ErrForbidden, ErrNoSpace, ErrTooLarge, ErrQuota, ErrTaken,
		ErrCorrupt, ErrInvalid, ErrClosed, errWrongHash} {
		if errors.Is(err, final) {
			return false
		}
	}
	return true
}

// statusError is an answer that is not the one hoped for.
type statusError struct {
	status int
	after  time.Duration // Retry-After
}

func (e *statusError) Error() string {
	return fmt.Sprintf("server answered %d %s", e.status, http.StatusText(e.status))
}

// maxRetryAfter bounds what a server can make us wait.
const maxRetryAfter = 5 * time.Minute

// answerError turns a refusal into the package's errors, or a statusError for
// what may pass.
func answerError(resp *http.Response, reason string) error {
	switch resp.StatusCode {
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		return ErrForbidden
	case http.StatusRequestEntityTooLarge:
		return ErrTooLarge
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusLengthRequired:
		if reason != reasonCut {
			return fmt.Errorf("%w: server answered %d", ErrInvalid, resp.StatusCode)
		}
	case http.StatusInsufficientStorage:
		if reason == reasonQuota {
			return ErrQuota
		}
	}
	e := &statusError{status: resp.StatusCode}
	if seconds, ok := parseCount(resp.Header.Get("Retry-After")); ok {
		e.after = time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second
	}
	return e
}

// newRequest asks base for a segment.
func newRequest(ctx context.Context, method, base string, name app.Hash, body io.Reader) (*http.Request, error) {
	target, err := url.JoinPath(base, Path, name.String())
	if err != nil {
		return nil, fmt.Errorf("%w: server address: %w", ErrInvalid, err)
	}
	r, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	return r, nil
}

// errStalled ends a try whose line stands still.
var errStalled = errors.New("no byte came in time")

// watchdog cancels a try when nothing moved for a while.
type watchdog struct {
	cancel context.CancelCauseFunc

	mu      sync.Mutex // guards the two below
	timer   *time.Timer
	stopped bool
}

// watch returns a context that ends with errStalled after idle without a sign
// of life.
func watch(ctx context.Context, idle time.Duration) (context.Context, *watchdog) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, &watchdog{cancel: cancel, timer: time.AfterFunc(idle, func() { cancel(errStalled) })}
}

// alive says that the line moved and may stand still for idle from now on.
func (w *watchdog) alive(idle time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.timer.Reset(idle)
	}
}

// stop ends the watch and its context.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.timer.Stop()
	w.cancel(context.Canceled)
}

// Progress is told how far a transfer is: bytes at the other side of total.
type Progress func(done, total int64)

func (p Progress) tell(done, total int64) {
	if p != nil {
		p(done, total)
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

func httpClient(c *http.Client) *http.Client {
	if c == nil {
		return http.DefaultClient
	}
	return c
}
