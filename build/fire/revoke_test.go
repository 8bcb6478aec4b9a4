package fire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app/api"
	"khonggiay/app/server"
)

// TestRevokedByProcess: an administrator revokes a laptop that is killed before
// it hears of it, and again while it leaves. In the end it is nobody's and
// empty, and says so, also without a server.
func TestRevokedByProcess(t *testing.T) {
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	l.mustReceive("Trước khi thu hồi")
	eventually(t, "the document to go up", l.quiet)
	device := l.session().Device.ID
	l.kill()
	damaged := filepath.Join(l.dir, "damaged") // of an earlier repair: it holds records, too
	if err := errors.Join(os.MkdirAll(filepath.Join(damaged, "x"), 0o700), os.WriteFile(filepath.Join(damaged, "x", "replica.db"), []byte("Trước khi thu hồi"), 0o600)); err != nil {
		t.Fatal(err)
	}
	s.do("device.revoke", map[string]string{"device": device}, nil)
	l.start()
	eventually(t, "the revocation to be heard", func() bool { return l.session().Problem == "device.revoked" || l.hasLeft() })
	l.kill() // in the middle of leaving, perhaps
	l.start()
	eventually(t, "the laptop to have left", l.hasLeft)
	s.kill()
	l.kill()
	l.start()
	if !l.hasLeft() {
		t.Errorf("without a server it says %+v", l.session())
	}
	for _, name := range []string{"damaged", "identity.json", "revoked"} {
		if _, err := os.Stat(filepath.Join(l.dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if reason := refusedFor(l.get("/api/desk", new([]byte))); reason != "session.not_enrolled" {
		t.Errorf("the desk of a laptop that has left: %q", reason)
	}
}

// TestRevokedWithUnsentFiles: a revoked laptop has files that exist nowhere
// else. It and the server are killed over and over while they come across; in
// the end the operator reads them, byte for byte, and the laptop is empty.
func TestRevokedWithUnsentFiles(t *testing.T) {
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	device := l.session().Device.ID
	s.kill()
	want := map[string][]byte{}
	for i, size := range []int64{24 << 20, 2_000, 300_000} {
		content, err := io.ReadAll(io.MultiReader(paper(fmt.Sprint("việc ", i)), blanks(size)))
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("Chỉ có ở đây %d.pdf", i)
		up, err := l.upload(name, bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		want[name] = content
		l.mustReceive("Chưa ai biết", up)
	}
	l.kill()
	s.start()
	s.do("device.revoke", map[string]string{"device": device}, nil)
	s.killBothWhile(l, device)
	eventually(t, "the laptop to have left", l.hasLeft)
	if left := l.session().Left; left.Commands != len(want) || left.Files != len(want) || left.Lost != 0 {
		t.Errorf("the person is told %+v", left)
	}
	if leave := s.leaving(device); leave.Files != len(want) || leave.Awaited != 0 || leave.Confirmed == 0 || len(leave.Unsent) != 0 {
		t.Errorf("the administrator sees %+v", leave)
	}
	err := filepath.WalkDir(filepath.Join(l.dir, "content"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			t.Errorf("%s is left on the laptop", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	dir := filepath.Join(t.TempDir(), "mở")
	said, err := s.ctl("device", "outbox", device, "--files", dir)
	if err != nil || strings.Count(said, "tệp: đã ghi") != len(want) {
		t.Fatalf("the operator's tool: %v\n%s", err, said)
	}
	for name, content := range want {
		found, err := filepath.Glob(filepath.Join(dir, "* "+name))
		if err != nil || len(found) != 1 {
			t.Errorf("%s was written as %q, %v", name, found, err)
			continue
		}
		if b, err := os.ReadFile(found[0]); err != nil || !bytes.Equal(b, content) {
			t.Errorf("%s came as %d bytes of %d, %v", name, len(b), len(content), err)
		}
	}
	if said, err := s.ctl("audit"); err != nil || !strings.Contains(said, "device.outbox") {
		t.Errorf("who looked is not in the audit log: %v", err)
	}
}

// hasLeft reports whether the laptop, revoked, is nobody's and says so.
func (l *laptop) hasLeft() bool {
	l.t.Helper()
	now := l.session()
	return now.NeedsEnrolment && now.Left != nil
}

// killBothWhile kills the laptop when it has heard of its revocation, when its
// commands are across, and when part of a file is; and the server with it.
func (s *province) killBothWhile(l *laptop, device string) {
	s.t.Helper()
	left := func() bool { return l.session().NeedsEnrolment }
	for _, moment := range []func() bool{
		func() bool { return l.session().Problem == "device.revoked" },
		func() bool { return s.leaving(device).Commands > 0 },
		func() bool { return s.leaving(device).Files > 0 },
		func() bool {
			parts, _ := filepath.Glob(filepath.Join(s.dir, "content", "incoming", "*.part"))
			return len(parts) > 0
		},
	} {
		l.start()
		eventually(s.t, "the next step of the leaving", func() bool { return moment() || left() })
		s.kill()
		l.kill()
		s.start()
	}
	l.start()
}

// leaving is what the administrator sees of a device that leaves.
func (s *province) leaving(device string) api.DeviceLeave {
	s.t.Helper()
	var d api.DeviceDetail
	s.do("device.show", map[string]string{"device": device}, &d)
	if d.Leave == nil {
		s.t.Fatal("nothing is known of its leaving")
	}
	return *d.Leave
}

// TestRevokedWithADamagedOutbox: a laptop whose outbox has lost a page is revoked
// before it could get another number from the server. It leaves all the same,
// and hands over whatever could be saved.
func TestRevokedWithADamagedOutbox(t *testing.T) {
	const n = 80
	s, l, _ := tornOutbox(t, n)
	s.start()
	var devices []server.DeviceInfo
	s.do("device.list", struct{}{}, &devices)
	device := string(devices[0].ID)
	l.kill()
	s.do("device.revoke", map[string]string{"device": device}, nil)
	l.start()
	eventually(t, "the laptop to have left", l.hasLeft)
	if leave := s.leaving(device); leave.Commands == 0 || leave.Commands >= n || leave.Confirmed == 0 {
		t.Errorf("the administrator sees %+v", leave)
	}
	if _, err := os.Stat(filepath.Join(l.dir, "damaged")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the damaged file is still there: %v", err)
	}
}
