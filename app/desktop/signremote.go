package desktop

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/remote"
)

// Keys at providers. The server knows the providers and under which name each
// knows the person; a laptop asks for them over its own door and keeps the list,
// so that they are shown without a line, too.

// providerKeys is the list as it was last heard.
type providerKeys struct {
	mu     sync.Mutex // guards what follows
	list   []providerList
	person app.ID
	loaded bool
	asking bool
	next   time.Time
}

// providerList is what the person has at one provider.
type providerList struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	Credentials []remote.Credential `json:"credentials"`
	Problem     string              `json:"problem,omitempty"` // reason key
}

// keptKeys is the file of the list.
type keptKeys struct {
	Person    app.ID         `json:"person"`
	Providers []providerList `json:"providers"`
}

const (
	// listKeysEvery is how old a list may be when a screen asks; listKeysAgain is how soon
	// after it could not be had.
	listKeysEvery = 5 * time.Minute
	listKeysAgain = 20 * time.Second
	listKeysFor   = time.Minute // the longest that listing may take
	maxKeptKeys   = 8 << 20
)

// remoteKey is a key at a provider.
type remoteKey struct {
	provider, title string
	credential      remote.Credential
}

// remotePath is the folder of what belongs to providers. It goes with all that the
// person signs with when the laptop is revoked.
func (s *signer) remotePath() string { return filepath.Join(s.signingPath(), "remote") }

func (s *signer) keptKeysPath() string { return filepath.Join(s.remotePath(), "keys.json") }

// remoteKeys are the keys as they were last listed. It waits for nobody: a list that
// is too old is asked for, and its event has the screens look again.
func (s *signer) remoteKeys(ctx context.Context) (out []key) {
	l := s.currentLink()
	if l == nil {
		return nil
	}
	online := l.carrier.online()
	for _, p := range s.knownProviders(l) {
		for _, c := range p.Credentials {
			k := key{SigningKey: describe(c.Certificate), at: &remoteKey{p.Name, p.Title, c}}
			k.ID, k.Kind = keyID(c.Certificate, "remote", p.Name, c.ID), app.KeyRemote
			k.Token = api.SigningToken{Label: p.Title, PIN: triesLeft(pkcs11.TriesUnknown)}
			k.Remote = &api.RemoteKey{Provider: p.Title, PIN: c.PIN != "" && c.Mode == remote.Explicit, OTP: c.OTP != "" && c.Mode == remote.Explicit,
				SendsOTP: c.SendsOTP, Batch: c.Batch}
			k.Refused = cmp.Or(credentialProblem(c), s.certificateProblem(ctx, c.Certificate, c.Issuers))
			if k.Refused == "" && !online {
				k.Refused = "sign.remote_offline"
			}
			k.Refused = cmp.Or(k.Refused, p.Problem)
			out = append(out, k)
		}
	}
	return out
}

// credentialProblem is what keeps a key at a provider from signing here.
func credentialProblem(c remote.Credential) string {
	switch {
	case c.Mode == remote.Page:
		return "sign.remote_page"
	case !c.Usable:
		return "sign.remote_disabled"
	case len(c.Schemes) == 0:
		return "sign.key_mechanism"
	}
	return ""
}

// knownProviders is the list, which is asked for anew when it is due.
func (s *signer) knownProviders(l *link) []providerList {
	k := &s.remote
	k.mu.Lock()
	defer k.mu.Unlock()
	person := l.identity().Person
	if !k.loaded || k.person != person {
		k.loaded, k.person, k.list, k.next = true, person, s.keptKeys(person), time.Time{}
	}
	if l.carrier.online() && !k.asking && !time.Now().Before(k.next) {
		k.asking = true
		l.goDo(func(ctx context.Context) { s.listProviders(ctx, l) })
	}
	return k.list
}

// listAnew has the list asked for at the next look.
func (k *providerKeys) listAnew() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next = time.Time{}
}

// keptKeys reads the list of an earlier start.
func (s *signer) keptKeys(person app.ID) []providerList {
	b, err := readBounded(s.keptKeysPath(), maxKeptKeys)
	var kept keptKeys
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil:
		err = json.Unmarshal(b, &kept)
	}
	if err != nil {
		s.log.Warn("reading the keys at providers", "err", err) // the server tells them again
		return nil
	}
	if kept.Person != person {
		return nil
	}
	return kept.Providers
}

