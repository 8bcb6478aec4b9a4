package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/signing/remote"
)

// keysAtProviders asks providers for laptops: it lets itself in, and lets each
// person at his own keys alone. A laptop drives its requests and keeps them
// (remote.Client over remote.Relay); here they are remembered in memory by their
// names, until their time has passed, so that an answer which the laptop did not
// hear is not lost, and a question that comes twice rings once.
type keysAtProviders struct {
	providers []*keyProvider
	accounts  *keyAccounts
	now       func() time.Time
	log       *slog.Logger
	audit     func(sqlite.AuditEntry)
	perPerson *limiter // questions that ring a telephone

	ctx    context.Context // ends what is being asked
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu    sync.Mutex // guards what follows
	asked map[string]*asked
}

const (
	// answerWithin is how long a laptop waits for the answer to a question. Some
	// providers answer only when the person has: then it asks again.
	answerWithin = 3 * time.Second
	// rememberFor is how long a request is remembered after its time.
	rememberFor = 20 * time.Minute
	maxAsked    = 10_000
	// ringsPerPerson a second, and ringsAtOnce.
	ringsPerPerson rate.Limit = 1.0 / 10
	ringsAtOnce               = 20
)

// asked is a request that a provider was asked for.
type asked struct {
	person   app.ID
	provider string
	until    time.Time
	heard    chan struct{} // closed when the question has its answer

	turn     sync.Mutex // held for one look; the request is not for several at a time
	request  *remote.Request
	with     remote.Provider
	answered remote.Told // to the question, or the values
}

func (s *Server) openProviders(context.Context) error {
	providers, err := readProviders(s.config.SigningProviders, s.now)
	if err != nil {
		return fmt.Errorf("signing_providers: %w", err)
	}
	k := &keysAtProviders{providers: providers, accounts: &keyAccounts{path: s.config.SigningAccounts}, now: s.now, log: s.log, audit: s.audit.note,
		perPerson: newLimiter(ringsPerPerson, ringsAtOnce, s.now), asked: map[string]*asked{}}
	if _, err := k.accounts.of(""); err != nil {
		return fmt.Errorf("signing_accounts: %w", err)
	}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	s.keys = k
	s.onClose(func() error { k.cancel(); k.wg.Wait(); return nil })
	return nil
}

// routes are for laptops.
func (k *keysAtProviders) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+enrol.PathProviders, k.serveList)
	mux.HandleFunc("POST "+enrol.PathProviders+"/{name}/credentials", k.door(k.serveCredentials))
	mux.HandleFunc("POST "+enrol.PathProviders+"/{name}/otp", k.door(k.serveOTP))
	mux.HandleFunc("POST "+enrol.PathProviders+"/{name}/ask", k.door(k.serveAsk))
	mux.HandleFunc("POST "+enrol.PathProviders+"/{name}/check", k.door(k.serveCheck))
}

// visit is a person at his provider.
type visit struct {
	device   sqlite.Device
	provider *keyProvider
	account  string
	with     remote.Provider
	question remote.Question
	factors  remote.Factors
}

var (
	errNoProvider = app.Refuse(app.NotFound, "sign.remote_provider_gone")
	errNotAsked   = app.Refuse(app.Invalid, "request.invalid")
)

// door lets a laptop in for what its person has at the provider, and wipes what he
// has typed in.
func (k *keysAtProviders) door(serve func(context.Context, visit) (remote.Told, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := k.visit(r)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, remote.MaxQuestion))
		if err == nil {
			v.question, v.factors, err = remote.ReadQuestion(body)
		}
		clear(body)
		if err != nil {
			writeRefusal(w, errNotAsked)
			return
		}
		told, err := serve(r.Context(), v)
		if err != nil {
			writeRefusal(w, err)
			return
		}
		writeJSON(w, http.StatusOK, told)
	}
}

func (k *keysAtProviders) visit(r *http.Request) (v visit, err error) {
	var ok bool
	if v.device, ok = deviceOf(r.Context()); !ok {
		return v, errNoDevice
	}
	accounts, err := k.accounts.of(v.device.Person)
	if err != nil {
		k.log.Error("reading the accounts at providers", "err", err)
		return v, err
	}
	for _, p := range k.providers {
		if p.conf.Name != r.PathValue("name") || accounts[p.conf.Name] == "" {
			continue
		}
		v.provider, v.account = p, accounts[p.conf.Name]
		v.with, err = p.as(v.account)
		return v, err
	}
	return v, errNoProvider
}

