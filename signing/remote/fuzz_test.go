package remote_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

// A mouth is a transport that answers every request with the same bytes.
type mouth struct {
	status int
	body   []byte
	calls  int
}

func (m *mouth) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.calls++; m.calls > 200 {
		return nil, errors.New("asked without end")
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	status := m.status%400 + 200
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(m.body)), Request: r}, nil
}

// tried asks a provider everything, and checks what holds whatever it answers.
func tried(t *testing.T, p remote.Provider, person string, o remote.Order) {
	prog := newProgram(t, p, remotetest.NewClock(morning))
	for _, f := range []remote.Factors{{}, {Token: remote.Secret("token")}} {
		list, err := p.Credentials(t.Context(), person)
		if err != nil && remote.ReasonOf(err) == "" {
			t.Errorf("an error of no kind: %v", err)
		}
		for _, c := range list {
			if c.Certificate == nil || c.Batch < 1 || len(c.Algorithms) > 64 {
				t.Errorf("a credential: %+v", c)
			}
		}
		r, err := prog.Begin(t.Context(), o, f)
		if r == nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := prog.Poll(t.Context(), r); err != nil && remote.ReasonOf(err) == "" {
				t.Errorf("an error of no kind: %v", err)
			}
			if err := r.Err(); err != nil && strings.Contains(err.Error(), " "+foreign) {
				t.Errorf("foreign text in %v", err)
			}
			if r.State.Final() && (r.State == remote.Signed) != (r.Reason == "") || (r.State == remote.Signed) != (len(r.Values) == 1) {
				t.Errorf("state %s, reason %s, %d values", r.State, r.Reason, len(r.Values))
			}
			r = prog.restarted()
		}
	}
}

// foreign stands in texts of the seeds.
const foreign = "lời của máy chủ"

// signedBy is an order and a signature for it.
func signedBy(tb testing.TB, key *softkey.Key) (remote.Order, string) {
	scheme := must[signing.Scheme](tb)(signing.SchemeOf(key.Certificate().PublicKey, true))
	c := remote.Credential{ID: remotetest.MSISDN, Certificate: key.Certificate(), Schemes: []signing.Scheme{scheme}, Mode: remote.Implicit, Usable: true,
		Algorithms: append(ecdsaAlgos, "1.2.840.113549.1.1.11")}
	o := order(c, "A")
	return o, base64.StdEncoding.EncodeToString(must[[]byte](tb)(key.SignDigest(tb.Context(), o.Documents[0].Digest, scheme)))
}

// FuzzCSC: whatever a CSC server answers, there is a signature only if it is one.
func FuzzCSC(f *testing.F) {
	key := ecKey(f)
	o, value := signedBy(f, key)
	chain := base64.StdEncoding.EncodeToString(key.Certificate().Raw)
	for _, body := range []string{
		`{"credentialIDs":["A"],"nextPageToken":"x","key":{"status":"enabled","algo":["1.2.840.10045.2.1"]},"cert":{"certificates":["` + chain + `"]},"authMode":"implicit","SCAL":"2","multisign":5}`,
		`{"SAD":"x","expiresIn":60,"signatures":["` + value + `"]}`, `{"handle":"x"}`, `{"responseID":"x","SAD":"y"}`,
		`{"error":"invalid_request","error_description":"Credential locked"}`, `{"error":"access_denied","error_description":"` + foreign + `"}`, `{"error":" ` + foreign + `"}`,
		`{"auth":{"mode":"explicit","objects":[{"type":"Password","id":"PIN"}]},"credentialIDs":["A"],"cert":{"certificates":["` + chain + `","` + chain + `"]}}`,
	} {
		for _, status := range []int{0, 2, 200, 201, 229, 303} {
			f.Add(status, []byte(body), true)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, second bool) {
		m := &mouth{status: max(status, 0), body: body}
		c := remote.CSCConfig{Name: "csc", BaseURL: "https://csc.example", Version: remote.CSC1, Tokens: remote.Bearer("t"),
			Link: remote.Link{Clock: remotetest.NewClock(morning), Transport: m, Tries: 2}}
		if second {
			c.Version, c.Async = remote.CSC2, true
		}
		tried(t, must[*remote.CSC](t)(remote.NewCSC(c)), "", o)
	})
}

