package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

func openServer(t *testing.T) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Path: filepath.Join(t.TempDir(), "s.db"), Role: Server, Clock: func() app.Time { return 1_000_000 }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAuditIsAppendOnly(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	for _, act := range []string{"one", "two", "three"} {
		must(t, s.Write(ctx, func(tx *Tx) error { return tx.Audit(AuditEntry{Act: act, Detail: map[string]any{"n": 1}}) }))
	}
	for _, query := range []string{"UPDATE audit SET act = 'x' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"} {
		if err := s.Write(ctx, func(tx *Tx) error { return tx.exec(query) }); err == nil {
			t.Errorf("%s was allowed", query)
		}
	}
	if rows, err := s.CheckAudit(ctx); rows != 3 || err != nil {
		t.Errorf("check: %d %v", rows, err)
	}
}

// Whoever gets round the triggers is found by the chain.
func TestAuditChainShowsTampering(t *testing.T) {
	for name, query := range map[string]string{
		"a changed row": "UPDATE audit SET detail = '{}' WHERE seq = 2",
		"a removed row": "DELETE FROM audit WHERE seq = 2",
		"a new time":    "UPDATE audit SET at = at + 1 WHERE seq = 1",
	} {
		s, ctx := openServer(t), context.Background()
		for range 3 {
			must(t, s.Write(ctx, func(tx *Tx) error { return tx.Audit(AuditEntry{Act: "act", Detail: map[string]any{"n": 1}}) }))
		}
		must(t, s.Write(ctx, func(tx *Tx) error {
			return errors.Join(tx.exec("DROP TRIGGER audit_no_update"), tx.exec("DROP TRIGGER audit_no_delete"), tx.exec(query))
		}))
		if _, err := s.CheckAudit(ctx); !errors.Is(err, ErrAuditBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An act that is rolled back leaves no trace, and no gap.
func TestAuditRollsBackWithItsAct(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	sorry := errors.New("sorry")
	err := s.Write(ctx, func(tx *Tx) error { return errors.Join(tx.Audit(AuditEntry{Act: "lost"}), sorry) })
	if !errors.Is(err, sorry) {
		t.Fatal(err)
	}
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.Audit(AuditEntry{Act: "kept"}) }))
	log, err := s.AuditLog(ctx, 0, -1)
	if err != nil || len(log) != 1 || log[0].Seq != 1 || log[0].Act != "kept" || log[0].At != 1_000_000 {
		t.Errorf("%+v %v", log, err)
	}
}

func TestWritersAreNeverGivenTwice(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	give := func() (n uint32) {
		t.Helper()
		must(t, s.Write(ctx, func(tx *Tx) (err error) {
			n, err = tx.NewWriter("d1", 1)
			return err
		}))
		return n
	}
	must(t, s.Write(ctx, func(tx *Tx) error {
		return tx.PutDevice(Device{ID: "d1", CommandKey: []byte{}, SealingKey: []byte{}, Courier: []byte{}})
	}))
	if a, b := give(), give(); a != FirstWriter || b != a+1 {
		t.Errorf("first writers: %d, %d", a, b)
	}
	var epoch uint64
	must(t, s.Write(ctx, func(tx *Tx) (err error) {
		epoch, err = tx.Restored(1, 100)
		return err
	}))
	must(t, s.Read(ctx, func(v *View) error {
		own, err := v.OwnWriter()
		if own != FirstWriter+102 { // above those that may have been given after the backup
			t.Errorf("own writer after a restore: %d", own)
		}
		if got, _ := v.Epoch(); got != epoch || epoch == 0 {
			t.Errorf("epoch %d, want %d", got, epoch)
		}
		if w, _ := v.Writer("d1"); w != FirstWriter+1 {
			t.Errorf("present writer: %d", w)
		}
		return err
	}))
	if n := give(); n < FirstWriter+103 {
		t.Errorf("writer after a restore: %d", n)
	}
}

// What was lost with a first restore can still be claimed after a second one,
// from a backup that the restored server made; its own former number cannot.
func TestLostWritersOfTwoRestores(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	restored := func(skip uint32) {
		t.Helper()
		must(t, s.Write(ctx, func(tx *Tx) error {
			_, err := tx.Restored(1, skip)
			return err
		}))
	}
	restored(100)
	const own = FirstWriter + 100
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.SetNext(own, 5) }))
	restored(300)
	must(t, s.Read(ctx, func(v *View) error {
		for n, want := range map[uint32]bool{
			FirstWriter - 1: false, FirstWriter: true, own - 1: true, own: false, own + 1 + 300: false, // the last is its own now
			own + 300 + 50: true, // of a restore that left more out
		} {
			if lost, err := v.LostWriter(n); err != nil || lost != want {
				t.Errorf("writer %d is lost: %v, %v", n, lost, err)
			}
		}
		return nil
	}))
}

func TestSessionsOfClosedAccounts(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	token := app.Hash{1}
	account := Account{Name: "lan", Person: "p1", Password: "x"}
	must(t, s.Write(ctx, func(tx *Tx) error {
		return errors.Join(tx.PutAccount(account), tx.PutSession(Session{Token: token, Account: "lan", Expires: 10}))
	}))
	find := func() error {
		return s.Read(ctx, func(v *View) error {
			got, err := v.Session(token)
			if err == nil && got.Person != "p1" {
				t.Errorf("session of %q", got.Person)
			}
			return err
		})
	}
	must(t, find())
	account.Closed = 5
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.PutAccount(account) }))
	if err := find(); !errors.Is(err, app.ErrNotFound) {
		t.Errorf("session of a closed account: %v", err)
	}
}
