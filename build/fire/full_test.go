package fire

import (
	"fmt"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
)

// fillUp gives remarks until one is refused, and returns those that were taken
// and the reason of the refusal.
func fillUp(t *testing.T, s *screen, name string, doc app.ID) (taken []string, reason string) {
	t.Helper()
	for i := range 20_000 {
		text := fmt.Sprintf("%s %d", name, i)
		if _, err := s.give("document.remark.1", doc, map[string]any{"text": text}); err != nil {
			if reason = refusedFor(err); reason == "" {
				t.Fatalf("%s: %v", name, err)
			}
			return taken, reason
		}
		taken = append(taken, text)
	}
	t.Fatal("the disk never ran full")
	return nil, ""
}

func allThere(t *testing.T, at string, d *api.Doc, texts []string) {
	t.Helper()
	if d == nil {
		t.Errorf("%s: the document is not there", at)
		return
	}
	found := map[string]int{}
	for _, r := range d.Remarks {
		found[r.Text]++
	}
	for _, text := range texts {
		if found[text] != 1 {
			t.Errorf("%s: %q is there %d times", at, text, found[text])
		}
	}
}

// TestFullLaptop: the disk of a laptop runs full while its person works. What he
// was told is kept is kept; he is told what is wrong; reading goes on, also
// after a start on the full disk; and when there is room, so does the work.
func TestFullLaptop(t *testing.T) {
	disk := newSmallDisk(t, 12)
	if disk == nil {
		return
	}
	s := newProvince(t)
	l := newLaptop(t, "laptop")
	l.dir = filepath.Join(disk.dir, "laptop")
	l.log, l.cmd = filepath.Join(t.TempDir(), "out"), disk.on("laptop")
	l.start()
	s.enrol(l, clerkOne)
	doc := l.mustReceive("Trước khi đầy")
	eventually(t, "the document to go up", l.quiet)

	disk.fill(t)
	taken, reason := fillUp(t, l.screen, "khi đầy", doc)
	if reason != "storage.full" {
		t.Errorf("a full disk was told as %q", reason)
	}
	if _, err := l.upload("a.pdf", paper("x")); refusedFor(err) != "storage.full" {
		t.Errorf("an upload to a full disk: %v", err)
	}
	if st := l.sync(); st.Trouble != "storage.full" {
		t.Errorf("the panel says %q", st.Trouble)
	}
	allThere(t, "on a full disk", l.doc(t, doc), taken)

	l.kill()
	l.start()
	if p := l.session().Problem; p != "" {
		t.Errorf("started on a full disk the laptop says %q", p)
	}
	allThere(t, "started on a full disk", l.doc(t, doc), taken)
	disk.makeRoom(t)
	more := "có chỗ rồi"
	l.mustGive("document.remark.1", doc, map[string]any{"text": more})
	eventually(t, "all to go up", l.quiet)
	if st := l.sync(); st.Trouble != "" || st.Repair != nil {
		t.Errorf("with room the panel says %q, %+v", st.Trouble, st.Repair)
	}
	allThere(t, "with room", l.doc(t, doc), append(taken, more))
	l.process.stop(t)
	s.process.stop(t)
	compareStores(t, s, []*laptop{l})
}

// TestFullServer: the same at the province. Browsers are told; laptops wait and
// say why, and nothing that they hold is refused.
func TestFullServer(t *testing.T) {
	disk := newSmallDisk(t, 16)
	if disk == nil {
		return
	}
	s := prepare(t, filepath.Join(disk.dir, "server"))
	s.log, s.cmd = filepath.Join(t.TempDir(), "out"), disk.on("server")
	s.start()
	s.populate()
	l := s.laptopOf(clerkOne)
	browser := s.browser()
	if err := browser.login(s.accountOf("vanthu", clerkTwo)); err != nil {
		t.Fatal(err)
	}
	doc := l.mustReceive("Trước khi đầy")
	eventually(t, "the document to go up", func() bool { return l.quiet() && browser.doc(t, doc) != nil })

	disk.fill(t)
	taken, reason := fillUp(t, browser, "trình duyệt", doc)
	if reason != "server.full" {
		t.Errorf("a full disk was told as %q", reason)
	}
	l.mustGive("document.remark.1", doc, map[string]any{"text": "máy trạm"})
	eventually(t, "the laptop to say why", func() bool { return l.sync().Trouble == "server.full" })
	if st := l.sync(); st.WaitingCount != 1 || st.RefusedCount != 0 {
		t.Errorf("%d wait, %d are refused", st.WaitingCount, st.RefusedCount)
	}
	allThere(t, "at the full server", browser.doc(t, doc), taken)

	disk.makeRoom(t)
	if err := l.post("/api/sync/now", struct{}{}, nil); err != nil {
		t.Error(err)
	}
	eventually(t, "all to go up", l.quiet)
	if _, err := browser.give("document.remark.1", doc, map[string]any{"text": "có chỗ rồi"}); err != nil {
		t.Errorf("with room: %v", err)
	}
	all := append(taken, "máy trạm", "có chỗ rồi")
	allThere(t, "at the server", browser.doc(t, doc), all)
	eventually(t, "the laptop to have it all", func() bool { return l.quiet() && remarks(l.doc(t, doc), "có chỗ rồi") == 1 })
	allThere(t, "at the laptop", l.doc(t, doc), all)
	if st := l.sync(); st.Trouble != "" {
		t.Errorf("with room the laptop says %q", st.Trouble)
	}
	l.process.stop(t)
	s.process.stop(t)
}
