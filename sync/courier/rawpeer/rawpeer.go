// Package rawpeer is the other side of a courier's connection and nothing more:
// it speaks Syncthing's Block Exchange Protocol over one connection, takes what
// one folder offers and says that it has it. Hundreds of them stand for the
// laptops of a province where a real node each would measure the measuring
// machine. It keeps nothing on disk; the courier's tests drive real nodes.
package rawpeer

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"path"
	"sync"
	"time"

	"github.com/syncthing/syncthing/lib/protocol"
)

// Options of a peer.
type Options struct {
	Address     string          // host:port of the node
	Node        string          // id of the node that it expects there
	Certificate tls.Certificate // whom the node expects here
	Folder      string
	// Fetch: whether a file that is offered is fetched and compared with its name;
	// others are only said to be here, as by a laptop that had them before.
	Fetch func(name string) bool
	// Has is called, by one goroutine at a time, for each file that is here now.
	Has func(name string, fetched bool)
}

// Peer is one connection to a node.
type Peer struct {
	opt    Options
	conn   protocol.Connection
	cancel context.CancelFunc
	work   chan []protocol.FileInfo
	ended  sync.WaitGroup

	mu  sync.Mutex // guards err
	err error
}

// Dial connects to the node and begins to take what the folder offers.
func Dial(ctx context.Context, opt Options) (*Peer, error) {
	d := tls.Dialer{Config: &tls.Config{
		Certificates: []tls.Certificate{opt.Certificate}, NextProtos: []string{"bep/1.0"}, MinVersion: tls.VersionTLS13,
		InsecureSkipVerify: true, // a node is known by its certificate's hash
	}}
	c, err := d.DialContext(ctx, "tcp", opt.Address)
	if err != nil {
		return nil, fmt.Errorf("rawpeer: %w", err)
	}
	p, err := greet(c.(*tls.Conn), opt)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("rawpeer: %w", err)
	}
	return p, nil
}

func greet(c *tls.Conn, opt Options) (*Peer, error) {
	state := c.ConnectionState()
	node := protocol.NewDeviceID(state.PeerCertificates[0].Raw)
	if node.String() != opt.Node {
		return nil, errors.New("another node answers")
	}
	hello := protocol.Hello{DeviceName: "raw", ClientName: "syncthing", ClientVersion: "v1.30.0", Timestamp: time.Now().UnixNano()}
	if _, err := protocol.ExchangeHello(c, hello); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Peer{opt: opt, cancel: cancel, work: make(chan []protocol.FileInfo, 64)}
	p.conn = protocol.NewConnection(node, c, c, c, taker{p}, line{c.RemoteAddr(), time.Now()}, protocol.CompressionNever, protocol.NewKeyGenerator())
	p.conn.Start()
	me := protocol.NewDeviceID(opt.Certificate.Certificate[0])
	p.conn.ClusterConfig(&protocol.ClusterConfig{Folders: []protocol.Folder{{ID: opt.Folder,
		Devices: []protocol.Device{{ID: me}, {ID: node}}}}}, nil)
	p.ended.Go(func() { p.take(ctx) })
	return p, nil
}

// Close ends the connection, and reports what went wrong before.
func (p *Peer) Close() error {
	p.mu.Lock()
	err := p.err
	p.mu.Unlock()
	p.cancel()
	p.conn.Close(errors.New("done"))
	p.ended.Wait()
	return err
}

func (p *Peer) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.err = err
	}
}

// take does what the connection's own goroutine must not wait for.
func (p *Peer) take(ctx context.Context) {
	var last int64
	first := true
	for {
		select {
		case files := <-p.work:
			for i := range files {
				if err := p.one(ctx, &files[i]); err != nil {
					p.fail(err)
					return
				}
				last++
				files[i].Sequence = last
			}
			if err := p.tell(ctx, files, last, first); err != nil {
				p.fail(err)
				return
			}
			first = false
		case <-ctx.Done():
			return
		}
	}
}

// tell says that these files are here too.
func (p *Peer) tell(ctx context.Context, files []protocol.FileInfo, last int64, first bool) error {
	if first {
		return p.conn.Index(ctx, &protocol.Index{Folder: p.opt.Folder, Files: files, LastSequence: last})
	}
	return p.conn.IndexUpdate(ctx, &protocol.IndexUpdate{Folder: p.opt.Folder, Files: files, LastSequence: last, PrevSequence: last - int64(len(files))})
}

// one takes a file that is offered.
func (p *Peer) one(ctx context.Context, f *protocol.FileInfo) error {
	if f.Deleted || f.Type != protocol.FileInfoTypeFile {
		return nil
	}
	name := path.Base(f.Name)
	fetched := p.opt.Fetch(name)
	if fetched {
		if err := p.fetch(ctx, f, name); err != nil {
			return fmt.Errorf("rawpeer: %s: %w", name, err)
		}
	}
	p.opt.Has(name, fetched)
	return nil
}

func (p *Peer) fetch(ctx context.Context, f *protocol.FileInfo, name string) error {
	sum := sha256.New()
	for i, b := range f.Blocks {
		got, err := p.conn.Request(ctx, &protocol.Request{Folder: p.opt.Folder, Name: f.Name, Offset: b.Offset, Size: b.Size, Hash: b.Hash, BlockNo: i})
		if err != nil {
			return err
		}
		sum.Write(got)
	}
	if hex.EncodeToString(sum.Sum(nil)) != name {
		return errors.New("came with other bytes than its name says")
	}
	return nil
}

// taker is what the connection tells.
type taker struct{ *Peer }

func (t taker) Index(_ protocol.Connection, idx *protocol.Index) error { return t.offer(idx.Files) }

func (t taker) IndexUpdate(_ protocol.Connection, up *protocol.IndexUpdate) error {
	return t.offer(up.Files)
}

func (t taker) offer(files []protocol.FileInfo) error {
	select {
	case t.work <- files:
		return nil
	case <-t.conn.Closed():
		return errors.New("closed")
	}
}

func (taker) Request(protocol.Connection, *protocol.Request) (protocol.RequestResponse, error) {
	return nil, protocol.ErrNoSuchFile
}

func (taker) ClusterConfig(protocol.Connection, *protocol.ClusterConfig) error { return nil }

func (t taker) Closed(_ protocol.Connection, err error) { t.fail(fmt.Errorf("rawpeer: cut: %w", err)) }

func (taker) DownloadProgress(protocol.Connection, *protocol.DownloadProgress) error { return nil }

// line describes the connection to the protocol.
type line struct {
	remote net.Addr
	since  time.Time
}

func (line) Type() string               { return "tcp-client" }
func (line) Transport() string          { return "tcp" }
func (line) IsLocal() bool              { return true }
func (l line) RemoteAddr() net.Addr     { return l.remote }
func (line) Priority() int              { return 0 }
func (l line) String() string           { return l.remote.String() }
func (line) Crypto() string             { return "TLS1.3" }
func (l line) EstablishedAt() time.Time { return l.since }
func (line) ConnectionID() string       { return "raw" }
