package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bases make a document with the objects 4 to 8, each with another kind of section.
var bases = map[string]func() []byte{
	"table": func() []byte { return extras(newMaker().document()).table("/ID [<00><00>] /Extra 4 0 R").Bytes() },
	"no end of line": func() []byte {
		return bytes.TrimSuffix(extras(newMaker().document()).table("").Bytes(), []byte("\n"))
	},
	"stream": func() []byte { return extras(newMaker().document()).xref(9, "", nil).Bytes() },
	"object streams": func() []byte {
		m := newMaker().document().objStm(9, 4, "4", 5, "5", 6, "[6 6 0 R]", 7, "<</A 7>>").object(8, "8")
		return m.xref(10, "", map[int][2]int{4: {9, 0}, 5: {9, 1}, 6: {9, 2}, 7: {9, 3}}).Bytes()
	},
	"hybrid": func() []byte {
		m := newMaker().document()
		kept := m.offsets
		m.offsets, m.last = map[int]int{}, 1
		extras(m)
		beside := m.xrefObject(9, "", nil)
		m.last, m.offsets = 0, kept
		at := m.tableOnly()
		m.printf("trailer\n<</Size 10 /Root 1 0 R /XRefStm %d>>\n", beside)
		return m.close(at).Bytes()
	},
	"free": func() []byte {
		m := extras(newMaker().document())
		text := m.table("").String()
		return []byte(strings.Replace(text, "0 1\n0000000000 65535 f", "9 1\n0000000000 00001 f \n0 1\n0000000009 65535 f", 1))
	},
}

func extras(m *maker) *maker {
	for num := 4; num <= 8; num++ {
		m.object(num, "(extra %d)", num)
	}
	return m
}

func appended(base []byte, u *Update) ([]byte, *Written, error) {
	var out bytes.Buffer
	out.Write(base)
	w, err := u.Append(&out)
	return out.Bytes(), w, err
}

// An edit is what a test does to the objects of a file.
type edit struct {
	base  []byte
	model map[Ref]Object
	live  []Ref
}

// change draws an update, applies it to the model as well and returns the file.
func (e *edit) change(t *rapid.T, f *File) ([]byte, *Update) {
	u, err := NewUpdate(f.Newest())
	if err != nil {
		t.Fatal(err)
	}
	refs := rapid.SampledFrom([]Ref{{Num: 1}, {Num: 3}, {Num: 100}})
	content := rapid.OneOf(objects(refs).Filter(func(o Object) bool { return !isRef(o) }), rapid.Custom(func(t *rapid.T) Object {
		s := NewFlateStream(NewDict(Name("A"), Int(1)), rapid.SliceOf(rapid.Byte()).Draw(t, "data"))
		s.Dict.Set("Length", Int(s.Len()))
		return s
	}))
	for range rapid.IntRange(0, 6).Draw(t, "steps") {
		i := rapid.IntRange(0, len(e.live)-1).Draw(t, "which")
		ref, o := e.live[i], content.Draw(t, "object")
		err = nil
		switch rapid.IntRange(0, 2).Draw(t, "step") {
		case 0:
			ref = u.Add(o)
			e.live, e.model[ref] = append(e.live, ref), o
		case 1:
			err, e.model[ref] = u.Set(ref, o), o
		case 2:
			if _, there := f.Newest().Where(ref); there && !packed(f, ref) && len(e.live) > 1 {
				err = u.Delete(ref)
				e.live = slices.Delete(e.live, i, i+1)
				delete(e.model, ref)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	data, _, err := appended(e.base, u)
	if err != nil {
		t.Fatal(err)
	}
	return data, u
}

// packed reports whether the object lay in an object stream in any revision: qpdf
// 11 warns when such an object is freed, for it meets it in the stream.
func packed(f *File, ref Ref) bool {
	for i := range f.Revisions() {
		if where, _ := f.At(i).Where(ref); where.Stream != (Ref{}) {
			return true
		}
	}
	return false
}

// TestUpdates: whatever is updated in whatever kind of file, the reader and qpdf
// find what was written, and earlier revisions as they were.
func TestUpdates(t *testing.T) {
	for name, base := range bases {
		path := filepath.Join(t.TempDir(), "a.pdf")
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				e := &edit{base: base(), model: map[Ref]Object{}}
				for num := uint32(4); num <= 8; num++ {
					e.live = append(e.live, Ref{Num: num})
				}
				for range rapid.IntRange(1, 3).Draw(t, "revisions") {
					e.step(t)
				}
				if rapid.IntRange(0, 9).Draw(t, "judge") == 0 { // a process for each is slow
					qpdfChecks(t, path, e.base)
				}
			})
		})
	}
}

