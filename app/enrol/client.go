package enrol

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"khonggiay/app"
)

// defaultPort is the server's port when an address names none.
const defaultPort = "8443"

// callTimeout bounds one conversation, connecting included: on a slow line the
// exchange is 10 KB.
const callTimeout = 60 * time.Second

// errAuthority means that what answered is not the server of the code: a wrong
// address, a network that breaks open TLS, or an attack. Nothing was told to it.
var errAuthority = errors.New("enrol: the server's authority is not the one in the code")

// errClock means that the right server answered, but its certificate is not
// valid at what this machine takes for the present.
var errClock = errors.New("enrol: this machine's clock is wrong")

// Device describes the machine to the people who look at the list of devices.
type Device struct {
	Name     string // the computer's name
	Platform string // "windows/amd64"
	Version  string // of the program
	Person   app.ID // whose it must become; "" = the code's, whoever that is
}

// Client enrols a device. The zero value is usable.
type Client struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Proxy as in http.Transport; nil means the environment's.
	Proxy func(*http.Request) (*url.URL, error)
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// Enrol registers the keys at the server and returns the device's identity.
// address is host or host:port as the person typed it. An *app.Error tells why
// it did not work: Offline "enrol.unreachable", Forbidden "enrol.wrong_server",
// Invalid "enrol.clock_wrong", or the server's refusal.
func (c *Client) Enrol(ctx context.Context, address string, code Code, keys *Keys, device Device) (*Identity, error) {
	address, err := Address(address)
	if err != nil {
		return nil, err
	}
	request, err := enrolRequest(code, keys, device)
	if err != nil {
		return nil, app.Errorf(app.Internal, "internal", "enrol: %w", err)
	}
	call := caller{client: &http.Client{Transport: c.transport(pinned(code.Fingerprint, c.now)), Timeout: callTimeout}, base: "https://" + address}
	defer call.client.CloseIdleConnections()
	var answer Answer
	if err := call.post(ctx, PathEnrol, request, &answer); err != nil {
		return nil, err
	}
	if FingerprintOf(answer.Authority) != code.Fingerprint {
		return nil, app.Errorf(app.Forbidden, "enrol.wrong_server", "answer: %w", errAuthority)
	}
	identity := &Identity{Answer: answer, Keys: keys}
	if err := identity.check(answer.ServerTime.Std()); err != nil {
		return nil, app.Errorf(app.Internal, "enrol.bad_answer", "enrol: %w", err)
	}
	return identity, nil
}

func enrolRequest(code Code, keys *Keys, device Device) (*Signed, error) {
	csr, err := keys.certificateRequest()
	if err != nil {
		return nil, err
	}
	return keys.sign(&Request{
		Secret:             code.Secret[:],
		Authority:          code.Fingerprint[:],
		CertificateRequest: csr,
		CommandKey:         keys.Command.Public().(ed25519.PublicKey),
		SealingKey:         keys.Sealing.PublicKey().Bytes(),
		CourierCertificate: keys.CourierCertificate,
		DeviceName:         device.Name,
		Platform:           device.Platform,
		Version:            device.Version,
		Person:             device.Person,
	})
}

// Renew asks for the device's next certificate over client, which must speak
// mutual TLS as Identity.TLSConfig says, and stores what came in i. newWriter
// asks for a new writer number, for a database that was restored or made anew.
// i.Keys.TLS stays. The caller stores i afterwards. standing comes with a new
// writer: the counter that the server expects next from each earlier one.
func (i *Identity) Renew(ctx context.Context, client *http.Client, address string, newWriter bool, version string) (standing map[uint32]uint32, err error) {
	csr, err := i.Keys.certificateRequest()
	if err != nil {
		return nil, app.Errorf(app.Internal, "internal", "renew: %w", err)
	}
	request, err := i.Keys.sign(&RenewRequest{CertificateRequest: csr, NewWriter: newWriter, Version: version})
	if err != nil {
		return nil, app.Errorf(app.Internal, "internal", "renew: %w", err)
	}
	var answer RenewAnswer
	if err := (caller{client, "https://" + address}).post(ctx, PathRenew, request, &answer); err != nil {
		return nil, err
	}
	return answer.Standing, i.renewed(&answer)
}

// transport speaks TLS as config says, and nothing else.
func (c *Client) transport(config *tls.Config) *http.Transport {
	proxy := c.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	return &http.Transport{
		Proxy:               proxy,
		TLSClientConfig:     config,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: callTimeout / 2,
		MaxIdleConns:        1,
	}
}

// pinned accepts exactly the servers whose chain ends in the certificate with
// this fingerprint. The system's authorities do not count.
func pinned(fingerprint [FingerprintSize]byte, now func() time.Time) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		ServerName: EnrolHost,
		NextProtos: []string{"h2", "http/1.1"},
		// VerifyConnection does the whole verification, against one root.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return verifyPinned(state.PeerCertificates, fingerprint, now())
		},
	}
}

func verifyPinned(chain []*x509.Certificate, fingerprint [FingerprintSize]byte, now time.Time) error {
	roots := x509.NewCertPool()
	found := false
	for _, c := range chain {
		if c.IsCA && FingerprintOf(c.Raw) == fingerprint {
			roots.AddCert(c)
			found = true
		}
	}
	if !found {
		return errAuthority
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: EnrolHost, CurrentTime: now})
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("%w: here it is %s: %w", errClock, now.UTC().Format(time.RFC3339), err)
	}
	return fmt.Errorf("%w: %v", errAuthority, err)
}

// caller posts one JSON message and reads the answer or the refusal.
type caller struct {
	client *http.Client
	base   string
}

func (c caller) post(ctx context.Context, path string, message, answer any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return app.Errorf(app.Internal, "internal", "enrol: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return app.Errorf(app.Invalid, "enrol.bad_address", "enrol: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return callError(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, MaxMessage))
	if err != nil {
		return callError(err)
	}
	if resp.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, answer); err != nil {
			return app.Errorf(app.Internal, "enrol.bad_answer", "enrol: %w", err)
		}
		return nil
	}
	var refusal Refusal
	if json.Unmarshal(b, &refusal) != nil || refusal.Reason == "" {
		return app.Errorf(app.Internal, "enrol.bad_answer", "enrol: the server answered %s", resp.Status)
	}
	return refused(refusal, b)
}

// refused is the server's refusal; what it signed of a device that it does not
// know any more is its cause.
func refused(refusal Refusal, answer []byte) error {
	var f Forgotten
	if refusal.Reason == ReasonForgotten && json.Unmarshal(answer, &f) == nil {
		return app.Errorf(refusal.Code, refusal.Reason, "%w", &f)
	}
	return app.Refuse(refusal.Code, refusal.Reason)
}

func callError(err error) error {
	if errors.Is(err, errClock) {
		return app.Errorf(app.Invalid, "enrol.clock_wrong", "enrol: %w", err)
	}
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	if errors.Is(err, errAuthority) || errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &record) {
		return app.Errorf(app.Forbidden, "enrol.wrong_server", "enrol: %w", err)
	}
	return app.Errorf(app.Offline, "enrol.unreachable", "enrol: %w", err)
}

// Address tidies what a person typed: a scheme and a path are dropped, the
// default port is added. An *app.Error "enrol.bad_address" when no host is left.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "/")
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), defaultPort
	}
	if host == "" || strings.ContainsAny(host, " @?#%\\") || strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return "", app.Refuse(app.Invalid, "enrol.bad_address").With("address", text)
	}
	return net.JoinHostPort(host, port), nil
}
