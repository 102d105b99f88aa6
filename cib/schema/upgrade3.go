package schema

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// The beginnings of ids that the upgrade to 3.0 gives, as Pacemaker gives them.
const (
	unfolded3 = "_cibtr-2_" // of a copy of a set that was referred to
	made3     = "_2TO3_"    // of what is made
)

var sets3 = []string{"cluster_property_set", "instance_attributes", "meta_attributes"}

// to3 makes a document of 2.x one of 3.0: old spellings of options become those
// of today, and options of operations go where they now belong.
func to3(u *upgrading) {
	u.unfoldSets()
	u.changeOptions()
	each(u.root, func(n *xml.Node) {
		switch n.Name {
		case "node":
			if n.Attr("type") == "normal" {
				n.SetAttr("type", "member")
			}
		case "rsc_colocation":
			for _, name := range []string{"score-attribute", "score-attribute-mangle"} {
				if n.DelAttr(name) {
					u.note("Dropping %s from constraint %s, where it was never in effect", name, n.ID())
				}
			}
		case "primitive", "template":
			u.changeResource(n)
		}
	})
	u.foldSets()
}

// unfoldSets puts copies in the place of references to sets, under ids of their
// own, since what a set means may depend on where it is.
func (u *upgrading) unfoldSets() {
	named := byID(u.root)
	rewrite(u.root, func(_, n *xml.Node) []*xml.Node {
		original := named[n.Attr("id-ref")]
		if !slices.Contains(sets3, n.Name) || original == nil || original.Name != n.Name {
			return keep(n)
		}
		c := original.Clone()
		inner := "_" + unfolded3 + original.ID() + "__"
		each(c, func(d *xml.Node) {
			if id, ok := d.Lookup("id"); ok && d != c && d.Name != "resource_ref" {
				d.SetAttr("id", inner+id)
			}
		})
		c.SetAttr("id", unfolded3+original.ID())
		return keep(c)
	})
}

// foldSets turns copies that are still the same as their original into references.
func (u *upgrading) foldSets() {
	named := byID(u.root)
	rewrite(u.root, func(_, n *xml.Node) []*xml.Node {
		id, copied := strings.CutPrefix(n.ID(), unfolded3)
		if !copied || !slices.Contains(sets3, n.Name) {
			return keep(n)
		}
		original := named[id]
		switch {
		case original == nil || original.Name != n.Name:
			u.note("%s: original element pointed to with @id-ref (%s) disappeared during upgrade", n.Name, id)
		case sameButIDs(original, n):
			return keep(xml.New(n.Name, "id-ref", id))
		}
		return keep(n)
	})
}

func sameButIDs(a, b *xml.Node) bool {
	bare := func(n *xml.Node) *xml.Node {
		c := n.Clone()
		each(c, func(d *xml.Node) { d.DelAttr("id") })
		return c
	}
	return bare(a).String() == bare(b).String()
}

// changeOptions renames, drops and moves cluster options.
func (u *upgrading) changeOptions() {
	configuration := u.root.Child("configuration")
	config := configuration.Child("crm_config")
	for set := range config.All("cluster_property_set") {
		moved := map[string][]*xml.Node{}
		u.changePairs(set, optionChanges, func(c *change, pair *xml.Node) bool {
			if c.into != "" {
				moved[c.into] = append(moved[c.into], pair)
			}
			return c.into == ""
		})
		for _, section := range []string{"op_defaults", "rsc_defaults"} {
			moveToDefaults(configuration, section, set, moved[section])
		}
	}
	config.Children = slices.DeleteFunc(config.Children, func(n *xml.Node) bool { return isEmptySet(n) && n.Child("rule") == nil })
}

