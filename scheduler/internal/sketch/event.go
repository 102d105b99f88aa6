package sketch

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// An event is an operation in the history of a node.
type event struct {
	resource, node string
	xml            *xml.Node
}

// did reads RESOURCE NODE TASK RC name=value…; TASK may be TASK/MILLISECONDS and
// RC may be STATUS:RC. The attributes are those of lrm_rsc_op; "want" is the
// result that was expected, and -name leaves one out.
func (s *sketch) did(fields []string) error {
	if len(fields) < 4 {
		return fmt.Errorf("did wants a resource, a node, a task and a result")
	}
	id, node := fields[0], fields[1]
	task, interval, recurring := strings.Cut(fields[2], "/")
	if !recurring {
		interval = "0"
	}
	status, rc, given := strings.Cut(fields[3], ":")
	if !given {
		status, rc = "0", fields[3]
	}
	want := "0"
	if task == "monitor" && !recurring {
		want = "7"
	}
	number := len(s.events) + 10
	op := xml.New("lrm_rsc_op", "id", fmt.Sprintf("%s_%s_%s-%d", id, task, interval, number), "operation_key", id+"_"+task+"_"+interval,
		"operation", task, "crm_feature_set", "3.19.0", "call-id", fmt.Sprint(number), "rc-code", rc, "op-status", status,
		"interval", interval, "last-rc-change", fmt.Sprint(1699999000+number), "op-digest", noParameters)
	for _, f := range fields[4:] {
		name, value, _ := strings.Cut(f, "=")
		switch {
		case name == "want":
			want = value
		case strings.HasPrefix(name, "-"):
			op.DelAttr(name[1:])
		default:
			op.SetAttr(name, value)
		}
	}
	key := "1:1:" + want + ":00000000-0000-0000-0000-000000000000"
	op.SetAttr("transition-key", key)
	op.SetAttr("transition-magic", status+":"+rc+";"+key)
	s.events = append(s.events, event{id, node, op})
	return nil
}

// happened lists the resources with events on a node, each once, with the history
// that these make.
func (s *sketch) happened(node string) (ids []string, histories []*xml.Node) {
	for _, e := range s.events {
		if e.node != node {
			continue
		}
		at := slices.Index(ids, e.resource)
		if at < 0 {
			at = len(ids)
			ids = append(ids, e.resource)
			histories = append(histories, lrmResource(e.resource))
		}
		histories[at].Add(e.xml)
	}
	return ids, histories
}

func lrmResource(id string) *xml.Node {
	return xml.New("lrm_resource", "id", id, "class", "ocf", "provider", "pacemaker", "type", "Dummy")
}

// element puts an element where elements of its name belong.
func (s *sketch) element(n *xml.Node) {
	switch n.Name {
	case "node":
		s.nodes.Add(n)
	case "primitive", "group", "clone", "master", "bundle", "template":
		s.resources.Add(n)
	case "tags", "rsc_defaults", "op_defaults", "fencing-topology":
		s.others = append(s.others, n)
	default:
		if n.ID() == "" {
			n.SetAttr("id", fmt.Sprintf("c%d", len(s.constraints.Children)+1))
		}
		s.constraints.Add(n)
	}
}
