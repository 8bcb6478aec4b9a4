package remote_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey/softkeytest"
)

// TestCSCCredentials: certificates, chain, schemes and how the person confirms, in
// both versions' words.
func TestCSCCredentials(t *testing.T) {
	for _, c := range []struct {
		version  int
		mode     remotetest.Mode
		want     remote.Mode
		pin, otp string
	}{
		{1, remotetest.Typed, remote.Explicit, "PIN", "OTP"}, {1, remotetest.Phoned, remote.Implicit, "", ""}, {1, remotetest.Redirect, remote.Page, "", ""},
		{2, remotetest.Typed, remote.Explicit, "PIN", "one-time"}, {2, remotetest.Phoned, remote.Implicit, "", ""}, {2, remotetest.Redirect, remote.Page, "", ""},
	} {
		key := rsaKey(t)
		s := remotetest.NewCSC(t, c.version, c.mode, key)
		got := cscProgram(t, s).credential("038093015572")
		if got.ID != remotetest.CredentialID || !got.Certificate.Equal(key.Certificate()) || len(got.Issuers) != 1 || !got.Issuers[0].Equal(softkeytest.Root()) {
			t.Errorf("%+v: not the certificates: %+v", c, got)
		}
		if got.Mode != c.want || got.PIN != c.pin || got.OTP != c.otp || !got.Bound || got.Batch != 5 || !got.Usable {
			t.Errorf("%+v: %+v", c, got)
		}
		if want := []signing.Scheme{{Hash: crypto.SHA256}, {Hash: crypto.SHA384}, {Hash: crypto.SHA512}}; !slices.Equal(got.Schemes, want) {
			t.Errorf("schemes %v", got.Schemes)
		}
	}
}

// TestCSCUnusable: a certificate that the provider calls revoked asks nobody.
func TestCSCUnusable(t *testing.T) {
	s := phoned(t, 2, func(s *remotetest.CSC) { s.Status = "revoked" })
	prog := cscProgram(t, s)
	c := prog.credential("")
	if _, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{}); c.Usable || remote.ReasonOf(err) != remote.Certificate {
		t.Errorf("usable %v, %v", c.Usable, err)
	}
	rings(t, &s.Phone, 0)
}

// TestCSCInfo: what a provider says of itself.
func TestCSCInfo(t *testing.T) {
	s := phoned(t, 2, func(s *remotetest.CSC) { s.Async = true })
	info := must[remote.CSCInfo](t)(cscProgram(t, s).Provider.(*remote.CSC).Info(t.Context()))
	if !info.Async || info.Specs != "2.0.0.0" || !slices.Contains(info.Methods, "signatures/signHash") {
		t.Errorf("%+v", info)
	}
}

// TestCSCTyped: PIN and one-time password, for a batch, at once.
func TestCSCTyped(t *testing.T) {
	for _, version := range []int{1, 2} {
		s := remotetest.NewCSC(t, version, remotetest.Typed, rsaKey(t))
		prog := cscProgram(t, s)
		f := typed()
		r, err := prog.Begin(t.Context(), order(prog.credential(""), "A", "B", "C"), f)
		wantSigned(t, r, err)
		for _, b := range append(f.PIN, f.OTP...) {
			if b != 0 {
				t.Fatal("PIN or one-time password is still in memory")
			}
		}
		key := r.Certificate
		cert := s.Key.Certificate()
		if !slices.Equal(key, cert.Raw) {
			t.Error("another certificate")
		}
		for i, doc := range r.Documents {
			if err := rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, doc.Digest, r.Values[i]); err != nil {
				t.Errorf("%s: %v", doc.Name, err)
			}
		}
	}
}

