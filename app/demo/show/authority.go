package show

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khonggiay/app/demo"
	"khonggiay/app/verify"
	"khonggiay/signing/demopki"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
)

// KeyPassword opens every key file of the demonstration. It is no secret: the
// keys are worth nothing.
const KeyPassword = "khonggiay"

// What the demonstration's authority keeps in the folder, and where a laptop's
// signing looks for key files.
const (
	authorityFile = "authority.json"
	trustFolder   = "trust"
	keysFolder    = "signing/keys"
	ownKey        = "ca-nhan.p12" // of the person
	sealKey       = "co-quan.p12" // of the agency
)

// signing is the authority of the demonstration: it answers on this machine for
// time-stamps and revocation lists while the demonstration runs.
type signing struct {
	*demopki.Authority
	server *http.Server
	tsa    string
	ended  chan error
}

// openSigning takes the authority of an earlier run up again, or makes one, and
// has it answer.
func (s *stand) openSigning() (err error) {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", s.state.Authority))
	if err != nil {
		if l, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	port := l.Addr().(*net.TCPAddr).Port
	if s.state.Authority == 0 {
		s.state.Authority = port
	}
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	path := filepath.Join(s.Dir, authorityFile)
	a, err := demopki.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		if a, err = demopki.New(base, time.Now()); err == nil {
			err = a.Save(path)
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("demo: %w", err), l.Close())
	}
	s.signing = &signing{Authority: a, tsa: base + demopki.PathTSA, ended: make(chan error, 1),
		server: &http.Server{Handler: a.Handler(time.Now), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}}
	go func() { s.signing.ended <- s.signing.server.Serve(l) }()
	return s.trustAuthority()
}

// close ends it and waits.
func (a *signing) close() error {
	if a == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := a.server.Shutdown(ctx)
	if ended := <-a.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// trustAuthority puts the root into the server's folder, before it starts, with
// the newest lists: laptops get both from the server.
func (s *stand) trustAuthority() error {
	judge := verify.New(filepath.Join(s.serverData(), trustFolder), time.Now)
	root := s.signing.Root()
	err := judge.ChangeRoots(func(all []trust.Anchor) ([]trust.Anchor, error) {
		if slices.ContainsFunc(all, func(a trust.Anchor) bool { return a.Certificate.Equal(root) }) {
			return all, nil
		}
		return append(all, trust.Anchor{Certificate: root, Signature: true, Timestamp: true, Kind: trust.KindTest, Note: "Trình diễn"}), nil
	})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	lists, err := s.signing.Lists(time.Now())
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, l := range lists {
		if err := judge.Keep(trust.KeptCRL, l.URL, trust.Entry{Body: l.DER, Made: l.Made, Fetched: time.Now()}); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// giveKeys puts a person's key file into his laptop, and for văn thư the agency's
// beside it, unless they are there.
func (s *stand) giveKeys(key string) error {
	if key == unowned {
		return nil
	}
	part := s.prov.Part(key)
	files := map[string]demopki.Subject{ownKey: {Name: part.Person.Name, Unit: part.Office.Unit.Name}}
	if key == demo.CommuneClerk || key == demo.DepartmentClerk {
		files[sealKey] = demopki.Subject{Name: part.Office.Unit.Name}
	}
	dir := filepath.Join(s.laptopData(key), filepath.FromSlash(keysFolder))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for name, subject := range files {
		if err := s.giveKey(filepath.Join(dir, name), subject); err != nil {
			return fmt.Errorf("demo: key of %s: %w", key, err)
		}
	}
	return nil
}

// giveKey writes the file of a key, and the certificates beside it, which tell
// without the password whose it is.
func (s *stand) giveKey(path string, subject demopki.Subject) error {
	k, err := s.keptKey(path)
	if err != nil {
		if k, err = s.signing.Issue(subject, time.Now()); err != nil {
			return err
		}
		b, err := k.Encode(KeyPassword)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return err
		}
	}
	var chain []byte
	for _, c := range append([]*x509.Certificate{k.Certificate()}, k.Issuers()...) {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return os.WriteFile(strings.TrimSuffix(path, filepath.Ext(path))+".pem", chain, 0o600)
}

var errOtherAuthority = errors.New("the key of another authority")

// keptKey is the one of an earlier run.
func (s *stand) keptKey(path string) (*softkey.Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := softkey.Load(b, KeyPassword)
	if err == nil && !slices.ContainsFunc(k.Issuers(), s.signing.Root().Equal) {
		err = errOtherAuthority
	}
	return k, err
}
