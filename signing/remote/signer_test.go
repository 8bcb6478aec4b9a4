package remote_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
)

// TestSigner: a tool that waits signs a PDF as with a token.
func TestSigner(t *testing.T) {
	s := remotetest.NewCSC(t, 2, remotetest.Typed, rsaKey(t))
	prog := cscProgram(t, s)
	c := prog.credential("")
	asked := 0
	signer := prog.Signer(c, "Quyết định 15/QĐ-UBND", func(context.Context) (remote.Factors, error) {
		asked++
		return typed(), nil
	})
	file := drawn()
	var out bytes.Buffer
	o := pades.Options{Field: "Lãnh đạo", Time: morning, Scheme: c.Schemes[0]}
	if err := pades.Sign(t.Context(), bytes.NewReader(file), int64(len(file)), &out, o, signer); err != nil {
		t.Fatal(err)
	}
	judge(t, out.Bytes())
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	sum := digest(c.Schemes[0], "A")
	if _, err := signer.SignDigest(t.Context(), sum, signing.Scheme{Hash: crypto.SHA256, PSS: true}); !errors.Is(err, remote.ErrScheme) {
		t.Error(err)
	}
	refused := errors.New("the window was closed")
	signer = prog.Signer(c, "A", func(context.Context) (remote.Factors, error) { return remote.Factors{}, refused })
	if _, err := signer.SignDigest(t.Context(), sum, c.Schemes[0]); !errors.Is(err, refused) {
		t.Error(err)
	}
}

// TestSignerPhone: the telephone confirms, refuses, or the tool gives up.
func TestSignerPhone(t *testing.T) {
	s := phoned(t, 2)
	prog := cscProgram(t, s)
	c := prog.credential("")
	signer := prog.Signer(c, shown, nil)
	sum := digest(c.Schemes[0], "A")
	prog.clock.Then(func(int) { s.Phone.Answer(remotetest.Yes) })
	must[[]byte](t)(signer.SignDigest(t.Context(), sum, c.Schemes[0]))
	prog.clock.Then(func(int) { s.Phone.Answer(remotetest.No) })
	_, err := signer.SignDigest(t.Context(), sum, c.Schemes[0])
	wantReason(t, err, remote.Refused)

	ctx, cancel := context.WithCancel(t.Context())
	prog.clock.Then(func(int) { cancel() })
	if _, err := signer.SignDigest(ctx, sum, c.Schemes[0]); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if r := prog.restarted(); r.State != remote.GivenUp {
		t.Errorf("kept as %s", r.State)
	}
	if _, err := signer.SignDigest(ctx, sum, c.Schemes[0]); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	rings(t, &s.Phone, 3)
}