// step makes one update and checks the file that it gives.
func (e *edit) step(t *rapid.T) {
	before, err := openBytes(e.base)
	if err != nil {
		t.Fatal(err)
	}
	data, u := e.change(t, before)
	if !bytes.HasPrefix(data, e.base) {
		t.Fatal("the file did not only grow")
	}
	f, err := openBytes(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data[len(e.base):])
	}
	n := len(before.Revisions())
	if len(f.Revisions()) != n+1 || len(f.Oddities()) > 0 {
		t.Fatalf("%d revisions, oddities %v", len(f.Revisions()), f.Oddities())
	}
	if gaps, err := f.Gaps(n); err != nil || len(gaps) > 0 {
		t.Fatalf("gaps %v, %v", gaps, err)
	}
	e.compare(t, f)
	var touched []Ref
	for _, ref := range f.Changed(n) {
		if item, err := f.At(n).Read(ref); err != nil {
			t.Fatal(err)
		} else if ref.Num > 0 && !isSection(item.Object) {
			touched = append(touched, ref)
		}
	}
	for _, ref := range touched {
		if _, mine := u.changed[ref]; !mine {
			t.Fatalf("object %v changed, the update says %v", ref, u.changed)
		}
	}
	for ref := range before.Newest().Refs() {
		a, errA := before.Newest().Get(ref)
		b, errB := f.At(n - 1).Get(ref)
		if errA != nil || errB != nil || !Equal(a, b) {
			t.Fatalf("object %v was %v, %v and is %v, %v in the view of then", ref, a, errA, b, errB)
		}
	}
	e.base = data
}

func isRef(o Object) bool {
	_, ref := o.(Ref)
	return ref
}

func (e *edit) compare(t *rapid.T, f *File) {
	for ref, want := range e.model {
		item, err := f.Newest().Read(ref)
		if err != nil || !Equal(item.Object, want) || len(item.Oddities) > 0 {
			t.Fatalf("object %v is %#v, %v, %v, want %#v", ref, item.Object, item.Oddities, err, want)
		}
	}
	for num := uint32(4); num <= 8; num++ {
		if _, there := f.Newest().Where(Ref{Num: num}); there != slices.Contains(e.live, Ref{Num: num}) {
			t.Fatalf("object %d is there: %v", num, there)
		}
	}
}

func qpdfChecks(t *rapid.T, path string, data []byte) {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qpdf", "--check", path).CombinedOutput(); err != nil {
		t.Fatalf("qpdf: %v\n%s", err, out)
	}
}

// TestDelete: what is deleted is free, in whatever it lay, and the list of free
// objects leads through all of them.
func TestDelete(t *testing.T) {
	for name, base := range bases {
		t.Run(name, func(t *testing.T) {
			u, err := NewUpdate(mustOpen(t, base()).Newest())
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(u.Delete(Ref{Num: 4}), u.Delete(Ref{Num: 8})); err != nil {
				t.Fatal(err)
			}
			data, _, err := appended(base(), u)
			if err != nil {
				t.Fatal(err)
			}
			v := mustOpen(t, data).Newest()
			for _, num := range []uint32{4, 8} {
				if item, err := v.Read(Ref{Num: num}); item.Absent != Freed || err != nil {
					t.Errorf("object %d: %+v, %v", num, item, err)
				}
			}
			var free []uint32
			for num := uint32(0); len(free) < 9; {
				e := v.file.history[lookup(v.file.history, num, v.revision.top)].entry
				if num = uint32(e.main()); e.kind() != kindFree || num == 0 {
					break
				}
				free = append(free, num)
			}
			want := []uint32{8, 4}
			if name == "free" {
				want = append(want, 9)
			}
			if !slices.Equal(free, want) {
				t.Errorf("free objects %v, want %v", free, want)
			}
		})
	}
}

