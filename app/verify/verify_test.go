package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
	"khonggiay/signing/validator"
)

// text is no PDF, which is an answer too, and one that costs nothing.
const text = "Kính gửi"

func ask(t *testing.T, v *Verifier, ctx context.Context) (validator.Report, error) {
	t.Helper()
	return v.Verify(ctx, app.Hash(sha256.Sum256([]byte(text))), bytes.NewReader([]byte(text)), int64(len(text)))
}

// TestVerifier: without a folder nobody is trusted and files are judged all the
// same; roots that are put there later count from then on; a folder that cannot
// be used is an error, not silence.
func TestVerifier(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "trust")
	v := New(dir, func() time.Time { return now })
	if r, err := ask(t, v, t.Context()); err != nil || len(r.Findings) == 0 || r.Findings[0].Code != validator.Malformed {
		t.Fatalf("without a folder: %+v %v", r, err)
	}
	before, err := v.Changes()
	if err != nil {
		t.Fatal(err)
	}
	root := trusttest.NewRoot(t, "Test Root CA").Cert
	if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "root.pem"),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}), 0o600)); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Roots(); err != nil || len(got) != 1 {
		t.Errorf("a root that was put there: %v", err)
	}
	if after, err := v.Changes(); err != nil || after == before {
		t.Errorf("nobody is told: %d %v", after, err)
	}
	if again, _ := v.Changes(); again != before+1 {
		t.Errorf("told again: %d", again)
	}
	if err := os.WriteFile(filepath.Join(dir, "b.pem"), []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	var wrong *trust.AnchorError
	if _, err := ask(t, v, t.Context()); !errors.As(err, &wrong) {
		t.Errorf("a folder that cannot be used: %v", err)
	}
}

// TestRoots: anchors are added and taken away at once, what is no anchor is
// refused and changes nothing.
func TestRoots(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trust")
	v := New(dir, time.Now)
	root := trusttest.NewRoot(t, "Test Root CA")
	add := func(a trust.Anchor) error {
		return v.ChangeRoots(func(old []trust.Anchor) ([]trust.Anchor, error) { return append(old, a), nil })
	}
	if err := add(trusttest.Anchor(root)); err != nil {
		t.Fatal(err)
	}
	person := root.Issue(t, "Nguyễn Văn A")
	for problem, a := range map[string]trust.Anchor{"twice": trusttest.Anchor(root), "not_ca": trusttest.Anchor(person)} {
		var wrong *trust.AnchorError
		if err := add(a); !errors.As(err, &wrong) || wrong.Problem != problem {
			t.Errorf("%s: %v", problem, err)
		}
	}
	if got, err := v.Roots(); err != nil || len(got) != 1 || !got[0].Certificate.Equal(root.Cert) {
		t.Errorf("%v", err)
	}
	if again, err := New(dir, time.Now).Roots(); err != nil || len(again) != 1 {
		t.Errorf("after a start: %v", err)
	}
	if err := v.ChangeRoots(func([]trust.Anchor) ([]trust.Anchor, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Roots(); err != nil || len(got) != 0 {
		t.Errorf("taken away: %v", err)
	}
}

// TestAnswersAreRemembered: the same bytes are judged once, until that is long
// ago; a check that was broken off is not remembered.
func TestAnswersAreRemembered(t *testing.T) {
	now := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	v := New(filepath.Join(t.TempDir(), "trust"), func() time.Time { return now })
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ask(t, v, gone); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
	if len(v.answers) != 0 {
		t.Error("what nobody waited for is remembered")
	}
	for range 3 {
		if _, err := ask(t, v, t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sum := app.Hash(sha256.Sum256([]byte(text)))
	if at := v.answers[sum].at; !at.Equal(now) {
		t.Errorf("judged at %v", at)
	}
	now = now.Add(fresh)
	if _, err := ask(t, v, t.Context()); err != nil || !v.answers[sum].at.Equal(now) {
		t.Errorf("not judged anew: %v", err)
	}
}

// TestOneCache: whoever brings evidence while the roots change writes into one
// folder, which nobody sweeps meanwhile.
func TestOneCache(t *testing.T) {
	w := newWay(t)
	root := trusttest.NewRoot(t, "Gốc")
	w.trusts(w.server, root)
	before, err := w.server.kept()
	if err != nil {
		t.Fatal(err)
	}
	w.trusts(w.server, root, trusttest.NewRoot(t, "Khác"))
	if after, err := w.server.kept(); err != nil || after != before {
		t.Errorf("opened again: %v", err)
	}
}
