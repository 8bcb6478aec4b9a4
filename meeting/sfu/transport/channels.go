package transport

import (
	"net"
	"sync"

	"github.com/pion/datachannel"
	"github.com/pion/logging"
	"github.com/pion/sctp"
)

// Limits of data channels.
const (
	maxChannels  = 4
	maxLabel     = 32        // bytes
	maxMessage   = 16 << 10  // bytes; larger ones end the channel
	maxBehind    = 64 << 10  // bytes that wait for a slow peer; more are not taken
	receiveSpace = 128 << 10 // bytes
)

// channels are the data channels of a link, by label. The peer opens them.
type channels struct {
	link *Link

	mu     sync.Mutex
	closed bool
	assoc  *sctp.Association
	open   map[string]*datachannel.DataChannel
}

func newChannels(l *Link) *channels {
	return &channels{link: l, open: map[string]*datachannel.DataChannel{}}
}

func quiet() logging.LoggerFactory {
	f := logging.NewDefaultLoggerFactory()
	f.DefaultLogLevel = logging.LogLevelDisabled
	return f
}

// serve takes the peer's channels until the connection ends.
func (c *channels) serve(conn net.Conn, client bool) {
	options := []sctp.AssociationOption{sctp.WithNetConn(conn), sctp.WithLoggerFactory(quiet()), sctp.WithMaxReceiveBufferSize(receiveSpace),
		sctp.WithMaxMessageSize(maxMessage), sctp.WithEnableZeroChecksum(true)}
	assoc, err := associate(options, client)
	if err != nil {
		return
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		_ = assoc.Close()
		return
	}
	c.assoc = assoc
	c.mu.Unlock()
	var readers sync.WaitGroup
	defer readers.Wait()
	defer func() { _ = assoc.Close() }()
	for {
		dc, err := datachannel.Accept(assoc, &datachannel.Config{LoggerFactory: quiet()})
		if err != nil {
			return
		}
		if !c.keep(dc) {
			_ = dc.Close()
			continue
		}
		readers.Go(func() { c.read(dc) })
	}
}

func associate(options []sctp.AssociationOption, client bool) (*sctp.Association, error) {
	if client {
		as := make([]sctp.ClientOption, len(options))
		for i, o := range options {
			as[i] = o
		}
		return sctp.ClientWithOptions(as...)
	}
	as := make([]sctp.ServerOption, len(options))
	for i, o := range options {
		as[i] = o
	}
	return sctp.ServerWithOptions(as...)
}

// dial opens a channel of a client.
func (c *channels) dial(label string, reliable bool) error {
	c.mu.Lock()
	assoc := c.assoc
	id := uint16(2 * len(c.open))
	c.mu.Unlock()
	if assoc == nil {
		return errClosed
	}
	kind := datachannel.ChannelTypePartialReliableRexmitUnordered
	if reliable {
		kind = datachannel.ChannelTypeReliable
	}
	dc, err := datachannel.Dial(assoc, id, &datachannel.Config{Label: label, ChannelType: kind, LoggerFactory: quiet()})
	if err != nil {
		return err
	}
	if c.keep(dc) {
		c.link.mux.done.Go(func() { c.read(dc) })
	}
	return nil
}

// keep notes an open channel; a second one of a label takes the first one's place.
func (c *channels) keep(dc *datachannel.DataChannel) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.open[dc.Label]
	if c.closed || dc.Label == "" || len(dc.Label) > maxLabel || before == nil && len(c.open) >= maxChannels {
		return false
	}
	if before != nil {
		_ = before.Close()
	}
	c.open[dc.Label] = dc
	return true
}

func (c *channels) read(dc *datachannel.DataChannel) {
	buf := make([]byte, maxMessage)
	for {
		n, _, err := dc.ReadDataChannel(buf)
		if err != nil {
			break
		}
		c.link.handler.Message(dc.Label, buf[:n])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[dc.Label] == dc {
		delete(c.open, dc.Label)
	}
}

func (c *channels) send(label string, message []byte) {
	c.mu.Lock()
	dc := c.open[label]
	c.mu.Unlock()
	if dc == nil || dc.BufferedAmount() > maxBehind {
		return
	}
	_, _ = dc.WriteDataChannel(message, true) // of a channel that has just ended it is lost
}

func (c *channels) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.assoc != nil {
		_ = c.assoc.Close()
	}
}
