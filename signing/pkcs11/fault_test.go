package pkcs11

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/miekg/pkcs11"

	"khonggiay/signing"
	"khonggiay/signing/pkcs11/softhsmtest"
	"khonggiay/signing/softkey/softkeytest"
)

// faulty is SoftHSM with the faults of real tokens. Its fields are set while
// the thread rests.
type faulty struct {
	module
	flags   uint // added to the token's
	without uint // a mechanism that is not there
	fail    map[string]error
	hang    map[string]chan struct{} // calls wait until it is closed
	inside  chan string              // told of each call that hangs
	calls   []string
}

func (f *faulty) call(name string) error {
	f.calls = append(f.calls, name)
	if wait := f.hang[name]; wait != nil {
		f.inside <- name
		<-wait
	}
	return f.fail[name]
}

func (f *faulty) count(name string) (n int) {
	for _, c := range f.calls {
		if c == name {
			n++
		}
	}
	return n
}

func (f *faulty) Initialize(o ...pkcs11.InitializeOption) error {
	if err := f.call(fmt.Sprintf("Initialize/%d", len(o))); err != nil {
		return err
	}
	return f.module.Initialize(o...)
}

func (f *faulty) GetTokenInfo(slot uint) (pkcs11.TokenInfo, error) {
	info, err := f.module.GetTokenInfo(slot)
	info.Flags |= f.flags
	return info, errors.Join(f.call("GetTokenInfo"), err)
}

func (f *faulty) GetMechanismList(slot uint) ([]*pkcs11.Mechanism, error) {
	all, err := f.module.GetMechanismList(slot)
	return slices.DeleteFunc(all, func(m *pkcs11.Mechanism) bool { return m.Mechanism == f.without }), err
}

func (f *faulty) Login(s pkcs11.SessionHandle, user uint, pin string) error {
	if err := f.call("Login"); err != nil {
		return err
	}
	return f.module.Login(s, user, pin)
}

func (f *faulty) Logout(s pkcs11.SessionHandle) error {
	return errors.Join(f.call("Logout"), f.module.Logout(s))
}

func (f *faulty) Sign(s pkcs11.SessionHandle, message []byte) ([]byte, error) {
	if err := f.call("Sign"); err != nil {
		return nil, err
	}
	return f.module.Sign(s, message)
}

// plug makes one token with a key and lists it through the fault.
func plug(t *testing.T, f *faulty, kind softkeytest.Kind, patience time.Duration) (*Tokens, Token) {
	t.Helper()
	softhsmtest.Make(t, softhsmtest.Token{Label: "a", Keys: []softhsmtest.Key{{Kind: kind}}})
	f.inside = make(chan string)
	all := open([]string{softhsmtest.Library(t)}, func(path string) (module, error) {
		m, err := loadFile(path)
		f.module = m
		return f, err
	}, patience)
	t.Cleanup(func() {
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	})
	l := all.List(context.Background())
	if len(l.Tokens) != 1 || l.Tokens[0].Err != nil {
		t.Fatalf("%+v", l)
	}
	return all, l.Tokens[0]
}

func consent() Consent {
	return Consent{Signatures: 2, PIN: func(context.Context) ([]byte, error) { return []byte(softhsmtest.PIN), nil }}
}

var (
	scheme = signing.Scheme{Hash: crypto.SHA256}
	digest = make([]byte, 32)
)

// rests waits until the thread has nothing to do.
func rests(d *driver) {
	j := &job{run: func() error { return nil }, done: make(chan struct{})}
	d.jobs <- j
	<-j.done
}

