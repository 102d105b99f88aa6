package config

import (
	"holdfast/cib/xml"
	"holdfast/scheduler/model"
)

// remoteNodes creates the nodes that resources bring, before any resource is
// read, and returns the connections that guests imply.
func (r *reader) remoteNodes() []*xml.Node {
	if r.c.Purpose == model.LocationOnly {
		return nil
	}
	known := map[string]bool{}
	var connections []*xml.Node
	guest := func(element *xml.Node) {
		if conn := guestConnection(element); conn != nil && !known[conn.ID()] {
			known[conn.ID()] = true
			connections = append(connections, conn)
			r.remoteNode(conn.ID())
		}
	}
	for element := range r.section.Elements() {
		switch {
		case isRemoteConnection(element):
			if element.ID() != "" {
				r.remoteNode(element.ID())
			}
		case element.Name == "primitive":
			guest(element)
		case element.Name == "group":
			for member := range element.Elements() {
				guest(member)
			}
		}
	}
	return connections
}

func (r *reader) remoteNode(name string) {
	if r.c.NodeNamed(name) == nil {
		CreateNode(r.c, name, name, "remote", 0)
	}
}

// guestConnection returns the connection that a resource with the meta-attribute
// remote-node implies, nil if it is no guest.
func guestConnection(element *xml.Node) *xml.Node {
	conn := connection{launcher: element.ID(), startTimeout: "60s"}
	for block := range element.All("meta_attributes") {
		for pair := range block.Elements() {
			value := pair.Attr("value")
			switch pair.Attr("name") {
			case "remote-node":
				conn.name = value
			case "remote-addr":
				conn.server = value
			case "remote-port":
				conn.port = value
			case "remote-connect-timeout":
				conn.startTimeout = value
			case "remote-allow-migrate":
				conn.migrate = value
			case "is-managed":
				conn.managed = value
			}
		}
	}
	if conn.name == "" {
		return nil
	}
	return conn.element()
}

// A connection is what a connection resource is made of; empty means left out.
type connection struct {
	name, launcher, migrate, managed, startTimeout, server, port string
}

// element writes the connection as a primitive of the CIB.
func (conn connection) element() *xml.Node {
	meta := xml.New("meta_attributes", "id", conn.name+"-meta_attributes")
	addPair(meta, "internal-rsc", "true")
	if conn.launcher != "" {
		addPair(meta, "container", conn.launcher)
	}
	if conn.migrate != "" {
		addPair(meta, "allow-migrate", conn.migrate)
	}
	if conn.managed != "" {
		addPair(meta, "is-managed", conn.managed)
	}
	primitive := xml.New("primitive", "id", conn.name, "class", "ocf", "provider", "pacemaker", "type", "remote")
	primitive.Add(meta)
	if conn.server != "" || conn.port != "" {
		params := xml.New("instance_attributes", "id", conn.name+"-instance_attributes")
		if conn.server != "" {
			addPair(params, "addr", conn.server)
		}
		if conn.port != "" {
			addPair(params, "port", conn.port)
		}
		primitive.Add(params)
	}
	operations := xml.New("operations")
	addOperation(operations, conn.name, "monitor", "30s", "30s")
	if conn.startTimeout != "" {
		addOperation(operations, conn.name, "start", "0", conn.startTimeout)
	}
	return primitive.Add(operations)
}

func addPair(block *xml.Node, name, value string) {
	block.Add(xml.New("nvpair", "id", block.ID()+"-"+name, "name", name, "value", value))
}

func addOperation(operations *xml.Node, prefix, task, interval, timeout string) {
	op := xml.New("op", "id", prefix+"-"+task+"-"+interval, "interval", interval, "name", task)
	if timeout != "" {
		op.SetAttr("timeout", timeout)
	}
	operations.Add(op)
}

// linkLauncher connects primitives with the resource named by their
// meta-attribute container.
func (r *reader) linkLauncher(rsc *model.Resource) {
	if len(rsc.Children) > 0 {
		for _, child := range rsc.Children {
			r.linkLauncher(child)
		}
		return
	}
	id := rsc.Meta.Get("container")
	if id == "" || id == rsc.ID {
		return
	}
	launcher := r.c.ResourceWithID(id)
	if launcher == nil {
		r.c.Note(model.Error, rsc.ID, "Resource %s: Unknown container %s", rsc.ID, id)
		return
	}
	rsc.Launcher = launcher
	launcher.Launched = append(launcher.Launched, rsc)
}

// linkRemoteNode connects a top-level connection with its node.
func (r *reader) linkRemoteNode(rsc *model.Resource) {
	if !rsc.Is(model.RemoteConnection) || r.c.Purpose == model.LocationOnly {
		return
	}
	n := r.c.NodeNamed(rsc.ID)
	if n == nil {
		return
	}
	n.Remote = rsc
	if rsc.Launcher == nil {
		StartupFencing(r.c, n)
	} else {
		n.Attrs.Set(AttrKind, "container")
	}
}
