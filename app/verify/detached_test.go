package verify

import (
	"path/filepath"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/demopki"
	"khonggiay/signing/trust"
)

// TestDetached: a signature beside its text is good for that text, by a trusted
// certificate, and else is named as EN 319 102-1 has it.
func TestDetached(t *testing.T) {
	pki, err := demopki.New("http://pki.test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	v := New(filepath.Join(t.TempDir(), "trust"), time.Now)
	key, err := pki.Issue(demopki.Subject{Name: "Nguyễn Văn A"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(`{"kind":"ky_nhay"}`)
	scheme, err := signing.SchemeOf(key.Certificate().PublicKey, false)
	if err != nil {
		t.Fatal(err)
	}
	good, err := cms.SignBytes(t.Context(), key, text, cms.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, der, text []byte, indication signing.Indication, sub signing.SubIndication) {
		t.Helper()
		d, err := v.Detached(t.Context(), der, text)
		if err != nil || d.Indication != indication || d.SubIndication != sub {
			t.Errorf("%s: %+v %v", what, d, err)
		}
	}
	check("nobody is trusted", good, text, signing.Indeterminate, signing.NoCertificateChainFound)
	err = v.ChangeRoots(func([]trust.Anchor) ([]trust.Anchor, error) {
		return []trust.Anchor{{Certificate: pki.Root(), Signature: true, Kind: trust.KindTest}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	check("no list", good, text, signing.Indeterminate, signing.TryLater)
	lists, err := pki.Lists(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		if err := v.Keep(trust.KeptCRL, l.URL, trust.Entry{Body: l.DER, Made: l.Made, Fetched: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	check("good", good, text, signing.TotalPassed, "")
	check("another text", good, []byte(`{"kind":"phieu"}`), signing.TotalFailed, signing.HashFailure)
	check("no record", good, []byte("x"), signing.TotalFailed, signing.FormatFailure)
	check("no message", []byte("x"), text, signing.TotalFailed, signing.FormatFailure)
	check("something behind it", append(good[:len(good):len(good)], 0), text, signing.TotalFailed, signing.FormatFailure)
	inside, err := cms.SignBytes(t.Context(), key, text, cms.Options{Scheme: scheme, Content: text})
	if err != nil {
		t.Fatal(err)
	}
	check("with the text inside", inside, text, signing.TotalFailed, signing.FormatFailure)
}
