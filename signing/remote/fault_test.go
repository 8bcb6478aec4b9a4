package remote_test

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
)

type trouble = remotetest.Trouble

// cut and half: the server has acted, and its answer is lost.
var lost = map[string]trouble{"cut": {Act: true, Cut: true}, "half": {Act: true, Cut: true, Half: true}, "gateway": {Act: true, Status: 502},
	"malformed": {Act: true, Body: `{"handle":`}, "empty": {Act: true, Body: `{}`}, "huge": {Act: true, Huge: true}, "foreign": {Act: true, Body: "<html>"},
	"elsewhere": {Act: true, Status: 307, Location: "https://elsewhere.example/"}}

// TestLostQuestion: when the answer to the question is lost the telephone has rung.
// The request is unknown, nothing asks again by itself, also after a restart, and
// when its time has passed it is over.
func TestLostQuestion(t *testing.T) {
	for name, tr := range lost {
		s := phoned(t, 2)
		prog := cscProgram(t, s)
		c := prog.credential("")
		s.Next("/credentials/authorize", tr)
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		t.Log(name)
		wantEnd(t, r, err, remote.Unknown, remote.Lost)
		s.Phone.Answer(remotetest.Yes)
		r = prog.restarted()
		err = prog.Wait(t.Context(), r, nil)
		wantEnd(t, r, err, remote.TimedOut, remote.Lost)
		if got := prog.clock.Now(); got.Before(morning.Add(5 * time.Minute)) {
			t.Errorf("given up at %v", got)
		}
		rings(t, &s.Phone, 1)
		// The person decides to ask again: another request, with another name.
		again := must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A"), remote.Factors{}))
		if again.ID == r.ID {
			t.Error("two requests have one name")
		}
		s.Phone.Answer(remotetest.Yes)
		wantSigned(t, again, prog.Wait(t.Context(), again, nil))
	}
}

// TestNotAsked: without a connection, when the provider turns us away, and when its
// address has another's certificate, nothing was asked, and that is known.
func TestNotAsked(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	s.Next("/credentials/authorize", trouble{Status: 429, RetryAfter: "17"})
	r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Busy)
	if e := wantReason(t, err, remote.Busy); e.After != 17*time.Second || e.Code != "429" {
		t.Errorf("after %v, code %s", e.After, e.Code)
	}

	stranger := cscProgram(t, s, func(c *remote.CSCConfig) { c.Link.Transport = nil })
	r, err = stranger.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Unreachable)
	if e := (*tls.CertificateVerificationError)(nil); !errors.As(err, &e) {
		t.Errorf("the error does not say why: %v", err)
	}

	s.Close()
	r, err = prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Unreachable)
	rings(t, &s.Phone, 0)

	full := errors.New("the disk is full")
	prog.Keep = func(*remote.Request) error { return full }
	if r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{}); r != nil || !errors.Is(err, full) {
		t.Errorf("what cannot be kept: %v", err)
	}
}

// TestLostPoll: a check may be repeated, and is, with growing pauses.
func TestLostPoll(t *testing.T) {
	for name, tr := range lost {
		s := phoned(t, 2)
		prog := cscProgram(t, s)
		r := must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
		s.Next("/credentials/authorizeCheck", tr, tr, trouble{Status: 429, RetryAfter: "20"}, trouble{Status: 503}, tr, tr)
		prog.clock.Then(func(n int) {
			if n == 8 {
				s.Phone.Answer(remotetest.Yes)
			}
		})
		t.Log(name)
		wantSigned(t, r, prog.Wait(t.Context(), r, nil))
		rings(t, &s.Phone, 1)
	}
}

