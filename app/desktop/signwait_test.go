package desktop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/api/apitest"
	"khonggiay/app/server"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey/softkeytest"
)

// remoteOffice is a commune whose leader has his key at a provider.
type remoteOffice struct {
	*signingOffice
	provider *remotetest.CSC
}

const providerTitle = "Nhà cung cấp thử"

// openRemoteOffice opens it with the provider's server, which the test has made.
func openRemoteOffice(t *testing.T, change func(*Config), provider *remotetest.CSC, more ...func(*server.Config)) *remoteOffice {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	conf, err := json.Marshal([]map[string]any{{"name": "thu", "title": providerTitle, "protocol": fmt.Sprintf("csc%d", provider.Version),
		"address": provider.BaseURL(), "token_address": provider.TokenURL(), "client_id": remotetest.ClientID, "scope": "service",
		"secret_file": write("secret", []byte(remotetest.ClientSecret+"\n")), "roots": write("roots.pem", provider.Roots()),
		"codes": map[string]string{"phone_timeout": "expired"}}})
	if err != nil {
		t.Fatal(err)
	}
	set := func(c *server.Config) {
		c.SigningProviders = write("providers.json", conf)
		c.SigningAccounts = write("accounts", []byte("# người, nhà cung cấp, tài khoản\n"+string(leader)+" thu 038093015572\n"))
	}
	quick := func(c *Config) {
		c.pollEvery = 20 * time.Millisecond
		if change != nil {
			change(c)
		}
	}
	return &remoteOffice{openSigningOffice(t, quick, append(more, set)...), provider}
}

// phoneProvider is a provider that asks on the telephone.
func phoneProvider(t *testing.T, version int, mode remotetest.Mode) *remotetest.CSC {
	p := remotetest.NewCSC(t, version, mode, softkeytest.New(t, softkeytest.P256, named("Lê Văn Chủ", "UBND xã An")))
	p.Algos = []string{"1.2.840.10045.2.1", "1.2.840.10045.4.3.2"}
	return p
}

// remoteKey is the leader's key, as soon as it is listed.
func (o *remoteOffice) remoteKey() (k api.SigningKey) {
	o.t.Helper()
	o.chief.until("the key at the provider", func() bool {
		var keys api.SigningKeys
		o.chief.call("GET", "/api/signing/keys", nil, &keys)
		for _, k = range keys.Keys {
			if k.Kind == app.KeyRemote {
				return true
			}
		}
		return false
	})
	return k
}

func remoteOrder(kind api.SignKind, key string, docs ...*api.Doc) api.RemoteOrder {
	o := orderOf(kind, key, "", docs...)
	return api.RemoteOrder{Key: o.Key, Kind: o.Kind, Documents: o.Documents}
}

// ask asks for signatures.
func (l *laptop) ask(order api.RemoteOrder) api.SigningRequest {
	l.t.Helper()
	var raw json.RawMessage
	code := l.call("POST", "/api/signing/requests", order, &raw)
	var out api.RemoteAsked
	if err := json.Unmarshal(raw, &out); code != http.StatusOK || err != nil || out.Request == nil || len(out.Documents) > 0 {
		l.t.Fatalf("ask: %d %s", code, raw)
	}
	return *out.Request
}

// refusedToAsk is why nothing was asked.
func (l *laptop) refusedToAsk(order api.RemoteOrder) string {
	l.t.Helper()
	var p api.Problem
	if code := l.call("POST", "/api/signing/requests", order, &p); code < 400 {
		l.t.Fatalf("ask: %d", code)
	}
	return p.Reason
}

func (l *laptop) requests() (out []api.SigningRequest) {
	l.t.Helper()
	if code := l.call("GET", "/api/signing/requests", nil, &out); code != http.StatusOK {
		l.t.Fatalf("requests: %d", code)
	}
	return out
}

// untilRequest waits until the newest request is in a state.
func (l *laptop) untilRequest(want api.RequestState) (r api.SigningRequest) {
	l.t.Helper()
	l.until("a request that is "+string(want), func() bool {
		list := l.requests()
		if len(list) == 0 {
			return false
		}
		r = list[0]
		return r.State == want
	})
	return r
}

