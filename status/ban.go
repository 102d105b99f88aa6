package status

import (
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// Bans is the list of location constraints with a negative score whose ids
// begin with a prefix.
func (v *View) Bans(prefix string) Section {
	return Section{
		Item: func() *output.Item {
			list := output.List("Negative Location Constraints")
			v.eachBan(prefix, func(l *model.Location, n model.NodeScore) { list.Add(output.Line(v.banText(l, n.Node))) })
			return list.OrNil()
		},
		Nodes: func() []*xml.Node {
			list := xml.New("bans")
			v.eachBan(prefix, func(l *model.Location, n model.NodeScore) { list.Add(banXML(l, n)) })
			if len(list.Children) == 0 {
				return nil
			}
			return []*xml.Node{list}
		},
	}
}

func (v *View) eachBan(prefix string, show func(*model.Location, model.NodeScore)) {
	for _, l := range slices.Backward(v.Locations) { // the last one first, as ever
		r := l.Resource
		if !strings.HasPrefix(l.ID, prefix) ||
			!v.OnlyResources.Has(PrintableID(r)) && !v.OnlyResources.Has(PrintableID(r.Top(false))) {
			continue
		}
		for _, n := range l.Nodes {
			if n.Score < 0 {
				show(l, n)
			}
		}
	}
}

func (v *View) banText(l *model.Location, n *model.Node) string {
	role := ""
	if l.Role == crm.RolePromoted {
		role = "in Promoted role "
	}
	return l.ID + "\tprevents " + l.Resource.ID + " from running " + role + "on " + v.nodeName(n)
}

func banXML(l *model.Location, n model.NodeScore) *xml.Node {
	promoted := truth(l.Role == crm.RolePromoted)
	return elem("ban", "id", l.ID, "resource", l.Resource.ID, "node", n.Node.Name, "weight", strconv.Itoa(int(n.Score)),
		"promoted-only", promoted, "master_only", promoted)
}
