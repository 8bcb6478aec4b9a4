package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// turning is a laptop that is revoked after it was described, before it is asked who
// works on it.
type turning struct{ revoked atomic.Bool }

// Describe implements api.Host.
func (m *turning) Describe(context.Context) api.HostInfo {
	if m.revoked.Load() {
		return api.HostInfo{Kind: "laptop", Problem: "device.revoked"}
	}
	return api.HostInfo{Kind: "laptop"}
}

// Viewer implements api.Sessions.
func (m *turning) Viewer(*http.Request) (api.Viewer, error) {
	m.revoked.Store(true)
	return api.Viewer{}, app.Refuse(app.Forbidden, "device.revoked")
}

// TestSessionOfARevokedLaptop: what stops the work is told as what it is, also when it
// comes while the session is read.
func TestSessionOfARevokedLaptop(t *testing.T) {
	p := newProvince(t, sqlite.Replica)
	m := &turning{}
	o := p.options
	o.Host, o.Sessions = m, m
	w := httptest.NewRecorder()
	api.New(o).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/session", nil))
	var s api.Session
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil || w.Code != http.StatusOK || s.Problem != "device.revoked" {
		t.Errorf("%d, %v: %s", w.Code, err, w.Body)
	}
}