// TestCSCWrongFactors: a mistake costs one try and no more, and has its name.
func TestCSCWrongFactors(t *testing.T) {
	for _, c := range []struct {
		version  int
		pin, otp string
		want     remote.Reason
	}{
		{1, "0000", remotetest.OTP, remote.WrongPIN}, {1, remotetest.PIN, "000000", remote.WrongOTP}, {2, "0000", remotetest.OTP, remote.WrongFactor},
	} {
		s := remotetest.NewCSC(t, c.version, remotetest.Typed, rsaKey(t))
		prog := cscProgram(t, s)
		r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{PIN: remote.Secret(c.pin), OTP: remote.Secret(c.otp)})
		wantEnd(t, r, err, remote.Failed, c.want)
		if n := s.Calls("/credentials/authorize"); n != 1 {
			t.Errorf("%d tries", n)
		}
		if err := prog.Poll(t.Context(), r); err != nil || r.State != remote.Failed || s.Calls("/credentials/authorize") != 1 {
			t.Errorf("what has failed goes on: %v", err)
		}
	}
}

// TestCSCCodes: what a provider's no to authorizing means.
func TestCSCCodes(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	for body, want := range map[string]remote.Reason{
		`{"error":"invalid_request","error_description":"Credential locked"}`:                 remote.Locked,
		`{"error":"invalid_request","error_description":"Signing certificate is expired"}`:    remote.Certificate,
		`{"error":"invalid_request","error_description":"Numbers of signatures is too high"}`: remote.Unsupported,
		`{"error":"invalid_request","error_description":"Credential locked or not"}`:          remote.Rejected,
		`{"error":"later","error_description":"Credential locked"}`:                           remote.Rejected,
		`{"error":"invalid_token"}`: remote.Unauthorized,
		`{"error":"server_error"}`:  remote.Lost,
		`{"error":""}`:              remote.Lost,
	} {
		s.Next("/credentials/authorize", trouble{Status: 400, Body: body})
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		state := remote.Failed
		if want == remote.Lost {
			state = remote.Unknown
		}
		t.Log(body)
		wantEnd(t, r, err, state, want)
	}
	rings(t, &s.Phone, 0)
}

// TestPSSParameters: signAlgoParams are those that OpenSSL puts into a message.
func TestPSSParameters(t *testing.T) {
	key := rsaKey(t)
	s := remotetest.NewCSC(t, 2, remotetest.Typed, key)
	s.Algos = []string{"1.2.840.113549.1.1.10"}
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), typed())
	wantSigned(t, r, err)
	var call struct {
		Parameters []byte `json:"signAlgoParams"`
	}
	heard := s.Heard()
	if err := json.Unmarshal(heard[len(heard)-1], &call); err != nil {
		t.Fatal(err)
	}
	message := opensslCMS(t, key, []byte("A"), "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:32")
	if len(call.Parameters) < 40 || !bytes.Contains(message, call.Parameters) {
		t.Errorf("%x is not in %x", call.Parameters, message)
	}
}

// TestCSCSendOTP: a one-time password by SMS, once for each wish.
func TestCSCSendOTP(t *testing.T) {
	for _, version := range []int{1, 2} {
		s := remotetest.NewCSC(t, version, remotetest.Typed, rsaKey(t))
		prog := cscProgram(t, s)
		c := prog.credential("")
		if err := prog.Provider.(*remote.CSC).SendOTP(t.Context(), c); err != nil || c.SendsOTP != (version == 1) {
			t.Error(err)
		}
		rings(t, &s.Phone, 1)
		method := []string{"/credentials/sendOTP", "/credentials/getChallenge"}[version-1]
		s.Next(method, trouble{Act: true, Cut: true}, trouble{Status: 503})
		wantReason(t, prog.Provider.(*remote.CSC).SendOTP(t.Context(), c), remote.Lost)
		wantReason(t, prog.Provider.(*remote.CSC).SendOTP(t.Context(), c), remote.Unavailable)
		c.ID = "other"
		wantReason(t, prog.Provider.(*remote.CSC).SendOTP(t.Context(), c), remote.Rejected)
		if n := s.Calls(method); n != 4 {
			t.Errorf("%d calls", n)
		}
	}
}