// FuzzSmartCA: as FuzzCSC, for the envelope.
func FuzzSmartCA(f *testing.F) {
	key := softkeytest.New(f, softkeytest.RSA2048, nil)
	o, value := signedBy(f, key)
	chain := base64.StdEncoding.EncodeToString(key.Certificate().Raw)
	for _, content := range []string{`["A"]`, `{"tranId":"x","tranStatus":4000}`, `{"tranId":"x","tranStatus":1,"documents":[{"sig":"` + value + `"}]}`, `{"tranId":"x","tranStatus":4002}`,
		`{"key":{"status":"ENABLED","alg":["1.2.840.113549.1.1.1"]},"cert":{"certificates":["` + chain + `"]},"scal":"SCAL2"}`} {
		f.Add(0, []byte(`{"code":0,"content":`+content+`}`))
		f.Add(0, []byte(content))
		f.Add(200, []byte(`{"code":60000,"message":"`+foreign+`","content":`+content+`}`))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		m := &mouth{status: max(status, 0), body: body}
		c := remote.SmartCAConfig{Name: "smartca", BaseURL: "https://smartca.example", Tokens: remote.Bearer("t"),
			Link: remote.Link{Clock: remotetest.NewClock(morning), Transport: m, Tries: 2}}
		tried(t, must[*remote.SmartCA](t)(remote.NewSmartCA(c)), "", o)
	})
}

// FuzzMSS: as FuzzCSC, for SOAP.
func FuzzMSS(f *testing.F) {
	key := softkeytest.New(f, softkeytest.RSA2048, nil)
	o, value := signedBy(f, key)
	message := opensslCMS(f, key, []byte("A"), "-noattr")
	signed := func(value string) string {
		return strings.Replace(statusText("500"), "<Status>", "<MSS_Signature><Base64Signature>"+value+"</Base64Signature></MSS_Signature><Status>", 1)
	}
	for _, body := range []string{statusText("100"), statusText("504"), faultText("mss:_401"), faultText("mss:_900"), signed(value), signed(base64.StdEncoding.EncodeToString(message)),
		strings.ReplaceAll(statusText("100"), "MSS_StatusResp", "MSS_SignatureResp"),
		strings.ReplaceAll(statusText("408"), "MSS_StatusResp", "MSS_RegistrationResp"),
		strings.Replace(strings.ReplaceAll(statusText("408"), "MSS_StatusResp", "MSS_RegistrationResp"), "<Status>", "<X509Certificate>"+base64.StdEncoding.EncodeToString(key.Certificate().Raw)+"</X509Certificate><Status>", 1),
		strings.Replace(strings.ReplaceAll(signed(value), "MSS_StatusResp", "MSS_SignatureResp"), "<MSS_SignatureResp", `<MSS_SignatureResp MSSP_TransID="h1"`, 1),
		soap("<w>" + foreign + "</w>")} {
		for _, status := range []int{0, 300, 229} {
			f.Add(status, []byte(body), false)
			f.Add(status, []byte(body), true)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, cms bool) {
		m := &mouth{status: max(status, 0), body: body}
		c := remote.MSSConfig{Name: "mss", SignatureURL: "https://mss.example/s", StatusURL: "https://mss.example/q", RegistrationURL: "https://mss.example/r",
			APID: "a", MSSPID: "b", CMS: cms, Link: remote.Link{Clock: remotetest.NewClock(morning), Transport: m, Tries: 2}}
		tried(t, must[*remote.MSS](t)(remote.NewMSS(c)), remotetest.MSISDN, o)
	})
}

