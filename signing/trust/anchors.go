package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Kind is what law an anchor stands under.
type Kind string

// Kinds of anchors.
const (
	KindOfficial Kind = "official" // chữ ký số chuyên dùng công vụ, Nghị định 68/2024/NĐ-CP
	KindPublic   Kind = "public"   // chữ ký số công cộng
	KindTest     Kind = "test"     // invented; the screen says so
)

// Anchor is a CA that the office trusts.
type Anchor struct {
	Certificate *x509.Certificate
	// Since and Until bound the moments at which it is trusted. Zero takes
	// the certificate's own validity.
	Since, Until time.Time
	Signature    bool // trusted for signatures of persons and agencies
	Timestamp    bool // trusted for timestamps
	Kind         Kind
	// Intermediate says that the certificate is meant to be an anchor
	// although it is not self-signed.
	Intermediate bool
	Note         string
}

// span is the time in which the anchor is trusted.
func (a Anchor) span() (since, until time.Time) {
	since, until = a.Since, a.Until
	if since.IsZero() {
		since = a.Certificate.NotBefore
	}
	if until.IsZero() {
		until = a.Certificate.NotAfter
	}
	return since, until
}

func (a Anchor) trustedAt(t time.Time) bool {
	since, until := a.span()
	return !t.Before(since) && !t.After(until)
}

// AnchorError says which certificate or file is no good as an anchor, and why.
type AnchorError struct {
	File    string
	Subject string
	Problem string // "not_ca", "not_self_signed", "dates", "uses", "kind", "twice", "unknown", "unreadable"
	Err     error
}

func (e *AnchorError) Error() string {
	return fmt.Sprintf("trust: anchor %s %s: %s: %v", e.File, e.Subject, e.Problem, e.Err)
}

func (e *AnchorError) Unwrap() error { return e.Err }

// Store holds the anchors. It does not change once it is made, so it may be
// shared; a new configuration makes a new store.
type Store struct {
	anchors map[Fingerprint]Anchor
	sorted  []Anchor
}

// NewStore checks the anchors: each a CA, self-signed or meant to be
// intermediate, with sensible dates and at least one use.
func NewStore(anchors ...Anchor) (*Store, error) {
	s := &Store{anchors: map[Fingerprint]Anchor{}}
	for _, a := range anchors {
		if problem := a.problem(); problem != "" {
			return nil, &AnchorError{Subject: subjectOf(a.Certificate), Problem: problem}
		}
		fp := FingerprintOf(a.Certificate)
		if _, twice := s.anchors[fp]; twice {
			return nil, &AnchorError{Subject: subjectOf(a.Certificate), Problem: "twice"}
		}
		s.anchors[fp] = a
		s.sorted = append(s.sorted, a)
	}
	slices.SortFunc(s.sorted, func(a, b Anchor) int { return bytes.Compare(a.Certificate.Raw, b.Certificate.Raw) })
	return s, nil
}

func subjectOf(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	return c.Subject.String()
}

func (a Anchor) problem() string {
	if a.Certificate == nil {
		return "unreadable"
	}
	since, until := a.span()
	c := a.Certificate
	switch {
	case c.Version >= 3 && (!c.BasicConstraintsValid || !c.IsCA):
		return "not_ca"
	case c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0:
		return "not_ca"
	case !a.Intermediate && !selfSigned(c):
		return "not_self_signed"
	case c.Version < 3 && !selfSigned(c):
		return "not_ca" // version 1 does not say that it is a CA
	case !since.Before(until):
		return "dates"
	case !a.Signature && !a.Timestamp:
		return "uses"
	case a.Kind != KindOfficial && a.Kind != KindPublic && a.Kind != KindTest:
		return "kind"
	}
	return ""
}

// Anchors returns the anchors in a fixed order.
func (s *Store) Anchors() []Anchor { return slices.Clone(s.sorted) }

// Anchor returns the anchor that is this certificate.
func (s *Store) Anchor(c *x509.Certificate) (Anchor, bool) {
	a, ok := s.anchors[FingerprintOf(c)]
	return a, ok
}

// anchorFile is anchors.json: what is to be said about the certificates that
// lie beside it or in it, by the SHA-256 fingerprint in hex.
type anchorFile struct {
	Anchors []anchorEntry `json:"anchors"`
}

