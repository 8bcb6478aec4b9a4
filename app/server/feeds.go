package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// pathFeed is where programs for calendars read a person's meetings: whoever
// has the address has what it shows, so it is long and random, kept as a hash,
// and ended or changed by its person at any time.
const pathFeed = "/lich/"

// feedEnding makes the address one that such programs take for a calendar.
const feedEnding = ".ics"

// feedTouch is how exactly it is noted when an address was read.
const feedTouch = app.Time(3600 * 1000)

// feeds is what a person does about his address. It implements api.Feeds.
type feeds struct{ *Server }

// Feed implements api.Feeds.
func (f feeds) Feed(ctx context.Context, v api.Viewer) (out api.FeedView, err error) {
	err = f.store.Read(ctx, func(tx *sqlite.View) error {
		feed, err := tx.CalendarFeedOf(v.Person)
		out = api.FeedView{Made: feed.Made, Used: feed.Used}
		return err
	})
	if errors.Is(err, app.ErrNotFound) {
		return api.FeedView{}, nil
	}
	return out, err
}

// MakeFeed implements api.Feeds.
func (f feeds) MakeFeed(ctx context.Context, v api.Viewer) (api.NewFeed, error) {
	raw := make([]byte, tokenSize)
	_, _ = rand.Read(raw) // never fails
	token := base64.RawURLEncoding.EncodeToString(raw)
	err := f.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.PutCalendarFeed(sqlite.CalendarFeed{Person: v.Person, Token: tokenHash(token), Made: f.store.Now()})
	})
	return api.NewFeed{Path: pathFeed + token + feedEnding}, err
}

// RevokeFeed implements api.Feeds.
func (f feeds) RevokeFeed(ctx context.Context, v api.Viewer) error {
	return f.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteCalendarFeed(v.Person) })
}

// feedPerson is the key of the person whose address was asked for.
type feedPerson struct{}

// feedSessions says that the address's person is asking.
type feedSessions struct{}

// Viewer implements api.Sessions.
func (feedSessions) Viewer(r *http.Request) (api.Viewer, error) {
	person, ok := r.Context().Value(feedPerson{}).(app.ID)
	if !ok {
		return api.Viewer{}, errNobody
	}
	return api.Viewer{Person: person}, nil
}

// feedDoor answers an address with the person's own calendar and nothing else
// of the API. What is no address is a screen's.
func (s *Server) feedDoor(screens http.Handler) http.Handler {
	calendar := s.api(feedSessions{}, nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutSuffix(r.PathValue("file"), feedEnding)
		if !ok {
			screens.ServeHTTP(w, r)
			return
		}
		person, err := s.feedOf(r.Context(), token)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		if !s.accounts.perPerson.allow(string(person)) {
			tooMany(w)
			return
		}
		r = r.Clone(context.WithValue(r.Context(), feedPerson{}, person))
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/api/calendar.ics", "", ""
		calendar.ServeHTTP(w, r)
	})
}

// feedOf finds whose address it is: of somebody who still works in the province.
func (s *Server) feedOf(ctx context.Context, token string) (app.ID, error) {
	var f sqlite.CalendarFeed
	err := s.store.Read(ctx, func(tx *sqlite.View) (err error) {
		f, err = tx.CalendarFeed(tokenHash(token))
		return err
	})
	if err != nil {
		return "", err
	}
	if p := s.store.Directory().Person(f.Person); p == nil || p.Closed {
		return "", app.ErrNotFound
	}
	if now := s.store.Now(); now >= f.Used+feedTouch {
		err = s.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.TouchCalendarFeed(f.Person, now) })
	}
	return f.Person, err
}