// TestCSCPhone: the telephone shows what is signed, the program waits.
func TestCSCPhone(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A", "B"), remote.Factors{})
	if err != nil || r.State != remote.Waiting {
		t.Fatal(r, err)
	}
	ring := s.Phone.Rings()[0]
	if ring.Text != shown || ring.ID != r.ID || len(ring.Digests) != 2 || !slices.Equal(ring.Digests[1], r.Documents[1].Digest) {
		t.Errorf("the telephone shows %+v", ring)
	}
	if err := prog.Poll(t.Context(), r); err != nil || r.State != remote.Waiting {
		t.Fatal(r, err)
	}
	prog.clock.Then(func(n int) {
		if n == 3 {
			s.Phone.Answer(remotetest.Yes)
		}
	})
	wantSigned(t, r, prog.Wait(t.Context(), r, nil))
	if !slices.Equal(prog.clock.Waits(), []time.Duration{3 * time.Second, 3 * time.Second, 3 * time.Second}) {
		t.Errorf("pauses %v", prog.clock.Waits())
	}
	rings(t, &s.Phone, 1)
	wantSigned(t, prog.restarted(), nil)
}

// TestCSCNo: the person refuses, does not answer in time as the provider sees it,
// or as our clock sees it, or gives up here.
func TestCSCNo(t *testing.T) {
	for _, version := range []int{1, 2} {
		for v, want := range map[remotetest.Verdict]remote.State{remotetest.No: remote.Declined, remotetest.TooLate: remote.TimedOut} {
			s := phoned(t, version)
			s.Phone.Always(v)
			prog := cscProgram(t, s)
			r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{})
			wantEnd(t, r, err, want, remote.Reason(want))
		}
	}
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{})
	if err != nil {
		t.Fatal(err)
	}
	err = prog.Wait(t.Context(), r, nil)
	wantEnd(t, r, err, remote.TimedOut, remote.Expired)
	if now := prog.clock.Now(); !now.Equal(morning.Add(5 * time.Minute)) {
		t.Errorf("given up at %v", now)
	}
	s.Phone.Answer(remotetest.No)
	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	if err := prog.Cancel(r); err != nil {
		t.Fatal(err)
	}
	s.Phone.Answer(remotetest.Yes)
	calls := s.Calls("/credentials/authorizeCheck")
	err = prog.Wait(t.Context(), r, nil)
	wantEnd(t, r, err, remote.GivenUp, remote.Cancelled)
	if s.Calls("/credentials/authorizeCheck") != calls || s.Calls("/signatures/signHash") != 0 {
		t.Error("what was given up is asked for")
	}
}

// TestCSCBlocking: Viettel's form: names of documents, and an answer that comes when
// the person has confirmed.
func TestCSCBlocking(t *testing.T) {
	s := phoned(t, 1)
	s.Wait = func(*remotetest.Ring) { s.Phone.Answer(remotetest.Yes) }
	prog := cscProgram(t, s, func(c *remote.CSCConfig) { c.NameDocuments = true })
	r, err := prog.Begin(t.Context(), order(prog.credential("038093015572"), "Quyết định", "Tờ trình"), remote.Factors{})
	wantSigned(t, r, err)
	if got := s.Phone.Rings()[0].Names; !slices.Equal(got, []string{"Quyết định", "Tờ trình"}) {
		t.Errorf("the telephone shows %q", got)
	}
}

