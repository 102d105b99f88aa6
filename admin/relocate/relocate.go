// Package relocate makes the constraints by which an administrator moves a
// resource to a node or bans it from one, and removes them again. Its edits are
// requests that the caller applies to a file or sends to a cluster; their names
// are those that Pacemaker's tools give, so that either side can clear what the
// other made.
package relocate

import (
	"slices"
	"strings"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// A Wish is a resource's relation to a node, as asked for.
type Wish struct {
	Resource string
	Node     string
	Promoted bool      // only for the promoted role
	Until    time.Time // when it ends by itself, zero for never
}

// role is the role that the constraint is for. Schemas before 3.7 know the
// promoted one under an older name only.
func (w Wish) role(older bool) string {
	switch {
	case !w.Promoted:
		return "Started"
	case older:
		return "Master"
	}
	return "Promoted"
}

// BanID is the id of the constraint that bans a resource from a node.
func BanID(resource, node string) string { return "cli-ban-" + resource + "-on-" + node }

// PreferID is the id of the constraint that moves a resource.
func PreferID(resource string) string { return "cli-prefer-" + resource }

// Ban keeps a resource off a node. older spells the role as older schemas do.
func Ban(w Wish, older bool) cib.Request {
	id := BanID(w.Resource, w.Node)
	return w.request(id, -crm.Infinity, older, [3]string{id + "-rule", id + "-expr", id + "-lifetime"})
}

// Prefer makes a resource run on a node if that is possible at all.
func Prefer(w Wish, older bool) cib.Request {
	ids := [3]string{"cli-prefer-rule-" + w.Resource, "cli-prefer-expr-" + w.Resource, "cli-prefer-lifetime-end-" + w.Resource}
	return w.request(PreferID(w.Resource), crm.Infinity, older, ids)
}

// request makes the constraint. With an end it needs a rule, whose elements have
// the given ids: the rule, the expression about the node, and that about the time.
func (w Wish) request(id string, score crm.Score, older bool, ids [3]string) cib.Request {
	location := xml.New("rsc_location", "id", id, "rsc", w.Resource, "role", w.role(older))
	if w.Until.IsZero() {
		location.SetAttr("node", w.Node)
		location.SetAttr("score", score.String())
	} else {
		rule := xml.New("rule", "id", ids[0], "score", score.String(), "boolean-op", "and")
		rule.Add(
			xml.New("expression", "id", ids[1], "attribute", "#uname", "operation", "eq", "value", w.Node, "type", "string"),
			xml.New("date_expression", "id", ids[2], "operation", "lt", "end", crm.FormatDate(w.Until, crm.ShowDateTime)))
		location.Add(rule)
	}
	return cib.Request{Op: cib.Modify, Section: "constraints", Data: xml.New("constraints").Add(location), AllowCreate: true}
}

// Clear returns the edits that remove what moves a resource to a node and, with
// bans, what keeps it off. With force the move is removed wherever it leads.
func Clear(c cib.CIB, resource, node string, bans, force bool) []cib.Request {
	var list []cib.Request
	gone := xml.New("constraints")
	for location := range constraints(c).All("rsc_location") {
		switch location.ID() {
		case PreferID(resource):
			switch {
			case timedFor(location, resource, node):
				list = append(list, remove(xml.New("constraints").Add(reference(location))))
			case force, location.Attr("node") == node:
				gone.Add(reference(location))
			}
		case BanID(resource, node):
			if bans {
				gone.Add(reference(location))
			}
		}
	}
	if len(gone.Children) > 0 {
		list = append(list, remove(gone))
	}
	return list
}

// timedFor tells whether a move with an end leads to a node.
func timedFor(location *xml.Node, resource, node string) bool {
	for rule := range location.All("rule") {
		if rule.ID() == "cli-prefer-rule-"+resource && aboutNode(rule, node) {
			return true
		}
	}
	return false
}

func aboutNode(rule *xml.Node, node string) bool {
	for e := range rule.All("expression") {
		if e.Attr("attribute") == "#uname" && e.Attr("value") == node {
			return true
		}
	}
	return false
}

// ClearExpired returns the edits that remove moves and bans whose end has come,
// limited to a resource, a node and the promoted role if they are given.
func ClearExpired(c cib.CIB, now time.Time, resource, node string, promoted bool) []cib.Request {
	var list []cib.Request
	for location := range constraints(c).All("rsc_location") {
		if concerns(location, resource, node, promoted) && expired(location, now) {
			list = append(list, remove(xml.New("constraints").Add(reference(location))))
		}
	}
	return list
}

// concerns tells whether a constraint is a move or a ban within the given limits.
func concerns(location *xml.Node, resource, node string, promoted bool) bool {
	if !strings.HasPrefix(location.ID(), "cli-ban-") && !strings.HasPrefix(location.ID(), "cli-prefer-") {
		return false
	}
	role, _ := crm.ParseRole(location.Attr("role"))
	if (resource != "" && location.Attr("rsc") != resource) || (promoted && role != crm.RolePromoted) {
		return false
	}
	if node == "" || location.Attr("node") == node {
		return true
	}
	return slices.ContainsFunc(slices.Collect(location.All("rule")), func(r *xml.Node) bool { return aboutNode(r, node) })
}

// expired tells whether the end that a move or ban was given has come.
func expired(location *xml.Node, now time.Time) bool {
	id := location.ID() + "-lifetime"
	if strings.HasPrefix(location.ID(), "cli-prefer-") {
		id = "cli-prefer-lifetime-end-" + location.Attr("rsc")
	}
	for rule := range location.All("rule") {
		for date := range rule.All("date_expression") {
			if date.ID() != id {
				continue
			}
			end, err := crm.ParseDate(date.Attr("end"), now)
			return err == nil && now.After(end)
		}
	}
	return false
}

// IDs lists the ids of all location constraints, sorted, to show what an edit
// has removed.
func IDs(c cib.CIB) []string {
	var ids []string
	for location := range constraints(c).All("rsc_location") {
		ids = append(ids, location.ID())
	}
	slices.Sort(ids)
	return ids
}

func constraints(c cib.CIB) *xml.Node { return c.Root().Find("configuration", "constraints") }

func reference(n *xml.Node) *xml.Node { return xml.New(n.Name, "id", n.ID()) }

func remove(what *xml.Node) cib.Request {
	return cib.Request{Op: cib.Delete, Section: "constraints", Data: what}
}
