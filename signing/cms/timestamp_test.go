package cms_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/softkey/softkeytest"
)

var policy = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}

func info(data []byte) cms.TimestampInfo {
	return cms.TimestampInfo{
		Policy: policy, Hash: crypto.SHA256, Imprint: sum(crypto.SHA256, data), Serial: big.NewInt(7),
		GenTime:  time.Date(2026, 11, 30, 1, 2, 3, 250_000_000, time.UTC),
		Accuracy: time.Second + 5*time.Millisecond + 7*time.Microsecond, Nonce: big.NewInt(1 << 40),
	}
}

// stamp makes a token over the data.
func stamp(t testing.TB, tsa signing.Signer, data []byte) []byte {
	t.Helper()
	return must[[]byte](t)(cms.BuildTimestamp(context.Background(), info(data), tsa, true))
}

func TestTimestamp(t *testing.T) {
	for _, kind := range softkeytest.Kinds {
		tsa := softkeytest.TSA(t, kind)
		ts := must[*cms.Timestamp](t)(cms.ParseTimestamp(stamp(t, tsa, content), cms.Limits{}))
		if want := info(content); !reflect.DeepEqual(ts.TimestampInfo, want) {
			t.Errorf("%s: got %+v\nwant %+v", kind, ts.TimestampInfo, want)
		}
		if ts.Data.Version != 3 || len(ts.Data.Oddities)+len(ts.Signer.Oddities) > 0 {
			t.Errorf("%s: version %d, %v, %v", kind, ts.Data.Version, ts.Data.Oddities, ts.Signer.Oddities)
		}
		res, err := ts.Verify(sum(ts.Hash, content))
		if err != nil || !res.Certificate.Equal(tsa.Certificate()) {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := ts.Verify(sum(ts.Hash, []byte("khác"))); !errors.Is(err, cms.ErrImprint) {
			t.Errorf("%s: other data: %v", kind, err)
		}
	}
}

// TestTimestampWithoutCertificate: the certificate comes from elsewhere if the
// request did not ask for it.
func TestTimestampWithoutCertificate(t *testing.T) {
	tsa := softkeytest.TSA(t, softkeytest.P256)
	token := must[[]byte](t)(cms.BuildTimestamp(context.Background(), info(content), tsa, false))
	ts := must[*cms.Timestamp](t)(cms.ParseTimestamp(token, cms.Limits{}))
	if _, err := ts.Verify(sum(ts.Hash, content)); !errors.Is(err, cms.ErrNoCertificate) {
		t.Errorf("without: %v", err)
	}
	if _, err := ts.Verify(sum(ts.Hash, content), softkeytest.Root(), tsa.Certificate()); err != nil {
		t.Errorf("given: %v", err)
	}
}

// TestOnlyAuthoritiesStamp: RFC 3161 wants timeStamping alone, and critical.
func TestOnlyAuthoritiesStamp(t *testing.T) {
	usage := func(critical bool, ids ...asn1.ObjectIdentifier) func(*x509.Certificate) {
		der := must[[]byte](t)(asn1.Marshal(ids))
		return func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: critical, Value: der}}
		}
	}
	stamping, mail := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 4}
	for name, edit := range map[string]func(*x509.Certificate){
		"no usage":      nil,
		"not critical":  usage(false, stamping),
		"mail too":      usage(true, stamping, mail),
		"mail":          usage(true, mail),
		"unknown too":   usage(true, stamping, asn1.ObjectIdentifier{1, 2, 3}),
		"any":           usage(true, asn1.ObjectIdentifier{2, 5, 29, 37, 0}),
		"stamping, any": usage(true, stamping, asn1.ObjectIdentifier{2, 5, 29, 37, 0}),
	} {
		ts := must[*cms.Timestamp](t)(cms.ParseTimestamp(stamp(t, softkeytest.New(t, softkeytest.P256, edit), content), cms.Limits{}))
		if _, err := ts.Verify(sum(ts.Hash, content)); !errors.Is(err, cms.ErrNotTSA) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseTimestampRefuses(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	for name, b := range map[string][]byte{
		"a detached signature": sign(t, key, cms.Options{}),
		"data inside":          sign(t, key, cms.Options{Content: content}),
		"no TSTInfo inside":    sign(t, key, cms.Options{Content: content, ContentType: cms.OIDTSTInfo}),
		"nothing":              nil,
	} {
		var format *cms.FormatError
		if _, err := cms.ParseTimestamp(b, cms.Limits{}); !errors.As(err, &format) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestInfoRoundTrip: what is written is read again, whatever is in it.
func TestInfoRoundTrip(t *testing.T) {
	tsa := softkeytest.TSA(t, softkeytest.P256)
	rapid.Check(t, func(rt *rapid.T) {
		h := rapid.SampledFrom([]crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512}).Draw(rt, "hash")
		want := cms.TimestampInfo{
			Policy: policy, Hash: h, Imprint: rapid.SliceOfN(rapid.Byte(), h.Size(), h.Size()).Draw(rt, "imprint"),
			Serial:   new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(rt, "serial")),
			GenTime:  time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(rt, "time")).UTC(),
			Accuracy: time.Duration(rapid.Int64Range(0, 3e9).Draw(rt, "accuracy")) * time.Microsecond,
			Ordering: rapid.Bool().Draw(rt, "ordering"),
		}
		if rapid.Bool().Draw(rt, "with nonce") {
			want.Nonce = big.NewInt(rapid.Int64().Draw(rt, "nonce"))
		}
		ts, err := cms.ParseTimestamp(must[[]byte](t)(cms.BuildTimestamp(context.Background(), want, tsa, true)), cms.Limits{})
		if err != nil {
			rt.Fatal(err)
		}
		got := ts.TimestampInfo
		same := got.Policy.Equal(want.Policy) && got.Hash == want.Hash && bytes.Equal(got.Imprint, want.Imprint) &&
			got.Serial.Cmp(want.Serial) == 0 && got.GenTime.Equal(want.GenTime) && got.Accuracy == want.Accuracy &&
			got.Ordering == want.Ordering && (got.Nonce == nil) == (want.Nonce == nil) && (got.Nonce == nil || got.Nonce.Cmp(want.Nonce) == 0)
		if !same {
			rt.Fatalf("got %+v\nwant %+v", got, want)
		}
	})
}

