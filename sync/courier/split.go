package courier

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"
)

// helloWithin is how long a connection may take to say what it is.
const helloWithin = 15 * time.Second

// maxHello bounds the first record of a connection; more than TLS allows is none.
const maxHello = 5 + 16<<10

// Split lets BEP and HTTPS share one TCP port: a network that lets laptops reach
// the province at all lets them reach this one. It looks at the ALPN of each
// connection's TLS hello; what offers "bep/1.0" is passed, untouched, to the
// address that target names ("" turns it away), and the rest comes out of Accept.
func Split(l net.Listener, target func() string) net.Listener {
	s := &split{Listener: l, target: target, others: make(chan net.Conn), ended: make(chan struct{}), open: map[net.Conn]bool{}}
	go s.run()
	return s
}

type split struct {
	net.Listener
	target func() string
	others chan net.Conn
	ended  chan struct{} // closed when the listener is
	err    error         // why; set before ended is closed
	once   sync.Once

	mu   sync.Mutex        // guards open
	open map[net.Conn]bool // connections that are looked at or passed on; nil when closed
}

// Accept implements net.Listener for what is not BEP.
func (s *split) Accept() (net.Conn, error) {
	select {
	case c := <-s.others:
		return c, nil
	case <-s.ended:
		return nil, s.err
	}
}

// Close implements net.Listener. It ends the connections that are passed on.
func (s *split) Close() error {
	err := s.Listener.Close()
	s.end(net.ErrClosed)
	return err
}

func (s *split) end(err error) {
	s.once.Do(func() {
		s.err = err
		close(s.ended)
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.open {
			c.Close()
		}
		s.open = nil
	})
}

// pause after an error that may pass, such as too many open files.
const pause = 50 * time.Millisecond

func (s *split) run() {
	for {
		c, err := s.Listener.Accept()
		if err == nil {
			go s.look(c)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			s.end(err)
			return
		}
		select {
		case <-time.After(pause):
		case <-s.ended:
			return
		}
	}
}

// track notes a connection that Close must end, and reports whether it may live.
func (s *split) track(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		c.Close()
		return false
	}
	s.open[c] = true
	return true
}

func (s *split) forget(c net.Conn) {
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
}

// look reads the hello and sends the connection where it belongs.
func (s *split) look(c net.Conn) {
	if !s.track(c) {
		return
	}
	c.SetReadDeadline(time.Now().Add(helloWithin))
	record, err := firstRecord(c)
	if err != nil && len(record) == 0 {
		s.forget(c)
		c.Close()
		return
	}
	c.SetReadDeadline(time.Time{})
	if slices.Contains(offered(record), bepName) {
		s.pass(c, record)
		return
	}
	s.forget(c)
	select {
	case s.others <- &replayed{c, io.MultiReader(bytes.NewReader(record), c)}:
	case <-s.ended:
		c.Close()
	}
}

// pass copies both ways until either side ends.
func (s *split) pass(c net.Conn, record []byte) {
	defer s.forget(c)
	defer c.Close()
	address := s.target()
	if address == "" {
		return
	}
	inner, err := net.DialTimeout("tcp", address, helloWithin)
	if err != nil || !s.track(inner) {
		return
	}
	defer s.forget(inner)
	defer inner.Close()
	if _, err := inner.Write(record); err != nil {
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		forward(c, inner)
		c.Close()
	}()
	forward(inner, c)
	inner.Close()
	<-back
}

// passBytes are copied at a time. There are two such buffers for each laptop of a
// province, most of the time idle.
const passBytes = 8 << 10

// forward copies by hand: between TCP connections io.Copy lets the system do it,
// through a pipe each way that costs four more open files for each laptop.
func forward(to, from net.Conn) {
	_, _ = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, passBytes)) // either side may end it
}

// firstRecord reads one TLS record, or what there is of it.
func firstRecord(r io.Reader) ([]byte, error) {
	head := make([]byte, 5, maxHello)
	n, err := io.ReadFull(r, head)
	if err != nil {
		return head[:n], err
	}
	length := int(head[3])<<8 | int(head[4])
	if head[0] != 22 || 5+length > maxHello {
		return head, nil // not the beginning of a handshake: the others judge it
	}
	n, err = io.ReadFull(r, head[5:5+length])
	return head[:5+n], err
}

// errLooked ends a handshake that was begun to look at the hello only.
var errLooked = errors.New("looked")

// offered are the protocols that a TLS hello offers.
func offered(record []byte) (protocols []string) {
	conn := tls.Server(hello{bytes.NewReader(record)}, &tls.Config{
		GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			protocols = slices.Clone(h.SupportedProtos)
			return nil, errLooked
		},
	})
	_ = conn.Handshake()
	return protocols
}

// hello is a connection on which a client has said its hello, and nobody listens.
type hello struct{ io.Reader }

func (hello) Write(b []byte) (int, error)      { return len(b), nil }
func (hello) Close() error                     { return nil }
func (hello) LocalAddr() net.Addr              { return nil }
func (hello) RemoteAddr() net.Addr             { return nil }
func (hello) SetDeadline(time.Time) error      { return nil }
func (hello) SetReadDeadline(time.Time) error  { return nil }
func (hello) SetWriteDeadline(time.Time) error { return nil }

// replayed is a connection whose first bytes have been read already.
type replayed struct {
	net.Conn
	r io.Reader
}

func (c *replayed) Read(b []byte) (int, error) { return c.r.Read(b) }
