package desktop

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/remote"
)

// Requests to providers. Each is a file of its own, its owner's alone, which is
// there before anything is asked and goes when the person has seen how it ended:
// a laptop that is closed meanwhile goes on at its next start. What stands in it
// signs nothing. When the person has confirmed, the documents are looked at again
// and signed (signanswer.go).
//
// Proved by TestRemoteSign, TestRemoteRestart, TestRemoteEnds and TestRemoteChanged.

// requests are those of this laptop's person.
type requests struct {
	mu  sync.Mutex // guards all, and what their files hold
	all map[string]*request
}

// request is one question to one person, and the documents it is about.
type request struct {
	keptRequest
	remote *remote.Request // its goroutine's alone
	kept   []byte          // its state, as it was last put by

	told   chan struct{} // capacity 1: look at once
	cancel context.CancelFunc
	gone   bool          // the person has given it up
	ended  chan struct{} // closed when its goroutine has ended
}

// keptRequest is the file of a request.
type keptRequest struct {
	Person    app.ID          `json:"person"`
	Provider  string          `json:"provider"`
	Title     string          `json:"title"`
	Kind      api.SignKind    `json:"kind"`
	Key       api.SigningKey  `json:"key"`
	Issuers   [][]byte        `json:"issuers,omitempty"` // DER, of an initial
	Documents []keptSignature `json:"documents"`
	Request   json.RawMessage `json:"request"`
	// Ended is when all was done that there was to do; 0 before.
	Ended app.Time `json:"ended,omitempty"`
}

const (
	// requestPause is how soon a request is looked at again that nobody can look at
	// now, because the provider lets nobody in or the laptop is locked.
	requestPause = time.Minute
	// requestLife is how long one that has ended is kept for somebody to see.
	requestLife = app.Time(24 * 3600 * 1000)
	maxRequest  = 256 << 20
)

func (s *signer) requestPath(id string) string { return filepath.Join(s.remotePath(), id+".request") }

// AskRemote implements api.RemoteSigning. Everything that can be known before is
// looked at before the telephone rings.
func (s *signer) AskRemote(ctx context.Context, v api.Viewer, order api.RemoteOrder) (api.RemoteAsked, error) {
	factors := remote.Factors{PIN: remote.Secret(order.PIN), OTP: remote.Secret(order.OTP)}
	order.PIN, order.OTP = "", ""
	taken := false
	defer func() {
		if !taken {
			factors.Wipe()
		}
	}()
	if order.Kind.OfAgency() {
		return api.RemoteAsked{}, app.Refuse(app.Invalid, "seal.remote")
	}
	l, err := s.enrolled()
	if err != nil {
		return api.RemoteAsked{}, err
	}
	if !s.turn.TryLock() {
		return api.RemoteAsked{}, app.Refuse(app.Conflict, "sign.busy")
	}
	defer s.turn.Unlock()
	k, err := s.findRemote(ctx, order.Key)
	if err != nil {
		return api.RemoteAsked{}, err
	}
	if k.Remote.PIN && len(factors.PIN) == 0 || k.Remote.OTP && len(factors.OTP) == 0 {
		return api.RemoteAsked{}, app.Refuse(app.Invalid, "sign.remote_factors")
	}
	out := api.RemoteAsked{Documents: []api.SignedDocument{}}
	r, ask, err := s.prepareRequest(ctx, v, &order, k, &out)
	if err != nil || len(r.Documents) == 0 {
		return out, err
	}
	relay, err := s.relay(l, k.at.provider)
	if err != nil {
		return out, err
	}
	started := make(chan error, 1)
	taken = true
	l.goDo(func(ctx context.Context) {
		ctx, r.cancel = context.WithCancel(ctx)
		defer r.cancel()
		defer close(r.ended)
		client := s.remoteClient(r, relay, func() { started <- nil })
		asked, err := client.Begin(ctx, ask, factors)
		if asked == nil {
			started <- remoteRefusal(err)
			return
		}
		r.remote = asked
		s.follow(ctx, r, client)
	})
	if err := <-started; err != nil {
		return out, err
	}
	view := s.view(r)
	out.Request = &view
	return out, nil
}

