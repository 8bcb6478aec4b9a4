package enrol

import (
	"crypto/ed25519"
	"encoding/binary"

	"khonggiay/app"
)

// ReasonForgotten is the reason of a Forgotten.
const ReasonForgotten = "device.forgotten"

// Forgotten is what a server answers (401) to a device that it does not know
// although its own authority gave the certificate: the server came back from a
// backup that is older than the enrolment. The laptop then asks its person for
// a new code, and enrols the same keys again.
//
// It must be sure: the server signs with the key that signs results, which the
// device has known since it was enrolled, for this device and the epoch of its
// data. Whoever has only a certificate for the host name cannot say this, and
// nothing that is said here makes a laptop wipe or give anything away.
type Forgotten struct {
	Refusal
	Device    app.ID   `json:"device"`
	Epoch     uint64   `json:"epoch"` // of the server's data
	At        app.Time `json:"at"`    // by the server's clock
	Signature []byte   `json:"signature"`
}

// forgottenContext keeps these signatures apart from all others.
const forgottenContext = "khonggiay forgotten 1\x00"

// SignForgotten makes the answer for a device.
func SignForgotten(key ed25519.PrivateKey, device app.ID, epoch uint64, at app.Time) *Forgotten {
	f := &Forgotten{Refusal: Refusal{Code: app.Unauthorized, Reason: ReasonForgotten}, Device: device, Epoch: epoch, At: at}
	f.Signature = ed25519.Sign(key, f.signed())
	return f
}

// Verify reports whether the server with that key said so of this device, and
// has come back from a backup: its data are of another epoch than the one known.
func (f *Forgotten) Verify(key ed25519.PublicKey, device app.ID, known uint64) bool {
	return f.Reason == ReasonForgotten && f.Device == device && f.Epoch != 0 && f.Epoch != known &&
		len(key) == ed25519.PublicKeySize && ed25519.Verify(key, f.signed(), f.Signature)
}

func (f *Forgotten) signed() []byte {
	b := append([]byte(forgottenContext), f.Device...)
	b = append(b, 0)
	b = binary.BigEndian.AppendUint64(b, f.Epoch)
	return binary.BigEndian.AppendUint64(b, uint64(f.At))
}

// Error lets the answer travel as the cause of a refusal.
func (f *Forgotten) Error() string { return "enrol: the server does not know this device any more" }
