package app

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

const annotatedMaterial ID = "mat1"

// annotated makes a meeting with an open paper for all who are invited.
func (w *world) annotated() (meeting ID) {
	w.t.Helper()
	m := w.invited("m1")
	mat := &Material{ID: annotatedMaterial, PartOf: PartOf{Meeting: "m1"}, Title: "Báo cáo", Access: AccessAll, By: "x1.clerk",
		Review: ReviewApproved, Opened: w.now, Versions: map[CommandID]MaterialVersion{
			1: {File: File{Name: "a.pdf", Content: FileVersion{SHA256: Hash{1}}}},
			2: {File: File{Name: "b.pdf", Content: FileVersion{SHA256: Hash{2}}, Replaces: 1}}}}
	w.holdMaterial(m, mat)
	return "m1"
}

func (w *world) holdMaterial(m *Meeting, mat *Material) {
	w.t.Helper()
	mat.hold(mat.audience(m))
	if err := w.server.Put(mat); err != nil {
		w.t.Fatal(err)
	}
	w.server.versions[mat.Key()]++
}

func (w *world) annotationOf(person ID) *Annotation {
	w.t.Helper()
	r, err := w.server.Get(Key{KindAnnotation, AnnotationID(annotatedMaterial, person)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*Annotation)
}

var ofAnnotated = AnnotationOf{Meeting: "m1", Material: annotatedMaterial}

func sealedTo(content ID, people ...ID) (out []KeyToPerson) {
	for _, p := range people {
		out = append(out, KeyToPerson{Content: content, Person: p, Key: "k." + p, Sealed: make([]byte, sealedKeySize)})
	}
	return out
}

func (w *world) marks(person ID, text string) CommandID {
	w.t.Helper()
	return w.must(person, "annotation.put.1", AnnotationID(annotatedMaterial, person),
		&AnnotationPut{AnnotationOf: ofAnnotated, Version: 2, Key: "c1", Sealed: []byte(text), Keys: sealedTo("c1", person)})
}

func TestMarksArePrivate(t *testing.T) {
	w := newWorld(t)
	w.annotated()
	target := AnnotationID(annotatedMaterial, "x1.head")
	mark := w.marks("x1.head", "sealed")
	a := w.annotationOf("x1.head")
	if !bytes.Equal(a.Marks[mark].Sealed, []byte("sealed")) || a.Contents[2] != (Hash{2}) || a.ContentKeyNow() != "c1" {
		t.Errorf("annotation: %+v", a)
	}
	for _, other := range []ID{"x1.officer", "x1.leader", "x1.clerk", "x1.admin", "x1.auditor", "x2.leader"} {
		if w.holdsMeeting(other, a.Key()) {
			t.Errorf("%s holds it", other)
		}
		w.refused("annotation.not_found", other, "annotation.remove.1", target, &AnnotationRemove{Mark: mark})
	}
	put := func(change func(*AnnotationPut)) *AnnotationPut {
		p := &AnnotationPut{AnnotationOf: ofAnnotated, Version: 1, Key: "c1", Sealed: []byte("b")}
		change(p)
		return p
	}
	w.refused("command.bad_target", "x1.deputy", "annotation.put.1", target, put(func(*AnnotationPut) {}))
	w.refused("meeting.not_found", "x2.officer", "annotation.put.1", target, put(func(*AnnotationPut) {}))
	w.refused("can.needs_reader", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Material = "other" }))
	w.refused("annotation.no_version", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Version = 9 }))
	w.refused("annotation.no_key", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Key = "c2" }))
	w.refused("annotation.too_big", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Sealed = make([]byte, maxMarkBytes+1) }))
	w.refused("annotation.too_big", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Sealed = nil }))
	w.refused("readingkey.bad_key", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) {
		p.Keys = sealedTo("c2", "x1.head")
		p.Keys[0].Sealed = []byte("short")
	}))

	w.must("x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Mark = mark }))
	if m := w.annotationOf("x1.head").Marks; len(m) != 1 || m[mark].Version != 1 {
		t.Errorf("after the change: %+v", m)
	}
	w.must("x1.head", "annotation.remove.1", target, &AnnotationRemove{Mark: mark})
	w.must("x1.head", "annotation.remove.1", target, &AnnotationRemove{Mark: mark}) // two laptops
	w.refused("annotation.mark_gone", "x1.head", "annotation.put.1", target, put(func(p *AnnotationPut) { p.Mark = mark }))
	if m := w.annotationOf("x1.head").Marks[mark]; m.Sealed != nil || m.Removed == 0 {
		t.Errorf("after the removal: %+v", m)
	}
}

