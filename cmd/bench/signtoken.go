package main

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"khonggiay/signing/pades"
	"khonggiay/signing/pkcs11"
	"khonggiay/signing/pkcs11/softhsm"
)

// tokenPIN is of tokens that live as long as the bench.
const tokenPIN = "12345678"

// signToken measures signing through PKCS #11 with a token in software: how many
// small documents a second, one session for all. Where there is no SoftHSM it
// prints a figure of nothing that says so.
func signToken(n int, out io.Writer) error {
	library, err := softhsm.Library()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: sign.softhsm_per_s is left out:", err)
		return print(out, figure{Name: "sign.softhsm_per_s", Unit: "/s", More: map[string]any{"left_out": err.Error()}})
	}
	dir, err := os.MkdirTemp("", "khonggiay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	conf, err := softhsm.Configuration(dir)
	if err != nil {
		return err
	}
	if err := os.Setenv("SOFTHSM2_CONF", conf); err != nil {
		return err
	}
	kinds := []string{"ec", "rsa"}
	var keys []softhsm.Key
	for _, kind := range kinds {
		private, cert, err := newKey(kind)
		if err != nil {
			return err
		}
		keys = append(keys, softhsm.Key{Private: private, Certificate: cert})
	}
	if err := softhsm.SetUp(library, "bench", tokenPIN, keys...); err != nil {
		return err
	}
	tokens := pkcs11.Open([]string{library})
	figures, err := signWithTokens(n, tokens, kinds, keys)
	if err = errors.Join(err, tokens.Close()); err != nil {
		return err
	}
	return print(out, figure{Name: "sign.softhsm_per_s", Value: figures["rsa_per_s"].(float64), Unit: "/s", N: n, More: figures})
}

// signWithTokens signs n documents with each key of the token.
func signWithTokens(n int, tokens *pkcs11.Tokens, kinds []string, keys []softhsm.Key) (map[string]any, error) {
	ctx := context.Background()
	doc := scan(100 << 10)
	data := slices.Concat(doc.head, make([]byte, doc.picture), doc.tail)
	figures := map[string]any{}
	for i, kind := range kinds {
		token, cert, err := onToken(tokens.List(ctx), keys[i])
		if err != nil {
			return nil, err
		}
		session, err := tokens.Session(ctx, token, cert, pkcs11.Consent{Signatures: n,
			PIN: func(context.Context) ([]byte, error) { return []byte(tokenPIN), nil }})
		if err != nil {
			return nil, err
		}
		began, before := time.Now(), cpuTime()
		for range n {
			if err := pades.Sign(ctx, bytes.NewReader(data), int64(len(data)), io.Discard, signOptions(), session); err != nil {
				return nil, errors.Join(err, session.Close())
			}
		}
		figures[kind+"_per_s"] = float64(n) / time.Since(began).Seconds()
		figures[kind+"_cpu_ms"] = (cpuTime() - before).Seconds() * 1000 / float64(n)
		if err := session.Close(); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

// onToken finds a key's certificate among what is plugged in.
func onToken(l pkcs11.Listing, key softhsm.Key) (pkcs11.Token, pkcs11.Certificate, error) {
	for _, token := range l.Tokens {
		for _, c := range token.Certificates {
			if c.Equal(key.Certificate) {
				return token, c, c.Refused
			}
		}
	}
	for _, library := range l.Libraries {
		if library.Err != nil {
			return pkcs11.Token{}, pkcs11.Certificate{}, library.Err
		}
	}
	return pkcs11.Token{}, pkcs11.Certificate{}, fmt.Errorf("no token shows the certificate of the %T", crypto.PrivateKey(key.Private))
}
