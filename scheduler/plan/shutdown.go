package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// shutdown plans the end of the cluster's work on a node, after all that stops there.
func shutdown(c *model.Cluster, n *model.Node) *model.Action {
	a := action.Singleton(c, model.TaskShutdown+"-"+n.Name, model.TaskShutdown, n, false)
	// Newest first, as orderings entered later are applied later.
	for i := len(c.Actions) - 1; i >= 0; i-- {
		if stop := c.Actions[i]; stop.Node == n && stop.Task == crm.TaskStop && stopsForShutdown(stop) {
			stop.Clear(model.Optional)
			action.Relate(c, model.Ordering{
				FirstAction: stop, ThenAction: a,
				Type: model.Ordered | model.UnrunnableFirstBlocks,
			})
		}
	}
	a.SetMeta("op_no_wait", "true")
	return a
}

// stopsForShutdown tells whether a stop is for the shutdown's sake. What is in
// maintenance is not touched, nor what is unmanaged and not even blocked: it
// must not hold up the shutdown.
func stopsForShutdown(stop *model.Action) bool {
	return !stop.Resource.Is(model.MaintenanceMode) && !stop.Node.Maintenance &&
		(stop.Resource.Is(model.Managed) || stop.Resource.Is(model.Blocked))
}
