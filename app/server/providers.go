package server

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/signing/remote"
)

// providerConfig is one entry of the file that signing_providers names. Secrets
// stand in files of their own.
type providerConfig struct {
	Name       string                   `json:"name"`  // in signing_accounts, and in what laptops keep
	Title      string                   `json:"title"` // as people know it
	Protocol   string                   `json:"protocol"`
	Address    string                   `json:"address"`
	ClientID   string                   `json:"client_id"`
	SecretFile string                   `json:"secret_file"`
	Roots      string                   `json:"roots"` // PEM file; empty: the system's
	Codes      map[string]remote.Reason `json:"codes"` // of CSC: further codes, and what they mean

	// Of CSC and SmartCA: how the program is let in (OAuth 2.0, client credentials).
	TokenAddress string            `json:"token_address"`
	Scope        string            `json:"scope"`
	TokenJSON    bool              `json:"token_json"`
	TokenFields  map[string]string `json:"token_fields"`
	// AccountField is the field that names the person when a token is one person's.
	// Without it the token is the program's, and the person is named when his keys
	// are listed.
	AccountField  string `json:"account_field"`
	Async         bool   `json:"async"`
	NameDocuments bool   `json:"name_documents"`

	// Of MSS.
	StatusAddress       string   `json:"status_address"`
	RegistrationAddress string   `json:"registration_address"`
	Certificates        string   `json:"certificates"` // folder of NUMBER.cer, where the provider tells none
	MSSP                string   `json:"mssp"`
	Profile             string   `json:"profile"`
	Format              string   `json:"format"`
	Services            []string `json:"services"`
	CMS                 bool     `json:"cms"`
	DigestInfo          bool     `json:"digest_info"`
	Bare                bool     `json:"bare"`
	MaxText             int      `json:"max_text"`
	Done                []int    `json:"done"`
}

// wallClock is the server's clock for package remote.
type wallClock struct{ now func() time.Time }

