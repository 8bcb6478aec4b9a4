package pades_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

func begin(t testing.TB, data []byte, o pades.Options, key *softkey.Key) *pades.Pending {
	t.Helper()
	return must[*pades.Pending](t)(pades.Begin(bytes.NewReader(data), int64(len(data)), o, key.Certificate(), key.Issuers()))
}

// restarted is a pending signature after a restart of the program.
func restarted(t testing.TB, p *pades.Pending) *pades.Pending {
	t.Helper()
	kept := must[[]byte](t)(p.MarshalBinary())
	q := new(pades.Pending)
	if err := q.UnmarshalBinary(kept); err != nil {
		t.Fatal(err)
	}
	return q
}

// TestAnsweredLater: a key that answers after a restart signs as one that answers
// at once; neither another answer nor another file is taken.
func TestAnsweredLater(t *testing.T) {
	for _, kind := range softkeytest.Kinds {
		key, data := softkeytest.New(t, kind, nil), prepare(t, drawn())
		p := restarted(t, begin(t, data, options("Lãnh đạo"), key))
		value := must[[]byte](t)(key.SignDigest(t.Context(), must[[]byte](t)(p.Digest()), p.Scheme))
		var out bytes.Buffer
		if err := p.Finish(bytes.NewReader(data), &out, value); err != nil {
			t.Fatal(err)
		}
		judge(t, out.Bytes(), "Lãnh đạo")

		out.Reset()
		if err := p.Finish(bytes.NewReader(data), &out, value[1:]); !errors.Is(err, cms.ErrRefused) || out.Len() > 0 {
			t.Errorf("another value: %v, %d bytes", err, out.Len())
		}
		other := slices.Clone(data)
		other[len(other)/2] ^= 1
		wantReason(t, p.Finish(bytes.NewReader(other), &out, value), pades.Changed)
		if err := p.Finish(bytes.NewReader(data[:100]), &out, value); err == nil {
			t.Error("a file that is cut off was taken")
		}
	}
}

// TestSameUpdate: the same arguments give the same file, but for the value.
func TestSameUpdate(t *testing.T) {
	key, data := softkeytest.New(t, softkeytest.P256, nil), prepare(t, drawn())
	first, second := begin(t, data, options("Lãnh đạo"), key), begin(t, data, options("Lãnh đạo"), key)
	if !bytes.Equal(must[[]byte](t)(first.MarshalBinary()), must[[]byte](t)(second.MarshalBinary())) {
		t.Error("two states of the same signature differ")
	}
}

// TestDamagedState: a state that is none is an error.
func TestDamagedState(t *testing.T) {
	good := must[[]byte](t)(begin(t, drawn(), options("A"), softkeytest.New(t, softkeytest.P256, nil)).MarshalBinary())
	for _, bad := range [][]byte{nil, []byte("{}"), []byte("null"), good[:len(good)-1],
		bytes.Replace(good, []byte(`"Size":`), []byte(`"Size":1`), 1), bytes.Replace(good, []byte(`"Size":`), []byte(`"Size":-`), 1),
		bytes.Replace(good, []byte(`"Hash":`), []byte(`"Hash":9`), 1), bytes.Replace(good, []byte(`"Certificates":["MII`), []byte(`"Certificates":["MIM`), 1)} {
		if new(pades.Pending).UnmarshalBinary(bad) == nil {
			t.Errorf("taken: %.80s", bad)
		}
	}
}
