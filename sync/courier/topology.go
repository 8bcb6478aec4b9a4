package courier

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/syncthing/syncthing/lib/config"
	"github.com/syncthing/syncthing/lib/model"
	"github.com/syncthing/syncthing/lib/protocol"
)

// Topology is all that a node is configured with: whom it knows, and which
// folders it shares with whom. Nobody else gets in, and nothing else is shared.
type Topology struct {
	Peers   []Peer
	Folders []Folder
	// SendKiB and TakeKiB bound what goes over the line in a second, in KiB; 0 is
	// no bound. What stays in the local network is not bounded.
	SendKiB, TakeKiB int
}

// Peer is another node.
type Peer struct {
	ID ID
	// Addresses are host:port. Besides, a peer of the local network is found by
	// its announcements.
	Addresses []string
	// Paused: known, and not spoken to.
	Paused bool
}

// Folder is a directory of segments shared with peers.
type Folder struct {
	ID    string
	Shelf *Shelf
	// Gives: this machine's files are the truth, and what others do to theirs is
	// not taken. Else the machine takes what the others of the folder have, and
	// what is done to its files here goes to nobody.
	Gives bool
	Peers []ID
}

// How Syncthing is set up; DESIGN.md gives the reasons.
const (
	reconnectSeconds    = 10       // between calls to a peer that is away
	waitSeconds         = 600      // the same of the province, whom its laptops call
	progressSeconds     = 1        // between reports of what is arriving
	keepTemporaryHours  = 1 << 20  // a century: [Shelf.DropParts] removes them, not a clock that was wrong for an hour
	pendingKiB          = 16 << 10 // asked for at a time, the least that is taken: more would be asked of the line before a colleague has it
	incomingKiB         = 64 << 10
	concurrentScans     = 2
	connectionUpgrade   = 0
	versionsOfConflicts = 0
)

// Configure gives the node its whole topology. Folders that are no longer in it
// are shared no more; their files stay until [Shelf.Wipe].
func (n *Node) Configure(t Topology) error {
	for _, f := range t.Folders {
		if err := f.Shelf.prepare(); err != nil {
			return err
		}
	}
	n.mu.Lock()
	n.given = t
	n.mu.Unlock()
	r, err := n.now()
	if err != nil {
		return nil // it comes up with this topology
	}
	err = r.change(func(c *config.Configuration) { *c = n.configuration(t) })
	if errors.Is(err, ErrDown) {
		return nil // the same
	}
	return err
}

// Topology is what the node was last given.
func (n *Node) Topology() Topology {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.given
}

// configuration is the topology in Syncthing's terms.
func (n *Node) configuration(t Topology) config.Configuration {
	me := n.id.device()
	c := config.New(me)
	n.options(&c.Options, t)
	c.GUI.Enabled = false
	c.Devices = []config.DeviceConfiguration{{DeviceID: me, Addresses: []string{"dynamic"}}}
	for _, p := range t.Peers {
		c.Devices = append(c.Devices, p.configuration())
	}
	c.Folders = nil
	for _, f := range t.Folders {
		c.Folders = append(c.Folders, f.configuration(c.Defaults.Folder.Copy(), me, n.opt.MinFree))
	}
	return c
}

func (n *Node) options(o *config.OptionsConfiguration, t Topology) {
	o.RawListenAddresses = []string{}
	for _, address := range n.opt.Listen {
		o.RawListenAddresses = append(o.RawListenAddresses, "tcp://"+address)
	}
	o.LocalAnnEnabled = n.opt.Announce
	if o.ReconnectIntervalS = reconnectSeconds; n.opt.Large {
		o.ReconnectIntervalS = waitSeconds
	}
	o.ProgressUpdateIntervalS = progressSeconds
	o.KeepTemporariesH = keepTemporaryHours
	o.RawMaxCIRequestKiB = incomingKiB
	o.RawMaxFolderConcurrency = concurrentScans
	o.ConnectionPriorityUpgradeThreshold = connectionUpgrade
	o.MaxSendKbps, o.MaxRecvKbps = t.SendKiB, t.TakeKiB
	o.SetLowPriority = false // it would be the whole program's
	// What reaches beyond the province, and what an embedded node has no use for.
	o.GlobalAnnEnabled, o.RelaysEnabled, o.NATEnabled, o.CREnabled, o.StartBrowser = false, false, false, false, false
	o.RawGlobalAnnServers, o.RawStunServers = []string{}, []string{}
	o.URAccepted, o.AutoUpgradeIntervalH = -1, 0
	o.URURL, o.ReleasesURL, o.CRURL = "", "", ""
}

func (p Peer) configuration() config.DeviceConfiguration {
	addresses := []string{"dynamic"}
	for _, a := range p.Addresses {
		addresses = append(addresses, "tcp://"+a)
	}
	return config.DeviceConfiguration{
		DeviceID: p.ID.device(), Addresses: addresses, Paused: p.Paused,
		Name:        string(p.ID),            // else the first name that a peer calls itself by is taken, and the whole configuration made anew
		Compression: config.CompressionNever, // of sealed bytes there is nothing to compress
	}
}

func (f Folder) configuration(c config.FolderConfiguration, me protocol.DeviceID, minFree int64) config.FolderConfiguration {
	c.ID, c.Label, c.Path = f.ID, "", f.Shelf.dir
	c.FilesystemType = config.FilesystemTypeBasic
	c.Type = config.FolderTypeReceiveOnly
	if f.Gives {
		c.Type = config.FolderTypeSendOnly
	}
	c.Devices = []config.FolderDeviceConfiguration{{DeviceID: me}}
	for _, p := range f.Peers {
		c.Devices = append(c.Devices, config.FolderDeviceConfiguration{DeviceID: p.device()})
	}
	c.FSWatcherEnabled, c.RescanIntervalS = false, 0 // we say what changed
	c.IgnorePerms, c.AutoNormalize, c.CaseSensitiveFS = true, false, true
	c.MinDiskFree = config.Size{Value: float64(minFree) / 1e6, Unit: "MB"}
	c.PullerMaxPendingKiB, c.MaxConflicts = pendingKiB, versionsOfConflicts
	c.Order = config.PullOrderSmallestFirst // many documents are there soon
	c.ScanProgressIntervalS = -1
	c.MarkerName = marker
	return c
}

// Scan tells the node that these segments were put into a folder, or taken out.
// Without names it looks at all of it.
func (n *Node) Scan(folder string, names ...string) error {
	for end := time.Now().Add(startsWithin); ; {
		r, err := n.now()
		switch {
		case err != nil:
			return nil // it looks at everything when it comes up
		case len(names) == 0:
			err = r.model.ScanFolder(folder)
		default:
			err = r.model.ScanFolderSubdirs(folder, names)
		}
		if !errors.Is(err, model.ErrFolderNotRunning) || time.Now().After(end) {
			return err
		}
		time.Sleep(startPause) // it was configured just now
	}
}

// How long a folder may take to run after it was configured.
const (
	startsWithin = 10 * time.Second
	startPause   = 20 * time.Millisecond
)

// hostPorts are listen addresses as others may call them.
func hostPorts(urls []string) (out []string) {
	for _, u := range urls {
		parsed, err := url.Parse(u)
		if err != nil || !strings.HasPrefix(parsed.Scheme, "tcp") {
			continue
		}
		host, port, err := net.SplitHostPort(parsed.Host)
		if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || port == "0" { // 0: not bound yet
			continue
		}
		if !slices.Contains(out, parsed.Host) {
			out = append(out, parsed.Host)
		}
	}
	return out
}
