package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"khonggiay/app/enrol"
	"khonggiay/app/server/pki"
)

// browserCheck is how often the operator's certificate file is looked at for a
// newer one.
const browserCheck = time.Minute

// front makes the TLS configuration by the host name that a client asks for.
type front struct {
	authority *pki.Authority
	browser   *browserCertificate // nil = the province's own
	sync      *tls.Config
	others    *tls.Config
}

func newFront(authority *pki.Authority, browser *browserCertificate, now func() time.Time) *front {
	f := &front{authority: authority, browser: browser}
	base := func() *tls.Config {
		return &tls.Config{
			MinVersion:     tls.VersionTLS13,
			NextProtos:     []string{"h2", "http/1.1"},
			GetCertificate: f.certificate,
			Time:           now,
		}
	}
	f.sync, f.others = base(), base()
	f.sync.ClientAuth = tls.RequireAndVerifyClientCert
	f.sync.ClientCAs = authority.Pool()
	return f
}

// config is the listener's configuration. A client certificate is asked for on
// SyncHost only: a browser that is asked for one would show people a choice of
// the certificates on their signing token.
func (f *front) config() *tls.Config {
	c := f.others.Clone()
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.ServerName == enrol.SyncHost {
			return f.sync, nil
		}
		return f.others, nil
	}
	return c
}

func (f *front) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	internal := hello.ServerName == enrol.SyncHost || hello.ServerName == enrol.EnrolHost
	if f.browser == nil || internal {
		return f.authority.ServerCertificate(), nil
	}
	return f.browser.get()
}

// browserCertificate is the operator's certificate, read again when its file
// changes, so that whoever renews it need not restart anything.
type browserCertificate struct {
	certFile, keyFile string
	now               func() time.Time

	mu      sync.Mutex // guards the rest
	cert    *tls.Certificate
	changed time.Time // of the file that was read
	looked  time.Time
}

// openBrowserCertificate reads the files; nil when none are set.
func openBrowserCertificate(certFile, keyFile string, now func() time.Time) (*browserCertificate, error) {
	if certFile == "" && keyFile == "" {
		return nil, nil
	}
	b := &browserCertificate{certFile: certFile, keyFile: keyFile, now: now}
	if _, err := b.get(); err != nil {
		return nil, fmt.Errorf("browser certificate: %w", err)
	}
	return b, nil
}

// get returns the certificate. When a newer file cannot be read, or its halves
// do not belong together yet, the last good one stays.
func (b *browserCertificate) get() (*tls.Certificate, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.cert != nil && now.Sub(b.looked) < browserCheck {
		return b.cert, nil
	}
	b.looked = now
	info, err := os.Stat(b.certFile)
	if err == nil && b.cert != nil && info.ModTime().Equal(b.changed) {
		return b.cert, nil
	}
	var cert tls.Certificate
	if err == nil {
		cert, err = tls.LoadX509KeyPair(b.certFile, b.keyFile)
	}
	if err == nil {
		cert.Leaf, err = x509.ParseCertificate(cert.Certificate[0])
	}
	if err != nil {
		if b.cert != nil {
			return b.cert, nil
		}
		return nil, err
	}
	b.cert, b.changed = &cert, info.ModTime()
	return b.cert, nil
}

// listen opens the listener, with BBR on the accepted connections where the
// system has it: on a long, lossy line to a mountain commune CUBIC takes every
// loss for congestion and crawls.
func listen(ctx context.Context, address string) (net.Listener, error) {
	lc := net.ListenConfig{Control: congestionControl, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 60 * time.Second, Interval: 20 * time.Second, Count: 6}}
	return lc.Listen(ctx, "tcp", address)
}