// prepareRequest makes all documents of an order ready. Those that cannot be signed
// say why in out.
func (s *signer) prepareRequest(ctx context.Context, v api.Viewer, order *api.RemoteOrder, k key, out *api.RemoteAsked) (*request, remote.Order, error) {
	r := newRequest(keptRequest{Person: v.Person, Provider: k.at.provider, Title: k.at.title, Kind: order.Kind, Key: k.SigningKey})
	for _, c := range k.at.credential.Issuers {
		r.Issuers = append(r.Issuers, c.Raw)
	}
	ask := remote.Order{Credential: k.at.credential, Scheme: k.at.credential.Schemes[0]}
	sign := &api.SignOrder{Key: order.Key, Kind: order.Kind, Documents: order.Documents}
	for _, d := range order.Documents {
		if r.about(d.ID) {
			continue // named twice: once is enough
		}
		kept, digest, err := s.prepareOne(ctx, v, sign, d, k, ask)
		switch {
		case ctx.Err() != nil:
			return r, ask, ctx.Err()
		case err != nil:
			out.Documents = append(out.Documents, api.SignedDocument{ID: d.ID, Problem: s.problem(d.ID, err)})
			continue
		}
		r.Documents = append(r.Documents, kept)
		ask.Documents = append(ask.Documents, remote.Document{Name: phoneText(kept.Name, maxPhoneName), Digest: digest})
	}
	if most := k.at.credential.Batch; len(r.Documents) > most {
		return r, ask, app.Refuse(app.Invalid, "sign.remote_batch").With("most", most)
	}
	ask.Text = phoneOrder(r.Documents, k.at.credential.MaxText)
	return r, ask, nil
}

func (s *signer) prepareOne(ctx context.Context, v api.Viewer, order *api.SignOrder, d api.SignDocument, k key, ask remote.Order) (kept keptSignature, digest []byte, err error) {
	if s.waitsFor(d.ID) {
		return kept, nil, app.Refuse(app.Conflict, "sign.remote_waiting")
	}
	t, err := s.prepare(ctx, v, order, d, k)
	if err != nil {
		return kept, nil, err
	}
	return s.beginOne(ctx, t, ask)
}

// waitsFor tells whether the person is being asked about the document already: of
// two signatures only one can be put into it.
func (s *signer) waitsFor(id app.ID) bool {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	for _, r := range s.requests.all {
		if r.Ended == 0 && r.about(id) {
			return true
		}
	}
	return false
}

func (r *request) about(id app.ID) bool {
	return slices.ContainsFunc(r.Documents, func(d keptSignature) bool { return d.Document.ID == id })
}

func newRequest(kept keptRequest) *request {
	return &request{keptRequest: kept, told: make(chan struct{}, 1), cancel: func() {}, ended: make(chan struct{})}
}

// remoteClient drives a request; first is called when it has been put by, and not
// been asked yet.
func (s *signer) remoteClient(r *request, relay *remote.Relay, first func()) *remote.Client {
	return &remote.Client{Provider: relay, Clock: signerClock{s.clock}, Every: s.cfg.pollEvery, Keep: func(now *remote.Request) error {
		state, err := now.MarshalBinary()
		if err != nil || string(state) == string(r.kept) {
			return err
		}
		s.requests.mu.Lock()
		begins := r.Request == nil
		r.Request = state
		if now.State.Final() && now.State != remote.Signed {
			r.Ended = s.clock.Now()
		}
		err = s.saveLocked(now.ID, r)
		if err == nil && begins {
			s.requests.all[now.ID] = r
		}
		s.requests.mu.Unlock()
		if err != nil {
			return err
		}
		r.kept = state
		s.tellOf(r)
		if begins {
			first()
		}
		return nil
	}}
}

// saveLocked puts a request by. On a laptop that is to forget everything there is
// nothing to keep it in any more.
func (s *signer) saveLocked(id string, r *request) error {
	if l := s.currentLink(); l != nil && l.revoked() {
		return app.Refuse(app.Forbidden, "device.revoked")
	}
	b, err := json.Marshal(r.keptRequest)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.remotePath(), 0o700); err != nil {
		return err
	}
	return writePrivate(s.requestPath(id), b)
}

