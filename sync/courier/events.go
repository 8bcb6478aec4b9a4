package courier

import (
	"context"
	"maps"

	"github.com/syncthing/syncthing/lib/db"
	"github.com/syncthing/syncthing/lib/events"
	"github.com/syncthing/syncthing/lib/model"
	"github.com/syncthing/syncthing/lib/protocol"

	"khonggiay/app"
)

// Events are told what happens at a node. Each may be nil.
type Events struct {
	// Arrived: a segment is whole in a folder that this machine takes. Its bytes
	// have not been compared with its name.
	Arrived func(folder string, name app.Hash)
	// Progress: what [Node.Arriving] tells has changed.
	Progress func()
	// Peer: the connection to a peer came or went.
	Peer func(peer ID, connected bool)
	// Foreign: in a folder that this machine gives, a peer has changed, deleted or
	// added something, which nobody should. It has been overruled already.
	Foreign func(Foreign)
	// Index: a peer has told more about what it has.
	Index func(folder string, peer ID)
}

// Foreign is what a peer did to a folder that is not its to change.
type Foreign struct {
	Folder string
	From   ID // who told us, proved by its connection
	By     ID // who did it, as the peers say; "" when it is none of the folder's peers
	Items  int
}

// Arrival is how far a segment has come.
type Arrival struct{ Done, Total int64 }

const wanted = events.ItemFinished | events.DownloadProgress | events.DeviceConnected |
	events.DeviceDisconnected | events.RemoteIndexUpdated | events.FolderErrors

// watch passes events on until the node ends.
func (n *Node) watch(ctx context.Context, sub events.Subscription) {
	defer sub.Unsubscribe()
	for {
		select {
		case e, ok := <-sub.C():
			if !ok {
				return
			}
			n.tell(e)
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) tell(e events.Event) {
	switch data := e.Data.(type) {
	case map[string]map[string]*model.PullerProgress:
		n.progress(data)
	case map[string]string: // of a connection
		id, _ := ParseID(data["id"])
		if n.opt.Events.Peer != nil && id != "" {
			n.opt.Events.Peer(id, e.Type == events.DeviceConnected)
		}
	case map[string]any:
		folder, _ := data["folder"].(string)
		switch e.Type {
		case events.ItemFinished:
			n.finished(folder, data)
		case events.RemoteIndexUpdated:
			n.indexed(folder, data)
		case events.FolderErrors:
			n.opt.Log.Warn("courier: folder", "folder", folder, "errors", data["errors"])
		}
	}
}

// progress notes what is arriving, over all folders.
func (n *Node) progress(all map[string]map[string]*model.PullerProgress) {
	arriving := map[app.Hash]Arrival{}
	for _, items := range all {
		for item, p := range items {
			if name, ok := parseItem(item); ok {
				arriving[name] = Arrival{p.BytesDone, p.BytesTotal}
			}
		}
	}
	n.mu.Lock()
	n.arriving = arriving
	n.mu.Unlock()
	if n.opt.Events.Progress != nil {
		n.opt.Events.Progress()
	}
}

// Arriving is how far the segments have come that are on their way now.
func (n *Node) Arriving() map[app.Hash]Arrival {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.arriving)
}

func (n *Node) finished(folder string, data map[string]any) {
	item, _ := data["item"].(string)
	name, ok := parseItem(item)
	failed, _ := data["error"].(*string)
	if !ok || failed != nil || data["action"] == "delete" {
		return
	}
	n.mu.Lock()
	delete(n.arriving, name)
	n.mu.Unlock()
	if n.opt.Events.Arrived != nil {
		n.opt.Events.Arrived(folder, name)
	}
}

func (n *Node) indexed(folder string, data map[string]any) {
	text, _ := data["device"].(string)
	from, err := ParseID(text)
	if err != nil {
		return
	}
	if f, ok := n.folder(folder); ok && f.Gives {
		n.overrule(f, from)
	}
	if n.opt.Events.Index != nil {
		n.opt.Events.Index(folder, from)
	}
}

func (n *Node) folder(id string) (Folder, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, f := range n.given.Folders {
		if f.ID == id {
			return f, true
		}
	}
	return Folder{}, false
}

// overrule looks whether peers have made something of a folder that this machine
// gives, and says again what is true there. What the peers say that this node
// itself did is of a time before its index was lost, and nobody's fault.
func (n *Node) overrule(f Folder, from ID) {
	made := map[protocol.ShortID]int{}
	err := n.snapshot(f.ID, func(s *db.Snapshot) {
		s.WithNeedTruncated(protocol.LocalDeviceID, func(i protocol.FileInfo) bool {
			if made[i.ModifiedBy] += 0; !i.IsDirectory() {
				made[i.ModifiedBy]++
			}
			return true
		})
	})
	if err != nil || len(made) == 0 {
		return
	}
	if r, err := n.now(); err == nil {
		r.model.Override(f.ID)
	}
	for by, items := range made {
		if by == n.id.device().Short() || items == 0 || n.opt.Events.Foreign == nil {
			continue
		}
		n.opt.Events.Foreign(Foreign{Folder: f.ID, From: from, By: f.peer(by), Items: items})
	}
}

func (n *Node) snapshot(folder string, fn func(*db.Snapshot)) error {
	r, err := n.now()
	if err != nil {
		return err
	}
	s, err := r.model.DBSnapshot(folder)
	if err != nil {
		return err
	}
	defer s.Release()
	fn(s)
	return nil
}

func (f Folder) peer(short protocol.ShortID) ID {
	for _, p := range f.Peers {
		if p.device().Short() == short {
			return p
		}
	}
	return ""
}
