package server

import (
	"context"

	"khonggiay/app"
)

// recallBooks takes the books that a revoked device holds back to the server:
// the office goes on numbering. Revocation does not wait for it; what fails
// here the office's administrator can still recall.
func (s *Server) recallBooks(ctx context.Context, device app.ID) {
	for _, b := range s.store.Directory().AllBooks() {
		if b.Holder != device {
			continue
		}
		if err := s.GiveSystem(ctx, "book.device_gone.1", b.Key(), &app.BookDeviceGone{Device: device}); err != nil {
			s.log.Error("recalling a book from a revoked device", "book", b.ID, "device", device, "err", err)
		}
	}
}
