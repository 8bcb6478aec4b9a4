package trust_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

func tsaPolicy(urls ...string) trust.TSAPolicy {
	p := trust.DefaultPolicy().TSA
	p.URLs = urls
	return p
}

// transport plays the servers: the answer depends on host and count of the try.
type transport struct {
	mu      sync.Mutex
	tries   map[string]int
	running int
	most    int
	answer  func(ctx context.Context, host string, try int) (int, string, error)
}

func (p *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.tries[r.URL.Host]++
	try := p.tries[r.URL.Host]
	p.running++
	p.most = max(p.most, p.running)
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.running--
		p.mu.Unlock()
	}()
	code, body, err := p.answer(r.Context(), r.URL.Host, try)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}

func newTransport(answer func(ctx context.Context, host string, try int) (int, string, error)) *transport {
	return &transport{tries: map[string]int{}, answer: answer}
}

// TestTSAOverHTTP: the bytes go there and back as they are.
func TestTSAOverHTTP(t *testing.T) {
	url := trusttest.ServeTSA(t, func(request []byte) ([]byte, error) { return append([]byte("re:"), request...), nil })
	c := trust.NewTSAClient(tsaPolicy(url), nil)
	defer c.Close()
	got, err := c.Timestamp(t.Context(), []byte("query"), nil)
	if err != nil || string(got.Body) != "re:query" || got.URL != url {
		t.Errorf("%q %v", got.Body, err)
	}
}

// TestTSAInOrder: each server has its tries, with growing pauses, before the
// next one is asked; what a server refuses for good is not asked again.
func TestTSAInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTransport(func(_ context.Context, host string, try int) (int, string, error) {
			switch host {
			case "down":
				return 503, "", nil
			case "strange":
				return 404, "", nil
			case "refuses":
				return 200, "rejection", nil
			case "tired":
				if try < 3 {
					return 0, "", errors.New("connection reset")
				}
			}
			return 200, "token", nil
		})
		c := trust.NewTSAClient(tsaPolicy("http://down", "http://strange", "http://refuses", "http://tired", "http://unused"), p)
		began := time.Now()
		rejected := errors.New("rejection")
		got, err := c.Timestamp(t.Context(), []byte("q"), func(b []byte) error {
			if string(b) != "token" {
				return rejected
			}
			return nil
		})
		if err != nil || got.URL != "http://tired" {
			t.Fatal(got, err)
		}
		if s := fmt.Sprint(p.tries); s != "map[down:3 refuses:1 strange:1 tired:3]" {
			t.Error(s)
		}
		if d := time.Since(began); d != 12*time.Second { // twice 2 s and 4 s
			t.Errorf("paused %v", d)
		}
	})
}

// TestTSAErrorsSayWhich: the operator reads which server failed how.
func TestTSAErrorsSayWhich(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTransport(func(ctx context.Context, host string, _ int) (int, string, error) {
			if host == "silent" {
				<-ctx.Done()
				return 0, "", ctx.Err()
			}
			return 500, "", nil
		})
		c := trust.NewTSAClient(tsaPolicy("http://silent", "http://broken"), p)
		_, err := c.Timestamp(t.Context(), nil, nil)
		var failed *trust.TSAError
		if !errors.As(err, &failed) || len(failed.Attempts) != 6 {
			t.Fatal(err)
		}
		if !errors.Is(failed.Attempts[0].Err, context.DeadlineExceeded) || failed.Attempts[5].URL != "http://broken" || failed.Attempts[5].Try != 3 {
			t.Error(err)
		}
		if s := err.Error(); !strings.Contains(s, "silent") || !strings.Contains(s, "broken, try 3") {
			t.Error(s)
		}
	})
	_, err := trust.NewTSAClient(tsaPolicy(), http.DefaultTransport).Timestamp(t.Context(), nil, nil)
	if err == nil {
		t.Error("a token from nobody")
	}
}

// TestTSAFourAtATime: nobody floods the country's timestamp server.
func TestTSAFourAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTransport(func(ctx context.Context, _ string, _ int) (int, string, error) {
			select {
			case <-time.After(time.Minute):
			case <-ctx.Done():
			}
			return 200, "token", nil
		})
		c := trust.NewTSAClient(tsaPolicy("http://a"), p)
		began := time.Now()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, err := c.Timestamp(t.Context(), nil, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if p.most != 4 || time.Since(began) != 3*time.Minute {
			t.Errorf("%d at a time, %v", p.most, time.Since(began))
		}
	})
}

// TestTSAStops: who closes the program does not wait for retries.
func TestTSAStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		p := newTransport(func(context.Context, string, int) (int, string, error) { return 503, "", nil })
		_, err := trust.NewTSAClient(tsaPolicy("http://a", "http://b"), p).Timestamp(ctx, nil, nil)
		if err == nil || p.tries["b"] != 0 || p.tries["a"] != 2 {
			t.Error(p.tries, err)
		}
	})
}

func TestTSAAnswerIsBounded(t *testing.T) {
	url := trusttest.ServeTSA(t, func([]byte) ([]byte, error) { return bytes.Repeat([]byte{0}, 2<<20), nil })
	c := trust.NewTSAClient(tsaPolicy(url), nil)
	defer c.Close()
	if _, err := c.Timestamp(t.Context(), nil, nil); !errors.Is(err, trust.ErrTooLarge) {
		t.Error(err)
	}
}

// TestDeadServerRests: a line that is down is waited for once a minute, not
// for each certificate; a server that answers, however badly, does not rest.
func TestDeadServerRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTransport(func(ctx context.Context, host string, _ int) (int, string, error) {
			if host == "dead" {
				<-ctx.Done()
				return 0, "", ctx.Err()
			}
			return 500, "", nil
		})
		f := trust.NewFetcher(trust.DefaultPolicy().Network)
		trust.SetTransport(f, p)
		began := time.Now()
		for range 5 {
			_, err := f.Get(t.Context(), "http://dead/a", 10)
			if err == nil {
				t.Error("an answer from the dead")
			}
			_, _ = f.Get(t.Context(), "http://angry/", 10) // counted by the transport
		}
		if d := time.Since(began); d != 30*time.Second || p.tries["dead"] != 1 || p.tries["angry"] != 5 {
			t.Error(d, p.tries)
		}
		time.Sleep(time.Minute)
		if _, err := f.Get(t.Context(), "http://dead/b", 10); errors.Is(err, trust.ErrResting) || p.tries["dead"] != 2 {
			t.Error("rests for ever")
		}
	})
}
