package remote_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
)

// aDesk answers a Relay as a machine of ours does that asks one provider.
type aDesk struct {
	http   *httptest.Server
	prog   *program
	status int  // instead of an answer
	cut    bool // the next answer is lost, after the question was heard
	asked  map[string]*remote.Request
}

func newDesk(t *testing.T, prog *program) *aDesk {
	d := &aDesk{prog: prog, asked: map[string]*remote.Request{}}
	d.http = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if d.status != 0 {
			w.WriteHeader(d.status)
			return
		}
		q, f, err := remote.ReadQuestion(body)
		if err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		told := d.answer(t, r.URL.Path, q, f)
		if d.cut {
			d.cut = false
			panic(http.ErrAbortHandler)
		}
		_ = json.NewEncoder(w).Encode(told)
	}))
	t.Cleanup(d.http.Close)
	return d
}

func (d *aDesk) answer(t *testing.T, path string, q remote.Question, f remote.Factors) remote.Told {
	ctx := t.Context()
	switch path {
	case "/relay/credentials":
		list, err := d.prog.Provider.Credentials(ctx, "038093015572")
		return remote.Told{Credentials: list}.Tell(err)
	case "/relay/otp":
		c := d.prog.credential("")
		if c.ID != q.Credential {
			t.Errorf("a password for %q", q.Credential)
		}
		return remote.Told{}.Tell(d.prog.Provider.(*remote.CSC).SendOTP(ctx, c))
	case "/relay/ask":
		if err := q.Request.Assume(d.prog.credential(""), d.prog.clock.Now()); err != nil {
			t.Error(err)
		}
		d.asked[q.Request.ID] = q.Request
		answer, err := d.prog.Provider.Ask(ctx, q.Request, f)
		q.Request.Handle, q.Request.State = answer.Handle, answer.State
		return remote.Told{Answer: answer}.Tell(err)
	}
	r := d.asked[q.Request.ID]
	if r == nil || r.State == "" {
		return remote.Told{}
	}
	answer, err := d.prog.Provider.Check(ctx, r)
	if answer.State == "" && err == nil {
		answer.State = r.State
	}
	return remote.Told{Answer: answer}.Tell(err)
}

// relayed is a program that reaches the provider through a desk.
func relayed(t *testing.T, s *remotetest.CSC) (*program, *aDesk) {
	d := newDesk(t, cscProgram(t, s))
	clock := remotetest.NewClock(morning)
	p := must[*remote.Relay](t)(remote.NewRelay(remote.RelayConfig{Name: "csc", BaseURL: d.http.URL + "/relay/",
		Link: remote.Link{Clock: clock, Transport: d.http.Client().Transport}}))
	return newProgram(t, p, clock), d
}

// TestRelay: what is asked through another machine is what would be asked directly.
func TestRelay(t *testing.T) {
	for _, mode := range []remotetest.Mode{remotetest.Typed, remotetest.Phoned} {
		s := phoned(t, 2, func(s *remotetest.CSC) { s.Mode = mode })
		prog, d := relayed(t, s)
		c, direct := prog.credential(""), d.prog.credential("")
		if !reflect.DeepEqual(c, direct) {
			t.Errorf("credential %+v, want %+v", c, direct)
		}
		var f remote.Factors
		if mode == remotetest.Typed {
			if err := prog.Provider.(*remote.Relay).SendOTP(t.Context(), c); err != nil {
				t.Error(err)
			}
			s.Phone.Answer(remotetest.Yes)
			f = typed()
		}
		r, err := prog.Begin(t.Context(), order(c, "A", "B"), f)
		if mode == remotetest.Phoned {
			prog.clock.Then(func(int) { s.Phone.Answer(remotetest.Yes) })
			if err == nil {
				err = prog.Wait(t.Context(), r, nil)
			}
		}
		wantSigned(t, r, err)
	}
}