// TestCSCBlockingGivenUp: who stops waiting for a blocking provider does not know
// what became of it, and is not asked again.
func TestCSCBlockingGivenUp(t *testing.T) {
	s := phoned(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	s.Wait = func(*remotetest.Ring) { cancel() }
	prog := cscProgram(t, s)
	r, err := prog.Begin(ctx, order(prog.credential(""), "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	rings(t, &s.Phone, 1)
}

// TestCSCAsync: signHash in mode "A", polled for with both ways of saying not yet.
func TestCSCAsync(t *testing.T) {
	s := phoned(t, 2, func(s *remotetest.CSC) { s.Async = true })
	s.Phone.Always(remotetest.Yes)
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A", "B"), remote.Factors{})
	if err != nil || r.State != remote.Confirmed {
		t.Fatal(r, err)
	}
	r = prog.restarted()
	wantSigned(t, r, prog.Wait(t.Context(), r, nil))
	if n := s.Calls("/signatures/signPolling"); n != 3 {
		t.Errorf("%d polls", n)
	}
}

// TestCSCPage: an access token of scope credential authorizes by itself.
func TestCSCPage(t *testing.T) {
	s := remotetest.NewCSC(t, 2, remotetest.Redirect, rsaKey(t))
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{Token: remote.Secret(remotetest.CredentialToken)})
	wantSigned(t, r, err)
	if s.Calls("/credentials/authorize") != 0 {
		t.Error("authorize was called")
	}
}

// TestCSCSchemes: every kind of key in every scheme that the provider lists, ECDSA
// also as r and s side by side.
func TestCSCSchemes(t *testing.T) {
	rsaAlgos := []string{"1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"}
	for _, kind := range softkeytest.Kinds {
		for _, raw := range []bool{false, true} {
			s := remotetest.NewCSC(t, 2, remotetest.Typed, softkeytest.New(t, kind, nil))
			s.Algos = append(rsaAlgos, ecdsaAlgos...)
			if _, ok := s.Key.Certificate().PublicKey.(*rsa.PublicKey); ok && raw {
				continue
			}
			if raw {
				s.Raw = func(der []byte) []byte {
					var sig struct{ R, S *big.Int }
					if _, err := asn1.Unmarshal(der, &sig); err != nil {
						t.Error(err)
					}
					n := s.Key.Certificate().PublicKey.(*ecdsa.PublicKey).Curve.Params().BitSize / 8
					return append(sig.R.FillBytes(make([]byte, n)), sig.S.FillBytes(make([]byte, n))...)
				}
			}
			prog := cscProgram(t, s)
			c := prog.credential("")
			best := must[signing.Scheme](t)(signing.SchemeOf(c.Certificate.PublicKey, false))
			if len(c.Schemes) == 0 || c.Schemes[0] != best {
				t.Fatalf("%s: schemes %v, want %v first", kind, c.Schemes, best)
			}
			for _, scheme := range c.Schemes {
				o := order(c)
				o.Scheme, o.Documents = scheme, []remote.Document{{Name: "A", Digest: digest(scheme, "A")}}
				r, err := prog.Begin(t.Context(), o, typed())
				t.Log(kind, scheme, raw)
				wantSigned(t, r, err)
				if key, ok := c.Certificate.PublicKey.(*ecdsa.PublicKey); ok && !ecdsa.VerifyASN1(key, r.Documents[0].Digest, r.Values[0]) {
					t.Errorf("%s: not DER", kind)
				}
			}
		}
	}
}

// TestCSCOtherKey: a signature of another key, over something else, or one too few
// is not handed on.
func TestCSCOtherKey(t *testing.T) {
	for name, edit := range map[string]func(*remotetest.CSC){
		"key":      func(s *remotetest.CSC) { s.Signs = ecKey(t) },
		"kind":     func(s *remotetest.CSC) { s.Raw = func(v []byte) []byte { return make([]byte, 256) } },
		"value":    func(s *remotetest.CSC) { s.Raw = func(v []byte) []byte { v[len(v)-1] ^= 1; return v } },
		"trailing": func(s *remotetest.CSC) { s.Raw = func(v []byte) []byte { return append(v, 0) } },
	} {
		s := phoned(t, 2, edit)
		s.Phone.Always(remotetest.Yes)
		prog := cscProgram(t, s)
		r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{})
		t.Log(name)
		wantEnd(t, r, err, remote.Failed, remote.BadSignature)
	}
	s := phoned(t, 2)
	s.Phone.Always(remotetest.Yes)
	prog := cscProgram(t, s)
	s.Next("/signatures/signHash", remotetest.Trouble{Body: `{"signatures":["AAAA"]}`})
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A", "B"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.BadSignature)
}

// TestCSCLogin: the program's own token, in both forms; a token that has ended is
// replaced and the question asked once more, for it was not heard.
func TestCSCLogin(t *testing.T) {
	for _, form := range []bool{true, false} {
		s := phoned(t, 2)
		prog := cscProgram(t, s, func(c *remote.CSCConfig) {
			login := remote.TokenConfig{URL: s.TokenURL(), ClientID: remotetest.ClientID, ClientSecret: remote.Secret(remotetest.ClientSecret), Scope: "service", JSON: !form,
				Fields: map[string]string{"profile_id": "adss:ras:profile:001"}}
			c.Tokens = must[*remote.Login](t)(remote.NewLogin("csc", c.Link, login))
		})
		c := prog.credential("")
		if n := s.Calls("/oauth2/token"); n != 1 {
			t.Errorf("%d logins", n)
		}
		s.EndTokens()
		r := must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A"), remote.Factors{}))
		prog.clock.Pass(4*time.Minute + 40*time.Second) // of 300 seconds
		s.Phone.Answer(remotetest.Yes)
		wantSigned(t, r, prog.Wait(t.Context(), r, nil))
		if n := s.Calls("/oauth2/token"); n != 3 {
			t.Errorf("%d logins", n)
		}
		rings(t, &s.Phone, 1)
	}
	s := phoned(t, 2)
	prog := cscProgram(t, s, func(c *remote.CSCConfig) {
		c.Tokens = must[*remote.Login](t)(remote.NewLogin("csc", c.Link, remote.TokenConfig{URL: s.TokenURL(), ClientID: "x", ClientSecret: remote.Secret("y")}))
	})
	_, err := prog.Provider.Credentials(t.Context(), "")
	if e := wantReason(t, err, remote.Unauthorized); e.Code != "invalid_client" {
		t.Errorf("code %q", e.Code)
	}
}

// TestCSCSignInAgain: when the person's token has ended the request stands, and goes
// on with another token.
func TestCSCSignInAgain(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	r := must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	s.EndTokens()
	s.Phone.Answer(remotetest.Yes)
	wantReason(t, prog.Wait(t.Context(), r, nil), remote.Unauthorized)
	if r.State != remote.Waiting {
		t.Fatal(r.State)
	}
	again := cscProgram(t, s)
	r = prog.restarted()
	wantSigned(t, r, again.Wait(t.Context(), r, nil))
	rings(t, &s.Phone, 1)
}

// TestCSCOrders: what cannot be asked is not asked.
func TestCSCOrders(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	for name, edit := range map[string]func(*remote.Order){
		"nothing":    func(o *remote.Order) { o.Documents = nil },
		"too many":   func(o *remote.Order) { *o = order(c, "1", "2", "3", "4", "5", "6") },
		"digest":     func(o *remote.Order) { o.Documents[0].Digest = o.Documents[0].Digest[1:] },
		"scheme":     func(o *remote.Order) { o.Scheme = signing.Scheme{Hash: crypto.SHA256, PSS: true} },
		"no text":    func(o *remote.Order) { o.Text = "" },
		"two lines":  func(o *remote.Order) { o.Text = "Ký\nQuyết định" },
		"turned":     func(o *remote.Order) { o.Text = "Ký \u202egpj.exe" },
		"no UTF-8":   func(o *remote.Order) { o.Text = "\xff" },
		"long":       func(o *remote.Order) { o.Text = fmt.Sprintf("%0501d", 1) },
		"name":       func(o *remote.Order) { o.Documents[0].Name = "" },
		"long life":  func(o *remote.Order) { o.Validity = 2 * time.Hour },
		"credential": func(o *remote.Order) { o.Credential.Certificate = nil },
		"expired": func(o *remote.Order) {
			o.Credential.Certificate = softkeytest.Issue(t, c.Certificate.PublicKey, func(x *certificate) { x.NotAfter = morning.Add(-time.Hour) })
		},
		"no token": func(o *remote.Order) { o.Credential.Mode = remote.Page },
		"no PIN":   func(o *remote.Order) { o.Credential.Mode = remote.Explicit },
	} {
		o := order(c, "A")
		edit(&o)
		if r, err := prog.Begin(t.Context(), o, remote.Factors{}); err == nil || r != nil {
			t.Errorf("%s: asked", name)
		}
	}
	if n := s.Calls("/credentials/authorize"); n != 0 || len(prog.kept) > 0 {
		t.Errorf("%d calls, %d kept", n, len(prog.kept))
	}
}
