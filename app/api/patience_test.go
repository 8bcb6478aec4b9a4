package api_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
)

// served runs the handler behind Patient and gives the client's end of its one
// connection, which everything must leave within the bubble.
func served(t *testing.T, h http.HandlerFunc) net.Conn {
	l, client := apitest.Pipe()
	srv := &http.Server{Handler: api.Patient(h)}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		_ = client.Close()
		if err := srv.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return client
}

func say(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

const head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"

// A client that promises a body and sends none is let go, also when the handler
// refused it unread. Without a deadline the bubble would end in a deadlock.
func TestPatientLetsGoOfASilentClient(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"refused unread": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"read": func(_ http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err == nil {
				t.Error("a body that never came was read")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := served(t, h)
				say(t, c, head)
				if _, err := io.ReadAll(c); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A body that comes slowly but steadily comes whole, however long it takes.
func TestPatientWaitsForASlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := served(t, func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil || len(b) != 1000 {
				t.Errorf("%d bytes, %v", len(b), err)
			}
			time.Sleep(2 * api.StillFor) // work that takes its time, on the bubble's clock
			w.WriteHeader(http.StatusNoContent)
		})
		say(t, c, head)
		for range 20 {
			time.Sleep(api.StillFor / 2)
			say(t, c, strings.Repeat("a", 50))
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || resp.StatusCode != http.StatusNoContent {
			t.Errorf("%v %v", resp, err)
		}
	})
}

// A client that does not take its answer is let go.
func TestPatientLetsGoOfADeafClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		c := served(t, func(w http.ResponseWriter, _ *http.Request) {
			_, err := w.Write(make([]byte, 1<<20))
			ended <- err
		})
		say(t, c, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
		if err := <-ended; err == nil {
			t.Error("an answer that nobody read was written")
		}
	})
}

// The deadline of one answer does not cut the next on the same connection.
func TestPatientStartsAnewWithEachAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := served(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/body" {
				_, _ = io.WriteString(w, "a")
				return
			}
			w.WriteHeader(http.StatusNotModified)
		})
		in := bufio.NewReader(c)
		for _, path := range []string{"/body", "/none"} {
			say(t, c, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			time.Sleep(2 * api.StillFor)
		}
	})
}
