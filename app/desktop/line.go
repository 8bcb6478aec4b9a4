package desktop

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"khonggiay/app/enrol"
)

// line is every connection from this laptop to the server: one way to dial, so
// that one switch can cut them all.
type line struct {
	addresses []string // host:port, best first
	dialer    net.Dialer

	// mu guards what follows; a cut and a dial may happen at once.
	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]struct{}
}

// errCut is what dialling answers while the demonstration's switch is off.
var errCut = errors.New("the line is cut")

// serverURL stands for the server in requests: the name that its certificate
// carries. The line dials the addresses that it knows, whatever the name.
const serverURL = "https://" + enrol.SyncHost

func newLine(addresses []string) *line {
	return &line{addresses: addresses, dialer: net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second},
		conns: map[net.Conn]struct{}{}}
}

// dial connects to the first address that answers.
func (l *line) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	var errs []error
	for _, address := range l.known() {
		conn, err := l.dialer.DialContext(ctx, network, address)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		return l.keep(conn)
	}
	return nil, errors.Join(errs...)
}

func (l *line) known() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.addresses
}

func (l *line) keep(conn net.Conn) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		_ = conn.Close()
		return nil, errCut
	}
	l.conns[conn] = struct{}{}
	return &lineConn{conn, l}, nil
}

// setAddresses replaces what a renewal said.
func (l *line) setAddresses(addresses []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(addresses) > 0 {
		l.addresses = addresses
	}
}

// setCut cuts every connection and refuses new ones, or ends that.
func (l *line) setCut(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		l.closeLocked()
	}
}

func (l *line) isCut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cut
}

// reset closes the connections, so that the next request dials anew: after a
// sleep, or when the certificate has changed.
func (l *line) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closeLocked()
}

func (l *line) closeLocked() {
	for c := range l.conns {
		_ = c.Close()
	}
	clear(l.conns)
}

type lineConn struct {
	net.Conn
	line *line
}

func (c *lineConn) Close() error {
	c.line.mu.Lock()
	delete(c.line.conns, c.Conn)
	c.line.mu.Unlock()
	return c.Conn.Close()
}

// client speaks mutual TLS 1.3 over the line. It has no overall timeout, since
// a pull is held open; whoever reads watches progress.
func (l *line) client(identity func() *enrol.Identity, now func() time.Time) (*http.Client, error) {
	config, err := identity().TLSConfig()
	if err != nil {
		return nil, err
	}
	config.Certificates = nil
	config.Time = func() time.Time { return later(now(), identity()) }
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		id := identity() // after a renewal, the new one
		return &tls.Certificate{Certificate: [][]byte{id.Certificate}, PrivateKey: id.Keys.TLS}, nil
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:           l.dial,
			TLSClientConfig:       config,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   20 * time.Second,
			MaxIdleConnsPerHost:   4,
			IdleConnTimeout:       5 * time.Minute,
			ExpectContinueTimeout: time.Second,
			HTTP2:                 &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
		},
	}, nil
}
