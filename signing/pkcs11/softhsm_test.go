package pkcs11_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/pkcs11/softhsmtest"
	"khonggiay/signing/softkey/softkeytest"
)

// asChild makes the test program the second one that uses a token.
const asChild = "PKCS11_TEST_LIBRARY"

func TestMain(m *testing.M) {
	if library := os.Getenv(asChild); library != "" {
		if err := signOnce(library); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

var (
	ctx     = context.Background()
	content = []byte("Quyết định số 12/QĐ-UBND\n")
)

func typed(pin string) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return []byte(pin), nil }
}

func once() pkcs11.Consent {
	return pkcs11.Consent{Signatures: 1, PIN: typed(softhsmtest.PIN)}
}

func digestOf(s signing.Scheme) []byte {
	h := s.Hash.New()
	h.Write(content)
	return h.Sum(nil)
}

// opened makes the tokens and lists them.
func opened(t *testing.T, tokens ...softhsmtest.Token) (*pkcs11.Tokens, []pkcs11.Token) {
	t.Helper()
	softhsmtest.Make(t, tokens...)
	all := pkcs11.Open([]string{softhsmtest.Library(t)})
	t.Cleanup(func() {
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	})
	return all, listed(t, all)
}

func listed(t *testing.T, all *pkcs11.Tokens) []pkcs11.Token {
	t.Helper()
	l := all.List(ctx)
	for _, library := range l.Libraries {
		if library.Err != nil {
			t.Fatal(library.Err)
		}
	}
	for _, token := range l.Tokens {
		if token.Err != nil {
			t.Fatal(token.Err)
		}
	}
	return l.Tokens
}

func one(label string, keys ...softhsmtest.Key) softhsmtest.Token {
	return softhsmtest.Token{Label: label, Keys: keys}
}

func session(t *testing.T, all *pkcs11.Tokens, token pkcs11.Token, c pkcs11.Consent) *pkcs11.Session {
	t.Helper()
	s, err := all.Session(ctx, token, token.Certificates[0], c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openSSL has OpenSSL judge a detached signature over the content.
func openSSL(t *testing.T, signed []byte) {
	t.Helper()
	dir := t.TempDir()
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: softkeytest.Root().Raw})
	for name, data := range map[string][]byte{"signed": signed, "content": content, "root.pem": root} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "signed",
		"-content", "content", "-CAfile", "root.pem", "-purpose", "any", "-out", os.DevNull)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("openssl: %v\n%s", err, out)
	}
}

// TestSign: OpenSSL takes what tokens sign, for each kind of key and padding.
// The session itself has already verified it with crypto/rsa or crypto/ecdsa.
func TestSign(t *testing.T) {
	var tokens []softhsmtest.Token
	for _, kind := range softkeytest.Kinds {
		tokens = append(tokens, one(string(kind), softhsmtest.Key{Kind: kind}))
	}
	all, found := opened(t, tokens...)
	signed := 0
	for _, token := range found {
		for _, oldReaders := range []bool{false, true} {
			s := session(t, all, token, once())
			if s.Exportable() {
				t.Errorf("%s: the key is said to be exportable", token.Label)
			}
			scheme, err := s.Scheme(oldReaders)
			if err != nil {
				t.Fatal(err)
			}
			if want, _ := signing.SchemeOf(s.Certificate().PublicKey, oldReaders); scheme != want {
				t.Errorf("%s: scheme %v, not %v", token.Label, scheme, want)
			}
			message, err := cms.Sign(ctx, s, digestOf(scheme), cms.Options{Scheme: scheme})
			if err != nil {
				t.Fatalf("%s: %v", token.Label, err)
			}
			openSSL(t, message)
			signed++
		}
	}
	if signed != 8 {
		t.Errorf("%d signatures", signed)
	}
}

