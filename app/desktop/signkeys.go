package desktop

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
)

// key is a certificate that can be named in an order, and where its key lies.
type key struct {
	api.SigningKey
	token pkcs11.Token       // of a token
	cert  pkcs11.Certificate // of a token
	file  string             // path, of a file
	at    *remoteKey         // of a provider
}

// Keys implements api.Signing.
func (s *signer) Keys(ctx context.Context, anew bool) (api.SigningKeys, error) {
	if anew {
		s.remote.listAnew()
	}
	keys, out, err := s.look(ctx, anew)
	for _, k := range keys {
		out.Keys = append(out.Keys, k.SigningKey)
	}
	return out, err
}

// look finds all keys, and what there is besides.
func (s *signer) look(ctx context.Context, anew bool) ([]key, api.SigningKeys, error) {
	out := api.SigningKeys{Keys: []api.SigningKey{}, Libraries: []api.SigningLibrary{}, Empty: []api.SigningToken{}}
	found, err := s.list(ctx, anew)
	if err != nil {
		return nil, out, err
	}
	for _, l := range found.Libraries {
		if l.Err != nil {
			s.log.Warn("a library of tokens", "path", l.Path, "err", l.Err)
		}
		out.Libraries = append(out.Libraries, api.SigningLibrary{Path: l.Path, Name: l.Name, Problem: libraryProblem(l.Err)})
	}
	var keys []key
	for _, t := range found.Tokens {
		view := api.SigningToken{Label: t.Label, Serial: t.Serial, Maker: t.Manufacturer, PIN: triesLeft(t.PIN), PINPad: t.PINPad}
		if t.Err != nil {
			s.log.Warn("reading a token", "label", t.Label, "err", t.Err)
		}
		if len(t.Certificates) == 0 {
			out.Empty = append(out.Empty, view)
		}
		for _, c := range t.Certificates {
			k := key{SigningKey: describe(c.Certificate), token: t, cert: c}
			k.ID, k.Kind, k.Token = keyID(c.Certificate, "token", t.Serial, t.Label), app.KeyToken, view
			k.Refused = cmp.Or(keyProblem(c.Refused), s.certificateProblem(ctx, c.Certificate, c.Issuers))
			keys = append(keys, k)
		}
	}
	files, err := s.keyFiles(ctx)
	return append(append(keys, files...), s.remoteKeys(ctx)...), out, err
}

// find is the key of an order, as it is now.
func (s *signer) find(ctx context.Context, id string) (key, error) {
	keys, _, err := s.look(ctx, false)
	if err != nil {
		return key{}, err
	}
	at := slices.IndexFunc(keys, func(k key) bool { return k.ID == id })
	if at < 0 {
		return key{}, app.Refuse(app.NotFound, "sign.key_gone")
	}
	return keys[at], nil
}

// describe is what a certificate says of its owner.
func describe(c *x509.Certificate) api.SigningKey {
	return api.SigningKey{Certificate: sha256.Sum256(c.Raw), Subject: c.Subject.CommonName,
		Organization: strings.Join(append(slices.Clone(c.Subject.OrganizationalUnit), c.Subject.Organization...), ", "),
		Issuer:       cmp.Or(c.Issuer.CommonName, c.Issuer.String()), Serial: fmt.Sprintf("%X", c.SerialNumber),
		From: app.TimeOf(c.NotBefore), To: app.TimeOf(c.NotAfter)}
}

// keyID names a certificate at its place, the same at each look; c may be nil.
func keyID(c *x509.Certificate, place ...string) string {
	h := sha256.New()
	if c != nil {
		h.Write(c.Raw)
	}
	for _, p := range place {
		fmt.Fprintf(h, "\x00%s", p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func triesLeft(t pkcs11.Tries) string {
	switch t {
	case pkcs11.TriesLow:
		return "low"
	case pkcs11.TriesFinal:
		return "final"
	case pkcs11.TriesNone:
		return "none"
	}
	return "unknown"
}

func libraryProblem(err error) string {
	var stuck *pkcs11.StuckError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &stuck):
		return "sign.library_stuck"
	case errors.Is(err, pkcs11.ErrLoad):
		return "sign.library_load"
	}
	return "sign.library_failed"
}

// keyProblem is the reason key of what a token says of a key; "" for nothing.
func keyProblem(err error) string {
	var weak *signing.KeyError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &weak):
		return "sign.key_weak"
	case errors.Is(err, pkcs11.ErrMechanism):
		return "sign.key_mechanism"
	case errors.Is(err, pkcs11.ErrNoKey):
		return "sign.key_missing"
	}
	return "sign.key_usage"
}

