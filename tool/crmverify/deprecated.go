package crmverify

import (
	"slices"
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
		{!c.Options.ProbeResources, option("enable-startup-probes") + " Use a location constraint with resource-discovery=never instead to disable probes where desired."},
		{!c.Options.ConcurrentFencing, option("concurrent-fencing")},
		{!c.Options.StopRemovedResources, option("stop-removed-resources")},
		{!c.Options.CancelRemovedActions, option("cancel-removed-actions")},
		{unprobed(c), "Support for the resource-discovery-enabled node attribute is deprecated and will be removed (and behave as 'true') in a future release."},
		{anyResource(c, model.Group, func(m model.Vars) bool { return isFalse(m.Get("ordered")) }), group("ordered")},
		{anyResource(c, model.Group, func(m model.Vars) bool { return isFalse(m.Get("collocated")) }), group("collocated")},
		{anyElement(config, "rsc_order", func(n *xml.Node) bool { return needsNotAll(c, n) }), "Support for require-all in ordering constraints is deprecated and will be removed in a future release (use clone-min clone meta-attribute instead)"},
		{anyElement(config, "rsc_order", scoredOnly), "Support for 'score' in rsc_order is deprecated and will be removed in a future release (use 'kind' instead)"},
		{anyElement(config, "rsc_colocation", withOrdering), "ordering other than group in the resource sets of a colocation is deprecated"},
		{anyElement(config, "op", holdsExpression) || anyElement(config, "op_defaults", holdsExpression),
			"Support for rules with node attribute expressions in op or op_defaults is deprecated and will be dropped in a future release"},
	} {
		if use.is {
			told = append(told, use.text)
		}
	}
	return told
}

// renamed tells of old names that have the same meaning as the new ones. They call for
// nothing: shells of those days write them, and take attention for a reason not to go
// on (crmsh does not commit then).
func renamed(c *model.Cluster) []string {
	config := c.CIB.Child("configuration")
	var told []string
	for _, use := range []struct {
		is   bool
		text string
	}{
		{anyResource(c, model.Clone, insteadOf("promoted-max", "master-max")), "the meta-attribute master-max is deprecated; use promoted-max"},
		{anyResource(c, model.Clone, insteadOf("promoted-node-max", "master-node-max")), "the meta-attribute master-node-max is deprecated; use promoted-node-max"},
		{anyRole(config, "Master"), "Support for the Master role is deprecated and will be removed in a future release. Use Promoted instead."},
		{anyRole(config, "Slave"), "Support for the Slave role is deprecated and will be removed in a future release. Use Unpromoted instead."},
	} {
		if use.is {
			told = append(told, use.text)
		}
	}
	return told
}

func option(name string) string {
	return "Support for the " + name + " cluster property is deprecated and will be removed (and behave as true) in a future release."
}

func group(name string) string {
	return "Support for the '" + name + "' group meta-attribute is deprecated and will be removed in a future release (use a resource set instead)"
}

func isFalse(text string) bool {
	value, ok := crm.ParseBool(text)
	return ok && !value
}

// unprobed holds if a remote node asks not to be probed, whether it is heard or not;
// other nodes are told that they may not ask.
func unprobed(c *model.Cluster) bool {
	return slices.ContainsFunc(c.Nodes, func(n *model.Node) bool { return n.IsRemote() && !n.ProbesAllowed }) ||
		slices.ContainsFunc(c.Notices, func(n model.Notice) bool {
			return strings.HasPrefix(n.Text, "Ignoring resource-discovery-enabled attribute on Pacemaker Remote node")
		})
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