// TestPauses: how long is waited before the same is asked again.
func TestPauses(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	busy := trouble{Status: 503}
	s.Next("/credentials/list", busy, busy, busy)
	prog.credential("")
	if want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}; !slices.Equal(prog.clock.Waits(), want) {
		t.Errorf("pauses %v, want %v", prog.clock.Waits(), want)
	}
	prog.clock.Pass(time.Minute + 500*time.Millisecond) // a date has whole seconds
	s.Next("/credentials/list", trouble{Status: 429, RetryAfter: prog.clock.Now().Add(20 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT")}, busy)
	prog.credential("")
	if want := []time.Duration{20 * time.Second, time.Second}; !slices.Equal(prog.clock.Waits()[3:], want) {
		t.Errorf("pauses %v, want %v", prog.clock.Waits()[3:], want)
	}
	s.Next("/credentials/list", busy, busy, busy, busy)
	_, err := prog.Provider.Credentials(t.Context(), "")
	wantReason(t, err, remote.Unavailable)
	s.Next("/credentials/list", trouble{Status: 429, RetryAfter: "3000"})
	before := len(prog.clock.Waits())
	_, err = prog.Provider.Credentials(t.Context(), "")
	if e := wantReason(t, err, remote.Busy); e.After != 50*time.Minute || len(prog.clock.Waits()) != before {
		t.Errorf("after %v, %d waits", e.After, len(prog.clock.Waits())-before)
	}
}

// TestLostSignature: the authorization asks nobody, so the signatures are asked for
// again; a provider that has spent it tells so, and then nobody has them.
func TestLostSignature(t *testing.T) {
	for name, tr := range map[string]trouble{"not done": {Status: 503}, "cut before": {Cut: true}} {
		s := phoned(t, 2)
		prog := cscProgram(t, s)
		c := prog.credential("")
		s.Phone.Always(remotetest.Yes)
		s.Next("/signatures/signHash", tr, tr)
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		t.Log(name)
		wantSigned(t, r, err)
		rings(t, &s.Phone, 1)
	}
	for _, name := range []string{"cut", "half", "gateway"} {
		s := phoned(t, 2)
		prog := cscProgram(t, s)
		c := prog.credential("")
		s.Phone.Always(remotetest.Yes)
		s.Next("/signatures/signHash", lost[name])
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		t.Log(name)
		wantEnd(t, r, err, remote.Failed, remote.Spent)
		rings(t, &s.Phone, 1)
	}
}

// TestRestart: a request goes on after a restart from wherever it stood, without the
// telephone ringing again.
func TestRestart(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	r := must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A", "B"), remote.Factors{}))
	if len(prog.kept) != 2 {
		t.Fatalf("kept %d times", len(prog.kept))
	}
	// The program ended while it asked: nobody knows, and nothing is asked again.
	asked := restore(t, prog.kept[0])
	if asked.State != remote.Unknown || asked.Reason != remote.Lost || asked.ID != r.ID {
		t.Errorf("%+v", asked)
	}
	// It ended while the person was looked for.
	r = prog.restarted()
	if err := prog.Poll(t.Context(), r); err != nil || r.State != remote.Waiting {
		t.Fatal(r, err)
	}
	// The person confirms, but the signatures cannot be fetched: another restart.
	s.Phone.Answer(remotetest.Yes)
	cut := trouble{Cut: true}
	s.Next("/signatures/signHash", cut, cut, cut, cut)
	if err := prog.Poll(t.Context(), r); remote.ReasonOf(err) != remote.Lost || r.State != remote.Confirmed {
		t.Fatal(r, err)
	}
	r = prog.restarted()
	if r.State != remote.Confirmed {
		t.Fatal(r.State)
	}
	wantSigned(t, r, prog.Wait(t.Context(), r, nil))
	rings(t, &s.Phone, 1)
	// It ended after all was there.
	done := prog.restarted()
	wantSigned(t, done, prog.Wait(t.Context(), done, nil))
	if !slices.EqualFunc(done.Values, r.Values, slices.Equal) || done.Text != shown || done.Documents[1].Name != "B" {
		t.Errorf("%+v", done)
	}
}

// TestRestartTooLate: who confirmed in time is found also after the time.
func TestRestartTooLate(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	s.Phone.Answer(remotetest.Yes)
	prog.clock.Pass(10 * time.Minute)
	r := prog.restarted()
	down := trouble{Status: 503}
	s.Next("/credentials/authorizeCheck", down, down, down, down)
	wantReason(t, prog.Poll(t.Context(), r), remote.Unavailable)
	wantSigned(t, r, prog.Poll(t.Context(), r))

	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	prog.clock.Pass(time.Hour)
	s.Next("/credentials/authorizeCheck", down, down, down, down)
	err := prog.Wait(t.Context(), r, nil)
	wantEnd(t, r, err, remote.TimedOut, remote.Expired)
}

// TestTold: a provider that calls back shortens the wait; a context ends it.
func TestTold(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	r := must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	told := make(chan struct{}, 1)
	prog.Clock = still{prog.clock, func() {
		s.Phone.Answer(remotetest.Yes)
		told <- struct{}{}
	}}
	wantSigned(t, r, prog.Wait(t.Context(), r, told))

	// Who has nothing to tell any more does not make it ask without pause.
	s.Phone.Always(remotetest.Open)
	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	nothing := make(chan struct{})
	close(nothing)
	prog.Clock = prog.clock
	calls := s.Calls("/credentials/authorizeCheck")
	if err := prog.Wait(t.Context(), r, nothing); remote.ReasonOf(err) != remote.Expired || s.Calls("/credentials/authorizeCheck") > calls+150 {
		t.Error(err, s.Calls("/credentials/authorizeCheck"))
	}
	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(prog.credential(""), "A"), remote.Factors{}))
	ctx, cancel := context.WithCancel(t.Context())
	prog.Clock = still{prog.clock, cancel}
	if err := prog.Wait(ctx, r, nil); !errors.Is(err, context.Canceled) || r.State != remote.Waiting {
		t.Errorf("%v, %s", err, r.State)
	}
}

