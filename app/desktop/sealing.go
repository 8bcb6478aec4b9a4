package desktop

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"encoding/binary"
	"errors"

	"khonggiay/app"
)

// How private notes are sealed (docs/adr/0021-private-annotations.md): a mark by
// AES-256-GCM under the content key of its annotation, a content key by HPKE to a
// person's reading key, a reading key by HPKE to the sealing key of a machine.
// Each sealing names what it is for, so that nothing opens in another's place.

const (
	markContext    = "khonggiay mark 1\x00"
	contentContext = "khonggiay content key 1\x00"
	readingContext = "khonggiay reading key 1\x00"
)

// errSealed tells nothing of why: whoever moved bytes about learns nothing.
var errSealed = errors.New("desktop: not sealed to this key in this place")

func readingKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

func wrap(public []byte, info string, secret []byte) ([]byte, error) {
	to, err := readingKEM().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(to, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info), secret)
}

func unwrap(key hpke.PrivateKey, info string, sealed []byte) ([]byte, error) {
	secret, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info), sealed)
	if err != nil || len(secret) != 32 {
		return nil, errSealed
	}
	return secret, nil
}

func readingInfo(person, key, device app.ID) string {
	return readingContext + string(person) + "\x00" + string(key) + "\x00" + string(device)
}

func contentInfo(annotation, content, person app.ID) string {
	return contentContext + string(annotation) + "\x00" + string(content) + "\x00" + string(person)
}

func markBinding(annotation, content app.ID, version app.CommandID) []byte {
	return binary.BigEndian.AppendUint64([]byte(markContext+string(annotation)+"\x00"+string(content)+"\x00"), uint64(version))
}

func markCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealMark seals a mark's JSON. A content key seals a few thousand at most, far
// from where random nonces would repeat.
func sealMark(key, plain, binding []byte) ([]byte, error) {
	c, err := markCipher(key)
	if err != nil {
		return nil, err
	}
	return c.Seal(nil, nil, plain, binding), nil
}

func openMark(key, sealed, binding []byte) ([]byte, error) {
	c, err := markCipher(key)
	if err != nil {
		return nil, err
	}
	plain, err := c.Open(nil, nil, sealed, binding)
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// newSecret is a fresh content key.
func newSecret() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return b
}
