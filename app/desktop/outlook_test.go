package desktop

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

func segments(names ...byte) (out []app.Segment) {
	for _, n := range names {
		out = append(out, app.Segment{Name: app.Hash{n}})
	}
	return out
}

// TestOutlook: what goes before a segment goes first; a file is there with its
// last segment; of what nothing moves nothing is promised.
func TestOutlook(t *testing.T) {
	o := outlook{}
	o.add(way{rate: 100, items: []moving{{app.Hash{1}, 400, 1000}, {app.Hash{2}, 0, 1000}}})
	o.add(way{rate: 1000, items: []moving{{app.Hash{2}, 0, 1000}, {app.Hash{3}, 0, 4000}}})
	o.add(way{rate: 0, items: []moving{{app.Hash{4}, 0, 10}}})
	for _, c := range []struct {
		what     string
		segments []app.Segment
		want     time.Duration
	}{
		{"the running one", segments(1), 6 * time.Second},
		{"the sooner of two ways", segments(2), time.Second},
		{"behind it", segments(3), 5 * time.Second},
		{"a file of three segments", segments(1, 2, 3), 6 * time.Second},
		{"on a way where nothing moves", segments(4), 0},
		{"on no way", segments(5), 0},
		{"a file of which one does not move", segments(1, 4), 0},
	} {
		if got := o.of(c.segments); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// TestTwiceAsSoon: HTTPS keeps a segment that it is about to finish; one that takes
// either way about as long, or of which nobody knows, is the courier's.
func TestTwiceAsSoon(t *testing.T) {
	courier := outlook{{1}: 10 * time.Second, {2}: 10 * time.Second, {3}: 10 * time.Second}
	https := outlook{{1}: 4 * time.Second, {2}: 6 * time.Second, {4}: time.Second}
	for name, want := range map[byte]bool{1: true, 2: false, 3: false, 4: false} {
		if got := https.twiceAsSoon(app.Hash{name}, courier); got != want {
			t.Errorf("segment %d: %v", name, got)
		}
	}
}

// TestFurther: what comes by both ways is counted once, and nothing is whole before
// it can be opened.
func TestFurther(t *testing.T) {
	for _, c := range []struct{ courier, https, want int64 }{{0, 0, 0}, {40, 0, 40}, {40, 30, 10}, {30, 40, 0}, {100, 0, 99}, {100, 100, 0}} {
		if got := further(c.courier, c.https, 100); got != c.want {
			t.Errorf("%d by the courier, %d by HTTPS: %d further, want %d", c.courier, c.https, got, c.want)
		}
	}
}

// TestPace: the courier's rate meets the line's, whether segments are seen on
// their way or come whole between two looks; a rest is not counted, and a pause of
// the line shows.
func TestPace(t *testing.T) {
	now := time.Unix(0, 0)
	var p pace
	second := func(arriving map[app.Hash]courier.Arrival) {
		now = now.Add(time.Second)
		p.look(arriving, now)
	}
	near := func(what string, want float64) {
		t.Helper()
		if got := p.meter.PerSecond(now); got < want*0.85 || got > want*1.15 {
			t.Errorf("%s: %.0f bytes a second, want about %.0f", what, got, want)
		}
	}
	big := app.Hash{1}
	second(map[app.Hash]courier.Arrival{big: {Done: 50_000, Total: 100_000}}) // of yesterday
	for i := range 20 {
		second(map[app.Hash]courier.Arrival{big: {Done: 50_000 + int64(i+1)*1000, Total: 100_000}})
	}
	near("one on its way", 1000)
	p.arrived(big, 100_000, now)
	second(map[app.Hash]courier.Arrival{})
	for i := range 60 {
		p.arrived(app.Hash{2, byte(i)}, 500, now)
		second(map[app.Hash]courier.Arrival{})
	}
	near("small ones that nobody saw coming", 500)
	second(map[app.Hash]courier.Arrival{{3}: {Done: 0, Total: 700}})
	second(map[app.Hash]courier.Arrival{})
	before := p.meter.PerSecond(now)
	p.arrived(app.Hash{3}, 700, now)
	if after := p.meter.PerSecond(now); after != before {
		t.Errorf("one that left the looks and then arrived is counted twice: %.0f, then %.0f", before, after)
	}
	now = now.Add(time.Hour)
	for i := range 20 {
		second(map[app.Hash]courier.Arrival{{4}: {Done: int64(i) * 2000, Total: 100_000}})
	}
	near("after an hour at rest", 2000)
	now = now.Add(20 * time.Second)
	if got := p.meter.PerSecond(now); got > 100 {
		t.Errorf("%.0f bytes a second after nothing came for 20 s", got)
	}
}

// TestDownloadsAreNamed: the panel names a file that comes by its name and its
// document, with its bytes by all ways, and the document says the same.
func TestDownloadsAreNamed(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	const doc = app.ID("019ab000-0000-7000-8000-000000000011")
	sum := l.upload("Kế hoạch.pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("Kế hoạch "), 50_000)...))
	l.give("document.receive.1", doc, `{"unit":"xa-an","fields":{"subject":"Về phòng chống bão"},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	l.until("all to go up", func() bool {
		st := l.sync()
		return st.WaitingCount == 0 && len(st.Uploads) == 0 && l.doc(doc).Where.Server
	})
	link := l.app.currentLink()
	link.carrier.down.Pause(content.PriorityOpen)
	parts := l.lose(doc)
	for _, part := range parts {
		link.carrier.fetch(part.Name, part.Size, content.PriorityRecent)
	}
	link.carrier.fetch(app.Hash{9}, 100, content.PriorityRecent) // named by no record that is here
	st, d := l.sync(), l.doc(doc)
	if len(st.Downloads) != 1 {
		t.Fatalf("%d downloads: %+v", len(st.Downloads), st.Downloads)
	}
	got := st.Downloads[0]
	if got.Name != d.Files[0].Name || got.Name == "" || got.Document != doc || got.Direction != "incoming" || got.Subject != "Về phòng chống bão" {
		t.Errorf("named %+v", got)
	}
	if p := d.Files[0].Progress; p == nil || *p != got.Coming || p.Done != 0 || p.Total != total(parts) || p.EstimateMs != 0 {
		t.Errorf("the document says %+v, the panel %+v", d.Files[0].Progress, got.Coming)
	}
	link.carrier.down.Resume()
	l.until("the file", func() bool { return l.doc(doc).Where.Machine })
	if st := l.sync(); len(st.Downloads) != 0 {
		t.Errorf("still shown: %+v", st.Downloads)
	}
}

func total(parts []app.Segment) (n int64) {
	for _, p := range parts {
		n += p.Size
	}
	return n
}

// lose takes a document's content off the laptop's disk.
func (l *laptop) lose(doc app.ID) (parts []app.Segment) {
	l.t.Helper()
	err := l.app.store.Read(l.t.Context(), func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: doc})
		if err != nil {
			return err
		}
		for _, f := range r.(*app.Document).Files {
			parts = append(parts, f.Content.Segments...)
		}
		return nil
	})
	for _, part := range parts {
		err = errors.Join(err, l.app.files.Remove(part.Name))
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return parts
}