// still is a clock whose time does not pass.
type still struct {
	remote.Clock
	asked func()
}

func (s still) After(time.Duration) <-chan time.Time {
	s.asked()
	return nil
}

// TestAnswers: what is odd in an answer is refused, what is merely unknown is not.
func TestAnswers(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	for _, body := range []string{"", "null", "[]", `"x"`, `{"credentialIDs":1}`, `{"credentialIDs":[""]}`, `{"credentialIDs":["a"],"credentialIDs":["b"]}`,
		`{"credentialIDs":["` + strings.Repeat("x", 256) + `"]}`, `{"credentialIDs":["\ud800"]}`, "\xff", deep, `{"credentialIDs":["` + strings.Repeat(`a","`, 40) + `"]}`} {
		s.Next("/credentials/list", trouble{Body: body})
		got, err := prog.Provider.Credentials(t.Context(), "")
		if err == nil && len(got) > 0 {
			t.Errorf("taken: %.60q", body)
		}
	}
	for _, body := range []string{`{}`, `{"cert":{"certificates":[]}}`, `{"cert":{"certificates":["AAAA"]}}`, `{"cert":{"certificates":["` + strings.Repeat(`","`, 20) + `"]}}`} {
		s.Next("/credentials/info", trouble{Body: body})
		_, err := prog.Provider.Credentials(t.Context(), "")
		wantReason(t, err, remote.Malformed)
	}
	s.Next("/credentials/list", trouble{Status: 301, Location: "https://elsewhere.example/"})
	_, err := prog.Provider.Credentials(t.Context(), "")
	wantReason(t, err, remote.Malformed)
	s.Next("/credentials/list", trouble{Huge: true})
	_, err = prog.Provider.Credentials(t.Context(), "")
	wantReason(t, err, remote.Malformed)
}

// TestConfigurations: addresses without TLS, or with something secret in them.
func TestConfigurations(t *testing.T) {
	clock := remotetest.NewClock(morning)
	for _, url := range []string{"http://csc.example/v2", "https://u:p@csc.example/v2", "https://csc.example/v2?key=1", "csc.example", "https:///v2", "https://csc.example/#a"} {
		if _, err := remote.NewCSC(remote.CSCConfig{Name: "a", BaseURL: url, Version: 2, Tokens: remote.Bearer("t"), Link: remote.Link{Clock: clock}}); err == nil {
			t.Errorf("CSC at %s", url)
		}
		if _, err := remote.NewMSS(remote.MSSConfig{Name: "a", SignatureURL: url, StatusURL: "https://a.example", APID: "a", MSSPID: "b", Link: remote.Link{Clock: clock}}); err == nil {
			t.Errorf("MSS at %s", url)
		}
		if _, err := remote.NewSmartCA(remote.SmartCAConfig{Name: "a", BaseURL: url, Tokens: remote.Bearer("t"), Link: remote.Link{Clock: clock}}); err == nil {
			t.Errorf("SmartCA at %s", url)
		}
		if _, err := remote.NewLogin("a", remote.Link{Clock: clock}, remote.TokenConfig{URL: url}); err == nil {
			t.Errorf("login at %s", url)
		}
	}
	good := remote.CSCConfig{Name: "a", BaseURL: "https://csc.example/v2", Version: 2, Tokens: remote.Bearer("t"), Link: remote.Link{Clock: clock}}
	for name, edit := range map[string]func(*remote.CSCConfig){
		"no version": func(c *remote.CSCConfig) { c.Version = 0 }, "no tokens": func(c *remote.CSCConfig) { c.Tokens = nil },
		"no proof": func(c *remote.CSCConfig) { c.Link.TLS = &tls.Config{InsecureSkipVerify: true} },
		"no clock": func(c *remote.CSCConfig) { c.Link.Clock = nil }, "no name": func(c *remote.CSCConfig) { c.Name = "" },
		"asynchronous CSC 1": func(c *remote.CSCConfig) { c.Version, c.Async = 1, true },
	} {
		c := good
		if edit(&c); taken(remote.NewCSC(c)) {
			t.Errorf("%s: taken", name)
		}
	}
}

func taken[T any](_ T, err error) bool { return err == nil }
