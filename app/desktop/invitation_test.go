package desktop

import (
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app/enrol"
)

// TestInvitationIsOpened: a file that was opened from a folder shows itself in
// the interface; anything else with that name opens the first screen.
func TestInvitationIsOpened(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "mời Lan.KGMOI")
	want := writeInvitation(t, good)
	for _, wish := range []string{good, "file://" + (&url.URL{Path: good}).EscapedPath()} {
		path := pathOf(wholeWish(wish))
		encoded, ok := strings.CutPrefix(path, invitationScreen)
		if got, err := base64.RawURLEncoding.DecodeString(encoded); !ok || err != nil || string(got) != want {
			t.Errorf("%s opens %q", wish, path)
		}
	}
	for name, text := range map[string]string{"empty.kgmoi": "", "other.kgmoi": "{}", "long.kgmoi": want + strings.Repeat(" ", enrol.MaxMessage), "notes.txt": want} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := pathOf(wholeWish(path)); got != "/" {
			t.Errorf("%s opens %q", name, got)
		}
	}
	if got := pathOf(wholeWish(filepath.Join(dir, "absent.kgmoi"))); got != "/" {
		t.Errorf("a file that is not there opens %q", got)
	}
}

// TestWishIsWhole: a second start's folder is not the first one's.
func TestWishIsWhole(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := wholeWish("lan.kgmoi"); !filepath.IsAbs(got) {
		t.Errorf("a file's name became %q", got)
	}
	for _, same := range []string{"", "khonggiay://van-ban-den/x", "/van-ban-den"} {
		if got := wholeWish(same); got != same {
			t.Errorf("%q became %q", same, got)
		}
	}
}

func writeInvitation(t *testing.T, path string) string {
	t.Helper()
	certificate := []byte("any bytes: the code holds their hash")
	code := enrol.Code{Fingerprint: enrol.FingerprintOf(certificate)}
	b, err := enrol.Invitation{Code: code.String(), Addresses: []string{"10.0.0.1:8443"}, PersonName: "Nguyễn Thị Lan",
		Authority: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}))}.Encode()
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
