package crmverify

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// deprecated lists what the configuration uses that still works but will not for
// ever, each thing once. Such a configuration is to be attended to.
func deprecated(c *model.Cluster) []string {
	config := c.CIB.Child("configuration")
	var told []string
	for _, use := range []struct {
		is   bool
		text string
	}{
		{!c.Options.ProbeResources, option("enable-startup-probes") + "; rule out probes by location constraints with resource-discovery=never"},
		{!c.Options.ConcurrentFencing, option("concurrent-fencing")},
		{!c.Options.StopRemovedResources, option("stop-removed-resources")},
		{!c.Options.CancelRemovedActions, option("cancel-removed-actions")},
		{anyPair(config.Child("nodes"), "resource-discovery-enabled", notTrue), "the node attribute resource-discovery-enabled is deprecated and will count as true"},
		{anyResource(c, model.Group, func(m model.Vars) bool { return isFalse(m.Get("ordered")) }), group("ordered")},
		{anyResource(c, model.Group, func(m model.Vars) bool { return isFalse(m.Get("collocated")) }), group("collocated")},
		{anyResource(c, model.Clone, insteadOf("promoted-max", "master-max")), "the meta-attribute master-max is deprecated; use promoted-max"},
		{anyResource(c, model.Clone, insteadOf("promoted-node-max", "master-node-max")), "the meta-attribute master-node-max is deprecated; use promoted-node-max"},
		{anyElement(config, "rsc_order", func(n *xml.Node) bool { return needsNotAll(c, n) }), "require-all in ordering constraints is deprecated; use the meta-attribute clone-min of the clone"},
		{anyElement(config, "rsc_order", scoredOnly), "score in ordering constraints is deprecated; use kind"},
		{anyElement(config, "rsc_colocation", withOrdering), "ordering other than group in the resource sets of a colocation is deprecated"},
		{anyRole(config, "Master"), "the role Master is deprecated; use Promoted"},
		{anyRole(config, "Slave"), "the role Slave is deprecated; use Unpromoted"},
		{anyElement(config, "op", holdsExpression) || anyElement(config, "op_defaults", holdsExpression),
			"rules about node attributes are deprecated for operations and their defaults"},
	} {
		if use.is {
			told = append(told, use.text)
		}
	}
	return told
}

func option(name string) string {
	return "the cluster option " + name + " is deprecated and will count as true"
}

func group(name string) string {
	return "the meta-attribute " + name + " of groups is deprecated; use a resource set"
}

func isFalse(text string) bool {
	value, ok := crm.ParseBool(text)
	return ok && !value
}

func notTrue(text string) bool {
	value, _ := crm.ParseBool(text)
	return !value
}

// insteadOf holds where only the old name of a meta-attribute is used.
func insteadOf(name, old string) func(model.Vars) bool {
	return func(m model.Vars) bool { return m.Has(old) && !m.Has(name) }
}

func anyResource(c *model.Cluster, kind model.Variant, is func(model.Vars) bool) bool {
	for _, r := range c.All {
		if r.Variant == kind && is(r.Meta) {
			return true
		}
	}
	return false
}

func anyElement(root *xml.Node, name string, is func(*xml.Node) bool) bool {
	found := false
	if root == nil {
		return false
	}
	xml.Walk(root, func(n *xml.Node, _ xml.Path) bool {
		found = found || n.Name == name && is(n)
		return !found
	})
	return found
}

func anyPair(root *xml.Node, name string, is func(value string) bool) bool {
	return anyElement(root, "nvpair", func(n *xml.Node) bool { return n.Attr("name") == name && is(n.Attr("value")) })
}

// needsNotAll holds for an order that says itself how many instances of the clone
// that comes first it waits for.
func needsNotAll(c *model.Cluster, order *xml.Node) bool {
	_, says := order.Lookup("require-all")
	first := c.ResourceWithID(order.Attr("first"))
	return says && first != nil && first.Variant == model.Clone && !first.Meta.Has("clone-min")
}

func scoredOnly(order *xml.Node) bool {
	_, score := order.Lookup("score")
	_, kind := order.Lookup("kind")
	return score && !kind
}

func withOrdering(colocation *xml.Node) bool {
	for set := range colocation.All("resource_set") {
		if ordering, ok := set.Lookup("ordering"); ok && !strings.EqualFold(ordering, "group") {
			return true
		}
	}
	return false
}

// anyRole looks for the older name of a role wherever a role may stand.
func anyRole(config *xml.Node, name string) bool {
	found := anyPair(config, "target-role", func(value string) bool { return strings.EqualFold(value, name) })
	xml.Walk(config, func(n *xml.Node, _ xml.Path) bool {
		for _, attr := range []string{"role", "rsc-role", "with-rsc-role"} {
			found = found || strings.EqualFold(n.Attr(attr), name)
		}
		return !found
	})
	return found
}

func holdsExpression(n *xml.Node) bool {
	return anyElement(n, "expression", func(*xml.Node) bool { return true })
}
