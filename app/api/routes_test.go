package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// open routes answer before anybody is signed in; each looks after itself.
var openRoutes = []string{"GET /api/session", "POST /api/login", "POST /api/enrol", "POST /api/demo/line", "POST /api/guest/ticket"}

// TestEveryRouteRefusesNobody asks every route of the description without a
// session.
func TestEveryRouteRefusesNobody(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	var description struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(api.OpenAPI(), &description); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for path, methods := range description.Paths {
		for method := range methods {
			method = strings.ToUpper(method)
			if slices.Contains(openRoutes, method+" "+path) {
				continue
			}
			asked++
			path := strings.NewReplacer("{sha256}", someHash, "{id}", "1", "{key}", "1", "{n}", "0", "{kind}", "person").Replace(path)
			if path == "/api/documents/counts" {
				path += "?direction=incoming"
			}
			if path == "/api/pdf" {
				path += "?kind=.docx"
			}
			if strings.HasSuffix(path, "/signatures/report") {
				path += "?form=pdf"
			}
			w := p.do("", method, path, strings.NewReader(validBody(path)), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
			if w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
	if asked < 25 {
		t.Errorf("only %d routes were asked", asked)
	}
	if w := p.do("", "GET", "/api/events", nil, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("events: %d", w.Code)
	}
}

// validBody passes the shape checks that come before the handler.
func validBody(path string) string {
	switch {
	case strings.HasSuffix(path, "/annotations"):
		return `{"version":1,"body":{"page":1,"kind":"note"}}`
	case strings.HasSuffix(path, "/place"):
		return `{"carry":true}`
	case strings.HasSuffix(path, "/conference/ticket"):
		return `{"as":"person"}`
	case strings.HasSuffix(path, "/conference/guests"):
		return `{"name":"a","until":1}`
	case strings.HasSuffix(path, "/share"):
		return `{"person":"p"}`
	}
	switch path {
	case "/api/reading/key/grant":
		return `{"device":"d"}`
	case "/api/password":
		return `{"old":"a","new":"b"}`
	case "/api/lost/read":
		return `{"until":1}`
	case "/api/enrolment-codes":
		return `{"person":"p"}`
	case "/api/scan-folders":
		return `{"path":"/scan","unit":"u","tidy":false}`
	case "/api/native/dossier", "/api/native/room":
		return `{"meeting":"m"}`
	case "/api/native/points":
		return `{"meeting":"m","form":"pdf"}`
	case "/api/native/slip-file":
		return `{"slip":"s","file":1}`
	case "/api/native/save", "/api/work":
		return `{"document":"d","file":1}`
	case "/api/roots":
		return `{"certificate":"AA==","sha256":"` + someHash + `","uses":["signature"],"kind":"test","note":"a"}`
	case "/api/meetings/1/papers":
		return `{"kind":"minutes"}`
	case "/api/roots/read":
		return `{"file":"AA=="}`
	case "/api/roots/" + someHash + "/end":
		return `{"until":"2030-01-01"}`
	case "/api/signing/otp":
		return `{"key":"k"}`
	case "/api/signing/sign", "/api/signing/requests":
		return `{"key":"k","kind":"person","documents":[{"id":"d","revision":1,"content":"` + someHash + `"}]}`
	}
	return `{}`
}

func TestNotForThisPerson(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	sum := p.stored("x1.clerk", "a.pdf", pdf(1000))
	p.give("x1.clerk", "document.receive.1", "d1", `{"unit":"x1","fields":{"subject":"Riêng của xã 1"},"files":[{"name":"a.pdf","sha256":"`+sum+`"}]}`)
	doc := p.get("x1.clerk", "/documents/d1")
	key := doc["files"].([]any)[0].(map[string]any)["key"]
	file, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/documents/d1", "/documents/d1/files/" + string(file), "/documents/nothing"} {
		if w := p.do("x2.clerk", "GET", "/api"+path, nil, nil); w.Code != http.StatusNotFound || reason(w) != "record.not_found" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if total := p.get("x2.clerk", "/search?q=rieng")["total"]; total != 0.0 {
		t.Errorf("a stranger finds %v documents", total)
	}
	w := p.try("x2.clerk", "document.add_file.1", 1, "d1", `{"file":{"name":"b.pdf","sha256":"`+sum+`"}}`)
	if w.Code == http.StatusOK {
		t.Errorf("another person used an upload: %s", w.Body)
	}
	if w := p.do("gone", "GET", "/api/desk", nil, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"items":[]`) {
		t.Errorf("a person whom the directory does not know: %d %s", w.Code, w.Body)
	}
}

func TestBadCommands(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	long := strings.Repeat("ă", 501)
	for name, c := range map[string]struct {
		body string
		want string
		code int
	}{
		"not JSON":         {`{"name":`, "request.malformed", 422},
		"two values":       {`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":"a"}} {}`, "request.malformed", 422},
		"unknown member":   {`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":"a"},"actor":"x1.leader"}`, "request.malformed", 422},
		"unknown argument": {`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":"a","by":"x1.leader"}}`, "request.malformed", 422},
		"unknown command":  {`{"name":"document.explode.1","target":{"kind":1,"id":"d"},"base":0,"args":{}}`, "command.unknown", 422},
		"system command":   {`{"name":"document.content_stored.1","target":{"kind":1,"id":"d"},"base":0,"args":{"file":1}}`, "command.unknown", 422},
		"directory record": {`{"name":"person.put.1","target":{"kind":3,"id":"d"},"base":0,"args":{}}`, "command.unknown", 422},
		"wrong kind":       {`{"name":"document.remark.1","target":{"kind":9,"id":"d"},"base":0,"args":{"text":"a"}}`, "command.bad_target", 422},
		"bad id":           {`{"name":"document.remark.1","target":{"kind":1,"id":"../d"},"base":0,"args":{"text":"a"}}`, "command.bad_target", 422},
		"wrong type":       {`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":7}}`, "request.malformed", 422},
		"missing text":     {`{"name":"document.remark.1","target":{"kind":1,"id":"d"},"base":0,"args":{"text":"   "}}`, "field.missing", 422},
		"missing member":   {`{"name":"document.register_send.1","target":{"kind":1,"id":"d"},"base":0,"args":{}}`, "field.too_few", 422},
		"too long":         {`{"name":"document.receive.1","target":{"kind":1,"id":"d"},"base":0,"args":{"unit":"so","fields":{"subject":"` + long + `"}}}`, "field.too_long", 422},
		"bad date":         {`{"name":"document.receive.1","target":{"kind":1,"id":"d"},"base":0,"args":{"unit":"so","fields":{"subject":"a","dueDate":"31/12/2026"}}}`, "request.malformed", 422},
		"no such upload":   {`{"name":"document.receive.1","target":{"kind":1,"id":"d"},"base":0,"args":{"unit":"so","fields":{"subject":"a"},"files":[{"name":"a.pdf","sha256":"` + strings.Repeat("0", 64) + `"}]}}`, "upload.unknown", 422},
		"not his to do":    {`{"name":"document.receive.1","target":{"kind":1,"id":"d"},"base":0,"args":{"unit":"x2","fields":{"subject":"a"}}}`, "can.needs_clerk", 403},
		"too large":        {`{"name":"` + strings.Repeat("a", 600<<10) + `"}`, "request.too_large", 413},
	} {
		w := p.do("so.clerk", "POST", "/api/commands", strings.NewReader(c.body), nil)
		if w.Code != c.code || reason(w) != c.want {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, c.code, c.want)
		}
		if strings.Contains(w.Body.String(), "json:") {
			t.Errorf("%s: a Go error reached the client: %s", name, w.Body)
		}
	}
}

// TestSecrecyIsRefusedAtTheDoor: nothing of a marked document may be stored,
// and the answer does not repeat its text.
func TestSecrecyIsRefusedAtTheDoor(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	for name, fields := range map[string]string{
		"chosen": `{"subject":"Phương án bảo vệ","secrecy":"MAT"}`,
		"typed":  `{"subject":"TUYỆT MẬT"}`,
	} {
		w := p.try("so.clerk", "document.receive.1", 1, "d", `{"unit":"so","fields":`+fields+`}`)
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusForbidden || reason(w) != "secrecy.refused" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "Phương án") {
			t.Errorf("%s: the refusal repeats the text: %s", name, w.Body)
		}
	}
	if w := p.upload("so.clerk", "TỐI MẬT.pdf", pdf(100)); reason(w) != "secrecy.refused" {
		t.Errorf("file name: %d %s", w.Code, w.Body)
	}
	for range p.files.List() {
		t.Fatal("a content was stored")
	}
}

func TestDirectoryIsCached(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	first := p.do("so.clerk", "GET", "/api/directory", nil, nil)
	etag := first.Header().Get("ETag")
	if first.Code != http.StatusOK || etag == "" {
		t.Fatalf("%d, ETag %q", first.Code, etag)
	}
	same := func(r *http.Request) { r.Header.Set("If-None-Match", etag) }
	if w := p.do("x1.leader", "GET", "/api/directory", nil, same); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("unchanged: %d, %d bytes", w.Code, w.Body.Len())
	}
	w := p.try("so.clerk", "group.save.1", 7, "g9", `{"unit":"so","name":"Các xã ven biển","members":["x1"]}`)
	if w.Code != http.StatusOK {
		t.Fatalf("group: %s", w.Body)
	}
	if w := p.do("so.clerk", "GET", "/api/catalog", nil, nil); !strings.Contains(w.Body.String(), "Các xã ven biển") {
		t.Errorf("the new group is not offered: %s", w.Body)
	}
	p.now.Add(24 * 3600 * 1000)
	if w := p.do("so.clerk", "GET", "/api/directory", nil, same); w.Code != http.StatusNotModified {
		t.Errorf("another day, the same directory: %d", w.Code)
	}
}

func TestSessionOfEachHost(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	s := p.get("x1.officer", "/session")
	if s["host"] != "server" || s["person"].(map[string]any)["name"] != "Nguyễn officer" || s["unit"].(map[string]any)["id"] != "x1" {
		t.Errorf("session: %v", s)
	}
	if w := p.do("so.clerk", "POST", "/api/login", strings.NewReader(`{"account":"a","password":"b"}`), nil); reason(w) != "request.not_here" {
		t.Errorf("login where there are no accounts: %d %s", w.Code, w.Body)
	}
	if w := p.do("so.clerk", "GET", "/api/nothing", nil, nil); w.Code != http.StatusNotFound || reason(w) != "request.unknown_route" {
		t.Errorf("unknown route: %d %s", w.Code, w.Body)
	}
}

func TestDaysInQueries(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.give("x1.clerk", "document.receive.1", "d1", `{"unit":"x1","fields":{"subject":"Kế hoạch năm","codeNumber":"16","notation":"KH-UBND","issuedDate":"2026-08-05","organName":"Sở Y tế"}}`)
	for query, want := range map[string]float64{
		"from=2020-01-01&to=2099-12-31": 1, "from=2099-12-31": 0, "to=2020-01-01": 0, "": 1,
	} {
		if total := p.get("x1.clerk", "/documents?direction=incoming&"+query)["total"]; total != want {
			t.Errorf("%s: %v documents, want %v", query, total, want)
		}
	}
	w := p.do("x1.clerk", "GET", "/api/documents/duplicates?unit=x1&symbol=16/KH-UBND&date=2026-08-05&organ=S%E1%BB%9F%20Y%20t%E1%BA%BF", nil, nil)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"why":"number"`) {
		t.Errorf("duplicates by number and day: %d %s", w.Code, w.Body)
	}
	if w := p.do("x1.clerk", "GET", "/api/documents?from=5.8.2026", nil, nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nonsense for a day: %d %s", w.Code, w.Body)
	}
}

// A search may be narrowed before a word is typed; nothing asked finds nothing.
func TestSearchWithoutWords(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.give("x1.clerk", "document.receive.1", "019ab000-0000-7000-8000-00000000000a", `{"unit":"x1","fields":{"subject":"Giấy mời họp","type":"GM","urgency":2}}`)
	for query, want := range map[string]float64{
		"": 0, "?type=GM": 1, "?type=BC": 0, "?urgency=2": 1, "?direction=incoming": 1, "?direction=outgoing": 0, "?q=giay+moi&type=GM": 1,
	} {
		if got := p.get("x1.clerk", "/search"+query)["total"]; got != want {
			t.Errorf("/search%s: %v, want %v", query, got, want)
		}
	}
}

// TestSessionTellsDelegations: giver and receiver see what was given with its
// state; nobody else does, and a revoked one lends nothing any more.
func TestSessionTellsDelegations(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	now := p.clock()
	try := func(name string, id app.ID, args string) {
		t.Helper()
		if w := p.try("x1.leader", name, app.KindDelegation, id, args); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	span := func(start, end time.Duration) string {
		return fmt.Sprintf(`{"to":"x1.officer","unit":"x1","start":%d,"end":%d,"basis":"12/GUQ-UBND"}`,
			int64(now)+start.Milliseconds(), int64(now)+end.Milliseconds())
	}
	try("delegation.give.1", "g1", span(0, 24*time.Hour))
	try("delegation.give.1", "g2", span(48*time.Hour, 72*time.Hour))
	states := func(who string) (out []string) {
		for _, d := range p.get(who, "/session")["allDelegations"].([]any) {
			m := d.(map[string]any)
			if m["from"].(map[string]any)["id"] != "x1.leader" || m["to"].(map[string]any)["id"] != "x1.officer" || m["basis"] != "12/GUQ-UBND" {
				t.Errorf("delegation: %v", m)
			}
			out = append(out, m["id"].(string)+" "+m["state"].(string))
		}
		return out
	}
	for _, who := range []string{"x1.leader", "x1.officer"} {
		if got := states(who); !slices.Equal(got, []string{"g2 coming", "g1 active"}) {
			t.Errorf("%s sees %v", who, got)
		}
	}
	if got := states("x1.clerk"); got != nil {
		t.Errorf("a stranger sees %v", got)
	}
	try("delegation.revoke.1", "g1", `{}`)
	if got := states("x1.leader"); !slices.Equal(got, []string{"g2 coming", "g1 revoked"}) {
		t.Errorf("after the revocation: %v", got)
	}
	if lent := p.get("x1.officer", "/session")["delegations"].([]any); len(lent) != 0 {
		t.Errorf("still lent: %v", lent)
	}
	p.now.Add((100 * time.Hour).Milliseconds())
	if got := states("x1.officer"); !slices.Equal(got, []string{"g2 ended", "g1 revoked"}) {
		t.Errorf("later: %v", got)
	}
}