func (k *keysAtProviders) serveList(w http.ResponseWriter, r *http.Request) {
	device, ok := deviceOf(r.Context())
	if !ok {
		writeRefusal(w, errNoDevice)
		return
	}
	accounts, err := k.accounts.of(device.Person)
	if err != nil {
		k.log.Error("reading the accounts at providers", "err", err)
		writeRefusal(w, err)
		return
	}
	out := []enrol.Provider{}
	for _, p := range k.providers {
		if accounts[p.conf.Name] != "" {
			out = append(out, enrol.Provider{Name: p.conf.Name, Title: p.conf.Title})
		}
	}
	writeJSON(w, http.StatusOK, out)
}

func (k *keysAtProviders) serveCredentials(ctx context.Context, v visit) (remote.Told, error) {
	list, err := v.provider.credentials(ctx, v.with, v.account)
	k.complain(v, "listing keys at a provider", err)
	return remote.Told{Credentials: list}.Tell(err), nil
}

// credential is one of the person's own.
func (v visit) credential(ctx context.Context, id string) (remote.Credential, error) {
	list, err := v.provider.credentials(ctx, v.with, v.account)
	if err != nil {
		return remote.Credential{}, err
	}
	for _, c := range list {
		if c.ID == id {
			return c, nil
		}
	}
	return remote.Credential{}, &remote.Error{Provider: v.provider.conf.Name, Reason: remote.NoKey}
}

func (k *keysAtProviders) serveOTP(ctx context.Context, v visit) (remote.Told, error) {
	if !k.perPerson.allow(string(v.device.Person)) {
		return remote.Told{Reason: remote.Busy}, nil
	}
	c, err := v.credential(ctx, v.question.Credential)
	if err == nil {
		if csc, ok := v.with.(*remote.CSC); ok {
			err = csc.SendOTP(ctx, c)
		} else {
			err = &remote.Error{Provider: v.provider.conf.Name, Reason: remote.Unsupported}
		}
	}
	k.complain(v, "having a one-time password sent", err)
	return remote.Told{}.Tell(err), nil
}

// serveAsk asks the provider, once for each name of a request.
func (k *keysAtProviders) serveAsk(ctx context.Context, v visit) (remote.Told, error) {
	r, f := v.question.Request, v.factors
	if r == nil || r.Provider != v.provider.conf.Name {
		f.Wipe()
		return remote.Told{}, errNotAsked
	}
	a, known, err := k.remember(v, r)
	if err != nil || known {
		f.Wipe()
	}
	if err != nil {
		return remote.Told{Reason: remote.Busy}, nil
	}
	if a.person != v.device.Person || a.provider != r.Provider {
		return remote.Told{}, errNotAsked
	}
	if !known {
		k.wg.Go(func() { k.ask(v, a, f) })
	}
	late := time.NewTimer(answerWithin)
	defer late.Stop()
	select {
	case <-a.heard:
		a.turn.Lock()
		defer a.turn.Unlock()
		return a.answered, nil
	case <-late.C:
	case <-ctx.Done():
	}
	return remote.Told{Answer: remote.Answer{State: remote.Waiting}}, nil
}

// remember takes a request up, or finds it. It refuses more than can be remembered,
// and a person who makes his telephone ring all the time.
func (k *keysAtProviders) remember(v visit, r *remote.Request) (a *asked, known bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a := k.asked[r.ID]; a != nil {
		return a, true, nil
	}
	now := k.now()
	for id, old := range k.asked {
		if now.After(old.until.Add(rememberFor)) {
			delete(k.asked, id)
		}
	}
	if len(k.asked) >= maxAsked || !k.perPerson.allow(string(v.device.Person)) {
		return nil, false, app.Refuse(app.Full, "request.too_many")
	}
	a = &asked{person: v.device.Person, provider: r.Provider, until: now.Add(r.Until.Sub(r.Asked)), request: r, with: v.with, heard: make(chan struct{})}
	k.asked[r.ID] = a
	return a, false, nil
}

