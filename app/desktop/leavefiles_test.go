package desktop

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
)

// paperOf is a file of some size that passes for a PDF.
func paperOf(text string, size int) []byte {
	return append([]byte("%PDF-1.7 "), bytes.Repeat([]byte(text), size/len(text))...)
}

// enters uploads a file and enters a document with it.
func (l *laptop) enters(id app.ID, name string, file []byte) {
	l.t.Helper()
	sum := l.upload(name, file)
	l.give("document.receive.1", id, `{"unit":"xa-an","fields":{"subject":"Việc chưa ai biết","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
}

// revoked has the laptop hear, over a line that is there again, that it was
// revoked.
func (s *theServer) revoked(l *laptop) app.ID {
	s.t.Helper()
	device := l.app.currentLink().identity().Device
	var none any
	s.do("device.revoke", server.DeviceRequest{Device: device}, &none)
	l.app.currentLink().cutLine(false)
	return device
}

func (s *theServer) leaveOf(device app.ID) api.DeviceLeave {
	s.t.Helper()
	var d api.DeviceDetail
	s.do("device.show", server.DeviceRequest{Device: device}, &d)
	if d.Leave == nil {
		s.t.Fatal("nothing is known of its leaving")
	}
	return *d.Leave
}

// leaveNote is what a leaving laptop has noted.
func (l *laptop) leaveNote() (n leaveNote) {
	l.t.Helper()
	b, err := os.ReadFile(l.app.currentLink().barPath())
	if err == nil {
		err = json.Unmarshal(b, &n)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return n
}

// opened are the files of the hand-over, as the operator gets them.
func (s *theServer) opened(device app.ID) (content [][]byte, states []server.LeftFileState) {
	s.t.Helper()
	var outbox []server.LeftCommand
	s.do("device.outbox", server.OutboxRequest{Device: device, Files: filepath.Join(s.t.TempDir(), "files")}, &outbox)
	for _, c := range outbox {
		for _, f := range c.Files {
			states = append(states, f.State)
			if f.State != server.LeftFileWritten {
				continue
			}
			b, err := os.ReadFile(f.Path)
			if err != nil {
				s.t.Error(err)
			}
			content = append(content, b)
		}
	}
	return content, states
}

// eventually asks until the answer is yes: of the server, which has no events
// for this side.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("waiting for %s", what)
		}
	}
}

// TestRevokedLaptopBringsItsFiles: the files of work that nobody has heard of
// come over with it, byte for byte; one that was only picked on a screen is no
// work, and goes with the laptop.
func TestRevokedLaptopBringsItsFiles(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works() // and cuts the line
	large, small := paperOf("tờ trình dài ", 3_000_000), paperOf("tờ trình ngắn ", 3_000)
	l.enters("d2", "Tờ trình dài.pdf", large)
	l.enters("d3", "Tờ trình ngắn.pdf", small)
	l.upload("Chưa dùng.pdf", paperOf("nháp ", 2_000))
	device := s.revoked(l)
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if left := l.session().Left; left == nil || left.Commands != 3 || left.Files != 2 || left.Lost != 0 {
		t.Errorf("the person is told %+v", left)
	}
	if records, segments := l.held(); records+int64(segments) != 0 {
		t.Errorf("left over: %d records, %d segments", records, segments)
	}
	if leave := s.leaveOf(device); leave.Files != 2 || leave.Awaited != 0 || len(leave.Unsent) != 0 {
		t.Errorf("the administrator sees %+v", leave)
	}
	got, states := s.opened(device)
	if len(got) != 2 || !slices.ContainsFunc(got, func(b []byte) bool { return bytes.Equal(b, large) }) || !slices.ContainsFunc(got, func(b []byte) bool { return bytes.Equal(b, small) }) {
		t.Errorf("opened: %d files, %v", len(got), states)
	}
	if found := l.grep(append(theWords, "Chưa dùng", "Tờ trình")...); len(found) > 0 {
		t.Errorf("still on the disk: %v", found)
	}
}

// TestFilesWaitForTheLine: without a line the laptop keeps the contents that
// nobody else has, and nothing of what could open them on a screen, through a
// restart; with the line they come over.
func TestFilesWaitForTheLine(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	file := paperOf("chỉ có ở đây ", 400_000)
	l.enters("d2", "Chỉ có ở đây.pdf", file)
	l.app.currentLink().bar() // heard, and then the line was gone
	eventually(t, "the wipe, of contents after records", func() bool { r, segments := l.held(); return r == 0 && segments == 1 })
	data := l.app.cfg.Data
	l.stop()
	*l = *startIn(t, data, func(c *Config) { c.offline = true })
	if _, segments := l.held(); segments != 1 {
		t.Errorf("%d contents are kept, want the one that the server does not have", segments)
	}
	device := s.revoked(l)
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if got, states := s.opened(device); len(got) != 1 || !bytes.Equal(got[0], file) {
		t.Errorf("opened: %d files, %v", len(got), states)
	}
}

// TestServerThatTakesLittle: what the server refuses for good keeps no laptop
// from leaving. It is named, and the rest comes over.
func TestServerThatTakesLittle(t *testing.T) {
	s := startServerWith(t, func(c *server.Config) { c.DeviceQuota = 1 << 20 })
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	small := paperOf("nhỏ ", 4_000)
	l.enters("d1", "To.pdf", paperOf("to ", 2_000_000))
	l.enters("d2", "Nhỏ.pdf", small)
	device := s.revoked(l)
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if leave := s.leaveOf(device); leave.Commands != 2 || leave.Files != 1 || leave.Confirmed == 0 || !slices.Equal(leave.Unsent, []string{"To.pdf"}) {
		t.Errorf("the administrator sees %+v", leave)
	}
	got, states := s.opened(device)
	slices.Sort(states)
	if len(got) != 1 || !bytes.Equal(got[0], small) || !slices.Equal(states, []server.LeftFileState{server.LeftFileMissing, server.LeftFileWritten}) {
		t.Errorf("opened: %d files, %v", len(got), states)
	}
}

// TestFullServerDoesNotStopTheLeaving: a server without room has the laptop's
// commands and its contents only once there is room. After three days the laptop
// waits no more: it names what it could not hand over, and wipes it.
func TestFullServerDoesNotStopTheLeaving(t *testing.T) {
	s := startServerWith(t, func(c *server.Config) { c.MinFree = 1 << 60 })
	at := &wall{}
	l := s.laptopWith(clerkC, at.use)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	l.enters("d1", "Không chỗ.pdf", paperOf("không có chỗ ", 4_000))
	device := s.revoked(l)
	eventually(t, "the commands to come over", func() bool { leave := s.leaveOf(device); return leave.Commands == 1 && leave.Awaited == 1 })
	if leave := s.leaveOf(device); leave.Confirmed != 0 || l.session().NeedsEnrolment {
		t.Fatalf("it gave up at once: %+v", leave)
	}
	if _, segments := l.held(); segments != 1 {
		t.Fatal("it wiped what nobody else has")
	}
	link := l.app.currentLink()
	at.set(366 * 24 * time.Hour)
	l.until("a try by a clock that has jumped", func() bool { link.now(); return l.leaveNote().Tried > 0 })
	if note := l.leaveNote(); note.Tried > bringWithin/2 || l.session().NeedsEnrolment {
		t.Fatalf("it gave up because of a jump: %+v", note)
	}
	at.set(0)
	l.until("the laptop to leave", func() bool { at.pass(time.Hour); link.now(); return l.session().NeedsEnrolment })
	leave := s.leaveOf(device)
	if leave.Files != 0 || leave.Confirmed == 0 || strings.Join(leave.Unsent, "") != "Không chỗ.pdf" {
		t.Errorf("the administrator sees %+v", leave)
	}
	if _, segments := l.held(); segments != 0 {
		t.Errorf("%d contents are left over", segments)
	}
}

// TestFilesOfALaptopThatMayStay: it was not revoked after all; what it kept goes
// up as it would have.
func TestFilesOfALaptopThatMayStay(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	l.enters("d1", "Vẫn còn.pdf", paperOf("vẫn còn ", 300_000))
	l.app.currentLink().bar()
	l.until("the wipe", func() bool { r, _ := l.held(); return r == 0 })
	l.app.currentLink().cutLine(false)
	l.until("the file to go up", func() bool {
		d := l.doc("d1")
		return l.session().Problem == "" && d != nil && d.Where.Server && len(l.sync().Uploads) == 0
	})
}