func TestBookmarksAndWhereHeStopped(t *testing.T) {
	w := newWorld(t)
	w.annotated()
	target := AnnotationID(annotatedMaterial, "x1.head")
	for _, p := range []AnnotationBookmark{{Page: 12}, {Page: 3}, {Page: 12}, {Page: 7}, {Page: 3, Off: true}, {Page: 4, Off: true}} {
		p.AnnotationOf = ofAnnotated
		w.must("x1.head", "annotation.bookmark.1", target, &p)
	}
	w.must("x1.head", "annotation.stopped.1", target, &AnnotationStopped{AnnotationOf: ofAnnotated, Page: 9})
	a := w.annotationOf("x1.head")
	if len(a.Pages) != 2 || a.Pages[0] != 7 || a.Pages[1] != 12 || a.ReadTo != 9 {
		t.Errorf("pages %v, stopped at %d", a.Pages, a.ReadTo)
	}
	w.refused("field.out_of_range", "x1.head", "annotation.bookmark.1", target, &AnnotationBookmark{AnnotationOf: ofAnnotated})
}

// A recalled paper takes no more marks; what he wrote stays his own.
func TestMarksOutliveARecall(t *testing.T) {
	w := newWorld(t)
	w.annotated()
	mark := w.marks("x1.head", "a")
	mat, err := w.server.Get(Key{KindMaterial, annotatedMaterial})
	if err != nil {
		t.Fatal(err)
	}
	mat.(*Material).Recalled = w.now
	w.holdMaterial(w.meetingOf("m1"), mat.(*Material))
	target := AnnotationID(annotatedMaterial, "x1.head")
	w.refused("can.needs_reader", "x1.head", "annotation.bookmark.1", target, &AnnotationBookmark{AnnotationOf: ofAnnotated, Page: 1})
	if a := w.annotationOf("x1.head"); a.Marks[mark].Sealed == nil || !w.holdsMeeting("x1.head", a.Key()) {
		t.Errorf("after the recall: %+v", a)
	}
	w.must("x1.head", "annotation.remove.1", target, &AnnotationRemove{Mark: mark})
}

func TestAnnotationIsSharedAndNoMore(t *testing.T) {
	w := newWorld(t)
	w.annotated()
	target := AnnotationID(annotatedMaterial, "x1.head")
	w.marks("x1.head", "a")
	share := func(with ID) *AnnotationShare {
		return &AnnotationShare{AnnotationOf: ofAnnotated, Person: with, Keys: sealedTo("c1", with)}
	}
	w.refused("annotation.share_self", "x1.head", "annotation.share.1", target, share("x1.head"))
	w.refused("annotation.not_reader", "x1.head", "annotation.share.1", target, share("x2.officer"))
	w.must("x1.head", "annotation.share.1", target, share("x1.deputy"))
	a := w.annotationOf("x1.head")
	if !w.holdsMeeting("x1.deputy", a.Key()) || a.Keys["c1"].To["x1.deputy"].Key != "k.x1.deputy" {
		t.Errorf("shared: %+v", a)
	}
	w.refused("annotation.not_found", "x1.deputy", "annotation.unshare.1", target, &AnnotationUnshare{Person: "x1.deputy"})
	w.must("x1.head", "annotation.unshare.1", target, &AnnotationUnshare{Person: "x1.deputy"})
	a = w.annotationOf("x1.head")
	if w.holdsMeeting("x1.deputy", a.Key()) || len(a.Keys["c1"].To) != 1 || a.ContentKeyNow() != "" {
		t.Errorf("no longer shared: %+v", a)
	}
	w.must("x1.head", "annotation.put.1", target, &AnnotationPut{AnnotationOf: ofAnnotated, Version: 2, Key: "c2", Sealed: []byte("b"),
		Keys: sealedTo("c2", "x1.head", "x1.deputy")}) // made on another laptop, which does not know
	if to := w.annotationOf("x1.head").Keys["c2"].To; len(to) != 1 {
		t.Errorf("a key for him who may not read: %v", to)
	}
}

