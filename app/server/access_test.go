package server

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api/apitest"
	"khonggiay/app/enrol"
	"khonggiay/app/verify"
	"khonggiay/sync/content"
)

var update = flag.Bool("update", false, "write golden files")

// registered lists what the package's own code hands to its muxes, as written.
func registered(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Handle" || f.Sel.Name == "HandleFunc") {
				out = append(out, string(text[call.Args[0].Pos()-1:call.Args[0].End()-1]))
			}
			return true
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ownRoutes are the routes that are not of the description, with a request for
// each. A new one fails the test until it stands here.
var ownRoutes = map[string]string{
	`"/"`:                      "GET /nothing",
	`"/api/"`:                  "GET /api/nothing",
	`"/api/devices"`:           "", // described
	`"/api/devices/"`:          "",
	`"/api/enrolment-codes"`:   "",
	`"/api/roots"`:             "",
	`"/api/roots/"`:            "",
	`"/api/forgotten-devices"`: "",
	`"/api/calendar-feed"`:     "",
	`"POST /api/pdf"`:          "",
	`"GET /api/meetings/{id}/votes/{key}/protocol"`:     "",
	`"GET "+pathFeed+"{file}"`:                          "GET " + pathFeed + noSegment + feedEnding,
	`"GET /healthz"`:                                    "GET /healthz",
	`"POST "+path`:                                      "POST " + pathWHIP,
	`"OPTIONS "+path`:                                   "OPTIONS " + pathWHIP,
	`"PATCH "+path+"/{station}"`:                        "PATCH " + pathWHIP + "/x",
	`"DELETE "+path+"/{station}"`:                       "DELETE " + pathWHEP + "/x",
	`"GET /metrics"`:                                    "GET /metrics",
	`"GET "+enrol.PathMeetings+"{meeting}/live"`:        "GET " + enrol.PathMeetings + noDevice + "/live",
	`"GET "+enrol.PathMeetings+"{meeting}/conference"`:  "GET " + enrol.PathMeetings + noDevice + "/conference",
	`"/api/meetings/{id}/conference/"`:                  "",
	`"GET /api/meetings/{id}/readiness"`:                "",
	`"GET "+enrol.PathWhereabouts+"{document}"`:         "GET " + enrol.PathWhereabouts + noDevice,
	`"GET "+verify.PathTrust`:                           "GET " + verify.PathTrust,
	`"GET "+verify.PathTrust+"/{name}"`:                 "GET " + verify.PathTrust + "/" + noPiece,
	`"GET "+enrol.PathProviders`:                        "GET " + enrol.PathProviders,
	`"POST "+enrol.PathProviders+"/{name}/ask"`:         "POST " + enrol.PathProviders + "/thu/ask",
	`"POST "+enrol.PathProviders+"/{name}/check"`:       "POST " + enrol.PathProviders + "/thu/check",
	`"POST "+enrol.PathProviders+"/{name}/credentials"`: "POST " + enrol.PathProviders + "/thu/credentials",
	`"POST "+enrol.PathProviders+"/{name}/otp"`:         "POST " + enrol.PathProviders + "/thu/otp",
	`"POST "+enrol.PathCourier`:                         "POST " + enrol.PathCourier,
	`"POST "+enrol.PathEnrol`:                           "POST " + enrol.PathEnrol,
	`"POST "+enrol.PathRenew`:                           "POST " + enrol.PathRenew,
	`"POST "+enrol.PathRenewLate`:                       "POST /renew-late",
	`"POST "+enrol.PathLeave`:                           "POST " + enrol.PathLeave,
	`enrol.PathLeave+content.Path`:                      "PUT " + enrol.PathLeave + content.Path + noSegment,
	`"POST "+pathSync`:                                  "POST " + pathSync,
	`content.Path`:                                      "GET " + content.Path + noSegment,
}

const (
	noDevice  = "019ab000-0000-7000-8000-0000000000ff"
	noPiece   = "crl-00000000000000000000000000000000.kept"
	noSegment = "0000000000000000000000000000000000000000000000000000000000000000"
)

