package app

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"strconv"
	"unicode/utf8"
)

// BallotType and SlipType name what a signed text is; they stand in it, so that
// a signature under one thing is never one under another.
const (
	BallotType = "khonggiay.ballot.1"
	SlipType   = "khonggiay.slipanswer.1"
)

// SignedText is what the signature of a ballot is made over: JSON in the one
// form of RFC 8785.
func (b *Ballot) SignedText() []byte {
	return canonical(
		"choice", text(string(b.Choice)), "epoch", number(int64(b.Epoch)), "given", number(int64(b.Given)),
		"meeting", text(string(b.Meeting)), "person", text(string(b.Person)), "text", text(b.Text),
		"type", text(BallotType), "vote", number(int64(b.Vote)))
}

// SignedText is what the signature of an answer to an opinion slip is made over.
func (a *SlipAnswer) SignedText() []byte {
	return canonical(
		"answer", text(string(a.Answer)), "given", number(int64(a.Given)), "person", text(string(a.Person)),
		"slip", text(string(a.Slip)), "text", text(a.Text), "type", text(SlipType))
}

// canonical writes an object whose names are given in their order (RFC 8785
// sorts them); all of them are plain ASCII.
func canonical(pairs ...string) []byte {
	out := []byte{'{'}
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), pairs[i]...), '"', ':')
		out = append(out, pairs[i+1]...)
	}
	return append(out, '}')
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// text writes a string as RFC 8785 does: only what must be escaped is.
func text(s string) string {
	const hex = "0123456789abcdef"
	short := map[rune]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
	out := []byte{'"'}
	for _, r := range s {
		switch c, ok := short[r]; {
		case ok:
			out = append(out, '\\', c)
		case r < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(append(out, '"'))
}

// Verify reports whether the signature is right for the text and the
// certificate, and the certificate is made out to the device. Who issued the
// certificate, and whose the device was, is for whoever knows the authority.
func (p Proof) Verify(text []byte) bool {
	cert, err := x509.ParseCertificate(p.Certificate)
	if err != nil || p.Device != HostServer && cert.Subject.CommonName != string(p.Device) {
		return false
	}
	return verifySignature(cert.PublicKey, text, p.Signature)
}

func verifySignature(key crypto.PublicKey, text, signature []byte) bool {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(text)
		return ecdsa.VerifyASN1(key, sum[:], signature)
	case ed25519.PublicKey:
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(key, text, signature)
	}
	return false
}

// Prove has a command that carries somebody's own voice signed before it is
// given: by the key of the device, or of the server for who sits at a browser.
// Other commands are left as they are.
func Prove(cmd *Command, person ID, now Time, sign func(text []byte) (Proof, error)) (err error) {
	NormalizeArgs(cmd.Args) // what is signed is what is stored
	switch a := cmd.Args.(type) {
	case *BallotCast:
		a.Given = now
		a.Proof, err = sign(a.ballot(person).SignedText())
	case *SlipAnswerGive:
		a.Given = now
		a.Proof, err = sign(a.answer(person).SignedText())
	}
	return err
}

// checkProof refuses a voice without a good signature. On the server it has to
// come from a device of the person, by a certificate of the province's authority.
func (x *Exec) checkProof(p Proof, text []byte) error {
	bad := Refuse(Invalid, "vote.bad_proof")
	if p.Device == "" {
		if x.Final {
			return bad
		}
		return nil // it is signed before it leaves this machine
	}
	if !p.Verify(text) {
		return bad
	}
	if !x.Final {
		return nil
	}
	if p.Device == HostServer { // which signs for people at a browser
		if x.Cmd.ID.Writer() >= firstDeviceWriter {
			return bad
		}
		return nil
	}
	m, err := x.Tx.Machine(p.Device)
	switch e := AsError(err); {
	case e != nil && e.Code == NotFound, e == nil && m.Person != x.Actor.Person:
		return bad
	case e != nil:
		return err
	case !x.Tx.Issued(p.Certificate, x.Now):
		return bad
	}
	return nil
}

// firstDeviceWriter is the lowest writer number of a device; those below are the
// server's own.
const firstDeviceWriter = 16