// TestUpdateSamples: files of other programs take an update that others accept.
func TestUpdateSamples(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, data []byte) {
		f := mustOpen(t, data)
		u, err := NewUpdate(f.Newest())
		if err != nil {
			t.Fatal(err)
		}
		pages, err := f.Newest().Pages()
		if err != nil {
			t.Fatal(err)
		}
		page := pages[0].Dict.Clone()
		page.Set("Rotate", Int(90))
		info := u.Add(NewDict(Name("Title"), TextString("Quyết định")))
		if err := errors.Join(u.Set(pages[0].Ref, page), u.SetTrailer("Info", info)); err != nil {
			t.Fatal(err)
		}
		after, _, err := appended(data, u)
		if err != nil {
			t.Fatal(err)
		}
		path := write(t, t.TempDir(), "a.pdf", after)
		tool(t, "qpdf", "--check", path)
		if said := tool(t, "mutool", "show", path, "pages/1/Rotate"); strings.TrimSpace(said) != "90" {
			t.Errorf("mutool says %q", said)
		}
		if said := tool(t, "pdfinfo", path); !strings.Contains(said, "Quyết định") || !strings.Contains(said, "Page rot:        90") {
			t.Errorf("pdfinfo says %s", said)
		}
		again := mustOpen(t, after)
		if was, is := f.Revisions()[0].Sections[0].Kind, again.Revisions()[1].Sections[0].Kind; was != is {
			t.Errorf("a section of kind %d after one of kind %d", is, was)
		}
		sameAsPdfcpu(t, again.Newest(), after)
	})
}

// TestTrailer: /ID keeps its first half and changes the second, other keys stay,
// those of the section do not.
func TestTrailer(t *testing.T) {
	base := newMaker().document().xref(9, "/ID [<aa> <bb>] /Extra (kept) /DecodeParms null", nil).Bytes()
	for range 2 {
		u, err := NewUpdate(mustOpen(t, base).Newest())
		if err != nil {
			t.Fatal(err)
		}
		if base, _, err = appended(base, u); err != nil {
			t.Fatal(err)
		}
	}
	revisions := mustOpen(t, base).Revisions()
	var second []string
	for _, r := range revisions {
		id := r.Trailer.Get("ID").(Array)
		if id[0].(String).Value != "\xAA" || r.Trailer.Get("Extra") != (String{Value: "kept"}) {
			t.Errorf("trailer %v", r.Trailer)
		}
		second = append(second, id[1].(String).Value)
	}
	if second[0] == second[1] || second[1] == second[2] || len(second[2]) != 16 {
		t.Errorf("second halves %q", second)
	}
	u, err := NewUpdate(mustOpen(t, base).Newest())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range fromSection {
		if u.SetTrailer(key, Int(1)) == nil {
			t.Errorf("/%s may be set", key)
		}
	}
}

// memory is a file that can be written anywhere.
type memory []byte

func (m memory) WriteAt(p []byte, offset int64) (int, error) { return copy(m[offset:], p), nil }

// TestRoomForSignature: the room is where Append says, takes what fits, and the
// file around it stays the same.
func TestRoomForSignature(t *testing.T) {
	for name, base := range bases {
		t.Run(name, func(t *testing.T) {
			u, err := NewUpdate(mustOpen(t, base()).Newest())
			if err != nil {
				t.Fatal(err)
			}
			contents, covered := &Reserved{Bytes: 20}, &ReservedRange{}
			ref := u.Add(NewDict(Name("Type"), Name("Sig"), Name("Contents"), contents, Name("ByteRange"), covered, Name("After"), Int(1)))
			data, w, err := appended(base(), u)
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.ByteRange(contents)
			if err != nil || r[0] != 0 || r[2]-r[1] != 42 || r[2]+r[3] != int64(len(data)) {
				t.Fatalf("byte range %v of %d, %v", r, len(data), err)
			}
			blank := slices.Clone(data)
			if err := errors.Join(w.PatchRange(memory(data), covered, r), w.PatchHex(memory(data), contents, []byte("\xAB\xCDsig"))); err != nil {
				t.Fatal(err)
			}
			d := mustGet(t, mustOpen(t, data).Newest(), ref.Num).(*Dict)
			want := Array{Int(0), Int(r[1]), Int(r[2]), Int(r[3])}
			if !Equal(d.Get("ByteRange"), want) || d.Get("Contents").(String).Value != "\xAB\xCDsig"+strings.Repeat("\x00", 15) || d.Get("After") != Int(1) {
				t.Errorf("signature %v", d)
			}
			if e, _ := d.Lookup("Contents"); e.Span != (Span{r[1], r[2]}) {
				t.Errorf("/Contents lies at %v, the range leaves out %d to %d", e.Span, r[1], r[2])
			}
			for _, room := range []Object{contents, covered} {
				span, _ := w.Where(room)
				clear(data[span.Start:span.End])
				clear(blank[span.Start:span.End])
			}
			if !bytes.Equal(data, blank) {
				t.Error("more than the room was written")
			}
		})
	}
}

