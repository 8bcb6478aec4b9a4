package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	// After sends once, when the time has passed.
	After(time.Duration) <-chan time.Time
}

// A Provider speaks the protocol of one provider: CSC, SmartCA or MSS. A Client drives it.
// Its errors are *Error, or those of a context.
type Provider interface {
	// Name tells providers apart, also after a restart.
	Name() string
	// Credentials lists the keys of a person, whom the provider knows by the name
	// given ("": the one who has signed in; of a SIM its telephone number).
	Credentials(ctx context.Context, person string) ([]Credential, error)
	// Ask sends a request for the first and only time. Lost in the error means
	// that it may have arrived. An Answer with a state counts besides an error.
	Ask(ctx context.Context, r *Request, f Factors) (Answer, error)
	// Check asks how a request stands that is waiting or confirmed.
	Check(ctx context.Context, r *Request) (Answer, error)
}

// A Recaller is a Provider that knows a request again by our name of it, so that
// one whose answer was lost is not unknown for ever. No protocol has that; a Relay
// does. It says nothing (an empty Answer) of one that it does not know.
type Recaller interface {
	Recall(ctx context.Context, r *Request) (Answer, error)
}

// An Answer is what a provider says about a request.
type Answer struct {
	State  State         // Waiting, Confirmed or Signed; "": nothing new
	Handle string        // how to name it from now on; "": as before
	Values [][]byte      // of Signed, not verified yet
	Until  time.Time     // when it ends, if the provider knows better; zero: as before
	After  time.Duration // when to ask again; 0: the client's pace
}

// A Client drives the requests of one provider.
type Client struct {
	Provider Provider
	Clock    Clock
	// Keep puts a request by, each time it has changed, and before it is asked.
	// What it cannot keep is not asked.
	Keep func(*Request) error
	// Every is the pause between two checks; 0: 3 seconds. When the provider does
	// not answer it doubles, up to half a minute.
	Every time.Duration
	// Random names requests; nil: crypto/rand.
	Random io.Reader
}

const (
	defaultEvery = 3 * time.Second
	longestPause = 30 * time.Second
	// grace is how long after its time a request is still looked for when the
	// provider cannot be reached: the person may have confirmed in time.
	grace = 15 * time.Minute
)

// Begin asks a person for the signatures of an order. It returns the request, if
// one was made, and why it has ended or is unknown. An error without a request
// (ErrScheme, ErrBatch, ErrText, ErrFactors, Certificate, what Keep returns) means
// that nothing was asked. The factors are wiped.
func (c *Client) Begin(ctx context.Context, o Order, f Factors) (*Request, error) {
	defer f.Wipe()
	random := c.Random
	if random == nil {
		random = rand.Reader
	}
	now := c.Clock.Now()
	if cert := o.Credential.Certificate; cert != nil && (now.Before(cert.NotBefore) || now.After(cert.NotAfter) || !o.Credential.Usable) {
		return nil, &Error{Provider: c.Provider.Name(), Reason: Certificate}
	}
	if mode := o.Credential.Mode; mode == Explicit && len(f.PIN) == 0 && len(f.OTP) == 0 || mode == Page && len(f.Token) == 0 {
		return nil, ErrFactors
	}
	r, err := newRequest(o, c.Provider.Name(), now, random)
	if err != nil {
		return nil, err
	}
	if err := c.keep(r); err != nil {
		return nil, err
	}
	answer, asked := c.Provider.Ask(ctx, r, f)
	c.settle(r, answer, asked)
	if r.State == Asking { // nothing that tells how it went
		r.State, r.Reason = Unknown, Lost
	}
	if err := c.keep(r); err != nil {
		return r, err
	}
	if r.Reason != "" && ReasonOf(asked) == r.Reason {
		return r, asked // which tells more
	}
	return r, r.Err()
}

// Poll asks once how a request stands. It returns nil if that is known now, also
// if it has ended; the request tells how. An error says why it is not known: the
// request is as before, unless its time has passed.
func (c *Client) Poll(ctx context.Context, r *Request) error {
	_, err := c.poll(ctx, r)
	return err
}