// bodies are what a request needs to come past its shape.
var bodies = map[string]string{
	"POST /api/lost/read":          `{"until":1}`,
	"POST /api/login":              `{"account":"nobody","password":"` + wrongPassword + `"}`,
	"POST /api/password":           `{"old":"` + wrongPassword + `","new":"Ba mươi sáu phố phường"}`,
	"POST /api/roots":              `{"certificate":"AA==","sha256":"` + noSegment + `","uses":["signature"],"kind":"test","note":"a"}`,
	"POST /api/roots/read":         `{"file":"AA=="}`,
	"POST /api/roots/{sha256}/end": `{"until":"2030-01-01"}`,
	"POST /api/enrolment-codes":    `{"person":"` + string(clerk) + `"}`,
	"POST /api/native/dossier":     `{"meeting":"m"}`,
	"POST /api/native/room":        `{"meeting":"m"}`,
	"POST /api/native/slip-file":   `{"slip":"s","file":1}`,
	"POST /api/native/save":        `{"document":"` + noDevice + `","file":1}`,
	"POST /api/work":               `{"document":"d","file":1}`,
	"POST /api/commands":           `{"name":"group.save.1","target":{"kind":7,"id":"` + noDevice + `"},"base":0,"args":{"unit":"xa-an","name":"a","members":[]}}`,
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

var queries = map[string]string{
	"GET /api/documents/{id}/files/{key}/signatures/report": "?form=pdf",
	"GET /api/documents/counts":                             "?direction=incoming",
	"GET /api/documents/duplicates":                         "?unit=xa-an&symbol=1",
	"GET /api/search":                                       "?q=a",
	"POST /api/pdf":                                         "?kind=.docx",
}

// visitor is somebody at one of the doors.
type visitor struct {
	name   string
	client *http.Client
	header []string
}

// ask makes the request and says in a word what came of it.
func (f *fixture) ask(v visitor, route string, ids *strings.Replacer) string {
	f.Helper()
	method, path, _ := strings.Cut(route, " ")
	header := append([]string{"Content-Type", "application/json"}, v.header...)
	resp, b := f.send(v.client, method, "https://"+f.Addr()+ids.Replace(path)+queries[route],
		strings.NewReader(cmp.Or(bodies[route], "{}")), header...)
	switch reason := refusal(b); {
	case reason != "":
		return fmt.Sprint(resp.StatusCode, " ", reason)
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
		return "screen"
	}
	return fmt.Sprint(resp.StatusCode)
}

// atTheScreen signs a person of every role in, and nobody.
func (f *fixture) atTheScreen() []visitor {
	f.Helper()
	origin := "https://" + f.Addr()
	out := []visitor{{"nobody", f.browser(), []string{"Origin", origin}}}
	for _, role := range app.Roles {
		person := app.ID("p-" + string(role))
		f.do("directory.import", Import{People: []app.Person{{ID: person, Name: "Người " + string(role), Posts: post(unitCommune, role)}}}, nil)
		f.account("a."+string(role), person)
		_, b, c := f.signIn("a."+string(role), password)
		if c == nil {
			f.Fatalf("%s: %s", role, b)
		}
		out = append(out, visitor{string(role), f.browser(), []string{"Origin", origin, "Cookie", c.Name + "=" + c.Value}})
	}
	return out
}

// atTheDevicesDoors are laptops of a clerk, of the administrator and a revoked
// one, and somebody at the door of those who have none yet.
func (f *fixture) atTheDevicesDoors() []visitor {
	f.Helper()
	revoked := f.enrol(clerk)
	f.do("device.revoke", DeviceRequest{revoked.Device}, nil)
	newcomer := f.browser()
	newcomer.Transport.(*http.Transport).TLSClientConfig.ServerName = enrol.EnrolHost
	return []visitor{{"newcomer", newcomer, nil}, {"laptop of clerk", f.enrol(clerk).client, nil},
		{"laptop of admin", f.enrol(admin).client, nil}, {"revoked laptop", revoked.client, nil}}
}

// TestAccess asks for every route of every door as everybody and compares the
// answers with testdata/access.golden. A new route fails until its line has
// been read and taken over with -update.
func TestAccess(t *testing.T) {
	f := open(t).run()
	routes := apitest.Operations(t)
	for _, pattern := range registered(t) {
		request, ok := ownRoutes[pattern]
		if !ok {
			t.Errorf("say in ownRoutes how %s is asked for", pattern)
		}
		if request != "" {
			routes = append(routes, request)
		}
	}
	routes = append(routes, "GET /api/events", "GET /api/meetings/1/conference", "GET /api/guest/conference")
	// Ending the session comes last.
	slices.SortStableFunc(routes, func(a, b string) int { return cmp.Compare(strings.Count(a, "logout"), strings.Count(b, "logout")) })
	visitors := append(f.atTheScreen(), f.atTheDevicesDoors()...)
	foreign := f.enrol(stranger)
	ids := strings.NewReplacer("/api/devices/{id}", "/api/devices/"+string(foreign.Device), "{sha256}", noSegment, "{id}", "1", "{key}", "1", "{n}", "0", "{kind}", "person")
	var got apitest.Access
	for _, route := range routes {
		answers := map[string][]string{}
		for _, v := range visitors {
			answer := f.ask(v, route, ids)
			answers[answer] = append(answers[answer], v.name)
		}
		got.Add(route, answers)
	}
	got.Compare(t, *update)
}
