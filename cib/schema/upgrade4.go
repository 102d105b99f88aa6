package schema

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
)

// to4 makes a document of 3.x one of 4.0: it drops what is no longer supported,
// and says the rest in the words that are left. The parts depend on one another
// in this order.
func to4(u *upgrading) {
	u.resolveReferences()
	u.sortSets()
	u.dropOldOptions()
	u.dropRepeatedPairs()
	u.pingNodes()
	u.mastersToClones()
	u.splitLocations()
	u.dropLifetimes()
	u.dropUnsupported()
	u.restoreReferences()
	u.dropDanglingRights()
}

var nvsets = []string{"cluster_property_set", "instance_attributes", "meta_attributes", "utilization"}

// sortSets puts sets in the order in which they take effect, after everything
// else, so that dropping from them can be decided by position.
func (u *upgrading) sortSets() {
	each(u.root, func(n *xml.Node) {
		if n.Name == "nvpair" {
			return
		}
		var sets, rest []*xml.Node
		for _, c := range n.Children {
			if c.Kind == xml.Element && slices.Contains(nvsets, c.Name) {
				sets = append(sets, c)
				continue
			}
			rest = append(rest, c)
		}
		slices.SortStableFunc(sets, func(a, b *xml.Node) int { return cmp.Compare(precedence(b), precedence(a)) })
		n.Children = append(rest, sets...)
	})
}

// precedence is a set's score as a number, larger for what comes first.
func precedence(n *xml.Node) float64 {
	if n.Name == "cluster_property_set" && n.ID() == "cib-bootstrap-options" {
		return math.Inf(1)
	}
	switch score := collapse(n.Attr("score")); score {
	case "INFINITY", "+INFINITY":
		return math.MaxFloat64
	case "-INFINITY":
		return -math.MaxFloat64
	default:
		f, err := strconv.ParseFloat(score, 64)
		if err != nil {
			return 0
		}
		return f
	}
}

var renamedOptions = map[string]string{
	"crmd-finalization-timeout": "join-finalization-timeout",
	"crmd-integration-timeout":  "join-integration-timeout",
	"crmd-transition-delay":     "transition-delay",
}

// dropOldOptions renames cluster options and drops pairs without value, phases
// of the moon, and fencing levels above 9.
func (u *upgrading) dropOldOptions() {
	rewrite(u.root, func(parent, n *xml.Node) []*xml.Node {
		switch n.Name {
		case "nvpair":
			return u.option(parent, n)
		case "date_spec":
			if n.DelAttr("moon") {
				u.note("Dropping moon attribute from date spec %s because moon phase is no longer supported", n.ID())
			}
		case "fencing-level":
			if i, err := strconv.Atoi(collapse(n.Attr("index"))); err == nil && i > 9 {
				return nil
			}
		}
		return keep(n)
	})
}

func (u *upgrading) option(set, n *xml.Node) []*xml.Node {
	value, ok := n.Lookup("value")
	if !ok {
		return nil
	}
	if set.Name != "cluster_property_set" {
		return keep(n)
	}
	switch name := n.Attr("name"); {
	case renamedOptions[name] != "":
		n.SetAttr("name", renamedOptions[name])
	case name == "remove-after-stop":
		u.note("Dropping nvpair %s because the remove-after-stop property is unsupported", n.ID())
		return nil
	case name == "stonith-action" && value == "poweroff":
		n.SetAttr("value", "off")
	}
	return keep(n)
}

// dropRepeatedPairs leaves of pairs with the same name in a set only the one that
// takes effect: the first, where "#default" undoes those before it.
func (u *upgrading) dropRepeatedPairs() {
	each(u.root, func(set *xml.Node) {
		pairs := children(set, "nvpair")
		if len(pairs) < 2 {
			return
		}
		set.Children = slices.DeleteFunc(set.Children, func(n *xml.Node) bool {
			return n.Kind == xml.Element && n.Name == "nvpair" && overridden(n, pairs)
		})
	})
}

func overridden(n *xml.Node, pairs []*xml.Node) bool {
	at := slices.Index(pairs, n)
	same := func(p *xml.Node) bool { return p.Attr("name") == n.Attr("name") }
	isDefault := func(p *xml.Node) bool { return same(p) && p.Attr("value") == "#default" }
	after := pairs[at+1:]
	if n.Attr("value") == "#default" {
		return slices.ContainsFunc(after, same)
	}
	if slices.ContainsFunc(after, isDefault) {
		return true
	}
	before := pairs[:at]
	for i := len(before) - 1; i >= 0; i-- {
		if same(before[i]) {
			return !isDefault(before[i])
		}
	}
	return false
}

// pingNodes makes cluster nodes of ping nodes, where nothing may run.
func (u *upgrading) pingNodes() {
	constraints := u.root.Find("configuration", "constraints")
	each(u.root, func(n *xml.Node) {
		if n.Name != "node" || n.Attr("type") != "ping" {
			return
		}
		n.SetAttr("type", "member")
		ban := xml.New("rsc_location", "id", prefix4+"ping-node-ban-"+idOf(n.Attr("uname")), "rsc-pattern", ".*",
			"node", n.Attr("uname"), "score", "-INFINITY", "resource-discovery", "never")
		u.markMade(ban)
		constraints.Add(ban)
	})
}

