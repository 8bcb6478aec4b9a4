package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// sessionCookie holds the session's token. The prefix __Host- has the browser
// itself insist on Secure, on this host alone and on Path=/ (RFC 6265bis).
const sessionCookie = "__Host-khonggiay"

const tokenSize = 32

var (
	errNobody   = app.Refuse(app.Unauthorized, "session.required")
	errWrong    = app.Refuse(app.Unauthorized, "login.wrong")
	errLocked   = app.Refuse(app.Unauthorized, "login.locked")
	errTooOften = app.Refuse(app.Forbidden, "login.too_often")
)

// accounts signs people in. It implements api.Accounts and api.Sessions.
type accounts struct {
	store  *sqlite.Store
	hasher *hasher
	perIP  *limiter
	// perPerson bounds all requests of one person's browsers.
	perPerson *limiter
	now       func() time.Time
	idle      time.Duration
	life      time.Duration
	touch     *touches
	key       []byte // makes browsers known
	// signedIn counts a try; ended is told that a person's sessions are over.
	signedIn func(ok bool)
	ended    func(person app.ID)
}

// AccountName is a sign-in name as it is stored, or an *app.Error when it
// cannot be one.
func AccountName(text string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(norm.NFC.String(text)))
	ok := len(name) >= 2 && len(name) <= 64
	for _, c := range name {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.ContainsRune("._@-", c))
	}
	if !ok {
		return "", app.Refuse(app.Invalid, "account.bad_name")
	}
	return name, nil
}

// Login implements api.Accounts. Unknown names, wrong passwords and closed
// accounts get the same answer after the same work; a lock shows for names that
// do not exist too.
func (a *accounts) Login(ctx context.Context, r *http.Request, name, password string) ([]*http.Cookie, error) {
	if !a.perIP.allow(source(r)) {
		return nil, errTooOften
	}
	name, err := AccountName(name)
	if err != nil || len(password) > passwordMax*2 {
		return nil, errWrong
	}
	who := a.guesserOf(r, name)
	account, err := a.lookUp(ctx, who)
	if err != nil {
		return nil, err
	}
	if account.Closed != 0 || gone(a.store, account.Person) {
		account.Password = ""
	}
	ok, err := a.hasher.verify(ctx, password, account.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, a.countFailure(ctx, who, source(r))
	}
	session, err := a.begin(ctx, who, account, password, source(r))
	if err != nil {
		return nil, err
	}
	return []*http.Cookie{session, a.know(name)}, nil
}

// begin opens a session.
func (a *accounts) begin(ctx context.Context, who guesser, account sqlite.Account, password, from string) (*http.Cookie, error) {
	raw := make([]byte, tokenSize)
	rand.Read(raw) // never fails
	token := base64.RawURLEncoding.EncodeToString(raw)
	rehashed := ""
	if a.hasher.stale(account.Password) {
		var err error
		if rehashed, err = a.hasher.hash(ctx, password); err != nil {
			return nil, err
		}
	}
	now := app.TimeOf(a.now())
	err := a.store.Write(ctx, func(tx *sqlite.Tx) error {
		// Tries that ran side by side may have locked the name meanwhile.
		if err := a.unlocked(&tx.View, who); err != nil {
			return err
		}
		if rehashed != "" {
			account.Password = rehashed
			if err := tx.PutAccount(account); err != nil {
				return err
			}
		}
		if err := forgive(tx, who); err != nil {
			return err
		}
		err := tx.PutSession(sqlite.Session{Token: tokenHash(token), Account: account.Name, Created: now, Seen: now,
			Expires: now + app.Time(a.life.Milliseconds()), Address: from})
		if err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "login", Actor: account.Person, Object: account.Name, Source: from})
	})
	if err != nil {
		return nil, err
	}
	a.signedIn(true)
	return cookie(token, int(a.life/time.Second)), nil
}

func tokenHash(token string) app.Hash { return sha256.Sum256([]byte(token)) }

func cookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// session finds the open session of a request, or Unauthorized.
func (a *accounts) session(r *http.Request) (sqlite.Session, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil || len(c.Value) > 100 {
		return sqlite.Session{}, errNobody
	}
	var s sqlite.Session
	err = a.store.Read(r.Context(), func(v *sqlite.View) (err error) {
		s, err = v.Session(tokenHash(c.Value))
		return err
	})
	if errors.Is(err, app.ErrNotFound) {
		return s, errNobody
	}
	if err != nil {
		return s, err
	}
	now := app.TimeOf(a.now())
	seen := max(s.Seen, a.touch.sessionSeen(s.Token))
	if now >= s.Expires || now >= seen+app.Time(a.idle.Milliseconds()) || gone(a.store, s.Person) {
		return s, errNobody
	}
	a.touch.session(s.Token, now)
	return s, nil
}

// Viewer implements api.Sessions.
func (a *accounts) Viewer(r *http.Request) (api.Viewer, error) {
	s, err := a.session(r)
	if err != nil {
		return api.Viewer{}, err
	}
	return api.Viewer{Person: s.Person}, nil
}

// Logout implements api.Accounts.
func (a *accounts) Logout(ctx context.Context, r *http.Request) (*http.Cookie, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	err = a.store.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.EndSession(s.Token); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "logout", Actor: s.Person, Object: s.Account, Source: source(r)})
	})
	if err != nil {
		return nil, err
	}
	a.ended(s.Person)
	return cookie("", -1), nil
}

// ChangePassword implements api.Accounts. It ends every session of the
// account, so whoever else was signed in with the old password is out. The old
// password is guarded as at the sign-in: a session that was left open is no way
// to guess it.
func (a *accounts) ChangePassword(ctx context.Context, v api.Viewer, old, next string) error {
	var account sqlite.Account
	look := func(view *sqlite.View) (err error) {
		if account, err = view.AccountOf(v.Person); err != nil {
			return err
		}
		return a.unlocked(view, inSession(account.Name))
	}
	if err := a.store.Read(ctx, look); err != nil {
		return err
	}
	ok, err := a.hasher.verify(ctx, old, account.Password)
	if err != nil {
		return err
	}
	if !ok {
		return a.countFailure(ctx, inSession(account.Name), "")
	}
	// Tries that ran side by side may have locked the name meanwhile.
	if err := a.store.Read(ctx, look); err != nil {
		return err
	}
	return a.setPassword(ctx, account, next, v.Person)
}

// setPassword stores a new password and ends all sessions of the account.
func (a *accounts) setPassword(ctx context.Context, account sqlite.Account, password string, by app.ID) error {
	if err := checkPassword(account.Name, password); err != nil {
		return err
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	now := app.TimeOf(a.now())
	account.Password, account.Changed = hash, now
	if account.Created == 0 {
		account.Created = now
	}
	err = a.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.PutAccount(account); err != nil {
			return err
		}
		if err := tx.ForgetLoginFailures(account.Name); err != nil {
			return err
		}
		if _, err := tx.EndSessions(account.Name, app.Hash{}); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "account.password", Actor: by, Object: account.Name})
	})
	if err == nil {
		a.ended(account.Person)
	}
	return err
}
