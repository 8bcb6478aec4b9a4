package desktop

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
)

var update = flag.Bool("update", false, "write golden files")

// laptopRoutes lists every operation of the published description, and what the
// laptop serves besides.
func laptopRoutes(t *testing.T) []string {
	t.Helper()
	return append(apitest.Operations(t), "GET /api/events", "GET /api/meetings/1/conference", "GET /api/guest/conference", "GET /api/nothing", "POST /api/nothing", "GET /", "POST /", "GET /assets/nothing.js",
		"GET "+handoverPath, "POST "+handoverPath)
}

// laptopBodies are what a request needs to come past its shape.
var laptopBodies = map[string]string{
	"POST /api/lost/read":          `{"until":1}`,
	"POST /api/login":              `{"account":"a","password":"b"}`,
	"POST /api/password":           `{"old":"a","new":"b"}`,
	"POST /api/enrolment-codes":    `{"person":"` + string(officer) + `"}`,
	"POST /api/roots":              `{"certificate":"AA==","sha256":"` + strings.Repeat("0", 64) + `","uses":["signature"],"kind":"test","note":"a"}`,
	"POST /api/roots/read":         `{"file":"AA=="}`,
	"POST /api/roots/{sha256}/end": `{"until":"2030-01-01"}`,
	"POST /api/native/dossier":     `{"meeting":"m"}`,
	"POST /api/native/room":        `{"meeting":"m"}`,
	"POST /api/native/slip-file":   `{"slip":"s","file":1}`,
	"POST /api/native/save":        `{"document":"d","file":1}`,
	"POST /api/work":               `{"document":"d","file":1}`,
	"POST /api/commands":           `{"name":"group.save.1","target":{"kind":7,"id":"019ab000-0000-7000-8000-0000000000ff"},"base":0,"args":{"unit":"so-noi-vu","name":"a","members":[]}}`,
	"POST /api/demo/line":          `{"cut":true}`,
	"POST /api/enrol":              `{"server":"a.test","code":"KG1"}`,
	"POST /api/signing/otp":        `{"key":"k"}`,
	"POST /api/reading/key/grant":  `{"device":"d"}`,
	"POST /api/meetings/{id}/materials/{material}/annotations": `{"version":1,"body":{"page":1,"kind":"note"}}`,
	"POST /api/meetings/{id}/materials/{material}/share":       `{"person":"p"}`,
	"POST /api/meetings/{id}/conference/ticket":                `{"as":"person"}`,
	"POST /api/meetings/{id}/conference/guests":                `{"name":"a","until":1}`,
	"POST /api/guest/ticket":                                   `{"link":"a"}`,
	"POST /api/signing/requests":                               `{"key":"k","kind":"person","documents":[{"id":"d","revision":1,"content":"` + strings.Repeat("1", 64) + `"}]}`,
}

var laptopQueries = map[string]string{
	"GET /api/documents/{id}/files/{key}/signatures/report": "?form=pdf",
	"GET /api/documents/counts":                             "?direction=incoming",
	"GET /api/documents/duplicates":                         "?unit=xa-an&symbol=1",
	"GET /api/search":                                       "?q=a",
	"POST /api/pdf":                                         "?kind=.docx",
}

// caller is somebody who speaks to a laptop's port.
type caller struct {
	name   string
	laptop *laptop
	change func(*http.Request)
}

// callers are everybody from whom a request can come on this machine.
func callers(fresh, enrolled *laptop) []caller {
	with := func(l *laptop, headers ...string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Origin", l.app.gate.origin)
			r.AddCookie(&http.Cookie{Name: l.app.gate.cookie, Value: l.app.gate.token})
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
		}
	}
	return []caller{
		{"program without a ticket", enrolled, func(r *http.Request) { r.Header.Set("Origin", enrolled.app.gate.origin) }},
		{"page of another site", enrolled, with(enrolled, "Origin", "https://evil.example")},
		{"page of another port", enrolled, with(enrolled, "Origin", "http://127.0.0.1:1")},
		{"sandboxed page", enrolled, with(enrolled, "Origin", "null")},
		{"rebound name", enrolled, func(r *http.Request) { with(enrolled)(r); r.Host = "evil.example" }},
		{"person before enrolment", fresh, with(fresh)},
		{"person", enrolled, with(enrolled)},
	}
}

func (c caller) ask(t *testing.T, route string) string {
	t.Helper()
	method, path, _ := strings.Cut(route, " ")
	path = strings.NewReplacer("/api/devices/{id}", "/api/devices/019ab000-0000-7000-8000-0000000000ff", "{sha256}", strings.Repeat("0", 64), "{id}", "1", "{key}", "1", "{n}", "0", "{kind}", "person").Replace(path)
	body := laptopBodies[route]
	if body == "" {
		body = "{}"
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.laptop.app.gate.origin+path+laptopQueries[route], strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	c.change(req)
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p api.Problem
	switch html := strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"); {
	case json.Unmarshal(b, &p) == nil && p.Reason != "":
		return fmt.Sprint(resp.StatusCode, " ", p.Reason)
	case html && resp.StatusCode != http.StatusUnauthorized: // built into this program or not
		return "screen"
	}
	return fmt.Sprint(resp.StatusCode)
}

// TestAccess asks a laptop for every route as everybody who can reach its port
// and compares the answers with testdata/access.golden. A new route fails until
// its line has been read and taken over with -update.
func TestAccess(t *testing.T) {
	fresh := startIn(t, t.TempDir(), nil)
	defer fresh.stop()
	enrolled := startServer(t).laptopOf(clerkS)
	defer enrolled.stop()
	enrolled.until("the line is quiet", func() bool { return enrolled.sync().State == api.LineOnline })
	var got apitest.Access
	for _, route := range laptopRoutes(t) {
		answers := map[string][]string{}
		for _, c := range callers(fresh, enrolled) {
			answer := c.ask(t, route)
			answers[answer] = append(answers[answer], c.name)
		}
		got.Add(route, answers)
	}
	got.Compare(t, *update)
}
