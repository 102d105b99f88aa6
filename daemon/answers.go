package daemon

import (
	"slices"

	"holdfast/client/protocol"
	"holdfast/cluster/fencing"
	"holdfast/crm"
	"holdfast/output"
	"time"
)

// status tells how this node sees the cluster. It runs in the loop.
func (d *Daemon) status() protocol.Node {
	state := d.node.State()
	n := protocol.Node{
		ID: d.selfID(), Name: d.about.Self, State: d.node.Activity().String(), Holds: d.node.Holds(),
		DC: d.node.Coordinator(), Quorate: d.node.Quorate(), InSync: d.node.InSync(),
		Cluster: d.about.Cluster, Engine: d.about.Stack, FeatureSet: crm.FeatureSet, Software: output.Version,
		Peers: []protocol.Peer{}, Unavailable: d.lostWhy,
	}
	var machines []crm.NodeID
	if s := state.Standing; s != nil {
		n.Ring, machines = s.Ring, s.Machines
	}
	seen := map[crm.NodeID]bool{}
	for id, p := range state.Peers {
		seen[id] = true
		if p.Name == n.DC {
			n.DCID = id
		}
		n.Peers = append(n.Peers, protocol.Peer{
			ID: id, Name: p.Name, Member: p.Present, Machine: p.Present || slices.Contains(machines, id),
			FeatureSet: p.FeatureSet, Software: p.Software,
		})
	}
	if d.engine != nil {
		for _, c := range d.engine.Nodes() {
			if !seen[c.ID] {
				n.Peers = append(n.Peers, protocol.Peer{ID: c.ID, Name: c.Name, Machine: slices.Contains(machines, c.ID)})
			}
		}
	}
	slices.SortFunc(n.Peers, func(a, b protocol.Peer) int { return int(int64(a.ID) - int64(b.ID)) })
	return n
}

func (d *Daemon) selfID() crm.NodeID { return d.node.Self() }

// attributes answers a query of transient attributes. One that the cluster knows has
// the value "" on a node where nobody has set it: agents tell it so from one that
// they have misspelt.
func (d *Daemon) attributes(q *protocol.AttributeNames) []protocol.Value {
	node, table := d.named(q.Node), d.node.State().Attributes
	values := []protocol.Value{}
	for _, v := range table.Query(q.Name, q.Pattern, node) {
		values = append(values, protocol.Value{Name: v.Name, Node: v.Node, Value: *v.Value})
	}
	if len(values) == 0 && node != "" && table.Attributes[q.Name] != nil {
		values = append(values, protocol.Value{Name: q.Name, Node: node})
	}
	return values
}

// fenceHistory lists the requests about a target, "" for all.
func (d *Daemon) fenceHistory(target crm.NodeName) []fencing.Request {
	list := []fencing.Request{}
	for _, r := range d.node.State().Fencing.Requests {
		if target == "" || r.Target == target {
			list = append(list, *r)
		}
	}
	return list
}

// fenceDevices lists the devices that can, or might, act on a target.
func (d *Daemon) fenceDevices(target crm.NodeName) []protocol.DeviceInfo {
	devices := fencing.Devices(d.node.CIB(), time.Now())
	list := []protocol.DeviceInfo{}
	able := d.node.State().Fencing.CanReach(devices, target)
	for _, dev := range devices {
		if target == "" || slices.Contains(able, dev.ID) {
			list = append(list, protocol.DeviceInfo{ID: dev.ID, Agent: dev.Agent, Started: dev.Started})
		}
	}
	return list
}
