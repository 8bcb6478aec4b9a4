package courier

import (
	"github.com/syncthing/syncthing/lib/db"
	"github.com/syncthing/syncthing/lib/protocol"

	"khonggiay/app"
)

// Need is what this machine lacks of a folder that it takes, or a peer of one
// that it gives.
type Need struct {
	Files int
	Bytes int64
}

// Needs is what this machine lacks of the folder.
func (n *Node) Needs(folder string) (need Need, err error) {
	err = n.snapshot(folder, func(s *db.Snapshot) {
		c := s.NeedSize(protocol.LocalDeviceID)
		need = Need{c.Files + c.Deleted, c.Bytes}
	})
	return need, err
}

// Expects reports whether somebody who is connected has the segment in the
// folder, so that it is about to come.
func (n *Node) Expects(folder string, name app.Hash) bool {
	if !n.Holds(folder, name) || n.tampered(folder, name) {
		return false
	}
	shared, _ := n.folder(folder)
	for _, p := range shared.Peers {
		if n.Connected(p) {
			return true
		}
	}
	return false
}

// tampered reports whether the segment was deleted or changed on this machine's
// shelf: what one does to a folder that one takes stays, and is not brought again.
func (n *Node) tampered(folder string, name app.Hash) bool {
	r, err := n.now()
	if err != nil {
		return false
	}
	f, known, err := r.model.CurrentFolderFile(folder, Item(name))
	return err == nil && known && f.IsReceiveOnlyChanged()
}

// Holds reports whether the segment belongs in the folder, as far as is known here.
func (n *Node) Holds(folder string, name app.Hash) bool {
	r, err := n.now()
	if err != nil {
		return false
	}
	f, known, err := r.model.CurrentGlobalFile(folder, Item(name))
	return err == nil && known && !f.IsDeleted() && !f.IsInvalid()
}

// PeerNeeds is what the peer lacks of the folder, as it says.
func (n *Node) PeerNeeds(folder string, peer ID) (Need, error) {
	r, err := n.now()
	if err != nil {
		return Need{}, err
	}
	c, err := r.model.Completion(peer.device(), folder)
	return Need{c.NeedItems + c.NeedDeletes, c.NeedBytes}, err
}

// Connected reports whether the peer is connected now.
func (n *Node) Connected(peer ID) bool {
	r, err := n.now()
	return err == nil && r.model.ConnectedTo(peer.device())
}
