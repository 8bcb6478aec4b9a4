package feed

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"reflect"
	"testing"

	"khonggiay/app"
)

func testKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)) }

func samplePage(t testing.TB) *Page {
	body, err := Encode(sampleDocument())
	if err != nil {
		t.Fatal(err)
	}
	unit, err := Encode(&app.Unit{ID: "u1", Name: "Xã Mường La"})
	if err != nil {
		t.Fatal(err)
	}
	results := []Result{
		{ID: app.NewCommandID(5, 1), Status: Accepted, Seq: 9, At: 10, Book: "b1", Year: 2026, Number: 12},
		{ID: app.NewCommandID(5, 2), Status: Refused, Code: app.Conflict, Reason: "document.wrong_state", Data: map[string]any{
			"by": "p1", "fields": map[string]any{"mine": "a"},
		}},
	}
	receipt, err := NewReceipt(3, results, testKey())
	if err != nil {
		t.Fatal(err)
	}
	return &Page{
		Epoch: 3, Cursor: []byte("cursor"), After: CursorTag(nil), Time: 1700000000000,
		Members: &Membership{Version: 2, Scopes: []app.Scope{"all", "p:p1"}},
		Items: []Item{
			{Key: sampleDocument().Key(), Version: 4, Body: body, Scopes: []app.Scope{"p:p1", "r:u1:clerk"}},
			{Key: app.Key{Kind: app.KindDocument, ID: "d2"}, Version: 5, Base: 4, Body: []byte{0xa1, 1, undefined}, Scopes: []app.Scope{"p:p1"}},
			{Key: app.Key{Kind: app.KindDocument, ID: "d3"}, Version: 5, Base: 2, Body: []byte{0xa1, 1, 2}, Scopes: []app.Scope{"p:p1"}},
			{Key: app.Key{Kind: app.KindDocument, ID: "d4"}, Version: 5, Base: 5, Scopes: []app.Scope{"p:p1"}},
			{Key: app.Key{Kind: app.KindDocument, ID: "d5"}},
			{Key: app.Key{Kind: app.KindUnit, ID: "u1"}, Version: 1, Body: unit, Scopes: []app.Scope{"all"}},
		},
		Receipt: receipt, Next: 3, Remaining: [app.Classes]int64{0, 1, 2, 3}, Level: true, Check: 1 << 63,
		Unlike:  []Buckets{{Scope: "all", Sums: []uint64{1, 2, 1 << 63}}},
		Listing: []Listing{{Scope: "all", Bucket: 255, Records: []Held{{Kind: 1, ID: "d2", Version: 3}}}},
		Bye:     ByeTime,
	}
}

func TestPageRoundTrip(t *testing.T) {
	p := samplePage(t)
	b, err := EncodePage(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodePage(b)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Receipt.Verify(testKey().Public().(ed25519.PublicKey)) {
		t.Error("the receipt's signature is wrong")
	}
	got.Receipt.Signed[3] ^= 1
	if got.Receipt.Verify(testKey().Public().(ed25519.PublicKey)) {
		t.Error("a changed receipt verifies")
	}
	got.Receipt.Signed[3] ^= 1
	if !reflect.DeepEqual(got, p) {
		t.Errorf("got  %+v\nwant %+v", got, p)
	}
}

func TestEmptyPageIsSmall(t *testing.T) {
	b, err := EncodePage(&Page{Cursor: make([]byte, 32), After: make([]byte, 4), Time: 1700000000000, Level: true, Check: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 76 {
		t.Errorf("%d bytes to say that nothing is new", len(b))
	}
}

func TestPageRefusesAChangedByte(t *testing.T) {
	b, err := EncodePage(samplePage(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 0x40
		if p, err := DecodePage(bad); err == nil {
			t.Errorf("byte %d of %d changed, page accepted: %+v", i, len(b), p)
		}
	}
	for i := range b {
		if _, err := DecodePage(b[:i]); err == nil {
			t.Errorf("page cut at %d of %d accepted", i, len(b))
		}
	}
}

func TestFrames(t *testing.T) {
	var w bytes.Buffer
	for _, p := range [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("x"), 1000)} {
		if err := WriteFrame(&w, p); err != nil {
			t.Fatal(err)
		}
	}
	full := w.Bytes()
	r := bufio.NewReader(bytes.NewReader(full))
	for _, want := range []int{3, 0, 1000} {
		if p, err := ReadFrame(r); err != nil || len(p) != want {
			t.Fatalf("frame of %d, %v; want %d", len(p), err, want)
		}
	}
	if _, err := ReadFrame(r); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	if _, err := ReadFrame(bufio.NewReader(bytes.NewReader(full[:2]))); err != io.ErrUnexpectedEOF {
		t.Errorf("cut inside a page: %v", err)
	}
	if _, err := ReadFrame(bufio.NewReader(bytes.NewReader([]byte{0xff, 0xff, 0xff, 0x7f}))); !errors.Is(err, ErrMalformed) {
		t.Errorf("huge page: %v", err)
	}
}

func FuzzDecodePage(f *testing.F) {
	b, err := EncodePage(samplePage(f))
	if err != nil {
		f.Fatal(err)
	}
	main, noise, err := unpack(b, maxRaw)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(main, noise)
	f.Fuzz(func(t *testing.T, main, noise []byte) {
		p, err := DecodePage(pack(main, noise)) // past the checksum
		if err != nil {
			return
		}
		if _, err := EncodePage(p); err != nil {
			t.Fatalf("decoded page does not encode: %v", err)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack([]byte("short"), []byte("noise")))
	f.Add(pack(bytes.Repeat([]byte("long and dull "), 100), nil))
	f.Fuzz(func(t *testing.T, b []byte) { _, _, _ = unpack(b, maxRaw) })
}
