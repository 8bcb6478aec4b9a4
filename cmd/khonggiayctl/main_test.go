package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"khonggiay/app/enrol"
)

// tool types commands at one data directory.
type tool struct {
	*testing.T
	data string
}

func (k tool) typed(args ...string) (code int, out, errOut string) {
	k.Helper()
	var o, e bytes.Buffer
	code = run(k.Context(), append(args, "--data", k.data), &o, &e)
	return code, o.String(), e.String()
}

// ok is a command that must succeed and print what matches.
func (k tool) ok(pattern string, args ...string) string {
	k.Helper()
	code, out, errOut := k.typed(args...)
	if code != 0 || !regexp.MustCompile(pattern).MatchString(out) {
		k.Errorf("khonggiayctl %s: %d\n%s%s\nwant %s", strings.Join(args, " "), code, out, errOut, pattern)
	}
	return out
}

// fails is a command that must fail and say what matches.
func (k tool) fails(pattern string, args ...string) {
	k.Helper()
	code, out, errOut := k.typed(args...)
	if code == 0 || !regexp.MustCompile(pattern).MatchString(errOut) {
		k.Errorf("khonggiayctl %s: %d\n%s%s\nwant %s", strings.Join(args, " "), code, out, errOut, pattern)
	}
}

const directory = `{
  "units": [
    {"id": "xa-an", "name": "UBND xã An", "level": "commune", "office": true, "parents": [{"unit": "tinh"}]},
    {"id": "la", "name": "Đơn vị lạ", "parents": [{"unit": "khong-co"}]}
  ],
  "people": [{"id": "p1", "name": "Nguyễn Thị Lan", "posts": [{"unit": "xa-an", "position": "Văn thư", "role": "clerk", "main": true}]}],
  "books": [{"id": "so-den", "unit": "xa-an", "direction": 1, "name": "Sổ văn bản đến"}],
  "calendars": [{"year": 2026, "off": [{"day": "2026-09-02", "name": "Quốc khánh"}]}],
  "accounts": [{"account": "lan", "person": "p1"}]
}`

func TestCommands(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, filepath.Join(dir, "data")}
	k.fails("khonggiayctl init", "status")
	k.fails("run khonggiayctl init", "--lang", "en", "status")
	k.ok("Đã tạo máy chủ", "init", "--province", "Tỉnh Mới")
	k.ok("không thay đổi", "init")
	k.ok("Mật khẩu: [a-z2-7-]{19}", "admin", "add", "quantri", "--name", "Trần Văn Quản")
	k.fails("đã có người dùng", "admin", "add", "quantri", "--name", "Người Khác")

	file := filepath.Join(dir, "directory.json")
	if err := os.WriteFile(file, []byte(directory), 0o600); err != nil {
		t.Fatal(err)
	}
	k.ok(`(?s)Đã nhập\s+4.*Tài khoản\s+lan\s+\S{19}.*Bị từ chối\s+unit\s+la`, "import", file)
	k.ok(`p1\s+Nguyễn Thị Lan\s+Văn thư\s+UBND xã An`, "person", "nguyen", "lan")
	k.ok(`lan\s+Nguyễn Thị Lan\s+p1`, "account", "list")
	k.ok("Password: ", "account", "password", "lan", "--lang", "en")
	k.ok("", "account", "close", "lan")
	k.fails("không có người này", "code", "nobody")

	invitation := filepath.Join(dir, "lan"+enrol.InvitationSuffix)
	out := k.ok("Dùng một lần", "code", "p1", "--out", invitation)
	b, err := os.ReadFile(invitation)
	if err != nil {
		t.Fatal(err)
	}
	i, code, err := enrol.ParseInvitation(b)
	if err != nil || i.PersonName != "Nguyễn Thị Lan" || i.OfficeName != "UBND xã An" || !strings.Contains(out, code.String()) {
		t.Errorf("invitation: %+v %v", i, err)
	}
	if info, err := os.Stat(invitation); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("invitation file: %v %v", info.Mode(), err)
	}
	k.ok("Máy", "device", "list")
	k.fails("không tìm thấy", "device", "revoke", "nothing")
	k.fails("không tìm thấy", "device", "show", "nothing")
	k.fails("không tìm thấy", "device", "outbox", "nothing")
	k.fails("không tìm thấy", "device", "outbox", "nothing", "--files", filepath.Join(dir, "mở"))
	k.ok("server.init", "audit")
	k.ok(`Cơ sở dữ liệu\s+ok`, "check", "--deep")
	k.ok(`Bản ghi, phạm vi\s+\d`, "check", "--repair")

	backup, key := filepath.Join(dir, "b.age"), filepath.Join(dir, "backup.key")
	k.ok("NGOÀI máy chủ", "backup", "key", key)
	k.fails("cần đúng một cách mã hóa", "backup", backup)
	k.ok("có mã hóa", "backup", backup, "--key", key+".pub")
	k.fails("tệp đã có", "backup", backup, "--key", key+".pub")
	k.fails("not empty", "restore", backup, "--key", key)
	restored := tool{t, filepath.Join(dir, "restored")}
	restored.fails("cần --key", "restore", "--check", backup)
	restored.fails("không đọc được tệp khóa", "restore", "--check", backup, "--key", key+".pub")
	restored.ok("nguyên vẹn", "restore", "--check", backup, "--key", key)
	restored.ok("Đã phục hồi", "restore", backup, "--key", key)
	var status struct{ People, Units int }
	if err := json.Unmarshal([]byte(restored.ok("", "status", "--json")), &status); err != nil || status.People != 2 || status.Units != 2 {
		t.Errorf("restored: %+v %v", status, err)
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), nil, &out, &out); code != 0 || !strings.Contains(out.String(), "device revoke MÁY") {
		t.Errorf("%d\n%s", code, out.String())
	}
	out.Reset()
	if code := run(t.Context(), []string{"--lang", "en", "nothing"}, &out, &out); code != 2 || !strings.Contains(out.String(), "revoke a device") {
		t.Errorf("%d\n%s", code, out.String())
	}
	out.Reset()
	if code := run(t.Context(), []string{"code"}, &out, &out); code != 2 || !strings.Contains(out.String(), "khonggiayctl code NGƯỜI") {
		t.Errorf("%d\n%s", code, out.String())
	}
	for _, c := range commands {
		if c.help.vi == "" || c.help.en == "" || c.run == nil {
			t.Errorf("%s has no help", c.name)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"openapi"}, &out, &errOut); code != 0 || !json.Valid(out.Bytes()) || !strings.Contains(out.String(), `"openapi": "3.1`) {
		t.Errorf("%d %.200s %s", code, out.String(), errOut.String())
	}
}