// tellOf has the screens look.
func (s *signer) tellOf(r *request) {
	ids := make([]app.ID, len(r.Documents))
	for i, d := range r.Documents {
		ids[i] = d.Document.ID
	}
	s.events.Publish(api.Event{Entity: "signing", IDs: ids}, nil)
}

// follow waits for the telephone and signs. What the end of the program cuts off
// goes on at the next start.
func (s *signer) follow(ctx context.Context, r *request, client *remote.Client) {
	for !r.remote.State.Final() {
		err := client.Wait(ctx, r.remote, r.told)
		if r.remote.State.Final() || ctx.Err() == nil && s.pause(ctx, r, err) {
			continue
		}
		if !s.givenUp(r) {
			return
		}
		if err := client.Cancel(r.remote); err != nil {
			s.log.Error("giving up a request to a provider", "request", r.remote.ID, "err", err)
			return
		}
	}
	if r.remote.State != remote.Signed {
		return
	}
	for err := s.mayOpen(); err != nil; err = s.mayOpen() { // what is locked is not signed either
		if !s.pause(ctx, r, err) {
			return
		}
	}
	s.answer(ctx, r)
}

// pause waits a while, or for the line; false when the program ends.
func (s *signer) pause(ctx context.Context, r *request, why error) bool {
	s.log.Info("a request to a provider waits", "request", r.remote.ID, "why", why)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(requestPause):
	case <-r.told:
	}
	return true
}

func (s *signer) givenUp(r *request) bool {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	return r.gone
}

// lineChanged has everything looked at that a line changes.
func (s *signer) lineChanged() {
	s.requests.mu.Lock()
	for _, r := range s.requests.all {
		select {
		case r.told <- struct{}{}:
		default:
		}
	}
	s.requests.mu.Unlock()
	s.events.Publish(api.Event{Entity: "signing"}, nil)
}

// loadRequests reads what an earlier start has left, before anybody can ask for more.
func (s *signer) loadRequests(person app.ID) {
	found := map[string]*request{}
	paths, err := filepath.Glob(filepath.Join(s.remotePath(), "*.request"))
	if err != nil {
		s.log.Error("looking for requests to providers", "err", err)
	}
	for _, path := range paths {
		r, err := s.readRequest(path, person)
		if err != nil {
			s.log.Warn("a request to a provider cannot be read", "err", err)
		}
		if r == nil || r.Ended != 0 && s.clock.Now() > r.Ended+requestLife {
			_ = os.Remove(path) // found again at the next start
			continue
		}
		found[r.remote.ID] = r
	}
	s.requests.mu.Lock()
	s.requests.all = found
	s.requests.mu.Unlock()
}

// resumeRequests goes on with what has not ended.
func (s *signer) resumeRequests(l *link) {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	for id, r := range s.requests.all {
		if r.Ended != 0 {
			close(r.ended)
			continue
		}
		relay, err := s.relay(l, r.Provider)
		if err != nil {
			s.log.Error("a request to a provider", "request", id, "err", err)
			close(r.ended)
			continue
		}
		ctx, cancel := context.WithCancel(l.ctx)
		r.cancel = cancel
		l.goDo(func(context.Context) {
			defer cancel()
			defer close(r.ended)
			s.follow(ctx, r, s.remoteClient(r, relay, func() {}))
		})
	}
}

// readRequest reads a request of the person; nil for somebody else's.
func (s *signer) readRequest(path string, person app.ID) (*request, error) {
	b, err := readBounded(path, maxRequest)
	if err != nil {
		return nil, err
	}
	var kept keptRequest
	if err := json.Unmarshal(b, &kept); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if kept.Person != person {
		return nil, nil
	}
	r := newRequest(kept)
	r.remote = new(remote.Request)
	if err := r.remote.UnmarshalBinary(kept.Request); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(r.remote.Documents) != len(r.Documents) || filepath.Base(path) != r.remote.ID+".request" {
		return nil, fmt.Errorf("%s: not the state of a request", path)
	}
	return r, nil
}

