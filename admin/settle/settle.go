// Package settle tells whether a cluster has come to rest, and what would be
// active when it has: for administrators who wait for a change to take effect. It
// looks at one CIB; whoever waits gets a new one and looks again.
package settle

import (
	"fmt"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// An Outlook is what a cluster is like, and what it is about to do.
type Outlook struct {
	cib     *xml.Node
	cluster *model.Cluster
}

// Look schedules a CIB.
func Look(root *xml.Node, now time.Time) (*Outlook, error) {
	result, err := scheduler.Run(scheduler.Input{CIB: root, Now: now})
	if err != nil {
		return nil, fmt.Errorf("look at what the cluster is about to do: %w", err)
	}
	return &Outlook{root, result.Cluster}, nil
}

// Cluster is the working state that the outlook was read from.
func (o *Outlook) Cluster() *model.Cluster { return o.cluster }

// Calm tells whether nothing is left to do and nothing is under way.
func (o *Outlook) Calm() bool { return len(o.Pending()) == 0 && !o.underWay() }

// Pending lists the actions that the cluster still has to execute.
func (o *Outlook) Pending() []*model.Action {
	var list []*model.Action
	for _, a := range o.cluster.Actions {
		if a.Is(model.Runnable) && !a.Any(model.Optional|model.Pseudo) && a.Task != crm.TaskNotify {
			list = append(list, a)
		}
	}
	return list
}

// underWay tells whether the history has an operation that has begun and not
// ended. A recurring monitor whose failure has been recorded has ended.
func (o *Outlook) underWay() bool {
	for state := range o.cib.Child("status").All("node_state") {
		for r := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			for op := range r.All("lrm_rsc_op") {
				if pending(op) && (!recurs(op) || !failureOf(r, op)) {
					return true
				}
			}
		}
	}
	return false
}

func pending(op *xml.Node) bool { return op.Attr("op-status") == "-1" }

func recurs(op *xml.Node) bool {
	interval := op.Attr("interval")
	return op.Attr("operation") == crm.TaskMonitor && interval != "" && interval != "0"
}

// failureOf tells whether a resource's recorded failure is that of an operation.
func failureOf(resource, op *xml.Node) bool {
	for other := range resource.All("lrm_rsc_op") {
		if other.ID() == resource.ID()+"_last_failure_0" && other.Attr("operation_key") == op.Attr("operation_key") {
			return true
		}
	}
	return false
}

// Active lists what is active on a node, or ("") anywhere: top-level resources,
// and of groups the members.
func (o *Outlook) Active(node string) []string {
	return o.list(func(r *model.Resource) bool { return runsOn(r, node) })
}

// ActiveAfter lists what will be active when the cluster has settled, in the
// sense of Active.
func (o *Outlook) ActiveAfter(node string) []string {
	return o.list(func(r *model.Resource) bool { return willRunOn(r, node) })
}

// list lists the resources for which is holds.
func (o *Outlook) list(is func(*model.Resource) bool) []string {
	var names []string
	for _, r := range o.cluster.Resources {
		parts := []*model.Resource{r}
		if r.Variant == model.Group {
			parts = r.Children
		}
		for _, p := range parts {
			if is(p) {
				names = append(names, p.ID)
			}
		}
	}
	return names
}

// RunsOn tells whether a resource, or anything in it, is active on a node, or
// ("") anywhere.
func RunsOn(r *model.Resource, node string) bool { return runsOn(r, node) }

func runsOn(r *model.Resource, node string) bool {
	for _, leaf := range leaves(r) {
		for _, n := range leaf.Active {
			if node == "" || n.Name == node {
				return true
			}
		}
	}
	return false
}

// willRunOn is runsOn for the time after the transition.
func willRunOn(r *model.Resource, node string) bool {
	for _, leaf := range leaves(r) {
		if !leaf.Is(model.Managed) {
			if runsOn(leaf, node) {
				return true
			}
			continue
		}
		if leaf.Assigned != nil && !blocked(leaf) && (node == "" || leaf.Assigned.Name == node) {
			return true
		}
	}
	return false
}

// blocked tells whether a resource is to start but cannot.
func blocked(r *model.Resource) bool {
	start := action.Find(r, crm.TaskStart, r.Assigned)
	return start != nil && !start.Any(model.Optional|model.Runnable)
}

// leaves are the primitives of a resource.
func leaves(r *model.Resource) []*model.Resource {
	if r.Variant == model.Primitive {
		return []*model.Resource{r}
	}
	var list []*model.Resource
	for _, child := range r.Children {
		list = append(list, leaves(child)...)
	}
	return list
}

// StopTimeout is the longest time that stopping one of some resources may take.
func (o *Outlook) StopTimeout(names []string) time.Duration {
	var longest time.Duration
	for _, name := range names {
		r := o.cluster.ResourceWithID(name)
		if r == nil {
			continue
		}
		for _, leaf := range leaves(r) {
			op := action.FindOp(leaf, crm.TaskStop, 0, true)
			meta := action.Meta(o.cluster, leaf, nil, crm.TaskStop, 0, op)
			if ms, err := time.ParseDuration(meta.Get("timeout") + "ms"); err == nil {
				longest = max(longest, ms)
			}
		}
	}
	return longest
}
