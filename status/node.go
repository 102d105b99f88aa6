package status

import (
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// NodeList is the list of nodes with their states.
func (v *View) NodeList() Section {
	return Section{Item: v.nodeList, Nodes: v.nodeListXML}
}

// nodeList is the text form: a line for each node that needs one, then the
// others by state.
func (v *View) nodeList() *output.Item {
	list := output.List("Node List")
	classes := []string{"Online", "OFFLINE", "RemoteOnline", "RemoteOFFLINE", "GuestOnline"}
	names := map[string][]string{}
	shown := false
	for _, n := range v.ByName {
		if !v.OnlyNodes.HasFold(n.Name) {
			continue
		}
		shown = true
		if v.ownLine(n) {
			list.Add(v.nodeItem(n))
			continue
		}
		class := nodeClass(n)
		names[class] = append(names[class], v.nodeName(n))
	}
	for _, class := range classes {
		if len(names[class]) > 0 {
			list.Add(&output.Item{Text: class + ": [ " + strings.Join(names[class], " ") + " ]", Class: htmlClass(class)})
		}
	}
	if !shown {
		return nil
	}
	return list
}

func htmlClass(class string) string {
	if strings.HasSuffix(class, "OFFLINE") {
		return "offline"
	}
	return "online"
}

// ownLine tells whether a node is shown by itself: its state needs words.
func (v *View) ownLine(n *model.Node) bool {
	return n.Unclean || n.Pending || n.FailStandby && n.Online || n.Standby || n.Maintenance ||
		v.ByNode || v.FeatureSet || v.Health(n) <= 0
}

// nodeClass is the line that a node in a plain state is listed on. Guests that
// are off are listed on none.
func nodeClass(n *model.Node) string {
	switch {
	case n.IsGuest() && n.Online:
		return "GuestOnline"
	case n.IsGuest():
		return ""
	case n.IsPlainRemote() && n.Online:
		return "RemoteOnline"
	case n.IsPlainRemote():
		return "RemoteOFFLINE"
	case n.Online:
		return "Online"
	}
	return "OFFLINE"
}

// nodeName is a node's name; with ids shown, also its host and id.
func (v *View) nodeName(n *model.Node) string {
	if !v.NodeID {
		return n.Name
	}
	name := n.Name
	if n.IsGuest() {
		name += "@"
		if host := n.Remote.Launcher.CurrentNode(); host != nil {
			name += host.Name
		}
	}
	if !strings.EqualFold(n.Name, n.ID) {
		name += " (" + n.ID + ")"
	}
	return name
}

// nodeItem is the text form of one node, with its resources if they are shown
// by node.
func (v *View) nodeItem(n *model.Node) *output.Item {
	text := nodeKind(n) + " " + v.nodeName(n) + ": " + nodeState(n)
	switch health := v.Health(n); {
	case health < 0:
		text += " (health is RED)"
	case health == 0:
		text += " (health is YELLOW)"
	}
	if set := featureSet(n); v.FeatureSet && set != "" {
		text += ", feature set " + set
	}
	if !v.ByNode {
		return output.Line(text)
	}
	resources := output.List("Resources")
	if v.Brief {
		w := *v
		w.ResourceOnly, w.Inactive = true, false
		running := w.listedOf(n.Running)
		if len(running) == 0 {
			return nil
		}
		resources.Add(w.briefItems(running)...)
	} else {
		w := *v
		w.ResourceOnly = true
		for _, r := range n.Running {
			resources.Add(w.resourceItem(r))
		}
	}
	return output.List(text, resources)
}

func nodeKind(n *model.Node) string {
	switch {
	case n.IsGuest():
		return "GuestNode"
	case n.IsRemote():
		return "RemoteNode"
	}
	return "Node"
}

// nodeState describes a node's state in words.
func nodeState(n *model.Node) string {
	switch {
	case n.Unclean && n.Online:
		return "UNCLEAN (online)"
	case n.Unclean && n.Pending:
		return "UNCLEAN (pending)"
	case n.Unclean:
		return "UNCLEAN (offline)"
	case n.Pending:
		return "pending"
	case n.FailStandby && n.Online:
		return "standby (on-fail)"
	case n.Standby && !n.Online:
		return "OFFLINE (standby)"
	case n.Standby && len(n.Running) == 0:
		return "standby"
	case n.Standby:
		return "standby (with active resources)"
	case n.Maintenance && n.Online:
		return "maintenance"
	case n.Maintenance:
		return "OFFLINE (maintenance)"
	case n.Online:
		return "online"
	}
	return "OFFLINE"
}

// Health is -1 for a node with a red health attribute, 0 with a yellow one,
// else 1.
func (v *View) Health(n *model.Node) int {
	strategy := v.Options.HealthStrategy
	if strategy == "" || strategy == "none" {
		return 1
	}
	health := 1
	for _, a := range n.Attrs {
		if !strings.HasPrefix(a.Name, "#health") {
			continue
		}
		score, ok := crm.ParseScore(a.Value)
		if strings.EqualFold(a.Value, "green") {
			score, ok = v.Options.HealthGreen, true // which may be worse than it sounds
		}
		switch {
		case strings.EqualFold(a.Value, "red"):
			return -1
		case strings.EqualFold(a.Value, "yellow"):
			health = 0
		case !ok:
		case score <= v.Options.HealthRed:
			return -1
		case score <= v.Options.HealthYellow && v.Options.HealthYellow != v.Options.HealthGreen:
			health = 0
		}
	}
	return health
}

// featureSet is the feature set that a node speaks, "" if it is not fully up.
func featureSet(n *model.Node) string {
	if !n.Online || !n.ExpectedUp || n.IsRemote() {
		return ""
	}
	if set := n.Attr("#feature-set"); set != "" {
		return set
	}
	return "<3.15.1" // the attribute exists since then
}

// nodeListXML is the XML form of the list of nodes.
func (v *View) nodeListXML() []*xml.Node {
	list := xml.New("nodes")
	for _, n := range v.ByName {
		if v.OnlyNodes.HasFold(n.Name) {
			list.Add(v.nodeXML(n))
		}
	}
	return []*xml.Node{list}
}

// nodeXML is the XML form of one node.
func (v *View) nodeXML(n *model.Node) *xml.Node {
	kind := "member"
	if n.Kind == model.RemoteNode {
		kind = "remote"
	}
	e := elem("node", "name", n.Name, "id", n.ID, "online", truth(n.Online), "standby", truth(n.Standby),
		"standby_onfail", truth(n.FailStandby), "maintenance", truth(n.Maintenance), "pending", truth(n.Pending),
		"unclean", truth(n.Unclean), "health", healthText(v.Health(n)), "feature_set", featureSet(n),
		"shutdown", truth(n.Shutdown), "expected_up", truth(n.ExpectedUp), "is_dc", truth(n == v.DC),
		"resources_running", strconv.Itoa(len(n.Running)), "type", kind)
	if n.IsGuest() {
		e.SetAttr("id_as_resource", n.Remote.Launcher.ID)
	}
	if v.ByNode {
		w := *v
		w.ResourceOnly = true
		for _, r := range n.Running {
			addNode(e, w.resourceXML(r))
		}
	}
	return e
}

func healthText(health int) string {
	switch {
	case health < 0:
		return "red"
	case health == 0:
		return "yellow"
	}
	return "green"
}
