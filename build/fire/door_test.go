package fire

import (
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPortTaken: another program listens where the interface, or the server,
// is to be. Both say so in words that tell what to do, and nothing else is broken.
func TestPortTaken(t *testing.T) {
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	l := newLaptop(t, "laptop")
	l.begin("--listen", other.Addr().String())
	<-l.gone
	if l.err == nil || !strings.Contains(l.said(), "--listen") || !strings.Contains(l.said(), "Cổng") {
		t.Errorf("the laptop said %q, %v", l.said(), l.err)
	}
	l.start() // elsewhere
	l.process.stop(t)

	s := prepare(t, filepath.Join(t.TempDir(), "server"))
	s.port = other.Addr().(*net.TCPAddr).Port
	cmd := exec.Command(program("khonggiay-server"), "--data", s.dir, "--listen", other.Addr().String())
	p := launch(t, cmd, s.dir+".out")
	<-p.gone
	if p.err == nil || !strings.Contains(p.said(), other.Addr().String()) {
		t.Errorf("the server said %q, %v", p.said(), p.err)
	}
}

// TestTwoInstances: a second start of the same folder brings the first to the
// front and ends well; after the first was killed, the folder is free.
func TestTwoInstances(t *testing.T) {
	l := newLaptop(t, "laptop")
	l.start()
	second := &laptop{t: t, name: "second", dir: l.dir, log: l.dir + ".second"}
	second.begin("khonggiay://van-ban-den/d1")
	<-second.gone
	if second.err != nil || !strings.Contains(second.said(), "đang chạy") {
		t.Errorf("the second start said %q, %v", second.said(), second.err)
	}
	eventually(t, "the first to show what the second was asked for", func() bool {
		return strings.Contains(l.said(), "/van-ban-den/d1?ticket=")
	})
	l.kill()
	l.start()
	l.process.stop(t)

	s := prepare(t, filepath.Join(t.TempDir(), "server"))
	s.start()
	twice := launch(t, exec.Command(program("khonggiay-server"), "--data", s.dir), s.dir+".second")
	<-twice.gone
	if twice.err == nil || twice.said() == "" {
		t.Errorf("a second server on the same data: %v", twice.err)
	}
	t.Logf("the second server said: %s", twice.said())
}

// TestWrongPassword: a wrong password is said to be wrong; too many lock the
// name, also for the right one, also after the server was killed; somebody
// else's name is not locked.
func TestWrongPassword(t *testing.T) {
	s := newProvince(t)
	mine, other := s.accountOf("vanthu", clerkOne), s.accountOf("chutich", chairman)
	wrong := account{mine.name, "sai-mat-khau-nay"}
	reasons := map[string]int{}
	for range 30 {
		reason := refusedFor(s.browser().login(wrong))
		reasons[reason]++
		if reason != "login.wrong" {
			break
		}
	}
	if reasons["login.wrong"] == 0 || reasons["login.locked"]+reasons["login.too_often"] != 1 || reasons[""] != 0 {
		t.Errorf("wrong passwords were answered by %v", reasons)
	}
	if reason := refusedFor(s.browser().login(mine)); reason == "" || reason == "login.wrong" {
		t.Errorf("the right password after too many wrong ones: %q", reason)
	}
	s.kill()
	s.start()
	if reason := refusedFor(s.browser().login(mine)); reason != "login.locked" {
		t.Errorf("a lock was forgotten by a kill: %q", reason)
	}
	b := s.browser()
	if err := b.login(other); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := b.get("/api/desk", new([]byte)); err != nil {
		t.Error(err)
	}
	// At a lost laptop the person goes on meanwhile.
	l := s.laptopOf(clerkOne)
	l.mustReceive("Không cần mật khẩu")
	eventually(t, "the laptop to go on", l.quiet)
}