func (c wallClock) Now() time.Time                         { return c.now() }
func (c wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// A keyProvider is a provider of the configuration. It is spoken to in the name of
// an account.
type keyProvider struct {
	conf   providerConfig
	secret remote.Secret
	link   remote.Link

	mu sync.Mutex // guards what follows
	// accounts are kept for their tokens; one under "" where the token is the
	// program's.
	accounts map[string]remote.Provider
}

var providerName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// readProviders reads the file of signing_providers, and all that it names.
func readProviders(path string, now func() time.Time) ([]*keyProvider, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var confs []providerConfig
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	if err := in.Decode(&confs); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []*keyProvider
	for _, c := range confs {
		p, err := newKeyProvider(c, now)
		if err == nil && slices.ContainsFunc(out, func(o *keyProvider) bool { return o.conf.Name == c.Name }) {
			err = errors.New("the name is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, c.Name, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func newKeyProvider(c providerConfig, now func() time.Time) (*keyProvider, error) {
	p := &keyProvider{conf: c, link: remote.Link{Clock: wallClock{now}}, accounts: map[string]remote.Provider{}}
	if !providerName.MatchString(c.Name) || c.Title == "" {
		return nil, errors.New("want a name of small letters, digits and hyphens, and a title")
	}
	if c.SecretFile != "" {
		b, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return nil, err
		}
		p.secret = remote.Secret(bytes.TrimRight(b, "\r\n"))
	}
	if c.Roots != "" {
		b, err := os.ReadFile(c.Roots)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(b) {
			return nil, fmt.Errorf("%s: no certificate in PEM", c.Roots)
		}
		p.link.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	_, err := p.as("84900000000") // whatever is wrong with the rest shows now
	return p, err
}

// as is the provider as it is spoken to for an account.
func (p *keyProvider) as(account string) (remote.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conf.AccountField == "" {
		account = ""
	}
	if known := p.accounts[account]; known != nil {
		return known, nil
	}
	made, err := p.dial(account)
	if err == nil {
		p.accounts[account] = made
	}
	return made, err
}

func (p *keyProvider) dial(account string) (remote.Provider, error) {
	c := p.conf
	if c.Protocol == "mss" {
		return remote.NewMSS(remote.MSSConfig{Name: c.Name, SignatureURL: c.Address, StatusURL: c.StatusAddress, RegistrationURL: c.RegistrationAddress,
			APID: c.ClientID, APPassword: p.secret, MSSPID: c.MSSP, SignatureProfile: c.Profile, Format: c.Format, Services: c.Services,
			CMS: c.CMS, DigestInfo: c.DigestInfo, Bare: c.Bare, MaxText: c.MaxText, Done: c.Done, Link: p.link})
	}
	fields := map[string]string{}
	for name, value := range c.TokenFields {
		fields[name] = value
	}
	if c.AccountField != "" {
		fields[c.AccountField] = account
	}
	tokens, err := remote.NewLogin(c.Name, p.link, remote.TokenConfig{URL: c.TokenAddress, ClientID: c.ClientID, ClientSecret: p.secret,
		Scope: c.Scope, Fields: fields, JSON: c.TokenJSON})
	if err != nil {
		return nil, err
	}
	switch c.Protocol {
	case "csc1", "csc2":
		version := remote.CSC1
		if c.Protocol == "csc2" {
			version = remote.CSC2
		}
		return remote.NewCSC(remote.CSCConfig{Name: c.Name, BaseURL: c.Address, Version: version, Tokens: tokens, Async: c.Async,
			NameDocuments: c.NameDocuments, Codes: c.Codes, Link: p.link})
	case "smartca":
		if c.AccountField == "" { // its list is of whoever's token it is
			return nil, errors.New("smartca needs an account_field")
		}
		return remote.NewSmartCA(remote.SmartCAConfig{Name: c.Name, BaseURL: c.Address, Tokens: tokens, Link: p.link})
	}
	return nil, errors.New("want the protocol csc1, csc2, smartca or mss")
}

// credentials are the keys of an account.
func (p *keyProvider) credentials(ctx context.Context, with remote.Provider, account string) ([]remote.Credential, error) {
	if mss, ok := with.(*remote.MSS); ok && p.conf.RegistrationAddress == "" {
		return p.simCredential(mss, account)
	}
	if p.conf.AccountField != "" {
		account = "" // the token tells
	}
	return with.Credentials(ctx, account)
}

// simCredential is a SIM whose certificate the operator has put into a folder.
func (p *keyProvider) simCredential(with *remote.MSS, number string) ([]remote.Credential, error) {
	none := &remote.Error{Provider: p.conf.Name, Reason: remote.NoKey}
	if number != filepath.Base(number) || p.conf.Certificates == "" {
		return nil, none
	}
	b, err := os.ReadFile(filepath.Join(p.conf.Certificates, number+".cer"))
	if err != nil {
		none.Err = err
		return nil, none
	}
	cert, err := x509.ParseCertificate(b)
	if err != nil {
		none.Err = err
		return nil, none
	}
	c, err := with.Credential(number, cert)
	return []remote.Credential{c}, err
}

// keyAccounts tell under which name a provider knows a person: lines of person,
// provider, account. Only the operator writes them, so that nobody makes somebody
// else's telephone ring.
type keyAccounts struct {
	path string

	mu   sync.Mutex // guards what follows
	at   time.Time
	size int64
	all  map[app.ID]map[string]string
}

// of are the accounts of a person, by provider. The file is read when it has
// changed, so no restart is needed for a new official.
func (a *keyAccounts) of(person app.ID) (map[string]string, error) {
	if a.path == "" {
		return nil, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	info, err := os.Stat(a.path)
	if err != nil {
		return nil, err
	}
	if a.all == nil || !info.ModTime().Equal(a.at) || info.Size() != a.size {
		all, err := readAccounts(a.path)
		if err != nil {
			return nil, err
		}
		a.all, a.at, a.size = all, info.ModTime(), info.Size()
	}
	return a.all[person], nil
}

func readAccounts(path string) (map[app.ID]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[app.ID]map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 3 {
			return nil, fmt.Errorf("%s:%d: want person, provider and account", path, n)
		}
		person := app.ID(words[0])
		if out[person] == nil {
			out[person] = map[string]string{}
		}
		if _, twice := out[person][words[1]]; twice {
			return nil, fmt.Errorf("%s:%d: %s has an account at %s already", path, n, person, words[1])
		}
		out[person][words[1]] = words[2]
	}
	return out, lines.Err()
}
