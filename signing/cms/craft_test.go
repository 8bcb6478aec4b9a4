package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"slices"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/softkey/softkeytest"
)

var craftContent = []byte("Biên bản họp số 4")

// craft is a message in parts, so that a test can put any of them wrong and
// still have the signature right.
type craft struct {
	key           crypto.Signer
	cert          *x509.Certificate
	scheme        signing.Scheme
	version       int64
	signerVersion int64
	digests       []Algorithm
	digest, sig   Algorithm
	sid           []byte
	content       []byte
	attrs         [][]byte // signed in this order if asIs; nil: the content is signed itself
	asIs          bool
	unsigned      [][]byte
	certs, crls   [][]byte
	signers       int
}

func newCraft(t testing.TB) *craft {
	t.Helper()
	return craftWith(t, softkeytest.NewKey(t, softkeytest.P256), signing.Scheme{Hash: crypto.SHA256})
}

func craftWith(t testing.TB, key crypto.Signer, s signing.Scheme) *craft {
	t.Helper()
	cert := softkeytest.Issue(t, key.Public(), func(c *x509.Certificate) { c.SubjectKeyId = []byte{9, 9, 9} })
	p := &craft{key: key, cert: cert, scheme: s, version: 1, signerVersion: 1, signers: 1, content: contentInfo(OIDData, nil)}
	p.digest = algorithmOf(s.Hash)
	p.digests = []Algorithm{p.digest}
	p.sig = Algorithm{OID: oidECDSASHA256}
	p.sid = sequence(cert.RawIssuer, serialOf(cert))
	p.certs = [][]byte{cert.Raw}
	p.attrs = p.goodAttrs(t)
	return p
}

// algorithmOf names a hash that nobody signs with any more, too.
func algorithmOf(h crypto.Hash) Algorithm {
	for _, n := range hashes {
		if n.hash == h {
			return Algorithm{OID: n.oid}
		}
	}
	return Algorithm{OID: oidMD5}
}

func (p *craft) goodAttrs(t testing.TB) [][]byte {
	ess, err := signingCertificateV2(p.cert, signing.Scheme{Hash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{attribute(oidContentType, marshalOID(OIDData)), p.digestAttr(), attribute(oidESSCertV2, ess)}
}

func (p *craft) digestAttr() []byte {
	return attribute(oidDigest, octets(hashSum(p.scheme.Hash, craftContent)))
}

func octets(b []byte) []byte { return appendElement(nil, universal, false, tagOctets, b) }

func (p *craft) build(t testing.TB) []byte {
	t.Helper()
	signed, attrs := craftContent, []byte(nil)
	if p.attrs != nil {
		signed = setOf(universal, tagSet, p.attrs...)
		if p.asIs {
			signed = appendElement(nil, universal, true, tagSet, bytes.Join(p.attrs, nil))
		}
		attrs = bytes.Clone(signed)
		attrs[0] = 0xa0
	}
	sig, err := p.key.Sign(rand.Reader, hashSum(p.scheme.Hash, signed), p.scheme.Hash)
	if err != nil {
		t.Fatal(err)
	}
	signer := [][]byte{integer(p.signerVersion), p.sid, p.digest.marshal(), attrs, p.sig.marshal(), octets(sig)}
	if p.unsigned != nil {
		signer = append(signer, setOf(contextual, 1, p.unsigned...))
	}
	var digests [][]byte
	for _, a := range p.digests {
		digests = append(digests, a.marshal())
	}
	parts := [][]byte{integer(p.version), setOf(universal, tagSet, digests...), p.content, setOf(contextual, 0, p.certs...)}
	if p.crls != nil {
		parts = append(parts, setOf(contextual, 1, p.crls...))
	}
	parts = append(parts, setOf(universal, tagSet, slices.Repeat([][]byte{sequence(signer...)}, p.signers)...))
	return sequence(marshalOID(oidSignedData), appendElement(nil, contextual, true, 0, sequence(parts...)))
}

// verifyCraft parses and verifies the first signer.
func verifyCraft(t testing.TB, b []byte, h crypto.Hash) (*SignedData, *Result, error) {
	t.Helper()
	d, err := Parse(b, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := Verify(d.Signers[0], hashSum(h, craftContent))
	return d, res, err
}

// twin is another certificate with the same name and number.
func twin(t testing.TB, of *x509.Certificate) *x509.Certificate {
	t.Helper()
	return softkeytest.Issue(t, softkeytest.NewKey(t, softkeytest.P256).Public(), func(c *x509.Certificate) {
		c.SerialNumber = new(big.Int).Set(of.SerialNumber)
		c.SubjectKeyId = of.SubjectKeyId
	})
}