// TestRelayLost: an answer that is lost between our own machines is not lost: the
// other one knows the request again by its name, also after a restart here.
func TestRelayLost(t *testing.T) {
	s := phoned(t, 2)
	prog, d := relayed(t, s)
	c := prog.credential("")
	d.cut = true
	r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	r = prog.restarted()
	if err := prog.Poll(t.Context(), r); err != nil || r.State != remote.Waiting || r.Reason != "" {
		t.Fatalf("%v, %+v", err, r)
	}
	s.Phone.Answer(remotetest.Yes)
	wantSigned(t, r, prog.Wait(t.Context(), r, nil))
	rings(t, &s.Phone, 1)

	d.cut = true
	r, err = prog.Begin(t.Context(), order(c, "B"), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	clear(d.asked) // it has been restarted, too
	err = prog.Wait(t.Context(), r, nil)
	wantEnd(t, r, err, remote.TimedOut, remote.Lost)
	rings(t, &s.Phone, 2)
}

// TestRelayRefusals: what the other machine, or the provider behind it, refuses.
func TestRelayRefusals(t *testing.T) {
	s := phoned(t, 2)
	prog, d := relayed(t, s)
	c := prog.credential("")
	for status, want := range map[int]remote.Reason{403: remote.Unauthorized, 404: remote.NoKey, 400: remote.Rejected, 429: remote.Busy} {
		d.status = status
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		wantEnd(t, r, err, remote.Failed, want)
	}
	d.status = 502
	r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	d.status = 0
	r, err = prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	if err != nil {
		t.Fatal(err)
	}
	s.Phone.Answer(remotetest.No)
	wantEnd(t, r, prog.Wait(t.Context(), r, nil), remote.Declined, remote.Refused)
	rings(t, &s.Phone, 1)
}

// TestAssume: another machine's request counts for the credential that the provider
// tells of here, and for nothing else.
func TestAssume(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	if _, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{}); err != nil {
		t.Fatal(err)
	}
	later := morning.Add(1000)
	if r := prog.restarted(); r.Assume(c, later) != nil || r.State != remote.Asking || !r.Asked.Equal(later) {
		t.Errorf("not taken: %+v", r)
	}
	other := c
	other.ID = "somebody else's"
	small := c
	small.Batch = 1
	weak := c
	weak.Schemes = nil
	unseen := c
	unseen.Certificate = ecKey(t).Certificate()
	for _, bad := range []remote.Credential{other, weak, unseen, {}} {
		if prog.restarted().Assume(bad, later) == nil {
			t.Errorf("taken for %+v", bad)
		}
	}
	two, err := prog.Begin(t.Context(), order(c, "A", "B"), remote.Factors{})
	if err != nil || two.Assume(small, later) == nil {
		t.Errorf("more than the credential allows: %v", err)
	}
}

// TestQuestionSecrets: what is typed in goes over, and is in nothing that is printed.
func TestQuestionSecrets(t *testing.T) {
	s := phoned(t, 2, func(s *remotetest.CSC) { s.Mode = remotetest.Typed })
	prog, d := relayed(t, s)
	f := typed()
	r, err := prog.Begin(t.Context(), order(prog.credential(""), "A"), f)
	wantSigned(t, r, err)
	if strings.Trim(string(f.PIN)+string(f.OTP), "\x00") != "" {
		t.Error("the factors were not wiped")
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%v %+v %v", r, d.asked[r.ID], prog.kept)
	for _, b := range prog.kept {
		text.Write(b)
	}
	if bytes.Contains(text.Bytes(), []byte(remotetest.OTP)) || bytes.Contains(text.Bytes(), []byte(`34\56`)) {
		t.Error("a secret is in what is kept")
	}
	for _, bad := range []string{``, `[]`, `{"pin":1}`, `{"request":{}}`, `{"request":{"ID":"kg"},"pin":"1"}`, `{"credential":"` + strings.Repeat("x", 300) + `"}`} {
		if _, _, err := remote.ReadQuestion([]byte(bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}