type anchorEntry struct {
	SHA256       string    `json:"sha256"`
	Since        time.Time `json:"since,omitzero"`
	Until        time.Time `json:"until,omitzero"`
	Uses         []string  `json:"uses"` // "signature", "timestamp"
	Kind         Kind      `json:"kind"`
	Intermediate bool      `json:"intermediate"`
	Note         string    `json:"note"`
	Certificate  []byte    `json:"certificate,omitempty"` // DER, in base64; empty: it lies in a file
}

// anchorsName is the optional policy in a directory of anchors.
const anchorsName = "anchors.json"

// maxAnchorFile bounds each file of the directory.
const maxAnchorFile = 4 << 20

// LoadStore reads a directory of .pem, .crt, .cer and .der files, and
// anchors.json if there is one. Without it each certificate is a public anchor
// for both uses during its own validity. With it, a certificate that it does
// not name is refused, and so is a name without a certificate: nothing is
// trusted by lying in the wrong place. Errors are *AnchorError.
func LoadStore(dir string) (*Store, error) {
	certs, err := readAnchorDir(dir)
	if err != nil {
		return nil, err
	}
	text, err := readBounded(filepath.Join(dir, anchorsName))
	if os.IsNotExist(err) {
		var anchors []Anchor
		for _, c := range certs {
			anchors = append(anchors, Anchor{Certificate: c, Signature: true, Timestamp: true, Kind: KindPublic})
		}
		return NewStore(anchors...)
	}
	if err != nil {
		return nil, &AnchorError{File: anchorsName, Problem: "unreadable", Err: err}
	}
	anchors, err := parseAnchors(text, certs)
	if err != nil {
		return nil, err
	}
	return NewStore(anchors...)
}

func readAnchorDir(dir string) ([]*x509.Certificate, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, &AnchorError{File: dir, Problem: "unreadable", Err: err}
	}
	var certs []*x509.Certificate
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if !slices.Contains(certificateNames, ext) {
			continue
		}
		b, err := readBounded(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, &AnchorError{File: e.Name(), Problem: "unreadable", Err: err}
		}
		more, err := ParseCertificates(b)
		if err != nil {
			return nil, &AnchorError{File: e.Name(), Problem: "unreadable", Err: err}
		}
		certs = append(certs, more...)
	}
	return certs, nil
}

func readBounded(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxAnchorFile {
		return nil, fmt.Errorf("not a file of at most %d bytes", maxAnchorFile)
	}
	return os.ReadFile(name)
}

// parseAnchors joins the policy with the certificates.
func parseAnchors(text []byte, certs []*x509.Certificate) ([]Anchor, error) {
	var file anchorFile
	if err := strictJSON(text, &file); err != nil {
		return nil, &AnchorError{File: anchorsName, Problem: "unreadable", Err: err}
	}
	byPrint := map[string]*x509.Certificate{}
	for _, c := range certs {
		fp := FingerprintOf(c)
		byPrint[hex.EncodeToString(fp[:])] = c
	}
	var anchors []Anchor
	for _, e := range file.Anchors {
		key := strings.ToLower(strings.ReplaceAll(e.SHA256, ":", ""))
		c := byPrint[key]
		if len(e.Certificate) > 0 {
			own, err := ParseCertificate(e.Certificate)
			if err != nil {
				return nil, &AnchorError{File: anchorsName, Subject: e.SHA256, Problem: "unreadable", Err: err}
			}
			if fp := FingerprintOf(own); hex.EncodeToString(fp[:]) != key {
				return nil, &AnchorError{File: anchorsName, Subject: e.SHA256, Problem: "unknown"}
			}
			c = own
		}
		if c == nil {
			return nil, &AnchorError{File: anchorsName, Subject: e.SHA256, Problem: "unknown"}
		}
		a := Anchor{Certificate: c, Since: e.Since, Until: e.Until, Kind: e.Kind, Intermediate: e.Intermediate, Note: e.Note}
		if !a.setUses(e.Uses) {
			return nil, &AnchorError{File: anchorsName, Subject: subjectOf(c), Problem: "uses"}
		}
		anchors = append(anchors, a)
		delete(byPrint, key)
	}
	for _, c := range certs { // in the order of the files, so that the error is always the same
		fp := FingerprintOf(c)
		if byPrint[hex.EncodeToString(fp[:])] != nil {
			return nil, &AnchorError{File: anchorsName, Subject: subjectOf(c), Problem: "unknown"}
		}
	}
	return anchors, nil
}

func (a *Anchor) setUses(uses []string) bool {
	for _, u := range uses {
		switch u {
		case "signature":
			a.Signature = true
		case "timestamp":
			a.Timestamp = true
		default:
			return false
		}
	}
	return true
}