// listProviders asks the server what the person has at providers. A provider that
// does not answer keeps what was known of it.
func (s *signer) listProviders(ctx context.Context, l *link) {
	ctx, cancel := context.WithTimeout(ctx, listKeysFor)
	defer cancel()
	k := &s.remote
	k.mu.Lock()
	before := k.list
	k.mu.Unlock()
	list, err := s.askProviders(ctx, l, before)
	if err != nil {
		s.log.Info("asking for the keys at providers", "err", err)
	}
	then, _ := json.Marshal(before)
	now, _ := json.Marshal(list)
	changed := err == nil && !bytes.Equal(then, now)
	if changed && !l.revoked() {
		kept, keepErr := json.Marshal(keptKeys{l.identity().Person, list})
		if keepErr == nil {
			keepErr = errors.Join(os.MkdirAll(s.remotePath(), 0o700), writePrivate(s.keptKeysPath(), kept))
		}
		if keepErr != nil {
			s.log.Warn("keeping the keys at providers", "err", keepErr)
		}
	}
	k.mu.Lock()
	k.asking = false
	if k.next = time.Now().Add(listKeysAgain); err == nil {
		k.list = list
		if !anyProblem(list) {
			k.next = time.Now().Add(listKeysEvery)
		}
	}
	k.mu.Unlock()
	if changed {
		s.events.Publish(api.Event{Entity: "signing"}, nil)
	}
}

func anyProblem(list []providerList) bool {
	for _, p := range list {
		if p.Problem != "" {
			return true
		}
	}
	return false
}

func (s *signer) askProviders(ctx context.Context, l *link, before []providerList) ([]providerList, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, serverURL+enrol.PathProviders, nil)
	if err != nil {
		return nil, err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %d", resp.StatusCode)
	}
	var providers []enrol.Provider
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, maxKeptKeys)).Decode(&providers); err != nil {
		return nil, err
	}
	list := []providerList{}
	for _, p := range providers {
		one := providerList{Name: p.Name, Title: p.Title}
		relay, err := s.relay(l, p.Name)
		if err == nil {
			one.Credentials, err = relay.Credentials(ctx, "")
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			s.log.Info("asking for the keys at a provider", "provider", p.Name, "err", err)
			one.Problem = "sign.remote_unavailable"
			for _, b := range before {
				if b.Name == p.Name {
					one.Credentials = b.Credentials
				}
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// signerClock is the server's time as this laptop knows it, for package remote.
type signerClock struct{ *clock }

func (c signerClock) Now() time.Time                         { return c.clock.Now().Std() }
func (c signerClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// relay speaks to a provider through the server.
func (s *signer) relay(l *link, provider string) (*remote.Relay, error) {
	return remote.NewRelay(remote.RelayConfig{Name: provider, BaseURL: serverURL + enrol.PathProviders + "/" + provider,
		Link: remote.Link{Clock: signerClock{s.clock}, Transport: l.client.Transport}})
}

// SendOTP implements api.RemoteSigning.
func (s *signer) SendOTP(ctx context.Context, _ api.Viewer, id string) error {
	l, err := s.enrolled()
	if err != nil {
		return err
	}
	k, err := s.findRemote(ctx, id)
	if err != nil {
		return err
	}
	relay, err := s.relay(l, k.at.provider)
	if err != nil {
		return err
	}
	return remoteRefusal(relay.SendOTP(ctx, k.at.credential))
}

// findRemote is a key at a provider that can sign now.
func (s *signer) findRemote(ctx context.Context, id string) (key, error) {
	for _, k := range s.remoteKeys(ctx) {
		switch {
		case k.ID != id:
		case k.Refused != "":
			return key{}, app.Refuse(app.Invalid, k.Refused)
		default:
			return k, nil
		}
	}
	return key{}, app.Refuse(app.NotFound, "sign.key_gone")
}

// remoteRefusal gives what package remote returns before anything was asked the
// domain's code and reason.
func remoteRefusal(err error) error {
	var said *remote.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, remote.ErrFactors):
		return app.Errorf(app.Invalid, "sign.remote_factors", "%w", err)
	case errors.Is(err, remote.ErrScheme):
		return app.Errorf(app.Invalid, "sign.key_mechanism", "%w", err)
	case errors.As(err, &said) && said.Reason == remote.Certificate:
		return app.Errorf(app.Invalid, "sign.remote_disabled", "%w", err)
	case errors.As(err, &said) && said.Reason == remote.Unreachable:
		return app.Errorf(app.Offline, "sign.remote_offline", "%w", err)
	case errors.As(err, &said):
		return app.Errorf(app.Offline, "sign.remote_unavailable", "%w", err)
	}
	return signRefusal(err)
}
