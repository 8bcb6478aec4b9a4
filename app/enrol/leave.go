package enrol

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"khonggiay/app"
)

// How a revoked device leaves. Its certificate opens PathLeave and nothing
// else. There it hands over what its person gave and nobody has answered,
// sealed to the province, then the contents of the files in it, and confirms
// that the rest is wiped. The server's signed word about that lets the device
// wipe what is left, its keys last.

// PathLeave is on SyncHost. POST, JSON both ways, once for each part of the
// outbox, once to announce contents, and once for the confirmation. Below it,
// at PathLeave + "/content/", announced contents are brought as all contents
// are (package content).
const PathLeave = "/leave"

// Bounds of a hand-over.
const (
	MaxLeaveMessage = 3 << 20 // bytes of one request
	MaxLeavePart    = 1 << 20 // bytes of the commands in one part, before they are sealed, unless a single one is larger
	MaxLeaveParts   = 64

	MaxLeaveContents = 4096 // segments that a device may announce
)

// LeaveRequest brings one part of the outbox, or announces contents, or is the
// confirmation at the end.
type LeaveRequest struct {
	Part     int            `json:"part"`               // 1, 2, 3 …; 0 with anything else
	Commands int            `json:"commands,omitempty"` // in the part
	Sealed   []byte         `json:"sealed,omitempty"`   // SealOutbox
	Contents []LeaveContent `json:"contents,omitempty"` // all that the device will bring, in place of what it announced before
	Report   *LeaveReport   `json:"report,omitempty"`
}

// LeaveContent announces one sealed segment. Its key is in the outbox, or in a
// record that the server has.
type LeaveContent struct {
	Segment app.Hash `json:"segment"` // SHA-256 of the ciphertext
	Size    int64    `json:"size"`    // bytes
	File    int      `json:"file"`    // 1, 2, 3 …: which of the device's files it belongs to
}

// LeaveReport confirms that a device has wiped itself.
type LeaveReport struct {
	Parts    int          `json:"parts"`
	Commands int          `json:"commands"`          // handed over
	Records  int64        `json:"records"`           // wiped
	Segments int          `json:"segments"`          // sealed contents wiped
	Unsent   []string     `json:"unsent,omitempty"`  // names of files that never reached the server and are wiped
	Scopes   []LeaveScope `json:"scopes,omitempty"`  // what it held
	Version  string       `json:"version,omitempty"` // of the program
}

// LeaveScope is what a device held of one scope: count and sum as in a check.
type LeaveScope struct {
	Scope app.Scope `json:"scope"`
	Count int64     `json:"count"`
	Sum   string    `json:"sum"` // hexadecimal
}

// LeaveAnswer is the server's signed word that it has stored a request.
type LeaveAnswer struct {
	Time      app.Time `json:"time"`
	Signature []byte   `json:"signature"`
}

// LeftCommand is one command of a handed-over outbox.
type LeftCommand struct {
	Command []byte `json:"command"` // as the device signed it
	State   string `json:"state"`   // "waiting", "deferred" or "refused"
	Reason  string `json:"reason,omitempty"`
}

const (
	leaveInfo    = "khonggiay leave 1\x00"
	leaveContext = "khonggiay left 1\x00"
)

func outboxInfo(device app.ID, part int) []byte {
	return binary.BigEndian.AppendUint32([]byte(leaveInfo+string(device)+"\x00"), uint32(part))
}

func leaveSuite() (hpke.KDF, hpke.AEAD) { return hpke.HKDFSHA256(), hpke.AES256GCM() }

// SealOutbox seals one part of a device's outbox to the province.
func SealOutbox(province hpke.PublicKey, device app.ID, part int, commands []LeftCommand) ([]byte, error) {
	text, err := json.Marshal(commands)
	if err != nil {
		return nil, err
	}
	kdf, aead := leaveSuite()
	sealed, err := hpke.Seal(province, kdf, aead, outboxInfo(device, part), text)
	if err != nil {
		return nil, fmt.Errorf("seal outbox: %w", err)
	}
	return sealed, nil
}

// OpenOutbox reads what SealOutbox made.
func OpenOutbox(province hpke.PrivateKey, device app.ID, part int, sealed []byte) ([]LeftCommand, error) {
	kdf, aead := leaveSuite()
	text, err := hpke.Open(province, kdf, aead, outboxInfo(device, part), sealed)
	if err != nil {
		return nil, errors.New("enrol: the hand-over was not sealed to this province by this device")
	}
	var commands []LeftCommand
	if err := strict(text, &commands); err != nil {
		return nil, fmt.Errorf("hand-over: %w", err)
	}
	return commands, nil
}

// leftText is what the server signs about a request.
func leftText(device app.ID, r *LeaveRequest, at app.Time) ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	text := append([]byte(leaveContext+string(device)+"\x00"), sum[:]...)
	return binary.BigEndian.AppendUint64(text, uint64(at)), nil
}

// SignLeave makes the server's word about a request that it has stored.
func SignLeave(key ed25519.PrivateKey, device app.ID, r *LeaveRequest, at app.Time) (*LeaveAnswer, error) {
	text, err := leftText(device, r, at)
	if err != nil {
		return nil, err
	}
	return &LeaveAnswer{Time: at, Signature: ed25519.Sign(key, text)}, nil
}

// Verify checks the server's word about the request.
func (a *LeaveAnswer) Verify(server ed25519.PublicKey, device app.ID, r *LeaveRequest) bool {
	text, err := leftText(device, r, a.Time)
	return err == nil && len(server) == ed25519.PublicKeySize && ed25519.Verify(server, text, a.Signature)
}

// Check refuses a request that makes no sense.
func (r *LeaveRequest) Check() error {
	switch {
	case r.Report != nil:
		if r.Part != 0 || len(r.Sealed) > 0 || len(r.Contents) > 0 || r.Report.Parts < 0 || r.Report.Parts > MaxLeaveParts || r.Report.Records < 0 || r.Report.Segments < 0 || r.Report.Commands < 0 {
			return errors.New("enrol: a confirmation with something else in it")
		}
	case len(r.Contents) > 0:
		if r.Part != 0 || len(r.Sealed) > 0 || len(r.Contents) > MaxLeaveContents {
			return errors.New("enrol: an announcement with something else in it")
		}
		return checkContents(r.Contents)
	case r.Part < 1 || r.Part > MaxLeaveParts || r.Commands < 1 || len(r.Sealed) == 0:
		return errors.New("enrol: not a part of an outbox")
	}
	return nil
}

func checkContents(contents []LeaveContent) error {
	seen := make(map[app.Hash]bool, len(contents))
	for _, c := range contents {
		if c.Segment.IsZero() || c.Size <= 0 || c.File < 1 || c.File > MaxLeaveContents || seen[c.Segment] {
			return errors.New("enrol: not a content that a device can bring")
		}
		seen[c.Segment] = true
	}
	return nil
}
