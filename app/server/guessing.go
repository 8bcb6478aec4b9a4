package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// Wrong passwords for a sign-in name are counted by who gives them, so that a
// stranger who guesses locks himself out and not the person:
//
//   - a browser in which the person has signed in before bears a proof of that,
//     and counts by itself;
//   - all others count by their address, and also all together, against
//     guessing from very many addresses;
//   - whoever is in a session and changes the password counts by itself.
//
// After the free tries nobody of that kind is looked at for half a minute,
// doubling with each further one.
const (
	freeTries = 5
	// freeStrangers is for all strangers of a name together.
	freeStrangers = 100
	firstLock     = 30 * time.Second
	longestLock   = time.Hour
	// forgetTries is the calm after which wrong tries no longer count.
	forgetTries = 24 * time.Hour
)

// tries is one count that a try is held against.
type tries struct {
	key  string // of the stored count
	free int
}

// guesser is who tries a password, as far as that can be told.
type guesser struct {
	name   string // sign-in name
	counts []tries
}

// sqlite.LoginKey joins a name with one of these.
const (
	countBrowser   = "browser "
	countAddress   = "address "
	countStrangers = "strangers"
	countSession   = "session"
)

func count(name, kind string, free int) tries { return tries{sqlite.LoginKey(name, kind), free} }

// guesserOf tells who tries to sign in under a name.
func (a *accounts) guesserOf(r *http.Request, name string) guesser {
	if browser, known := a.knownBrowser(r, name); known {
		return guesser{name, []tries{count(name, countBrowser+browser, freeTries)}}
	}
	return guesser{name, []tries{count(name, countAddress+source(r), freeTries), count(name, countStrangers, freeStrangers)}}
}

// inSession is whoever sits before an open session of the account.
func inSession(name string) guesser {
	return guesser{name, []tries{count(name, countSession, freeTries)}}
}

// unlocked refuses while the guesser is not looked at.
func (a *accounts) unlocked(v *sqlite.View, g guesser) error {
	var until app.Time
	for _, c := range g.counts {
		failure, err := v.LoginFailure(c.key)
		if err != nil {
			return err
		}
		until = max(until, failure.Until)
	}
	if app.TimeOf(a.now()) < until {
		return errLocked.With("until", until)
	}
	return nil
}

// countFailure remembers a wrong password and returns the answer to it.
func (a *accounts) countFailure(ctx context.Context, g guesser, from string) error {
	a.signedIn(false)
	var locked app.Time
	err := a.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, c := range g.counts {
			until, err := a.countOne(tx, c)
			if err != nil {
				return err
			}
			locked = max(locked, until)
		}
		act := "login.failed"
		if locked != 0 {
			act = "login.locked"
		}
		return tx.Audit(sqlite.AuditEntry{Act: act, Object: g.name, Source: from})
	})
	if err != nil {
		return err
	}
	if locked != 0 {
		return errLocked.With("until", locked)
	}
	return errWrong
}

func (a *accounts) countOne(tx *sqlite.Tx, c tries) (until app.Time, err error) {
	now := a.now()
	f, err := tx.LoginFailure(c.key)
	if err != nil {
		return 0, err
	}
	if app.TimeOf(now.Add(-forgetTries)) > f.Last {
		f = sqlite.LoginFailure{}
	}
	f.Count++
	f.Last = app.TimeOf(now)
	if f.Count >= c.free {
		f.Until = app.TimeOf(now.Add(lockFor(f.Count - c.free)))
	}
	return f.Until, tx.SetLoginFailure(c.key, f)
}

// lockFor is how long nobody is looked at after so many tries beyond the free
// ones.
func lockFor(beyond int) time.Duration {
	d := firstLock
	for range beyond {
		if d *= 2; d >= longestLock {
			return longestLock
		}
	}
	return d
}

// forgive forgets the guesser's own wrong tries after a right one; what
// strangers did together is not his.
func forgive(tx *sqlite.Tx, g guesser) error {
	return tx.SetLoginFailure(g.counts[0].key, sqlite.LoginFailure{})
}

// knownFor is how long a browser is known after a sign-in.
const knownFor = 180 * 24 * time.Hour

// knownCookie is the name of the cookie in which a browser proves that the name
// was signed in there before. Several people may use one browser.
func knownCookie(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "__Host-khonggiay-known-" + hex.EncodeToString(sum[:6])
}

const browserIDSize = 12

// know makes the proof for a browser; it proves nothing about a session.
func (a *accounts) know(name string) *http.Cookie {
	id := make([]byte, browserIDSize)
	rand.Read(id) // never fails
	value := base64.RawURLEncoding.EncodeToString(append(id, a.browserMAC(name, id)...))
	return &http.Cookie{Name: knownCookie(name), Value: value, Path: "/", MaxAge: int(knownFor / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// knownBrowser checks a browser's proof and returns the browser's id.
func (a *accounts) knownBrowser(r *http.Request, name string) (id string, known bool) {
	c, err := r.Cookie(knownCookie(name))
	if err != nil {
		return "", false
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(b) != browserIDSize+sha256.Size || !hmac.Equal(b[browserIDSize:], a.browserMAC(name, b[:browserIDSize])) {
		return "", false
	}
	return hex.EncodeToString(b[:browserIDSize]), true
}

func (a *accounts) browserMAC(name string, id []byte) []byte {
	m := hmac.New(sha256.New, a.key)
	m.Write([]byte("known browser 1\x00" + name + "\x00"))
	m.Write(id)
	return m.Sum(nil)
}

// lookUp reads the account of a name for a guesser who is looked at; the zero
// account when there is none.
func (a *accounts) lookUp(ctx context.Context, g guesser) (account sqlite.Account, err error) {
	err = a.store.Read(ctx, func(v *sqlite.View) error {
		if err := a.unlocked(v, g); err != nil {
			return err
		}
		account, err = v.Account(g.name)
		if errors.Is(err, app.ErrNotFound) {
			account, err = sqlite.Account{}, nil
		}
		return err
	})
	return account, err
}
