package config

import (
	"fmt"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// implied makes the resources of one replica: container, address, connection.
func (b *bundleReader) implied(replica *model.Replica) bool {
	if !b.container(replica) || !b.address(replica) || !b.remote(replica) {
		return false
	}
	if replica.Child == nil {
		return true
	}
	if replica.IPAddr != "" {
		replica.Child.Meta.Set("external-ip", replica.IPAddr)
	}
	// Only the bundled primitive can be given a utilization, and it is the
	// container that uses up its node.
	replica.Container.Utilization, replica.Child.Utilization = replica.Child.Utilization, replica.Container.Utilization
	return true
}

// add reads an implied primitive as a child of the bundle.
func (b *bundleReader) add(element *xml.Node) *model.Resource {
	rsc := b.read(element, b.rsc, "")
	if rsc != nil {
		b.rsc.Children = append(b.rsc.Children, rsc)
	}
	return rsc
}

// attributes starts the instance attributes of an implied resource.
func (b *bundleReader) attributes(replica *model.Replica) *xml.Node {
	return xml.New("instance_attributes", "id", fmt.Sprintf("%s-attributes-%d", b.rsc.ID, replica.Offset))
}

func (b *bundleReader) container(replica *model.Replica) bool {
	id := sanitizeID(fmt.Sprintf("%s-%s-%d", b.rsc.ID, b.data.Agent, replica.Offset))
	params := b.attributes(replica)
	addPair(params, "image", b.data.Image)
	addPair(params, "allow_pull", "true")
	addPair(params, "force_kill", "false")
	addPair(params, "reuse", "false")
	options, directories := b.runOptions(replica)
	addPair(params, "run_opts", options)
	addPair(params, "mount_points", strings.Join(directories, ","))
	if command, set := b.engine.Lookup("run-command"); set {
		addPair(params, "run_cmd", command)
	} else if replica.Child != nil {
		addPair(params, "run_cmd", "/usr/sbin/pacemaker-remoted")
	}
	// Whether the container lives is all that matters here: the executor
	// inside monitors the service.
	addPair(params, "monitor_cmd", "/bin/true")
	operations := xml.New("operations")
	addOperation(operations, id, "monitor", "60s", "")
	replica.Container = b.add(xml.New("primitive",
		"id", id, "class", "ocf", "provider", "heartbeat", "type", b.data.Agent).Add(params, operations))
	if replica.Container == nil {
		return false
	}
	replica.Container.Set(model.ReplicaContainer)
	return true
}

// runOptions are the engine's options for a container, and the directories on
// the host that must exist for it.
func (b *bundleReader) runOptions(replica *model.Replica) (options string, directories []string) {
	var o strings.Builder
	name := b.rsc.ID + "-" + strconv.Itoa(replica.Offset)
	if b.data.Agent == "docker" {
		o.WriteString(" --restart=no")
	}
	// A host name is of use only where an address goes with it.
	if b.network.firstIP != "" {
		o.WriteString(" -h " + name)
	}
	o.WriteString(" -e PCMK_stderr=1")
	network, named := b.engine.Lookup("network")
	if named {
		o.WriteString(" --net=" + network)
	}
	o.WriteString(" -e PCMK_remote_port=" + b.controlPort())
	for _, m := range b.mounts {
		source := m.source
		if m.perReplica {
			source += "/" + name
			directories = append(directories, source)
		}
		o.WriteString(" -v " + source + ":" + m.target)
		if m.options != "" {
			o.WriteString(":" + m.options)
		}
	}
	for _, p := range b.ports {
		if replica.IPAddr != "" {
			o.WriteString(" -p " + replica.IPAddr + ":" + p.host + ":" + p.inside)
		} else if network != "host" {
			o.WriteString(" -p " + p.host + ":" + p.inside)
		}
	}
	if more, set := b.engine.Lookup("options"); set {
		o.WriteString(" " + more)
	}
	o.WriteString(" " + b.hostOptions)
	return o.String(), directories
}

func (b *bundleReader) address(replica *model.Replica) bool {
	if b.network.firstIP == "" {
		return true
	}
	id := sanitizeID(b.rsc.ID + "-ip-" + replica.IPAddr)
	params := b.attributes(replica)
	addPair(params, "ip", replica.IPAddr)
	if b.network.hostInterface != "" {
		addPair(params, "nic", b.network.hostInterface)
	}
	netmask := b.network.netmask
	if netmask == "" {
		netmask = "32"
	}
	addPair(params, "cidr_netmask", netmask)
	operations := xml.New("operations")
	addOperation(operations, id, "monitor", "60s", "")
	replica.IP = b.add(xml.New("primitive",
		"id", id, "class", "ocf", "provider", "heartbeat", "type", "IPaddr2").Add(params, operations))
	return replica.IP != nil
}

// remote makes the node inside a container and the connection to it. Nothing but
// the replica's own instance may run on that node.
func (b *bundleReader) remote(replica *model.Replica) bool {
	if replica.Child == nil || !b.validNetwork() {
		return true
	}
	name := fmt.Sprintf("%s-%d", b.rsc.ID, replica.Offset)
	if b.c.ResourceWithID(name) != nil {
		name = fmt.Sprintf("pcmk-internal-%s-remote-%d", replica.Child.ID, replica.Offset)
	}
	// Without an address of its own the replica is reached at its host; #uname
	// stands for whichever that is.
	conn := connection{name: name, launcher: replica.Container.ID, server: replica.IPAddr, port: b.controlPort()}
	if conn.server == "" {
		conn.server = "#uname"
	}
	b.replicaNode(replica, name)
	replica.Remote = b.add(conn.element())
	if replica.Remote == nil {
		return false
	}
	for ix, place := range replica.Remote.Allowed.All() {
		if b.c.Nodes[ix].IsRemote() {
			place.Score = -crm.Infinity
		}
	}
	replica.Node.Remote = replica.Remote
	replica.Remote.Launcher = replica.Container
	replica.Node.Attrs.Set(AttrKind, "container")
	// The connection may be on another node than the container, so that
	// containers can run on remote nodes.
	replica.Remote.Set(model.RemoteNestingAllowed)
	return true
}

// replicaNode makes the node inside a replica, open to the replica's instance
// and closed to all else.
func (b *bundleReader) replicaNode(replica *model.Replica, name string) {
	n := b.c.NodeNamed(name)
	if n == nil {
		n = CreateNode(b.c, name, name, "remote", -crm.Infinity)
	}
	n.Score, n.Probe = -crm.Infinity, model.ProbeNever
	for _, rsc := range b.c.Resources {
		disallow(rsc, n)
	}
	replica.Node = n
	replica.Child.Allowed = nil
	replica.Child.Allowed.Put(n.Ix, model.Place{Score: replicaScore, Probe: model.ProbeExclusive})
	replica.Child.Parent.Allowed.Put(n.Ix, model.Place{Score: -crm.Infinity, Probe: model.ProbeExclusive})
}

// replicaScore is how much an instance likes the node of its own replica.
const replicaScore = 500

// disallow bans a resource, and all below it, from a node that had been there
// before it was known to be a replica's.
func disallow(rsc *model.Resource, n *model.Node) {
	if place := rsc.Allowed.At(n.Ix); place != nil {
		place.Score, place.Probe = -crm.Infinity, model.ProbeNever
	}
	for _, child := range rsc.Children {
		disallow(child, n)
	}
}

// nextIP counts an IPv4 address up, skipping 0, 254 and 255 at the end; "" if
// there is none or the address is none.
func nextIP(ip string) string {
	parts := strings.Split(ip, ".")
	if len(parts) != 4 {
		return ""
	}
	var oct [4]int
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return ""
		}
		oct[i] = n
	}
	switch {
	case oct[2] > 253:
		return ""
	case oct[3] > 253:
		oct[2]++
		oct[3] = 1
	default:
		oct[3]++
	}
	return fmt.Sprintf("%d.%d.%d.%d", oct[0], oct[1], oct[2], oct[3])
}

// sanitizeID replaces what may not stand in an XML id.
func sanitizeID(id string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.', c >= 0x80:
			return c
		}
		return '.'
	}, id)
}
