package hub

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
)

// Options describe the cluster and this node's place in it. All members must
// be given the same Path and Nodes.
type Options struct {
	// Path is the socket; beside it, Path.lock. The directory must exist and
	// belong to the cluster's user alone.
	Path string
	// Self is this node's id, one of Nodes.
	Self crm.NodeID
	// Nodes is the node list; a majority of it, counted by machines, is quorate.
	Nodes []view.Node
	// TwoNode lets one of two nodes be quorate once it has seen the other.
	TwoNode bool
	// Token is how long somebody may be silent before it counts as gone
	// (default 1 s); one whose process runs all the same, on an overloaded machine,
	// has four times as long. A closed socket is noticed at once.
	Token time.Duration
}

// patience is how many Tokens a silent process has that runs.
const patience = 4

// maxPath is what fits into a socket address.
const maxPath = 107

func (o *Options) complete() error {
	if o.Token == 0 {
		o.Token = time.Second
	}
	o.Nodes = slices.Clone(o.Nodes)
	slices.SortFunc(o.Nodes, func(a, b view.Node) int { return cmp.Compare(a.ID, b.ID) })
	if o.Path == "" {
		return errors.New("hub: no socket path given")
	}
	if len(o.Path) > maxPath {
		return fmt.Errorf("hub: socket path %s is too long: %d bytes, at most %d", o.Path, len(o.Path), maxPath)
	}
	if !slices.ContainsFunc(o.Nodes, func(n view.Node) bool { return n.ID == o.Self }) {
		return fmt.Errorf("hub: node %d is not in the node list", o.Self)
	}
	return nil
}

func (o *Options) ids() []crm.NodeID {
	var ids []crm.NodeID
	for _, n := range o.Nodes {
		ids = append(ids, n.ID)
	}
	return ids
}

// quorate counts machines; seenAll is whether somebody here has seen all nodes.
func (o *Options) quorate(machines int, seenAll bool) bool {
	if o.TwoNode && len(o.Nodes) == 2 {
		return machines > 0 && seenAll
	}
	return 2*machines > len(o.Nodes)
}
