package room

import (
	"context"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Media carries sound and pictures. The room decides who comes in and what of
// whom is let through; the media server does nothing of its own accord. Its
// methods may be called from any goroutine.
type Media interface {
	// Join takes a station in by its offer (SDP), and answers it. Nothing of the
	// station is let through before [Link.Allow]. A second join of the same
	// station ends the first. An offer that is none of ours is Invalid.
	Join(ctx context.Context, conference, station app.ID, offer string, to Events) (Link, string, error)
	// Floor says who is always heard, besides the loudest, also before anybody comes
	// and after all have left.
	Floor(conference app.ID, holders []app.ID)
}

// Link is one station's media.
type Link interface {
	// Allow says what is let through from the station from now on.
	Allow(meeting.Sends)
	// Watch says what the station wants to see, instead of all it wanted before.
	Watch([]meeting.Wish)
	// Send sends a message on the data channel of that label; one that is not open,
	// or so far behind that it takes nothing, loses it.
	Send(label string, message []byte)
	// Measure has it found out within [meeting.MeasureFor] what the line bears to the
	// station, also while little is sent over it.
	Measure()
	// Line is what is known of the line now.
	Line() meeting.Line
	Close()
}

// Events is told what happens to a station's media. The calls come one after
// another, and must not block.
type Events interface {
	Up()   // media flows
	Lost() // nothing has come for seconds; Up may follow
	Gone() // the link has ended
	Slots(meeting.Slots)
	Layers(meeting.Layers)
	// Speaking is who speaks in the conference now; "" for nobody.
	Speaking(station app.ID)
	// Message came on a data channel; it is good during the call only.
	Message(label string, message []byte)
}
