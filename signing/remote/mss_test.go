package remote_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey/softkeytest"
)

const simText = "Ký QĐ 15/QĐ-UBND <hỏa tốc> & \"gấp\""

// simOrder is an order of one document, with a text that XML would misread.
func simOrder(c remote.Credential) remote.Order {
	o := order(c, "A")
	o.Text = simText
	return o
}

// TestMSS: each form in which a SIM may be asked and may answer.
func TestMSS(t *testing.T) {
	for name, c := range map[string]struct {
		kind   softkeytest.Kind
		server func(*remotetest.MSS)
		conf   func(*remote.MSSConfig)
	}{
		"digest":         {softkeytest.RSA2048, func(*remotetest.MSS) {}, func(*remote.MSSConfig) {}},
		"P-256":          {softkeytest.P256, func(*remotetest.MSS) {}, func(*remote.MSSConfig) {}},
		"P-384":          {softkeytest.P384, func(*remotetest.MSS) {}, func(*remote.MSSConfig) {}},
		"DigestInfo":     {softkeytest.RSA2048, func(*remotetest.MSS) {}, func(c *remote.MSSConfig) { c.DigestInfo = true }},
		"bare":           {softkeytest.RSA2048, func(s *remotetest.MSS) { s.Bare = true }, func(*remote.MSSConfig) {}},
		"no namespace":   {softkeytest.RSA2048, func(s *remotetest.MSS) { s.NoName = true }, func(*remote.MSSConfig) {}},
		"502":            {softkeytest.RSA2048, func(s *remotetest.MSS) { s.Code = "_502" }, func(*remote.MSSConfig) {}},
		"code of theirs": {softkeytest.RSA2048, func(s *remotetest.MSS) { s.Code = "408" }, func(c *remote.MSSConfig) { c.Done = []int{408} }},
	} {
		t.Run(name, func(t *testing.T) {
			s := remotetest.NewMSS(t, softkeytest.New(t, c.kind, nil))
			c.server(s)
			prog := mssProgram(t, s, c.conf)
			r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(prog.credential(remotetest.MSISDN)), remote.Factors{}))
			if r.State != remote.Waiting {
				t.Fatal(r.State)
			}
			ring := s.Phone.Rings()[0]
			if ring.Text != simText || ring.ID != r.ID || !slices.Equal(ring.Digests[0], r.Documents[0].Digest) {
				t.Errorf("the SIM shows %+v", ring)
			}
			prog.clock.Then(func(n int) {
				if n == 2 {
					s.Phone.Answer(remotetest.Yes)
				}
			})
			r = prog.restarted()
			wantSigned(t, r, prog.Wait(t.Context(), r, nil))
			if key, ok := s.Key.Certificate().PublicKey.(*rsa.PublicKey); ok {
				if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, r.Documents[0].Digest, r.Values[0]); err != nil {
					t.Error(err)
				}
			}
			rings(t, &s.Phone, 1)
		})
	}
}

// TestMSSRegistration: the certificate of a number, and its authority; a number that
// is none, or is unknown; a provider that tells no certificates.
func TestMSSRegistration(t *testing.T) {
	key := rsaKey(t)
	s := remotetest.NewMSS(t, key)
	prog := mssProgram(t, s)
	c := prog.credential(remotetest.MSISDN)
	if !c.Certificate.Equal(key.Certificate()) || len(c.Issuers) != 1 || !c.Issuers[0].Equal(softkeytest.Root()) || c.Batch != 1 || c.MaxText != 120 {
		t.Errorf("%+v", c)
	}
	if slices.ContainsFunc(c.Schemes, func(s signing.Scheme) bool { return s.PSS }) {
		t.Error("PSS by SIM")
	}
	for _, number := range []string{"84911111111", "", "0912345678", "84912345678</MSISDN>", "849123456789012345"} {
		_, err := prog.Provider.Credentials(t.Context(), number)
		wantReason(t, err, remote.NoKey)
	}
	prog = mssProgram(t, s, func(c *remote.MSSConfig) { c.RegistrationURL = "" })
	_, err := prog.Provider.Credentials(t.Context(), remotetest.MSISDN)
	wantReason(t, err, remote.Unsupported)
}

