package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
	"holdfast/scheduler/order"
	"holdfast/scheduler/plan"
)

// Build writes Cluster.Graph.
func Build(c *model.Cluster) {
	c.Graph = &model.Graph{Attrs: attributes(c), Synapses: make([]model.Synapse, 0, len(c.Actions))}
	for _, r := range c.Resources {
		addResource(c, r)
	}
	if len(maintenanceChanges(c)) > 0 {
		action.PseudoSingleton(c, model.TaskMaintenanceNodes).Set(model.AlwaysInGraph)
	}
	for i := len(c.Actions) - 1; i >= 0; i-- {
		add(c, c.Actions[i])
	}
	breakCircles(c)
}

// attributes are what a controller is told of the transition as a whole.
func attributes(c *model.Cluster) model.Vars {
	opt := &c.Options
	startOffset := "1"
	if opt.StartFailureFatal {
		startOffset = crm.Infinity.String()
	}
	attrs := model.Vars{
		{Name: "cluster-delay", Value: opt.ClusterDelay},
		{Name: "fencing-timeout", Value: fencingTimeout(opt)},
		{Name: "failed-stop-offset", Value: crm.Infinity.String()},
		{Name: "failed-start-offset", Value: startOffset},
		{Name: "batch-limit", Value: opt.BatchLimit},
		{Name: "transition_id", Value: "1"},
	}
	var limit int64 // what the text begins with
	if _, err := fmt.Sscanf(opt.MigrationLimit, "%d", &limit); err == nil && limit > 0 {
		attrs.Set("migration-limit", opt.MigrationLimit)
	}
	if !c.RecheckAt.IsZero() {
		attrs.Set("recheck-by", strconv.FormatInt(c.RecheckAt.Unix(), 10))
	}
	return attrs
}

// fencingTimeout is the option as people wrote it, if it is a length of time.
func fencingTimeout(opt *model.Options) string {
	const fallback = "60s"
	for _, name := range []string{"fencing-timeout", "stonith-timeout"} {
		text, set := opt.All.Lookup(name)
		if !set {
			continue
		}
		if _, err := crm.ParseInterval(text); err != nil || text == "" {
			return fallback
		}
		return text
	}
	return fallback
}

// addResource adds the actions of a resource and of all below it.
func addResource(c *model.Cluster, r *model.Resource) {
	switch r.Variant {
	case model.Bundle:
		addBundle(c, r)
		return
	case model.Clone:
		for i := len(r.Actions) - 1; i >= 0; i-- {
			order.Flags(r.Actions[i], nil) // bring them up to date
		}
		plan.Notify(c, r)
		for _, child := range r.Children {
			addResource(c, child)
		}
	}
	for i := len(r.Actions) - 1; i >= 0; i-- {
		add(c, r.Actions[i])
	}
	for _, child := range r.Children {
		addResource(c, child)
	}
}

func addBundle(c *model.Cluster, bundle *model.Resource) {
	if bundle.BundleData.Child != nil {
		addResource(c, bundle.BundleData.Child)
	}
	for _, replica := range bundle.BundleData.Replicas {
		for _, part := range []*model.Resource{replica.IP, replica.Container, replica.Remote} {
			if part != nil {
				addResource(c, part)
			}
		}
	}
}

// add gives an action its synapse, once, if it is wanted.
func add(c *model.Cluster, a *model.Action) {
	mergeInputs(a)
	if a.Is(model.InGraph) || !order.Wanted(c, a) {
		return
	}
	a.Set(model.InGraph)
	s := model.Synapse{Action: a, Priority: a.Priority}
	if a.Resource != nil {
		s.Priority = max(s.Priority, crm.Score(a.Resource.Priority))
	}
	c.Graph.Synapses = append(c.Graph.Synapses, s)
	for _, r := range a.Before {
		if order.WantedInput(c, a, r) {
			r.Graphed = true
		}
	}
}

// mergeInputs sorts an action's relations by number and makes one of those with
// the same action.
func mergeInputs(a *model.Action) {
	if a.Is(model.Deduplicated) {
		return
	}
	a.Set(model.Deduplicated)
	if len(a.Before) < 2 {
		return
	}
	slices.Reverse(a.Before)
	slices.SortStableFunc(a.Before, func(x, y *model.Relation) int { return cmp.Compare(x.Action.Ix, y.Action.Ix) })
	kept := a.Before[:0]
	for _, r := range a.Before {
		if last := len(kept) - 1; last >= 0 && kept[last].Action == r.Action {
			kept[last].Type |= r.Type
			continue
		}
		kept = append(kept, r)
	}
	a.Before = kept
}
