package config

import (
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// defaultRemotePort is where an executor inside a container listens.
const defaultRemotePort = "3121"

// A bundleReader reads one bundle and makes the resources that it implies.
type bundleReader struct {
	*reader
	rsc    *model.Resource
	data   *model.BundleData
	engine *xml.Node // docker or podman element

	replicas    int
	network     bundleNetwork
	mounts      []mount
	ports       []port
	hostOptions string // tells every container the addresses of all
	lastIP      string
}

// A bundleNetwork is the network element of a bundle.
type bundleNetwork struct {
	firstIP, netmask, hostInterface, controlPort string
	addHost                                      bool
}

type mount struct {
	source, target, options string
	perReplica              bool // source is a directory with one below it per replica
}

type port struct{ host, inside string }

// bundle reads a bundle: its container engine, network and storage, the bundled
// primitive as a clone, and one container (address, connection) per replica.
func (r *reader) bundle(rsc *model.Resource) bool {
	b := &bundleReader{reader: r, rsc: rsc, data: &model.BundleData{}}
	rsc.BundleData = b.data
	if !b.readEngine() {
		return false
	}
	b.readNetwork(rsc.XML.Child("network"))
	ownLog := b.readStorage(rsc.XML.Child("storage"))
	primitive := rsc.XML.Child("primitive")
	if primitive != nil {
		if !b.validNetwork() {
			r.c.Note(model.Error, rsc.ID, "Cannot control %s inside %s without either ip-range-start or control-port",
				rsc.ID, primitive.ID())
			return false
		}
		if !b.readChild(primitive) {
			return false
		}
		b.mapExecutor(ownLog)
	}
	b.makeReplicas()
	for _, replica := range b.data.Replicas {
		if !b.implied(replica) {
			r.c.Note(model.Error, rsc.ID, "Failed unpacking resource %s", rsc.ID)
			return false
		}
	}
	if b.data.Child != nil {
		rsc.Children = append(rsc.Children, b.data.Child)
	}
	return true
}

// readEngine reads the docker or podman element.
func (b *bundleReader) readEngine() bool {
	for _, name := range []string{"docker", "podman"} {
		if b.engine = b.rsc.XML.Child(name); b.engine != nil {
			b.data.Agent = name
			break
		}
	}
	if b.engine == nil {
		return false
	}
	b.data.Image = b.engine.Attr("image")
	b.data.PromotedMax = count(b.engine.Attr("promoted-max"))
	b.replicas = 1
	if text, set := b.engine.Lookup("replicas"); set {
		b.replicas = max(1, count(text))
	} else if b.data.PromotedMax > 0 {
		b.replicas = b.data.PromotedMax
	}
	b.replicas = b.limit(b.rsc, "replicas", b.replicas)
	b.data.ReplicasPerHost = max(1, count(b.engine.Attr("replicas-per-host")))
	if b.data.ReplicasPerHost == 1 {
		b.rsc.Clear(model.Unique)
	}
	for _, a := range b.engine.Attrs {
		b.data.Engine.Set(a.Name, a.Value)
	}
	return true
}

// readNetwork reads addresses and port mappings.
func (b *bundleReader) readNetwork(element *xml.Node) {
	if element == nil {
		return
	}
	for _, a := range element.Attrs {
		b.data.Network.Set(a.Name, a.Value)
	}
	n := &b.network
	n.firstIP, n.netmask = element.Attr("ip-range-start"), element.Attr("host-netmask")
	n.hostInterface, n.controlPort = element.Attr("host-interface"), element.Attr("control-port")
	add, ok := crm.ParseBool(element.Attr("add-host"))
	n.addHost = add || !ok
	b.data.ControlPort, b.data.AddHost = n.controlPort, n.addHost
	for mapping := range element.All("port-mapping") {
		p := port{host: mapping.Attr("port"), inside: mapping.Attr("internal-port")}
		if _, single := mapping.Lookup("port"); !single {
			p = port{host: mapping.Attr("range")}
		}
		if p.host == "" {
			b.c.Note(model.Error, mapping.ID(), "Invalid port directive %s", mapping.ID())
			continue
		}
		if p.inside == "" {
			p.inside = p.host
		}
		b.ports = append(b.ports, p)
	}
}

// readStorage reads the mounts and tells whether one of them is for logs.
func (b *bundleReader) readStorage(element *xml.Node) (ownLog bool) {
	for mapping := range element.All("storage-mapping") {
		m := mount{source: mapping.Attr("source-dir"), target: mapping.Attr("target-dir"), options: mapping.Attr("options")}
		if m.source == "" {
			m.source, m.perReplica = mapping.Attr("source-dir-root"), true
		}
		if m.source == "" || m.target == "" {
			b.c.Note(model.Error, mapping.ID(), "Invalid mount directive %s", mapping.ID())
			continue
		}
		ownLog = ownLog || m.target == "/var/log"
		b.mounts = append(b.mounts, m)
	}
	return ownLog
}

// validNetwork tells whether the executor inside a replica can be reached. One
// control port on the host serves one replica only.
func (b *bundleReader) validNetwork() bool {
	if b.network.firstIP != "" {
		return true
	}
	if b.network.controlPort != "" {
		if b.data.ReplicasPerHost > 1 {
			b.c.Note(model.Error, b.rsc.ID, "Specifying the 'control-port' for %s requires 'replicas-per-host=1'", b.rsc.ID)
			b.data.ReplicasPerHost = 1
		}
		return true
	}
	return false
}

// readChild reads the bundled primitive as the clone that it amounts to.
func (b *bundleReader) readChild(primitive *xml.Node) bool {
	// The name of promotable ones goes back to when they were <master> elements;
	// changing it would restart them all.
	suffix := "clone"
	if b.data.PromotedMax > 0 {
		suffix = "master"
	}
	meta := xml.New("meta_attributes", "id", b.rsc.ID+"-clone-meta")
	addPair(meta, "ordered", "true")
	addPair(meta, "clone-max", strconv.Itoa(b.replicas))
	addPair(meta, "clone-node-max", strconv.Itoa(b.data.ReplicasPerHost))
	addPair(meta, "globally-unique", strconv.FormatBool(b.data.ReplicasPerHost > 1))
	if b.data.PromotedMax > 0 {
		addPair(meta, "promotable", "true")
		addPair(meta, "promoted-max", strconv.Itoa(b.data.PromotedMax))
	}
	clone := xml.New("clone", "id", b.rsc.ID+"-"+suffix).Add(meta, primitive)
	b.data.Child = b.read(clone, b.rsc, "")
	return b.data.Child != nil
}

// mapExecutor makes the executor inside the containers usable: its key, its log
// and its port.
func (b *bundleReader) mapExecutor(ownLog bool) {
	const key = "/etc/pacemaker/authkey"
	b.mounts = append(b.mounts, mount{source: key, target: key})
	if !ownLog {
		b.mounts = append(b.mounts, mount{source: "/var/log/pacemaker/bundles", target: "/var/log", perReplica: true})
	}
	p := b.controlPort()
	b.ports = append(b.ports, port{host: p, inside: p})
}

func (b *bundleReader) controlPort() string {
	if b.network.controlPort != "" {
		return b.network.controlPort
	}
	return defaultRemotePort
}

// makeReplicas makes the replicas with their addresses, before any container
// is made: each container is told the addresses of all. There are no more replicas
// than instances, of which some classes of agents allow fewer (forceAnonymous).
func (b *bundleReader) makeReplicas() {
	if b.data.Child != nil {
		b.replicas = min(b.replicas, len(b.data.Child.Children))
	}
	for i := range b.replicas {
		replica := &model.Replica{Offset: i}
		if b.data.Child != nil {
			replica.Child = b.data.Child.Children[i]
			replica.Child.Set(model.ExclusiveProbes)
			if replica.Child.Is(model.Notify) {
				b.data.Child.Set(model.Notify)
			}
			b.data.AttributeTarget = replica.Child.Meta.Get("container-attribute-target")
		}
		b.assignAddress(replica)
		b.data.Replicas = append(b.data.Replicas, replica)
	}
	if target := b.data.AttributeTarget; target != "" {
		b.rsc.Meta.Set("container-attribute-target", target)
		b.data.Child.Meta.Set("container-attribute-target", target)
	}
}

// assignAddress gives a replica the next address of the range.
func (b *bundleReader) assignAddress(replica *model.Replica) {
	if b.network.firstIP == "" {
		return
	}
	replica.IPAddr = b.network.firstIP
	if b.lastIP != "" {
		replica.IPAddr = nextIP(b.lastIP)
	}
	b.lastIP = replica.IPAddr
	name := b.rsc.ID + "-" + strconv.Itoa(replica.Offset)
	if b.network.addHost {
		b.hostOptions += " --add-host=" + name + ":" + replica.IPAddr
	} else {
		b.hostOptions += " --hosts-entry=" + replica.IPAddr + "=" + name
	}
}