// FuzzState: a state is refused, or is one that can be kept again and signs nothing
// that is not there.
func FuzzState(f *testing.F) {
	s := phoned(f, 2)
	prog := cscProgram(f, s)
	c := prog.credential("")
	must[*remote.Request](f)(prog.Begin(f.Context(), order(c, "A"), remote.Factors{}))
	s.Phone.Always(remotetest.Yes)
	must[*remote.Request](f)(prog.Begin(f.Context(), order(c, "A", "B"), remote.Factors{}))
	s.Phone.Always(remotetest.No)
	if _, err := prog.Begin(f.Context(), order(c, "A"), remote.Factors{}); err == nil {
		f.Fatal("not refused")
	}
	for _, b := range prog.kept {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := new(remote.Request)
		if r.UnmarshalBinary(b) != nil {
			return
		}
		once := must[[]byte](t)(r.MarshalBinary())
		again := restore(t, once)
		if twice := must[[]byte](t)(again.MarshalBinary()); !bytes.Equal(once, twice) {
			t.Errorf("%s\n%s", once, twice)
		}
		if r.State == remote.Asking || (r.State == remote.Signed) != (len(r.Values) > 0) || r.State == remote.Signed && len(r.Values) != len(r.Documents) {
			t.Errorf("%s", once)
		}
	})
}

// TestDamagedState: what is not the state of a request is refused.
func TestDamagedState(t *testing.T) {
	s := phoned(t, 2)
	s.Phone.Always(remotetest.Yes)
	prog := cscProgram(t, s)
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{})
	wantSigned(t, r, err)
	good := prog.kept[len(prog.kept)-1]
	swap := func(old, new string) []byte {
		b := bytes.Replace(good, []byte(old), []byte(new), 1)
		if bytes.Equal(b, good) {
			t.Fatalf("no %s in %s", old, good)
		}
		return b
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "null": []byte("null"), "empty": []byte("{}"), "cut": good[:len(good)-1], "huge": slices.Concat(good, bytes.Repeat([]byte(" "), 1<<20)),
		"state": swap(`"State":"signed"`, `"State":"done"`), "certificate": swap(`"Certificate":"MII`, `"Certificate":"MIM`), "hash": swap(`"Hash":5`, `"Hash":6`),
		"digest": swap(`"Digest":"`, `"Digest":"AAAA`), "another digest": swap(`"Digest":"V`, `"Digest":"W`), "value": swap(`"Values":["M`, `"Values":["N`),
		"no values": swap(`"Values"`, `"Other"`), "time": swap(`"Until":"2026`, `"Until":"2027`), "waiting with values": swap(`"State":"signed"`, `"State":"waiting"`),
		"refused without reason": swap(`"State":"signed"`, `"State":"refused"`), "text": swap(`"Text":"K`, `"Text":"\u0007K`),
	} {
		if new(remote.Request).UnmarshalBinary(bad) == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// FuzzQuestion: whatever a laptop sends, what is taken of it is a request that can
// be asked, and never one for another credential.
func FuzzQuestion(f *testing.F) {
	s := phoned(f, 2)
	prog := cscProgram(f, s)
	c := prog.credential("")
	r := must[*remote.Request](f)(prog.Begin(f.Context(), order(c, "A", "B"), remote.Factors{}))
	for _, q := range []remote.Question{{Request: r}, {Credential: c.ID}, {}} {
		f.Add(must[[]byte](f)(json.Marshal(q)))
	}
	f.Add([]byte(`{"pin":"12\u0000","otp":"1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, factors, err := remote.ReadQuestion(b)
		if err != nil {
			if len(factors.PIN)+len(factors.OTP) > 0 && strings.Trim(string(factors.PIN)+string(factors.OTP), "\x00") != "" {
				t.Error("secrets of what was not taken")
			}
			return
		}
		if q.Request == nil || q.Request.Assume(c, morning) != nil {
			return
		}
		if q.Request.Credential != c.ID || !bytes.Equal(q.Request.Certificate, c.Certificate.Raw) || len(q.Request.Documents) > c.Batch || q.Request.State != remote.Asking {
			t.Errorf("%+v", q.Request)
		}
	})
}