// restart ends the leader's program and starts it again.
func (o *remoteOffice) restart(between func()) {
	o.t.Helper()
	data, cfg := o.chief.app.cfg.Data, o.chief.app.cfg
	o.chief.stop()
	between()
	*o.chief = *startIn(o.t, data, func(c *Config) {
		c.TokenLibraries, c.pollEvery, c.now, c.logLevel = cfg.TokenLibraries, cfg.pollEvery, cfg.now, cfg.logLevel
	})
}

// TestRemoteSign: the leader's key is at a provider. His telephone shows what he
// signs; when he has confirmed, the document is signed, the server finds the
// signature good, and so does another program.
func TestRemoteSign(t *testing.T) {
	for _, version := range []int{1, 2} {
		t.Run(fmt.Sprint("CSC ", version), func(t *testing.T) {
			o := openRemoteOffice(t, nil, phoneProvider(t, version, remotetest.Phoned))
			const id = app.ID("019ab000-0000-7000-8000-0000000001a1")
			d := o.toSign(id, scanOf(t, "Quyết định thử"))
			key := o.remoteKey()
			if key.Subject != "Lê Văn Chủ" || key.Refused != "" || key.Remote == nil || key.Remote.Provider != providerTitle || key.Remote.PIN || key.Remote.Batch != 5 {
				t.Errorf("key %+v", key)
			}
			if code := o.chief.savePicture(api.SignPerson, picture(t)); code != http.StatusNoContent {
				t.Errorf("picture: %d", code)
			}
			if p := o.chief.refusedToSign(orderOf(api.SignPerson, key.ID, "1", d)); p.Reason != "sign.remote_ask" {
				t.Errorf("signed as with a token: %+v", p)
			}
			o.chief.ask(remoteOrder(api.SignPerson, key.ID, d))
			r := o.chief.untilRequest(api.RequestWaiting)
			if r.Provider != providerTitle || r.Left <= 0 || r.Left > 300_000 || len(r.Documents) != 1 || r.Documents[0].ID != id || r.Documents[0].Name != "Quyết định thử" {
				t.Errorf("request %+v", r)
			}
			var again api.RemoteAsked
			o.chief.call("POST", "/api/signing/requests", remoteOrder(api.SignPerson, key.ID, d), &again)
			if len(again.Documents) != 1 || again.Documents[0].Problem == nil || again.Documents[0].Problem.Reason != "sign.remote_waiting" {
				t.Errorf("asked twice: %+v", again)
			}
			if o.chief.doc(id).State != app.OutToSign {
				t.Error("signed before it was confirmed")
			}
			o.untilRung(1)
			if ring := o.provider.Phone.Rings()[0]; ring.Text != "Ký: Quyết định thử" {
				t.Errorf("the telephone shows %q", ring.Text)
			}
			o.provider.Phone.Answer(remotetest.Yes)
			r = o.chief.untilRequest(api.RequestSigned)
			if r.Documents[0].Given == nil || r.Documents[0].Problem != nil || r.Left != 0 {
				t.Errorf("request %+v", r)
			}
			o.isSigned(id)
			if code := o.chief.call("POST", "/api/signing/requests/"+r.ID+"/dismiss", struct{}{}, nil); code != http.StatusNoContent || len(o.chief.requests()) > 0 {
				t.Errorf("dismissed: %d", code)
			}
			if left, _ := filepath.Glob(filepath.Join(o.chief.app.signer.remotePath(), "*.request")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
			noPlaintext(t, o.chief.app.cfg.Data)
		})
	}
}

// isSigned checks that the document has one good signature of the key at the
// provider, as the server and another program judge it.
func (o *remoteOffice) isSigned(id app.ID) {
	o.t.Helper()
	d := o.chief.doc(id)
	if d.State != app.OutSigned || len(d.Signatures) != 1 || d.Signatures[0].Claim == nil || d.Signatures[0].Claim.Key != app.KeyRemote {
		o.t.Fatalf("signatures %+v", d.Signatures)
	}
	if verdict := pdfsig(o.t, o.chief.file(id, mainFile(d).Key)); strings.Count(verdict, "Signature is Valid") != 1 || !strings.Contains(verdict, "Lê Văn Chủ") {
		o.t.Errorf("pdfsig: %s", verdict)
	}
	o.untilJudged(id)
}

// untilRung waits for the telephone.
func (o *remoteOffice) untilRung(times int) {
	o.t.Helper()
	for end := time.Now().Add(patience); len(o.provider.Phone.Rings()) < times; {
		if time.Now().After(end) {
			o.t.Fatal("the telephone does not ring")
		}
		o.chief.requests()
	}
	if n := len(o.provider.Phone.Rings()); n != times {
		o.t.Fatalf("the telephone has rung %d times, want %d", n, times)
	}
}

// TestRemoteRestart: the laptop is closed while the telephone asks, and the person
// confirms meanwhile, or afterwards. The telephone rings once.
func TestRemoteRestart(t *testing.T) {
	for _, c := range []struct {
		version int
		before  bool
	}{{2, true}, {2, false}, {1, true}} {
		t.Run(fmt.Sprintf("CSC %d, before %t", c.version, c.before), func(t *testing.T) {
			o := openRemoteOffice(t, nil, phoneProvider(t, c.version, remotetest.Phoned))
			const id = app.ID("019ab000-0000-7000-8000-0000000001b1")
			d := o.toSign(id, scanOf(t, "Quyết định thử"))
			asked := o.chief.ask(remoteOrder(api.SignPerson, o.remoteKey().ID, d))
			o.untilRung(1)
			o.restart(func() {
				noPlaintext(t, o.chief.app.cfg.Data)
				if c.before {
					o.provider.Phone.Answer(remotetest.Yes)
				}
			})
			if r := o.chief.requests(); len(r) != 1 || r[0].ID != asked.ID {
				t.Errorf("after a restart: %+v", r)
			}
			o.provider.Phone.Answer(remotetest.Yes)
			o.chief.untilRequest(api.RequestSigned)
			o.isSigned(id)
			o.untilRung(1)
		})
	}
}

// TestRemoteEnds: the person says no, does not answer, gives up here, or mistypes.
// Nothing is signed, everybody hears why, and he may ask anew.
func TestRemoteEnds(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000001c1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	key := o.remoteKey()
	for n, c := range []struct {
		answer remotetest.Verdict
		state  api.RequestState
		reason string
	}{{remotetest.No, api.RequestRefused, "refused"}, {remotetest.TooLate, api.RequestExpired, "expired"}} {
		o.chief.ask(remoteOrder(api.SignPerson, key.ID, d))
		o.untilRung(n + 1)
		o.provider.Phone.Answer(c.answer)
		r := o.chief.untilRequest(c.state)
		if r.Reason != c.reason || r.Documents[0].Given != nil || r.Left != 0 {
			t.Errorf("request %+v", r)
		}
	}
	asked := o.chief.ask(remoteOrder(api.SignPerson, key.ID, d))
	o.untilRung(3)
	if code := o.chief.call("POST", "/api/signing/requests/"+asked.ID+"/dismiss", struct{}{}, nil); code != http.StatusConflict {
		t.Errorf("dismissed while it waits: %d", code)
	}
	if code := o.chief.call("POST", "/api/signing/requests/"+asked.ID+"/cancel", struct{}{}, nil); code != http.StatusNoContent {
		t.Errorf("cancelled: %d", code)
	}
	o.provider.Phone.Answer(remotetest.Yes) // too late
	o.restart(func() {})
	r := o.chief.untilRequest(api.RequestCancelled)
	if r.ID != asked.ID || r.Reason != "cancelled" || o.chief.doc(id).State != app.OutToSign || len(o.chief.requests()) != 3 {
		t.Errorf("requests %+v", o.chief.requests())
	}
	if code := o.chief.call("POST", "/api/signing/requests/"+asked.ID+"/cancel", struct{}{}, nil); code != http.StatusNotFound {
		t.Errorf("cancelled twice: %d", code)
	}
	o.chief.ask(remoteOrder(api.SignPerson, o.remoteKey().ID, o.chief.doc(id)))
	o.untilRung(4)
	o.provider.Phone.Answer(remotetest.Yes)
	o.chief.untilRequest(api.RequestSigned)
	o.isSigned(id)
}

// TestRemoteLost: the provider's answer to the question is lost: nobody knows
// whether the telephone rings. It is not asked again by itself, and ends with its
// time.
func TestRemoteLost(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000001d1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	key := o.remoteKey()
	o.provider.Next("/credentials/authorize", remotetest.Trouble{Act: true, Cut: true})
	asked := o.chief.ask(remoteOrder(api.SignPerson, key.ID, d))
	r := o.chief.untilRequest(api.RequestUnknown)
	if r.ID != asked.ID || r.Reason != "lost" || r.Left <= 0 {
		t.Errorf("request %+v", r)
	}
	o.provider.Phone.Answer(remotetest.Yes)
	if code := o.chief.call("POST", "/api/signing/requests/"+asked.ID+"/cancel", struct{}{}, nil); code != http.StatusNoContent {
		t.Errorf("cancelled: %d", code)
	}
	o.untilRung(1)
	if o.chief.doc(id).State != app.OutToSign {
		t.Error("signed")
	}
}

// TestRemoteLineCut: the laptop's line fails while the telephone asks. What was
// confirmed meanwhile is signed when it is back; without a line the key is shown
// and cannot be taken.
func TestRemoteLineCut(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000001e1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	o.chief.ask(remoteOrder(api.SignPerson, o.remoteKey().ID, d))
	o.untilRung(1)
	o.chief.app.currentLink().cutLine(true)
	o.provider.Phone.Answer(remotetest.Yes)
	o.chief.until("the key to be out of reach", func() bool { return o.remoteKey().Refused == "sign.remote_offline" })
	if why := o.chief.refusedToAsk(remoteOrder(api.SignPerson, o.remoteKey().ID, d)); why != "sign.remote_offline" {
		t.Errorf("asked without a line: %s", why)
	}
	o.chief.app.currentLink().cutLine(false)
	o.chief.untilRequest(api.RequestSigned)
	o.isSigned(id)
	o.untilRung(1)
}

// TestRemoteChanged: the document is another when the person confirms. The value is
// for what he has read and goes nowhere.
func TestRemoteChanged(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000001f1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	o.provider.Batch = 1
	two := remoteOrder(api.SignPerson, o.remoteKey().ID, d, o.toSign("019ab000-0000-7000-8000-0000000001f2", scanOf(t, "Quyết định khác")))
	if why := o.chief.refusedToAsk(two); why != "sign.remote_batch" {
		t.Errorf("more than one confirmation is for: %s", why)
	}
	o.chief.ask(remoteOrder(api.SignPerson, o.remoteKey().ID, d))
	o.untilRung(1)
	o.chief.give("document.send_back.1", id, `{"text":"Sửa lại căn cứ"}`)
	o.provider.Phone.Answer(remotetest.Yes)
	r := o.chief.untilRequest(api.RequestSigned)
	if p := r.Documents[0].Problem; r.Documents[0].Given != nil || p == nil || p.Reason != "document.wrong_state" {
		t.Errorf("request %+v", r)
	}
	if now := o.chief.doc(id); len(now.Signatures) > 0 {
		t.Errorf("signed: %+v", now.Signatures)
	}
}

// TestRemoteTyped: PIN and one-time password are typed in here, for several
// documents at once, and are found nowhere afterwards. A wrong one is told of.
func TestRemoteTyped(t *testing.T) {
	var told apitest.Log
	o := openRemoteOffice(t, func(c *Config) { c.logLevel = -4 }, phoneProvider(t, 2, remotetest.Typed), func(c *server.Config) {
		c.Log = api.NewLogger(&told, -4)
	})
	var docs []*api.Doc
	for n := range 2 {
		docs = append(docs, o.toSign(app.ID(fmt.Sprintf("019ab000-0000-7000-8000-0000000002a%d", n)), scanOf(t, fmt.Sprint("Quyết định ", n))))
	}
	key := o.remoteKey()
	if !key.Remote.PIN || !key.Remote.OTP {
		t.Errorf("key %+v", key.Remote)
	}
	order := remoteOrder(api.SignPerson, key.ID, docs...)
	if why := o.chief.refusedToAsk(order); why != "sign.remote_factors" {
		t.Errorf("without anything typed: %s", why)
	}
	order.Kind = api.SignOrgan
	if why := o.chief.refusedToAsk(order); why != "seal.remote" {
		t.Errorf("the agency's: %s", why)
	}
	order.Kind = api.SignCopy // no request can name it
	if why := o.chief.refusedToAsk(order); why != "request.invalid" {
		t.Errorf("the agency's, of a copy: %s", why)
	}
	order.Kind = api.SignPerson
	const wrong = "wrong-4711-PIN"
	order.PIN, order.OTP = wrong, remotetest.OTP
	o.chief.ask(order)
	if r := o.chief.untilRequest(api.RequestFailed); !strings.HasPrefix(r.Reason, "wrong_") {
		t.Errorf("request %+v", r)
	}
	order.PIN = remotetest.PIN
	order.Documents = append(order.Documents, order.Documents[0]) // is signed once
	o.chief.ask(order)
	r := o.chief.untilRequest(api.RequestSigned)
	if len(r.Documents) != 2 {
		t.Errorf("%d documents", len(r.Documents))
	}
	for i, d := range r.Documents {
		if d.Given == nil || d.ID != docs[i].ID {
			t.Errorf("document %d: %+v", i, d)
		}
		o.isSigned(d.ID)
	}
	o.chief.stop()
	log, err := os.ReadFile(filepath.Join(o.chief.app.cfg.Data, "khonggiay.log"))
	if err != nil {
		t.Fatal(err)
	}
	data := append(log, told.String()...)
	err = filepath.WalkDir(o.chief.app.signer.remotePath(), func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		data = append(data, b...)
		return err
	})
	for _, secret := range []string{wrong, remotetest.PIN, `12\"34\\56`, remotetest.OTP, remotetest.ClientSecret} {
		if err != nil || bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q is in a log or a file (%v)", secret, err)
		}
	}
	*o.chief = *startIn(t, o.chief.app.cfg.Data, nil)
}

