package trust_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// FuzzCRL: no bytes but the CA's own settle a status, and none upset us.
func FuzzCRL(f *testing.F) {
	o := newOffice(f)
	var own [][]byte
	for _, c := range []trusttest.CRL{{}, {Entries: []x509.RevocationListEntry{trusttest.Revoked(o.person.Cert, now.Add(-day), 6)}},
		{Extensions: crlExt(28, sequence["onlyUsers"])}, {Extensions: crlExt(28, sequence["someReasons"])}, {Extensions: crlExt(27, sequence["delta"])}} {
		own = append(own, o.ca.SignCRL(f, c))
	}
	for _, der := range own {
		f.Add(der)
	}
	v := validator(f, o.root)
	f.Fuzz(func(t *testing.T, der []byte) {
		_ = trust.ReadCRL(der, o.person.Cert) // it must only return
		st := v.Validate(t.Context(), o.request([][]byte{der}, nil)).Statuses[0]
		if st.State != trust.StateUnknown && !slices.ContainsFunc(own, func(b []byte) bool { return bytes.Equal(b, der) }) {
			t.Errorf("state %s by a foreign list", st.State)
		}
	})
}

// FuzzOCSP: all seeds say that the certificate is revoked or unknown, so
// nothing may make it good.
func FuzzOCSP(f *testing.F) {
	o := newOffice(f)
	responder := o.ca.IssueResponder(f, "OCSP", trusttest.NoCheck())
	for _, r := range []trusttest.OCSP{{Status: ocsp.Unknown}, {Status: ocsp.Revoked, Since: now.Add(-day), Reason: 1}, {Status: ocsp.Unknown, Responder: responder}} {
		f.Add(o.ca.SignOCSP(f, o.person.Cert, r))
	}
	f.Add(ocsp.TryLaterErrorResponse)
	v := validator(f, o.root)
	f.Fuzz(func(t *testing.T, der []byte) {
		_ = trust.ReadOCSP(der, o.person.Cert, o.ca.Cert) // it must only return
		st := v.Validate(t.Context(), o.request(nil, [][]byte{der})).Statuses[0]
		if st.State == trust.StateGood {
			t.Error("good by a foreign answer")
		}
	})
}

// FuzzSoup: whatever certificates a document brings along, the search ends,
// and only a certificate that the CA has signed is believed.
func FuzzSoup(f *testing.F) {
	root := trusttest.NewRoot(f, "Root")
	ca := root.IssueCA(f, "CA")
	cross := trusttest.NewRoot(f, "Other").IssueCA(f, "CA", trusttest.UseKey(ca.Key))
	person := ca.Issue(f, "Person")
	rsa := root.IssueCA(f, "RSA", trusttest.Key(trusttest.RSA2048))
	known := trusttest.Certs(person, ca, cross, root, rsa, rsa.Issue(f, "Old", trusttest.NegativeSerial(), trusttest.SignedWith(x509.SHA256WithRSA)))
	f.Add(slices.Concat(person.Cert.Raw, ca.Cert.Raw, cross.Cert.Raw, root.Cert.Raw))
	f.Add(slices.Concat(known[5].Raw, rsa.Cert.Raw))
	f.Add(slices.Concat(ca.Cert.Raw, cross.Cert.Raw, ca.Cert.Raw))
	v := validator(f, root)
	f.Fuzz(func(t *testing.T, soup []byte) {
		var certs []*x509.Certificate
		input := cryptobyte.String(soup)
		for der := cryptobyte.String(nil); input.ReadASN1Element(&der, cbasn1.SEQUENCE); {
			if c, err := trust.ParseCertificate(der); err == nil {
				certs = append(certs, c)
			}
		}
		if len(certs) == 0 {
			return
		}
		chain, failure := v.Path(trust.Request{Certificate: certs[0], Candidates: append(certs, ca.Cert, rsa.Cert), At: now})
		if failure == nil && !slices.ContainsFunc(known, chain.Certificates[0].Equal) {
			t.Error("a certificate that nobody signed is believed")
		}
	})
}

// FuzzAnchors: what anchors.json makes of two certificates is never more than
// what NewStore allows.
func FuzzAnchors(f *testing.F) {
	root := trusttest.NewRoot(f, "Root")
	certs := trusttest.Certs(root, root.IssueCA(f, "CA"))
	f.Add(`{"anchors":[{"sha256":"` + fingerprint(root) + `","uses":["signature"],"kind":"test","since":"2024-01-01T00:00:00Z"}]}`)
	f.Add(`{"anchors":[]}`)
	f.Add(`{"anchors":[{"sha256":"00"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		anchors, err := trust.ParseAnchors([]byte(text), certs)
		if err != nil {
			return
		}
		if len(anchors) != len(certs) {
			t.Errorf("%d anchors of %d certificates", len(anchors), len(certs))
		}
	})
}

// FuzzPolicy: a policy that is read makes sense.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"crl_max_age":"36h","network":{"allow":["10.0.0.0/8"],"fetch":false}}`)
	f.Add(`{"tsa":{"urls":["http://tsa.example/"],"tries":1},"algorithms":{"hashes":[{"name":"SHA-256"}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := trust.ParsePolicy([]byte(text)); err == nil && p.Check() != nil {
			t.Error(p.Check())
		}
	})
}

// FuzzNames: names and name constraints of any bytes are compared or refused,
// and a name that is excluded itself is never allowed.
func FuzzNames(f *testing.F) {
	name, err := asn1.Marshal(pkix.Name{Country: []string{"VN"}, CommonName: "Nguyễn Văn A",
		ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value: "a@gov.vn"}}}.ToRDNSequence())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(name, []byte{0x30, 12, 0xa0, 10, 0x30, 8, 0x81, 6, 'g', 'o', 'v', '.', 'v', 'n'})
	f.Add(name, []byte{0x30, 6, 0xa1, 4, 0x30, 2, 0xa4, 0})
	f.Fuzz(func(t *testing.T, name, rules []byte) {
		trust.NamesAllowed(name, rules) // it must only return
		var b cryptobyte.Builder
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.Tag(4).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(name) })
				})
			})
		})
		if trust.NamesAllowed(name, b.BytesOrPanic()) && trust.NameKey(name) != "" {
			t.Error("an excluded name is allowed")
		}
	})
}
