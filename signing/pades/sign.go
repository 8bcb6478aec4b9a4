package pades

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"

	"khonggiay/signing"
	"khonggiay/signing/cms"
)

// Sign writes the file with a B-B signature. Besides what pdf.Open, cms.Prepare
// and the signer return it returns a *RefusedError.
func Sign(ctx context.Context, file io.ReaderAt, size int64, out io.Writer, o Options, signer signing.Signer) error {
	p, err := newPending(file, size, o, signer.Certificate(), signer.Issuers())
	if err != nil {
		return err
	}
	if p.ContentDigest, err = p.copyFile(out, file, p.Scheme.Hash); err != nil {
		return err
	}
	prepared, err := p.prepare()
	if err != nil {
		return err
	}
	value, err := signer.SignDigest(ctx, prepared.Digest, p.Scheme)
	if err != nil {
		return fmt.Errorf("pades: the signer did not sign: %w", err)
	}
	signed, err := prepared.Finish(value)
	if err != nil {
		return err
	}
	return p.finish(out, signed)
}

// A Pending is a signature that waits for its value. It can be kept as bytes
// while a provider asks somebody, also over a restart of the program.
type Pending struct {
	draft
	Scheme        signing.Scheme
	ContentDigest []byte
	Certificates  [][]byte // DER; the signer's first

	certificates []*x509.Certificate
}

// Begin makes everything of a signature but its value: hand Digest to the key,
// and what it returns to Finish. The errors are those of Sign.
func Begin(file io.ReaderAt, size int64, o Options, cert *x509.Certificate, issuers []*x509.Certificate) (*Pending, error) {
	p, err := newPending(file, size, o, cert, issuers)
	if err != nil {
		return nil, err
	}
	p.ContentDigest, err = p.copyFile(io.Discard, file, p.Scheme.Hash)
	return p, err
}

func newPending(file io.ReaderAt, size int64, o Options, cert *x509.Certificate, issuers []*x509.Certificate) (*Pending, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Scheme == (signing.Scheme{}) {
		var err error
		if o.Scheme, err = signing.SchemeOf(cert.PublicKey, false); err != nil {
			return nil, err
		}
	}
	room, err := roomFor(cert, issuers, o.Scheme, o.StampRoom)
	if err != nil {
		return nil, err
	}
	e, err := openEditor(file, size)
	if err != nil {
		return nil, err
	}
	d, err := e.compose(o, room)
	if err != nil {
		return nil, err
	}
	p := &Pending{draft: *d, Scheme: o.Scheme, certificates: append([]*x509.Certificate{cert}, issuers...)}
	for _, c := range p.certificates {
		p.Certificates = append(p.Certificates, c.Raw)
	}
	return p, nil
}

func (p *Pending) prepare() (*cms.Prepared, error) {
	return cms.Prepare(p.certificates[0], p.certificates[1:], p.ContentDigest, cms.Options{Scheme: p.Scheme})
}

// Digest is what the key has to sign, in the Scheme.
func (p *Pending) Digest() ([]byte, error) {
	prepared, err := p.prepare()
	if err != nil {
		return nil, err
	}
	return prepared.Digest, nil
}

// Finish writes the file with the signature. It returns cms.ErrRefused for a value
// that the certificate's key has not made, before it writes anything, and a
// *RefusedError (Changed) for another file than the one that Begin was given.
func (p *Pending) Finish(file io.ReaderAt, out io.Writer, value []byte) error {
	prepared, err := p.prepare()
	if err != nil {
		return err
	}
	signed, err := prepared.Finish(value)
	if err != nil {
		return err
	}
	digest, err := p.copyFile(out, file, p.Scheme.Hash)
	if err != nil {
		return err
	}
	if !bytes.Equal(digest, p.ContentDigest) {
		return refuse(Changed, "")
	}
	return p.finish(out, signed)
}

// kept is a Pending without its methods, so that JSON does not call them.
type kept Pending

// MarshalBinary returns the state.
func (p *Pending) MarshalBinary() ([]byte, error) { return json.Marshal((*kept)(p)) }

// UnmarshalBinary restores the state. It must come from a place that nobody else
// writes to: whoever can change it decides what is signed.
func (p *Pending) UnmarshalBinary(b []byte) error {
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return fmt.Errorf("%w: %w", errState, err)
	}
	if k.Size < 0 || k.Hole.Start < k.Size || k.Hole.End < k.Hole.Start+2 || k.Hole.End > k.Size+int64(len(k.Update)) ||
		len(k.Certificates) == 0 || !k.Scheme.Hash.Available() {
		return errState
	}
	for _, der := range k.Certificates {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: %w", errState, err)
		}
		k.certificates = append(k.certificates, c)
	}
	*p = Pending(k)
	return nil
}
