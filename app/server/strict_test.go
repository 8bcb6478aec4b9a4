package server

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestStrictRefusesDefaults: an installed server does not start before its
// province and names are set, and --check-config says so without starting it.
func TestStrictRefusesDefaults(t *testing.T) {
	cases := []struct {
		conf string
		args []string
		ok   bool
	}{
		{"", nil, true},
		{"", []string{"--strict"}, false},
		{"names = may-chu", []string{"--strict"}, false},
		{"province = Tỉnh An", []string{"--strict"}, false},
		{"province = Tỉnh An\nnames = may-chu", []string{"--strict"}, true},
		{"names = may-chu", []string{"--strict", "--province", "Tỉnh An"}, true},
		{"province = Tỉnh An\nnames = may-chu\nbrowser_key = /nowhere/key.pem", []string{"--strict"}, false},
		{"province = Tỉnh An\nnames = may-chu\nlisten = 8443", []string{"--check-config"}, false},
		{"province = Tỉnh An", []string{"--check-config"}, false},
		{"province = Tỉnh An\nnames = may-chu\nsigning_providers = /nowhere/providers.json", []string{"--strict"}, false},
		{"province = Tỉnh An\nnames = may-chu\nsigning_accounts = /nowhere/accounts", []string{"--strict"}, false},
	}
	for _, c := range cases {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(c.conf), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ParseArgs(append(c.args, "--data", dir), io.Discard)
		if (err == nil) != c.ok {
			t.Errorf("%q %q: %v", c.conf, c.args, err)
		}
		if errors.Is(err, errPrinted) {
			t.Errorf("%q %q: wrong settings taken", c.conf, c.args)
		}
	}
	_, err := ParseArgs([]string{"--check-config", "--data", t.TempDir(), "--province", "Tỉnh An", "--names", "may-chu"}, io.Discard)
	if !errors.Is(err, errPrinted) {
		t.Errorf("good settings: %v", err)
	}
}