func (c *Client) poll(ctx context.Context, r *Request) (time.Duration, error) {
	if r.Provider != c.Provider.Name() {
		return 0, fmt.Errorf("remote: a request of %q asked of %q", r.Provider, c.Provider.Name())
	}
	if r.State.Final() {
		return 0, nil
	}
	var answer Answer
	var err error
	if recaller, ok := c.Provider.(Recaller); ok && r.State == Unknown {
		answer, err = recaller.Recall(ctx, r)
		c.settle(r, answer, err)
	} else if r.State != Unknown {
		answer, err = c.Provider.Check(ctx, r)
		c.settle(r, answer, err)
	}
	if late := c.Clock.Now().Sub(r.Until); !r.State.Final() && late >= 0 && (err == nil || late >= grace) {
		reason := Expired
		if r.State == Unknown {
			reason = Lost
		}
		r.end(TimedOut, reason, "")
	}
	if r.State.Final() {
		err = nil
	}
	if keepErr := c.keep(r); keepErr != nil {
		return 0, keepErr
	}
	return answer.After, err
}

// settle takes what the provider has said, and nothing that goes backwards.
func (c *Client) settle(r *Request, a Answer, err error) {
	if len(a.Handle) > maxHandle {
		a, err = Answer{}, &Error{Provider: r.Provider, Reason: Lost} // it has been asked, and cannot be found again
	}
	if a.Handle != "" {
		r.Handle = a.Handle
	}
	if !a.Until.IsZero() && a.Until.Before(r.Until) {
		r.Until = a.Until.UTC()
	}
	switch {
	case a.State == Signed:
		if !r.take(a.Values) {
			r.end(Failed, BadSignature, "")
		}
		return
	case a.State == Confirmed, a.State == Waiting && r.State != Confirmed:
		r.State, r.Reason, r.Code = a.State, "", ""
	}
	var e *Error
	if !errors.As(err, &e) {
		return
	}
	switch {
	case e.Reason == Refused:
		r.end(Declined, e.Reason, e.Code)
	case e.Reason == Expired:
		r.end(TimedOut, e.Reason, e.Code)
	case r.State == Asking && e.Reason == Lost:
		r.State, r.Reason, r.Code = Unknown, Lost, cleanCode(e.Code)
	case r.State == Asking: // it was not asked, or the provider has said no
		r.end(Failed, e.Reason, e.Code)
	case e.Reason.passing(), e.Reason == Malformed, e.Reason == Unauthorized:
		// The request stands as it stood.
	default:
		r.end(Failed, e.Reason, e.Code)
	}
}

// Wait polls until the request ends, and returns why it has no values. A value
// sent on told (by a provider that calls back) makes it look at once; told may be
// nil. It returns early, with the request as it stands, when ctx ends or when the
// provider wants the person to sign in again (Unauthorized).
func (c *Client) Wait(ctx context.Context, r *Request, told <-chan struct{}) error {
	every := c.Every
	if every <= 0 {
		every = defaultEvery
	}
	pause := every
	for {
		after, err := c.poll(ctx, r)
		if r.State.Final() {
			return r.Err()
		}
		switch reason := ReasonOf(err); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			pause = max(every, min(after, longestPause))
		case reason == "" || reason == Unauthorized:
			return err
		default:
			pause = min(2*pause, longestPause)
			if e := (*Error)(nil); errors.As(err, &e) {
				pause = max(pause, min(e.After, longestPause))
			}
		}
		if left := r.Until.Sub(c.Clock.Now()); left > 0 {
			pause = min(pause, left)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.Clock.After(pause):
		case _, open := <-told:
			if !open {
				told = nil
			}
		}
	}
}

// Cancel gives a request up here. No protocol has a word for it: the telephone
// goes on asking, and what its owner confirms goes nowhere.
func (c *Client) Cancel(r *Request) error {
	if r.State.Final() {
		return nil
	}
	r.end(GivenUp, Cancelled, "")
	return c.keep(r)
}

func (c *Client) keep(r *Request) error {
	if c.Keep == nil {
		return nil
	}
	if err := c.Keep(r); err != nil {
		return fmt.Errorf("remote: the request cannot be kept: %w", err)
	}
	return nil
}