// Whatever people do, only the owner and those he shares with hold an annotation
// and have keys to it.
func TestAnnotationProperty(t *testing.T) {
	people := []ID{"x1.head", "x1.deputy", "x1.leader", "x2.leader", "x2.officer"}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt)
		w.annotated()
		owner := people[0]
		target := AnnotationID(annotatedMaterial, owner)
		mark := w.marks(owner, "a")
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			who, whom := rapid.SampledFrom(people).Draw(rt, "who"), rapid.SampledFrom(people).Draw(rt, "whom")
			key := ID(rapid.SampledFrom([]string{"c1", "c2", "c3"}).Draw(rt, "key"))
			var err error
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0:
				err = w.try(who, "annotation.put.1", target, &AnnotationPut{AnnotationOf: ofAnnotated, Version: 1, Key: key,
					Sealed: []byte("b"), Keys: sealedTo(key, owner, whom)})
			case 1:
				err = w.try(who, "annotation.remove.1", target, &AnnotationRemove{Mark: mark})
			case 2:
				err = w.try(who, "annotation.share.1", target, &AnnotationShare{AnnotationOf: ofAnnotated, Person: whom, Keys: sealedTo(key, whom)})
			case 3:
				err = w.try(who, "annotation.unshare.1", target, &AnnotationUnshare{Person: whom})
			}
			if err == nil && who != owner {
				rt.Fatalf("%s changed what is %s's", who, owner)
			}
			a := w.annotationOf(owner)
			for _, p := range people {
				_, shared := a.Shared[p]
				if may := shared || p == owner; w.holdsMeeting(p, a.Key()) != may {
					rt.Fatalf("%s holds it: %v", p, !may)
				} else if !may {
					for id, c := range a.Keys {
						if _, has := c.To[p]; has {
							rt.Fatalf("%s has key %s", p, id)
						}
					}
				}
			}
		}
	})
}

func TestReadingKeys(t *testing.T) {
	w := newWorld(t)
	w.server.machines = map[ID]Machine{"d1": {ID: "d1", Person: "x1.head", Writer: 7}, "d2": {ID: "d2", Person: "x1.deputy", Writer: 7}}
	target := ReadingKeyID("x1.head")
	pub, wrapped := bytes.Repeat([]byte{1}, publicKeySize), make([]byte, sealedKeySize)
	first := &ReadingKeyMake{Device: "d1", DevicePublic: pub, Public: pub, Wrapped: wrapped}
	w.refused("command.bad_target", "x1.deputy", "readingkey.make.1", target, first)
	w.refused("readingkey.bad_key", "x1.head", "readingkey.make.1", target, &ReadingKeyMake{Device: "d1", DevicePublic: pub, Public: pub[1:], Wrapped: wrapped})
	w.refused("readingkey.other_device", "x1.head", "readingkey.make.1", target, &ReadingKeyMake{Device: "d2", DevicePublic: pub, Public: pub, Wrapped: wrapped})
	w.must("x1.head", "readingkey.make.1", target, first)
	w.refused("readingkey.other_device", "x1.head", "readingkey.join.1", target, &ReadingKeyJoin{Device: "d9", Public: pub})
	w.server.machines["d3"] = Machine{ID: "d3", Person: "x1.head", Writer: 7}
	w.must("x1.head", "readingkey.join.1", target, &ReadingKeyJoin{Device: "d3", Public: pub})
	key := func() *ReadingKey {
		r, err := w.server.Get(Key{KindReadingKey, target})
		if err != nil {
			t.Fatal(err)
		}
		return r.(*ReadingKey)
	}
	if got := key().Waiting(); len(got) != 1 || got[0] != "d3" {
		t.Errorf("waiting: %v", got)
	}
	grant := func(device, key ID) *ReadingKeyGrant {
		return &ReadingKeyGrant{Device: device, Keys: []WrappedKey{{Key: key, Sealed: wrapped}}}
	}
	w.refused("readingkey.no_device", "x1.head", "readingkey.grant.1", target, grant("d9", PersonKeyID(pub)))
	w.refused("readingkey.no_key", "x1.head", "readingkey.grant.1", target, grant("d3", "k"))
	w.must("x1.head", "readingkey.grant.1", target, grant("d3", PersonKeyID(pub)))
	if got := key().Waiting(); got != nil {
		t.Errorf("waiting: %v", got)
	}
	later := bytes.Repeat([]byte{2}, publicKeySize)
	w.must("x1.head", "readingkey.make.1", target, &ReadingKeyMake{Device: "d3", DevicePublic: pub, Public: later, Wrapped: wrapped})
	if k := key(); k.Newest() != PersonKeyID(later) || len(k.Waiting()) != 1 {
		t.Errorf("two keys: %+v", k)
	}
}
