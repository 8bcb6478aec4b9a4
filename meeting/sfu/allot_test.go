package sfu

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/app"
	"khonggiay/meeting"
)

// camera is a source of three layers that all come now.
func camera(id app.ID, now time.Time) *source {
	src := &source{station: &Station{id: id}, track: meeting.Camera, codec: VP8}
	for i, name := range []string{"q", "h", "f"} {
		l := newLayer(src, i, name)
		l.rate.Store(int64(nominalRates[i]))
		l.height.Store(int32(nominalHeights[i]))
		l.lastSeen.Store(now.UnixMilli())
		src.layers = append(src.layers, l)
	}
	return src
}

func demandsOf(now time.Time, st *Station, ranks ...int) (out []demand) {
	for i, rank := range ranks {
		s := newSlot(st, i, agreedSlot{source: 1, repair: 2})
		s.wish.Rank = rank
		ideal := 0
		if rank < 2 {
			ideal = 2
		}
		out = append(out, demand{slot: s, src: camera(app.ID(rune('a'+i)), now), ideal: ideal, got: -1})
	}
	return out
}

// TestShare: on a line that bears less than is wanted, what matters most is given
// first: the floor in a middling size, then everybody small, then the floor large.
func TestShare(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	st := &Station{}
	st.out.begin(true)
	st.out.line.Lower(now)
	for _, c := range []struct {
		free int
		want []int
	}{
		{0, []int{-1, -1, -1, -1}},
		{100_000, []int{-1, -1, -1, -1}},
		{200_000, []int{0, -1, -1, -1}},
		{700_000, []int{1, 0, -1, -1}},
		{1_000_000, []int{1, 0, 0, 0}},
		{2_200_000, []int{2, 0, 0, 0}},
		{10_000_000, []int{2, 2, 0, 0}},
	} {
		d := demandsOf(now, st, 0, 1, 2, 2)
		st.share(d, c.free, now)
		for i := range d {
			if d[i].got != c.want[i] {
				t.Errorf("%d bit/s: slot %d gets layer %d, want %d", c.free, i, d[i].got, c.want[i])
			}
		}
	}
}

// TestShareDear: a camera that is sent in one large size comes after the others where
// it is a thumbnail, and like the others where it is large or has the floor.
func TestShareDear(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	st := &Station{}
	st.out.begin(true)
	st.out.line.Lower(now)
	for _, c := range []struct {
		rank, height, free int
		want               []int
	}{
		{2, 180, 2_700_000, []int{2, -1, 0, 0}},
		{2, 180, 5_000_000, []int{2, 0, 0, 0}},
		{2, 180, 1_000_000, []int{1, -1, 0, 0}},
		{2, 720, 2_700_000, []int{1, 0, 0, 0}},
		{0, 180, 2_700_000, []int{1, 0, 0, 0}},
	} {
		d := demandsOf(now, st, 0, c.rank, 2, 2)
		d[1].tall, d[1].ideal = c.height, 0
		d[1].src.layers = d[1].src.layers[2:]
		st.share(d, c.free, now)
		for i := range d {
			if d[i].got != c.want[i] {
				t.Errorf("rank %d, %d lines, %d bit/s: slot %d gets layer %d, want %d", c.rank, c.height, c.free, i, d[i].got, c.want[i])
			}
		}
	}
}

// TestShareProperty: no more is given out than is free, and nothing above what is
// wanted.
func TestShareProperty(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	rapid.Check(t, func(t *rapid.T) {
		st := &Station{}
		st.out.begin(true)
		st.out.line.Lower(now)
		d := demandsOf(now, st, rapid.SliceOfN(rapid.IntRange(0, 2), 1, 28).Draw(t, "ranks")...)
		free := rapid.IntRange(0, 20_000_000).Draw(t, "free")
		wanted := st.share(d, free, now)
		sum := 0
		for _, one := range d {
			if one.got > one.ideal {
				t.Fatalf("layer %d for a wish of %d", one.got, one.ideal)
			}
			if one.got >= 0 {
				sum += one.src.layers[one.got].takes(now)
			}
		}
		if sum > free || wanted <= sum {
			t.Fatalf("%d given of %d, %d wanted", sum, free, wanted)
		}
	})
}
