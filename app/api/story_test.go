package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// TestStory gives the commands of the main job through the API and compares
// what each screen shows with testdata/story.golden. Each screen is asked twice:
// of the server, and of a laptop that holds what that person's scopes hold.
func TestStory(t *testing.T) {
	const out = app.ID("019ab000-0000-7000-8000-000000000001")
	in := app.CopyID(out, "x1")
	p := newProvince(t, sqlite.Server)
	var b bytes.Buffer
	show := func(title, who, path string) {
		text := indent(t, p.get(who, path))
		fmt.Fprintf(&b, "# %s\n# %s GET %s\n%s\n\n", title, who, path, text)
		if laptop := indent(t, p.replicaOf(app.ID(who)).get(who, path)); !bytes.Equal(laptop, text) {
			t.Errorf("%s: the laptop of %s shows something else for %s:\n%s", title, who, path, laptop)
		}
	}
	sum := p.stored("so.clerk", "Kế hoạch.pdf", pdf(300_000))
	p.give("so.clerk", "document.register_send.1", out, `{"unit":"so","book":"so.di","to":["x1","x2"],"signer":"so.leader","form":"TM.",
		"fields":{"type":"KH","subject":"Kế hoạch chuyển đổi số năm 2027","organName":"Sở Nội vụ","urgency":3,"dueDate":"2026-12-04"},
		"files":[{"name":"Kế hoạch.pdf","sha256":"`+sum+`"}]}`)
	show("The commune's clerk sees it arrive, hỏa tốc", "x1.clerk", "/desk")
	p.give("x1.clerk", "document.accept.1", in, `{}`)
	p.give("x1.clerk", "document.register.1", in, `{"book":"x1.den"}`)
	p.give("x1.clerk", "document.submit.1", in, `{"to":"x1.leader","text":"Kính trình Chủ tịch"}`)
	show("The leader finds it on top", "x1.leader", "/desk")
	directive := p.give("x1.leader", "document.direct.1", in, `{"text":"Giao Phòng VH-XH tham mưu, báo cáo trước ngày 30/11.","due":"2026-11-30",
		"receivers":[{"id":"x1.officer","role":"CHU_TRI"},{"id":"x1.p","unit":true,"role":"PHOI_HOP"}]}`)
	p.give("x1.officer", "document.answer.1", in, fmt.Sprintf(`{"directive":%d,"receiver":"x1.officer","text":"Đã dự thảo kế hoạch."}`, directive))
	show("The answer waits for the leader", "x1.leader", "/desk")
	show("The document, as the officer sees it", "x1.officer", "/documents/"+string(in))
	show("The department follows its recipients", "so.clerk", "/documents?direction=outgoing")
	show("Found without accents", "x1.leader", "/search?q=chuyen+doi+so")
	show("The tabs of the clerk", "x1.clerk", "/documents/counts?direction=incoming")
	golden(t, "story.golden", b.Bytes())
}

// indent writes JSON for reading. How long a search took is left out.
func indent(t *testing.T, v map[string]any) []byte {
	t.Helper()
	delete(v, "ms")
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// golden compares with a file in testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if api.Update() {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s; run with -update and read the difference", path)
	}
}
