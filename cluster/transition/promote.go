package transition

import "strings"

// PromoteAfterProbes has every promotion wait for the probes of its resource that
// may begin at once. The scheduler lets starts wait for them, not promotions: a
// service that was never seen on a node runs nowhere there, let alone promoted. Here
// that does not follow. A process that dies while it demotes leaves its successor
// with a service of which only a probe can tell whether it is promoted still.
// A probe that waits for something itself is on a node that comes into being
// in this graph, so nothing can be promoted there.
func (g *Graph) PromoteAfterProbes() {
	probes := map[string][]int{}
	for i := range g.Synapses {
		s := &g.Synapses[i]
		for k := range s.Actions {
			if len(s.Inputs) == 0 && s.Actions[k].probes() {
				name := instanceless(s.Actions[k].Resource)
				probes[name] = append(probes[name], s.Actions[k].ID)
			}
		}
	}
	if len(probes) == 0 {
		return
	}
	for i := range g.Synapses {
		s := &g.Synapses[i]
		for k := range s.Actions {
			if a := &s.Actions[k]; a.Kind == Resource && a.Task == "promote" {
				s.Inputs = append(s.Inputs, probes[instanceless(a.Resource)]...)
			}
		}
	}
}

// probes reports whether the action looks once what a resource does on a node.
func (a *Action) probes() bool {
	return a.Kind == Resource && a.Task == "monitor" && a.Number("interval") == 0
}

// instanceless is the name of a resource without the number of its instance.
func instanceless(resource string) string {
	name, _, _ := strings.Cut(resource, ":")
	return name
}
