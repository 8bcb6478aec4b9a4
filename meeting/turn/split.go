package turn

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// sayWithin is how long a connection may be silent, or shake hands, until it is
// known what it is.
const sayWithin = 10 * time.Second

// Split shares a listener, of TLS or of plain TCP, between TURN and whatever else
// comes, as a rule HTTPS. Closing rest closes the listener; closing relay only
// refuses TURN.
func Split(l net.Listener) (relay, rest net.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &splitter{from: l, ctx: ctx, relay: newQueue(l.Addr()), rest: newQueue(l.Addr())}
	s.rest.last = func() error {
		cancel()
		err := l.Close()
		s.done.Wait()
		return err
	}
	s.done.Go(s.accept)
	return s.relay, s.rest
}

type splitter struct {
	from        net.Listener
	ctx         context.Context
	relay, rest *queue
	done        sync.WaitGroup
}

func (s *splitter) accept() {
	for {
		conn, err := s.from.Accept()
		if err == nil {
			s.done.Go(func() { s.sort(conn) })
			continue
		}
		if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		select { // out of file handles, likely
		case <-s.ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// sort finds out what a connection is, and gives it to whom it concerns.
func (s *splitter) sort(came net.Conn) {
	stop := context.AfterFunc(s.ctx, func() { _ = came.Close() })
	_ = came.SetDeadline(time.Now().Add(sayWithin))
	to, conn, err := s.look(came)
	if !stop() || err != nil {
		_ = conn.Close()
		return
	}
	_ = conn.SetDeadline(time.Time{})
	if !to.give(conn) {
		_ = conn.Close()
	}
}

func (s *splitter) look(conn net.Conn) (*queue, net.Conn, error) {
	secure, isTLS := conn.(*tls.Conn)
	if isTLS {
		if err := secure.HandshakeContext(s.ctx); err != nil {
			return nil, conn, err
		}
		if secure.ConnectionState().NegotiatedProtocol != "" {
			return s.rest, conn, nil // TURN negotiates none
		}
	}
	first := make([]byte, 1)
	if _, err := conn.Read(first); err != nil {
		return nil, conn, err
	}
	to := s.rest
	if first[0] < 4 { // a STUN message; HTTP begins with a letter
		to = s.relay
	}
	begun := begunConn{Conn: conn, first: first}
	if isTLS {
		return to, &begunTLS{begunConn: begun, secure: secure}, nil
	}
	return to, &begun, nil
}

// begunConn is a connection whose first byte has been read.
type begunConn struct {
	net.Conn
	first []byte
}

// Read implements net.Conn.
func (c *begunConn) Read(b []byte) (int, error) {
	if len(c.first) > 0 && len(b) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// begunTLS is one that is encrypted: an HTTP server tells its handlers how.
type begunTLS struct {
	begunConn
	secure *tls.Conn
}

// ConnectionState is that of the encryption.
func (c *begunTLS) ConnectionState() tls.ConnectionState { return c.secure.ConnectionState() }

// NetConn is the connection below the encryption.
func (c *begunTLS) NetConn() net.Conn { return c.secure.NetConn() }
