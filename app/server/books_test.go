package server

import (
	"testing"
	"time"

	"khonggiay/app"
)

// A book that a revoked laptop holds is the server's again at once.
func TestRevokingReturnsBooks(t *testing.T) {
	f := open(t).run()
	l := f.enrol(clerk)
	book := app.Key{Kind: app.KindBook, ID: "so-den"}
	until := app.TimeOf(f.now().Add(time.Hour))
	if err := f.GiveSystem(t.Context(), "book.lend.1", book, &app.BookLend{Device: l.Device, Until: until}); err != nil {
		t.Fatal(err)
	}
	if b := f.store.Directory().Book(book.ID); !b.HeldBy(l.Writer) || b.Loan.Person != clerk {
		t.Fatalf("the book was not lent: %+v", b)
	}
	f.do("device.revoke", DeviceRequest{l.Device}, nil)
	if b := f.store.Directory().Book(book.ID); b.Holder != app.HolderServer || b.Lent() || b.Epoch != 2 {
		t.Errorf("after the revocation: %+v", b)
	}
}
