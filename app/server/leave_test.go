package server

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/sync/content"
)

// TestContentsAreHandedOver: a revoked laptop brings what it announced, on from
// where it stood. What came outlives every tidying, no laptop gets it, and the
// operator opens it.
func TestContentsAreHandedOver(t *testing.T) {
	f := open(t).run()
	l, colleague := f.enrol(clerk), f.enrol(leader)
	text := strings.Repeat("việc chưa ai biết ", 40_000)
	cmd, version, store := l.document(app.NewID(f.store.Now()), text)
	seg := version.Segments[0]
	path := enrol.PathLeave + content.Path + seg.Name.String()
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	l.handOver(cmd)
	if resp, _ := l.request(http.MethodHead, path, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("asking for what was not announced: %s", resp.Status)
	}
	if reason := l.post(announcing(seg)); reason != "" {
		t.Fatalf("announcing: %s", reason)
	}
	half := make([]byte, seg.Size/2)
	from, err := store.Open(seg.Name)
	if err == nil {
		_, err = io.ReadFull(from, half)
		_ = from.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, _ := l.request(http.MethodPut, path, bytes.NewReader(half), "Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(half)-1, seg.Size))
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("half of it: %s", resp.Status)
	}
	if leave := f.leaveOf(l); leave.Files != 0 || leave.Awaited != 1 {
		t.Errorf("on its way: %+v", leave)
	}
	began := int64(-1)
	err = l.leaving(store).Upload(t.Context(), seg.Name, func(done, _ int64) {
		if began < 0 {
			began = done
		}
	})
	if err != nil || began != int64(len(half)) {
		t.Fatalf("bringing the rest: on from %d of %d bytes, %v", began, seg.Size, err)
	}
	if reason := l.post(&enrol.LeaveRequest{Report: &enrol.LeaveReport{Parts: 1, Commands: 1}}); reason != "" {
		t.Fatalf("confirming: %s", reason)
	}
	if leave := f.leaveOf(l); leave.Files != 1 || leave.Awaited != 0 || leave.Confirmed == 0 {
		t.Errorf("handed over: %+v", leave)
	}
	f.ahead(2 * f.config.KeepUnnamed)
	f.tidyNow()
	for name, get := range map[string]*laptop{"its own": l, "a colleague": colleague} {
		for _, path := range []string{path, content.Path + seg.Name.String()} {
			if resp, _ := get.request(http.MethodGet, path, nil); resp.StatusCode == http.StatusOK {
				t.Errorf("%s got it at %s", name, path)
			}
		}
	}
	f.opensFile(l, version, text)
}

// opensFile has the operator write the one file of the hand-over out, twice.
func (f *fixture) opensFile(l *laptop, version app.FileVersion, text string) {
	f.Helper()
	dir := filepath.Join(f.TempDir(), "mở")
	var out []LeftCommand
	f.do("device.outbox", OutboxRequest{Device: l.Device, Files: dir}, &out)
	if len(out) != 1 || len(out[0].Files) != 1 || out[0].Files[0].State != LeftFileWritten || out[0].Files[0].SHA256 != version.SHA256 {
		f.Fatalf("the outbox: %+v", out)
	}
	b, err := os.ReadFile(out[0].Files[0].Path)
	if err != nil || string(b) != text || filepath.Dir(out[0].Files[0].Path) != dir {
		f.Errorf("%s: %d bytes, %v", out[0].Files[0].Path, len(b), err)
	}
	if info, err := os.Stat(out[0].Files[0].Path); err != nil || info.Mode().Perm() != 0o600 {
		f.Errorf("who may read it: %v, %v", info.Mode(), err)
	}
	if err := f.try("device.outbox", OutboxRequest{Device: l.Device, Files: dir}, &out); app.AsError(err).Reason != "backup.exists" {
		f.Errorf("over what is there: %v", err)
	}
	if err := f.try("device.outbox", OutboxRequest{Device: l.Device, Files: "mở"}, &out); app.AsError(err).Reason != "backup.bad_path" {
		f.Errorf("a relative folder: %v", err)
	}
	if n := f.audited("device.outbox"); n != 2 {
		f.Errorf("%d looks are in the audit log", n)
	}
}

// TestReportedScopes: what a leaver says it held is shown by person, unit and
// role; a scope that it made up never passes for one that there is.
func TestReportedScopes(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	report := &enrol.LeaveReport{Scopes: []enrol.LeaveScope{
		{Scope: app.WorkScope(clerk, "x0001"), Count: 2, Sum: "2a"},
		{Scope: "z:" + app.Scope(clerk), Count: 9},
		{Scope: app.RoleScope("x0001", app.RoleClerk), Count: 3},
	}}
	if reason := l.post(&enrol.LeaveRequest{Report: report}); reason != "" {
		t.Fatalf("confirming: %s", reason)
	}
	want := []api.HeldScope{
		{Kind: app.OfWork, Person: clerk, Unit: "x0001", Count: 2, Sum: "2a"},
		{Kind: app.OfRole, Unit: "x0001", Role: app.RoleClerk, Count: 3},
	}
	if got := f.leaveOf(l).Scopes; !slices.Equal(got, want) {
		t.Errorf("shown: %+v", got)
	}
}

// TestContentDoorIsForLeavers: nobody else brings anything at that door, and a
// leaver only what it announced, as it announced it, and not after its end.
func TestContentDoorIsForLeavers(t *testing.T) {
	f := open(t).run()
	l, other := f.enrol(clerk), f.enrol(leader)
	_, version, store := l.document(app.NewID(f.store.Now()), "nội dung")
	seg := version.Segments[0]
	path := enrol.PathLeave + content.Path + seg.Name.String()
	put := func(who *laptop, size int64) int {
		t.Helper()
		b := bytes.Repeat([]byte{1}, int(size))
		resp, _ := who.request(http.MethodPut, path, bytes.NewReader(b))
		return resp.StatusCode
	}
	if status := put(l, seg.Size); status != http.StatusConflict {
		t.Errorf("before it was revoked: %d", status)
	}
	for _, who := range []*laptop{l, other} {
		f.do("device.revoke", DeviceRequest{who.Device}, nil)
	}
	if reason := l.post(announcing(seg)); reason != "" {
		t.Fatalf("announcing: %s", reason)
	}
	if status := put(other, seg.Size); status != http.StatusForbidden {
		t.Errorf("another's announcement: %d", status)
	}
	if status := put(l, seg.Size+100); status != http.StatusInsufficientStorage {
		t.Errorf("larger than announced: %d", status)
	}
	if status := put(l, seg.Size); status != http.StatusUnprocessableEntity {
		t.Errorf("other bytes: %d", status)
	}
	if err := l.leaving(store).Upload(t.Context(), seg.Name, nil); err != nil {
		t.Errorf("the right ones: %v", err)
	}
	if resp, _ := l.request(http.MethodGet, path, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("fetching it back: %s", resp.Status)
	}
	_, late, store := l.document(app.NewID(f.store.Now()), "quá muộn")
	if reason := l.post(&enrol.LeaveRequest{Report: &enrol.LeaveReport{}}); reason != "" {
		t.Fatalf("confirming: %s", reason)
	}
	if reason := l.post(announcing(late.Segments[0])); reason != "device.left" {
		t.Errorf("announcing after the end: %q", reason)
	}
	if err := l.leaving(store).Upload(t.Context(), late.Segments[0].Name, nil); err == nil {
		t.Error("bringing after the end")
	}
}

// TestLeaveQuota: a leaver brings no more than its quota, announced at once or
// one after the other; what it announces no more makes room.
func TestLeaveQuota(t *testing.T) {
	f := open(t)
	f.contents.quota = 3 * leastUpload
	f.run()
	l := f.enrol(clerk)
	var segs []app.Segment
	stores := map[app.Hash]*content.Store{}
	for i := range 5 {
		_, version, store := l.document(app.NewID(f.store.Now()), fmt.Sprint("việc ", i))
		segs = append(segs, version.Segments[0])
		stores[version.Segments[0].Name] = store
	}
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	brings := func(seg app.Segment) bool {
		return l.leaving(stores[seg.Name]).Upload(t.Context(), seg.Name, nil) == nil
	}
	l.post(announcing(segs[:4]...))
	if leave := f.leaveOf(l); leave.Awaited != 3 || !brings(segs[0]) || brings(segs[3]) {
		t.Errorf("four announced, three taken: %+v", leave)
	}
	l.post(announcing(segs[0], segs[3], segs[4]))
	if !brings(segs[3]) || !brings(segs[4]) || brings(segs[1]) {
		t.Error("what was announced last counts")
	}
	l.post(announcing(segs[1]))
	if leave := f.leaveOf(l); leave.Files != 3 || leave.Awaited != 0 {
		t.Errorf("a fourth: %+v", leave)
	}
}

// TestContentThatWasHere: what a laptop had sent before its command, and what
// the server was killed over, counts as handed over and is kept.
func TestContentThatWasHere(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	cmd, version, store := l.document(app.NewID(f.store.Now()), "đã gửi trước")
	l.upload(store, version.Segments[0])
	_, killed, store := l.document(app.NewID(f.store.Now()), "đứt giữa chừng")
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	l.handOver(cmd)
	l.post(announcing(version.Segments[0], killed.Segments[0]))
	if leave := f.leaveOf(l); leave.Files != 1 || leave.Awaited != 1 {
		t.Errorf("before: %+v", leave)
	}
	from, err := store.Open(killed.Segments[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if err := f.contents.files.Put(t.Context(), killed.Segments[0].Name, killed.Segments[0].Size, from); err != nil { // and nobody noted it
		t.Fatal(err)
	}
	l.post(&enrol.LeaveRequest{Report: &enrol.LeaveReport{Parts: 1, Commands: 1}})
	f.ahead(2 * f.config.KeepUnnamed)
	f.tidyNow()
	if leave := f.leaveOf(l); leave.Files != 2 {
		t.Errorf("afterwards: %+v", leave)
	}
	f.opensFile(l, version, "đã gửi trước")
}

// TestContentOfAnAcceptedCommand: the command came up before the laptop was
// revoked, its file afterwards: the document has it.
func TestContentOfAnAcceptedCommand(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	doc := app.NewID(f.store.Now())
	cmd, version, store := l.document(doc, "tới sau lệnh")
	l.pull(cmd)
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	l.bring(store, version.Segments[0])
	f.complete()
	if !f.hasFiles(doc) {
		t.Error("the document does not say that the server has its file")
	}
}

// TestHandedOverContentIsBackedUp: a server that comes back from a backup can
// still open what was handed over.
func TestHandedOverContentIsBackedUp(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	cmd, version, store := l.document(app.NewID(f.store.Now()), "giữ trong bản sao lưu")
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	l.handOver(cmd)
	l.bring(store, version.Segments[0])
	path, _ := f.backed(SealFor{Passphrase: passphrase})
	config := f.config
	config.Data = filepath.Join(t.TempDir(), "restored")
	if _, err := Restore(t.Context(), config, path, OpenWith{Passphrase: passphrase}); err != nil {
		t.Fatal(err)
	}
	reopen(t, config).opensFile(l, version, "giữ trong bản sao lưu")
}

// TestTransfersOfLeaversAreLimited: even a revoked device cannot keep the server
// busy.
func TestTransfersOfLeaversAreLimited(t *testing.T) {
	f := open(t)
	f.leaving.perTransfer = newLimiter(1, 3, func() time.Time { return time.Unix(0, 0) })
	f.run()
	l := f.enrol(clerk)
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	var last int
	for range 4 {
		resp, _ := l.request(http.MethodHead, enrol.PathLeave+content.Path+noSegment, nil)
		last = resp.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fourth request: %d", last)
	}
}