// ask looks the key up and asks. It goes on when the laptop's line fails.
func (k *keysAtProviders) ask(v visit, a *asked, f remote.Factors) {
	defer f.Wipe()
	a.turn.Lock()
	defer a.turn.Unlock()
	defer close(a.heard)
	c, err := v.credential(k.ctx, a.request.Credential)
	if err != nil {
		if remote.ReasonOf(err) == remote.Lost { // a list rings nobody
			err = &remote.Error{Provider: a.provider, Reason: remote.Unavailable}
		}
		k.complain(v, "asking for a signature", err)
		a.answered = remote.Told{}.Tell(err)
		return
	}
	if err := a.request.Assume(c, k.now()); err != nil {
		k.log.Warn("a request that is not one of the person's key", "person", a.person, "err", err)
		a.answered = remote.Told{Reason: remote.Rejected}
		return
	}
	k.audit(sqlite.AuditEntry{Act: "sign.remote_ask", Actor: a.person, Device: v.device.ID, Object: a.request.ID,
		Detail: map[string]any{"provider": a.provider, "key": c.ID, "documents": len(a.request.Documents)}})
	answer, err := a.with.Ask(k.ctx, a.request, f)
	k.complain(v, "asking for a signature", err)
	a.take(answer, err)
}

// take notes what the provider says.
func (a *asked) take(answer remote.Answer, err error) {
	if answer.Handle != "" {
		a.request.Handle = answer.Handle
	}
	switch reason := remote.ReasonOf(err); {
	case reason == remote.Refused:
		a.request.State = remote.Declined
	case reason == remote.Expired:
		a.request.State = remote.TimedOut
	case answer.State != "":
		a.request.State = answer.State
	}
	a.answered = remote.Told{Answer: answer}.Tell(err)
}

// serveCheck asks how a request stands.
func (k *keysAtProviders) serveCheck(ctx context.Context, v visit) (remote.Told, error) {
	r := v.question.Request
	v.factors.Wipe()
	if r == nil || r.Provider != v.provider.conf.Name {
		return remote.Told{}, errNotAsked
	}
	k.mu.Lock()
	a := k.asked[r.ID]
	k.mu.Unlock()
	if a == nil {
		var err error
		if a, err = k.adopt(ctx, v, r); a == nil || err != nil {
			return remote.Told{}.Tell(err), nil
		}
	}
	if a.person != v.device.Person || a.provider != r.Provider {
		return remote.Told{}, errNotAsked
	}
	select {
	case <-a.heard:
	default:
		return remote.Told{Answer: remote.Answer{State: remote.Waiting}}, nil
	}
	a.turn.Lock()
	defer a.turn.Unlock()
	switch state := a.request.State; {
	case state == remote.Asking && a.answered.Reason == remote.Lost: // between the provider and here, for good
		return remote.Told{}, nil
	case state != remote.Waiting && state != remote.Confirmed:
		return a.answered, nil // the values, or why there are none
	}
	answer, err := a.with.Check(k.ctx, a.request) // what it tells is kept, also for a laptop that has gone
	k.complain(v, "asking how a request stands", err)
	if answer.State == "" && err == nil {
		answer.State = a.request.State // what the laptop may not have heard
	}
	a.take(answer, err)
	return a.answered, nil
}

// adopt takes up a request that an earlier run of this server was asked for, by the
// handle that the laptop has kept; nil when it has none. It must be of a key of the
// person's.
func (k *keysAtProviders) adopt(ctx context.Context, v visit, r *remote.Request) (*asked, error) {
	state := r.State
	if r.Handle == "" || state != remote.Waiting && state != remote.Confirmed {
		return nil, nil
	}
	c, err := v.credential(ctx, r.Credential)
	if err != nil {
		return nil, err
	}
	if err := r.Assume(c, k.now()); err != nil {
		return nil, &remote.Error{Provider: r.Provider, Reason: remote.Rejected, Err: err}
	}
	r.State = state
	a := &asked{person: v.device.Person, provider: r.Provider, until: r.Until, request: r, with: v.with, heard: make(chan struct{})}
	close(a.heard)
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.asked[r.ID]; known != nil {
		return known, nil
	}
	if len(k.asked) >= maxAsked {
		return nil, &remote.Error{Provider: r.Provider, Reason: remote.Busy}
	}
	k.asked[r.ID] = a
	return a, nil
}

// complain logs what the operator can do something about.
func (k *keysAtProviders) complain(v visit, what string, err error) {
	switch remote.ReasonOf(err) {
	case "", remote.Refused, remote.Expired, remote.WrongPIN, remote.WrongOTP, remote.WrongFactor:
	default:
		k.log.Warn(what, "provider", v.provider.conf.Name, "person", v.device.Person, "err", err)
	}
}
