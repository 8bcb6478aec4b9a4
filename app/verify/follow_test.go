package verify

import (
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// serverDoor answers as the server's door does, counts bytes, and can fail.
type serverDoor struct {
	v      *Verifier
	sent   atomic.Int64
	pieces atomic.Int64
	broken atomic.Bool // no pieces
	spoilt atomic.Bool // other bytes
}

func (d *serverDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, piece := strings.CutPrefix(r.URL.Path, PathTrust+"/"); piece {
		b, err := d.v.Piece(name)
		if err != nil || d.broken.Load() {
			http.Error(w, "", http.StatusNotFound)
			return
		}
		if d.spoilt.Load() {
			b[len(b)-1] ^= 1
		}
		d.pieces.Add(1)
		d.sent.Add(int64(len(b)))
		_, _ = w.Write(b)
		return
	}
	body, etag, err := d.v.Bundle()
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	d.sent.Add(int64(len(body)))
	_, _ = w.Write(body)
}

// way is a server, its door and a laptop.
type way struct {
	*testing.T
	server, laptop *Verifier
	door           *serverDoor
	url            string
	now            time.Time
}

func newWay(t *testing.T) *way {
	w := &way{T: t, now: trusttest.Now.Add(time.Hour)}
	clock := func() time.Time { return w.now }
	dir := t.TempDir()
	w.server, w.laptop = New(filepath.Join(dir, "server"), clock), New(filepath.Join(dir, "laptop"), clock)
	w.door = &serverDoor{v: w.server}
	s := httptest.NewServer(w.door)
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

// follow takes over what the server has, and tells how many bytes came.
func (w *way) follow() (changed bool, sent int64, err error) {
	before := w.door.sent.Load()
	changed, err = w.laptop.Follow(w.Context(), http.DefaultClient, w.url)
	return changed, w.door.sent.Load() - before, err
}

func (w *way) trusts(v *Verifier, roots ...*trusttest.Issued) {
	w.Helper()
	err := v.ChangeRoots(func([]trust.Anchor) (out []trust.Anchor, _ error) {
		for _, r := range roots {
			out = append(out, trusttest.Anchor(r))
		}
		return out, nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// believes judges a person's certificate by what the verifier's folder says.
func (w *way) believes(v *Verifier, p *trusttest.PKI, candidates ...*x509.Certificate) *trust.Failure {
	w.Helper()
	t, _, err := v.trusted()
	if err != nil {
		w.Fatal(err)
	}
	return t.Validate(w.Context(), trust.Request{Certificate: p.Person.Cert, Candidates: candidates, At: w.now}).Failure
}

// TestFollow: the laptop judges on the road as the server does in the office, by
// its roots, issuers and lists; what has not changed costs nothing.
func TestFollow(t *testing.T) {
	w := newWay(t)
	p := trusttest.New(t)
	if changed, sent, err := w.follow(); err != nil || changed || sent > 100 {
		t.Fatalf("nobody has decided yet: %v %d %v", changed, sent, err)
	}
	w.trusts(w.server, p.Root)
	w.server.Online(Network{Allow: trusttest.Loopback, Timeout: time.Second})
	if failure := w.believes(w.server, p, p.Person.Issuers()...); failure != nil {
		t.Fatal(failure)
	}
	if failure := w.believes(w.laptop, p, p.Person.Issuers()...); failure == nil {
		t.Fatal("the laptop trusts before it was told")
	}
	before, err := w.laptop.Changes()
	if err != nil {
		t.Fatal(err)
	}
	if changed, sent, err := w.follow(); err != nil || !changed || sent == 0 {
		t.Fatalf("%v %d %v", changed, sent, err)
	}
	if after, err := w.laptop.Changes(); err != nil || after == before {
		t.Errorf("what was judged before is not judged anew: %v", err)
	}
	asked := p.Web.Hits("/")
	if failure := w.believes(w.laptop, p); failure != nil { // not even the issuer comes along
		t.Errorf("on the road: %v", failure)
	}
	if p.Web.Hits("/") != asked {
		t.Error("the laptop asked the network")
	}
	if changed, sent, err := w.follow(); err != nil || changed || sent != 0 {
		t.Errorf("nothing new: %v, %d bytes, %v", changed, sent, err)
	}
	pieces := w.door.pieces.Load()
	if err := w.server.Keep(trust.KeptCRL, "http://other.test/crl", trust.Entry{Body: p.CA.SignCRL(t, trusttest.CRL{}), Made: w.now, Fetched: w.now}); err != nil {
		t.Fatal(err)
	}
	if changed, _, err := w.follow(); err != nil || !changed || w.door.pieces.Load() != pieces+1 {
		t.Errorf("one new list: %v, %d pieces, %v", changed, w.door.pieces.Load()-pieces, err)
	}
	w.trusts(w.server)
	if changed, _, err := w.follow(); err != nil || !changed {
		t.Errorf("the root was taken away: %v %v", changed, err)
	}
	if w.believes(w.laptop, p) == nil {
		t.Error("the laptop goes on trusting")
	}
}

// TestFollowOwnRoots: the province's roots take the place of what somebody has
// put into the laptop's folder, also afterwards; a province without any leaves it.
func TestFollowOwnRoots(t *testing.T) {
	w := newWay(t)
	p, own := trusttest.New(t), trusttest.NewRoot(t, "Own")
	w.trusts(w.laptop, own)
	if _, _, err := w.follow(); err != nil {
		t.Fatal(err)
	}
	roots := func() (names []string) {
		t.Helper()
		all, err := w.laptop.Roots()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			names = append(names, a.Certificate.Subject.CommonName)
		}
		return names
	}
	if got := roots(); len(got) != 1 || got[0] != "Own" {
		t.Errorf("nobody has decided, and the laptop trusts %v", got)
	}
	w.trusts(w.server, p.Root)
	for range 2 {
		if _, _, err := w.follow(); err != nil {
			t.Fatal(err)
		}
		if got := roots(); len(got) != 1 || got[0] != p.Root.Cert.Subject.CommonName {
			t.Errorf("the laptop trusts %v", got)
		}
		w.trusts(w.laptop, own)
	}
}

// TestFollowBroken: what breaks on the way leaves what was there, and the rest
// comes the next time.
func TestFollowBroken(t *testing.T) {
	w := newWay(t)
	p := trusttest.New(t)
	w.trusts(w.server, p.Root)
	for name, list := range map[string][]byte{"http://a.test/ca": p.CA.SignCRL(t, trusttest.CRL{}), "http://a.test/root": p.Root.SignCRL(t, trusttest.CRL{})} {
		if err := w.server.Keep(trust.KeptCRL, name, trust.Entry{Body: list, Made: w.now, Fetched: w.now}); err != nil {
			t.Fatal(err)
		}
	}
	w.door.spoilt.Store(true)
	if _, _, err := w.follow(); !errors.Is(err, ErrBundle) {
		t.Errorf("other bytes: %v", err)
	}
	w.door.spoilt.Store(false)
	w.door.broken.Store(true)
	if _, _, err := w.follow(); err == nil {
		t.Error("pieces that are not there")
	}
	if roots, err := w.laptop.Roots(); err != nil || len(roots) != 1 {
		t.Errorf("the roots came before: %v", err)
	}
	w.door.broken.Store(false)
	if _, _, err := w.follow(); err != nil || w.door.pieces.Load() < 2 {
		t.Errorf("the rest: %v", err)
	}
	if err := os.WriteFile(filepath.Join(w.server.dir, "loose.pem"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.follow(); err == nil {
		t.Error("a server whose folder cannot be used")
	}
	if roots, err := w.laptop.Roots(); err != nil || len(roots) != 1 {
		t.Errorf("the laptop lost its roots: %v", err)
	}
}

// TestPiece: names that a cache does not give lead nowhere.
func TestPiece(t *testing.T) {
	w := newWay(t)
	w.trusts(w.server, trusttest.NewRoot(t, "Test Root CA"))
	for _, name := range []string{"", "../anchors.json", "anchors.json", "crl-00000000000000000000000000000000.kept"} {
		if _, err := w.server.Piece(name); !errors.Is(err, app.ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// FuzzBundle: no bytes of the wire break the laptop, and what is taken is a
// store of roots or none.
func FuzzBundle(f *testing.F) {
	v := New(filepath.Join(f.TempDir(), "trust"), time.Now)
	if body, _, err := v.Bundle(); err == nil {
		f.Add(body)
	}
	f.Add([]byte(`{"roots":"eyJhbmNob3JzIjpbXX0=","policy":"e30=","evidence":[{"name":"crl-","size":1,"sha256":"00"}]}`))
	f.Add([]byte(`{"evidence":[{"size":-1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, store, err := readBundle(body)
		if err == nil && (store == nil) != (len(b.Roots) == 0) {
			t.Error("roots without a store")
		}
	})
}
