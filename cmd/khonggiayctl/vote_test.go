package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerifyVote: what is typed and printed, and the exit codes; what is found
// is proved in app/voteproof. The protocol in testdata is of an invented vote.
func TestVerifyVote(t *testing.T) {
	good, err := os.ReadFile("testdata/vote.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	altered := bytes.Replace(good, []byte(`"choice":"DONG_Y"`), []byte(`"choice":"KHONG_DONG_Y"`), 1)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"testdata/vote.json"}, 0, "KẾT LUẬN: biên bản đúng"},
		{[]string{"testdata/vote.json", "--ca", "testdata/vote-ca.pem"}, 0, "Kết quả: Đạt"},
		{[]string{"testdata/vote.json", "--lang", "en"}, 0, "VERDICT: good"},
		{[]string{"testdata/vote.json", "--json"}, 0, `"findings":[]`},
		{[]string{write("altered.json", altered)}, 1, "phiếu đã bị sửa"},
		{[]string{write("none.json", []byte("{}"))}, 2, "not a protocol"},
		{[]string{filepath.Join(dir, "absent.json")}, 2, "absent.json"},
		{[]string{"testdata/vote.json", "--ca", "testdata/vote.json"}, 2, "--ca"},
		{nil, 2, "verify-vote"},
	} {
		var out bytes.Buffer
		voteAuthority = ""
		if code := run(t.Context(), append([]string{"verify-vote"}, c.args...), &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: %d %s", c.args, code, out.String())
		}
	}
}
