package cluster

import (
	"slices"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster/record"
)

// forScheduler is the document to decide on: the state's, but for a side without
// quorum.
func (n *Node) forScheduler() *xml.Node {
	root := n.state.CIB
	if n.lonely {
		root = withStopPolicy(root)
	}
	switch {
	case n.onlyStops():
		root = n.withoutLost(root)
	case n.frozen():
		root = n.withoutStrangers(root)
	}
	return root
}

// withStopPolicy has a document say that resources stop without quorum: a node that
// has lost the membership layer knows nothing of the others and may only stop,
// whatever the policy.
func withStopPolicy(root *xml.Node) *xml.Node {
	const set = "cib-bootstrap-options"
	stop := xml.New("crm_config").Add(xml.New("cluster_property_set", "id", set).Add(
		xml.New("nvpair", "id", set+"-no-quorum-policy", "name", "no-quorum-policy", "value", "stop")))
	result, err := cib.Trusted(root).Apply(cib.Request{Op: cib.Modify, Section: "crm_config", Data: stop, AllowCreate: true, NoStamp: true, NoSchema: true})
	if err != nil {
		return root
	}
	return result.CIB.Root()
}

// onlyStops reports whether this side has no quorum and a policy by which it may
// start nothing.
func (n *Node) onlyStops() bool {
	c := n.state.Standing
	if c == nil || c.Quorate && n.state.Blessed {
		return false
	}
	switch n.option("no-quorum-policy") {
	case "", "stop", "demote":
		return true
	}
	return n.lonely
}

// frozen reports whether this side has no quorum, and goes on with what it runs.
func (n *Node) frozen() bool {
	c := n.state.Standing
	return c != nil && !(c.Quorate && n.state.Blessed) && n.option("no-quorum-policy") == "freeze"
}

// withoutStrangers has a document put nodes on standby whose life no quorum has seen,
// in a side that may move what it runs. Those who have quorum know such a node as
// fenced: what was moved to it they would start elsewhere, once its former host has
// come to them.
func (n *Node) withoutStrangers(root *xml.Node) *xml.Node {
	ed, on := record.Edit(root), "on"
	for _, p := range n.state.present() {
		if !p.Quorate {
			ed.Attribute(p.ID, p.Name, false, "", "standby", &on)
		}
	}
	root, _ = ed.Done()
	return root
}

// withoutLost has a document say nothing of what runs on machines that are not of
// this side. It can neither stop that nor fence them, and a stop that is ordered
// behind one that can never be done would never be done either: the service would
// go on here, while those who have quorum start it elsewhere.
func (n *Node) withoutLost(root *xml.Node) *xml.Node {
	ed := record.Edit(root)
	for _, p := range n.state.peers() {
		if !p.Present && !slices.Contains(n.state.Standing.Machines, p.ID) {
			ed.HideLife(p.ID, p.Name)
		}
	}
	root, _ = ed.Done()
	return root
}
