package transport

import (
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/pion/stun/v4"
)

// Credentials are a user name fragment and password of ICE (RFC 8839, section 5.4).
type Credentials struct{ User, Password string }

// NewCredentials makes random ones.
func NewCredentials() Credentials {
	var b [24]byte
	_, _ = rand.Read(b[:]) // it does not fail
	text := base64.RawStdEncoding.EncodeToString(b[:])
	return Credentials{User: text[:8], Password: text[8:]}
}

// Valid reports whether they can be somebody's: 4 to 256 and 22 to 256 characters
// of the ICE alphabet.
func (c Credentials) Valid() bool {
	return iceText(c.User, 4) && iceText(c.Password, 22)
}

func iceText(s string, least int) bool {
	if len(s) < least || len(s) > 256 {
		return false
	}
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '/') {
			return false
		}
	}
	return true
}

// path is where a peer is: an address behind a socket, or a stream.
type path struct {
	socket *socket
	addr   netip.AddrPort
	stream *stream
}

// write sends one packet at once. What cannot be sent is lost, as on any line.
func (p path) write(data []byte) {
	if p.stream != nil {
		p.stream.write(data)
		return
	}
	p.socket.writeTo(data, p.addr)
}

// takeStun handles a STUN message. Only a binding request that proves a link's
// password, or the answer to a link's own, changes anything. It answers whose the
// message is; of is whose the stream is that it came over, if that is known.
func (m *Mux) takeStun(from path, of *Link, data []byte, now time.Time) *Link {
	var msg stun.Message
	if stun.Decode(data, &msg) != nil {
		return nil
	}
	switch msg.Type {
	case stun.BindingRequest:
		return m.takeRequest(from, &msg, now)
	case stun.BindingSuccess:
		if from.stream == nil {
			of = m.at(from.addr)
		}
		if of != nil {
			of.answered(from, &msg, now)
		}
		return of
	}
	return nil
}

func (m *Mux) takeRequest(from path, msg *stun.Message, now time.Time) *Link {
	var name stun.Username
	if name.GetFrom(msg) != nil {
		return nil
	}
	local, remote, ok := strings.Cut(name.String(), ":")
	if !ok {
		return nil
	}
	l := m.named(local)
	if l == nil || remote != l.remote.User || stun.NewShortTermIntegrity(l.local.Password).Check(msg) != nil {
		return nil
	}
	if from.stream == nil && !m.proved(l, from.addr, now) {
		return nil
	}
	answer, err := stun.Build(stun.NewTransactionIDSetter(msg.TransactionID), stun.BindingSuccess, mapped(from.addr),
		stun.NewShortTermIntegrity(l.local.Password), stun.Fingerprint)
	if err != nil {
		return nil
	}
	from.write(answer.Raw)
	l.asked(from, msg.Contains(stun.AttrUseCandidate), now)
	return l
}

func mapped(addr netip.AddrPort) *stun.XORMappedAddress {
	return &stun.XORMappedAddress{IP: net.IP(addr.Addr().Unmap().AsSlice()), Port: int(addr.Port())}
}

// request is a controlling agent's binding request with nomination.
func (l *Link) request() (*stun.Message, error) {
	return stun.Build(stun.NewTransactionIDSetter(stun.NewTransactionID()), stun.BindingRequest, stun.NewUsername(l.remote.User+":"+l.local.User),
		stun.RawAttribute{Type: stun.AttrICEControlling, Value: []byte("khonggia")}, // a tie-breaker against nobody: the host is lite
		stun.RawAttribute{Type: stun.AttrPriority, Value: []byte{126, 255, 255, 255}}, stun.RawAttribute{Type: stun.AttrUseCandidate},
		stun.NewShortTermIntegrity(l.remote.Password), stun.Fingerprint)
}