// TestList: several tokens, and what is known of their certificates without a PIN.
func TestList(t *testing.T) {
	encrypts := func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }
	_, found := opened(t,
		one("Nguyễn Thị Thử", softhsmtest.Key{Kind: softkeytest.P256}, softhsmtest.Key{Kind: softkeytest.P384, Edit: encrypts},
			softhsmtest.Key{Kind: softkeytest.P521}, softhsmtest.Key{Kind: softkeytest.RSA2048, Hidden: true}),
		one("Con dấu"))
	if len(found) != 2 {
		t.Fatalf("%d tokens", len(found))
	}
	tokens := map[string]pkcs11.Token{}
	for _, token := range found {
		tokens[token.Label] = token
	}
	if _, ok := tokens["Con dấu"]; !ok {
		t.Error("the empty token is not there")
	}
	token := tokens["Nguyễn Thị Thử"]
	if token.Serial == "" || token.Manufacturer != "SoftHSM project" || token.Model != "SoftHSM v2" || token.PIN != pkcs11.TriesUnknown {
		t.Errorf("%+v", token)
	}
	if len(token.Certificates) != 4 {
		t.Fatalf("%d certificates", len(token.Certificates))
	}
	for _, c := range token.Certificates {
		weak := (*signing.KeyError)(nil)
		switch c.ID[0] {
		case 1:
			if c.Refused != nil || c.Key != pkcs11.KeyLikely {
				t.Errorf("P-256: %v, %v", c.Refused, c.Key)
			}
		case 2:
			if c.Refused != pkcs11.ErrUsage {
				t.Errorf("encryption: %v", c.Refused)
			}
		case 3:
			if !errors.As(c.Refused, &weak) {
				t.Errorf("P-521: %v", c.Refused)
			}
		case 4:
			if c.Refused != nil || c.Key != pkcs11.KeyHidden {
				t.Errorf("hidden: %v, %v", c.Refused, c.Key)
			}
		}
		if len(c.Issuers) != 1 || !c.Issuers[0].Equal(softkeytest.Root()) {
			t.Errorf("%v: %d issuers", c.ID, len(c.Issuers))
		}
	}
}

func TestPIN(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256}))
	token := found[0]
	given := []byte("mật khẩu sai")
	asked := 0
	_, err := all.Session(ctx, token, token.Certificates[0], pkcs11.Consent{Signatures: 1,
		PIN: func(context.Context) ([]byte, error) { asked++; return given, nil }})
	var wrong *pkcs11.PINError
	if !errors.As(err, &wrong) || wrong.Left != pkcs11.TriesLow {
		t.Fatalf("a wrong PIN: %v", err)
	}
	if asked != 1 || !bytes.Equal(given, make([]byte, len(given))) {
		t.Errorf("asked %d times; the PIN is %q afterwards", asked, given)
	}
	if tries := listed(t, all)[0].PIN; tries != pkcs11.TriesLow {
		t.Errorf("tries after a wrong PIN: %v", tries)
	}
	if err := session(t, all, token, once()).Close(); err != nil {
		t.Error(err)
	}
	if tries := listed(t, all)[0].PIN; tries != pkcs11.TriesUnknown {
		t.Errorf("tries after the right PIN: %v", tries)
	}
	refused := errors.New("not now")
	for _, c := range []struct {
		pin  []byte
		err  error
		want error
	}{{nil, nil, pkcs11.ErrCancelled}, {nil, refused, refused}} {
		_, err := all.Session(ctx, token, token.Certificates[0], pkcs11.Consent{Signatures: 1,
			PIN: func(context.Context) ([]byte, error) { return c.pin, c.err }})
		if !errors.Is(err, c.want) || listed(t, all)[0].PIN != pkcs11.TriesUnknown {
			t.Errorf("no PIN: %v", err)
		}
	}
}

// TestBatch: a session signs as often as was agreed, on one PIN, and no more.
func TestBatch(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256}))
	given, asked := []byte(softhsmtest.PIN), 0
	s := session(t, all, found[0], pkcs11.Consent{Signatures: 3,
		PIN: func(context.Context) ([]byte, error) { asked++; return given, nil }})
	if !bytes.Equal(given, make([]byte, len(given))) {
		t.Error("the PIN is still there")
	}
	if _, err := all.Session(ctx, found[0], found[0].Certificates[0], once()); !errors.Is(err, pkcs11.ErrBusy) {
		t.Errorf("a second session: %v", err)
	}
	if c := listed(t, all)[0].Certificates[0]; c.Key != pkcs11.KeySeen {
		t.Errorf("after the login the key is %v", c.Key)
	}
	scheme := signing.Scheme{Hash: crypto.SHA256}
	if _, err := s.SignDigest(ctx, content, scheme); err == nil {
		t.Error("a digest of another length was signed")
	}
	if _, err := s.SignDigest(ctx, digestOf(scheme), signing.Scheme{Hash: crypto.SHA256, PSS: true}); !errors.Is(err, pkcs11.ErrMechanism) {
		t.Errorf("PSS by a key on a curve: %v", err)
	}
	for range 3 {
		if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); !errors.Is(err, pkcs11.ErrSpent) {
		t.Errorf("once more than agreed: %v", err)
	}
	if asked != 1 {
		t.Errorf("asked for the PIN %d times", asked)
	}
	if c := listed(t, all)[0].Certificates[0]; c.Key == pkcs11.KeySeen {
		t.Error("still logged in after the last signature")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := all.Session(ctx, found[0], found[0].Certificates[0], pkcs11.Consent{PIN: typed(softhsmtest.PIN)}); err == nil {
		t.Error("a session for nothing")
	}
}

