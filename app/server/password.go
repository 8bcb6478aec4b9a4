package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
)

// argonCost is the price of one guess (RFC 9106, argon2id).
type argonCost struct {
	time    uint32
	memory  uint32 // KiB
	threads uint8
}

// passwordCost is above the minimum of OWASP's cheat sheet (19 MiB, 2 passes).
var passwordCost = argonCost{time: 3, memory: 32 << 10, threads: 1}

const (
	saltSize = 16
	hashSize = 32
	// hashesAtOnce bounds the memory that strangers can make us use.
	hashesAtOnce = 2
	hashesQueued = 64

	passwordMin = 10  // characters
	passwordMax = 256 // bytes
)

// hasher turns passwords into hashes, a few at a time.
type hasher struct {
	cost    argonCost
	slots   chan struct{}
	waiting atomic.Int32
	dummy   string // hash of nothing anybody knows, checked for names that do not exist
}

func newHasher(cost argonCost) *hasher {
	h := &hasher{cost: cost, slots: make(chan struct{}, hashesAtOnce)}
	h.dummy = h.encode(rand.Text())
	return h
}

var errBusy = app.Refuse(app.Offline, "login.busy")

// take waits for a slot; errBusy when too many wait already.
func (h *hasher) take(ctx context.Context) (release func(), err error) {
	if h.waiting.Add(1) > hashesQueued {
		h.waiting.Add(-1)
		return nil, errBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the PHC text of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.take(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return h.encode(password), nil
}

func (h *hasher) encode(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	key := argon2.IDKey(plain(password), salt, h.cost.time, h.cost.memory, h.cost.threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.memory, h.cost.time, h.cost.threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// verify tells whether the password belongs to the PHC text. An empty text
// stands for an account that does not exist: it costs the same and never fits.
func (h *hasher) verify(ctx context.Context, password, phc string) (bool, error) {
	release, err := h.take(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey(plain(password), salt, cost.time, cost.memory, cost.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// stale tells whether the hash was made at another cost and should be made anew.
func (h *hasher) stale(phc string) bool {
	cost, _, _, err := parsePHC(phc)
	return err != nil || cost != h.cost
}

func parsePHC(phc string) (cost argonCost, salt, key []byte, err error) {
	bad := errors.New("stored password hash is damaged")
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.memory, &cost.time, &cost.threads); err != nil || cost.time == 0 || cost.threads == 0 {
		return cost, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) < 16 {
		return cost, nil, nil, bad
	}
	return cost, salt, key, nil
}

// plain is the password as it is hashed: NFC, so that every keyboard and every
// input method for Vietnamese gives the same bytes.
func plain(password string) []byte { return norm.NFC.Bytes([]byte(password)) }

// commonPasswords are refused whatever stands around them in digits and marks.
var commonPasswords = []string{
	"matkhau", "password", "khonggiay", "qwerty", "abcdef", "iloveyou", "admin", "vietnam", "anhyeuem", "111111", "123123", "123456", "654321", "000000", "888888",
}

// checkPassword is the policy for a new password: long rather than odd
// (NIST SP 800-63B), not one of the usual ones, not the sign-in name.
func checkPassword(account, password string) error {
	length := utf8.RuneCountInString(string(plain(password)))
	if length < passwordMin {
		return app.Refuse(app.Invalid, "password.short").With("min", passwordMin)
	}
	if len(password) > passwordMax || !utf8.ValidString(password) {
		return app.Refuse(app.Invalid, "password.long").With("max", passwordMax)
	}
	folded := app.Fold(password)
	if local, _, _ := strings.Cut(account, "@"); len(local) >= 4 && strings.Contains(folded, app.Fold(local)) {
		return app.Refuse(app.Invalid, "password.has_name")
	}
	for _, common := range commonPasswords {
		if rest := strings.ReplaceAll(folded, common, ""); len(folded)-len(rest) >= len(common) && utf8.RuneCountInString(rest) < 6 {
			return app.Refuse(app.Invalid, "password.common")
		}
	}
	if distinct(folded) < 5 {
		return app.Refuse(app.Invalid, "password.common")
	}
	return nil
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}