// mastersToClones makes promotable clones of masters.
func (u *upgrading) mastersToClones() {
	each(u.root, func(n *xml.Node) {
		rename(n, "masters", "promoted-max")
		if n.Name != "master" {
			return
		}
		id := prefix4 + "promotable-legacy-" + n.ID() + "-meta_attributes"
		set := xml.New("meta_attributes", "id", id, "score", "INFINITY").Add(
			xml.New("nvpair", "id", id+"-promotable", "name", "promotable", "value", "true"))
		u.markMade(set)
		n.Name = "clone"
		n.Children = append([]*xml.Node{set}, n.Children...)
	})
}

// splitLocations makes of a location constraint with several rules one for each.
func (u *upgrading) splitLocations() {
	split := map[string][]string{} // by old id, the new ids
	rewrite(u.root, func(_, n *xml.Node) []*xml.Node {
		rules := children(n, "rule")
		if n.Name != "rsc_location" || len(rules) < 2 {
			return keep(n)
		}
		var parts []*xml.Node
		for i, rule := range rules {
			part := &xml.Node{Name: n.Name, Attrs: slices.Clone(n.Attrs)}
			part.SetAttr("id", prefix4+n.ID()+"-"+strconv.Itoa(i+1))
			split[n.ID()] = append(split[n.ID()], part.ID())
			u.made[part] = true
			part.Add(u.shared(n, "resource_set", i)...).Add(rule).Add(u.shared(n, "lifetime", i)...)
			parts = append(parts, part)
		}
		return parts
	})
	each(u.root, func(n *xml.Node) {
		ids := split[n.Attr("reference")]
		if n.Name != "acl_permission" || ids == nil {
			return
		}
		rename(n, "reference", "xpath")
		n.SetAttr("xpath", "//*[@id = '"+strings.Join(ids, "' or @id = '")+"']")
	})
}

// shared returns children that several parts need: themselves for the first
// part, copies for the others.
func (u *upgrading) shared(n *xml.Node, name string, part int) []*xml.Node {
	list := children(n, name)
	if part == 0 {
		return list
	}
	for i, c := range list {
		list[i] = c.Clone()
		u.markMade(list[i])
	}
	return list
}

// dropLifetimes makes the lifetime of a location constraint part of its rule.
// Other constraints lose theirs.
func (u *upgrading) dropLifetimes() {
	orphans := u.orphanedRules()
	rewrite(u.root, func(_, n *xml.Node) []*xml.Node {
		lifetime := n.Child("lifetime")
		switch {
		case lifetime == nil:
		case n.Name == "rsc_location":
			return keep(u.withLifetimeRule(n, lifetime))
		case n.Name == "rsc_colocation" || n.Name == "rsc_order":
			u.note("Dropping lifetime element from constraint %s because lifetime elements are no longer supported. "+
				"Any rules contained there will no longer apply to the constraint", n.ID())
			n.Children = slices.DeleteFunc(n.Children, func(c *xml.Node) bool { return c == lifetime })
		}
		return keep(n)
	})
	if len(orphans) > 0 {
		id := prefix4 + "coloc-order-lifetime-rules"
		rule := xml.New("rule", "id", id+"-rule", "score", "-INFINITY")
		home := xml.New("rsc_location", "id", id, "rsc-pattern", "a^").Add(rule)
		u.markMade(home)
		rule.Add(orphans...)
		u.root.Find("configuration", "constraints").Add(home)
	}
}

// orphanedRules returns the rules in lifetimes that will be dropped and that are
// referred to from elsewhere.
func (u *upgrading) orphanedRules() []*xml.Node {
	total, doomed := map[string]int{}, map[string]int{}
	each(u.root, func(n *xml.Node) {
		if n.Name == "rule" {
			total[n.ID()]++
		}
	})
	var candidates []*xml.Node
	for _, c := range u.root.Find("configuration", "constraints").Children {
		if c.Kind != xml.Element || c.Name != "rsc_colocation" && c.Name != "rsc_order" {
			continue
		}
		for lifetime := range c.All("lifetime") {
			inside := map[string]bool{}
			each(lifetime, func(n *xml.Node) { inside[n.ID()] = inside[n.ID()] || n.Name == "rule" })
			for id, is := range inside {
				if is {
					doomed[id]++
				}
			}
			candidates = append(candidates, children(lifetime, "rule")...)
		}
	}
	return slices.DeleteFunc(candidates, func(r *xml.Node) bool { return u.made[r] || doomed[r.ID()] == total[r.ID()] })
}

// withLifetimeRule returns a location constraint whose rule holds only while
// the lifetime does.
func (u *upgrading) withLifetimeRule(n, lifetime *xml.Node) *xml.Node {
	and := xml.New("rule", "id", prefix4+n.ID()+"-lifetime-and-rule", "boolean-op", "and")
	u.made[and] = true
	if rules := children(n, "rule"); len(rules) > 0 {
		and.Add(rules...)
	} else {
		and.Add(u.nodeRule(n))
	}
	rules := children(lifetime, "rule")
	if len(rules) > 1 {
		or := xml.New("rule", "id", prefix4+n.ID()+"-lifetime-or-rule", "boolean-op", "or").Add(rules...)
		u.made[or] = true
		rules = []*xml.Node{or}
	}
	and.Add(rules...)
	sets := children(n, "resource_set")
	n.DelAttr("node")
	n.DelAttr("score")
	n.Children = append(sets, and)
	return n
}

// nodeRule says with a rule what a constraint's node and score say.
func (u *upgrading) nodeRule(n *xml.Node) *xml.Node {
	id := prefix4 + n.ID() + "-node-score-rule"
	rule := xml.New("rule", "id", id, "score", n.Attr("score")).Add(
		xml.New("expression", "id", id+"-expr", "attribute", "#uname", "operation", "eq", "value", n.Attr("node")))
	u.markMade(rule)
	return rule
}