// TestTries: SoftHSM never locks a PIN, so the flags of tokens that do are put
// in. A locked token is not tried.
func TestTries(t *testing.T) {
	for _, c := range []struct {
		name   string
		flags  uint
		login  error
		before Tries
		after  Tries
		tries  int
	}{
		{"nothing told", 0, pkcs11.Error(pkcs11.CKR_PIN_INCORRECT), TriesUnknown, TriesUnknown, 1},
		{"low", pkcs11.CKF_USER_PIN_COUNT_LOW, pkcs11.Error(pkcs11.CKR_PIN_INCORRECT), TriesLow, TriesLow, 1},
		{"final", pkcs11.CKF_USER_PIN_COUNT_LOW | pkcs11.CKF_USER_PIN_FINAL_TRY, pkcs11.Error(pkcs11.CKR_PIN_INCORRECT), TriesFinal, TriesFinal, 1},
		{"too long", 0, pkcs11.Error(pkcs11.CKR_PIN_LEN_RANGE), TriesUnknown, TriesUnknown, 1},
		{"locks, flags do not say", 0, pkcs11.Error(pkcs11.CKR_PIN_LOCKED), TriesUnknown, TriesNone, 1},
		{"locked", pkcs11.CKF_USER_PIN_LOCKED | pkcs11.CKF_USER_PIN_COUNT_LOW, nil, TriesNone, TriesNone, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &faulty{flags: c.flags, fail: map[string]error{"Login": c.login}}
			all, token := plug(t, f, softkeytest.P256, time.Minute)
			_, err := all.Session(context.Background(), token, token.Certificates[0], consent())
			var wrong *PINError
			if token.PIN != c.before || !errors.As(err, &wrong) || wrong.Left != c.after {
				t.Errorf("before %v, then %v", token.PIN, err)
			}
			if n := f.count("Login"); n != c.tries {
				t.Errorf("%d tries", n)
			}
		})
	}
}

