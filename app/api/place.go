package api

import (
	"context"

	"khonggiay/app"
)

// Places is how a laptop goes on with a meeting while there is no line: it
// carries the meeting for those at its place, or sits where another one does.
type Places interface {
	Place(ctx context.Context, meeting app.ID) (PlaceView, error)
	// Carry begins or ends that this laptop carries the meeting.
	Carry(ctx context.Context, meeting app.ID, carry bool) error
	// Took reports whether the laptop that carries the meeting now has told of the
	// record: it has what the viewer gave.
	Took(meeting app.ID, key app.Key) bool
}

// PlaceView tells who carries a meeting just now.
type PlaceView struct {
	Carrier  string      `json:"carrier" enum:"server,this,other,lost,nobody" doc:"lost: a laptop of the place carried it, and does no more"`
	Person   *PersonRef  `json:"person,omitempty" doc:"whose laptop it is, or was when it is lost"`
	Here     int         `json:"here,omitempty" doc:"persons connected to it"`
	May      bool        `json:"may,omitempty" doc:"this laptop may carry it now"`
	MayCarry []PersonRef `json:"mayCarry,omitempty" doc:"whose laptops may, while none does"`
	PersonID app.ID      `json:"-"`
	MayIDs   []app.ID    `json:"-"`
}

// CarryRequest asks this laptop to carry a meeting, or not to.
type CarryRequest struct {
	Carry bool `json:"carry"`
}

type carryInput struct {
	ID   app.ID `path:"id" maxLength:"64"`
	Body CarryRequest
}

func (a *API) placeRoutes() {
	route(a, forPerson, get("/meetings/{id}/place", "getPlace", "Who carries a meeting just now", "meetings"), a.getPlace)
	route(a, forPerson, post("/meetings/{id}/place", "carryMeeting", "Carry a meeting on this laptop while there is no line", "meetings"), a.carryMeeting)
}

func (a *API) getPlace(ctx context.Context, in *meetingInput) (*body[PlaceView], error) {
	return a.placeView(ctx, in.ID)
}

func (a *API) carryMeeting(ctx context.Context, in *carryInput) (*body[PlaceView], error) {
	if a.Places == nil {
		return nil, app.Refuse(app.NotFound, "request.not_here")
	}
	if err := a.Places.Carry(ctx, in.ID, in.Body.Carry); err != nil {
		return nil, err
	}
	return a.placeView(ctx, in.ID)
}

// placeView is of a meeting that the viewer may see. The server itself is no place.
func (a *API) placeView(ctx context.Context, id app.ID) (*body[PlaceView], error) {
	l := a.look(viewerOf(ctx))
	err := a.Store.Read(ctx, func(v View) error {
		_, _, err := l.meeting(v, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if a.Places == nil {
		return &body[PlaceView]{PlaceView{Carrier: "server"}}, nil
	}
	out, err := a.Places.Place(ctx, id)
	out.Person = l.person(out.PersonID)
	for _, id := range out.MayIDs {
		out.MayCarry = append(out.MayCarry, l.who(id))
	}
	return &body[PlaceView]{out}, err
}
