package feed

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"khonggiay/app"
)

func signWith(key ed25519.PrivateKey) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil }
}

func sampleCommands(t testing.TB, n int) []*Command {
	var out []*Command
	for i := range n {
		c := &app.Command{
			ID: app.NewCommandID(5, uint32(i+1)), Name: []string{"document.later.9", "document.remark.1"}[i%2],
			Target: app.Key{Kind: app.KindDocument, ID: app.ID(fmt.Sprintf("0197c4c9-0d80-7a1a-8d1e-6001020304%02d", i))},
			Base:   uint64(i), Actor: "p00345", At: app.Time(1700000000000 + i*1000), ServerSeen: app.Time(1699999999000 + i),
			Args: map[uint64]any{1: "Đề nghị báo cáo"},
		}
		if i%3 == 0 {
			c.Delegation = "d1"
		}
		signed, err := NewCommand(c, signWith(testKey()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signed)
	}
	return out
}

func TestCommandRoundTrip(t *testing.T) {
	c := sampleCommands(t, 1)[0]
	got, err := ParseCommand(c.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, c) {
		t.Errorf("got %+v\nwant %+v", got, c)
	}
	public := testKey().Public().(ed25519.PublicKey)
	if !got.Verify(public) {
		t.Error("signature does not verify")
	}
	got.Base++
	if got.Verify(public) {
		t.Error("a changed command verifies")
	}
	if _, err := got.Command(); !errors.Is(err, ErrUnknownCommand) {
		t.Errorf("unknown name: %v", err)
	}
}

func TestRequestRoundTrip(t *testing.T) {
	r := &Request{
		Protocol: 1, Cursor: []byte("here"), Commands: sampleCommands(t, 7),
		Need:   []app.Key{{Kind: 1, ID: "d1"}, {Kind: 2, ID: "0197c4c9-0d80-7a1a-8d1e-600102030405"}},
		Purged: []app.Key{{Kind: 1, ID: "d7"}}, Rate: 32000, Wait: 60,
		Sums:    []ScopeSum{{Scope: "all", Sum: Sum{Count: 5, Sum: 1 << 63}}},
		Buckets: []Bucketed{{Scope: "all", Bucket: 9}},
	}
	b, err := EncodeRequest(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeRequest(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, r) {
		t.Errorf("got  %+v\nwant %+v", got, r)
	}
	public := testKey().Public().(ed25519.PublicKey)
	for _, c := range got.Commands {
		if !c.Verify(public) {
			t.Errorf("%v: the signature was lost on the way", c.ID)
		}
	}
}

func TestRequestsAreBounded(t *testing.T) {
	for name, r := range map[string]*Request{
		"need":    {Need: make([]app.Key, MaxNeed+1)},
		"purged":  {Purged: make([]app.Key, MaxNeed+1)},
		"sums":    {Sums: make([]ScopeSum, MaxSums+1)},
		"buckets": {Buckets: make([]Bucketed, MaxBuckets+1)},
		"cursor":  {Cursor: make([]byte, 64<<10+1)},
	} {
		for i := range r.Need {
			r.Need[i].ID = "d"
		}
		for i := range r.Purged {
			r.Purged[i].ID = "d"
		}
		b, err := EncodeRequest(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRequest(b); err == nil {
			t.Errorf("too much %s was taken", name)
		}
	}
}

func TestIdleRequestIsSmall(t *testing.T) {
	b, err := EncodeRequest(&Request{Protocol: 1, Cursor: make([]byte, 36), Wait: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 56 {
		t.Errorf("%d bytes to ask for news", len(b))
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, c := range sampleCommands(f, 2) {
		f.Add(c.Marshal())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCommand(b)
		if err != nil {
			return
		}
		again, err := ParseCommand(c.Marshal())
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%x: %v", b, err)
		}
	})
}

func FuzzDecodeRequest(f *testing.F) {
	b, err := EncodeRequest(&Request{Protocol: 1, Commands: sampleCommands(f, 3), Need: []app.Key{{Kind: 1, ID: "d"}}})
	if err != nil {
		f.Fatal(err)
	}
	main, _, err := unpack(b, maxAsk)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(main)
	f.Fuzz(func(t *testing.T, main []byte) {
		r, err := DecodeRequest(pack(main, nil))
		if err != nil {
			return
		}
		b, err := EncodeRequest(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeRequest(b)
		if err != nil || len(again.Commands) != len(r.Commands) || !bytes.Equal(again.Cursor, r.Cursor) {
			t.Fatalf("%+v became %+v: %v", r, again, err)
		}
	})
}