// TestMSSNo: the person refuses or does not answer; the SIM is busy with another
// question; the program is not let in; more than a SIM can show or sign.
func TestMSSNo(t *testing.T) {
	s := remotetest.NewMSS(t, rsaKey(t))
	prog := mssProgram(t, s)
	c := prog.credential(remotetest.MSISDN)
	for v, want := range map[remotetest.Verdict]remote.State{remotetest.No: remote.Declined, remotetest.TooLate: remote.TimedOut} {
		r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(c), remote.Factors{}))
		s.Phone.Answer(v)
		err := prog.Wait(t.Context(), r, nil)
		wantEnd(t, r, err, want, remote.Reason(want))
	}
	first := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(c), remote.Factors{}))
	r, err := prog.Begin(t.Context(), simOrder(c), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Busy)
	rings(t, &s.Phone, 3)
	err = prog.Wait(t.Context(), first, nil)
	wantEnd(t, first, err, remote.TimedOut, remote.Expired)

	o := simOrder(c)
	o.Text = strings.Repeat("Ký ", 41)
	if _, err := prog.Begin(t.Context(), o, remote.Factors{}); !errors.Is(err, remote.ErrText) {
		t.Error(err)
	}
	if _, err := prog.Begin(t.Context(), order(c, "A", "B"), remote.Factors{}); !errors.Is(err, remote.ErrBatch) {
		t.Error(err)
	}
	stranger := mssProgram(t, s, func(c *remote.MSSConfig) { c.APPassword = remote.Secret("x") })
	r, err = stranger.Begin(t.Context(), simOrder(c), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Unauthorized)
}

// soap is an envelope round a text.
func soap(body string) string {
	return `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>` + body + `</e:Body></e:Envelope>`
}

func faultText(code string) string {
	return soap(`<e:Fault><e:Code><e:Value>e:Receiver</e:Value><e:Subcode><e:Value>` + code + `</e:Value></e:Subcode></e:Code></e:Fault>`)
}

func statusText(code string) string {
	return soap(`<MSS_StatusResp xmlns="http://uri.etsi.org/TS102204/v1.1.2#"><Status><StatusCode Value="` + code + `"/></Status></MSS_StatusResp>`)
}

// TestMSSCodes: what the codes of the standard end a request with, and which let it
// stand.
func TestMSSCodes(t *testing.T) {
	s := remotetest.NewMSS(t, rsaKey(t))
	prog := mssProgram(t, s, func(c *remote.MSSConfig) { c.Link.Tries = 1 })
	c := prog.credential(remotetest.MSISDN)
	for body, want := range map[string]remote.Reason{
		faultText("mss:_401"): remote.Refused, faultText("_208"): remote.Expired, faultText("mss:_402"): remote.Locked, faultText("x:403"): remote.Locked,
		faultText("mss:_209"): remote.NoPhone, faultText("mss:_404"): remote.NoKey, faultText("mss:_780"): remote.Rejected,
		statusText("501"): remote.Certificate, statusText("503"): remote.BadSignature, statusText("505"): remote.Rejected, statusText("401"): remote.Refused,
	} {
		r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(c), remote.Factors{}))
		s.Next("/MSS_StatusQueryPort", trouble{Status: 500, Body: body})
		err := prog.Poll(t.Context(), r)
		if strings.Contains(body, "StatusResp") { // only a fault comes with 500
			wantReason(t, err, remote.Unavailable)
			s.Next("/MSS_StatusQueryPort", trouble{Body: body})
			err = prog.Poll(t.Context(), r)
		}
		if err != nil || !r.State.Final() || r.Reason != want {
			t.Errorf("%s: %v, %s, %s; want %s", body, err, r.State, r.Reason, want)
		}
		s.Phone.Answer(remotetest.No)
	}
	r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(c), remote.Factors{}))
	for body, want := range map[string]remote.Reason{
		faultText("mss:_900"): remote.Unavailable, faultText("mss:_104"): remote.Unauthorized, faultText("mss:_406"): remote.Busy,
		statusText("504"): "", statusText("100"): "", statusText("500"): remote.Malformed, statusText("x"): remote.Malformed, statusText("-1"): remote.Malformed,
		soap(""): remote.Malformed, soap("<a/><b/>"): remote.Malformed, "": remote.Malformed, "<a>": remote.Malformed, "\xff": remote.Malformed,
		`<!DOCTYPE a [<!ENTITY b "c">]>` + statusText("504"):                                         remote.Malformed,
		strings.ReplaceAll(statusText("504"), "2003/05/soap-envelope", "x"):                          remote.Malformed,
		soap(strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40)):                                 remote.Malformed,
		soap("<a>" + strings.Repeat("<b/>", 2100) + "</a>"):                                          remote.Malformed,
		strings.Replace(statusText("504"), "<Status>", `<AP_Info AP_TransID="another"/><Status>`, 1): remote.Malformed,
		strings.Replace(statusText("500"), "<Status>", "<Status/><Status>", 1):                       remote.Malformed,
	} {
		s.Next("/MSS_StatusQueryPort", trouble{Body: body})
		if err := prog.Poll(t.Context(), r); remote.ReasonOf(err) != want || r.State != remote.Waiting {
			t.Errorf("%.150s: %v, %s; want %s", body, err, r.State, want)
		}
	}
	s.Phone.Answer(remotetest.Yes)
	wantSigned(t, r, prog.Poll(t.Context(), r))
}

