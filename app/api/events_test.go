package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

func listen(t *testing.T, server *httptest.Server, who, origin string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	h := http.Header{"Test-Person": {who}}
	if origin != "" {
		h.Set("Origin", origin)
	}
	return websocket.Dial(context.Background(), server.URL+"/api/events", &websocket.DialOptions{HTTPHeader: h})
}

func TestEvents(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	server := httptest.NewServer(p.handler)
	defer server.Close()
	for name, origin := range map[string]string{"foreign": "http://evil.example", "none": ""} {
		if _, resp, err := listen(t, server, "so.clerk", origin); err == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s origin: %v", name, err)
		}
	}
	clerk, _, err := listen(t, server, "so.clerk", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer clerk.CloseNow()
	other, _, err := listen(t, server, "x1.clerk", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer other.CloseNow()
	waitFor(t, p, 2)
	p.events.Publish(api.Event{Entity: "document", IDs: []app.ID{"d1"}}, func(v api.Viewer) bool { return v.Person == "so.clerk" })
	p.events.Publish(api.Event{Entity: "directory"}, nil)
	var first, second api.Event
	if err := wsjson.Read(context.Background(), clerk, &first); err != nil || first.Entity != "document" || first.IDs[0] != "d1" {
		t.Errorf("clerk: %+v, %v", first, err)
	}
	if err := wsjson.Read(context.Background(), other, &second); err != nil || second.Entity != "directory" {
		t.Errorf("the other one: %+v, %v", second, err)
	}
	p.events.CutOff(func(v api.Viewer) bool { return v.Person == "x1.clerk" })
	if _, _, err := other.Read(context.Background()); err == nil {
		t.Error("a session that ended still listens")
	}
}

// waitFor waits, by the hub's own word, until n screens listen.
func waitFor(t *testing.T, p *province, n int) {
	t.Helper()
	for p.events.Clients() < n {
		if t.Context().Err() != nil {
			t.Fatal("screens did not join")
		}
	}
}

// TestSlowScreenIsCutOff: one screen that does not read holds nobody up.
func TestSlowScreenIsCutOff(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	server := httptest.NewServer(p.handler)
	defer server.Close()
	slow, _, err := listen(t, server, "so.clerk", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.CloseNow()
	waitFor(t, p, 1)
	ids := make([]app.ID, 2000)
	for i := range ids {
		ids[i] = "0123456789-0123456789-0123456789-0123456789"
	}
	for p.events.Clients() > 0 { // ends only because the screen is cut off
		p.events.Publish(api.Event{Entity: "document", IDs: ids}, nil)
	}
}

func TestEventsOf(t *testing.T) {
	keys := []app.Key{{Kind: app.KindDocument, ID: "d1"}, {Kind: app.KindPerson, ID: "p"}, {Kind: app.KindDocument, ID: "d2"}, {Kind: 99, ID: "x"}}
	got := api.EventsOf(keys)
	if len(got) != 2 || got[0].Entity != "document" || len(got[0].IDs) != 2 || got[1].Entity != "directory" || got[1].IDs != nil {
		t.Errorf("%+v", got)
	}
	var many []app.Key
	for range 1000 {
		many = append(many, app.Key{Kind: app.KindDocument, ID: "d"})
	}
	if got := api.EventsOf(many); len(got) != 1 || got[0].IDs != nil {
		t.Errorf("a thousand documents: %d events, %d ids", len(got), len(got[0].IDs))
	}
}
