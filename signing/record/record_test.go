package record_test

import (
	"errors"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/record"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

type slip struct {
	Vote    string `json:"vote"`
	Meeting string `json:"meeting"`
	Epoch   int    `json:"epoch"`
}

// TestText: a value has one text, and only that is signed.
func TestText(t *testing.T) {
	text, err := record.Text(slip{"tán thành", "m1", 3})
	if err != nil || string(text) != `{"epoch":3,"meeting":"m1","vote":"tán thành"}` {
		t.Errorf("%s %v", text, err)
	}
	if _, err := record.Text(func() {}); err == nil {
		t.Error("a function has a text")
	}
	signer := softkeytest.New(t, softkeytest.P256, nil)
	var notJSON *signing.JSONError
	for text, want := range map[string]func(error) bool{
		`{"b":1,"a":2}`: func(err error) bool { return errors.Is(err, record.ErrNotCanonical) },
		`{"a":1} `:      func(err error) bool { return errors.Is(err, record.ErrNotCanonical) },
		`{"a":1,"a":1}`: func(err error) bool { return errors.As(err, &notJSON) },
		"":              func(err error) bool { return errors.As(err, &notJSON) },
	} {
		if _, err := record.Sign(t.Context(), signer, []byte(text), signing.Scheme{}, time.Time{}); !want(err) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestJudge: each kind of key signs a record that is good then and there; a
// certificate that is not in force at the moment asked about is named.
func TestJudge(t *testing.T) {
	p := trusttest.New(t)
	store, err := trust.NewStore(trust.Anchor{Certificate: p.Root.Cert, Signature: true, Kind: trust.KindTest})
	if err != nil {
		t.Fatal(err)
	}
	policy := trust.DefaultPolicy()
	policy.RequireRevocation = false
	v := &trust.Validator{Store: store, Policy: policy}
	signer, err := softkey.New(p.Person.Key, p.Person.Cert, p.CA.Cert)
	if err != nil {
		t.Fatal(err)
	}
	text, err := record.Text(slip{"tán thành", "m1", 3})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Second)
	der, err := record.Sign(t.Context(), signer, text, signing.Scheme{}, now)
	if err != nil {
		t.Fatal(err)
	}
	got := record.Judge(t.Context(), v, der, text, now)
	if got.Indication != signing.TotalPassed || got.Err != nil || !got.Certificate.Equal(p.Person.Cert) || !got.Claimed.Equal(now) {
		t.Errorf("%+v", got)
	}
	for what, at := range map[string]time.Time{"before it": p.Person.Cert.NotBefore.Add(-time.Hour), "after it": p.Person.Cert.NotAfter.Add(time.Hour)} {
		if got := record.Judge(t.Context(), v, der, text, at); got.Indication == signing.TotalPassed || got.Err == nil {
			t.Errorf("%s: %+v", what, got)
		}
	}
	if got := record.Judge(t.Context(), v, append(der, 0), text, now); got.Indication != signing.TotalFailed {
		t.Errorf("something behind it: %+v", got)
	}
}
