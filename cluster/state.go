package cluster

import (
	"encoding/json"
	"slices"

	"holdfast/cib/xml"
	"holdfast/cluster/attribute"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// State is what all members hold alike. It is changed only by apply and sync, at
// a place in the log.
type State struct {
	CIB        *xml.Node // immutable: a change makes a new tree
	Attributes *attribute.Table
	Fencing    *fencing.State
	Peers      map[crm.NodeID]*Peer

	Epoch    uint64 // counts the views in sync
	Path     string // names the views in sync that led here, as their members: another on each side of a partition
	Standing *wire.Standing
	Blessed  bool // no other side can hold a newer history than this one
	Formed   bool // it has had quorum since its status began: it knows who left in good order
}

// Peer is a node that has been a member since the cluster came up.
type Peer struct {
	ID         crm.NodeID       `json:"id"`
	Name       crm.NodeName     `json:"name"`
	Life       wire.Incarnation `json:"life"`
	FeatureSet string           `json:"feature_set"`
	Software   string           `json:"software"`
	Since      uint64           `json:"since"`   // the epoch in which this process joined
	Present    bool             `json:"present"` // its process takes part
	Gone       bool             `json:"gone"`    // it left without leave, and nobody has judged it yet
	Leaving    bool             `json:"leaving"` // it asked to leave
	Dismissed  bool             `json:"dismissed"`
	Quorate    bool             `json:"quorate"` // it was in sync with quorum in this life of its machine

	// The updates of attributes that this process has said, about itself and about
	// others, are applied up to these.
	OwnUpdates   uint64 `json:"own_updates,omitempty"`
	OtherUpdates uint64 `json:"other_updates,omitempty"`
}

// sync names the view in sync that this is the state of.
func (s *State) sync() wire.Sync { return wire.Sync{Epoch: s.Epoch, Path: s.Path} }

// present lists the peers that take part, ascending by id.
func (s *State) present() []*Peer {
	var list []*Peer
	for _, p := range s.Peers {
		if p.Present {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *Peer) int { return int(int64(a.ID) - int64(b.ID)) })
	return list
}

// peers lists all peers, ascending by id.
func (s *State) peers() []*Peer {
	var list []*Peer
	for _, p := range s.Peers {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *Peer) int { return int(int64(a.ID) - int64(b.ID)) })
	return list
}

func (s *State) peerNamed(name crm.NodeName) *Peer {
	for _, p := range s.peers() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// coordinator is the member that decides: the lowest feature set, then the
// longest membership, then the lowest id.
func (s *State) coordinator() *Peer {
	var best *Peer
	for _, p := range s.present() {
		if p.Dismissed {
			continue
		}
		if best == nil || olderFeatures(p.FeatureSet, best.FeatureSet) ||
			p.FeatureSet == best.FeatureSet && p.Since < best.Since {
			best = p
		}
	}
	return best
}

// saved is the state as a snapshot carries it.
type saved struct {
	CIB        string               `json:"cib"`
	Attributes *attribute.Table     `json:"attributes"`
	Fencing    *fencing.State       `json:"fencing"`
	Peers      map[crm.NodeID]*Peer `json:"peers"`
	Epoch      uint64               `json:"epoch"`
	Path       string               `json:"path"`
	Blessed    bool                 `json:"blessed"`
	Formed     bool                 `json:"formed"`
}

func (s *State) encode() json.RawMessage {
	data, err := json.Marshal(saved{
		CIB: s.CIB.String(), Attributes: s.Attributes, Fencing: s.Fencing, Peers: s.Peers, Epoch: s.Epoch, Path: s.Path, Blessed: s.Blessed, Formed: s.Formed,
	})
	if err != nil {
		panic("cluster: a state that is not plain data: " + err.Error())
	}
	return data
}

func decodeState(data json.RawMessage) (*State, error) {
	v := saved{Attributes: attribute.New(), Fencing: fencing.NewState(), Peers: map[crm.NodeID]*Peer{}}
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	root, err := xml.Parse([]byte(v.CIB))
	if err != nil {
		return nil, err
	}
	return &State{CIB: root, Attributes: v.Attributes, Fencing: v.Fencing, Peers: v.Peers, Epoch: v.Epoch, Path: v.Path, Blessed: v.Blessed, Formed: v.Formed}, nil
}