// TestLoginFails: each reason has its name, there is one try only, and nobody
// stays logged in.
func TestLoginFails(t *testing.T) {
	for code, want := range map[uint]error{
		pkcs11.CKR_USER_ALREADY_LOGGED_IN:         ErrBusy,
		pkcs11.CKR_USER_ANOTHER_ALREADY_LOGGED_IN: ErrBusy,
		pkcs11.CKR_TOKEN_NOT_PRESENT:              ErrRemoved,
		pkcs11.CKR_PIN_EXPIRED:                    ErrPINUnset,
		pkcs11.CKR_USER_PIN_NOT_INITIALIZED:       ErrPINUnset,
		pkcs11.CKR_FUNCTION_CANCELED:              ErrCancelled,
		pkcs11.CKR_DEVICE_ERROR:                   pkcs11.Error(pkcs11.CKR_DEVICE_ERROR),
	} {
		f := &faulty{fail: map[string]error{"Login": pkcs11.Error(code)}}
		all, token := plug(t, f, softkeytest.P256, time.Minute)
		_, err := all.Session(context.Background(), token, token.Certificates[0], consent())
		if !errors.Is(err, want) || f.count("Login") != 1 {
			t.Errorf("%x: %v after %d tries", code, err, f.count("Login"))
		}
		f.fail = nil
		s, err := all.Session(context.Background(), token, token.Certificates[0], consent())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRemovedWhileSigning: the session is over, and says why.
func TestRemovedWhileSigning(t *testing.T) {
	for code, want := range map[uint]error{
		pkcs11.CKR_DEVICE_REMOVED:         ErrRemoved,
		pkcs11.CKR_TOKEN_NOT_PRESENT:      ErrRemoved,
		pkcs11.CKR_SESSION_HANDLE_INVALID: ErrRemoved,
		pkcs11.CKR_USER_NOT_LOGGED_IN:     ErrClosed,
	} {
		f := &faulty{fail: map[string]error{"Sign": pkcs11.Error(code)}}
		all, token := plug(t, f, softkeytest.P256, time.Minute)
		s, err := all.Session(context.Background(), token, token.Certificates[0], consent())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.SignDigest(context.Background(), digest, scheme); !errors.Is(err, want) {
				t.Errorf("%x: %v", code, err)
			}
		}
		if f.count("Sign") != 1 {
			t.Errorf("%x: signed again", code)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := all.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestPINPad: a reader with keys of its own asks by itself.
func TestPINPad(t *testing.T) {
	f := &faulty{flags: pkcs11.CKF_PROTECTED_AUTHENTICATION_PATH}
	all, token := plug(t, f, softkeytest.P256, time.Minute)
	if !token.PINPad {
		t.Error("the PIN pad is not seen")
	}
	_, err := all.Session(context.Background(), token, token.Certificates[0], Consent{Signatures: 1,
		PIN: func(context.Context) ([]byte, error) { t.Error("the person was asked"); return nil, nil }})
	if f.count("Login") != 1 || err == nil { // SoftHSM has no pad, so it refuses
		t.Errorf("%d logins, %v", f.count("Login"), err)
	}
}

// TestWithoutPSS: an old token signs as it can, and never something else.
func TestWithoutPSS(t *testing.T) {
	f := &faulty{without: pkcs11.CKM_RSA_PKCS_PSS}
	all, token := plug(t, f, softkeytest.RSA2048, time.Minute)
	s, err := all.Session(context.Background(), token, token.Certificates[0], consent())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Scheme(false); err != nil || got != scheme {
		t.Errorf("scheme %v, %v", got, err)
	}
	if _, err := s.SignDigest(context.Background(), digest, signing.Scheme{Hash: crypto.SHA256, PSS: true}); !errors.Is(err, ErrMechanism) {
		t.Errorf("PSS: %v", err)
	}
	if _, err := s.SignDigest(context.Background(), digest, scheme); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	f.without = pkcs11.CKM_ECDSA
	if r := refusal(softkeytest.New(t, softkeytest.P256, nil).Certificate(), nil); r != ErrMechanism {
		t.Errorf("a token without ECDSA: %v", r)
	}
}

// TestHangs: who waits for a library that hangs can leave; others are told at
// once; when it answers, all goes on.
func TestHangs(t *testing.T) {
	f := &faulty{}
	all, token := plug(t, f, softkeytest.P256, time.Minute)
	s, err := all.Session(context.Background(), token, token.Certificates[0], consent())
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan struct{})
	f.hang = map[string]chan struct{}{"Sign": answer}
	waiting, leave := context.WithCancel(context.Background())
	go func() { <-f.inside; leave() }()
	_, err = s.SignDigest(waiting, digest, scheme)
	var stuck *StuckError
	if !errors.As(err, &stuck) || !errors.Is(err, context.Canceled) || stuck.Library != token.Library {
		t.Errorf("left: %v", err)
	}
	if l := all.List(context.Background()); !errors.As(l.Libraries[0].Err, &stuck) || l.Tokens != nil {
		t.Errorf("listed: %+v", l)
	}
	if _, err := all.Session(context.Background(), token, token.Certificates[0], consent()); !errors.As(err, &stuck) {
		t.Errorf("another session: %v", err)
	}
	close(answer)
	rests(all.drivers[0])
	f.hang = nil
	if _, err := s.SignDigest(context.Background(), digest, scheme); err != nil {
		t.Errorf("after the answer: %v", err)
	}
	if _, err := s.SignDigest(context.Background(), digest, scheme); !errors.Is(err, ErrSpent) {
		t.Errorf("the signature that nobody waited for does not count: %v", err)
	}
}

// TestLeftAtLogin: a login whose caller has left is taken back.
func TestLeftAtLogin(t *testing.T) {
	f := &faulty{}
	all, token := plug(t, f, softkeytest.P256, time.Minute)
	answer := make(chan struct{})
	f.hang = map[string]chan struct{}{"Login": answer}
	waiting, leave := context.WithCancel(context.Background())
	go func() { <-f.inside; leave() }()
	pin := []byte(softhsmtest.PIN)
	_, err := all.Session(waiting, token, token.Certificates[0],
		Consent{Signatures: 1, PIN: func(context.Context) ([]byte, error) { return pin, nil }})
	var stuck *StuckError
	if !errors.As(err, &stuck) {
		t.Fatal(err)
	}
	close(answer)
	rests(all.drivers[0])
	f.hang = nil
	if string(pin) != string(make([]byte, len(pin))) || f.count("Logout") != 1 || len(all.drivers[0].open) != 0 {
		t.Errorf("PIN %q, %d logouts", pin, f.count("Logout"))
	}
	pin = []byte(softhsmtest.PIN)
	done, cancel := context.WithCancel(context.Background())
	_, err = all.Session(done, token, token.Certificates[0],
		Consent{Signatures: 1, PIN: func(context.Context) ([]byte, error) { cancel(); return pin, nil }})
	if err != context.Canceled || f.count("Login") != 1 || string(pin) != string(make([]byte, len(pin))) {
		t.Errorf("left while the PIN was typed: %v, PIN %q", err, pin)
	}
}

// TestHangsForEver: nobody waits longer than the patience, not even the end of
// the program; the other library is not held up.
func TestHangsForEver(t *testing.T) {
	softhsmtest.Make(t, softhsmtest.Token{Label: "a"})
	loading := make(chan struct{})
	all := open([]string{"/hangs", softhsmtest.Library(t)}, func(path string) (module, error) {
		if path == "/hangs" {
			<-loading
			return nil, ErrLoad
		}
		return loadFile(path)
	}, time.Minute)
	all.drivers[0].patience = time.Millisecond
	var stuck *StuckError
	for range 2 {
		l := all.List(context.Background())
		if !errors.As(l.Libraries[0].Err, &stuck) || l.Libraries[1].Err != nil || len(l.Tokens) != 1 {
			t.Errorf("%+v", l)
		}
	}
	if !all.drivers[0].isLate() {
		t.Error("the library is not marked")
	}
	if err := all.Close(); !errors.As(err, &stuck) || stuck.Library != "/hangs" {
		t.Errorf("the end: %v", err)
	}
	close(loading)
	<-all.drivers[0].gone
	if err := all.Close(); err != nil {
		t.Errorf("the end, after the answer: %v", err)
	}
}

// TestClosedUnderSession: the end of all logs out.
func TestClosedUnderSession(t *testing.T) {
	f := &faulty{}
	all, token := plug(t, f, softkeytest.P256, time.Minute)
	s, err := all.Session(context.Background(), token, token.Certificates[0], consent())
	if err != nil {
		t.Fatal(err)
	}
	if err := all.Close(); err != nil || f.count("Logout") != 1 {
		t.Errorf("%v, %d logouts", err, f.count("Logout"))
	}
	if _, err := s.SignDigest(context.Background(), digest, scheme); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestStarts: some libraries cannot lock, and some are started already.
func TestStarts(t *testing.T) {
	f := &faulty{fail: map[string]error{"Initialize/0": pkcs11.Error(pkcs11.CKR_CANT_LOCK)}}
	all, _ := plug(t, f, softkeytest.P256, time.Minute)
	if f.count("Initialize/1") != 1 {
		t.Errorf("calls: %v", f.calls)
	}
	second := Open([]string{softhsmtest.Library(t)})
	if l := second.List(context.Background()); len(l.Tokens) != 1 {
		t.Errorf("%+v", l)
	}
	if err := errors.Join(second.Reload(context.Background()), second.Close()); err != nil {
		t.Error(err)
	}
	if l := all.List(context.Background()); l.Libraries[0].Err != nil {
		t.Errorf("the second has ended the library of the first: %v", l.Libraries[0].Err)
	}
}

func TestInstalled(t *testing.T) {
	there := map[string]string{"/usr/lib/a.so": "1", "/usr/lib64/a.so": "1", "/b.so": "2", `C:\W\System32\c.dll`: "3"}
	same := func(path string, others []string) (bool, bool) {
		return there[path] != "", slices.ContainsFunc(others, func(o string) bool { return there[o] == there[path] })
	}
	places := []string{"/missing.so", "/usr/lib/a.so", "/usr/lib64/a.so", "/b.so", `%SystemRoot%\System32\c.dll`}
	if got, want := installed(places, `C:\W`, same), []string{"/usr/lib/a.so", "/b.so", `C:\W\System32\c.dll`}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := installed(places, "", same); len(got) != 2 {
		t.Errorf("without a system folder: %q", got)
	}
	if got := Libraries([]string{"/x.so"}); !slices.Equal(got, []string{"/x.so"}) {
		t.Errorf("the setting: %q", got)
	}
	if got := Libraries(nil); !slices.Contains(got, "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so") && !slices.Contains(got, softhsmtest.Library(t)) {
		t.Errorf("SoftHSM is not found: %q", got)
	}
}

// FuzzAnswer: whatever a token returns, what is passed on verifies.
func FuzzAnswer(f *testing.F) {
	keys := []crypto.PublicKey{
		softkeytest.New(f, softkeytest.RSA2048, nil).Certificate().PublicKey,
		softkeytest.New(f, softkeytest.P256, nil).Certificate().PublicKey,
	}
	f.Add(make([]byte, 64), uint64(pkcs11.CKK_EC))
	f.Add(make([]byte, 256), uint64(pkcs11.CKK_RSA))
	f.Add([]byte{4, 2, 4, 1}, uint64(pkcs11.CKK_EC))
	f.Fuzz(func(t *testing.T, answer []byte, kind uint64) {
		number(answer)
		for _, key := range keys {
			for _, s := range []signing.Scheme{scheme, {Hash: crypto.SHA256, PSS: true}} {
				if got, err := finish(key, digest, answer, s); err == nil || got != nil {
					t.Errorf("an invented signature was passed on")
				}
			}
			if (object{kind: uint(kind), modulus: answer, point: answer, curve: answer}).is(key) == yes {
				t.Error("an invented key is the one")
			}
		}
	})
}
