package remote

import (
	"context"
	"crypto/x509"

	"khonggiay/signing"
)

// A signer is a credential of a client as a signing.Signer.
type signer struct {
	client  *Client
	key     Credential
	text    string
	factors func(context.Context) (Factors, error)
}

// Signer makes a signing.Signer of a credential, for tools that wait: each digest is
// a request of its own, and SignDigest returns when it has ended, or gives it up
// when its context ends. The text is what the telephone shows, and names the
// document. The factors, if not nil, asks the person for them, each time. Use one of
// the credential's schemes.
func (c *Client) Signer(key Credential, text string, factors func(context.Context) (Factors, error)) signing.Signer {
	return &signer{c, key, text, factors}
}

func (s *signer) Certificate() *x509.Certificate { return s.key.Certificate }

func (s *signer) Issuers() []*x509.Certificate { return s.key.Issuers }

func (s *signer) SignDigest(ctx context.Context, digest []byte, scheme signing.Scheme) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if scheme == (signing.Scheme{}) {
		return nil, ErrScheme
	}
	var f Factors
	if s.factors != nil {
		var err error
		if f, err = s.factors(ctx); err != nil {
			return nil, err
		}
	}
	r, err := s.client.Begin(ctx, Order{Credential: s.key, Scheme: scheme, Text: s.text, Documents: []Document{{s.text, digest}}}, f)
	if err != nil {
		return nil, err
	}
	if err := s.client.Wait(ctx, r, nil); err != nil {
		if cancelErr := s.client.Cancel(r); cancelErr != nil {
			return nil, cancelErr
		}
		return nil, err
	}
	return r.Values[0], nil
}
