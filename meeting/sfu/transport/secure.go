package transport

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// Fingerprint is the SHA-256 of a certificate.
type Fingerprint [sha256.Size]byte

func fingerprintOf(der []byte) Fingerprint { return sha256.Sum256(der) }

// String is the fingerprint as RFC 8122 writes it.
func (f Fingerprint) String() string {
	var b strings.Builder
	for i, c := range f {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return b.String()
}

var errFingerprint = errors.New("transport: not a SHA-256 fingerprint")

// ParseFingerprint reads what [Fingerprint.String] writes.
func ParseFingerprint(s string) (f Fingerprint, err error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil || len(b) != len(f) {
		return f, errFingerprint
	}
	copy(f[:], b)
	return f, nil
}

// handshakeTimeout bounds the handshake, which on 20 % loss takes some tries.
const handshakeTimeout = 30 * time.Second

// start begins the handshake, once.
func (l *Link) start() {
	l.starting.Do(func() { l.mux.done.Go(l.secure) })
}

// secure agrees on keys, and reads what else comes over the connection until the
// link ends.
func (l *Link) secure() {
	defer l.end()
	conn, err := l.handshake()
	if err != nil {
		l.mux.config.Log.Info("a handshake failed", "err", err)
		return
	}
	l.conn.Store(conn)
	if l.keys(conn) != nil {
		_ = conn.Close()
		return
	}
	if !l.begin() {
		_ = conn.Close()
		return
	}
	l.tell(up)
	if l.channels != nil {
		l.channels.serve(conn, l.client)
		return
	}
	var buf [2048]byte
	for {
		if _, err := conn.Read(buf[:]); err != nil {
			return // closed, by either side
		}
	}
}

var (
	errOtherCertificate = errors.New("transport: not the certificate of the fingerprint")
	errNoProfile        = errors.New("transport: no SRTP profile in common")
)

func (l *Link) handshake() (*dtls.Conn, error) {
	verify := func(certificates [][]byte, _ [][]*x509.Certificate) error {
		if len(certificates) == 0 {
			return errOtherCertificate
		}
		if got := fingerprintOf(certificates[0]); !bytes.Equal(got[:], l.print[:]) {
			return errOtherCertificate
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(l.mux.ctx, handshakeTimeout)
	defer cancel()
	options := []dtls.Option{
		dtls.WithCertificates(l.mux.certificate),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithInsecureSkipVerify(true), // the fingerprint that came over the signalling is what proves the peer
		dtls.WithVerifyPeerCertificate(verify),
		dtls.WithFlightInterval(300 * time.Millisecond),
	}
	conn, err := l.connect(options)
	if err != nil {
		return nil, err
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// connect makes the end that the link is of a connection.
func (l *Link) connect(options []dtls.Option) (*dtls.Conn, error) {
	if l.client {
		as := make([]dtls.ClientOption, len(options))
		for i, o := range options {
			as[i] = o
		}
		return dtls.ClientWithOptions(l.pipe, pipeAddr{}, as...)
	}
	as := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true)} // ICE has proved the address already
	for _, o := range options {
		as = append(as, o)
	}
	return dtls.ServerWithOptions(l.pipe, pipeAddr{}, as...)
}

// replayWindow is how far back a packet may come late, or be sent again.
const replayWindow = 1024

func (l *Link) keys(conn *dtls.Conn) error {
	agreed, ok := conn.SelectedSRTPProtectionProfile()
	state, have := conn.ConnectionState()
	if !ok || !have {
		return errNoProfile
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(agreed)}
	if err := c.ExtractSessionKeysFromDTLS(&state, l.client); err != nil {
		return err
	}
	out, err := srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	if err != nil {
		return err
	}
	in, err := srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile, srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.out = out
	l.mu.Unlock()
	l.inMu.Lock()
	l.in = in
	l.inMu.Unlock()
	return nil
}

// pipe carries DTLS records between the mux and the handshake.
type pipe struct {
	link   *Link
	buffer *packetio.Buffer
	once   sync.Once
	closed chan struct{}
}

// maxRecords bounds the bytes of records that wait to be read.
const maxRecords = 64 << 10

func newPipe() *pipe {
	p := &pipe{buffer: packetio.NewBuffer(), closed: make(chan struct{})}
	p.buffer.SetLimitSize(maxRecords)
	return p
}

func (p *pipe) arrived(data []byte) { _, _ = p.buffer.Write(data) } // a full one loses it, as a line would

func (p *pipe) close() {
	p.once.Do(func() {
		close(p.closed)
		_ = p.buffer.Close()
	})
}

// ReadFrom implements net.PacketConn.
func (p *pipe) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.buffer.Read(b)
	return n, pipeAddr{}, err
}

// WriteTo implements net.PacketConn.
func (p *pipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	select {
	case <-p.closed:
		return 0, io.ErrClosedPipe
	default:
	}
	if to := p.link.chosen.Load(); to != nil {
		to.write(b)
	}
	return len(b), nil
}

// Close implements net.PacketConn.
func (p *pipe) Close() error { p.close(); return nil }

// LocalAddr implements net.PacketConn.
func (p *pipe) LocalAddr() net.Addr { return pipeAddr{} }

// SetDeadline implements net.PacketConn.
func (p *pipe) SetDeadline(t time.Time) error { return p.buffer.SetReadDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (p *pipe) SetReadDeadline(t time.Time) error { return p.buffer.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn.
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }

// pipeAddr is the address of a link, which may move.
type pipeAddr struct{}

func (pipeAddr) Network() string { return "link" }
func (pipeAddr) String() string  { return "link" }
