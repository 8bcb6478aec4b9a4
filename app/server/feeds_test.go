package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
)

// TestFeedIsReadByWhoeverHasItsAddress: a program for calendars reads it without
// signing in, until its person makes another or ends it, or is closed himself.
func TestFeedIsReadByWhoeverHasItsAddress(t *testing.T) {
	f := open(t).run()
	f.account("a.clerk", clerk)
	_, _, cookie := f.signIn("a.clerk", password)
	if cookie == nil {
		t.Fatal("not signed in")
	}
	origin := "https://" + f.Addr()
	ask := func(method string, out any) {
		t.Helper()
		resp, b := f.send(f.browser(), method, origin+"/api/calendar-feed", nil, "Origin", origin, "Cookie", cookie.Name+"="+cookie.Value)
		if resp.StatusCode/100 != 2 {
			t.Fatalf("%s: %d %s", method, resp.StatusCode, b)
		}
		if out != nil {
			if err := json.Unmarshal(b, out); err != nil {
				t.Fatal(err)
			}
		}
	}
	read := func(path string) (int, string) {
		t.Helper()
		resp, b := f.send(f.browser(), http.MethodGet, origin+path, nil)
		return resp.StatusCode, string(b)
	}
	made := func() string {
		t.Helper()
		var n api.NewFeed
		ask(http.MethodPost, &n)
		secrets.add(strings.TrimSuffix(strings.TrimPrefix(n.Path, pathFeed), feedEnding))
		return n.Path
	}

	first := made()
	if code, b := read(first); code != http.StatusOK || !strings.HasPrefix(b, "BEGIN:VCALENDAR\r\n") {
		t.Fatalf("read: %d %s", code, b)
	}
	var v api.FeedView
	if ask(http.MethodGet, &v); v.Made == 0 || v.Used == 0 {
		t.Fatalf("told of: %+v", v)
	}
	if code, b := read(first + "?from=1"); code != http.StatusOK || !strings.Contains(b, "VCALENDAR") {
		t.Errorf("a query is not his: %d %s", code, b)
	}
	if code, b := read(strings.TrimSuffix(first, feedEnding)); code != http.StatusOK || strings.Contains(b, "VCALENDAR") {
		t.Errorf("what is no address is a screen: %d %.60s", code, b)
	}
	second := made()
	if code, _ := read(first); code != http.StatusNotFound {
		t.Errorf("the address before still answers %d", code)
	}
	ask(http.MethodDelete, nil)
	if code, _ := read(second); code != http.StatusNotFound {
		t.Errorf("an ended address answers %d", code)
	}
	third := made()
	f.do("directory.import", Import{People: []app.Person{{ID: clerk, Name: "Trần Văn Thư", Closed: true, Posts: post(unitCommune, app.RoleClerk)}}}, nil)
	if code, _ := read(third); code != http.StatusNotFound {
		t.Errorf("the address of somebody who is closed answers %d", code)
	}
}
