package api

import (
	"context"
	"net/http"

	"github.com/coder/websocket"

	"khonggiay/app"
)

// Live carries the live side of meetings: who leads everybody through the
// materials, and who is connected.
type Live interface {
	// Serve runs one screen's connection until either side ends it.
	Serve(ctx context.Context, conn *websocket.Conn, v Viewer, meeting app.ID)
}

func (a *API) liveRoutes() {
	a.mux.HandleFunc("GET /api/meetings/{id}/live", a.serveLive)
}

// serveLive upgrades to a WebSocket, as serveEvents does. Whether the person may
// be there is the host's to say.
func (a *API) serveLive(w http.ResponseWriter, r *http.Request) {
	v, err := a.Sessions.Viewer(r)
	switch {
	case err != nil:
		WriteProblem(w, err)
		return
	case r.Header.Get("Origin") == "":
		WriteProblem(w, app.Refuse(app.Forbidden, "session.bad_origin"))
		return
	case a.Live == nil || !app.ID(r.PathValue("id")).Valid():
		WriteProblem(w, app.Refuse(app.NotFound, "request.not_here"))
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }()
	a.Live.Serve(r.Context(), conn, v, app.ID(r.PathValue("id")))
}