// changePairs applies a table to the pairs of a set; stays says whether a changed
// pair remains in it.
func (u *upgrading) changePairs(set *xml.Node, table []change, stays func(*change, *xml.Node) bool) {
	var kept []*xml.Node
	for _, n := range set.Children {
		c := (*change)(nil)
		if n.Kind == xml.Element && n.Name == "nvpair" {
			c = changeFor(table, n)
		}
		switch {
		case c == nil:
			kept = append(kept, n)
		case c.to == "":
			u.note("Dropping %s from %s", c.name, set.ID())
		default:
			c.apply(n)
			if stays(c, n) {
				kept = append(kept, n)
			}
		}
	}
	set.Children = kept
}

// isEmptySet reports whether nothing is left in a set of pairs.
func isEmptySet(n *xml.Node) bool {
	_, ref := n.Lookup("id-ref")
	return n.Kind == xml.Element && slices.Contains(sets3, n.Name) && !ref && n.Child("nvpair") == nil
}

// moveToDefaults puts pairs into the first set of defaults without a rule, unless
// they are defined in one already. Pairs under a rule get a set with that rule.
// (The reference loses pairs if there are defaults without such a set.)
func moveToDefaults(configuration *xml.Node, section string, from *xml.Node, pairs []*xml.Node) {
	if len(pairs) == 0 {
		return
	}
	defaults := configuration.Child(section)
	if defaults == nil {
		defaults = xml.New(section)
		configuration.Add(defaults)
	}
	if from.Child("rule") != nil {
		defaults.Add(ruledSet(from, isEmptySet(from)).Add(pairs...))
		return
	}
	target := plainSet(defaults)
	for _, p := range pairs {
		if definedIn(defaults, p.Attr("name")) {
			continue
		}
		if target == nil {
			target = xml.New("meta_attributes", "id", made3+"-"+strings.ReplaceAll(section, "_", "-"))
			defaults.Add(target)
		}
		target.Add(p)
	}
	if len(defaults.Children) == 0 {
		configuration.Children = slices.DeleteFunc(configuration.Children, func(n *xml.Node) bool { return n == defaults })
	}
}

// plainSet returns the first meta_attributes without a rule.
func plainSet(n *xml.Node) *xml.Node {
	for set := range n.All("meta_attributes") {
		if set.Child("rule") == nil {
			return set
		}
	}
	return nil
}

// definedIn reports whether a set of meta-attributes without a rule has a name.
func definedIn(n *xml.Node, name string) bool {
	for set := range n.All("meta_attributes") {
		if set.Child("rule") != nil {
			continue
		}
		for p := range set.All("nvpair") {
			if p.Attr("name") == name {
				return true
			}
		}
	}
	return false
}

// ruledSet makes a set of meta-attributes under the rule that another set has.
// The rule moves with it if the other set goes; else it is referred to.
func ruledSet(from *xml.Node, move bool) *xml.Node {
	set := &xml.Node{Name: "meta_attributes", Attrs: slices.Clone(from.Attrs)}
	set.SetAttr("id", made3+from.ID())
	for r := range from.All("rule") {
		if !move {
			r = xml.New("rule", "id-ref", r.ID())
		}
		set.Add(r)
	}
	return set
}

// changeResource changes a primitive or a template.
func (u *upgrading) changeResource(n *xml.Node) {
	for set := range n.Elements() {
		switch set.Name {
		case "instance_attributes":
			u.changePairs(set, parameterChanges, func(*change, *xml.Node) bool { return true })
		case "meta_attributes":
			// (The reference loses a pair that is renamed unless it is the first of
			// its set: a mistake of its that we do not share.)
			seen := map[string]bool{}
			u.changePairs(set, metaChanges, func(c *change, _ *xml.Node) bool {
				first := !seen[c.to]
				seen[c.to] = true
				return first
			})
		}
	}
	n.Children = slices.DeleteFunc(n.Children, isEmptySet)
	required := requirements{resource: n}
	for op := range n.Child("operations").All("op") {
		required.take(u, op)
	}
	for op := range n.Child("operations").All("op") {
		moveOperationOptions(n, op)
		op.Children = slices.DeleteFunc(op.Children, isEmptySet)
	}
	required.put()
}
