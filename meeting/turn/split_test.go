package turn

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// newShared makes a host whose one TLS port is both HTTPS and TURN.
func newShared(t *testing.T) *host {
	t.Helper()
	var web *http.Server
	var served chan error
	h := newHost(t, func(c *Config) {
		certificate, _ := certify(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		relay, rest := Split(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}}))
		c.Listeners = append(c.Listeners, relay)
		web = &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.TLS == nil || r.TLS.Version != tls.VersionTLS13 {
				t.Error("the handler is not told of the encryption")
			}
			_, _ = io.WriteString(w, r.Proto)
		})}
		served = make(chan error, 1)
		go func() { served <- web.Serve(rest) }()
	})
	h.tls = h.turn.config.Listeners[2].Addr().String()
	t.Cleanup(func() {
		h.must(web.Shutdown(context.Background()))
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return h
}

// secure opens a TLS connection to the shared port.
func (h *host) secure(protocols ...string) *tls.Conn {
	h.Helper()
	conn, err := tls.Dial("tcp", h.tls, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, NextProtos: protocols})
	h.must(err)
	h.Cleanup(func() { _ = conn.Close() })
	return conn
}

// TestSplit: each client is answered by whom it means.
func TestSplit(t *testing.T) {
	h := newShared(t)
	for protocol, transport := range map[string]*http.Transport{
		"HTTP/2.0": {ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		"HTTP/1.1": {TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // no ALPN
	} {
		client := http.Client{Transport: transport, Timeout: 10 * time.Second}
		for range 2 {
			answer, err := client.Get("https://" + h.tls)
			h.must(err)
			body, err := io.ReadAll(answer.Body)
			h.must(errors.Join(err, answer.Body.Close()))
			if string(body) != protocol {
				t.Errorf("%s instead of %s", body, protocol)
			}
		}
		client.CloseIdleConnections()
	}
	silent := logging.NewDefaultLoggerFactory()
	silent.DefaultLogLevel = logging.LogLevelDisabled
	c := h.turn.Credentials("xa")
	client, err := turn.NewClient(&turn.ClientConfig{TURNServerAddr: h.tls, Conn: turn.NewSTUNConn(h.secure()), Username: c.User, Password: c.Password, LoggerFactory: silent})
	h.must(err)
	h.must(client.Listen())
	t.Cleanup(client.Close)
	_, err = h.allocate(client)
	h.must(err)
	// TURN behind a protocol of HTTP's is no request.
	conn := h.secure("http/1.1")
	if _, err := conn.Write(stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw); err != nil {
		t.Fatal(err)
	}
	h.must(conn.SetReadDeadline(time.Now().Add(5 * time.Second)))
	if answer, err := io.ReadAll(conn); err != nil || len(answer) > 0 && answer[0] != 'H' {
		t.Errorf("%q %v", answer, err)
	}
}

// TestSplitEnds: what has not said what it is does not keep the listener from
// ending, nor does it when nobody takes relays any more.
func TestSplitEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay, rest := Split(l)
	open := func(say string) net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if _, err := io.WriteString(conn, say); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	quiet := open("")
	if err := relay.Close(); err != nil {
		t.Fatal(err)
	}
	h := &host{T: t}
	if !h.ended(open("\x00\x01")) {
		t.Error("TURN is taken without a server")
	}
	open("GET / HTTP/1.1\r\n")
	web, err := rest.Accept()
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 3)
	if _, err := io.ReadFull(web, head); err != nil || string(head) != "GET" {
		t.Errorf("%q %v", head, err)
	}
	_ = web.Close()
	if err := rest.Close(); err != nil {
		t.Fatal(err)
	}
	if !h.ended(quiet) {
		t.Error("a silent connection goes on")
	}
	if _, err := rest.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v", err)
	}
}
