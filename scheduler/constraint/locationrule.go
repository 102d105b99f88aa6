package constraint

import (
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// locateByRule enters the location of a resource on every node for which the
// constraint's rule holds, with the rule's score or with the value of the node
// attribute that it names.
func (r *reader) locateByRule(e *xml.Node, rsc *model.Resource, m match) {
	ruleXML := e.Child("rule")
	if ruleXML == nil {
		return
	}
	source := r.c.Refs.Resolve(ruleXML)
	if source == nil || source.ID() == "" {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: its rule has no id, or refers to none", e.ID())
		return
	}
	roleText, given := source.Lookup("role")
	role, ok := locationRole(roleText, given)
	if !ok {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: %q is no role (rule %s)", e.ID(), roleText, source.ID())
		return
	}
	scores, ok := r.ruleScore(e, source, rsc, m)
	if !ok {
		return
	}
	location := &model.Location{ID: source.ID(), Resource: rsc, Role: role, Probe: r.probeMode(e)}
	location.Nodes = r.ruleNodes(source, rsc, m, scores)
	r.newLocation(location)
}

// A ruleScore says where the score of a location rule comes from.
type ruleScore struct {
	constraint string
	attribute  string // of the node, "" if the score is fixed
	score      crm.Score
}

func (r *reader) ruleScore(e, source *xml.Node, rsc *model.Resource, m match) (s ruleScore, ok bool) {
	s.constraint = e.ID()
	if name, given := source.Lookup("score-attribute"); given {
		ctx := rule.Context{Resource: m.id, Submatches: m.groups}
		s.attribute = ctx.Expand(name)
		return s, true
	}
	text, given := source.Lookup("score")
	s.score, ok = ParseScore(text, r.colours)
	if !given || !ok {
		r.c.Note(model.Error, source.ID(), "constraint %s is ignored: rule %s has no valid score", e.ID(), source.ID())
		return s, false
	}
	return s, true
}

// ruleNodes lists the nodes for which a rule holds, with their scores, the last
// by name first.
func (r *reader) ruleNodes(source *xml.Node, rsc *model.Resource, m match, s ruleScore) []model.NodeScore {
	compiled := r.compiled(source)
	ctx := rule.Context{Now: r.c.Now, Meta: rsc.Meta.Lookup, Resource: m.id, Submatches: m.groups}
	var nodes []model.NodeScore
	for _, node := range r.c.ByName {
		ctx.Node = node.Attrs.Lookup
		ctx.Params = func(name string) (string, bool) { return config.Params(r.c, rsc, node).Lookup(name) }
		passes, change := compiled.Eval(&ctx)
		r.c.Recheck(change)
		if !passes {
			continue
		}
		if score, ok := r.scoreOn(node, rsc, s); ok {
			nodes = append([]model.NodeScore{{Node: node, Score: score}}, nodes...)
		}
	}
	return nodes
}

// scoreOn gives the score of a rule on a node; ok is false if the node has no
// valid one.
func (r *reader) scoreOn(node *model.Node, rsc *model.Resource, s ruleScore) (score crm.Score, ok bool) {
	if s.attribute == "" {
		return s.score, true
	}
	text := node.AttrFor(rsc, s.attribute, model.HostNow)
	if text == "" {
		return 0, false
	}
	score, ok = ParseScore(text, r.colours)
	if !ok {
		r.c.Warn(node.ID, "location %s is ignored for node %s: the value %q of attribute %s is no score",
			s.constraint, node.DisplayName(), text, s.attribute)
	}
	return score, ok
}

// compiled reads a rule once, however many resources it is for.
func (r *reader) compiled(source *xml.Node) *rule.Rule {
	if known := r.rules[source]; known != nil {
		return known
	}
	made, notices := rule.Compile(source, r.c.Refs)
	for _, n := range notices {
		severity := model.Error
		if n.Warning {
			severity = model.Warning
		}
		r.c.Note(severity, n.ID, "%s", n.Text)
	}
	r.rules[source] = made
	return made
}
