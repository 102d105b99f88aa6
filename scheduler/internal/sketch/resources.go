package sketch

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// primitive reads NAME meta=value… needs name=value… [promoted] on NODE….
func (s *sketch) primitive(fields []string) {
	name := fields[0]
	p := &primitive{xml: xml.New("primitive", "id", name, "class", "ocf", "provider", "pacemaker", "type", "Dummy")}
	var meta, needs []string
	into, places := &meta, &p.running
	reading := false
	for _, f := range fields[1:] {
		switch {
		case f == "needs":
			into = &needs
		case f == "promoted":
			places = &p.promoted
		case f == "on":
			reading = true
		case reading && !strings.Contains(f, "="):
			*places = append(*places, f)
			if places == &p.promoted {
				places = &p.running // only the first is promoted
			}
		default:
			*into = append(*into, f)
		}
	}
	block(p.xml, "meta_attributes", name, meta)
	block(p.xml, "utilization", name, needs)
	s.primitives[name] = p
	s.order = append(s.order, p)
	s.resources.Add(p.xml)
}

// operation reads RESOURCE TASK name=value….
func (s *sketch) operation(fields []string) error {
	if len(fields) < 2 || s.primitives[fields[0]] == nil {
		return fmt.Errorf("op wants a primitive defined before, and a task")
	}
	p := s.primitives[fields[0]].xml
	list := p.Child("operations")
	if list == nil {
		list = xml.New("operations")
		p.Add(list)
	}
	op := xml.New("op", "id", fmt.Sprintf("%s-op%d", p.ID(), len(list.Children)+1), "name", fields[1], "interval", "0")
	for _, f := range fields[2:] {
		name, value, _ := strings.Cut(f, "=")
		op.SetAttr(name, value)
	}
	list.Add(op)
	return nil
}

// collective reads NAME: member… meta=value…. It takes the place of its last member.
func (s *sketch) collective(kind string, fields []string) error {
	name := strings.TrimSuffix(fields[0], ":")
	c := xml.New(kind, "id", name)
	var meta []string
	for _, f := range fields[1:] {
		if strings.Contains(f, "=") {
			meta = append(meta, f)
			continue
		}
		member := s.take(f)
		if member == nil {
			return fmt.Errorf("%s wants %q to be defined before, and once", name, f)
		}
		c.Add(member)
	}
	block(c, "meta_attributes", name, meta)
	s.resources.Add(c)
	return nil
}

// take removes a resource from the top level to put it into another one.
func (s *sketch) take(id string) *xml.Node {
	for i, n := range s.resources.Children {
		if n.ID() == id {
			s.resources.Children = append(s.resources.Children[:i:i], s.resources.Children[i+1:]...)
			return n
		}
	}
	return nil
}

func (s *sketch) cib() *xml.Node {
	config := xml.New("configuration").Add(xml.New("crm_config").Add(s.options), s.nodes, s.resources, s.constraints).Add(s.others...)
	status := xml.New("status")
	if len(s.tickets.Children) > 0 {
		status.Add(s.tickets)
	}
	for _, st := range s.states {
		status.Add(s.nodeState(st))
	}
	return xml.New("cib", "crm_feature_set", "3.19.0", "validate-with", "pacemaker-4.0", "epoch", "1", "num_updates", "0",
		"admin_epoch", "0", "have-quorum", s.quorum, "dc-uuid", "1").Add(config, status)
}

func (s *sketch) nodeState(st *state) *xml.Node {
	inCluster, crmd, expected := "true", "online", "member"
	switch st.suffix {
	case "offline":
		inCluster, crmd, expected = "false", "offline", "down"
	case "unclean":
		inCluster, crmd = "false", "offline"
	}
	n := xml.New("node_state", "id", st.id, "uname", st.name, "in_ccm", inCluster, "crmd", crmd, "join", expected, "expected", expected)
	for _, f := range st.said {
		name, value, _ := strings.Cut(f, "=")
		n.SetAttr(name, value)
	}
	n.Add(xml.New("transient_attributes", "id", st.id).Add(st.attrs))
	ids, histories := s.happened(st.name)
	if len(ids) == 0 && (s.fresh || st.suffix == "offline") {
		return n
	}
	resources := xml.New("lrm_resources").Add(histories...)
	for i, p := range s.order {
		if !s.fresh && !slices.Contains(ids, p.xml.ID()) {
			resources.Add(p.history(st.name, i))
		}
	}
	return n.Add(xml.New("lrm", "id", st.id).Add(resources))
}

// history is what a node tells about a primitive: a start, a promotion, or a probe
// that found nothing.
func (p *primitive) history(node string, call int) *xml.Node {
	task, rc := "monitor", "7"
	if has(p.running, node) {
		task, rc = "start", "0"
	}
	if has(p.promoted, node) {
		task, rc = "promote", "0"
	}
	id := p.xml.ID()
	return lrmResource(id).Add(
		xml.New("lrm_rsc_op", "id", id+"_last_0", "operation_key", id+"_"+task+"_0", "operation", task,
			"crm_feature_set", "3.19.0", "call-id", fmt.Sprint(call+1), "rc-code", rc, "op-status", "0", "interval", "0",
			"transition-key", "1:1:"+rc+":00000000-0000-0000-0000-000000000000",
			"transition-magic", "0:"+rc+";1:1:"+rc+":00000000-0000-0000-0000-000000000000",
			"last-rc-change", "1699999000", "op-digest", noParameters))
}

// noParameters is the digest of an operation without parameters.
const noParameters = "f2317cad3d54cec5d7d7aa7d0bf35cf8"

func has(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}