// TestAlwaysAuthenticate: some keys want the PIN for each signature.
func TestAlwaysAuthenticate(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256, Always: true}))
	asked, pin := 0, softhsmtest.PIN
	s := session(t, all, found[0], pkcs11.Consent{Signatures: 3,
		PIN: func(context.Context) ([]byte, error) { asked++; return []byte(pin), nil }})
	scheme := signing.Scheme{Hash: crypto.SHA256}
	for range 2 {
		if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 3 {
		t.Errorf("asked for the PIN %d times", asked)
	}
	pin = "00000000"
	var wrong *pkcs11.PINError
	if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); !errors.As(err, &wrong) {
		t.Errorf("a wrong PIN: %v", err)
	}
	if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); !errors.Is(err, pkcs11.ErrClosed) || asked != 4 {
		t.Errorf("after a wrong PIN: %v, asked %d times", err, asked)
	}
}

// TestFindsKey: by its ID, by its modulus or point, or as the only one possible.
func TestFindsKey(t *testing.T) {
	for name, c := range map[string]struct {
		keys []softhsmtest.Key
		want error
	}{
		"RSA, IDs differ":                {[]softhsmtest.Key{{Kind: softkeytest.RSA2048, Lone: true}, {Kind: softkeytest.RSA3072}}, nil},
		"curve, IDs differ":              {[]softhsmtest.Key{{Kind: softkeytest.P256, Lone: true}, {Kind: softkeytest.P256}}, nil},
		"curve, no public key":           {[]softhsmtest.Key{{Kind: softkeytest.P256, Hidden: true}, {Kind: softkeytest.P256}}, nil},
		"curve, only one":                {[]softhsmtest.Key{{Kind: softkeytest.P384, Hidden: true, Lone: true}, {Kind: softkeytest.P256}}, nil},
		"no key":                         {[]softhsmtest.Key{{Kind: softkeytest.RSA2048, Bare: true}, {Kind: softkeytest.P256}}, pkcs11.ErrNoKey},
		"no key, other curve":            {[]softhsmtest.Key{{Kind: softkeytest.P384, Bare: true}, {Kind: softkeytest.P256}}, pkcs11.ErrNoKey},
		"a key that may not sign":        {[]softhsmtest.Key{{Kind: softkeytest.P256, NoSign: true}}, pkcs11.ErrNoKey},
		"no key, another's on the curve": {[]softhsmtest.Key{{Kind: softkeytest.P256, Bare: true}, {Kind: softkeytest.P256}}, pkcs11.ErrNoKey},
		"no key, two that it can be": {[]softhsmtest.Key{{Kind: softkeytest.P256, Bare: true}, {Kind: softkeytest.P256, Hidden: true},
			{Kind: softkeytest.P256, Hidden: true}}, pkcs11.ErrNoKey},
	} {
		t.Run(name, func(t *testing.T) {
			all, found := opened(t, one("a", c.keys...))
			token := found[0]
			for _, cert := range token.Certificates {
				if cert.ID[0] != 1 {
					continue
				}
				s, err := all.Session(ctx, token, cert, once())
				if !errors.Is(err, c.want) {
					t.Fatalf("session: %v", err)
				}
				if err != nil {
					continue
				}
				scheme, err := s.Scheme(false)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestWrongKey: the only key that is there is taken, but its signature is not.
func TestWrongKey(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256, Bare: true},
		softhsmtest.Key{Kind: softkeytest.P256, Hidden: true}))
	for _, cert := range found[0].Certificates {
		if cert.ID[0] != 1 {
			continue
		}
		s, err := all.Session(ctx, found[0], cert, once())
		if err != nil {
			t.Fatal(err)
		}
		scheme := signing.Scheme{Hash: crypto.SHA256}
		if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); !errors.Is(err, pkcs11.ErrBadSignature) {
			t.Errorf("signed by another key: %v", err)
		}
	}
}

// TestComeAndGo: another program sets up a token, and removes one. SoftHSM sees
// that after a new start only, as do some makers' libraries.
func TestComeAndGo(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256}))
	s := session(t, all, found[0], once())
	if err := all.Reload(ctx); !errors.Is(err, pkcs11.ErrBusy) {
		t.Errorf("a new start under a session: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	softhsmtest.Util(t, "--init-token", "--free", "--label", "b", "--pin", softhsmtest.PIN, "--so-pin", softhsmtest.OfficerPIN)
	softhsmtest.Util(t, "--delete-token", "--token", "a")
	if err := all.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	now := listed(t, all)
	if len(now) != 1 || now[0].Label != "b" {
		t.Errorf("listed: %+v", now)
	}
	_, err := all.Session(ctx, found[0], found[0].Certificates[0], once())
	if !errors.Is(err, pkcs11.ErrRemoved) {
		t.Errorf("a session on the removed token: %v", err)
	}
}

func TestWatch(t *testing.T) {
	all, _ := opened(t, one("a"))
	watching, stop := context.WithCancel(ctx)
	ticks, seen, ended := make(chan time.Time), make(chan int), make(chan struct{})
	go func() {
		defer close(ended)
		all.Watch(watching, ticks, func(l pkcs11.Listing) { seen <- len(l.Tokens) })
	}()
	if n := <-seen; n != 1 {
		t.Errorf("first %d tokens", n)
	}
	ticks <- time.Time{} // nothing has changed
	softhsmtest.Util(t, "--init-token", "--free", "--label", "b", "--pin", softhsmtest.PIN, "--so-pin", softhsmtest.OfficerPIN)
	if err := all.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	for n := 0; n != 2; {
		select {
		case ticks <- time.Time{}:
		case n = <-seen:
		}
	}
	stop()
	<-ended
}

// signOnce is what the second program does.
func signOnce(library string) (err error) {
	all := pkcs11.Open([]string{library})
	defer func() { err = errors.Join(err, all.Close()) }()
	found := all.List(ctx).Tokens
	if len(found) != 1 {
		return errors.New("not one token")
	}
	s, err := all.Session(ctx, found[0], found[0].Certificates[0], once())
	if err != nil {
		return err
	}
	digest := sha256.Sum256(content)
	_, err = s.SignDigest(ctx, digest[:], signing.Scheme{Hash: crypto.SHA256})
	return err
}

// TestTwoPrograms: another program logs in and out, and our session goes on.
func TestTwoPrograms(t *testing.T) {
	all, found := opened(t, one("a", softhsmtest.Key{Kind: softkeytest.P256}))
	s := session(t, all, found[0], once())
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"="+softhsmtest.Library(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the other program: %v\n%s", err, out)
	}
	scheme := signing.Scheme{Hash: crypto.SHA256}
	if _, err := s.SignDigest(ctx, digestOf(scheme), scheme); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk.so")
	if err := os.WriteFile(junk, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	softhsmtest.Make(t, one("a"))
	all := pkcs11.Open([]string{junk, "libsofthsm2.so", filepath.Join(t.TempDir(), "missing.so"), softhsmtest.Library(t), softhsmtest.Library(t)})
	l := all.List(ctx)
	if len(l.Libraries) != 4 || len(l.Tokens) != 1 {
		t.Fatalf("%+v", l)
	}
	for _, library := range l.Libraries[:3] {
		if !errors.Is(library.Err, pkcs11.ErrLoad) {
			t.Errorf("%s: %v", library.Path, library.Err)
		}
	}
	if working := l.Libraries[3]; working.Err != nil || working.Name == "" {
		t.Errorf("%+v", working)
	}
	for range 2 {
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	}
	if l := all.List(ctx); !errors.Is(l.Libraries[0].Err, pkcs11.ErrClosed) {
		t.Errorf("after the end: %v", l.Libraries[0].Err)
	}
}
