package cluster

import (
	"time"

	"holdfast/cluster/attribute"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

func (n *Node) applyAttribute(d replica.Deliver, c *wire.Attribute) {
	var err error
	switch n.state.Peers[d.From].turn(c) {
	case early:
		return
	case now:
		err = n.changeAttributes(c)
	}
	n.heardUpdate(d, c)
	n.answerUpdate(d, c, err)
}

func (n *Node) changeAttributes(c *wire.Attribute) error {
	if err := n.knows(c); err != nil {
		return err
	}
	if c.Task == "clear-failure" {
		n.forgetFailure(c)
	}
	n.attributeChanges(n.state.Attributes.Apply(c, n.presentNames()))
	return nil
}

func (n *Node) presentNames() []crm.NodeName {
	var nodes []crm.NodeName
	for _, p := range n.state.present() {
		nodes = append(nodes, p.Name)
	}
	return nodes
}

// forgetFailure clears the history of a failure along with its count.
func (n *Node) forgetFailure(c *wire.Attribute) {
	id := n.nodeID(c.Node)
	if id == 0 || c.Resource == "" {
		return
	}
	ed := record.Edit(n.state.CIB)
	ed.ForgetFailure(id, c.Node, c.Resource)
	n.setCIB(ed.Done())
}

func (n *Node) attributeChanges(changes []attribute.Change) {
	var writes []attribute.Write
	for _, ch := range changes {
		writes = append(writes, ch.Writes...)
		if ch.Wait != nil && n.control.Coordinates() {
			n.dampen(ch.Wait.Name, ch.Wait.Serial, ch.Wait.After)
		}
	}
	n.writeAttributes(writes)
}

// dampen has the coordinator end a dampening delay.
func (n *Node) dampen(name string, serial uint64, after time.Duration) {
	n.after(after, func(time.Time) { n.multicast(&wire.Flush{Name: name, Serial: serial}) })
}

func (n *Node) writeAttributes(writes []attribute.Write) {
	ed := record.Edit(n.state.CIB)
	for _, w := range writes {
		if id := n.nodeID(w.Node); id != 0 {
			ed.Attribute(id, w.Node, w.Util, w.Set, w.Name, w.Value)
			n.alertAttribute(id, w)
		}
	}
	root, changed := ed.Done()
	n.setCIB(root, changed)
	if changed {
		n.controlled(n.control.Trigger("transient attribute change"))
	}
}
