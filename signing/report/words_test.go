package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

var update = flag.Bool("update", false, "take the words of the screen over")

// TestWords: the report speaks as the screen does. -update takes its words over.
func TestWords(t *testing.T) {
	b, err := os.ReadFile("../../frontend/src/lib/i18n/vi.json")
	if err != nil {
		t.Fatal(err)
	}
	screen := map[string]string{}
	if err := json.Unmarshal(b, &screen); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(screen, func(key, _ string) bool { return !strings.HasPrefix(key, "sign.") })
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(screen); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("words.json", want.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(wordsFile, want.Bytes()) {
		t.Error("words.json is not what the screen says: run go test ./signing/report -run TestWords -update")
	}
}

// codesOf are the texts of a type of constants, from its source.
func codesOf(t *testing.T, file, kind string) (out []string) {
	t.Helper()
	b, err := os.ReadFile("../" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\s+\w+\s+`+kind+`\s+= "(.+?)"`).FindAllSubmatch(b, -1) {
		out = append(out, string(m[1]))
	}
	if len(out) < 3 {
		t.Fatalf("only %d codes in %s", len(out), file)
	}
	return out
}

// TestEveryCodeHasWords: nothing that a validator answers is printed as a code.
func TestEveryCodeHasWords(t *testing.T) {
	check := func(text string) {
		t.Helper()
		if text == "" || strings.Contains(text, "(mã") || strings.Contains(text, "{{") || strings.HasPrefix(text, "sign.") {
			t.Errorf("no words: %q", text)
		}
	}
	for _, code := range codesOf(t, "validator/table.go", "Code") {
		check(findingText(validator.Finding{Code: validator.Code(code), Data: map[string]any{"field": "SoVB"}}, ""))
	}
	for _, reason := range codesOf(t, "trust/failure.go", "Reason") {
		check(findingText(validator.Finding{Code: validator.ChainFailed, Data: map[string]any{"reason": trust.Reason(reason), "certificate": "CA"}}, ""))
	}
	for _, kind := range codesOf(t, "validator/change.go", "ChangeKind") {
		check(changeText(validator.Change{Kind: validator.ChangeKind(kind), Page: 2, Field: "Ky1"}))
		check(findingText(validator.Finding{Code: validator.ChangedAfter, Data: map[string]any{"kind": validator.ChangeKind(kind), "page": 2}}, ""))
	}
	for _, sub := range codesOf(t, "indication.go", "SubIndication") {
		check(explain(signing.Indeterminate, signing.SubIndication(sub), nil, validator.Approval).reason)
	}
	for _, kind := range codesOf(t, "validator/report.go", "Kind") {
		check(word("kind."+kind, data{"code": "(mã"}))
	}
	for _, state := range codesOf(t, "trust/status.go", "State") {
		check(revocationText(&validator.Revocation{State: state, Source: "crl", Origin: "cache"}, time.Now()))
	}
	if text := findingText(validator.Finding{Code: "new_trick"}, ""); !strings.Contains(text, "new_trick") {
		t.Errorf("a code without words is passed over: %q", text)
	}
}

// TestForgery: a forgery is called by its name, as on the screen.
func TestForgery(t *testing.T) {
	for want, data := range map[string]map[string]any{
		"Nội dung trang 2 đã bị sửa sau khi ký.":                 {"kind": validator.ChangeContent, "page": 2},
		"Nội dung của tệp đã bị sửa sau khi ký.":                 {"kind": validator.ChangeContent},
		"Tệp đã bị sửa sau khi ký: xóa ô Ky1.":                   {"kind": validator.ChangeRemoved, "field": "Ky1"},
		"Ghi chú ở trang 3 đã bị thêm, sửa hoặc xóa sau khi ký.": {"kind": validator.ChangeAnnotation, "page": 3},
	} {
		if got := findingText(validator.Finding{Code: validator.ChangedAfter, Data: data}, ""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
