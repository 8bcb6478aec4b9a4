package remote_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
)

// seen writes values in all the ways that a log may.
func seen(to *bytes.Buffer, values ...any) {
	text, structured := slog.New(slog.NewTextHandler(to, nil)), slog.New(slog.NewJSONHandler(to, nil))
	for _, v := range values {
		for _, form := range []string{"%v\n", "%+v\n", "%#v\n", "%s\n", "%q\n", "%x\n", "%d\n"} {
			fmt.Fprintf(to, form, v)
		}
		text.Info("log", "value", v)
		structured.Info("log", "value", v)
		b, err := json.Marshal(v)
		fmt.Fprintln(to, string(b), err)
	}
}

// forms are those in which a secret could stand somewhere.
func forms(secret string) []string {
	quoted := strings.Trim(fmt.Sprintf("%q", secret), `"`)
	numbers := strings.Trim(fmt.Sprint([]byte(secret)), "[]")
	return []string{secret, quoted, numbers, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)), strings.ReplaceAll(numbers, " ", ", ")}
}

// TestNoSecrets: whatever goes wrong, and whoever prints what, neither errors, states
// nor values show a PIN, a password or a token, though the servers repeat them.
func TestNoSecrets(t *testing.T) {
	var out bytes.Buffer
	secrets := []string{remotetest.PIN, remotetest.OTP, remotetest.ClientSecret, remotetest.CredentialToken, remotetest.APPassword, "4711-wrong-pin"}
	for _, version := range []int{1, 2} {
		for _, mode := range []remotetest.Mode{remotetest.Typed, remotetest.Phoned, remotetest.Redirect} {
			s := remotetest.NewCSC(t, version, mode, rsaKey(t))
			s.Phone.Always(remotetest.Yes)
			var conf remote.CSCConfig
			edit := func(c *remote.CSCConfig) {
				c.Tokens = must[*remote.Login](t)(remote.NewLogin("csc", c.Link, remote.TokenConfig{URL: s.TokenURL(), ClientID: remotetest.ClientID, ClientSecret: remote.Secret(remotetest.ClientSecret)}))
				conf = *c
			}
			prog := cscProgram(t, s, edit)
			token := s.Token()
			secrets = append(secrets, token)
			bearer := cscProgram(t, s, func(c *remote.CSCConfig) {
				c.Tokens = remote.Bearer(token)
				seen(&out, *c, c.Tokens)
			})
			seen(&out, conf, conf.Tokens, prog.Provider, bearer.Provider, *prog.Client)
			c := prog.credential("")
			seen(&out, c)
			factors := func() remote.Factors {
				f := typed()
				f.Token = remote.Secret(remotetest.CredentialToken)
				if mode != remotetest.Redirect {
					f.Token = nil
				}
				seen(&out, f, f.PIN, f.Token, &f)
				return f
			}
			for _, tr := range []trouble{{}, {Act: true, Cut: true}, {Status: 500, Body: remotetest.PIN}, {Status: 400, Body: `{"error":"4711-wrong-pin and more","error_description":"` + remotetest.OTP + `"}`}} {
				for _, method := range []string{"/credentials/authorize", "/signatures/signHash", "/oauth2/token"} {
					if tr != (trouble{}) {
						s.Next(method, tr)
					}
					s.EndTokens()
					r, err := prog.Begin(t.Context(), order(c, "A"), factors())
					seen(&out, r, err)
				}
			}
			wrong := factors()
			wrong.PIN, wrong.Token = remote.Secret("4711-wrong-pin"), remote.Secret("4711-wrong-pin")
			r, err := prog.Begin(t.Context(), order(c, "A"), wrong)
			seen(&out, r, err)
			// While it holds an authorization.
			down := trouble{Status: 503}
			s.Next("/signatures/signHash", down, down, down, down)
			r, err = prog.Begin(t.Context(), order(c, "A"), factors())
			if r.State != remote.Confirmed {
				t.Fatal(r.State, err)
			}
			seen(&out, r, *r, []*remote.Request{r}, err)
			for _, kept := range prog.kept {
				out.Write(kept)
			}
			for _, body := range s.Heard() {
				for _, word := range []string{"secret-SAD/+"} {
					if i := bytes.Index(body, []byte(word)); i >= 0 {
						secrets = append(secrets, string(body[i:i+len(word)+1]))
					}
				}
			}
		}
	}
	s := remotetest.NewMSS(t, rsaKey(t))
	prog := mssProgram(t, s, func(c *remote.MSSConfig) { seen(&out, *c) })
	c := prog.credential(remotetest.MSISDN)
	for _, tr := range []trouble{{}, {Act: true, Cut: true}, {Status: 500, Body: faultText(remotetest.APPassword)}, {Status: 500, Body: faultText("mss:_101")}} {
		if tr != (trouble{}) {
			s.Next("/MSS_SignaturePort", tr)
		}
		r, err := prog.Begin(t.Context(), simOrder(c), remote.Factors{})
		seen(&out, r, err, prog.Provider, *prog.Client)
		s.Phone.Answer(remotetest.No)
	}
	smart := smartProgram(t, remotetest.NewSmartCA(t, rsaKey(t)), func(c *remote.SmartCAConfig) { seen(&out, *c) })
	r, err := smart.Begin(t.Context(), order(smart.credential(""), "A"), remote.Factors{})
	seen(&out, r, err, smart.Provider)
	secrets = append(secrets, remotetest.SmartToken)
	for _, url := range []string{"https://user:" + remotetest.OTP + "@csc.example", "https://csc.example/%zz" + remotetest.OTP} {
		_, err := remote.NewCSC(remote.CSCConfig{Name: "a", BaseURL: url, Version: 2, Tokens: remote.Bearer("t"), Link: remote.Link{Clock: prog.clock}})
		seen(&out, err)
	}
	if len(secrets) < 8 {
		t.Fatalf("only %d secrets", len(secrets))
	}
	for _, secret := range secrets {
		for _, form := range forms(secret) {
			if i := strings.Index(out.String(), form); i >= 0 {
				t.Errorf("%q stands in %q", form, out.String()[max(i-100, 0):i+len(form)])
				break
			}
		}
	}
}
