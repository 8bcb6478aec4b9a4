package meeting

import (
	"testing"

	"pgregory.net/rapid"

	"khonggiay/app"
)

func TestRankOf(t *testing.T) {
	m := &app.Meeting{Creator: "officer", Participants: map[app.ID]app.Participant{
		"chair": {Role: app.MeetingChair}, "guest": {Role: app.MeetingGuest}, "presenter": {Role: app.MeetingPresenter},
		"office": {Role: app.MeetingGuest, Unit: true},
	}}
	item := &app.AgendaItem{Presenters: []app.ID{"guest"}}
	for _, c := range []struct {
		who  app.ID
		item *app.AgendaItem
		want Rank
		ok   bool
	}{
		{"chair", nil, Runs, true}, {"officer", nil, Runs, true}, {"presenter", nil, Presents, true}, {"guest", nil, Listens, true},
		{"guest", item, Presents, true}, {"office", item, Listens, false}, {"stranger", nil, Listens, false}, {"", nil, Listens, false},
	} {
		if rank, ok := RankOf(m, c.item, c.who); rank != c.want || ok != c.ok {
			t.Errorf("%q: rank %d, %v", c.who, rank, ok)
		}
	}
}

// Whatever people try, at most one leads, only he moves the page, a pointer is
// on a page, and nobody who only listens ever leads.
func TestLeadIsOnePersons(t *testing.T) {
	ranks := map[app.ID]Rank{"chair": Runs, "secretary": Runs, "a": Presents, "b": Presents, "c": Listens}
	rapid.Check(t, func(t *rapid.T) {
		var l Lead
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			who := rapid.SampledFrom([]app.ID{"chair", "secretary", "a", "b", "c"}).Draw(t, "who")
			before := l
			var ok bool
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				l, ok = l.Take(who, ranks[who])
				if ok != (before.By == who || ranks[who] == Runs || ranks[who] == Presents && before.By == "") {
					t.Fatalf("%s takes from %q: %v", who, before.By, ok)
				}
			case 1:
				l, ok = l.Release(who, ranks[who])
			case 2:
				l, ok = l.Turn(who, Place{Material: "m", Page: rapid.IntRange(0, 3).Draw(t, "page")})
			case 3:
				l, ok = l.PointAt(who, &Point{Page: rapid.IntRange(0, 3).Draw(t, "of"), X: rapid.IntRange(-1, 1001).Draw(t, "x")})
			}
			switch {
			case !ok && l != before:
				t.Fatal("refused, and changed")
			case ranks[l.By] == Listens && l.By != "":
				t.Fatalf("%s leads", l.By)
			case l.By == "" && (l.Place != nil || l.Point != nil):
				t.Fatal("a place of nobody")
			case l.Point != nil && (l.Place == nil || !l.Point.Valid()), l.Place != nil && !l.Place.Valid():
				t.Fatal("a place that is none")
			case l.By == before.By && l.By != who && l != before:
				t.Fatalf("%s moved what %s leads", who, l.By)
			}
		}
	})
}

func TestPointerGoesWithThePage(t *testing.T) {
	l, _ := Lead{}.Take("a", Runs)
	l, _ = l.Turn("a", Place{Material: "m", Page: 1})
	l, _ = l.PointAt("a", &Point{Page: 2, X: 10, Y: 20})
	scrolled, _ := l.Turn("a", Place{Material: "m", Page: 1, Y: 300})
	if scrolled.Point == nil {
		t.Error("the pointer is gone when the page only scrolled")
	}
	if turned, _ := l.Turn("a", Place{Material: "m", Page: 2}); turned.Point != nil {
		t.Error("the pointer stayed on another page")
	}
}
