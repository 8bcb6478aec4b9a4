package meeting

import "khonggiay/app"

// Place is where somebody stands in a material. Everybody turns the pages of his
// own copy, so a page costs some bytes and is sharp on every screen.
type Place struct {
	Material app.ID        `json:"material"`
	Version  app.CommandID `json:"version"`
	Page     int           `json:"page"` // from 1
	Zoom     int           `json:"zoom"` // per mille of the page's width on the screen's
	X        int           `json:"x"`    // of the top left corner, per mille of the page
	Y        int           `json:"y"`
}

// Limits of a place: what no material and no screen has is nobody's place.
const (
	maxPage = 20_000
	maxZoom = 16_000
)

// Valid reports whether it can be a place.
func (p Place) Valid() bool {
	return p.Material.Valid() && p.Page >= 1 && p.Page <= maxPage && p.Zoom >= 0 && p.Zoom <= maxZoom &&
		inPage(p.X) && inPage(p.Y)
}

// Point is where the presenter points, per mille of a page that he sees: the one
// of his place, or one below it.
type Point struct {
	Page int `json:"page"` // from 1
	X    int `json:"x"`
	Y    int `json:"y"`
}

// Valid reports whether it lies on a page.
func (p Point) Valid() bool {
	return p.Page >= 1 && p.Page <= maxPage && inPage(p.X) && inPage(p.Y)
}

func inPage(v int) bool { return v >= 0 && v <= 1000 }

// Rank is what somebody may do with the page that all follow.
type Rank int

// Ranks.
const (
	Listens  Rank = iota // follows, or looks for himself
	Presents             // may lead when nobody does
	Runs                 // chair, secretary, operator: may take the lead from anybody
)

// RankOf is somebody's rank at the meeting; presenters of the item under way
// present although they were invited as something else. ok is false for who does
// not take part.
func RankOf(m *app.Meeting, item *app.AgendaItem, person app.ID) (rank Rank, ok bool) {
	p, ok := m.Participants[person]
	switch {
	case person == m.Creator && person != "":
		return Runs, true
	case !ok || p.Unit:
		return Listens, false
	case p.Role == app.MeetingChair, p.Role == app.MeetingSecretary, p.Role == app.MeetingOperator:
		return Runs, true
	case p.Role == app.MeetingPresenter:
		return Presents, true
	case item != nil && contains(item.Presenters, person):
		return Presents, true
	}
	return Listens, true
}

func contains(list []app.ID, id app.ID) bool {
	for _, each := range list {
		if each == id {
			return true
		}
	}
	return false
}

// Lead is who leads everybody through the materials, and where he is. The zero
// value is nobody.
type Lead struct {
	By    app.ID `json:"by,omitempty"`
	Place *Place `json:"place,omitempty"`
	Point *Point `json:"point,omitempty"`
}

// Take gives the lead to the person, or reports false: who only presents waits
// until nobody leads.
func (l Lead) Take(person app.ID, rank Rank) (Lead, bool) {
	switch {
	case l.By == person:
		return l, true
	case rank == Runs, rank == Presents && l.By == "":
		return Lead{By: person}, true
	}
	return l, false
}

// Release ends the person's lead. Whoever runs the meeting may end anybody's.
func (l Lead) Release(person app.ID, rank Rank) (Lead, bool) {
	if l.By == "" || l.By != person && rank != Runs {
		return l, false
	}
	return Lead{}, true
}

// Turn moves the lead to another place; the pointer is gone with the page.
func (l Lead) Turn(person app.ID, to Place) (Lead, bool) {
	if l.By != person || !to.Valid() {
		return l, false
	}
	next := Lead{By: person, Place: &to}
	if l.Place != nil && l.Point != nil && l.Place.Material == to.Material && l.Place.Page == to.Page {
		next.Point = l.Point
	}
	return next, true
}

// PointAt moves the pointer; nil takes it away.
func (l Lead) PointAt(person app.ID, at *Point) (Lead, bool) {
	if l.By != person || l.Place == nil || at != nil && !at.Valid() {
		return l, false
	}
	l.Point = at
	return l, true
}
