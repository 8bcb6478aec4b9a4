package hub_test

import (
	"crypto/ed25519"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// FuzzForgedCommand: a laptop that has been taken over signs whatever it likes.
// The server answers with a decision and a reason, it is never its own fault,
// and what it has stored stays whole.
func FuzzForgedCommand(f *testing.F) {
	for _, s := range app.Specs() {
		args, err := cbor.Marshal(s.NewArgs())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(s.Name, byte(s.Kind), "d1", uint64(0), "", args)
	}
	for name, args := range map[string]any{
		"document.receive.1": &app.IncomingCreate{Unit: "xa1", Fields: fields("Giả")},
		"document.direct.1":  &app.Direct{Text: "Giao", Receivers: []app.Receiver{{ID: "xa1.officer", Role: app.Lead}}},
		"document.remark.1":  &app.Note{Text: "Rõ"},
	} {
		b, err := cbor.Marshal(args)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, byte(app.KindDocument), "d1", uint64(1), "", b)
		f.Add(name, byte(app.KindDocument), "d2", uint64(0), "g1", b)
	}
	fx := newFixture(f)
	fx.accept(clerkXa1, fx.receive("d1", "Có trước", 0))
	f.Fuzz(func(t *testing.T, name string, kind byte, target string, base uint64, delegation string, args []byte) {
		if len(target) > 255 || len(delegation) > 255 { // no form on the line
			return
		}
		fx.next[clerkXa1]++
		cmd, err := feed.NewCommand(&app.Command{ID: app.NewCommandID(clerkXa1, fx.next[clerkXa1]), Name: name,
			Target: app.Key{Kind: app.Kind(kind), ID: app.ID(target)}, Base: base, Actor: persons[clerkXa1], Delegation: app.ID(delegation),
			At: fx.now, Args: cbor.RawMessage(args)},
			func(b []byte) ([]byte, error) { return ed25519.Sign(keyOf(string(persons[clerkXa1])), b), nil })
		var request []byte
		if err == nil {
			request, err = feed.EncodeRequest(&feed.Request{Protocol: feed.Protocol, Commands: []*feed.Command{cmd}})
		}
		var got *feed.Request
		if err == nil {
			got, err = feed.DecodeRequest(request)
		}
		if err != nil { // never leaves a laptop, or never comes past the door
			fx.next[clerkXa1]--
			return
		}
		sub := &hub.Submission{Peer: peer(clerkXa1), Commands: got.Commands}
		fx.core.Commit(ctx, []*hub.Submission{sub})
		if sub.Err != nil || len(sub.Answers) != 1 {
			t.Fatalf("%d answers, %v", len(sub.Answers), sub.Err)
		}
		switch a := sub.Answers[0]; {
		case a.Status == feed.Refused && (a.Reason == "" || a.Reason == "internal"):
			t.Fatalf("%s on %d %q: refused with %q", name, kind, target, a.Reason)
		case a.Reason == "command.bad_signature": // not what was signed once it has travelled: it counts for nothing
			fx.next[clerkXa1]--
		}
	})
}

// FuzzCursor: whatever a laptop sends for its cursor, it is pulled from there or
// from the beginning, and gets the same records in the end.
func FuzzCursor(f *testing.F) {
	fx := newFixture(f)
	fx.accept(clerkXa1, fx.receive("d1", "Có trước", 0))
	l := fx.laptop(clerkXa1)
	l.pull(nil, 0)
	f.Add(l.cursor)
	f.Add(l.cursor[:len(l.cursor)-1])
	f.Add([]byte{})
	other := fx.laptop(clerkXa2)
	other.pull(nil, 0)
	f.Add(other.cursor)
	want := len(l.have)
	f.Fuzz(func(t *testing.T, cursor []byte) {
		fx.t = t
		fresh := fx.laptop(clerkXa1)
		fresh.cursor = cursor
		if string(cursor) == string(l.cursor) { // the one genuine cursor: nothing is new
			return
		}
		fresh.pull(nil, 0)
		if len(fresh.have) != want {
			t.Fatalf("%d records, want %d", len(fresh.have), want)
		}
	})
}
