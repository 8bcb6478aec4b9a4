package transport

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"khonggiay/meeting/connlimit"
)

// Limits of ICE-TCP.
const (
	maxStreams      = 4096
	maxLinkStreams  = 4                // a browser opens one from each of its networks
	firstFrameIn    = 10 * time.Second // to say whose connection it is
	maxStreamQueue  = 512 << 10        // bytes; a connection that falls behind loses packets, as a line would
	streamWriteTime = 10 * time.Second
	lastWriteTime   = time.Second // for what says that the link has ended
)

// stream is one ICE-TCP connection: packets with their lengths before them
// (RFC 4571).
type stream struct {
	conn net.Conn
	addr netip.AddrPort

	mu     sync.Mutex
	queue  []byte
	last   bool          // nothing is queued any more
	wake   chan struct{} // capacity 1
	closed chan struct{}
	once   sync.Once
}

func newStream(conn net.Conn) *stream {
	s := &stream{conn: conn, wake: make(chan struct{}, 1), closed: make(chan struct{})}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		at := tcp.AddrPort()
		s.addr = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	}
	return s
}

// accept takes connections until the listener is closed.
func (m *Mux) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			if m.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			m.config.Log.Warn("taking a media connection", "err", err)
			select { // out of file handles, likely
			case <-m.ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		m.serve(newStream(conn), nil)
	}
}

// serve reads a connection in the background. Whose it is, if that is not known, it
// has to say soon.
func (m *Mux) serve(s *stream, of *Link) {
	m.mu.Lock()
	if m.closed || len(m.conns) >= maxStreams {
		m.mu.Unlock()
		_ = s.conn.Close()
		return
	}
	m.conns[s] = struct{}{}
	var out *stream
	full := false
	if of == nil {
		out, full = m.strangers.Add(s, connlimit.SourceOf(s.conn.RemoteAddr()))
	}
	m.mu.Unlock()
	if full {
		out.close() // its reader forgets it
	}
	m.done.Go(func() { m.readStream(s, of) })
	m.done.Go(s.drain)
}

func (m *Mux) readStream(s *stream, l *Link) {
	defer func() {
		s.close()
		if l != nil {
			l.drop(s)
		}
		m.mu.Lock()
		delete(m.conns, s)
		m.strangers.Remove(s)
		m.mu.Unlock()
	}()
	batch := m.NewBatch()
	r := bufio.NewReaderSize(s.conn, 16<<10)
	buf := make([]byte, maxDatagram)
	if l == nil {
		_ = s.conn.SetReadDeadline(time.Now().Add(firstFrameIn))
	} else if !l.hold(s) {
		return
	}
	for {
		data, err := readFrame(r, buf)
		if err != nil {
			return
		}
		now := m.config.Now()
		switch {
		case len(data) < 12:
			continue
		case data[0] < 4:
			switch of := m.takeStun(path{stream: s, addr: s.addr}, l, data, now); {
			case l == nil:
				if of == nil || !of.hold(s) {
					return // nobody's
				}
				l = of
				m.known(s)
				_ = s.conn.SetReadDeadline(time.Time{}) // the link looks after silence
			case of != nil && of != l:
				return // another's
			}
		case l == nil:
			return
		default:
			l.take(batch, path{stream: s, addr: s.addr}, data, now)
		}
		if r.Buffered() == 0 {
			batch.Flush()
		}
	}
}

// known notes that a stream has said whose it is.
func (m *Mux) known(s *stream) {
	m.mu.Lock()
	m.strangers.Remove(s)
	m.mu.Unlock()
}

func readFrame(r *bufio.Reader, buf []byte) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[:]))
	if n > len(buf) {
		return nil, errLongFrame
	}
	_, err := io.ReadFull(r, buf[:n])
	return buf[:n], err
}

var errLongFrame = errors.New("transport: a frame too long")

// write queues a packet.
func (s *stream) write(data []byte) {
	s.mu.Lock()
	if !s.last && len(s.queue)+len(data)+2 <= maxStreamQueue {
		s.queue = binary.BigEndian.AppendUint16(s.queue, uint16(len(data)))
		s.queue = append(s.queue, data...)
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// drain writes what is queued until the connection ends.
func (s *stream) drain() {
	var spare []byte
	for {
		select {
		case <-s.closed:
			return
		case <-s.wake:
		}
		s.mu.Lock()
		out, last := s.queue, s.last
		s.queue = spare[:0]
		s.mu.Unlock()
		within := streamWriteTime
		if last {
			within = lastWriteTime
		}
		_ = s.conn.SetWriteDeadline(time.Now().Add(within))
		if _, err := s.conn.Write(out); err != nil || last {
			s.close()
			return
		}
		spare = out
	}
}

// finish ends the connection as soon as what is queued has been written, or would
// have been.
func (s *stream) finish() {
	s.mu.Lock()
	s.last = true
	s.mu.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(lastWriteTime)) // of a write that is under way
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *stream) close() {
	s.once.Do(func() {
		close(s.closed)
		_ = s.conn.Close()
	})
}
