package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/ical"
)

// Feeds keeps the private addresses at which programs for calendars read a
// person's meetings without signing in: on the server from its own table, on a
// laptop by asking the server. A person has at most one.
type Feeds interface {
	Feed(ctx context.Context, v Viewer) (FeedView, error)
	// MakeFeed gives a new address; the one before is no longer good.
	MakeFeed(ctx context.Context, v Viewer) (NewFeed, error)
	RevokeFeed(ctx context.Context, v Viewer) error
}

// FeedView tells of a person's address, but not the address: the server keeps
// only its hash.
type FeedView struct {
	Made app.Time `json:"made,omitempty" doc:"absent: there is none"`
	Used app.Time `json:"used,omitempty" doc:"when it was last read, to the hour"`
}

// NewFeed is an address just made; it is shown this once.
type NewFeed struct {
	Path string `json:"path" doc:"on the server that people's browsers reach"`
}

// calendarFile is an answer that a browser saves.
type calendarFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func icsFile(name string, c ical.Calendar) *calendarFile {
	return &calendarFile{ContentType: "text/calendar; charset=utf-8", Disposition: `attachment; filename="` + name + `"`, Body: c.Bytes()}
}

func (a *API) calendarRoutes() {
	route(a, forPerson, get("/meetings/{id}/ics", "getMeetingICS", "A meeting as iCalendar (RFC 5545)", "schedule"), a.meetingICS)
	route(a, forPerson, get("/calendar.ics", "getCalendarICS", "The viewer's own meetings as iCalendar", "schedule"), a.calendarICS)
	route(a, forPerson, get("/calendar-feed", "getCalendarFeed", "Whether the viewer's meetings have a private address for calendars", "schedule"), a.getFeed)
	route(a, forPerson, post("/calendar-feed", "makeCalendarFeed", "A new private address; the one before ends", "schedule"), a.makeFeed)
	end := get("/calendar-feed", "revokeCalendarFeed", "End the private address", "schedule")
	end.Method = http.MethodDelete
	route(a, forPerson, end, a.revokeFeed)
}

func (a *API) meetingICS(ctx context.Context, in *meetingInput) (*calendarFile, error) {
	l := a.look(viewerOf(ctx))
	var c ical.Calendar
	err := a.Store.Read(ctx, func(v View) error {
		m, _, err := l.meeting(v, in.ID)
		if err != nil {
			return err
		}
		c = ical.Calendar{Name: m.Title, Events: []ical.Event{l.icalEvent(m)}}
		if m.Secret {
			c.Name = busyWord
		}
		return nil
	})
	return icsFile("cuoc-hop.ics", c), err
}

// How far back and ahead a calendar reaches.
const (
	calendarBack  = app.Time(90 * 24 * 3600 * 1000)
	calendarAhead = app.Time(400 * 24 * 3600 * 1000)
)

// calendarRefresh is how often a subscriber is told to ask.
const calendarRefresh = time.Hour

func (a *API) calendarICS(ctx context.Context, _ *none) (*calendarFile, error) {
	l := a.look(viewerOf(ctx))
	c := ical.Calendar{Name: "Lịch họp – " + l.who(l.viewer.Person).Name, Refresh: calendarRefresh}
	err := a.Store.Read(ctx, func(v View) error {
		rows, err := v.Meetings(l.reader(), app.MeetingQuery{Person: l.viewer.Person, From: l.now - calendarBack, To: l.now + calendarAhead, Limit: 2000})
		if err != nil {
			return err
		}
		for _, r := range rows {
			m, _, err := l.meeting(v, r.ID)
			if err != nil {
				return err
			}
			if m.Published != 0 {
				c.Events = append(c.Events, l.icalEvent(m))
			}
		}
		return nil
	})
	return icsFile("lich-hop.ics", c), err
}

// busyWord is all that other programs hear of a meeting with state secrets.
const busyWord = "Bận"

// icalEvent is what another program is told of a meeting.
func (l *look) icalEvent(m *app.Meeting) ical.Event {
	me := m.Participants[l.viewer.Person]
	e := ical.Event{UID: string(m.ID) + "@khonggiay", Stamp: m.Created, Sequence: m.Revision, Start: m.Start, End: m.End, Status: ical.Confirmed,
		Free: me.Reply == app.ReplyDeclined || me.Reply == app.ReplyDelegated}
	for _, s := range m.History {
		e.Stamp = max(e.Stamp, s.At)
	}
	switch m.Status {
	case app.MeetingCancelled:
		e.Status = ical.Cancelled
	case app.MeetingDraft, app.MeetingPending, app.MeetingPostponed:
		e.Status = ical.Tentative
	}
	if m.Secret {
		e.Summary, e.Private = busyWord, true
		return e
	}
	e.Summary, e.Location = m.Title, m.Place
	if r := l.room(m.Room); r != nil && r.Name != "" {
		e.Location = strings.TrimSuffix(r.Name+", "+r.Place, ", ")
	}
	var about []string
	if chairs := m.Holding(app.MeetingChair); len(chairs) > 0 {
		about = append(about, "Chủ trì: "+l.who(chairs[0]).Name)
	}
	if m.Content != "" {
		about = append(about, m.Content)
	}
	e.Description = strings.Join(about, "\n")
	return e
}

func (a *API) getFeed(ctx context.Context, _ *none) (*body[FeedView], error) {
	if a.Feeds == nil {
		return nil, errNotHere
	}
	f, err := a.Feeds.Feed(ctx, viewerOf(ctx))
	return &body[FeedView]{f}, err
}

func (a *API) makeFeed(ctx context.Context, _ *none) (*body[NewFeed], error) {
	if a.Feeds == nil {
		return nil, errNotHere
	}
	f, err := a.Feeds.MakeFeed(ctx, viewerOf(ctx))
	return &body[NewFeed]{f}, err
}

func (a *API) revokeFeed(ctx context.Context, _ *none) (*none, error) {
	if a.Feeds == nil {
		return nil, errNotHere
	}
	return nil, a.Feeds.RevokeFeed(ctx, viewerOf(ctx))
}
