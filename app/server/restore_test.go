package server

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
)

// passphrase seals the backups of these tests.
const passphrase = "mưa rơi trên mái ngói"

// backed is a server's backup, sealed in one way or the other.
func (f *fixture) backed(seal SealFor) (path string, whole []byte) {
	f.Helper()
	path = filepath.Join(f.TempDir(), "backup.age")
	f.do("backup", BackupRequest{Path: path, SealFor: seal}, nil)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return path, whole
}

func TestABackupIsSealed(t *testing.T) {
	f := open(t)
	file, public, err := NewBackupKey()
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := NewBackupKey()
	if err != nil {
		t.Fatal(err)
	}
	secrets.add(passphrase, strings.TrimSpace(strings.SplitN(file, "\n", 2)[1]))
	byPassphrase, b := f.backed(SealFor{Passphrase: passphrase})
	for _, plain := range []string{"SQLite format 3", backupManifest, "PRIVATE KEY"} {
		if bytes.Contains(b, []byte(plain)) {
			t.Errorf("%q can be read in the file", plain)
		}
	}
	byKey, _ := f.backed(SealFor{Keys: []string{public, other}})
	for name, c := range map[string]struct {
		path string
		with OpenWith
		want error
	}{
		"the passphrase":        {byPassphrase, OpenWith{Passphrase: passphrase}, nil},
		"the key":               {byKey, OpenWith{Keys: file}, nil},
		"another passphrase":    {byPassphrase, OpenWith{Passphrase: passphrase + "."}, ErrWrongKey},
		"a key, not passphrase": {byPassphrase, OpenWith{Keys: file}, ErrWrongKey},
		"a passphrase, not key": {byKey, OpenWith{Passphrase: passphrase}, ErrWrongKey},
		"nothing":               {byKey, OpenWith{}, ErrSealed},
	} {
		info, err := CheckBackup(t.Context(), f.config, c.path, c.with)
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || !info.Sealed || info.Events == 0 || info.Epoch != 0) {
			t.Errorf("%s: %+v %v", name, info, err)
		}
	}
	for want, seal := range map[string]SealFor{
		"backup.no_key":           {},
		"backup.short_passphrase": {Passphrase: "ngắn quá"},
		"backup.bad_key":          {Keys: []string{"age1nothing"}},
	} {
		err := f.try("backup", BackupRequest{Path: filepath.Join(t.TempDir(), "b"), SealFor: seal}, nil)
		if app.AsError(err).Reason != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// Each part of the file is protected: whatever is changed, cut off or added,
// nothing is restored, and nothing stays behind.
func TestRestoreRefusesDamage(t *testing.T) {
	f := open(t)
	_, good := f.backed(SealFor{Passphrase: passphrase})
	header := bytes.Index(good, []byte("\n---")) + 4
	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	flip := func(at int) []byte {
		b := slices.Clone(good)
		b[at] ^= 1
		return b
	}
	cases := map[string][]byte{
		"the version":            flip(5),
		"the wrapped key":        flip(bytes.IndexByte(good, '>') + 20),
		"the header's mac":       flip(header + 5),
		"the salt":               flip(header + 50),
		"the first chunk":        flip(header + 200),
		"a chunk in the middle":  flip(len(good) / 2),
		"the last byte":          flip(len(good) - 1),
		"half of it":             good[:len(good)/2],
		"all but the last byte":  good[:len(good)-1],
		"all but the last chunk": good[:len(good)-(len(good)-header)%(64<<10+16)],
		"the header alone":       good[:header+45],
		"more than there was":    append(slices.Clone(good), 0),
		"an empty file":          {},
		"something else":         []byte("hello"),
	}
	for name, b := range cases {
		refuses(t, config, name, b, OpenWith{Passphrase: passphrase})
	}
	for name, b := range map[string][]byte{
		"a way out":                tarOf(t, backupManifest, `{"format":1}`, "../../evil", "x"),
		"no database":              tarOf(t, backupManifest, `{"format":1}`),
		"no manifest":              tarOf(t, databaseFile, "x"),
		"an unsealed one of today": tarOf(t, backupManifest, `{"format":2}`, databaseFile, "x"),
		"one of a later version":   tarOf(t, backupManifest, `{"format":9}`),
	} {
		refuses(t, config, name, b, OpenWith{})
	}
}

func refuses(t *testing.T, config Config, name string, b []byte, with OpenWith) {
	t.Helper()
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, b, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Restore(t.Context(), config, bad, with)
	_, checked := CheckBackup(t.Context(), config, bad, with)
	for _, err := range []error{err, checked} {
		var e *app.Error
		if !errors.As(err, &e) || e.Code == app.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(config.Data); err != nil || len(left) > 0 {
		t.Errorf("%s left %v behind (%v)", name, left, err)
	}
}

// Backups of the version before were not sealed; they can still be restored.
func TestAnUnsealedBackupOfBeforeIsRestored(t *testing.T) {
	f := open(t)
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	plain, _, err := OpenWith{Passphrase: passphrase}.open(in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, []byte(fmt.Sprintf(`"format": %d`, backupFormat)), []byte(`"format": 1`), 1)
	old := filepath.Join(t.TempDir(), "backup.tar")
	if err := os.WriteFile(old, b, 0o600); err != nil {
		t.Fatal(err)
	}
	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	info, err := Restore(t.Context(), config, old, OpenWith{})
	if err != nil || info.Sealed || info.Epoch == 0 {
		t.Errorf("%+v %v", info, err)
	}
}

func tarOf(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tarWriter{tar.NewWriter(&b), time.Now()}
	for i := 0; i < len(pairs); i += 2 {
		if err := w.bytes(pairs[i], []byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzUnpack reads what is no backup: it is refused, and nothing is written
// outside its directory.
func FuzzUnpack(f *testing.F) {
	file, public, err := NewBackupKey()
	if err != nil {
		f.Fatal(err)
	}
	var sealed bytes.Buffer
	inside := tarOf(f, backupManifest, `{"format":2}`, databaseFile, "x", backupKeys+"ca.key", "y")
	seal := SealFor{Keys: []string{public}}
	if err := seal.sealed(&sealed, 0, func(w io.Writer) error { _, err := w.Write(inside); return err }); err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Bytes())
	f.Add(inside)
	f.Add(sealedBegins)
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "in")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		work := filepath.Join(dir, "work")
		if err := os.Mkdir(work, 0o700); err != nil {
			t.Fatal(err)
		}
		var info RestoreInfo
		if err := unpack(context.Background(), path, OpenWith{Keys: file}, work, seenSegments{}.put, &info); err == nil && info.Backup.Format == 0 {
			t.Error("read without a manifest")
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
			t.Errorf("beside the work: %v %v", names, err)
		}
	})
}
