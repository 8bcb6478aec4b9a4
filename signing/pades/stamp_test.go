package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"testing"

	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

func tryStamp(data []byte, stamp pades.Stamper) ([]byte, error) {
	var out bytes.Buffer
	err := pades.AddTimestamp(context.Background(), bytes.NewReader(data), int64(len(data)), &out, stamp)
	return out.Bytes(), err
}

// TestStampInPlace: a time-stamp changes nothing but the room of its signature,
// which verifies as before, and the token is over its value.
func TestStampInPlace(t *testing.T) {
	for _, kind := range softkeytest.Kinds {
		data := sign(t, sign(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil)), options("B"), softkeytest.New(t, kind, nil))
		stamped := stamp(t, data)
		judge(t, stamped, "A", "B")
		_, sig := fieldOf(t, open(t, stamped), "B")
		content, value := covered(t, stamped, sig)
		_, old := fieldOf(t, open(t, data), "B")
		before, _ := covered(t, data, old)
		if len(stamped) != len(data) || !bytes.Equal(content, before) {
			t.Errorf("%s: bytes changed that are signed", kind)
		}
		signer := must[*cms.SignedData](t)(cms.Parse(value, cms.Limits{})).Signers[0]
		if len(signer.Timestamps()) != 1 {
			t.Fatalf("%s: %d time-stamps", kind, len(signer.Timestamps()))
		}
		c := newCourt(t, stamped)
		c.put("content", signer.Signature)
		c.put("token", signer.Timestamps()[0])
		c.must("openssl", "ts", "-verify", "-data", "content", "-token_in", "-in", "token", "-CAfile", "root.pem")
	}
}

// TestStampRefused: only the signature that ends the file gets a time-stamp, and
// only one.
func TestStampRefused(t *testing.T) {
	key, good := softkeytest.New(t, softkeytest.P256, nil), stamper(t)
	signed := sign(t, drawn(), options("A"), key)
	for name, c := range map[string]struct {
		data []byte
		want pades.Reason
	}{
		"no form":        {drawn(), pades.NoSignature},
		"nobody signed":  {prepare(t, drawn()), pades.NoSignature},
		"evidence":       {addDSS(t, signed, pades.Evidence{Certs: [][]byte{softkeytest.Root().Raw}}), pades.LaterRevision},
		"document stamp": {docStamp(t, signed), pades.LaterRevision},
		"stamp alone":    {docStamp(t, drawn()), pades.LaterRevision},
		"twice":          {stamp(t, signed), pades.Stamped},
		"not hex":        {patched(t, signed, "(", ")"), pades.Malformed},
		"junk in room":   {patched(t, signed, "<", "1>"), pades.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := tryStamp(c.data, good)
			wantReason(t, err, c.want)
			if len(out) > 0 {
				t.Errorf("%d bytes were written", len(out))
			}
		})
	}
}

// patched is a file with other first and last bytes of the value of field A.
func patched(t *testing.T, data []byte, first, last string) []byte {
	_, sig := fieldOf(t, open(t, data), "A")
	entry, _ := sig.Lookup("Contents")
	data = bytes.Clone(data)
	copy(data[entry.Span.Start:], first)
	copy(data[entry.Span.End-int64(len(last)):], last)
	return data
}

// TestStampFails: nothing is written when the authority does not answer, answers
// about something else, or more than there is room for.
func TestStampFails(t *testing.T) {
	good, lost := stamper(t), errors.New("no line")
	signed := sign(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil))
	other := func(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
		return good(ctx, h, make([]byte, len(digest)))
	}
	nobody := func(context.Context, crypto.Hash, []byte) ([]byte, error) { return nil, lost }
	if out, err := tryStamp(signed, nobody); !errors.Is(err, lost) || len(out) > 0 {
		t.Errorf("no answer: %v, %d bytes", err, len(out))
	}
	if out, err := tryStamp(signed, other); !errors.Is(err, cms.ErrImprint) || len(out) > 0 {
		t.Errorf("a token over something else: %v, %d bytes", err, len(out))
	}
	for want, stamp := range map[error]pades.Stamper{lost: nobody, cms.ErrImprint: other} {
		if err := tryDocStamp(signed, pades.StampOptions{}, stamp); !errors.Is(err, want) {
			t.Errorf("document: %v, want %v", err, want)
		}
	}
	var room *pdf.RoomError
	large := softkeytest.New(t, softkeytest.P256, func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 2}, Value: make([]byte, 16<<10)}}
	})
	tight := options("A")
	tight.StampRoom = 100
	if out, err := tryStamp(sign(t, drawn(), tight, large), good); !errors.As(err, &room) || room.Want <= room.Have || len(out) > 0 {
		t.Errorf("too large: %v, %d bytes", err, len(out))
	}
	if err := tryDocStamp(signed, pades.StampOptions{Room: 100}, good); !errors.As(err, &room) {
		t.Errorf("too large for the document: %v", err)
	}
}

func tryDocStamp(data []byte, o pades.StampOptions, stamp pades.Stamper) error {
	return pades.AddDocTimestamp(context.Background(), bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, o, stamp)
}

// TestDocStamp: names and hashes.
func TestDocStamp(t *testing.T) {
	signed := sign(t, drawn(), options("DocTimestamp1"), softkeytest.New(t, softkeytest.P256, nil))
	for _, o := range []pades.StampOptions{{}, {Field: "Dấu"}, {Hash: crypto.SHA512}} {
		var out bytes.Buffer
		if err := pades.AddDocTimestamp(t.Context(), bytes.NewReader(signed), int64(len(signed)), &out, o, stamper(t)); err != nil {
			t.Fatal(err)
		}
		name := o.Field
		if name == "" {
			name = "DocTimestamp2"
		}
		judgeStamp(newCourt(t, out.Bytes()), name)
	}
	wantReason(t, tryDocStamp(signed, pades.StampOptions{Field: "DocTimestamp1"}, stamper(t)), pades.FieldExists)
	if tryDocStamp(signed, pades.StampOptions{Hash: 99}, stamper(t)) == nil {
		t.Error("an unknown hash was taken")
	}
}
