package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
)

// underTest is all that a store needs to join the conformance suite.
type underTest struct{ *Store }

func (s underTest) Write(ctx context.Context, fn func(apptest.Tx) error) error {
	return s.Store.Write(ctx, func(tx *Tx) error { return fn(tx) })
}

func (s underTest) Read(ctx context.Context, fn func(apptest.View) error) error {
	return s.Store.Read(ctx, func(v *View) error { return fn(v) })
}

func TestConformance(t *testing.T) {
	apptest.Run(t, func(t *testing.T, server bool) apptest.Store {
		role := Replica
		if server {
			role = Server
		}
		s, err := Open(t.Context(), Options{
			Path: filepath.Join(t.TempDir(), "kg.db"), Role: role, Holder: app.HolderServer,
			Clock: func() app.Time { return apptest.Now }, NoSync: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return underTest{s}
	})
}
