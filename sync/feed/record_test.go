package feed

import (
	"bytes"
	"reflect"
	"testing"

	"khonggiay/app"
)

func sampleDocument() *app.Document {
	id := app.CommandID(5<<32 | 7)
	return &app.Document{
		ID: "0197c4c9-0d80-7a1a-8d1e-600102030405", Direction: app.Incoming, Unit: "u0012", State: app.InWaiting,
		Type: "CV", CodeNumber: "5478", Notation: "CV-SYT", IssuedDate: app.DateOf(2025, 6, 27),
		Subject: "Về việc tiếp nhận, bàn giao", Signer: app.Signer{Name: "Bùi Quang Linh", Position: "Trưởng phòng"},
		Created: 1751328000000,
		Files: map[app.CommandID]app.File{id: {Name: "5478.pdf", Content: app.FileVersion{
			SHA256: app.Hash{1, 2, 3}, Size: 100,
			Segments: []app.Segment{{Name: app.Hash{4}, Size: 116, Plain: 100, Key: app.SegmentKey{5}}},
		}}},
		Recipients: map[app.ID]app.Recipient{
			"u0001":                                {Status: app.StatusSent, At: 5},
			"0197c4c9-0d80-7a1a-8d1e-600102030406": {Status: app.StatusArrived},
		},
		Directives: map[app.CommandID]app.Directive{id: {By: "p1", At: 9, Text: "Giao", Tasks: map[app.ID]app.Task{"p2": {Role: app.Lead, State: app.TaskUnseen}}}},
	}
}

func TestRecordsRoundTrip(t *testing.T) {
	records := []app.Record{
		sampleDocument(),
		&app.Unit{ID: "u1", Name: "Xã Mường La", Parents: []app.Parent{{Unit: "u0"}}},
		&app.Person{ID: "p1", Name: "Lò Thị Hà", Posts: []app.Post{{Unit: "u1", Role: app.RoleLeader}}},
		&app.Delegation{ID: "d1", From: "p1", To: "p2", Unit: "u1", Start: 1, End: 2},
		&app.Authority{ID: "a1", Unit: "u1", Person: "p1", Form: app.AuthorityKT},
		&app.Book{ID: "b1", Unit: "u1", Direction: app.Incoming, Holder: app.HolderServer},
		&app.Group{ID: "g1", Unit: "u1", Members: []app.ID{"u1", "u2"}},
		&app.Calendar{ID: "2026", Year: 2026, Off: []app.Holiday{{Day: app.DateOf(2026, 9, 2), Name: "Quốc khánh"}}},
		&app.Template{ID: "t1", Person: "p1", Text: "Giao"},
		&app.ReadMark{ID: "r1", Person: "p1", Doc: "d1", At: 4},
	}
	for _, r := range records {
		b, err := Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entries(b); err != nil {
			t.Errorf("%T is not deterministic: %v", r, err)
		}
		got, err := Decode(r.Key().Kind, b)
		if err != nil {
			t.Fatalf("%T: %v", r, err)
		}
		if !reflect.DeepEqual(got, r) {
			t.Errorf("%T: got %+v, want %+v", r, got, r)
		}
	}
}

func TestEmptyFieldsCostNothing(t *testing.T) {
	b, err := Encode(&app.Document{ID: "d", Direction: app.Incoming, Unit: "u", State: "S"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{0xa4, 1, 0x61, 'd', 2, 1, 3, 0x61, 'u', 4, 0x61, 'S'}; !bytes.Equal(b, want) {
		t.Errorf("got %x, want %x", b, want)
	}
}

func TestUpdateKeepsUnknownKeys(t *testing.T) {
	r := sampleDocument()
	old, err := Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	// A later version added key 900 to the document and key 90 to a file.
	later, err := Apply(old, must(encMode.Marshal(map[uint64]any{
		900: "mới", 40: map[uint64]any{uint64(app.CommandID(5<<32 | 7)): map[uint64]any{90: 1}},
	})))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(app.KindDocument, later)
	if err != nil {
		t.Fatal(err)
	}
	doc := got.(*app.Document)
	doc.Subject = "khác"
	body, err := Update(later, doc)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Apply(later, must(encMode.Marshal(map[uint64]any{11: "khác"})))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(body, want) {
		t.Errorf("got %x\nwant %x", body, want)
	}
}

func TestUnknownKindIsKept(t *testing.T) {
	body := must(encMode.Marshal(map[uint64]any{1: "x9", 2: "ẩn"}))
	r, err := Decode(200, body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Key() != (app.Key{Kind: 200, ID: "x9"}) {
		t.Errorf("key = %v", r.Key())
	}
	if b, err := Encode(r); err != nil || !bytes.Equal(b, body) {
		t.Errorf("got %x, %v", b, err)
	}
}

func TestSumsForgetTheOrder(t *testing.T) {
	var a, b, c Sum
	k1, k2 := app.Key{Kind: 1, ID: "a"}, app.Key{Kind: 1, ID: "b"}
	a.Add(k1, 1)
	a.Add(k2, 5)
	b.Add(k2, 4)
	b.Add(k1, 1)
	if a == b {
		t.Error("different versions, equal sums")
	}
	c.Add(k2, 5)
	c.Add(k1, 1)
	if a != c {
		t.Errorf("%v != %v", a, c)
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := Encode(sampleDocument())
	f.Add(uint8(1), b)
	f.Add(uint8(200), []byte{0xa1, 1, 0x61, 'x'})
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		r, err := Decode(app.Kind(kind), body)
		if err != nil {
			return
		}
		if _, err := Encode(r); err != nil {
			t.Fatalf("decoded but does not encode: %v", err)
		}
	})
}
