package schema

import (
	"slices"

	"holdfast/cib/xml"
)

// requirements gathers what the operations of a resource require. Since 3.0 a
// resource says it, once: what starting or promoting it requires. Of several,
// an attribute of an operation goes before a pair in a set, and what comes later
// before what comes earlier.
type requirements struct {
	resource *xml.Node
	attr     *xml.Node  // the pair made of an attribute
	pairs    []required // pairs that stood in sets
}

type required struct{ set, pair *xml.Node }

// take removes the requirement from an operation.
func (r *requirements) take(u *upgrading, op *xml.Node) {
	counts := op.Attr("name") == "start" || op.Attr("name") == "promote"
	if value, ok := op.Lookup("requires"); ok {
		op.DelAttr("requires")
		if counts {
			r.attr = xml.New("nvpair", "id", made3+op.ID()+"-meta-requires", "name", "requires", "value", value)
		} else {
			u.noteRequires(r.resource, op)
		}
	}
	for _, kind := range []string{"meta_attributes", "instance_attributes"} {
		for set := range op.All(kind) {
			set.Children = slices.DeleteFunc(set.Children, func(p *xml.Node) bool {
				if p.Kind != xml.Element || p.Name != "nvpair" || p.Attr("name") != "requires" {
					return false
				}
				if counts {
					r.pairs = append(r.pairs, required{set, p})
				} else {
					u.noteRequires(r.resource, op)
				}
				return true
			})
		}
	}
}

func (u *upgrading) noteRequires(resource, op *xml.Node) {
	u.note("Dropping requires from operation %s of resource %s: only start and promote are taken into account", op.ID(), resource.ID())
}

// put says at the resource what it requires, unless it does already.
func (r *requirements) put() {
	if definedIn(r.resource, "requires") {
		return
	}
	if r.attr != nil {
		r.resource.Add(xml.New("meta_attributes", "id", made3+r.resource.ID()+"-meta").Add(r.attr))
		return
	}
	// Pairs in meta-attributes go before those in parameters.
	slices.SortStableFunc(r.pairs, func(a, b required) int { return rankOfSet(a.set) - rankOfSet(b.set) })
	for i, p := range r.pairs {
		if p.set.Child("rule") == nil && i < len(r.pairs)-1 {
			continue // one that counts more comes later
		}
		set := ruledSet(p.set, isEmptySet(p.set))
		r.resource.Add(set.Add(p.pair))
	}
}

func rankOfSet(set *xml.Node) int {
	if set.Name == "meta_attributes" {
		return 1
	}
	return 0
}

// moveOperationOptions makes meta-attributes of parameters that mean something
// to the operation itself.
func moveOperationOptions(resource, op *xml.Node) {
	var plain []*xml.Node
	for _, set := range children(op, "instance_attributes") {
		var moved []*xml.Node
		set.Children = slices.DeleteFunc(set.Children, func(p *xml.Node) bool {
			is := p.Kind == xml.Element && p.Name == "nvpair" && slices.Contains(operationOptions, p.Attr("name"))
			if is {
				moved = append(moved, p)
			}
			return is
		})
		if set.Child("rule") != nil && len(moved) > 0 {
			op.Add(ruledSet(set, isEmptySet(set)).Add(moved...))
			continue
		}
		plain = append(plain, moved...)
	}
	target := plainSet(op)
	for i, p := range plain {
		again := slices.ContainsFunc(plain[i+1:], func(q *xml.Node) bool { return q.Attr("name") == p.Attr("name") })
		if again || definedIn(resource, p.Attr("name")) {
			continue
		}
		if target == nil {
			target = xml.New("meta_attributes", "id", made3+op.ID()+"-meta")
			op.Add(target)
		}
		target.Add(p)
	}
}