// certificateProblem is what the signer's software must look at before it signs
// (NĐ 23/2025/NĐ-CP, Điều 15; Circular 15/2025/TT-BKHCN, Điều 5): the time, the
// use of the key, and revocation as far as this machine knows. "" lets him sign.
//
// A status that cannot be had, or a root that this machine does not know, keeps
// nobody from signing without a line: the server judges each signature before
// anything follows from it.
func (s *signer) certificateProblem(ctx context.Context, c *x509.Certificate, issuers []*x509.Certificate) string {
	switch now := s.clock.Now().Std(); {
	case now.Before(c.NotBefore):
		return "sign.certificate_not_yet"
	case now.After(c.NotAfter):
		return "sign.certificate_expired"
	case c.IsCA || c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return "sign.key_usage"
	}
	v, err := s.judge.Signer(ctx, c, issuers)
	if err != nil {
		s.log.Error("reading whom to trust", "err", err)
		return ""
	}
	if v.Failure == nil {
		return ""
	}
	switch v.Failure.Sub {
	case trust.Revoked, trust.RevokedNoPOE, trust.RevokedCANoPOE:
		return "sign.certificate_revoked"
	case trust.TryLater:
		if v.Failure.Reason == trust.ReasonOnHold {
			return "sign.certificate_on_hold"
		}
	}
	return ""
}

// Keys in files are for trials: Circular 15/2025/TT-BKHCN wants a person's key in
// a token or at a provider.

// keyFile is a file of a key as it was last read.
type keyFile struct {
	size  int64
	at    time.Time
	chain []*x509.Certificate // the owner's first; none when its password hides them
}

const maxKeyFile = 1 << 20

// keyFiles lists the PKCS #12 files in the folder of keys. A certificate that
// lies beside one (NAME.cer, .crt or .pem) tells whose it is without a password.
func (s *signer) keyFiles(ctx context.Context) (keys []key, err error) {
	dir := filepath.Join(s.signingPath(), "keys")
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		info, err := e.Info()
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if err != nil || !info.Mode().IsRegular() || ext != ".p12" && ext != ".pfx" || info.Size() > maxKeyFile {
			continue
		}
		chain := s.chainOf(filepath.Join(dir, e.Name()), info)
		k := key{file: filepath.Join(dir, e.Name())}
		if len(chain) > 0 {
			k.SigningKey = describe(chain[0])
			k.ID = keyID(chain[0], "file", e.Name())
			_, weak := signing.SchemeOf(chain[0].PublicKey, false)
			k.Refused = cmp.Or(keyProblem(weak), s.certificateProblem(ctx, chain[0], chain[1:]))
		} else {
			k.ID = keyID(nil, "file", e.Name())
		}
		k.Kind, k.Token = app.KeyFile, api.SigningToken{Label: e.Name(), PIN: triesLeft(pkcs11.TriesUnknown)}
		keys = append(keys, k)
	}
	return keys, err
}

// chainOf reads whose key a file holds, once for each state of it.
func (s *signer) chainOf(path string, info fs.FileInfo) []*x509.Certificate {
	if beside := certificatesBeside(path); len(beside) > 0 {
		return beside
	}
	s.mu.Lock()
	known, ok := s.read[path]
	s.mu.Unlock()
	if ok && known.size == info.Size() && known.at.Equal(info.ModTime()) {
		return known.chain
	}
	now := keyFile{size: info.Size(), at: info.ModTime()}
	if b, err := readBounded(path, maxKeyFile); err == nil {
		if k, err := softkey.Load(b, ""); err == nil {
			now.chain = append([]*x509.Certificate{k.Certificate()}, k.Issuers()...)
		}
		clear(b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil {
		s.read = map[string]keyFile{}
	}
	s.read[path] = now
	return now.chain
}

func certificatesBeside(path string) []*x509.Certificate {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ext := range []string{".cer", ".crt", ".pem"} {
		b, err := readBounded(base+ext, maxKeyFile)
		if err != nil {
			continue
		}
		if certs := parseCertificates(b); len(certs) > 0 {
			return certs
		}
	}
	return nil
}

// parseCertificates reads PEM, or DER; what else is in the file is passed over.
func parseCertificates(b []byte) (out []*x509.Certificate) {
	if !bytes.Contains(b, []byte("-----BEGIN")) {
		out, _ = x509.ParseCertificates(b)
		return out
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// readBounded reads a file that should be small.
func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: more than %d bytes", path, most)
	}
	return b, err
}
