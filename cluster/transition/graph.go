package transition

import (
	"fmt"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Kind says who carries an action out.
type Kind uint8

// The kinds of actions, with their element names in a transition graph.
const (
	Pseudo   Kind = iota + 1 // pseudo_event: a point in the order, nothing to do
	Resource                 // rsc_op: an executor runs an agent
	Cluster                  // crm_event: the cluster itself acts: fencing, shutdown, history
)

// Graph is a transition: what must happen and in which order.
type Graph struct {
	ID           int
	BatchLimit   int    // how many actions may be under way, 0 for any number
	ClusterDelay int64  // milliseconds added to every timeout, for the way there and back
	StartOffset  string // what a failed start adds to the fail count
	StopOffset   string // what a failed stop adds
	Synapses     []Synapse
}

// Synapse fires its actions once all its inputs are complete.
type Synapse struct {
	ID       int
	Priority int
	Actions  []Action
	Inputs   []int // ids of actions
}

// Action is one node of the graph.
type Action struct {
	ID       int
	Kind     Kind
	Task     string
	Key      string // operation_key
	Node     crm.NodeName
	NodeUUID string
	Router   crm.NodeName // the cluster node that runs it for a remote node
	// Resource actions: what to run. Key and target are filled in.
	Resource, LongID, Class, Provider, Type string
	Meta                                    []wire.Param // CRM_meta_ values, without the prefix
	Params                                  []wire.Param // everything else
	Downed                                  []crm.NodeName
	Element                                 *xml.Node
}

// MetaValue returns a CRM_meta_ value, "" if the action has none such.
func (a *Action) MetaValue(name string) string {
	for i := range a.Meta {
		if a.Meta[i].Name == name {
			return a.Meta[i].Value
		}
	}
	return ""
}

// Number returns a CRM_meta_ value as a number, 0 if there is none.
func (a *Action) Number(name string) int64 {
	n, _ := strconv.ParseInt(a.MetaValue(name), 10, 64)
	return n
}

// Read reads a transition_graph element.
func Read(root *xml.Node) (*Graph, error) {
	if root == nil || root.Name != "transition_graph" {
		return nil, fmt.Errorf("read transition graph: the root element is not transition_graph")
	}
	g := &Graph{
		BatchLimit:  number(root, "batch-limit"),
		ID:          number(root, "transition_id"),
		StartOffset: root.Attr("failed-start-offset"),
		StopOffset:  root.Attr("failed-stop-offset"),
	}
	if d, err := crm.ParseInterval(root.Attr("cluster-delay")); err == nil {
		g.ClusterDelay = d.Milliseconds()
	}
	for s := range root.All("synapse") {
		syn := Synapse{ID: number(s, "id"), Priority: number(s, "priority")}
		for set := range s.All("action_set") {
			for el := range set.Elements() {
				a, err := readAction(el)
				if err != nil {
					return nil, fmt.Errorf("read transition graph: synapse %d: %w", syn.ID, err)
				}
				syn.Actions = append(syn.Actions, a)
			}
		}
		for in := range s.Child("inputs").All("trigger") {
			for el := range in.Elements() {
				syn.Inputs = append(syn.Inputs, number(el, "id"))
			}
		}
		g.Synapses = append(g.Synapses, syn)
	}
	return g, nil
}

var kinds = map[string]Kind{"pseudo_event": Pseudo, "rsc_op": Resource, "crm_event": Cluster}

func readAction(el *xml.Node) (Action, error) {
	kind, ok := kinds[el.Name]
	if !ok {
		return Action{}, fmt.Errorf("element %s is not an action", el.Name)
	}
	a := Action{
		ID: number(el, "id"), Kind: kind, Task: el.Attr("operation"), Key: el.Attr("operation_key"),
		Node: crm.NodeName(el.Attr("on_node")), NodeUUID: el.Attr("on_node_uuid"),
		Router: crm.NodeName(el.Attr("router_node")), Element: el,
	}
	if p := el.Child("primitive"); p != nil {
		a.Resource, a.LongID = p.ID(), p.Attr("long-id")
		a.Class, a.Provider, a.Type = p.Attr("class"), p.Attr("provider"), p.Attr("type")
	}
	if attrs := el.Child("attributes"); attrs != nil {
		for _, at := range attrs.Attrs {
			if name, ok := cutMeta(at.Name); ok {
				a.Meta = append(a.Meta, wire.Param{Name: name, Value: at.Value})
			} else {
				a.Params = append(a.Params, wire.Param{Name: at.Name, Value: at.Value})
			}
		}
	}
	for n := range el.Child("downed").All("node") {
		a.Downed = append(a.Downed, crm.NodeName(n.ID()))
	}
	return a, nil
}

func cutMeta(name string) (string, bool) {
	const prefix = "CRM_meta_"
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):], true
	}
	return name, false
}

func number(n *xml.Node, attr string) int {
	v, _ := strconv.Atoi(n.Attr(attr))
	return v
}
