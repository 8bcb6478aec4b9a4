package server

import (
	"errors"
	"net/http"

	"khonggiay/app"
	"khonggiay/app/verify"
)

// serveTrust tells a laptop whom the province trusts: the bundle of
// [verify.Bundle], or 304 when the laptop has it.
func (s *Server) serveTrust(w http.ResponseWriter, r *http.Request) {
	body, etag, err := s.judge.Bundle()
	if err != nil {
		s.log.Error("the roots cannot be used", "err", err)
		writeRefusal(w, whyNoRoot(err))
		return
	}
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// servePiece hands out a piece of evidence that the bundle names.
func (s *Server) servePiece(w http.ResponseWriter, r *http.Request) {
	b, err := s.judge.Piece(r.PathValue("name"))
	if err != nil {
		if !errors.Is(err, app.ErrNotFound) {
			s.log.Error("reading evidence", "err", err)
		}
		writeRefusal(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(b)
}

// trustRoutes are where laptops learn whom to trust.
func (s *Server) trustRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+verify.PathTrust, s.serveTrust)
	mux.HandleFunc("GET "+verify.PathTrust+"/{name}", s.servePiece)
}
