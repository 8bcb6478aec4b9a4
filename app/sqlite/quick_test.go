package sqlite

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"khonggiay/app"
)

// TestQuickCheckBesideWork: looking for damage finds none while documents are
// written, searched and removed beside it.
func TestQuickCheckBesideWork(t *testing.T) {
	for _, role := range []Role{Replica, Server} {
		t.Run(role.String(), func(t *testing.T) {
			s := testStore(t, role)
			var looking sync.WaitGroup
			done := make(chan struct{})
			for range 2 {
				looking.Go(func() {
					for {
						select {
						case <-done:
							return
						default:
						}
						if err := s.QuickCheck(context.Background()); err != nil {
							t.Error(err)
							return
						}
						if _, err := s.Documents(context.Background(), app.Viewer{All: true}, app.DocumentQuery{Text: "văn bản", Limit: 20}); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			for i := range 300 {
				write(t, s, func(tx *Tx) error {
					id := app.ID(fmt.Sprintf("d%d", i%40))
					return tx.Put(wordDoc(id, fmt.Sprintf("Văn bản số %d về việc rà soát lần thứ %d", i, i*7)))
				})
			}
			close(done)
			looking.Wait()
		})
	}
}
