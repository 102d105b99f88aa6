package explain

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
)

// A trial is a change that an administrator could make.
type trial struct {
	what string
	edit func(cib *xml.Node) bool // on a copy; reports whether there was anything to change
}

// maxTrials bounds how often the scheduler is asked for one answer.
const maxTrials = 60

// cures tries what could be done about an answer's reasons, and keeps what makes
// a difference; with on set, only what brings the subject there.
func cures(in scheduler.Input, c *model.Cluster, name, on string, a Answer) []Cure {
	in.WantCauses, in.WantScores = false, false
	now := subjectOutcome(c, name)
	var found []Cure
	for i, t := range trials(c, name, a) {
		if i == maxTrials {
			break
		}
		with := in
		with.CIB = in.CIB.Clone()
		if !t.edit(with.CIB) {
			continue
		}
		result, err := scheduler.Run(with)
		if err != nil {
			continue
		}
		then := subjectOutcome(result.Cluster, name)
		if then != now && (on == "" || strings.HasSuffix(then, " on "+on)) {
			found = append(found, Cure{What: t.what, Outcome: then})
		}
	}
	return found
}

// trials lists what is worth trying: first the configuration behind the reasons,
// then the states of nodes, the failures, and the wishes about the resource.
func trials(c *model.Cluster, name string, a Answer) []trial {
	var list []trial
	for _, source := range sources(c, name, a) {
		list = append(list, trial{"without " + source, func(cib *xml.Node) bool {
			return removeID(cib.Find("configuration", "constraints"), source)
		}})
	}
	for _, n := range c.ByName {
		if n.Standby {
			list = append(list, trial{"with " + n.Name + " out of standby", removePair(n, "standby")})
		}
		if n.Maintenance {
			list = append(list, trial{"with " + n.Name + " out of maintenance", removePair(n, "maintenance")})
		}
	}
	if r := c.ResourceWithID(name); r != nil {
		list = append(list, resourceTrials(c, r)...)
	}
	if !c.Quorate {
		list = append(list, trial{"with quorum", func(cib *xml.Node) bool { cib.SetAttr("have-quorum", "1"); return true }})
	}
	return list
}

// sources lists the configuration that the reasons name, then the constraints
// that name the resource, each once.
func sources(c *model.Cluster, name string, a Answer) []string {
	var list []string
	add := func(source string) {
		if source != "" && !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	for _, r := range a.Because {
		add(r.Source)
	}
	for _, p := range a.Nodes {
		for _, r := range p.Reasons {
			add(r.Source)
		}
	}
	for r := c.ResourceWithID(name); r != nil; r = r.Parent {
		for constraint := range c.CIB.Find("configuration", "constraints").Elements() {
			if mentions(constraint, r.XML.ID()) {
				add(constraint.ID())
			}
		}
	}
	return list
}

// mentions tells whether a constraint is about a resource.
func mentions(constraint *xml.Node, resource string) bool {
	for _, name := range []string{"rsc", "with-rsc", "first", "then"} {
		if constraint.Attr(name) == resource {
			return true
		}
	}
	for set := range constraint.All("resource_set") {
		if findID(set, resource) != nil {
			return true
		}
	}
	return false
}

func resourceTrials(c *model.Cluster, r *model.Resource) []trial {
	var list []trial
	base, _, _ := strings.Cut(r.ID, ":")
	for _, n := range c.ByName {
		if failed(n, base) {
			list = append(list, trial{"with the failures of " + base + " on " + n.Name + " cleaned up", cleanUp(n, base)})
		}
	}
	for p := r; p != nil; p = p.Parent {
		id := p.XML.ID()
		for _, want := range []model.Var{{Name: "target-role", Value: "Started"}, {Name: "is-managed", Value: "true"}, {Name: "maintenance", Value: "false"}} {
			if value, set := p.Meta.Lookup(want.Name); set && !strings.EqualFold(value, want.Value) {
				list = append(list, trial{"with " + want.Name + "=" + want.Value + " for " + id, setMeta(id, want)})
			}
		}
	}
	return list
}

func failed(n *model.Node, resource string) bool {
	return slices.ContainsFunc(n.Attrs, func(v model.Var) bool { return strings.HasPrefix(v.Name, "fail-count-"+resource+"#") })
}

// removeID removes the element with an id below a node.
func removeID(below *xml.Node, id string) bool {
	if below == nil {
		return false
	}
	for i, child := range below.Children {
		if child.ID() == id {
			below.Children = slices.Delete(below.Children, i, i+1)
			return true
		}
		if removeID(child, id) {
			return true
		}
	}
	return false
}

// removePair takes an attribute from a node, permanent or transient.
func removePair(n *model.Node, name string) func(*xml.Node) bool {
	return func(cib *xml.Node) bool {
		return eachOf(cib, n, func(e *xml.Node) bool {
			return dropPairs(e, func(pair string) bool { return pair == name })
		})
	}
}

// cleanUp forgets what happened to a resource on a node.
func cleanUp(n *model.Node, resource string) func(*xml.Node) bool {
	return func(cib *xml.Node) bool {
		return eachOf(cib, n, func(e *xml.Node) bool {
			changed := dropPairs(e, func(pair string) bool {
				return strings.HasPrefix(pair, "fail-count-"+resource+"#") || strings.HasPrefix(pair, "last-failure-"+resource+"#")
			})
			for op := range e.Find("lrm", "lrm_resources").All("lrm_resource") {
				if op.ID() == resource {
					before := len(op.Children)
					op.Children = slices.DeleteFunc(op.Children, func(o *xml.Node) bool { return strings.Contains(o.ID(), "_last_failure_") })
					changed = changed || len(op.Children) != before
				}
			}
			return changed
		})
	}
}

// eachOf applies a change to the element that configures a node and to the one
// that holds its state.
func eachOf(cib *xml.Node, n *model.Node, change func(*xml.Node) bool) bool {
	changed := false
	for e := range cib.Find("configuration", "nodes").Elements() {
		changed = (e.ID() == n.ID && change(e)) || changed
	}
	for e := range cib.Find("status").Elements() {
		changed = (e.ID() == n.ID && change(e)) || changed
	}
	return changed
}

// dropPairs removes the nvpairs below an element whose names match.
func dropPairs(below *xml.Node, match func(name string) bool) bool {
	before := len(below.Children)
	below.Children = slices.DeleteFunc(below.Children, func(e *xml.Node) bool { return e.Name == "nvpair" && match(e.Attr("name")) })
	changed := len(below.Children) != before
	for _, child := range below.Children {
		changed = dropPairs(child, match) || changed
	}
	return changed
}

// setMeta gives a resource a meta-attribute of its own.
func setMeta(resource string, want model.Var) func(*xml.Node) bool {
	return func(cib *xml.Node) bool {
		r := findID(cib.Find("configuration", "resources"), resource)
		if r == nil {
			return false
		}
		for _, block := range r.Children {
			if block.Name == "meta_attributes" {
				dropPairs(block, func(name string) bool { return name == want.Name })
			}
		}
		r.Add(xml.New("meta_attributes", "id", resource+"-explain", "score", crm.Infinity.String()).Add(
			xml.New("nvpair", "id", resource+"-explain-"+want.Name, "name", want.Name, "value", want.Value)))
		return true
	}
}

func findID(below *xml.Node, id string) *xml.Node {
	for e := range below.Elements() {
		if e.ID() == id {
			return e
		}
		if found := findID(e, id); found != nil {
			return found
		}
	}
	return nil
}
