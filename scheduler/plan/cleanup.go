package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// cleanUp plans to forget a resource on a node, between stop and start.
func cleanUp(c *model.Cluster, r *model.Resource, n *model.Node) {
	if r.Is(model.Failed) || n.Unclean || !n.Online {
		return
	}
	action.New(c, r, crm.TaskDelete, 0, n, false)
	action.RelateTasks(c, r, crm.TaskStop, r, crm.TaskDelete, model.Ordered)
	action.RelateTasks(c, r, crm.TaskDelete, r, crm.TaskStart, model.Ordered)
}

// clearRemovedFailcounts forgets the failures of resources that are no longer
// configured. Their instances need no look: they would be configured still.
func clearRemovedFailcounts(c *model.Cluster) {
	for _, r := range c.Resources {
		if !r.Is(model.Removed) {
			continue
		}
		for _, n := range c.ByName {
			if n.Online && history.FailCount(c, n, r, history.Effective) != 0 {
				clear := action.ClearFailcount(c, r, n, "it is removed")
				action.RelateThen(c, clear, r, crm.TaskStop, model.Ordered)
			}
		}
	}
}
