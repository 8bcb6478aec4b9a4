package remote_test

import (
	"slices"
	"testing"

	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
)

func smartProgram(t testing.TB, s *remotetest.SmartCA, edit ...func(*remote.SmartCAConfig)) *program {
	t.Helper()
	clock := remotetest.NewClock(morning)
	c := remote.SmartCAConfig{Name: "smartca", BaseURL: s.BaseURL(), Tokens: remote.Bearer(remotetest.SmartToken), Link: link(clock, s)}
	for _, e := range edit {
		e(&c)
	}
	return newProgram(t, must[*remote.SmartCA](t)(remote.NewSmartCA(c)), clock)
}

// TestSmartCA: a batch that the person confirms on the telephone, over a restart.
func TestSmartCA(t *testing.T) {
	s := remotetest.NewSmartCA(t, rsaKey(t))
	prog := smartProgram(t, s)
	c := prog.credential("")
	if c.Mode != remote.Implicit || !c.Bound || c.Batch != 50 || !c.Usable || len(c.Issuers) != 1 || len(c.Schemes) != 3 {
		t.Errorf("%+v", c)
	}
	r := must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "Quyết định", "Tờ trình"), remote.Factors{}))
	ring := s.Phone.Rings()[0]
	if r.State != remote.Waiting || ring.Text != shown || ring.ID != r.ID || !slices.Equal(ring.Names, []string{"Quyết định", "Tờ trình"}) {
		t.Errorf("%s, %+v", r.State, ring)
	}
	r = prog.restarted()
	if err := prog.Poll(t.Context(), r); err != nil || r.State != remote.Waiting {
		t.Fatal(r, err)
	}
	s.Phone.Answer(remotetest.Yes)
	wantSigned(t, r, prog.Wait(t.Context(), r, nil))
	rings(t, &s.Phone, 1)
}

// TestSmartCANo: refused, too late, another key, unknown key, not let in, and what
// its codes and broken answers mean.
func TestSmartCANo(t *testing.T) {
	s := remotetest.NewSmartCA(t, rsaKey(t))
	prog := smartProgram(t, s, func(c *remote.SmartCAConfig) { c.Link.Tries = 1 })
	c := prog.credential("")
	for v, want := range map[remotetest.Verdict]remote.State{remotetest.No: remote.Declined, remotetest.TooLate: remote.TimedOut} {
		r := must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A"), remote.Factors{}))
		s.Phone.Answer(v)
		err := prog.Wait(t.Context(), r, nil)
		wantEnd(t, r, err, want, remote.Reason(want))
	}
	other := c
	other.ID = "other"
	r, err := prog.Begin(t.Context(), order(other, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.NoKey)
	stranger := smartProgram(t, s, func(c *remote.SmartCAConfig) { c.Tokens = remote.Bearer("x") })
	r, err = stranger.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Unauthorized)
	for name, tr := range lost {
		s.Next("/signature/signhash", tr)
		r, err := prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
		t.Log(name)
		wantEnd(t, r, err, remote.Unknown, remote.Lost)
	}
	s.Next("/signature/signhash", trouble{Act: true, Status: 400, Body: `{"code":50000,"codeDesc":"x"}`})
	r, err = prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Unknown, remote.Lost)
	s.Next("/signature/signhash", trouble{Status: 400, Body: `{"code":65000,"codeDesc":"x"}`})
	r, err = prog.Begin(t.Context(), order(c, "A"), remote.Factors{})
	wantEnd(t, r, err, remote.Failed, remote.Rejected)

	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A"), remote.Factors{}))
	for body, want := range map[string]remote.Reason{
		"": remote.Malformed, "{}": remote.Malformed, `{"code":0,"content":[]}`: remote.Malformed, `{"code":0,"content":{"tranStatus":7}}`: remote.Malformed,
		`{"code":0,"content":{"tranStatus":1,"documents":[{"sig":null}]}}`: remote.Malformed, `{"code":50000}`: remote.Unavailable,
		`{"code":0,"content":{"tranStatus":4000}}`: "",
	} {
		s.Next("/credentials/gettraninfo", trouble{Body: body})
		if err := prog.Poll(t.Context(), r); remote.ReasonOf(err) != want || r.State != remote.Waiting {
			t.Errorf("%s: %v, %s", body, err, r.State)
		}
	}
	s.Next("/credentials/gettraninfo", trouble{Body: `{"code":0,"content":{"tranStatus":4004}}`})
	if err := prog.Poll(t.Context(), r); err != nil || r.Reason != remote.Rejected || r.Code != "4004" {
		t.Error(err, r)
	}
	s.Signs = ecKey(t)
	r = must[*remote.Request](t)(prog.Begin(t.Context(), order(c, "A"), remote.Factors{}))
	s.Phone.Answer(remotetest.Yes)
	err = prog.Wait(t.Context(), r, nil)
	wantEnd(t, r, err, remote.Failed, remote.BadSignature)
}