// Requests implements api.RemoteSigning.
func (s *signer) Requests(context.Context, api.Viewer) ([]api.SigningRequest, error) {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	out := []api.SigningRequest{}
	for _, r := range s.requests.all {
		out = append(out, s.viewLocked(r))
	}
	slices.SortFunc(out, func(a, b api.SigningRequest) int {
		return cmp.Or(cmp.Compare(b.Asked, a.Asked), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (s *signer) view(r *request) api.SigningRequest {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	return s.viewLocked(r)
}

// viewLocked is what a screen shows of a request.
func (s *signer) viewLocked(r *request) api.SigningRequest {
	var now struct {
		ID           string
		State        remote.State
		Reason       remote.Reason
		Code         string
		Asked, Until time.Time
	}
	if err := json.Unmarshal(r.Request, &now); err != nil {
		s.log.Error("a request to a provider", "err", err)
	}
	v := api.SigningRequest{ID: now.ID, State: api.RequestState(now.State), Reason: string(now.Reason), Code: now.Code, Kind: r.Kind, Provider: r.Title,
		Subject: r.Key.Subject, Asked: app.TimeOf(now.Asked), Documents: []api.RequestedEntry{}}
	if now.State == remote.Signed && r.Ended == 0 { // the documents are being signed
		v.State = api.RequestConfirmed
	}
	if left := now.Until.Sub(s.clock.Now().Std()); r.Ended == 0 && left > 0 {
		v.Left = left.Milliseconds()
	}
	for _, d := range r.Documents {
		v.Documents = append(v.Documents, api.RequestedEntry{ID: d.Document.ID, Name: d.Name, Given: d.Given, Problem: d.Problem})
	}
	return v
}

// Cancel implements api.RemoteSigning.
func (s *signer) Cancel(ctx context.Context, _ api.Viewer, id string) error {
	s.requests.mu.Lock()
	r := s.requests.all[id]
	if r == nil || r.Ended != 0 {
		s.requests.mu.Unlock()
		return app.Refuse(app.NotFound, "sign.remote_ended")
	}
	r.gone = true
	r.cancel()
	s.requests.mu.Unlock()
	select {
	case <-r.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.view(r).State != api.RequestCancelled {
		return app.Refuse(app.Conflict, "sign.remote_ended")
	}
	return nil
}

// Dismiss implements api.RemoteSigning.
func (s *signer) Dismiss(_ context.Context, _ api.Viewer, id string) error {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	r := s.requests.all[id]
	switch {
	case r == nil:
		return app.Refuse(app.NotFound, "sign.remote_ended")
	case r.Ended == 0:
		return app.Refuse(app.Conflict, "sign.remote_waiting")
	}
	if err := os.Remove(s.requestPath(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	delete(s.requests.all, id)
	s.events.Publish(api.Event{Entity: "signing"}, nil)
	return nil
}

// What a telephone shows.
const (
	maxPhoneName  = 200 // characters of a document's name
	mostPhoneText = 500
)

// phoneOrder is the line that tells what is signed.
func phoneOrder(documents []keptSignature, most int) string {
	if len(documents) == 0 {
		return ""
	}
	text := "Ký: " + documents[0].Name
	if n := len(documents); n > 1 {
		text = fmt.Sprintf("Ký %d văn bản: %s", n, documents[0].Name)
	}
	if most <= 0 {
		most = mostPhoneText
	}
	return phoneText(text, most)
}

// phoneText is one line without anything that a telephone could not show, or that
// would turn round what stands beside it.
func phoneText(text string, most int) string {
	words := strings.FieldsFunc(text, unseen)
	runes := []rune(strings.Join(words, " "))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return string(runes)
}

// certificatesOf reads DER that was kept.
func certificatesOf(list [][]byte) (out []*x509.Certificate, err error) {
	for _, der := range list {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func sumOf(b []byte) app.Hash { return sha256.Sum256(b) }