// TestRemoteKilled: the program is killed between the command and the note of it.
// The next start finds what was given, and gives nothing twice.
func TestRemoteKilled(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000002b1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	asked := o.chief.ask(remoteOrder(api.SignPerson, o.remoteKey().ID, d))
	o.untilRung(1)
	o.provider.Phone.Answer(remotetest.Yes)
	o.chief.untilRequest(api.RequestSigned)
	path := o.chief.app.signer.requestPath(asked.ID)
	o.restart(func() {
		b, err := os.ReadFile(path)
		var kept keptRequest
		if err = errors.Join(err, json.Unmarshal(b, &kept)); err != nil {
			t.Fatal(err)
		}
		kept.Ended, kept.Documents[0].Given = 0, nil // as it was before it was noted
		if b, err = json.Marshal(kept); err == nil {
			err = os.WriteFile(path, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if r := o.chief.untilRequest(api.RequestSigned); r.Documents[0].Given == nil || r.Documents[0].Problem != nil {
		t.Errorf("request %+v", r)
	}
	o.isSigned(id)
}

// TestRemoteInitial: ký nháy with a key at a provider lies beside the file, over a
// restart, in the form that OpenSSL knows.
func TestRemoteInitial(t *testing.T) {
	o := openRemoteOffice(t, nil, phoneProvider(t, 2, remotetest.Phoned))
	const id = app.ID("019ab000-0000-7000-8000-0000000002c1")
	sum := o.drafter.upload("Quyết định.pdf", scanOf(t, "Quyết định"))
	o.drafter.give("document.draft.1", id, `{"unit":"xa-an","fields":{"type":"QĐ","subject":"Quyết định"},"files":[{"name":"Quyết định.pdf","media":"application/pdf","sha256":"`+sum+`"}]}`)
	o.drafter.give("document.submit_draft.1", id, `{"to":"`+string(leader)+`"}`)
	o.chief.until("the draft", func() bool { d := o.chief.doc(id); return d != nil && d.Where.Machine })
	o.chief.ask(remoteOrder(api.SignInitial, o.remoteKey().ID, o.chief.doc(id)))
	o.untilRung(1)
	o.restart(func() { o.provider.Phone.Answer(remotetest.Yes) })
	if r := o.chief.untilRequest(api.RequestSigned); r.Documents[0].Given == nil {
		t.Fatalf("request %+v", r)
	}
	doc, err := o.chief.app.currentLink().copies.document(t.Context(), id)
	if err != nil || len(doc.Initials) != 1 {
		t.Fatalf("%v %+v", err, doc.Initials)
	}
	for _, i := range doc.Initials {
		opensslAccepts(t, id, i)
		if i.Claim.Key != app.KeyRemote || i.Claim.Subject != "Lê Văn Chủ" {
			t.Errorf("claim %+v", i.Claim)
		}
	}
}
