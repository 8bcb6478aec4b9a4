package desktop

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"khonggiay/app/enrol"
)

// renewLate asks for the next certificate after this one has ended: the laptop
// lay in a drawer. Work goes on meanwhile, and goes up when there is a line again.
func (l *link) renewLate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	next := *l.identity()
	config, err := next.EnrolTLS()
	if err != nil {
		return err
	}
	config.Time = l.knownTime
	transport := &http.Transport{DialContext: l.line.dial, TLSClientConfig: config, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 20 * time.Second}
	defer transport.CloseIdleConnections()
	if err := next.RenewLate(ctx, &http.Client{Transport: transport}, enrol.EnrolHost, l.app.cfg.Version); err != nil {
		if f := (*enrol.Forgotten)(nil); errors.As(err, &f) {
			l.heardForgotten(ctx, f)
		}
		return err
	}
	if err := l.become(&next); err != nil {
		return err
	}
	l.now()
	return nil
}

// become takes over a renewed identity: on disk first.
func (l *link) become(next *enrol.Identity) error {
	next.Addresses = proven(firstOf(l.identity().Addresses), next.Addresses)
	if err := saveIdentity(l.app.cfg.Data, next); err != nil {
		return err
	}
	l.ident.Store(next)
	l.line.setAddresses(next.Addresses)
	l.line.reset() // dial anew, with the new certificate
	return nil
}

// knownTime is this machine's time, but never before what the server is known
// to have said: a machine whose battery died begins in the past, where no
// certificate is good yet.
func (l *link) knownTime() time.Time {
	return later(l.app.cfg.now(), l.identity())
}

func later(now time.Time, id *enrol.Identity) time.Time {
	if said := id.ServerTime.Std(); now.Before(said) {
		return said
	}
	return now
}

// clockWrong reports whether the server could not be verified because this
// machine's clock is wrong: the authority is the right one, the time is not.
func clockWrong(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}
