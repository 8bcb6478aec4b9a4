package turn

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limits of a client's connection.
const (
	maxFrame      = 1560             // bytes: the longest packet of media, in a message
	strangerFor   = 15 * time.Second // that a connection may be without a relay
	silentFor     = 2 * time.Minute  // that one with a relay may say nothing
	writeWithin   = 10 * time.Second
	writeBuffer   = 128 << 10 // bytes of the system's; what is behind it is lost
	requestRate   = 20        // a second
	requestBurst  = 60
	maxChannels   = 64
	stunHead      = 20
	channelHead   = 4
	methodBind    = 0x0009 // request to bind a channel
	attrChannel   = 0x000c // the channel's number
	classIsNoAsk  = 0x0110 // bits of a message type that are zero in a request
	firstChannel  = 0x40
	beyondChannel = 0x50
)

var (
	errFrame = errors.New("turn: neither a message nor a channel's data")
	errFlood = errors.New("turn: too many requests")
)

// client is a client's connection. It is read a message at a time.
type client struct {
	net.Conn
	server   *Server
	reader   *bufio.Reader
	requests *rate.Limiter
	channels map[uint16]struct{}
	relays   atomic.Bool
	once     sync.Once
}

func newClient(s *Server, conn net.Conn) *client {
	return &client{Conn: conn, server: s, reader: bufio.NewReaderSize(conn, 8<<10), requests: rate.NewLimiter(requestRate, requestBurst),
		channels: map[uint16]struct{}{}}
}

// shrink bounds what the system keeps for a slow reader.
func shrink(conn net.Conn) {
	if over, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = over.NetConn()
	}
	if tcp, ok := conn.(interface{ SetWriteBuffer(int) error }); ok {
		_ = tcp.SetWriteBuffer(writeBuffer) // a larger one is slower, not wrong
	}
}

// Read reads one whole message into b, which has room for any.
func (c *client) Read(b []byte) (int, error) {
	if c.relays.Load() {
		_ = c.SetReadDeadline(time.Now().Add(silentFor))
	}
	head, err := c.reader.Peek(channelHead)
	if err != nil {
		return 0, err
	}
	n, err := frameLength(head)
	if err != nil {
		return 0, err
	}
	if n > len(b) {
		return 0, io.ErrShortBuffer
	}
	if _, err := io.ReadFull(c.reader, b[:n]); err != nil {
		return 0, err
	}
	return n, c.admit(b[:n])
}

// frameLength is how long the message is that begins so, padding included.
func frameLength(head []byte) (int, error) {
	n := int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case head[0] < 4:
		if n%4 != 0 {
			return 0, errFrame
		}
		n += stunHead
	case head[0] >= firstChannel && head[0] < beyondChannel:
		n = channelHead + (n+3)&^3
	default:
		return 0, errFrame
	}
	if n > maxFrame {
		return 0, errFrame
	}
	return n, nil
}

// admit looks at a message that asks for something.
func (c *client) admit(b []byte) error {
	kind := binary.BigEndian.Uint16(b)
	if b[0] >= 4 || kind&classIsNoAsk != 0 {
		return nil
	}
	if !c.requests.Allow() {
		return errFlood
	}
	if kind != methodBind {
		return nil
	}
	for rest := b[stunHead:]; len(rest) >= 6; {
		if binary.BigEndian.Uint16(rest) == attrChannel {
			c.channels[binary.BigEndian.Uint16(rest[4:])] = struct{}{}
		}
		n := 4 + (int(binary.BigEndian.Uint16(rest[2:]))+3)&^3
		rest = rest[min(n, len(rest)):]
	}
	if len(c.channels) > maxChannels {
		return errFlood
	}
	return nil
}

// Write writes one message. A client that reads nothing for long is gone.
func (c *client) Write(b []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
	n, err := c.Conn.Write(b)
	if err != nil {
		_ = c.Conn.Close() // its reader ends, too
	}
	return n, err
}

// relaying notes whether the connection has a relay; without one it is not kept.
func (c *client) relaying(on bool) {
	c.relays.Store(on)
	within := strangerFor
	if on {
		within = silentFor
	}
	_ = c.SetReadDeadline(time.Now().Add(within))
}

// Close ends the connection, for who reads it.
func (c *client) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.server.forget(c) })
	return err
}
