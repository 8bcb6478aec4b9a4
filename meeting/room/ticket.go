package room

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Limits of tickets.
const (
	ticketLife    = 60 * time.Second
	maxTickets    = 20_000
	maxPerMinute  = 60  // tickets and returns of one person or guest
	maxTokenBytes = 256 // of a ticket or a resume token
)

// errTicket does not say what is wrong with it.
var errTicket = app.Refuse(app.Unauthorized, "conference.bad_ticket")

// tickets are the permissions to come in that nobody has used yet. They are kept
// in memory alone: a host that begins anew is asked for others.
type tickets struct {
	mu    sync.Mutex        // guards all
	open  map[string]ticket // by hash
	given map[string]int    // in this minute, by person or guest
	since time.Time         // of the minute
}

// ticket lets one station in, once.
type ticket struct {
	meeting app.ID
	seat    meeting.Seat
	until   time.Time
}

// make writes a ticket out.
func (t *tickets) make(meetingID app.ID, seat meeting.Seat, now time.Time) (string, time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.countLocked(seat, now) || len(t.open) >= maxTickets {
		return "", time.Time{}, errTooMany
	}
	secret := rand.Text()
	until := now.Add(ticketLife)
	t.open[hashOf(secret)] = ticket{meetingID, seat, until}
	return secret, until, nil
}

var errTooMany = app.Refuse(app.Conflict, "conference.full")

// count counts a return with a token; false when there were too many of him.
func (t *tickets) count(seat meeting.Seat, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.countLocked(seat, now)
}

func (t *tickets) countLocked(seat meeting.Seat, now time.Time) bool {
	if t.open == nil {
		t.open = map[string]ticket{}
	}
	if t.given == nil || now.Sub(t.since) >= ticketLife {
		t.since, t.given = now, map[string]int{}
		for hash, each := range t.open {
			if !now.Before(each.until) {
				delete(t.open, hash)
			}
		}
	}
	who := string(seat.Person) + "/" + string(seat.Device)
	if seat.Kind == meeting.GuestStation {
		who = "guest/" + string(seat.Station)
	}
	t.given[who]++
	return t.given[who] <= maxPerMinute
}

// take uses a ticket up: false when there is no such, or it is too old.
func (t *tickets) take(secret string, now time.Time) (ticket, bool) {
	if len(secret) > maxTokenBytes {
		return ticket{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	hash := hashOf(secret)
	got, ok := t.open[hash]
	delete(t.open, hash)
	return got, ok && now.Before(got.until)
}

// hashOf is what of a secret is kept. The secret is random and long, so a plain
// hash tells nothing.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// newSecret is a secret for a link or a token.
func newSecret() string { return rand.Text() + rand.Text() }

// resumeToken names whose secret it is.
func resumeToken(meetingID, station app.ID, secret string) string {
	return string(meetingID) + "/" + string(station) + "/" + secret
}

// readToken is the opposite of resumeToken.
func readToken(token string) (meetingID, station app.ID, secret string, ok bool) {
	parts := strings.Split(token, "/")
	if len(token) > maxTokenBytes || len(parts) != 3 || !app.ID(parts[0]).Valid() || !app.ID(parts[1]).Valid() || parts[2] == "" {
		return "", "", "", false
	}
	return app.ID(parts[0]), app.ID(parts[1]), parts[2], true
}

// resumes reports whether the secret is the station's, from the same person and
// device.
func resumes(s *meeting.Station, secret string, person, device app.ID) bool {
	return s != nil && s.Resume != "" && s.Person == person && s.Device == device &&
		subtle.ConstantTimeCompare([]byte(s.Resume), []byte(hashOf(secret))) == 1
}
