package courier

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/syncthing/syncthing/lib/db/backend"

	"khonggiay/app"
)

// Options of a node.
type Options struct {
	// Dir is where the node keeps its index. It may be lost: the next start reads
	// the folders anew.
	Dir string
	// Identity of the node.
	Identity Identity
	// Listen are TCP addresses, such as ":22000" or "127.0.0.1:0". None: the node
	// only calls others.
	Listen []string
	// Announce tells the local network about the node, and finds peers there
	// (UDP 21027).
	Announce bool
	// Large tunes the index for many folders, at the province.
	Large bool
	// MinFree is what must stay free on the disk, bytes: nothing is taken below it.
	MinFree int64
	// Events of the node, in their order. They are called by one goroutine, which
	// waits for them.
	Events Events
	// Log is told about what goes wrong. Nil is silent.
	Log *slog.Logger

	pause time.Duration                         // before another start; for tests
	index func(backend.Backend) backend.Backend // for tests
}

// Node is an embedded Syncthing node. When it fails (its disk is full, its index
// damaged) it goes down and comes up again by itself after a while; meanwhile its
// methods answer ErrDown, and it remembers what it is configured with.
type Node struct {
	opt    Options
	id     ID
	failed chan error    // of what runs; capacity 1
	closed chan struct{} // closed by Close
	once   sync.Once
	ended  sync.WaitGroup

	mu       sync.Mutex // guards what follows
	running  *running   // nil while the node is down
	given    Topology   // as last configured
	arriving map[app.Hash]Arrival
}

// ErrDown: the node has failed and will come up again.
var ErrDown = errors.New("courier: the node is down")

// restartPause is how long a node that failed stays down.
const restartPause = 30 * time.Second

// Start starts a node without peers and folders; Configure gives it some. One that
// cannot run now is down, and tries again.
func Start(opt Options) *Node {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.pause == 0 {
		opt.pause = restartPause
	}
	hear(opt.Log)
	n := &Node{opt: opt, id: opt.Identity.ID(), failed: make(chan error, 1), closed: make(chan struct{}), arriving: map[app.Hash]Arrival{}}
	n.up()
	n.ended.Go(n.tend)
	return n
}

// tend takes a node that failed down, and up again.
func (n *Node) tend() {
	again := time.NewTicker(n.opt.pause)
	defer again.Stop()
	for {
		select {
		case err := <-n.failed:
			n.opt.Log.Warn("the courier has failed and starts again in a while", "err", err)
			n.down()
			again.Reset(n.opt.pause)
		case <-again.C:
			if _, err := n.now(); err != nil {
				n.up()
			}
		case <-n.closed:
			n.down()
			return
		}
	}
}

// up begins to run with what the node is configured with.
func (n *Node) up() {
	select { // what an earlier run still had to say
	case <-n.failed:
	default:
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	r, err := n.run(n.given)
	if err != nil {
		n.opt.Log.Warn("the courier cannot be started", "err", err)
		return
	}
	n.running = r
}

func (n *Node) down() {
	n.mu.Lock()
	r := n.running
	n.running = nil
	clear(n.arriving)
	n.mu.Unlock()
	if r != nil && !r.end() {
		n.opt.Log.Warn("the courier did not stop in time")
	}
}

// fail has the node go down.
func (n *Node) fail(err error) {
	select {
	case n.failed <- err:
	default: // it is known already
	}
}

// now is what runs, or ErrDown.
func (n *Node) now() (*running, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running == nil {
		return nil, ErrDown
	}
	return n.running, nil
}

// Close stops the node and waits for it. Transfers go on where they stopped when
// a node is started in the same folders.
func (n *Node) Close() {
	n.once.Do(func() { close(n.closed) })
	n.ended.Wait()
}

// ID is the node's id.
func (n *Node) ID() ID { return n.id }

// Addresses are the TCP addresses that the node listens on, as host:port.
func (n *Node) Addresses() []string {
	r, err := n.now()
	if err != nil {
		return nil
	}
	return r.addresses()
}