// TestRoomRefused: what does not fit, or was not reserved.
func TestRoomRefused(t *testing.T) {
	base := newMaker().document().table("").Bytes()
	u, err := NewUpdate(mustOpen(t, base).Newest())
	if err != nil {
		t.Fatal(err)
	}
	contents, covered := &Reserved{Bytes: 2}, &ReservedRange{}
	u.Add(Array{contents, covered})
	data, w, err := appended(base, u)
	if err != nil {
		t.Fatal(err)
	}
	var room *RoomError
	if err := w.PatchHex(memory(data), contents, []byte("abc")); !errors.As(err, &room) || room.Have != 2 || room.Want != 3 {
		t.Errorf("error %v", err)
	}
	if err := w.PatchRange(memory(data), covered, [4]int64{0, 1 << 62, 1 << 62, 1 << 62}); !errors.As(err, &room) {
		t.Errorf("error %v", err)
	}
	if w.PatchHex(memory(data), &Reserved{Bytes: 2}, nil) == nil || w.PatchRange(memory(data), &ReservedRange{}, [4]int64{}) == nil {
		t.Error("room that was not reserved is written to")
	}
	u.Add(contents)
	if _, _, err := appended(base, u); err == nil {
		t.Error("one room was written twice")
	}
}

// TestUpdateRefused: files and objects that cannot be updated soundly.
func TestUpdateRefused(t *testing.T) {
	sound := newMaker().document().table("").String()
	for _, text := range []string{"junk\n" + sound, sound + "junk"} {
		if _, err := NewUpdate(mustOpen(t, []byte(text)).Newest()); !errors.Is(err, ErrNotUpdatable) {
			t.Errorf("%.4q: error %v", text, err)
		}
	}
	two := mustOpen(t, newMaker().document().table("").object(4, "1").table("").Bytes())
	if _, err := NewUpdate(two.At(0)); err == nil {
		t.Error("an update of an older revision")
	}
	u, err := NewUpdate(two.Newest())
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range []Ref{{Num: 99}, {Num: 4, Gen: 1}, {}} {
		if u.Set(ref, Int(1)) == nil || u.Delete(ref) == nil {
			t.Errorf("object %v was changed", ref)
		}
	}
	for _, o := range []Object{Name("\x00"), Ref{Num: 1}} {
		ref := u.Add(o)
		if _, err := u.Append(&bytes.Buffer{}); err == nil {
			t.Errorf("%v was written as an object", o)
		}
		if err := u.Set(ref, Null{}); err != nil {
			t.Fatal(err)
		}
	}
}

// failing is a disk that is full after some bytes.
type failing struct{ room int }

func (f *failing) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no room")
	}
	return len(p), nil
}

// TestFullDisk: no byte that is lost is reported as written.
func TestFullDisk(t *testing.T) {
	base := newMaker().document().table("").Bytes()
	u, err := NewUpdate(mustOpen(t, base).Newest())
	if err != nil {
		t.Fatal(err)
	}
	u.Add(NewStream(NewDict(), bytes.Repeat([]byte("x"), 10_000)))
	for _, room := range []int{0, 5000, 10_100} {
		if _, err := u.Append(&failing{room}); err == nil {
			t.Errorf("room for %d bytes was enough", room)
		}
	}
	if _, err := u.Append(&failing{1 << 20}); err != nil {
		t.Error(err)
	}
}

// TestStreamFromFile: a stream of the file is written again with the same bytes.
func TestStreamFromFile(t *testing.T) {
	base := newMaker().document().stream(4, "/A 1", strings.Repeat("data ", 50_000)).table("").Bytes()
	f := mustOpen(t, base)
	u, err := NewUpdate(f.Newest())
	if err != nil {
		t.Fatal(err)
	}
	old := mustGet(t, f.Newest(), 4)
	ref := u.Add(old)
	after, _, err := appended(base, u)
	if err != nil {
		t.Fatal(err)
	}
	if got := mustGet(t, mustOpen(t, after).Newest(), ref.Num); !Equal(got, old) {
		t.Error(fmt.Sprint("the copy differs: ", got.(*Stream).Len()))
	}
}
