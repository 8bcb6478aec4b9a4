package turn

import (
	"net"
	"sync"
)

// queue is a listener whose connections come from elsewhere.
type queue struct {
	at     net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	last   func() error // run by the first Close
}

func newQueue(at net.Addr) *queue {
	return &queue{at: at, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// give hands a connection to who accepts; false if nobody will.
func (q *queue) give(conn net.Conn) bool {
	select {
	case <-q.closed:
		return false
	case q.conns <- conn:
		return true
	}
}

// Accept implements net.Listener.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case <-q.closed:
		return nil, net.ErrClosed
	case conn := <-q.conns:
		return conn, nil
	}
}

// Close implements net.Listener.
func (q *queue) Close() error {
	err := net.ErrClosed
	q.once.Do(func() {
		close(q.closed)
		err = nil
		if q.last != nil {
			err = q.last()
		}
	})
	return err
}

// Addr implements net.Listener.
func (q *queue) Addr() net.Addr { return q.at }