func TestRequest(t *testing.T) {
	digest := sum(crypto.SHA384, content)
	for _, want := range []cms.Request{
		{Hash: crypto.SHA384, Digest: digest},
		{Hash: crypto.SHA384, Digest: digest, Policy: policy, Nonce: big.NewInt(-5), CertReq: true},
	} {
		got, err := cms.ParseRequest(must[[]byte](t)(want.Marshal()))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
	if _, err := (cms.Request{Hash: crypto.SHA1, Digest: make([]byte, 20)}).Marshal(); err == nil {
		t.Error("a time-stamp over SHA-1 was asked for")
	}
	if _, err := (cms.Request{Hash: crypto.SHA256, Digest: digest}).Marshal(); err == nil {
		t.Error("a digest of another length was taken")
	}
}

func TestResponse(t *testing.T) {
	token := stamp(t, softkeytest.TSA(t, softkeytest.P256), content)
	got, err := cms.ParseResponse(cms.BuildResponse(token, cms.StatusError{}))
	if err != nil || !bytes.Equal(got, token) {
		t.Fatalf("granted: %v", err)
	}
	for _, want := range []cms.StatusError{
		{Status: cms.Rejection, Text: []string{"thuật toán không được hỗ trợ", "bad algorithm"}, Fail: []int{0, 14, 25}},
		{Status: cms.Waiting}, {Status: cms.RevocationWarning, Fail: []int{7}}, {Status: cms.RevocationNotification, Fail: []int{8}},
	} {
		_, err := cms.ParseResponse(cms.BuildResponse(nil, want))
		var got *cms.StatusError
		if !errors.As(err, &got) || got.Status != want.Status || !slices.Equal(got.Text, want.Text) || !slices.Equal(got.Fail, want.Fail) {
			t.Errorf("got %v, want %+v", err, want)
		}
	}
	var format *cms.FormatError
	if _, err := cms.ParseResponse(cms.BuildResponse(nil, cms.StatusError{Status: cms.Granted})); !errors.As(err, &format) {
		t.Errorf("granted without a token: %v", err)
	}
}

func TestCheckAnswer(t *testing.T) {
	i := info(content)
	ts := must[*cms.Timestamp](t)(cms.ParseTimestamp(stamp(t, softkeytest.TSA(t, softkeytest.P256), content), cms.Limits{}))
	good := cms.Request{Hash: i.Hash, Digest: i.Imprint, Policy: i.Policy, Nonce: i.Nonce}
	if err := good.CheckAnswer(ts); err != nil {
		t.Error(err)
	}
	for name, edit := range map[string]func(*cms.Request){
		"hash":   func(q *cms.Request) { q.Hash = crypto.SHA512 },
		"digest": func(q *cms.Request) { q.Digest = sum(crypto.SHA256, []byte("khác")) },
		"policy": func(q *cms.Request) { q.Policy = asn1.ObjectIdentifier{1, 2} },
		"nonce":  func(q *cms.Request) { q.Nonce = big.NewInt(3) },
	} {
		q := good
		edit(&q)
		if q.CheckAnswer(ts) == nil {
			t.Errorf("another %s was taken for an answer", name)
		}
	}
}