// TestMSSLost: as TestLostQuestion, for SOAP.
func TestMSSLost(t *testing.T) {
	for name, tr := range lost {
		s := remotetest.NewMSS(t, rsaKey(t))
		prog := mssProgram(t, s)
		c := prog.credential(remotetest.MSISDN)
		s.Next("/MSS_SignaturePort", tr)
		r, err := prog.Begin(t.Context(), simOrder(c), remote.Factors{})
		t.Log(name)
		wantEnd(t, r, err, remote.Unknown, remote.Lost)
		s.Phone.Answer(remotetest.Yes)
		r = prog.restarted()
		err = prog.Wait(t.Context(), r, nil)
		wantEnd(t, r, err, remote.TimedOut, remote.Lost)
		rings(t, &s.Phone, 1)

		r = must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(c), remote.Factors{}))
		s.Next("/MSS_StatusQueryPort", tr, tr, trouble{Status: 429, RetryAfter: "2"}, trouble{Body: faultText("mss:_900")}, tr)
		s.Phone.Answer(remotetest.Yes)
		wantSigned(t, r, prog.Wait(t.Context(), r, nil))
		rings(t, &s.Phone, 2)
	}
	s := remotetest.NewMSS(t, rsaKey(t))
	prog := mssProgram(t, s)
	c := prog.credential(remotetest.MSISDN)
	s.Next("/MSS_SignaturePort", trouble{Act: true, Status: 500, Body: faultText("mss:_900")})
	r, err := prog.Begin(t.Context(), simOrder(c), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	s.Close()
	r, err = prog.Begin(t.Context(), simOrder(c), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Unreachable)
}

// TestMSSOtherKey: a signature of another SIM.
func TestMSSOtherKey(t *testing.T) {
	for _, signs := range []signing.Signer{ecKey(t), softkeytest.New(t, softkeytest.RSA3072, nil)} {
		s := remotetest.NewMSS(t, rsaKey(t))
		s.Signs = signs
		prog := mssProgram(t, s)
		r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(prog.credential(remotetest.MSISDN)), remote.Factors{}))
		s.Phone.Answer(remotetest.Yes)
		err := prog.Wait(t.Context(), r, nil)
		wantEnd(t, r, err, remote.Failed, remote.BadSignature)
	}
}

// TestMSSCMS: a message that OpenSSL makes without signed attributes holds the
// signature that was asked for; one with attributes signs something else.
func TestMSSCMS(t *testing.T) {
	key := rsaKey(t)
	content := []byte("A")
	for _, options := range [][]string{{"-noattr"}, nil} {
		s := remotetest.NewMSS(t, key)
		s.Wrap = func(_, digest []byte) ([]byte, error) {
			if sum := sha256.Sum256(content); !slices.Equal(sum[:], digest) {
				return nil, errors.New("another digest")
			}
			return opensslCMS(t, key, content, options...), nil
		}
		prog := mssProgram(t, s, func(c *remote.MSSConfig) { c.CMS = true })
		r := must[*remote.Request](t)(prog.Begin(t.Context(), simOrder(prog.credential(remotetest.MSISDN)), remote.Factors{}))
		s.Phone.Answer(remotetest.Yes)
		err := prog.Wait(t.Context(), r, nil)
		if options == nil {
			wantEnd(t, r, err, remote.Failed, remote.BadSignature)
			continue
		}
		wantSigned(t, r, err)
	}
}
