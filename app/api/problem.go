package api

import (
	"encoding/json"
	"net/http"
)

// writeProblem answers outside huma: unknown routes, the WebSocket, panics.
func writeProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// WriteProblem answers a request with the error's Problem; for the handlers
// of the laptop and the server that stand in front of the API.
func WriteProblem(w http.ResponseWriter, err error) { writeProblem(w, err) }
